"""Building, joining, measuring, clipping and simplifying lines."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, get_coordinates, get_num_coordinates, get_parts

from geo.geodesy import distances_m
from geo.lines import distance_m, length_m, merged, midpoint, nearest, section, simplified, through
from tests.timing import seconds

LATAKIA, SARAQIB, ALEPPO = (35.791, 35.531), (36.806, 35.864), (37.161, 36.201)
LonLat = tuple[float, float]
lonlats = st.tuples(st.floats(-60, 60), st.floats(-60, 60))
# Ends far enough apart that none is snapped to another.
grid = st.tuples(st.integers(-9, 9), st.integers(-9, 9)).map(lambda point: (point[0] / 10, point[1] / 10))
segments = st.lists(st.lists(grid, min_size=2, max_size=5), min_size=1, max_size=8).map(
    lambda courses: [LineString(course) for course in courses if len(set(course)) > 1]
)


def karney_m(start: LonLat, end: LonLat) -> float:
    return float(Geodesic.WGS84.Inverse(start[1], start[0], end[1], end[0])["s12"])


def legs(geometry: LineString | MultiLineString) -> set[frozenset[LonLat]]:
    parts = [list(part.coords) for part in get_parts(geometry).tolist()]
    return {frozenset(leg) for part in parts for leg in pairwise(part) if leg[0] != leg[1]}


def test_a_line_through_points_drops_repeated_ones() -> None:
    assert list(through([LATAKIA, LATAKIA, ALEPPO]).coords) == [LATAKIA, ALEPPO]


@pytest.mark.parametrize("points", [[], [ALEPPO], [ALEPPO, ALEPPO]])
def test_a_line_needs_two_different_points(points: list[LonLat]) -> None:
    with pytest.raises(ValueError, match="two different points"):
        through(points)


def test_length_is_geodesic() -> None:
    # One degree of latitude at the equator on WGS 84 is 110,574 m.
    assert length_m(LineString([(0, 0), (0, 1)])) == pytest.approx(110_574, abs=1)


def test_the_lengths_of_all_parts_add_up() -> None:
    parts = [[(0, 0), (0, 1)], [(5, 0), (5, 1), (5, 1), (5, 2)]]
    assert length_m(MultiLineString(parts)) == pytest.approx(110_574 * 2 + 110_577, abs=3)


@given(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), st.tuples(st.floats(-180, 180), st.floats(-90, 90)))
def test_lengths_are_those_of_karney_to_a_millimetre(start: LonLat, end: LonLat) -> None:
    assert distances_m(np.array([start]), np.array([end]))[0] == pytest.approx(karney_m(start, end), abs=1e-3)


@pytest.mark.parametrize("end", [(180.0, 0.0), (179.7, 0.2), (0.0, 0.0), (179.999, -0.001)])
def test_lengths_of_nearly_half_the_globe(end: LonLat) -> None:
    assert distances_m(np.array([(0.0, 0.0)]), np.array([end]))[0] == pytest.approx(karney_m((0, 0), end), abs=1e-3)


def test_a_line_of_50000_vertices_is_measured_at_once() -> None:
    steps = np.random.default_rng(0).normal(size=(50_000, 2)) / 1000
    line = LineString(np.cumsum(steps, axis=0) + np.array([36, 35]))
    assert min(seconds(lambda: length_m(line)) for _ in range(5)) < 0.3


def test_a_step_over_longitude_180_goes_the_short_way() -> None:
    line = LineString([(179.9, 0), (-179.9, 0)])
    assert length_m(line) == pytest.approx(0.2 * 111_319.49, abs=1)
    assert distance_m(line, (180, 0.1)) == pytest.approx(11_057, abs=1)
    assert distance_m(line, (-179.95, 0)) == pytest.approx(0, abs=1e-6)
    assert midpoint(line) == pytest.approx((180, 0))
    part = section(line, (179.95, 1), (-179.95, 1))
    assert get_coordinates(part).tolist() == pytest.approx(np.array([(179.95, 0), (-179.95, 0)]))


def test_distance_from_a_line_is_measured_on_the_globe() -> None:
    line = LineString([(30, 60), (40, 60)])
    assert distance_m(line, (35, 61)) == pytest.approx(111_412, rel=0.001)


def test_distance_is_to_the_nearest_part() -> None:
    line = MultiLineString([[(0, 0), (1, 0)], [(5, 0), (6, 0)]])
    assert distance_m(line, (5.5, 0.1)) == pytest.approx(11_057, abs=1)
    assert nearest(line, (5.5, 0.1)) == pytest.approx((5.5, 0))


def test_the_nearest_point_of_a_long_line_is_found_at_the_latitude_of_the_point() -> None:
    # At 70° north a degree of longitude is a third of one at the equator, where the other end of the line is.
    line = LineString([(0, 0), (0, 70), (2, 70)])
    assert nearest(line, (0.5, 70.4)) == pytest.approx((0.5, 70))
    assert nearest(LineString([(0, 0), (40, 60)]), (40, 60)) == (40, 60)


def test_a_section_runs_from_its_first_to_its_second_end() -> None:
    line = through([LATAKIA, SARAQIB, ALEPPO])
    part = section(line, ALEPPO, SARAQIB)
    assert list(part.coords) == [ALEPPO, SARAQIB]


def test_a_section_keeps_every_vertex_between_its_ends() -> None:
    line = LineString([(36 + i / 97, 35 + (i % 7) / 1013) for i in range(50)])
    part = section(line, (36.1, 35.0), (36.4, 35.0))
    inner = list(part.coords)[1:-1]
    first = list(line.coords).index(inner[0])
    assert inner == list(line.coords)[first : first + len(inner)]
    assert len(inner) > 20


def test_a_section_between_points_at_one_place_of_the_line_is_refused() -> None:
    with pytest.raises(ValueError, match="one point of the line"):
        section(LineString([(0, 0), (1, 0)]), (-5, 0), (-6, 1))
    # The feet of the two differ by a rounding error.
    with pytest.raises(ValueError, match="one point of the line"):
        section(LineString([(0.1, 0), (-0.3, 0)]), (0, 0), (0, 0.2))
    with pytest.raises(ValueError, match="one point of the line"):
        section(MultiLineString([[(0, 0), (1, 0)], [(1, 0), (1, 1)], [(1, 0), (2, 0)]]), (-5, 0), (-6, 1))


def test_a_section_of_a_fork_takes_the_branch_that_leads_there() -> None:
    fork = MultiLineString([[(0, 0), (1, 0), (2, 0.1), (3, 0)], [(1, 0), (2, -0.5), (3, -1)]])
    assert list(section(fork, (3, -1), (0, 0)).coords) == [(3, -1), (2, -0.5), (1, 0), (0, 0)]
    assert list(section(fork, (0.5, 0), (3, 0)).coords) == [(0.5, 0), (1, 0), (2, 0.1), (3, 0)]


def test_a_section_of_a_ring_goes_the_shorter_way_round() -> None:
    ring = LineString([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    assert list(section(ring, (0, 0.9), (0.2, 0)).coords) == [(0, 0.9), (0, 0), (0.2, 0)]
    assert list(section(ring, (0.9, 1), (1, 0.1)).coords) == [(0.9, 1), (1, 1), (1, 0.1)]


def test_a_section_may_begin_on_the_other_carriageway() -> None:
    # The carriageways, 30 m apart, meet only in the west. One place lies north of the road and one south of it.
    road = MultiLineString([[(0, 0), (0.1, 0.00015), (1, 0.00015)], [(0, 0), (0.1, -0.00015), (1, -0.00015)]])
    part = section(road, (0.5, 0.1), (0.9, -0.1))
    assert length_m(part) == pytest.approx(0.4 * 111_319.49, rel=0.001)
    assert len({lat for _, lat in part.coords}) == 1


def test_a_section_of_carriageways_joined_to_one_line_does_not_run_to_where_they_join() -> None:
    road = LineString([(0, 0.00015), (0.5, 0.00015), (1, 0), (0.5, -0.00015), (0, -0.00015)])
    part = section(road, (0.1, 0.1), (0.4, -0.1))
    assert length_m(part) == pytest.approx(0.3 * 111_319.49, rel=0.001)


def test_a_section_bridges_a_small_gap_but_no_large_one() -> None:
    small = MultiLineString([[(0, 0), (1, 0)], [(1.0025, 0), (2, 0)]])
    assert list(section(small, (2, 0), (0, 0)).coords) == [(2, 0), (1.0025, 0), (1, 0), (0, 0)]
    large = MultiLineString([[(0, 0), (1, 0)], [(1.003, 0), (2, 0)]])
    with pytest.raises(ValueError, match=r"broken between \(0\.0, 0\.0\) and \(2\.0, 0\.0\) by more than 300 m"):
        section(large, (0, 0), (2, 0))


def test_a_gap_at_a_junction_is_bridged_to_the_middle_of_the_other_line() -> None:
    road = MultiLineString([[(0, 0), (2, 0)], [(1, 0.001), (1, 1)]])
    part = section(road, (1, 1), (2, 0))
    assert get_coordinates(part) == pytest.approx(np.array([(1, 1), (1, 0.001), (1, 0), (2, 0)]))


def test_a_section_joins_parts_that_meet_on_longitude_180() -> None:
    road = MultiLineString([[(179, 0), (180, 0)], [(-180, 0), (-179, 0)]])
    assert length_m(section(road, (179.5, 0), (-179.5, 0))) == pytest.approx(111_319.49, abs=1)


def test_a_road_of_200_pieces_is_refused_at_once() -> None:
    pieces = MultiLineString([[(36 + i / 100, 35), (36 + i / 100 + 0.005, 35)] for i in range(200)])

    def refuse() -> None:
        with pytest.raises(ValueError, match="the line is broken"):
            section(pieces, (36, 35), (38, 35))

    assert seconds(refuse) < 5
    assert list(section(pieces, (37.001, 35), (37.004, 35)).coords) == [(37.001, 35), (37.004, 35)]


@given(st.lists(lonlats, min_size=2, max_size=6, unique=True), lonlats, lonlats)
def test_a_clipped_line_is_never_longer_than_its_whole(points: list[LonLat], start: LonLat, end: LonLat) -> None:
    line = through(points)
    try:
        part = section(line, start, end)
    except ValueError:
        return
    assert length_m(part) <= length_m(line) * 1.000001 + 1


@given(segments.filter(bool), grid, grid)
def test_a_section_of_a_net_is_never_longer_than_the_net(pieces: list[LineString], start: LonLat, end: LonLat) -> None:
    net = merged(pieces)
    try:
        part = section(net, start, end)
    except ValueError:
        return
    assert length_m(part) <= length_m(net) * 1.000001
    first, *_, last = get_coordinates(part).tolist()
    assert length_m(part) >= karney_m(first, last) * 0.999999


def test_pieces_are_joined_whatever_their_direction() -> None:
    joined = merged([LineString([(2, 0), (1, 0)]), LineString([(0, 0), (1, 0)]), LineString([(3, 1), (2, 0)])])
    assert joined == LineString([(0, 0), (1, 0), (2, 0), (3, 1)])


def test_what_is_drawn_twice_is_kept_once() -> None:
    course = LineString([(0, 0), (1, 0), (2, 0)])
    assert merged([course, course.reverse(), LineString([(1, 0), (2, 0)]), LineString([(2, 0), (3, 0)])]) == LineString(
        [(0, 0), (1, 0), (2, 0), (3, 0)]
    )


def test_ends_that_differ_by_less_than_a_centimetre_are_one() -> None:
    joined = merged([LineString([(0, 0), (1, 0)]), LineString([(1.00000004, 0), (2, 0)])])
    assert list(joined.coords) == [(0, 0), (1, 0), (2, 0)]
    assert len(get_parts(merged([LineString([(0, 0), (1, 0)]), LineString([(1.0000002, 0), (2, 0)])]))) == 2


def test_nothing_to_join_is_refused() -> None:
    with pytest.raises(ValueError, match="two different points"):
        merged([LineString([(1, 1), (1, 1)])])


@given(segments.filter(bool), st.integers(0, 1000))
def test_the_order_and_direction_of_pieces_change_nothing(pieces: list[LineString], seed: int) -> None:
    rng = random.Random(seed)
    shuffled = [piece.reverse() if rng.random() < 0.5 else piece for piece in rng.sample(pieces, len(pieces))]
    assert merged(shuffled).wkb == merged(pieces).wkb


@given(segments.filter(bool))
def test_joining_keeps_every_leg_once(pieces: list[LineString]) -> None:
    joined = merged(pieces)
    assert legs(joined) == {leg for piece in pieces for leg in legs(piece)}
    wanted = sum(karney_m(*sorted(leg)) for leg in legs(joined))
    assert length_m(joined) == pytest.approx(wanted, rel=1e-9)


@given(st.lists(grid, min_size=2, max_size=40), st.integers(0, 14))
def test_simplification_keeps_ends_and_stays_within_half_a_pixel(points: list[LonLat], zoom: int) -> None:
    if len(set(points)) < 2:
        return
    line = merged([LineString(points)])
    slim = simplified(line, zoom)
    half_pixel_m = 0.5 * 40_075_017 / 256 / 2**zoom
    assert {point for leg in legs(slim) for point in leg} <= {point for leg in legs(line) for point in leg}
    for part, slim_part in zip(get_parts(line).tolist(), get_parts(slim).tolist(), strict=True):
        assert (slim_part.coords[0], slim_part.coords[-1]) == (part.coords[0], part.coords[-1])
        assert all(distance_m(slim_part, point) <= half_pixel_m * 1.01 for point in part.coords)


def test_simplification_keeps_more_the_nearer_one_looks() -> None:
    rng = np.random.default_rng(2)
    line = LineString(np.column_stack([np.linspace(36, 37, 2000), 35 + np.cumsum(rng.normal(size=2000)) / 2000]))
    kept = [int(get_num_coordinates(simplified(line, zoom))) for zoom in (3, 8, 12, 20)]
    assert kept == sorted(kept)
    assert kept[0] < 10 < kept[1] < kept[2] < 1990 < kept[3]


def test_a_ring_smaller_than_a_pixel_is_still_a_line() -> None:
    ring = LineString([(0, 0), (0.001, 0), (0.001, 0.001), (0, 0.001), (0, 0)])
    slim = simplified(ring, 0)
    assert not slim.is_empty
    assert slim.coords[0] == slim.coords[-1] == (0, 0)
    assert slim.length > 0


def test_simplified_branches_still_meet() -> None:
    fork = MultiLineString([[(0, 0), (1, 0.00001), (2, 0)], [(1, 0.00001), (1, 1)]])
    assert simplified(fork, 2) == fork


def test_simplification_over_longitude_180() -> None:
    line = LineString([(179, 0), (179.5, 0.0001), (-179.5, 0.0001), (-179, 0)])
    assert list(simplified(line, 4).coords) == [(179, 0), (-179, 0)]


def test_the_midpoint_of_a_straight_line_halves_it() -> None:
    assert midpoint(LineString([(0, 0), (2, 0)])) == pytest.approx((1, 0))


def test_the_midpoint_lies_on_the_longest_part() -> None:
    assert midpoint(MultiLineString([[(9, 9), (9, 9.5)], [(0, 0), (0, 1), (0, 4)]])) == pytest.approx((0, 2), abs=1e-3)
