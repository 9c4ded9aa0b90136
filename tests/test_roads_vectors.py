"""Vector files of roads: any format of GDAL, any coordinate system, and what is wrong with them."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import struct
import threading
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
    return list(VectorFile(path).segments())


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.geojson", "roads.shp", "roads.fgb", "roads.kml"])
def test_lines_come_from_every_format(name: str, tmp_path: Path) -> None:
    more = {"layer": "roads", "driver": "LIBKML"} if name.endswith(".kml") else {"layer": "roads"}
    (segment,) = read(write(tmp_path / name, [ROAD], {"ref": ["M4"], "name": ["Latakia Highway"]}, **more))
    assert (segment.kind, segment.refs, segment.names) == (Kind.ROAD, ("M4",), ("Latakia Highway",))
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
    file = VectorFile(path)
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
        LineString([(35.8, 35.5), (35.9, 35.5), (far, far), (36.7, 35.9), (36.8, 35.9), (36.8, 35.9)]),
        LineString([(far, 1), (36, 36)]),
        MultiLineString([[(35, 35), (36, 36)], [(37, 35), (37, 36)]]),
        None,
    ]
    path = write(tmp_path / "r.gpkg", shapes, {"ref": ["M4"] * 4}, geometry_type="Unknown")
    file = VectorFile(path)
    first, second = file.segments()
    # Nobody knows how the road runs where the broken point was.
    assert first.geometry.wkt == "MULTILINESTRING ((35.8 35.5, 35.9 35.5), (36.7 35.9, 36.8 35.9))"
    assert second.geometry.geom_type == "MultiLineString"
    assert file.notes == (
        "1 features without a geometry were left out",
        "1 lines with fewer than two points on the globe were left out",
        "2 points were taken out of lines: repeated, or not on the globe, where the line is cut",
    )


def test_numbers_that_are_none_are_broken_points_and_nobody_else_warns(tmp_path: Path) -> None:
    nan = float("nan")
    with np.errstate(invalid="ignore"):
        shapes = [LineString([(nan, nan), (36, 35), (37, 35)]), LineString([(nan, 1), (36, float("inf"))])]
    file = VectorFile(write(tmp_path / "r.gpkg", shapes, {"ref": ["M4", "M5"]}))
    (segment,) = file.segments()
    assert list(segment.geometry.coords) == [(36, 35), (37, 35)]
    assert len(file.notes) == 2


def test_longitudes_beyond_the_antimeridian_are_turned_back(tmp_path: Path) -> None:
    shapes = [LineString([(178, -17), (181, -17), (182, -17.5)]), LineString([(-179, -17), (-181, -17)])]
    file = VectorFile(write(tmp_path / "fiji.gpkg", shapes, {"ref": ["M4", "M5"]}))
    assert [segment.geometry.wkt for segment in file.segments()] == [
        "LINESTRING (178 -17, -179 -17, -178 -17.5)",
        "LINESTRING (-179 -17, 179 -17)",
    ]
    assert file.notes == ()


def test_curves_and_heights_are_read_as_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "r.gpkg", [LineString([(36, 35, 700), (37, 35, 800)])], {"ref": ["M4"]})
    curve = struct.pack("<BII6d", 1, 8, 3, 36, 35, 36.5, 35.5, 37, 35)
    connection = sqlite3.connect(path)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{trigger}"')
    header = b"GP\0\1" + struct.pack("<i", 4326)
    connection.execute("INSERT INTO lines (geom, ref) VALUES (?, 'M5')", (header + curve,))
    connection.commit()
    connection.close()
    straight, round_about = read(path)
    assert list(straight.geometry.coords) == [(36, 35), (37, 35)]
    assert len(round_about.geometry.coords) > 10
    assert round_about.geometry.length == pytest.approx(np.pi / 2, rel=1e-3)


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
            r"roads\.gpkg has no column of road numbers or names: call one 'ref' or 'name'; layer 'lines' has title",
        ),
        ({"a": ["x"], "b": ["y"]}, "layer 'lines' has a, b"),
    ],
)
def test_a_file_without_numbers_and_names_is_refused(
    columns: dict[str, list[str]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match=message):
        VectorFile(write(tmp_path / "roads.gpkg", [ROAD], columns))


def test_layers_without_numbers_and_names_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "all.gpkg", [ROAD], {"title": ["x"]}, layer="a_plan")
    write(path, [ROAD], {"ref": ["M4"]}, layer="roads", append="yes")
    write(path, [Point(1, 2)], {"name": ["x"]}, layer="towns", geometry_type="Point", append="yes")
    file = VectorFile(path)
    assert [segment.refs for segment in file.segments()] == [("M4",)]
    assert file.notes == ("1 layers without a column of numbers or names were left out",)


def test_lists_and_numbers_in_columns_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "r.geojson"
    line = {"type": "LineString", "coordinates": [[36, 35], [37, 35]]}

    def refs(*cells: object) -> list[tuple[str, ...]]:
        features = [{"type": "Feature", "properties": {"ref": cell}, "geometry": line} for cell in cells]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return [segment.refs for segment in read(path)]

    assert refs(["M4", "E 12"], ["M5"], [], None) == [("M4", "E 12"), ("M5",)]
    assert refs(4.0, 7, None) == [("4",), ("7",)]


def test_a_file_of_points_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "p.gpkg", [Point(1, 2)], {"name": ["x"]}, geometry_type="Point")
    with pytest.raises(OptionError, match=r"p\.gpkg has no lines, only Point: give a file of roads as lines"):
        VectorFile(path)


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
        VectorFile(tmp_path / "none.gpkg")


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    file = VectorFile(write(tmp_path / "r.gpkg", [ROAD] * 3, {"ref": ["A1"] * 3}))
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


def test_coordinates_in_a_system_that_the_file_does_not_say_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "r.shp", [LineString([(7e5, 4e6), (8e5, 4e6)])], {"ref": ["M4"]}, crs=None, layer="r")
    with pytest.raises(OptionError, match="the file does not say its coordinate system, and they are no degrees"):
        UserFileRoads(path, country_of=syria).named(Sought(Kind.ROAD, ("M4",)))


def test_a_coordinate_system_of_no_place_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "r.gpkg", [ROAD], {"ref": ["M4"]}, crs='LOCAL_CS["site",UNIT["metre",1]]')
    with pytest.raises(ResourceError, match="does not say where on the globe it is: save it in EPSG:4326"):
        read(path)


@pytest.mark.parametrize("name", ["a;b.geojson", "a!b.geojson", "a\nb.geojson", "a\tb.geojson"])
def test_a_name_that_would_be_misread_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(OptionError, match="line break in its name: rename it"):
        VectorFile(tmp_path / name)


def test_a_name_that_is_not_unicode_is_told(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.geojson"))
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(OptionError, match="is not Unicode: rename it"):
        VectorFile(path)


def test_pipes_and_loops_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.geojson")
    with pytest.raises(OptionError, match=r"pipe\.geojson is no file but a pipe or device"):
        VectorFile(tmp_path / "pipe.geojson")
    with pytest.raises(OptionError, match="/dev/null is no file but a pipe or device"):
        VectorFile(Path("/dev/null"))
    (tmp_path / "a.gpkg").symlink_to("a.gpkg")
    with pytest.raises(ResourceError, match=r"a\.gpkg cannot be read \(Too many levels of symbolic links\)"):
        VectorFile(tmp_path / "a.gpkg")
    with pytest.raises(ResourceError, match="File name too long"):
        VectorFile(tmp_path / ("x" * 5000))


def test_an_archive_that_fills_the_machine_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1100):
            archive.writestr(f"{number}.geojson", b" " * (1 << 20))
    with pytest.raises(ResourceError, match=r"bomb\.zip unpacks to 1,100 MB, as no file of roads does"):
        VectorFile(path)


def test_an_extract_of_openstreetmap_is_to_be_imported(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"x\.osm\.pbf is an extract of OpenStreetMap: use it with 'placelines roads"):
        UserFileRoads(tmp_path / "x.osm.pbf", country_of=syria)


SENDING = {
    "vrt.vrt": '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{url}</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>",
    "vrt.gpkg": '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{url}</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>",
    "wfs.xml": "<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
    "pipe.gdalg.json": '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {url}"}}',
    "schema.gml": '<?xml version="1.0"?><f:FeatureCollection xmlns:f="http://www.opengis.net/wfs" '
    'xmlns:gml="http://www.opengis.net/gml" xmlns:a="http://a" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://a {url}?service=WFS&amp;version=1.0.0&amp;request=DescribeFeatureType&amp;typeName=a:r"'
    ">"
    '<gml:featureMember><a:r fid="1"><a:ref>M4</a:ref><a:g><gml:LineString srsName="EPSG:4326"><gml:coordinates>'
    "35.8,35.5 37.1,36.2</gml:coordinates></gml:LineString></a:g></a:r></gml:featureMember></f:FeatureCollection>",
}


@pytest.mark.enable_socket
@pytest.mark.parametrize("name", SENDING)
def test_no_file_of_roads_makes_gdal_ask_the_network(name: str, tmp_path: Path) -> None:
    asked: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/roads.geojson"
        (tmp_path / name).write_text(SENDING[name].format(url=url), encoding="utf-8")
        listener = threading.Thread(target=lambda: asked.extend(_callers(server)))
        listener.start()
        if name.endswith(".gml"):
            assert [segment.refs for segment in read(tmp_path / name)] == [("M4",)]
        else:
            with pytest.raises(ResourceError, match="cannot be read as a vector file"):
                read(tmp_path / name)
        listener.join()
    assert asked == []
    assert "OGR_VRT" in pyogrio.list_drivers()


def _callers(server: socket.socket) -> list[object]:
    """Return who connects within the server's time-out, and hang up."""
    try:
        connection, address = server.accept()
    except TimeoutError:
        return []
    connection.close()
    return [address]
