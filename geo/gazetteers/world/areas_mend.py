"""Sets right where the outlines of countries contradict the places: border towns and islands that are not drawn.

Natural Earth's 1:10m borders are off by up to two or three kilometres, so that Kobani lies in Turkey and Konstanz in
Switzerland; and it leaves out most atolls of Micronesia. Such a place gets a small patch of its own country.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import cos, hypot, pi, radians, sin
from typing import TYPE_CHECKING, NamedTuple

from .coverage import dissolved
from .readers import Town

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from shapely import MultiPolygon, Polygon, STRtree
    from shapely.geometry.base import BaseGeometry

BORDER_ERROR = 0.03
"""How far a place may lie beyond the border of its country for the border to be wrong, not the place; degrees."""
OFF_SHORE = 0.05
"""How far a place may lie off the coast without being on an island that is not drawn; degrees."""
FARTHEST = 3.0
"""How far an island may lie from what is drawn of its country, degrees; a place farther out is itself misplaced."""
TOWN, ISLAND = 0.015, 0.02
"""Radius of a patch, degrees of latitude."""


class Patch(NamedTuple):
    """Land that a place stands on."""

    code: str
    """Of the area that it belongs to."""
    shape: Polygon
    """An octagon round the place."""


def mended(areas: Mapping[str, MultiPolygon], towns: Sequence[Town], scale: int) -> dict[str, MultiPolygon]:
    """Return areas that hold the places of their countries.

    Parameters
    ----------
    areas
        Areas that do not overlap, by the code of a first-level unit, or of a country for what is in no unit.
    towns
        Populated places.
    scale
        Steps of the grid that the areas are drawn on, in one degree.

    Notes
    -----
    A patch is never nearer to a place of another country than to its own, so that it takes none from there.
    """
    import shapely

    patches = list(_patches(areas, towns))
    codes = sorted({*areas, *(patch.code for patch in patches)})
    whole = {code: areas.get(code, shapely.MultiPolygon()) for code in codes}
    added: dict[str, list[BaseGeometry]] = defaultdict(list)
    removed: dict[str, list[BaseGeometry]] = defaultdict(list)
    for patch in patches:
        added[patch.code].append(patch.shape)
    tree = shapely.STRtree([patch.shape for patch in patches])
    for code, shape in whole.items():
        patched = (patches[number] for number in tree.query(shape, predicate="intersects"))
        removed[code] = [patch.shape for patch in patched if patch.code != code]
    return {
        code: dissolved([shape - shapely.union_all(removed[code]), *added[code]], scale)
        if added[code] or removed[code]
        else shape
        for code, shape in whole.items()
    }


def positions(towns: Sequence[Town]) -> npt.NDArray[np.object_]:
    """Return the points of places, for a tree."""
    import numpy as np
    import shapely

    lonlats = np.array([(town.lon, town.lat) for town in towns], np.float64).reshape(-1, 2)
    return np.asarray(shapely.points(lonlats))


def _patches(areas: Mapping[str, MultiPolygon], towns: Sequence[Town]) -> Iterator[Patch]:
    import shapely

    own: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, shape in areas.items():
        if not shape.is_empty:
            own[code[:2]].append(shape)
    points = positions(towns)
    tree = shapely.STRtree(points)
    for town, point, countries in zip(towns, points, _countries(areas, tree, len(towns)), strict=True):
        if town.country in countries:
            continue
        distance = min((float(shapely.distance(point, shape)) for shape in own[town.country]), default=0.0)
        if distance <= BORDER_ERROR if countries else OFF_SHORE < distance < FARTHEST:
            near = (towns[number] for number in tree.query(shapely.box(*_window(town))))
            foreign = [_degrees(town, other) / 2 for other in near if other.country != town.country]
            unit = f"{town.country}.{town.admin1}"
            yield Patch(
                unit if unit in areas else town.country, _octagon(town, min([TOWN if countries else ISLAND, *foreign]))
            )


def _countries(areas: Mapping[str, MultiPolygon], tree: STRtree, towns: int) -> list[set[str]]:
    """Return the countries whose area each town lies in."""
    countries: list[set[str]] = [set() for _ in range(towns)]
    for code, shape in areas.items():
        for number in tree.query(shape, predicate="intersects"):
            countries[number].add(code[:2])
    return countries


def _window(town: Town) -> tuple[float, float, float, float]:
    """Return a box that reaches twice as far as the largest patch."""
    height = 2 * ISLAND
    width = height / _shrink(town)
    return town.lon - width, town.lat - height, town.lon + width, town.lat + height


def _degrees(town: Town, other: Town) -> float:
    """Measure a short distance in degrees of latitude."""
    return hypot((town.lon - other.lon) * _shrink(town), town.lat - other.lat)


def _octagon(town: Town, radius: float) -> Polygon:
    import shapely

    angles = [pi / 4 * corner for corner in range(8)]
    return shapely.Polygon(
        [(town.lon + radius * cos(angle) / _shrink(town), town.lat + radius * sin(angle)) for angle in angles]
    )


def _shrink(town: Town) -> float:
    """Return the length of a degree of longitude in degrees of latitude."""
    return cos(radians(town.lat))
