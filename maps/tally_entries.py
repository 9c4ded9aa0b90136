"""What the page says of a place or line of a corpus: heads for map and list, details for those who open one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.corpora import Quote, Tally
from geo.entries import counted, name_for_readers
from geo.model import Line, Place, Role

from . import heads, words
from .packing import Record
from .theatre import Theatre
from .whereabouts import Whereabouts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RIVAL = re.compile(r"(?P<name>[^,]*)(?:, (?P<where>.*))? \((?P<id>[^\s()]+)\) (?P<share>\d(?:\.\d+)?)")
"""One of what the field ``rivals`` of files lists: "Paris, Texas, US (geonames:4717560) 0.12"."""
_BETWEEN_RIVALS = " | "


@dataclass(frozen=True, slots=True)
class TallyEntry:
    """A place or line of a corpus as a `maps.story.StoryEntry`."""

    tally: Tally[Place] | Tally[Line]
    """What is said of it."""

    @property
    def referent(self) -> Place | Line:
        """The place or line."""
        return self.tally.referent

    @property
    def display_name(self) -> str:
        """Its name for a reader."""
        return name_for_readers(self.tally.referent, [name for name, _ in self.tally.spellings])

    @property
    def name_as_written(self) -> str:
        """The most frequent spelling."""
        return self.tally.name_as_written

    @property
    def role(self) -> Role:
        """What its names do in the sentences."""
        return self.tally.role

    @property
    def is_asserted(self) -> bool:
        """Whether any mention is sure enough to tell of it as a fact."""
        return self.tally.asserted > 0

    @property
    def confidence(self) -> float:
        """That of its surest mention."""
        return self.tally.confidence

    @property
    def count(self) -> int:
        """How often it is named."""
        return self.tally.mentions

    @property
    def weight(self) -> float:
        """About the sum of the confidences of its mentions."""
        return self.tally.mentions * self.tally.confidence

    @property
    def best(self) -> Quote | None:
        """The quoted mention that tells best why it is on the map; None where none is quoted."""
        return self.tally.quotes[0] if self.tally.quotes else None


@dataclass(frozen=True, slots=True)
class TallyTeller:
    """Tells entries of a corpus in words and numbers."""

    whereabouts: Whereabouts
    theatre: Theatre
    told: Mapping[str, list[int]]
    """Which documents of the page tell of an entry how often, by `key`."""
    numbers: NDArray[np.int32]
    """Number of the page's document by the position of an article."""
    articles: Mapping[int, Record]
    """Articles that are quoted and are no documents of the page themselves, by position."""
    excerpts: int
    """Most excerpts of an entry."""

    def head(self, entry: TallyEntry, keys: Sequence[str]) -> Record:
        """Return what the list, the search and the map need; ``keys`` are its name keys in other scripts."""
        return {**heads.head(entry, self.theatre, keys), "corrected": False, "told": self.told[key(entry)]}

    def details(self, entry: TallyEntry) -> Record:
        """Return what the popup says besides."""
        best = entry.best
        (where,) = self.whereabouts.told_apart([entry.referent])
        return {
            "where": where,
            "spread": spread(entry.tally),
            "excerpts": [self._excerpt(quote) for quote in entry.tally.quotes[: self.excerpts]],
            "why": (best.why if best else None) or "",
            "rivals": rivals(best.rivals) if best and best.rivals else [],
            "source": heads.source(entry),
            "corrections": [],
            "names": [],
        }

    def _excerpt(self, quote: Quote) -> list[object]:
        """Return a sentence as `maps.telling` does; last comes its article, where the page has none of its own."""
        text, number = quote.text, int(self.numbers[quote.position])
        parts = [text[: quote.start], text[quote.start : quote.end], text[quote.end :]]
        return [*parts, number, quote.is_asserted, 0, *filter(None, [self.articles.get(quote.position)])]


def key(entry: TallyEntry) -> str:
    """Return what an entry goes by: a river may be a place to one article, and a line by the same id to another."""
    return f"{'line' if isinstance(entry.referent, Line) else 'place'} {entry.referent.id}"


def spread(tally: Tally[Place] | Tally[Line]) -> str:
    """Return how widely a place is told of: "12 mentions in 5 articles of 2 sources, 2–31 March 2020"."""
    of = f" of {counted(tally.sources, 'source')}" if tally.sources else ""
    days = words.days(tally.first_date, tally.last_date) if tally.first_date and tally.last_date else None
    told = f"{counted(tally.mentions, 'mention')} in {counted(tally.documents, 'article')}{of}"
    return ", ".join(filter(None, (told, days)))


def rivals(field: str) -> list[Record]:
    """Return what the field ``rivals`` of files lists, as the page has it; what is written otherwise is left out.

    Examples
    --------
    >>> rivals("Paris, Texas, US (geonames:4717560) 0.12")
    [{'id': 'geonames:4717560', 'name': 'Paris', 'what': 'Texas, US', 'share': 12, 'at': None}]
    """
    found = map(_RIVAL.fullmatch, field.split(_BETWEEN_RIVALS))
    return [
        {
            "id": each["id"],
            "name": each["name"],
            "what": each["where"] or "",
            "share": words.percent(float(each["share"])),
            "at": None,
        }
        for each in found
        if each
    ]
