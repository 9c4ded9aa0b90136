from __future__ import annotations

import contextlib
import json
import pickle
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn
from urllib.parse import parse_qs

import pytest
from geopy.adapters import AdapterHTTPError
from geopy.exc import (
    GeocoderParseError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.geocoders import Nominatim
from hypothesis import given
from hypothesis import strategies as st

from geo import adapters
from geo.adapters import MAX_BODY_BYTES, CarefulAdapter, Gate
from geo.errors import GeocodingError
from tests.fakeserver import GOOD, PARIS, FakeServer, gzip_bomb
from tests.overpass_replies import GOOD_REPLIES

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TIMEOUT_S = 5.0
SHORT_S = 0.4
"""For servers that are slow on purpose; elsewhere a busy machine must not make them seem so."""
SLOW = {"hang", "slowloris", "slowhead"}
HEADERS = {"User-Agent": "placelines-test/1"}


def get_json(url: str, *, timeout: float | None = TIMEOUT_S) -> object:
    return CarefulAdapter(proxies=None).get_json(f"{url}/search?q=Paris", timeout=timeout, headers=HEADERS)


@pytest.mark.parametrize("mode", ["ok", "okslow", "gzip_ok", "redir_ok", "wrongct"])
def test_a_good_reply_is_parsed_json(server: FakeServer, mode: str) -> None:
    assert get_json(server.url(mode)) == PARIS


def test_without_a_timeout_the_reply_is_waited_for(server: FakeServer) -> None:
    assert get_json(server.url("okslow"), timeout=None) == PARIS


def test_text_is_returned_as_it_came(server: FakeServer) -> None:
    adapter = CarefulAdapter(proxies=None)
    assert adapter.get_text(server.url("ok"), timeout=TIMEOUT_S, headers=HEADERS) == GOOD.decode()


@pytest.mark.parametrize(("mode", "times_posted"), [("roads", 1), ("roadsredir", 2), ("roadssee", 1)])
def test_a_form_is_posted_and_sent_again_only_where_a_redirect_wants_it(
    server: FakeServer, mode: str, times_posted: int
) -> None:
    adapter = CarefulAdapter(proxies=None)
    fields = {"data": '[out:json];way["name"="Rue d\'Été & Cie"];'}
    reply = adapter.post_json(f"{server.url(mode)}/interpreter", fields, timeout=TIMEOUT_S, headers=HEADERS)
    assert reply == json.loads(GOOD_REPLIES["roads"])
    assert [parse_qs(form) for form in server.posted] == [{"data": [fields["data"]]}] * times_posted


@pytest.mark.parametrize("mode", ["bigbody", "endless", "gzip_bomb"])
def test_how_long_a_reply_may_be_can_be_told(server: FakeServer, mode: str) -> None:
    gzip_bomb()
    adapter = CarefulAdapter(proxies=None, max_body_bytes=2 << 20)
    with pytest.raises(GeocoderServiceError, match="longer than 2 MB"):
        adapter.post_json(server.url(mode), {}, timeout=TIMEOUT_S, headers=HEADERS)


FAULTS: dict[str, tuple[type[Exception], str]] = {
    "hang": (GeocoderTimedOut, "no (whole )?reply (within 0.4 s|in time)"),
    "slowloris": (GeocoderTimedOut, "no whole reply within 0.4 s|too slowly"),
    "slowhead": (GeocoderTimedOut, "no whole reply within 0.4 s"),
    "truncjson": (GeocoderParseError, "the reply is not JSON"),
    "shortbody": (GeocoderServiceError, "cut short: 60 of"),
    "html200": (GeocoderParseError, "the reply is not JSON: '<html>"),
    "emptybody": (GeocoderParseError, "the reply is not JSON: ''"),
    "nan": (GeocoderParseError, "the reply is not JSON"),
    "badutf8": (GeocoderParseError, "the reply is not UTF-8"),
    "deepjson": (GeocoderParseError, "the reply is not JSON"),
    "gzip_bad": (GeocoderParseError, "the reply is not gzip"),
    "gzip_cut": (GeocoderServiceError, "the packed reply was cut short"),
    "brotli": (GeocoderServiceError, "packed in an unknown way: 'br'"),
    "redir_loop": (GeocoderServiceError, "more than 3 redirects"),
    "redir_file": (GeocoderServiceError, "redirects to another server: 'file:///etc/passwd'"),
    "redir_port": (GeocoderServiceError, "redirects to another server: 'http://127"),
    "redir_login": (GeocoderParseError, "the reply is not JSON: '<html>"),
    "redir_bad": (GeocoderServiceError, "redirects to no address"),
    "redir_none": (GeocoderServiceError, "redirects to another server: None"),
    "reset": (GeocoderUnavailable, "the connection failed"),
    "noresp": (GeocoderUnavailable, "the connection failed"),
    "garbage": (GeocoderUnavailable, "the connection failed"),
}


@pytest.mark.parametrize("mode", FAULTS)
def test_a_faulty_reply_is_a_geopy_error_in_time_after_one_request(server: FakeServer, mode: str) -> None:
    error, message = FAULTS[mode]
    timeout_s = SHORT_S if mode in SLOW else TIMEOUT_S
    start = time.monotonic()
    with pytest.raises(error, match=message) as raised:
        get_json(server.url(mode), timeout=timeout_s)
    assert time.monotonic() - start < timeout_s + 0.5
    assert isinstance(raised.value, GeopyError)
    assert server.count(mode) == (4 if mode == "redir_loop" else 1)
    assert server.count("PORT2") == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 414, 500, 503, 504, 509])
def test_a_refusal_carries_its_status_and_nothing_of_the_body(server: FakeServer, status: int) -> None:
    with pytest.raises(AdapterHTTPError, match=f"HTTP {status}") as raised:
        get_json(server.url(f"r{status}"))
    assert (raised.value.status_code, raised.value.text) == (status, None)


@pytest.mark.parametrize(
    ("mode", "least", "most"),
    [("r429", 2, 2), ("r429date", 2e9, 4e9), ("r429none", None, None), ("r429year", None, None)],
)
def test_geopy_learns_how_long_to_wait(server: FakeServer, mode: str, least: float | None, most: float | None) -> None:
    client = Nominatim(
        domain=server.url(mode).removeprefix("http://"), scheme="http", user_agent="x", adapter_factory=CarefulAdapter
    )
    with pytest.raises(GeocoderRateLimited) as raised:
        client.geocode("Paris", timeout=TIMEOUT_S)
    if least is None or most is None:
        assert raised.value.retry_after is None
    else:
        # The date is in 2099: seconds from today to then.
        assert min(least, 2.2e9) <= raised.value.retry_after <= most


@pytest.mark.parametrize("mode", ["bigbody", "endless", "gzip_bomb"])
def test_an_enormous_reply_is_cut_off_early(server: FakeServer, mode: str) -> None:
    gzip_bomb()  # made here, so that neither its time nor its memory counts
    tracemalloc.start()
    start = time.monotonic()
    try:
        with pytest.raises(GeocoderServiceError, match="longer than 4 MB"):
            get_json(server.url(mode))
        assert time.monotonic() - start < 4
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_BODY_BYTES
    finally:
        tracemalloc.stop()


def test_a_host_name_that_is_unknown_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(GeocoderUnavailable, match="Name or service not known"):
        get_json("http://nominatim.invalid")


def test_a_name_lookup_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    leave = threading.Event()

    def hang(*_: object, **__: object) -> NoReturn:
        leave.wait(5)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    start = time.monotonic()
    with pytest.raises(GeocoderTimedOut, match=r"within 0\.4 s"):
        get_json("http://nominatim.invalid", timeout=SHORT_S)
    leave.set()
    assert time.monotonic() - start < SHORT_S + 0.5


def test_a_port_where_nobody_listens_is_unavailable(server: FakeServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(GeocoderUnavailable, match=r"the connection failed: .*refused"):
        get_json(f"http://127.0.0.1:{port}")


def test_an_address_that_cannot_be_sent_is_unavailable() -> None:
    with pytest.raises(GeocoderUnavailable, match="the connection failed"):
        get_json("http://127.0.0.1:1/Köln\x00")


def test_a_reply_that_was_given_up_is_not_read_to_its_end() -> None:
    response = SimpleNamespace(length=None, headers={}, read1=lambda _: b" ")
    with pytest.raises(GeocoderTimedOut, match="too slowly"):
        adapters._body(response, time.monotonic() + 0.05)  # type: ignore[arg-type]


def test_a_check_refuses_a_reply_before_geopy_reads_it(server: FakeServer) -> None:
    def refuse(reply: object) -> None:
        raise ValueError(f"no sound reply: {reply}")

    adapter = CarefulAdapter(proxies=None, check=refuse)
    with pytest.raises(GeocoderParseError, match="no sound reply: None"):
        adapter.get_json(server.url("jsonnull"), timeout=TIMEOUT_S, headers=HEADERS)


def test_a_proxy_is_used(server: FakeServer) -> None:
    adapter = CarefulAdapter(proxies={"http": f"http://127.0.0.1:{server.port}"})
    assert adapter.get_json("http://nominatim.invalid/ok/search", timeout=TIMEOUT_S, headers=HEADERS) == PARIS
    assert [path for *_, path in server.log] == ["http://nominatim.invalid/ok/search"]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9" * 5000, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_nothing(header: str, seconds: int | None) -> None:
    assert adapters._retry_after_s(header) == seconds


def test_retry_after_as_a_date_is_seconds_from_now() -> None:
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    seconds = adapters._retry_after_s(header)
    assert seconds is not None
    assert 88 <= seconds <= 91


@given(st.text(st.characters(max_codepoint=255)) | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\w+"))
def test_retry_after_of_any_text_is_no_error(header: str) -> None:
    seconds = adapters._retry_after_s(header)
    assert seconds is None or seconds >= 0


# --- the gate ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect how long the gate would have slept."""
    taken: list[float] = []
    # Not `time.sleep` itself: threads of the fake server may still be sleeping.
    monkeypatch.setattr(adapters, "time", SimpleNamespace(sleep=taken.append))
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
    with contextlib.suppress(GeocoderTimedOut), gate.turn() as turn:
        turn.wait()
        raise GeocoderTimedOut("too late")
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
    monkeypatch.setattr(adapters, "_LOCK_TIMEOUT_S", 0.1)
    gate, other = (Gate(tmp_path, "example.org", interval_s=0) for _ in range(2))
    with gate.turn(), pytest.raises(GeocodingError, match="kept the server busy"), contextlib.ExitStack() as stack:
        stack.enter_context(other.turn())


def test_a_gate_pickles(tmp_path: Path, naps: list[float]) -> None:
    gate = pickle.loads(pickle.dumps(Gate(tmp_path, "example.org", interval_s=1.1)))
    pass_through(gate)
    assert naps == [0.0]


def test_importing_the_cache_and_the_geocoders_leaves_geopy_alone(root: Path) -> None:
    code = "import sys, json, geo.cache, geo.geocoders; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "geo.geocoders.nominatim" in loaded
    assert not {"geopy", "requests", "filelock", "platformdirs", "geo.adapters"} & loaded
