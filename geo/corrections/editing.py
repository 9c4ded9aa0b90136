"""A file of corrections as it is edited: what stands in it stays as it is, letter for letter, but for the rows decided.

Nothing is read or written here: bytes become a table, a table becomes bytes.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from . import Key, spelling
from .table import COLUMNS, delimiter_of, text_of


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row below the header."""

    raw: str
    """It as written, without the line's end."""
    cells: tuple[str, ...]
    """Its cells; none of an empty line."""


@dataclass(frozen=True, slots=True)
class Sheet:
    r"""The rows of a file of corrections, and how they are written. A new one has all columns and no row.

    Examples
    --------
    >>> table = Sheet.read("text;place;my own\nM4;road:GB-M4;x\n".encode())
    >>> decided = {"text": "Hama", "place": "not a place", "author": "N. N."}
    >>> table.put(decided).content.decode().split("\n")
    ['text;place;my own;author', 'M4;road:GB-M4;x;', 'Hama;not a place;;N. N.', '']
    """

    header: SheetRow = SheetRow(",".join(COLUMNS), COLUMNS)
    """The first row."""
    rows: tuple[SheetRow, ...] = ()
    """The others, empty lines among them."""
    delimiter: str = ","
    """What stands between cells."""
    line_end: str = "\r\n"
    """What ends a line that is added."""
    encoding: str = "utf-8"
    """What the file is written in, with the mark of byte order that it had."""

    @classmethod
    def read(cls, data: bytes) -> Sheet:
        """Return the rows of a file that `geo.corrections.reading.read_corrections` takes."""
        text = text_of(data, "corrections")
        first = StringIO(text, newline="").readline()
        delimiter = delimiter_of(first)
        header, *rows = _records(text, delimiter)
        line_end = first[len(first.rstrip("\r\n")) :] or "\n"
        mark = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
        is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return cls(header, tuple(rows), delimiter, line_end, "utf-16" if is_wide else mark)

    @property
    def content(self) -> bytes:
        """The file."""
        lines = [self.header.raw, *(row.raw for row in self.rows)]
        text = "".join(f"{line}{self.line_end}" for line in lines)
        return text.encode(self.encoding, "backslashreplace")

    def of(self, keys: Collection[Key]) -> tuple[SheetRow, ...]:
        """Return the rows about some things, in their order."""
        return tuple(row for row in self.rows if self._key(row) in keys)

    def put(self, cells: Mapping[str, str], *, instead_of: Collection[Key] = ()) -> Sheet:
        """Return the table with a row, in the place of those that are about the same, else as the last.

        Parameters
        ----------
        cells
            By column; columns that are not there yet are added for what is not empty.
        instead_of
            What other rows that go are about.
        """
        grown = self._with_columns([column for column, cell in cells.items() if cell])
        named = {name.strip().casefold(): at for at, name in enumerate(grown.header.cells)}
        row = [""] * len(grown.header.cells)
        for column, cell in cells.items():
            if cell:
                row[named[column]] = cell
        return grown.restore({key_of(cells), *instead_of}, [grown._row(row)])

    def restore(self, keys: Collection[Key], rows: Sequence[SheetRow]) -> Sheet:
        """Return the table with rows in the place of those about something; those may be of it before it had columns.

        Parameters
        ----------
        keys
            What the rows that go are about.
        rows
            The rows that come, none to take the others away.
        """
        coming = [self._padded(row, len(self.header.cells)) for row in rows]
        at = next((at for at, row in enumerate(self.rows) if self._key(row) in keys), len(self.rows))
        before, after = self.rows[:at], [row for row in self.rows[at:] if self._key(row) not in keys]
        return replace(self, rows=(*before, *coming, *after))

    def _with_columns(self, wanted: Iterable[str]) -> Sheet:
        there = {name.strip().casefold() for name in self.header.cells}
        missing = [column for column in COLUMNS if column in set(wanted) - there]
        if not missing:
            return self
        raw = self.delimiter.join([self.header.raw, *missing])
        cells = (*self.header.cells, *missing)
        rows = (self._padded(row, len(cells)) if row.cells else row for row in self.rows)
        return replace(self, header=SheetRow(raw, cells), rows=tuple(rows))

    def _padded(self, row: SheetRow, width: int) -> SheetRow:
        count = max(0, width - len(row.cells))
        return SheetRow(row.raw + self.delimiter * count, (*row.cells, *[""] * count))

    def _row(self, cells: Sequence[str]) -> SheetRow:
        stream = StringIO()
        # Both characters that end lines are quoted only when both are in the writer's own.
        csv.writer(stream, delimiter=self.delimiter, lineterminator="\r\n").writerow(cells)
        return SheetRow(stream.getvalue().removesuffix("\r\n"), tuple(cells))

    def _key(self, row: SheetRow) -> Key | None:
        """Return what a row is about; None for an empty line."""
        if not any(map(str.strip, row.cells)):
            return None
        named = [name.strip().casefold() for name in self.header.cells]
        return key_of(dict(zip(named, row.cells, strict=False)))


def key_of(cells: Mapping[str, str]) -> Key:
    """Return what a row is about by its cells, as `geo.corrections.Row.key` does."""
    context = spelling(cells.get("context", ""))
    return cells.get("article") or None, context or None, spelling(cells.get("text", ""))


def _records(text: str, delimiter: str) -> Iterator[SheetRow]:
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in StringIO(text, newline=""):
            taken.append(line)
            yield line

    for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
        yield SheetRow("".join(taken).rstrip("\r\n"), tuple(cells))
        taken.clear()
