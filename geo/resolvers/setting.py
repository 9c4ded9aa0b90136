"""The setting of a document: what its resolved places say about where its roads are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from ..extent import Extent
from ..gazetteers import Gazetteer
from ..model import Kind, Place, Resolution, Toponym
from ..recognizers.roads import RoadReference
from ..roads import Road

MAX_AREA_DEGREES = 12.0
"""Longest side of a country that is searched for a road as a whole."""

_MARGIN_DEGREES = 1.0
_NEAR_SHARE = 0.2
"""What each place of the text that lies on a road speaks for it."""
_KM_PER_DEGREE = 100.0
"""Less than a degree of latitude has, so that nothing near is passed over."""

POINTS = frozenset({Kind.SETTLEMENT, Kind.FACILITY, Kind.ADMIN2})
"""Kinds of places whose point says where they are."""
_STATES = frozenset({Kind.COUNTRY, Kind.REGION, Kind.ADMIN1})


class End(NamedTuple):
    """An end of a road: the place, its name in the text, and how sure it is."""

    place: Place
    name: str
    confidence: float


Ends: TypeAlias = tuple[End, End]


class Setting:
    """The resolved places of a document, as its roads need them.

    Parameters
    ----------
    places
        The resolved toponyms of the document.
    gazetteer
        Knows how large countries are.
    """

    def __init__(self, places: Sequence[Resolution], gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._by_start = {resolution.toponym.start: resolution for resolution in places}
        weight: dict[str, float] = defaultdict(float)
        points: dict[str, Place] = {}
        for resolution in places:
            place = resolution.referent
            if not isinstance(place, Place):
                continue
            if place.country_code:
                weight[place.country_code] += resolution.confidence
            if place.kind in POINTS:
                points[place.id] = place
        self.points: tuple[Place, ...] = tuple(points.values())
        """Places with a meaningful point, in order of the text."""
        total = sum(weight[code] for code in sorted(weight)) or 1.0
        self.share = {code: weight[code] / total for code in sorted(weight)}
        """Share of the document's places that each country has."""
        self.countries = tuple(sorted(self.share, key=lambda code: (-self.share[code], code)))
        """These countries, the most spoken of first."""
        self._is_on: dict[tuple[str, str, str], bool] = {}

    def ends(self, reference: RoadReference) -> Ends | None:
        """Return the referents of a road's ends when both are places with a meaningful point, and not the same."""
        if reference.ends is None or reference.kind is Kind.BORDER:
            return None
        ends = [self._end(toponym) for toponym in reference.ends]
        placed = [end for end in ends if end is not None and end.place.kind in POINTS]
        if len(placed) < 2 or placed[0].place.id == placed[1].place.id:
            return None
        return placed[0], placed[1]

    def via(self, reference: RoadReference) -> tuple[Place, ...]:
        """Return the places with a meaningful point that the text sets on a road."""
        found = (self._end(toponym) for toponym in reference.via)
        return tuple(dict.fromkeys(end.place for end in found if end is not None and end.place.kind in POINTS))

    def sides(self, reference: RoadReference) -> Ends | None:
        """Return the two states between which a border runs."""
        if reference.ends is None or reference.kind is not Kind.BORDER:
            return None
        sides = [self._end(toponym) for toponym in reference.ends]
        states = [side for side in sides if side is not None and side.place.kind in _STATES and side.place.country_code]
        if len(states) < 2 or states[0].place.country_code == states[1].place.country_code:
            return None
        return states[0], states[1]

    def fit(self, road: Road, ends: Ends | None, via: Sequence[Place] = ()) -> float:
        """Return 0 to 1: share of the road's country, more when the text's places lie on it, 1 when both ends do."""
        share = self.share.get(road.country_code or "", 0.0)
        if share == 0.0 and road.country_code is not None:
            return 0.0
        if ends is not None and self.joins(ends, road):
            return 1.0
        near = sum(self.is_on(road, place) for place in self.points)
        said = sum(self.is_on(road, place) for place in via)
        return min(1.0, share + _NEAR_SHARE * (near + said))

    def joins(self, ends: Ends, road: Road) -> bool:
        """Whether both ends lie on a road, as far as its course tells."""
        return all(self.is_on(road, end.place) for end in ends)

    def is_on(self, road: Road, place: Place) -> bool:
        """Whether a place lies on a road, as far as its course tells."""
        key = (road.id, road.origin, place.id)
        if key not in self._is_on:
            self._is_on[key] = _is_near(road, place)
        return self._is_on[key]

    def area(self, ends: Ends | None) -> Extent | None:
        """Return the part of the world in which to look for a road, or None where no place tells.

        The whole country that the text speaks of most, if it is not too large; else around the places of the text.
        """
        places = [end.place for end in ends] if ends else list(self.points)
        codes = list(dict.fromkeys(place.country_code for place in places if place.country_code))
        home = next((code for code in self.countries if code in codes), next(iter(self.countries), None))
        whole = self._extent(home) if home is not None else None
        if whole is not None and max(whole.width, whole.height) <= MAX_AREA_DEGREES:
            return whole
        around = Extent.around(place.lonlat for place in places if place.country_code in (home, None))
        return around.grown(_MARGIN_DEGREES) if around else None

    def _end(self, toponym: Toponym) -> End | None:
        resolution = self._by_start.get(toponym.start)
        if resolution is None or not isinstance(resolution.referent, Place):
            return None
        return End(resolution.referent, toponym.text, resolution.confidence)

    def _extent(self, country_code: str) -> Extent | None:
        shape = self._gazetteer.shape(country_code)
        if shape is None:
            return None
        corners = [corner for part in shape.geoms for corner in _corners(part.bounds)]
        return Extent.around(corners)


def _corners(bounds: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    west, south, east, north = bounds
    return [(west, south), (east, north)]


def _is_near(road: Road, place: Place) -> bool:
    """Whether a place lies within reach of a road's course."""
    from ..lines import distance_m

    west, south, east, north = road.geometry.bounds
    # Degrees of longitude shrink towards the poles: a road is sought in a box that is wide enough at 70 degrees.
    margin = road.reach_km / _KM_PER_DEGREE
    box = (max(-180.0, west - 3 * margin), max(-90.0, south - margin), min(180.0, east + 3 * margin), north + margin)
    if not (box[0] <= place.lon <= box[2] and box[1] <= place.lat <= box[3]) and east - west < 180:
        return False
    return distance_m(road.geometry, place.lonlat) <= 1000 * road.reach_km
