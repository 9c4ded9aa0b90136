"""Corrections: what somebody who knows says that a name means, put over what was worked out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from ..model import LINE_KINDS, Candidate, Correction, Line, Place, Referent, Resolution
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


@dataclass(frozen=True, slots=True)
class Report:
    """What corrections did to the documents of a run."""

    corrected: int
    """Mentions whose referent was said."""
    removed: int
    """Mentions that were said to be no place."""
    unused: tuple[str, ...]
    """The rows that changed nothing, each as a message with file and row."""


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
    ('corrections', Report(corrected=0, removed=0, unused=()))
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
        self._only_strange: dict[Key, bool] = {}
        """The rows whose name was found, and whether it could never mean what they say."""
        self._corrected = self._removed = 0

    @property
    def name(self) -> str:
        """What messages call them: the names of the files."""
        return ", ".join(dict.fromkeys(row.file for row in self.rows)) or "corrections"

    def spelt(self, text: str) -> Sequence[Row]:
        """Return the rows about a name, each key once, in their order."""
        return self._by_spelling.get(spelling(text), ())

    @cached_property
    def names(self) -> Names[Row]:
        """The names to which rows give a meaning of their own: they are found where nobody else finds them."""
        return Names((row.text, row) for row in self.rows if isinstance(row.meaning, Place | Line))

    def note_removed(self, row: Row) -> None:
        """Count a mention that a row says is no place."""
        self._removed += 1
        self._only_strange[row.key] = False

    def note_corrected(self, row: Row) -> None:
        """Count a mention that has its referent from a row."""
        self._corrected += 1
        self._only_strange[row.key] = False

    def note_beaten(self, row: Row) -> None:
        """Take down that a row fits a mention, but another goes before it."""
        self._only_strange[row.key] = False

    def note_strange(self, row: Row) -> None:
        """Take down that a mention could not mean what a row says."""
        self._only_strange.setdefault(row.key, True)

    def report(self) -> Report:
        """Return what was done since this was made."""
        unused = (f"{row.file}: row {row.number}: {why}" for row in self.rows if (why := self._why_unused(row)))
        return Report(self._corrected, self._removed, tuple(unused))

    def _why_unused(self, row: Row) -> str:
        """Return why a row changed nothing, "" where it did something, or another row went before it."""
        if row.key not in self._only_strange:
            beside = "" if row.context is None else f" in a sentence with {shown(row.context)}"
            where = "found in no article" if row.article is None else f"not found in the article {shown(row.article)}"
            return f"{shown(row.text)} was {where}{beside}"
        if self._only_strange[row.key]:
            return f"nothing that {shown(row.text)} may mean is {shown(str(row.meaning))}"
        return ""


def corrected(resolution: Resolution, referent: Referent, correction: Correction) -> Resolution:
    """Return a resolution with the referent that somebody says it has, certain; what it was taken for stays a rival.

    Parameters
    ----------
    resolution
        What was worked out. The scores of its candidates stay as they are: they say what was believed before.
    referent
        What it means.
    correction
        Who says so; told first among the evidence.
    """
    before = resolution.referent
    scores = {each.referent.id: each for each in resolution.candidates}
    if before is not None:
        scores.setdefault(before.id, Candidate(before, resolution.confidence))
    first = Candidate(referent, scores[referent.id].score if referent.id in scores else 0.0)
    others = (each for each in scores.values() if each.referent.id != referent.id)
    if before is None:
        grounds: tuple[str, ...] = ()
    elif before.id == referent.id:
        grounds = resolution.evidence
    else:
        grounds = (f"instead of {before.name} ({before.id})",)
    return replace(
        resolution,
        toponym=replace(resolution.toponym, certainty=1.0),
        referent=referent,
        confidence=1.0,
        candidates=(first, *others),
        evidence=(_told(correction), *grounds),
        is_asserted=True,
        correction=correction,
    )


def referent_for(meaning: Place | Line | str, resolution: Resolution) -> Referent | None:
    """Return what a row means, as it is among the candidates where it is; of a section, the whole counts as well.

    None for an id that is not among them.
    """
    wanted = meaning if isinstance(meaning, str) else meaning.id
    weighed = [resolution.referent, *(candidate.referent for candidate in resolution.candidates)]
    wholes = [each.whole_line for each in weighed if isinstance(each, Line)]
    for referent in (*weighed, *wholes):
        if referent is not None and referent.id == wanted:
            return referent
    if isinstance(meaning, Line) and resolution.toponym.kind in LINE_KINDS:
        return replace(meaning, kind=resolution.toponym.kind)
    return None if isinstance(meaning, str) else meaning


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


def _told(correction: Correction) -> str:
    """Return the correction as evidence: "corrected by N. N. on 2026-11-22: the village, not the city"."""
    by = f" by {correction.author}" if correction.author else ""
    on = f" on {correction.date.isoformat()}" if correction.date else ""
    return f"corrected{by}{on}" + (f": {correction.note}" if correction.note else "")
