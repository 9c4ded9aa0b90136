"""Corrections: what somebody who knows says that a name means, put over what was worked out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from ..model import Correction, Line, Place
from ..provenance import Source
from .wording import SAME_APOSTROPHE, Names

Meaning: TypeAlias = Place | Line | str | None
"""A place that is known; a line of somebody's own; the id of a line, or of what a service found, which only the
candidates of a name tell; or None for no place at all."""

Key: TypeAlias = tuple[str | None, str | None, str]
"""What a row is about: the article and the words of the sentence, None for all, and the spelling of the name."""

_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file of corrections."""

    number: int
    """Its number in the file as a spreadsheet counts, the header being row 1."""
    text: str
    """The name as articles have it; spelt alike is enough, see `spelling`."""
    article: str | None
    """Id of the document it is about; None for every document."""
    meaning: Meaning
    """What the name means."""
    correction: Correction
    """Who says so, when and why."""
    context: str | None = None
    """Words that the sentence must have, too; None for any sentence."""
    file: str = "corrections"
    """What messages call the file that it stands in."""

    @property
    def key(self) -> Key:
        """What it is about: rows of one key say the same."""
        return self.article, None if self.context is None else spelling(self.context), spelling(self.text)

    @property
    def meant(self) -> str | None:
        """Id of what the name means; None for no place."""
        return self.meaning if self.meaning is None or isinstance(self.meaning, str) else self.meaning.id


@dataclass(frozen=True, slots=True)
class Report:
    """What corrections did to the documents of a run."""

    corrected: int
    """Mentions whose referent was said."""
    removed: int
    """Mentions that were said to be no place."""
    unused: tuple[str, ...]
    """The rows that changed nothing, each as a message with file and row."""
    overruled: tuple[str, ...] = ()
    """The rows that say otherwise than one of another file about some mention, which goes before them; likewise."""


@dataclass(slots=True)
class Deeds:
    """What corrections did to some documents, counted; those of several add up."""

    corrected: int = 0
    """Mentions whose referent was said."""
    removed: int = 0
    """Mentions that were said to be no place."""
    only_strange: dict[Key, bool] = field(default_factory=dict)
    """The rows whose name was found, and whether it could never mean what they say."""
    overruled: set[tuple[Key, Key]] = field(default_factory=set)
    """The rows that another went before, and that."""

    def add(self, other: Deeds) -> None:
        """Count what was done to further documents."""
        self.corrected += other.corrected
        self.removed += other.removed
        for key, is_strange in other.only_strange.items():
            self.only_strange[key] = is_strange and self.only_strange.get(key, True)
        self.overruled |= other.overruled


class Corrections:
    """Corrections of any number of documents; counts what they did to each, see `geo.corrections.amendments`.

    Parameters
    ----------
    rows
        Not contradicting each other; of several of one key the first counts.
    files
        The files that they come from.

    Examples
    --------
    >>> Corrections().name, Corrections().report()
    ('corrections', Report(corrected=0, removed=0, unused=(), overruled=()))
    """

    def __init__(self, rows: Iterable[Row] = (), *, files: Sequence[Source] = ()) -> None:
        self.rows = tuple(rows)
        """The corrections, in their order."""
        self.files = tuple(files)
        """The files that they come from, each with its digest."""
        by_key: dict[Key, Row] = {}
        for row in self.rows:
            by_key.setdefault(row.key, row)
        self._by_spelling: dict[str, list[Row]] = {}
        for row in by_key.values():
            self._by_spelling.setdefault(row.key[-1], []).append(row)
        self._by_key = by_key
        self.deeds = Deeds()
        """What they did since this was made; others may take its place between documents."""

    @property
    def name(self) -> str:
        """What messages call them: the names of the files."""
        return ", ".join(dict.fromkeys(row.file for row in self.rows)) or "corrections"

    def spelt(self, text: str) -> Sequence[Row]:
        """Return the rows about a name, each key once, in their order."""
        return self._by_spelling.get(spelling(text), ()) if self._by_spelling else ()

    @cached_property
    def names(self) -> Names[Row]:
        """The names to which rows give a meaning of their own: they are found where nobody else finds them."""
        return Names((row.text, row) for row in self.rows if isinstance(row.meaning, Place | Line))

    def note_removed(self, row: Row) -> None:
        """Count a mention that a row says is no place."""
        self.deeds.removed += 1
        self.deeds.only_strange[row.key] = False

    def note_corrected(self, row: Row) -> None:
        """Count a mention that has its referent from a row."""
        self.deeds.corrected += 1
        self.deeds.only_strange[row.key] = False

    def note_beaten(self, row: Row, winner: Row) -> None:
        """Take down that a row fits a mention, but another goes before it."""
        self.deeds.only_strange[row.key] = False
        # Whoever writes one file knows what is in it; of two, nobody may have seen both.
        if row.file != winner.file and row.meant != winner.meant:
            self.deeds.overruled.add((row.key, winner.key))

    def note_strange(self, row: Row) -> None:
        """Take down that a mention could not mean what a row says."""
        self.deeds.only_strange.setdefault(row.key, True)

    def report(self) -> Report:
        """Return what was done since this was made."""
        unused = (f"{row.file}: row {row.number}: {why}" for row in self.rows if (why := self._why_unused(row)))
        pairs = [(self._by_key[row], self._by_key[winner]) for row, winner in self.deeds.overruled]
        pairs.sort(key=lambda pair: tuple((row.file, row.number) for row in pair))
        overruled = tuple(_overruled(row, winner) for row, winner in pairs)
        return Report(self.deeds.corrected, self.deeds.removed, tuple(unused), overruled)

    def _why_unused(self, row: Row) -> str:
        """Return why a row changed nothing, "" where it did something, or another row went before it."""
        if row.key not in self.deeds.only_strange:
            beside = "" if row.context is None else f" in a sentence with {shown(row.context)}"
            where = "found in no article" if row.article is None else f"not found in the article {shown(row.article)}"
            return f"{shown(row.text)} was {where}{beside}"
        if self.deeds.only_strange[row.key]:
            return f"nothing that {shown(row.text)} may mean is {shown(str(row.meaning))}"
        return ""


def _overruled(row: Row, winner: Row) -> str:
    """Return the message about a row that gives way to a more special one."""
    about = [] if winner.context is None else [f"sentences with {shown(winner.context)}"]
    about += [] if winner.article is None else [f"the article {shown(winner.article)}"]
    return (
        f"{row.file}: row {row.number} ({shown(row.text)}) gives way to {winner.file}: row {winner.number}, which is "
        f"about {' in '.join(about)} and says otherwise"
    )


def spelling(text: str) -> str:
    r"""Return what spellings of a name have in common that differ in case, width, line breaks and apostrophes only.

    Examples
    --------
    >>> spelling("New\n  YORK") == spelling("new york"), spelling("Qal’at"), spelling("")
    (True, "qal'at", '')
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(SAME_APOSTROPHE).split())


def shown(text: str) -> str:
    """Return a text as messages quote it, cut when it is long."""
    return repr(text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "...")
