from __future__ import annotations

from collections import Counter
from dataclasses import replace

from geo.model import Kind, Place
from maps.whereabouts import Whereabouts
from tests.world import IDLIB, IDLIB_PROVINCE, M4, SYRIA, EmptyGazetteer

SPRINGFIELD = Place("x:1", "Springfield", Kind.SETTLEMENT, 0, 0, "PPL", "US", "OH", "023", population=59_000)


class Units(EmptyGazetteer):
    """Names every unit after its codes, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[tuple[str | None, ...]] = Counter()

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        codes = (country_code, admin1_code, admin2_code)
        self.asked[codes] += 1
        name = {"SY12": "Idlib Governorate", "SY": "Syria"}.get(key := "".join(filter(None, codes)), f"Unit {key}")
        return Place(f"unit:{key}", name, Kind.ADMIN1, 0, 0)


def test_a_place_lies_in_its_unit_and_country_but_not_in_itself() -> None:
    at_sea = Place("x:1", "Atlantis", Kind.PHYSICAL, 0, 0)
    told = Whereabouts(Units()).told_apart([IDLIB, IDLIB_PROVINCE, SYRIA, M4, at_sea])
    assert told == ["Idlib Governorate, Syria", "Syria", "", "Syria", ""]


def test_namesakes_of_which_nothing_is_known_have_their_ids() -> None:
    one, other = (Place(f"x:{n}", "Atlantis", Kind.PHYSICAL, n, 0) for n in (1, 2))
    assert Whereabouts(Units()).told_apart([one, other]) == ["x:1", "x:2"]


def test_namesakes_in_different_units_need_nothing_more() -> None:
    other = replace(SPRINGFIELD, id="x:2", admin1_code="IL")
    assert Whereabouts(Units()).told_apart([SPRINGFIELD, other]) == ["Unit USOH, Unit US", "Unit USIL, Unit US"]


def test_namesakes_in_one_unit_are_told_apart_by_the_next_smaller_one_and_by_their_ids_at_last() -> None:
    places = [
        SPRINGFIELD,
        replace(SPRINGFIELD, id="x:2", admin2_code="045"),
        replace(SPRINGFIELD, id="x:3", admin2_code="045"),
        replace(SPRINGFIELD, id="x:4", kind=Kind.ADMIN2),
    ]
    assert Whereabouts(Units()).told_apart(places) == [
        "Unit USOH023, Unit USOH, Unit US",
        "Unit USOH045, Unit USOH, Unit US, x:2",
        "Unit USOH045, Unit USOH, Unit US, x:3",
        "Unit USOH, Unit US",
    ]


def test_each_unit_is_asked_for_once() -> None:
    units = Units()
    whereabouts = Whereabouts(units)
    for _ in range(3):
        whereabouts.told_apart([SPRINGFIELD, IDLIB])
    assert set(units.asked.values()) == {1}
