"""Schematic roads: straight from town to town, along the hand-kept lists of ``seeds/highways.csv``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

from ..errors import ResourceError
from ..extent import Extent, great_circle_km
from ..gazetteers import Gazetteer
from ..model import Course, Kind, Origin, Place
from ..names import name_key, road_key
from ..provenance import Source
from ..seeds import read_table
from . import AT_ROAD_KM, AT_SKETCH_KM, Road, Sought, road_id

_Row: TypeAlias = dict[str, str]
_LonLat: TypeAlias = tuple[float, float]

_TABLE = "highways.csv"
_MARGIN = 1.0
"""Degrees that a box is grown by before it is looked into: `AT_SKETCH_KM` as far north as there are roads."""
_REACH_SHARE = 0.2
"""A road that passes two places off by more than this share of the way between them is hardly the road between them."""


class SchematicRoads:
    """Roads whose towns are listed in the seed table, drawn through the gazetteer's points.

    Parameters
    ----------
    gazetteer
        Knows the towns by their ids.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    @property
    def origin(self) -> Origin:
        """The hand-kept list of the towns along a road."""
        return Origin.HIGHWAYS

    @property
    def described(self) -> tuple[Source, ...]:
        """What it is called."""
        return (Source("placelines highways"),)

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return every road filed under the first key that files any, of any country, in order of id.

        Raises
        ------
        ResourceError
            If the table names a town that the gazetteer does not know.
        """
        if sought.kind is not Kind.ROAD:
            return ()
        filed = (self._rows_by_key[key] for key in sought.keys if key in self._rows_by_key)
        return tuple(sorted(map(self._road, next(filed, ())), key=lambda road: road.id))

    def between(self, kind: Kind, start_lonlat: _LonLat, end_lonlat: _LonLat) -> Sequence[Road]:
        """Return the listed roads that pass both points, those that pass them nearest first; ResourceError as `named`.

        A place beyond the last town of a road is not on it: the list says nothing of how the road goes on.
        """
        if kind is not Kind.ROAD or start_lonlat == end_lonlat:
            return ()
        both = (start_lonlat, end_lonlat)
        reach_km = min(AT_SKETCH_KM, _REACH_SHARE * great_circle_km(*both))
        found = []
        for row, extent in self._extents:
            if all(map(extent.contains, both)):
                points = self._points(row)
                offsets_km = [_offset_km(points, lonlat) for lonlat in both]
                if max(offsets_km) <= reach_km:
                    found.append((sum(offsets_km), self._road(row)))
        return tuple(road for _, road in sorted(found, key=lambda item: (item[0], item[1].id)))

    @cached_property
    def _rows(self) -> list[_Row]:
        return read_table(_TABLE)

    @cached_property
    def _rows_by_key(self) -> dict[str, list[_Row]]:
        by_key: dict[str, list[_Row]] = {}
        for row in self._rows:
            for key in dict.fromkeys(_keys(row)):
                by_key.setdefault(key, []).append(row)
        return by_key

    @cached_property
    def _extents(self) -> list[tuple[_Row, Extent]]:
        # A gazetteer without the towns of a country has none of its roads; one that is asked for complains.
        around = [(row, Extent.around(place.lonlat for _, place in self._towns(row) if place)) for row in self._rows]
        return [(row, extent.grown(_MARGIN)) for row, extent in around if extent is not None]

    def _towns(self, row: _Row) -> list[tuple[str, Place | None]]:
        ids = (town if ":" in town else f"geonames:{town}" for town in row["towns"].split())
        return [(place_id, self._gazetteer.get(place_id)) for place_id in ids]

    def _points(self, row: _Row) -> list[_LonLat]:
        points = []
        for place_id, place in self._towns(row):
            if place is None:
                raise ResourceError(
                    f"seeds/{_TABLE}: {row['country']} {row['ref'] or row['name']} passes {place_id}, which is not in "
                    "the gazetteer; run 'make data' or correct the row"
                )
            points.append(place.lonlat)
        return points

    def _road(self, row: _Row) -> Road:
        from ..lines import through

        return Road(
            id=road_id(Kind.ROAD, row["country"], road_key(row["ref"]) or name_key(row["name"])),
            kind=Kind.ROAD,
            ref=row["ref"] or None,
            name=row["name"] or None,
            country_code=row["country"],
            geometry=through(self._points(row)),
            course=Course.SCHEMATIC,
            origin=Origin.HIGHWAYS,
            source="placelines highways",
        )


def _keys(row: _Row) -> Iterator[str]:
    """Yield everything that a row is filed under; an alias may be a number ("Highway 4") or a name."""
    aliases = row["aliases"].split("|")
    yield from filter(None, map(road_key, (row["ref"], *aliases)))
    yield from filter(None, map(name_key, (row["name"], *aliases)))


def _offset_km(points: Sequence[_LonLat], lonlat: _LonLat) -> float:
    """Return how far a place lies from the course through points; infinity for one beyond its ends."""
    from ..lines import distance_m, through

    offset_km = distance_m(through(points), lonlat) / 1000
    from_ends_km = min(great_circle_km(lonlat, points[0]), great_circle_km(lonlat, points[-1]))
    # The two measures differ by up to 0.6 %.
    is_beyond = from_ends_km > AT_ROAD_KM and offset_km > 0.99 * from_ends_km
    return math.inf if is_beyond else offset_km
