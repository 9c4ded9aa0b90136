"""Boxes and distances on the globe."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.extent import EARTH_RADIUS_KM, Extent, great_circle_km, latlon, lonlat

points = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(points)
def test_flipping_axes_twice_gives_the_point_back(point: tuple[float, float]) -> None:
    assert lonlat(latlon(point)) == point


@given(points, points)
def test_distance_is_symmetric_and_at_most_half_the_globe(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert great_circle_km(a, b) == pytest.approx(great_circle_km(b, a), abs=1e-6)
    assert 0 <= great_circle_km(a, b) <= math.pi * EARTH_RADIUS_KM + 1e-6


@given(st.lists(points, min_size=1, max_size=8))
def test_the_box_around_points_contains_them(lonlats: list[tuple[float, float]]) -> None:
    box = Extent.around(lonlats)
    assert box is not None
    assert all(box.contains(point) for point in lonlats)


def test_points_on_both_sides_of_the_antimeridian_give_a_narrow_box() -> None:
    box = Extent.around([(178.4, -18.1), (-171.8, -13.8)])
    assert box is not None
    assert box.crosses_antimeridian
    assert box.width == pytest.approx(9.8)
    assert not box.contains((0.0, -15.0))


def test_a_grown_box_stops_at_the_poles_and_wraps_over_the_antimeridian() -> None:
    assert Extent(175, 80, 179, 89).grown(3) == Extent(172, 77, -178, 90)
    assert Extent(-170, -10, 170, 10).grown(10) == Extent(-180.0, -20, 180.0, 20)


@pytest.mark.parametrize("bounds", [(0, 10, 1, 5), (0, -91, 1, 5), (-181, 0, 1, 5), (math.nan, 0, 1, 5)])
def test_an_impossible_box_is_refused(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="extent"):
        Extent(*bounds)
