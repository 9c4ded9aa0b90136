"""The focus: the one place that an article is about, which is rarely all that it names.

A story from Beirut about shelling in Idlib names Syria, Turkey and Russia; it is about Idlib. What counts is how often
a place is named, how early, and whether what else is named lies in or around it.

References
----------
D'Ignazio, Bhargava, Zuckerman & Beck 2014, "CLIFF-CLAVIN: Determining Geographic Focus for News Articles", NewsKDD at
KDD 2014: the focus is the place that is named most. There it is told for countries, states and cities each; here it is
the most specific place that carries the story.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from .atlas import Atlas
from .excerpts import sentences
from .model import Document, Kind, Mention, Place, Role

_ROLES = {Role.LITERAL: 1.0, Role.METONYM: 0.4}
"""Weight of a mention by what it does: a government that speaks is rarely where things happen."""
_EARLY = (3.0, 2.0, 1.5)
"""Weight of the first sentences, of which the first is a headline or the lead."""
_TITLE = 3.0
"""Added once for a name in the headline, where that is not in the text."""
_AROUND = 0.5
"""Share of what names a wider place that supports a narrower one in it: "in Syria" fits a story about Idlib."""
_INSIDE = 0.3
"""Share of what names places in it that supports a wider one; at most as much again as names itself, since a country
is not what a story is about for having many towns."""
_DEPTH = {Kind.COUNTRY: 1, Kind.ADMIN1: 2, Kind.ADMIN2: 3}
_DEEPEST = 4
"""How many codes of units set a place apart; what lies in a region or continent these do not tell."""
_UNBOUNDED = frozenset({Kind.CONTINENT, Kind.REGION})
_LEAST_SHARE = 0.15
"""Share of the weight without which no place stands out."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The place that an article is about."""

    referent: Place
    """The place."""
    share: float
    """Share of the weight of all places that names it or what lies in it, 0 to 1, three decimals."""


def focus_of(atlas: Atlas) -> Focus | None:
    """Return the place that an article is about; None when it is about no single one.

    Parameters
    ----------
    atlas
        What was found in one document.

    Examples
    --------
    >>> focus_of(Atlas([Document("rain", "It rained.")])) is None
    True
    """
    places = {entry.referent.id: entry.referent for entry in atlas.places}
    weights = _weights(atlas)
    total = sum(weights.values())
    if not total:
        return None
    scores = {key: _score(places[key], weights, places) for key in weights}
    # Of places that score alike the narrower one, then the one that weighs more.
    best = min(scores, key=lambda key: (-round(scores[key], 6), _width(places[key]), -weights[key], key))
    held = weights[best] + sum(weights[key] for key in weights if is_inside(places[key], places[best]))
    share = round(held / total, 3)
    return Focus(places[best], share) if share >= _LEAST_SHARE else None


def is_inside(place: Place, other: Place) -> bool:
    """Whether a place lies in another, as the codes of their units tell; not in itself.

    Examples
    --------
    >>> syria = Place("a:1", "Syria", Kind.COUNTRY, 38.5, 35.0, country_code="SY")
    >>> idlib = Place("a:2", "Idlib", Kind.SETTLEMENT, 36.6, 35.9, country_code="SY", admin1_code="12")
    >>> is_inside(idlib, syria), is_inside(syria, idlib), is_inside(syria, syria)
    (True, False, False)
    """
    depth = _DEPTH.get(other.kind)
    if depth is None or _DEPTH.get(place.kind, _DEEPEST) <= depth:
        return False
    codes = (other.country_code, other.admin1_code, other.admin2_code)[:depth]
    return None not in codes and (place.country_code, place.admin1_code, place.admin2_code)[:depth] == codes


def _weights(atlas: Atlas) -> Mapping[str, float]:
    """Return how much names each place, by its id."""
    weights: defaultdict[str, float] = defaultdict(float)
    for document in atlas.documents:
        spans = sentences(document.text)
        ends = [end for _, end in spans[: len(_EARLY)]]
        in_title: set[str] = set()
        for mention in atlas.mentions:
            if mention.document_id != document.id or not _counts(mention):
                continue
            place, resolution = mention.resolution.referent, mention.resolution
            assert isinstance(place, Place)
            early = next((weight for weight, end in zip(_EARLY, ends, strict=False) if mention.toponym.start < end), 1)
            weights[place.id] += _ROLES[resolution.role] * resolution.confidence * early
            if place.id not in in_title and _is_in_title(mention, document):
                in_title.add(place.id)
                weights[place.id] += _TITLE * resolution.confidence
    return weights


def _counts(mention: Mention) -> bool:
    resolution = mention.resolution
    return isinstance(resolution.referent, Place) and resolution.is_asserted and resolution.role in _ROLES


def _is_in_title(mention: Mention, document: Document) -> bool:
    """Whether the headline has the name, and the text, whose first sentence it may be, has not the headline."""
    title = document.title
    if title is None or document.text.startswith(title):
        return False
    words = f" {' '.join(''.join(c if c.isalnum() else ' ' for c in title.casefold()).split())} "
    name = " ".join("".join(c if c.isalnum() else " " for c in mention.toponym.text.casefold()).split())
    return bool(name) and f" {name} " in words


def _score(place: Place, weights: Mapping[str, float], places: Mapping[str, Place]) -> float:
    own = weights[place.id]
    around = sum(weight for key, weight in weights.items() if is_inside(place, places[key]))
    inside = sum(weight for key, weight in weights.items() if is_inside(places[key], place))
    return own + _AROUND * min(around, own) + min(_INSIDE * inside, own)


def _width(place: Place) -> int:
    return _DEEPEST if place.kind in _UNBOUNDED else _DEEPEST - _DEPTH.get(place.kind, _DEEPEST)
