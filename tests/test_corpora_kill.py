"""SIGKILL of workers and of whole runs over a corpus, at random moments; ``make kill`` does it more often."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.corpus_runs import errors, positions, results, rows, write_rows
from tests.sittings import PART_SIZE, Nursery

pytestmark = pytest.mark.kill

KILLS = max(8, int(os.environ.get("PLACELINES_KILLS", "8")))
ARTICLES = 3 * PART_SIZE - 40
MALFORMED = PART_SIZE + 2
"""Position of a row that is none."""
_LONGEST_PAUSE = 0.12
"""Longest pause between two kills, as a share of the time that the run takes undisturbed."""
_LONGEST_S = 300.0
_SHARE_OF_WORKERS = 0.6
"""Of the kills while articles are read that hit a worker; the others hit the whole group."""
_SHARE_AIMED = 0.03
"""Of the pauses that last until files are published."""
_SHARE_KILLED = 0.8
"""Of the publications that are killed, half of them as the files are moved."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    records: list[dict[str, object] | str] = [*rows(ARTICLES)]
    records[MALFORMED] = "no JSON"
    return write_rows(tmp_path_factory.mktemp("corpus") / "news.jsonl", records)


class Run:
    """A run, in as many sittings as it takes, and the kills that it suffers."""

    def __init__(self, nursery: Nursery, corpus: Path, output: Path, *, longest_pause_s: float = 0) -> None:
        self.output = output
        self._longest_pause_s = longest_pause_s
        self._nursery = nursery
        self._pid = 0
        self._command = ("batch", corpus, "-o", output, "--resume", "--workers", "2", "--batch-size", "16")

    def complete(self) -> None:
        """Let it end by itself, once more if it has."""
        self._nursery.begin(*self._command)
        assert self._nursery.status() == 6

    def suffer(self, chance: random.Random, *, most: int) -> Counter[str]:
        """Kill it again and again until it is through, but so often at most; return what was hit how often."""
        hits, status = Counter[str](), None
        while status != 6 and hits.total() < most:
            self._pid = self._nursery.begin(*self._command)
            while (hit := self._hit(chance)) is not None:
                hits[hit] += 1
                if hit != "worker":
                    os.killpg(self._pid, signal.SIGKILL)
                    break
                if hits.total() == most:
                    break
            status = self._nursery.status()
            assert status in {-signal.SIGKILL, 6}
        return hits

    def _hit(self, chance: random.Random) -> str | None:
        """Wait a while, and kill a worker or return what the whole group is to be killed at; None to let it end."""
        new = self.output / ".placelines" / "new"
        is_aimed = chance.random() < _SHARE_AIMED
        if self._comes(new, within_s=_LONGEST_S if is_aimed else chance.uniform(0, self._longest_pause_s)):
            if chance.random() > _SHARE_KILLED:
                return None
            if chance.random() < 0.5:
                return "moves" if self._comes(new / "replaced") else None
            pause_s = chance.uniform(0, self._longest_pause_s)
            return "publication" if self._nursery.status(pause_s) is None else None
        if self._nursery.status(0) is not None:
            return None
        if (workers := self._workers()) and chance.random() < _SHARE_OF_WORKERS:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
            return "worker"
        return "reading"

    def _comes(self, path: Path, *, within_s: float = _LONGEST_S) -> bool:
        """Return whether something is there before the command ends, or so long."""
        end = time.monotonic() + within_s
        while not path.exists():
            if time.monotonic() > end or self._nursery.status(0) is not None:
                return False
            time.sleep(0.0005)
        return True

    def _workers(self) -> list[int]:
        try:
            children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text(encoding="ascii")
        except OSError:
            return []
        return [int(pid) for pid in children.split()]


@pytest.mark.skipif(sys.platform != "linux", reason="the workers of a process are found by /proc")
def test_results_are_the_same_however_often_a_run_is_killed(root: Path, corpus: Path, tmp_path: Path) -> None:
    with Nursery(root) as nursery:
        undisturbed, began = tmp_path / "undisturbed", time.monotonic()
        Run(nursery, corpus, undisturbed).complete()
        longest_pause_s = _LONGEST_PAUSE * (time.monotonic() - began)
        expected = results(undisturbed)
        chance, hits, number = random.Random(11), Counter[str](), 0
        while hits.total() < KILLS:
            output = tmp_path / f"out-{number}"
            run = Run(nursery, corpus, output, longest_pause_s=longest_pause_s)
            hits.update(run.suffer(chance, most=KILLS - hits.total()))
            run.complete()
            assert positions(output) == [position for position in range(ARTICLES) if position != MALFORMED]
            assert [error["line"] for error in errors(output)] == [MALFORMED + 1]
            assert results(output) == expected
            number += 1
    minutes = (time.monotonic() - began) / 60
    print(f"{hits.total()} kills in {minutes:.1f} minutes, {dict(hits)}; {number} runs, all with the same results")
