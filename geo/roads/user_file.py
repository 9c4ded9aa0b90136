"""Roads of a file that the user gives: the first source that is asked."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OptionError, PlacelinesWarning
from ..model import Course, Kind, Origin
from ..provenance import Source
from . import AT_ROAD_KM, Road, Sought
from .countries import CountryOf
from .installed.osm import format_of
from .segments import Segment, roads_of
from .vectors import VectorFile

if TYPE_CHECKING:
    from shapely import STRtree

_DEGREES_AT_ROAD = AT_ROAD_KM / 100
"""Degrees of latitude: a little more than `AT_ROAD_KM`."""
_CACHED = 64
"""Answers that stay in memory: joining the pieces of a long road takes a second."""


class UserFileRoads:
    """Roads of a vector file, looked into at once and read when the first is sought.

    It pickles as its path, if ``country_of`` pickles.

    Parameters
    ----------
    path
        The file.
    country_of
        Tells in which country a line lies.

    Raises
    ------
    OptionError
        If it is an extract of OpenStreetMap, which is imported, and as for `geo.roads.vectors.VectorFile`.
    ResourceError
        As for `geo.roads.vectors.VectorFile`.
    """

    origin = Origin.USER_FILE

    def __init__(self, path: Path, *, country_of: CountryOf) -> None:
        if format_of(path) is not None:
            # GDAL reads them, too: slowly, and without a word of their licence.
            raise OptionError(f"{path.name} is an extract of OpenStreetMap: use it with 'placelines roads import'")
        self.path = path
        self._country_of = country_of
        self._file = VectorFile(path)
        self._roads = lru_cache(maxsize=_CACHED)(self._read_roads)

    def __reduce__(self) -> tuple[Callable[[], UserFileRoads], tuple[()]]:
        return partial(UserFileRoads, self.path, country_of=self._country_of), ()

    @property
    def described(self) -> tuple[Source, ...]:
        """What it is called."""
        return (Source(self.path.name),)

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return every road of the file filed under the first key that files any, in order of id.

        A file that does not say what sort of lines it has is taken to have roads.

        Raises
        ------
        OptionError, ResourceError
            As for `geo.roads.vectors.VectorFile`.
        """
        return next(filter(None, (self._roads(key, sought.kind) for key in sought.keys)), ())

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> Sequence[Road]:
        """Return the roads of the file that pass both points, the nearer first; raises as `named`."""
        from ..lines import distance_m

        keys = self._keys_near(kind, start_lonlat) & self._keys_near(kind, end_lonlat)
        roads: dict[str, Road] = {}
        for key in sorted(keys):
            roads.update((road.id, road) for road in self._roads(key, kind))
        off = {
            road.id: [distance_m(road.geometry, lonlat) / 1000 for lonlat in (start_lonlat, end_lonlat)]
            for road in roads.values()
        }
        near = [road for road in roads.values() if max(off[road.id]) <= AT_ROAD_KM]
        return sorted(near, key=lambda road: (round(sum(off[road.id]), 3), road.id))

    @cached_property
    def _segments(self) -> tuple[Segment, ...]:
        segments = tuple(self._file.segments())
        if not segments:
            told = "; ".join(self._file.notes) or "it has no features"
            raise OptionError(f"{self.path.name} has no road that can be used: {told}")
        for note in self._file.notes:
            warnings.warn(f"{self.path.name}: {note}", PlacelinesWarning, stacklevel=2)
        return segments

    @cached_property
    def _by_key(self) -> dict[str, list[int]]:
        by_key: dict[str, list[int]] = {}
        for number, segment in enumerate(self._segments):
            for key in segment.keys:
                by_key.setdefault(key, []).append(number)
        return by_key

    @cached_property
    def _tree(self) -> STRtree:
        from shapely import STRtree

        return STRtree([segment.geometry for segment in self._segments])

    def _keys_near(self, kind: Kind, lonlat: tuple[float, float]) -> set[str]:
        from math import cos, radians

        from shapely import box

        lon, lat = lonlat
        across = _DEGREES_AT_ROAD / max(cos(radians(lat)), 0.05)
        window = box(lon - across, lat - _DEGREES_AT_ROAD, lon + across, lat + _DEGREES_AT_ROAD)
        near = [self._segments[number] for number in sorted(self._tree.query(window).tolist())]
        return {key for segment in near if segment.kind is kind for key in segment.keys}

    def _read_roads(self, key: str, kind: Kind) -> tuple[Road, ...]:
        from ..lines import midpoint

        pieces = (self._segments[number] for number in self._by_key.get(key, ()))
        placed = [
            replace(piece, country_code=self._country_of(midpoint(piece.geometry)))
            for piece in pieces
            if piece.kind is kind
        ]
        return tuple(
            roads_of(
                placed,
                key,
                course=Course.SURVEYED,
                origin=self.origin,
                source=self.path.name,
                attribution=None,
            )
        )
