"""Writes segments as an import: cleaned, placed in their countries, and filed under their keys.

Segments stream through a spool file beside the import, so that a country of millions of them needs no memory to speak
of; the tables are then filled in order, which keeps the pieces of one road on neighbouring pages.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from ...model import Kind
from ...sealed import SpooledDatabase
from ..countries import CountryOf
from ..segments import Segment
from .schema import APPLICATION_ID, ROUTED_KINDS, SCHEMA_VERSION, TABLES, Provenance, pack

OnFiled: TypeAlias = Callable[[int], None]
"""Told how many segments have been written."""

LONGEST_TEXT = 255
"""Most characters of a number or name: those of a value of an OpenStreetMap tag (API 0.6)."""

_BATCH = 2000
_HALF_WORLD = 180.0
"""Degrees; a course that seems wider crosses the antimeridian."""
_MEMORY_KIB = 64 * 1024
_SPOOL = """
CREATE TABLE spool.segments (
    kind TEXT, class TEXT, country TEXT, refs TEXT, names TEXT, osm_ids TEXT, geometry BLOB, keys TEXT,
    west REAL, east REAL, south REAL, north REAL
);
CREATE TABLE spool.keys (key TEXT, kind TEXT, country TEXT, number INTEGER);
"""
_IN_ORDER = """
SELECT kind, class, country, refs, names, osm_ids, geometry, keys, west, east, south, north FROM spool.segments
ORDER BY kind, country, keys, rowid
"""
_KEYS_IN_ORDER = "SELECT key, kind, country, number FROM spool.keys ORDER BY key, kind, country, number"


class IndexWriter:
    """Collects segments and writes them as an import; a context manager that leaves no file when it fails.

    Parameters
    ----------
    path
        File to write; replaced when it exists. Its spool lies beside it meanwhile.
    country_of
        Finds the country of a segment that names none, by the middle of its course.
    """

    def __init__(self, path: Path, country_of: CountryOf) -> None:
        self.path = path
        self.kinds: Counter[str] = Counter()
        """Segments by kind."""
        self.countries: Counter[str] = Counter()
        """Segments by country, "" for those of none."""
        self._counts: Counter[str] = Counter()
        self._file = SpooledDatabase(path)
        self._country_of = country_of

    def __enter__(self) -> IndexWriter:
        self._connection = self._file.open(
            application_id=APPLICATION_ID,
            version=SCHEMA_VERSION,
            tables=f"{TABLES} {_SPOOL}",
            memory_kib=_MEMORY_KIB,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close(is_whole=error is None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out so far, a line each."""
        return tuple(f"{count:,} {what}" for what, count in sorted(self._counts.items()))

    def add_all(self, segments: Iterable[Segment]) -> None:
        """Take segments; texts and courses that no road can have are left out, and counted in ``notes``."""
        pieces = iter(segments)
        while batch := list(islice(pieces, _BATCH)):
            self._connection.executemany(
                "INSERT INTO spool.segments VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", self._rows(batch)
            )

    def finish(self, provenance: Provenance, *, on_filed: OnFiled) -> None:
        """Write what was taken."""
        connection = self._connection
        connection.executemany(
            "INSERT INTO main.segments VALUES (?,?,?,?,?,?,?,?)", self._numbered(on_filed, connection.cursor())
        )
        connection.executemany("INSERT INTO main.keys VALUES (?,?,?,?)", self._filed(connection.cursor()))
        counts = {"kinds": dict(sorted(self.kinds.items())), "countries": dict(sorted(self.countries.items()))}
        meta = {**asdict(provenance), "counts": json.dumps(counts)}
        connection.executemany(
            "INSERT INTO main.meta VALUES (?,?)", sorted((key, value) for key, value in meta.items() if value)
        )
        connection.execute("COMMIT")
        connection.execute("DETACH spool")
        connection.close()

    def _rows(self, batch: list[Segment]) -> Iterator[tuple[object, ...]]:
        """Yield the rows of the spool for a batch."""
        import numpy as np
        import shapely

        from ...lines import midpoint

        courses = np.array([segment.geometry for segment in batch], dtype=object)
        boxes = shapely.bounds(courses)
        middles = shapely.get_coordinates(shapely.line_interpolate_point(courses, 0.5, normalized=True))
        wkb = shapely.to_wkb(courses, output_dimension=2, byte_order=1)
        # What is not a number is not on the globe either.
        on_globe = np.all(np.abs(boxes) <= [180, 90, 180, 90], axis=1)
        for segment, (west, south, east, north), middle, geometry, is_sound in zip(
            batch, boxes.tolist(), middles.tolist(), wkb.tolist(), on_globe.tolist(), strict=True
        ):
            if not is_sound:
                self._counts["courses that are not on the globe were left out"] += 1
                continue
            if east - west > _HALF_WORLD:
                middle = midpoint(segment.geometry)
            country = segment.country_code or self._country_of((middle[0], middle[1])) or ""
            sound = replace(segment, refs=self._sound(segment.refs), names=self._sound(segment.names))
            self.kinds[sound.kind] += 1
            self.countries[country] += 1
            texts = ("\n".join(sound.refs), "\n".join(sound.names), " ".join(sound.osm_ids))
            keys = "\n".join(sound.keys)
            yield sound.kind, sound.road_class, country, *texts, geometry, keys, west, east, south, north

    def _sound(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of some texts that can be a number or name, on one line each."""
        folded = [" ".join(text.split()) for text in texts]
        sound = [text for text in folded if text and len(text) <= LONGEST_TEXT and not _has_controls(text)]
        if refused := sum(map(bool, folded)) - len(sound):
            self._counts["numbers or names too long, or with control characters, were left out"] += refused
        return tuple(dict.fromkeys(sound))

    def _numbered(self, on_filed: OnFiled, spooled: sqlite3.Cursor) -> Iterator[tuple[object, ...]]:
        """Yield the rows of the segments in order, and spool their keys and boxes."""
        rows = enumerate(spooled.execute(_IN_ORDER), start=1)
        while batch := list(islice(rows, _BATCH)):
            filed = [(key, row[0], row[2], number) for number, row in batch for key in row[7].split("\n") if row[7]]
            boxes = [(number, *row[8:]) for number, row in batch if Kind(row[0]) in ROUTED_KINDS]
            self._connection.executemany("INSERT INTO spool.keys VALUES (?,?,?,?)", filed)
            self._connection.executemany("INSERT INTO main.boxes VALUES (?,?,?,?,?)", boxes)
            yield from ((number, *row[:7]) for number, row in batch)
            on_filed(batch[-1][0])

    def _filed(self, spooled: sqlite3.Cursor) -> Iterator[tuple[str, str, str, bytes]]:
        """Yield key, kind, country and the packed numbers of the segments filed under them."""
        for (key, kind, country), rows in groupby(spooled.execute(_KEYS_IN_ORDER), itemgetter(0, 1, 2)):
            yield key, kind, country, pack(row[3] for row in rows)


def _has_controls(text: str) -> bool:
    """Whether there is something in a text that no sign has: control characters, or half a surrogate pair."""
    return not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
