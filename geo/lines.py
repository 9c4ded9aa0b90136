"""Lines on the globe: build, measure and clip them. Coordinates are longitude/latitude, WGS 84."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from geographiclib.geodesic import Geodesic
from shapely import LineString, Point, transform
from shapely.ops import substring


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


def length_m(line: LineString) -> float:
    """Measure a line in metres along the ellipsoid.

    Notes
    -----
    Sum of geodesics on WGS 84 (Karney 2013, doi:10.1007/s00190-012-0578-z).

    Examples
    --------
    >>> round(length_m(LineString([(35.791, 35.531), (37.161, 36.201)])) / 1000)
    144
    """
    return sum(_geodesic_m(a[0], a[1], b[0], b[1]) for a, b in pairwise(line.coords))


def distance_m(line: LineString, lonlat: tuple[float, float]) -> float:
    """Measure how far a point lies from a line, in metres, geodesic to the nearest vertex or foot."""
    flat, to_globe = _flattened(line)
    foot = flat.interpolate(flat.project(_flat_point(line, lonlat)))
    lon, lat = to_globe(foot)
    return _geodesic_m(lonlat[0], lonlat[1], lon, lat)


def section(line: LineString, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> LineString:
    """Return the part of a line between the points of it that lie nearest to two given points.

    The result runs from start to end; it is never longer than the line.

    Raises
    ------
    ValueError
        If both points fall on the same point of the line.

    Examples
    --------
    >>> list(section(LineString([(0, 0), (1, 0), (2, 0)]), (1.5, 0.1), (0.5, 0)).coords)
    [(1.5, 0.0), (1.0, 0.0), (0.5, 0.0)]
    """
    flat, _ = _flattened(line)
    along = [flat.project(_flat_point(line, point)) for point in (start_lonlat, end_lonlat)]
    part = substring(flat, along[0], along[1])
    if part.geom_type != "LineString":
        raise ValueError(f"both ends of the section fall on one point of the line: {start_lonlat}, {end_lonlat}")
    squeeze = _squeeze(line)
    return transform(part, lambda xy: xy / [squeeze, 1.0])


def midpoint(line: LineString) -> tuple[float, float]:
    """Return the point half-way along a line as (longitude, latitude)."""
    flat, to_globe = _flattened(line)
    return to_globe(flat.interpolate(0.5, normalized=True))


def _geodesic_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    return float(Geodesic.WGS84.Inverse(lat, lon, other_lat, other_lon, Geodesic.DISTANCE)["s12"])


def _squeeze(line: LineString) -> float:
    """Width of a degree of longitude in degrees of latitude at the line's middle latitude.

    Nearest points are sought in this plane (plate carrée with a standard parallel, Snyder 1987, p. 90); over the few
    hundred kilometres of a road its error is far below that of a schematic course.
    """
    south, north = line.bounds[1], line.bounds[3]
    return math.cos(math.radians((south + north) / 2))


def _flattened(line: LineString) -> tuple[LineString, Callable[[Point], tuple[float, float]]]:
    squeeze = _squeeze(line)
    return transform(line, lambda xy: xy * [squeeze, 1.0]), lambda point: (point.x / squeeze, point.y)


def _flat_point(line: LineString, lonlat: tuple[float, float]) -> Point:
    return Point(lonlat[0] * _squeeze(line), lonlat[1])
