"""The errors that a reader would mind most, those of one name in one text together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from ..model import Place
from ..names import name_key
from .gold import GoldToponym
from .judging import Judged, Pair, Prediction


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A toponym that was taken for a place far from where it is."""

    document_id: str
    """The text."""
    text: str
    """The name as written."""
    place: Place
    """What it was taken for."""
    km: float
    """How far off that is."""
    confidence: float
    """How sure that was, at most."""
    count: int
    """How often in this text."""


@dataclass(frozen=True, slots=True)
class FalsePlace:
    """A place that was put on the map though its text names none there."""

    document_id: str
    """The text."""
    text: str
    """What was taken for a name."""
    place: Place
    """What it was taken for."""
    confidence: float
    """How sure that was, at most."""
    count: int
    """How often in this text."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A name that was not found."""

    text: str
    """The name, as written most often."""
    document_id: str
    """The first text in which it was missed."""
    count: int
    """How often in all."""
    documents: int
    """In how many texts."""


def misplaced(judged: Iterable[Judged], limit: int) -> tuple[Misplaced, ...]:
    """Return the places that are not right, the farthest first, at most ``limit``."""
    groups: dict[Hashable, list[tuple[str, Pair, Place, float]]] = defaultdict(list)
    for one in judged:
        for pair in one.pairs:
            place = pair.prediction.place
            if place is not None and pair.km is not None and not pair.is_right:
                key = one.gold.document.id, pair.gold.text, place.id, pair.gold.lonlat
                groups[key].append((one.gold.document.id, pair, place, pair.km))
    found = [
        Misplaced(id_, pair.gold.text, place, km, max(p.prediction.confidence for _, p, _, _ in group), len(group))
        for group in groups.values()
        for id_, pair, place, km in group[:1]
    ]
    return tuple(sorted(found, key=lambda one: (-one.km, one.document_id, one.text, one.place.id))[:limit])


def false_places(judged: Iterable[Judged], limit: int) -> tuple[FalsePlace, ...]:
    """Return the places at names that are no toponyms, the most confident first, at most ``limit``."""
    groups: dict[Hashable, list[tuple[str, Prediction, Place]]] = defaultdict(list)
    for one in judged:
        for prediction in one.false:
            if prediction.place is not None:
                key = one.gold.document.id, prediction.text, prediction.place.id
                groups[key].append((one.gold.document.id, prediction, prediction.place))
    found = [
        FalsePlace(id_, prediction.text, place, max(p.confidence for _, p, _ in group), len(group))
        for group in groups.values()
        for id_, prediction, place in group[:1]
    ]
    return tuple(sorted(found, key=lambda one: (-one.confidence, -one.count, one.document_id, one.text))[:limit])


def missed(judged: Iterable[Judged], limit: int, *, with_point: bool = False) -> tuple[Missed, ...]:
    """Return the names that were not found, the most frequent first, at most ``limit``.

    Parameters
    ----------
    judged
        The texts.
    limit
        Most names.
    with_point
        Only those with an annotated point: of given names, the others need no answer.
    """
    groups: dict[str, list[tuple[str, GoldToponym]]] = defaultdict(list)
    for one in judged:
        for toponym in one.missed:
            if with_point and toponym.lonlat is None:
                continue
            groups[name_key(toponym.text) or toponym.text].append((one.gold.document.id, toponym))
    found = [
        Missed(
            Counter(toponym.text for _, toponym in group).most_common(1)[0][0],
            group[0][0],
            len(group),
            len({id_ for id_, _ in group}),
        )
        for group in groups.values()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, -one.documents, one.text))[:limit])
