from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from geo.model import Kind
from geo.roads.osm_elements import Elements, Route, Way, parse_elements, read_elements
from tests.overpass_replies import BAD_REPLIES, GOOD_REPLIES, M4, M5, relation, way

LonLat = tuple[float, float]


def nowhere(lonlat: LonLat) -> str | None:
    return None


def elements(*records: object) -> Elements:
    return read_elements({"elements": list(records)})


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_reply_becomes_ways_with_the_tags_that_matter() -> None:
    found = parse_elements(GOOD_REPLIES["roads"].decode())
    assert [each.id for each in found.ways] == [101, 102, 103, 104, 105, 106, 107]
    assert found.ways[1] == Way(102, {"ref": "M 4", "highway": "trunk"}, M4[1])
    assert found.ways[0].tags["name:en"] == "Aleppo-Latakia Highway"
    assert found.routes == ()


def test_a_relation_becomes_a_route_of_its_ways() -> None:
    found = parse_elements(GOOD_REPLIES["roadsroute"].decode())
    assert found.routes == (
        Route(9, {"ref": "M 4", "name": "Aleppo–Latakia Motorway"}, (111, 112, 999)),
        Route(10, {"ref": "M45"}, (113,)),
    )


def test_no_elements_are_no_error() -> None:
    assert parse_elements(GOOD_REPLIES["roadsnone"].decode()) == Elements()


def test_coordinates_keep_seven_decimals() -> None:
    found = elements(way(1, [(36.31983012345, 35.8141822), (36, 35)], ref="M4"))
    assert found.ways[0].lonlats == ((36.3198301, 35.8141822), (36.0, 35.0))


def test_what_comes_twice_counts_once() -> None:
    once = way(1, M4[0], ref="M4")
    assert elements(once, once, relation(2, [1, 1]), relation(2, [1, 1])) == elements(once, relation(2, [1]))


@pytest.mark.parametrize("value", ["", " ", "a\nb", "a\0b", "a\ud800", "x" * 256])
def test_a_text_that_is_none_to_show_is_left_out(value: str) -> None:
    assert elements(way(1, M4[0], ref="M4", name=value)).ways[0].tags == {"ref": "M4"}


REFUSALS = {
    "roadsrange": "way 101 passes {'lat': 95.0, 'lon': 36.3}, which is no point on the globe",
    "roadsnull": "way 101 passes None, which is no point on the globe",
    "roadstext": "way 101 passes {'lat': '35.8', 'lon': '36.3'}",
    "roadsnan": "way 101 passes {'lat': nan, 'lon': 36.3}",
    "roadsinf": "way 101 passes {'lat': 35.8, 'lon': inf}",
    "roadsremark": 'the server gave up: \'runtime error: Query timed out in "query"',
    "roadsnogeom": "way 101 has no course, but None",
    "roadsshape": r"an element of the reply is no way or relation: \['way', 5\]",
    "roadsnode": "an element of the reply is no way or relation: {'id': 1,",
    "roadstags": "way 108 has tags {'ref': 5}",
    "roadsid": "a way has no number, but -108",
    "roadsmember": "relation 11 has a member 7",
    "roadsobject": "the reply holds no elements",
    "roadscut": "delimiter|Unterminated|Expecting",
}


@pytest.mark.parametrize("mode", BAD_REPLIES)
def test_a_reply_that_is_not_sound_is_refused(mode: str) -> None:
    with pytest.raises(ValueError, match=REFUSALS[mode]):
        parse_elements(BAD_REPLIES[mode].decode())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "1"}, "a way has no number, but '1'"),
        ({"id": True}, "a way has no number, but True"),
        ({"id": 2**70}, "a way has no number"),
        ({"geometry": []}, r"way 1 has no course, but \[\]"),
        ({"geometry": {"lat": 35}}, "way 1 has no course"),
        ({"geometry": [[36.3, 35.8]]}, r"way 1 passes \[36.3, 35.8\]"),
        ({"geometry": [{"lat": True, "lon": 36.3}]}, "way 1 passes {'lat': True"),
        ({"geometry": [{"lat": 35.8}]}, "way 1 passes {'lat': 35.8}"),
        ({"geometry": [{"lat": 35.8, "lon": 10**400}]}, "way 1 passes"),
        ({"tags": ["ref"]}, r"way 1 has tags \['ref'\]"),
        ({"tags": None}, "way 1 has tags None"),
        ({"type": "area"}, "no way or relation"),
        ({"type": ["way"]}, "no way or relation"),
        ({"type": "relation", "members": "way"}, "relation 1 has no members, but 'way'"),
        (
            {"type": "relation", "members": [{"type": "way", "ref": "7"}]},
            "a member of relation 1 has no number, but '7'",
        ),
        ({"type": "relation", "members": [{"type": "way"}]}, "relation 1 has a member {'type': 'way'}"),
    ],
)
def test_an_element_that_is_not_sound_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        elements(way(2, M4[1], ref="M4"), way(1, M4[0], ref="M4") | changes)


@pytest.mark.parametrize("reply", [None, 5, "{}", [], {}, {"elements": None}, {"elements": {}}])
def test_a_reply_without_elements_is_refused(reply: object) -> None:
    with pytest.raises(ValueError, match="the reply holds no elements"):
        read_elements(reply)


def test_a_remark_is_quoted_briefly_and_without_control_characters() -> None:
    with pytest.raises(ValueError, match="the server gave up") as raised:
        read_elements({"elements": [], "remark": "\x1b[2J\u202e" + "x" * 10_000})
    assert str(raised.value).isascii()
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 200


def test_things_nested_without_end_are_refused() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    for reply in (nested, {"remark": nested}, {"elements": nested}):
        with pytest.raises(ValueError, match=r"the reply holds no elements|the server gave up|no way or rel"):
            read_elements(reply)
    with pytest.raises(ValueError, match="way 1 has no course"):
        elements(way(1, M4[0]) | {"geometry": {"a": nested}})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.dictionaries(st.sampled_from(["type", "id", "geometry", "tags", "members"]), json_values, max_size=3)


@given(FIELDS, json_values)
def test_any_reply_is_elements_or_refused(changes: dict[str, object], other: object) -> None:
    for reply in ({"elements": [way(1, M4[0]) | changes]}, {"elements": [other]}, {"elements": other}, other):
        try:
            found = read_elements(reply)
        except ValueError:
            continue
        assert parse_elements(found.to_json()) == found
        assert all(segment.geometry.is_valid for segment in found.segments(Kind.ROAD, nowhere))


# --- keeping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", GOOD_REPLIES)
def test_what_is_kept_reads_as_what_came_and_is_smaller(mode: str) -> None:
    body = GOOD_REPLIES[mode].decode()
    found = parse_elements(body)
    assert parse_elements(found.to_json()) == found
    assert len(found.to_json()) < len(body)
    assert parse_elements(found.to_json()).to_json() == found.to_json()


def test_only_what_is_filed_under_a_key_is_kept() -> None:
    found = parse_elements(GOOD_REPLIES["roads"].decode())
    assert [each.id for each in found.filed_under(["M4"]).ways] == [101, 102, 103, 104]
    assert [each.id for each in found.filed_under(["E60"]).ways] == [104]
    assert [each.id for each in found.filed_under(["damascus aleppo highway"]).ways] == [106]
    assert found.filed_under(["M6"]) == Elements()


def test_the_ways_of_a_route_are_filed_with_it() -> None:
    found = parse_elements(GOOD_REPLIES["roadsroute"].decode()).filed_under(["M4"])
    assert [each.id for each in found.ways] == [111, 112, 113]
    assert [(route.id, route.ways) for route in found.routes] == [(9, (111, 112))]


def test_what_is_kept_holds_nothing_that_is_not_used() -> None:
    kept = json.loads(parse_elements(GOOD_REPLIES["roadsroute"].decode()).filed_under(["M45"]).to_json())
    assert kept == {
        "elements": [
            {
                "type": "way",
                "id": 113,
                "geometry": [{"lat": lat, "lon": lon} for lon, lat in M4[2]],
                "tags": {"ref": "M4", "highway": "trunk"},
            },
            {"type": "relation", "id": 10, "members": [{"type": "way", "ref": 113}], "tags": {"ref": "M45"}},
        ]
    }


# --- segments ---------------------------------------------------------------------------------------------------------


def test_a_way_becomes_a_segment_with_all_its_numbers_and_names() -> None:
    found = elements(
        way(
            7,
            M5[2],
            highway="motorway",
            int_ref="E 60; E 70",
            ref="M5;M 4",
            nat_ref="M5",
            name="طريق",
            alt_name="Coast Road;Old Road",
            name_en="Aleppo Road",
            int_name="Aleppo Road",
        )
    )
    (segment,) = found.segments(Kind.ROAD, lambda lonlat: "SY" if 36.6 < lonlat[0] < 36.8 else None)
    assert segment.refs == ("M5", "M 4", "E 60", "E 70")
    assert segment.names == ("Aleppo Road", "طريق", "Coast Road", "Old Road")
    assert (segment.country_code, segment.road_class, segment.osm_ids) == ("SY", "motorway", ("way/7",))
    assert segment.geometry == LineString(M5[2])
    assert segment.keys == ("M5", "M4", "E60", "E70", "aleppo road", "طريق", "coast road", "old road")


def test_a_segment_has_the_numbers_and_names_of_its_routes_after_its_own() -> None:
    first, second, third = parse_elements(GOOD_REPLIES["roadsroute"].decode()).segments(Kind.ROAD, nowhere)
    assert (first.refs, first.names) == (("M 4",), ("طريق اللاذقية", "Aleppo–Latakia Motorway"))
    assert first.osm_ids == ("way/111", "relation/9")
    assert (second.refs, second.road_class) == (("M 4",), "unclassified")
    assert (third.refs, third.osm_ids) == (("M4", "M45"), ("way/113", "relation/10"))


def test_the_country_is_that_of_the_middle_of_the_way() -> None:
    asked: list[LonLat] = []

    def country_of(lonlat: LonLat) -> str | None:
        asked.append(lonlat)
        return "SY"

    elements(way(1, [(36.0, 35.0), (36.0, 35.2), (36.0, 36.0)])).segments(Kind.ROAD, country_of)
    assert len(asked) == 1
    assert asked[0] == pytest.approx((36.0, 35.5), abs=0.001)


def test_a_way_without_length_is_no_segment() -> None:
    found = elements(way(1, [(36.0, 35.0)], ref="M4"), way(2, [(36.0, 35.0), (36.0, 35.0)], ref="M4"))
    assert len(found.ways) == 2
    assert found.segments(Kind.ROAD, nowhere) == []
