"""Thins out areas that share borders without tearing them apart.

Outlines are cut into arcs where borders part, every arc is simplified once, and the areas on its two sides keep the
same line. Around small areas more detail is kept than around large ones, so that a city state stays recognisable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import cos, inf, radians, sqrt
from statistics import fmean
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon
    from shapely.geometry.base import BaseGeometry

GRID = 100_000
"""Steps in a degree that points are matched at, about a metre: the two sides of a border must agree so far."""
_SMALL = 0.02
"""A line leaves its course by at most this part of the width of the smallest polygon along it."""

Point: TypeAlias = tuple[int, int]
"""(longitude, latitude) in steps of a grid."""
Path: TypeAlias = tuple[Point, ...]
"""A line, or a ring whose last point is its first."""


@dataclass(frozen=True, slots=True)
class _Ring:
    area: int
    """Number of the area that it belongs to."""
    polygon: int
    """Number of the polygon of that area; its first ring is the outline, the others are holes."""
    arcs: tuple[tuple[Path, bool], ...]
    """Arcs in their order, and whether each is walked backwards."""
    width: float
    """Side of a square as large as what the ring encloses, degrees."""


def simplified(areas: Sequence[BaseGeometry], *, tolerance: float, scale: int) -> list[MultiPolygon]:
    """Return areas with fewer points, on a coarser grid.

    Parameters
    ----------
    areas
        Valid polygons and multipolygons in degrees; where two of them touch, both have the same points.
    tolerance
        How far a line may leave its course, in degrees of latitude.
    scale
        Steps of the new grid in one degree.

    Returns
    -------
    list
        Valid multipolygons in degrees, in the order of ``areas``; what is smaller than a step is gone.

    Notes
    -----
    Lines are thinned after Douglas and Peucker (1973).

    Examples
    --------
    >>> from shapely import box
    >>> west, east = simplified([box(0, 0, 1, 1), box(1, 0, 2, 1)], tolerance=0.01, scale=100)
    >>> west.intersection(east).length, east.bounds
    (1.0, (1.0, 0.0, 2.0, 1.0))
    """
    rings = _cut(areas)
    widths: dict[Path, float] = defaultdict(lambda: inf)
    for ring in rings:
        for arc, _ in ring.arcs:
            widths[arc] = min(widths[arc], ring.width)
    thin = {arc: _thinned(arc, min(tolerance, width * _SMALL), scale) for arc, width in widths.items()}
    grouped: dict[tuple[int, int], list[Path]] = defaultdict(list)
    for ring in rings:
        grouped[ring.area, ring.polygon].append(_joined(ring.arcs, thin))
    parts: dict[int, list[BaseGeometry]] = defaultdict(list)
    for (area, _), (outline, *holes) in grouped.items():
        if len(outline) > 3:
            parts[area].append(_polygon(outline, holes, scale))
    return [dissolved(parts[number], scale) for number in range(len(areas))]


def dissolved(areas: Collection[BaseGeometry], scale: int) -> MultiPolygon:
    """Return areas as one, on a grid of ``scale`` steps a degree; no areas give an empty one."""
    import shapely

    # The grid of the union itself would not do: GEOS 3.14 leaves parts alone that touch no other.
    union = shapely.set_precision(shapely.union_all(list(areas)), 1 / scale)
    union = shapely.set_precision(union, 0, mode="pointwise")
    return cast("MultiPolygon", shapely.MultiPolygon(list(polygons(union))).normalize())


def polygons(geometry: BaseGeometry) -> Iterator[Polygon]:
    """Yield the polygons in a geometry of any type, and nothing of its lines and points."""
    from shapely import Polygon

    if isinstance(geometry, Polygon) and not geometry.is_empty:
        yield geometry
    for part in getattr(geometry, "geoms", ()):
        yield from polygons(part)


def _cut(areas: Sequence[BaseGeometry]) -> list[_Ring]:
    """Cut all rings into arcs; equal arcs of neighbours are equal, whichever way they are walked."""
    import shapely

    found = [
        (area, number, sqrt(shapely.Polygon(ring).area), path)
        for area, geometry in enumerate(areas)
        for number, polygon in enumerate(polygons(geometry))
        for ring in (polygon.exterior, *polygon.interiors)
        if len(path := _on_grid(ring.coords, GRID)) > 3
    ]
    junctions = _junctions(path for *_, path in found)
    return [
        _Ring(area, number, tuple(map(_directed, _split(path, junctions))), width)
        for area, number, width, path in found
    ]


def _on_grid(coordinates: Iterable[tuple[float, ...]], scale: int) -> Path:
    """Round degrees to steps; neighbouring points that fall together become one."""
    return tuple(point for point, _ in groupby((round(lon * scale), round(lat * scale)) for lon, lat in coordinates))


def _junctions(paths: Iterable[Path]) -> set[Point]:
    """Return the points that do not have exactly two neighbours on all lines together."""
    neighbours: dict[Point, tuple[Point, ...]] = {}
    junctions: set[Point] = set()
    for path in paths:
        for before, point, after in zip(path[-2:-1] + path[:-2], path[:-1], path[1:], strict=True):
            known = neighbours.setdefault(point, (before, after))
            if {before, after} != set(known):
                junctions.add(point)
    return junctions


def _split(ring: Path, junctions: set[Point]) -> Iterator[Path]:
    """Yield a ring in pieces from junction to junction; one without junctions whole, from its least point on."""
    once = ring[:-1]
    starts = [number for number, point in enumerate(once) if point in junctions] or [once.index(min(once))]
    for start, end in pairwise([*starts, starts[0] + len(once)]):
        yield (ring[:-1] + ring)[start : end + 1]


def _directed(arc: Path) -> tuple[Path, bool]:
    backwards = arc[::-1]
    return (backwards, True) if backwards < arc else (arc, False)


def _thinned(arc: Path, tolerance: float, scale: int) -> Path:
    """Simplify an arc and round it to the new grid; its ends stay."""
    import shapely

    shrink = max(cos(radians(fmean(lat for _, lat in arc) / GRID)), 0.01)
    line = shapely.LineString([(x / GRID * shrink, y / GRID) for x, y in arc])
    points = line.simplify(tolerance, preserve_topology=False).coords
    return _on_grid(((x / shrink, y) for x, y in points), scale)


def _joined(arcs: Iterable[tuple[Path, bool]], thin: dict[Path, Path]) -> Path:
    points: list[Point] = []
    for arc, backwards in arcs:
        path = thin[arc][::-1] if backwards else thin[arc]
        points.extend(path[1:] if points else path)
    return tuple(points)


def _polygon(outline: Path, holes: Iterable[Path], scale: int) -> BaseGeometry:
    """Make a valid shape: thinned lines may cross each other."""
    import shapely

    rings = [[(x / scale, y / scale) for x, y in path] for path in (outline, *holes) if len(path) > 3]
    return shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
