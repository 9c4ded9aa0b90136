from __future__ import annotations

import multiprocessing
import os
import pickle
import sqlite3
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from geo.cache import FILE_NAME, MISS_TTL_S, OK_TTL_S, Question, Reply, ReplyCache
from geo.errors import PlacelinesWarning
from tests.replies import IDLIB, NOW, Clock, asides, body, filled, numbered, rows

# Tests elsewhere may leave a thread behind; the processes forked here use nothing that it could hold.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

FORK = multiprocessing.get_context("fork")


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


def test_nothing_is_made_before_the_first_reply(tmp_path: Path) -> None:
    with closing(ReplyCache(tmp_path / "cache")) as cache:
        assert cache.get(IDLIB) is None
        assert cache.folder == tmp_path / "cache"
    assert not (tmp_path / "cache").exists()


def test_an_empty_file_that_another_process_is_about_to_fill_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    with closing(ReplyCache(tmp_path)) as cache:
        assert cache.get(IDLIB) is None
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as maker:
            maker.execute("PRAGMA journal_mode = WAL")
            assert cache.get(IDLIB) is None
        cache.put(IDLIB, "[1]")
        assert cache.get(IDLIB) is not None
    assert asides(tmp_path) == []


def test_the_row_of_a_reply_holds_its_whole_question(cache: ReplyCache) -> None:
    cache.put(Question("p", "São\nPaulo", (("limit", "5"), ("lang", "pt"))), "[1]")
    sql = "SELECT provider, query, params FROM reply"
    assert rows(cache.folder / FILE_NAME, sql) == [("p", "são paulo", '[["lang","pt"],["limit","5"]]')]


# --- what a run does with kept replies --------------------------------------------------------------------------------


def test_a_reply_that_is_too_old_is_given_where_it_is_wanted_and_says_so(cache: ReplyCache, clock: Clock) -> None:
    cache.put(IDLIB, None)
    assert cache.get(IDLIB, stale=True) == Reply(None, NOW, is_stale=False)
    clock.now = NOW + MISS_TTL_S
    assert cache.get(IDLIB, stale=True) == Reply(None, NOW, is_stale=True)


def test_a_run_that_refreshes_takes_earlier_replies_for_too_old_and_replaces_them(tmp_path: Path, clock: Clock) -> None:
    filled(tmp_path, 2)
    with closing(ReplyCache(tmp_path, use="refresh")) as cache:
        assert cache.get(numbered(0)) is None
        stale = cache.get(numbered(0), stale=True)
        assert stale is not None
        assert (stale.body, stale.is_stale) == (body(0), True)
        cache.put(numbered(0), "[2]")
        renewed = cache.get(numbered(0), stale=True)
        assert renewed is not None
        assert (renewed.body, renewed.is_stale) == ("[2]", False)
        assert cache.get(numbered(1)) is None
    with closing(ReplyCache(tmp_path)) as cache:
        kept = cache.get(numbered(0))
        assert kept is not None
        assert kept.body == "[2]"


def test_what_another_process_of_the_run_refreshed_is_not_asked_for_again(tmp_path: Path, clock: Clock) -> None:
    first = ReplyCache(tmp_path, clock=clock, use="refresh")
    worker = pickle.loads(pickle.dumps(first))
    clock.now += 10
    with closing(first), closing(worker):
        first.put(IDLIB, "[1]")
        worker._clock.now += 3600
        assert worker.get(IDLIB) == Reply("[1]", NOW + 10)
    with closing(ReplyCache(tmp_path, clock=clock, use="refresh")) as later:
        assert later.get(IDLIB) is None


def test_a_run_that_refreshes_asks_again_for_what_was_kept_before_the_clock_was_set_back(
    tmp_path: Path, clock: Clock
) -> None:
    with closing(ReplyCache(tmp_path, clock=clock)) as cache:
        cache.put(IDLIB, "[1]")
    clock.now -= 3600
    with closing(ReplyCache(tmp_path, clock=clock, use="refresh")) as cache:
        assert cache.get(IDLIB) is None
        cache.put(IDLIB, "[2]")
        assert cache.get(IDLIB) == Reply("[2]", NOW - 3600)


def test_without_a_cache_replies_stay_in_memory_and_the_file_is_neither_read_nor_written(tmp_path: Path) -> None:
    path = filled(tmp_path, 1)
    before = path.read_bytes()
    with closing(ReplyCache(tmp_path, use="nothing")) as cache:
        assert cache.get(numbered(0), stale=True) is None
        cache.put(numbered(0), "[7]")
        kept = cache.get(numbered(0))
        assert kept is not None
        assert kept.body == "[7]"
        assert cache.folder == tmp_path
    assert path.read_bytes() == before
    assert not cache.is_final


def test_the_file_uses_a_write_ahead_log_and_names_its_schema(cache: ReplyCache) -> None:
    cache.put(IDLIB, "[1]")
    path = cache.folder / FILE_NAME
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]
    assert rows(path, "PRAGMA user_version") == [(2,)]


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
