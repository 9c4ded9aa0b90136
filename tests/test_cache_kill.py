"""SIGKILL while replies are kept, or while a damaged cache is mended; ``make kill`` does it more often."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from geo.cache import FILE_NAME, Question, ReplyCache
from geo.errors import PlacelinesWarning
from tests import damage
from tests.crowd import Member
from tests.replies import numbered

pytestmark = pytest.mark.kill

KILLS = int(os.environ.get("PLACELINES_KILLS", "40"))
WRITERS = 4
NAMES = 50
"""Names that a writer writes replies to in turn, so that the file does not grow for ever."""
_LOOK_EVERY = 50


def reply(writer: int, number: int) -> str:
    """Return the reply that a writer writes as its n-th: 1 to 40 kB that say whose they are, and a digest."""
    chance = random.Random(f"{writer} {number}")
    text = f"{writer} {number} {chance.randbytes(chance.randrange(500, 20_000)).hex()}"
    return f"{text} {hashlib.sha256(text.encode()).hexdigest()}"


def number_of(writer: int, text: str) -> int:
    """Return the number of a sound reply of a writer."""
    said, _, digest = text.rpartition(" ")
    assert hashlib.sha256(said.encode()).hexdigest() == digest
    whose, number, _ = said.split()
    assert int(whose) == writer
    return int(number)


def question(writer: int, number: int) -> Question:
    return Question("writers", f"{writer} {number % NAMES}")


def write(mouth: Connection, folder: Path, writer: int, first: int) -> None:
    """Keep one reply after the other, and tell the number of each that is kept; a warning ends it."""
    warnings.simplefilter("error")
    _write(mouth, folder, writer, first)


def mend(mouth: Connection, folder: Path, writer: int) -> None:
    """Do the same in a damaged cache, which is mended with a warning."""
    warnings.simplefilter("ignore", PlacelinesWarning)
    _write(mouth, folder, writer, 1)


def _write(mouth: Connection, folder: Path, writer: int, first: int) -> None:
    cache = ReplyCache(folder)
    for number in count(first):
        cache.put(question(writer, number), reply(writer, number))
        mouth.send(number)


class Writers:
    """Writers on one cache, each replaced at once when it is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept = [0] * WRITERS
        """The number of the last reply that each writer was told is kept."""
        self._running = [self._started(writer) for writer in range(WRITERS)]

    def _started(self, writer: int) -> Member:
        return Member(write, self.folder, writer, self.kept[writer] + 1)

    def hear(self) -> None:
        """Take note of what was told."""
        for writer, member in enumerate(self._running):
            self.kept[writer] = max([self.kept[writer], *(int(str(number)) for number in member.told())])

    def kill(self, writers: Sequence[int]) -> None:
        """Kill some, and let others take their place."""
        assert all(member.is_alive for member in self._running)
        for writer in writers:
            self._running[writer].kill()
        self.hear()
        for writer in writers:
            self._running[writer] = self._started(writer)

    def check(self) -> None:
        """See that the file is sound, and that each name has the last reply that was kept, or a later one."""
        with closing(sqlite3.connect(self.folder / FILE_NAME, timeout=60)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with closing(ReplyCache(self.folder)) as cache:
            for writer, last in enumerate(list(self.kept)):
                for number in range(max(1, last - NAMES + 1), last + 1):
                    found = cache.get(question(writer, number))
                    assert found is not None, f"reply {number} of writer {writer} is lost"
                    assert number_of(writer, found.body or "") >= number

    def end(self) -> None:
        for member in self._running:
            member.kill()
        self.hear()


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[Writers]:
    running = Writers(tmp_path)
    yield running
    running.end()


def test_no_reply_that_was_kept_is_lost_when_writers_are_killed(writers: Writers) -> None:
    chance = random.Random(8)
    while not all(writers.kept):
        time.sleep(0.05)
        writers.hear()
    killed, rounds = 0, 0
    while killed < KILLS:
        time.sleep(chance.uniform(0, 0.08))
        # Mostly one of them beside the others; at times all, so that the next one finds the log as it was left.
        victims = range(WRITERS) if chance.random() < 0.1 else [chance.randrange(WRITERS)]
        writers.kill(victims)
        killed, rounds = killed + len(victims), rounds + 1
        if rounds % _LOOK_EVERY == 0:
            writers.check()
    writers.end()
    writers.check()
    assert [path.name for path in writers.folder.iterdir() if "corrupt" in path.name] == []
    print(f"{killed} kills of {WRITERS} writers: {sum(writers.kept):,} replies kept, 0 lost, 0 wrong")
    assert sum(writers.kept) > killed


@pytest.mark.filterwarnings("ignore::geo.errors.PlacelinesWarning")
def test_a_damaged_cache_is_mended_however_often_its_menders_are_killed(tmp_path: Path) -> None:
    sound = damage.killed(tmp_path / "sound")
    chance = random.Random(9)
    kept = 0
    for seed in range(max(1, KILLS // WRITERS)):
        folder = tmp_path / str(seed)
        shutil.copytree(sound, folder)
        how = damage.damage(folder, seed)
        menders = [Member(mend, folder, mender) for mender in range(WRITERS)]
        told: list[list[object]] = [[] for _ in menders]
        for mender in chance.sample(range(WRITERS), WRITERS):
            time.sleep(chance.expovariate(1 / 0.012))
            menders[mender].kill()
            told[mender] += menders[mender].told()
        with closing(ReplyCache(folder)) as cache:
            for number in range(damage.REPLIES):
                found = cache.get(numbered(number))
                assert found is None or found.body == damage.body(number), how
            for mender, numbers in enumerate(told):
                kept += len(numbers)
                for last in (int(str(number)) for number in numbers[-NAMES:]):
                    found = cache.get(question(mender, last))
                    assert found is not None, f"{how}: reply {last} of {mender} is lost"
                    assert number_of(mender, found.body or "") >= last
            cache.put(numbered(0), damage.body(0))
            assert cache.get(numbered(0)) is not None
        shutil.rmtree(folder)
    print(f"{KILLS // WRITERS * WRITERS} kills of {WRITERS} menders: {kept:,} replies kept, 0 lost, 0 wrong")
