"""The lines that roads become: a whole road, the section between two places, a straight line for want of a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from ..model import Course, Kind, Line, Origin, Place
from ..names import road_key
from ..recognizers.roads import RoadReference
from ..roads import Road
from .setting import Ends

_CACHED = 64
"""Roads that stay in memory: the articles of one run name the same ones."""


@lru_cache(maxsize=_CACHED)
def whole(road: Road) -> Line:
    """Return a road as a line, with all its carriageways."""
    from ..lines import length_m, shown

    return Line(
        id=road.id,
        name=road.label,
        kind=road.kind,
        geometry=road.geometry,
        course=road.course,
        ref=road.ref,
        country_code=road.country_code,
        length_m=round(length_m(shown(road.geometry, road.course)), 0),
        gazetteer=road.source,
        road_name=road.name,
        origin=road.origin,
        attribution=road.attribution,
        osm_ids=road.osm_ids,
    )


def with_via(line: Line, via: Sequence[Place]) -> Line:
    """Return a line with the places that the text sets on it."""
    return replace(line, via=tuple(via)) if via else line


def section(of: Line, ends: Ends) -> Line | None:
    """Return the section of a road between two places that lie on it, or None where its course does not join them."""
    from ..lines import length_m, shown
    from ..lines import section as clipped

    start, end = (end.place for end in ends)
    try:
        geometry = clipped(shown(of.geometry, of.course), start.lonlat, end.lonlat)
    except ValueError:
        return None
    return replace(
        of,
        id=f"{of.id}/{_pair(start, end)}",
        name=f"{of.name}, {ends[0].name} – {ends[1].name}",
        geometry=geometry,
        ends=(start, end),
        length_m=round(length_m(geometry), 0),
        whole=of,
    )


def way_between(reference: RoadReference, ends: Ends, road: Road | None) -> Line:
    """Return the line of a road that is known by its ends only.

    Parameters
    ----------
    reference
        The road as the text names it.
    ends
        Its ends.
    road
        The way that a source found between them; None for a straight line.
    """
    from ..lines import length_m, through

    start, end = (end.place for end in ends)
    geometry = road.geometry if road else through([start.lonlat, end.lonlat])
    country_code = start.country_code if start.country_code == end.country_code else None
    names = f"{ends[0].name} – {ends[1].name}"
    key = _key(reference, country_code)
    return Line(
        id=f"{reference.kind}:{key}{_pair(start, end)}",
        name=f"{reference.ref or reference.name}, {names}"
        if reference.ref or reference.name
        else _called(reference, names),
        kind=reference.kind,
        geometry=geometry,
        course=road.course if road else Course.INFERRED,
        ref=reference.ref or (road.ref if road else None),
        country_code=country_code,
        ends=(start, end),
        length_m=round(length_m(geometry), 0),
        gazetteer=road.source if road else "the text",
        road_name=reference.name,
        origin=road.origin if road else Origin.TEXT,
        attribution=road.attribution if road else None,
        osm_ids=road.osm_ids if road else (),
    )


def _called(reference: RoadReference, names: str) -> str:
    return f"{names} {reference.noun if reference.kind is not Kind.FRONT else 'line'}"


def _key(reference: RoadReference, country_code: str | None) -> str:
    if reference.ref is None:
        return ""
    number = road_key(reference.ref)
    return f"{country_code}-{number}/" if country_code else f"{number}/"


def _pair(start: Place, end: Place) -> str:
    return "-".join(sorted((start.gazetteer_id, end.gazetteer_id)))
