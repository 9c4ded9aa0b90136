"""Comma-separated values and their relatives (RFC 4180): a header, then one article a row.

The delimiter is told from the header. A row that cannot be read costs itself alone: when a quote is not closed, reading
goes on in the line behind the one with the quote. A file in which that happens all the time is given up.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import InputError
from .columns import Columns
from .encoding import LineDecoder, opened_as_utf8
from .other_formats import refuse_other_formats
from .rows import Row, RowReader
from .source import HEAD, MAX_BYTES, Source

DELIMITERS = ",;\t|"
"""What may stand between fields."""

_SAID = re.compile(f'"?sep=([{DELIMITERS}])"?', re.IGNORECASE)
"""What Excel reads, and some write, above the header."""

MOST_FIELD = 2**20
"""Longest field, in characters: an unclosed quote makes a field of everything behind it."""
_MOST_AGAIN, _FREE_AGAIN = 8, 16 * MOST_FIELD
"""How many times more characters may be read again than were read, and how many anyway."""


def table_rows(source: Source, reader: RowReader, encoding: str | None) -> Iterator[Row]:
    """Yield the rows of a file one at a time.

    Parameters
    ----------
    source
        The file.
    reader
        Knows which columns there have to be.
    encoding
        Its encoding; None to find out.

    Raises
    ------
    InputError
        If the file cannot be read, or not to its end.
    OptionError
        If the user named a column that is not there.

    Warns
    -----
    TextWarning
        If the encoding had to be guessed, or bytes do not belong to the one that was said.
    """
    decode = LineDecoder(source.name, is_said=encoding is not None)
    with opened_as_utf8(source, encoding) as stream:
        head = stream.peek(HEAD)[:HEAD]
        refuse_other_formats(head, source.name)
        is_old = b"\r" in head and b"\n" not in head
        lines = _Lines(io.BufferedReader(_LineEnds(stream)) if is_old else stream, decode)
        table = _Table(lines, source.name, reader.columns)
        reader.check_header(source.name, table.header)
        number = 0
        for line, record in table.records():
            number += 1
            yield line, number, record
        if not number:
            raise InputError(f"{source.name}: there are no rows below its header", source=source.name)
    decode.tell()


class _LineEnds(io.RawIOBase):
    """Reads a stream with the line ends of Unix in place of those of the old Macintosh, which Excel still writes."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any buffer
        data = self._stream.read1(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(data)] = data
        return len(data)


class _Lines:
    """Hands lines to `csv.reader`, and takes back those that it should not have taken."""

    def __init__(self, stream: io.BufferedReader, decode: LineDecoder) -> None:
        self._stream, self._decode = stream, decode
        self._ahead: deque[str] = deque()
        self._read_once = self._read_again = self._length = 0
        self.number = 0
        """Number of the line that was handed out last."""
        self.of_row: list[str] = []
        """Lines that were handed out since `begin`."""

    def begin(self) -> None:
        self.of_row.clear()
        self._length = 0

    def give_back(self, count: int) -> None:
        """Take back the last lines that were handed out."""
        if count:
            again = self.of_row[-count:]
            self._ahead.extendleft(reversed(again))
            self._read_again += sum(map(len, again))
            self.number -= count

    @property
    def is_going_round(self) -> bool:
        """Whether so much was read again that reading may not come to an end."""
        return self._read_again > _FREE_AGAIN + _MOST_AGAIN * self._read_once

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else self._read()
        self.number += 1
        self.of_row.append(line)
        self._length += len(line)
        if self._length > MAX_BYTES:
            raise _LongRowError(f"the row is longer than {MAX_BYTES >> 20} MiB")
        return line

    def _read(self) -> str:
        line = self._stream.readline(MAX_BYTES + 1)
        if not line:
            raise StopIteration
        rest = line
        while len(rest) > MAX_BYTES and not rest.endswith(b"\n"):
            rest = self._stream.readline(MAX_BYTES + 1)
        text = self._decode(line, self._stream)
        self._read_once += len(text)
        return text if self.number else text.removeprefix("\ufeff")


class _Table:
    """A header and the rows below it."""

    def __init__(self, lines: _Lines, name: str, columns: Columns) -> None:
        self._lines, self._name = lines, name
        first = _header(lines, name)
        said = _SAID.fullmatch(first.strip())
        first = _header(lines, name) if said else first
        self._delimiter = said[1] if said else max(DELIMITERS, key=lambda delimiter: _fit(first, delimiter, columns))
        self.header = [field.strip() for field in _fields(first, self._delimiter)]

    def records(self) -> Iterator[tuple[int, dict[str, str] | InputError]]:
        """Yield the line and the record of each row, or the error in its place."""
        lines, width = self._lines, len(self.header)
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        while True:
            lines.begin()
            start = lines.number + 1
            problem = None
            try:
                with _long_fields():
                    fields = next(reader)
            except StopIteration:
                return
            except (csv.Error, _LongRowError) as error:
                fields, problem = [], str(error)
            if not (fields or problem):
                continue
            if len(fields) != width:
                count = len(lines.of_row)
                if problem and count == 1:
                    fields = _fields(lines.of_row[0], self._delimiter)  # quotes inside a field, as 5" pipes have them
                lines.give_back(count - 1)
                if lines.is_going_round:
                    raise self._lost(start)
                reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
                if len(fields) != width or _is_open(problem):
                    yield start, self._error(start, problem, len(fields))
                    continue
            yield start, {name: field for name, field in zip(self.header, fields, strict=True) if field}

    def _error(self, line: int, problem: str | None, count: int) -> InputError:
        if problem and "field limit" in problem:
            within = f"{MOST_FIELD >> 20} MiB"
            is_one = len(self._lines.of_row) == 1
            what = f"a field is longer than {within}" if is_one else f'a quote (") is not closed within {within}'
        elif problem and "unexpected end" in problem:
            what = 'a quote (") is not closed'
        elif problem and _is_open(problem):
            what = f'{problem}; give one article a row, and close its quotes (")'
        elif problem:
            what = f"the row cannot be read ({problem})"
        else:
            what = f"the row has {count} field{'' if count == 1 else 's'}, the header {len(self.header)}"
        return InputError(f"{self._name}:{line}: {what}")

    def _lost(self, line: int) -> InputError:
        what = f'quotes (") are left open in so many rows that reading ends in line {line}'
        return InputError(f'{self._name}: {what}; close them, and double ("") those in a field', source=self._name)


class _LongRowError(Exception):
    """A row has more than `MAX_BYTES` characters."""


def _header(lines: _Lines, name: str) -> str:
    """Return the first line that is not blank."""
    line = ""
    while not line.strip():
        lines.begin()
        try:
            line = next(lines)
        except StopIteration:
            message = f"{name}: it is empty; give a header and one article a row"
            raise InputError(message, source=name) from None
        except _LongRowError:
            break
    if len(line) > MOST_FIELD or not line.strip():
        raise InputError(f"{name}: its first line is too long for a header", source=name)
    return line


def _is_open(problem: str | None) -> bool:
    """Return whether the end of the file, or a limit, was met before the end of a row."""
    return problem is not None and any(sign in problem for sign in ("unexpected end", "field limit", "longer than"))


def _fit(header: str, delimiter: str, columns: Columns) -> tuple[bool, int]:
    fields = [field.strip() for field in _fields(header, delimiter)]
    return columns.text in fields, len(fields)


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        with _long_fields():
            return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return []


@contextmanager
def _long_fields() -> Iterator[None]:
    """Have `csv` take fields as long as a long read; its limit, usually 131,072, is one of the whole process."""
    usual = csv.field_size_limit(MOST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(usual)
