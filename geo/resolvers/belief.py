"""Weigh the candidates of all names of a document against each other.

Every name starts with a prior over its candidates. Then each candidate gains from the candidates of the *other* names
that lie near it, in the same unit or in the same country, weighted by how much those are believed themselves; a few
rounds of this settle (mean-field inference on a fully connected pairwise model, e.g. Koller and Friedman 2009, section
11.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..model import Kind
from ..recognizers.standing import KIND_RANK
from .crowd import Crowd, Floats, Ties


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts, in units of log belief. `bench/README.md` says how they were chosen."""

    prior: float = 1.5
    """Exponent of the prior share."""
    country: float = 4.0
    """All other names have a candidate in the same country."""
    admin1: float = 3.0
    """All other names have a candidate in the same first-level unit."""
    near: float = 8.0
    """All other names have a candidate at the same spot; decays with distance."""
    near_km: float = 150.0
    """Distance in kilometres at which nearness has decayed to 1/e."""
    chain: float = 8.0
    """The text says "X, Y" and the candidate lies in Y."""
    later_chain: float = 2.5
    """The text says so only of a later mention of the same name."""
    unit: float = 2.5
    """The name stands beside a generic word of the candidate's kind: "province"."""
    named: float = 1.0
    """The candidate lies in a country that the text names."""
    home: float = 3.0
    """The candidate lies in the country where the text was published."""


def believe(crowd: Crowd, weights: Weights, *, rounds: int, max_anchors: int) -> tuple[Floats, Ties]:
    """Return the belief in each candidate, which sums to 1 within a sense, and the ties by which it was found."""
    own = weights.prior * np.log(crowd.prior / crowd.sums(crowd.prior)) + _own_evidence(crowd, weights)
    belief = crowd.softmax(own)
    ties = crowd.ties(crowd.anchors(belief, max_anchors))
    support = _pair_support(ties, weights)
    speakers = crowd.owner[ties.anchors]
    trust = crowd.trust[speakers]
    speaks = np.zeros(len(crowd.groups), dtype=bool)
    speaks[speakers] = True
    voices = max(1.0, crowd.trust[speaks].sum() - 1.0)
    names_it = ties.same_country & (crowd.is_country[ties.anchors] > 0)
    for _ in range(rounds if len(crowd.groups) > 1 else 0):
        speaking = belief[ties.anchors] * trust
        is_named = (names_it * speaking).max(axis=1, initial=0.0)
        belief = crowd.softmax(own + support @ speaking / voices + weights.named * is_named)
    return belief, ties


def _own_evidence(crowd: Crowd, weights: Weights) -> Floats:
    """Evidence that the text gives right beside the name: its container, its generic word."""
    groups = crowd.groups
    chain = np.array([weights.later_chain if group.is_placed_later else weights.chain for group in groups])[crowd.owner]
    is_container = np.array([group.is_container for group in groups])[crowd.owner]
    is_wide = crowd.kind != KIND_RANK[Kind.SETTLEMENT]
    has_word = crowd.fits_kind_word != 0
    speaks = (crowd.is_shadowed > 0) | ((crowd.is_seat > 0) & ~has_word & ~is_container)
    units = (crowd.fits_kind_word > 0) * 1.0 + (is_container & is_wide) - speaks
    evidence: Floats = chain * crowd.in_container + weights.unit * units + weights.home * crowd.in_home
    return evidence


def _pair_support(ties: Ties, weights: Weights) -> Floats:
    """Return how much each anchor speaks for each candidate: an array of shape (candidates, anchors)."""
    near = ties.is_local * np.exp(-ties.distance_km / weights.near_km)
    support: Floats = weights.country * ties.same_country + weights.admin1 * ties.same_admin1 + weights.near * near
    return support
