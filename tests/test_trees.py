"""Trees as numbers: the same scores as the library that grew them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geo.training.boosting import as_trees, grow
from geo.training.learning import JUDGE
from geo.trees import LEAF_UNIT, Trees, probability

STUMP: list[dict[str, Any]] = [
    {
        "tree_structure": {
            "split_feature": 1,
            "threshold": 2.5,
            "left_child": {"leaf_value": -1.0},
            "right_child": {
                "split_feature": 0,
                "threshold": 0.0,
                "left_child": {"leaf_value": 0.25},
                "right_child": {"leaf_value": 3.0},
            },
        }
    },
    {"tree_structure": {"leaf_value": 0.5}},
]


def rows(*numbers: tuple[float, float]) -> np.ndarray:
    return np.array(numbers, dtype=np.float32)


def test_a_row_goes_first_where_its_feature_is_at_most_the_threshold() -> None:
    trees = as_trees(STUMP, ("a", "b"))
    assert trees.scores(rows((9, 2.5), (0, 2.6), (0.1, 2.6))).tolist() == [-0.5, 0.75, 3.5]
    assert trees.depth == 2


def test_no_rows_give_no_scores() -> None:
    assert as_trees(STUMP, ("a", "b")).scores(np.zeros((0, 2), dtype=np.float32)).tolist() == []


def test_scores_are_whole_multiples_of_the_unit_so_that_order_cannot_matter() -> None:
    scores = as_trees(STUMP, ("a", "b")).scores(rows((9, 2.5), (1, 3)))
    assert (scores / LEAF_UNIT == np.round(scores / LEAF_UNIT)).all()


def test_many_rows_score_as_each_does_alone() -> None:
    trees = as_trees(STUMP, ("a", "b"))
    many = rows(*((a / 10, b / 10) for a in range(-5, 15) for b in range(15, 35)))
    assert trees.scores(many).tolist() == [float(trees.scores(row[None, :])[0]) for row in many]


def test_stored_trees_are_the_same_trees() -> None:
    trees = as_trees(STUMP, ("a", "b"))
    again = Trees.from_arrays(trees.to_arrays("x"), "x")
    assert again.fields == ("a", "b")
    assert again.scores(rows((1, 3))).tolist() == trees.scores(rows((1, 3))).tolist()
    with pytest.raises(KeyError):
        Trees.from_arrays(trees.to_arrays("x"), "y")


def test_grown_trees_score_as_the_library_does() -> None:
    import lightgbm

    random = np.random.default_rng(7)
    numbers = random.normal(size=(2000, 5)).astype(np.float32)
    labels = (numbers[:, 0] * numbers[:, 1] + 0.3 * random.normal(size=2000)) > 0
    trees = grow(numbers, labels, np.ones(2000), "abcde", JUDGE)
    parameters = {"objective": "binary", "verbosity": -1, "deterministic": True, "num_threads": 1, "seed": 1}
    booster = lightgbm.train(parameters, lightgbm.Dataset(numbers, labels.astype(float)), 30)
    same = as_trees(booster.dump_model()["tree_info"], "abcde")
    assert same.scores(numbers) == pytest.approx(booster.predict(numbers, raw_score=True), abs=1e-5)
    assert ((probability(trees.scores(numbers)) > 0.5) == labels).mean() > 0.85


def test_what_has_no_weight_teaches_nothing() -> None:
    numbers = np.arange(400, dtype=np.float32)[:, None]
    labels = np.arange(400) % 2 == 0
    taught = np.where(np.arange(400) < 200, 1.0, 0.0)
    poisoned = labels.copy()
    poisoned[200:] = True
    one, other = (grow(numbers, given, taught, "a", JUDGE) for given in (labels, poisoned))
    assert one.scores(numbers).tolist() == other.scores(numbers).tolist()
