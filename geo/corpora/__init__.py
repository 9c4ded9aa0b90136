"""Corpora: any number of articles, read in batches on any engine, and what they say of places all together.

The articles are read in parts of a fixed number each, and the tables of every part lie on the disk: nothing of a corpus
but what is said of its places is ever in memory as a whole. `geo.corpora.corpus` asks all parts together.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..model import Line, Place, Role

R = TypeVar("R", Place, Line)


@dataclass(frozen=True, slots=True)
class Quote:
    """A mention that tells why something is on the map."""

    position: int
    """Number of its document in the corpus."""
    start: int
    """Where the name begins in `text`, in code points."""
    end: int
    """One past its last code point."""
    text: str
    """The sentence."""
    first_char: int
    """Where the name begins in the article."""
    is_asserted: bool
    """Whether it is sure enough to be told as a fact."""
    confidence: float
    """0 to 1, three decimals."""
    role: Role
    """What the name does in the sentence."""
    why: str | None
    """The reasons, joined by ``; ``."""
    rivals: str | None
    """Other places that it may mean, as the field ``rivals`` of files has it."""


@dataclass(frozen=True, slots=True)
class Tally(Generic[R]):
    """One place or line with what all documents together say of it."""

    referent: R
    """The place or line."""
    mentions: int
    """How often it is named."""
    documents: int
    """In how many documents."""
    sources: int
    """Of how many publishers, those without a name left out."""
    first_date: datetime.date | None
    """Day of the first of them; None when no day of any is known."""
    last_date: datetime.date | None
    """Day of the last."""
    asserted: int
    """How many of the mentions are sure enough to be told as a fact."""
    confidence: float
    """That of its surest mention, 0 to 1, three decimals."""
    role: Role
    """Literal if any mention is, else the most frequent one, as of `geo.entries.Entry`."""
    name_as_written: str
    """The most frequent spelling among the mentions of that role, the first of them on a tie."""
    spellings: tuple[tuple[str, int], ...]
    """Spellings of mentions that are no demonyms with their counts, most frequent first."""
    quotes: tuple[Quote, ...]
    """The mentions that tell best, at most one a sentence: the very best first, then those of other documents."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document as a corpus lists it, without its text."""

    position: int
    """Its number in the corpus, counted from 0 in the order of the input; what could not be read has one, too."""
    id: str
    """`Document.id`."""
    title: str | None
    """Headline."""
    source: str | None
    """Publisher."""
    date: datetime.date | None
    """Day it was published."""
    url: str | None
    """Address."""
    mentions: int
    """How many of its toponyms have a referent."""
    duplicate_of: str | None
    """Id of the earlier document of which it is a copy, exact or nearly so; None for the first of its kind."""
