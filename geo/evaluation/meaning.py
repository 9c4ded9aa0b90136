"""Which place of the gazetteer an annotated toponym means, when the annotation has only a point.

Two gazetteers put the label point of one country hundreds of kilometres apart, so that the distance between points
tells the convention, not whether the place is right (China: 35 N 105 E in GeoNames, 35 N 103 E in Wikipedia, 182 km).
`meant` therefore looks for the place itself, never looking at what was found, so that it favours no answer:

1. The place with the annotated id, when the gazetteer knows it. If the gazetteer has other ids of that source but not
   this one, the toponym means a place that it lacks.
2. Else, among the places of the annotated name, the nearest to the annotated point within 161 km. So the point of a
   city is never taken for the province or country of the same name around it: "New York" at 40.7 N 74 W is the city.
3. Else the one country, unit, region, continent or physical feature of that name that has the point within its area
   (`Gazetteer.units_at`), or within its box where the gazetteer has no area (on the sea, and for all but countries and
   first-level units). If there are several, nobody can tell which.

The name as a whole must be a name of the place: "northern China" is not China.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ..extent import great_circle_km
from ..gazetteers import Gazetteer
from ..gazetteers.matching import matches
from ..model import Kind, Place
from .judging import NEAR_KM, Meant

AREAS = frozenset({Kind.CONTINENT, Kind.COUNTRY, Kind.REGION, Kind.ADMIN1, Kind.ADMIN2, Kind.PHYSICAL})
"""Kinds of place that have other places within them."""


def meaning_by(gazetteer: Gazetteer) -> Meant:
    """Return a function that tells which place an annotated toponym means; None when that cannot be told."""

    @cache
    def meant(name: str, lonlat: tuple[float, float], place_id: str | None) -> Place | None:
        if place_id is not None and (place := gazetteer.get(place_id)) is not None:
            return place
        named = [match.place for match in matches(gazetteer, name) if match.form is None]
        return _nearest(named, lonlat) or _around(named, lonlat, place_id, gazetteer)

    return lambda gold: None if gold.lonlat is None else meant(gold.text, gold.lonlat, gold.id)


def _nearest(places: Sequence[Place], lonlat: tuple[float, float]) -> Place | None:
    """Return the place nearest to a point, if it is near."""
    distances = [(great_circle_km(place.lonlat, lonlat), place.rank, place) for place in places]
    km, _, nearest = min(distances, key=lambda one: one[:2], default=(NEAR_KM + 1, (0, ""), None))
    return nearest if km <= NEAR_KM else None


def _around(
    places: Sequence[Place], lonlat: tuple[float, float], place_id: str | None, gazetteer: Gazetteer
) -> Place | None:
    """Return the only place that a point lies in."""
    source = None if place_id is None else place_id.partition(":")[0]
    units = gazetteer.units_at(lonlat) if any(place.kind in AREAS for place in places) else ()
    around = [place for place in places if place.kind in AREAS and _holds(place, lonlat, units)]
    if len(around) != 1 or around[0].id.partition(":")[0] == source:
        return None
    return around[0]


def _holds(place: Place, lonlat: tuple[float, float], units: tuple[str, ...]) -> bool:
    """Whether a point, with the codes of country and unit around it, lies in a place."""
    if units and place.kind is Kind.COUNTRY:
        return place.country_code == units[0]
    if len(units) > 1 and place.kind is Kind.ADMIN1:
        return f"{place.country_code}.{place.admin1_code}" == units[1]
    return place.extent is not None and place.extent.contains(lonlat)
