from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.geocoders import ATTRIBUTION
from geo.geocoders.osm import read_places
from geo.model import Kind, Place
from tests.place_replies import BALLYVAUGHAN
from tests.strategies import json_values


def record(**changes: object) -> dict[str, object]:
    return {key: value for key, value in {**BALLYVAUGHAN, **changes}.items() if value is not ...}


def test_a_record_becomes_a_place_with_its_id_and_source() -> None:
    assert read_places([BALLYVAUGHAN]) == (
        Place(
            "osm:node/26",
            "Ballyvaughan",
            Kind.SETTLEMENT,
            -9.1483,
            53.1157,
            country_code="IE",
            gazetteer="OpenStreetMap (Nominatim)",
        ),
    )
    assert ATTRIBUTION == "© OpenStreetMap contributors (ODbL)"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"addresstype": "country"}, Kind.COUNTRY),
        ({"addresstype": "continent"}, Kind.CONTINENT),
        ({"addresstype": "state"}, Kind.ADMIN1),
        ({"addresstype": "province"}, Kind.ADMIN1),
        ({"addresstype": "county"}, Kind.ADMIN2),
        ({"addresstype": "region"}, Kind.REGION),
        ({"class": "boundary", "type": "administrative", "addresstype": "city"}, Kind.SETTLEMENT),
        ({"class": "boundary", "type": "administrative", "addresstype": ..., "place_rank": 4}, Kind.COUNTRY),
        ({"class": "boundary", "type": "administrative", "addresstype": ..., "place_rank": 8}, Kind.ADMIN1),
        ({"class": "boundary", "type": "administrative", "addresstype": ..., "place_rank": 12}, Kind.ADMIN2),
        ({"class": "boundary", "type": "administrative", "addresstype": ..., "place_rank": 16}, Kind.SETTLEMENT),
        ({"class": "boundary", "type": "administrative", "addresstype": ..., "place_rank": ...}, Kind.REGION),
        ({"class": "place", "type": "island", "addresstype": "island"}, Kind.PHYSICAL),
        ({"class": "natural", "type": "cape", "addresstype": "natural"}, Kind.PHYSICAL),
        ({"class": "waterway", "type": "canal", "addresstype": "waterway"}, Kind.PHYSICAL),
        ({"class": "highway", "type": "motorway", "addresstype": "road"}, Kind.ROAD),
        ({"class": "aeroway", "type": "aerodrome", "addresstype": "aeroway"}, Kind.FACILITY),
        ({"class": ..., "type": ..., "addresstype": ["city"]}, Kind.FACILITY),
    ],
)
def test_the_kind_follows_the_tags(changes: dict[str, object], kind: Kind) -> None:
    (place,) = read_places([record(**changes)])
    assert place.kind is kind


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"name": ...}, "Ballyvaughan"),
        ({"name": ""}, "Ballyvaughan"),
        ({"name": " Baile Uí Bheacháin "}, "Baile Uí Bheacháin"),
        ({"name": "<script>alert(1)</script>"}, "<script>alert(1)</script>"),
    ],
)
def test_the_name_is_the_place_s_own_or_starts_its_address(changes: dict[str, object], name: str) -> None:
    (place,) = read_places([record(**changes)])
    assert place.name == name


@pytest.mark.parametrize("address", [..., None, {}, {"country_code": "IRL"}, {"country_code": 7}, ["ie"]])
def test_a_country_that_is_not_told_is_unknown(address: object) -> None:
    (place,) = read_places([record(address=address)])
    assert place.country_code is None


@pytest.mark.parametrize("lat", ["1e-05", "-0.0000100", "90"])
def test_degrees_come_as_text(lat: str) -> None:
    (place,) = read_places([record(lat=lat)])
    assert place.lat == float(lat)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lat": ...}, "has lat None"),
        ({"lat": None}, "has lat None"),
        ({"lat": 53.1}, "has lat 53.1"),
        ({"lat": "abc"}, "has lat 'abc'"),
        ({"lat": "nan"}, "has lat 'nan'"),
        ({"lat": "5_3"}, "has lat '5_3'"),
        ({"lat": "٥٣"}, "has lat"),
        ({"lat": "999"}, "is not longitude, latitude on the globe"),
        ({"lon": "-999"}, "is not longitude, latitude on the globe"),
        ({"osm_type": "area"}, "has no id, but 'area' 7"),
        ({"osm_type": ["node"]}, "has no id, but .*node.* 7"),
        ({"osm_id": "26"}, "has no id, but 'node' 7"),
        ({"osm_id": True}, "has no id"),
        ({"osm_id": 2**70}, "has no id"),
        ({"osm_type": ..., "osm_id": ..., "place_id": ...}, "has no id, but None None"),
        ({"display_name": ...}, "is called None"),
        ({"display_name": 5}, "is called 5"),
        ({"display_name": " ", "name": ...}, "is called ' '"),
        ({"display_name": ", Ireland", "name": ...}, "is called ''"),
        ({"name": ["x"]}, "is called"),
        ({"name": "a\0b"}, "is called"),
        ({"name": "a\ud800"}, "is called"),
        ({"name": "x" * 256}, "has a name of 256 characters"),
        ({"extratags": {"a": {"b": 1}}}, "a place of the reply holds {'b': 1}"),
        ({"boundingbox": [[1]]}, r"a place of the reply holds \[1\]"),
        ({"importance": float("inf")}, "a place of the reply holds inf"),
    ],
)
def test_a_record_that_is_not_sound_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_places([BALLYVAUGHAN, record(**changes)])


@pytest.mark.parametrize(
    "reply", [None, 5, "[]", {}, {"error": "other"}, [None], [[]], {"error": ["Unable to geocode"]}]
)
def test_a_reply_that_is_no_list_of_records_is_refused(reply: object) -> None:
    with pytest.raises(ValueError, match=r"the reply is no list of places|a place of the reply is no object"):
        read_places(reply)


def test_a_record_nested_without_end_is_refused() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(ValueError, match="a place of the reply"):
        read_places([record(extratags=nested)])
    with pytest.raises(ValueError, match="a place of the reply"):
        read_places(nested)


@given(st.dictionaries(st.sampled_from(sorted(BALLYVAUGHAN)), json_values, max_size=4), json_values)
def test_any_reply_is_places_or_refused(changes: dict[str, object], other: object) -> None:
    for reply in ([{**BALLYVAUGHAN, **changes}], [other], other):
        try:
            places = read_places(reply)
        except ValueError:
            continue
        assert all(isinstance(place, Place) for place in places)
        assert read_places(json.loads(json.dumps(reply))) == places
