"""Writes records as a stored gazetteer, the same bytes for the same records."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable
from pathlib import Path

from ..names import KEY_VERSION
from .records import Record
from .schema import APPLICATION_ID, DEGREE, KINDS, NAME_KINDS, SCHEMA_VERSION, TABLES, pack

_PAGE_SIZE = 4096
_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_NAME_KIND_NUMBERS = {kind: number for number, kind in enumerate(NAME_KINDS)}

# Offsets in the SQLite file header, https://www.sqlite.org/fileformat2.html#the_database_header
_CHANGE_COUNTER = 24
_VERSION_VALID_FOR = 92


def write_image(path: Path, records: Iterable[Record], *, name: str, version: str) -> None:
    """Write a stored gazetteer.

    Parameters
    ----------
    path
        File to write; replaced when it exists.
    records
        The places, in any order.
    name, version
        Of the data, to print beside every place.
    """
    path.unlink(missing_ok=True)
    ordered = sorted(records, key=lambda record: record.geonameid)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(
            f"PRAGMA page_size = {_PAGE_SIZE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; {TABLES}"
        )
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO places VALUES (?,?,?,?,?,?,?,?,?,?)", map(_row, ordered))
        connection.executemany("INSERT INTO names VALUES (?,?)", _packed_names(ordered))
        connection.executemany("INSERT INTO units VALUES (?,?)", _units(ordered))
        meta = {"name": name, "version": version, "key_version": str(KEY_VERSION)}
        connection.executemany("INSERT INTO meta VALUES (?,?)", sorted(meta.items()))
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    finally:
        connection.close()
    _forget_history(path)


def _row(record: Record) -> tuple[int | str | None, ...]:
    return (
        record.geonameid,
        record.name,
        _KIND_NUMBERS[record.kind],
        round(record.lon * DEGREE),
        round(record.lat * DEGREE),
        record.feature_code,
        record.country,
        record.admin1,
        record.admin2,
        record.population,
    )


def _packed_names(ordered: list[Record]) -> list[tuple[str, bytes]]:
    filed: dict[str, list[tuple[int, int]]] = {}
    for record in ordered:
        for key, kind in record.keys.items():
            filed.setdefault(key, []).append((record.geonameid, _NAME_KIND_NUMBERS[kind]))
    return [(key, pack(filed[key])) for key in sorted(filed)]


def _units(ordered: list[Record]) -> list[tuple[str, int]]:
    return sorted((record.code, record.geonameid) for record in ordered if record.code)


def _forget_history(path: Path) -> None:
    """Fix the header fields that count changes and name the writing library's version: they differ between machines."""
    with path.open("r+b") as image:
        image.seek(_CHANGE_COUNTER)
        image.write(struct.pack(">I", 1))
        image.seek(_VERSION_VALID_FOR)
        # 3.8.2 is the first release that reads tables without rowid.
        image.write(struct.pack(">II", 1, 3_008_002))
