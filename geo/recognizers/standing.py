"""What the gazetteer says of a name by itself, in numbers: how well known a place it would be, and how clearly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..gazetteers import NameKind
from ..gazetteers.known import MOST_REMEMBERED, KnownNames
from ..gazetteers.matching import Match, unit_code
from ..gazetteers.naming import bare_name
from ..gazetteers.priors import prior
from ..model import Kind
from ..names import name_key

FIELDS = (
    "candidates",
    "fame",
    "most_people",
    "prior",
    "prior_share",
    "kind",
    "people",
    "name_kind",
    "has_country",
    "has_admin1",
    "has_capital",
    "has_demonym",
    "has_own_name",
    "has_listed",
    "form",
    "countries",
)
"""What is told of a name in numbers, in order. People are decimal logarithms of inhabitants."""

KIND_RANK = {
    Kind.CONTINENT: 5,
    Kind.COUNTRY: 5,
    Kind.ADMIN1: 4,
    Kind.REGION: 3,
    Kind.ADMIN2: 2,
    Kind.SETTLEMENT: 1,
    Kind.PHYSICAL: 0,
    Kind.FACILITY: -1,
    Kind.ROAD: -2,
}
"""Kinds of place as a number that trees can split: wider places first."""
NAME_RANK = {
    NameKind.PRIMARY: 4,
    NameKind.CURATED: 3,
    NameKind.DEMONYM: 2,
    NameKind.ABBREVIATION: 1,
    NameKind.ALTERNATE: 0,
}
"""Kinds of name as such a number: the surest first."""
FAMOUS = 2.0
"""Fame of a place that news need not introduce."""
_LISTED_TOWN = 0.5
"""A town on a list may share its name with people: "Rabia", "Nasir"."""
_OBSCURE = -2.0
"""Of all villages, brooks and farms many are called as ordinary words are: "Republican", "District"."""
_LOCAL = frozenset({Kind.SETTLEMENT, Kind.PHYSICAL, Kind.FACILITY})
_SEATS = ("PPLA", "PPLC")
_PLAIN, _REDUCED, _RESPELLED = 0.0, 1.0, 2.0


class Standing(NamedTuple):
    """A name with what the gazetteer says of it."""

    found: tuple[Match, ...]
    """What it may mean, likeliest first."""
    numbers: tuple[float, ...]
    """A number for each of `FIELDS`."""
    country: str | None
    """Country of the place that is best known by it."""
    unit: str | None
    """First-level unit of that place, see `unit_code`."""
    famous_in: frozenset[str]
    """Countries with a place that news need not introduce by it."""
    names_country: frozenset[str]
    """Countries that it names."""

    @property
    def fame(self) -> float:
        """How well known a place it would be."""
        return self.numbers[_FAME]


def standing(found: tuple[Match, ...], key: str) -> Standing:
    """Return the standing of a name.

    Parameters
    ----------
    found
        What it may mean, likeliest first; empty for a name that the gazetteer does not know.
    key
        Its name key.
    """
    if not found:
        return _UNKNOWN
    fames = [fame(match, key) for match in found]
    best_known = found[fames.index(max(fames))].place
    famous = [
        match.place for match, worth in zip(found, fames, strict=True) if worth >= FAMOUS and match.place.country_code
    ]
    return Standing(
        found,
        _numbers(found, max(fames)),
        best_known.country_code,
        unit_code(found[fames.index(max(fames))]),
        frozenset(place.country_code for place in famous if place.country_code),
        frozenset(place.country_code for place in famous if place.country_code and place.kind is Kind.COUNTRY),
    )


def _numbers(found: Sequence[Match], most_famous: float) -> tuple[float, ...]:
    priors = [prior(match) for match in found]
    best = found[0]
    form = _RESPELLED if best.is_respelled else (_PLAIN if best.form is None else _REDUCED)
    return (
        math.log1p(len(found)),
        most_famous,
        math.log10(1 + max(match.place.population or 0 for match in found)),
        math.log10(priors[0]),
        priors[0] / sum(priors),
        KIND_RANK[best.place.kind],
        math.log10(1 + (best.place.population or 0)),
        NAME_RANK[best.name_kind],
        float(any(match.place.kind is Kind.COUNTRY for match in found)),
        float(any(match.place.kind is Kind.ADMIN1 for match in found)),
        float(any(match.place.is_capital for match in found)),
        float(any(match.name_kind is NameKind.DEMONYM for match in found)),
        float(sum(match.name_kind in _OWN_NAMES for match in found)),
        float(any(match.place.is_hand_kept for match in found)),
        form,
        float(len({match.place.country_code for match in found})),
    )


class Standings:
    """The standing of every name as written, remembered.

    Parameters
    ----------
    known
        Tells what a name may mean.
    """

    def __init__(self, known: KnownNames) -> None:
        self.known = known
        self._of: dict[str, Standing] = {}

    def __call__(self, written: str) -> Standing:
        """Return the standing of a name as written, in no other romanisation."""
        found = self._of.get(written)
        if found is None:
            if len(self._of) >= MOST_REMEMBERED:
                self._of.clear()
            found = self._of[written] = standing(self.known(written), name_key(written))
        return found


_FAME = FIELDS.index("fame")
_OWN_NAMES = frozenset({NameKind.PRIMARY, NameKind.CURATED})
_NO_NUMBERS = (0.0, -3.0, 0.0, 0.0, 0.0, -3.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0)
_UNKNOWN = Standing((), _NO_NUMBERS, None, None, frozenset(), frozenset())


def fame(match: Match, key: str) -> float:
    """Return how well known a place is by a name: 2.5 for a country, 0 for a small town, less for a brook."""
    place, population = match.place, match.place.population or 0
    if match.name_kind is NameKind.DEMONYM:
        return 2.5 if place.kind is not Kind.SETTLEMENT else 1.5
    if match.name_kind is NameKind.ABBREVIATION:
        return 2.5 if place.kind is Kind.COUNTRY else 0.0
    if match.name_kind is NameKind.ALTERNATE and _is_own_name(match, key):
        return 1.5
    if match.name_kind is NameKind.ALTERNATE:
        return -0.5 if population < 1_000_000 else 0.5
    if place.kind in {Kind.COUNTRY, Kind.CONTINENT}:
        return 2.5
    if place.is_hand_kept and " " in key:
        return FAMOUS
    if place.is_hand_kept and place.kind is Kind.SETTLEMENT and not place.is_listed_by_user:
        return _LISTED_TOWN
    if place.kind in {Kind.ADMIN1, Kind.REGION} or place.is_hand_kept:
        return 1.5
    if place.is_capital:
        return 2.5
    if place.kind in _LOCAL and not population and not (place.feature_code or "").startswith(_SEATS):
        return _OBSCURE
    return min(2.0, max(0.0, math.log10(population + 1) - 4.0))


def _is_own_name(match: Match, key: str) -> bool:
    """Whether a key is a unit's name without the word for its sort: "Anbar" of "Anbar Governorate"."""
    if match.place.kind is not Kind.ADMIN1:
        return False
    bare = bare_name(match.place.name)
    return bare is not None and name_key(bare) == key
