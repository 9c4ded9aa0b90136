"""The hand-kept settlements: towns, villages and neighbourhoods that the packages lack."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from geo.extent import great_circle_km
from geo.gazetteers.embedded import EmbeddedGazetteer, open_embedded
from geo.model import Kind
from geo.names import name_key
from tests.test_seeds_places import FACILITIES, PHYSICAL, REGIONS, Row, names, read

LonLat = tuple[float, float]

SETTLEMENTS = "settlements.csv"
COLUMNS = "id name aliases kind feature_code country lon lat precision_km source".split()
CODES = {"neighbourhood": "PPLX", "suburb": "PPLX", "town": "PPL", "village": "PPL"}
PRECISIONS_KM = {"0.5", "1", "2", "3"}
NAMESAKE_KM = 3.0
"""Nearer than this, a settlement of the same name is the same settlement."""
BEARINGS = 16

AT_A_BORDER = {
    "avivim": "on the Blue Line",
    "blida-lebanon": "on the Blue Line",
    "bunagana": "its main street ends at the crossing",
    "gondo": "600 m from the crossing",
    "horgos": "at the crossing",
    "odaisseh": "on the Blue Line",
    "shtula": "on the Blue Line",
    "silwan": "at the foot of the Old City's wall",
}
"""The outlines of the countries, a kilometre or two off, draw these across the border."""


def position(row: Row) -> LonLat:
    return float(row["lon"]), float(row["lat"])


def around(row: Row) -> list[LonLat]:
    """Return points on the circle that the row's precision allows."""
    (lon, lat), degrees = position(row), float(row["precision_km"]) / 111.3
    bearings = [2 * math.pi * step / BEARINGS for step in range(BEARINGS)]
    return [
        (lon + degrees * math.sin(bearing) / math.cos(math.radians(lat)), lat + degrees * math.cos(bearing))
        for bearing in bearings
    ]


@pytest.fixture(scope="module")
def gazetteer() -> EmbeddedGazetteer:
    return open_embedded()


def test_the_table_has_its_columns_and_at_least_so_many_rows() -> None:
    assert {tuple(row) for row in read(SETTLEMENTS)} == {tuple(COLUMNS)}
    assert len(read(SETTLEMENTS)) >= 580


def test_rows_are_sorted_by_country_and_then_by_id() -> None:
    order = [(row["country"], row["id"]) for row in read(SETTLEMENTS)]
    assert order == sorted(order)


def test_every_id_is_a_slug_that_no_other_hand_kept_place_has() -> None:
    ids = [row["id"] for table in (FACILITIES, PHYSICAL, REGIONS, SETTLEMENTS) for row in read(table)]
    assert [id for id in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id)] == []
    assert [id for id, count in Counter(ids).items() if count > 1] == []


def test_no_row_lists_one_name_twice() -> None:
    keys = {row["id"]: [name_key(name) for name in names(row)] for row in read(SETTLEMENTS)}
    assert [id for id, listed in keys.items() if "" in listed or len(set(listed)) < len(listed)] == []


def test_no_other_hand_kept_place_of_its_country_has_a_name_of_a_settlement() -> None:
    rows = [row for table in (FACILITIES, PHYSICAL, REGIONS, SETTLEMENTS) for row in read(table)]
    counts = Counter((row["country"], name_key(name)) for row in rows for name in names(row))
    ours = {(row["country"], name_key(name)) for row in read(SETTLEMENTS) for name in names(row)}
    assert sorted(pair for pair in ours if counts[pair] > 1) == []


def test_every_kind_has_the_feature_code_that_is_meant_for_it() -> None:
    assert {(row["kind"], row["feature_code"]) for row in read(SETTLEMENTS)} == set(CODES.items())


def test_every_row_tells_a_source_and_how_precise_it_is() -> None:
    assert [row["id"] for row in read(SETTLEMENTS) if not row["source"]] == []
    assert {row["precision_km"] for row in read(SETTLEMENTS)} <= PRECISIONS_KM


def test_coordinates_have_at_most_four_decimals_and_lie_on_the_globe() -> None:
    for row in read(SETTLEMENTS):
        assert re.fullmatch(r"-?\d+(\.\d{1,4})?,-?\d+(\.\d{1,4})?", f"{row['lon']},{row['lat']}"), row["id"]
        assert abs(float(row["lon"])) <= 180, row["id"]
        assert abs(float(row["lat"])) <= 90, row["id"]


def test_every_settlement_lies_in_its_country(gazetteer: EmbeddedGazetteer) -> None:
    across = {row["id"] for row in read(SETTLEMENTS) if row["country"] not in gazetteer.units_at(position(row))}
    assert across == set(AT_A_BORDER)


def test_a_settlement_at_a_border_is_no_farther_from_its_country_than_its_precision(
    gazetteer: EmbeddedGazetteer,
) -> None:
    rows = [row for row in read(SETTLEMENTS) if row["id"] in AT_A_BORDER]
    assert len(rows) == len(AT_A_BORDER)
    assert [
        row["id"] for row in rows if not any(row["country"] in gazetteer.units_at(point) for point in around(row))
    ] == []


def test_geonames_has_no_settlement_of_the_name_there(gazetteer: EmbeddedGazetteer) -> None:
    repeated = [
        (row["id"], named.place.id)
        for row in read(SETTLEMENTS)
        for name in names(row)
        for named in gazetteer.lookup(name_key(name))
        if named.place.kind is Kind.SETTLEMENT
        and named.place.id.startswith("geonames:")
        and named.place.country_code == row["country"]  # Moyale is a town on either side of the border
        and great_circle_km(position(row), (named.place.lon, named.place.lat)) < NAMESAKE_KM
    ]
    assert repeated == []


@pytest.mark.parametrize(
    ("name", "country", "id"),
    [
        ("Sarmada", "SY", "sarmada"),
        ("Shuja'iyya", "PS", "shejaiya"),
        ("حي التضامن", "SY", "tadamon"),
        ("Aita ash-Shab", "LB", "aita-al-shaab"),
        ("Cite Soleil", "HT", "cite-soleil"),
        ("Rabotino", "UA", "robotyne"),
        ("Itaewon", "KR", "itaewon"),
    ],
)
def test_a_name_of_the_news_belongs_to_its_settlement(name: str, country: str, id: str) -> None:
    rows = [row for row in read(SETTLEMENTS) if row["country"] == country]
    assert [row["id"] for row in rows if name_key(name) in map(name_key, names(row))] == [id]


@pytest.mark.parametrize(
    ("id", "town", "least_km", "most_km"),
    [
        ("sarmada", "geonames:174259", 3, 8),
        ("shebaa", "geonames:274313", 6, 10),
        ("potocari", "geonames:3190159", 4, 8),
    ],
)
def test_a_settlement_lies_as_far_from_a_known_town_as_it_should(
    gazetteer: EmbeddedGazetteer, id: str, town: str, least_km: float, most_km: float
) -> None:
    (row,) = (row for row in read(SETTLEMENTS) if row["id"] == id)
    place = gazetteer.get(town)
    assert place is not None
    assert least_km < great_circle_km(position(row), (place.lon, place.lat)) < most_km


def test_the_table_has_unix_line_ends_and_no_byte_order_mark(root: Path) -> None:
    raw = (root / "seeds" / SETTLEMENTS).read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.startswith(b"\xef\xbb\xbf")
