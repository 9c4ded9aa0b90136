"""The atlas the basemap is cut from: TopoJSON arcs become rings of land and lines along coasts and borders.

The source is the npm package world-atlas (Natural Earth 4.1, public domain), written after the TopoJSON specification
(Bostock and Metcalf 2013, sections 2.1.1 to 2.1.4): arcs are quantised and delta coded, rings list arc numbers, ``~i``
walks arc ``i`` backwards. Neighbours share their arcs, so that simplifying arcs leaves no gaps between countries.

Traps of this source that are dealt with here:

- Rings run over longitude +/-180 by a jump of 360 degrees: they are unwrapped, so that their longitudes may pass 180.
- The coast of Antarctica goes round the pole and closes nowhere: it is led along the pole.
- Pieces of the edge of the source's flat world are left (along +/-180 in the 10m file, along the pole in the 50m file):
  they bound land but are no coast.
- Borders are drawn as they are held, not as they are claimed (Crimea with Russia, the Golan with Israel, Western Sahara
  east of the berm). The lines of `DISPUTED` are told apart, as far as the source has them; the fill is not: it has no
  unit of their own for Crimea, the Golan, Abkhazia, South Ossetia, Transnistria, Abyei, Hala'ib or the Kurils. Some
  lines that it lacks come from elsewhere (`maps.basemap_layers`); those around South Ossetia and Transnistria don't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import copysign, cos, radians
from statistics import fmean
from typing import NamedTuple, TypeAlias, TypedDict, cast

from geo.extent import Extent

from .basemap import SCALE

Point: TypeAlias = tuple[int, int]
"""(longitude, latitude) in thousandths of degrees; an unwrapped longitude may lie beyond +/-180."""
Path: TypeAlias = list[Point]
"""A line, or a ring without its closing point."""

WORLD = 360 * SCALE
"""Once round the globe."""
_EDGE = 180 * SCALE
_NEAR_POLE = -89_900
"""South of this there is only the edge of the source's flat world: its 50m file draws it at -89.999."""

DISPUTED: Mapping[frozenset[str], Extent | None] = {
    frozenset(("Cyprus", "Northern Cyprus")): None,
    frozenset(("Akrotiri and Dhekelia", "Northern Cyprus")): None,
    frozenset(("Somalia", "Somaliland")): None,
    frozenset(("Serbia", "Kosovo")): None,
    frozenset(("Morocco", "Western Sahara")): None,
    frozenset(("Israel", "Palestine")): None,
    frozenset(("Israel", "Syria")): None,  # the line of 1974 on the Golan
    frozenset(("India", "China")): None,  # the line of actual control
    frozenset(("India", "Pakistan")): Extent(73.0, 32.6, 78.0, 36.0),  # the line of control; south of it a border
    frozenset(("China", "Pakistan")): Extent(75.0, 34.0, 78.0, 37.1),
    frozenset(("India", "Siachen Glacier")): None,
    frozenset(("Pakistan", "Siachen Glacier")): None,
    frozenset(("China", "Siachen Glacier")): None,
    frozenset(("Russia", "Ukraine")): Extent(32.0, 45.0, 36.8, 46.4),  # the isthmus of Crimea
    frozenset(("Israel", "Lebanon")): None,  # the line of withdrawal of 2000
    frozenset(("Sudan", "South Sudan")): Extent(27.83, 9.2, 29.0, 9.9),  # the south of Abyei
    frozenset(("Egypt", "Sudan")): Extent(33.0, 21.5, 37.5, 24.0),  # Hala'ib and Bir Tawil
    frozenset(("South Sudan", "Kenya")): None,  # the Ilemi triangle
    frozenset(("South Sudan", "Ethiopia")): Extent(35.2, 4.5, 36.0, 5.6),  # the Ilemi triangle
    frozenset(("Malawi", "Tanzania")): Extent(33.9, -11.7, 35.1, -9.4),  # Lake Malawi
    frozenset(("China", "Bhutan")): None,
    frozenset(("Belize", "Guatemala")): None,
    frozenset(("Venezuela", "Guyana")): None,  # the Essequibo
    frozenset(("Guyana", "Suriname")): Extent(-57.8, 1.7, -56.3, 3.5),  # the New River triangle
    frozenset(("Suriname", "France")): Extent(-54.8, 2.1, -53.9, 3.4),  # the upper Maroni
    frozenset(("Argentina", "Chile")): Extent(-73.7, -49.9, -72.9, -49.2),  # the southern Patagonian ice field
}
"""Pairs of countries whose line is drawn as disputed, and the box it is disputed in (None: all of it)."""


class Country(NamedTuple):
    """A country as the map shows it; several units of the source may belong to one."""

    code: str
    """ISO 3166-1 alpha-2 code, "XK" for Kosovo, "" for a territory without one."""
    name: str
    """Short English name."""


class Transform(TypedDict):
    """Quantisation: ``degrees = steps * scale + translate``, longitude first."""

    scale: tuple[float, float]
    translate: tuple[float, float]


class Geometry(TypedDict):
    """A Polygon (rings of arc numbers) or MultiPolygon (lists of them)."""

    type: str
    arcs: list[list[int]] | list[list[list[int]]]
    properties: dict[str, str]


class Collection(TypedDict):
    """A layer of the file."""

    geometries: list[Geometry]


class Topology(TypedDict):
    """A TopoJSON file, as far as it is read here."""

    transform: Transform
    arcs: list[list[list[int]]]
    objects: dict[str, Collection]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole world in one detail, ready to be cut into tiles."""

    land: dict[Country, list[Path]] = field(default_factory=dict)
    """Unwrapped rings of each country, to be filled together by the even-odd rule."""
    coast: list[Path] = field(default_factory=list)
    """Lines between land and water, the shores of the Caspian Sea and of lakes too."""
    border: list[Path] = field(default_factory=list)
    """Lines between countries."""
    disputed: list[Path] = field(default_factory=list)
    """Lines between countries as `DISPUTED` lists them."""
    lake: list[Path] = field(default_factory=list)
    """Unwrapped rings of lakes and of islands in them, to be filled together by the non-zero rule."""
    river: dict[int, list[Path]] = field(default_factory=dict)
    """Lines of rivers by rank, 0 the largest."""
    province: list[Path] = field(default_factory=list)
    """Lines between first-level units of one country."""


def draw(topology: Topology, countries: Mapping[str, Country], *, tolerance: float, step: int) -> Sheet:
    """Turn a TopoJSON file into a sheet.

    Parameters
    ----------
    topology
        File with a layer "countries" whose geometries carry a ``name``.
    countries
        The country to show for each unit name of the source.
    tolerance
        How far a line may leave its course, in degrees of latitude.
    step
        What coordinates are rounded to, in thousandths of degrees.

    Raises
    ------
    KeyError
        If the file has a unit that ``countries`` doesn't know.
    """
    arcs = [simplify(arc, tolerance, step) for arc in _decoded(topology)]
    sides: dict[int, list[Country]] = defaultdict(list)
    land: dict[Country, list[Path]] = defaultdict(list)
    for geometry in topology["objects"]["countries"]["geometries"]:
        country = countries[geometry["properties"]["name"]]
        for ring in _rings(geometry):
            points = _stitched(ring, arcs)
            if len(points) > 2 and max(lat for _, lat in points) > _NEAR_POLE:
                land[country].append(points)
            for number in ring:
                sides[_forward(number)].append(country)
    sheet = Sheet(land={country: land[country] for country in sorted(land)})
    for number in sorted(sides):
        _file_line(sheet, unwrapped(arcs[number]), sides[number])
    return sheet


def outlines(topology: Topology, layer: str, *, tolerance: float, step: int) -> list[Path]:
    """Return the unwrapped rings of a layer, all its geometries together."""
    arcs = [simplify(arc, tolerance, step) for arc in _decoded(topology)]
    return [_stitched(ring, arcs) for geometry in topology["objects"][layer]["geometries"] for ring in _rings(geometry)]


def simplify(arc: Sequence[tuple[float, float]], tolerance: float, step: int) -> Path:
    """Thin out a line in degrees (Douglas and Peucker 1973) and round it; its ends stay.

    A closed line that would collapse keeps all its points: a small island stays an island.
    """
    from shapely import LineString

    shrink = cos(radians(fmean(lat for _, lat in arc)))
    thinned = LineString([(lon * shrink, lat) for lon, lat in arc]).simplify(tolerance, preserve_topology=False)
    path = _rounded([(x / shrink, lat) for x, lat in thinned.coords], step)
    return path if arc[0] != arc[-1] or len(path) > 3 else _rounded(arc, 1)


def _rounded(line: Iterable[tuple[float, float]], step: int) -> Path:
    """Round degrees to whole steps; points that fall together become one."""
    points = ((round(lon * SCALE / step) * step, round(lat * SCALE / step) * step) for lon, lat in line)
    return [point for point, _ in groupby(points)]


def unwrapped(path: Path) -> Path:
    """Undo the jumps of 360 degrees at +/-180, so that neighbouring points are neighbours in numbers.

    Examples
    --------
    >>> unwrapped([(179_000, 0), (-179_000, 0), (179_500, 0)])
    [(179000, 0), (181000, 0), (179500, 0)]
    """
    lon, lat = path[0]
    straight = [(lon, lat)]
    for next_lon, next_lat in path[1:]:
        lon += (next_lon - lon + WORLD // 2) % WORLD - WORLD // 2
        straight.append((lon, next_lat))
    return straight


def _decoded(topology: Topology) -> Iterator[list[tuple[float, float]]]:
    """Yield the arcs in degrees."""
    (x_scale, y_scale), (x_start, y_start) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * x_scale + x_start, y * y_scale + y_start))
        yield points


def _forward(number: int) -> int:
    return ~number if number < 0 else number


def _rings(geometry: Geometry) -> Iterator[list[int]]:
    """Yield every ring of a geometry as arc numbers, holes too."""
    arcs = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in cast("list[list[list[int]]]", arcs):
        yield from polygon


def _stitched(ring: Sequence[int], arcs: Sequence[Path]) -> Path:
    """Join the arcs of a ring, without the closing point; a ring round a pole is led along it."""
    points: Path = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[:-1]
    if not points:
        return []
    path = unwrapped([*points, points[0]])
    (first, lat), (last, _) = path[0], path[-1]
    if first == last:
        return path[:-1]
    pole = int(copysign(90 * SCALE, lat))
    return [*path, (last, pole), (first, pole)]


def _file_line(sheet: Sheet, path: Path, sides: Sequence[Country]) -> None:
    """Add an arc to the lines that it belongs to, by the countries on its sides."""
    names = frozenset(country.name for country in sides)
    if len(sides) == 1:
        sheet.coast.extend(_runs(path, [not _is_edge(a, b) for a, b in pairwise(path)]))
    elif len(names) > 1:
        box = DISPUTED.get(names)
        if names in DISPUTED and box is None:
            sheet.disputed.append(path)
        elif box is not None:
            inside = [box.contains(_middle(a, b)) for a, b in pairwise(path)]
            sheet.disputed.extend(_runs(path, inside))
            sheet.border.extend(_runs(path, [not is_inside for is_inside in inside]))
        else:
            sheet.border.append(path)


def _is_edge(start: Point, end: Point) -> bool:
    """Whether a stretch runs along the edge of the source's flat world."""
    on_antimeridian = start[0] == end[0] and (start[0] - _EDGE) % WORLD == 0
    return on_antimeridian or max(start[1], end[1]) < _NEAR_POLE


def _middle(start: Point, end: Point) -> tuple[float, float]:
    return (start[0] + end[0]) / 2 / SCALE, (start[1] + end[1]) / 2 / SCALE


def _runs(path: Path, kept: Sequence[bool]) -> Iterator[Path]:
    """Yield the longest stretches of a path whose segments are all kept."""
    run: Path = []
    for keep, (start, end) in zip(kept, pairwise(path), strict=True):
        if keep:
            run = run or [start]
            run.append(end)
        elif run:
            yield run
            run = []
    if run:
        yield run
