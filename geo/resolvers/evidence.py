"""Say in words why a candidate was chosen: what made the ranker prefer it to its best rival, strongest first."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..extent import great_circle_km
from ..gazetteers import NameKind
from ..gazetteers.matching import Match, holds
from ..model import Kind, Place
from .grounds import Ground, grounds, rival_of
from .senses import Sense

if TYPE_CHECKING:
    from .attribution import Attribution
    from .context import Ranking

LEAST_SAID = 0.1
"""Least log odds of what is worth a word: odds that rise by a tenth."""

_MAX_LEADERS = 200
"""Other names that the evidence of a name may speak of; the most mentioned come first."""
_NEIGHBOUR_KM = 500.0
_SURE = 0.5
_POINTS = frozenset({Kind.SETTLEMENT, Kind.ADMIN2, Kind.FACILITY})
_UNITS = frozenset({Kind.ADMIN1, Kind.ADMIN2})
_TELLING_NAMES = frozenset({NameKind.DEMONYM, NameKind.ABBREVIATION})
_NAME_WORDS = {
    NameKind.PRIMARY: "exact name",
    NameKind.CURATED: "usual name in news",
    NameKind.ALTERNATE: "alternate name",
    NameKind.ABBREVIATION: "abbreviation",
    NameKind.DEMONYM: "word for its people",
}
_KIND_WORDS = {
    Kind.CONTINENT: "continent",
    Kind.COUNTRY: "country",
    Kind.REGION: "region",
    Kind.ADMIN1: "first-level unit",
    Kind.ADMIN2: "second-level unit",
    Kind.SETTLEMENT: "settlement",
    Kind.PHYSICAL: "physical feature",
    Kind.FACILITY: "facility",
    Kind.ROAD: "road",
}
_SEATS = {"PPLC": "capital", "PPLA": "seat of its province", "PPLA2": "seat of its district"}


class Leader(NamedTuple):
    """The best candidate of a sense, and the share of the belief in it."""

    sense: Sense
    match: Match
    share: float


class Evidence:
    """The evidence of a document's choices.

    Parameters
    ----------
    ranking
        The choices.
    attribution
        Of the ranker that made them; None where nothing was learned, and all that is true of a choice is said.
    wanted
        The numbers of the senses that are asked for; None for all.
    """

    def __init__(
        self, ranking: Ranking, attribution: Attribution | None, *, wanted: Container[int] | None = None
    ) -> None:
        self.ranking = ranking
        self.grounds: list[Mapping[Ground, float]] = (
            [{} for _ in ranking.groups] if attribution is None else grounds(ranking, attribution, wanted)
        )
        """For each sense what spoke for its best candidate over its best rival, in log odds; nothing where unasked."""
        leaders = [Leader(group, *best[0]) for group, best in zip(ranking.groups, ranking.ranked, strict=True) if best]
        self._leaders = sorted(leaders, key=lambda leader: -len(leader.sense.members))[:_MAX_LEADERS]

    def reasons(self, number: int) -> tuple[str, ...]:
        """Return why the best candidate of a sense was chosen.

        Parameters
        ----------
        number
            Of the sense.

        Returns
        -------
        tuple
            For example ``("capital", "60 km from Aleppo", "3 rivals")``; empty for a name without candidates.
        """
        ranked = self.ranking.ranked[number]
        if not ranked:
            return ()
        best, at = ranked[0][0], rival_of(ranked)
        rival = ranked[at][0] if at else None
        weighed = self.grounds[number]
        wanted = [ground for ground, log_odds in weighed.items() if log_odds >= LEAST_SAID] if weighed else list(Ground)
        if self._is_placed_by_text(number, best):
            # It may not tell the best rival, which lies there too, but all the others.
            wanted = [Ground.CHAIN, *(ground for ground in wanted if ground is not Ground.CHAIN)]
        if not wanted or best.form or best.name_kind in _TELLING_NAMES:
            wanted = [Ground.NAME, *(ground for ground in wanted if ground is not Ground.NAME)]
        said = [phrase for ground in wanted if (phrase := self.phrase(number, ground, best, rival)) is not None]
        if best.form:
            said.insert(1 + said.index(_NAME_WORDS[best.name_kind]), best.form)
        if at > 1:
            said.append(_kind_words(best, ranked[1][0]))
        rivals = len({match.place.id for match, _ in ranked}) - 1
        said.append("no rival" if rivals == 0 else f"{rivals} rival{'s' if rivals > 1 else ''}")
        return tuple(dict.fromkeys(said))

    def phrase(self, number: int, ground: Ground, match: Match, rival: Match | None) -> str | None:
        """Return in words what speaks for a candidate of a sense; None where words would say nothing true.

        Parameters
        ----------
        number
            Of the sense.
        ground
            What speaks for it.
        match
            The candidate.
        rival
            The one that it speaks against; None for a candidate without rivals.
        """
        group, place = self.ranking.groups[number], match.place
        match ground:
            case Ground.NAME:
                return _NAME_WORDS[match.name_kind]
            case Ground.CHAIN if self._is_placed_by_text(number, match):
                return f"placed in '{group.container_name}' by the text"
            case Ground.UNIT_WORD if group.unit_kinds and place.kind in group.unit_kinds:
                return f"called a {group.unit_words[0]}"
            case Ground.KIND:
                return _kind_words(match, rival) if rival is None or rival.place.kind is not place.kind else None
            case Ground.RANK:
                return _SEATS.get(place.feature_code or "")
            case Ground.SIZE:
                return _size_words(place, None if rival is None else rival.place)
            case Ground.LIST if place.is_hand_kept:
                return "on a list of yours" if place.is_listed_by_user else "on a list of places in the news"
            case Ground.HOME if rival is not None:
                return "in the country where the text was published"
            case Ground.COUNTRY:
                return self._country_words(group, place)
            case Ground.UNIT:
                return self._unit_words(group, place)
            case Ground.NEAR:
                return self._near_words(group, place)
        return None

    def _is_placed_by_text(self, number: int, match: Match) -> bool:
        return any(holds(holder, match) for holder in self.ranking.groups[number].containers)

    def _others(self, group: Sense) -> list[Place]:
        """Return what the other names of the text mean, as far as that is believed."""
        return [
            leader.match.place for leader in self._leaders if leader.sense.key != group.key and leader.share >= _SURE
        ]

    def _country_words(self, group: Sense, place: Place) -> str | None:
        if place.kind is Kind.COUNTRY or place.country_code is None:
            return None
        inside = [other for other in self._others(group) if other.country_code == place.country_code]
        named = next((other for other in inside if other.kind is Kind.COUNTRY), None)
        if named is not None:
            return None if self._is_container(group, named) else f"in {named.name}, which the text names"
        # Those in its unit are told with that.
        farther = [other for other in inside if other.admin1_code != place.admin1_code or place.admin1_code is None]
        return f"in one country with {_listed(farther)}" if farther else None

    def _unit_words(self, group: Sense, place: Place) -> str | None:
        if place.admin1_code is None or place.kind in {Kind.COUNTRY, Kind.ADMIN1}:
            return None
        code = place.country_code, place.admin1_code
        inside = [other for other in self._others(group) if (other.country_code, other.admin1_code) == code]
        named = next((other for other in inside if other.kind is Kind.ADMIN1), None)
        if named is not None:
            return None if self._is_container(group, named) else f"in {named.name}, which the text names"
        return f"in one province with {_listed(inside)}" if inside else None

    @staticmethod
    def _is_container(group: Sense, place: Place) -> bool:
        return any(place.id == holder.place.id for holder in group.containers)

    def _near_words(self, group: Sense, place: Place) -> str | None:
        if place.kind not in _POINTS:
            return None
        points = [other for other in self._others(group) if other.kind in _POINTS and other.id != place.id]
        near = min(((great_circle_km(place.lonlat, other.lonlat), other.name) for other in points), default=None)
        return f"{round(near[0])} km from {near[1]}" if near is not None and near[0] <= _NEIGHBOUR_KM else None


def _kind_words(match: Match, rival: Match | None) -> str:
    kind = _KIND_WORDS[match.place.kind]
    if rival is None or match.place.kind is not Kind.SETTLEMENT:
        return kind
    if holds(rival, match):
        return f"the town, not the {_KIND_WORDS[rival.place.kind]} around it"
    return f"{kind}, not {_KIND_WORDS[rival.place.kind]}"


def _size_words(place: Place, rival: Place | None) -> str | None:
    people = place.population or 0
    is_larger = rival is None or people > (rival.population or 0)
    if is_larger and people and place.kind is Kind.SETTLEMENT:
        return f"population {people:,}"
    return None if rival is None else "better known by this name"


def _listed(places: list[Place]) -> str:
    names = list(dict.fromkeys(place.name for place in places))
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
