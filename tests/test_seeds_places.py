"""The hand-kept places: facilities, regions, and which places are disputed."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from geo import seeds
from geo.extent import Extent, great_circle_km
from geo.gazetteers.embedded import open_embedded
from geo.names import name_key

Row = dict[str, str]

FACILITIES, REGIONS, PHYSICAL, DISPUTED = "facilities.csv", "regions.csv", "physical.csv", "disputed.csv"
FACILITY_CODES = {
    "air base": "AIRB",
    "airport": "AIRP AIRQ",
    "ancient site": "ANS AMTH PYRS TMPL",
    "beach": "BCH",
    "border village": "LCTY",
    "bridge": "BDG",
    "building": "BLDG OPRA",
    "castle": "CSTL FT",
    "causeway": "CSWY",
    "cemetery": "CMTY",
    "checkpoint": "PSTB",
    "church": "CH",
    "corridor": "RD",
    "courthouse": "CTHSE",
    "crossing": "PSTB BDG",
    "dam": "DAM",
    "displacement camp": "CMPRF",
    "factory": "MFG",
    "gas field": "GASF",
    "gate": "GATE",
    "headquarters": "BLDG USGE",
    "historic site": "HSTS",
    "holy site": "RLG MSQE PGDA SHRN TMB TMPL",
    "hospital": "HSP",
    "hotel": "HTL",
    "industrial area": "INDS",
    "laboratory": "ITTR",
    "landmark": "HSTS BLDG RDIN",
    "mall": "MALL",
    "market": "MKT",
    "metro station": "MTRO",
    "military base": "MILB INSM",
    "military school": "SCHM",
    "mine": "MN",
    "monastery": "MSTY",
    "monument": "MNMT TMB",
    "mosque": "MSQE",
    "museum": "MUS",
    "naval base": "NVB",
    "nuclear power plant": "PSN",
    "nuclear site": "CTRA USGE",
    "oil field": "OILF",
    "oil plant": "GOSP",
    "oil refinery": "OILR",
    "oil terminal": "TRMO",
    "palace": "PAL",
    "park": "PRK",
    "port": "PRT",
    "prison": "PRN PRNQ",
    "racecourse": "RECR",
    "railway station": "RSTN",
    "refugee camp": "CMPRF",
    "residence": "CSTL EST HSEC PAL USGE",
    "seat of government": "AREA BLDG CSTL GOVL PAL ST USGE",
    "space centre": "CTRS",
    "square": "SQR",
    "stadium": "STDM",
    "street": "ST",
    "temple": "TMPL",
    "terminal": "RSTN",
    "theatre": "THTR",
    "tower": "TOWR",
}
REGION_CODES = {
    "bloc": "RGNE",
    "buffer zone": "ZNB",
    "coast": "CST",
    "disputed area": "RGN",
    "exclusion zone": "ZN",
    "historical region": "RGNH ADM1H",
    "historical state": "PCLH",
    "mountains": "MTS",
    "petroleum basin": "BSNP",
    "plain": "PLN",
    "region": "RGN",
    "reservation": "RESV",
    "unclaimed area": "RGN",
    "valley": "VAL",
}
CODES = {FACILITIES: FACILITY_CODES, REGIONS: REGION_CODES}
SIDES = ("west", "south", "east", "north")
PRECISIONS_KM = {"0.2", "0.5", "1", "2", "5", "10", "20"}

AIRPORT_KM = 4.0
"""Natural Earth marks the terminal or the town's side of an airport; no pair of one airport differs by more."""
COAST_KM = 8.0
"""How far the 50 m outlines leave out quays, bridges and islets: Robben Island is the farthest."""
BORDER_KM = 8.0
"""How far the 50 m outlines may shift a border at a crossing: Quneitra, at the line of 1974, is the farthest."""
REGION_MARGIN_DEG = 1.0
"""Natural Earth's shapes of regions are drawn for their labels, not for their limits."""

DRAWN_ELSEWHERE = {
    "basra-oil-terminal": "an island of steel 45 km off the coast",
    "incheon-airport": "its island is not drawn",
    "ras-isa": "a terminal at the tip of a spit that is not drawn",
    "belbek-air-base": "Natural Earth draws Crimea with Russia",
    "saky-air-base": "Natural Earth draws Crimea with Russia",
    "sevastopol-naval-base": "Natural Earth draws Crimea with Russia",
    "northern-cyprus": "Natural Earth draws it as a state of its own",
}
HOLDERS = {"FRA": "FR GF", "NOR": "NO", "KOS": "XK"}
"""Outlines to which Natural Earth gives no ISO code, and the codes whose ground they hold."""


@lru_cache
def read(table: str) -> tuple[Row, ...]:
    return tuple(seeds.read_table(table))


def places() -> list[Row]:
    return [*read(FACILITIES), *read(REGIONS)]


def names(row: Row) -> list[str]:
    return [row["name"], *filter(None, row["aliases"].split("|"))]


def point(row: Row) -> shapely.Point:
    return shapely.Point(float(row["lon"]), float(row["lat"]))


def km_to(shapes: Iterable[BaseGeometry], where: shapely.Point) -> float:
    pairs = (nearest_points(shape, where)[0] for shape in shapes)
    return min((great_circle_km((near.x, near.y), (where.x, where.y)) for near in pairs), default=math.inf)


@pytest.fixture(scope="module")
def natural_earth(shared: Path) -> Path:
    return shared / "data" / "ne_physical"


def features(natural_earth: Path, layer: str) -> list[tuple[Row, BaseGeometry]]:
    with gzip.open(natural_earth / f"{layer}.geojson.gz", "rt", encoding="utf-8") as stream:
        collection = json.load(stream)
    return [(item["properties"], shapely.from_geojson(json.dumps(item["geometry"]))) for item in collection["features"]]


@pytest.fixture(scope="module")
def countries(natural_earth: Path) -> dict[str, list[BaseGeometry]]:
    outlines: dict[str, list[BaseGeometry]] = {}
    for country, shape in features(natural_earth, "ne_50m_admin_0_countries"):
        for code in HOLDERS.get(country["ADM0_A3"], country["ISO_A2"]).split():
            outlines.setdefault(code, []).append(shape)
    return outlines


@pytest.fixture(scope="module")
def country_codes(shared: Path) -> set[str]:
    lines = (shared / "data" / "geonames_samples" / "countryInfo.txt").read_text(encoding="utf-8").splitlines()
    return {line.split("\t")[0] for line in lines if not line.startswith("#")}


@pytest.mark.parametrize(("table", "columns", "least"), [(FACILITIES, 10, 240), (REGIONS, 13, 160), (DISPUTED, 4, 50)])
def test_a_table_has_its_columns_and_at_least_so_many_rows(table: str, columns: int, least: int) -> None:
    assert {len(row) for row in read(table)} == {columns}
    assert len(read(table)) >= least


@pytest.mark.parametrize("table", [FACILITIES, REGIONS])
def test_rows_are_sorted_by_kind_and_then_by_id(table: str) -> None:
    order = [(row["kind"], row["id"]) for row in read(table)]
    assert order == sorted(order)


def test_every_id_is_a_slug_and_belongs_to_one_place() -> None:
    ids = [row["id"] for row in [*places(), *read(PHYSICAL)]]
    assert [id for id in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id)] == []
    assert sorted(ids) == sorted(set(ids))


def test_no_other_place_has_a_name_of_ours_and_no_place_lists_one_twice() -> None:
    counts = Counter(name_key(name) for row in [*places(), *read(PHYSICAL)] for name in names(row))
    ours = {(name_key(name), row["id"]) for row in places() for name in names(row)}
    assert "" not in counts
    assert sorted(pair for pair in ours if counts[pair[0]] > 1) == []


@pytest.mark.parametrize("table", [FACILITIES, REGIONS])
def test_every_kind_has_the_feature_codes_that_are_meant_for_it(table: str) -> None:
    allowed = CODES[table]
    assert [r["id"] for r in read(table) if r["feature_code"] not in allowed[r["kind"]].split()] == []
    assert {row["kind"] for row in read(table)} == set(allowed)


def test_every_feature_code_is_one_of_geonames(shared: Path) -> None:
    lines = (shared / "data" / "geonames_samples" / "featureCodes_en.txt").read_text(encoding="utf-8").splitlines()
    known = {line.split("\t")[0].partition(".")[2] for line in lines}
    assert {code for codes in CODES.values() for cell in codes.values() for code in cell.split()} - known == set()


def test_every_country_is_known(country_codes: set[str]) -> None:
    assert {row["country"] for row in places()} - {""} - country_codes == set()


def test_every_row_tells_a_source_and_every_facility_how_precise_it_is() -> None:
    assert [row["id"] for row in places() if not row["source"]] == []
    assert {row["precision_km"] for row in read(FACILITIES)} <= PRECISIONS_KM


def test_coordinates_have_at_most_four_decimals_and_lie_on_the_globe() -> None:
    for row in places():
        assert re.fullmatch(r"-?\d+(\.\d{1,4})?,-?\d+(\.\d{1,4})?", f"{row['lon']},{row['lat']}"), row["id"]
        assert abs(float(row["lon"])) <= 180, row["id"]
        assert abs(float(row["lat"])) <= 90, row["id"]


def test_every_region_holds_its_point() -> None:
    outside = []
    for row in read(REGIONS):
        extent = Extent(*(float(row[side]) for side in SIDES))
        if not extent.contains((float(row["lon"]), float(row["lat"]))):
            outside.append(row["id"])
    assert outside == []


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Bab al-Hawa", "bab-al-hawa-crossing"),
        ("Heathrow", "heathrow-airport"),
        ("the Kremlin", "kremlin"),
        ("the White House", "white-house"),
        ("Wall Street", "wall-street"),
        ("Hmeimim", "khmeimim-air-base"),
        ("مخيم الزعتري", "zaatari-camp"),
        ("International Court of Justice", "peace-palace"),
        ("the Sahel", "sahel"),
        ("Sahel region", "sahel"),
        ("Silicon Valley", "silicon-valley"),
        ("U.S.S.R.", "soviet-union"),
    ],
)
def test_a_name_of_the_news_belongs_to_its_place(name: str, id: str) -> None:
    assert [row["id"] for row in places() if name_key(name) in map(name_key, names(row))] == [id]


def test_airports_lie_where_natural_earth_has_them(natural_earth: Path) -> None:
    marks = {row["gps_code"]: mark for row, mark in features(natural_earth, "ne_10m_airports") if row.get("gps_code")}
    distances = {
        row["id"]: km_to([marks[match[1]]], point(row))
        for row in read(FACILITIES)
        if (match := re.search(r"ICAO (\w{4})$", row["source"])) and match[1] in marks
    }
    assert len(distances) >= 100
    assert {id: km for id, km in distances.items() if km > AIRPORT_KM} == {}


def test_a_place_with_a_country_lies_in_it(countries: dict[str, list[BaseGeometry]]) -> None:
    far = {
        row["id"]
        for row in places()
        if row["country"] and km_to(countries.get(row["country"], []), point(row)) > COAST_KM
    }
    assert far == set(DRAWN_ELSEWHERE)


def test_a_crossing_without_a_country_lies_between_two(countries: dict[str, list[BaseGeometry]]) -> None:
    rows = [row for row in read(FACILITIES) if row["kind"] == "crossing" and not row["country"]]
    assert len(rows) >= 40
    coarse = {"beni-ansar-crossing", "tarajal-crossing"}  # the outlines leave out Melilla and Ceuta
    for row in rows:
        near = [code for code, shapes in countries.items() if km_to(shapes, point(row)) <= BORDER_KM]
        assert len(near) >= 2 or row["id"] in coarse, (row["id"], near)


def test_a_region_that_natural_earth_names_lies_where_it_does(natural_earth: Path) -> None:
    boxes: dict[str, list[BaseGeometry]] = {}
    for row, shape in features(natural_earth, "ne_10m_geography_regions_polys"):
        box = shapely.box(*shape.bounds).buffer(REGION_MARGIN_DEG, join_style="mitre")
        boxes.setdefault(name_key(row["name"] or ""), []).append(box)
    named = [(row, box) for row in read(REGIONS) for name in names(row) for box in boxes.get(name_key(name), [])]
    assert len(named) >= 8
    assert [row["id"] for row, box in named if not box.covers(point(row))] == []


def test_disputed_places_are_listed_once_in_order_with_a_note() -> None:
    ids = [row["id"] for row in read(DISPUTED)]
    assert ids == sorted(set(ids))
    assert [row["id"] for row in read(DISPUTED) if not row["note"]] == []


def test_those_who_claim_and_administer_are_states_in_order(country_codes: set[str]) -> None:
    for row in read(DISPUTED):
        assert row["claimed_by"], row["id"]
        for column in ("claimed_by", "administered_by"):
            codes = row[column].split()
            assert codes == sorted(set(codes)), row["id"]
            assert set(codes) <= country_codes, row["id"]


def test_every_disputed_place_is_one_that_we_have() -> None:
    gazetteer = open_embedded()
    ours = {f"placelines:{row['id']}" for row in [*places(), *read(PHYSICAL)]}
    ids = [row["id"] for row in read(DISPUTED)]
    assert [id for id in ids if id.startswith("placelines:") and id not in ours] == []
    assert [id for id in ids if id.startswith("geonames:") and gazetteer.get(id) is None] == []


def test_every_region_that_is_called_disputed_has_its_claimants() -> None:
    listed = {row["id"] for row in read(DISPUTED)}
    assert [
        row["id"] for row in read(REGIONS) if row["kind"] == "disputed area" and f"placelines:{row['id']}" not in listed
    ] == []


@pytest.mark.parametrize("table", [FACILITIES, REGIONS, DISPUTED])
def test_a_table_has_unix_line_ends_and_no_byte_order_mark(root: Path, table: str) -> None:
    raw = (root / "seeds" / table).read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.startswith(b"\xef\xbb\xbf")
