"""What was found, paired with what stands in the text; every figure is made of these pairs."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from ..atlas import Atlas
from ..extent import great_circle_km
from ..model import LINE_KINDS, Line, Place, Role
from .gold import GoldDocument, GoldToponym

NEAR_KM = 161.0
"""A place is right when it lies within 100 miles of the annotated point (Cheng, Caverlee and Lee 2010)."""

Meant: TypeAlias = Callable[[GoldToponym], Place | None]
"""Tells which place of the gazetteer an annotated toponym means; see `geo.evaluation.meaning`."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A place name that was found, and the place that it was taken for."""

    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    text: str
    """The name as written."""
    place: Place | None
    """What it was taken for; None when it was not resolved."""
    confidence: float
    """0 to 1."""
    role: str = str(Role.LITERAL)
    """What it does in its sentence."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An annotated toponym and what was found there."""

    gold: GoldToponym
    """What people marked."""
    prediction: Prediction
    """What was found."""
    km: float | None
    """Distance of the place from the annotated point; None unless both are known."""
    is_same_place: bool
    """Whether it is the very place that the annotated toponym means, though its point is far from the annotated one."""

    @property
    def is_near(self) -> bool:
        """Whether the place is right by its distance."""
        return self.km is not None and self.km <= NEAR_KM

    @property
    def is_right(self) -> bool:
        """Whether the place is right by its distance, or is the very place that is meant."""
        return self.is_near or (self.km is not None and self.is_same_place)


@dataclass(frozen=True, slots=True)
class Judged:
    """An annotated text with everything that was found in it."""

    gold: GoldDocument
    """The text."""
    pairs: tuple[Pair, ...]
    """Toponyms that were found."""
    missed: tuple[GoldToponym, ...]
    """Toponyms where nothing was found."""
    false: tuple[Prediction, ...]
    """What was found where no toponym is."""
    exact: int
    """How many toponyms were found from their first to their last character."""


def predictions_of(atlas: Atlas) -> tuple[Prediction, ...]:
    """Return the place names of an atlas in order of document and text.

    Roads are left out: the corpora of the field mark places and no roads, so that nothing could tell a right one.

    Parameters
    ----------
    atlas
        What was found.
    """
    return tuple(
        Prediction(
            mention.toponym.start,
            mention.toponym.end,
            mention.toponym.text,
            resolution.referent,
            resolution.confidence,
            str(resolution.role),
        )
        for mention in atlas.mentions
        if not isinstance((resolution := mention.resolution).referent, Line) and mention.toponym.kind not in LINE_KINDS
    )


def judge(
    gold: GoldDocument,
    predictions: Sequence[Prediction],
    meant: Meant,
    *,
    mentions: Literal["found", "given"] = "found",
) -> Judged:
    """Pair what was found in a text with what stands in it.

    Parameters
    ----------
    gold
        The annotated text.
    predictions
        What was found in it.
    meant
        Tells which place an annotated toponym means.
    mentions
        "found": one to one by `overlapping`. "given": each toponym has the answer for its very span, if any, and
        nothing else is judged.
    """
    toponyms = gold.toponyms
    spans, found = [(one.start, one.end) for one in toponyms], [(one.start, one.end) for one in predictions]
    if mentions == "found":
        matched = overlapping(spans, found)
    else:
        answers = {span: j for j, span in enumerate(found) if predictions[j].place is not None}
        matched = [(i, answers[span]) for i, span in enumerate(spans) if span in answers]
    is_missed = set(range(len(spans))).difference(i for i, _ in matched)
    is_false = set(range(len(found)) if mentions == "found" else ()).difference(j for _, j in matched)
    return Judged(
        gold,
        tuple(_pair(toponyms[i], predictions[j], meant) for i, j in matched),
        tuple(toponyms[i] for i in sorted(is_missed)),
        tuple(predictions[j] for j in sorted(is_false)),
        (Counter(spans) & Counter(found)).total(),
    )


def overlapping(gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pair spans that share a character, one to one: those first that share most of what they cover together.

    Parameters
    ----------
    gold, found
        Half-open spans in any order.

    Returns
    -------
    list
        Pairs of indexes, the best first.

    Examples
    --------
    >>> overlapping([(0, 8), (10, 14)], [(0, 5), (0, 8), (14, 20)])
    [(0, 1)]
    """
    by_start = sorted(range(len(found)), key=lambda j: found[j])
    starts = [found[j][0] for j in by_start]
    reach = list(accumulate((found[j][1] for j in by_start), max))
    ranked = []
    for i, (start, end) in enumerate(gold):
        k = bisect_left(starts, end) - 1
        while k >= 0 and reach[k] > start:
            first, last = found[by_start[k]]
            if last > start:
                shared = min(end, last) - max(start, first)
                share = shared / (max(end, last) - min(start, first))
                ranked.append((-share, i, by_start[k]))
            k -= 1
    pairs, gold_taken, found_taken = [], set(), set()
    for _, i, j in sorted(ranked):
        if i not in gold_taken and j not in found_taken:
            gold_taken.add(i)
            found_taken.add(j)
            pairs.append((i, j))
    return pairs


def _pair(gold: GoldToponym, prediction: Prediction, meant: Meant) -> Pair:
    place = prediction.place
    if gold.lonlat is None or place is None:
        return Pair(gold, prediction, None, is_same_place=False)
    km = great_circle_km(gold.lonlat, place.lonlat)
    # What is near is right whatever it is called; only the rest needs the gazetteer.
    is_same_place = km > NEAR_KM and (means := meant(gold)) is not None and means.id == place.id
    return Pair(gold, prediction, km, is_same_place)
