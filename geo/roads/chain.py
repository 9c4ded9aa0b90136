"""Several road sources asked one after the other, the more exact first."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import GeocodingError, PlacelinesWarning
from ..model import Kind, Origin
from . import Road, RoadSource, Sought


@dataclass(frozen=True, slots=True)
class Found:
    """What the sources know of a road."""

    roads: tuple[Road, ...]
    """Every road of that name, each from the first source that knows it, in order of id."""
    failures: tuple[str, ...] = ()
    """Why a source could not answer, in words."""


class RoadChain:
    """Asks sources in order; of two that know the same road, the first speaks for it.

    Parameters
    ----------
    sources
        The more exact first, see `geo.model.Origin`.
    """

    def __init__(self, sources: Sequence[RoadSource]) -> None:
        self.sources = tuple(sources)
        self._has_warned = False

    @property
    def asks_a_service(self) -> bool:
        """Whether one of the sources is online, so that the area of a road has to be told."""
        return any(source.origin is Origin.OVERPASS for source in self.sources)

    def named(self, sought: Sought, fits: Callable[[Road], bool]) -> Found:
        """Return every road that may be meant.

        A service is asked only when no source before it has a road that fits; when it fails, the next source is asked,
        and the first failure is given as a warning.

        Parameters
        ----------
        sought
            What the text says of it.
        fits
            Whether a road fits the text.
        """
        roads: dict[str, Road] = {}
        failures: list[str] = []
        for source in self.sources:
            if source.origin is Origin.OVERPASS and any(map(fits, roads.values())):
                continue
            try:
                found = source.named(sought)
            except GeocodingError as error:
                failures.append(str(error))
                self._warn_once(error)
                continue
            for road in found:
                roads.setdefault(road.id, road)
        return Found(tuple(roads[key] for key in sorted(roads)), tuple(failures))

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> Sequence[Road]:
        """Return what the first source that knows a way between two points knows of it, best first."""
        answers = (source.between(kind, start_lonlat, end_lonlat) for source in self.sources)
        return next((roads for roads in answers if roads), ())

    def _warn_once(self, error: GeocodingError) -> None:
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(f"{error}; roads come from what is at hand", PlacelinesWarning, stacklevel=2)
