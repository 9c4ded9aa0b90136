"""Weigh the candidates of all names of a document against each other.

Every name starts with a prior over its candidates. Then each candidate gains from the candidates of the *other* names
that lie near it, in the same unit or in the same country, weighted by how much those are believed themselves; a few
rounds of this settle (mean-field inference on a fully connected pairwise model, e.g. Koller and Friedman 2009, section
11.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..extent import EARTH_RADIUS_KM
from ..gazetteers.matching import Match, holds, unit_code
from ..gazetteers.priors import prior, seats, shadowed
from ..model import Kind, Place
from .senses import Sense

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WIDE_DEGREES = 2.0


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


def believe(
    groups: Sequence[Sense], kept: Sequence[Sequence[Match]], weights: Weights, *, rounds: int, max_anchors: int
) -> list[Floats]:
    """Return the belief in each candidate of each group; the beliefs of a group sum to 1."""
    sizes = [len(shortlist) for shortlist in kept]
    bounds = np.cumsum([0, *sizes])
    if bounds[-1] == 0:
        return [np.zeros(0) for _ in groups]
    flat = [match for shortlist in kept for match in shortlist]
    owner = np.repeat(np.arange(len(groups)), sizes)
    own = weights.prior * np.log(_prior_shares(flat, bounds)) + _own_evidence(groups, kept, weights)
    belief = _softmax(own, bounds)
    anchors = _anchors(groups, owner, belief, max_anchors)
    names = {key: number for number, key in enumerate(sorted({group.key for group in groups}))}
    # Two senses of one name do not vouch for each other.
    support = _pair_support(flat, np.array([names[group.key] for group in groups])[owner], anchors, weights)
    named = max(1, len(set(owner[anchors].tolist())) - 1)
    for _ in range(rounds if len(groups) > 1 else 0):
        belief = _softmax(own + support @ belief[anchors] / named, bounds)
    return [belief[bounds[i] : bounds[i + 1]] for i in range(len(groups))]


def _prior_shares(flat: Sequence[Match], bounds: Ints) -> Floats:
    weight = np.array([prior(match) for match in flat])
    total = np.repeat(np.add.reduceat(weight, bounds[:-1][np.diff(bounds) > 0]), np.diff(bounds)[np.diff(bounds) > 0])
    shares: Floats = weight / total
    return shares


def _own_evidence(groups: Sequence[Sense], kept: Sequence[Sequence[Match]], weights: Weights) -> Floats:
    """Evidence that the text gives right beside the name: its container, its generic word."""
    evidence = []
    for group, shortlist in zip(groups, kept, strict=True):
        unit_kinds = group.unit_kinds
        unlikely = shadowed(shortlist)
        if unit_kinds is None and not group.is_container:
            unlikely |= seats(shortlist)
        for match in shortlist:
            chain = weights.later_chain if group.is_placed_later else weights.chain
            gain = chain if any(holds(holder, match) for holder in group.containers) else 0.0
            gain += weights.unit if unit_kinds and match.place.kind in unit_kinds else 0.0
            gain += weights.unit if group.is_container and match.place.kind is not Kind.SETTLEMENT else 0.0
            gain -= weights.unit if match.place.id in unlikely else 0.0
            evidence.append(gain)
    return np.array(evidence)


def _anchors(groups: Sequence[Sense], owner: Ints, belief: Floats, max_anchors: int) -> Ints:
    """Return the indexes of the candidates that give support: those of the most mentioned names, best first."""
    mentions = np.array([len(group.members) for group in groups])[owner]
    order = np.lexsort((np.arange(len(owner)), -belief, -mentions))
    return np.sort(order[:max_anchors])


def _pair_support(flat: Sequence[Match], owner: Ints, anchors: Ints, weights: Weights) -> Floats:
    """Return how much each anchor speaks for each candidate: an array of shape (candidates, anchors)."""
    lon = np.radians([match.place.lon for match in flat])
    lat = np.radians([match.place.lat for match in flat])
    xyz = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    country = _codes([match.place.country_code for match in flat])
    admin1 = _codes([unit_code(match) for match in flat])
    is_wide = np.array([_is_wide(match.place) for match in flat])

    support = np.zeros((len(flat), len(anchors)))
    for first in range(0, len(flat), 1000):
        rows = np.arange(first, min(first + 1000, len(flat)))[:, None]
        angle = np.arccos(np.clip(xyz[rows[:, 0]] @ xyz[anchors].T, -1.0, 1.0))
        same_country = (country[rows] == country[anchors]) & (country[rows] > 0)
        same_admin1 = (admin1[rows] == admin1[anchors]) & (admin1[rows] > 0)
        local = ~(is_wide[rows] | is_wide[anchors])
        block = weights.country * same_country + weights.admin1 * same_admin1
        block += weights.near * local * np.exp(-angle * EARTH_RADIUS_KM / weights.near_km)
        support[first : first + 1000] = block * (owner[rows] != owner[anchors])
    return support


def _is_wide(place: Place) -> bool:
    """Whether a place is so large that its label point says little about what is near it."""
    if place.extent is not None and place.kind is Kind.PHYSICAL:
        return max(place.extent.width, place.extent.height) > _WIDE_DEGREES
    return place.kind in {Kind.COUNTRY, Kind.CONTINENT, Kind.REGION}


def _codes(values: Sequence[str | None]) -> Ints:
    """Return a number for each value, the same for equal values; 0 stands for None."""
    numbers = {value: number for number, value in enumerate(sorted({v for v in values if v is not None}), start=1)}
    return np.array([numbers.get(value, 0) if value is not None else 0 for value in values])


def _softmax(energy: Floats, bounds: Ints) -> Floats:
    """Normalise exp(energy) within each group."""
    sizes = np.diff(bounds)
    starts = bounds[:-1][sizes > 0]
    top = np.repeat(np.maximum.reduceat(energy, starts), sizes[sizes > 0])
    weight = np.exp(energy - top)
    shares: Floats = weight / np.repeat(np.add.reduceat(weight, starts), sizes[sizes > 0])
    return shares
