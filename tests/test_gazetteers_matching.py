"""From written names to the places that they may mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from geo.gazetteers import NamedPlace, NameKind
from geo.gazetteers.matching import Match, holds, matches
from geo.model import Kind, Place
from geo.names import skeleton
from tests.world import EmptyGazetteer

IDLIB = Place("t:1", "Idlib", Kind.SETTLEMENT, 36.6, 35.9, "PPLA", "SY", "12")
PROVINCE = Place("t:2", "Idlib", Kind.ADMIN1, 36.7, 35.8, "ADM1", "SY", "12")
STATES = Place("t:3", "United States", Kind.COUNTRY, -98.5, 39.76, "PCLI", "US")
ALABAMA = Place("t:4", "Alabama", Kind.ADMIN1, -86.8, 32.8, "ADM1", "US", "AL")
EUPHRATES = Place("t:6", "Euphrates", Kind.PHYSICAL, 47.4, 31.0, "STM")
LOUIS = Place("t:5", "Saint Louis", Kind.SETTLEMENT, -90.2, 38.6, "PPLA2", "US", "MO")


class Few(EmptyGazetteer):
    """A gazetteer of a few places."""

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        names = {
            "idlib": [NamedPlace(IDLIB, NameKind.PRIMARY), NamedPlace(PROVINCE, NameKind.PRIMARY)],
            "us": [NamedPlace(STATES, NameKind.ABBREVIATION)],
            "ala": [NamedPlace(ALABAMA, NameKind.ABBREVIATION)],
            "saint louis": [NamedPlace(LOUIS, NameKind.PRIMARY)],
            "euphrates": [NamedPlace(EUPHRATES, NameKind.PRIMARY), NamedPlace(PROVINCE, NameKind.ALTERNATE)],
        }
        return names.get(key, [])

    def spelled_like(self, key: str, countries: Collection[str]) -> Sequence[NamedPlace]:
        alike = [NamedPlace(IDLIB, NameKind.PRIMARY)] if skeleton(key) == skeleton("idlib") else []
        return [named for named in alike if named.place.country_code in countries]


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
        ("the Euphrates river", [EUPHRATES], "without 'river'"),
        ("River Euphrates", [EUPHRATES], "without 'river'"),
        ("al-Idlib", [IDLIB, PROVINCE], "without its article"),
        ("al-Saint-Louis", [], None),
        ("Nowhere", [], None),
        ("", [], None),
    ],
)
def test_the_first_form_that_is_known_decides(written: str, expected: list[Place], form: str | None) -> None:
    found = matches(Few(), written)
    assert [match.place for match in found] == expected
    assert {match.form for match in found} <= {form}


def test_another_romanisation_is_found_only_in_countries_in_play_and_says_so() -> None:
    assert matches(Few(), "Idleeb") == ()
    assert matches(Few(), "Idleeb", countries={"LB"}) == ()
    (found,) = matches(Few(), "Idleeb", countries={"LB", "SY"})
    assert (found.place, found.name_kind, found.is_respelled) == (IDLIB, NameKind.ALTERNATE, True)
    assert not any(match.is_respelled for match in matches(Few(), "Idlib", countries={"SY"}))


def test_a_line_in_capitals_has_no_other_romanisation() -> None:
    assert matches(Few(), "IDLEEB", countries={"SY"}) == ()


def test_a_unit_holds_what_lies_in_it_by_its_codes() -> None:
    (city, province), (states,), (louis,) = matches(Few(), "Idlib"), matches(Few(), "US"), matches(Few(), "St Louis")
    assert holds(province, city)
    assert holds(states, louis)
    assert not holds(city, province)
    assert not holds(province, province)
    assert not holds(states, city)


def test_a_unit_without_a_code_holds_nothing() -> None:
    former = Match(Place("t:7", "Province of Homs", Kind.ADMIN1, 37.0, 34.5, None, "SY"), NameKind.PRIMARY)
    airport = Match(Place("t:8", "Aleppo Airport", Kind.FACILITY, 37.2, 36.2, "AIRP", "SY"), NameKind.PRIMARY)
    assert not holds(former, airport)
