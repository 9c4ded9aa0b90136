"""What the list, the search and the map need of every place and line, whatever it was told by."""

from __future__ import annotations

from collections.abc import Sequence

from geo.extent import great_circle_km
from geo.model import Kind, Line, Place

from . import words
from .packing import Record
from .shields import shield_of
from .story import StoryEntry
from .strokes import Looks
from .style import StyleOptions, shape_of
from .theatre import Theatre

LONGEST_ABBREVIATION = 4
"""A longer word in capitals is the name as headlines and datelines shout it, no other name."""


def head(entry: StoryEntry, theatre: Theatre, keys: Sequence[str]) -> Record:
    """Return what the page needs of an entry before it is opened, of a line all but how it is drawn.

    Parameters
    ----------
    entry
        A place or line.
    theatre
        Where the story plays.
    keys
        Its name keys in other scripts.
    """
    referent = entry.referent
    return {
        "id": referent.id,
        "name": entry.display_name,
        "kind": words.kind_word(referent),
        "role": words.ROLES.get(entry.role),
        "shape": shape_of(entry),
        "sure": entry.is_asserted,
        "count": entry.count,
        "confidence": words.percent(entry.confidence),
        "written": _written(entry),
        "keys": list(keys),
        **(_place_head(referent, theatre) if isinstance(referent, Place) else {}),
    }


def line_head(line: Line, looks: Looks) -> Record:
    """Return what the page says besides of a line: how it is drawn and lettered."""
    shield = shield_of(line)
    label = line.ref if shield else line.road_name or line.name
    return {
        "sort": line.kind,
        "label": None if looks.is_rest else label,
        "shield": shield,
        "listed": words.in_the_list(line),
        "course": words.course_of(line),
        "length": words.length(line),
        "strokes": list(map(stroke, looks.styles)),
    }


def stroke(style: StyleOptions) -> Record:
    """Return a stroke as the legend and the list draw it: attributes of an SVG path, of its classes the colour."""
    return {
        "class": str(style["class_name"]).split()[-1],
        "stroke-width": style["weight"],
        "stroke-opacity": style["opacity"],
        "stroke-dasharray": style["dash_array"] or "none",
        "stroke-linecap": style["line_cap"],
    }


def at(place: Place, theatre: Theatre) -> list[float]:
    """Return latitude and longitude in the copy of the world that the map shows."""
    lon, lat = theatre.beside(place.lonlat)
    return [round(lat, 5), round(lon, 5)]


def source(entry: StoryEntry) -> str:
    """Return where a place comes from, with the gazetteer's own spelling of its name when that is another.

    Of a line, where its course comes from, with what the licence asks to be shown.
    """
    referent = entry.referent
    if isinstance(referent, Line):
        return " · ".join(filter(None, (f"Course: {referent.gazetteer}", referent.attribution)))
    spelling = "" if referent.name == entry.display_name else f", {referent.name}"
    return f"{referent.gazetteer} {referent.gazetteer_id}{spelling}"


def _place_head(place: Place, theatre: Theatre) -> Record:
    main = theatre.main
    is_point = place.kind in (Kind.SETTLEMENT, Kind.FACILITY, Kind.ADMIN2)
    km = great_circle_km(main.lonlat, place.lonlat) if main and is_point and main.id != place.id else None
    return {
        "at": at(place, theatre),
        "area": place.kind,
        "code": place.country_code if place.kind is Kind.COUNTRY else None,
        "distance": words.distance(km) if km is not None else None,
        "around": place.kind is Kind.ADMIN1 and main is not None and _unit(main) == _unit(place),
    }


def _unit(place: Place) -> tuple[str | None, str | None]:
    """Return the codes of country and first-level unit."""
    return place.country_code, place.admin1_code


def _written(entry: StoryEntry) -> str | None:
    """Return how the text writes the name, when that is another word than the name shown."""
    written = entry.name_as_written
    is_same = written.casefold() == entry.display_name.casefold()
    is_shouted = written.isupper() and len(written) > LONGEST_ABBREVIATION
    is_line = isinstance(entry.referent, Line)
    return None if is_same or is_shouted or is_line else written
