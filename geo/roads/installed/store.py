"""An import of roads and other lines, read where it lies."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Collection, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from ...errors import ResourceError
from ...extent import Extent
from ...model import Course, Kind, Origin
from ...provenance import Source
from ...sealed import SealedDatabase
from .. import Road, Sought
from ..segments import Segment, roads_of
from .schema import APPLICATION_ID, ROUTED_KINDS, SCHEMA_VERSION, Provenance, unpack

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SEGMENTS = "SELECT kind, class, country, refs, names, osm_ids, geometry FROM segments WHERE number"
_FILED = "SELECT segments FROM keys WHERE key = ? AND kind = ?"
_IN_BOX = """IN (
    SELECT number FROM boxes WHERE west <= ? AND east >= ? AND south <= ? AND north >= ?
) AND kind = ?"""
_LINE_TYPES = (1, 5)
"""GEOS's numbers of lines and of several lines (shapely.GeometryType)."""
_NOT_DESCRIBED = "it does not say what is in it"
_CACHED = 64
"""Answers that stay in memory: joining the pieces of a long road takes a second."""


class Counts(TypedDict):
    """What is in an import."""

    kinds: dict[str, int]
    """Segments by kind."""
    countries: dict[str, int]
    """Segments by ISO 3166-1 alpha-2 code, "" for those of no known country."""


class StoredRoads:
    """The lines of a file that `geo.roads.installed.index` wrote: a `geo.roads.RoadSource`.

    The file is opened when first asked, once a process. An instance pickles as its path.

    Parameters
    ----------
    path
        The SQLite file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = SealedDatabase(path, APPLICATION_ID, "roads that placelines imported", self._check)
        self._roads = lru_cache(maxsize=_CACHED)(self._read_roads)

    def __reduce__(self) -> tuple[type[StoredRoads], tuple[Path]]:
        return type(self), (self.path,)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.path.name}>"

    @cached_property
    def provenance(self) -> Provenance:
        """Where its lines come from; ResourceError as for `named`."""
        meta = dict(self._rows("SELECT key, value FROM meta"))
        if not all(isinstance(value, str) for value in meta.values()):
            raise self._damaged(_NOT_DESCRIBED)
        try:
            origin, course = Origin(meta["origin"]), Course(meta["course"])
            return Provenance(meta["source"], origin, course, meta.get("attribution"), meta.get("date"))
        except (KeyError, ValueError) as error:
            raise self._damaged(_NOT_DESCRIBED if isinstance(error, KeyError) else error) from error

    @cached_property
    def counts(self) -> Counts:
        """What is in it; ResourceError as for `named`."""
        try:
            noted = json.loads(self._rows("SELECT value FROM meta WHERE key = 'counts'")[0][0])
            return {"kinds": _counts(noted["kinds"]), "countries": _counts(noted["countries"])}
        except (AttributeError, IndexError, ValueError, TypeError, KeyError) as error:
            raise self._damaged(_NOT_DESCRIBED) from error

    @property
    def origin(self) -> Origin:
        """What sort of source this is; ResourceError as for `named`."""
        return self.provenance.origin

    @property
    def described(self) -> tuple[Source, ...]:
        """What it is called; ResourceError as for `named`."""
        return (Source(self.provenance.source, self.provenance.date, self.provenance.attribution),)

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return every road filed under the first key that files any of the kind, of any country, in order of id.

        Raises
        ------
        ResourceError
            If the file is missing, damaged, or of another version.
        """
        return next(filter(None, (self.roads(key, sought.kind) for key in sought.keys)), ())

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> Sequence[Road]:
        """Return the shortest way along main roads, or rails, see `geo.roads.installed.routing`.

        ResourceError as for `named`.
        """
        if kind not in ROUTED_KINDS:
            return ()
        from .routing import shortest_way

        way = shortest_way(self, kind, start_lonlat, end_lonlat)
        return () if way is None else (way,)

    def roads(self, key: str, kind: Kind, country_code: str | None = None) -> Sequence[Road]:
        """Return the roads filed under a key, of all countries or one, in order of id; ResourceError as for `named`."""
        return self._roads(key, kind, country_code)

    def segments(self, key: str, kind: Kind, country_code: str | None = None) -> list[Segment]:
        """Return the pieces filed under a key; nothing else is read. ResourceError as for `named`."""
        if country_code is None:
            filed = self._rows(_FILED, key, kind)
        else:
            filed = self._rows(f"{_FILED} AND country = ?", key, kind, country_code)
        try:
            numbers = json.dumps([number for (packed,) in filed for number in unpack(packed)])
        except (struct.error, TypeError) as error:
            raise self._damaged("its index is damaged") from error
        return self._segments(self._rows(f"{_SEGMENTS} IN (SELECT value FROM json_each(?)) ORDER BY number", numbers))

    def segments_in(self, extent: Extent, kind: Kind, classes: Collection[str] | None = None) -> list[Segment]:
        """Return the pieces whose box meets a box.

        Parameters
        ----------
        extent
            The box.
        kind
            One of `ROUTED_KINDS`; others have no boxes.
        classes
            Values of ``highway``; None for all, and for lines that have none.

        Raises
        ------
        ResourceError
            As for `named`.
        """
        west, south, east, north = extent.bbox
        spans = [(west, 180.0), (-180.0, east)] if extent.crosses_antimeridian else [(west, east)]
        wanted = () if classes is None else sorted(classes)
        of_class = f" AND class IN ({','.join('?' * len(wanted))})" if classes is not None else ""
        sql = f"{_SEGMENTS} {_IN_BOX}{of_class} ORDER BY number"
        found = (self._rows(sql, last, first, north, south, kind, *wanted) for first, last in spans)
        return self._segments(list(dict.fromkeys(row for rows in found for row in rows)))

    def close(self) -> None:
        """Close the file; a later question opens it again."""
        self._file.close()

    def _read_roads(self, key: str, kind: Kind, country_code: str | None) -> tuple[Road, ...]:
        from_where = self.provenance
        roads = roads_of(
            self.segments(key, kind, country_code),
            key,
            course=from_where.course,
            origin=from_where.origin,
            source=from_where.source,
            attribution=from_where.attribution,
        )
        return tuple(roads)

    def _segments(self, rows: Sequence[Any]) -> list[Segment]:
        from shapely.errors import ShapelyError

        try:
            return _as_segments(rows)
        except (AttributeError, ShapelyError, TypeError, ValueError) as error:
            raise self._damaged("its lines are damaged") from error

    def _damaged(self, error: object) -> ResourceError:
        return ResourceError(
            f"the imported roads {self.path} cannot be read ({error}): "
            f"import them again, or give them up: placelines roads remove {self.path.stem}"
        )

    def _rows(self, sql: str, *values: str | float) -> list[Any]:
        try:
            return self._file.rows(sql, values)
        except UnicodeEncodeError:
            # Half a surrogate pair, which damaged text can hold and nothing in the file does.
            return []
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            # CPython 3.11: sqlite3 cannot decode its own message where that quotes a damaged schema.
            self.close()
            raise self._damaged("its tables are damaged" if isinstance(error, ValueError) else error) from error

    def _check(self, connection: sqlite3.Connection, schema: int) -> None:
        """Refuse an import of another version, or one that lacks its end."""
        if schema != SCHEMA_VERSION:
            raise sqlite3.DatabaseError(f"it is of version {schema}, this placelines reads version {SCHEMA_VERSION}")
        pages, page_bytes = (connection.execute(f"PRAGMA {of}").fetchone()[0] for of in ("page_count", "page_size"))
        if self.path.stat().st_size != pages * page_bytes:
            raise sqlite3.DatabaseError("it is cut short")


def _counts(noted: dict[str, int]) -> dict[str, int]:
    return {str(what): int(count) for what, count in noted.items()}


def _as_segments(rows: Sequence[Any]) -> list[Segment]:
    import numpy as np
    import shapely

    with np.errstate(invalid="ignore"):
        courses = shapely.from_wkb([row[-1] for row in rows])
    # What is not a number is not on the globe either.
    if not (np.isin(shapely.get_type_id(courses), _LINE_TYPES) & _on_globe(shapely.bounds(courses))).all():
        raise ValueError("no lines on the globe")
    return [
        Segment(
            kind=Kind(kind),
            refs=tuple(filter(None, refs.split("\n"))),
            names=tuple(filter(None, names.split("\n"))),
            country_code=country or None,
            geometry=course,
            road_class=road_class,
            osm_ids=tuple(osm_ids.split()),
        )
        for (kind, road_class, country, refs, names, osm_ids, _), course in zip(rows, courses, strict=True)
    ]


def _on_globe(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    import numpy as np

    return np.asarray((np.abs(boxes) <= (180, 90, 180, 90)).all(axis=-1))
