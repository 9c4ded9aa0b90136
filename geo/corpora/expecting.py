"""Expecting: how many articles inputs are likely to have, told cheaply before they are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..articles.inputs import Input
from ..articles.kinds import Container, Kind, kind_by_suffix
from ..articles.raw import Form
from ..articles.source import PACKED_SUFFIXES

_CHUNK = 1 << 20


def expected(inputs: Iterable[Input], form: str | None = None) -> int | None:
    """Return how many articles there may be; None when nobody can tell without reading them.

    A file in the format of one article has one, and one of JSON Lines so many as it has lines.

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
    is_plain = told.bytes is not None and not told.name.lower().endswith(PACKED_SUFFIXES)
    return _lines_of(Path(told.name)) if kind is Container.JSONL and is_plain else None


def _lines_of(path: Path) -> int | None:
    lines, chunk = 0, b""
    try:
        with path.open("rb") as stream:
            while following := stream.read(_CHUNK):
                lines, chunk = lines + following.count(b"\n"), following
    except OSError:
        return None
    return lines + (chunk[-1:] not in {b"", b"\n"})
