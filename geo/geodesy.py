"""Distances on the globe and the nearest points of courses, for whole arrays at once.

An array of points has one row (longitude, latitude) a point, in degrees, WGS 84. A leg runs straight, in these
coordinates, from a point to the next one; one of more than 180 degrees of longitude goes the other way round the globe.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

EQUATOR_M = 6378137.0
"""Radius of the equator of WGS 84, in metres."""
_FLATTENING = 1 / 298.257223563
_POLE_M = EQUATOR_M * (1 - _FLATTENING)
_ECCENTRICITY2 = _FLATTENING * (2 - _FLATTENING)
_ROUNDS = 12
"""Most iterations of Vincenty's formula: four are enough for legs under 1,000 km."""
_PER_DEGREE = 10**7
"""Points that are the same to this part of a degree are one: the resolution of OpenStreetMap."""
_MERCATOR_LAT = 89.0
"""Where the plane of `mercator_m` ends; no line that people draw on a map comes near it."""


def wrapped(degrees: Floats) -> Floats:
    """Return differences of longitude the short way round: -180 to 180, and unchanged where they are that already."""
    return np.where(np.abs(degrees) > 180, degrees - 360 * np.floor((degrees + 180) / 360), degrees)


def unrolled(lonlats: Floats) -> Floats:
    """Let longitudes run on past 180, so that no step is longer than half the globe.

    Examples
    --------
    >>> unrolled(np.array([(179.0, 0.0), (-179.0, 0.0), (178.0, 1.0)]))[:, 0].tolist()
    [179.0, 181.0, 178.0]
    """
    steps = np.diff(lonlats[:, 0])
    turns = np.concatenate([[0], np.cumsum(np.rint((wrapped(steps) - steps) / 360))])
    return np.column_stack([lonlats[:, 0] + 360 * turns, lonlats[:, 1]])


def distances_m(starts: Floats, ends: Floats) -> Floats:
    """Measure geodesics in metres between points and others, row by row.

    Notes
    -----
    Vincenty's inverse formula on WGS 84 (Survey Review 23 (176), 1975, pp. 88-93), whose error is below 0.5 mm; pairs
    for which it does not converge, nearly antipodal ones, are solved by Karney's method (2013,
    doi:10.1007/s00190-012-0578-z), which takes a thousand times as long.

    Examples
    --------
    >>> distances_m(np.array([(0.0, 0.0)]), np.array([(0.0, 1.0)])).round(1).tolist()
    [110574.4]
    """
    across = np.radians(wrapped(ends[:, 0] - starts[:, 0]))
    low, high = (np.arctan((1 - _FLATTENING) * np.tan(np.radians(points[:, 1]))) for points in (starts, ends))
    sin_low, cos_low, sin_high, cos_high = np.sin(low), np.cos(low), np.sin(high), np.cos(high)
    lam, rounds = across, 0
    while True:
        sin_lam, cos_lam = np.sin(lam), np.cos(lam)
        sin_arc = np.hypot(cos_high * sin_lam, cos_low * sin_high - sin_low * cos_high * cos_lam)
        cos_arc = sin_low * sin_high + cos_low * cos_high * cos_lam
        arc = np.arctan2(sin_arc, cos_arc)
        sin_azimuth = _quotient(cos_low * cos_high * sin_lam, sin_arc)
        cos2_azimuth = 1 - sin_azimuth**2
        cos_middle = cos_arc - _quotient(2 * sin_low * sin_high, cos2_azimuth)
        part = _FLATTENING / 16 * cos2_azimuth * (4 + _FLATTENING * (4 - 3 * cos2_azimuth))
        bend = arc + part * sin_arc * (cos_middle + part * cos_arc * (2 * cos_middle**2 - 1))
        turned = across + (1 - part) * _FLATTENING * sin_azimuth * bend
        settled = np.abs(turned - lam) < 1e-12
        lam, rounds = turned, rounds + 1
        if settled.all() or rounds == _ROUNDS:
            break
    square = cos2_azimuth * (EQUATOR_M**2 / _POLE_M**2 - 1)
    scale = 1 + square / 16384 * (4096 + square * (-768 + square * (320 - 175 * square)))
    wave = square / 1024 * (256 + square * (-128 + square * (74 - 47 * square)))
    ripple = wave / 6 * cos_middle * (4 * sin_arc**2 - 3) * (4 * cos_middle**2 - 3)
    lift = wave * sin_arc * (cos_middle + wave / 4 * (cos_arc * (2 * cos_middle**2 - 1) - ripple))
    lengths: Floats = _POLE_M * scale * (arc - lift)
    for row in np.flatnonzero(~settled).tolist():
        lengths[row] = distance_m(tuple(starts[row].tolist()), tuple(ends[row].tolist()))
    return lengths


def distance_m(lonlat: tuple[float, float], other: tuple[float, float]) -> float:
    """Measure the geodesic between two points in metres (Karney 2013)."""
    from geographiclib.geodesic import Geodesic

    solved = Geodesic.WGS84.Inverse(lonlat[1], lonlat[0], other[1], other[0], Geodesic.DISTANCE)
    return float(solved["s12"])


def legs_m(lonlats: Floats) -> Floats:
    """Measure the legs of a course in metres: one fewer than it has points."""
    return distances_m(lonlats[:-1], lonlats[1:])


def feet(starts: Floats, ends: Floats, lonlat: tuple[float, float]) -> tuple[Floats, Floats]:
    """Find the nearest point of each leg to a point.

    Returns
    -------
    tuple
        How far along its leg each lies, 0 to 1, and how far from the point, in metres: within 0.1 % up to 100 km, a few
        per cent at the distance of continents.

    Notes
    -----
    A leg is laid out in a plane of its own: degrees are worth what they are half-way between the point and the leg
    (the ellipsoid's radii of curvature, Snyder 1987, pp. 24-25).
    """
    lon, lat = lonlat
    near_lat = np.clip(lat, np.minimum(starts[:, 1], ends[:, 1]), np.maximum(starts[:, 1], ends[:, 1]))
    wide, high = _degree_m((near_lat + lat) / 2)
    x, y = wrapped(starts[:, 0] - lon) * wide, (starts[:, 1] - lat) * high
    dx, dy = wrapped(ends[:, 0] - starts[:, 0]) * wide, (ends[:, 1] - starts[:, 1]) * high
    shares = np.clip(-_quotient(x * dx + y * dy, dx**2 + dy**2), 0.0, 1.0)
    return shares, np.hypot(x + shares * dx, y + shares * dy)


def between(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    """Return the point at a share of a leg: the leg's own first and last point at 0 and 1, to the last bit."""
    if share <= 0 or share >= 1:
        return start if share <= 0 else end
    step = end[0] - start[0]
    lon = start[0] + share * (step - 360 * np.floor((step + 180) / 360) if abs(step) > 180 else step)
    lat = start[1] + share * (end[1] - start[1])
    return float(lon - 360 * np.floor((lon + 180) / 360) if abs(lon) > 180 else lon), float(lat)


def course_through(lonlats: Sequence[tuple[float, float]]) -> LineString | None:
    """Return the line through points, without those that repeat the one before; None when they are one, see `numbered`.

    Examples
    --------
    >>> course_through([(0.0, 0.0), (0.0, 0.0), (1.0, 0.0)]).wkt, course_through([(0.0, 0.0), (1e-17, 0.0)])
    ('LINESTRING (0 0, 1 0)', None)
    """
    points = [point for point, previous in zip(lonlats, [None, *lonlats], strict=False) if point != previous]
    is_point = bool((np.ptp(np.array(points), axis=0) < 1 / _PER_DEGREE).all())
    return None if is_point else LineString(points)


def mercator_m(lonlats: Floats) -> Floats:
    """Lay points out in the plane of Mercator's projection of a sphere of 6,378,137 m, as web maps do.

    Angles are true, within 0.2 degrees; lengths are too long, see `mercator_stretch`.
    """
    lats = np.radians(np.clip(lonlats[:, 1], -_MERCATOR_LAT, _MERCATOR_LAT))
    return EQUATOR_M * np.column_stack([np.radians(lonlats[:, 0]), np.arctanh(np.sin(lats))])


def mercator_stretch(lats: Floats) -> Floats:
    """Return by how much lengths are too long in the plane of `mercator_m`, within 0.7 %."""
    return 1 / np.cos(np.radians(np.clip(lats, -_MERCATOR_LAT, _MERCATOR_LAT)))


def vertices(geometries: Sequence[BaseGeometry]) -> tuple[Floats, Integers, Integers]:
    """Return the points of lines, without heights and without points that repeat the one before.

    Returns
    -------
    tuple
        The points; how many of them each part has, two or more; and the number of the line that the part belongs to.
    """
    parts, owners = shapely.get_parts(np.asarray(geometries, object), return_index=True)
    lonlats, part = shapely.get_coordinates(parts, return_index=True)
    moved = np.ones(len(lonlats), bool)
    moved[1:] = (np.diff(lonlats, axis=0) != 0).any(axis=1) | (np.diff(part) != 0)
    sizes = np.bincount(part[moved], minlength=len(parts))
    is_line = sizes > 1
    return lonlats[moved & is_line[part]], sizes[is_line], owners[is_line]


def courses(geometry: BaseGeometry) -> list[Floats]:
    """Return the points of each part of a line, as `vertices` does."""
    lonlats, sizes, _ = vertices([geometry])
    return np.split(lonlats, np.cumsum(sizes)[:-1]) if len(sizes) else []


def numbered(lonlats: Floats) -> Integers:
    """Give points numbers, the same to those that are one: to a centimetre, and on either side of longitude 180."""
    lon = np.rint(lonlats[:, 0] * _PER_DEGREE).astype(np.int64) % (360 * _PER_DEGREE)
    lat = np.rint((lonlats[:, 1] + 90) * _PER_DEGREE).astype(np.int64)
    numbers: Integers = np.unique(lon * (181 * _PER_DEGREE) + lat, return_inverse=True)[1].reshape(-1)
    return numbers


def _degree_m(lats: Floats) -> tuple[Floats, Floats]:
    """Return how many metres a degree of longitude and one of latitude are, at some latitudes."""
    radians = np.radians(lats)
    curved = 1 - _ECCENTRICITY2 * np.sin(radians) ** 2
    wide = np.radians(EQUATOR_M / np.sqrt(curved) * np.cos(radians))
    return wide, np.radians(EQUATOR_M * (1 - _ECCENTRICITY2) / curved**1.5)


def _quotient(dividend: Floats, divisor: Floats) -> Floats:
    """Divide, with 0 where the divisor is."""
    return np.divide(dividend, divisor, out=np.zeros_like(dividend), where=divisor != 0)
