from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from geo.cache import FILE_NAME, ReplyCache
from geo.cache import file as cache_file
from geo.errors import PlacelinesWarning
from tests.replies import asides, body, filled, numbered, rows


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
    execute = cache_file.ReplyFile.execute

    def mended_meanwhile(file: Any, sql: str, arguments: tuple[object, ...] = ()) -> object:  # noqa: ANN401
        try:
            return execute(file, sql, arguments)
        except cache_file.DamagedError:
            for suffix in ("-wal", "-shm", ""):
                path.with_name(FILE_NAME + suffix).rename(path.with_name("elsewhere" + suffix))
            with closing(ReplyCache(rotting.folder)) as other:
                other.put(numbered(7), body(7))
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache_file.ReplyFile, "execute", mended_meanwhile)
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
