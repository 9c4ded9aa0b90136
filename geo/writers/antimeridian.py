"""Lines that run over longitude 180, as RFC 7946 section 3.1.9 wants them: cut there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import floor
from typing import TypeAlias

from ..model import Line

LonLats: TypeAlias = list[tuple[float, float]]
"""A course: (longitude, latitude) after (longitude, latitude)."""


def cut(line: Line) -> list[LonLats]:
    """Return the course of a line in parts, none of which crosses longitude 180.

    A step of more than 180 degrees is taken the other way round the globe. Longitudes lie between -180 and 180.
    """
    return [piece for part in _parts(line) for piece in _cut_part(_unrolled(part))]


def middle(line: Line) -> tuple[float, float]:
    """Return the point half-way along the longest part of a line, as (longitude, latitude)."""
    from ..lines import midpoint

    return midpoint(line.geometry)


def _parts(line: Line) -> list[LonLats]:
    """Return the parts of the geometry, as points without heights, to a tenth of a millimetre.

    Without rounding 179.99999999999997 + 180 is 360, and such a point would lie on both sides.
    """
    geometries = getattr(line.geometry, "geoms", (line.geometry,))
    return [[(round(lon, 9), round(lat, 9)) for lon, lat, *_ in geometry.coords] for geometry in geometries]


def _unrolled(lonlats: LonLats) -> LonLats:
    """Let longitudes run on past 180, so that no step is longer than half the globe."""
    import numpy as np

    from ..geodesy import unrolled

    return [(lon, lat) for lon, lat in unrolled(np.array(lonlats, np.float64)).tolist()]


def _cut_part(lonlats: Sequence[tuple[float, float]]) -> list[LonLats]:
    pieces = [[lonlats[0]]]
    for (lon, lat), (next_lon, next_lat) in pairwise(lonlats):
        if _world(lon) != _world(next_lon):
            border = 360.0 * max(_world(lon), _world(next_lon)) - 180
            border_lat = lat + (next_lat - lat) * (border - lon) / (next_lon - lon)
            pieces[-1].append((border, border_lat))
            pieces.append([(border, border_lat)])
        pieces[-1].append((next_lon, next_lat))
    pieces = [piece for piece in pieces if len(set(piece)) > 1] or pieces
    return [_rolled_up(piece) for piece in pieces]


def _rolled_up(piece: LonLats) -> LonLats:
    """Bring a piece back to -180 to 180; its middle decides which of the two its border becomes."""
    lons = [lon for lon, _ in piece]
    turn = 360 * _world((min(lons) + max(lons)) / 2)
    return [(lon - turn, lat) for lon, lat in piece]


def _world(lon: float) -> int:
    """Count how many times a longitude has gone round the globe: 0 from -180 up to, without it, 180."""
    return floor((lon + 180) / 360)
