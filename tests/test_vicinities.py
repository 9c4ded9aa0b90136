"""Outlines of areas on the globe: their sizes, holes and directions, at longitude 180 and at the poles."""

from __future__ import annotations

import pytest
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo.extent import Extent
from geo.geodesy import distance_m
from geo.model import Course, Kind, Line, Place, Vicinity, VicinitySort
from geo.vicinities import (
    MAX_RADIUS_M,
    MIN_RADIUS_M,
    area_of,
    corridor_breadth_m,
    cut,
    offset_radius_m,
    polygons,
    radius_of,
    reach_of,
)
from tests.world import ALEPPO, IDLIB, M4, SYRIA

SUVA = Place("x:suva", "Suva", Kind.SETTLEMENT, 178.42, -18.14)
ALERT = Place("x:alert", "Alert", Kind.SETTLEMENT, -62.3, 82.5)


def vicinity(sort: VicinitySort, radius_km: float, distance_km: float | None = None, **more: object) -> Vicinity:
    metres = None if distance_km is None else 1000 * distance_km
    return Vicinity(sort, 0, 1, "x", 1000 * radius_km, metres, **more)  # type: ignore[arg-type]


def km_from(place: Place, area: BaseGeometry) -> list[float]:
    """Return how far the vertices of an area are from a place."""
    rings = [ring for polygon in polygons(area) for ring in polygon]
    return [distance_m(place.lonlat, lonlat) / 1000 for ring in rings for lonlat in ring]


def test_a_disc_has_the_same_radius_on_all_sides() -> None:
    area = area_of(IDLIB, vicinity(VicinitySort.WITHIN, 30, 30))
    assert km_from(IDLIB, area) == pytest.approx([30.0] * len(km_from(IDLIB, area)))
    assert area.contains(Point(IDLIB.lonlat))


def test_a_circle_lies_at_its_distance_and_direction() -> None:
    area = area_of(IDLIB, vicinity(VicinitySort.OFFSET, 8, 20, bearing_deg=45.0))
    assert min(km_from(IDLIB, area)) == pytest.approx(12, abs=0.05)
    assert max(km_from(IDLIB, area)) == pytest.approx(28, abs=0.05)
    assert area.centroid.x > IDLIB.lon
    assert area.centroid.y > IDLIB.lat
    assert not area.contains(Point(IDLIB.lonlat))


def test_a_ring_has_a_hole_and_runs_as_rfc_7946_says() -> None:
    area = area_of(IDLIB, vicinity(VicinitySort.RING, 5, 20))
    ((outer, hole),) = polygons(area)
    assert {round(distance_m(IDLIB.lonlat, lonlat)) for lonlat in outer} == {25_000}
    assert {round(distance_m(IDLIB.lonlat, lonlat)) for lonlat in hole} == {15_000}
    assert area.geom_type == "Polygon"
    assert area.exterior.is_ccw
    assert not area.interiors[0].is_ccw


def test_a_ring_broader_than_its_distance_is_a_disc() -> None:
    ((outer,),) = polygons(area_of(IDLIB, vicinity(VicinitySort.RING, 25, 20)))
    assert {round(distance_m(IDLIB.lonlat, lonlat)) for lonlat in outer} == {45_000}


def test_a_sector_is_a_quarter_around_its_direction() -> None:
    area = area_of(IDLIB, vicinity(VicinitySort.SECTOR, 20, bearing_deg=180.0))
    lon, lat = IDLIB.lonlat
    assert max(km_from(IDLIB, area)) == pytest.approx(20)
    assert area.contains(Point(lon, lat - 0.1))
    assert area.contains(Point(lon + 0.05, lat - 0.1))
    assert not area.contains(Point(lon + 0.2, lat - 0.1))
    assert not area.contains(Point(lon, lat + 0.01))


def test_a_corridor_lies_along_the_way_and_around_both_ends() -> None:
    area = area_of(IDLIB, vicinity(VicinitySort.CORRIDOR, 5, other=ALEPPO))
    middle = (IDLIB.lon + ALEPPO.lon) / 2, (IDLIB.lat + ALEPPO.lat) / 2
    assert all(area.contains(Point(lonlat)) for lonlat in (IDLIB.lonlat, middle, ALEPPO.lonlat))
    assert max(km_from(IDLIB, area)) == pytest.approx(distance_m(IDLIB.lonlat, ALEPPO.lonlat) / 1000 + 5, abs=0.1)


def test_a_band_along_a_line_follows_its_bends() -> None:
    area = area_of(M4, vicinity(VicinitySort.CORRIDOR, 2))
    assert all(area.contains(Point(lonlat)) for lonlat in M4.geometry.coords)
    assert not area.contains(Point(36.5, 36.1))


def test_an_area_at_longitude_180_is_in_one_piece_and_cut_for_files() -> None:
    area = area_of(SUVA, vicinity(VicinitySort.RING, 20, 300))
    west, _, east, _ = area.bounds
    assert area.geom_type == "Polygon"
    assert 175 < west < 180 < east < 182
    pieces = cut(area)
    assert pieces.geom_type == "MultiPolygon"
    assert pieces.is_valid
    assert all(piece.bounds[0] >= -180 and piece.bounds[2] <= 180 for piece in pieces.geoms)
    assert pieces.area == pytest.approx(area.area)
    assert all(piece.exterior.is_ccw for piece in pieces.geoms)


def test_a_line_over_longitude_180_has_one_band() -> None:
    line = Line("x:1", "x", Kind.ROAD, LineString([(179.9, -17.0), (-179.9, -17.2)]), Course.INFERRED)
    west, _, east, _ = area_of(line, vicinity(VicinitySort.CORRIDOR, 2)).bounds
    assert east - west < 0.3


def test_an_area_that_holds_a_pole_reaches_it_and_goes_around_the_world() -> None:
    area = cut(area_of(ALERT, vicinity(VicinitySort.WITHIN, 1000, 1000)))
    assert area.is_valid
    assert area.bounds[3] == 90
    assert area.bounds[0] == -180
    assert area.bounds[2] == 180
    assert all(area.contains(Point(lon, 89.9)) for lon in range(-170, 180, 20))


def test_a_ring_around_a_pole_leaves_its_middle_free() -> None:
    area = cut(area_of(ALERT, vicinity(VicinitySort.RING, 50, 1500)))
    assert area.is_valid
    assert not area.contains(Point(100.0, 89.0))
    assert not area.contains(Point(ALERT.lonlat))
    assert area.contains(Point(ALERT.lon, 82.5 - 1500 / 111.5))


def test_a_direction_away_from_the_pole_itself_is_still_drawn() -> None:
    pole = Place("x:pole", "South Pole", Kind.FACILITY, 0.0, -90.0)
    area = cut(area_of(pole, vicinity(VicinitySort.WITHIN, 20, 20)))
    assert area.is_valid
    assert area.bounds[1] == -90


@pytest.mark.parametrize(
    ("place", "radius_m"),
    [
        (Place("x:1", "x", Kind.SETTLEMENT, 0, 0), 1_000),
        (Place("x:1", "x", Kind.SETTLEMENT, 0, 0, population=10), MIN_RADIUS_M),
        (Place("x:1", "x", Kind.SETTLEMENT, 0, 0, population=1_000_000), 8_921),
        (Place("x:1", "x", Kind.SETTLEMENT, 0, 0, population=10**9), MAX_RADIUS_M),
        (Place("x:1", "x", Kind.PHYSICAL, 0, 0, extent=Extent(0, 0, 0.1, 0.1)), 7_845),
        (Place("x:1", "x", Kind.ADMIN2, 0, 0), 15_000),
        (SYRIA, MAX_RADIUS_M),
    ],
)
def test_the_radius_of_a_place_is_that_of_its_box_its_people_or_its_kind(place: Place, radius_m: float) -> None:
    assert radius_of(place) == pytest.approx(radius_m, rel=0.01)


def test_a_sector_reaches_farther_from_a_larger_town_and_always_beyond_it() -> None:
    towns = [Place("x:1", "x", Kind.SETTLEMENT, 0, 0, population=size) for size in (500, 30_000, 300_000, 3_000_000)]
    reaches = [reach_of(town) for town in towns]
    assert reaches == sorted(reaches)
    assert all(reach > radius_of(town) for reach, town in zip(reaches, towns, strict=True))


def test_the_radius_of_an_offset_grows_with_each_doubt() -> None:
    assert offset_radius_m(20_000, 0, 0) == 0
    assert offset_radius_m(20_000, 5_000, 0) == pytest.approx(5_000)
    assert offset_radius_m(20_000, 5_000, 11.25) < offset_radius_m(20_000, 5_000, 22.5)


def test_a_corridor_is_a_tenth_of_its_way_but_no_narrower_than_its_places() -> None:
    near = Place("x:1", "x", Kind.SETTLEMENT, 0.0, 0.0)
    far = Place("x:2", "y", Kind.SETTLEMENT, 1.0, 0.0)
    farther = Place("x:3", "z", Kind.SETTLEMENT, 3.0, 0.0)
    city = Place("x:4", "c", Kind.SETTLEMENT, 0.1, 0.0, population=2_000_000)
    assert corridor_breadth_m(near, far) == pytest.approx(11_132, abs=1)
    assert corridor_breadth_m(near, farther) == 15_000
    assert corridor_breadth_m(near, city) == radius_of(city)


@pytest.mark.parametrize(("lon", "lat"), [(0.0, -90.0), (-180.0, -90.0), (179.9999999999, 89.9999999999), (45.0, 90.0)])
@pytest.mark.parametrize("radius_m", [1.0, 5_000.0, 500_000.0])
@pytest.mark.parametrize("other_lon", [132.6, -90.0, 45.0])
def test_an_area_that_runs_through_both_poles_has_a_sound_outline(
    lon: float, lat: float, radius_m: float, other_lon: float
) -> None:
    pole = Place("x:1", "x", Kind.SETTLEMENT, lon, lat)
    other = Place("x:2", "y", Kind.SETTLEMENT, other_lon, -90.0 if lat > 0 else 90.0)
    area = cut(area_of(pole, Vicinity(VicinitySort.CORRIDOR, 0, 7, "between", radius_m, other=other)))
    west, south, east, north = area.bounds
    assert (area.is_valid, area.is_empty) == (True, False)
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
