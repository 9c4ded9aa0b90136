"""Grow boosted trees with LightGBM, and keep them as numbers that need no library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ResourceError
from ..trees import LEAF_UNIT, Trees


class Growth(NamedTuple):
    """How many trees to grow, and how large."""

    trees: int
    """Number of trees."""
    rate: float
    """How much of what it learned each tree keeps."""
    leaves: int
    """Most leaves of a tree."""
    depth: int
    """Most steps from a root to a leaf."""
    least: int
    """Least examples of a leaf."""
    share: float
    """Share of the features that a tree may use, drawn at random."""


def grow(
    rows: NDArray[np.float32],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    fields: Sequence[str],
    growth: Growth,
) -> Trees:
    """Return trees whose scores are the log odds of the label.

    Parameters
    ----------
    rows
        Shape (examples, fields).
    labels, weights
        One for each example; an example of weight 0 teaches nothing.
    fields
        Names of the features.
    growth
        How to grow.

    Raises
    ------
    ResourceError
        If LightGBM is not installed; it names the extra.
    """
    lightgbm = load_lightgbm()
    taught = weights > 0
    data = lightgbm.Dataset(rows[taught], labels[taught].astype(np.float64), weight=weights[taught])
    booster = lightgbm.train(_parameters(growth), data, num_boost_round=growth.trees)
    return as_trees(booster.dump_model()["tree_info"], fields)


def load_lightgbm() -> ModuleType:
    """Return LightGBM, or raise ResourceError, which names the extra, where it is not installed."""
    try:
        import lightgbm
    except ImportError as error:
        raise ResourceError("training needs LightGBM: run 'python -m pip install placelines[train]'") from error
    module: ModuleType = lightgbm
    return module


def as_trees(dumped: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> Trees:
    """Return LightGBM's description of its trees as arrays."""
    grown = [_nodes(tree["tree_structure"]) for tree in dumped]
    shape = (len(grown), max(len(nodes) for nodes in grown))
    feature, threshold = np.zeros(shape, np.int16), np.zeros(shape, np.float32)
    children, value = np.zeros((*shape, 2), np.int16), np.zeros(shape, np.int32)
    for number, nodes in enumerate(grown):
        for at, node in enumerate(nodes):
            feature[number, at], threshold[number, at], children[number, at], value[number, at], _ = node
    return Trees(fields, feature, threshold, children, value, max(nodes[0].depth for nodes in grown))


def _parameters(growth: Growth) -> dict[str, object]:
    return {
        "objective": "binary",
        "learning_rate": growth.rate,
        "num_leaves": growth.leaves,
        "max_depth": growth.depth,
        "min_data_in_leaf": growth.least,
        "feature_fraction": growth.share,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 2.0,
        "seed": 1,
        # The same trees on every run: LightGBM's documentation of "deterministic" asks for these together.
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }


class _Node(NamedTuple):
    """A node as `Trees` has it, and the steps from it to its farthest leaf."""

    feature: int
    threshold: float
    children: tuple[int, int]
    value: int
    depth: int


def _nodes(structure: Mapping[str, Any]) -> list[_Node]:
    """Return the nodes of a tree, the root first."""
    nodes: list[_Node] = []

    def add(node: Mapping[str, Any]) -> int:
        at = len(nodes)
        if "split_feature" not in node:
            nodes.append(_Node(0, float("inf"), (at, at), round(node["leaf_value"] / LEAF_UNIT), 0))
            return at
        nodes.append(_Node(0, 0.0, (0, 0), 0, 0))  # until its children are known
        children = add(node["left_child"]), add(node["right_child"])
        depth = 1 + max(nodes[child].depth for child in children)
        nodes[at] = _Node(int(node["split_feature"]), float(node["threshold"]), children, 0, depth)
        return at

    add(structure)
    return nodes
