"""The shortest way through a network of lines."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LineString, MultiLineString

from geo.lines import length_m
from geo.network import Route, route
from tests.timing import seconds

A_ROAD, A_DETOUR = LineString([(0, 0), (1, 0), (2, 0)]), LineString([(0, 0), (0, 1), (2, 1), (2, 0)])


def found(way: Route | None) -> Route:
    assert way is not None
    return way


def test_it_runs_between_the_nearest_points_and_says_on_which_lines() -> None:
    lines = [LineString([(5, 5), (6, 6)]), A_ROAD, LineString([(2, 0), (2, -1)])]
    way = found(route(lines, [1, 1, 1], (0.5, 0.01), (2.01, -0.5)))
    assert list(way.geometry.coords) == [(0.5, 0), (1, 0), (2, 0), (2, -0.5)]
    assert way.lines == (1, 2)


def test_it_runs_back_where_it_has_to() -> None:
    way = found(route([A_ROAD], [1.0], (1.5, 0), (0.5, 0)))
    assert list(way.geometry.coords) == [(1.5, 0), (1, 0), (0.5, 0)]


@pytest.mark.parametrize(("cost", "lines"), [(1.0, (0,)), (2.1, (1,))])
def test_the_cheaper_way_is_taken(cost: float, lines: tuple[int, ...]) -> None:
    assert found(route([A_ROAD, A_DETOUR], [cost, 1.0], (0, 0), (2, 0))).lines == lines


def test_of_two_lines_between_the_same_points_the_cheaper_is_taken() -> None:
    lines = [
        LineString([(0, 0), (1, 0.5), (2, 0)]),
        LineString([(2, 0), (1, 0.1), (0, 0)]),
        LineString([(2, 0), (3, 0)]),
    ]
    assert found(route(lines, [1, 1, 1], (0, 0), (3, 0))).lines == (1, 2)


def test_lines_join_where_one_ends_on_a_vertex_of_another() -> None:
    way = found(route([A_ROAD, LineString([(1, 1), (1, 0)])], [1, 1], (1, 1), (2, 0)))
    assert list(way.geometry.coords) == [(1, 1), (1, 0), (2, 0)]


def test_lines_that_only_cross_do_not_join() -> None:
    assert (
        route([LineString([(0, 0), (2, 0)]), LineString([(1, 1), (1, -1)])], [1, 1], (0, 0), (1, 1), reach_m=1e4)
        is None
    )


def test_places_out_of_reach_have_no_way() -> None:
    assert route([A_ROAD], [1.0], (0, 0.1), (2, 0), reach_m=10_000) is None
    assert route([A_ROAD], [1.0], (0, 0.1), (2, 0), reach_m=12_000) is not None
    assert route([], [], (0, 0), (1, 1)) is None


def test_places_at_one_point_have_no_way() -> None:
    assert route([A_ROAD], [1.0], (0.5, 0), (0.5, 0.01)) is None


def test_the_piece_that_has_both_places_is_taken_before_a_nearer_one() -> None:
    lines = [LineString([(0, 0.001), (0.1, 0.001)]), LineString([(0, 0.05), (2, 0.05)])]
    way = found(route(lines, [1, 1], (0.05, 0), (2, 0), reach_m=10_000))
    assert way.lines == (1,)


def test_a_gap_is_bridged_only_when_there_is_no_way_without() -> None:
    broken = [LineString([(0, 0), (1, 0)]), LineString([(1.002, 0), (2, 0)])]
    assert found(route(broken, [1, 1], (0, 0), (2, 0))).lines == (0, 1)
    joined = [*broken, LineString([(1, 0), (1.001, 0.5), (1.002, 0)])]
    assert found(route(joined, [1, 1, 1], (0, 0), (2, 0))).lines == (0, 2, 1)


def test_every_vertex_of_the_way_is_one_of_the_lines() -> None:
    rng = np.random.default_rng(3)
    corners = [(i, j) for i in range(4) for j in range(4)]
    lines = []
    for i, j in corners:
        for k, m in ((i + 1, j), (i, j + 1)):
            middle = np.array([((i + k) / 2, (j + m) / 2)]) + rng.normal(size=(1, 2)) / 10
            lines.append(LineString(np.vstack([[(i, j)], middle, [(k, m)]]) / 10))
    way = found(route(lines, [1.0] * len(lines), (0, 0), (0.3, 0.3)))
    assert set(way.geometry.coords) <= {point for line in lines for point in line.coords}
    assert way.geometry.coords[0] == (0, 0)
    assert way.geometry.coords[-1] == (0.3, 0.3)
    assert length_m(way.geometry) == pytest.approx(sum(length_m(lines[number]) for number in way.lines))


def test_it_crosses_longitude_180() -> None:
    lines = [LineString([(179, 0), (180, 0)]), LineString([(-180, 0), (-179, 0)]), LineString([(-179, 0), (-178.9, 0)])]
    way = found(route(lines, [1, 1, 1], (179.5, 0), (-178.9, 0)))
    assert way.lines == (0, 1, 2)
    assert length_m(way.geometry) == pytest.approx(1.6 * 111_319.49, abs=1)


def test_lines_of_several_parts_count_as_one_each() -> None:
    lines: list[LineString | MultiLineString] = [
        MultiLineString([[(0, 0), (1, 0)], [(2, 0), (3, 0)]]),
        LineString([(1, 0), (2, 0)]),
    ]
    assert found(route(lines, [1, 1], (0, 0), (3, 0))).lines == (0, 1, 0)


def test_50000_lines_are_searched_in_seconds() -> None:
    side = 158
    steps = np.linspace(0, 1, 12)[:, None]
    lines = [
        LineString((np.array([(i, j)]) + steps * (k, m)) / 50)
        for i in range(side)
        for j in range(side)
        for k, m in ((1, 0), (0, 1))
    ]

    def search() -> None:
        assert len(found(route(lines, [1.0] * len(lines), (0, 0), (3, 3))).lines) == 300

    assert seconds(search) < 20
