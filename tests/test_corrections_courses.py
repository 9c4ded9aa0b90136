from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from geo.corrections.courses import MAX_POINTS, course_of
from geo.corrections.reading import read_corrections
from geo.errors import OptionError
from geo.lines import length_m
from geo.model import Course, Kind, Line, Origin
from geo.provenance import Source
from tests.correcting import Surveyed, written

COURSE = {"type": "LineString", "coordinates": [[37.16, 36.2], [36.8, 35.86], [35.79, 35.53]]}


def feature(geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": {"name": "x"}, "geometry": geometry}


def line_of(folder: Path, drawing: object, *, geometry: str = "m4.geojson", name: str = "") -> Line:
    """Return what a row with a geometry means, drawn in a file beside it."""
    (folder / "m4.geojson").write_text(json.dumps(drawing))
    path = folder / "corrections.csv"
    path.write_bytes(written(text="the M4", name=name, geometry=geometry).encode())
    (row,) = read_corrections(path, Surveyed()).rows
    assert isinstance(row.meaning, Line)
    return row.meaning


def fault(folder: Path, geometry: str) -> str:
    path = folder / "corrections.csv"
    path.write_bytes(written(text="the M4", geometry=geometry).encode())
    with pytest.raises(OptionError) as caught:
        read_corrections(path, Surveyed())
    return str(caught.value)


def test_a_geometry_is_a_surveyed_line_of_the_country_around_its_middle(tmp_path: Path) -> None:
    line = line_of(tmp_path, COURSE)
    assert line == Line(
        "correction:6586ff90da4e",
        "the M4",
        Kind.ROAD,
        LineString([(35.79, 35.53), (36.8, 35.86), (37.16, 36.2)]),
        Course.SURVEYED,
        country_code="SY",
        length_m=length_m(line.geometry),
        gazetteer="correction",
        origin=Origin.USER_FILE,
    )
    assert line.length_m == pytest.approx(148_234, abs=1)


def test_the_id_follows_from_name_and_course_however_it_is_drawn(tmp_path: Path) -> None:
    first = line_of(tmp_path, COURSE)
    pieces = [[[37.16, 36.2, 300.5], [36.8, 35.86, 0]], [[35.79, 35.53], [36.80000001, 35.86], [36.8, 35.86]]]
    point = {"type": "Point", "coordinates": [1, 2]}
    for drawing in (
        feature(COURSE),
        {"type": "FeatureCollection", "features": [feature(point), feature(None), feature(COURSE)]},
        {"type": "GeometryCollection", "geometries": [point, COURSE]},
        {"type": "MultiLineString", "coordinates": pieces},
        {"type": "FeatureCollection", "features": [feature({"type": "LineString", "coordinates": p}) for p in pieces]},
        {**COURSE, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
    ):
        assert line_of(tmp_path, drawing) == first
    assert line_of(tmp_path, COURSE, name="Salt road").name == "Salt road"
    shorter = {"type": "LineString", "coordinates": [[37.16, 36.2], [36.8, 35.86]]}
    others = {line_of(tmp_path, COURSE, name="Salt road").id, line_of(tmp_path, shorter).id}
    assert len({first.id, *others}) == 3


def test_parts_that_do_not_meet_stay_parts(tmp_path: Path) -> None:
    line = line_of(tmp_path, {"type": "MultiLineString", "coordinates": [[[3, 0], [2, 0]], [[0, 0], [1, 0]]]})
    assert line.geometry == MultiLineString([[(0, 0), (1, 0)], [(2, 0), (3, 0)]])


def test_a_line_over_the_antimeridian_goes_the_short_way(tmp_path: Path) -> None:
    for coordinates in ([[179.5, -16], [180.5, -16]], [[179.5, -16], [-179.5, -16]]):
        line = line_of(tmp_path, {"type": "LineString", "coordinates": coordinates})
        assert line.geometry == LineString([(-179.5, -16), (179.5, -16)])
        assert line.length_m == pytest.approx(107_034, abs=1)


def test_files_of_courses_are_told_with_their_digests_each_once(tmp_path: Path) -> None:
    (tmp_path / "roads").mkdir()
    drawn = tmp_path / "roads" / "m4.geojson"
    drawn.write_bytes(b"\xef\xbb\xbf" + json.dumps(COURSE).encode())
    path = tmp_path / "corrections.csv"
    path.write_text("text,geometry\nM4,roads/m4.geojson\nM-4,roads\\m4.geojson\n")
    corrections = read_corrections(path, Surveyed())
    assert corrections.files == tuple(
        Source(name, hashlib.sha256(file.read_bytes()).hexdigest())
        for name, file in (("corrections.csv", path), ("roads/m4.geojson", drawn))
    )


@pytest.mark.parametrize(
    "geometry",
    [
        "../m4.geojson",
        "roads/../../m4.geojson",
        "..",
        "/etc/passwd",
        "\\\\server\\share\\m4.geojson",
        "\\m4.geojson",
        "C:\\m4.geojson",
        "C:m4.geojson",
        "/vsicurl/http://127.0.0.1/m4.geojson",
        "https://example.org/m4.geojson",
        "file:m4.geojson",
        "m4.geojson:stream",
        "m4\0.geojson",
        "outside/m4.geojson",
        "outside.geojson",
    ],
)
def test_a_geometry_elsewhere_is_never_read(tmp_path: Path, geometry: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (tmp_path / "m4.geojson").write_text(json.dumps(COURSE))
    (folder / "outside").symlink_to(tmp_path)
    (folder / "outside.geojson").symlink_to(tmp_path / "m4.geojson")
    told = fault(folder, geometry)
    if "\0" in geometry:
        assert "there is a NUL character" in told
    else:
        advice = "is not beside corrections.csv; put the file there and give its name, as in m4.geojson"
        assert told == f"corrections.csv: row 2: {geometry!r} {advice}"


def test_a_geometry_that_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    for geometry, message in {
        "nope.geojson": "it cannot be read (No such file or directory)",
        "pipe": "it is no file but a pipe or device",
        "folder": "it is a folder; give the file",
        "circle": "it cannot be read (Too many levels of symbolic links)",
        ".": "it is a folder; give the file",
        "x" * 300: "it cannot be read (File name too long)",
    }.items():
        told = fault(tmp_path, geometry)
        assert told.startswith(f"corrections.csv: row 2: {geometry[:80]}: {message}")
        assert len(told) < 300


def line(*lonlats: object) -> bytes:
    return json.dumps({"type": "LineString", "coordinates": lonlats}).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is no GeoJSON ("),
        (
            b"<kml/>",
            "it is no GeoJSON (unexpected character",
        ),
        (b"\xff\xfe{\0}\0", "it is no GeoJSON ("),
        (b"[" * 100_000, "it is no GeoJSON ("),
        (b'{"type":"LineString","coordinates":[[0,NaN],[1,1]]}', "it is no GeoJSON ("),
        (b"[]", "there is no line in it; save the line as GeoJSON in WGS 84 (EPSG:4326)"),
        (b'{"type":"Topology"}', "there is no line in it; save"),
        (b'{"type":"FeatureCollection","features":{}}', "there is no line in it; save"),
        (b'{"type":"Point","coordinates":[1,2]}', "there is no line in it, only Point; save"),
        (b'{"type":"LineString"}', "there is no line in it"),
        (b'{"type":"LineString","coordinates":{}}', "a line in it has what are no points; save"),
        (line(), "a line in it has what are no points"),
        (line([1, 2], [3]), "a line in it has what are no points"),
        (line(["1", "2"], ["3", "4"]), "a line in it has what are no points"),
        (line([1, 2], None), "a line in it has what are no points"),
        (line([True, False], [False, True]), "a line in it has what are no points"),
        (line([1, 2]), "the line has no two different points; draw it anew"),
        (line([1, 2], [1, 2.0000001]), "the line has no two different points; draw it anew"),
        (line([1, 2], [1, 1e400]), "it is no GeoJSON ("),
        (
            line([4111000, 4280000], [4112000, 4281000]),
            "the point (4.111e+06, 4.28e+06) is not on the globe; it is not in",
        ),
        (
            line([36.2, 137.16], [35.5, 135.7]),
            "the point (36.2, 137.16) is not on the globe; longitude and latitude loo",
        ),
        (line([1, 1e308], [0, 1]), "the point (1, 1e+308) is not on the globe; it is not in degrees"),
        (line([1, 2], [1, 91], [170, 1]), "the point (1, 91) is not on the globe; it is not in degrees; save"),
        (
            json.dumps(
                {**COURSE, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}}
            ).encode(),
            "it is in urn:ogc:def:crs:EPSG::3857; save",
        ),
        (line(*([i / 1000, 0] for i in range(MAX_POINTS + 1))), "it has more than 100,000 points; simplify the line"),
    ],
    ids=range(25),
)
def test_what_is_no_course_is_told_with_what_to_do(data: bytes, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        course_of(data, "m4.geojson")
    assert str(caught.value).startswith(f"m4.geojson: {message}")
    assert len(str(caught.value)) < 300


NUMBER = st.integers(-400, 400) | st.floats() | st.sampled_from([180, -180, 1e300, 10**30])
POINT = st.lists(NUMBER, min_size=1, max_size=4)
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBER | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "crs", "x"]), inner, max_size=2)
    ),
    max_leaves=5,
)
GEOMETRY = st.recursive(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["LineString", "MultiLineString", "Point"]),
            "coordinates": st.lists(POINT, max_size=4) | st.lists(st.lists(POINT, max_size=3), max_size=3) | JUNK,
        }
    )
    | JUNK,
    lambda inner: (
        st.fixed_dictionaries({"type": st.just("Feature"), "geometry": inner})
        | st.fixed_dictionaries({"type": st.just("FeatureCollection"), "features": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"type": st.just("GeometryCollection"), "geometries": st.lists(inner, max_size=3)})
    ),
    max_leaves=4,
)


@given(GEOMETRY)
def test_any_drawing_is_a_course_on_the_globe_or_a_fault(drawing: object) -> None:
    data = json.dumps(drawing).encode()
    try:
        course = course_of(data, "m4.geojson")
    except OptionError:
        return
    west, south, east, north = course.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    assert length_m(course) > 0
