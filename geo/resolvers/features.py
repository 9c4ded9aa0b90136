"""What speaks for and against each candidate, in numbers for a ranker."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..model import Kind
from ..recognizers.standing import KIND_RANK
from .crowd import Crowd, Floats, Ties
from .facts import ALONE
from .senses import Sense

Rows: TypeAlias = NDArray[np.float32]

_OF_ONE = (
    *ALONE,
    "has_container",
    "is_placed_later",
    "is_container",
    "letters",
    "mentions",
    "in_container",
    "fits_kind_word",
    "is_seat",
    "is_shadowed",
    "in_home",
    "trust",
    "is_wide",
)
_OF_ALL = (
    "prior",
    "prior_share",
    "prior_of_largest",
    "people_of_largest",
    "rivals",
    "belief",
    "belief_of_rivals",
    "country",
    "country_of_best",
    "admin1",
    "admin1_of_best",
    "near",
    "near_of_best",
    "neighbourhood",
    "nearest_km",
    "middle_km",
    "country_named",
    "admin1_named",
    "names",
)
FIELDS = (*_OF_ONE, *_OF_ALL)
"""What `features` gives, in order."""
BEST_FIELDS = (*FIELDS, "share", "odds", "odds_of_second")
"""What is told of the best candidate of a sense: its own numbers, its share of the belief, and the ranker's odds."""

_NEAR_KM, _FAR_KM = 150.0, 500.0
_BELIEVED = 0.2
_FAR_AWAY_KM = 20_000.0


def features(crowd: Crowd, ties: Ties, belief: Floats) -> Rows:
    """Return an array of shape (candidates, `FIELDS`).

    Parameters
    ----------
    crowd, ties
        The candidates, and how they stand to those that speak for others.
    belief
        What is believed of each so far.
    """
    of_sense = np.array([_of_sense(group) for group in crowd.groups])[crowd.owner].T
    text = (crowd.in_container, crowd.fits_kind_word, crowd.is_seat, crowd.is_shadowed, crowd.in_home)
    columns = (*crowd.alone, *of_sense, *text, crowd.trust[crowd.owner], crowd.is_wide, *_of_crowd(crowd, ties, belief))
    return np.array(columns).T.astype(np.float32, order="C")


def _of_sense(group: Sense) -> tuple[float, ...]:
    """Return what the text says of a name."""
    return (
        float(bool(group.containers)),
        float(group.is_placed_later),
        float(group.is_container),
        float(len(group.key)),
        math.log1p(len(group.members)),
    )


def _of_crowd(crowd: Crowd, ties: Ties, belief: Floats) -> tuple[Floats, ...]:
    """Return how each candidate stands among its rivals and to what else the text names: a column for each field."""
    speaking = belief[ties.anchors] * crowd.trust[crowd.owner[ties.anchors]]
    voices = max(1e-9, float(crowd.trust.sum()) - 1.0)
    country = ties.same_country @ speaking / voices
    admin1 = ties.same_admin1 @ speaking / voices
    nearness = ties.is_local * np.exp(-ties.distance_km / _NEAR_KM)
    near = nearness @ speaking / voices
    around = (ties.is_local & (ties.distance_km < _FAR_KM)) @ speaking / voices
    believed = ties.is_local & (speaking > _BELIEVED)
    distance = np.where(believed, ties.distance_km, _FAR_AWAY_KM)
    nearest = distance.min(axis=1, initial=_FAR_AWAY_KM)
    middle = _median_where(distance)
    is_country = crowd.is_country[ties.anchors] > 0
    is_admin1 = crowd.kind[ties.anchors] == KIND_RANK[Kind.ADMIN1]
    rivals = crowd.sums(np.ones(len(crowd)))
    second = _best_of_rivals(crowd, belief)
    return (
        np.log10(crowd.prior),
        crowd.prior / crowd.sums(crowd.prior),
        crowd.prior / crowd.largest(crowd.prior),
        (crowd.people + 1) / (crowd.largest(crowd.people) + 1),
        np.log1p(rivals),
        belief,
        belief - second,
        country,
        country - crowd.largest(country),
        admin1,
        admin1 - crowd.largest(admin1),
        near,
        near - crowd.largest(near),
        around,
        np.log1p(nearest),
        np.log1p(middle),
        (ties.same_country & is_country) @ speaking,
        (ties.same_admin1 & is_admin1) @ speaking,
        np.full(len(crowd), np.log1p(voices)),
    )


def _median_where(distance: Floats) -> Floats:
    """Return for each row the median of the distances to believed places, `_FAR_AWAY_KM` without any."""
    ordered = np.sort(distance, axis=1)
    count = (distance < _FAR_AWAY_KM).sum(axis=1)
    middle: Floats = np.where(
        count > 0, ordered[np.arange(len(ordered)), np.maximum(0, (count - 1) // 2)], _FAR_AWAY_KM
    )
    return middle


def _best_of_rivals(crowd: Crowd, values: Floats) -> Floats:
    """Return for each candidate the largest value among the others of its sense, 0 without any."""
    best = np.zeros(len(crowd))
    for start, end in zip(crowd.bounds[:-1], crowd.bounds[1:], strict=True):
        own = values[start:end]
        if len(own) > 1:
            order = np.argsort(-own, kind="stable")
            best[start:end] = own[order[0]]
            best[start + order[0]] = own[order[1]]
    return best
