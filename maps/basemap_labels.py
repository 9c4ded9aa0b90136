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
WATERS = ("ocean", "sea", "gulf", "strait", "lake")
"""Kinds of water."""
_ROUGHNESS = 1 / 500
"""How far an outline may be simplified before its widest part is looked for, as a share of the country's size."""


def country_labels(land: Mapping[Country, Sequence[Path]], wanted: Collection[Country]) -> list[CountryLabel]:
    """Find the label points of countries from their unwrapped rings; by rank, then name."""
    found: list[CountryLabel] = [
        {"n": country.name, "c": country.code, "p": label_point(land[country]), "s": _rank(land[country])}
        for country in wanted
    ]
    return sorted(found, key=lambda label: (label["s"], label["n"]))


def sea_labels(rows: Iterable[Mapping[str, str]]) -> list[SeaLabel]:
    """Read the rows of the table of waters (name, kind, lon, lat, rank, box or nothing); by rank, then name.

    Raises
    ------
    ValueError
        If a row has an unknown kind, or a number that isn't one or is out of range.
    """
    found: list[SeaLabel] = []
    for row in rows:
        lon, lat, rank = float(row["lon"]), float(row["lat"]), int(row["rank"])
        if row["kind"] not in WATERS or not (abs(lon) <= 180 and abs(lat) <= 90 and 1 <= rank <= 6):
            raise ValueError(f"the water {row['name']!r} has an unknown kind or a number out of range")
        found.append({"n": row["name"], "p": (lon, lat), "s": rank, "k": row["kind"], "b": _box(row, (lon, lat))})
    return sorted(found, key=lambda label: (label["s"], label["n"]))


def _box(row: Mapping[str, str], lonlat: tuple[float, float]) -> tuple[float, float, float, float] | None:
    """Read the box of a water; one that crosses longitude 180 has its west east of its east."""
    if not row["west"]:
        return None
    extent = Extent(*(float(row[side]) for side in ("west", "south", "east", "north")))
    if not extent.contains(lonlat):
        raise ValueError(f"the water {row['name']!r} has a box that does not hold its label point")
    return extent.bbox


def label_point(rings: Sequence[Path]) -> tuple[float, float]:
    """Return the longitude and latitude of the point farthest inside the largest piece of land.

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
    shape = _areal(difference(shape, union_all([other for other in others if shape.contains(other)])))
    # Without a tolerance of its own the search ends at a thousandth of the country's size.
    x, y = maximum_inscribed_circle(_areal(shape.simplify(shape.area**0.5 * _ROUGHNESS))).coords[0]
    return round((x / shrink + 180) % 360 - 180, 3), round(y, 3)


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
