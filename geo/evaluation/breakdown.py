"""The figures of one kind of place, or one role, at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model import LINE_KINDS, Kind
from .gold import ROLES, GoldToponym
from .judging import Judged, Meant

UNKNOWN = "unknown"
"""Kind of a toponym when nobody can tell which place it means."""
KINDS = (*(str(kind) for kind in Kind if kind not in LINE_KINDS), UNKNOWN)


@dataclass(frozen=True, slots=True)
class Part:
    """What became of some of the toponyms."""

    toponyms: int
    """Their number."""
    located: int
    """Those with an annotated point."""
    found: int
    """Those that were found, resolved or not."""
    near: int
    """Those found and placed within 161 km."""
    right: int
    """Those found and placed within 161 km, or taken for the very place that is meant."""


@dataclass(frozen=True, slots=True)
class RoleAgreement:
    """Which role was given to the toponyms that were found."""

    counts: Mapping[tuple[str, str], int]
    """How many, by annotated and given role."""

    @property
    def accuracy(self) -> float | None:
        """Share with the annotated role; None without any."""
        total = sum(self.counts.values())
        return sum(n for (annotated, given), n in self.counts.items() if annotated == given) / total if total else None

    @property
    def given(self) -> tuple[str, ...]:
        """Every role that was given, sorted."""
        return tuple(sorted({given for _, given in self.counts}))

    def row(self, annotated: str) -> dict[str, int]:
        """Return how often each role was given where this one was annotated."""
        return {given: self.counts.get((annotated, given), 0) for given in self.given}


def by_kind(judged: Iterable[Judged], meant: Meant) -> dict[str, Part]:
    """Return the toponyms with an annotated point by the kind of the place that they mean, larger kinds first."""

    def kind(toponym: GoldToponym) -> str | None:
        if toponym.lonlat is None:
            return None
        place = meant(toponym)
        return UNKNOWN if place is None else str(place.kind)

    return _parts(judged, kind, KINDS)


def by_role(judged: Iterable[Judged]) -> dict[str, Part]:
    """Return the toponyms by their annotated role; empty where none is annotated."""
    return _parts(judged, lambda toponym: toponym.role, ROLES)


def role_agreement(judged: Iterable[Judged]) -> RoleAgreement:
    """Return which roles were given to the toponyms that have one and were found."""
    return RoleAgreement(
        Counter(
            (pair.gold.role, pair.prediction.role) for one in judged for pair in one.pairs if pair.gold.role is not None
        )
    )


def _parts(
    judged: Iterable[Judged], group_of: Callable[[GoldToponym], str | None], order: Sequence[str]
) -> dict[str, Part]:
    counts: dict[str, Counter[str]] = {}
    for one in judged:
        for toponym in one.gold.toponyms:
            if (group := group_of(toponym)) is not None:
                counter = counts.setdefault(group, Counter())
                counter.update(toponyms=1, located=int(toponym.lonlat is not None))
        for pair in one.pairs:
            if (group := group_of(pair.gold)) is not None:
                counts[group].update(found=1, near=pair.is_near, right=pair.is_right)
    return {
        group: Part(**{name: counts[group][name] for name in Part.__dataclass_fields__})
        for group in order
        if group in counts
    }
