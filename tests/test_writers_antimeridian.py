from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from geo.extent import great_circle_km
from geo.model import Course, Kind, Line
from geo.writers.antimeridian import cut, middle
from tests.world import M4


def line(*parts: list[tuple[float, float]]) -> Line:
    geometry = LineString(parts[0]) if len(parts) == 1 else MultiLineString(list(parts))
    return Line("test:1", "line", Kind.ROAD, geometry, Course.SURVEYED)


def test_a_line_far_from_the_antimeridian_stays_one() -> None:
    assert cut(M4) == [[(37.16117, 36.20124), (36.4, 35.8), (35.79011, 35.53149)]]


@pytest.mark.parametrize("east", [-179.0, 181.0])
def test_a_line_over_the_antimeridian_is_cut_there(east: float) -> None:
    parts = cut(line([(179.0, -17.0), (east, -16.5)]))
    assert parts == [[(179.0, -17.0), (180.0, -16.75)], [(-180.0, -16.75), (-179.0, -16.5)]]


def test_westward_and_back_again() -> None:
    parts = cut(line([(-179.0, 0.0), (179.0, 2.0), (-179.0, 4.0)]))
    assert parts == [
        [(-179.0, 0.0), (-180.0, 1.0)],
        [(180.0, 1.0), (179.0, 2.0), (180.0, 3.0)],
        [(-180.0, 3.0), (-179.0, 4.0)],
    ]


@pytest.mark.parametrize("lon", [180.0, -180.0])
def test_a_line_that_only_touches_the_antimeridian_is_not_cut(lon: float) -> None:
    inner = lon - 1 if lon > 0 else lon + 1
    assert cut(line([(inner, 0.0), (lon, 0.0)])) == [[(inner, 0.0), (lon, 0.0)]]
    assert cut(line([(lon, 0.0), (inner, 0.0)])) == [[(lon, 0.0), (inner, 0.0)]]


def test_parts_stay_apart() -> None:
    assert len(cut(line([(0, 0), (1, 1)], [(5, 5), (6, 6)]))) == 2


def test_heights_are_dropped() -> None:
    assert cut(line([(0, 0, 7), (1, 1, 7)])) == [[(0.0, 0.0), (1.0, 1.0)]]  # type: ignore[list-item]


def test_the_middle_lies_half_way_along() -> None:
    lonlat = middle(M4)
    ends = great_circle_km(lonlat, (37.16117, 36.20124)), great_circle_km(lonlat, (35.79011, 35.53149))
    assert abs(ends[0] - ends[1]) < 12
    assert middle(line([(0, 0), (0, 4)], [(9, 9), (9, 9.5)])) == pytest.approx((0, 2))


def test_the_middle_of_a_line_over_the_antimeridian_lies_on_it() -> None:
    lon, lat = middle(line([(179.0, 0.0), (-177.0, 0.0)]))
    assert (lon, lat) == pytest.approx((-179.0, 0.0))


def test_a_line_too_short_to_see_is_still_a_line() -> None:
    assert cut(line([(5.0, 5.0), (5.0, 5.0 + 1e-12)])) == [[(5.0, 5.0), (5.0, 5.0)]]


def test_a_point_a_hair_from_the_antimeridian_does_not_leave_the_globe() -> None:
    assert cut(line([(0.0, 0.0), (179.99999999999997, 0.0)])) == [[(0.0, 0.0), (180.0, 0.0)]]


lonlats = st.tuples(st.floats(-180, 180), st.floats(-85, 85))


@given(st.lists(lonlats, min_size=2, max_size=6, unique=True))
def test_no_part_leaves_the_globe_or_crosses_and_none_of_the_way_is_lost(points: list[tuple[float, float]]) -> None:
    parts = cut(line(points))
    for part in parts:
        assert all(-180 <= lon <= 180 for lon, _ in part)
        assert all(abs(a[0] - b[0]) <= 180 for a, b in pairwise(part))
    spanned = sum(abs(a[0] - b[0]) for part in parts for a, b in pairwise(part))
    wanted = sum(min(abs(a[0] - b[0]), 360 - abs(a[0] - b[0])) for a, b in pairwise(points))
    assert spanned == pytest.approx(wanted, abs=1e-6)
