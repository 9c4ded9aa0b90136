"""Data packed small enough to travel in a page, and unpacked by its browser: gzip in base64."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeAlias

Record: TypeAlias = dict[str, object]
"""A JSON object in the making."""

_LEVEL = 6
"""Of zlib: level 9 takes thrice as long and saves 1 % of an article."""


def pack(data: bytes) -> str:
    """Return bytes as the base64 of their gzip stream; the same bytes always give the same text."""
    return base64.b64encode(gzip.compress(data, _LEVEL, mtime=0)).decode("ascii")


def pack_json(value: object) -> str:
    """Return a value that JSON can hold, packed."""
    return pack(compact(value).encode("utf-8", "backslashreplace"))


def compact(value: object) -> str:
    """Return a value as JSON without needless spaces, in the letters that it has."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def in_blocks(records: Sequence[object], *, size: int, room: int | None = None) -> Record:
    """Cut a list into blocks, so that the page reads only those that it shows.

    Parameters
    ----------
    records
        The list, of values that JSON can hold.
    size
        Records in a block.
    room
        Characters that the packed blocks may take; those that find none are left out. None to pack nothing: one block
        holds the list as it is.

    Returns
    -------
    dict
        ``size`` and ``blocks``: each a list, a packed list, or None where it was left out.

    Examples
    --------
    >>> in_blocks(["a", "b"], size=1)
    {'size': 2, 'blocks': [['a', 'b']]}
    """
    if room is None:
        return {"size": max(1, len(records)), "blocks": [list(records)]}
    blocks: list[str | None] = []
    for block in _cut(records, size):
        packed = pack_json(block)
        room -= len(packed)
        blocks.append(packed if room >= 0 else None)
    return {"size": size, "blocks": blocks}


def _cut(records: Iterable[object], size: int) -> Iterable[list[object]]:
    rest = iter(records)
    while block := list(islice(rest, size)):
        yield block
