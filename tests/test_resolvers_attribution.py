"""Differences between scores, shared out among the features."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.learned import load_learned
from geo.resolvers.attribution import Attribution
from geo.trees import LEAF_UNIT, Trees

ONE = round(1 / LEAF_UNIT)
NOT_SPLIT = float("inf")


def trees(*grown: list[tuple[int, float, int, int, float]]) -> Trees:
    """Return trees of nodes (feature, threshold, first, second, value) over three features."""
    feature, threshold, first, second, value = (np.array(part) for part in np.moveaxis(np.array(grown), 2, 0))
    children = np.stack((first, second), axis=2).astype(np.int16)
    values = np.round(value * ONE).astype(np.int32)
    return Trees("abc", feature.astype(np.int16), threshold.astype(np.float32), children, values, 2)


STUMPS = trees(
    [(0, 0.5, 1, 2, 0), (0, NOT_SPLIT, 1, 1, -1.0), (0, NOT_SPLIT, 2, 2, 1.0)],
    [(1, 0.5, 1, 2, 0), (0, NOT_SPLIT, 1, 1, 0.0), (0, NOT_SPLIT, 2, 2, 0.25)],
)
BOTH = trees(
    [
        (0, 0.5, 1, 2, 0),
        (0, NOT_SPLIT, 1, 1, 0.0),
        (1, 0.5, 3, 4, 0),
        (0, NOT_SPLIT, 3, 3, 0.0),
        (0, NOT_SPLIT, 4, 4, 3.0),
    ]
)
"""Three when a and b are both above a half."""


def differences(of: Trees, row: list[float], other: list[float]) -> list[float]:
    rows, others = np.array([row], np.float32), np.array([other], np.float32)
    found: list[float] = Attribution(of).differences(rows, others)[0].tolist()
    return found


def test_features_of_trees_of_their_own_keep_what_they_add() -> None:
    assert differences(STUMPS, [1, 1, 9], [0, 0, 0]) == [2.0, 0.25, 0.0]
    assert differences(STUMPS, [0, 1, 0], [1, 0, 0]) == [-2.0, 0.25, 0.0]


def test_features_that_only_act_together_share_alike() -> None:
    assert differences(BOTH, [1, 1, 0], [0, 0, 0]) == [1.5, 1.5, 0.0]


def test_a_feature_that_is_equal_in_both_rows_gets_nothing() -> None:
    assert differences(BOTH, [1, 1, 0], [0, 1, 5]) == [3.0, 0.0, 0.0]
    assert differences(BOTH, [1, 1, 0], [1, 1, 0]) == [0.0, 0.0, 0.0]


def test_no_rows_have_no_differences() -> None:
    assert Attribution(BOTH).differences(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32)).shape == (0, 3)


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=3, max_size=3),
    st.lists(st.sampled_from([0.0, 1.0]), min_size=3, max_size=3),
)
def test_a_share_is_the_mean_gain_over_all_orders_of_changing_the_features(
    row: list[float], other: list[float]
) -> None:
    expected = np.zeros(3)
    for order in permutations(range(3)):
        now = np.array([other], np.float32)
        for feature in order:
            before = BOTH.scores(now)[0]
            now[0, feature] = row[feature]
            expected[feature] += BOTH.scores(now)[0] - before
    assert differences(BOTH, row, other) == pytest.approx((expected / 6).tolist())


def test_shares_of_the_weights_in_use_add_up_to_the_difference() -> None:
    ranker = load_learned().ranker
    draw = np.random.default_rng(1)
    rows, others = (draw.uniform(-2, 9, (40, len(ranker.fields))).astype(np.float32) for _ in range(2))
    found = Attribution(ranker).differences(rows, others)
    assert found.sum(axis=1) == pytest.approx(ranker.scores(rows) - ranker.scores(others), abs=1e-12)
    assert np.abs(found).max() > 0.1
