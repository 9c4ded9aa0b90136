"""The sample article offline, with an imported extract, and online: three maps that differ by where roads come from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from maps import cli

from .fakeserver import FakeServer
from .osm_world import Way, write
from .overpass_replies import M4, M5

BY_SOURCE = {
    *("geometry_source", "course", "approximate", "geo_precision", "length_km", "osm_ids", "attribution"),
    *("gazetteer", "why", "road_name"),
}
"""The properties of a line that follow from where its course comes from."""


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


def run(*arguments: object) -> str:
    result = CliRunner().invoke(cli.cli, [*map(str, arguments)])
    assert (result.exit_code, messages(result)) == (0, []), result.stderr
    return result.stdout


def messages(result: Result) -> list[str]:
    """Return what was said beside the notice that a server is asked."""
    return [line for line in result.stderr.splitlines() if " online: it gets " not in line]


def extract(folder: Path) -> Path:
    """Write an extract that has the invented M4 and M5."""
    ways = [Way(number, part, {"highway": "trunk", "ref": "M4"}) for number, part in enumerate(M4, start=1)]
    ways += [Way(number, part, {"highway": "motorway", "ref": "M5"}) for number, part in enumerate(M5, start=11)]
    return write(folder / "syria-latest.osm.pbf", ways, ())


def features(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / name).read_text(encoding="utf-8"))["features"]
    return found


@pytest.mark.enable_socket
def test_three_maps_differ_only_as_their_source_of_geometry_says(
    sample: Path, tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("map", sample, "-o", tmp_path / "offline")
    online = ("--online", "--overpass-url", server.url("roads"), "--geocoder-url", server.url("empty"))
    run("map", sample, "-o", tmp_path / "online", *online, "--cache", tmp_path / "cache")
    monkeypatch.setenv("PLACELINES_DATA", str(tmp_path / "data"))
    run("roads", "import", extract(tmp_path))
    run("map", sample, "-o", tmp_path / "extract")

    kinds = {"offline": "highways", "extract": "osm_extract", "online": "overpass"}
    of_each = {name: features(tmp_path / name, "lines.geojson") for name in kinds}
    alike = []
    for name, lines in of_each.items():
        assert {line["properties"]["geometry_source"] for line in lines} == {kinds[name]}
        assert [line["properties"]["part"] for line in lines] == ["whole", "section"]
        kept = [{key: value for key, value in line["properties"].items() if key not in BY_SOURCE} for line in lines]
        alike.append([(line["id"], properties) for line, properties in zip(lines, kept, strict=True)])
        assert features(tmp_path / name, "places.geojson") == features(tmp_path / "offline", "places.geojson")
    assert alike[0] == alike[1] == alike[2]

    section = of_each["offline"][1]
    assert section["id"] == "road:SY-M4/170063-173576"
    assert len(section["geometry"]["coordinates"]) >= 6
    assert 144 <= section["properties"]["length_km"] <= 230
    assert (section["properties"]["section_from"], section["properties"]["section_to"]) == ("Aleppo", "Latakia")
    assert section["properties"]["approximate"] is True
    for name in ("extract", "online"):
        whole, section = of_each[name]
        vertices = [point for number, part in enumerate(M4) for point in part[number > 0 :]]
        expected = [[round(lon, 6), round(lat, 6)] for lon, lat in vertices]
        assert whole["geometry"]["coordinates"] in (expected, expected[::-1])
        # Aleppo and Latakia of the gazetteer lie beside the ends, which are the nearest points of the course.
        inner = section["geometry"]["coordinates"]
        assert inner[1:-1] == [point for point in expected[::-1] if point in inner[1:-1]]
        assert len(inner) >= len(expected) - 1
        assert section["properties"]["attribution"] == "© OpenStreetMap contributors (ODbL)"
        assert "OpenStreetMap contributors" in (tmp_path / name / "map.html").read_text(encoding="utf-8")
    assert "OpenStreetMap contributors" not in (tmp_path / "offline" / "map.html").read_text(encoding="utf-8")
    assert of_each["extract"][0]["properties"]["osm_ids"] == "way/1 way/2 way/3 way/4"


def test_the_whole_m5_has_the_exact_vertices_of_an_extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACELINES_DATA", str(tmp_path / "data"))
    run("roads", "import", extract(tmp_path))
    article = tmp_path / "article.txt"
    article.write_text("Syrian troops took Saraqib. They now hold the M5 highway.", encoding="utf-8")
    run("map", article, "-o", tmp_path / "out")
    (line,) = features(tmp_path / "out", "lines.geojson")
    expected = [[round(lon, 6), round(lat, 6)] for number, part in enumerate(M5) for lon, lat in part[number > 0 :]]
    assert line["id"] == "road:SY-M5"
    assert line["geometry"]["coordinates"] in (expected, expected[::-1])
    assert line["properties"]["part"] == "whole"


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "mode", ["r504", "remark", "html200", "truncjson", "reset", "r429none", "jsonnum", "redir_port"]
)
def test_the_map_is_made_with_the_next_source_when_overpass_fails(
    mode: str, sample: Path, tmp_path: Path, server: FakeServer
) -> None:
    options = ("--online", "--overpass-url", server.url(mode), "--geocoder-url", server.url("empty"))
    arguments = ("map", sample, "-o", tmp_path / "out", *options, "--cache", tmp_path / "cache")
    result = CliRunner().invoke(cli.cli, [*map(str, arguments)])
    assert result.exit_code == 0
    (warning,) = messages(result)
    assert warning.startswith("placelines: warning: 127.0.0.1")
    assert warning.endswith("; roads come from what is at hand")
    lines = features(tmp_path / "out", "lines.geojson")
    assert {line["properties"]["geometry_source"] for line in lines} == {"highways"}
    assert server.count("PORT2") == 0


def test_the_users_own_file_comes_first(sample: Path, tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[35.79, 35.53], [36.5, 35.7], [37.16, 36.2]]}
    feature = {"type": "Feature", "properties": {"ref": "M4"}, "geometry": line}
    path = tmp_path / "mine.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    run("map", sample, "-o", tmp_path / "out", "--roads", path)
    whole, section = features(tmp_path / "out", "lines.geojson")
    assert whole["geometry"] == line
    assert (section["properties"]["geometry_source"], section["properties"]["gazetteer"]) == (
        "user_file",
        "mine.geojson",
    )
    assert section["id"] == "road:SY-M4/170063-173576"


def test_a_file_that_is_no_road_file_is_refused_before_anything_is_written(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.gpkg"
    path.write_bytes(b"no such thing")
    result = CliRunner().invoke(cli.cli, ["map", str(sample), "-o", str(tmp_path / "out"), "--roads", str(path)])
    assert result.exit_code == 5
    assert result.stderr.startswith("placelines: mine.gpkg cannot be read as a vector file")
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_another_overpass_server_needs_online(sample: Path, tmp_path: Path) -> None:
    arguments = ["map", str(sample), "-o", str(tmp_path), "--overpass-url", "http://127.0.0.1:9/"]
    result = CliRunner().invoke(cli.cli, arguments)
    assert (result.exit_code, result.stderr) == (
        2,
        "placelines: --overpass-url needs --online, --dry-run or --replay\n",
    )
