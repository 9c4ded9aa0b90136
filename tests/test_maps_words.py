from __future__ import annotations

import pytest

from geo.model import Kind, Place
from maps.words import distance, kind_word, percent
from tests.world import M4


def place(kind: Kind, feature_code: str | None = None, population: int | None = None) -> Place:
    return Place("x:1", "X", kind, 0.0, 0.0, feature_code, population=population)


@pytest.mark.parametrize(
    ("referent", "word"),
    [
        (place(Kind.SETTLEMENT, "PPLC", 100), "capital"),
        (place(Kind.SETTLEMENT, "PPLA"), "city"),
        (place(Kind.SETTLEMENT, "PPL", 50_000), "city"),
        (place(Kind.SETTLEMENT, "PPL", 49_999), "town"),
        (place(Kind.SETTLEMENT, "PPL", 4_999), "village"),
        (place(Kind.SETTLEMENT, "PPL"), "settlement"),
        (place(Kind.COUNTRY, "PCLI"), "country"),
        (place(Kind.ADMIN2, "ADM2"), "district"),
        (place(Kind.PHYSICAL, "LK"), "lake"),
        (place(Kind.PHYSICAL), "natural feature"),
        (place(Kind.FACILITY, "AIRP"), "airport"),
        (Place("x:1", "X", Kind.REGION, 0.0, 0.0, claimed_by=("RU", "UA")), "region, disputed"),
        (M4, "road"),
    ],
)
def test_a_referent_is_called_by_an_ordinary_word(referent: Place, word: str) -> None:
    assert kind_word(referent) == word


@pytest.mark.parametrize(
    ("share", "shown"), [(0.7499999, 74), (0.75, 75), (0.29, 29), (0.999, 99), (1.0, 100), (0.0, 0)]
)
def test_a_percentage_is_cut_and_not_rounded(share: float, shown: int) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(("km", "words"), [(0.2, "0 km"), (99.4, "99 km"), (266.0, "270 km"), (9271.0, "9,270 km")])
def test_a_distance_is_rounded_as_people_do(km: float, words: str) -> None:
    assert distance(km) == words
