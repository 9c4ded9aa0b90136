from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from geo.cache import FILE_NAME, MISS_TTL_S, OK_TTL_S, Question, Reply, ReplyCache, read_recording
from geo.cache.recording import rows_of
from geo.cache.upkeep import Imported, clear, entries, exported, import_replies, info, prune, verify
from geo.errors import OptionError, OutputError, PlacelinesWarning, ResourceError
from tests.replies import IDLIB, NOW, Clock, asides, body, filled, numbered, rows

OVERPASS = Question("overpass https://example.org/api", "M4", (("data", "way;"),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three replies, of which one is half a year old and one says "no such thing"."""
    clock = Clock(NOW - OK_TTL_S)
    with closing(ReplyCache(tmp_path / "cache", clock=clock)) as cache:
        cache.put(IDLIB, '[{"lat": "35.9"}]')
        clock.now = NOW
        cache.put(OVERPASS, "{}")
        cache.put(Question(IDLIB.provider, "Atlantis"), None)
    return tmp_path / "cache"


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def queries(folder: Path) -> list[str]:
    return [row.query for row in entries(folder)]


@pytest.fixture
def file(folder: Path, tmp_path: Path) -> Path:
    """Return an export of the folder."""
    path = tmp_path / "replies.jsonl"
    path.write_bytes("".join(exported(folder)).encode())
    return path


# --- looking ----------------------------------------------------------------------------------------------------------


def test_info_counts_what_is_kept(folder: Path) -> None:
    found = info(folder, now=NOW)
    assert found is not None
    assert found.path == folder / FILE_NAME
    assert found.counts == (
        ("nominatim https://example.org", "miss", 1),
        ("nominatim https://example.org", "ok", 1),
        ("overpass https://example.org/api", "ok", 1),
    )
    assert (found.oldest, found.newest, found.too_old) == (NOW - OK_TTL_S, NOW, 1)
    assert (found.bytes, found.version, found.is_writable, found.set_aside) == (8192, 2, True, ())


def test_info_tells_ages_by_status(folder: Path) -> None:
    later = info(folder, now=NOW + MISS_TTL_S)
    assert later is not None
    assert later.too_old == 2


def test_looking_makes_and_changes_nothing(folder: Path, tmp_path: Path) -> None:
    assert info(tmp_path / "other", now=NOW) is None
    assert (queries(tmp_path / "other"), verify(tmp_path / "other")) == ([], [])
    assert (prune(tmp_path / "other", NOW), clear(tmp_path / "other")) == (0, 0)
    assert not (tmp_path / "other").exists()
    before = files_of(folder)
    info(folder, now=NOW)
    list(entries(folder))
    verify(folder)
    assert files_of(folder) == before


def test_looking_works_beside_a_process_that_writes(folder: Path) -> None:
    with closing(ReplyCache(folder)) as cache:
        cache.put(numbered(1), body(1))
        looking = entries(folder)
        assert next(looking).query == "atlantis"
        cache.put(numbered(2), body(2))
        assert [row.query for row in looking] == ["idlib", "place 1", "m4"]
        assert verify(folder) == []


def test_entries_are_sorted_and_chosen_by_service_and_by_words(folder: Path) -> None:
    assert queries(folder) == ["atlantis", "idlib", "m4"]
    assert [row.query for row in entries(folder, provider="OVERPASS")] == ["m4"]
    assert [row.query for row in entries(folder, query=" DLI")] == ["idlib"]
    assert [row.query for row in entries(folder, provider="nominatim", query="\ud800")] == []
    assert [row.query for row in entries(folder, query="%")] == []


def test_what_a_damaged_file_says_is_an_error_and_the_file_stays(folder: Path) -> None:
    (folder / FILE_NAME).write_bytes(b"not a database at all" * 99)
    with pytest.raises(ResourceError, match=r"replies\.sqlite: damaged \(file is not a database\)"):
        info(folder, now=NOW)
    (fault,) = verify(folder)
    assert "damaged (file is not a database); the next run that keeps a reply sets it aside" in fault
    assert asides(folder) == []


def test_a_file_of_a_newer_placelines_is_an_error(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 3")
    for look in (lambda: info(folder, now=NOW), lambda: verify(folder), lambda: list(entries(folder))):
        with pytest.raises(ResourceError, match=r"cannot be read .* made by a newer placelines, version 3"):
            look()
    with pytest.raises(OutputError, match="made by a newer placelines"):
        clear(folder)


# --- damaged replies --------------------------------------------------------------------------------------------------


@pytest.fixture
def damaged(folder: Path) -> Path:
    path = folder / FILE_NAME
    path.write_bytes(path.read_bytes().replace(b'"35.9"', b'"36.9"'))
    return folder


def test_a_damaged_reply_is_named_and_nothing_is_deleted(damaged: Path) -> None:
    before = files_of(damaged)
    assert verify(damaged) == [
        f"{damaged / FILE_NAME}: the reply of nominatim https://example.org to 'idlib' fails its checksum"
    ]
    assert files_of(damaged) == before


def test_a_damaged_reply_is_left_out_of_lists_and_exports(damaged: Path) -> None:
    with pytest.warns(PlacelinesWarning, match="damaged replies are left out: 1; 'placelines cache verify' lists them"):
        assert queries(damaged) == ["atlantis", "m4"]


def test_a_reply_under_another_question_is_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("DELETE FROM reply WHERE query != 'idlib'")
    (row,) = entries(folder)
    moved = row._replace(query="homs")
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("UPDATE reply SET query = ?, crc = ?", (moved.query, moved.crc))
    assert verify(folder) == [
        f"{folder / FILE_NAME}: the reply of nominatim https://example.org to 'homs' is kept under another question"
    ]


def test_parameters_that_nobody_writes_are_named(folder: Path) -> None:
    (row,) = entries(folder, query="m4")
    for params in ("[[1]]", "x", "[" * 5000, '["\udc80"]'):
        changed = row._replace(params=params)
        with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
            stored = params.encode("utf-8", "surrogateescape")
            connection.execute(
                "UPDATE reply SET params = cast(? AS TEXT), crc = ? WHERE query = 'm4'", (stored, changed.crc)
            )
        assert ["is kept under another question" in fault for fault in verify(folder)] == [True]


def test_pages_in_disorder_are_named_and_of_many_faults_only_so_many(tmp_path: Path) -> None:
    path = filled(tmp_path, 200)
    data = bytearray(path.read_bytes())
    path.write_bytes(bytes(data).replace(b'[{"n": ', b'[{"m": '))
    faults = verify(tmp_path)
    assert len(faults) == 51
    assert faults[-1] == f"{path}: there may be more"
    data[2 * 4096 + 3] ^= 1  # the number of cells in a page
    path.write_bytes(data)
    assert any("in database main" in fault or "malformed" in fault for fault in verify(tmp_path))


# --- in and out -------------------------------------------------------------------------------------------------------


def test_the_same_replies_are_exported_as_the_same_bytes_in_whatever_order_they_came(tmp_path: Path) -> None:
    files = []
    for name, order in (("one", range(30)), ("other", reversed(range(30)))):
        with closing(ReplyCache(tmp_path / name, clock=Clock())) as cache:
            for number in order:
                cache.put(numbered(number), body(number))
        files.append("".join(exported(tmp_path / name)))
    assert files[0] == files[1]
    assert files[0].count("\n") == 31


def test_an_export_answers_as_the_cache_does(folder: Path, file: Path) -> None:
    recording = read_recording(file)
    with closing(ReplyCache(folder, clock=Clock())) as cache:
        for question in (IDLIB, OVERPASS, Question(IDLIB.provider, "ATLANTIS")):
            kept, recorded = cache.get(question, stale=True), recording.get(question)
            assert kept is not None
            assert recorded == Reply(kept.body, kept.fetched_at)


def test_an_import_brings_replies_with_their_age_into_an_empty_cache(folder: Path, file: Path, tmp_path: Path) -> None:
    assert import_replies(tmp_path / "new", rows_of(file)) == Imported(added=3, renewed=0, kept=0)
    assert list(entries(tmp_path / "new")) == list(entries(folder))
    assert import_replies(tmp_path / "new", rows_of(file)) == Imported(added=0, renewed=0, kept=3)


def test_an_import_never_puts_an_older_reply_in_place_of_a_newer(folder: Path, file: Path) -> None:
    with closing(ReplyCache(folder, clock=Clock(NOW + 60))) as cache:
        cache.put(OVERPASS, "[7]")
        cache.put(IDLIB, None)
    newer = "".join(exported(folder, query="m4"))
    assert import_replies(folder, rows_of(file)) == Imported(added=0, renewed=0, kept=3)
    assert "".join(exported(folder, query="m4")) == newer
    clear(folder)
    import_replies(folder, rows_of(file))
    file.write_text(newer, encoding="utf-8")
    assert import_replies(folder, rows_of(file)) == Imported(added=0, renewed=1, kept=0)
    assert "".join(exported(folder, query="m4")) == newer


def test_an_import_mends_a_damaged_reply(folder: Path, file: Path) -> None:
    path = folder / FILE_NAME
    path.write_bytes(path.read_bytes().replace(b'"35.9"', b'"36.9"'))
    assert import_replies(folder, rows_of(file)) == Imported(added=1, renewed=0, kept=2)
    assert (verify(folder), queries(folder)) == ([], ["atlantis", "idlib", "m4"])


def test_an_import_with_a_bad_line_changes_nothing(folder: Path, file: Path) -> None:
    clear(folder)
    file.write_text(file.read_text(encoding="utf-8") + "bad\n", encoding="utf-8")
    with pytest.raises(OptionError, match=r"replies\.jsonl: line 5: it is not JSON"):
        import_replies(folder, rows_of(file))
    assert queries(folder) == []


# --- out with them ----------------------------------------------------------------------------------------------------


def test_prune_deletes_what_came_before_a_time(folder: Path) -> None:
    assert prune(folder, NOW) == 1
    assert queries(folder) == ["atlantis", "m4"]
    assert prune(folder, NOW) == 0


def test_clear_leaves_nothing_legible_behind(folder: Path) -> None:
    aside = folder / f"{FILE_NAME}.corrupt-1-1"
    aside.write_text("35.9", encoding="ascii")
    with closing(ReplyCache(folder)) as running:
        running.put(numbered(1), body(1))
        assert clear(folder) == 4
        assert not any(b"idlib" in data or b"35.9" in data or b"place 1" in data for data in files_of(folder).values())
        assert running.get(numbered(1)) is None
        running.put(numbered(2), body(2))
    assert [query for query, *_ in rows(folder / FILE_NAME)] == ["place 2"]
    assert not aside.exists()


def test_a_cache_that_another_program_keeps_busy_is_not_cleared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.cache.file._LOCK_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match=r"replies cannot be written here .database is locked"):
            clear(folder)
    assert len(queries(folder)) == 3


def test_a_reader_that_goes_on_is_told_of_when_it_keeps_deleted_replies_in_the_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.cache.file._LOCK_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM reply").fetchone()
        with pytest.raises(OutputError, match="other programs read them just now; try again later"):
            clear(folder)


def test_an_import_into_what_is_no_folder_is_an_error(tmp_path: Path, file: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="a file is in the way of the folder"):
        import_replies(tmp_path / "file", rows_of(file))
