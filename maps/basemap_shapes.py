"""Reading shapefiles, as far as the build of the basemap needs it: parts of lines and polygons, a column of a table.

The layout is that of "ESRI Shapefile Technical Description" (1998): big-endian record headers, little-endian contents.
A polygon's outlines run clockwise, its holes anticlockwise, so that the non-zero rule fills it rightly.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

Line: TypeAlias = list[tuple[float, float]]
"""Longitudes and latitudes in degrees; a ring ends with its first point."""

_FILE_HEADER, _RECORD_HEADER = 100, 8
_BOX = 32
_DRAWN = {3, 5, 13, 15, 23, 25}
"""Types of lines and polygons, with heights or measures or without: all begin alike."""
_TABLE_HEADER, _FIELD_SIZE = 32, 32
_END_OF_FIELDS = 0x0D


def read_parts(shapes: bytes) -> Iterator[list[Line]]:
    """Yield the parts of each record of a ``.shp`` file; none for a record without a shape.

    Raises
    ------
    ValueError
        If a record is of points or surfaces.
    """
    offset = _FILE_HEADER
    while offset < len(shapes):
        words = struct.unpack_from(">i", shapes, offset + 4)[0]
        offset += _RECORD_HEADER
        yield list(_record(shapes, offset))
        offset += 2 * words


def read_column(table: bytes, name: str) -> list[str]:
    """Return a column of a ``.dbf`` file as text without the padding, one for each record.

    Raises
    ------
    KeyError
        If the table has no such column.
    """
    count, start, size = struct.unpack_from("<IHH", table, 4)
    left = 1  # of a record: the mark of deletion goes before its fields
    for offset in range(_TABLE_HEADER, start, _FIELD_SIZE):
        if table[offset] == _END_OF_FIELDS:
            break
        width = table[offset + 16]
        if table[offset : offset + 11].rstrip(b"\0").decode("ascii").lower() == name:
            records = range(start + left, start + left + count * size, size)
            return [table[record : record + width].decode("utf-8", errors="replace").strip() for record in records]
        left += width
    raise KeyError(name)


def _record(shapes: bytes, offset: int) -> Iterator[Line]:
    sort = struct.unpack_from("<i", shapes, offset)[0]
    if sort == 0:
        return
    if sort not in _DRAWN:
        raise ValueError(f"a shape of type {sort} is neither line nor polygon")
    parts, points = struct.unpack_from("<ii", shapes, offset + 4 + _BOX)
    offset += 4 + _BOX + 8
    starts = struct.unpack_from(f"<{parts}i", shapes, offset)
    numbers = struct.unpack_from(f"<{2 * points}d", shapes, offset + 4 * parts)
    lonlats = list(zip(numbers[::2], numbers[1::2], strict=True))
    for start, end in pairwise((*starts, points)):
        yield lonlats[start:end]
