"""The map in Braille characters."""

from __future__ import annotations

import pytest

from geo.gazetteers.embedded import open_embedded
from maps.review.map import Mark, draw, sure, window_around
from tests.timing import seconds
from tests.world import SmallGazetteer

pytestmark = pytest.mark.usefixtures("unpacked")

SYRIA = [
    Mark((36.63, 35.93), "1", is_choice=True),
    Mark((36.29, 33.51), "2", is_choice=True),
    sure((37.16, 36.2), "Aleppo"),
]


def text(marks: list[Mark], width: int = 40, height: int = 12) -> list[str]:
    return ["".join(cell.sign for cell in row) for row in draw(marks, open_embedded(), width, height)]


def test_choices_and_sure_places_stand_where_they_lie() -> None:
    rows = text(SYRIA)
    assert {len(row) for row in rows} == {40}
    assert len(rows) == 12
    found = {sign: (at, row.index(sign)) for sign in "12•" for at, row in enumerate(rows) if sign in row}
    assert found["•"][0] < found["1"][0] < found["2"][0]
    assert found["2"][1] < found["1"][1] < found["•"][1]
    assert "• Aleppo" in rows[found["•"][0]]
    ground = "".join(rows)
    assert sum(0x2800 < ord(sign) < 0x2900 for sign in ground) > 30
    assert rows == text(SYRIA)


def test_within_one_country_the_units_are_drawn() -> None:
    ground = "".join(text([Mark((-84.4, 33.75), "1", is_choice=True), sure((-86.8, 33.5), "Birmingham")]))
    assert sum(0x2800 < ord(sign) < 0x2900 for sign in ground) > 10


def test_the_window_crosses_the_antimeridian_where_that_is_smaller() -> None:
    fiji = [Mark((178.4, -18.1), "1", is_choice=True), Mark((-171.8, -13.8), "2", is_choice=True)]
    rows = text(fiji)
    columns = {sign: row.index(sign) for sign in "12" for row in rows if sign in row}
    assert columns["1"] < columns["2"]
    window = window_around([mark.lonlat for mark in fiji], 40, 12)
    assert window.lon_step * window.width < 40


@pytest.mark.parametrize("lonlats", [[(0.0, 90.0)], [(-180.0, -90.0)], [(-170.0, 80.0), (-10.0, -80.0), (150.0, 0.0)]])
def test_the_ends_of_the_earth_are_drawn(lonlats: list[tuple[float, float]]) -> None:
    rows = text([Mark(lonlat, str(number), is_choice=True) for number, lonlat in enumerate(lonlats, start=1)])
    assert {str(number) for number in range(1, len(lonlats) + 1)} <= set("".join(rows))


def test_two_choices_at_one_point_stand_side_by_side() -> None:
    rows = text([Mark((36.63, 35.93), number, is_choice=True) for number in "12"])
    assert any("12" in row for row in rows)


def test_what_need_not_be_shown_does_not_make_the_map_larger() -> None:
    far = Mark((145.0, -37.0), "3", is_choice=True, is_far=True)
    assert text([*SYRIA, far]) == text(SYRIA)
    assert "3" in "".join(text([far]))


def test_without_areas_or_marks_there_is_no_ground() -> None:
    rows = draw(SYRIA, SmallGazetteer(), 40, 12)
    assert {cell.sort for row in rows for cell in row if cell.sign != " "} == {"choice", "place", "name"}
    assert draw([], SmallGazetteer(), 40, 12) == []


def test_drawing_does_not_keep_anybody_waiting() -> None:
    text(SYRIA)
    assert min(seconds(lambda: text(SYRIA)) for _ in range(5)) < 0.05
