from __future__ import annotations

from math import sin

import pytest
from shapely import MultiPolygon, Point, Polygon, box

from geo.gazetteers.world.coverage import dissolved, polygons, simplified

RIVER = [(1 + 0.004 * sin(step * 7.3), step / 200) for step in range(1, 200)]
WEST = Polygon([(0, 0), (1, 0), *RIVER, (1, 1), (0, 1)])
EAST = Polygon([(2, 0), (2, 1), (1, 1), *RIVER[::-1], (1, 0)])


def test_neighbours_keep_one_border_between_them() -> None:
    west, east = simplified([WEST, EAST], tolerance=0.01, scale=1000)
    assert west.intersection(east).area == 0
    assert west.union(east).area == pytest.approx(2)
    assert west.is_valid
    assert len(west.geoms[0].exterior.coords) < 20 < len(WEST.exterior.coords)


def test_no_line_leaves_its_course_by_more_than_the_tolerance_and_a_step() -> None:
    (west,) = simplified([WEST], tolerance=0.002, scale=1000)
    assert west.boundary.hausdorff_distance(WEST.boundary) < 0.002 + 0.001
    assert len(west.geoms[0].exterior.coords) > 50


def test_small_areas_keep_their_form() -> None:
    state = Point(12.45, 43.94).buffer(0.05)
    country = box(10, 42, 15, 46) - state
    around, inside = simplified([country, state], tolerance=0.01, scale=1000)
    assert inside.area == pytest.approx(state.area, rel=0.05)
    assert around.intersection(inside).area == 0
    assert len(around.geoms[0].interiors) == 1


def test_points_lie_on_the_grid() -> None:
    (west,) = simplified([WEST], tolerance=0.002, scale=100)
    assert all(
        abs(value * 100 - round(value * 100)) < 1e-6 for point in west.geoms[0].exterior.coords for value in point
    )


def test_what_is_smaller_than_a_step_is_gone_and_its_place_stays() -> None:
    rock, island = simplified([box(5, 5, 5.0001, 5.0001), box(6, 6, 6.01, 6.01)], tolerance=0.01, scale=1000)
    assert rock.is_empty
    assert island.bounds == (6, 6, 6.01, 6.01)


def test_the_order_of_areas_does_not_change_them() -> None:
    west, east = simplified([WEST, EAST], tolerance=0.01, scale=1000)
    assert simplified([EAST, WEST], tolerance=0.01, scale=1000) == [east, west]


def test_areas_become_one_without_the_line_between_them() -> None:
    assert dissolved([WEST, EAST], 1000).equals(dissolved([box(0, 0, 2, 1)], 1000))
    assert dissolved([], 1000).is_empty


def test_only_polygons_count() -> None:
    touching = box(0, 0, 1, 1) & box(1, 0, 2, 1)  # a line
    assert list(polygons(touching)) == []
    assert [part.area for part in polygons(MultiPolygon([box(0, 0, 1, 1), box(2, 0, 4, 1)]))] == [1, 2]


def test_parts_that_touch_no_other_are_put_on_the_grid_too() -> None:
    assert dissolved([box(0, 0, 1.0004, 1), box(5, 5, 6, 6.0004)], 1000).bounds == (0, 0, 6, 6)
