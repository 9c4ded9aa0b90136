"""Where the basemap's names stand: countries by geometry, waters by a hand-kept table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import cos, radians, sin
from typing import TYPE_CHECKING, cast

from geo.extent import EARTH_RADIUS_KM, Extent

from .basemap import SCALE, CountryLabel, SeaLabel
from .basemap_topology import Country, Path

if TYPE_CHECKING:
    from shapely import Geometry, MultiPolygon, Polygon

AREA_RANKS_KM2 = (3_000_000, 900_000, 250_000, 60_000, 5_000)
"""Least area of the countries of rank 1, 2, ...; what is smaller than the last has the rank after it."""
WATERS = {
    "ocean": "ocean",
    "sea": "sea",
    "gulf": "gulf",
    "bay": "gulf",
    "bight": "gulf",
    "estuary": "gulf",
    "strait": "strait",
    "channel": "strait",
    "lake": "lake",
}
"""Kinds of water in the table, and what the page takes them for."""
_ROUGHNESS = 1 / 500
"""How far an outline may be simplified before its widest part is looked for, as a share of the country's size."""


def country_labels(
    land: Mapping[Country, Sequence[Path]], wanted: Collection[Country], lakes: Collection[Path] = ()
) -> list[CountryLabel]:
    """Find the label points of countries from their unwrapped rings, and those of lakes; by rank, then name."""
    found: list[CountryLabel] = [
        {"n": country.name, "c": country.code, "p": label_point(land[country], lakes), "s": _rank(land[country])}
        for country in wanted
    ]
    return sorted(found, key=lambda label: (label["s"], label["n"]))


def sea_labels(places: Iterable[Mapping[str, str]], boxes: Iterable[Mapping[str, str]]) -> list[SeaLabel]:
    """Read the waters that are labelled; by rank, then name.

    Parameters
    ----------
    places
        Rows of the table of physical places (id, name, kind, lon, lat, label_rank); those without a rank don't count.
    boxes
        Rows of the table of boxes (id and four sides). The extent of a place doesn't do: other waters lie in it.

    Raises
    ------
    ValueError
        If a row has an unknown kind, or a number that isn't one or is out of range, or a box belongs to no label.
    """
    extents = {row["id"]: Extent(*(float(row[side]) for side in ("west", "south", "east", "north"))) for row in boxes}
    found = [_sea_label(row, extents.pop(row["id"], None)) for row in places if row["label_rank"]]
    if extents:
        raise ValueError(f"these have a box, but are no labelled waters: {', '.join(sorted(extents))}")
    return sorted(found, key=lambda label: (label["s"], label["n"]))


def _sea_label(row: Mapping[str, str], extent: Extent | None) -> SeaLabel:
    lon, lat, rank = float(row["lon"]), float(row["lat"]), int(row["label_rank"])
    if row["kind"] not in WATERS or not (abs(lon) <= 180 and abs(lat) <= 90 and 1 <= rank <= 6):
        raise ValueError(f"the water {row['name']!r} has an unknown kind or a number out of range")
    if extent and not extent.contains((lon, lat)):
        raise ValueError(f"the water {row['name']!r} has a box that does not hold its label point")
    kind = WATERS[row["kind"]]
    return {"n": row["name"], "p": (lon, lat), "s": rank, "k": kind, "b": extent.bbox if extent else None}


def label_point(rings: Sequence[Path], lakes: Collection[Path] = ()) -> tuple[float, float]:
    """Return the longitude and latitude of the point farthest inside the largest piece of land, not in a lake.

    Notes
    -----
    The pole of inaccessibility (Garcia-Castellanos and Lombardo 2007), measured with longitudes shrunk by the cosine of
    the latitude. Unlike a centroid it lies on land and away from the borders.
    """
    from shapely import difference, maximum_inscribed_circle, union_all

    outer = max(rings, key=_area_km2)
    lats = [lat for _, lat in outer]
    shrink = cos(radians((min(lats) + max(lats)) / 2 / SCALE))
    shape = _polygon(outer, shrink)
    others = [_polygon(ring, shrink) for ring in rings if ring is not outer]
    holes = [other for other in others if shape.contains(other)]
    water = [_polygon(ring, shrink) for ring in lakes if _meet(ring, outer)]
    shape = _areal(difference(shape, union_all(holes + water)))
    # Without a tolerance of its own the search ends at a thousandth of the country's size.
    x, y = maximum_inscribed_circle(_areal(shape.simplify(shape.area**0.5 * _ROUGHNESS))).coords[0]
    return round((x / shrink + 180) % 360 - 180, 3), round(y, 3)


def _meet(ring: Path, other: Path) -> bool:
    """Whether the boxes of two rings overlap."""
    sides = zip(zip(*ring, strict=True), zip(*other, strict=True), strict=True)
    return all(min(axis) <= max(other_axis) and min(other_axis) <= max(axis) for axis, other_axis in sides)


def _polygon(ring: Path, shrink: float) -> Polygon | MultiPolygon:
    from shapely import Polygon

    return _areal(Polygon([(lon / SCALE * shrink, lat / SCALE) for lon, lat in ring]))


def _areal(shape: Geometry) -> Polygon | MultiPolygon:
    """Repair a polygon that simplification made cross itself; what has no area goes."""
    from shapely import make_valid

    return cast("Polygon | MultiPolygon", make_valid(shape, method="structure", keep_collapsed=False))


def _rank(rings: Sequence[Path]) -> int:
    # Holes count as land here: no country has one that would move it across a rank.
    area = sum(map(_area_km2, rings))
    return next((rank for rank, least in enumerate(AREA_RANKS_KM2, start=1) if area >= least), len(AREA_RANKS_KM2) + 1)


def _area_km2(ring: Path) -> float:
    """Return the area of a ring on the sphere (Lambert's cylindrical equal-area projection, 1772)."""
    flat = [(radians(lon / SCALE), sin(radians(lat / SCALE))) for lon, lat in ring]
    doubled = sum(x * y2 - x2 * y for (x, y), (x2, y2) in zip(flat, [*flat[1:], *flat[:1]], strict=True))
    return abs(doubled) / 2 * EARTH_RADIUS_KM**2
