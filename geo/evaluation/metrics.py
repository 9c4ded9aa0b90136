"""The figures of the field, from counts that add up over texts.

Recognition is scored by span, resolution by distance over what was found, and end to end a place counts when it was
found and lies within 161 km. Precision leaves out what was found at a toponym whose place nobody could tell; "strict"
counts it as wrong. With given mentions, no answer is a wrong answer.

The definitions are those of ``bench/score.py``, and a test keeps them equal. Figures called "right" also count the very
place that is meant when its point is far off: see `geo.evaluation.meaning`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Literal, NamedTuple, TypeAlias

from .judging import Judged

FARTHEST_KM = 20039.0
"""Half of the Earth's circumference: the error of no answer (Gritta, Pilehvar and Collier 2018)."""
CLOSE_KM = 20.0
"""A place that is right to the town."""

Figures: TypeAlias = dict[str, float | None]
"""Figures by name, such as "end_to_end.f1"; None where there is nothing to tell it from."""


class Tally(NamedTuple):
    """Counts of one text, or of several added up."""

    toponyms: int
    """Annotated toponyms."""
    located: int
    """Those with an annotated point."""
    found: int
    """Place names that were found."""
    placed: int
    """Those that were taken for a place."""
    exact: int
    """Toponyms found from the first to the last character."""
    overlapping: int
    """Toponyms found at least in part."""
    compared: int
    """Those with an annotated point that were taken for a place."""
    near: int
    """Those within 161 km."""
    close: int
    """Those within 20 km."""
    right: int
    """Those within 161 km, or the very place that is meant."""
    unjudged: int
    """What was taken for a place at toponyms without an annotated point."""


@dataclass(frozen=True, slots=True)
class Distances:
    """How far off the places are."""

    mean_km: float | None
    """Mean over those that were compared; None without any."""
    median_km: float | None
    """Median over the same."""
    auc: float | None
    """Area under the curve of sorted ln(1 + km) / ln(20039), 0 perfect to 1 worst; None without a toponym."""


def tally(judged: Judged) -> Tally:
    """Count what was found in a text."""
    toponyms = judged.gold.toponyms
    compared = [pair for pair in judged.pairs if pair.km is not None]
    placed_in_pairs = sum(pair.prediction.place is not None for pair in judged.pairs)
    return Tally(
        toponyms=len(toponyms),
        located=sum(toponym.lonlat is not None for toponym in toponyms),
        found=len(judged.pairs) + len(judged.false),
        placed=placed_in_pairs + sum(prediction.place is not None for prediction in judged.false),
        exact=judged.exact,
        overlapping=len(judged.pairs),
        compared=len(compared),
        near=sum(pair.is_near for pair in compared),
        close=sum(pair.km is not None and pair.km <= CLOSE_KM for pair in compared),
        right=sum(pair.is_right for pair in compared),
        unjudged=placed_in_pairs - len(compared),
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Add counts up; all are 0 without any."""
    columns = list(zip(*tallies, strict=True))
    return Tally(*map(sum, columns)) if columns else Tally(*[0] * len(Tally._fields))


def figures(counts: Tally, *, mentions: Literal["found", "given"] = "found") -> Figures:
    """Return the figures of recognition, resolution and both together, or with given mentions those of resolution.

    Examples
    --------
    >>> figures(Tally(9, 8, 10, 10, 7, 9, 8, 6, 5, 7, 1))["end_to_end.precision"]
    0.6666666666666666
    >>> figures(total([]))["resolution.acc161"] is None
    True
    """
    if mentions == "given":
        return _named("gold_mentions", _accuracies(counts, counts.located))
    judged = counts.placed - counts.unjudged
    return {
        **_named("recognition_exact", agreement(counts.exact, counts.found, counts.toponyms)),
        **_named("recognition_overlap", agreement(counts.overlapping, counts.found, counts.toponyms)),
        **_named("resolution", _accuracies(counts, counts.compared)),
        **_named("end_to_end", agreement(counts.near, judged, counts.located)),
        **_named("end_to_end_strict", agreement(counts.near, counts.placed, counts.located)),
        **_named("end_to_end_right", agreement(counts.right, judged, counts.located)),
    }


def figures_of_asserted(counts: Tally) -> Figures:
    """Return the figures of places that are asserted, from their counts alone."""
    judged = counts.placed - counts.unjudged
    return {
        **_named("asserted", agreement(counts.near, judged, counts.located)),
        **_named("asserted_right", agreement(counts.right, judged, counts.located)),
    }


def agreement(right: int, found: int, wanted: int) -> dict[str, float]:
    """Return precision, recall and F1, 0 where nothing was found or wanted."""
    precision = right / found if found else 0.0
    recall = right / wanted if wanted else 0.0
    both = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0}


def distances(judged: Iterable[Judged], *, unanswered: int = 0) -> Distances:
    """Return how far off the places are.

    Parameters
    ----------
    judged
        The texts.
    unanswered
        Toponyms without an answer, each `FARTHEST_KM` off in the area and in nothing else.
    """
    km = [pair.km for one in judged for pair in one.pairs if pair.km is not None]
    return Distances(
        fmean(km) if km else None, median(km) if km else None, _area_under([*km, *[FARTHEST_KM] * unanswered])
    )


def nested(flat: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return figures by their two names: "end_to_end.f1" under "end_to_end", then "f1"."""
    groups: dict[str, dict[str, object]] = {}
    for name, value in flat.items():
        group, _, key = name.partition(".")
        groups.setdefault(group, {})[key] = value
    return groups


def _accuracies(counts: Tally, of: int) -> Figures:
    parts = {"acc161": counts.near, "acc20": counts.close, "acc_right": counts.right}
    return {name: count / of if of else None for name, count in parts.items()}


def _named(group: str, values: Mapping[str, float | None]) -> Figures:
    return {f"{group}.{name}": value for name, value in values.items()}


def _area_under(km: Sequence[float]) -> float | None:
    """Return the area by the trapezoidal rule, unit steps over their number (Gritta, Pilehvar and Collier 2018)."""
    heights = sorted(min(1.0, math.log1p(error) / math.log(FARTHEST_KM)) for error in km)
    if len(heights) < 2:
        return heights[0] if heights else None
    return (sum(heights) - (heights[0] + heights[-1]) / 2) / (len(heights) - 1)
