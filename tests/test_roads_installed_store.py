"""Imports as sources of roads: what is found, under which key, and ways from place to place."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from filelock import FileLock
from shapely import LineString, MultiLineString, Point

from geo.errors import OptionError, OutputError, ResourceError
from geo.extent import Extent
from geo.installed_files import checked_name, name_from
from geo.model import Course, Kind, Origin
from geo.names import name_key, road_keys
from geo.roads import RoadSource, Sought
from geo.roads.installed.importing import import_file
from geo.roads.installed.index import IndexWriter
from geo.roads.installed.library import Library
from geo.roads.installed.schema import Provenance
from geo.roads.installed.store import StoredRoads
from geo.roads.segments import Segment
from tests import osm_world
from tests.osm_world import ALEPPO, ARIHA, DAMASCUS, HAMA, HOMS, JISR, LATAKIA, MAARAT, SARAQIB, Way

OWN = Provenance("my roads", Origin.USER_FILE, Course.SURVEYED)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> StoredRoads:
    """Return the invented world, imported."""
    folder = tmp_path_factory.mktemp("world")
    library = Library(folder / "library")
    import_file(library, osm_world.write(folder / "syria-latest.osm.pbf"))
    (store,) = library.open()
    return store


def stored(path: Path, segments: Iterable[Segment], country: str | None = None) -> StoredRoads:
    with IndexWriter(path, lambda _lonlat: country) as writer:
        writer.add_all(segments)
        writer.finish(OWN, on_filed=lambda _done: None)
    return StoredRoads(path)


def segment(ref: str, *lonlats: tuple[float, float], country: str | None = None) -> Segment:
    return Segment(Kind.ROAD, (ref,), (), country, LineString(lonlats), "primary")


def imported(library: Library, path: Path, *ways: Way) -> StoredRoads:
    import_file(library, osm_world.write(path, ways, ()))
    return library.open([path.name.partition(".")[0]])[0]


def test_a_road_is_found_by_its_number_in_every_country(store: StoredRoads) -> None:
    source: RoadSource = store
    british, syrian = source.named(Sought(Kind.ROAD, road_keys("M-4")))
    assert (british.id, british.country_code, british.osm_ids) == ("road:GB-M4", "GB", ("way/201",))
    assert (syrian.id, syrian.ref, syrian.country_code) == ("road:SY-M4", "M4", "SY")
    assert syrian.osm_ids == ("relation/9001", "way/101", "way/102", "way/103")
    assert (syrian.course, syrian.origin) == (Course.SURVEYED, Origin.OSM_EXTRACT)
    assert syrian.source == "OpenStreetMap, syria-latest"
    assert syrian.attribution == "© OpenStreetMap contributors (ODbL)"
    assert source.origin is Origin.OSM_EXTRACT


def test_its_course_has_exactly_the_vertices_of_the_extract(store: StoredRoads) -> None:
    (m4,) = store.roads("M4", Kind.ROAD, "SY")
    assert m4.geometry.geom_type == "LineString"
    west_first = sorted([list(m4.geometry.coords), list(m4.geometry.coords)[::-1]])[0]
    assert west_first == [LATAKIA, (36.0123456, 35.6), JISR, (36.45, 35.8000001), ARIHA, (36.7, 35.83), SARAQIB]
    (m5,) = store.roads("M5", Kind.ROAD)
    ends = [SARAQIB, (36.95, 36.02), ALEPPO]
    assert list(m5.geometry.coords) in (
        [*ends[::-1], MAARAT, HAMA, HOMS, DAMASCUS],
        [DAMASCUS, HOMS, HAMA, MAARAT, *ends],
    )


@pytest.mark.parametrize(
    ("kind", "name", "ids"),
    [
        (Kind.ROAD, "e 12", ["road:SY-E12"]),
        (Kind.ROAD, "طريق الساحل", ["road:SY-طريق الساحل"]),
        (Kind.ROAD, "The Damascus Highway", ["road:SY-damascus highway"]),
        (Kind.RAILWAY, "Northern Railway", ["railway:SY-northern railway"]),
        (Kind.RIVER, "Orontes", ["river:SY-orontes"]),
        (Kind.PIPELINE, "Oil Line", ["pipeline:SY-oil line"]),
        (Kind.ROAD, "Orontes", []),
        (Kind.ROAD, "Ramp", []),
        (Kind.ROAD, "M99", []),
        (Kind.BORDER, "M4", []),
    ],
)
def test_lines_of_every_kind_are_found_by_number_or_name(
    store: StoredRoads, kind: Kind, name: str, ids: list[str]
) -> None:
    found = store.named(Sought(kind, (*road_keys(name), name_key(name))))
    assert [road.id for road in found] == ids


def test_the_first_key_that_has_any_road_decides(store: StoredRoads) -> None:
    assert [road.ref for road in store.named(Sought(Kind.ROAD, ("HIGHWAY5", "M5", "M4")))] == ["M5"]
    assert store.named(Sought(Kind.ROAD, ())) == ()
    assert store.named(Sought(Kind.ROAD, ("\udcff", "'; DROP TABLE keys; --", "x\0"))) == ()


def test_the_pieces_of_one_country_are_found_alone(store: StoredRoads) -> None:
    assert [piece.osm_ids[0] for piece in store.segments("M4", Kind.ROAD, "GB")] == ["way/201"]
    assert len(store.segments("M4", Kind.ROAD)) == 4
    assert store.segments("M4", Kind.ROAD, "FR") == []


def test_looking_up_a_number_reads_no_other_rows(store: StoredRoads) -> None:
    connection = store._file._open()
    plans = [
        row[3]
        for sql in ("SELECT segments FROM keys WHERE key = 'M4' AND kind = 'road' AND country = 'SY'",)
        for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert plans == ["SEARCH keys USING PRIMARY KEY (key=? AND kind=? AND country=?)"]


def test_the_pieces_of_a_road_lie_together(tmp_path: Path) -> None:
    shuffled = [segment(ref, (at, 1.0), (at + 0.5, 1.0)) for at in range(4) for ref in ("M2", "M1")]
    store = stored(tmp_path / "x.sqlite", shuffled)
    numbers = store._rows("SELECT refs FROM segments ORDER BY number")
    assert [refs for (refs,) in numbers] == ["M1"] * 4 + ["M2"] * 4


def test_a_way_over_a_border_lies_where_its_middle_does(tmp_path: Path, library: Library) -> None:
    # From Turkey to Syria, near Kilis and Azaz.
    mostly_syrian = Way(1, [(37.12, 36.80), (37.05, 36.55), (37.05, 36.30)], {"highway": "trunk", "ref": "1"})
    mostly_turkish = Way(2, [(37.1, 37.3), (37.12, 36.80), (37.05, 36.6)], {"highway": "trunk", "ref": "2"})
    at_sea = Way(3, [(33.0, 34.0), (33.5, 34.0)], {"highway": "trunk", "ref": "3"})
    store = imported(library, tmp_path / "x.osm.pbf", mostly_syrian, mostly_turkish, at_sea)
    assert [store.roads(ref, Kind.ROAD)[0].country_code for ref in "123"] == ["SY", "TR", None]
    assert store.roads("3", Kind.ROAD)[0].id == "road:3"
    assert store.counts["countries"] == {"": 1, "SY": 1, "TR": 1}
    assert [one.countries for one in library.imported()] == [("SY", "TR")]


def test_the_country_that_a_segment_names_is_kept(tmp_path: Path) -> None:
    store = stored(tmp_path / "x.sqlite", [segment("M1", (0, 0), (1, 1), country="LB")], country="SY")
    assert [road.id for road in store.roads("M1", Kind.ROAD)] == ["road:LB-M1"]


def test_courses_off_the_globe_are_left_out(tmp_path: Path) -> None:
    with IndexWriter(tmp_path / "x.sqlite", lambda _lonlat: None) as writer:
        writer.add_all([segment("M1", (0, 0), (181, 0)), segment("M2", (0, 0), (1, 91)), segment("M3", (0, 0), (1, 1))])
        writer.finish(OWN, on_filed=lambda _done: None)
    assert writer.notes == ("2 courses that are not on the globe were left out",)
    assert writer.kinds == {"road": 1}


def test_lines_of_several_pieces_and_many_batches_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.roads.installed.index._BATCH", 3)
    split = MultiLineString([[(0, 0), (1, 0)], [(3, 0), (4, 0)]])
    pieces = [Segment(Kind.RIVER, (), (f"River {at}", "Nile"), "EG", split) for at in range(10)]
    store = stored(tmp_path / "x.sqlite", pieces)
    assert store.counts == {"kinds": {"river": 10}, "countries": {"EG": 10}}
    assert [found.geometry for found in store.segments("river 7", Kind.RIVER)] == [split]
    assert len(store.segments("nile", Kind.RIVER, "EG")) == 10


def test_a_lone_surrogate_of_a_reader_is_left_out(tmp_path: Path) -> None:
    pieces = [Segment(Kind.ROAD, ("M1",), ("\udcffname", "a\x00b", "Good"), "SY", LineString([(0, 0), (1, 1)]))]
    (road,) = stored(tmp_path / "x.sqlite", pieces).roads("M1", Kind.ROAD)
    assert (road.ref, road.name) == ("M1", "Good")


def test_a_way_takes_the_better_road_though_it_is_longer(store: StoredRoads) -> None:
    (way,) = store.between(Kind.ROAD, JISR, ALEPPO)
    assert list(way.geometry.coords) == [
        JISR,
        (36.45, 35.8000001),
        ARIHA,
        (36.7, 35.83),
        SARAQIB,
        (36.95, 36.02),
        ALEPPO,
    ]
    assert (way.id, way.ref, way.name) == ("road:SY-36.32 35.81 - 37.16 36.20", None, None)
    assert (way.course, way.origin, way.country_code) == (Course.ROUTED, Origin.OSM_EXTRACT, "SY")
    assert way.osm_ids == ("way/102", "way/103", "way/104")
    (back,) = store.between(Kind.ROAD, ALEPPO, JISR)
    assert list(back.geometry.coords) == list(way.geometry.coords)[::-1]


def test_a_way_is_called_by_the_number_that_it_has_nearly_everywhere(store: StoredRoads) -> None:
    assert [way.ref for way in store.between(Kind.ROAD, LATAKIA, SARAQIB)] == ["M4"]
    assert [way.ref for way in store.between(Kind.ROAD, HAMA, DAMASCUS)] == ["M5"]
    assert [way.ref for way in store.between(Kind.ROAD, LATAKIA, DAMASCUS)] == [None]


def test_small_roads_are_taken_where_there_are_no_others(tmp_path: Path, library: Library) -> None:
    far = (LATAKIA, (36.9, 35.6), (38.9, 35.6))
    store = imported(library, tmp_path / "x.osm.pbf", Way(1, far, {"highway": "tertiary"}))
    (way,) = store.between(Kind.ROAD, LATAKIA, far[-1])
    assert (list(way.geometry.coords), way.ref) == (list(far), None)


def test_a_railway_is_found_between_stations(store: StoredRoads) -> None:
    (way,) = store.between(Kind.RAILWAY, ALEPPO, HOMS)
    assert (way.id, way.kind) == ("railway:SY-37.16 36.20 - 36.72 34.73", Kind.RAILWAY)
    assert list(way.geometry.coords) == [ALEPPO, (36.9, 35.9), HAMA, HOMS]


def test_no_way_is_better_than_a_wrong_one(store: StoredRoads, tmp_path: Path, library: Library) -> None:
    assert store.between(Kind.ROAD, LATAKIA, LATAKIA) == ()
    assert store.between(Kind.ROAD, LATAKIA, (40.0, 35.3)) == ()
    assert store.between(Kind.ROAD, LATAKIA, (-0.5, 51.5)) == ()
    assert store.between(Kind.RIVER, HOMS, HAMA) == ()
    around = [(36.0, 35.0), (35.9, 35.3), (36.3, 35.3), (36.2, 35.0)]
    detour = imported(library, tmp_path / "x.osm.pbf", Way(1, around, {"highway": "primary"}))
    assert detour.between(Kind.ROAD, around[0], around[-1]) == ()


def test_pieces_on_both_sides_of_the_antimeridian_are_found(tmp_path: Path, library: Library) -> None:
    fiji = Way(1, [(179.7, -16.8), (180.0, -16.8)], {"highway": "primary", "ref": "Q1"})
    beyond = Way(2, [(-180.0, -16.8), (-179.8, -16.8)], {"highway": "primary", "ref": "Q1"})
    store = imported(library, tmp_path / "x.osm.pbf", fiji, beyond)
    around = Extent(179.6, -17.0, -179.7, -16.0)
    assert [piece.osm_ids for piece in store.segments_in(around, Kind.ROAD)] == [("way/1",), ("way/2",)]
    assert store.segments_in(Extent(-179.9, -17.0, -179.7, -16.0), Kind.ROAD)[0].osm_ids == ("way/2",)
    (way,) = store.between(Kind.ROAD, (179.7, -16.8), (-179.8, -16.8))
    assert (way.ref, way.country_code) == ("Q1", "FJ")


def test_a_store_pickles_as_its_path(store: StoredRoads) -> None:
    again = pickle.loads(pickle.dumps(store))
    assert (again.path, repr(again)) == (store.path, "<StoredRoads: syria-latest.sqlite>")
    assert again.roads("M5", Kind.ROAD) == store.roads("M5", Kind.ROAD)


def test_files_that_cannot_be_read_say_what_to_do(tmp_path: Path, library: Library) -> None:
    path = library.folder / "x.sqlite"
    library.folder.mkdir()
    advice = "import them again, or give them up: placelines roads remove x"
    for data in (b"", b"no database" * 500):
        path.write_bytes(data)
        with pytest.raises(ResourceError, match=f"the imported roads .*x.sqlite cannot be read .*: {advice}"):
            library.open()[0].named(Sought(Kind.ROAD, ("M4",)))
        with pytest.raises(ResourceError, match=advice):
            library.imported()
    path.unlink()
    with pytest.raises(ResourceError, match="there is no such file"):
        StoredRoads(path).roads("M4", Kind.ROAD)


NO_NUMBERS = "010200000002000000" + 4 * "000000000000f87f"
"""WKB of a line from nowhere to nowhere."""


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("PRAGMA user_version = 99", "it is of version 99, this placelines reads version"),
        ("PRAGMA application_id = 7", "not roads that placelines imported"),
        ("DELETE FROM meta", "cannot be read"),
        ("UPDATE meta SET value = 'mars' WHERE key = 'origin'", "'mars' is not a valid Origin"),
        ("DROP TABLE keys", "no such table: keys"),
        ("DELETE FROM meta WHERE key = 'course'", "it does not say what is in it"),
        ("UPDATE meta SET value = x'ff' WHERE key = 'source'", "it does not say what is in it"),
        ("UPDATE keys SET segments = x'010203'", "its index is damaged"),
        ("UPDATE keys SET segments = 'abcd'", "its index is damaged"),
        ("UPDATE segments SET geometry = x'0102030405'", "its lines are damaged"),
        ("UPDATE segments SET geometry = zeroblob(41)", "its lines are damaged"),
        ("UPDATE segments SET geometry = x'0101000000' || zeroblob(16)", "its lines are damaged"),
        (f"UPDATE segments SET geometry = x'{NO_NUMBERS}'", "its lines are damaged"),
        ("UPDATE segments SET kind = 'x'", "its lines are damaged"),
        ("UPDATE segments SET refs = x'ff'", "its lines are damaged"),
    ],
)
def test_a_file_of_another_sort_is_refused(tmp_path: Path, sql: str, message: str) -> None:
    store = stored(tmp_path / "x.sqlite", [segment("M1", (0, 0), (1, 1))])
    with sqlite3.connect(store.path) as connection:
        connection.execute(sql)
    connection.close()
    with pytest.raises(ResourceError, match=message):
        store.roads("M1", Kind.ROAD)


def test_a_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path / "x.sqlite", [segment("M1", (0, 0), (1, 1))]).path
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ResourceError, match="it is cut short"):
        StoredRoads(path).roads("M1", Kind.ROAD)


def test_counts_that_are_none_are_refused(tmp_path: Path) -> None:
    store = stored(tmp_path / "x.sqlite", [segment("M1", (0, 0), (1, 1))])
    for counts in ("[]", '{"kinds": {"road": "x"}, "countries": {}}', '{"kinds": 5, "countries": 6}', "x"):
        with sqlite3.connect(store.path) as connection:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'counts'", (counts,))
        connection.close()
        with pytest.raises(ResourceError, match="it does not say what is in it"):
            StoredRoads(store.path).counts  # noqa: B018


def test_imports_are_asked_in_order_of_name_and_replaced_by_name(tmp_path: Path, library: Library) -> None:
    assert (library.names(), library.open(), library.imported()) == ((), (), ())
    path = osm_world.write(tmp_path / "x.osm.pbf")
    for name in ("syria", "lebanon", "syria"):
        import_file(library, path, name=name)
    assert [store.path.stem for store in library.open()] == ["lebanon", "syria"]
    assert [store.path.stem for store in library.open(["syria"])] == ["syria"]
    import_file(library, osm_world.write(tmp_path / "y.osm.pbf", [osm_world.M5_SOUTH], ()), name="syria")
    assert [sum(one.kinds.values()) for one in library.imported()] == [13, 1]
    library.remove("lebanon")
    assert library.names() == ("syria",)
    for name in ("lebanon", "../syria", "syria.sqlite", ""):
        with pytest.raises(OptionError, match=r"no roads were imported under the name .*; imported: syria"):
            library.remove(name)


def test_roads_lie_beside_the_installed_gazetteers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLACELINES_DATA", str(tmp_path))
    assert Library().folder == tmp_path / "roads"


def test_two_processes_do_not_import_at_once(tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    path = osm_world.write(tmp_path / "x.osm.pbf")
    import_file(library, path)
    monkeypatch.setattr("geo.installed_files.changing.__wrapped__.__kwdefaults__", {"lock_timeout_s": 0.05})
    with (
        FileLock(library.folder / ".lock"),
        pytest.raises(OutputError, match=r"another process is installing imported roads in .*library: try again"),
    ):
        import_file(library, path)


def test_names_are_safe_names_of_files() -> None:
    assert name_from("Ünïted_Kingdom (2)", "an import") == "united-kingdom-2"
    assert name_from("x" * 60, "an import") == "x" * 40
    for name in ("", "Syria", "a/b", "..", "a b", "x" * 41, "-a", "a--b", "é"):
        with pytest.raises(OptionError, match="an import cannot be called"):
            checked_name(name, "an import")
    with pytest.raises(OptionError, match=r"'\?\?' gives no name"):
        name_from("??", "an import")


def test_vector_files_are_imported_too(tmp_path: Path, library: Library) -> None:
    import numpy as np
    import pyogrio.raw
    import shapely

    path = tmp_path / "ne_10m_roads.gpkg"
    courses = shapely.to_wkb([LineString([LATAKIA, ARIHA]), Point(1, 1)])
    fields = [np.array(["M4", "M5"], dtype=object)]
    pyogrio.raw.write(
        path, courses, fields, ["name"], geometry_type="Unknown", crs="EPSG:4326", layer="roads", driver="GPKG"
    )
    report = import_file(library, path)
    assert (report.name, report.kinds) == ("ne-10m-roads", {"road": 1})
    assert report.notes == ("1 features that are no lines were left out",)
    (road,) = library.open()[0].named(Sought(Kind.ROAD, ("M4",)))
    assert (road.origin, road.course) == (Origin.NATURAL_EARTH, Course.GENERALISED)
    assert (road.source, road.attribution, road.country_code) == ("Natural Earth, ne_10m_roads", None, "SY")
    assert list(road.geometry.coords) == [LATAKIA, ARIHA]
    import_file(library, path.rename(tmp_path / "mine.gpkg"))
    assert library.open(["mine"])[0].provenance == Provenance("mine", Origin.USER_FILE, Course.SURVEYED)
