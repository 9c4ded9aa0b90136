"""On what grounds a place was preferred to its best rival: what the ranker's features said, by subject, in log odds."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from ..gazetteers.matching import Match, holds
from .belief import Weights
from .features import FIELDS

if TYPE_CHECKING:
    from .attribution import Attribution
    from .context import Ranking


class Ground(StrEnum):
    """What may speak for a place."""

    NAME = "name"
    """How the name belongs to it."""
    CHAIN = "chain"
    """What the text puts it in: "X, Y"."""
    UNIT_WORD = "unit_word"
    """The generic word beside the name: "province"."""
    KIND = "kind"
    """What sort of place it is: a unit, or the town of the same name."""
    RANK = "rank"
    """Whether it is a capital or seat."""
    SIZE = "size"
    """How large and well known it is."""
    LIST = "list"
    """That people put it on a list."""
    HOME = "home"
    """That it lies where the text was published."""
    COUNTRY = "country"
    """What else the text names in its country."""
    UNIT = "unit"
    """What else the text names in its first-level unit."""
    NEAR = "near"
    """What else the text names near it."""


_FIELDS_OF = {
    Ground.NAME: "name_kind form",
    Ground.CHAIN: "in_container has_container is_placed_later is_container",
    Ground.UNIT_WORD: "fits_kind_word",
    Ground.KIND: "kind is_wide is_seat is_shadowed",
    Ground.RANK: "is_capital seat",
    Ground.SIZE: "people prior prior_share prior_of_largest people_of_largest",
    Ground.LIST: "is_hand_kept",
    Ground.HOME: "in_home",
    Ground.COUNTRY: "country country_of_best country_named",
    Ground.UNIT: "admin1 admin1_of_best admin1_named",
    Ground.NEAR: "near near_of_best neighbourhood nearest_km middle_km",
}
GROUND_OF = {field: ground for ground, fields in _FIELDS_OF.items() for field in fields.split()}
"""The subject of each feature that may differ between the candidates of a name, but for `SUMMED_UP`."""
SUMMED_UP = ("belief", "belief_of_rivals")
"""Features that sum up others: what they say is shared out among those by what each added to the belief."""
SAME_FOR_ALL = frozenset({"letters", "mentions", "trust", "rivals", "names"})
"""Features that are equal for all candidates of a name."""

_AT = {field: number for number, field in enumerate(FIELDS)}
_GROUNDS = tuple(Ground)


def grounds(
    ranking: Ranking, attribution: Attribution, wanted: Container[int] | None = None
) -> list[Mapping[Ground, float]]:
    """Return for each sense what spoke for its best candidate over `rival_of` it, in log odds, the strongest first.

    Negative numbers spoke for the rival. A sense without a rival has none, nor one that is not among the wanted.
    """
    rivals = [
        rival_of(ranked) if wanted is None or number in wanted else 0 for number, ranked in enumerate(ranking.ranked)
    ]
    senses = [number for number, rival in enumerate(rivals) if rival]
    found: list[Mapping[Ground, float]] = [{} for _ in rivals]
    if not senses:
        return found
    best = ranking.rows[[ranking.order[number][0] for number in senses]]
    rival = ranking.rows[[ranking.order[number][rivals[number]] for number in senses]]
    shares = attribution.differences(best, rival)
    for number, share, difference in zip(senses, shares.tolist(), best - rival, strict=True):
        said = dict.fromkeys(_GROUNDS, 0.0)
        for field, ground in GROUND_OF.items():
            said[ground] += share[_AT[field]]
        summed_up = sum(share[_AT[field]] for field in SUMMED_UP)
        for ground, part in _parts_of_belief(difference, summed_up).items():
            said[ground] += part
        found[number] = dict(sorted(said.items(), key=lambda item: -round(item[1], 9)))
    return found


def rival_of(ranked: Sequence[tuple[Match, float]]) -> int:
    """Return where the best rival of the best candidate stands among the candidates of a sense; 0 without any.

    A town and the unit around it that has its name are no rivals as long as there is another: whichever is meant, it is
    at the same spot.
    """
    if len(ranked) < 2:
        return 0
    best = ranked[0][0]
    apart = (at for at, (match, _) in enumerate(ranked) if at and not (holds(match, best) or holds(best, match)))
    return next(apart, 1)


def _parts_of_belief(difference: Sequence[float] | np.ndarray, log_odds: float) -> dict[Ground, float]:
    """Share out what the belief said among what made it, in proportion to what each added on that side.

    So stacks of models are explained: what the upper one says of the lower one's result is passed on to the lower one's
    inputs in proportion to what they did there (Lundberg et al. 2020, "explaining stacks of models").
    """
    weights = Weights()
    energy = {
        Ground.SIZE: weights.prior * math.log(10) * difference[_AT["prior"]],
        Ground.CHAIN: weights.chain * difference[_AT["in_container"]],
        Ground.UNIT_WORD: weights.unit * max(-1.0, min(1.0, difference[_AT["fits_kind_word"]])),
        Ground.KIND: -weights.unit * max(difference[_AT["is_seat"]], difference[_AT["is_shadowed"]], key=abs),
        Ground.COUNTRY: weights.country * difference[_AT["country"]],
        Ground.UNIT: weights.admin1 * difference[_AT["admin1"]],
        Ground.NEAR: weights.near * difference[_AT["near"]],
    }
    agreeing = {ground: float(part) for ground, part in energy.items() if part * log_odds > 0}
    total = sum(agreeing.values())
    return {ground: log_odds * part / total for ground, part in agreeing.items()} if total else {}
