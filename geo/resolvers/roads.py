"""Resolve roads: which country's road it is, which section of it the text speaks of, and what line to draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..extent import great_circle_km
from ..model import Candidate, Course, Kind, Line, Place, Resolution, Toponym
from ..names import road_key
from ..recognizers.roads import RoadReference
from ..roads import Road, RoadSource

if TYPE_CHECKING:
    from shapely.geometry import LineString

_AT_ROAD_KM = 30.0
"""A place this close to a schematic course lies on the road: towns stand beside it, and the course cuts its bends."""

_LEAST_FIT = 0.25
"""Share of the document's places that must speak for a country before its road is believed."""

_LONGEST_INFERRED_KM = 1500.0
_INFERRED_CONFIDENCE = 0.5
_UNNUMBERED_CONFIDENCE = 0.75

_POINTS = frozenset({Kind.SETTLEMENT, Kind.FACILITY, Kind.ADMIN2})


class _End(NamedTuple):
    """An end of a road: the place, and its name in the text."""

    place: Place
    name: str


_Ends = tuple[_End, _End]


class RoadResolver:
    """Resolve road references with road sources and the resolved places of the document.

    Parameters
    ----------
    sources
        Asked in order; the first that knows a fitting road decides.
    """

    def __init__(self, sources: Sequence[RoadSource]) -> None:
        self.sources = tuple(sources)

    def resolve(self, references: Sequence[RoadReference], places: Sequence[Resolution]) -> list[Resolution]:
        """Return one resolution for each reference, in order.

        Parameters
        ----------
        references
            The roads of one document.
        places
            The resolved toponyms of the same document.
        """
        by_start = {resolution.toponym.start: resolution for resolution in places}
        context = _Context(places)
        named_ends = {
            road_key(reference.ref): ends
            for reference in reversed(references)
            if reference.ref and (ends := _placed(reference.ends, by_start))
        }
        return [
            self._resolve_one(
                reference,
                _placed(reference.ends, by_start) or named_ends.get(road_key(reference.ref or "")),
                context,
            )
            for reference in references
        ]

    def _resolve_one(self, reference: RoadReference, ends: _Ends | None, context: _Context) -> Resolution:
        toponym = reference.toponym
        if reference.ref:
            roads = [road for source in self.sources for road in source.named(road_key(reference.ref))]
        else:
            roads = self._through(ends)
        fitting = sorted(((context.fit(road, ends), road) for road in roads), key=lambda fr: (-fr[0], fr[1].id))
        if fitting and fitting[0][0] >= _LEAST_FIT:
            return _known(reference, fitting, ends, context)
        if ends is not None and 0 < great_circle_km(ends[0].place.lonlat, ends[1].place.lonlat) <= _LONGEST_INFERRED_KM:
            return _inferred(reference, ends)
        reason = (
            f"no road {reference.ref} is known that fits the places of the text" if roads else "its course is not known"
        )
        return Resolution(toponym, None, 0.0, evidence=(reason,))

    def _through(self, ends: _Ends | None) -> list[Road]:
        """Return the known roads that a road named by its ends only can be: those that pass both."""
        if ends is None or ends[0].place.country_code != ends[1].place.country_code:
            return []
        roads = [road for source in self.sources for road in source.of_country(ends[0].place.country_code or "")]
        return [road for road in roads if all(_km_off(road, end.place) <= _AT_ROAD_KM for end in ends)]


class _Context:
    """What the places of a document say about where its roads are."""

    def __init__(self, places: Sequence[Resolution]) -> None:
        weight: dict[str, float] = defaultdict(float)
        points: dict[str, Place] = {}
        for resolution in places:
            place = resolution.referent
            if not isinstance(place, Place):
                continue
            if place.country_code:
                weight[place.country_code] += resolution.confidence
            if place.kind in _POINTS:
                points[place.id] = place
        self.points = tuple(points.values())
        total = sum(weight[code] for code in sorted(weight)) or 1.0
        self.share = {code: value / total for code, value in weight.items()}

    def fit(self, road: Road, ends: _Ends | None) -> float:
        """Return 0 to 1: share of the road's country, more when the text's places lie on it, 1 when both ends do."""
        share = self.share.get(road.country_code, 0.0)
        if share == 0.0:
            return 0.0
        if ends is not None and all(_km_off(road, end.place) <= _AT_ROAD_KM for end in ends):
            return 1.0
        on_road = sum(_km_off(road, place) <= _AT_ROAD_KM for place in self.points)
        return min(1.0, share + 0.2 * on_road)


def _placed(ends: tuple[Toponym, Toponym] | None, by_start: dict[int, Resolution]) -> _Ends | None:
    """Return the referents of a road's ends when both are places with a meaningful point."""
    if ends is None:
        return None
    placed = [
        _End(place, end.text)
        for end in ends
        if end.start in by_start and isinstance(place := by_start[end.start].referent, Place) and place.kind in _POINTS
    ]
    return (placed[0], placed[1]) if len(placed) == 2 else None


def _km_off(road: Road, place: Place) -> float:
    from ..lines import distance_m

    return distance_m(road.geometry, place.lonlat) / 1000


def _known(
    reference: RoadReference, fitting: Sequence[tuple[float, Road]], ends: _Ends | None, context: _Context
) -> Resolution:
    from ..lines import section

    fit, road = fitting[0]
    evidence = [f"{road.ref} of {road.country_name}", f"{road.course} course"]
    if reference.ref is None:
        evidence.append("the text gives no number, but this road passes both places")
    geometry, line_id, name, drawn_ends = road.geometry, road.id, road.ref, None
    if (
        ends is not None
        and ends[0].place.id != ends[1].place.id
        and all(_km_off(road, end.place) <= _AT_ROAD_KM for end in ends)
    ):
        geometry = section(road.geometry, ends[0].place.lonlat, ends[1].place.lonlat)
        line_id = "/".join([road.id, "-".join(sorted(end.place.gazetteer_id for end in ends))])
        name, drawn_ends = f"{road.ref}, {ends[0].name} – {ends[1].name}", (ends[0].place, ends[1].place)
        evidence.append(f"the text links it to {ends[0].name} and {ends[1].name}")
    share = context.share.get(road.country_code, 0.0)
    evidence.append(f"{round(share * 100)} % of the places are in its country")
    rivals = len(fitting) - 1
    evidence.append("no rival" if rivals == 0 else f"{rivals} rival{'s' if rivals > 1 else ''}")
    line = _line(line_id, name, geometry, road.course, road.ref, road.country_code, drawn_ends, road.source)
    confidence = round(min(0.95 if reference.ref else _UNNUMBERED_CONFIDENCE, 0.4 + 0.55 * fit), 3)
    total = sum(weight for weight, _ in fitting)
    candidates = tuple(
        Candidate(line if other is road else _whole(other), round(weight / total, 4)) for weight, other in fitting
    )
    return Resolution(reference.toponym, line, confidence, candidates=candidates, evidence=tuple(evidence))


def _whole(road: Road) -> Line:
    return _line(road.id, road.ref, road.geometry, road.course, road.ref, road.country_code, None, road.source)


def _inferred(reference: RoadReference, ends: _Ends) -> Resolution:
    from ..lines import through

    start, end = sorted((end.place for end in ends), key=lambda place: place.id)
    key = road_key(reference.ref) if reference.ref else reference.noun
    name = f"{ends[0].name} – {ends[1].name}"
    line = _line(
        f"inferred:{key}/{start.gazetteer_id}-{end.gazetteer_id}",
        f"{reference.ref}, {name}" if reference.ref else f"{name} {reference.noun}",
        through([start.lonlat, end.lonlat]),
        Course.INFERRED,
        reference.ref,
        start.country_code if start.country_code == end.country_code else None,
        (ends[0].place, ends[1].place),
        "the text",
    )
    evidence = (
        "its course is not known",
        f"straight line between {ends[0].name} and {ends[1].name}, which the text names",
    )
    return Resolution(
        reference.toponym, line, _INFERRED_CONFIDENCE, candidates=(Candidate(line, 1.0),), evidence=evidence
    )


def _line(
    line_id: str,
    name: str,
    geometry: LineString,
    course: Course,
    ref: str | None,
    country_code: str | None,
    ends: tuple[Place, Place] | None,
    source: str,
) -> Line:
    from ..lines import length_m

    return Line(
        id=line_id,
        name=name,
        kind=Kind.ROAD,
        geometry=geometry,
        course=course,
        ref=ref,
        country_code=country_code,
        ends=ends,
        length_m=round(length_m(geometry), 0),
        gazetteer=source,
    )
