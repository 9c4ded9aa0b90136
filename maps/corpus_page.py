"""A corpus as one HTML file: the page of an atlas (`maps.page`), with counts and excerpts in the place of texts.

What differs is what the page is told. Of very many articles it does not know each (`maps.cells`); of very many places
it has those that are named most, and says so. Corrections are left out: they belong to the articles.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from geo.corpora import Article, Tally
from geo.entries import counted
from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import open_embedded
from geo.model import Line, Place
from geo.version import __version__

from . import cells, page, payload, takeaway
from .draw import draw_story
from .packing import Record, in_blocks
from .story import ranked
from .strokes import looks_of
from .tally_entries import TallyEntry, TallyTeller, key
from .theatre import Theatre, theatre_of
from .tiles import Tiles
from .whereabouts import Whereabouts

MOST_PLACES = 40_000
"""Places that a page has; the tables beside it have all."""
MOST_LINES = 300
"""Roads, rivers and the like: each is drawn by elements of its own, and has a course."""
MOST_UNPLACED = 200
"""Names without a place that are listed."""
EXCERPTS_IN_ALL = 60_000
"""About so many excerpts a page carries."""


AnyTally = TypeVar("AnyTally", Tally[Place], Tally[Line])


class UnplacedName(Protocol):
    """A name that means nothing known."""

    @property
    def name(self) -> str:
        """The name."""


class Counts(Protocol):
    """How much a corpus has."""

    @property
    def documents(self) -> int:
        """Documents, copies left out where they are not counted."""

    @property
    def sources(self) -> int:
        """Publishers."""

    @property
    def first_date(self) -> datetime.date | None:
        """Day of the first document; None when no day of any is known."""

    @property
    def last_date(self) -> datetime.date | None:
        """Day of the last."""


class Corpus(Protocol):
    """What a page needs of a `geo.corpora.corpus.Corpus`."""

    @property
    def is_counted_once(self) -> bool:
        """Whether articles that are copies of earlier ones count for nothing."""

    @property
    def counts(self) -> Counts:
        """How much it has."""

    @property
    def places(self) -> Sequence[Tally[Place]]:
        """Places, most mentioned first."""

    @property
    def lines(self) -> Sequence[Tally[Line]]:
        """Whole lines, with what is said of their sections; then those sections."""

    def articles(self) -> Iterator[Article]:
        """Give the articles, by position."""

    def told(self) -> Iterable[tuple[Tally[Place] | Tally[Line], Iterable[tuple[int, int]]]]:
        """Give, of each place and line, the positions of the articles that tell of it, and how often.

        These are read before the next place or line is asked for.
        """

    def unlocated_names(self, limit: int | None = None) -> Sequence[UnplacedName]:
        """Give names that mean nothing known and say something to a reader, most frequent first."""


def render(
    corpus: Corpus,
    *,
    gazetteer: Gazetteer | None = None,
    tool_version: str = __version__,
    min_confidence: float | None = None,
    tiles: Tiles | None = None,
    files: Mapping[str, Iterable[bytes]] | None = None,
) -> str:
    """Return the page of a corpus; the same corpus gives the same page.

    Parameters
    ----------
    corpus
        What was found.
    gazetteer, tool_version, min_confidence, tiles
        As `maps.page.render` takes them.
    files
        GeoJSON files that are written beside the page, by name: those that are small enough travel in it. None for a
        page that offers none.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    OutputError
        If the data did not come through unchanged; such a page must not be opened.
    ResourceError
        If a script, style or basemap of this installation is missing or damaged.
    """
    from .figure import Frame

    if gazetteer is None:
        gazetteer = open_embedded()
    entries = _entries(corpus)
    theatre = theatre_of(entries, is_corpus=True)
    looks = looks_of(entries)
    documents = cells.gather(_articles(corpus), _told(corpus, entries), len(entries))
    teller = _teller(corpus, entries, documents, theatre, gazetteer)
    told = {
        "title": _title(corpus.counts),
        "documents": payload.packed_if(True, documents.records),
        "are_cells": documents.are_cells,
        "texts": None,
        "entries": payload.packed_if(True, payload.heads_of(entries, looks, gazetteer, teller.head)),
        "details": _details(teller, entries),
        "areas": [],
        "unplaced": _unplaced(corpus),
        "unplaced_names": [],
        "files": takeaway.packed(files or {}),
        "left_out": _left_out(corpus, entries),
        **payload.surroundings(
            entries, looks, theatre, gazetteer=gazetteer, tool_version=tool_version, min_confidence=min_confidence
        ),
    }
    return page.assemble(Frame(draw_story(entries, theatre)).parts(), told, tiles)


def _teller(
    corpus: Corpus, entries: Sequence[TallyEntry], documents: cells.Documents, theatre: Theatre, gazetteer: Gazetteer
) -> TallyTeller:
    """Return what tells of the entries, which share the excerpts that a page carries."""
    excerpts = max(1, EXCERPTS_IN_ALL // max(1, len(entries)))
    return TallyTeller(
        Whereabouts(gazetteer),
        theatre,
        {key(entry): told for entry, told in zip(entries, documents.told, strict=True)},
        documents.numbers,
        _quoted(_articles(corpus), entries, excerpts) if documents.are_cells else {},
        excerpts,
    )


def _details(teller: TallyTeller, entries: Sequence[TallyEntry]) -> Record:
    return in_blocks(list(map(teller.details, entries)), size=payload.DETAILS_IN_BLOCK, room=payload.DETAILS_ROOM)


def _entries(corpus: Corpus) -> list[TallyEntry]:
    """Return what the page shows, most mentioned first. Sections are left out whose whole line counts them."""
    places = [TallyEntry(tally) for tally in _most(corpus.places, MOST_PLACES)]
    lines = [TallyEntry(tally) for tally in _most(_lines(corpus), MOST_LINES)]
    return ranked([*places, *lines])


def _lines(corpus: Corpus) -> list[Tally[Line]]:
    return [tally for tally in corpus.lines if not (tally.referent.is_section and tally.referent.whole)]


def _most(tallies: Sequence[AnyTally], most: int) -> list[AnyTally]:
    return sorted(tallies, key=lambda tally: (-tally.mentions, tally.referent.id))[:most]


def _told(corpus: Corpus, entries: Sequence[TallyEntry]) -> Iterator[tuple[int, Iterable[tuple[int, int]]]]:
    numbers = {(isinstance(entry.referent, Line), entry.referent.id): at for at, entry in enumerate(entries)}
    for tally, pairs in corpus.told():
        number = numbers.get((isinstance(tally.referent, Line), tally.referent.id))
        if number is not None:
            yield number, pairs


def _articles(corpus: Corpus) -> Callable[[], Iterator[Article]]:
    """Return what gives the articles that count."""
    if corpus.is_counted_once:
        return lambda: (article for article in corpus.articles() if article.duplicate_of is None)
    return corpus.articles


def _quoted(
    articles: Callable[[], Iterator[Article]], entries: Sequence[TallyEntry], excerpts: int
) -> dict[int, Record]:
    """Return the articles that are quoted, by position."""
    positions = {quote.position for entry in entries for quote in entry.tally.quotes[:excerpts]}
    return {each.position: cells.record_of(each) for each in articles() if each.position in positions}


def _title(counts: Counts) -> str:
    days = [day for day in (counts.first_date, counts.last_date) if day]
    return payload.headline(counts.documents, counts.sources, days)


def _unplaced(corpus: Corpus) -> list[tuple[str, list[str]]]:
    """Return the names that mean nothing known, the most frequent of them, together."""
    names = list(dict.fromkeys(each.name for each in corpus.unlocated_names(MOST_UNPLACED)))
    return [("the most frequent ones" if len(names) >= MOST_UNPLACED else "", names)] if names else []


def _left_out(corpus: Corpus, entries: Sequence[TallyEntry]) -> str:
    """Return how much is not on the page, in words."""
    drawn = sum(isinstance(entry.referent, Line) for entry in entries)
    few = [(len(corpus.places) - (len(entries) - drawn), "place"), (len(_lines(corpus)) - drawn, "line")]
    told = " and ".join(counted(count, noun) for count, noun in few if count > 0)
    return f"{told}, those named least, would make this page too large: the files beside it have all." if told else ""
