from __future__ import annotations

import multiprocessing
import os
import pickle
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from geo import cache as cache_module
from geo.cache import FILE_NAME, MISS_TTL_S, OK_TTL_S, Question, Reply, ReplyCache
from geo.errors import PlacelinesWarning

# Tests elsewhere may leave a thread behind; the processes forked here use nothing that it could hold.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

NOW = 1_700_000_000
IDLIB = Question("nominatim https://example.org", "Idlib")
FORK = multiprocessing.get_context("fork")


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(tmp_path: Path, clock: Clock) -> Iterator[ReplyCache]:
    with closing(ReplyCache(tmp_path / "cache", clock=clock)) as opened:
        yield opened


@contextmanager
def reopened(cache: ReplyCache) -> Iterator[ReplyCache]:
    """Open the same folder as another process would."""
    cache.close()
    with closing(pickle.loads(pickle.dumps(cache))) as other:
        yield other


def numbered(number: int) -> Question:
    return Question("nominatim https://example.org", f"place {number}")


def body(number: int) -> str:
    return f'[{{"n": {number}}}]' + " " * 200


def filled(folder: Path, count: int) -> Path:
    with closing(ReplyCache(folder)) as cache:
        for number in range(count):
            cache.put(numbered(number), body(number))
    return folder / FILE_NAME


def rows(path: Path, sql: str = "SELECT query, status, body FROM reply ORDER BY query") -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def asides(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{FILE_NAME}.corrupt-*"))


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_a_reply_is_there_for_the_next_process_with_its_age(cache: ReplyCache) -> None:
    cache.put(IDLIB, '[{"lat": "35.9"}]')
    with reopened(cache) as other:
        assert other.get(IDLIB) == Reply('[{"lat": "35.9"}]', NOW)


def test_no_such_place_is_a_reply_without_body(cache: ReplyCache) -> None:
    cache.put(IDLIB, None)
    with reopened(cache) as other:
        assert other.get(IDLIB) == Reply(None, NOW)
    assert rows(cache.folder / FILE_NAME) == [("idlib", "miss", None)]


def test_the_file_has_no_way_to_write_down_a_failure(cache: ReplyCache) -> None:
    cache.put(IDLIB, None)
    with (
        closing(sqlite3.connect(cache.folder / FILE_NAME)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed: status"),
    ):
        connection.execute("UPDATE reply SET status = 'error'")


def test_a_later_reply_replaces_an_earlier_one(cache: ReplyCache, clock: Clock) -> None:
    cache.put(IDLIB, None)
    clock.now += 60
    cache.put(IDLIB, "[1]")
    assert cache.get(IDLIB) == Reply("[1]", NOW + 60)


@pytest.mark.parametrize("spelling", ["IDLIB", "  idlib\n", "Idlib"])
def test_spellings_that_differ_in_case_or_space_are_one_question(cache: ReplyCache, spelling: str) -> None:
    cache.put(IDLIB, "[1]")
    assert cache.get(Question(IDLIB.provider, spelling)) == Reply("[1]", NOW)


def test_composed_and_decomposed_letters_are_one_question() -> None:
    assert Question("p", "São Paulo").key == Question("p", "Sa\u0303o Paulo").key


@pytest.mark.parametrize(
    "other",
    [
        Question("nominatim https://example.com", "Idlib"),
        Question(IDLIB.provider, "Idlib Governorate"),
        Question(IDLIB.provider, "Idlib", (("limit", "5"),)),
    ],
)
def test_another_provider_name_or_parameter_is_another_question(cache: ReplyCache, other: Question) -> None:
    cache.put(IDLIB, "[1]")
    assert cache.get(other) is None


def test_the_order_of_parameters_does_not_matter() -> None:
    assert Question("p", "x", (("a", "1"), ("b", "2"))).key == Question("p", "x", (("b", "2"), ("a", "1"))).key


def test_texts_that_only_join_alike_are_different_questions() -> None:
    assert Question("p", "ab").key != Question("pa", "b").key


@pytest.mark.parametrize(("kept", "ttl_s"), [("[1]", OK_TTL_S), (None, MISS_TTL_S)])
def test_a_reply_is_believed_until_its_time_is_over(
    cache: ReplyCache, clock: Clock, kept: str | None, ttl_s: int
) -> None:
    cache.put(IDLIB, kept)
    clock.now = NOW + ttl_s - 1
    assert cache.get(IDLIB) == Reply(kept, NOW)
    clock.now = NOW + ttl_s
    assert cache.get(IDLIB) is None


def test_a_clock_set_back_makes_no_reply_too_old(cache: ReplyCache, clock: Clock) -> None:
    cache.put(IDLIB, "[1]")
    clock.now = NOW - 365 * 86_400
    assert cache.get(IDLIB) == Reply("[1]", NOW)


def test_nothing_is_opened_before_the_first_question(tmp_path: Path) -> None:
    ReplyCache(tmp_path / "cache").close()
    assert not (tmp_path / "cache").exists()


def test_the_file_uses_a_write_ahead_log_and_names_its_schema(cache: ReplyCache) -> None:
    cache.put(IDLIB, "[1]")
    path = cache.folder / FILE_NAME
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]
    assert rows(path, "PRAGMA user_version") == [(1,)]


# --- several processes ------------------------------------------------------------------------------------------------


def in_processes(count: int, work: Callable[[int], None]) -> None:
    processes = [FORK.Process(target=work, args=(number,)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * count


def write_25(folder: Path, writer: int) -> None:
    warnings.simplefilter("error")
    with closing(ReplyCache(folder)) as cache:
        for number in range(25 * writer, 25 * (writer + 1)):
            cache.put(numbered(number), body(number))
            assert cache.get(numbered(number)) is not None


def test_four_processes_that_start_and_write_at_once_lose_nothing(tmp_path: Path) -> None:
    in_processes(4, lambda writer: write_25(tmp_path, writer))
    with closing(ReplyCache(tmp_path)) as cache:
        replies = [cache.get(numbered(number)) for number in range(100)]
    assert [reply.body for reply in replies if reply] == [body(number) for number in range(100)]
    assert rows(tmp_path / FILE_NAME, "PRAGMA integrity_check") == [("ok",)]


def test_four_processes_that_meet_garbage_agree_on_one_new_file(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"garbage" * 1000)

    def work(writer: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PlacelinesWarning)
            cache = ReplyCache(tmp_path)
            cache.put(numbered(writer), body(writer))
            cache.close()

    in_processes(4, work)
    assert len(rows(tmp_path / FILE_NAME)) == 4
    assert len(asides(tmp_path)) == 1


def test_a_forked_process_opens_the_file_for_itself(cache: ReplyCache) -> None:
    cache.put(numbered(0), body(0))

    def work(_: int) -> None:
        assert cache.get(numbered(0)) is not None
        cache.put(numbered(1), body(1))
        cache.close()

    in_processes(1, work)
    cache.put(numbered(2), body(2))
    assert [reply.body for n in range(3) if (reply := cache.get(numbered(n)))] == [body(0), body(1), body(2)]


def test_threads_share_one_cache(cache: ReplyCache) -> None:
    def work(writer: int) -> None:
        for number in range(10 * writer, 10 * (writer + 1)):
            cache.put(numbered(number), body(number))

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(cache.get(numbered(number)) == Reply(body(number), NOW) for number in range(40))


# --- damage -----------------------------------------------------------------------------------------------------------


def flip(data: bytearray, chance: random.Random, count: int) -> None:
    for _ in range(count):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def mutated(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    changed = bytearray(data)
    match seed % 5:
        case 0:
            del changed[chance.randrange(len(changed)) :]
        case 1:
            flip(changed, chance, 1)
        case 2:
            flip(changed, chance, 512)
        case 3:
            start = chance.randrange(len(changed))
            changed[start : start + 100] = chance.randbytes(100)
        case 4:
            flip(changed, chance, chance.randrange(2, 64))
    return bytes(changed)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a sound file of 40 replies."""
    return filled(tmp_path_factory.mktemp("sound"), 40).read_bytes()


@pytest.mark.filterwarnings("ignore::geo.errors.PlacelinesWarning")
@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_gives_no_wrong_reply_and_no_error(tmp_path: Path, sound: bytes, seed: int) -> None:
    (tmp_path / FILE_NAME).write_bytes(mutated(sound, seed))
    with closing(ReplyCache(tmp_path)) as cache:
        for number in range(40):
            reply = cache.get(numbered(number))
            assert reply is None or reply.body == body(number)
        for number in range(0, 80, 2):
            cache.put(numbered(number), body(number))
        for number in range(0, 80, 2):
            reply = cache.get(numbered(number))
            assert reply is not None
            assert reply.body == body(number)


@pytest.mark.filterwarnings("ignore::geo.errors.PlacelinesWarning")
@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_log_gives_no_wrong_reply_and_no_error(tmp_path: Path, suffix: str, seed: int) -> None:
    with closing(ReplyCache(tmp_path / "live")) as live:
        for number in range(40):
            live.put(numbered(number), body(number))
        shutil.copytree(tmp_path / "live", tmp_path / "killed")  # as after kill -9: the log is still there
    log = tmp_path / "killed" / (FILE_NAME + suffix)
    log.write_bytes(mutated(log.read_bytes(), seed))
    with closing(ReplyCache(tmp_path / "killed")) as cache:
        for number in range(40):
            reply = cache.get(numbered(number))
            assert reply is None or reply.body == body(number)
        cache.put(numbered(99), body(99))
        assert cache.get(numbered(99)) is not None


def test_a_flipped_letter_in_a_reply_makes_it_unknown_and_leaves_the_others(tmp_path: Path) -> None:
    path = filled(tmp_path, 3)
    path.write_bytes(path.read_bytes().replace(b'[{"n": 1}]', b'[{"n": 7}]'))
    with closing(ReplyCache(tmp_path)) as cache:
        assert [reply and reply.body for reply in map(cache.get, map(numbered, range(3)))] == [body(0), None, body(2)]
        cache.put(numbered(1), body(1))
        assert cache.get(numbered(1)) is not None
    assert asides(tmp_path) == []


def test_text_that_is_no_utf8_makes_one_reply_unknown(tmp_path: Path) -> None:
    path = filled(tmp_path, 3)
    path.write_bytes(path.read_bytes().replace(b'[{"n": 1}]', b'[{"\xff": 1}]'))
    with closing(ReplyCache(tmp_path)) as cache:
        assert cache.get(numbered(1)) is None
        assert cache.get(numbered(2)) is not None
    assert asides(tmp_path) == []


def test_a_damaged_file_is_kept_aside_and_named_in_one_warning(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 99)
    with (
        closing(ReplyCache(tmp_path)) as cache,
        pytest.warns(PlacelinesWarning, match=r"damaged \(file is not a database\); kept as .* new one") as caught,
    ):
        cache.put(numbered(1), body(1))
    (aside,) = asides(tmp_path)
    assert aside.read_bytes() == b"not a database at all" * 99
    assert len(caught) == 1
    assert aside.name in str(caught[0].message)
    assert rows(tmp_path / FILE_NAME) == [("place 1", "ok", body(1))]


@pytest.fixture
def rotting(tmp_path: Path) -> Iterator[ReplyCache]:
    """Return a cache of 6 MB, more than SQLite holds in memory, whose file went bad after it was opened."""
    with closing(ReplyCache(tmp_path)) as cache:
        for number in range(60):
            cache.put(numbered(number), body(number) + " " * 100_000)
    with closing(ReplyCache(tmp_path)) as cache:
        assert cache.get(numbered(0)) is not None
        size = (tmp_path / FILE_NAME).stat().st_size
        with (tmp_path / FILE_NAME).open("r+b") as file:
            file.seek(2 * 4096)
            file.write(b"\xff" * (size - 2 * 4096))
        yield cache


def test_damage_that_shows_only_while_reading_is_healed(rotting: ReplyCache) -> None:
    with pytest.warns(PlacelinesWarning, match=r"damaged \(database disk image is malformed\); kept as"):
        found = [rotting.get(numbered(number)) for number in range(60)]
    assert {reply.body.strip() for reply in found if reply and reply.body} <= {body(n).strip() for n in range(60)}
    rotting.put(numbered(1), body(1))
    assert rows(rotting.folder / FILE_NAME) == [("place 1", "ok", body(1))]
    assert len(asides(rotting.folder)) == 1


def test_damage_that_another_process_mended_first_is_not_mended_twice(rotting: ReplyCache) -> None:
    path = rotting.folder / FILE_NAME
    execute = cache_module._ReplyFile.execute

    def mended_meanwhile(file: Any, sql: str, arguments: tuple[object, ...] = ()) -> object:  # noqa: ANN401
        try:
            return execute(file, sql, arguments)
        except cache_module._DamagedError:
            for suffix in ("-wal", "-shm", ""):
                path.with_name(FILE_NAME + suffix).rename(path.with_name("elsewhere" + suffix))
            with closing(ReplyCache(rotting.folder)) as other:
                other.put(numbered(7), body(7))
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache_module._ReplyFile, "execute", mended_meanwhile)
        found = {number: rotting.get(numbered(number)) for number in range(59, 0, -1)}
    assert found[7] is not None
    assert found[7].body == body(7)
    assert asides(rotting.folder) == []


def test_the_log_of_a_damaged_file_goes_aside_with_it(tmp_path: Path) -> None:
    with closing(ReplyCache(tmp_path)) as running, closing(ReplyCache(tmp_path)) as starting:
        running.put(numbered(0), body(0))
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
            connection.execute("CREATE TABLE other (x)")
        with pytest.warns(PlacelinesWarning, match="it holds something else than replies"):
            starting.put(numbered(1), body(1))
        running.put(numbered(2), body(2))
        assert [path.name[-4:] for path in asides(tmp_path) if "-wal" in path.name] == ["-wal"]
    assert [query for query, *_ in rows(tmp_path / FILE_NAME)] == ["place 1", "place 2"]
    (aside,) = (path for path in asides(tmp_path) if path.name.count("-") == 2)
    assert rows(aside) == [("place 0", "ok", body(0))]


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE other (x)",
        "CREATE TRIGGER spy AFTER INSERT ON reply BEGIN DELETE FROM reply; END",
        "ALTER TABLE reply ADD COLUMN more TEXT",
        "DROP TABLE reply",
    ],
)
def test_a_file_with_other_tables_is_set_aside(tmp_path: Path, change: str) -> None:
    with closing(sqlite3.connect(filled(tmp_path, 1))) as connection:
        connection.execute(change)
    with closing(ReplyCache(tmp_path)) as cache:
        with pytest.warns(PlacelinesWarning, match="it holds something else than replies"):
            assert cache.get(numbered(0)) is None
        cache.put(numbered(0), body(0))
        assert cache.get(numbered(0)) is not None


@pytest.mark.parametrize(
    ("sound_bytes", "damaged_bytes"),
    [
        (b"CREATE TABLE reply", b"CREATE \xff\xfeBLE reply"),
        (b"tablereplyreply", b"table\xffeplyreply"),
        (b"CREATE TABLE reply", b"CREATE TABLE \xffeply"),
    ],
)
def test_a_file_whose_schema_is_unreadable_is_set_aside(
    tmp_path: Path, sound_bytes: bytes, damaged_bytes: bytes
) -> None:
    path = filled(tmp_path, 1)
    path.write_bytes(path.read_bytes().replace(sound_bytes, damaged_bytes))
    with closing(ReplyCache(tmp_path)) as cache, pytest.warns(PlacelinesWarning, match="schema.*; kept as"):
        cache.put(numbered(1), body(1))
    assert rows(path) == [("place 1", "ok", body(1))]


def test_a_cache_that_another_process_replaced_goes_on_with_the_new_file(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    with closing(ReplyCache(tmp_path)) as old:
        assert old.get(numbered(0)) is not None
        for suffix in ("-wal", "-shm", ""):
            (tmp_path / (FILE_NAME + suffix)).rename(tmp_path / ("aside" + suffix))
        with closing(ReplyCache(tmp_path)) as new:
            new.put(numbered(1), body(1))
            old.put(numbered(2), body(2))
            assert old.get(numbered(1)) is not None
            assert new.get(numbered(2)) is not None
            # Closing the old file must not take the new file's log away.
            assert (tmp_path / f"{FILE_NAME}-wal").exists()
    assert [query for query, *_ in rows(tmp_path / FILE_NAME)] == ["place 1", "place 2"]


def test_a_folder_that_is_deleted_meanwhile_is_made_again(tmp_path: Path) -> None:
    with closing(ReplyCache(tmp_path / "cache")) as cache:
        cache.put(numbered(0), body(0))
        shutil.rmtree(tmp_path / "cache")
        assert cache.get(numbered(0)) is None
        cache.put(numbered(1), body(1))
    assert len(rows(tmp_path / "cache" / FILE_NAME)) == 1


# --- surroundings -----------------------------------------------------------------------------------------------------


def put_and_miss(cache: ReplyCache) -> None:
    for number in range(5):
        cache.put(numbered(number), body(number))
        assert cache.get(numbered(99)) is None


def assert_works_in_memory_with_one_warning(cache: ReplyCache, reason: str) -> None:
    with pytest.warns(PlacelinesWarning) as caught:
        put_and_miss(cache)
    assert len(caught) == 1
    assert "replies cannot be kept here" in str(caught[0].message)
    assert reason in str(caught[0].message)
    replies = [cache.get(numbered(number)) for number in range(5)]
    assert [reply.body for reply in replies if reply] == [body(number) for number in range(5)]


def test_a_folder_that_cannot_be_made_leaves_replies_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    with closing(ReplyCache(tmp_path / "file" / "cache")) as cache:
        assert_works_in_memory_with_one_warning(cache, "Not a directory")


def test_a_file_of_a_newer_placelines_is_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    with closing(ReplyCache(tmp_path)) as cache:
        assert_works_in_memory_with_one_warning(cache, "made by a newer placelines, version 2")
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
    monkeypatch.setattr(cache_module, "_LOCK_TIMEOUT_S", 0.1)
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

    monkeypatch.setattr(cache_module, "_LOCK_TIMEOUT_S", 0.1)
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
        raise cache_module._DamagedError("rotten disk")

    monkeypatch.setattr(cache_module._ReplyFile, "_prepare", fail)
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
        with cache_module._problems_told_apart():
            raise full

    with monkeypatch.context() as patch:
        patch.setattr(cache_module._ReplyFile, "execute", fail)
        with pytest.warns(PlacelinesWarning, match="disk is full"):
            cache.put(numbered(1), None)
    cache.put(numbered(1), body(1))
    assert rows(cache.folder / FILE_NAME) == [("place 0", "ok", body(0)), ("place 1", "ok", body(1))]
    assert cache.get(numbered(1)) == Reply(body(1), NOW)


def test_a_mistake_in_the_program_is_not_taken_for_damage(cache: ReplyCache) -> None:
    with pytest.raises(sqlite3.ProgrammingError), cache_module._problems_told_apart():
        raise sqlite3.ProgrammingError("Cannot operate on a closed database.")


def test_a_relative_folder_stays_where_it_was_when_the_working_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cache = ReplyCache(Path("cache"))
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    with closing(cache):
        cache.put(IDLIB, "[1]")
    assert (tmp_path / "cache" / FILE_NAME).exists()
