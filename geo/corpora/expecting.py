"""Expecting: how many articles inputs are likely to have, told cheaply before they are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from ..articles.inputs import Input
from ..articles.kinds import Container, Kind, kind_by_suffix
from ..articles.raw import Form
from ..articles.source import PACKED_SUFFIXES

_COUNTED = 64 * 2**20
"""Largest file whose lines are counted, in bytes."""
_SAMPLE = 4 * 2**20
"""Bytes at the start of a larger one that its lines are reckoned from."""
_CHUNK = 1 << 20


def expected(inputs: Iterable[Input], form: str | None = None) -> int | None:
    """Return how many articles there may be; None when nobody can tell without reading them.

    A file in the format of one article has one, and one of JSON Lines so many as it has lines: those of a file of more
    than 64 MiB are reckoned from its first 4 MiB, since reading all of it would take as long as many articles.

    Parameters
    ----------
    inputs
        The files.
    form
        The format of all of them; None to tell it from their names.
    """
    total = 0
    for each in inputs:
        count = _articles_of(each, form)
        if count is None:
            return None
        total += count
    return total


def _articles_of(told: Input, form: str | None) -> int | None:
    kind: Kind | None = kind_by_suffix(told.name)
    if form is not None:
        kind = Form(form) if form in set(Form) else Container(form)
    if isinstance(kind, Form):
        return 1
    is_plain = not told.name.lower().endswith(PACKED_SUFFIXES)
    if kind is not Container.JSONL or told.bytes is None or not is_plain:
        return None
    try:
        with Path(told.name).open("rb") as stream:
            return _lines_of(stream) if told.bytes <= _COUNTED else _reckoned_lines_of(stream, told.bytes)
    except OSError:
        return None


def _lines_of(stream: BinaryIO) -> int:
    lines, chunk = 0, b""
    while following := stream.read(_CHUNK):
        lines, chunk = lines + following.count(b"\n"), following
    return lines + (chunk[-1:] not in {b"", b"\n"})


def _reckoned_lines_of(stream: BinaryIO, size_bytes: int) -> int:
    sample = stream.read(_SAMPLE)
    return max(1, round(sample.count(b"\n") * size_bytes / max(1, len(sample))))
