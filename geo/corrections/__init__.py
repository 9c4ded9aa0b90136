"""Corrections: what somebody who knows says that a name means, put over what was worked out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..model import Candidate, Correction, Line, Place, Referent, Resolution

Meaning: TypeAlias = Place | str | None
"""A place that is known; the id of a line, or of what a service found, which only the candidates of a name tell; or
None for no place at all."""

_Key: TypeAlias = tuple[str | None, str]
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

    @property
    def key(self) -> _Key:
        """What it is about: rows of one key say the same."""
        return self.article, spelling(self.text)


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
    """Corrections of any number of documents; counts what they did.

    Parameters
    ----------
    rows
        Of one file, not contradicting each other.
    name
        What messages call the file.
    sha256
        Hex digest of the file; None for corrections of no file.

    Examples
    --------
    >>> Corrections().apply("news", []), Corrections().report()
    ([], Report(corrected=0, removed=0, unused=()))
    """

    def __init__(self, rows: Iterable[Row] = (), *, name: str = "corrections", sha256: str | None = None) -> None:
        self.rows = tuple(rows)
        """The corrections, in their order."""
        self.name = name
        """What messages call the file."""
        self.sha256 = sha256
        """Hex digest of the file; None for corrections of no file."""
        self._by_key: dict[_Key, Row] = {}
        for row in self.rows:
            self._by_key.setdefault(row.key, row)
        self._only_strange: dict[_Key, bool] = {}
        """The rows whose name was found, and whether it could never mean what they say."""
        self._corrected = self._removed = 0

    def apply(self, document_id: str, resolutions: Sequence[Resolution]) -> list[Resolution]:
        """Return the resolutions of a document as corrected, without those that are no place.

        A row for the document goes before one for every document.
        """
        if not self.rows:
            return list(resolutions)
        return [one for each in resolutions if (one := self._apply_to(each, document_id)) is not None]

    def report(self) -> Report:
        """Return what was done since this was made."""
        unused = (f"{self.name}: row {row.number}: {why}" for row in self.rows if (why := self._why_unused(row)))
        return Report(self._corrected, self._removed, tuple(unused))

    def _apply_to(self, resolution: Resolution, document_id: str) -> Resolution | None:
        written = spelling(resolution.toponym.text)
        fitting = [row for key in ((document_id, written), (None, written)) if (row := self._by_key.get(key))]
        for beaten in fitting[1:]:
            self._only_strange[beaten.key] = False
        if not fitting:
            return resolution
        row = fitting[0]
        referent = None if row.meaning is None else _referent(row.meaning, resolution)
        is_strange = referent is None and row.meaning is not None
        self._only_strange[row.key] = is_strange and self._only_strange.get(row.key, True)
        if is_strange:
            return resolution
        if referent is None:
            self._removed += 1
            return None
        self._corrected += 1
        return corrected(resolution, referent, row.correction)

    def _why_unused(self, row: Row) -> str:
        """Return why a row changed nothing, "" where it did something, or another row went before it."""
        if row.key not in self._only_strange:
            where = "found in no article" if row.article is None else f"not found in the article {shown(row.article)}"
            return f"{shown(row.text)} was {where}"
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


def spelling(text: str) -> str:
    r"""Return what spellings of a name have in common that differ in case, width and line breaks only.

    Examples
    --------
    >>> spelling("New\n  YORK") == spelling("new york"), spelling("")
    (True, '')
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def shown(text: str) -> str:
    """Return a text as messages quote it, cut when it is long."""
    return repr(text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "...")


def _referent(meaning: Place | str, resolution: Resolution) -> Referent | None:
    """Return what a row means, as it is among the candidates where it is; of a section, the whole counts as well."""
    wanted = meaning if isinstance(meaning, str) else meaning.id
    weighed = [resolution.referent, *(candidate.referent for candidate in resolution.candidates)]
    wholes = [each.whole_line for each in weighed if isinstance(each, Line)]
    for referent in (*weighed, *wholes):
        if referent is not None and referent.id == wanted:
            return referent
    return None if isinstance(meaning, str) else meaning


def _told(correction: Correction) -> str:
    """Return the correction as evidence: "corrected by N. N. on 2026-11-22: the village, not the city"."""
    by = f" by {correction.author}" if correction.author else ""
    on = f" on {correction.date.isoformat()}" if correction.date else ""
    return f"corrected{by}{on}" + (f": {correction.note}" if correction.note else "")
