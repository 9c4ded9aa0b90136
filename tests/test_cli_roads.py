"""``placelines roads``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner

from maps import cli
from maps.roads_commands import roads_commands
from tests import osm_world
from tests.commanding import Group
from tests.osm_world import ALEPPO, ARIHA, Way

HOSTILE = Way(1, [ARIHA, ALEPPO], {"highway": "trunk", "ref": "M4", "name": "[red]<b>x</b>\u202e" + "y" * 200})
UNSORTED = (
    b"<osm version='0.6'><way id='3'><nd ref='1'/><nd ref='2'/><tag k='highway' v='trunk'/><tag k='ref' v='M4'/></way>"
    b"<node id='1' lat='35' lon='36'/><node id='2' lat='36' lon='36'/></osm>"
)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLACELINES_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return osm_world.write(tmp_path / "syria-latest.osm.pbf")


_group = Group(roads_commands)
run, done, failed = _group.run, _group.done, _group.failed


def test_the_command_is_one_of_placelines() -> None:
    assert cli.cli.commands["roads"] is roads_commands
    assert sorted(roads_commands.commands) == ["import", "info", "remove", "search"]


def test_an_import_tells_what_it_has(extract: Path, data: Path) -> None:
    assert done("import", extract) == (
        "imported syria-latest: pieces of lines: 9 of roads, 2 of railways, 1 of rivers, 1 of pipelines\n"
    )
    assert (data / "roads" / "syria-latest.sqlite").is_file()
    assert done("import", extract, "--name", "syria", "--quiet") == ""
    assert sorted(path.stem for path in (data / "roads").glob("*.sqlite")) == ["syria", "syria-latest"]


def test_what_was_left_out_is_told(tmp_path: Path) -> None:
    path = osm_world.write(tmp_path / "cut.osm.pbf", lacking=[osm_world.DAMASCUS])
    assert done("import", path).splitlines()[1:] == [
        "1 nodes that the file lacks, or that are not on the globe, were left out of ways"
    ]


def test_several_files_are_imported_each_under_its_name(tmp_path: Path, extract: Path) -> None:
    other = osm_world.write(tmp_path / "other.osm")
    assert [line.split(":")[0] for line in done("import", extract, other).splitlines()] == [
        "imported syria-latest",
        "imported other",
    ]
    assert "--name is for one file" in failed(2, "import", extract, other, "--name", "x")
    twin = osm_world.write(tmp_path / "other.osm.pbf")
    assert "two of these files would be called 'other'" in failed(2, "import", other, twin)


def test_search_prints_a_table(extract: Path) -> None:
    done("import", extract)
    head, _, british, syrian = done("search", "m-4").splitlines()
    assert head.split() == "Number Name Kind Country Km Ways Source".split()
    assert british.split() == "M4 road GB 146.4 1 OpenStreetMap, syria-latest".split()
    assert syrian.split() == "M4 Coast Road road SY 102.3 3 OpenStreetMap, syria-latest".split()
    assert len(done("search", "M4", "--country", "sy").splitlines()) == 3
    assert done("search", "Orontes", "--kind", "river").splitlines()[2].split()[:3] == ["Orontes", "river", "SY"]


def test_search_gives_json(extract: Path) -> None:
    done("import", extract)
    (road,) = json.loads(done("search", "M4", "--country", "SY", "--json"))
    assert road == {
        "id": "road:SY-M4",
        "kind": "road",
        "ref": "M4",
        "name": "Coast Road",
        "country_code": "SY",
        "length_km": 102.3,
        "course": "surveyed",
        "source": "OpenStreetMap, syria-latest",
        "attribution": "© OpenStreetMap contributors (ODbL)",
        "osm_ids": ["relation/9001", "way/101", "way/102", "way/103"],
    }
    assert json.loads(done("search", "M99", "--json")) == []


def test_nothing_found_is_a_result(extract: Path) -> None:
    assert done("search", "M4") == "No roads are imported: 'placelines roads import FILE' does.\n"
    done("import", extract)
    assert done("search", "M99\x1b[2J", "--country", "SY") == "No imported road is called 'M99\\x1b[2J' in SY.\n"
    assert done("search", "M4", "--kind", "river") == "No river is called 'M4'.\n"
    assert run("search", "M4", "--country", "Syria").exit_code == 2
    assert run("search", "M4", "--kind", "town").exit_code == 2


def test_hostile_names_reach_the_terminal_as_text(tmp_path: Path) -> None:
    done("import", osm_world.write(tmp_path / "x.osm.pbf", [HOSTILE], ()))
    shown = done("search", "M4")
    assert "[red]<b>x</b>\\u202e" in shown
    assert "\u202e" not in shown
    assert json.loads(done("search", "M4", "--json"))[0]["name"] == HOSTILE.tags["name"]


def test_info_lists_the_imports(extract: Path, tmp_path: Path) -> None:
    assert done("info") == "No roads are imported.\n"
    done("import", extract)
    done("import", osm_world.write(tmp_path / "a.osm", [osm_world.M5_SOUTH], ()))
    head, _, first, second, attribution = done("info").splitlines()
    assert head.split() == "Name Source Date Roads Railways Rivers Pipelines MB Countries".split()
    assert first.split()[:4] == ["a", "OpenStreetMap,", "a", "1"]
    assert second.split() == "syria-latest OpenStreetMap, syria-latest 2026-02-01 9 2 1 1 0.0 SY, GB".split()
    assert attribution == "© OpenStreetMap contributors (ODbL)"


def test_an_import_is_removed(extract: Path) -> None:
    done("import", extract)
    assert failed(2, "remove", "x") == ("placelines: no roads were imported under the name 'x'; imported: syria-latest")
    assert done("remove", "syria-latest") == "removed syria-latest\n"
    assert done("info") == "No roads are imported.\n"


@pytest.mark.parametrize(
    ("name", "content", "code", "message"),
    [
        ("empty.osm.pbf", b"", 5, "empty.osm.pbf is empty: download or copy it again"),
        ("page.osm.pbf", b"<html>" * 99, 5, "page.osm.pbf cannot be read as an extract of OpenStreetMap (PBF error"),
        ("page.osm", b"<html/>", 5, "page.osm cannot be read as an extract of OpenStreetMap (Unknown top-level"),
        (
            "none.osm",
            b"<osm version='0.6'/>",
            5,
            "none.osm has no roads, railways, rivers or pipelines with numbers or",
        ),
        (
            "id.osm",
            b"<osm version='0.6'><node id='x'/></osm>",
            5,
            "id.osm cannot be read as an extract of OpenStreetMap (",
        ),
        (
            "order.osm",
            UNSORTED,
            5,
            "order.osm has no roads, railways, rivers or pipelines with numbers or names; nothing was imported (2 no",
        ),
        ("empty.gpkg", b"", 5, "empty.gpkg is empty: download or copy it again"),
        ("note.txt", b"M4 runs to Aleppo", 5, "note.txt cannot be read as a vector file ("),
        ("gone.osm.pbf", None, 2, "there is no file "),
        ("gone.gpkg", None, 2, "there is no file "),
    ],
)
def test_bad_files_end_in_one_line_and_leave_nothing(
    tmp_path: Path, data: Path, name: str, content: bytes | None, code: int, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert f"placelines: {message}" in failed(code, "import", path)
    assert [file for file in data.rglob("*") if file.is_file() and file.name != ".lock"] == []


def test_a_folder_and_a_bad_name_are_told(tmp_path: Path, extract: Path) -> None:
    assert "cannot be read as a vector file" in failed(5, "import", tmp_path)
    assert "an import cannot be called '../x'" in failed(2, "import", extract, "--name", "../x")


def test_a_damaged_import_says_what_to_do(extract: Path, data: Path) -> None:
    done("import", extract)
    (data / "roads" / "syria-latest.sqlite").write_bytes(b"damaged" * 999)
    for arguments in (["info"], ["search", "M4"]):
        assert "or give them up: placelines roads remove syria-latest" in failed(5, *arguments)
    assert done("remove", "syria-latest") == "removed syria-latest\n"


def test_ctrl_c_ends_in_a_line(extract: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("geo.roads.installed.index.IndexWriter.add_all", interrupted)
    assert failed(130, "import", extract) == "placelines: interrupted"
    assert [file.name for file in (data / "roads").iterdir()] == [".lock"]


def test_a_name_that_looks_like_an_address_is_a_file(
    tmp_path: Path, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract.rename(tmp_path / "http:syria.osm.pbf")
    monkeypatch.chdir(tmp_path)
    assert done("import", "http:syria.osm.pbf").startswith("imported http-syria: ")


def test_a_folder_of_imports_that_may_not_be_read_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_folder: Path) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refused)
    assert failed(5, "info").endswith(
        "cannot be read (Permission denied): make the folder readable, or set PLACELINES_DATA to another"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no file "),
        (b"", "roads.gpkg is empty: download or copy it again"),
        (
            b"x" * 99,
            "roads.gpkg cannot be read as a vector file (not recognized as being in a supported file format): ",
        ),
    ],
)
def test_a_bad_file_of_roads_is_told_though_the_article_names_no_road(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    article, roads = tmp_path / "a.txt", tmp_path / "roads.gpkg"
    article.write_text("Floods hit Paris.", encoding="utf-8")
    if content is not None:
        roads.write_bytes(content)
    arguments = ["map", str(article), "-o", str(tmp_path / "out"), "--roads", str(roads)]
    result = CliRunner().invoke(cli.cli, arguments)
    assert result.exit_code in {2, 5}
    assert result.stderr.startswith(f"placelines: {message}")
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
