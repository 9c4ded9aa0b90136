"""Boosted decision trees as numbers: read from a file and evaluated with numpy alone, the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAF_UNIT = 2.0**-24
"""Leaves are whole numbers of this: sums of them are exact, in whatever order a machine adds them."""
_ROWS_AT_ONCE = 64
"""Rows that go down the trees together: their places in 250 trees take 64 kB, which stay in the processor's cache."""


class Trees:
    """An additive ensemble of binary trees over rows of numbers.

    Node 0 of each tree is its root. A row goes to the first child where its feature is at most the threshold, else to
    the second; a leaf is its own child, so that every row may take as many steps as the deepest tree has.

    Parameters
    ----------
    fields
        Names of the features, in the order of a row's numbers.
    feature
        Feature of each node, shape (trees, nodes); 0 for leaves.
    threshold
        Threshold of each node, same shape; infinite for leaves.
    children
        Both children of each node as nodes of its tree, shape (trees, nodes, 2).
    value
        Value of each leaf in units of `LEAF_UNIT`, shape (trees, nodes); 0 for other nodes.
    depth
        Steps from a root to its farthest leaf.
    """

    def __init__(
        self,
        fields: Sequence[str],
        feature: NDArray[np.int16],
        threshold: NDArray[np.float32],
        children: NDArray[np.int16],
        value: NDArray[np.int32],
        depth: int,
    ) -> None:
        self.fields = tuple(fields)
        self.feature, self.threshold, self.children, self.value = feature, threshold, children, value
        self.depth = depth
        # Level by level as if every tree were complete: the children of node n are 2n and 2n + 1 of the next level, and
        # a step needs no more than three look-ups.
        tree = np.arange(len(feature))[:, None]
        at = np.zeros((len(feature), 1), dtype=np.intp)
        self._roots = np.arange(len(feature), dtype=np.int32)[None, :]
        self._levels: list[tuple[NDArray[np.int32], NDArray[np.float32]]] = []
        for _ in range(depth):
            self._levels.append((feature[tree, at].ravel().astype(np.int32), threshold[tree, at].ravel()))
            at = children[tree, at].astype(np.intp).reshape(len(feature), -1)
        self._value = value[tree, at].ravel().astype(np.int64)

    def _leaves(self, rows: NDArray[np.float32]) -> NDArray[np.int32]:
        """Return the place on the last level that each row reaches in each tree, counted over all: (rows, trees)."""
        count, fields = rows.shape
        numbers = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        row = (np.arange(count, dtype=np.int32) * fields)[:, None]
        at = self._roots
        for feature, threshold in self._levels:
            at = 2 * at + (numbers.take(feature.take(at) + row) > threshold.take(at))
        return at

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the sum of the leaves that each row reaches: log odds for a classifier.

        Parameters
        ----------
        rows
            Shape (rows, fields).
        """
        scores = np.zeros(len(rows))
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            block = slice(first, first + _ROWS_AT_ONCE)
            scores[block] = self._value.take(self._leaves(rows[block])).sum(axis=1) * LEAF_UNIT
        return scores

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the arrays of these trees by name, to be stored beside others'."""
        return {f"{prefix}.{name}": np.asarray(getattr(self, name)) for name in _STORED}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Trees:
        """Return the trees that `to_arrays` gave; KeyError when there are none of that name."""
        fields, feature, threshold, children, value, depth = (arrays[f"{prefix}.{name}"] for name in _STORED)
        return cls(tuple(map(str, fields)), feature, threshold, children, value, int(depth))


_STORED = ("fields", "feature", "threshold", "children", "value", "depth")


def log_odds(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn probabilities into log odds, certainty into one chance in a million of its contrary."""
    bounded = np.clip(shares, 1e-6, 1 - 1e-6)
    odds: NDArray[np.float64] = np.log(bounded / (1 - bounded))
    return odds


def probability(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn log odds into probabilities."""
    shares: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-scores))
    return shares
