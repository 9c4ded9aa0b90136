"""Extracts of neighbouring countries, and files of two provinces, asked as one."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from shapely import LineString

from geo.model import Course, Kind, Origin
from geo.roads import Road, RoadSource, Sought
from geo.roads.installed.importing import import_file
from geo.roads.installed.library import Library
from geo.roads.together import Together, together
from maps import cli

from . import osm_world
from .osm_world import ALEPPO, ARIHA, JISR, LATAKIA, SARAQIB, Way
from .road_world import Roads, road

WEST = LineString([(35.79, 35.53), (36.32, 35.81)])
EAST = LineString([(36.32, 35.81), (37.16, 36.2)])
SOUGHT = Sought(Kind.ROAD, ("M4",))

TRUNK = {"highway": "trunk", "ref": "M4"}
M4 = [Way(1, [LATAKIA, JISR], TRUNK), Way(2, [JISR, ARIHA], TRUNK), Way(3, [ARIHA, SARAQIB, ALEPPO], TRUNK)]


def extract(source: str, geometry: LineString, *ways: int) -> Roads:
    one = road("SY", "M4", geometry, source=source, osm_ids=tuple(f"way/{way}" for way in ways), course=Course.SURVEYED)
    return Roads([one], origin=Origin.OSM_EXTRACT)


def only(sources: Sequence[RoadSource]) -> Road:
    (found,) = Together(sources).named(SOUGHT)
    return found


def test_a_road_is_joined_of_what_each_extract_has_of_it() -> None:
    for sources in (
        (extract("a", WEST, 1, 2), extract("b", EAST, 2, 3)),
        (extract("b", EAST, 2, 3), extract("a", WEST, 1, 2)),
    ):
        found = only(sources)
        assert found.geometry.wkt == "LINESTRING (35.79 35.53, 36.32 35.81, 37.16 36.2)"
        assert found.osm_ids == ("way/1", "way/2", "way/3")
        assert found.source == "a + b"


def test_the_scrap_that_an_extract_of_the_next_country_has_changes_nothing() -> None:
    scrap, whole = extract("lebanon", WEST, 2), extract("syria", EAST, 2, 3)
    assert only((scrap, whole)) == whole.roads[0]
    assert only((whole, scrap)) == whole.roads[0]
    twin = extract("syria-old", WEST, 2, 3)
    assert only((whole, twin)) == whole.roads[0]


def test_the_first_key_that_any_source_files_counts() -> None:
    other = Roads([road("SY", "B4", WEST)], origin=Origin.OSM_EXTRACT)
    sources = Together((other, extract("syria", EAST, 1)))
    assert [one.ref for one in sources.named(Sought(Kind.ROAD, ("M4", "B4")))] == ["M4"]
    assert [one.ref for one in sources.named(Sought(Kind.ROAD, ("M9", "B4")))] == ["B4"]
    assert sources.named(Sought(Kind.ROAD, ("M9",))) == ()


def test_a_way_between_comes_from_the_first_source_that_knows_one() -> None:
    way = road("SY", "M5", EAST)
    sources = Together((Roads(origin=Origin.OSM_EXTRACT), Roads(between=[way], origin=Origin.OSM_EXTRACT)))
    assert sources.between(Kind.ROAD, (36.0, 35.0), (37.0, 36.0)) == [way]
    assert sources.between(Kind.RAILWAY, (36.0, 35.0), (37.0, 36.0)) == ()


def test_sources_of_one_origin_become_one() -> None:
    first, second, world = extract("a", WEST, 1), extract("b", EAST, 2), Roads(origin=Origin.NATURAL_EARTH)
    grouped = together([first, world, second])
    assert [source.origin for source in grouped] == [Origin.OSM_EXTRACT, Origin.NATURAL_EARTH]
    assert isinstance(grouped[0], Together)
    assert grouped[0].sources == (first, second)
    assert grouped[1] is world
    assert together([]) == []


def test_it_pickles_with_its_sources(tmp_path: Path) -> None:
    library = Library(tmp_path / "roads")
    for number, way in enumerate(M4):
        import_file(library, osm_world.write(tmp_path / f"part-{number}.osm.pbf", [way], ()))
    (source,) = together(library.open())
    (found,) = source.named(SOUGHT)
    assert found.osm_ids == ("way/1", "way/2", "way/3")
    assert pickle.loads(pickle.dumps(source)).named(SOUGHT) == (found,)


def test_the_order_of_files_and_of_their_features_changes_nothing(sample: Path, tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"ref": "M4"}, "geometry": shape.__geo_interface__} for shape in (WEST, EAST)
    ]
    written = []
    for number, order in enumerate((features, features[::-1])):
        path = tmp_path / str(number) / "mine.geojson"
        path.parent.mkdir()
        path.write_text(json.dumps({"type": "FeatureCollection", "features": order}), encoding="utf-8")
        written.append(made(sample, tmp_path / f"out{number}", path))
    assert written[0] == written[1]


def made(sample: Path, out: Path, *files: Path) -> list[bytes]:
    """Return the files of a map of the sample article."""
    arguments = [part for path in files for part in ("--roads", str(path))]
    result = CliRunner().invoke(cli.cli, ["map", str(sample), "-o", str(out), "--quiet", *arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    return [path.read_bytes() for path in sorted(out.iterdir())]


def test_a_file_given_for_the_run_comes_before_an_imported_one(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACELINES_DATA", str(tmp_path / "data"))
    for name, shape in (("given", LineString([*WEST.coords, *EAST.coords[1:]])), ("imported", WEST)):
        feature = {"type": "Feature", "properties": {"ref": "M4"}, "geometry": shape.__geo_interface__}
        (tmp_path / f"{name}.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
        )
    import_file(Library(), tmp_path / "imported.geojson")
    made(sample, tmp_path / "out", tmp_path / "given.geojson")
    lines = json.loads((tmp_path / "out" / "lines.geojson").read_bytes())
    assert {feature["properties"]["gazetteer"] for feature in lines["features"]} == {"given.geojson"}
