"""Building, measuring and clipping lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from geo.lines import distance_m, length_m, midpoint, section, through

LATAKIA, SARAQIB, ALEPPO = (35.791, 35.531), (36.806, 35.864), (37.161, 36.201)


def test_a_line_through_points_drops_repeated_ones() -> None:
    assert list(through([LATAKIA, LATAKIA, ALEPPO]).coords) == [LATAKIA, ALEPPO]


@pytest.mark.parametrize("lonlats", [[], [ALEPPO], [ALEPPO, ALEPPO]])
def test_a_line_needs_two_different_points(lonlats: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="two different points"):
        through(lonlats)


def test_length_is_geodesic() -> None:
    # One degree of latitude at the equator on WGS 84 is 110,574 m.
    assert length_m(LineString([(0, 0), (0, 1)])) == pytest.approx(110_574, abs=1)


def test_distance_from_a_line_is_measured_on_the_globe() -> None:
    line = LineString([(30, 60), (40, 60)])
    assert distance_m(line, (35, 61)) == pytest.approx(111_412, rel=0.001)


def test_a_section_runs_from_its_first_to_its_second_end() -> None:
    line = through([LATAKIA, SARAQIB, ALEPPO])
    part = section(line, ALEPPO, SARAQIB)
    assert part.coords[0] == pytest.approx(ALEPPO)
    assert part.coords[-1] == pytest.approx(SARAQIB)


def test_a_section_between_points_at_one_place_of_the_line_is_refused() -> None:
    with pytest.raises(ValueError, match="one point of the line"):
        section(LineString([(0, 0), (1, 0)]), (-5, 0), (-6, 1))


@given(
    st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=2, max_size=6, unique=True),
    st.tuples(st.floats(-60, 60), st.floats(-60, 60)),
    st.tuples(st.floats(-60, 60), st.floats(-60, 60)),
)
def test_a_clipped_line_is_never_longer_than_its_whole(
    lonlats: list[tuple[float, float]], start: tuple[float, float], end: tuple[float, float]
) -> None:
    line = through(lonlats)
    try:
        part = section(line, start, end)
    except ValueError:
        return
    assert length_m(part) <= length_m(line) * 1.000001 + 1


def test_the_midpoint_of_a_straight_line_halves_it() -> None:
    assert midpoint(LineString([(0, 0), (2, 0)])) == pytest.approx((1, 0))
