"""``placelines geocode`` and ``placelines reverse``, with the small world in the place of the embedded one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.gazetteers.embedded import EmbeddedGazetteer
from maps import cli
from tests import small_world


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small_world.write(tmp_path / "small.sqlite")

    def open_embedded(_on_expand: Callable[[], None] | None = None) -> EmbeddedGazetteer:
        return EmbeddedGazetteer(path)

    monkeypatch.setattr("geo.gazetteers.installed.library.open_embedded", open_embedded)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, arguments)


def test_geocode_prints_one_place_for_each_name() -> None:
    result = run("geocode", "Jisr al-Shughur", "Paris", "Xyzzyville", "Idlib")
    assert (result.exit_code, result.stderr) == (0, "")
    head, _, *rows, missing = result.stdout.splitlines()
    assert head.split() == "Name Kind Unit Country Lat Lon Population Match Gazetteer id".split()
    assert [row.split()[-1] for row in rows] == ["geonames:169023", "geonames:2988507", "geonames:169389"]
    assert missing == "No place is called 'Xyzzyville'."


def test_geocode_gives_json() -> None:
    result = run("geocode", "Idlib", "Xyzzyville", "--json")
    assert json.loads(result.stdout) == [
        {
            "query": "Idlib",
            "places": [
                {
                    "id": "geonames:169389",
                    "name": "Idlib",
                    "kind": "settlement",
                    "lat": 35.93062,
                    "lon": 36.63393,
                    "country_code": "SY",
                    "admin1": "Idlib Governorate",
                    "population": 128840,
                    "match": "name",
                    "source": "GeoNames",
                    "address": "Idlib, Idlib Governorate, Syria",
                }
            ],
        },
        {"query": "Xyzzyville", "places": []},
    ]


def test_geocode_takes_country_limit_and_a_negative_point() -> None:
    def ids(*options: str) -> list[str]:
        (answer,) = json.loads(run("geocode", "Paris", "--json", *options).stdout)
        return [place["id"] for place in answer["places"]]

    assert ids() == ["geonames:2988507"]
    assert ids("--limit", "5") == ["geonames:2988507", "geonames:4717560"]
    assert ids("--country", "us") == ["geonames:4717560"]
    assert ids("--near", "33,-97") == ["geonames:4717560"]
    assert ids("--near", "-33,18", "--limit", "2") == ["geonames:2988507", "geonames:4717560"]


def test_reverse_tells_where_a_point_lies_and_what_is_near() -> None:
    result = run("reverse", "35.9", "36.7", "--limit", "2")
    assert (result.exit_code, result.stderr) == (0, "")
    where, _, head, _, *rows = result.stdout.splitlines()
    assert where == "35.9, 36.7 lies in Idlib Governorate, Syria."
    assert head.split() == "Name Km Kind Unit Country Lat Lon Population Gazetteer id".split()
    assert [row.split()[:3] for row in rows] == [["Sarmīn", "2.3", "settlement"], ["Idlib", "6.9", "settlement"]]


def test_reverse_gives_json() -> None:
    found = json.loads(run("reverse", "35.9", "36.7", "--limit", "1", "--json").stdout)
    assert found["country"] == {"id": "geonames:163843", "code": "SY", "name": "Syria"}
    assert found["admin1"] == {"id": "geonames:169387", "code": "SY.12", "name": "Idlib Governorate"}
    assert [(place["name"], place["distance_km"]) for place in found["places"]] == [("Sarmīn", 2.297)]
    assert (found["lat"], found["lon"]) == (35.9, 36.7)


def test_reverse_knows_a_country_without_its_unit() -> None:
    found = json.loads(run("reverse", "34", "40", "--json").stdout)
    assert (found["country"]["name"], found["admin1"]) == ("Syria", None)


@pytest.mark.parametrize(
    "arguments", [("-33.9", "18.4"), ("--limit", "3", "-33.9", "18.4"), ("--", "-33.9", "18.4"), ("−33.9", "18.4")]
)
def test_reverse_takes_negative_degrees_for_what_they_are(arguments: tuple[str, ...]) -> None:
    result = run("reverse", *arguments)
    assert result.stdout == "-33.9, 18.4 lies in no country that is known.\n\nNo settlement is known within 500 km.\n"
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(run("reverse", "-.5", "-1e-3", "--json").stdout)["lon"] == -0.001


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("reverse", "95", "1"), "latitude 95 is not between -90 and 90"),
        (("reverse", "1", "-181"), "longitude -181 is not between -180 and 180"),
        (("reverse", "nan", "1"), "'nan' is no latitude: give degrees as a number"),
        (("reverse", "north", "1"), "'north' is no latitude: give degrees as a number, as in -33.9"),
        (("reverse", "1"), "Missing argument 'LON'."),
        (("reverse", "-33.9", "18.4", "--jsno"), "No such option '--jsno'. Did you mean '--json'?"),
        (("geocode",), "Missing argument 'NAME...'."),
        (("geocode", "x", "--limit", "0"), "0 is not in the range 1<=x<=1000"),
        (("geocode", "x", "--near", "1"), "'1' is no point: give LAT,LON in degrees, as in -33.9,18.4"),
        (("geocode", "x", "--near", "91,1"), "latitude 91 is not between -90 and 90"),
        (("geocode", "x", "--country", "Syria"), "'Syria' is no code of a country"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[red]x[/red]", "No place is called '[red]x[/red]'.\n"),
        ("\x1b[2J\u202e", "No place is called '\\x1b[2J\\u202e'.\n"),
        ("\udcff", "No place is called '\\xff'.\n"),
        ("x" * 10_000, f"No place is called '{'x' * 57}...'.\n"),
        ("", "No place is called ''.\n"),
    ],
)
def test_hostile_names_are_looked_up_and_shown_harmless(name: str, shown: str) -> None:
    result = run("geocode", name)
    assert (result.exit_code, result.stdout, result.stderr) == (0, shown, "")
    assert json.loads(run("geocode", name, "--json").stdout) == [{"query": name, "places": []}]


def test_a_hostile_place_is_shown_harmless() -> None:
    result = run("geocode", "Evil Place")
    assert "[red]Evil[/red]\\x1b[2J\\u202e" in result.stdout
    (answer,) = json.loads(run("geocode", "Evil Place", "--json").stdout)
    assert answer["places"][0]["name"] == "[red]Evil[/red]\x1b[2J\u202e"


def test_a_damaged_gazetteer_has_its_exit_status(tmp_path: Path) -> None:
    (tmp_path / "small.sqlite").write_bytes(b"no database")
    result = run("geocode", "Idlib")
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr.count("\n") == 1


def test_an_unknown_gazetteer_is_an_option_that_makes_no_sense() -> None:
    result = run("geocode", "Idlib", "--gazetteer", "mission")
    assert (result.exit_code, result.stderr) == (
        2,
        "placelines: no gazetteer 'mission' is installed; installed: none\n",
    )
    assert run("geocode", "Idlib", "--gazetteer", "embedded").exit_code == 0
