"""Values of replies, each of the sort that it must be: anybody may answer at an address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from reprlib import repr as shortened

MAX_NAME = 255
"""Longest name: that of an OpenStreetMap tag (API 0.6)."""

Record = Mapping[str, object]
"""A JSON object."""


def check_text(value: object) -> str:
    """Return a text that says something; ValueError when it is none, or holds what no name does."""
    if isinstance(value, str) and value.strip() and (value.isprintable() or _is_clean(value)):
        return value
    raise ValueError(f"a place of the reply is called {shortened(value)}")


def _is_clean(text: str) -> bool:
    # Cc are control characters, Cs lone surrogates.
    return not {"Cc", "Cs"} & set(map(unicodedata.category, text))


def name_in(value: object) -> str:
    """Return a name, stripped; ValueError when it is none, or too long."""
    name = check_text(value).strip()
    if len(name) > MAX_NAME:
        raise ValueError(f"a place of the reply has a name of {len(name)} characters")
    return name


def degrees_in(value: object, axis: str) -> float:
    """Return a number of degrees; ValueError when it is none. Whether it is on the globe, `Place` checks."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 360:
        raise ValueError(f"a place of the reply has {axis} {shortened(value)}")
    return float(value)


def country_in(value: object) -> str | None:
    """Return an ISO 3166-1 alpha-2 code in capitals; None for anything else.

    Examples
    --------
    >>> country_in("sy"), country_in("SYR"), country_in(None)
    ('SY', None, None)
    """
    return value.upper() if isinstance(value, str) and re.fullmatch("[A-Za-z]{2}", value) else None


def object_in(value: object, what: str) -> Record:
    """Return a JSON object; ValueError when it is none."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} is no object: {shortened(value)}")  # noqa: TRY004  # data, not an argument
    return value


def features_in(reply: object) -> list[object]:
    """Return the features of a GeoJSON collection (RFC 7946 section 3.3); ValueError when the reply is none."""
    features = reply.get("features") if isinstance(reply, dict) and reply.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise ValueError(f"the reply is no list of places: {shortened(reply)}")  # noqa: TRY004  # data, not an argument
    return features


def point_in(feature: Record) -> tuple[float, float]:
    """Return longitude and latitude of a GeoJSON point (RFC 7946 section 3.1.2); ValueError when there is none."""
    geometry = object_in(feature.get("geometry"), "the geometry of a place of the reply")
    coordinates = geometry.get("coordinates")
    if geometry.get("type") != "Point" or not isinstance(coordinates, list) or len(coordinates) < 2:
        raise ValueError(f"a place of the reply has no point, but {shortened(geometry)}")
    return degrees_in(coordinates[0], "longitude"), degrees_in(coordinates[1], "latitude")


def kept_feature(feature: Record, names: Sequence[str]) -> Record:
    """Return what to keep of a feature that was found sound: its point, and plain values of its properties."""
    properties = object_in(feature.get("properties"), "what the reply says of a place")
    values = {name: properties.get(name) for name in names}
    return {
        "geometry": {"type": "Point", "coordinates": list(point_in(feature))},
        "properties": {name: value for name, value in values.items() if isinstance(value, (str, int))},
    }
