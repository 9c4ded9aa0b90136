"""Where "20 km north-east of Idlib" is: how large such an area is, and its outline on the globe.

The areas are those of the point-radius method: a point and how far the truth may lie from it, summed from what the
words leave open. They are approximate, and meant to be shown so.

References
----------
Wieczorek, Guo & Hijmans 2004, "The point-radius method for georeferencing locality descriptions and calculating
associated uncertainty", International Journal of Geographical Information Science 18 (8), pp. 745-767.
Chapman & Wieczorek 2020, "Georeferencing Best Practices", GBIF, doi:10.15468/doc-gg7h-s853: how precise distances and
directions are, and the extent of what they are measured from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from .model import Kind, Line, Place, Referent, Vicinity, VicinitySort

if TYPE_CHECKING:
    from shapely.geometry import MultiPolygon, Polygon
    from shapely.geometry.base import BaseGeometry

Surface: TypeAlias = "Polygon | MultiPolygon"
"""An outline: one area, or several."""
FAN_DEG = 90.0
"""Angle of a sector: "north of" without a distance is said of everything from north-west to north-east."""
LINE_BREADTH_M = 2_000.0
"""How far from a line that lies which happens "along" it: in sight of it, or a village away."""
MIN_RADIUS_M, MAX_RADIUS_M = 500.0, 50_000.0
"""Least and greatest radius that a place of unknown outline is given."""

_PEOPLE_PER_KM2 = 4_000.0
"""Density of a built-up area, 40 people a hectare: right within a factor of three, the radius within 1.7."""
_RADIUS_M = {Kind.SETTLEMENT: 1_000.0, Kind.FACILITY: 1_000.0, Kind.PHYSICAL: 5_000.0, Kind.ADMIN2: 15_000.0}
_REACHES_M = ((1_000_000, 40_000.0), (200_000, 30_000.0), (20_000, 20_000.0))
"""Reach of a sector by inhabitants: about as far as a reader would name this place and no nearer one."""
_LEAST_REACH_M = 12_000.0
_CORRIDOR_SHARE = 0.1
_CORRIDOR_M = 2_000.0, 15_000.0
_QUARTER = 24
"""Points of a quarter of a circle."""
_MOST_STEPS = 200
"""Most steps along a corridor, however narrow."""
_DEGREE_M = 111_000.0
_DETAIL = 0.1
"""By what share of the breadth around it a line may be simplified."""


def radius_of(place: Place) -> float:
    """Return the radius of a place in metres: what the word "Idlib" leaves open.

    Notes
    -----
    Half the diagonal of its box where that is known; of a settlement the radius of a disc in which its people live at
    the density of usual cities; else a fixed one of its kind.

    Examples
    --------
    >>> round(radius_of(Place("x:1", "Idlib", Kind.SETTLEMENT, 36.63, 35.93, population=128_840)), -2)
    3200.0
    """
    if place.extent is not None:
        from .geodesy import distance_m

        box = place.extent
        return max(MIN_RADIUS_M, distance_m((box.west, box.south), (box.east, box.north)) / 2)
    if place.kind is Kind.SETTLEMENT and place.population:
        disc = 1_000 * math.sqrt(place.population / _PEOPLE_PER_KM2 / math.pi)
        return min(max(MIN_RADIUS_M, disc), MAX_RADIUS_M)
    return _RADIUS_M.get(place.kind, MAX_RADIUS_M)


def reach_of(place: Place) -> float:
    """Return how far "north of" a place reaches in metres, where the text gives no distance."""
    population = place.population or 0
    reach = next((reach for least, reach in _REACHES_M if population >= least), _LEAST_REACH_M)
    return max(reach, radius_of(place) + _LEAST_REACH_M)


def offset_radius_m(distance_m: float, distance_error_m: float, angle_deg: float) -> float:
    """Return how far the truth may lie from the point at a distance and direction, in metres.

    Parameters
    ----------
    distance_m
        The distance told.
    distance_error_m
        By how much it may be more, with the radius of the place that it is measured from.
    angle_deg
        By how much the direction may differ to either side.

    Notes
    -----
    The distance from the point told to the farthest corner of what the words leave open, by the law of cosines.

    Examples
    --------
    >>> round(offset_radius_m(20_000, 8_000, 22.5), -2)
    12200.0
    >>> offset_radius_m(0, 500, 22.5)
    500.0
    """
    farthest = distance_m + distance_error_m
    cosine = math.cos(math.radians(angle_deg))
    return math.sqrt(distance_m**2 + farthest**2 - 2 * distance_m * farthest * cosine)


def corridor_breadth_m(place: Place, other: Place) -> float:
    """Return how far from the straight way between two places that lies which is "between" them, in metres.

    A tenth of the way, at least as much as the larger of the places, and never more than 15 km: beyond that, writers
    name a nearer place.
    """
    from .geodesy import distance_m

    least, most = _CORRIDOR_M
    way = distance_m(place.lonlat, other.lonlat)
    return min(most, max(least, radius_of(place), radius_of(other), _CORRIDOR_SHARE * way))


def area_of(referent: Referent, vicinity: Vicinity) -> Surface:
    """Return the outline of an area in longitude and latitude, in one piece also where it lies on longitude 180.

    Returns
    -------
    Polygon or MultiPolygon
        Longitudes run on past 180 instead of being cut, see `cut`. Outer rings run counter-clockwise.

    Notes
    -----
    Drawn in the azimuthal equidistant plane around the place, in which distances and directions from it are those of
    the geodesics on WGS 84 (Karney 2013). Around a line they are 1 % too long at 1,500 km from its middle.

    Examples
    --------
    >>> idlib = Place("x:1", "Idlib", Kind.SETTLEMENT, 36.63, 35.93)
    >>> within = Vicinity(VicinitySort.WITHIN, 0, 15, "within 15 km of", 16_000, distance_m=15_000)
    >>> [round(degrees, 2) for degrees in area_of(idlib, within).bounds]
    [36.45, 35.79, 36.81, 36.07]
    """
    plane = _Plane(_centre(referent))
    return plane.to_globe(_drawn(plane, referent, vicinity))


def cut(area: Surface) -> Surface:
    """Return an area cut at longitude 180, as RFC 7946 section 3.1.9 wants it; outer rings run counter-clockwise.

    Examples
    --------
    >>> from shapely import box
    >>> sorted(part.bounds for part in cut(box(179, 0, 182, 1)).geoms)
    [(-180.0, 0.0, -178.0, 1.0), (179.0, 0.0, 180.0, 1.0)]
    """
    import shapely
    from shapely.affinity import translate

    west, _, east, _ = area.bounds
    worlds = range(math.floor((west + 180) / 360), math.ceil((east - 180) / 360) + 1)
    pieces = [translate(area & shapely.box(360 * k - 180, -90, 360 * k + 180, 90), xoff=-360 * k) for k in worlds]
    # Pieces of an area around a pole touch where its outline began.
    return _polygonal([shapely.union_all(pieces)])


def polygons(area: BaseGeometry) -> list[list[list[tuple[float, float]]]]:
    """Return the polygons of an area, each its outer ring and then its holes, of (longitude, latitude)."""
    return [
        [[(lon, lat) for lon, lat, *_ in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in _surfaces(area)
    ]


class _Plane:
    """The azimuthal equidistant plane around a point: metres to the east and to the north of it."""

    def __init__(self, centre: tuple[float, float]) -> None:
        from geographiclib.geodesic import Geodesic

        self.lon, self.lat = centre
        self.geodesic = Geodesic.WGS84

    def at(self, distance_m: float, bearing_deg: float) -> tuple[float, float]:
        """Return the point at a distance and a bearing from the middle."""
        angle = math.radians(bearing_deg)
        return distance_m * math.sin(angle), distance_m * math.cos(angle)

    def from_globe(self, lonlat: tuple[float, float]) -> tuple[float, float]:
        solved = self.geodesic.Inverse(self.lat, self.lon, lonlat[1], lonlat[0])
        return self.at(solved["s12"], solved["azi1"])

    def to_globe(self, shape: BaseGeometry) -> Surface:
        """Return a shape of the plane in degrees; a hole is taken out at the end, since it may hold a pole.

        A ring that passes within metres of a pole may cross itself in degrees, by rounding.
        """
        from shapely import make_valid
        from shapely.geometry import Polygon

        outlines = []
        for part in _surfaces(shape):
            outline: BaseGeometry = make_valid(Polygon(self._ring(part.exterior.coords)))
            for hole in part.interiors:
                outline -= make_valid(Polygon(self._ring(hole.coords)))
            outlines.append(outline)
        return _polygonal(outlines)

    def _ring(self, points: Iterable[tuple[float, ...]]) -> list[tuple[float, float]]:
        """Return a ring in degrees, its longitudes in the copy of the world around the middle.

        One that runs around a pole is led along it, as a function of longitude: the shapes that hold a pole are convex.
        """
        import numpy as np

        from .geodesy import unrolled

        lonlats = [self._lonlat(x, y) for x, y, *_ in points]
        ring = [(lon, lat) for lon, lat in unrolled(np.array([(self.lon, self.lat), *lonlats])).tolist()][1:]
        if abs(ring[-1][0] - ring[0][0]) < 180:
            return ring
        west, pole = self.lon - 180, math.copysign(90.0, self.lat)
        rim = sorted((west + (lon - west) % 360, lat) for lon, lat in ring[1:])
        seam = (rim[0][1] + rim[-1][1]) / 2
        return [(west, pole), (west, seam), *rim, (west + 360, seam), (west + 360, pole)]

    def _lonlat(self, x: float, y: float) -> tuple[float, float]:
        solved = self.geodesic.Direct(self.lat, self.lon, math.degrees(math.atan2(x, y)), math.hypot(x, y))
        return solved["lon2"], solved["lat2"]


def _centre(referent: Referent) -> tuple[float, float]:
    if isinstance(referent, Place):
        return referent.lonlat
    from .lines import midpoint

    return midpoint(referent.geometry)


def _drawn(plane: _Plane, referent: Referent, vicinity: Vicinity) -> BaseGeometry:
    """Draw an area in metres around its place."""
    from shapely.geometry import LineString, Point, Polygon

    middle, radius = Point(0, 0), vicinity.radius_m
    if isinstance(referent, Line):
        return _around(plane, referent, radius)
    if vicinity.other is not None:
        way = LineString([(0, 0), plane.from_globe(vicinity.other.lonlat)])
        return way.buffer(radius, quad_segs=_QUARTER).segmentize(max(2 * radius, way.length / _MOST_STEPS))
    distance, bearing = vicinity.distance_m or 0.0, vicinity.bearing_deg or 0.0
    if vicinity.sort is VicinitySort.OFFSET:
        return Point(plane.at(distance, bearing)).buffer(radius, quad_segs=_QUARTER)
    if vicinity.sort is VicinitySort.RING:
        disc = middle.buffer(distance + radius, quad_segs=_QUARTER)
        return disc - middle.buffer(distance - radius, quad_segs=_QUARTER) if distance > radius else disc
    if vicinity.sort is VicinitySort.SECTOR:
        angles = (bearing + FAN_DEG * (step / (2 * _QUARTER) - 0.5) for step in range(2 * _QUARTER + 1))
        return Polygon([(0, 0), *(plane.at(radius, angle) for angle in angles)]).segmentize(radius / 4)
    return middle.buffer(radius, quad_segs=_QUARTER)


def _around(plane: _Plane, line: Line, radius: float) -> BaseGeometry:
    """Draw a band along a line, which is simplified first: a border has ten thousand points."""
    from shapely import union_all
    from shapely.geometry import LineString

    detail = _DETAIL * radius
    simple = line.geometry.simplify(detail / _DEGREE_M)
    courses = getattr(simple, "geoms", (simple,))
    laid_out = [LineString([plane.from_globe((lon, lat)) for lon, lat, *_ in course.coords]) for course in courses]
    return union_all([course.buffer(radius, quad_segs=8) for course in laid_out]).simplify(detail / 2)


def _polygonal(pieces: Iterable[BaseGeometry]) -> Surface:
    """Return the polygons among some shapes as one, without the lines and points that cutting leaves."""
    from shapely.geometry import MultiPolygon
    from shapely.geometry.polygon import orient

    found = [orient(part) for piece in pieces for part in _surfaces(piece)]
    return found[0] if len(found) == 1 else MultiPolygon(found)


def _surfaces(shape: BaseGeometry) -> list[Polygon]:
    """List the polygons of a shape that are not empty."""
    from shapely import get_parts
    from shapely.geometry import Polygon

    # Twice, since a collection may hold polygons of several parts.
    return [part for part in get_parts(get_parts(shape)).tolist() if isinstance(part, Polygon) and not part.is_empty]
