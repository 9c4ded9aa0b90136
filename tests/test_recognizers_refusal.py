"""Why something is not taken for a toponym, in words."""

from __future__ import annotations

import numpy as np
import pytest

from geo.learned import load_learned
from geo.recognizers.features import FIELDS
from geo.recognizers.refusal import refusals
from geo.trees import LEAF_UNIT, Trees


def punishing(*fields: str) -> Trees:
    """Return trees that take one from the score for each field above a half."""
    inf, one = float("inf"), round(1 / LEAF_UNIT)
    count = len(fields)
    feature = np.array([[FIELDS.index(field), 0, 0] for field in fields], np.int16)
    threshold = np.array([[0.5, inf, inf]] * count, np.float32)
    children = np.array([[[1, 2], [1, 1], [2, 2]]] * count, np.int16)
    return Trees(FIELDS, feature, threshold, children, np.array([[0, 0, -one]] * count, np.int32), 1)


def row(**values: float) -> np.ndarray:
    numbers = np.zeros(len(FIELDS), np.float32)
    for field, value in values.items():
        numbers[FIELDS.index(field.replace("__", ":"))] = value
    return numbers


def test_the_gravest_reason_comes_first_and_what_cost_nothing_is_left_out() -> None:
    trees = punishing("before:given", "person_elsewhere", "most_ordinary", "run_behind")
    found = refusals(trees, row(before__given=90, person_elsewhere=1, most_ordinary=50))
    assert found == ["it looks like a person's name", "it is an ordinary word"]


def test_the_longer_name_of_a_person_is_the_person_s() -> None:
    trees = punishing("run_before", "person_here")
    assert refusals(trees, row(run_before=1)) == ["it looks like part of a longer name"]
    assert refusals(trees, row(run_before=1, person_here=1)) == ["it looks like a person's name"]


def test_where_no_single_thing_spoke_against_it_nothing_is_said() -> None:
    assert refusals(punishing("is_dateline"), row(is_dateline=1)) == []


@pytest.mark.parametrize("part", ["first", "judge"])
def test_the_features_are_those_of_the_weights_in_use(part: str) -> None:
    trees: Trees = getattr(load_learned().without_model, part)
    assert set(FIELDS) <= set(trees.fields)
