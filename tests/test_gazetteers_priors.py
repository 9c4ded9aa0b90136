"""What is known of a candidate before any context."""

from __future__ import annotations

import pytest

from geo.gazetteers import NameKind
from geo.gazetteers.matching import Match
from geo.gazetteers.priors import prior, seats, shadowed
from geo.model import Kind, Place

CITY = Place("t:1", "Idlib", Kind.SETTLEMENT, 36.63, 35.93, "PPLA", "SY", "12", population=128_840)
UNIT = Place("t:2", "Idlib Governorate", Kind.ADMIN1, 36.67, 35.77, "ADM1", "SY", "12", population=1_501_000)
SAHEL = Place("t:3", "Sahel", Kind.REGION, 15.0, 0.0, "RGN")
SAHEL_OF_BURKINA = Place("t:4", "Sahel", Kind.ADMIN1, -0.5, 14.15, "ADM1", "BF", "80", population=1_094_907)
SAHEL_OF_TUNISIA = Place("t:5", "Sahel", Kind.REGION, 10.6, 35.7, "RGN", "TN")
MEXICO = Place("t:6", "Mexico", Kind.COUNTRY, -102.0, 23.0, "PCLI", "MX", population=126_190_788)
MEXICO_CITY = Place("t:7", "Mexico City", Kind.SETTLEMENT, -99.13, 19.43, "PPLC", "MX", "09", population=12_294_193)

VILLAGE = Place("geonames:8", "Nayrab", Kind.SETTLEMENT, 36.7, 35.9, "PPL", "SY", "12")
LISTED_VILLAGE = Place("placelines:nayrab", "Nayrab", Kind.SETTLEMENT, 36.7, 35.9, "PPL", "SY", "12")
OWN_VILLAGE = Place("mission:1", "Nayrab", Kind.SETTLEMENT, 36.7, 35.9, "PPL", "SY", "12")


def match(place: Place, kind: NameKind = NameKind.PRIMARY) -> Match:
    return Match(place, kind)


@pytest.mark.parametrize(
    ("likelier", "other"),
    [
        (match(SAHEL), match(SAHEL_OF_BURKINA)),
        (match(SAHEL_OF_BURKINA), match(SAHEL_OF_TUNISIA)),
        (match(MEXICO), match(MEXICO_CITY)),
        (match(CITY), match(CITY, NameKind.ALTERNATE)),
        (match(CITY, NameKind.CURATED), match(CITY)),
        (match(OWN_VILLAGE), match(LISTED_VILLAGE)),
        (match(LISTED_VILLAGE), match(VILLAGE)),
    ],
)
def test_news_means_the_one_more_often_than_the_other(likelier: Match, other: Match) -> None:
    assert prior(likelier) > prior(other)


def test_a_town_speaks_for_the_unit_around_it() -> None:
    assert seats([match(CITY), match(UNIT, NameKind.ALTERNATE)]) == {"t:2"}
    assert seats([match(CITY), match(SAHEL_OF_BURKINA)]) == frozenset()


def test_a_country_hides_the_places_that_only_share_a_name_with_it() -> None:
    assert shadowed([match(MEXICO), match(MEXICO_CITY, NameKind.ALTERNATE)]) == {"t:7"}
    assert shadowed([match(MEXICO_CITY, NameKind.ALTERNATE)]) == frozenset()
