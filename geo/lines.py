"""Lines on the globe: build, join, measure, clip and simplify them. Coordinates are longitude/latitude, WGS 84.

A step of more than 180 degrees of longitude goes the other way round the globe.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, MultiLineString

from .carriageways import one_carriageway as one_carriageway
from .geodesy import EQUATOR_M, Floats, between, course_through, courses, feet, legs_m, mercator_m, unrolled
from .geodesy import distance_m as _point_to_point_m
from .joining import merged as merged
from .model import Course
from .network import ABREAST_M, GAP_M, route

Geometry: TypeAlias = LineString | MultiLineString

_TILE_PX = 256
"""Width of the whole world on a web map at zoom 0, in pixels."""
_HALF_PIXEL = 0.5
_ONE_POINT_M = 0.02
"""Points nearer to each other than this are one, see `geo.geodesy.numbered`."""


def through(lonlats: Sequence[tuple[float, float]]) -> LineString:
    """Return the line through points, in order.

    Raises
    ------
    ValueError
        If fewer than two different points are given.
    """
    points = [point for point, previous in zip(lonlats, [None, *lonlats], strict=False) if point != previous]
    if len(points) < 2:
        raise ValueError(f"a line needs two different points, not {list(lonlats)!r}")
    return LineString(points)


def length_m(geometry: Geometry) -> float:
    """Measure a line, all parts of it, in metres along the ellipsoid.

    Examples
    --------
    >>> round(length_m(LineString([(35.791, 35.531), (37.161, 36.201)])) / 1000)
    144
    >>> round(length_m(MultiLineString([[(179.9, 0), (-179.9, 0)], [(0, 0), (0.1, 0)]])) / 1000, 1)
    33.4
    """
    return float(sum(legs_m(course).sum() for course in courses(geometry)))


def distance_m(geometry: Geometry, lonlat: tuple[float, float]) -> float:
    """Measure how far a point lies from a line, in metres, geodesic to the nearest point of any part."""
    return _point_to_point_m(lonlat, nearest(geometry, lonlat))


def nearest(geometry: Geometry, lonlat: tuple[float, float]) -> tuple[float, float]:
    """Return the point of a line that lies nearest to a point, as (longitude, latitude)."""
    starts, ends = _legs(courses(geometry))
    shares, distances = feet(starts, ends, lonlat)
    leg = int(np.argmin(distances))
    return between(_lonlat(starts[leg]), _lonlat(ends[leg]), float(shares[leg]))


def section(geometry: Geometry, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> LineString:
    """Return the part of a line between the points of it that lie nearest to two given points.

    It runs from start to end along the line's own vertices, the shortest way where the line forks, rings or has two
    carriageways, and over gaps of up to `geo.network.GAP_M`. It is never longer than the line and its gaps.

    Raises
    ------
    ValueError
        If both points fall on the same point of the line, or nothing joins the two.

    Examples
    --------
    >>> list(section(LineString([(0, 0), (1, 0), (2, 0)]), (1.5, 0.1), (0.5, 0)).coords)
    [(1.5, 0.0), (1.0, 0.0), (0.5, 0.0)]
    >>> section(MultiLineString([[(0, 0), (1, 0)], [(2, 0), (3, 0)]]), (0, 0), (3, 0))
    Traceback (most recent call last):
    ...
    ValueError: the line is broken between (0.0, 0.0) and (3.0, 0.0) by more than 300 m
    """
    parts = courses(geometry)
    if len(parts) == 1 and _has_one_way(parts[0], (nearest(geometry, start_lonlat), nearest(geometry, end_lonlat))):
        found = _clipped(parts[0], start_lonlat, end_lonlat)
    else:
        way = route([geometry], [1.0], start_lonlat, end_lonlat, reach_m=inf, slack_m=ABREAST_M)
        found = None if way is None else way.geometry
    if found is not None:
        return found
    start, end = nearest(geometry, start_lonlat), nearest(geometry, end_lonlat)
    if _point_to_point_m(start, end) < _ONE_POINT_M:
        raise ValueError(f"both ends of the section fall on one point of the line: {start_lonlat}, {end_lonlat}")
    raise ValueError(f"the line is broken between {start} and {end} by more than {GAP_M:.0f} m")


def shown(geometry: Geometry, course: Course) -> Geometry:
    """Return a line as it is drawn and measured: of a surveyed one a single carriageway, others have no second."""
    return one_carriageway(geometry) if course is Course.SURVEYED else geometry


def simplified(geometry: Geometry, zoom: int) -> Geometry:
    """Return a line with the fewest of its vertices that look the same on a web map at a zoom: within half a pixel.

    The ends of parts and the points where they meet stay.

    Notes
    -----
    Douglas and Peucker (1973, doi:10.3138/FM57-6770-U75U-7727) in the plane of the map, Web Mercator with tiles of 256
    pixels.

    Examples
    --------
    >>> simplified(LineString([(0, 0), (1, 0.001), (2, 0)]), 5).wkt
    'LINESTRING (0 0, 2 0)'
    """
    parts = courses(geometry)
    fixed = _meeting_points(parts)
    pixel_m = 2 * np.pi * EQUATOR_M / (_TILE_PX * 2**zoom)
    kept = []
    for course, is_fixed in zip(parts, fixed, strict=True):
        flat = mercator_m(unrolled(course))
        stops = np.flatnonzero(is_fixed).tolist()
        # A vertex carries its number as its height, which tells what was kept.
        numbered = np.column_stack([flat, np.arange(len(flat))])
        runs = [LineString(numbered[start : stop + 1]) for start, stop in pairwise(stops)]
        slim = shapely.get_coordinates(shapely.simplify(runs, _HALF_PIXEL * pixel_m), include_z=True)
        kept.append(LineString(course[np.unique(slim[:, 2].astype(np.int64))]))
    return kept[0] if len(kept) == 1 else MultiLineString(kept)


def midpoint(geometry: Geometry) -> tuple[float, float]:
    """Return the point half-way along the longest part of a line as (longitude, latitude), -180 to 180.

    Of a line of which all points are one, that point.

    Examples
    --------
    >>> midpoint(LineString([(1, 0), (3, 0)])), midpoint(LineString([(1, 2), (1, 2)]))
    ((2.0, 0.0), (1.0, 2.0))
    """
    lengths = [legs_m(course) for course in courses(geometry)]
    if not lengths:
        return _lonlat(shapely.get_coordinates(geometry)[0])
    longest = max(range(len(lengths)), key=lambda number: float(lengths[number].sum()))
    course, legs = courses(geometry)[longest], lengths[longest]
    along = np.cumsum(legs)
    leg = min(int(np.searchsorted(along, along[-1] / 2)), len(legs) - 1)
    share = 1 - float((along[leg] - along[-1] / 2) / legs[leg]) if legs[leg] else 0.0
    return between(_lonlat(course[leg]), _lonlat(course[leg + 1]), share)


def _meeting_points(parts: Sequence[Floats]) -> list[npt.NDArray[np.bool_]]:
    """Return which points of each part must stay: its ends, where lines meet, and the far side of a ring."""
    _, numbers, counts = np.unique(np.concatenate(parts), axis=0, return_inverse=True, return_counts=True)
    is_shared = counts[numbers.reshape(-1)] > 1
    found = []
    for course, stays in zip(
        parts, np.split(is_shared, np.cumsum([len(course) for course in parts])[:-1]), strict=True
    ):
        stays[[0, -1]] = True
        # Between two stops at one point nothing would be left of a ring that is smaller than half a pixel.
        for start, stop in pairwise(np.flatnonzero(stays).tolist()):
            if (course[start] == course[stop]).all():
                away = np.abs(unrolled(course[start : stop + 1]) - course[start]).sum(axis=1)
                stays[start + int(np.argmax(away))] = True
        found.append(stays)
    return found


def _has_one_way(course: Floats, ends: Sequence[tuple[float, float]]) -> bool:
    """Whether there is one way between two points of a course: it meets itself nowhere and is not two carriageways."""
    if len(np.unique(course, axis=0)) < len(course):
        return False
    around = [np.flatnonzero(feet(course[:-1], course[1:], end)[1] <= ABREAST_M) for end in ends]
    return all(len(close) == 0 or close[-1] - close[0] == len(close) - 1 for close in around)


def _clipped(course: Floats, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> LineString | None:
    """Return the part of a course that meets itself nowhere; None when its ends are one point."""
    spots = []
    for lonlat in (start_lonlat, end_lonlat):
        shares, distances = feet(course[:-1], course[1:], lonlat)
        leg = int(np.argmin(distances))
        spots.append((leg, float(shares[leg])))
    (first, start), (last, end) = sorted(spots)
    points = [
        between(_lonlat(course[first]), _lonlat(course[first + 1]), start),
        *map(_lonlat, course[first + 1 : last + 1]),
        between(_lonlat(course[last]), _lonlat(course[last + 1]), end),
    ]
    return course_through(points if spots[0] <= spots[1] else points[::-1])


def _legs(parts: Sequence[Floats]) -> tuple[Floats, Floats]:
    return np.concatenate([course[:-1] for course in parts]), np.concatenate([course[1:] for course in parts])


def _lonlat(row: Floats) -> tuple[float, float]:
    lon, lat = row.tolist()
    return lon, lat
