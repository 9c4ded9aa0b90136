"""What a GeoJSON feature says of a road or another line beside what it says of any referent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..model import Line

LINE_KEYS: Final = (
    "part",
    "road_ref",
    "road_name",
    "country",
    "section_from",
    "section_to",
    "via",
    "length_km",
    "course",
    "approximate",
    "geometry_source",
    "osm_ids",
    "attribution",
)
"""The properties that only lines have, in order."""


def line_properties(line: Line, *, country: str | None) -> Mapping[str, object]:
    """Return the properties that only lines have, flat, under `LINE_KEYS`.

    Parameters
    ----------
    line
        A whole line or a section.
    country
        Name of its country; None when it has none or that is not known.
    """
    start, end = line.ends or (None, None)
    values = (
        "section" if line.is_section else "whole",
        line.ref,
        line.road_name,
        country,
        start.name if start else None,
        end.name if end else None,
        " | ".join(place.name for place in line.via) or None,
        None if line.length_m is None else round(line.length_m / 1000, 1),
        line.course,
        line.is_approximate,
        line.origin,
        " ".join(line.osm_ids) or None,
        line.attribution,
    )
    return dict(zip(LINE_KEYS, values, strict=True))
