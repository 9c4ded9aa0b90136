"""Whether confidence means something: of the places with confidence .8, four in five should be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from .judging import Judged

TENTHS = 10
"""Bins of equal width (Guo, Pleiss, Sun and Weinberger 2017, section 2)."""
SURE = 0.9
"""Confidence from which a place is as good as certain."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A place that was put on the map, and whether it is right."""

    confidence: float
    """0 to 1."""
    is_near: bool
    """Whether it lies within 161 km of where it should."""
    is_right: bool
    """Whether it does, or is the very place that is meant."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Several claims of about the same confidence."""

    count: int
    """Their number."""
    confidence: float | None
    """Their mean confidence; None without any."""
    near: float | None
    """Share within 161 km; None without any."""
    right: float | None
    """Share within 161 km, or the very place that is meant; None without any."""


def claims_of(judged: Judged) -> list[Claim]:
    """Return the places that were put on the map, without those at toponyms whose place nobody could tell."""
    found = [
        Claim(pair.prediction.confidence, pair.is_near, pair.is_right) for pair in judged.pairs if pair.km is not None
    ]
    return found + [Claim(one.confidence, False, False) for one in judged.false if one.place is not None]


def together(claims: Sequence[Claim]) -> Claims:
    """Sum claims up."""
    if not claims:
        return Claims(0, None, None, None)
    return Claims(
        len(claims),
        fmean(claim.confidence for claim in claims),
        fmean(claim.is_near for claim in claims),
        fmean(claim.is_right for claim in claims),
    )


def by_tenth(claims: Sequence[Claim]) -> tuple[Claims, ...]:
    """Return the claims of each tenth of confidence, from the lowest; a bound belongs to the tenth above it.

    Examples
    --------
    >>> [tenth.count for tenth in by_tenth([Claim(0.1, True, True), Claim(1.0, True, True)])]
    [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    bins: list[list[Claim]] = [[] for _ in range(TENTHS)]
    for claim in claims:
        bins[min(TENTHS - 1, int(claim.confidence * TENTHS))].append(claim)
    return tuple(map(together, bins))


def expected_error(claims: Sequence[Claim], *, of: Literal["near", "right"] = "near") -> float | None:
    """Return how far the share of good ones is from the mean confidence, over the tenths weighed by their claims.

    Parameters
    ----------
    claims
        What was put on the map; None is returned without any.
    of
        "near": those within 161 km. "right": also the very place that is meant, however far its point.

    References
    ----------
    Expected calibration error: Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks.
    """
    gap = 0.0
    for tenth in by_tenth(claims):
        share = tenth.near if of == "near" else tenth.right
        if tenth.confidence is not None and share is not None:
            gap += tenth.count * abs(tenth.confidence - share)
    return gap / len(claims) if claims else None
