"""Several road sources asked one after the other, the more exact first."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..errors import GeocodingError, NotAskedError, PlacelinesWarning
from ..model import Kind, Origin
from . import Road, RoadSource, Sought

_LonLat: TypeAlias = tuple[float, float]


MAX_ASKED = 20
"""Roads of one document that a service is asked for: articles name fewer, and a list of a thousand would take hours."""

MAX_WAYS = 50
"""Pairs of places of one document between which a way is looked for in data, a third of a second each in a country."""

_ENOUGH = f"a text names more than {MAX_ASKED} roads that are not at hand: no more of them are asked for online"
_ENOUGH_WAYS = f"a text names more than {MAX_WAYS} roads by their ends: no more of them are looked for in imported data"
_DATA = frozenset({Origin.USER_FILE, Origin.OSM_EXTRACT, Origin.NATURAL_EARTH})
"""Where looking for a way takes long."""
_SCRAP_SHARE = 0.1
"""Less of a road than this share is what data of the next country has of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the sources know of a road."""

    roads: tuple[Road, ...]
    """Every road of that name, each from the first source that knows it, in order of id."""
    failures: tuple[str, ...] = ()
    """Why a source could not answer, in words."""


class RoadChain:
    """Asks sources in order; of two that know the same road, the first speaks for it.

    That holds for a scrap of a road, too, unless it does not pass the two places that the text says the road joins and
    a later source has one that does. The user's own files are always believed.

    Parameters
    ----------
    sources
        The more exact first, see `geo.model.Origin`.
    """

    def __init__(self, sources: Sequence[RoadSource]) -> None:
        self.sources = tuple(sources)
        self._asked = 0
        self._ways: dict[tuple[Kind, _LonLat, _LonLat], Sequence[Road]] = {}
        self._warned: set[str] = set()

    def of_document(self) -> RoadChain:
        """Return the chain for one more document, of which it does at most `MAX_ASKED` and `MAX_WAYS`."""
        chain = RoadChain(self.sources)
        chain._warned = self._warned
        return chain

    @property
    def asks_a_service(self) -> bool:
        """Whether one of the sources is online, so that the area of a road has to be told."""
        return any(source.origin is Origin.OVERPASS for source in self.sources)

    def named(self, sought: Sought, fits: Callable[[Road], bool], joins: Callable[[Road], bool] | None = None) -> Found:
        """Return every road that may be meant.

        A service is asked only when no source before it has a road that fits, and joins what it should; when it fails,
        the next source is asked, and the first failure is given as a warning, unless it is `NotAskedError`.

        Parameters
        ----------
        sought
            What the text says of it.
        fits
            Whether a road fits the text.
        joins
            Whether a road passes the two places that the text says it joins; None when the text names none.
        """
        roads: dict[str, Road] = {}
        failures: list[str] = []
        for source in self.sources:
            if source.origin is Origin.OVERPASS:
                if any(fits(road) and (joins is None or joins(road)) for road in roads.values()):
                    continue
                if not self._may_ask(sought):
                    failures.append(_ENOUGH)
                    self._warn_once("limit", _ENOUGH)
                    continue
            try:
                found = source.named(sought)
            except GeocodingError as error:
                failures.append(str(error))
                if not isinstance(error, NotAskedError):
                    self._warn_once("failure", f"{error}; roads come from what is at hand")
                continue
            for road in found:
                known = roads.setdefault(road.id, road)
                if joins is not None and _is_scrap(known, road) and joins(road) and not joins(known):
                    roads[road.id] = road
        return Found(tuple(roads[key] for key in sorted(roads)), tuple(failures))

    def between(self, kind: Kind, start_lonlat: _LonLat, end_lonlat: _LonLat) -> Sequence[Road]:
        """Return what the first source that knows a way between two points knows of it, best first."""
        pair = (kind, start_lonlat, end_lonlat)
        if pair not in self._ways:
            self._ways[pair] = self._between(*pair)
        return self._ways[pair]

    def _between(self, kind: Kind, start_lonlat: _LonLat, end_lonlat: _LonLat) -> Sequence[Road]:
        sources = self.sources
        if len(self._ways) >= MAX_WAYS:
            sources = tuple(source for source in sources if source.origin not in _DATA)
            if len(sources) < len(self.sources):
                self._warn_once("ways", _ENOUGH_WAYS)
        answers = (source.between(kind, start_lonlat, end_lonlat) for source in sources)
        return next((roads for roads in answers if roads), ())

    def _may_ask(self, sought: Sought) -> bool:
        """Count the roads of a document that a service is asked for; without an area it asks nobody."""
        self._asked += sought.area is not None
        return self._asked <= MAX_ASKED

    def _warn_once(self, sort: str, message: str) -> None:
        if sort not in self._warned:
            self._warned.add(sort)
            warnings.warn(message, PlacelinesWarning, stacklevel=2)


def _is_scrap(known: Road, other: Road) -> bool:
    """Whether a source has little of a road of which another has more."""
    is_own = known.origin is Origin.USER_FILE
    return not is_own and known.geometry.length < _SCRAP_SHARE * other.geometry.length
