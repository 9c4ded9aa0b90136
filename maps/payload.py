"""Everything the page says, as plain data: the only way by which text from outside reaches the page.

Nothing in here is markup, and nothing of it may become markup: the page's script puts it into the document through
``textContent`` alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from geo.atlas import Atlas, rivals
from geo.extent import Extent, great_circle_km, latlon
from geo.gazetteers import Gazetteer
from geo.gazetteers.stack import unstacked
from geo.model import Course, Kind, Line, Mention, Place

from . import basemap, words
from .article import Mark, plain, set_article
from .shields import shield_of
from .story import StoryEntry, story_order
from .strokes import Looks, looks_of, rest_style
from .style import Shape, StyleOptions, shape_of
from .theatre import Theatre, find_theatre
from .whereabouts import Whereabouts

Record: TypeAlias = dict[str, object]
"""A JSON object in the making."""

MAX_EXCERPTS = 3
"""Excerpts in a popup; the article beside the map has the rest."""
LONGEST_ABBREVIATION = 4
"""A longer word in capitals is the name as headlines and datelines shout it, no other name."""
MAX_TOWNS = 60
"""Towns looked up for orientation; the page shows those that find room."""
MAX_FOCUS_DEGREES = 40.0
"""Width of a view up to which the main place's country is set off: in a wider one that would single it out."""

_KIND_ORDER = (Kind.ROAD, Kind.RAILWAY, Kind.PIPELINE, Kind.RIVER, Kind.BORDER, Kind.FRONT)
_COURSE_ORDER = tuple(Course)
"""What the legend says of lines is sorted by these."""

ATTRIBUTION = "Place data © GeoNames, CC BY 4.0 · Made with Natural Earth"
DISCLAIMER = "Boundaries are drawn as they are held, not as they are claimed, and do not imply endorsement."

_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def to_json(payload: Record) -> str:
    r"""Write JSON that can stand inside a script element: pure ASCII without ``<``, ``>`` and ``&``.

    Examples
    --------
    >>> to_json({"text": "</script>\u2028"})
    '{"text":"\\u003c/script\\u003e\\u2028"}'
    """
    return json.dumps(payload, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)


def build(atlas: Atlas, *, gazetteer: Gazetteer, tool_version: str, min_confidence: float | None = None) -> Record:
    """Return what the page shows of an atlas.

    Parameters
    ----------
    atlas
        What was found.
    gazetteer
        Names the country and province of a place, and gives the towns around it for orientation.
    tool_version
        Printed on the page.
    min_confidence
        Confidence from which places of the atlas are asserted, told beside those that are not; None when not known.
    """
    theatre = find_theatre(atlas)
    entries = story_order(atlas)
    numbers = {document.id: number for number, document in enumerate(atlas.documents)}
    teller = _Teller(Whereabouts(gazetteer), theatre, numbers)
    looks = looks_of(entries)
    documents = _documents(atlas, entries)
    return {
        "title": documents[0]["title"] if len(documents) == 1 else f"{len(documents)} articles",
        "documents": documents,
        "entries": [
            teller.tell(entry) | (_tell_line(entry.referent, looks[number]) if isinstance(entry.referent, Line) else {})
            for number, entry in enumerate(entries)
        ],
        "lines": _legend(entries, looks),
        "unplaced": _unplaced(atlas),
        "view": _view(theatre, entries),
        "threshold": None if min_confidence is None else f"{100 * min_confidence:.3g}",
        "towns": _towns(gazetteer, theatre.extent, {entry.referent.id for entry in entries}),
        "basemap": _basemap(atlas, theatre),
        "notes": {
            "attribution": _attribution(atlas),
            "disclaimer": DISCLAIMER,
            "tool": f"placelines {tool_version}",
            "gazetteer": ", ".join(f"{one.name} {one.version}" for one in unstacked(gazetteer)),
        },
    }


def _unplaced(atlas: Atlas) -> list[tuple[str, list[str]]]:
    """Return the names that mean nothing known, those with the same reason together."""
    reasons = atlas.unresolved_names
    together: dict[str, list[str]] = {}
    for name in sorted(reasons, key=lambda name: (name.casefold(), name)):
        together.setdefault(reasons[name], []).append(name)
    return sorted(together.items())


def _documents(atlas: Atlas, entries: Sequence[StoryEntry]) -> list[Record]:
    number = {entry.referent.id: index for index, entry in enumerate(entries)}
    marks: dict[str, list[Mark]] = {document.id: [] for document in atlas.documents}
    for mention in atlas.mentions:
        resolution, toponym = mention.resolution, mention.toponym
        index = number[resolution.referent.id] if resolution.referent else None
        marks[mention.document_id].append(Mark(toponym.start, toponym.end, index, resolution.is_asserted))
    told: list[Record] = []
    for document in atlas.documents:
        article = set_article(document, marks[document.id])
        told.append(
            {
                "title": plain(article.heading),
                "heading": article.heading,
                "body": article.body,
                "source": " · ".join(filter(None, (document.source, document.file_name))),
            }
        )
    return told


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells entries in words."""

    whereabouts: Whereabouts
    theatre: Theatre
    numbers: Mapping[str, int]
    """Number of a document by its id."""

    def tell(self, entry: StoryEntry) -> Record:
        """Return what the page says of one entry, of a line all but how it is drawn."""
        referent, best = entry.referent, entry.best
        others = rivals(best.resolution)
        where, *elsewhere = self.whereabouts.told_apart([referent, *(other.referent for other in others)])
        return {
            "id": referent.id,
            "name": entry.display_name,
            "kind": words.kind_word(referent),
            "role": words.ROLES.get(entry.role),
            "where": where,
            "shape": shape_of(entry),
            "sure": entry.is_asserted,
            "count": len(entry.mentions),
            "confidence": words.percent(entry.confidence),
            "written": _written(entry),
            "excerpts": [self._excerpt(mention) for mention in _telling(entry)],
            "why": best.resolution.why,
            "rivals": [
                {
                    "name": other.referent.name,
                    "what": ", ".join(filter(None, (words.kind_word(other.referent), there))),
                    "share": words.percent(other.score),
                }
                for other, there in zip(others, elsewhere, strict=True)
            ],
            "source": _source(entry),
            **(self._tell_place(referent) if isinstance(referent, Place) else {}),
        }

    def _tell_place(self, place: Place) -> Record:
        lon, lat = self.theatre.beside(place.lonlat)
        main = self.theatre.main
        is_point = place.kind in (Kind.SETTLEMENT, Kind.FACILITY, Kind.ADMIN2)
        km = great_circle_km(main.lonlat, place.lonlat) if main and is_point and main.id != place.id else None
        return {
            "at": [round(lat, 5), round(lon, 5)],
            "area": place.kind,
            "code": place.country_code if place.kind is Kind.COUNTRY else None,
            "distance": words.distance(km) if km is not None else None,
        }

    def _excerpt(self, mention: Mention) -> list[object]:
        """Return a sentence: the text before the name, the name, the text after, its document, whether it is sure."""
        start, end = mention.mark
        text, number = mention.excerpt.text, self.numbers[mention.document_id]
        return [text[:start], text[start:end], text[end:], number, mention.resolution.is_asserted]


def _tell_line(line: Line, looks: Looks) -> Record:
    shield = shield_of(line)
    label = line.ref if shield else line.road_name or line.name
    return {
        "sort": line.kind,
        "label": None if looks.is_rest else label,
        "shield": shield,
        "listed": words.in_the_list(line),
        "course": words.course_of(line),
        "length": words.length(line),
        "strokes": list(map(_stroke, looks.styles)),
    }


def _legend(entries: Sequence[StoryEntry], looks: Mapping[int, Looks]) -> list[Record]:
    """Return what the legend says of the lines that are drawn and asserted, each sort and course once, in order."""
    told: dict[tuple[int, bool, int], Record] = {}
    for number, own in looks.items():
        line = entries[number].referent
        if entries[number].is_asserted and isinstance(line, Line):
            kind, course = _KIND_ORDER.index(line.kind), _COURSE_ORDER.index(line.course)
            if not own.is_rest:
                strokes = [_stroke(style) for style in own.styles]
                told[kind, False, course] = {"words": words.legend_of(line), "strokes": strokes}
            if rest := line if own.is_rest else own.rest:
                told[kind, True, 0] = {"words": words.rest_of(rest), "strokes": [_stroke(rest_style(rest))]}
    return [told[place] for place in sorted(told)]


def _stroke(style: StyleOptions) -> Record:
    """Return a stroke as the legend and the list draw it: attributes of an SVG path, of its classes the colour."""
    return {
        "class": str(style["class_name"]).split()[-1],
        "stroke-width": style["weight"],
        "stroke-opacity": style["opacity"],
        "stroke-dasharray": style["dash_array"] or "none",
        "stroke-linecap": style["line_cap"],
    }


def _attribution(atlas: Atlas) -> str:
    """Return what the licences of everything that is drawn ask to be shown."""
    lines = {entry.referent.attribution for entry in atlas.lines}
    return " · ".join([ATTRIBUTION, *sorted(filter(None, lines))])


def _written(entry: StoryEntry) -> str | None:
    """Return how the text writes the name, when that is another word than the name shown."""
    written = entry.name_as_written
    is_same = written.casefold() == entry.display_name.casefold()
    is_shouted = written.isupper() and len(written) > LONGEST_ABBREVIATION
    is_line = isinstance(entry.referent, Line)
    return None if is_same or is_shouted or is_line else written


def _source(entry: StoryEntry) -> str:
    """Return where a place comes from, with the gazetteer's own spelling of its name when that is another.

    Of a line, where its course comes from, with what the licence asks to be shown.
    """
    referent = entry.referent
    if isinstance(referent, Line):
        return " · ".join(filter(None, (f"Course: {referent.gazetteer}", referent.attribution)))
    spelling = "" if referent.name == entry.display_name else f", {referent.name}"
    return f"{referent.gazetteer} {referent.gazetteer_id}{spelling}"


def _telling(entry: StoryEntry) -> list[Mention]:
    """Choose the mentions to quote, in order of the text; a sentence is quoted once."""
    sentences: dict[tuple[str, int, int], Mention] = {}
    for mention in entry.mentions:
        sentences.setdefault((mention.document_id, mention.excerpt.start, mention.excerpt.end), mention)
    return list(sentences.values())[:MAX_EXCERPTS]


def _view(theatre: Theatre, entries: Sequence[StoryEntry]) -> Record:
    main = next((entry for entry in entries if theatre.main and entry.referent.id == theatre.main.id), None)
    is_regional = theatre.extent.width <= MAX_FOCUS_DEGREES
    return {
        "bounds": [[round(degrees, 4) for degrees in latlon(corner)] for corner in theatre.corners],
        "main": entries.index(main) if main else None,
        "focus": main.referent.country_code if main and main.is_asserted and is_regional else None,
    }


def _basemap(atlas: Atlas, theatre: Theatre) -> Record:
    points = [entry.referent.lonlat for entry in atlas.places if shape_of(entry) in (Shape.CIRCLE, Shape.SQUARE)]
    blocks = basemap.blocks(theatre.extent, places=points)
    return {**blocks, "inset": basemap.inset(), "labels": basemap.labels()}


def _towns(gazetteer: Gazetteer, extent: Extent, story_ids: set[str]) -> list[list[object]]:
    """Return towns for orientation, largest first: in the view, then around it for those who pan."""
    around = extent.grown(max(0.3, extent.width, extent.height))
    nearby = [*gazetteer.largest_in(extent.grown(0.2), MAX_TOWNS), *gazetteer.largest_in(around, MAX_TOWNS)]
    towns = {place.id: place for place in nearby if place.id not in story_ids}
    return [[place.name, round(place.lat, 4), round(place.lon, 4)] for place in towns.values()]
