"""Everything the page says, as plain data: the only way by which text from outside reaches the page.

Nothing in here is markup, and nothing of it may become markup: the page's script puts it into the document through
``textContent`` alone.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from geo.addresses import web_address
from geo.atlas import Atlas
from geo.entries import counted
from geo.extent import Extent, latlon
from geo.gazetteers import Gazetteer
from geo.gazetteers.stack import unstacked
from geo.model import Course, Document, Kind, Line, Place

from . import basemap, takeaway, vicinities, words
from .article import Mark, plain, set_article
from .heads import line_head, stroke
from .packing import Record, in_blocks, pack_json
from .story import AnyEntry, StoryEntry, story_order
from .strokes import Looks, looks_of, rest_style
from .style import Shape, shape_of
from .telling import AtlasEntry, Teller
from .theatre import Theatre, find_theatre
from .whereabouts import Whereabouts

MAX_TOWNS = 60
"""Towns looked up for orientation; the page shows those that find room."""
MAX_FOCUS_DEGREES = 40.0
"""Width of a view up to which the main place's country is set off: in a wider one that would single it out."""
MOST_INLINE = 400_000
"""Characters of articles up to which a page carries its story as it is; of more, everything is packed."""
MOST_INLINE_MENTIONS = 2_000
"""The same for mentions."""
DETAILS_IN_BLOCK, _TEXTS_IN_BLOCK = 64, 32
DETAILS_ROOM, _TEXTS_ROOM = 5_500_000, 5_000_000
"""Characters that packed details and packed articles may take: with them a page stays below 15 MB."""

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
    documents = sorted(atlas.documents, key=_by_date)
    numbers = {document.id: number for number, document in enumerate(documents)}
    teller = Teller.of(atlas, numbers, Whereabouts(gazetteer), theatre)
    looks = looks_of(entries)
    marks = _marks(atlas, entries)
    articles = [set_article(document, marks[document.id]) for document in documents]
    titles = [plain(article.heading) for article in articles]
    is_many = sum(len(each.text) for each in documents) > MOST_INLINE or len(atlas.mentions) > MOST_INLINE_MENTIONS
    return {
        "title": titles[0] if len(titles) == 1 else _headline(documents),
        "documents": packed_if(is_many, list(map(_document, documents, titles))),
        "texts": in_blocks(
            [[article.heading, article.body] for article in articles],
            size=_TEXTS_IN_BLOCK,
            room=_TEXTS_ROOM if is_many else None,
        ),
        "entries": packed_if(is_many, heads_of(entries, looks, gazetteer, teller.head)),
        "details": in_blocks(
            [teller.details(entry) for entry in entries],
            size=DETAILS_IN_BLOCK,
            room=DETAILS_ROOM if is_many else None,
        ),
        "areas": vicinities.tell(atlas, entries, theatre, numbers),
        "unplaced": _unplaced(atlas),
        "unplaced_names": teller.unplaced_names(atlas),
        "files": takeaway.carried(atlas),
        **surroundings(
            entries, looks, theatre, gazetteer=gazetteer, tool_version=tool_version, min_confidence=min_confidence
        ),
    }


def surroundings(
    entries: Sequence[StoryEntry],
    looks: Mapping[int, Looks],
    theatre: Theatre,
    *,
    gazetteer: Gazetteer,
    tool_version: str,
    min_confidence: float | None,
) -> Record:
    """Return what stands around the story, whatever it was told by: legend, view, basemap, towns, notes."""
    return {
        "lines": _legend(entries, looks),
        "view": _view(theatre, entries),
        "threshold": None if min_confidence is None else f"{100 * min_confidence:.3g}",
        "towns": _towns(gazetteer, theatre.extent, {entry.referent.id for entry in entries}),
        "basemap": _basemap(entries, theatre),
        "notes": {
            "attribution": _attribution(entries),
            "disclaimer": DISCLAIMER,
            "tool": f"placelines {tool_version}",
            "gazetteer": ", ".join(f"{one.name} {one.version}" for one in unstacked(gazetteer)),
        },
    }


def _by_date(document: Document) -> tuple[bool, str, str]:
    """Sort by day, those without one last."""
    return document.date is None, str(document.date), document.id


def _headline(documents: Sequence[Document]) -> str:
    publishers = {document.source for document in documents if document.source}
    return headline(len(documents), len(publishers), [document.date for document in documents if document.date])


def headline(articles: int, publishers: int, days: Sequence[datetime.date]) -> str:
    r"""Return what many articles are called together.

    Examples
    --------
    >>> headline(27, 3, [datetime.date(2020, 3, 2), datetime.date(2020, 3, 31)])
    '27 articles, 3 sources, 2–31\xa0March 2020'
    """
    sources = f"{publishers:,} sources" if publishers > 1 else None
    span = words.days(min(days), max(days)) if days else None
    return ", ".join(filter(None, (counted(articles, "article"), sources, span)))


def _document(document: Document, title: str) -> Record:
    return {
        "id": document.id,
        "title": title,
        "publisher": document.source or "",
        "source": " · ".join(filter(None, (document.author, document.source, document.file_name))),
        "date": document.date.isoformat() if document.date else None,
        "url": web_address(document.url),
        "articles": 1,
    }


def heads_of(
    entries: Sequence[AnyEntry],
    looks: Mapping[int, Looks],
    gazetteer: Gazetteer,
    head: Callable[[AnyEntry, Sequence[str]], Record],
) -> list[Record]:
    """Return the heads of entries, those of lines with how they are drawn; ``head`` takes name keys as well."""
    keys = gazetteer.keys_in_other_scripts([entry.referent.id for entry in entries])
    return [
        head(entry, keys.get(entry.referent.id, ()))
        | (line_head(entry.referent, looks[number]) if isinstance(entry.referent, Line) else {})
        for number, entry in enumerate(entries)
    ]


def packed_if(is_many: bool, records: list[Record]) -> object:
    """Return records as they are, or packed: to the page it is the same."""
    return {"packed": pack_json(records)} if is_many else records


def _unplaced(atlas: Atlas) -> list[tuple[str, list[str]]]:
    """Return the names that mean nothing known, those with the same reason together."""
    reasons = atlas.unresolved_names
    together: dict[str, list[str]] = {}
    for name in sorted(reasons, key=lambda name: (name.casefold(), name)):
        together.setdefault(reasons[name], []).append(name)
    return sorted(together.items())


def _marks(atlas: Atlas, entries: Sequence[AtlasEntry]) -> dict[str, list[Mark]]:
    """Return the toponyms of each document, by its id."""
    number = {entry.referent.id: index for index, entry in enumerate(entries)}
    marks: dict[str, list[Mark]] = {document.id: [] for document in atlas.documents}
    for mention in atlas.mentions:
        resolution, toponym = mention.resolution, mention.toponym
        index = number[resolution.referent.id] if resolution.referent else None
        marks[mention.document_id].append(Mark(toponym.start, toponym.end, index, resolution.is_asserted))
    return marks


def _legend(entries: Sequence[StoryEntry], looks: Mapping[int, Looks]) -> list[Record]:
    """Return what the legend says of the lines that are drawn and asserted, each sort and course once, in order."""
    told: dict[tuple[int, bool, int], Record] = {}
    for number, own in looks.items():
        line = entries[number].referent
        if entries[number].is_asserted and isinstance(line, Line):
            kind, course = _KIND_ORDER.index(line.kind), _COURSE_ORDER.index(line.course)
            if not own.is_rest:
                strokes = [stroke(style) for style in own.styles]
                told[kind, False, course] = {"words": words.legend_of(line), "strokes": strokes, "rest": False}
            if rest := line if own.is_rest else own.rest:
                strokes = [stroke(rest_style(rest))]
                told[kind, True, 0] = {"words": words.rest_of(rest), "strokes": strokes, "rest": True}
    return [told[place] for place in sorted(told)]


def _attribution(entries: Iterable[StoryEntry]) -> str:
    """Return what the licences of everything that is drawn ask to be shown."""
    lines = {entry.referent.attribution for entry in entries if isinstance(entry.referent, Line)}
    return " · ".join([ATTRIBUTION, *sorted(filter(None, lines))])


def _view(theatre: Theatre, entries: Sequence[StoryEntry]) -> Record:
    found = (number for number, each in enumerate(entries) if theatre.main and each.referent.id == theatre.main.id)
    main = next(found, None)
    is_regional = theatre.extent.width <= MAX_FOCUS_DEGREES
    is_focus = theatre.main and main is not None and entries[main].is_asserted and is_regional
    return {
        "bounds": [[round(degrees, 4) for degrees in latlon(corner)] for corner in theatre.corners],
        "main": main,
        "focus": theatre.main.country_code if theatre.main and is_focus else None,
    }


def _basemap(entries: Iterable[StoryEntry], theatre: Theatre) -> Record:
    places = (each.referent for each in entries if shape_of(each) in (Shape.CIRCLE, Shape.SQUARE))
    points = [place.lonlat for place in places if isinstance(place, Place)]
    blocks = basemap.blocks(theatre.extent, places=points)
    return {**blocks, "inset": basemap.inset(), "labels": basemap.labels()}


def _towns(gazetteer: Gazetteer, extent: Extent, story_ids: set[str]) -> list[list[object]]:
    """Return towns for orientation, largest first: in the view, then around it for those who pan."""
    around = extent.grown(max(0.3, extent.width, extent.height))
    nearby = [*gazetteer.largest_in(extent.grown(0.2), MAX_TOWNS), *gazetteer.largest_in(around, MAX_TOWNS)]
    towns = {place.id: place for place in nearby if place.id not in story_ids}
    return [[place.name, round(place.lat, 4), round(place.lon, 4)] for place in towns.values()]
