"""``placelines gazetteer``, with the small world in the place of the embedded one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.errors import OptionError
from geo.gazetteers.embedded import EmbeddedGazetteer
from geo.recognizers.model import WITHOUT_MODEL
from maps import cli
from maps.settings import Settings, make_geoparser
from tests import small_world

FIELDS = "id name kind lat lon country_code admin1 population match source".split()
VILLAGES = "name,lat,lon,kind,country\nSarjeh,35.9211,36.7003,settlement,SY\nIdlib,35.93,36.63,settlement,SY\n"


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the small world as the embedded one, and let nothing be installed."""
    path = small_world.write(tmp_path / "small.sqlite")

    def open_embedded(_on_expand: Callable[[], None] | None = None) -> EmbeddedGazetteer:
        return EmbeddedGazetteer(path)

    for module in ("embedded", "installed.library", "installed.place_list"):
        monkeypatch.setattr(f"geo.gazetteers.{module}.open_embedded", open_embedded)
    monkeypatch.setenv("PLACELINES_DATA", str(tmp_path / "data"))
    return path


@pytest.fixture
def villages(tmp_path: Path) -> Path:
    path = tmp_path / "villages.csv"
    path.write_text(VILLAGES, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, ["gazetteer", *map(str, arguments)])


def found(*arguments: object) -> list[dict[str, object]]:
    result = run("search", *arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    places: list[dict[str, object]] = json.loads(result.stdout)
    return places


def test_search_prints_a_table_best_first() -> None:
    result = run("search", "Idlib")
    assert (result.exit_code, result.stderr) == (0, "")
    head, _, town, unit = result.stdout.splitlines()
    assert head.split() == "Name Kind Unit Country Lat Lon Population Match Gazetteer id".split()
    assert town.split() == "Idlib settlement Idlib Governorate SY 35.9306 36.6339 128,840 name geonames:169389".split()
    assert unit.split()[:3] == ["Idlib", "Governorate", "admin1"]


def test_search_gives_json_with_these_fields() -> None:
    (place,) = found("Jisr al-Shughur")
    assert list(place) == FIELDS
    assert place == {
        "id": "geonames:169023",
        "name": "Jisr ash Shughūr",
        "kind": "settlement",
        "lat": 35.81458,
        "lon": 36.32119,
        "country_code": "SY",
        "admin1": "Idlib Governorate",
        "population": 39311,
        "match": "newsroom name",
        "source": "GeoNames",
    }


def test_unknown_is_null_and_nothing_is_an_empty_list() -> None:
    (strait,) = found("Strait of Hormuz")
    assert [strait[field] for field in ("country_code", "admin1", "population", "source")] == [
        None,
        None,
        None,
        "placelines",
    ]
    assert found("Xyzzyville") == []


def test_nothing_found_is_a_result() -> None:
    result = run("search", "Xyzzyville")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "No place is called 'Xyzzyville'.\n", "")
    elsewhere = run("search", "Idlib", "--country", "fr", "--kind", "settlement")
    assert elsewhere.stdout == "No settlement is called 'Idlib' in FR.\n"


def test_search_takes_its_options() -> None:
    def ids(*arguments: object) -> list[object]:
        return [place["id"] for place in found(*arguments)]

    assert ids("Paris") == ["geonames:2988507", "geonames:4717560"]
    assert ids("Paris", "--limit", 1) == ["geonames:2988507"]
    assert ids("Paris", "--country", "us") == ["geonames:4717560"]
    assert ids("Paris", "--near", "33,-97") == ["geonames:4717560", "geonames:2988507"]
    assert ids("Sahel", "--kind", "admin1") == ["geonames:6930713"]
    assert ids("Strait of Homruz") == []
    assert ids("Strait of Homruz", "--fuzzy", 1) == ["placelines:strait-of-hormuz"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[red]x[/red]", "[red]x[/red]"),
        ("\x1b[2J\u202e", "\\x1b[2J\\u202e"),
        ("\udcff", "\\xff"),
        ("x" * 10_000, "x" * 57 + "..."),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
def test_hostile_names_are_looked_up_and_shown_harmless(name: str, shown: str) -> None:
    result = run("search", "--fuzzy", 2, "--", name)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"No place is called '{shown}'.\n", "")


def test_a_hostile_place_is_shown_harmless() -> None:
    assert "[red]Evil[/red]\\x1b[2J\\u202e" in run("search", "Evil Place").stdout
    assert found("Evil Place")[0]["name"] == "[red]Evil[/red]\x1b[2J\u202e"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("search",), "Missing argument 'NAME'."),
        (("search", "x", "--kind", "road"), "'road' is not one of 'continent', 'country'"),
        (("search", "x", "--fuzzy", "3"), "3 is not in the range 0<=x<=2"),
        (("search", "x", "--near", "95,1"), "latitude 95 is not between -90 and 90"),
        (("search", "x", "--country", "S1"), "'S1' is no code of a country: give two letters (ISO 3166-1), as in SY"),
        (("install", "osm"), "'osm' is not 'geonames'"),
        (("install", "geonames", "--countries", "SY,Lebanon"), "'Lebanon' is no code of a country"),
        (("install", "geonames", "--from", ""), "it is empty"),
        (("add", "x.csv", "--column", "lat"), "'lat' is not FIELD=COLUMN"),
        (("serach", "x"), "No such command 'serach'."),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize("options", [(), ("--online", "--from", "dumps")])
def test_the_network_is_asked_for_by_name(options: tuple[str, ...]) -> None:
    result = run("install", "geonames", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "placelines: install geonames: give either --online, to download the dumps of geonames.org, "
        "or --from DIR, a folder that has them\n"
    )


def test_a_list_of_places_is_added_asked_first_and_removed(villages: Path) -> None:
    result = run("add", villages, "--name", "mission")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0] == "installed mission: 2 places, 2 names"
    (village,) = found("Sarjeh")
    assert (village["name"], village["admin1"], village["source"]) == ("Sarjeh", "Idlib Governorate", "mission")
    assert {place["source"] for place in found("Idlib")} == {"mission", "GeoNames"}
    assert found("Sarjeh", "--gazetteer", "embedded") == []
    assert [place["name"] for place in found("Sarjeh", "--gazetteer", "mission")] == ["Sarjeh"]
    row = run("list").stdout.splitlines()[2]
    assert row.split()[:3] == ["mission", "place", "list"]
    assert run("verify").stdout == "every gazetteer is sound\n"
    assert run("verify", "mission").stdout == "mission is sound\n"
    assert run("remove", "mission").stdout == "removed mission\n"
    assert found("Sarjeh") == []


def test_columns_of_another_name_are_mapped(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("toponym,y,x\nSarjeh,35.9211,36.7003\n", encoding="utf-8")
    options = ("--column", "name=toponym", "--column", "lat=y", "--column", "lon=x", "--country", "sy")
    assert run("add", path, *options).exit_code == 0
    (village,) = found("Sarjeh")
    assert (village["lat"], village["lon"], village["country_code"]) == (35.9211, 36.7003, "SY")


def test_rows_that_cannot_be_read_are_listed_and_the_status_tells(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(VILLAGES + "Far\x1b[31m,95,1,settlement,SY\n" * 12 + "Abad,1,1,,\n" * 20, encoding="utf-8")
    result = run("add", path)
    assert result.exit_code == 6
    lines = result.stderr.splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("placelines: places.csv, row 4: ")
    assert lines[-1] == "placelines: 2 more rows could not be read"
    assert "\x1b" not in result.stderr


def test_nothing_installed_is_told() -> None:
    assert run("list").stdout == "No gazetteer is installed; the one that comes along is asked.\n"
    result = run("remove", "mission")
    assert (result.exit_code, result.stderr) == (
        2,
        "placelines: no gazetteer 'mission' is installed; installed: none\n",
    )


def test_info_counts_what_each_gazetteer_holds(villages: Path, world: Path) -> None:
    run("add", villages, "--name", "mission")
    result = run("info")
    assert (result.exit_code, result.stderr) == (0, "")
    head, _, *rows = result.stdout.splitlines()
    counts = {row.split()[0]: row.split()[1:] for row in rows[:10]}
    assert head.split() == ["mission", "embedded"]
    assert counts["settlement"] == ["2", "9"]
    assert counts["country"] == ["0", "2"]
    assert counts["places"] == ["2", "17"]
    assert rows[-1] == f"embedded: GeoNames small, 0 MB in {world}"


def test_damage_is_told_in_words_with_its_exit_status(villages: Path, world: Path, tmp_path: Path) -> None:
    run("add", villages, "--name", "mission")
    file = tmp_path / "data" / "mission.sqlite"
    file.write_bytes(file.read_bytes()[:5000])
    result = run("verify", "mission")
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr.startswith("placelines: mission: ")
    searched = run("search", "Idlib")
    assert (searched.exit_code, searched.stdout, searched.stderr.count("\n")) == (5, "", 1)
    assert run("search", "Idlib", "--gazetteer", "embedded").exit_code == 0


@pytest.mark.parametrize("change", ["DELETE FROM meta", "UPDATE meta SET value = '{'"])
def test_a_gazetteer_that_lost_its_counts_is_damaged(villages: Path, tmp_path: Path, change: str) -> None:
    run("add", villages, "--name", "mission")
    with closing(sqlite3.connect(tmp_path / "data" / "mission.sqlite")) as connection:
        connection.execute(f"{change} WHERE key = 'counts'")
        connection.commit()
    for command in ("list", "info"):
        result = run(command)
        assert (result.exit_code, result.stdout) == (5, "")
        assert result.stderr.endswith(
            "mission.sqlite is damaged: install it again, or give it up: placelines gazetteer remove mission\n"
        )


def test_quiet_prints_what_was_asked_for_only(villages: Path) -> None:
    for arguments in (("add", villages), ("verify",), ("remove", "villages")):
        result = run(*arguments, "--quiet")
        assert (result.exit_code, result.output) == (0, "")
    assert "geonames:169389" in run("search", "Idlib", "--quiet").stdout


def test_debug_shows_where_an_error_arose() -> None:
    assert "Traceback" in run("remove", "mission", "--debug").stderr
    assert "Traceback" not in run("remove", "mission").stderr


def test_articles_are_read_with_the_installed_gazetteers_that_are_wanted(villages: Path) -> None:
    def knows_the_village(*names: str) -> bool:
        settings = Settings(WITHOUT_MODEL, "found", online=False, quiet=True, debug=False, gazetteers=names)
        return bool(make_geoparser(settings).gazetteer.lookup("sarjeh"))

    run("add", villages, "--name", "mission")
    assert knows_the_village()
    assert knows_the_village("mission", "mission")
    assert not knows_the_village("embedded")
    with pytest.raises(OptionError, match="no gazetteer 'other' is installed; installed: mission"):
        knows_the_village("other")


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """Write the dump of a country with one hamlet, and a row of which nothing can be made."""
    hamlet = ["2743000", "Zuidhem", "Zuidhem", "Zuidhaim", "53.1", "6.4", "P", "PPL", "NL"]
    hamlet += ["", "04", "", "", "", "120", "", "3", "Europe/Amsterdam", "2025-01-01"]
    broken = [*hamlet[:4], "north", *hamlet[5:]]
    broken[0] = "2743001"
    folder = tmp_path / "dumps"
    folder.mkdir()
    rows = "".join("\t".join(row) + "\n" for row in (hamlet, broken))
    (folder / "NL.txt").write_text(rows, encoding="utf-8")
    return folder


def test_geonames_is_installed_from_dumps_and_asked_from_then_on(dumps: Path) -> None:
    assert found("Zuidhem") == []
    result = run("install", "geonames", "--countries", "nl", "--from", dumps)
    assert result.exit_code == 6
    assert result.stdout.splitlines()[0] == "installed geonames-NL: 1 places, 2 names"
    assert result.stderr.startswith("placelines: NL.txt, row 2: ")
    (hamlet,) = found("Zuidhaim")
    assert (hamlet["id"], hamlet["match"], hamlet["population"]) == ("geonames:2743000", "other name", 120)
    assert run("list").stdout.splitlines()[2].split()[:2] == ["geonames-NL", "geonames"]
    assert run("remove", "geonames").exit_code == 0
    assert found("Zuidhem") == []


def test_geonames_is_downloaded_only_when_online(dumps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def download(_folder: Path, *, countries: tuple[str, ...], **_: object) -> Path:
        asked.append(countries)
        return dumps

    monkeypatch.setattr("geo.gazetteers.installed.dumps.download", download)
    run("install", "geonames", "--countries", "NL", "--from", dumps)
    assert asked == []
    assert run("install", "geonames", "--countries", "NL", "--online", "--quiet").stdout == ""
    assert asked == [("NL",)]
    assert [place["id"] for place in found("Zuidhem")] == ["geonames:2743000"]


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [(None, 2, "dumps has neither NL.zip, NL.txt nor allCountries.zip"), (b"PK\x03\x04 cut short", 5, "NL.zip")],
)
def test_missing_and_damaged_dumps_leave_everything_as_it_was(
    tmp_path: Path, content: bytes | None, status: int, message: str
) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    if content is not None:
        (folder / "NL.zip").write_bytes(content)
    result = run("install", "geonames", "--countries", "NL", "--from", folder)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (status, "", 1)
    assert message in result.stderr
    assert run("list").stdout.startswith("No gazetteer is installed")
