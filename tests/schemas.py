"""The JSON Schema of GeoJSON files, made of the fields of their layers; ``python -m tests.schemas`` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from geo.writers.schema import ENTRIES, LAYERS, SCHEMA_VERSION, Field, Group, Sort

ROOT = Path(__file__).resolve().parents[1]
FEATURES = ROOT / "geo" / "data" / "features.schema.json"
ATLAS = ROOT / "geo" / "data" / "atlas.schema.json"

_GEOMETRIES = {
    "places": ["Point"],
    "lines": ["LineString", "MultiLineString"],
    "areas": ["Polygon", "MultiPolygon"],
    "mentions": ["Point"],
    "entries": ["Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon"],
}
_TYPES = {
    Sort.TEXT: "string",
    Sort.INTEGER: "integer",
    Sort.NUMBER: "number",
    Sort.BOOLEAN: "boolean",
    Sort.DATE: "string",
}


def features_schema() -> dict[str, Any]:
    """Return the schema of feature collections: one definition a layer, told apart by the name of the collection."""
    layers = {**{name: LAYERS[name] for name in LAYERS if name in _GEOMETRIES}, "entries": ENTRIES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:placelines:features:1",
        "title": "GeoJSON files of placelines",
        "description": (
            f"Version {SCHEMA_VERSION} of the fields of places.geojson, lines.geojson, areas.geojson, "
            "mentions.geojson, and of the one file of places, lines and areas (entries)."
        ),
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"enum": list(layers)}},
        "allOf": [
            {"if": {"properties": {"name": {"const": name}}}, "then": {"$ref": f"#/$defs/{name}"}} for name in layers
        ],
        "$defs": {name: _collection(name, groups) for name, groups in layers.items()},
    }


def _collection(name: str, groups: tuple[Group, ...]) -> dict[str, Any]:
    fields = [field for group in groups for field in group]
    feature = _object(
        {
            "type": {"const": "Feature"},
            "id": {"type": "string", "description": "Stable id."},
            "geometry": {
                "type": "object",
                "required": ["type", "coordinates"],
                "properties": {"type": {"enum": _GEOMETRIES[name]}, "coordinates": {"type": "array"}},
            },
            "properties": _object({field.name: _property(field, name) for field in fields}),
        }
    )
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["type", "name", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "name": {"const": name},
            "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
            "placelines": {"type": "object", "description": "Where it comes from; in one file the whole atlas."},
            "features": {"type": "array", "items": feature},
        },
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _property(field: Field, layer: str) -> dict[str, Any]:
    told = f"{field.meaning}. Null: {field.null}." if field.null else f"{field.meaning}."
    may_be_null = field.null is not None or (layer == "entries" and field.name in _OWN)
    sort = _TYPES[field.sort]
    form = {"format": "date"} if field.sort is Sort.DATE else {}
    return {"type": [sort, "null"] if may_be_null else sort, **form, "description": told}


_SHARED = {field.name for group in LAYERS["places"] for field in group}
_OWN = {field.name for group in ENTRIES[1:] for field in group if field.name not in _SHARED}
"""Fields of lines and areas, null for the others where all are in one table."""


def main() -> None:
    """Write the file anew."""
    FEATURES.write_text(json.dumps(features_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
