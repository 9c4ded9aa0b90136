"""Roads out of extracts of OpenStreetMap: which ways, with which numbers and names, and what a broken file does."""

from __future__ import annotations

import bz2
import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from geo.errors import OptionError, ResourceError
from geo.model import Course, Kind, Origin
from geo.roads.installed.importing import Report, import_file
from geo.roads.installed.library import Library
from geo.roads.installed.osm import OsmReader
from geo.roads.installed.osm_tags import names_of, refs_of, route_of, sort_of
from geo.roads.segments import Segment
from tests import osm_world
from tests.osm_world import ARIHA, JISR, LATAKIA, SARAQIB, Relation, Way


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def read(path: Path) -> tuple[dict[str, Segment], tuple[str, ...]]:
    """Return the segments by the id of their way, and the notes."""
    reader = OsmReader(path, path.with_suffix(".nodes"), on_read=lambda _done: None)
    return {segment.osm_ids[0]: segment for segment in reader}, reader.notes


def read_ways(tmp_path: Path, *ways: Way, relations: Sequence[Relation] = ()) -> dict[str, Segment]:
    return read(osm_world.write(tmp_path / "x.osm.pbf", ways, relations))[0]


@pytest.mark.parametrize("ending", [".osm.pbf", ".pbf", ".osm", ".osm.bz2", ".osm.gz", ".OSM.PBF"])
def test_every_format_gives_the_same_segments(tmp_path: Path, ending: str) -> None:
    source = osm_world.write(tmp_path / f"world{ending.lower()}").replace(tmp_path / f"x{ending}")
    segments, notes = read(source)
    assert notes == ()
    assert sorted(segments) == [
        *(f"way/{number}" for number in (101, 102, 103, 104, 105, 201, 301, 303, 304)),
        *("way/401", "way/402", "way/501", "way/601"),
    ]
    west = segments["way/101"]
    assert list(west.geometry.coords) == [LATAKIA, (36.0123456, 35.6), JISR]
    assert (west.kind, west.road_class, west.country_code) == (Kind.ROAD, "trunk", None)
    assert {segment.kind for segment in segments.values()} == {Kind.ROAD, Kind.RAILWAY, Kind.RIVER, Kind.PIPELINE}


def test_a_relation_hands_its_number_name_and_id_to_its_ways(tmp_path: Path) -> None:
    segments = read_ways(tmp_path, *osm_world.WAYS, relations=osm_world.RELATIONS)
    name = "Latakia - Saraqib Highway"
    east, middle = segments["way/103"], segments["way/102"]
    assert (east.refs, east.names, east.osm_ids) == (("M4",), (name,), ("way/103", "relation/9001"))
    assert (middle.refs, middle.names) == (("M-4", "E 12", "M4"), ("طريق الساحل", name))
    bus_line = segments["way/104"]
    assert (bus_line.refs, bus_line.osm_ids) == (("M5", "E 45"), ("way/104",))


def test_a_minor_road_with_the_number_of_a_route_is_kept(tmp_path: Path) -> None:
    route = Relation(1, [302], {"type": "route", "route": "road", "ref": "12"})
    assert read_ways(tmp_path, osm_world.STREET, relations=[route])["way/302"].refs == ("12",)
    named_only = Relation(1, [302], {"type": "route", "route": "road", "name": "Tour"})
    assert read_ways(tmp_path, osm_world.STREET, relations=[named_only]) == {}


def test_ramps_are_for_routes_alone(tmp_path: Path) -> None:
    ramp = read_ways(tmp_path, *osm_world.WAYS)["way/301"]
    assert (ramp.road_class, ramp.refs, ramp.names, ramp.keys) == ("trunk_link", (), (), ())


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "tertiary"}, Kind.ROAD),
        ({"highway": "tertiary_link"}, None),
        ({"highway": "primary_link"}, Kind.ROAD),
        ({"highway": "construction", "ref": "M4"}, None),
        ({"highway": "service", "ref": "7"}, Kind.ROAD),
        ({"highway": "service", "name": "Alley"}, None),
        ({"highway": "footway", "ref": "7"}, None),
        ({"highway": "trunk", "area": "yes"}, None),
        ({"railway": "rail"}, None),
        ({"railway": "rail", "usage": "main"}, Kind.RAILWAY),
        ({"railway": "tram", "name": "Tram"}, None),
        ({"railway": "abandoned", "name": "Hejaz"}, None),
        ({"railway": "narrow_gauge", "name:en": "Hejaz"}, Kind.RAILWAY),
        ({"railway": "rail", "service": "yard", "ref": "3"}, None),
        ({"waterway": "river"}, None),
        ({"waterway": "canal", "name": "Canal"}, Kind.RIVER),
        ({"man_made": "pipeline", "ref": "P1"}, Kind.PIPELINE),
        ({"man_made": "pipeline"}, None),
        ({"building": "yes", "ref": "M4"}, None),
        ({}, None),
    ],
)
def test_what_is_kept(tags: dict[str, str], kind: Kind | None) -> None:
    sort = sort_of(tags)
    assert (None if sort is None else sort.kind) == kind


def test_numbers_are_split_and_old_ones_are_left_out() -> None:
    tags = {"ref": "M4;  M-5 ;", "nat_ref": "N1", "int_ref": "E 40;M4", "old_ref": "9", "loc_ref": "L2"}
    assert refs_of(tags) == ("M4", "M-5", "N1", "E 40")


def test_names_come_in_all_languages_the_english_one_first() -> None:
    tags = {
        **{"name": "طريق", "name:fr": "Route", "name:ar-Latn": "Tariq", "name:etymology": "x", "name:left": "y"},
        **{"alt_name": "A;B", "official_name": "O", "int_name": "I", "loc_name": "L", "name:en": "Road"},
        **{"alt_name:de": "Straße", "old_name": "Old", "short_name": "S"},
    }
    assert names_of(tags) == ("Road", "طريق", "I", "O", "A", "B", "L", "Straße", "Tariq", "Route")


def test_american_numbers_get_their_network() -> None:
    road = {"type": "route", "route": "road"}
    refs = {
        network: route.refs
        for network in ("US:I", "US:US", "US:CA", "NO", "")
        if (route := route_of(1, {**road, "ref": "95", "network": network}))
    }
    assert refs == {"US:I": ("I 95",), "US:US": ("US 95",), "US:CA": ("CA 95",), "NO": ("95",), "": ("95",)}
    assert route_of(1, {**road, "ref": "M4", "network": "US:I"}) is not None
    assert route_of(1, {"type": "route", "route": "train", "ref": "IC 1"}) is None
    assert route_of(1, {"type": "superroute", "route": "road", "ref": "E 40"}) is None
    assert route_of(1, road) is None


def test_where_nodes_lack_the_rest_of_the_way_is_kept_and_counted(tmp_path: Path) -> None:
    way = Way(1, [LATAKIA, JISR, ARIHA, SARAQIB, (37.0, 36.0)], {"highway": "trunk", "ref": "M4"})
    for lacking, courses in (
        ([ARIHA], [[LATAKIA, JISR], [SARAQIB, (37.0, 36.0)]]),
        ([JISR, (37.0, 36.0)], [[ARIHA, SARAQIB]]),
    ):
        segments, notes = read(osm_world.write(tmp_path / "x.osm.pbf", [way], lacking=lacking))
        course = segments["way/1"].geometry
        assert [list(part.coords) for part in getattr(course, "geoms", [course])] == courses
        assert notes == (
            f"{len(lacking)} nodes that the file lacks, or that are not on the globe, were left out of ways",
        )
    segments, notes = read(osm_world.write(tmp_path / "x.osm.pbf", [way], lacking=[JISR, SARAQIB]))
    assert segments == {}
    assert notes[1] == "1 ways of which no two nodes are there were left out"


def test_nodes_off_the_globe_are_lacking(tmp_path: Path) -> None:
    path = tmp_path / "x.osm"
    nodes = "".join(f"<node id='{n}' lat='{lat}' lon='36.{n}'/>" for n, lat in ((1, 35), (2, 95), (3, 36), (4, 37)))
    refs = "".join(f"<nd ref='{n}'/>" for n in (1, 2, 3, 4))
    path.write_text(f"<osm version='0.6'>{nodes}<way id='1'>{refs}<tag k='highway' v='trunk'/></way></osm>")
    segments, notes = read(path)
    assert list(segments["way/1"].geometry.coords) == [(36.3, 36.0), (36.4, 37.0)]
    assert notes == ("1 nodes that the file lacks, or that are not on the globe, were left out of ways",)


def test_a_way_of_one_place_is_left_out(tmp_path: Path) -> None:
    segments, notes = read(osm_world.write(tmp_path / "x.osm.pbf", [Way(1, [JISR, JISR], {"highway": "trunk"})]))
    assert (segments, notes) == ({}, ("1 ways of which no two nodes are there were left out",))


def hostile(tmp_path: Path, *patches: tuple[bytes, bytes]) -> Path:
    path = osm_world.write(tmp_path / "hostile.osm.pbf", compression="none")
    data = path.read_bytes()
    for old, new in patches:
        assert old in data
        assert len(old) == len(new)
        data = data.replace(old, new)
    path.write_bytes(data)
    return path


def test_tags_that_are_no_text_cost_their_way_alone(tmp_path: Path, library: Library) -> None:
    path = hostile(tmp_path, (b"Coast Road", b"Coast\xed\xa0\x80ad"), (b"Damascus Highway", b"Dam\0scus\0Highway"))
    report = import_file(library, path)
    assert "1 ways or routes whose tags are not Unicode were left out" in report.notes
    (store,) = library.open()
    ids = [id_ for segment in store.segments("M5", Kind.ROAD) for id_ in segment.osm_ids]
    assert "way/104" in ids
    assert "way/101" not in [id_ for segment in store.segments("M4", Kind.ROAD) for id_ in segment.osm_ids]


def test_control_characters_and_endless_names_are_left_out(tmp_path: Path, library: Library) -> None:
    tags = {"highway": "trunk", "ref": "M4;\x1b[2J", "name": "x" * 900, "name:en": "A\tB\nC", "alt_name": "\u202eok"}
    report = import_file(library, osm_world.write(tmp_path / "x.osm.pbf", [Way(1, [JISR, ARIHA], tags)], ()))
    assert report.notes == ("2 numbers or names too long, or with control characters, were left out",)
    (segment,) = library.open()[0].segments("M4", Kind.ROAD)
    assert (segment.refs, segment.names) == (("M4",), ("A B C", "\u202eok"))


def broken(tmp_path: Path) -> Iterator[tuple[str, bytes, str]]:
    whole = osm_world.write(tmp_path / "whole.osm.pbf").read_bytes()
    xml = osm_world.write(tmp_path / "whole.osm").read_bytes()
    cannot = "cannot be read as an extract of OpenStreetMap ("
    yield "empty.osm.pbf", b"", "empty.osm.pbf is empty: download or copy it again"
    yield "empty.osm", b"", "empty.osm is empty"
    yield "cut.osm.pbf", whole[: len(whole) * 2 // 3], cannot
    yield "text.osm.pbf", b"name,lat,lon\n" * 100, f"{cannot}PBF error"
    yield "noise.pbf", bytes(range(256)) * 20, f"{cannot}PBF error"
    yield "page.osm", b"<html><body>404</body></html>", f"{cannot}Unknown top-level element: html"
    yield "gpx.osm", b"<gpx version='1.1'/>", f"{cannot}Unknown top-level element: gpx"
    yield "cut.osm", xml[: len(xml) // 2], f"{cannot}XML parsing error"
    yield "cut.osm.gz", gzip.compress(xml)[:200], cannot
    yield "cut.osm.bz2", bz2.compress(xml)[:200], cannot
    yield "text.osm.gz", b"no archive at all", cannot
    yield "far.osm", b"<osm version='0.6'><node id='1' lat='0' lon='999'/></osm>", cannot
    yield "none.osm", b"<osm version='0.6'></osm>", "none.osm has no roads, railways, rivers or pipelines"


def test_broken_extracts_are_told_in_a_line_and_leave_what_was_there(tmp_path: Path, library: Library) -> None:
    import_file(library, osm_world.write(tmp_path / "world.osm.pbf"), name="world")
    before = {path.name: path.read_bytes() for path in library.folder.iterdir()}
    for name, data, message in broken(tmp_path):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(ResourceError) as caught:
            import_file(library, path, name="world")
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)
        assert {path.name: path.read_bytes() for path in library.folder.iterdir()} == before


def test_houses_are_no_roads(tmp_path: Path, library: Library) -> None:
    path = osm_world.write(tmp_path / "houses.osm.pbf", [osm_world.HOUSE, osm_world.STREET, osm_world.BROOK], ())
    with pytest.raises(ResourceError, match=r"houses\.osm\.pbf has no roads, railways, rivers or pipelines"):
        import_file(library, path)
    assert library.names() == ()


def test_what_is_no_file_is_told(tmp_path: Path, library: Library) -> None:
    with pytest.raises(OptionError, match=r"there is no file .*syria\.osm\.pbf"):
        import_file(library, tmp_path / "syria.osm.pbf")
    (tmp_path / "folder.osm.pbf").mkdir()
    with pytest.raises(OptionError, match=r"folder\.osm\.pbf is a folder: give a file"):
        import_file(library, tmp_path / "folder.osm.pbf")
    with pytest.raises(OptionError, match="'؟' gives no name for an import: give it one with --name"):
        import_file(library, tmp_path / "؟.osm.pbf")
    assert not library.folder.exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser reads everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, library: Library) -> None:
    path = osm_world.write(tmp_path / "x.osm.pbf")
    path.chmod(0)
    with pytest.raises(ResourceError, match=r"x\.osm\.pbf cannot be read \(Permission denied\)"):
        import_file(library, path)


def test_without_osmium_the_extra_is_named(tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    path = osm_world.write(tmp_path / "x.osm.pbf")
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(
        ResourceError,
        match=r"^reading OpenStreetMap extracts needs osmium: python -m pip install 'placelines\[roads\]'$",
    ):
        import_file(library, path)


def test_the_report_and_the_import_say_where_the_roads_come_from(tmp_path: Path, library: Library) -> None:
    report = import_file(library, osm_world.write(tmp_path / "Syria_latest.osm.pbf"))
    assert report == Report("syria-latest", {"road": 9, "railway": 2, "river": 1, "pipeline": 1}, ())
    (imported,) = library.imported()
    origin = imported.provenance
    assert (origin.source, origin.date) == ("OpenStreetMap, Syria_latest", "2026-02-01")
    assert (origin.origin, origin.course) == (Origin.OSM_EXTRACT, Course.SURVEYED)
    assert origin.attribution == "© OpenStreetMap contributors (ODbL)"
    assert imported.countries == ("SY", "GB")


def test_a_folder_may_have_a_comma_in_its_name(tmp_path: Path) -> None:
    # osmium reads the name of its file of positions up to a comma.
    library = Library(tmp_path / "roads, mine")
    import_file(library, osm_world.write(tmp_path / "x.osm.pbf"))
    assert len(library.open()[0].segments("M4", Kind.ROAD)) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["roads, mine", "x.osm.pbf"]


def test_the_same_extract_gives_the_same_file(tmp_path: Path, library: Library) -> None:
    path = osm_world.write(tmp_path / "x.osm.pbf")
    images = []
    for _ in range(2):
        import_file(library, path)
        images.append((library.folder / "x.sqlite").read_bytes())
    assert images[0] == images[1]


def test_progress_tells_what_is_done(tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.roads.installed.osm._OBJECTS_A_REPORT", 5)
    told: list[tuple[str, int, int | None]] = []
    import_file(library, osm_world.write(tmp_path / "x.osm.pbf"), on_progress=lambda *report: told.append(report))
    assert told == [("x.osm.pbf", 5, None), ("x.osm.pbf", 10, None), ("x.osm.pbf", 15, None), ("filing roads", 13, 13)]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, library: Library, root: Path) -> None:
    path = osm_world.write(tmp_path / "x.osm.pbf")
    import_file(library, path)
    before = (library.folder / "x.sqlite").read_bytes()
    for limit in (10_000, 18_000_000):
        code = (
            "import resource, signal; from pathlib import Path; from geo.roads.installed.library import Library;"
            "from geo.roads.installed.importing import import_file; from geo.roads.installed import index;"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
            "rows = index.IndexWriter._rows;"
            "longer = lambda row: (*row[:6], row[6] + bytes(2_000_000), *row[7:]);"
            "index.IndexWriter._rows = lambda self, batch: map(longer, rows(self, batch));"
            f"import_file(Library(Path({str(library.folder)!r})), Path({str(path)!r}))"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
        assert "geo.errors.OutputError: the folder of imported roads" in done.stderr
        assert "nothing in it was changed: make room there, or set PLACELINES_DATA" in done.stderr
        assert (library.folder / "x.sqlite").read_bytes() == before
        assert sorted(file.name for file in library.folder.iterdir()) == [".lock", "x.sqlite"]


@pytest.mark.parametrize("signal_sent", [signal.SIGINT, signal.SIGKILL])
def test_a_broken_off_import_leaves_the_old_one_and_the_next_clears_up(
    tmp_path: Path, library: Library, root: Path, signal_sent: signal.Signals
) -> None:
    path = osm_world.write(tmp_path / "x.osm.pbf")
    import_file(library, path)
    before = (library.folder / "x.sqlite").read_bytes()
    code = (
        # A shell starts its background jobs with this signal ignored.
        "import itertools, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from pathlib import Path; from geo.roads.installed import importing, library;"
        "read = importing.OsmReader.__iter__;"
        "importing.OsmReader.__iter__ = lambda self: itertools.cycle(list(read(self)));"
        f"importing.import_file(library.Library(Path({str(library.folder)!r})), Path({str(path)!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=root, stderr=subprocess.DEVNULL)
    part = library.folder / "x.sqlite.part.spool"
    deadline = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 20_000):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(process.pid, signal_sent)
    assert process.wait(30) != 0
    assert (library.folder / "x.sqlite").read_bytes() == before
    assert len(library.imported()) == 1
    import_file(library, path, name="again")
    assert sorted(file.name for file in library.folder.iterdir()) == [".lock", "again.sqlite", "x.sqlite"]
