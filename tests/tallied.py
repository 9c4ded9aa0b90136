"""Corpora in memory: what `geo.corpora.corpus.Corpus` tells a page of staged parts, told of an ordinary atlas."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.atlas import Atlas
from geo.corpora import Article, Quote, R, Tally
from geo.entries import Entry
from geo.model import Line, Mention, Place, Role

MOST_QUOTES = 5


@dataclass(frozen=True)
class Counts:
    documents: int
    sources: int
    first_date: datetime.date | None
    last_date: datetime.date | None


@dataclass(frozen=True)
class Unplaced:
    name: str


@dataclass(frozen=True)
class TalliedCorpus:
    """The documents of an atlas as a corpus; their positions are those in the atlas, ``first`` and on."""

    atlas: Atlas
    urls: Mapping[str, str] = field(default_factory=dict)
    """Addresses of documents, by id."""
    first: int = 3
    """Position of the first document: what comes before could not be read."""
    copies: Sequence[str] = ()
    """Ids of documents that are copies, and count for nothing."""

    @property
    def is_counted_once(self) -> bool:
        return bool(self.copies)

    @property
    def counts(self) -> Counts:
        counted = [each for each in self.atlas.documents if each.id not in self.copies]
        days = [each.date for each in counted if each.date]
        sources = {each.source for each in counted if each.source}
        return Counts(len(counted), len(sources), min(days, default=None), max(days, default=None))

    @property
    def places(self) -> tuple[Tally[Place], ...]:
        return tuple(self._tally(entry) for entry in self.atlas.places)

    @property
    def lines(self) -> tuple[Tally[Line], ...]:
        return tuple(self._tally(entry) for entry in self.atlas.lines)

    def articles(self) -> Iterator[Article]:
        for position, each in enumerate(self.atlas.documents, self.first):
            copied = "the first" if each.id in self.copies else None
            url = self.urls.get(each.id)
            yield Article(position, each.id, each.title, each.source, each.date, url, 1, copied)

    def told(self) -> Iterator[tuple[Tally[Any], list[tuple[int, int]]]]:
        entries: list[Entry[Place] | Entry[Line]] = [*self.atlas.places, *self.atlas.lines]
        for entry in entries:
            counts = Counter(self._position(each) for each in entry.mentions)
            yield self._tally(entry), sorted(counts.items())

    def unlocated_names(self, limit: int | None = None) -> tuple[Unplaced, ...]:
        counts = Counter(each.toponym.text for each in self.atlas.unresolved)
        return tuple(Unplaced(name) for name, _ in counts.most_common(limit))

    def _tally(self, entry: Entry[R]) -> Tally[R]:
        documents = {each.id: each for each in self.atlas.documents}
        own = [documents[each] for each in dict.fromkeys(each.document_id for each in entry.mentions)]
        days = [each.date for each in own if each.date]
        spellings = Counter(m.toponym.text for m in entry.mentions if m.resolution.role is not Role.DEMONYM)
        return Tally(
            entry.referent,
            mentions=len(entry.mentions),
            documents=len(own),
            sources=len({each.source for each in own if each.source}),
            first_date=min(days, default=None),
            last_date=max(days, default=None),
            asserted=sum(each.resolution.is_asserted for each in entry.mentions),
            confidence=round(entry.confidence, 3),
            role=entry.role,
            name_as_written=entry.name_as_written,
            spellings=tuple(spellings.most_common()),
            quotes=tuple(self._quote(each) for each in dict.fromkeys((entry.best, *entry.mentions[:MOST_QUOTES]))),
        )

    def _quote(self, mention: Mention) -> Quote:
        resolution, (start, end) = mention.resolution, mention.mark
        return Quote(
            self._position(mention),
            start,
            end,
            mention.excerpt.text,
            mention.toponym.start,
            resolution.is_asserted,
            round(resolution.confidence, 3),
            resolution.role,
            resolution.why,
            None,
        )

    def _position(self, mention: Mention) -> int:
        ids = [each.id for each in self.atlas.documents]
        return ids.index(mention.document_id) + self.first
