"""Of two carriageways one, and nothing else."""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
import pytest
from shapely import LineString, MultiLineString, get_coordinates, get_num_geometries

from geo.lines import length_m, merged, one_carriageway, section

Floats = npt.NDArray[np.float64]
KM_OF_DEGREE = 110.9
STEP_KM = 0.05


def course(km: float, seed: int) -> Floats:
    """Return a winding course in kilometres."""
    count = int(km / STEP_KM)
    turns = np.cumsum(np.random.default_rng(seed).normal(size=count) * 0.02)
    turns = np.convolve(turns - np.linspace(0, turns[-1], count), np.ones(10) / 10, "same")
    return np.cumsum(np.column_stack([np.cos(turns), np.sin(turns)]) * STEP_KM, axis=0)


def aside(points: Floats, metres: float | Floats) -> Floats:
    """Move a course to its left."""
    along = np.gradient(points, axis=0)
    left = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(along[:, 0], along[:, 1])[:, None]
    return points + left * (np.zeros(len(points)) + metres)[:, None] / 1000


def line(points: Floats) -> LineString:
    """Bring a course in kilometres to the globe, 35° east and north."""
    lons = 35 + points[:, 0] / (111.3 * np.cos(np.radians(35)))
    return LineString(np.round(np.column_stack([lons, 35 + points[:, 1] / KM_OF_DEGREE]), 7))


def ways(whole: LineString, rng: random.Random) -> list[LineString]:
    """Cut a line as OpenStreetMap has it, in ways of any direction."""
    points, cut, start = list(whole.coords), [], 0
    while start < len(points) - 1:
        stop = min(len(points) - 1, start + rng.randint(5, 60))
        way = points[start : stop + 1]
        cut.append(LineString(way if rng.random() < 0.5 else way[::-1]))
        start = stop
    return cut


@pytest.mark.parametrize("seed", range(6))
def test_a_motorway_with_two_one_way_lines_gives_one_line_of_half_the_length(seed: int) -> None:
    rng, middle = random.Random(seed), course(60, seed)
    road = merged([*ways(line(aside(middle, 12)), rng), *ways(line(aside(middle, -12)), rng)])
    one = one_carriageway(road)
    assert get_num_geometries(one) == 1
    assert length_m(one) == pytest.approx(length_m(road) / 2, rel=0.01)
    assert set(one.coords) <= set(map(tuple, get_coordinates(road).tolist()))


@pytest.mark.parametrize("seed", range(6))
def test_stretches_that_both_directions_share_stay(seed: int) -> None:
    rng, middle = random.Random(seed), course(60, seed)
    kms = np.arange(len(middle)) * STEP_KM
    is_dual = ((kms > 10) & (kms < 30)) | (kms > 33)
    # They part by 250 m around a hill.
    hill = 250 * np.sin(np.clip((kms - 40) / 2, 0, 1) * np.pi)
    offset = np.where(is_dual, 12 + hill, 0)
    pieces = [*ways(line(aside(middle, offset)), rng), *ways(line(aside(middle, -offset)), rng)]
    rng.shuffle(pieces)
    road = merged(pieces)
    one = one_carriageway(road)
    whole_m = length_m(line(middle))
    assert length_m(road) > 1.7 * whole_m
    assert length_m(one) == pytest.approx(whole_m, rel=0.01)
    assert get_num_geometries(one) == 1


@pytest.mark.parametrize("seed", range(4))
def test_links_between_the_two_go_with_the_other_one(seed: int) -> None:
    rng, middle = random.Random(seed), course(40, seed)
    north, south = line(aside(middle, 12)), line(aside(middle, -12))
    links = [LineString([north.coords[at], south.coords[at + 1]]) for at in rng.sample(range(10, 790), 12)]
    one = one_carriageway(merged([*ways(north, rng), *ways(south, rng), *links]))
    assert get_num_geometries(one) == 1
    assert length_m(one) == pytest.approx(length_m(line(middle)), rel=0.01)


@pytest.mark.parametrize("rounded", [True, False])
def test_carriageways_that_meet_where_the_road_ends_are_two(rounded: bool) -> None:
    middle = course(20, 5)
    turn = np.linspace(np.pi / 2, -np.pi / 2, 9)
    head = np.column_stack([np.cos(turn), np.sin(turn)]) * 0.01 + middle[-1] if rounded else middle[-1:]
    there_and_back = np.vstack([aside(middle, 10), head, aside(middle, -10)[::-1]])
    road = line(there_and_back)
    one = one_carriageway(road)
    assert length_m(one) == pytest.approx(length_m(line(middle)), rel=0.01)


def test_of_the_two_rings_of_an_orbital_motorway_one_stays() -> None:
    turns = np.linspace(0, 2 * np.pi, 400)
    ring = np.column_stack([np.cos(turns), np.sin(turns)])
    ring[-1] = ring[0]
    inner, outer = line(ring * 5), line(ring * 5.02)
    assert length_m(one_carriageway(merged([inner, outer]))) == pytest.approx(length_m(outer), rel=0.001)
    assert one_carriageway(inner) == inner


def hairpins(arm_km: float, apart_km: float) -> LineString:
    points = [(-5.0, 0.0)]
    for number in range(6):
        arm = np.arange(0, arm_km, 0.02)
        points += [(x, number * apart_km) for x in (arm if number % 2 == 0 else arm[::-1])]
    return line(np.array([*points, (-5.0, 3.0)]))


@pytest.mark.parametrize(
    "road",
    [
        line(course(30, 3)),
        hairpins(0.8, 0.06),
        hairpins(1.5, 0.05),
        # A fork at four degrees, and one at less than one.
        merged([line(np.array([(0, 0), (5, 0), (10, 0)])), line(np.array([(5, 0), (6, 0.07), (10, 3)]))]),
        merged([line(np.array([(0, 0), (5, 0), (10, 0)])), line(np.array([(5, 0), (7, 0.03), (10, 0.6)]))]),
        # Two roads 120 m apart.
        MultiLineString([line(np.array([(0, 0), (10, 0)])), line(np.array([(0, 0.12), (10, 0.12)]))]),
        # A crossing.
        MultiLineString([line(np.array([(-5, 0), (5, 0)])), line(np.array([(0, -5), (0, 5)]))]),
    ],
)
def test_a_road_without_a_second_carriageway_stays_as_it_is(road: LineString | MultiLineString) -> None:
    assert one_carriageway(road) is road


def test_a_section_of_what_stays_is_as_long_as_the_way() -> None:
    rng, middle = random.Random(1), course(60, 1)
    offset = np.where(np.abs(np.arange(len(middle)) - 600) < 30, 0, 12)
    road = merged([*ways(line(aside(middle, offset)), rng), *ways(line(aside(middle, -offset)), rng)])
    way = line(middle[200:1000])
    start, *_, end = get_coordinates(way).tolist()
    for geometry in (road, one_carriageway(road)):
        part = section(geometry, start, end)
        assert length_m(part) == pytest.approx(length_m(way), rel=0.01)


def test_a_tangle_is_left_alone() -> None:
    rng = np.random.default_rng(0)
    tangle = merged([LineString(np.cumsum(rng.normal(size=(100, 2)) * 0.0003, axis=0)) for _ in range(100)])
    assert one_carriageway(tangle) is tangle
