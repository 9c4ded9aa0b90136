"""The layers of Natural Earth that lie beside a developer's checkout, as something to check a table against."""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import Geometry, Point, bounds, convex_hull, get_parts
from shapely.affinity import scale
from shapely.geometry import shape

from geo.extent import Extent
from geo.names import name_key

LAYERS = {
    "marine": "geography_marine_polys",
    "regions": "geography_regions_polys",
    "points": "geography_regions_points",
    "peaks": "geography_regions_elevation_points",
    "lakes": "lakes",
    "rivers": "rivers_lake_centerlines",
}
_NAMES = ("name", "name_alt", "name_en", "namealt")
_KM_PER_DEGREE = 111.2
_UNCODED = {"FRA": "FR", "NOR": "NO"}
"""Its file of countries has -99 for the code of these."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A named thing on a layer."""

    layer: str
    sort: str
    """Natural Earth's class: "Island", "Range/mtn", "sea" ..."""
    keys: frozenset[str]
    shape: Geometry

    def distance_km(self, lon: float, lat: float, *, hull: bool = False) -> float:
        """Measure how far a point is outside of it; with ``hull`` outside of its convex hull.

        Good to one per cent for the short distances that matter here, and far for what is far.
        """
        shrink = math.cos(math.radians(min(abs(lat), 85)))
        flat = scale(convex_hull(self.shape) if hull else self.shape, shrink, 1, origin=(0, 0))
        turns = (Point((lon + turn) * shrink, lat) for turn in (-360, 0, 360))
        return min(point.distance(flat) for point in turns) * _KM_PER_DEGREE

    @property
    def extent(self) -> Extent:
        """The box around it, over the antimeridian when that is narrower."""
        boxes = bounds(get_parts(self.shape)).tolist()
        if max(east - west for west, _, east, _ in boxes) > 180:
            return Extent(*bounds(self.shape).tolist())
        corners = ((lon, lat) for west, south, east, north in boxes for lon, lat in ((west, south), (east, north)))
        extent = Extent.around(corners)
        assert extent is not None
        return extent

    @property
    def size_km(self) -> float:
        """The diagonal of its box."""
        return diagonal_km(self.extent)


def read(folder: Path) -> dict[str, list[Feature]]:
    """Read all layers: features by the keys of their names."""
    found: dict[str, list[Feature]] = defaultdict(list)
    for layer, name in LAYERS.items():
        for record in _records(folder / f"ne_10m_{name}.geojson.gz"):
            properties = record["properties"]
            keys = frozenset(name_key(properties[each]) for each in _NAMES if properties.get(each))
            if keys and record["geometry"] and not (drawn := shape(record["geometry"])).is_empty:
                feature = Feature(layer, properties["featurecla"], keys, drawn)
                for key in keys:
                    found[key].append(feature)
    return found


def read_countries(folder: Path) -> dict[str, Feature]:
    """Read the countries that have an ISO 3166-1 alpha-2 code on the layer, by it."""
    found = {}
    for record in _records(folder / "ne_50m_admin_0_countries.geojson.gz"):
        code = _UNCODED.get(record["properties"]["ADM0_A3"], record["properties"]["ISO_A2"])
        found[code] = Feature("countries", "country", frozenset(), shape(record["geometry"]))
    return found


def diagonal_km(extent: Extent) -> float:
    """Measure a box from corner to corner, roughly."""
    shrink = math.cos(math.radians((extent.south + extent.north) / 2))
    return math.hypot(extent.width * shrink, extent.height) * _KM_PER_DEGREE


def shared_part(extent: Extent, other: Extent) -> float:
    """Return the share of the smaller box that lies in the other one."""
    height = min(extent.north, other.north) - max(extent.south, other.south)
    width = sum(
        max(0.0, min(east, other_east) - max(west, other_west))
        for west, east in _runs(extent)
        for other_west, other_east in _runs(other)
    )
    return max(0.0, height) * width / min(extent.width * extent.height, other.width * other.height)


def _runs(extent: Extent) -> Sequence[tuple[float, float]]:
    if extent.crosses_antimeridian:
        return (extent.west, 180.0), (-180.0, extent.east)
    return ((extent.west, extent.east),)


def _records(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        features: list[dict[str, Any]] = json.load(file)["features"]
    return features
