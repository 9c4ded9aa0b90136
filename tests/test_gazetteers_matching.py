"""From written names to the places that they may mean."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from geo.extent import Extent
from geo.gazetteers import NamedPlace, NameKind
from geo.gazetteers.matching import holds, matches
from geo.model import Kind, Place

IDLIB = Place("t:1", "Idlib", Kind.SETTLEMENT, 36.6, 35.9, "PPLA", "SY", "12")
PROVINCE = Place("t:2", "Idlib", Kind.ADMIN1, 36.7, 35.8, "ADM1", "SY", "12")
STATES = Place("t:3", "United States", Kind.COUNTRY, -98.5, 39.76, "PCLI", "US")
ALABAMA = Place("t:4", "Alabama", Kind.ADMIN1, -86.8, 32.8, "ADM1", "US", "AL")
LOUIS = Place("t:5", "Saint Louis", Kind.SETTLEMENT, -90.2, 38.6, "PPLA2", "US", "MO")


class Few:
    """A gazetteer of five places."""

    name = "Few"
    version = "1"

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        names = {
            "idlib": [NamedPlace(IDLIB, NameKind.PRIMARY), NamedPlace(PROVINCE, NameKind.PRIMARY)],
            "us": [NamedPlace(STATES, NameKind.ABBREVIATION)],
            "ala": [NamedPlace(ALABAMA, NameKind.ABBREVIATION)],
            "saint louis": [NamedPlace(LOUIS, NameKind.PRIMARY)],
        }
        return names.get(key, [])

    def get(self, place_id: str) -> Place | None:
        raise AssertionError

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        raise AssertionError

    def largest_in(self, extent: Extent, limit: int) -> Sequence[Place]:
        raise AssertionError


@pytest.mark.parametrize(
    ("written", "expected", "form"),
    [
        ("Idlib", [IDLIB, PROVINCE], None),
        ("Idlib Province", [PROVINCE], "without 'province'"),
        ("Governorate of Idlib", [PROVINCE], "without 'governorate of'"),
        ("Idlib City", [IDLIB], "without 'city'"),
        ("Northern Idlib", [IDLIB, PROVINCE], "northern part of it"),
        ("St. Louis", [LOUIS], "with 'saint' written out"),
        ("US", [STATES], None),
        ("U.S.", [STATES], None),
        ("us", [], None),
        ("Us", [], None),
        ("Ala.", [ALABAMA], None),
        ("Ala", [], None),
        ("Nowhere", [], None),
        ("", [], None),
    ],
)
def test_the_first_form_that_is_known_decides(written: str, expected: list[Place], form: str | None) -> None:
    found = matches(Few(), written)
    assert [match.place for match in found] == expected
    assert {match.form for match in found} <= {form}


def test_a_unit_holds_what_lies_in_it_by_its_codes() -> None:
    (city, province), (states,), (louis,) = matches(Few(), "Idlib"), matches(Few(), "US"), matches(Few(), "St Louis")
    assert holds(province, city)
    assert holds(states, louis)
    assert not holds(city, province)
    assert not holds(province, province)
    assert not holds(states, city)
