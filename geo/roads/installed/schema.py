"""The file format of imported roads, shared by the module that writes it and the one that reads it.

An import is one SQLite file:

``segments``
    One row a piece of a road or other line, numbered in the order of kind, country and first key, so that the pieces of
    one road lie together. ``refs`` and ``names`` have a line for each, ``osm_ids`` are separated by spaces; the
    geometry is WKB (OGC 06-103r4 section 8), longitude first; ``country`` is "" where that is not known.
``keys``
    Key of a number or name, kind and country to the packed numbers of the segments, see `pack`.
``boxes``
    R*Tree of the segments that routes may run on.
``meta``
    What `Provenance` says, and ``counts``: segments by kind, and by country, in JSON.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from ...model import Course, Kind, Origin

APPLICATION_ID = 0x504C5244
"""SQLite's ``application_id``: "PLRD"."""
SCHEMA_VERSION = 1
"""SQLite's ``user_version``: raised whenever the tables or their meaning change, or the keys of `geo.names` do."""

ROUTED_KINDS = frozenset({Kind.ROAD, Kind.RAILWAY})
"""Kinds of lines that "the road from A to B" may run on."""

TABLES = """
CREATE TABLE segments (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    class TEXT,
    country TEXT NOT NULL,
    refs TEXT NOT NULL,
    names TEXT NOT NULL,
    osm_ids TEXT NOT NULL,
    geometry BLOB NOT NULL
);
CREATE TABLE keys (
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    country TEXT NOT NULL,
    segments BLOB NOT NULL,
    PRIMARY KEY (key, kind, country)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE boxes USING rtree(number, west, east, south, north);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
"""The statements that make the tables."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where imported lines come from."""

    source: str
    """To print: "OpenStreetMap, syria-latest"."""
    origin: Origin
    """What sort of source that is."""
    course: Course
    """How exact its courses are."""
    attribution: str | None = None
    """What its licence asks to be shown; None when it asks for nothing."""
    date: str | None = None
    """Day of the data, ``2026-02-01``; None when nothing says it."""


def pack(numbers: Iterable[int]) -> bytes:
    """Pack numbers of segments: four bytes each, low byte first.

    Examples
    --------
    >>> unpack(pack([1, 70_000]))
    (1, 70000)
    """
    values = list(numbers)
    return struct.pack(f"<{len(values)}I", *values)


def unpack(packed: bytes) -> tuple[int, ...]:
    """Return the numbers that `pack` packed."""
    return struct.unpack(f"<{len(packed) // 4}I", packed)
