"""Reads the course of a line that somebody drew: GeoJSON (RFC 7946), all lines of a file as one course."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import OptionError
from ..points import DECIMALS

if TYPE_CHECKING:
    from shapely.geometry import LineString, MultiLineString

    from ..geodesy import Floats

MAX_POINTS = 100_000
"""Most points of a course: a surveyed road through a whole country has some ten thousand."""

_SAVE = "save the line as GeoJSON in WGS 84 (EPSG:4326)"
_WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


def course_of(data: bytes, name: str) -> LineString | MultiLineString:
    """Return the course that a file draws, longitude/latitude, the same whatever the order and direction of its lines.

    Points and areas beside the lines are ignored.

    Parameters
    ----------
    data
        GeoJSON: a geometry, a feature, or a collection of either.
    name
        What messages call the file.

    Raises
    ------
    OptionError
        If it is no GeoJSON in degrees with a line in it, or has more than `MAX_POINTS`.
    """
    import orjson
    from shapely import LineString

    from ..joining import merged

    try:
        drawing = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise OptionError(f"{name}: it is no GeoJSON ({error!s:.80}); {_SAVE}") from error
    _check_system(drawing, name)
    other: set[str] = set()
    courses: list[Floats] = []
    count = 0
    for coordinates in _lines(drawing, other):
        courses.append(_lonlats(coordinates, name))
        count += len(courses[-1])
        if count > MAX_POINTS:
            raise OptionError(f"{name}: it has more than {MAX_POINTS:,} points; simplify the line")
    if not courses:
        found = f", only {', '.join(sorted(other))}" if other else ""
        raise OptionError(f"{name}: there is no line in it{found}; {_SAVE}")
    try:
        return merged([LineString(lonlats) for lonlats in courses if len(lonlats) > 1])
    except ValueError as error:
        raise OptionError(f"{name}: the line has no two different points; draw it anew") from error


def _lines(drawing: object, other: set[str]) -> Iterator[object]:
    """Yield the coordinates of each line; the types of other geometries go into a set."""
    waiting = [drawing]
    while waiting:
        match waiting.pop():
            case {"type": "FeatureCollection", "features": [*members]}:
                waiting += reversed(members)
            case {"type": "GeometryCollection", "geometries": [*members]}:
                waiting += reversed(members)
            case {"type": "Feature", "geometry": geometry}:
                waiting.append(geometry)
            case {"type": "LineString", "coordinates": coordinates}:
                yield coordinates
            case {"type": "MultiLineString", "coordinates": [*parts]}:
                yield from parts
            case {"type": "Point" | "MultiPoint" | "Polygon" | "MultiPolygon" as kind}:
                other.add(kind)


def _lonlats(coordinates: object, name: str) -> Floats:
    """Return the points of a line without their heights, checked."""
    import numpy as np

    try:
        points = np.array(coordinates)
    except ValueError:  # lists of different lengths
        points = np.array(None)
    if points.ndim != 2 or points.shape[1] < 2 or points.dtype.kind not in "if":
        raise OptionError(f"{name}: a line in it has what are no points; {_SAVE}")
    lonlats: Floats = points[:, :2].astype(np.float64)
    far = np.abs(lonlats).max(axis=0)
    if (far <= (360, 90)).all():
        # Some files count longitudes from 0 to 360.
        beyond = np.abs(lonlats[:, 0]) > 180
        lonlats[beyond, 0] -= np.copysign(360, lonlats[beyond, 0])
        return lonlats.round(DECIMALS) + 0.0  # which makes 0.0 of -0.0
    lon, lat = next(iter(lonlats[(np.abs(lonlats) > (360, 90)).any(axis=1)].tolist()))
    if (far <= (90, 180)).all():
        why = "longitude and latitude look swapped: GeoJSON has the longitude first"
    else:
        why = f"it is not in degrees; {_SAVE}"
    raise OptionError(f"{name}: the point ({lon:g}, {lat:g}) is not on the globe; {why}")


def _check_system(drawing: object, name: str) -> None:
    """Refuse a file of before RFC 7946 that says that it is in another coordinate system."""
    match drawing:
        case {"crs": {"properties": {"name": str(system)}}} if not system.endswith(_WGS84):
            raise OptionError(f"{name}: it is in {system:.60}; {_SAVE}")
