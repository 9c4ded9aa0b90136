"""The file format of a stored gazetteer, shared by those who write it and those who read it.

A stored gazetteer is one SQLite file:

``places``
    One row a place, by GeoNames id: GeoNames numbers neighbours together, so that rows in this order compress best.
    Coordinates are whole units of a `DEGREE`; unknown is NULL, the country included.
``names``
    Name key to the packed ids and name kinds of the places filed under it, see `pack`.
``units``
    GeoNames code of a country or unit (``SY``, ``SY.12``, ``SY.12.8537261``) to GeoNames id.
``meta``
    ``name`` and ``version`` of the data, ``key_version`` of `geo.names`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from ..model import Kind
from . import NameKind

APPLICATION_ID = 0x504C4347
"""SQLite's ``application_id``: "PLCG"."""
SCHEMA_VERSION = 1
"""SQLite's ``user_version``: raised whenever the tables or their meaning change."""
DEGREE = 100_000
"""Units of a stored coordinate in one degree: about a metre, the precision of GeoNames."""

KINDS = tuple(Kind)
"""Kinds by the number that stands for them in the file."""
NAME_KINDS = tuple(NameKind)
"""Name kinds by number, strongest first."""

TABLES = """
CREATE TABLE places (
    geonameid INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    lon INTEGER NOT NULL,
    lat INTEGER NOT NULL,
    feature_code TEXT,
    country TEXT,
    admin1 TEXT,
    admin2 TEXT,
    population INTEGER
);
CREATE TABLE names (key TEXT PRIMARY KEY, places BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE units (code TEXT PRIMARY KEY, geonameid INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
"""The statements that make the tables."""


def pack(entries: Iterable[tuple[int, int]]) -> bytes:
    """Pack GeoNames ids with the numbers of their name kinds: four bytes each, id times 8 plus kind, high byte first.

    Numbers of one width compress better than shorter ones of many: 2.0 MB of the embedded gazetteer, against 2.3 MB for
    the steps between ids in base 128.

    Parameters
    ----------
    entries
        ``(GeoNames id, name kind number)``: ids below 2 ** 29, kinds 0 to 7.

    Examples
    --------
    >>> unpack(pack([(169389, 0), (163843, 4)]))
    [(169389, 0), (163843, 4)]
    """
    values = [geonameid << 3 | kind for geonameid, kind in entries]
    return struct.pack(f">{len(values)}I", *values)


def unpack(packed: bytes) -> list[tuple[int, int]]:
    """Return the ``(GeoNames id, name kind number)`` pairs that `pack` packed."""
    return [(value >> 3, value & 7) for value in struct.unpack(f">{len(packed) // 4}I", packed)]
