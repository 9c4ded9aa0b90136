from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from geo.model import Course, Kind, Line
from maps import strokes, style
from maps.story import story_order
from tests.lines import EVERY_KIND, M4_ALL, M4_SECTION, m5, told


def drawn(line: Line, *, is_asserted: bool = True) -> list[tuple[object, object]]:
    """Return width and dashes of the strokes of a line: all that is left of them without colours."""
    return [(each["weight"], each["dash_array"]) for each in strokes.line_styles(line, is_asserted=is_asserted)]


def test_every_sort_and_course_is_told_apart_without_colours() -> None:
    looks = [tuple(drawn(replace(line, course=course))) for line, course in product(EVERY_KIND, Course)]
    assert len(set(looks)) == len(looks) == 30


@pytest.mark.parametrize("line", EVERY_KIND, ids=lambda line: str(line.kind))
def test_less_is_drawn_between_gaps_the_less_is_known(line: Line) -> None:
    def ink(course: Course) -> float:
        lengths = [float(each) for each in str(drawn(replace(line, course=course))[-1][1]).split()]
        return sum(lengths[::2]) / sum(lengths)

    if line.kind is not Kind.ROAD:
        inks = [ink(course) for course in (Course.GENERALISED, Course.ROUTED, Course.SCHEMATIC, Course.INFERRED)]
        assert inks == sorted(inks, reverse=True)
    assert ink(Course.GENERALISED) > ink(Course.SCHEMATIC) > ink(Course.INFERRED)


def test_a_surveyed_road_is_unbroken_in_a_casing() -> None:
    assert drawn(replace(M4_ALL, course=Course.SURVEYED)) == [(7.0, None), (4.5, None)]


def test_an_uncertain_line_is_hollow_and_dashed_whatever_it_is_and_is_known_of_its_course() -> None:
    for line, course in product(EVERY_KIND, Course):
        casing, hollow = strokes.line_styles(replace(line, course=course), is_asserted=False)
        assert (casing["color"], casing["dash_array"]) == (style.LIGHT["uncertain"], style.UNCERTAIN_DASH)
        assert (hollow["color"], hollow["dash_array"]) == (style.LIGHT["paper"], None)


def test_the_rest_of_a_road_is_thinner_and_fainter_than_its_section_and_dashed_when_approximate() -> None:
    for line in (M4_ALL, m5().whole):
        assert line is not None
        rest = strokes.rest_style(line)
        assert (rest["weight"], rest["opacity"]) == (2.5, 0.75)
        assert (rest["dash_array"] is not None) is line.is_approximate


def test_the_whole_of_several_sections_is_drawn_once_beneath_the_first() -> None:
    other = replace(M4_SECTION, id="road:SY-M4/1-2")
    looks = strokes.looks_of(story_order(told([M4_SECTION, other], towns=())))
    assert [(own.rest, own.is_rest) for own in looks.values()] == [(M4_ALL, False), (None, False)]


def test_a_whole_road_that_is_named_beside_its_section_is_its_rest() -> None:
    entries = story_order(told([M4_SECTION, M4_ALL], towns=()))
    looks = {entries[number].referent.id: own for number, own in strokes.looks_of(entries).items()}
    assert looks[M4_ALL.id] == strokes.Looks((strokes.rest_style(M4_ALL),), None, is_rest=True)
    assert (looks[M4_SECTION.id].rest, looks[M4_SECTION.id].is_rest) == (None, False)


def test_nothing_is_drawn_beneath_an_uncertain_section() -> None:
    (own,) = strokes.looks_of(story_order(told([M4_SECTION], towns=(), confidence=0.5))).values()
    assert own.rest is None


def test_the_page_colours_every_stroke_by_the_theme(root: Path) -> None:
    css = (root / "maps" / "assets" / "page.css").read_text(encoding="utf-8")
    styles = [
        each
        for line, course in product(EVERY_KIND, Course)
        for each in strokes.line_styles(replace(line, course=course))
    ]
    unsure = strokes.line_styles(M4_ALL, is_asserted=False)
    for each in [*styles, *unsure, *map(strokes.rest_style, EVERY_KIND)]:
        own = str(each["class_name"]).split()[-1]
        assert f".{own} {{ stroke: var(--{own.removeprefix('pl-')}); }}" in css
        assert each["color"] == style.LIGHT[own.removeprefix("pl-")]
