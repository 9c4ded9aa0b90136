"""Reads files of corrections: CSV with one row for what one name means. Nothing is taken of files with a fault in them.

``docs/corrections.md`` says what the columns mean.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..contents import content_of
from ..dates import day_of
from ..errors import OptionError
from ..faults import Faults
from ..gazetteers import Gazetteer
from ..model import Correction
from ..provenance import Source
from . import Corrections, Key, Row, shown, spelling
from .files import name_of
from .meanings import NOT_A_PLACE as NOT_A_PLACE
from .meanings import Meanings
from .table import COLUMNS as COLUMNS
from .table import Table


def read_corrections(path: Path | Sequence[Path], gazetteer: Gazetteer) -> Corrections:
    """Read files of corrections.

    Parameters
    ----------
    path
        A file or several: CSV in UTF-8, with or without a byte order mark, or in UTF-16 with one, with `COLUMNS` in any
        order. What several say alike counts once, as in the first.
    gazetteer
        Knows the places by id, and in which country a point lies.

    Raises
    ------
    OptionError
        If a file cannot be read, is in another encoding, lacks a column, any row of it is wrong or speaks of what
        another does, or rows of several files contradict each other: with file and row. Further faults are its notes.
    """
    paths = list(dict.fromkeys([path] if isinstance(path, Path) else path))
    reader = _Reader(gazetteer)
    names = Counter(map(name_of, paths))
    for each in paths:
        name = name_of(each)
        with reader.faults.noted():
            reader.read(each, content_of(each), name if names[name] == 1 else str(each))
    return reader.corrections


def corrections_in(data: bytes, path: Path, gazetteer: Gazetteer) -> Corrections:
    """Read the bytes of a file of corrections; raises as `read_corrections`.

    Parameters
    ----------
    data
        What the file holds.
    path
        The file, which is not read: what messages call it, and beside what those with courses lie.
    gazetteer
        Knows the places.
    """
    reader = _Reader(gazetteer)
    with reader.faults.noted():
        reader.read(path, data, name_of(path))
    return reader.corrections


class _Reader:
    """Reads one file after another.

    Parameters
    ----------
    gazetteer
        Knows the places.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self.faults = Faults()
        self.rows: dict[Key, Row] = {}
        self.sources: list[Source] = []

    @property
    def corrections(self) -> Corrections:
        """What was read; OptionError if anything was wrong."""
        self.faults.raise_any()
        return Corrections(self.rows.values(), files=tuple(dict.fromkeys(self.sources)))

    def read(self, path: Path, data: bytes, name: str) -> None:
        """Take the rows of a file, and note what is wrong in them; OptionError if it has none."""
        self.sources.append(Source(name_of(path), hashlib.sha256(data).hexdigest()))
        table = Table(data, name)
        meanings = Meanings(path, self._gazetteer)
        of_file: dict[Key, Row] = {}
        for number, cells in table:
            with self.faults.noted():
                row = _row(number, table.by_column(number, cells), meanings, name)
                _check_not_said(row, of_file.setdefault(row.key, row))
                _check_same(row, self.rows.setdefault(row.key, row))
        self.sources += meanings.sources


def _row(number: int, cells: Mapping[str, str], meanings: Meanings, name: str) -> Row:
    where = f"{name}: row {number}"
    text, context = cells["text"], cells["context"]
    if not spelling(text):
        raise OptionError(f'{where}: "text" is empty; give the name as the article has it')
    day, written = day_of(cells["date"].strip()), cells["date"].strip()
    if written and day is None:
        raise OptionError(f'{where}: "date" {shown(written)} is no day; give it as in 2026-11-22')
    note, author = (cells[column] if cells[column].strip() else None for column in ("note", "author"))
    meaning = meanings.of(cells, where)
    correction = Correction(note, author, day)
    return Row(
        number, text, cells["article"] or None, meaning, correction, context if spelling(context) else None, name
    )


def _check_not_said(row: Row, other: Row) -> None:
    """Refuse a row about what another of its file is about."""
    if other is row:
        return
    rows = f"rows {other.number} and {row.number}"
    if other.meant == row.meant:
        raise OptionError(f"{row.file}: {rows} both say what {shown(row.text)} means; keep one")
    raise OptionError(f"{row.file}: {rows} say different things of {shown(row.text)}; keep one")


def _check_same(row: Row, other: Row) -> None:
    """Refuse a row that contradicts one of another file."""
    if other.meant != row.meant:
        raise OptionError(
            f"{other.file}: row {other.number} and {row.file}: row {row.number} say different things of "
            f"{shown(row.text)}; keep one"
        )
