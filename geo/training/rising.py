"""Calibration: the rising curve from scores to the share that is right at them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEAST = 60
"""Examples that a step of the curve rests on: fewer would follow chance."""
_DECIMALS = 4


def rising(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the knots of a curve that never falls: scores, rising, and the shares that are right at them.

    References
    ----------
    Isotonic regression by pooling adjacent violators (Ayer et al. 1955), on groups of neighbouring scores; between the
    middles of the pools the curve is straight. Shares follow Laplace's rule of succession, so that none is 0 or 1.

    Examples
    --------
    >>> low, high = rising(np.arange(-200.0, 200.0), np.arange(-200, 200) > 0)
    >>> high[0], high[-1], sorted(high) == list(high)
    (0.0049, 0.995, True)
    """
    order = np.argsort(scores, kind="stable")
    groups = np.array_split(order, max(1, len(order) // _LEAST))
    pools: list[list[float]] = []  # sum of scores, sum of labels, count
    for group in groups:
        pools.append([float(scores[group].sum()), float(labels[group].sum()), float(len(group))])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    shares = np.maximum.accumulate([round((right + 1) / (count + 2), _DECIMALS) for _, right, count in pools])
    return tuple(round(scores_sum / count, _DECIMALS) for scores_sum, _, count in pools), tuple(shares.tolist())
