"""Say in words why a candidate was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..extent import great_circle_km
from ..gazetteers import NameKind
from ..gazetteers.matching import Match, holds
from ..model import Kind, Place
from .senses import Sense

_NAME_WORDS = {
    NameKind.PRIMARY: "exact name",
    NameKind.CURATED: "usual name in news",
    NameKind.ALTERNATE: "alternate name",
    NameKind.ABBREVIATION: "abbreviation",
    NameKind.DEMONYM: "word for its people",
}
_POINTS = frozenset({Kind.SETTLEMENT, Kind.ADMIN2, Kind.FACILITY})
_NEIGHBOUR_KM = 500.0
_SURE = 0.5


class Leader(NamedTuple):
    """The best candidate of a sense, and the share of the belief in it."""

    sense: Sense
    match: Match
    share: float


def reasons(group: Sense, ranked: Sequence[tuple[Match, float]], leaders: Sequence[Leader]) -> tuple[str, ...]:
    """Return the evidence for the best candidate of a sense in words.

    Parameters
    ----------
    group
        The sense.
    ranked
        Its candidates with the belief in them, best first; not empty.
    leaders
        The best candidates of the document's senses.

    Returns
    -------
    tuple
        For example ``("exact name", "capital", "3 rivals", "60 km from Aleppo")``.
    """
    best = ranked[0][0]
    said = [_NAME_WORDS[best.name_kind]]
    if best.form:
        said.append(best.form)
    if group.containers and any(holds(holder, best) for holder in group.containers):
        said.append(f"placed in '{group.container_name}' by the text")
    if group.unit_kinds and best.place.kind in group.unit_kinds:
        said.append(f"called a {group.unit_words[0]}")
    said.extend(_standing(best.place))
    rivals = len({match.place.id for match, _ in ranked}) - 1
    said.append("no rival" if rivals == 0 else f"{rivals} rival{'s' if rivals > 1 else ''}")
    said.extend(_neighbourhood(group, best.place, leaders))
    return tuple(said)


def _standing(place: Place) -> list[str]:
    if place.is_capital:
        return ["capital"]
    if place.kind is not Kind.SETTLEMENT:
        return [_KIND_WORDS[place.kind]]
    if place.feature_code == "PPLA":
        return ["seat of its province"]
    return [f"population {place.population:,}"] if place.population else []


_KIND_WORDS = {
    Kind.CONTINENT: "continent",
    Kind.COUNTRY: "country",
    Kind.REGION: "region",
    Kind.ADMIN1: "first-level unit",
    Kind.ADMIN2: "second-level unit",
    Kind.PHYSICAL: "physical feature",
    Kind.FACILITY: "facility",
    Kind.ROAD: "road",
}


def _neighbourhood(group: Sense, place: Place, leaders: Sequence[Leader]) -> list[str]:
    """Name the country or the nearest other place that the text names with some certainty."""
    others = [leader.match.place for leader in leaders if leader.sense is not group and leader.share >= _SURE]
    said = []
    countries = [o for o in others if o.kind is Kind.COUNTRY and o.country_code == place.country_code]
    if countries and place.kind is not Kind.COUNTRY:
        said.append(f"in {countries[0].name}, which the text names")
    if place.kind in _POINTS:
        points = [other for other in others if other.kind in _POINTS and other.id != place.id]
        near = min(((great_circle_km(place.lonlat, other.lonlat), other.name) for other in points), default=None)
        if near is not None and near[0] <= _NEIGHBOUR_KM:
            said.append(f"{round(near[0])} km from {near[1]}")
    return said
