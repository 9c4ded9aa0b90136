"""A gazetteer in one SQLite file, read where it lies."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import ResourceError
from ..extent import Extent
from ..model import Kind, Place
from ..names import KEY_VERSION
from . import NamedPlace
from .schema import APPLICATION_ID, DEGREE, KINDS, NAME_KINDS, SCHEMA_VERSION, unpack

_COLUMNS = "name, kind, lon, lat, feature_code, country, admin1, admin2, population"
_Row: TypeAlias = tuple[str, int, int, int, str | None, str | None, str | None, str | None, int | None]
_CACHED = 1 << 16
"""Names, and places, that stay in memory: some 60 MB when full, more than any day of news fills."""


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
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._named = lru_cache(maxsize=_CACHED)(self._read_named)
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

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        """Return every place filed under a name key, largest population first, then by id.

        Raises
        ------
        ResourceError
            If the file is missing, damaged, or of another version.
        """
        return self._named(key)

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id, or None; ResourceError as for `lookup`."""
        source, _, geonameid = place_id.partition(":")
        if source != "geonames" or not (geonameid.isascii() and geonameid.isdigit()):
            return None
        # SQLite takes no whole number of more than 18 digits; no GeoNames id has more than nine.
        return self._place(int(geonameid)) if len(geonameid) < 10 else None

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        """Return the country, or the unit of it with these GeoNames codes, or None; ResourceError as for `lookup`."""
        code = ".".join(part for part in (country_code, admin1_code, admin2_code) if part is not None)
        rows = self._rows("SELECT geonameid FROM units WHERE code = ?", code)
        return self._place(rows[0][0]) if rows else None

    def largest_in(self, extent: Extent, limit: int) -> Sequence[Place]:
        """Return the most populous settlements in a box, largest first, at most ``limit``.

        Those of unknown population come last. ResourceError as for `lookup`.
        """
        west, south, east, north = (round(degrees * DEGREE) for degrees in extent.bbox)
        inside = "(lon >= ? OR lon <= ?)" if extent.crosses_antimeridian else "lon >= ? AND lon <= ?"
        rows = self._rows(
            f"SELECT geonameid FROM places WHERE kind = ? AND lat BETWEEN ? AND ? AND {inside} "
            "ORDER BY population DESC, geonameid LIMIT ?",
            *(KINDS.index(Kind.SETTLEMENT), south, north, west, east, limit),
        )
        return tuple(filter(None, (self._place(geonameid) for (geonameid,) in rows)))

    def close(self) -> None:
        """Close the file; a later question opens it again."""
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
        self._connection = None

    def _read_named(self, key: str) -> tuple[NamedPlace, ...]:
        try:
            rows = self._rows("SELECT places FROM names WHERE key = ?", key)
        except UnicodeEncodeError:
            # Half a surrogate pair, which damaged text can hold and no name does.
            return ()
        if not rows:
            return ()
        found = ((self._place(geonameid), NAME_KINDS[kind]) for geonameid, kind in unpack(rows[0][0]))
        named = [NamedPlace(place, kind) for place, kind in found if place is not None]
        return tuple(sorted(named, key=lambda named: (-(named.place.population or 0), named.place.id)))

    def _read_place(self, geonameid: int) -> Place | None:
        rows: list[_Row] = self._rows(f"SELECT {_COLUMNS} FROM places WHERE geonameid = ?", geonameid)
        if not rows:
            return None
        name, kind, lon, lat, feature_code, country, admin1, admin2, population = rows[0]
        return Place(
            id=f"geonames:{geonameid}",
            name=name,
            kind=KINDS[kind],
            lon=lon / DEGREE,
            lat=lat / DEGREE,
            feature_code=feature_code,
            country_code=country,
            admin1_code=admin1,
            admin2_code=admin2,
            population=population,
            gazetteer=self.name,
        )

    def _meta(self, key: str) -> str:
        value: str = self._rows("SELECT value FROM meta WHERE key = ?", key)[0][0]
        return value

    def _rows(self, sql: str, *values: str | int) -> list[Any]:
        """Run a query; a file found damaged is mended once if there is a way, see `_mend`."""
        try:
            return self._open().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            self.close()
            self._mend(error)
            return self._open().execute(sql, values).fetchall()

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        """Make the file whole again, or raise; a plain file has nothing to be made from."""
        raise ResourceError(f"the gazetteer {self.path} cannot be read ({error}): build or copy it again") from error

    def _open(self) -> sqlite3.Connection:
        # A connection must not cross a fork: https://www.sqlite.org/howtocorrupt.html, section 2.6
        if self._connection is None or self._process != os.getpid():
            self._connection = self._connect()
            self._process = os.getpid()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        if not self.path.is_file():
            raise sqlite3.OperationalError("there is no such file")
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        # SQLite itself takes turns between threads (sqlite3.threadsafety is 3 in CPython's builds).
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise sqlite3.DatabaseError("not a placelines gazetteer")
        if schema != SCHEMA_VERSION:
            raise ResourceError(_other_version(self.path, "schema", schema, SCHEMA_VERSION))
        ((key_version,),) = connection.execute("SELECT value FROM meta WHERE key = 'key_version'").fetchall()
        if key_version != str(KEY_VERSION):
            raise ResourceError(_other_version(self.path, "name keys", key_version, KEY_VERSION))
        return connection


def _other_version(path: Path, what: str, found: object, wanted: object) -> str:
    return (
        f"the gazetteer {path.name} has {what} of version {found}, this placelines reads version {wanted}: "
        "reinstall placelines, or run 'make data' in a checkout"
    )
