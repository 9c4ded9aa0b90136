"""What is known of a candidate before any context: how often news means it by its name."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..extent import great_circle_km
from ..model import Kind, Place
from . import NameKind
from .matching import Match

_SEAT_KM = 120.0
_SEAT_SHARE = 0.3
_LARGE_TOWN = 100_000
_UNITS = frozenset({Kind.ADMIN1, Kind.ADMIN2})


def prior(match: Match) -> float:
    """Return the weight of a candidate before any context: how often news means it by its name.

    Notes
    -----
    The cube of the logarithm of the population, more for countries and first-level units, less for alternate names.
    """
    place = match.place
    population = place.population or _typical_population(place)
    weight = math.log10(population + 10) ** 3 * _KIND_WEIGHT.get(place.kind, 1.0)
    if place.is_capital:
        weight *= 2.5
    return weight * _NAME_WEIGHT[match.name_kind]


_HAND_KEPT_POPULATION = 200_000
"""A place of unknown population that people put on a list is named as often as a large town."""
_LISTED_TOWN = 30_000
"""A town or village on a list is named more often than others of its size, but is still small."""
_TYPICAL_POPULATION = {
    Kind.CONTINENT: 500_000_000,
    Kind.COUNTRY: 100_000,
    Kind.REGION: 1_000_000,
    Kind.ADMIN1: 200_000,
    Kind.ADMIN2: 20_000,
    Kind.PHYSICAL: 50,
    Kind.FACILITY: 50,
}
_SPANNING_POPULATION = 70_000_000
"""Half of GeoNames' regions that lie in no one country, and have a population, have more."""
_KIND_WEIGHT = {Kind.COUNTRY: 3.0, Kind.CONTINENT: 3.0, Kind.ADMIN1: 1.5, Kind.ADMIN2: 0.6, Kind.REGION: 0.7}
_NAME_WEIGHT = {
    NameKind.PRIMARY: 1.0,
    NameKind.CURATED: 2.0,
    NameKind.ALTERNATE: 0.4,
    NameKind.ABBREVIATION: 2.0,
    NameKind.DEMONYM: 3.0,
}


def seats(shortlist: Sequence[Match]) -> frozenset[str]:
    """Return the ids of the units for which a town of the same name speaks: news says "Idlib" for the town.

    The town lies in the unit, and either near its label point or with a large share of its people ("New York").
    """
    units = [m for m in shortlist if m.place.kind in _UNITS]
    towns = [m for m in shortlist if m.place.kind is Kind.SETTLEMENT] if units else ()
    return frozenset(unit.place.id for unit in units for town in towns if _is_seat(unit, town))


def shadowed(shortlist: Sequence[Match]) -> frozenset[str]:
    """Return the ids of the places that another name of theirs hides behind a country: "Mexico" is not its capital."""
    if not any(m.place.kind is Kind.COUNTRY and m.name_kind is not NameKind.ALTERNATE for m in shortlist):
        return frozenset()
    return frozenset(m.place.id for m in shortlist if m.name_kind is NameKind.ALTERNATE)


def _is_seat(unit: Match, town: Match) -> bool:
    where, there = unit.place, town.place
    if (where.country_code, where.admin1_code) != (there.country_code, there.admin1_code):
        return False
    if _NAME_WEIGHT[town.name_kind] < _NAME_WEIGHT[unit.name_kind] and (there.population or 0) < _LARGE_TOWN:
        return False
    is_large = (there.population or 0) > _SEAT_SHARE * (where.population or math.inf)
    return is_large or great_circle_km(where.lonlat, there.lonlat) < _SEAT_KM


def _typical_population(place: Place) -> int:
    if place.kind is Kind.REGION and place.country_code is None:
        return _SPANNING_POPULATION
    typical = _TYPICAL_POPULATION.get(place.kind, 100)
    if not place.is_hand_kept:
        return typical
    is_small = place.kind is Kind.SETTLEMENT and not place.is_listed_by_user
    return _LISTED_TOWN if is_small else max(typical, _HAND_KEPT_POPULATION)
