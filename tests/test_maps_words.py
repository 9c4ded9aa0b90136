from __future__ import annotations

from dataclasses import replace

import pytest

from geo.model import Course, Kind, Line, Place
from maps.words import course_of, distance, in_the_list, kind_word, legend_of, percent
from tests.lines import EVERY_KIND, M4_ALL, M4_SECTION


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
        *zip(EVERY_KIND, ("road", "railway", "pipeline", "river", "border", "front line"), strict=True),
    ],
)
def test_a_referent_is_called_by_an_ordinary_word(referent: Place | Line, word: str) -> None:
    assert kind_word(referent) == word


@pytest.mark.parametrize(
    ("share", "shown"), [(0.7499999, 74), (0.75, 75), (0.29, 29), (0.999, 99), (1.0, 100), (0.0, 0)]
)
def test_a_percentage_is_cut_and_not_rounded(share: float, shown: int) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(("km", "words"), [(0.2, "0 km"), (99.4, "99 km"), (266.0, "270 km"), (9271.0, "9,270 km")])
def test_a_distance_is_rounded_as_people_do(km: float, words: str) -> None:
    assert distance(km) == words


def test_the_legend_says_what_each_course_of_each_sort_of_line_means() -> None:
    assert [legend_of(replace(M4_ALL, course=course)) for course in Course] == [
        "Road",
        "Road (course as on small maps)",
        "Shortest way by main roads; the text gives no number",
        "Road (schematic course)",
        "Straight line between the ends named",
    ]
    said = {legend_of(replace(line, course=course)) for line in EVERY_KIND for course in Course}
    assert len(said) == len(EVERY_KIND) * len(Course)
    assert "Front line (straight line between its ends)" in said


def test_a_section_says_by_way_of_what_it_runs_and_of_how_much_it_is_a_part() -> None:
    assert course_of(M4_SECTION) == (
        "Schematic course, straight from town to town; by way of Arīḩā, Saraqib; section of the M4, 250 km in all"
    )
    assert course_of(M4_ALL) == "Schematic course, straight from town to town"
    assert course_of(replace(M4_SECTION, whole=replace(M4_ALL, length_m=None), via=())) == course_of(M4_ALL)


def test_the_list_says_of_a_line_what_it_is_how_long_and_how_its_course_is_known() -> None:
    assert in_the_list(M4_SECTION) == "road, 170\u00a0km, schematic course"
    assert in_the_list(replace(M4_SECTION, course=Course.SURVEYED, length_m=None)) == "road"
