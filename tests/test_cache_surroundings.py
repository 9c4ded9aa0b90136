from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest

from geo.cache import FILE_NAME, Reply, ReplyCache
from geo.cache import file as cache_file
from geo.errors import PlacelinesWarning
from tests.replies import NOW, Clock, asides, body, filled, numbered, rows

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(tmp_path: Path, clock: Clock) -> Iterator[ReplyCache]:
    with closing(ReplyCache(tmp_path / "cache", clock=clock)) as opened:
        yield opened


def put_and_miss(cache: ReplyCache) -> None:
    for number in range(5):
        cache.put(numbered(number), body(number))
        assert cache.get(numbered(99)) is None


def assert_works_in_memory_with_one_warning(cache: ReplyCache, reason: str, advice: str = "make room") -> None:
    with pytest.warns(PlacelinesWarning) as caught:
        put_and_miss(cache)
    assert len(caught) == 1
    assert "replies cannot be kept here" in str(caught[0].message)
    assert reason in str(caught[0].message)
    assert str(caught[0].message).endswith(f"; {advice} or choose another cache folder")
    replies = [cache.get(numbered(number)) for number in range(5)]
    assert [reply.body for reply in replies if reply] == [body(number) for number in range(5)]


def test_a_folder_that_cannot_be_made_leaves_replies_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    with closing(ReplyCache(tmp_path / "file" / "cache")) as cache:
        assert_works_in_memory_with_one_warning(cache, "a file is in the way of the folder")


def test_a_folder_that_is_a_file_leaves_replies_in_memory(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="ascii")
    with closing(ReplyCache(tmp_path / "cache")) as cache:
        assert cache.get(numbered(0)) is None
        assert_works_in_memory_with_one_warning(cache, "a file is in the way of the folder")
    assert (tmp_path / "cache").read_text(encoding="ascii") == "in the way"


def test_a_file_of_a_newer_placelines_is_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 3")
    before = path.read_bytes()
    with closing(ReplyCache(tmp_path)) as cache:
        assert_works_in_memory_with_one_warning(cache, "made by a newer placelines, version 3", "update placelines")
    assert path.read_bytes() == before


def test_a_file_system_without_write_ahead_log_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Network(sqlite3.Connection):
        def execute(self, sql: str, *arguments: object) -> sqlite3.Cursor:
            return super().execute("SELECT 'delete'" if "journal_mode" in sql else sql, *arguments)  # type: ignore[arg-type]

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k, factory=Network))
    with closing(ReplyCache(tmp_path)) as cache:
        assert_works_in_memory_with_one_warning(cache, "the file system allows no write-ahead log, only 'delete'")


def test_a_file_that_another_program_locks_is_read_but_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_file, "_LOCK_TIMEOUT_S", 0.1)
    path = filled(tmp_path, 1)
    with closing(ReplyCache(tmp_path)) as cache, closing(sqlite3.connect(path, isolation_level=None)) as other:
        assert cache.get(numbered(0)) is not None
        other.execute("BEGIN IMMEDIATE")
        with pytest.warns(PlacelinesWarning, match="database is locked"):
            cache.put(numbered(1), body(1))
        assert cache.get(numbered(0)) is not None
        assert cache.get(numbered(1)) is not None
        other.execute("ROLLBACK")
        cache.put(numbered(2), body(2))
    assert [query for query, *_ in rows(path)] == ["place 0", "place 2"]


def test_a_start_up_that_another_process_never_ends_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filelock import FileLock

    monkeypatch.setattr(cache_file, "_LOCK_TIMEOUT_S", 0.1)
    with FileLock(tmp_path / "replies.lock"), closing(ReplyCache(tmp_path)) as cache:
        assert_works_in_memory_with_one_warning(cache, "could not be acquired")


def test_a_file_system_without_file_locks_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> NoReturn:
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr("filelock.FileLock.acquire", missing)
    with closing(ReplyCache(tmp_path)) as cache:
        assert_works_in_memory_with_one_warning(cache, "support flock")
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.filterwarnings("ignore:.*a new one is started")
def test_a_new_file_that_is_damaged_at_once_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> NoReturn:
        raise cache_file.DamagedError("rotten disk")

    monkeypatch.setattr(cache_file.ReplyFile, "_prepare", fail)
    with closing(ReplyCache(tmp_path, clock=Clock())) as cache:
        with pytest.warns(PlacelinesWarning, match="replies cannot be kept here .rotten disk"):
            cache.put(numbered(1), body(1))
        assert cache.get(numbered(1)) == Reply(body(1), NOW)
    assert len(asides(tmp_path)) == 1


def test_a_damaged_file_that_cannot_be_renamed_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, f"{self} to {target}")

    (tmp_path / FILE_NAME).write_bytes(b"?" * 4096)
    monkeypatch.setattr(Path, "rename", refuse)
    with closing(ReplyCache(tmp_path)) as cache:
        assert_works_in_memory_with_one_warning(cache, "Errno 13")
    assert (tmp_path / FILE_NAME).read_bytes() == b"?" * 4096


FULL_DISK = """
import pathlib, resource, sys, warnings
from contextlib import closing
from geo.cache import Question, ReplyCache

resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
with warnings.catch_warnings(record=True) as caught, closing(ReplyCache(pathlib.Path(sys.argv[1]))) as cache:
    warnings.simplefilter("always")
    for number in range(300):
        cache.put(Question("p", str(number)), "x" * 2000)
    wrong = [n for n in range(300) if (reply := cache.get(Question("p", str(n)))) is None or reply.body != "x" * 2000]
print(len(wrong), [f"{w.category.__name__}: {w.message}" for w in caught])
"""


def test_on_a_full_disk_every_reply_is_still_answered_and_the_stored_ones_stay(tmp_path: Path, root: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("0 ['PlacelinesWarning: "), done.stdout
    assert done.stdout.count("replies cannot be kept here") == 1
    assert 5 < len(rows(tmp_path / FILE_NAME)) < 300
    assert rows(tmp_path / FILE_NAME, "PRAGMA integrity_check") == [("ok",)]


def test_what_could_not_be_kept_is_kept_when_there_is_room_again(
    cache: ReplyCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put(numbered(0), body(0))
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorname = "SQLITE_FULL"

    def fail(*_: object) -> None:
        with cache_file._problems_told_apart():
            raise full

    with monkeypatch.context() as patch:
        patch.setattr(cache_file.ReplyFile, "execute", fail)
        with pytest.warns(PlacelinesWarning, match="disk is full"):
            cache.put(numbered(1), None)
    cache.put(numbered(1), body(1))
    assert rows(cache.folder / FILE_NAME) == [("place 0", "ok", body(0)), ("place 1", "ok", body(1))]
    assert cache.get(numbered(1)) == Reply(body(1), NOW)


def test_a_mistake_in_the_program_is_not_taken_for_damage(cache: ReplyCache) -> None:
    with pytest.raises(sqlite3.ProgrammingError), cache_file._problems_told_apart():
        raise sqlite3.ProgrammingError("Cannot operate on a closed database.")


# --- read-only --------------------------------------------------------------------------------------------------------


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """Return a folder that users other than root can reach, with a cache of two replies that they cannot write."""
    folder = Path(tempfile.mkdtemp())
    filled(folder / "cache", 2)
    folder.chmod(0o755)
    yield folder / "cache"
    shutil.rmtree(folder)


def as_somebody_else(work: Callable[[], None]) -> None:
    """Do work in a process without the rights of root and without those to write what is there."""

    def restricted() -> None:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        work()

    process = FORK.Process(target=restricted)
    process.start()
    process.join(60)
    assert process.exitcode == 0


def set_read_only(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)


def test_a_folder_that_is_read_only_is_read_and_new_replies_stay_in_memory(shared_folder: Path) -> None:
    set_read_only(shared_folder)
    before = sorted(shared_folder.iterdir())

    def work() -> None:
        with closing(ReplyCache(shared_folder)) as cache:
            warnings.simplefilter("error")
            reply = cache.get(numbered(0))
            assert reply is not None
            assert reply.body == body(0)
            with pytest.warns(PlacelinesWarning, match="replies cannot be kept here .Permission denied"):
                cache.put(numbered(5), body(5))
            cache.put(numbered(0), "[2]")
            bodies = [reply.body for number in (0, 1, 5) if (reply := cache.get(numbered(number)))]
            assert bodies == ["[2]", body(1), body(5)]

    as_somebody_else(work)
    shared_folder.chmod(0o755)
    assert sorted(shared_folder.iterdir()) == before
    assert [query for query, *_ in rows(shared_folder / FILE_NAME)] == ["place 0", "place 1"]


def test_a_read_only_file_is_read_together_with_the_log_of_a_process_that_writes(shared_folder: Path) -> None:
    with closing(ReplyCache(shared_folder)) as writer:
        writer.put(numbered(2), body(2))
        set_read_only(shared_folder)

        def work() -> None:
            with closing(ReplyCache(shared_folder)) as cache:
                assert [number for number in range(4) if cache.get(numbered(number))] == [0, 1, 2]

        as_somebody_else(work)
        shared_folder.chmod(0o755)


def test_a_log_that_cannot_be_read_as_a_whole_is_not_read_by_half(shared_folder: Path) -> None:
    with closing(ReplyCache(shared_folder)) as writer:
        writer.put(numbered(2), body(2))
        killed = shared_folder.with_name("killed")
        killed.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(shared_folder / (FILE_NAME + suffix), killed)
    set_read_only(killed)

    def work() -> None:
        with closing(ReplyCache(killed)) as cache:
            with pytest.warns(PlacelinesWarning, match="unable to open database file"):
                assert cache.get(numbered(0)) is None
            cache.put(numbered(0), body(0))
            assert cache.get(numbered(0)) is not None

    as_somebody_else(work)
    killed.chmod(0o755)


def test_what_changes_under_a_reader_that_cannot_lock_is_read_anew(shared_folder: Path) -> None:
    set_read_only(shared_folder)
    turn, done = FORK.Event(), FORK.Event()

    def work() -> None:
        with closing(ReplyCache(shared_folder)) as cache:
            assert cache.get(numbered(2)) is None
            turn.set()
            assert done.wait(60)
            assert cache.get(numbered(2)) is not None

    def write() -> None:
        assert turn.wait(60)
        shared_folder.chmod(0o755)
        (shared_folder / FILE_NAME).chmod(0o644)
        (shared_folder / "replies.lock").chmod(0o644)
        with closing(ReplyCache(shared_folder)) as cache:
            cache.put(numbered(2), body(2))
        set_read_only(shared_folder)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    as_somebody_else(work)
    writer.join()
    shared_folder.chmod(0o755)
