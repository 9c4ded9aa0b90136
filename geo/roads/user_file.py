"""Roads of a file that the user gives: the first source that is asked."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OptionError, PlacelinesWarning
from ..model import Course, Kind, Origin
from . import AT_ROAD_KM, Road, Sought
from .segments import Segment, roads_of
from .vectors import CountryOf, VectorFile

if TYPE_CHECKING:
    from shapely import STRtree

_DEGREES_AT_ROAD = AT_ROAD_KM / 100
"""Degrees of latitude: a little more than `AT_ROAD_KM`."""


class UserFileRoads:
    """Roads of a vector file, read when the first is sought.

    Parameters
    ----------
    path
        The file.
    country_of
        Tells in which country a line lies.

    Raises
    ------
    OptionError, ResourceError
        As for `geo.roads.vectors.VectorFile`.
    """

    origin = Origin.USER_FILE

    def __init__(self, path: Path, *, country_of: CountryOf) -> None:
        self.path = path
        self._country_of = country_of

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return every road of the file filed under the first key that files any, in order of id.

        A file that does not say what sort of lines it has is taken to have the sort that is sought.

        Raises
        ------
        OptionError, ResourceError
            As for `geo.roads.vectors.VectorFile`.
        """
        for key in sought.keys:
            numbers = self._by_key.get(key, ())
            found = [self._segments[number] for number in numbers if self._segments[number].kind is sought.kind]
            if found:
                return self._roads(found, key)
        return ()

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> Sequence[Road]:
        """Return the roads of the file that pass both points, the nearer first; raises as `named`."""
        from ..lines import distance_m

        keys = self._keys_near(kind, start_lonlat) & self._keys_near(kind, end_lonlat)
        roads: dict[str, Road] = {}
        for key in sorted(keys):
            pieces = [self._segments[number] for number in self._by_key[key]]
            roads.update((road.id, road) for road in self._roads([one for one in pieces if one.kind is kind], key))
        off = {
            road.id: [distance_m(road.geometry, lonlat) / 1000 for lonlat in (start_lonlat, end_lonlat)]
            for road in roads.values()
        }
        near = [road for road in roads.values() if max(off[road.id]) <= AT_ROAD_KM]
        return sorted(near, key=lambda road: (round(sum(off[road.id]), 3), road.id))

    @cached_property
    def _segments(self) -> tuple[Segment, ...]:
        file = VectorFile(self.path, country_of=self._country_of)
        segments = tuple(file.segments())
        if not segments:
            told = "; ".join(file.notes) or "it has no features"
            raise OptionError(f"{self.path.name} has no road that can be used: {told}")
        for note in file.notes:
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

    def _roads(self, segments: Iterable[Segment], key: str) -> list[Road]:
        return roads_of(
            segments,
            key,
            course=Course.SURVEYED,
            origin=self.origin,
            source=self.path.name,
            attribution=None,
        )
