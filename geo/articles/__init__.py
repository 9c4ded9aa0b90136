"""Readers: files and standard input become documents.

One module a format. A file is read by its suffix: ``.jsonl`` and ``.ndjson`` hold one record a line, anything else is
one article of plain text.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import InputError
from ..model import Document
from .jsonl import read_records
from .source import Source
from .text import read_article

OnError = Callable[[InputError], None]
"""What to do with an article or record that cannot be read."""

_RECORD_SUFFIXES = frozenset({".jsonl", ".ndjson"})


def read(paths: Sequence[str | os.PathLike[str]], *, on_error: OnError | None = None) -> Iterator[Document]:
    """Read every article of the given files, in their order, one at a time.

    Parameters
    ----------
    paths
        Files; ``-`` is standard input, read as plain text.
    on_error
        Called with the error of each file or record that cannot be read, and reading goes on behind it. Without it the
        first such error is raised.

    Yields
    ------
    Document
        With an id that no other document of this call has: the record's own id, or the file's name without its suffix,
        with ``-2``, ``-3`` and so on behind it when the name comes again.

    Raises
    ------
    InputError
        If a file is missing, unreadable, empty or not text, or a record is malformed or repeats an id; only without
        ``on_error``.

    Warns
    -----
    TextWarning
        If part of a text had to be guessed or replaced.

    Examples
    --------
    >>> [document.id for document in read([])]
    []
    >>> next(read(["nowhere.txt"]))
    Traceback (most recent call last):
        ...
    geo.errors.InputError: nowhere.txt: there is no such file
    """
    for document in _documents(paths):
        if isinstance(document, Document):
            yield document
        elif on_error is None:
            raise document
        else:
            on_error(document)


def _documents(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Document | InputError]:
    """Yield every article, or the error in its place."""
    taken: set[str] = set()
    for source in map(Source.of, paths):
        if Path(source.name).suffix.lower() in _RECORD_SUFFIXES:
            yield from read_records(source, taken)
            continue
        try:
            document = read_article(source)
        except InputError as error:
            yield error
        else:
            yield replace(document, id=_unused(document.id, taken))


def _unused(name: str, taken: set[str]) -> str:
    """Return the name, numbered when it is taken already, and take it."""
    number, unused = 1, name
    while unused in taken:
        number += 1
        unused = f"{name}-{number}"
    taken.add(unused)
    return unused
