"""Corrections of one document: which names they add, which they strike out, and what the others mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias, TypeVar

from ..model import LINE_KINDS, Candidate, Correction, Document, Kind, Line, Place, Referent, Resolution, Toponym
from ..recognizers.spans import touching
from . import Corrections, Row
from .contexts import Contexts

Span: TypeAlias = tuple[int, int]
T = TypeVar("T")


class Amendments:
    """What corrections say of one document, and what they did to it.

    Parameters
    ----------
    corrections
        Of any documents; they count what is done here.
    document
        The document.

    Examples
    --------
    >>> Amendments(Corrections(), Document("news", "Rain in Homs.")).missed([])
    []
    """

    def __init__(self, corrections: Corrections, document: Document) -> None:
        self._corrections = corrections
        self._document = document
        self._contexts = Contexts(document.text)
        self._struck: set[int] = set()
        """Where names stood that are none: a text may be read more than once."""

    def missed(self, found: Iterable[Toponym]) -> list[Toponym]:
        """Return the names that rows give a meaning and that were not found, in order of the text.

        They stand there letter for letter, as words of their own. A longer one takes the place of what was found in it;
        one inside of what was found is a part of that.

        Parameters
        ----------
        found
            What was found, in any order.
        """
        # What was read both as a place and as a road stands there twice.
        found = sorted(found, key=lambda one: (one.start, one.end))
        added: list[Toponym] = []
        written = {(start, end) for start, end, _ in self._corrections.names.found_in(self._document.text)}
        for start, end in sorted(written, key=lambda span: (span[0], -span[1])):
            inside = touching(found, start, end)
            is_longer = all(start <= each.start and each.end <= end for each in inside)
            is_known = any((each.start, each.end) == (start, end) for each in inside)
            toponym = Toponym(start, end, self._document.text[start:end])
            row = None if is_known or not is_longer or touching(added, start, end) else self._row(toponym)
            if row is not None and not isinstance(row.meaning, str):
                added.append(replace(toponym, kind=Kind.ROAD if isinstance(row.meaning, Line) else None))
        return added

    def kept(self, named: Iterable[T], toponym_of: Callable[[T], Toponym]) -> list[T]:
        """Return what is a place or line: all but what a row says is none."""
        kept = []
        for each in named:
            toponym = toponym_of(each)
            row = self._row(toponym)
            if row is not None and row.meaning is None:
                if toponym.start not in self._struck:
                    self._struck.add(toponym.start)
                    self._corrections.note_removed(row)
            else:
                kept.append(each)
        return kept

    def referents(self, resolutions: Iterable[Resolution]) -> dict[Span, Referent]:
        """Return what rows say that names mean, by where they stand."""
        said = ((one.toponym, self._meant(one)) for one in resolutions)
        return {(toponym.start, toponym.end): referent for toponym, (_, referent) in said if referent is not None}

    def apply(self, resolutions: Iterable[Resolution]) -> list[Resolution]:
        """Return the resolutions as corrected; more special rows go before others.

        That is: a row for some sentences before one for all, and then a row for the document before one for every one.
        """
        applied = []
        for one in resolutions:
            row, referent = self._meant(one)
            if row is not None and referent is not None:
                self._corrections.note_corrected(row)
                one = corrected(one, referent, row.correction)
            elif row is not None and row.meaning is not None:
                self._corrections.note_strange(row)
            applied.append(one)
        return applied

    def _meant(self, resolution: Resolution) -> tuple[Row | None, Referent | None]:
        row = self._row(resolution.toponym)
        if row is None or row.meaning is None:
            return row, None
        return row, referent_for(row.meaning, resolution)

    def _row(self, toponym: Toponym) -> Row | None:
        """Return the row that counts for a mention."""
        fitting = [row for row in self._corrections.spelt(toponym.text) if self._fits(row, toponym)]
        fitting.sort(key=lambda row: (-len(row.context or ""), row.article is None))
        for beaten in fitting[1:]:
            self._corrections.note_beaten(beaten, fitting[0])
        return fitting[0] if fitting else None

    def _fits(self, row: Row, toponym: Toponym) -> bool:
        if row.article not in (None, self._document.id):
            return False
        return row.context is None or self._contexts.fits(row.context, (toponym.start, toponym.end))


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


def _told(correction: Correction) -> str:
    """Return the correction as evidence: "corrected by N. N. on 2026-11-22: the village, not the city"."""
    by = f" by {correction.author}" if correction.author else ""
    on = f" on {correction.date.isoformat()}" if correction.date else ""
    return f"corrected{by}{on}" + (f": {correction.note}" if correction.note else "")
