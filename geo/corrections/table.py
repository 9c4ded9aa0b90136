"""A file of corrections as a table: CSV in one of the encodings and with one of the delimiters of spreadsheets."""

from __future__ import annotations

import codecs
import csv
import warnings
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from io import StringIO

from ..errors import OptionError, PlacelinesWarning
from . import shown

COLUMNS = ("text", "article", "context", "place", "lat", "lon", "name", "geometry", "note", "author", "date")
"""The columns of a file of corrections; others are ignored."""

_MEANINGS = ("place", "lat", "geometry")
"""The columns of which one must be there."""
_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .ods, and the older .xls, begin."""
_MOST_COLUMNS = 100
"""Columns that are looked at for mistyped names."""
_ALIKE = 0.8
"""Share of letters, in order, from which the name of a column is taken for a mistyped one: "contxt", "Artikel"."""


class Table:
    """The rows of a file of corrections, read one by one.

    Parameters
    ----------
    data
        The file.
    name
        What messages call it.

    Raises
    ------
    OptionError
        If it is no text, or its first row does not name the columns.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        """What messages call the file."""
        self._text = text_of(data, name)
        if not self._text.strip():
            raise OptionError(f"{name}: it is empty; the first row names the columns: {', '.join(COLUMNS)}")
        self.delimiter = delimiter_of(StringIO(self._text, newline="").readline())
        """What stands between cells."""
        _, header = next(self._records())
        self._width = len(header)
        self._columns = _columns(header, name)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield number and cells of each row with anything in it, the header being row 1; OptionError if it breaks."""
        for number, cells in self._records():
            if number > 1 and any(map(str.strip, cells)):
                yield number, cells

    def by_column(self, number: int, cells: Sequence[str]) -> Mapping[str, str]:
        """Return the cells of a row as they are, by column; of a column that is not there, "".

        Some spreadsheets leave out empty cells at the end of a row.

        Raises
        ------
        OptionError
            If there are more cells than columns, even empty ones: a name with a comma in it has moved them along.
        """
        if len(cells) > self._width:
            found = f"row {number}: {len(cells)} cells under {self._width} columns"
            raise OptionError(
                f"{self.name}: {found}; put what has {_DELIMITERS[self.delimiter]} in it between double quotes"
            )
        present = {column: cells[at] for column, at in self._columns.items() if at < len(cells)}
        return {column: present.get(column, "") for column in COLUMNS}

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield number and cells of each row."""
        reader = csv.reader(StringIO(self._text, newline=""), delimiter=self.delimiter, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, start=1):
                yield number, cells
        except csv.Error as error:
            advice = "a double quote that opens a cell must close it, and those within it are written twice"
            raise OptionError(f"{self.name}: row {number + 1}: this is not CSV ({error}); {advice}") from error


def text_of(data: bytes, name: str) -> str:
    """Return the text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one, as Excel's Unicode text.

    Raises
    ------
    OptionError
        If it is in another encoding, or no text.
    """
    if data.startswith(_BOOKS):
        raise OptionError(f"{name}: it is a workbook of a spreadsheet; save it as CSV UTF-8")
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if is_wide else "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode("utf-16" if is_wide else "utf-8", "ignore").count("\n") + 1
        found = f"it is not {'UTF-16' if is_wide else 'UTF-8'} at byte {error.start}, in line {line}"
        raise OptionError(f"{name}: {found}; save it as UTF-8 (in a spreadsheet: CSV UTF-8)") from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise OptionError(
            f"{name}: there is a NUL character in line {line}: it is no text, or in another encoding; save it as UTF-8 "
            "(in a spreadsheet: CSV UTF-8)"
        )
    return text


def delimiter_of(header: str) -> str:
    """Return what stands between the cells of a line that names the columns.

    Examples
    --------
    >>> delimiter_of("text;place"), delimiter_of("text")
    (';', ',')
    """
    return max(_DELIMITERS, key=header.count)


def _columns(header: Sequence[str], name: str) -> dict[str, int]:
    """Return where each known column stands."""
    named = [cell.strip().casefold() for cell in header]
    known = [column for column in COLUMNS if column in named]
    if repeated := [column for column in known if named.count(column) > 1]:
        raise OptionError(f'{name}: the column "{repeated[0]}" is there twice; keep one')
    absent = [column for column in COLUMNS if column not in known]
    meant = {
        cell: close[0]
        for cell in named[:_MOST_COLUMNS]
        if cell and cell not in known and (close := get_close_matches(cell, absent, 1, _ALIKE))
    }
    missing = "text" if "text" not in known else "place" if not {*_MEANINGS} & {*known} else None
    if missing:
        mistyped = [f": did you mean it by {shown(cell)}?" for cell, column in meant.items() if column == missing]
        advice = next(iter(mistyped), f"; the first row names the columns: {', '.join(COLUMNS)}")
        raise OptionError(f'{name}: the column "{missing}" is missing{advice}')
    for cell, column in meant.items():
        told = f"{name}: the column {shown(cell)} is ignored; did you mean {column!r}?"
        warnings.warn(told, PlacelinesWarning, stacklevel=2)
    return {column: named.index(column) for column in known}
