"""Resolve roads: which country's road it is, which section of it the text speaks of, and what line to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ..gazetteers import Gazetteer
from ..model import Candidate, Course, Kind, Line, Place, Resolution
from ..names import name_key, road_keys
from ..recognizers.roads import RoadReference
from ..roads import Road, RoadSource, Sought
from ..roads.chain import Found, RoadChain
from . import road_lines
from .context import MAX_CANDIDATES_KEPT
from .namesakes import near
from .setting import Ends, Setting

_LEAST_FIT = 0.25
"""Share of the document's places that must speak for a country before its road is believed."""
_SUREST = 0.95
_LEAST_SURE = 0.4
_RIVAL_COST = 0.5
"""Share of the confidence that a road of another country costs which fits as well."""
_BESIDE_JOINING = 0.1
"""How much the fit of a road counts that does not join the ends which the text names, beside one that does."""
_ENDS_MISSED = 0.7
"""Share of the confidence that is left when the ends that the text names do not lie on the road."""
_SURE_OF_WAY = {Course.INFERRED: 0.85, Course.ROUTED: 0.9}
"""How sure a way between two named places is the one meant, if the places are; the rest is `_SURE_OF_KNOWN`."""
_SURE_OF_KNOWN = 0.9
_LONGEST_KM = 1500.0
"""Farther apart, two places are not the ends of one road that the text gives no number."""
_MOST_COUNTRIES = 5

_COURSES = {
    Course.SURVEYED: "surveyed course",
    Course.GENERALISED: "course as on small maps",
    Course.ROUTED: "shortest way along main roads",
    Course.SCHEMATIC: "schematic course",
}


class RoadResolver:
    """Resolve roads, railways, pipelines, borders and fronts with road sources and the resolved places of the document.

    Parameters
    ----------
    sources
        The more exact first, see `geo.model.Origin`.
    gazetteer
        Names the countries.
    """

    def __init__(self, sources: Sequence[RoadSource], gazetteer: Gazetteer) -> None:
        self.chain = RoadChain(sources)
        self.gazetteer = gazetteer

    def resolve(self, references: Sequence[RoadReference], places: Sequence[Resolution]) -> list[Resolution]:
        """Return one resolution for each reference, in order.

        Parameters
        ----------
        references
            The roads of one document.
        places
            The resolved toponyms of the same document.
        """
        if not references:
            return []
        one = _Document(self.chain.of_document(), self.gazetteer, Setting(places, self.gazetteer), references)
        return [one.resolve(reference) for reference in references]


class _Document:
    """The roads of one document."""

    def __init__(
        self, chain: RoadChain, gazetteer: Gazetteer, setting: Setting, references: Sequence[RoadReference]
    ) -> None:
        self._chain = chain
        self._gazetteer = gazetteer
        self._setting = setting
        self._found: dict[tuple[str, ...], Found] = {}
        self._lines: dict[tuple[str, str], Line] = {}
        self._sections: dict[tuple[str, str, str], Line | None] = {}
        self._said: dict[tuple[str, ...], tuple[Ends | None, tuple[Place, ...]]] = {}
        for reference in references:
            ends, via = setting.ends(reference), setting.via(reference)
            if keys := _keys(reference):
                known_ends, known_via = self._said.get(keys, (None, ()))
                ends, via = known_ends or ends, tuple(dict.fromkeys((*known_via, *via)))
                self._said[keys] = ends, via

    def resolve(self, reference: RoadReference) -> Resolution:
        """Resolve one of the roads; what any mention of a number says of its course holds for all of them."""
        if reference.kind is Kind.BORDER:
            return self._border(reference)
        keys = _keys(reference)
        ends, via = self._said[keys] if keys else (self._setting.ends(reference), self._setting.via(reference))
        found = self._named(reference, keys, ends) if keys else Found(())
        fitting = self._fitting(found, ends, via)
        if fitting and fitting[0][0] >= _LEAST_FIT:
            return self._known(reference, fitting, ends, via)
        if ends is not None and self._is_near(ends):
            return self._way(reference, ends, found)
        return _unresolved(reference, found, self._why_not(reference, found))

    def _named(self, reference: RoadReference, keys: tuple[str, ...], ends: Ends | None) -> Found:
        memo = (reference.kind, *keys)
        if memo not in self._found:
            area = self._setting.area(ends) if self._chain.asks_a_service else None
            sought = Sought(reference.kind, keys, self._setting.countries, area)
            joins = partial(self._setting.joins, ends) if ends else None
            found = self._chain.named(sought, lambda road: self._setting.fit(road, ends) >= _LEAST_FIT, joins)
            self._found[memo] = replace(found, roads=tuple(near(road, self._setting.points) for road in found.roads))
        return self._found[memo]

    def _fitting(self, found: Found, ends: Ends | None, via: Sequence[Place]) -> list[tuple[float, Road]]:
        """Return the roads that may be meant with how well they fit the text, best first."""
        joining = {road.id for road in found.roads if ends is not None and self._setting.joins(ends, road)}
        fits = [
            (self._setting.fit(road, ends, via) * (_BESIDE_JOINING if joining and road.id not in joining else 1), road)
            for road in found.roads
        ]
        return sorted((fit for fit in fits if fit[0] > 0), key=lambda fit: (-fit[0], fit[1].id))

    def _known(
        self,
        reference: RoadReference,
        fitting: Sequence[tuple[float, Road]],
        ends: Ends | None,
        via: Sequence[Place],
    ) -> Resolution:
        fit, road = fitting[0]
        line = self._whole(road)
        country = self._country(road.country_code)
        evidence = [f"{road.label} of {country}" if country else road.label, _COURSES[road.course]]
        confidence = _LEAST_SURE + (_SUREST - _LEAST_SURE) * fit
        if ends is not None:
            part = self._section(road, ends)
            names = f"{ends[0].name} and {ends[1].name}"
            if part is not None:
                line = part
                evidence.append(f"the text links it to {names}")
            else:
                confidence *= _ENDS_MISSED
                evidence.append(f"the text links it to {names}, which its course does not join")
        on_it = [place for place in via if self._setting.is_on(road, place)]
        if on_it:
            line = road_lines.with_via(line, on_it)
            evidence.append(f"the text sets {_listed([place.name for place in on_it])} on it")
        if road.country_code is not None:
            share = self._setting.share.get(road.country_code, 0.0)
            evidence.append(f"{round(share * 100)} % of the places are in its country")
        strangers = [rival for rival in fitting[1:] if rival[1].country_code != road.country_code]
        if strangers and fit < 1:
            confidence *= 1 - _RIVAL_COST * strangers[0][0] / fit
        rivals = len(fitting) - 1
        evidence.append("no rival" if rivals == 0 else f"{rivals} rival{'s' if rivals > 1 else ''}")
        total = sum(weight for weight, _ in fitting)
        candidates = tuple(
            Candidate(line if other is road else self._whole(other), round(weight / total, 4))
            for weight, other in fitting[:MAX_CANDIDATES_KEPT]
        )
        return Resolution(
            reference.toponym, line, round(confidence, 3), candidates=candidates, evidence=tuple(evidence)
        )

    def _way(self, reference: RoadReference, ends: Ends, found: Found) -> Resolution:
        """Resolve a road by its ends: a known one that passes both, the way between them, or a straight line."""
        names = f"{ends[0].name} and {ends[1].name}"
        known = self._chain.between(reference.kind, ends[0].place.lonlat, ends[1].place.lonlat)
        road = known[0] if known else None
        part = self._section(road, ends) if road is not None and road.course is not Course.ROUTED else None
        line: Line
        if road is not None and part is not None and not _keys(reference):
            line = part
            reasons = [f"the text gives no number, but {road.label} passes {names}", _COURSES[road.course]]
            sure = _SURE_OF_KNOWN
        else:
            way = road if road is not None and road.course is Course.ROUTED else None
            line = road_lines.way_between(reference, ends, way)
            sure = _SURE_OF_WAY[line.course]
            reasons = ["its course is not known"] if way is None or _keys(reference) else ["the text gives no number"]
            drawn = "straight line" if way is None else _COURSES[Course.ROUTED]
            reasons.append(f"{drawn} between {names}, which the text names")
        confidence = round(sure * min(end.confidence for end in ends), 3)
        evidence = (*reasons, *found.failures)
        return Resolution(reference.toponym, line, confidence, candidates=(Candidate(line, 1.0),), evidence=evidence)

    def _border(self, reference: RoadReference) -> Resolution:
        sides = self._setting.sides(reference)
        if sides is None:
            return _unresolved(reference, Found(()), "the text does not tell which countries it divides")
        codes = sorted(str(side.place.country_code) for side in sides)
        found = self._chain.named(Sought(Kind.BORDER, (), tuple(codes)), lambda road: road.kind is Kind.BORDER)
        borders = [road for road in found.roads if road.kind is Kind.BORDER]
        if not borders:
            return _unresolved(
                reference, found, f"{sides[0].place.name} and {sides[1].place.name} have no common border"
            )
        line = self._whole(borders[0])
        confidence = round(_SURE_OF_KNOWN * min(side.confidence for side in sides), 3)
        evidence = (f"border of {sides[0].place.name} and {sides[1].place.name}", _COURSES[borders[0].course])
        return Resolution(reference.toponym, line, confidence, candidates=(Candidate(line, 1.0),), evidence=evidence)

    def _whole(self, road: Road) -> Line:
        key = (road.id, road.origin)
        if key not in self._lines:
            self._lines[key] = road_lines.whole(road)
        return self._lines[key]

    def _section(self, road: Road, ends: Ends) -> Line | None:
        """Return the section between two places if both lie on the road."""
        key = (road.id, ends[0].place.id, ends[1].place.id)
        if key not in self._sections:
            is_on = all(self._setting.is_on(road, end.place) for end in ends)
            self._sections[key] = road_lines.section(self._whole(road), ends) if is_on else None
        return self._sections[key]

    @staticmethod
    def _is_near(ends: Ends) -> bool:
        from ..extent import great_circle_km

        return great_circle_km(ends[0].place.lonlat, ends[1].place.lonlat) <= _LONGEST_KM

    def _why_not(self, reference: RoadReference, found: Found) -> str:
        label = reference.ref or reference.name
        if not found.roads:
            return "its course is not known"
        if not self._setting.share:
            codes = dict.fromkeys(road.country_code for road in found.roads)
            countries = [country for code in codes if (country := self._country(code)) is not None]
            return f"{label} is a road of {_listed(countries)}: the text names no place that tells which"
        return f"no {reference.kind} {label} is known that fits the places of the text"

    def _country(self, code: str | None) -> str | None:
        if code is None:
            return None
        unit = self._gazetteer.unit(code)
        return unit.name if unit else code


def _keys(reference: RoadReference) -> tuple[str, ...]:
    """Return what a road is filed under, the likeliest first; nothing for one that is known by its ends only."""
    if reference.ref:
        return road_keys(reference.ref)
    return (key,) if reference.name and (key := name_key(reference.name)) else ()


def _unresolved(reference: RoadReference, found: Found, reason: str) -> Resolution:
    candidates: tuple[Candidate, ...] = ()
    if len(found.roads) > 1:
        share = round(1 / len(found.roads), 4)
        candidates = tuple(Candidate(road_lines.whole(road), share) for road in found.roads[:MAX_CANDIDATES_KEPT])
    return Resolution(reference.toponym, None, 0.0, candidates=candidates, evidence=(reason, *found.failures))


def _listed(names: Sequence[str]) -> str:
    """Return names as a list in words, at most so many."""
    shown = list(names[:_MOST_COUNTRIES])
    if len(names) > len(shown):
        return f"{', '.join(shown)} and {len(names) - len(shown)} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
