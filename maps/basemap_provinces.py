"""Which borders between first-level units the basemap shows.

Natural Earth's are true to a few hundred metres, but of many levels and ages; the gazetteer's units are those of today,
but simplified to a kilometre. So a border is Natural Earth's where it runs along an edge of a unit, and that edge
itself where Natural Earth has none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from math import cos, radians
from typing import TYPE_CHECKING

from geo.extent import EARTH_RADIUS_KM

from .basemap_shapes import Line

if TYPE_CHECKING:
    from shapely import MultiPolygon

_REACH = 0.03
"""How far a border may run from an edge to be the same, in degrees: the gazetteer's units are simplified by 0.01, and
bent where towns lie across."""
_ALONG, _APART = 0.8, 0.5
"""Which part of a border has to run along edges to be drawn, and which part of an edge along borders to be left out."""
_LEAST_UNIT_KM2 = 500
"""Mean size of a country's units whose borders are drawn: smaller ones are municipalities, and would be a mesh."""


def province_borders(borders: Collection[Line], units: Mapping[str, MultiPolygon]) -> list[Line]:
    """Choose the borders to draw.

    Parameters
    ----------
    borders
        Those of Natural Earth, in degrees.
    units
        First-level units of the gazetteer by GeoNames code ("SY.12").

    Examples
    --------
    >>> from shapely import MultiPolygon, box
    >>> units = {"AB.1": MultiPolygon([box(0, 0, 2, 2)]), "AB.2": MultiPolygon([box(2, 0, 4, 2)])}
    >>> province_borders([[(2.01, 0), (2.0, 2)], [(3, 0), (3, 2)]], units)
    [[(2.01, 0), (2.0, 2)]]
    >>> province_borders([], units)
    [[(2.0, 0.0), (2.0, 2.0)]]
    """
    edges = _shared_edges(_drawn(units))
    known = _along(borders, edges, _ALONG)
    told = set(map(id, _along(edges, known, _APART)))
    return [*known, *(edge for edge in edges if id(edge) not in told)]


def _drawn(units: Mapping[str, MultiPolygon]) -> dict[str, MultiPolygon]:
    """Leave out the units of countries that are cut into municipalities."""
    counts = Counter(code[:2] for code in units)
    sizes: dict[str, float] = defaultdict(float)
    for code in sorted(units):
        sizes[code[:2]] += _area_km2(units[code])
    return {code: units[code] for code in sorted(units) if sizes[code[:2]] >= _LEAST_UNIT_KM2 * counts[code[:2]]}


def _area_km2(unit: MultiPolygon) -> float:
    """Measure a unit as if degrees of longitude were alike in all of it, which is good enough to tell sizes."""
    _, south, _, north = unit.bounds
    return unit.area * cos(radians((south + north) / 2)) * (radians(1) * EARTH_RADIUS_KM) ** 2


def _shared_edges(units: Mapping[str, MultiPolygon]) -> list[Line]:
    """Return the lines between units of one country."""
    import shapely

    sides: dict[tuple[str, frozenset[tuple[float, float]]], set[str]] = defaultdict(set)
    for code, unit in units.items():
        for ring in shapely.get_parts(shapely.boundary(unit)):
            corners = [(round(lon, 3), round(lat, 3)) for lon, lat in shapely.get_coordinates(ring).tolist()]
            for ends in pairwise(corners):
                sides[code[:2], frozenset(ends)].add(code)
    lines: dict[str, list[Line]] = defaultdict(list)
    for (country, segment), codes in sides.items():
        if len(codes) > 1:
            lines[country].append(sorted(segment))
    merged = [shapely.line_merge(shapely.MultiLineString(lines[country])) for country in sorted(lines)]
    return [list(part.coords) for whole in merged for part in shapely.get_parts(whole).tolist()]


def _along(lines: Collection[Line], others: Iterable[Line], share: float) -> list[Line]:
    """Return the lines of which a share runs along the others."""
    import numpy as np
    import shapely

    # Segments, not whole lines: the box of a line holds nearly everything, and a tree is of no use to it.
    segments = [ends for other in others for ends in pairwise(other)]
    tree = shapely.STRtree(np.asarray(shapely.linestrings(segments)) if segments else [])
    found = []
    for line in lines:
        close = shapely.segmentize(shapely.LineString(line), _REACH)
        points = np.asarray(shapely.points(shapely.get_coordinates(close)))
        near = np.unique(tree.query(points, predicate="dwithin", distance=_REACH)[0])
        if len(near) >= share * len(points):
            found.append(line)
    return found
