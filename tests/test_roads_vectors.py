"""Vector files of roads: any format of GDAL, any coordinate system, and what is wrong with them."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from shapely import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from geo.errors import OptionError, PlacelinesWarning, ResourceError
from geo.extent import Extent
from geo.model import Course, Kind, Origin
from geo.roads import Sought
from geo.roads.segments import Segment
from geo.roads.user_file import UserFileRoads
from geo.roads.vectors import VectorFile

ROAD = LineString([(35.8, 35.5), (36.3, 35.8), (36.8, 35.9)])


def syria(lonlat: tuple[float, float]) -> str | None:
    return "SY" if Extent(35.7, 32.3, 42.4, 37.3).contains(lonlat) else None


def write(
    path: Path,
    shapes: Sequence[BaseGeometry | None],
    columns: Mapping[str, Sequence[Any]],
    *,
    crs: str | None = "EPSG:4326",
    **more: str,
) -> Path:
    usual = {"geometry_type": "LineString", "layer": "lines"} | more
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a file without a coordinate system
        pyogrio.raw.write(
            path,
            np.array([None if shape is None else shapely.to_wkb(shape) for shape in shapes], dtype=object),
            [np.array(values, dtype=object) for values in columns.values()],
            list(columns),
            crs=crs,
            **usual,
        )
    return path


def read(path: Path) -> list[Segment]:
    return list(VectorFile(path, country_of=syria).segments())


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.geojson", "roads.shp", "roads.fgb", "roads.kml"])
def test_lines_come_from_every_format(name: str, tmp_path: Path) -> None:
    more = {"layer": "roads", "driver": "LIBKML"} if name.endswith(".kml") else {"layer": "roads"}
    (segment,) = read(write(tmp_path / name, [ROAD], {"ref": ["M4"], "name": ["Latakia Highway"]}, **more))
    assert (segment.kind, segment.refs, segment.names, segment.country_code) == (
        Kind.ROAD,
        ("M4",),
        ("Latakia Highway",),
        "SY",
    )
    assert list(segment.geometry.coords) == list(ROAD.coords)


def test_a_zipped_shapefile_in_another_coordinate_system_is_brought_to_degrees(tmp_path: Path) -> None:
    transformer = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32637", always_xy=True)
    moved = LineString([transformer.transform(lon, lat) for lon, lat in ROAD.coords])
    write(tmp_path / "roads.shp", [moved], {"REF": ["M 4"]}, crs="EPSG:32637", layer="roads")
    with zipfile.ZipFile(tmp_path / "roads.zip", "w") as archive:
        for part in sorted(tmp_path.glob("roads.[sdcp][hbpr]*")):
            archive.write(part, part.name)
    (segment,) = read(tmp_path / "roads.zip")
    assert shapely.get_coordinates(segment.geometry) == pytest.approx(shapely.get_coordinates(ROAD), abs=1e-7)
    assert segment.keys == ("M4",)


def test_the_columns_of_natural_earth_are_understood(tmp_path: Path) -> None:
    columns: dict[str, list[str | None]] = {
        "featurecla": ["Road", "Road", "Ferry", "Road"],
        "name": ["95", "5", "Calais", None],
        "level": ["Interstate", "Federal", None, None],
        "sov_a3": ["USA", "DEU", "FRA", "DEU"],
    }
    path = write(tmp_path / "ne_10m_roads.gpkg", [ROAD] * 4, columns, layer="ne_10m_roads")
    file = VectorFile(path, country_of=syria)
    assert [segment.refs for segment in file.segments()] == [("I-95",), ("5",)]
    assert file.notes == ("2 features without a number or name were left out",)
    rivers: dict[str, list[str | None]] = {
        "featurecla": ["River", "Lake Centerline"],
        "name": ["Euphrates", "Assad"],
        "name_en": ["Euphrates", None],
    }
    found = read(write(tmp_path / "ne_10m_rivers.gpkg", [ROAD] * 2, rivers, layer="ne_10m_rivers"))
    assert [(segment.kind, segment.names) for segment in found] == [
        (Kind.RIVER, ("Euphrates",)),
        (Kind.RIVER, ("Assad",)),
    ]


def test_an_export_of_openstreetmap_tells_kinds_and_classes(tmp_path: Path) -> None:
    columns: dict[str, list[str | None]] = {
        "highway": ["trunk", None, None],
        "railway": [None, "rail", None],
        "waterway": [None, None, "river"],
        "name": ["A", "B", "C"],
        "ref": ["M4;E90", None, None],
    }
    found = read(write(tmp_path / "lines.gpkg", [ROAD] * 3, columns))
    assert [(one.kind, one.road_class, one.refs) for one in found] == [
        (Kind.ROAD, "trunk", ("M4", "E90")),
        (Kind.RAILWAY, None, ()),
        (Kind.RIVER, None, ()),
    ]


def test_broken_geometries_are_mended_or_left_out_and_counted(tmp_path: Path) -> None:
    far = 1e9
    shapes = [
        LineString([(35.8, 35.5), (far, far), (36.8, 35.9), (36.8, 35.9)]),
        LineString([(far, 1), (36, 36)]),
        MultiLineString([[(35, 35), (36, 36)], [(37, 35), (37, 36)]]),
        None,
    ]
    path = write(tmp_path / "r.gpkg", shapes, {"ref": ["M4"] * 4}, geometry_type="Unknown")
    file = VectorFile(path, country_of=syria)
    first, second = file.segments()
    assert list(first.geometry.coords) == [(35.8, 35.5), (36.8, 35.9)]
    assert second.geometry.geom_type == "MultiLineString"
    assert file.notes == (
        "2 broken or repeated points were taken out of lines",
        "1 features without a geometry were left out",
        "1 lines with fewer than two points on the globe were left out",
    )


def test_hostile_text_is_one_harmless_line(tmp_path: Path) -> None:
    long = "x" * 10_000
    names = ["<script>\x1b[31m\nalert(1)</script>", "'; DROP TABLE roads; --", long]
    found = read(write(tmp_path / "r.gpkg", [ROAD] * 3, {"ref": ["M1", "M2", "M3"], "name": names}))
    assert [one.names for one in found] == [("<script> [31m alert(1)</script>",), ("'; DROP TABLE roads; --",), ()]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"title": ["x"]},
            r"roads lines' has no column of road numbers or names: call one 'ref' or 'name'; it has title",
        ),
        ({"a": ["x"], "b": ["y"]}, "it has a, b"),
    ],
)
def test_a_file_without_numbers_and_names_is_refused(
    columns: dict[str, list[str]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match=message):
        VectorFile(write(tmp_path / "roads.gpkg", [ROAD], columns), country_of=syria)


def test_a_file_of_points_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "p.gpkg", [Point(1, 2)], {"name": ["x"]}, geometry_type="Point")
    with pytest.raises(OptionError, match=r"p\.gpkg has no lines, only Point: give a file of roads as lines"):
        VectorFile(path, country_of=syria)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"SQLite format 3\0", b"ref,name\nM4,x\n", b"{}"])
@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".zip", ".geojson"])
def test_a_file_that_is_no_vector_file_is_refused_in_one_line(content: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    with pytest.raises((ResourceError, OptionError)) as caught:
        read(path)
    assert str(caught.value).startswith(f"bad{suffix} ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no file"):
        VectorFile(tmp_path / "none.gpkg", country_of=syria)


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    file = VectorFile(write(tmp_path / "r.gpkg", [ROAD] * 3, {"ref": ["A1"] * 3}), country_of=syria)
    list(file.segments(lambda *step: told.append(step)))
    assert told == [("r.gpkg", 3, 3)]


def test_the_users_roads_are_joined_by_number_and_country(tmp_path: Path) -> None:
    shapes = [LineString([(36, 35), (37, 35)]), LineString([(37, 35), (38, 36)]), LineString([(0, 51), (1, 51)])]
    roads = UserFileRoads(write(tmp_path / "mine.gpkg", shapes, {"ref": ["M-4"] * 3}), country_of=syria)
    found = roads.named(Sought(Kind.ROAD, ("M4",)))
    assert [(road.id, road.ref, road.origin, road.course, road.source) for road in found] == [
        ("road:M4", "M-4", Origin.USER_FILE, Course.SURVEYED, "mine.gpkg"),
        ("road:SY-M4", "M-4", Origin.USER_FILE, Course.SURVEYED, "mine.gpkg"),
    ]
    assert found[1].geometry.geom_type == "LineString"
    assert roads.named(Sought(Kind.ROAD, ("M5", "M4"))) == found
    assert roads.named(Sought(Kind.RIVER, ("M4",))) == ()
    assert roads.named(Sought(Kind.ROAD, ("M9",))) == ()


def test_the_users_roads_that_pass_two_points_are_found(tmp_path: Path) -> None:
    shapes = [LineString([(36, 35), (37, 35)]), LineString([(36, 35), (36, 36)])]
    path = write(tmp_path / "mine.geojson", shapes, {"name": ["South Road", "West Road"]}, layer="mine")
    roads = UserFileRoads(path, country_of=syria)
    assert [road.name for road in roads.between(Kind.ROAD, (36.02, 35.02), (36.9, 35.03))] == ["South Road"]
    assert roads.between(Kind.ROAD, (36.02, 35.02), (50, 35)) == []


def test_a_file_with_nothing_to_use_says_why(tmp_path: Path) -> None:
    path = tmp_path / "m.geojson"
    line = {"type": "LineString", "coordinates": [[500_000, 4_000_000], [600_000, 4_000_000]]}
    features = [{"type": "Feature", "properties": {"ref": "M4"}, "geometry": line}]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    with pytest.raises(
        OptionError, match=r"m\.geojson has no road that can be used: 1 lines with fewer than two points"
    ):
        UserFileRoads(path, country_of=syria).named(Sought(Kind.ROAD, ("M4",)))


def test_what_was_mended_is_told_as_warnings(tmp_path: Path) -> None:
    path = write(tmp_path / "r.gpkg", [ROAD, None], {"ref": ["M4", "M5"]})
    with pytest.warns(PlacelinesWarning, match="r.gpkg: 1 features without a geometry were left out"):
        UserFileRoads(path, country_of=syria).named(Sought(Kind.ROAD, ("M4",)))
