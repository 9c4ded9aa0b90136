"""What a GeoJSON feature says of an area beside what it says of the place that it is told by."""

from __future__ import annotations

from collections.abc import Mapping

from ..atlas import Area


def area_properties(area: Area) -> Mapping[str, object]:
    """Return the properties that only areas have, flat, the same keys for all."""
    vicinity = area.vicinity
    return {
        "area": vicinity.sort,
        "area_as_written": area.words,
        "distance_m": None if vicinity.distance_m is None else round(vicinity.distance_m),
        "bearing_deg": vicinity.bearing_deg,
        "radius_m": round(vicinity.radius_m),
        "other_id": vicinity.other.id if vicinity.other else None,
        "other_name": vicinity.other.name if vicinity.other else None,
        "approximate": True,
    }
