"""Where to draw the lines: from which probability on a name is a toponym, has a place, and is asserted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..evaluation.gold import GoldDocument
from ..evaluation.judging import Meant, Prediction, judge
from ..evaluation.metrics import Tally, agreement, tally, total
from ..model import Toponym
from .examples import Text

Floats = NDArray[np.float64]

ACCEPT_GRID = tuple(round(0.3 + 0.05 * step, 2) for step in range(8))
PLACE_GRID = tuple(round(0.1 + 0.05 * step, 2) for step in range(9))
"""Thresholds that are tried."""
HARDLY_WORSE = 0.001
"""F1 that is given away for naming a place, marked as uncertain, where there is a fair guess."""
ASSERTED_PRECISION = 0.93
"""Share of the asserted places that must be right in every corpus."""
ASSERTED_PLACELESS = 0.1
"""Most places asserted in a text that names none, on average."""
_FIRST_ASSERTED, _LAST_ASSERTED, _STEP_ASSERTED = 0.5, 0.95, 0.01


def placed(prediction: Prediction, place_at: float) -> Prediction:
    """Return a prediction without its place where that is too unsure."""
    return prediction if prediction.confidence >= place_at else replace(prediction, place=None, confidence=0.0)


def best(grid: Sequence[float], f1: Callable[[float], float]) -> float:
    """Return the threshold with the best figure, the lowest of equals."""
    return max(grid, key=lambda least: (round(f1(least), 4), -least))


def lowest_good(grid: Sequence[float], f1: Callable[[float], float]) -> float:
    """Return the lowest threshold whose figure is the best one or hardly worse: what is shown as a guess helps."""
    figures = {least: f1(least) for least in grid}
    return min(least for least, figure in figures.items() if figure >= max(figures.values()) - HARDLY_WORSE)


def f1_of_spans(texts: Sequence[Text], possible: Sequence[Sequence[Toponym]], certainty: Floats, least: float) -> float:
    """Return F1 over spans found from the first to the last character, the mean of the corpora that have toponyms."""
    counts: dict[int, list[int]] = {}
    at = iter(certainty.tolist())
    for text, found in zip(texts, possible, strict=True):
        spans = {(toponym.start, toponym.end) for toponym in found if next(at) >= least}
        gold = {(toponym.start, toponym.end) for toponym in text.gold.toponyms}
        counted = counts.setdefault(text.corpus, [0, 0, 0])
        for position, count in enumerate((len(spans & gold), len(spans), len(gold))):
            counted[position] += count
    return _mean([agreement(*counted)["f1"] for counted in counts.values() if counted[2]])


def f1_of_places(
    texts: Sequence[Text], meant: Meant, predictions: Sequence[Sequence[Prediction]], least: float
) -> float:
    """Return F1 end to end of the places from a confidence on, the mean of the corpora that have toponyms."""
    figures = []
    for corpus in _by_corpus(texts, predictions):
        counts = total(tally(judge(gold, [placed(one, least) for one in found], meant)) for gold, found in corpus)
        if counts.located:
            figures.append(agreement(counts.right, counts.placed - counts.unjudged, counts.located)["f1"])
    return _mean(figures)


def least_asserted(texts: Sequence[Text], meant: Meant, predictions: Sequence[Sequence[Prediction]]) -> float:
    """Return the lowest confidence from which on enough of the asserted places of every corpus are right."""
    steps = round((_LAST_ASSERTED - _FIRST_ASSERTED) / _STEP_ASSERTED)
    for step in range(steps + 1):
        least = round(_FIRST_ASSERTED + _STEP_ASSERTED * step, 2)
        if all(
            _is_precise(
                total(
                    tally(judge(gold, [one for one in found if one.confidence >= least], meant))
                    for gold, found in corpus
                ),
                len(corpus),
            )
            for corpus in _by_corpus(texts, predictions)
        ):
            return least
    return _LAST_ASSERTED


def _by_corpus(
    texts: Sequence[Text], predictions: Sequence[Sequence[Prediction]]
) -> list[list[tuple[GoldDocument, Sequence[Prediction]]]]:
    corpora: dict[int, list[tuple[GoldDocument, Sequence[Prediction]]]] = {}
    for text, found in zip(texts, predictions, strict=True):
        corpora.setdefault(text.corpus, []).append((text.gold, found))
    return [corpora[number] for number in sorted(corpora)]


def _is_precise(counts: Tally, texts: int) -> bool:
    """Whether enough of what is asserted in a corpus is right; without places, whether little enough is asserted."""
    if not counts.toponyms:
        return counts.placed <= ASSERTED_PLACELESS * texts
    return counts.right >= ASSERTED_PRECISION * (counts.placed - counts.unjudged)


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / max(1, len(figures))
