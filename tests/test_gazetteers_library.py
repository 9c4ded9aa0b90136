from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from geo.errors import OptionError, OutputError, ResourceError
from geo.gazetteers.embedded import EmbeddedGazetteer
from geo.gazetteers.installed.library import Library, data_folder
from geo.gazetteers.records import Record
from geo.gazetteers.stack import StackedGazetteer
from geo.model import Kind


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def put(library: Library, *names: str) -> None:
    with library.changing() as changes:
        for name in names:
            with changes.write(name) as writer:
                writer.add(Record(1, "Tall Rif‘at", Kind.SETTLEMENT, 37.1, 36.47, country="SY"))
                writer.finish(name=name, version="1")
            changes.keep(name, ["a.csv"], [])


@pytest.fixture
def full(library: Library) -> Library:
    put(library, "geonames-SY", "villages", "geonames", "camps", "geonames-LB")
    return library


def test_nothing_is_installed_at_first(library: Library) -> None:
    assert (library.names(), library.installed()) == ((), ())
    assert isinstance(library.open(), EmbeddedGazetteer)
    assert not library.folder.exists()


def test_lists_come_before_geonames_and_countries_before_the_world(full: Library) -> None:
    assert full.names() == ("camps", "villages", "geonames-LB", "geonames-SY", "geonames")
    camps, *_, country, world = full.installed()
    assert (camps.sort, camps.version, camps.places, camps.names, camps.countries) == ("place list", "1", 1, 1, ())
    assert (country.sort, country.countries, world.sort, world.countries) == ("geonames", ("SY",), "geonames", ())
    assert (camps.path, camps.bytes) == (full.folder / "camps.sqlite", (full.folder / "camps.sqlite").stat().st_size)


def test_opening_stacks_what_is_installed_upon_the_embedded_one(full: Library) -> None:
    stack = full.open()
    assert isinstance(stack, StackedGazetteer)
    assert stack.version.startswith("camps 1, villages 1, geonames-LB 1, geonames-SY 1, geonames 1, GeoNames ")
    chosen = full.open(["villages"])
    assert isinstance(chosen, StackedGazetteer)
    assert repr(chosen.gazetteers[0]) == "<InstalledGazetteer: villages.sqlite>"
    assert isinstance(full.open([]), EmbeddedGazetteer)
    with pytest.raises(OptionError, match=r"no gazetteer 'x' is installed; installed: camps, villages, geonames-LB, "):
        full.open(["x"])


def test_removing_takes_the_file_and_its_note(full: Library) -> None:
    full.remove("villages")
    full.remove("geonames")
    full.remove("geonames-LB")
    assert full.names() == ("camps", "geonames-SY")
    full.remove("geonames")
    assert full.names() == ("camps",)
    full.remove("camps")
    assert [path.name for path in full.folder.iterdir() if path.name != ".lock"] == []


@pytest.mark.parametrize("name", ["embedded", "geonames", "../villages", "villages.sqlite", ""])
def test_only_what_is_installed_is_removed(library: Library, name: str) -> None:
    put(library, "villages")
    with pytest.raises(OptionError, match=r"no gazetteer .* is installed; installed: villages"):
        library.remove(name)
    with pytest.raises(OptionError, match=r"no gazetteer .* is installed"):
        Library(library.folder / "none").remove(name)
    assert library.names() == ("villages",)


def test_a_failure_keeps_what_was_there(library: Library) -> None:
    put(library, "villages")
    before = (library.folder / "villages.sqlite").read_bytes()
    with pytest.raises(ResourceError, match="bad row"), library.changing() as changes:  # noqa: PT012
        with changes.write("villages") as writer:
            writer.finish(name="villages", version="2")
        changes.keep("villages", ["b.csv"], [])
        raise ResourceError("bad row")
    assert (library.folder / "villages.sqlite").read_bytes() == before
    assert sorted(path.name for path in library.folder.iterdir()) == [".lock", "villages.json", "villages.sqlite"]


def test_what_a_killed_process_left_behind_is_cleared_away(library: Library) -> None:
    put(library, "villages")
    for name in ("geonames.sqlite.part", "geonames.sqlite.part.spool", "geonames.json.part"):
        (library.folder / name).write_bytes(b"half")
    assert library.names() == ("villages",)
    put(library, "camps")
    assert sorted(path.stem for path in library.folder.glob("*.sqlite*")) == ["camps", "villages"]


def test_two_processes_do_not_install_at_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    put(library, "villages")
    monkeypatch.setattr("geo.gazetteers.installed.library._LOCK_TIMEOUT_S", 0.05)
    with (
        FileLock(library.folder / ".lock"),
        pytest.raises(OutputError, match=r"another process is installing gazetteers in .*library: try again"),
    ):
        put(library, "camps")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(
        OutputError, match=r"file/library cannot be written \(Not a directory\); nothing in it was changed"
    ):
        put(Library(tmp_path / "file" / "library"), "villages")


def test_a_full_disk_is_told_and_leaves_nothing(library: Library, root: Path) -> None:
    put(library, "villages")
    code = (
        "import resource, signal; from pathlib import Path; from geo.gazetteers.installed.library import Library;"
        "from geo.gazetteers.records import Record; from geo.model import Kind;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        f"changing = Library(Path({str(library.folder)!r})).changing(); changes = changing.__enter__()\n"
        "try:\n"
        "    with changes.write('villages') as writer:\n"
        "        for n in range(1, 20_000): writer.add(Record(n, f'Village {n}', Kind.SETTLEMENT, 1.0, 1.0))\n"
        "        writer.finish(name='x', version='x')\n"
        "except BaseException as error:\n"
        "    changing.__exit__(type(error), error, error.__traceback__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert "geo.errors.OutputError: the folder of gazetteers" in done.stderr
    assert "nothing in it was changed: make room there, or set PLACELINES_DATA to another folder" in done.stderr
    assert [one.version for one in library.installed()] == ["1"]
    assert list(library.folder.glob("*.part*")) == []


def test_sound_gazetteers_have_no_faults(full: Library) -> None:
    assert full.verify() == []
    assert full.verify("embedded") == []
    with pytest.raises(OptionError, match="no gazetteer 'x' is installed"):
        full.verify("x")


def damages(whole: bytes) -> Iterator[tuple[str, bytes]]:
    yield "cut", whole[: len(whole) // 2]
    yield "empty", b""
    yield "text", b"not a database" * 100
    yield "zeros", whole[:4096] + bytes(len(whole) - 4096)
    yield "one bit", whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]


def test_every_damage_is_a_fault_that_says_what_to_do(full: Library) -> None:
    path = full.folder / "villages.sqlite"
    for _, damaged in damages(path.read_bytes()):
        path.write_bytes(damaged)
        (fault,) = full.verify("villages")
        assert fault == (
            "villages: its file is not the one that was installed: "
            "install it again, or give it up: placelines gazetteer remove villages"
        )
        assert full.verify() == [fault]
    full.remove("villages")
    assert full.verify() == []


def test_a_gazetteer_without_its_note_is_a_fault(full: Library) -> None:
    note = full.folder / "camps.json"
    assert json.loads(note.read_text(encoding="utf-8"))["sources"] == ["a.csv"]
    note.unlink()
    (fault,) = full.verify("camps")
    assert fault.startswith("camps: the note on how it was installed cannot be read (")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "PRAGMA user_version = 99",
            r"villages\.sqlite has schema of version 99, this placelines reads version \d+: install",
        ),
        (
            "PRAGMA application_id = 7",
            r"villages\.sqlite cannot be read \(not a placelines gazetteer\): install it again",
        ),
    ],
)
def test_a_file_of_another_version_is_refused_by_name(full: Library, sql: str, message: str) -> None:
    connection = sqlite3.connect(full.folder / "villages.sqlite", isolation_level=None)
    connection.execute(sql)
    connection.close()
    with pytest.raises(ResourceError, match=message):
        full.installed()
    with pytest.raises(ResourceError, match=f"{message}.*placelines gazetteer remove villages"):
        full.open().lookup("tall rifat")


def test_the_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLACELINES_DATA", str(tmp_path))
    assert (data_folder(), Library().folder) == (tmp_path, tmp_path)
    monkeypatch.setenv("PLACELINES_DATA", " ")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert data_folder() == tmp_path / "share" / "placelines" / "gazetteers"


def test_opening_reads_no_installed_file(full: Library) -> None:
    for path in full.folder.glob("*.sqlite"):
        path.write_bytes(b"damaged")
    assert isinstance(full.open(), StackedGazetteer)
