from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.extent import Extent
from geo.model import Kind
from geo.names import name_key, road_key, road_keys
from geo.roads.overpass_query import (
    KINDS,
    MAX_DEGREES,
    MAX_TAG_CHARS,
    askable,
    box,
    name_pattern,
    number_pattern,
    query,
)

IDLIB = Extent(35.7, 35.5, 37.2, 36.3)


def matches(pattern: str, value: str) -> bool:
    """Match as Overpass does; Python has no name for letters and digits inside brackets."""
    return re.search(pattern.replace("[:alnum:]", r"\w"), value, re.IGNORECASE) is not None


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "values"),
    [
        ("M4", ["M4", "M 4", "M-4", "m4", "M.4", "M4;E60", "E 60; M 4", "M5;M4;M45", "M–4", "(M4)"]),
        ("A1(M)", ["A1(M)", "A1M", "A1 (M)", "A 1(M);E 15"]),
        ("US 101", ["US 101", "US-101", "U.S. 101", "CA 1;US 101"]),
        ("BR-116", ["BR-116", "BR116", "BR 116"]),
        ("Highway 1", ["1", "NH 1", "A1", "N-1", "Highway 1"]),
        ("М-06", ["М-06", "М 06", "М06", "м06"]),
    ],
)
def test_a_number_is_found_however_it_is_written(reference: str, values: list[str]) -> None:
    pattern = number_pattern(road_keys(reference))
    assert [value for value in values if not matches(pattern, value)] == []


@pytest.mark.parametrize("value", ["M45", "AM4", "M4A", "4", "E60;M45", "M;4", "M40;M5", "M 4 5", "", "M"])
def test_a_number_is_not_found_in_another(value: str) -> None:
    assert not matches(number_pattern(["M4"]), value)


@given(st.text("AMENRBH", max_size=3), st.integers(1, 9999), st.sampled_from(["", " ", "-", ".", "(", "–"]))
def test_what_is_filed_under_a_number_is_found(letters: str, number: int, between: str) -> None:
    written = f"{letters}{between}{number}"
    assert matches(number_pattern([road_key(written)]), f"E 60;{written}")


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Damascus-Homs highway", "Damascus - Homs Highway"),
        ("Damascus-Homs highway", "The Damascus–Homs Highway"),
        ("King's Highway", "King’s Highway"),
        ("Ma'rib Road", "Marib Road"),
        ("St. John's Road", "St John's Road;Saint John Road"),
        ("Autopista del Cafe", "Autopista del Café"),
        ("Berliner Strasse", "Berliner Straße"),
        ("Nigde Otoyolu", "NİĞDE OTOYOLU"),
        ("Hamah Road", "Ḩamāh Road"),
        ("Aerovej", "Ærøvej"),
        ("طريق ادلب", "طريق إدلب"),
        ("شارع الحمرة", "شارع الحمره"),
        ("Московский тракт", "Московскии тракт"),
        ("Karakoram Highway", "N-35;Karakoram Highway"),
        ("U.S. Route", "US Route"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, value: str) -> None:
    assert matches(name_pattern([name_key(name)]), value)


@pytest.mark.parametrize("value", ["Karakoram", "Karakoram Highway Street", "New Karakoram Highway", "Kara Koram"])
def test_a_name_is_not_found_in_a_longer_or_shorter_one(value: str) -> None:
    assert not matches(name_pattern(["karakoram highway"]), value)


words = st.lists(
    st.text("aeiouAEINOSCZéèêëñçşğıİöüßæœøłđÞāḩřżابتةهىيأإآкиёйЁ'’.", min_size=1, max_size=8), min_size=1, max_size=4
)


@given(words, st.sampled_from([" ", " - ", "-", "–", ", "]))
def test_what_is_filed_under_a_name_is_found(parts: list[str], between: str) -> None:
    value = unicodedata.normalize("NFC", between.join(parts))
    key = name_key(value)
    if askable([key]):
        assert matches(name_pattern([key]), value)


# --- whole queries ----------------------------------------------------------------------------------------------------


def test_a_number_is_asked_of_numbers_and_a_name_of_names() -> None:
    by_number = query(Kind.ROAD, ["M4"], IDLIB)
    assert re.findall(r'way\["highway"~"[^"]+"\]\["([a-z_:]+)"~', by_number) == ["ref", "nat_ref", "int_ref"]
    by_name = query(Kind.ROAD, ["karakoram highway"], IDLIB)
    assert re.findall(r'way\["highway"~"[^"]+"\]\["([a-z_:]+)"~', by_name) == [
        "name:en",
        "int_name",
        "name",
        "alt_name",
    ]
    assert "ref" in query(Kind.ROAD, ["طريق", "M4"], IDLIB)
    assert '["ref"' not in query(Kind.ROAD, ["طريق"], IDLIB)


def test_a_query_is_bounded_in_place_time_and_memory() -> None:
    assert query(Kind.ROAD, ["M4"], IDLIB).startswith(
        "[out:json][timeout:25][maxsize:268435456][bbox:35.5,35.7,36.3,37.2];\n"
    )


def test_a_query_asks_for_ways_their_relations_and_the_ways_of_those() -> None:
    lines = query(Kind.ROAD, ["M4"], IDLIB).splitlines()[1:]
    number = f'"{number_pattern(["M4"])}"'
    ways = 'way["highway"~"^(motorway|trunk|primary|secondary|tertiary)$"]'
    routes = 'relation["type"="route"]["route"="road"]'
    assert lines == [
        "(",
        *(f'{routes}["{tag}"~{number},i];' for tag in ("ref", "nat_ref", "int_ref")),
        ")->.routes;",
        "(",
        *(f'{ways}["{tag}"~{number},i];' for tag in ("ref", "nat_ref", "int_ref")),
        'way(r.routes)["highway"~"^(motorway|trunk|primary|secondary|tertiary|unclassified|residential)$"];',
        ");",
        "out geom;",
        ".routes out body;",
    ]


@pytest.mark.parametrize(
    ("kind", "way", "relation"),
    [
        (Kind.RAILWAY, 'way["railway"~"^(rail|narrow_gauge)$"]', '["route"="railway"]'),
        (Kind.RIVER, 'way["waterway"~"^(river|canal)$"]', 'relation["type"="waterway"]'),
        (Kind.PIPELINE, 'way["man_made"="pipeline"]', '["route"="pipeline"]'),
    ],
)
def test_each_kind_of_line_has_its_tags(kind: Kind, way: str, relation: str) -> None:
    ql = query(kind, ["hejaz"], IDLIB)
    assert way in ql
    assert relation in ql
    assert "highway" not in ql


def test_borders_and_front_lines_are_not_asked_for() -> None:
    assert {Kind.ROAD, Kind.RAILWAY, Kind.RIVER, Kind.PIPELINE} == KINDS


HOSTILE = (
    '"];out;rel(1);//',
    '\\"];out meta;//',
    "a\\",
    "a\\u0022];out;",
    ".*",
    "a|.*|b",
    "(((((((a",
    "a{1,99999}",
    "a;M4",
    "[[:alpha:]]",
    "^a$",
    "a/*",
    "'; DROP TABLE a",
    "a<script>",
    "a\u202eb",
)


def outside(ql: str) -> list[str]:
    """Return what of a query does not stand between quotes."""
    return ql.split('"')[::2]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_gets_out_of_its_text(name: str) -> None:
    harmless = [["karakoram highway"], ["M4"], ["karakoram highway", "M4"]]
    shapes = [outside(query(Kind.ROAD, keys, IDLIB)) for keys in harmless]
    for keys in ([name], [name.upper()], [name, name.upper()], [name, "M4"]):
        ql = query(Kind.ROAD, keys, IDLIB)
        assert outside(ql) in shapes
        assert "\\" not in ql


@given(st.text(max_size=40), st.text("\"\\[]();/*~^$.|{}?+-,\n'aM4", max_size=40))
def test_any_key_is_only_letters_and_digits_between_classes(anything: str, signs: str) -> None:
    keys = askable([anything, signs])
    for pattern in filter(None, (number_pattern(keys), name_pattern(keys))):
        assert set('"\\\n\r\0{}./') & set(pattern) == set()
        re.compile(pattern.replace("[:alnum:]", r"\w"))
        rest = re.sub(r"\[\^\[:alnum:\]; ?\]|\[\w+\]", "", pattern)
        assert re.fullmatch(r"[\w()|^;$?*+]*", rest)


@pytest.mark.parametrize("key", ["", " ", "---", "a\0b", "a\nb", "a\ud800", "x" * (MAX_TAG_CHARS + 1), "\u200b"])
def test_a_key_that_no_tag_has_is_not_asked(key: str) -> None:
    assert askable([key, "M4"]) == ("M4",)


# --- boxes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        (Extent(35.79, 35.53, 37.161, 36.201), Extent(35.7, 35.5, 37.2, 36.3)),
        (Extent(35.8, 35.5, 37.2, 36.3), Extent(35.8, 35.5, 37.2, 36.3)),
        (Extent(-0.04, -0.04, 0.0, 0.0), Extent(-0.1, -0.1, 0.0, 0.0)),
        (Extent(36.31, 35.81, 36.31, 35.81), Extent(36.3, 35.8, 36.4, 35.9)),
        (Extent(0, 0, 40, 30), Extent(14.0, 9.0, 26.0, 21.0)),
        (Extent(0, 0, 40, 1), Extent(14.0, 0.0, 26.0, 1.0)),
        (Extent(179.95, -17, -179.95, -16), Extent(179.9, -17.0, -179.9, -16.0)),
        (Extent(150, -17, -178, -16), Extent(160.0, -17.0, 172.0, -16.0)),
        (Extent(-180, -90, 180, 90), Extent(-6.0, -6.0, 6.0, 6.0)),
        (Extent(170, 80.01, 180, 90), Extent(170.0, 80.0, 180.0, 90.0)),
    ],
)
def test_a_box_is_rounded_outward_and_cut_around_its_centre(area: Extent, expected: Extent) -> None:
    assert box(area) == expected


coordinates = st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90)


@given(*coordinates)
def test_any_box_holds_the_middle_of_the_area_and_is_no_larger_than_allowed(
    west: float, lat: float, east: float, other_lat: float
) -> None:
    area = Extent(west, min(lat, other_lat), east, max(lat, other_lat))
    found = box(area)
    assert found.width <= MAX_DEGREES + 0.2001
    assert found.height <= MAX_DEGREES + 0.2001
    middle = (west + area.width / 2 + 180) % 360 - 180, (area.south + area.north) / 2
    assert found.grown(1e-6).contains(middle)
    assert box(found).width <= MAX_DEGREES + 0.2001
