"""The file format of a stored gazetteer, shared by those who write it and those who read it.

A stored gazetteer is one SQLite file:

``places``
    One row a place, by number: its GeoNames id, or a number from `OWN_NUMBERS` up for a place with an ``id`` of another
    source. GeoNames numbers neighbours together, so that rows in this order compress best. Coordinates are whole units
    of a `DEGREE`; an extent is packed, see `pack_extent`; unknown is NULL, the country included. ``claimed_by`` has the
    ISO codes of the states that dispute a place, separated by spaces.
``names``
    Name key to the packed numbers and name kinds of the places filed under it, see `pack`.
``skeletons``
    The same by `geo.names.skeleton` of the keys, for places in countries whose names reach news through a
    transliteration.
``units``
    GeoNames code of a country or unit (``SY``, ``SY.12``, ``SY.12.8537261``) to the number of its place.
``areas``
    GeoNames code of a country or first-level unit to its box and shape, see `geo.gazetteers.areas`.
``meta``
    ``name`` and ``version`` of the data, ``key_version`` of `geo.names`, and ``counts``: places by kind, and names, in
    JSON.

The index ``places_cell`` finds places by `CELL`, a square degree.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from ..extent import Extent
from ..model import Kind
from . import NameKind

APPLICATION_ID = 0x504C4347
"""SQLite's ``application_id``: "PLCG"."""
SCHEMA_VERSION = 2
"""SQLite's ``user_version``: raised whenever the tables or their meaning change."""
DEGREE = 100_000
"""Units of a stored coordinate in one degree: about a metre, the precision of GeoNames."""

SOURCES = {"census": "U.S. Census Bureau", "iata": "airportsdata", "postal": "GeoNames postal codes"}
"""What to print as the source of a place by what stands before the colon of its id, where that says too little."""

KINDS = tuple(Kind)
"""Kinds by the number that stands for them in the file."""
NAME_KINDS = tuple(NameKind)
"""Name kinds by number, strongest first."""

OWN_NUMBERS = 1 << 28
"""The first number of a place that is not numbered by its GeoNames id; GeoNames has used 13 million."""

ENTRY_BYTES = 4
"""Length of a packed entry."""

CELL = f"((lat + {90 * DEGREE}) / {DEGREE} * 361 + (lon + {180 * DEGREE}) / {DEGREE})"
"""SQL for the number of the square degree that a place lies in, counted from the south-western corner of the map.

A row has 361 of them: longitude 180 is a column of its own."""

TABLES = """
CREATE TABLE places (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    lon INTEGER NOT NULL,
    lat INTEGER NOT NULL,
    feature_code TEXT,
    country TEXT,
    admin1 TEXT,
    admin2 TEXT,
    population INTEGER,
    id TEXT,
    extent BLOB,
    claimed_by TEXT
);
CREATE TABLE names (key TEXT PRIMARY KEY, places BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE skeletons (key TEXT PRIMARY KEY, places BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE units (code TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE areas (
    code TEXT PRIMARY KEY,
    west INTEGER NOT NULL,
    south INTEGER NOT NULL,
    east INTEGER NOT NULL,
    north INTEGER NOT NULL,
    shape BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
"""The statements that make the tables."""

INDEXES = f"""
CREATE INDEX places_cell ON places({CELL});
CREATE UNIQUE INDEX places_id ON places(id) WHERE id IS NOT NULL;
"""
"""The statements that make the indexes, once the tables are full."""


def entry(number: int, name_kind: int) -> int:
    """Return what files a place under a name: the place's number times 8, plus the number of the name kind."""
    return number << 3 | name_kind


def place_of(entry: int) -> int:
    """Return the number of the place of an entry."""
    return entry >> 3


def pack(entries: Iterable[int]) -> bytes:
    """Pack entries (see `entry`): four bytes each, high byte first.

    Numbers of one width compress better than shorter ones of many: 2.0 MB of the embedded gazetteer, against 2.3 MB for
    the steps between numbers in base 128.

    Examples
    --------
    >>> unpack(pack([entry(163843, 4), entry(169389, 0)]))
    [(163843, 4), (169389, 0)]
    """
    values = list(entries)
    return struct.pack(f">{len(values)}I", *values)


def unpack(packed: bytes) -> list[tuple[int, int]]:
    """Return the pairs (number of the place, number of the name kind) that `pack` packed."""
    return [(value >> 3, value & 7) for value in struct.unpack(f">{len(packed) // 4}I", packed)]


def pack_extent(extent: Extent | None) -> bytes | None:
    """Pack a box as west, south, east, north: four whole numbers of four bytes each, in units of a `DEGREE`."""
    return None if extent is None else struct.pack(">4i", *(round(degrees * DEGREE) for degrees in extent.bbox))


def unpack_extent(packed: bytes | None) -> Extent | None:
    """Return the box that `pack_extent` packed."""
    return None if packed is None else Extent(*(units / DEGREE for units in struct.unpack(">4i", packed)))
