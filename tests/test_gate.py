from __future__ import annotations

import contextlib
import os
import pickle
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from geo import gate as gates
from geo.errors import GeocodingError
from geo.gate import Gate


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect how long the gate would have slept."""
    taken: list[float] = []
    # Not `time.sleep` itself: threads of the fake server may still be sleeping.
    monkeypatch.setattr(gates, "time", SimpleNamespace(sleep=taken.append))
    return taken


def pass_through(gate: Gate, *, pause_s: float | None = None) -> None:
    with gate.turn() as turn:
        turn.wait()
        turn.pause_s = turn.pause_s if pause_s is None else pause_s


def test_the_first_request_does_not_wait_and_the_next_one_does(tmp_path: Path, naps: list[float]) -> None:
    gate = Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 1000.0)
    pass_through(gate)
    pass_through(gate)
    assert naps == [0.0, pytest.approx(1.1)]


def test_processes_meet_in_the_folder_and_servers_have_gates_of_their_own(tmp_path: Path, naps: list[float]) -> None:
    for server in ("example.org", "example.org", "example.com"):
        pass_through(Gate(tmp_path, server, interval_s=1.1, clock=lambda: 1000.0))
    assert naps == [0.0, pytest.approx(1.1), 0.0]


def test_a_longer_pause_holds_for_everyone(tmp_path: Path, naps: list[float]) -> None:
    pass_through(Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 1000.0), pause_s=30.0)
    pass_through(Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 1010.0))
    assert naps == [0.0, 20.0]


def test_a_turn_without_a_request_costs_nothing(tmp_path: Path, naps: list[float]) -> None:
    with Gate(tmp_path, "example.org", interval_s=1.1).turn():
        pass
    pass_through(Gate(tmp_path, "example.org", interval_s=1.1))
    assert naps == [0.0]


def test_a_failed_request_counts(tmp_path: Path, naps: list[float]) -> None:
    gate = Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 1000.0)
    with contextlib.suppress(TimeoutError), gate.turn() as turn:
        turn.wait()
        raise TimeoutError("too late")
    pass_through(gate)
    assert naps == [0.0, pytest.approx(1.1)]


def test_a_clock_set_back_a_year_makes_nobody_wait_for_ever(tmp_path: Path, naps: list[float]) -> None:
    pass_through(Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 2e9))
    pass_through(Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 2e9 - 365 * 86_400))
    assert naps == [0.0, 60.0]


@pytest.mark.parametrize("torn", ["", "17e", "nan", "inf", "\x00\x00", "é"])
def test_a_torn_time_stamp_means_just_now(tmp_path: Path, naps: list[float], torn: str) -> None:
    pass_through(Gate(tmp_path, "example.org", interval_s=1.1))
    (stamp,) = tmp_path.glob("gate-*.txt")
    stamp.write_text(torn, encoding="utf-8")
    pass_through(Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 1000.0))
    assert naps[-1] == pytest.approx(1.1)


def test_without_a_usable_folder_a_process_still_paces_itself(tmp_path: Path, naps: list[float]) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    gate = Gate(tmp_path / "file", "example.org", interval_s=1.1, clock=lambda: 1000.0)
    pass_through(gate)
    pass_through(gate)
    assert naps == [0.0, pytest.approx(1.1)]


def test_without_file_locks_a_process_still_paces_itself(
    tmp_path: Path, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> NoReturn:
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr("filelock.FileLock.acquire", missing)
    gate = Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 1000.0)
    pass_through(gate)
    pass_through(gate)
    assert naps == [0.0, pytest.approx(1.1)]


def test_a_gate_that_stays_shut_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "_LOCK_TIMEOUT_S", 0.1)
    gate, other = (Gate(tmp_path, "example.org", interval_s=0) for _ in range(2))
    with gate.turn(), pytest.raises(GeocodingError, match="kept the server busy"), contextlib.ExitStack() as stack:
        stack.enter_context(other.turn())


def test_a_gate_pickles(tmp_path: Path, naps: list[float]) -> None:
    gate = pickle.loads(pickle.dumps(Gate(tmp_path, "example.org", interval_s=1.1)))
    pass_through(gate)
    assert naps == [0.0]


def test_who_is_killed_during_a_request_has_left_its_time_stamp(tmp_path: Path, naps: list[float]) -> None:
    with Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 1000.0).turn() as turn:
        turn.wait()
        (stamp,) = tmp_path.glob("gate-*.txt")
        assert stamp.read_text(encoding="ascii") == "1001.1"


def test_who_is_interrupted_before_its_request_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_seconds: float) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(gates, "time", SimpleNamespace(sleep=interrupt))
    gate = Gate(tmp_path, "example.org", interval_s=1.1, clock=lambda: 1000.0)
    with contextlib.suppress(KeyboardInterrupt), gate.turn() as turn:
        turn.wait()
    assert list(tmp_path.glob("gate-*.txt")) == []


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_refusal_is_known_to_all_who_ask_the_server(tmp_path: Path) -> None:
    gate, same, other = (Gate(tmp_path, host, interval_s=0) for host in ("example.org", "example.org", "example.com"))
    assert same.refusal() is None
    gate.refuse("HTTP 403")
    seen = same.refusal()
    assert seen is not None
    assert seen.reason == "HTTP 403"
    assert other.refusal() is None


def test_every_refusal_is_another_one_whatever_the_clock_says(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "example.org", interval_s=0)
    gate.refuse("HTTP 403")
    (note,) = tmp_path.glob("gate-*.refused")
    before = gate.refusal()
    assert gate.refusal() == before
    os.utime(note, (1e9, 1e9))
    assert gate.refusal() != before


def test_a_refusal_that_a_full_disk_did_not_take_still_counts(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "example.org", interval_s=0)
    gate.refuse("é" * 10_000)
    (note,) = tmp_path.glob("gate-*.refused")
    seen = gate.refusal()
    assert seen is not None
    assert len(seen.reason) == 300
    note.write_bytes(b"\xff")
    torn = gate.refusal()
    note.write_bytes(b"")
    empty = gate.refusal()
    assert torn is not None
    assert empty is not None
    assert (torn.reason, empty.reason) == ("\N{REPLACEMENT CHARACTER}", "")


def test_without_a_usable_folder_a_refusal_is_known_to_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    gate = Gate(tmp_path / "file", "example.org", interval_s=0)
    gate.refuse("HTTP 403")
    assert gate.refusal() is None
