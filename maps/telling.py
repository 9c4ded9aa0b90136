"""What the page says of a place or line of an atlas: a head for map and list, details for those who open it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from geo.atlas import Atlas
from geo.entries import Entry, rivals
from geo.model import LINE_KINDS, Candidate, Correction, Line, Mention, Place
from geo.names import name_key

from . import heads, words
from .packing import Record
from .theatre import Theatre
from .whereabouts import Whereabouts

MAX_EXCERPTS = 3
"""Excerpts in the popup of a page with one article, which has the rest beside the map."""
MOST_EXCERPTS = 24
"""Excerpts of a place where there are several articles."""
EXCERPTS_IN_ALL = 60_000
"""About so many excerpts a page carries."""

AtlasEntry: TypeAlias = Entry[Place] | Entry[Line]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells entries in words and numbers."""

    whereabouts: Whereabouts
    theatre: Theatre
    numbers: Mapping[str, int]
    """Number of a document by its id."""
    meanings: Mapping[str, frozenset[str | None]]
    """What each name means somewhere in the documents: ids of referents, None for none; by its key."""
    excerpts: int
    """Most excerpts of an entry."""

    @classmethod
    def of(cls, atlas: Atlas, numbers: Mapping[str, int], whereabouts: Whereabouts, theatre: Theatre) -> Teller:
        """Make the teller of an atlas; its documents are numbered in the page's order."""
        meanings: defaultdict[str, set[str | None]] = defaultdict(set)
        for mention in atlas.mentions:
            referent = mention.resolution.referent
            meanings[name_key(mention.toponym.text)].add(referent.id if referent else None)
        count = max(1, len(atlas.places) + len(atlas.lines))
        room = max(MAX_EXCERPTS, min(MOST_EXCERPTS, EXCERPTS_IN_ALL // count))
        most = MAX_EXCERPTS if len(numbers) == 1 else room
        known = {name: frozenset(ids) for name, ids in meanings.items()}
        return cls(whereabouts, theatre, numbers, known, most)

    def head(self, entry: AtlasEntry, keys: Sequence[str]) -> Record:
        """Return what the list, the search and the map need, of a line all but how it is drawn.

        Parameters
        ----------
        entry
            A place or line.
        keys
            Its name keys in other scripts.
        """
        return {
            **heads.head(entry, self.theatre, keys),
            "corrected": any(mention.resolution.correction for mention in entry.mentions),
            "told": self._told(entry),
            "first": self._first(entry),
        }

    def details(self, entry: AtlasEntry) -> Record:
        """Return what the popup says besides."""
        best = entry.best.resolution
        others = rivals(best)
        where, *elsewhere = self.whereabouts.told_apart([entry.referent, *(other.referent for other in others)])
        return {
            "where": where,
            "excerpts": [self._excerpt(mention, nth) for mention, nth in self._telling(entry)],
            "why": best.why,
            "rivals": [self._rival(other, there) for other, there in zip(others, elsewhere, strict=True)],
            "source": heads.source(entry),
            "corrections": _corrections(entry),
            "names": self._names(entry.mentions, entry.referent.id),
        }

    def _told(self, entry: AtlasEntry) -> list[int]:
        """Return which documents tell of it how often: number and count in turn."""
        counts = Counter(self.numbers[mention.document_id] for mention in entry.mentions)
        return [value for pair in sorted(counts.items()) for value in pair]

    def _first(self, entry: AtlasEntry) -> list[int]:
        """Return where the page tells of it first: number of the document, and first code point in that."""
        return list(min((self.numbers[mention.document_id], mention.toponym.start) for mention in entry.mentions))

    def _rival(self, other: Candidate, where: str) -> Record:
        referent = other.referent
        return {
            "id": referent.id,
            "name": referent.name,
            "what": ", ".join(filter(None, (words.kind_word(referent), where))),
            "share": words.percent(other.score),
            "at": heads.at(referent, self.theatre) if isinstance(referent, Place) else None,
        }

    def _excerpt(self, mention: Mention, nth: int) -> list[object]:
        """Return a sentence: the text before the name, the name, the text after, its document, whether it is sure.

        Last comes which of the entry's mentions in its document this is, counted from 0.
        """
        start, end = mention.mark
        text, number = mention.excerpt.text, self.numbers[mention.document_id]
        return [text[:start], text[start:end], text[end:], number, mention.resolution.is_asserted, nth]

    def _telling(self, entry: AtlasEntry) -> list[tuple[Mention, int]]:
        """Choose the mentions to quote, in reading order, each with which of its document's it is.

        A sentence is quoted once, every document before any twice.
        """
        sentences: dict[tuple[str, int, int], tuple[Mention, int]] = {}
        read: Counter[str] = Counter()
        for mention in entry.mentions:
            within = mention.document_id, mention.excerpt.start, mention.excerpt.end
            sentences.setdefault(within, (mention, read[mention.document_id]))
            read[mention.document_id] += 1
        told: Counter[str] = Counter()
        turns = []
        for at, (mention, nth) in enumerate(sentences.values()):
            turns.append((told[mention.document_id], at, mention, nth))
            told[mention.document_id] += 1
        chosen = [(mention, nth) for _, _, mention, nth in sorted(turns, key=lambda turn: turn[:2])[: self.excerpts]]
        return sorted(chosen, key=lambda turn: (self.numbers[turn[0].document_id], turn[0].toponym.start))

    def unplaced_names(self, atlas: Atlas) -> list[tuple[str, list[int] | None]]:
        """Return the names that mean nothing known, each with the documents in which it does not; None for every one.

        Lines are left out: what is written of one, as "the road to Homs" is, may be any.
        """
        return self._names([each for each in atlas.unresolved if each.toponym.kind not in LINE_KINDS], None)

    def _names(self, mentions: Sequence[Mention], own: str | None) -> list[tuple[str, list[int] | None]]:
        """Return the names by which a referent goes, each with the documents in which it does; None if it always does.

        Parameters
        ----------
        mentions
            All of the referent.
        own
            Its id; None for no referent.
        """
        told: dict[str, set[int]] = {}
        for mention in mentions:
            told.setdefault(mention.toponym.text, set()).add(self.numbers[mention.document_id])
        return [
            (name, None if self.meanings[name_key(name)] == {own} else sorted(documents))
            for name, documents in sorted(told.items())
        ]


def _corrections(entry: AtlasEntry) -> list[str]:
    """Return who corrected it and why, each once."""
    return list(dict.fromkeys(map(_correction, _corrections_of(entry))))


def _corrections_of(entry: AtlasEntry) -> Iterator[Correction]:
    return (correction for mention in entry.mentions if (correction := mention.resolution.correction))


def _correction(correction: Correction) -> str:
    author = f" by {correction.author}" if correction.author else ""
    day = f" on {correction.date}" if correction.date else ""
    note = f": {correction.note}" if correction.note else ""
    return f"Corrected{author}{day}{note}"
