"""Places and governments."""

from __future__ import annotations

import pytest

from geo.model import Kind, Place, Role, Toponym
from geo.resolvers.roles import role_of

ANKARA = Place("geonames:323786", "Ankara", Kind.SETTLEMENT, 32.85, 39.92, "PPLC", "TR")
IZMIR = Place("geonames:311046", "Izmir", Kind.SETTLEMENT, 27.14, 38.41, "PPLA", "TR")


def role(text: str, place: Place = ANKARA) -> Role:
    start = text.index(place.name)
    return role_of(text, Toponym(start, start + len(place.name), place.name), place)


@pytest.mark.parametrize(
    "text",
    [
        "Ankara denied the claim.",
        "Moscow contacted Ankara through a hotline.",
        "Ankara locked horns with them.",
        "They pressure Ankara into a deal.",
        "Ankara is now in talks with them.",
        "Ankara will never accept it.",
        "After talks with Ankara they left.",
        "Sanctions against Ankara were lifted.",
        "Ankara's refused offer",
    ],
)
def test_a_capital_that_acts_like_a_government_is_a_metonym(text: str) -> None:
    assert role(text) is Role.METONYM


@pytest.mark.parametrize(
    "text",
    [
        "Ankara was hit by a storm.",
        "Ankara has five million people.",
        "Officials in central Ankara met.",
        "Flights with Ankara as their goal left.",
        "Ankara did not sleep.",
        "He lives in Ankara.",
        "A bus from Ankara said to be late",
        "Ankara is cold in winter.",
        "Ankara",
        "The Ankara trams",
    ],
)
def test_a_capital_as_a_place_is_a_location(text: str) -> None:
    assert role(text) is Role.LOCATION


def test_a_town_that_is_no_capital_is_always_a_location() -> None:
    assert role("Izmir denied the claim.", IZMIR) is Role.LOCATION
