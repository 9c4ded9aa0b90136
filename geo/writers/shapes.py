"""Geometries of rows, as GeoJSON has them: six decimals, cut at longitude 180."""

from __future__ import annotations

from typing import TypeAlias

from ..model import Geometry, Line, Place, Referent, Vicinity
from ..vicinities import area_of, polygons
from ..vicinities import cut as cut_area
from .antimeridian import cut, middle

Polygons: TypeAlias = list[list[list[tuple[float, float]]]]
"""Polygons, each its outer ring and its holes, of points as (longitude, latitude)."""

_DECIMALS = 6


def point_of(referent: Place | Line) -> tuple[float, float]:
    """Return where a mention is put: at a place, or at the middle of a line; (longitude, latitude)."""
    return middle(referent) if isinstance(referent, Line) else referent.lonlat


def point(lonlat: tuple[float, float]) -> Geometry:
    """Return the geometry of a point."""
    return {"type": "Point", "coordinates": rounded(lonlat)}


def course(line: Line) -> Geometry:
    """Return the geometry of a line."""
    parts = [[rounded(lonlat) for lonlat in part] for part in cut(line)]
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def outline(referent: Referent, vicinity: Vicinity) -> Polygons:
    """Return what an area near a place or line covers."""
    surface = cut_area(area_of(referent, vicinity))
    return [[[rounded(lonlat) for lonlat in ring] for ring in polygon] for polygon in polygons(surface)]


def surface(outline: Polygons) -> Geometry:
    """Return the geometry of an area."""
    if len(outline) == 1:
        return {"type": "Polygon", "coordinates": outline[0]}
    return {"type": "MultiPolygon", "coordinates": outline}


def rounded(lonlat: tuple[float, float]) -> tuple[float, float]:
    """Return a point to six decimals, about 10 centimetres: RFC 7946 section 11.2."""
    lon, lat = lonlat
    # Adding zero turns -0.0, to which small negative numbers are rounded, into 0.0.
    return round(lon, _DECIMALS) + 0.0, round(lat, _DECIMALS) + 0.0
