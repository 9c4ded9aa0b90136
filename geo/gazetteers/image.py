"""Writes records as a stored gazetteer, the same bytes for the same records.

Records stream through a spool file beside the image, so that a gazetteer of millions of places needs no memory to speak
of; the tables are then filled in the order of their keys, which keeps them small and quick to read.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from ..names import KEY_VERSION
from ..sealed import SpooledDatabase
from .image_rows import Rows
from .records import Record
from .schema import (
    APPLICATION_ID,
    ENTRY_BYTES,
    INDEXES,
    KINDS,
    SCHEMA_VERSION,
    TABLES,
    pack,
    place_of,
)

AreaRow: TypeAlias = tuple[str, int, int, int, int, bytes]
"""A row of the table ``areas``: code, west, south, east, north, shape."""

_SORT_MEMORY_KIB = 128 * 1024
_MOST_NAMES = 40_000
"""Names that are kept before they go to the spool."""
_SPOOL = """
CREATE TABLE spool.places AS SELECT * FROM places;
CREATE TABLE spool.names (key TEXT, entry INTEGER);
CREATE TABLE spool.skeletons (key TEXT, entry INTEGER);
"""

# Offsets in the SQLite file header, https://www.sqlite.org/fileformat2.html#the_database_header
_CHANGE_COUNTER = 24
_VERSION_VALID_FOR = 92


class ImageWriter:
    """Collects places and writes them as a stored gazetteer; a context manager that leaves no file when it fails.

    Parameters
    ----------
    path
        File to write; replaced when it exists. Its spool lies beside it meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.places = 0
        """Places in the finished file."""
        self.names = 0
        """Pairs of a name and a place in the finished file."""
        self._file = SpooledDatabase(path)
        self._rows = Rows()
        self._units: list[tuple[str, int]] = []

    def __enter__(self) -> ImageWriter:
        self._connection = self._file.open(
            application_id=APPLICATION_ID,
            version=SCHEMA_VERSION,
            tables=f"{TABLES} {_SPOOL}",
            memory_kib=_SORT_MEMORY_KIB,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close(is_whole=error is None)

    def add(self, record: Record) -> None:
        """Take one place; numbers and ids must not repeat."""
        self._rows.add(record)
        if record.code:
            self.add_unit(record.code, record.number)
        self._flush_when_full()

    def add_rows(self, rows: Rows) -> None:
        """Take the rows of many places; numbers and ids must not repeat."""
        self._spool_rows(rows)

    def add_alternate(self, number: int, key: str, *, is_romanised: bool) -> None:
        """File a place that was added under one more key, see `geo.gazetteers.image_rows.Rows.add_alternate`."""
        self._rows.add_alternate(number, key, is_romanised=is_romanised)
        self._flush_when_full()

    def add_unit(self, code: str, number: int) -> None:
        """Let a place that was added be found by a unit code; codes must not repeat."""
        self._units.append((code, number))

    def finish(self, *, name: str, version: str, areas: Iterable[AreaRow] = ()) -> None:
        """Write what was collected.

        Parameters
        ----------
        name, version
            Of the data, to print beside every place.
        areas
            Shapes of countries and units.

        Raises
        ------
        sqlite3.IntegrityError
            If a number, id or unit code came twice.
        """
        self._spool_rows(self._rows)
        connection = self._connection
        connection.execute("INSERT INTO main.places SELECT * FROM spool.places ORDER BY number")
        for table in ("names", "skeletons"):
            connection.executemany(f"INSERT INTO main.{table} VALUES (?,?)", self._packed(table))
        connection.executemany("INSERT INTO main.units VALUES (?,?)", sorted(self._units))
        connection.executemany("INSERT INTO main.areas VALUES (?,?,?,?,?,?)", sorted(areas))
        meta = {"name": name, "version": version, "key_version": str(KEY_VERSION), "counts": json.dumps(self._counts())}
        connection.executemany("INSERT INTO main.meta VALUES (?,?)", sorted(meta.items()))
        connection.execute("COMMIT")
        connection.execute("DETACH spool")
        connection.executescript(INDEXES)
        connection.close()
        _forget_history(self.path)

    def _counts(self) -> dict[str, object]:
        kinds = self._connection.execute("SELECT kind, count(*) FROM main.places GROUP BY kind").fetchall()
        ((packed,),) = self._connection.execute("SELECT total(length(places)) FROM main.names").fetchall()
        self.places = sum(count for _, count in kinds)
        self.names = int(packed) // ENTRY_BYTES
        return {"places": dict(sorted((str(KINDS[kind]), count) for kind, count in kinds)), "names": self.names}

    def _flush_when_full(self) -> None:
        if len(self._rows.names) >= _MOST_NAMES:
            self._spool_rows(self._rows)

    def _spool_rows(self, rows: Rows) -> None:
        """Move rows to the spool."""
        self._connection.executemany("INSERT INTO spool.places VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", rows.places)
        self._connection.executemany("INSERT INTO spool.names VALUES (?,?)", rows.names)
        self._connection.executemany("INSERT INTO spool.skeletons VALUES (?,?)", rows.skeletons)
        rows.clear()

    def _packed(self, table: str) -> Iterator[tuple[str, bytes]]:
        """Yield the keys of a spooled table in order, each with its packed places."""
        # SQLite orders text by its bytes in UTF-8, which is the order of code points.
        spooled = self._connection.execute(f"SELECT key, entry FROM spool.{table} ORDER BY key, entry")
        for key, rows in groupby(spooled, itemgetter(0)):
            entries = [row[1] for row in rows]
            # Of the entries of one place, which lie together, the strongest comes first.
            yield key, pack(entries if len(entries) == 1 else [next(same) for _, same in groupby(entries, place_of)])


def write_image(
    path: Path, records: Iterable[Record], *, name: str, version: str, areas: Iterable[AreaRow] = ()
) -> None:
    """Write a stored gazetteer.

    Parameters
    ----------
    path
        File to write; replaced when it exists.
    records
        The places, in any order.
    name, version
        Of the data, to print beside every place.
    areas
        Shapes of countries and units.

    Raises
    ------
    sqlite3.IntegrityError
        If a number, id or unit code came twice.
    """
    with ImageWriter(path) as writer:
        for record in records:
            writer.add(record)
        writer.finish(name=name, version=version, areas=areas)


def _forget_history(path: Path) -> None:
    """Fix the header fields that count changes and name the writing library's version: they differ between machines."""
    with path.open("r+b") as image:
        image.seek(_CHANGE_COUNTER)
        image.write(struct.pack(">I", 1))
        image.seek(_VERSION_VALID_FOR)
        # 3.8.2 is the first release that reads tables without rowid; expression indexes need 3.9.
        image.write(struct.pack(">II", 1, 3_009_000))
