"""Intervals for figures, by drawing the texts again: toponyms of one text are right or wrong together."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from .metrics import Figures, Tally

Interval = tuple[float, float]
"""Lowest and highest of the middle 95 %."""


def intervals(
    rows: Sequence[Sequence[Tally]], statistic: Callable[..., Figures], *, replicates: int, seed: int = 1
) -> dict[str, Interval]:
    """Return the percentile intervals of figures (Efron 1979), the same for the same seed.

    Parameters
    ----------
    rows
        For each text its counts, one or several kinds of them.
    statistic
        Makes figures of the counts of all texts, one argument for each kind.
    replicates
        How often as many texts are drawn, with replacement.
    seed
        Of the generator.

    Returns
    -------
    dict
        By name of figure; without those that no draw could tell. Empty without texts or replicates.
    """
    if not rows or replicates < 1:
        return {}
    import numpy as np

    numbers = range(len(rows))
    counts = np.asarray(rows, np.int64)
    generator = random.Random(seed)
    values: dict[str, list[float]] = {}
    for _ in range(replicates):
        drawn = np.bincount(generator.choices(numbers, k=len(rows)), minlength=len(rows))
        totals = np.tensordot(drawn, counts, 1).tolist()
        for name, value in statistic(*(Tally(*kind) for kind in totals)).items():
            if value is not None:
                values.setdefault(name, []).append(value)
    return {name: _middle(sorted(drawn)) for name, drawn in values.items()}


def _middle(ordered: Sequence[float]) -> Interval:
    return ordered[int(0.025 * len(ordered))], ordered[max(0, int(0.975 * len(ordered)) - 1)]
