"""Which features made trees score one row above another: the difference shared out among the features, exactly.

The shares are Shapley values with one background row (interventional SHAP): a feature's share is what changing it from
the other row's value to this row's adds to the score, averaged over every order in which the features may be changed.
A feature that is equal in both rows gets nothing, and the shares add up to the difference of the scores.

References
----------
Lundberg, Erion, Chen et al. 2020, "From local explanations to global understanding with explainable AI for trees",
Nature Machine Intelligence 2, section "Interventional TreeExplainer": a leaf's value is shared out in closed form.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb, lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..trees import LEAF_UNIT, Trees

_CELLS_AT_ONCE = 1_000_000
"""Pairs of rows are taken in pieces: each costs (leaves) x (features of a path) cells."""


class Attribution:
    """Shares out differences between scores.

    Parameters
    ----------
    trees
        What gives the scores.
    """

    def __init__(self, trees: Trees) -> None:
        paths = list(_paths(trees))
        longest = max((len(path.features) for path in paths), default=0)
        shape = (len(paths), longest)
        self._feature = np.zeros(shape, dtype=np.int64)
        self._low, self._high = np.full(shape, -np.inf, np.float32), np.full(shape, np.inf, np.float32)
        for at, path in enumerate(paths):
            count = len(path.features)
            self._feature[at, :count], self._low[at, :count] = path.features, path.low
            self._high[at, :count] = path.high
        self._value = np.array([path.value for path in paths], dtype=np.float64)
        self._fields = len(trees.fields)
        self._gain, self._loss, self._unit = _shares(longest)

    def differences(self, rows: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return how much each feature adds to a row's score over that of another: shape (rows, fields).

        Parameters
        ----------
        rows, others
            Each of shape (rows, fields); row by row the ones to compare.

        Notes
        -----
        All sums are of whole numbers that a double holds exactly: the shares are the same on every machine, and add up
        to the difference of the scores.
        """
        shared = np.zeros((len(rows), self._fields))
        step = max(1, _CELLS_AT_ONCE // max(1, self._feature.size))
        for first in range(0, len(rows), step):
            piece = slice(first, first + step)
            shared[piece] = self._piece(rows[piece], others[piece])
        return shared * (LEAF_UNIT / self._unit)

    def _piece(self, rows: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
        fits, other_fits = self._fits(rows), self._fits(others)
        # A leaf that no mixture of both rows reaches has no say, nor one that both reach.
        is_reached = np.ones(fits.shape[1:], dtype=bool)
        differs = np.zeros(fits.shape[1:], dtype=bool)
        for fit, other_fit in zip(fits, other_fits, strict=True):
            is_reached &= fit | other_fit
            differs |= fit != other_fit
        pair, leaf = np.nonzero(is_reached & differs)
        fits, other_fits = fits[:, pair, leaf].T, other_fits[:, pair, leaf].T
        gains, losses = fits & ~other_fits, other_fits & ~fits
        counts = gains.sum(axis=1), losses.sum(axis=1)
        share = gains * self._gain[counts][:, None] + losses * self._loss[counts][:, None]
        cell = pair[:, None] * self._fields + self._feature[leaf]
        worth = (share * self._value[leaf, None]).ravel()
        added = np.bincount(cell.ravel(), worth, minlength=len(rows) * self._fields)
        return added.astype(np.float64, copy=False).reshape(len(rows), self._fields)

    def _fits(self, rows: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return whether each row takes the way to each leaf at each feature: shape (features, rows, leaves)."""
        fits = np.empty((self._feature.shape[1], len(rows), len(self._feature)), dtype=bool)
        for fit, feature, low, high in zip(fits, self._feature.T, self._low.T, self._high.T, strict=True):
            numbers = rows.take(feature, axis=1)
            np.logical_and(numbers > low, numbers <= high, out=fit)
        return fits


class _Path(NamedTuple):
    """A leaf, and the half-open intervals (low, high] of the features that lead to it."""

    features: list[int]
    low: list[float]
    high: list[float]
    value: int


def _paths(trees: Trees) -> Iterator[_Path]:
    for tree in range(len(trees.feature)):
        waiting: list[tuple[int, dict[int, tuple[float, float]]]] = [(0, {})]
        while waiting:
            node, bounds = waiting.pop()
            first, second = (int(child) for child in trees.children[tree, node])
            if first == node:
                features = sorted(bounds)
                low, high = [bounds[f][0] for f in features], [bounds[f][1] for f in features]
                yield _Path(features, low, high, int(trees.value[tree, node]))
                continue
            feature, threshold = int(trees.feature[tree, node]), float(trees.threshold[tree, node])
            low_bound, high_bound = bounds.get(feature, (-np.inf, np.inf))
            waiting.append((first, {**bounds, feature: (low_bound, min(high_bound, threshold))}))
            waiting.append((second, {**bounds, feature: (max(low_bound, threshold), high_bound)}))


def _shares(longest: int) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Return the share of a leaf for a feature that leads to it, for one that leads away, and the unit of both.

    With ``gains`` features leading to the leaf and ``losses`` leading away, each of the former adds the share of the
    orders in which it comes last of them and before all of the others: (gains-1)! losses! / (gains+losses)!.
    """
    unit = lcm(*(n * comb(n - 1, k) for n in range(1, longest + 1) for k in range(n)))
    gain, loss = np.zeros((longest + 1, longest + 1)), np.zeros((longest + 1, longest + 1))
    for gains in range(longest + 1):
        for losses in range(longest + 1 - gains):
            if gains:
                gain[gains, losses] = unit // ((gains + losses) * comb(gains + losses - 1, losses))
            if losses:
                loss[gains, losses] = -unit // ((gains + losses) * comb(gains + losses - 1, gains))
    return gain, loss, unit
