"""The table of seas, rivers, mountains, islands: its shape, and whether Natural Earth agrees with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from geo.extent import Extent
from geo.names import name_key
from geo.seeds import read_table
from tests import naturalearth
from tests.naturalearth import Feature

Row = Mapping[str, str]

SIDES = ("west", "south", "east", "north")
CODES = {
    "bank": "BNK",
    "basin": "BSND BSNP DPR",
    "bay": "BAY",
    "bight": "BGHT",
    "canal": "CNL",
    "canyon": "CNYN GRGE",
    "cape": "CAPE",
    "channel": "CHNM",
    "coast": "CST",
    "crater": "CRTR",
    "delta": "DLTA",
    "depression": "DPR",
    "desert": "DSRT",
    "estuary": "ESTY",
    "fjord": "FJD",
    "forest": "FRST",
    "glacier": "GLCR",
    "gulf": "GULF",
    "hills": "HLLS",
    "ice shelf": "GLCR",
    "inlet": "INLT",
    "island": "ISL",
    "islands": "ISLS",
    "isthmus": "ISTH",
    "lagoon": "LGN",
    "lake": "LK",
    "mountain": "MT",
    "mountains": "MTS",
    "oasis": "OAS",
    "ocean": "OCN",
    "park": "PRK",
    "pass": "PASS",
    "peninsula": "PEN",
    "plain": "PLN",
    "plateau": "PLAT",
    "pole": "AREA",
    "reef": "RF",
    "reservoir": "RSV",
    "river": "STM",
    "salt flat": "SALT",
    "sea": "SEA",
    "shoal": "SHOL",
    "sound": "SD",
    "spit": "SPIT",
    "strait": "STRT",
    "valley": "VAL",
    "volcano": "VLC",
    "wadi": "WAD",
    "waterfall": "FLLS",
    "wetland": "WTLD",
}
"""The codes of GeoNames that a kind may have."""
POINT_KINDS = {"cape", "mountain", "pass", "pole", "volcano", "waterfall"}
"""Kinds that may go without an extent; so may islands too small for one."""


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return read_table("physical.csv")


def names_of(row: Row) -> list[str]:
    return [row["name"], *filter(None, row["aliases"].split("|"))]


def extent_of(row: Row) -> Extent | None:
    return Extent(*(float(row[side]) for side in SIDES)) if row["west"] else None


def test_there_are_many_rows_in_order(rows: list[dict[str, str]]) -> None:
    assert len(rows) >= 1500
    assert [(row["kind"], row["id"]) for row in rows] == sorted((row["kind"], row["id"]) for row in rows)


def test_ids_are_unique_slugs(rows: list[dict[str, str]]) -> None:
    assert [each for each, count in Counter(row["id"] for row in rows).items() if count > 1] == []
    assert [row["id"] for row in rows if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"])] == []


def test_a_kind_has_its_codes(rows: list[dict[str, str]]) -> None:
    assert {row["kind"] for row in rows} == CODES.keys()
    assert [row["id"] for row in rows if row["feature_code"] not in CODES[row["kind"]].split()] == []


def test_every_cell_has_its_form(rows: list[dict[str, str]]) -> None:
    number = re.compile(r"-?\d{1,3}(\.\d{1,4})?")
    assert [row["id"] for row in rows if not re.fullmatch(r"([A-Z]{2})?", row["country"])] == []
    assert [row["id"] for row in rows if not re.fullmatch("[1-6]?", row["label_rank"])] == []
    assert [row["id"] for row in rows if not row["source"]] == []
    assert [row["id"] for row in rows if not all(map(number.fullmatch, (row["lon"], row["lat"])))] == []
    for row in rows:
        sides = [row[side] for side in SIDES]
        assert all(map(number.fullmatch, sides)) or not any(sides), row


def test_a_point_lies_in_its_extent(rows: list[dict[str, str]]) -> None:
    for row in rows:
        lon, lat, extent = float(row["lon"]), float(row["lat"]), extent_of(row)
        assert abs(lon) <= 180 and abs(lat) <= 90, row  # noqa: PT018
        if extent is None:
            assert row["kind"] in POINT_KINDS | {"coast", "island", "islands", "reef", "shoal"}, row
        else:
            assert extent.contains((lon, lat)), row
            assert extent.width > 0, row
            assert extent.height > 0, row


def test_no_name_is_listed_twice_for_a_row(rows: list[dict[str, str]]) -> None:
    for row in rows:
        keys = [name_key(name) for name in names_of(row)]
        assert "" not in keys, row
        assert len(keys) == len(set(keys)), row
        assert not row["name"].casefold().startswith("the "), row


def test_a_name_shared_by_rows_is_meant_to_be(rows: list[dict[str, str]]) -> None:
    counts = Counter(name_key(name) for row in rows for name in names_of(row))
    assert {key for key, count in counts.items() if count > 1} == {"jebel akhdar", "red river", "sierra nevada"}


def test_only_waters_are_labelled(rows: list[dict[str, str]]) -> None:
    kinds = {row["kind"] for row in rows if row["label_rank"]}
    assert kinds == {"bay", "bight", "channel", "estuary", "gulf", "lake", "ocean", "sea", "strait"}


# Against Natural Earth

WATERS = {"bay", "bight", "channel", "estuary", "fjord", "gulf", "inlet", "ocean", "reef", "sea", "sound", "strait"}
GENERIC = {
    "river": "river",
    "lake": "lake|hayk",
    "reservoir": "lake|reservoir",
    "island": "island",
    "islands": "islands",
    "mountain": "mount|mountain",
    "volcano": "mount|volcano",
}
"""Words that Natural Earth leaves out of some names of a kind."""
POINT_KM, RIVER_KM, AREA_KM, AREA_SHARE = 10.0, 45.0, 10.0, 0.15
"""How far a row's point may lie from Natural Earth's point; a mouth from its line, which often ends at the head of an
estuary; and a point outside its area: so many kilometres, or that share of the area's diagonal. Its areas are drawn for
lettering on maps of the world, and those of land are cut out around smaller ones: their hulls count."""
SHARED_PART = 0.5
"""How much of the smaller of both extents has to lie in the other."""
LEAST_CHECKED = 800
"""How many rows Natural Earth has under one of their names; it knew 814 when this was written."""

BRANCHES = {"danube": "Bratul Sulina", "nile": "Rosetta Branch", "rhine": "Lek"}
"""Rivers whose last stretch Natural Earth has under the name of a branch."""
_ESTUARY = "its line ends at the head of the estuary or delta, ours is where the river meets the sea or the main river"
_PART = "it has only a part of ours under this name"
_NAMESAKE = "it has another place of this name and not ours"
_MISPLACED = "its feature is misplaced; ours is the surveyed summit, rock or fall, or the place of the atlases"
_SEAWARD = "it draws only the edge of the delta along the sea"
DISAGREEMENTS = {
    _ESTUARY: """amazon-river columbia-river congo-river delaware-river elbe essequibo-river fly-river gambia-river
        hudson-river irrawaddy kolyma-river kuskokwim-river mekong murray-river narmada potomac-river river-shannon
        scheldt shebelle-river snake-river st-lawrence-river tagus tocantins-river uruguay-river yangtze yenisei""",
    _PART: """amundsen-sea commander-islands dongting-lake grand-canyon karakum-desert korea-strait kyzylkum-desert
        lesbos lesser-antilles lofoten luzon-strait marajo ozarks putorana-plateau scotia-sea sierra-madre-del-sur
        simpson-desert stanovoy-range tatar-strait victoria-island wadden-sea""",
    _NAMESAKE: """channel-islands james-river lake-george litani mississippi-delta mount-olympus pearl-river
        roosevelt-island sierra-nevada""",
    _MISPLACED: "angel-falls cape-horn iguazu-falls kashmir-valley lake-como nanda-devi rockall",
    _SEAWARD: "danube-delta ganges-delta indus-delta mekong-delta nile-delta zambezi-delta",
}
"""Rows with which Natural Earth disagrees for a reason."""


OUT_AT_SEA = {"ice shelf", "island", "islands"}
COUNTRY_KM = 35.0
"""How far a row on land may lie from its country as Natural Earth draws it at 1:50 million."""
FAR_FROM_THEIR_COUNTRY = {
    *("cape-bojador", "crimean-peninsula", "karpas-peninsula", "kerch-peninsula"),  # it draws lines as they are held
    *("hunga-tonga-hunga-haapai", "krakatoa", "mount-ruang", "whakaari-white-island"),  # islands that it leaves out
    "lake-maracaibo",  # taken for sea
}


@pytest.fixture(scope="module")
def features(shared: Path) -> dict[str, list[Feature]]:
    return naturalearth.read(shared / "data" / "ne_physical")


def test_natural_earth_agrees(rows: list[dict[str, str]], features: dict[str, list[Feature]]) -> None:
    checked = [(row, feature) for row in rows if (feature := counterpart(row, features))]
    sorts = Counter(feature.layer for _, feature in checked)
    print(f"{len(checked)} of {len(rows)} rows checked against Natural Earth: {dict(sorts)}")
    assert len(checked) >= LEAST_CHECKED
    wrong = {row["id"]: complaint for row, feature in checked if (complaint := compare(row, feature))}
    justified = set(" ".join(DISAGREEMENTS.values()).split())
    assert {each: wrong[each] for each in wrong.keys() - justified} == {}
    assert justified - wrong.keys() == set(), "these agree now: take them off the list"


def test_what_lies_in_a_country_is_near_it(rows: list[dict[str, str]], shared: Path) -> None:
    countries = naturalearth.read_countries(shared / "data" / "ne_physical")
    lands = [row for row in rows if row["country"] in countries and row["kind"] not in WATERS | OUT_AT_SEA]
    assert len(lands) >= 800
    far = {
        row["id"]
        for row in lands
        if countries[row["country"]].distance_km(float(row["lon"]), float(row["lat"])) > COUNTRY_KM
    }
    assert far == FAR_FROM_THEIR_COUNTRY


def counterpart(row: Row, features: Mapping[str, list[Feature]]) -> Feature | None:
    """Find the nearest thing of the row's sort with one of its names."""
    lon, lat = float(row["lon"]), float(row["lat"])
    found = {id(each): each for key in keys_of(row) for each in features.get(key, []) if is_of_sort(each, row["kind"])}
    return min(found.values(), key=lambda each: each.distance_km(lon, lat), default=None)


def keys_of(row: Row) -> Iterable[str]:
    keys = {name_key(name) for name in [*names_of(row), BRANCHES.get(row["id"], "")]}
    if words := GENERIC.get(row["kind"]):
        keys |= {" ".join(re.sub(rf"\b({words})\b", "", key).split()) for key in keys}
    return sorted(keys - {""})


def is_of_sort(feature: Feature, kind: str) -> bool:
    if kind in WATERS:
        return feature.layer == "marine"
    if kind in {"lake", "reservoir", "lagoon", "river"}:
        return feature.layer in {"rivers" if kind == "river" else "lakes", "marine" if kind == "lagoon" else ""}
    if kind in POINT_KINDS:
        return feature.layer in {"points", "peaks"}
    if kind in {"island", "islands"}:
        return feature.layer in {"regions", "points"} and feature.sort.casefold().startswith("island")
    return feature.layer == "regions"


def compare(row: Row, feature: Feature) -> str:
    """Say in what a row and a thing disagree, or nothing."""
    tolerance_km = {"points": POINT_KM, "peaks": POINT_KM, "rivers": RIVER_KM}.get(
        feature.layer, max(AREA_KM, AREA_SHARE * feature.size_km)
    )
    hull = feature.layer in {"marine", "regions"}
    off_km = feature.distance_km(float(row["lon"]), float(row["lat"]), hull=hull)
    if off_km > tolerance_km:
        return f"{off_km:.0f} km off {feature.sort}, more than {tolerance_km:.0f}"
    extent = extent_of(row)
    if extent is None or feature.layer not in {"marine", "regions", "lakes"} or feature.size_km < 1:
        return ""
    share = naturalearth.shared_part(extent, feature.extent)
    return f"only {share:.2f} of the extents shared: {feature.extent}" if share < SHARED_PART else ""
