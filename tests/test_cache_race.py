"""Many processes that open one cache for the first time in the same moment; ``make faults`` does it more often."""

from __future__ import annotations

import os
import shutil
import sqlite3
import warnings
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from geo.cache import FILE_NAME, ReplyCache
from geo.errors import PlacelinesWarning
from tests.crowd import PATIENCE_S, barrier, results
from tests.damage import body
from tests.replies import numbered

pytestmark = pytest.mark.faults

ROUNDS = max(1, int(os.environ.get("PLACELINES_FAULTS", "30")) // 20)
PROCESSES = 32


def open_first(mouth: Connection, start: Barrier, folder: Path, number: int) -> None:
    """Keep a reply and read it, at the same moment as all others; tell what was warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        start.wait(PATIENCE_S)
        with closing(ReplyCache(folder)) as cache:
            cache.put(numbered(number), body(number))
            found = cache.get(numbered(number))
            assert found is not None
            assert found.body == body(number)
    assert {warning.category for warning in caught} <= {PlacelinesWarning}
    mouth.send([str(warning.message) for warning in caught])


@pytest.mark.parametrize("before", [None, b"", b"garbage" * 1000], ids=["no file", "empty file", "garbage"])
def test_whoever_opens_a_cache_first_nobody_fails(tmp_path: Path, before: bytes | None) -> None:
    for turn in range(ROUNDS):
        folder = tmp_path / str(turn) / "cache"
        if before is not None:
            folder.mkdir(parents=True)
            (folder / FILE_NAME).write_bytes(before)
        start = barrier(PROCESSES)
        told = results(open_first, [(start, folder, number) for number in range(PROCESSES)])
        # One of them finds the garbage, and says so; nobody else has anything to say.
        assert sorted(map(bool, told), reverse=True) == [bool(before), *[False] * (PROCESSES - 1)]
        with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
            assert connection.execute("SELECT count(*) FROM reply").fetchone() == (PROCESSES,)
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        shutil.rmtree(folder)
    print(f"{ROUNDS} rounds of {PROCESSES} processes at first open: 0 failures")
