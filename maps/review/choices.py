"""What a name may be said to mean, as the terminal tells it."""

from __future__ import annotations

from dataclasses import dataclass

from geo.gazetteers import Gazetteer
from geo.gazetteers.search import MAX_FUZZY, search
from geo.model import Line, Place

from ..whereabouts import Whereabouts
from ..words import kind_word, length
from .items import Item
from .session import Meaning, Point

MOST_FOUND = 45
"""Most places that a search shows, nine at a time."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a name may be said to mean."""

    meaning: Meaning
    """What it is."""
    name: str
    """Its name."""
    where: str
    """Where it lies: unit and country."""
    kind: str
    """What sort of place it is, of a line with its length."""
    population: int | None = None
    """Inhabitants."""
    share: float | None = None
    """Share of the belief, 0 to 1; None of what nobody weighed."""
    nearest_km: float | None = None
    """Kilometres to the nearest sure place of the article; None of lines, and where there is none."""
    nearest: str = ""
    """Name of that."""
    lonlat: tuple[float, float] | None = None
    """Longitude and latitude, degrees, WGS 84, of a line some point on it; None where there is none."""


class Choices:
    """Makes choices of what the gazetteer knows.

    Parameters
    ----------
    gazetteer
        Knows the places.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._whereabouts = Whereabouts(gazetteer)

    def of(self, item: Item) -> list[Choice]:
        """Return what a name may mean, the guess first."""
        candidates = item.candidates
        wheres = self._whereabouts.told_apart([each.referent for each in candidates])
        return [
            _choice(each.referent, where, item, share=each.score)
            for each, where in zip(candidates, wheres, strict=True)
        ]

    def found(self, written: str, item: Item) -> list[Choice]:
        """Return what a search finds, best first; where nothing is called so, what is called alike and near."""
        exactly = search(self._gazetteer, written, limit=MOST_FOUND)
        near = item.sure[0].lonlat if item.sure else None
        # To look for errors in every name takes a second.
        found = exactly or search(self._gazetteer, written, limit=MOST_FOUND, fuzzy=MAX_FUZZY, near=near)
        places = [each.place for each in found]
        wheres = self._whereabouts.told_apart(places)
        return [_choice(place, where, item) for place, where in zip(places, wheres, strict=True)]

    def point(self, point: Point, item: Item) -> list[Choice]:
        """Return the choice of a point of one's own, with the unit and country in which it lies."""
        codes = self._gazetteer.units_at(point.lonlat)
        units = [self._gazetteer.unit(*code.split(".")) for code in reversed(codes)]
        where = ", ".join(dict.fromkeys(unit.name for unit in units if unit)) or "in no country"
        km, nearest = _nearest(point.lonlat, item)
        return [Choice(point, point.name, where, "point", nearest_km=km, nearest=nearest, lonlat=point.lonlat)]


def _choice(referent: Place | Line, where: str, item: Item, *, share: float | None = None) -> Choice:
    if isinstance(referent, Line):
        kind = ", ".join(filter(None, (kind_word(referent), length(referent))))
        point = referent.geometry.representative_point()
        return Choice(referent, referent.name, where, kind, share=share, lonlat=(point.x, point.y))
    km, nearest = _nearest(referent.lonlat, item)
    return Choice(
        referent, referent.name, where, kind_word(referent), referent.population, share, km, nearest, referent.lonlat
    )


def _nearest(lonlat: tuple[float, float], item: Item) -> tuple[float | None, str]:
    """Return how far the nearest sure place of the article is, and its name."""
    near = item.nearest_km(lonlat)
    return (None, "") if near is None else (near[0], near[1].name)
