"""Building the basemap: a small made-up atlas goes in, tiles come out."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from shapely import MultiPolygon, box

from geo.extent import Extent
from geo.seeds import read_table
from maps import basemap, basemap_build
from maps.basemap_build import Sources, build, manifest
from maps.basemap_labels import label_point, sea_labels
from maps.basemap_layers import Layers, lay
from maps.basemap_provinces import province_borders
from maps.basemap_shapes import read_column, read_parts
from maps.basemap_tiles import cut_line, cut_ring
from maps.basemap_topology import DISPUTED, Country, Sheet, Topology, draw, simplify

UNITS = [
    {"unit": "East I.", "code": "EA", "name": "East Island", "label": "yes"},
    {"unit": "West I.", "code": "WE", "name": "West Island", "label": "yes"},
    {"unit": "Base", "code": "WE", "name": "West Island", "label": ""},
    {"unit": "Dateline", "code": "DA", "name": "Dateline Land", "label": "yes"},
    {"unit": "Ice", "code": "AQ", "name": "Antarctica", "label": "yes"},
]
COUNTRIES = {row["unit"]: Country(row["code"], row["name"]) for row in UNITS}
PLACES = [
    {"id": "middle-sea", "name": "Middle Sea", "kind": "sea", "lon": "20", "lat": "20.5", "label_rank": "2"},
    {"id": "east-range", "name": "East Range", "kind": "mountains", "lon": "6", "lat": "1", "label_rank": ""},
]
LAKES = [
    [(5.0, 1.0), (5.0, 2.0), (6.0, 2.0), (6.0, 1.0), (5.0, 1.0)],
    [(5.4, 1.4), (5.6, 1.4), (5.6, 1.6), (5.4, 1.6), (5.4, 1.4)],  # an island, the other way round
    [(4.5, 2.5), (4.5, 2.51), (4.51, 2.51), (4.51, 2.5), (4.5, 2.5)],  # a pond
]
RIVERS = [(3, [(5.5, 0.0), (5.5, 3.0)]), (8, [(6.5, 0.0), (6.5, 1.0)])]
LAYERS = Layers(
    lakes={"10m": LAKES, "50m": LAKES},
    rivers={"10m": RIVERS, "50m": RIVERS},
    provinces=[[(2.5, 0.0), (2.5, 1.0)]],
    disputed=[[(1.0, 2.5), (4.0, 2.5)]],
)
WATERS = [{"id": "middle-sea", "west": "10", "south": "10", "east": "30", "north": "30"}]


def degrees(*lonlats: tuple[int, int]) -> list[list[int]]:
    """Delta-code an arc of whole degrees."""
    return [list(lonlats[0]), *([x2 - x, y2 - y] for (x, y), (x2, y2) in pairwise(lonlats))]


@pytest.fixture
def topology() -> Topology:
    """Two neighbours with a leased base in one of them, a land over +/-180, and ice round the pole."""
    arcs = [
        degrees((4, 0), (4, 3)),  # 0: the border of East and West
        degrees((4, 3), (1, 3), (1, 0), (4, 0)),  # 1: the coast of West
        degrees((4, 0), (7, 0), (7, 3), (4, 3)),  # 2: the coast of East
        degrees((2, 1), (3, 1), (3, 2), (2, 2), (2, 1)),  # 3: round the base
        degrees((178, 10), (178, 12), (-178, 12), (-178, 10), (178, 10)),  # 4: Dateline
        degrees((-180, -70), (-90, -70), (0, -75), (90, -70), (180, -70)),  # 5: the coast of the ice
        degrees((180, -70), (180, -80), (-180, -80), (-180, -70)),  # 6: the edge of a flat world
    ]

    def country(name: str, *rings: list[int]) -> dict[str, Any]:
        return {"type": "Polygon", "arcs": list(rings), "properties": {"name": name}}

    countries = [
        country("West I.", [0, 1], [~3]),
        country("East I.", [2, ~0]),
        country("Base", [3]),
        {"type": "MultiPolygon", "arcs": [[[4]]], "properties": {"name": "Dateline"}},
        country("Ice", [5]),
    ]
    return {
        "transform": {"scale": (1.0, 1.0), "translate": (0.0, 0.0)},
        "arcs": arcs,
        "objects": {"countries": {"geometries": countries}, "land": {"geometries": countries}},  # type: ignore[typeddict-item]
    }


@pytest.fixture
def sources(topology: Topology) -> Sources:
    topologies = {"10m": topology, "50m": topology}
    return Sources(topologies=topologies, units=UNITS, places=PLACES, waters=WATERS, layers=LAYERS)


@pytest.fixture
def built(sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    archive = build(sources)
    (tmp_path / basemap.ARCHIVE).write_bytes(archive)
    (tmp_path / basemap.MANIFEST).write_text(manifest(archive))
    monkeypatch.setattr(basemap, "DATA", tmp_path)
    return tmp_path


def test_the_same_sources_give_the_same_bytes(sources: Sources) -> None:
    assert build(sources) == build(sources)


def test_the_manifest_holds_the_checksum_of_the_archive_and_of_the_source() -> None:
    record = json.loads(manifest(b"archive"))
    assert record["sha256"] == hashlib.sha256(b"archive").hexdigest()
    assert [source["sha256"] for source in record["sources"][:3]] == [each.sha256 for each in basemap_build.PACKAGES]


def test_what_was_built_can_be_handed_out(built: Path) -> None:
    made = basemap.blocks(Extent(2.0, 1.0, 3.0, 2.0))
    detail = json.loads(gzip.decompress(base64.b64decode(made["detail"])))
    west = [land for land in detail["land"] if land["c"] == "WE"]
    assert [land["n"] for land in west] == ["West Island"]
    assert len(west[0]["r"]) == 3  # its outline, the hole round the base, and the base
    assert detail["border"] == [[4000, 0, 0, 3000]]
    assert basemap.labels()["seas"] == [
        {"n": "Middle Sea", "p": [20.0, 20.5], "s": 2, "k": "sea", "b": [10.0, 10.0, 30.0, 30.0]}
    ]
    assert [label["n"] for label in basemap.labels()["countries"]] == [
        "Antarctica",
        "Dateline Land",
        "East Island",
        "West Island",
    ]


def test_waters_and_provinces_are_handed_out_with_the_land(built: Path) -> None:
    made = basemap.blocks(Extent(2.0, 1.0, 3.0, 2.0))
    detail = json.loads(gzip.decompress(base64.b64decode(made["detail"])))
    assert sorted(ring[:2] for ring in detail["lake"]) == [[4500, 2500], [5000, 1000], [5400, 1400]]
    assert {river["s"]: river["l"] for river in detail["river"]} == {3: [[5500, 0, 0, 3000]], 8: [[6500, 0, 0, 1000]]}
    assert detail["province"] == [[2500, 0, 0, 1000]]
    assert [1000, 2500, 3000, 0] in detail["disputed"]


def test_the_plain_detail_leaves_out_ponds_brooks_and_provinces(topology: Topology) -> None:
    fine, plain = Sheet(), Sheet()
    lay(fine, LAYERS, "10m", tolerance=0.001, step=1)
    lay(plain, LAYERS, "50m", tolerance=0.001, step=10)
    assert (len(fine.lake), len(fine.river), len(fine.province)) == (3, 2, 1)
    assert (len(plain.lake), len(plain.river), len(plain.province)) == (2, 1, 0)
    assert plain.coast == [[*ring, ring[0]] for ring in plain.lake]


def test_a_border_is_drawn_where_the_gazetteer_has_units_on_both_sides() -> None:
    units = {
        "AB.1": MultiPolygon([box(0, 0, 2, 2)]),
        "AB.2": MultiPolygon([box(2, 0, 4, 2)]),
        "AB.3": MultiPolygon([box(4, 0, 6, 2)]),
        "CD.1": MultiPolygon([box(0, 2, 6, 4)]),
    }
    exact = [(2.01, 0.0), (1.99, 1.0), (2.01, 2.0)]
    abolished = [(1.0, 0.0), (1.0, 2.0)]
    assert province_borders([exact, abolished], units) == [exact, [(4.0, 0.0), (4.0, 2.0)]]


def test_municipalities_have_no_borders() -> None:
    plots = {f"AB.{column}": MultiPolygon([box(column / 10, 0, (column + 1) / 10, 0.1)]) for column in range(4)}
    assert province_borders([], plots) == []


def test_shapefiles_are_read_part_by_part() -> None:
    parts = [[(0.0, 1.0), (2.0, 3.0)], [(4.0, 5.0), (6.0, 7.0), (8.0, 9.0)]]
    assert list(read_parts(shapefile(3, parts, None))) == [parts, []]


def test_points_in_a_shapefile_are_refused() -> None:
    with pytest.raises(ValueError, match="a shape of type 1 is neither line nor polygon"):
        list(read_parts(shapefile(1, [[(0.0, 1.0)]])))


def test_a_column_of_a_table_is_read_without_its_padding() -> None:
    fields = b"".join(struct.pack("<11sc4xB15x", name, b"C", width) for name, width in [(b"NAME", 6), (b"rank", 3)])
    header = struct.pack("<B3xIHH20x", 3, 2, 32 + len(fields) + 1, 10)
    table = header + fields + b"\r" + b" Murat   8" + " Aïr   10".encode()
    assert read_column(table, "name") == ["Murat", "Aïr"]
    assert read_column(table, "rank") == ["8", "10"]
    with pytest.raises(KeyError, match="name_en"):
        read_column(table, "name_en")


def shapefile(sort: int, *records: list[list[tuple[float, float]]] | None) -> bytes:
    """Write a shapefile of lines; None is a record without a shape."""
    content = bytearray(100)
    for number, parts in enumerate(records):
        record = struct.pack("<i", 0)
        if parts is not None:
            starts = [sum(map(len, parts[:index])) for index in range(len(parts))]
            numbers = [number for part in parts for lonlat in part for number in lonlat]
            counts = struct.pack(f"<i32xii{len(starts)}i", sort, len(parts), len(numbers) // 2, *starts)
            record = counts + struct.pack(f"<{len(numbers)}d", *numbers)
        content += struct.pack(">ii", number, len(record) // 2) + record
    return bytes(content)


def test_lines_are_told_apart_by_the_countries_on_their_sides(topology: Topology) -> None:
    sheet = draw(topology, COUNTRIES, tolerance=0.001, step=1)
    assert sheet.border == [[(4000, 0), (4000, 3000)]]
    assert [line[0] for line in sheet.coast] == [(4000, 3000), (4000, 0), (178_000, 10_000), (-180_000, -70_000)]
    assert sheet.disputed == []


def test_a_pair_in_the_list_makes_its_line_disputed(topology: Topology) -> None:
    renamed = COUNTRIES | {"West I.": Country("CY", "Cyprus"), "East I.": Country("", "Northern Cyprus")}
    sheet = draw(topology, renamed, tolerance=0.001, step=1)
    assert sheet.disputed == [[(4000, 0), (4000, 3000)]]
    assert [(4000, 0), (4000, 3000)] not in sheet.border


def test_a_pair_with_a_box_is_disputed_inside_it_only(topology: Topology) -> None:
    # Only the first stretch lies in the box, the isthmus of Crimea.
    topology["arcs"][0] = degrees((33, 44), (34, 46), (33, 47), (33, 52))
    russia, ukraine = Country("RU", "Russia"), Country("UA", "Ukraine")
    sheet = draw(topology, COUNTRIES | {"West I.": russia, "Base": russia, "East I.": ukraine}, tolerance=0, step=1)
    assert sheet.disputed == [[(33_000, 44_000), (34_000, 46_000)]]
    assert sheet.border == [[(34_000, 46_000), (33_000, 47_000), (33_000, 52_000)]]


def test_a_unit_that_the_table_lacks_stops_the_build(topology: Topology) -> None:
    with pytest.raises(KeyError, match=r"East I\."):
        draw(topology, {name: country for name, country in COUNTRIES.items() if name != "East I."}, tolerance=0, step=1)


def test_a_land_over_the_antimeridian_is_cut_there(topology: Topology) -> None:
    sheet = draw(topology, COUNTRIES, tolerance=0.001, step=1)
    (ring,) = sheet.land[Country("DA", "Dateline Land")]
    pieces = dict(cut_ring(ring, overlap=10))
    assert sorted(pieces) == [(0, 20), (71, 20)]
    assert {lon for lon, _ in pieces[71, 20]} == {178_000, 180_000}
    assert {lon for lon, _ in pieces[0, 20]} == {-180_000, -178_000}


def test_a_coast_round_the_pole_is_led_along_it(topology: Topology) -> None:
    sheet = draw(topology, COUNTRIES, tolerance=0.001, step=1)
    (ring,) = sheet.land[Country("AQ", "Antarctica")]
    assert ring[-2:] == [(180_000, -90_000), (-180_000, -90_000)]
    assert {row for (_, row), _ in cut_ring(ring, overlap=10)} == {0, 1, 2, 3}


def test_the_edge_of_the_flat_world_is_no_coast(topology: Topology) -> None:
    topology["objects"]["countries"]["geometries"][-1]["arcs"] = [[5, 6]]
    sheet = draw(topology, COUNTRIES, tolerance=0.001, step=1)
    ice = [line for line in sheet.coast if line[0][1] <= -70_000]
    assert all(not (x == x2 and abs(x) == 180_000) for line in ice for (x, _), (x2, _) in pairwise(line))
    assert ice


def test_tiles_of_land_reach_over_each_other_by_the_overlap() -> None:
    square = [(1000, 1000), (1000, 4000), (9000, 4000), (9000, 1000)]
    (first, left), (second, right) = cut_ring(square, overlap=10)
    assert (first, second) == ((36, 18), (37, 18))
    assert max(lon for lon, _ in left) == 5010
    assert min(lon for lon, _ in right) == 4990


def test_a_line_is_cut_at_the_edges_of_tiles_and_nothing_is_lost() -> None:
    pieces = list(cut_line([(1000, 1000), (11_000, 6000), (12_000, 6000)]))
    assert [tile for tile, _ in pieces] == [(36, 18), (37, 18), (37, 19), (38, 19)]
    ends = [(path[0], path[-1]) for _, path in pieces]
    assert [start for start, _ in ends[1:]] == [end for _, end in ends[:-1]]
    assert (ends[0][0], ends[-1][1]) == ((1000, 1000), (12_000, 6000))


def test_a_line_over_the_antimeridian_goes_on_at_the_other_edge() -> None:
    assert list(cut_line([(179_000, 1000), (181_000, 1000)])) == [
        ((71, 18), [(179_000, 1000), (180_000, 1000)]),
        ((0, 18), [(-180_000, 1000), (-179_000, 1000)]),
    ]


def test_both_neighbours_are_cut_at_the_same_point() -> None:
    there, back = [(1000, 1000), (7000, 2000)], [(7000, 2000), (1000, 1000)]
    (_, first), *_ = cut_line(there)
    *_, (_, last) = cut_line(back)
    assert first[-1] == last[0]


def test_a_small_island_survives_simplifying() -> None:
    island = [(10.0, 10.0), (10.01, 10.0), (10.01, 10.01), (10.0, 10.01), (10.0, 10.0)]
    assert len(simplify(island, 0.1, 10)) == 5


def test_the_label_of_a_land_stands_in_its_widest_part_on_its_largest_piece() -> None:
    lake = [(1000, 1000), (1000, 9000), (5500, 9000), (5500, 1000)]
    main = [(0, 0), (0, 10_000), (20_000, 10_000), (20_000, 0)]
    islet = [(40_000, 0), (40_000, 1000), (41_000, 1000)]
    for lon, lat in (label_point([islet, main, lake]), label_point([islet, main], [lake])):
        assert 10 < lon < 16
        assert lat == pytest.approx(5, abs=0.1)


def test_a_bay_is_labelled_as_a_gulf_and_needs_no_box() -> None:
    (label,) = sea_labels([PLACES[0] | {"kind": "bay"}], [])
    assert (label["k"], label["b"]) == ("gulf", None)


@pytest.mark.parametrize("change", [{"kind": "puddle"}, {"lon": "181"}, {"lat": "north"}, {"label_rank": "7"}])
def test_a_water_that_makes_no_sense_stops_the_build(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"Middle Sea|north"):
        sea_labels([PLACES[0] | change], [])


def test_a_box_beside_its_water_stops_the_build() -> None:
    with pytest.raises(ValueError, match=r"'Middle Sea' has a box that does not hold its label point"):
        sea_labels(PLACES, [WATERS[0] | {"west": "21"}])


@pytest.mark.parametrize("other", ["east-range", "atlantis"])
def test_a_box_of_no_labelled_water_stops_the_build(other: str) -> None:
    with pytest.raises(ValueError, match=f"no labelled waters: {other}$"):
        sea_labels(PLACES, [*WATERS, WATERS[0] | {"id": other}])


def test_the_kept_tables_are_sound() -> None:
    units, places, waters = (read_table(name) for name in ("basemap_units.csv", "physical.csv", "basemap_waters.csv"))
    names = {row["name"] for row in units}
    assert len({row["unit"] for row in units}) == len(units)
    assert all(len(row["code"]) == 2 or row["code"] == "" for row in units)
    assert {name for pair in DISPUTED for name in pair} <= names
    assert [row["id"] for row in waters] == sorted({row["id"] for row in waters})
    labels = sea_labels(places, waters)
    assert len({label["n"] for label in labels}) == len(labels) == 167
