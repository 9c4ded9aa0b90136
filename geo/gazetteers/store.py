"""A gazetteer in one SQLite file, read where it lies."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from ..errors import ResourceError
from ..extent import Extent, great_circle_km
from ..model import Kind, Place
from ..names import KEY_VERSION, skeleton
from ..sealed import SealedDatabase
from . import NamedPlace
from .schema import APPLICATION_ID, CELL, DEGREE, KINDS, NAME_KINDS, SCHEMA_VERSION, SOURCES, unpack, unpack_extent

if TYPE_CHECKING:
    from shapely import MultiPolygon

    from .areas import AreaIndex

_COLUMNS = "name, kind, lon, lat, feature_code, country, admin1, admin2, population, id, extent, claimed_by"
_NAMED = "SELECT key, places FROM names WHERE key > ? ORDER BY key LIMIT 20000"
_KEYS = "SELECT key FROM names WHERE key > ? AND length(key) BETWEEN ? AND ? ORDER BY key LIMIT 100000"
_LAST_LATIN = "\u02af"
"""Keys in Latin letters come before it, those in other scripts behind."""
_Code: TypeAlias = str | None
_Row: TypeAlias = tuple[
    str, int, int, int, _Code, _Code, _Code, _Code, int | None, str | None, bytes | None, str | None
]
_SETTLEMENTS = frozenset({Kind.SETTLEMENT})
_KM_A_DEGREE = 111.0
"""Length of a degree of latitude, a little short, so that a box in degrees holds the circle that it stands for."""
_CACHED = 1 << 16
"""Names, and places, that stay in memory: some 60 MB when full, more than any day of news fills."""


class Counts(TypedDict):
    """What is in a gazetteer."""

    places: dict[str, int]
    """Numbers of places by kind."""
    names: int
    """Names under which these are found."""


class StoredGazetteer:
    """Places and their names from a file that `geo.gazetteers.image` wrote; see `geo.gazetteers.schema`.

    The file is opened when first asked, once a process. An instance pickles as its path.

    Parameters
    ----------
    path
        The SQLite file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = SealedDatabase(path, APPLICATION_ID, "a placelines gazetteer", self._check)
        self._named = lru_cache(maxsize=_CACHED)(self._read_named)
        self._named_alike = lru_cache(maxsize=_CACHED)(self._read_named_alike)
        self._place = lru_cache(maxsize=_CACHED)(self._read_place)

    def __reduce__(self) -> tuple[type[StoredGazetteer], tuple[Path]]:
        return type(self), (self.path,)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.path.name}>"

    @cached_property
    def name(self) -> str:
        """Name to print as the source of a place."""
        return self._meta("name")

    @cached_property
    def version(self) -> str:
        """Version of the data."""
        return self._meta("version")

    @cached_property
    def counts(self) -> Counts:
        """What is in it; ResourceError as for `lookup`."""
        try:
            noted = json.loads(self._meta("counts"))
            places, names = noted["places"], noted["names"]
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged() from error
        if not isinstance(places, dict) or not isinstance(names, int):
            raise self._damaged()
        return {"places": places, "names": names}

    @property
    def advice(self) -> str:
        """What to do when the file cannot be read."""
        return "build or copy it again"

    @property
    def renewal(self) -> str:
        """What to do when the file is of another version."""
        return "reinstall placelines, or run 'make data' in a checkout"

    def counts_by_country(self) -> dict[str | None, int]:
        """Return the number of places of each country, by its ISO code; None for those that lie in no single one."""
        return dict(self._rows("SELECT country, count(*) FROM places GROUP BY country"))

    @cached_property
    def _areas(self) -> AreaIndex:
        # shapely, which takes 0.1 s to import, is needed for nothing else here.
        from .areas import AreaIndex

        return AreaIndex(self._rows("SELECT code, west, south, east, north FROM areas ORDER BY code"), self._shape)

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        """Return every place filed under a name key, largest population first, then by id.

        Raises
        ------
        ResourceError
            If the file is missing, damaged, or of another version.
        """
        return self._named(key)

    def spelled_like(self, key: str, countries: Collection[str]) -> Sequence[NamedPlace]:
        """Return the places in some countries with another romanisation of a key; ResourceError as for `lookup`."""
        common = skeleton(key)
        alike = self._named_alike(common) if common is not None and countries else ()
        return tuple(named for named in alike if named.place.country_code in countries)

    def keys_like(self, key: str, distance: int) -> Sequence[tuple[int, str]]:
        """Return the name keys at most so many typing errors away, with their number; ResourceError as for `lookup`."""
        from rapidfuzz.distance import OSA

        found: list[tuple[int, str]] = []
        last = ""
        lengths = (len(key) - distance, len(key) + distance)
        while keys := [other for (other,) in self._rows(_KEYS, last, *lengths)]:
            last = keys[-1]
            near = ((OSA.distance(key, other, score_cutoff=distance), other) for other in keys)
            found += [pair for pair in near if 0 < pair[0] <= distance]
        return tuple(sorted(found))

    def keys_in_other_scripts(self, place_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the name keys of places that are not in Latin letters, by id; ResourceError as for `lookup`."""
        import numpy as np

        wanted = {number: place_id for place_id in place_ids if (number := self._number(place_id)) is not None}
        keys: dict[str, list[str]] = {}
        last = _LAST_LATIN
        while rows := self._rows(_NAMED, last) if wanted else []:
            last = rows[-1][0]
            packed = [places for _, places in rows]
            numbers = np.frombuffer(b"".join(packed), dtype=">u4") >> 3
            row_of = np.repeat(np.arange(len(rows)), [len(places) // 4 for places in packed])
            for at in np.flatnonzero(np.isin(numbers, list(wanted))):
                keys.setdefault(wanted[int(numbers[at])], []).append(rows[row_of[at]][0])
        return keys

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id, or None; ResourceError as for `lookup`."""
        number = self._number(place_id)
        place = None if number is None else self._place(number)
        return place if place is not None and place.id == place_id else None

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        """Return the country, or the unit of it with these GeoNames codes, or None; ResourceError as for `lookup`."""
        code = ".".join(part for part in (country_code, admin1_code, admin2_code) if part is not None)
        rows = self._rows("SELECT number FROM units WHERE code = ?", code)
        return self._place(rows[0][0]) if rows else None

    def units_at(self, lonlat: tuple[float, float]) -> tuple[str, ...]:
        """Return the GeoNames codes of the country and unit around a point; ResourceError as for `lookup`."""
        return self._areas.codes_at(*lonlat)

    def shape(self, code: str) -> MultiPolygon | None:
        """Return the area of a country or first-level unit, or None; ResourceError as for `lookup`."""
        return self._areas.shape(code)

    def largest_in(self, extent: Extent, limit: int, *, kinds: Collection[Kind] = _SETTLEMENTS) -> Sequence[Place]:
        """Return the most populous places of some kinds in a box, largest first, at most ``limit``.

        Those of unknown population come last, then the id decides. ResourceError as for `lookup`.
        """
        ranked = sorted((-(population or 0), number) for number, population, _, _ in self._in(extent, kinds))
        return tuple(filter(None, (self._place(number) for _, number in ranked[:limit])))

    def nearest(
        self,
        lonlat: tuple[float, float],
        limit: int,
        *,
        kinds: Collection[Kind] = _SETTLEMENTS,
        within_km: float = 500.0,
    ) -> Sequence[Place]:
        """Return the places of some kinds nearest to a point, nearest first; ResourceError as for `lookup`."""
        reach_km = min(10.0, within_km)
        while True:
            found = [
                (great_circle_km(lonlat, (lon / DEGREE, lat / DEGREE)), number)
                for number, _, lon, lat in self._in(_around(lonlat, reach_km), kinds)
            ]
            near = sorted(pair for pair in found if pair[0] <= reach_km)
            if len(near) >= limit or reach_km >= within_km:
                return tuple(filter(None, (self._place(number) for _, number in near[:limit])))
            reach_km = min(4 * reach_km, within_km)

    def faults(self) -> list[str]:
        """Read the whole file and return what SQLite finds wrong with it; ResourceError as for `lookup`."""
        return [fault for (fault,) in self._rows("PRAGMA integrity_check(10)") if fault != "ok"]

    def close(self) -> None:
        """Close the file; a later question opens it again."""
        self._file.close()

    def _number(self, place_id: str) -> int | None:
        """Return the number that a place of this id has, if there is one."""
        source, _, number = place_id.partition(":")
        if source != "geonames":
            rows = self._rows("SELECT number FROM places WHERE id = ?", place_id)
            return rows[0][0] if rows else None
        # SQLite takes no whole number of more than 18 digits; no GeoNames id has more than nine.
        return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None

    def _shape(self, code: str) -> bytes:
        shape: bytes = self._rows("SELECT shape FROM areas WHERE code = ?", code)[0][0]
        return shape

    def _read_named(self, key: str) -> tuple[NamedPlace, ...]:
        return self._filed("SELECT places FROM names WHERE key = ?", key)

    def _read_named_alike(self, common: str) -> tuple[NamedPlace, ...]:
        return self._filed("SELECT places FROM skeletons WHERE key = ?", common)

    def _filed(self, sql: str, key: str) -> tuple[NamedPlace, ...]:
        rows = self._rows(sql, key)
        if not rows:
            return ()
        found = ((self._place(number), NAME_KINDS[kind]) for number, kind in unpack(rows[0][0]))
        named = [NamedPlace(place, kind) for place, kind in found if place is not None]
        return tuple(sorted(named, key=lambda named: named.place.rank))

    def _in(self, extent: Extent, kinds: Collection[Kind]) -> Iterator[tuple[int, int | None, int, int]]:
        """Yield (number, population, longitude, latitude) of the places of some kinds in a box, in stored units."""
        numbers = sorted(map(KINDS.index, kinds))
        south, north = round(extent.south * DEGREE), round(extent.north * DEGREE)
        for west, east in _spans(extent):
            # One range of cells for each row of square degrees.
            for row in range(math.floor(extent.south) + 90, math.floor(extent.north) + 91):
                first, last = (row * 361 + math.floor(lon) + 180 for lon in (west, east))
                yield from self._rows(
                    f"SELECT number, population, lon, lat FROM places WHERE {CELL} BETWEEN ? AND ? "
                    f"AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? AND kind IN ({','.join('?' * len(numbers))})",
                    *(first, last, south, north, round(west * DEGREE), round(east * DEGREE), *numbers),
                )

    def _read_place(self, number: int) -> Place | None:
        rows: list[_Row] = self._rows(f"SELECT {_COLUMNS} FROM places WHERE number = ?", number)
        if not rows:
            return None
        name, kind, lon, lat, feature_code, country, admin1, admin2, population, own_id, extent, claimed_by = rows[0]
        return Place(
            id=own_id or f"geonames:{number}",
            name=name,
            kind=KINDS[kind],
            lon=lon / DEGREE,
            lat=lat / DEGREE,
            feature_code=feature_code,
            country_code=country,
            admin1_code=admin1,
            admin2_code=admin2,
            population=population,
            gazetteer=self.name if own_id is None else _source(own_id),
            extent=unpack_extent(extent),
            claimed_by=tuple(claimed_by.split()) if claimed_by else (),
        )

    def _meta(self, key: str) -> str:
        rows: list[tuple[str]] = self._rows("SELECT value FROM meta WHERE key = ?", key)
        if not rows:
            raise self._damaged()
        return rows[0][0]

    def _damaged(self) -> ResourceError:
        return ResourceError(f"the gazetteer {self.path} is damaged: {self.advice}")

    def _rows(self, sql: str, *values: str | int) -> list[Any]:
        """Run a query; a file found damaged is mended once if there is a way, see `_mend`."""
        try:
            return self._file.rows(sql, values)
        except UnicodeEncodeError:
            # Half a surrogate pair, which damaged text can hold and nothing in the file does.
            return []
        except sqlite3.DatabaseError as error:
            self.close()
            self._mend(error)
            return self._file.rows(sql, values)

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        """Make the file whole again, or raise; a plain file has nothing to be made from."""
        raise ResourceError(f"the gazetteer {self.path} cannot be read ({error}): {self.advice}") from error

    def _check(self, connection: sqlite3.Connection, schema: int) -> None:
        """Refuse a gazetteer of another version."""
        if schema != SCHEMA_VERSION:
            raise ResourceError(self._other_version("schema", schema, SCHEMA_VERSION))
        ((key_version,),) = connection.execute("SELECT value FROM meta WHERE key = 'key_version'").fetchall()
        if key_version != str(KEY_VERSION):
            raise ResourceError(self._other_version("name keys", key_version, KEY_VERSION))

    def _other_version(self, what: str, found: object, wanted: object) -> str:
        return (
            f"the gazetteer {self.path.name} has {what} of version {found}, this placelines reads version {wanted}: "
            f"{self.renewal}"
        )


def _source(own_id: str) -> str:
    prefix = own_id.partition(":")[0]
    return SOURCES.get(prefix, prefix)


def _around(lonlat: tuple[float, float], km: float) -> Extent:
    """Return a box that holds everything within a distance of a point."""
    lon, lat = lonlat
    degrees = km / _KM_A_DEGREE
    south, north = max(-90.0, lat - degrees), min(90.0, lat + degrees)
    # Meridians converge: the box is widest where it comes nearest to a pole.
    stretch = math.cos(math.radians(min(89.9, max(abs(south), abs(north)))))
    reach = degrees / stretch
    if reach >= 180 or max(abs(south), abs(north)) >= 89.9:
        return Extent(-180.0, south, 180.0, north)
    west, east = lon - reach, lon + reach
    return Extent(west + 360 if west < -180 else west, south, east - 360 if east > 180 else east, north)


def _spans(extent: Extent) -> list[tuple[float, float]]:
    """Return the ranges of longitude of a box: two when it crosses the antimeridian."""
    if extent.crosses_antimeridian:
        return [(extent.west, 180.0), (-180.0, extent.east)]
    return [(extent.west, extent.east)]
