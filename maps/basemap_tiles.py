"""Cutting a sheet of the world into the tiles of the basemap, and writing each as text.

Whole numbers throughout: a cut lands on the tile's edge exactly, whatever the version of a geometry library. Rings are
cut one half-plane after the other (Sutherland and Hodgman 1974): that keeps their direction, needs no valid polygons,
and leaves threads of no width along a tile's edge, which a fill doesn't show.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from .basemap import COLUMNS, ROWS, SCALE, TILE_DEGREES, Tile
from .basemap_topology import WORLD, Country, Path, Point, Sheet

_SIDE = TILE_DEGREES * SCALE
_WEST, _SOUTH = -180 * SCALE, -90 * SCALE
_X, _Y = 0, 1
_LINES = ("coast", "border", "disputed", "province")


def cut(sheet: Sheet, *, overlap: int) -> dict[Tile, dict[str, str]]:
    """Cut a sheet into tiles and write them.

    Parameters
    ----------
    sheet
        The world.
    overlap
        How far land reaches over its tile's edge, in thousandths of a degree, so that no seam shows between tiles. It
        never reaches over +/-180.

    Returns
    -------
    dict
        For each tile that holds anything the items of `basemap.PARTS` as JSON text without the brackets of their list.
    """
    land: dict[Tile, dict[Country, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for country, rings in sheet.land.items():
        for ring in rings:
            for tile, piece in cut_ring(ring, overlap=overlap):
                land[tile][country].append(piece)
    lakes: dict[Tile, list[Path]] = defaultdict(list)
    for ring in sheet.lake:
        for tile, piece in cut_ring(ring, overlap=overlap):
            lakes[tile].append(piece)
    rivers: dict[Tile, dict[int, list[Path]]] = defaultdict(dict)
    for rank in sorted(sheet.river):
        for tile, pieces in _by_tile(sheet.river[rank]).items():
            rivers[tile][rank] = pieces
    lines = {part: _by_tile(getattr(sheet, part)) for part in _LINES}
    tiles = sorted(set().union(land, lakes, rivers, *lines.values()))
    return {
        tile: {
            "land": ",".join(_land_text(country, rings) for country, rings in sorted(land[tile].items())),
            "lake": _paths_text(lakes[tile]),
            "river": ",".join(f'{{"s":{rank},"l":[{_paths_text(paths)}]}}' for rank, paths in rivers[tile].items()),
        }
        | {part: _paths_text(pieces[tile]) for part, pieces in lines.items()}
        for tile in tiles
    }


def _by_tile(paths: Iterable[Path]) -> dict[Tile, list[Path]]:
    """Cut lines into their pieces in each tile."""
    pieces: dict[Tile, list[Path]] = defaultdict(list)
    for path in paths:
        for tile, piece in cut_line(path):
            pieces[tile].append(piece)
    return pieces


def cut_ring(ring: Path, *, overlap: int) -> Iterator[tuple[Tile, Path]]:
    """Yield the part of an unwrapped ring in each tile, its longitudes within +/-180.

    Examples
    --------
    >>> list(cut_ring([(178_000, 1000), (178_000, 2000), (181_000, 2000)], overlap=0))
    [((71, 18), [(180000, 1667), (178000, 1000), (178000, 2000), (180000, 2000)]), \
((0, 18), [(-180000, 1667), (-180000, 2000), (-179000, 2000)])]
    """
    for flat in within_world(ring):
        for column in _span(flat, _X, _WEST):
            strip = _between(flat, _X, *_reach(column, _WEST, overlap))
            for row in _span(strip, _Y, _SOUTH):
                piece = _between(strip, _Y, *_reach(row, _SOUTH, overlap))
                if _area(piece):
                    yield (column, row), piece


def within_world(ring: Path) -> Iterator[Path]:
    """Yield the parts of an unwrapped ring on each side of +/-180, their longitudes within +/-180.

    Examples
    --------
    >>> list(within_world([(178_000, 0), (178_000, 2000), (182_000, 0)]))
    [[(180000, 0), (178000, 0), (178000, 2000), (180000, 1000)], [(-180000, 0), (-180000, 1000), (-178000, 0)]]
    """
    first, last = ((lon - _WEST) // WORLD for lon in (min(ring)[0], max(ring)[0] - 1))
    for turn in range(first, last + 1):
        yield _between([(lon - turn * WORLD, lat) for lon, lat in ring], _X, _WEST, -_WEST)


def cut_line(path: Path) -> Iterator[tuple[Tile, Path]]:
    """Yield the pieces of an unwrapped line, each within one tile, their longitudes within +/-180."""
    place: tuple[int, int] | None = None
    piece: Path = []
    for start, end in pairwise(_with_crossings(_with_crossings(path, _X, _WEST), _Y, _SOUTH)):
        if start == end:
            continue
        here = (_index(start[0] + end[0], _WEST), _index(start[1] + end[1], _SOUTH))
        if here != place:
            if place is not None:
                yield _placed(place, piece)
            place, piece = here, [start]
        piece.append(end)
    if place is not None:
        yield _placed(place, piece)


def delta_text(path: Sequence[Point]) -> str:
    """Write a path as a JSON list: the first point, then the step to each next one.

    Examples
    --------
    >>> delta_text([(35_791, 35_531), (35_800, 35_500)])
    '[35791,35531,9,-31]'
    """
    numbers = [*path[0], *(step for (x, y), (x2, y2) in pairwise(path) for step in (x2 - x, y2 - y))]
    return "[" + ",".join(map(str, numbers)) + "]"


def _land_text(country: Country, rings: Iterable[Path]) -> str:
    names = json.dumps({"c": country.code, "n": country.name}, ensure_ascii=False, separators=(",", ":"))
    return f'{names[:-1]},"r":[{_paths_text(rings)}]}}'


def _paths_text(paths: Iterable[Path]) -> str:
    return ",".join(map(delta_text, paths))


def _span(path: Path, axis: int, origin: int) -> range:
    """Return the columns or rows that a path enters."""
    if not path:
        return range(0)
    numbers = [point[axis] - origin for point in path]
    return range(min(numbers) // _SIDE, -(-max(numbers) // _SIDE))


def _index(doubled: int, origin: int) -> int:
    """Return the column or row of a coordinate that is given doubled, to keep the half of an odd sum."""
    return (doubled - 2 * origin) // (2 * _SIDE)


def _placed(place: tuple[int, int], piece: Path) -> tuple[Tile, Path]:
    column, row = place
    shift = column // COLUMNS * WORLD
    return (column % COLUMNS, min(row, ROWS - 1)), [(lon - shift, lat) for lon, lat in piece]


def _reach(index: int, origin: int, overlap: int) -> tuple[int, int]:
    """Return what a column or row covers with its overlap, never more than the world."""
    low = origin + _SIDE * index
    return max(origin, low - overlap), min(-origin, low + _SIDE + overlap)


def _between(ring: Path, axis: int, low: int, high: int) -> Path:
    """Keep the part of a ring between two limits on one axis."""
    return _clip(_clip(ring, axis, low, keep_above=True), axis, high, keep_above=False)


def _clip(ring: Path, axis: int, limit: int, *, keep_above: bool) -> Path:
    """Keep the side of a ring above or below a limit on one axis."""
    kept: Path = []
    for start, end in zip([*ring[-1:], *ring], ring, strict=False):
        starts_in, ends_in = (
            (point[axis] >= limit) if keep_above else (point[axis] <= limit) for point in (start, end)
        )
        if starts_in != ends_in:
            kept.append(_crossing(start, end, axis, limit))
        if ends_in:
            kept.append(end)
    return [point for point, before in zip(kept, [*kept[-1:], *kept], strict=False) if point != before]


def _with_crossings(path: Path, axis: int, origin: int) -> Path:
    """Add the points where a path crosses the edges of columns or rows."""
    full = path[:1]
    for start, end in pairwise(path):
        low, high = sorted((start[axis] - origin, end[axis] - origin))
        edges = [origin + _SIDE * step for step in range(low // _SIDE + 1, -(-high // _SIDE))]
        full += [_crossing(start, end, axis, edge) for edge in (edges if start[axis] < end[axis] else edges[::-1])]
        full.append(end)
    return full


def _crossing(start: Point, end: Point, axis: int, limit: int) -> Point:
    """Return where a segment meets a limit; the same point whichever way it is walked."""
    (x, y), (x2, y2) = sorted((start, end))
    if axis == _X:
        return limit, y + round((y2 - y) * (limit - x) / (x2 - x))
    return x + round((x2 - x) * (limit - y) / (y2 - y)), limit


def _area(ring: Path) -> int:
    """Return twice the area of a ring; 0 for one that has collapsed to a line."""
    return abs(sum(x * y2 - x2 * y for (x, y), (x2, y2) in zip(ring, [*ring[1:], *ring[:1]], strict=True)))
