"""JSON Lines: one record ``{"id", "title", "source", "date", "text", "toponyms": [{"start", "end"}]}`` a line.

``start`` and ``end`` count code points of the record's text exactly as given. Other keys are ignored.
"""

from __future__ import annotations

import codecs
import datetime
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from ..dates import day_of
from ..errors import InputError, TextWarning
from ..model import Document
from .source import MAX_BYTES, Source
from .text import REPLACED, clean, count_replaced, mend_surrogates, refuse_other_formats

NO_DAY = 'a "date" that is no ISO 8601 date, as in 2020-03-05, was left out'
"""What a warning says of dates that cannot be read."""

MOST_UNUSABLE = 20
"""A file whose first so many rows are all unusable is another kind of file, and refused as a whole."""


class _Cleaner:
    """Cleans texts, counting the characters that it replaced."""

    count = 0

    def __call__(self, text: str) -> str:
        cleaned = clean(text)
        self.count += count_replaced(text, cleaned)
        return cleaned


class _DayReader:
    """Reads days, counting what is none."""

    count = 0

    def __call__(self, value: object) -> datetime.date | None:
        day = day_of(value)
        self.count += day is None and value is not None
        return day


def read_records(source: Source, taken: set[str]) -> Iterator[Document | InputError]:
    """Read the records of a file one at a time; what cannot be read is yielded as its error.

    Parameters
    ----------
    source
        The file.
    taken
        Ids that are in use already; those of the records are added.

    Warns
    -----
    TextWarning
        At the end of the file, if characters had to be replaced in it, or dates left out.
    """
    return _unless_all_unusable(source.name, _read_rows(source, taken))


def from_record(
    record: object,
    *,
    where: str,
    file_name: str | None = None,
    clean: Callable[[str], str] = clean,
    day: Callable[[object], datetime.date | None] = day_of,
) -> Document:
    """Turn one parsed record into a document.

    Parameters
    ----------
    record
        Anything that JSON can hold. ``id`` (text or number) and ``text`` are needed; ``title`` and ``source`` may be
        missing or null, and so may ``date``; ``toponyms``, where there, become `Document.given_spans`, sorted and
        without repetition.
    where
        What messages call it: ``file:line``.
    file_name
        For `Document.file_name`.
    clean
        Applied to each text: makes it printable without moving an offset.
    day
        Applied to ``date``: the day that it names, None when it is none, which is no error.

    Raises
    ------
    InputError
        If something needed is missing, or of another type or range.

    Examples
    --------
    >>> from_record({"id": 7, "text": "Rome fell.", "toponyms": [{"start": 0, "end": 4}]}, where="a:1").given_spans
    ((0, 4),)
    >>> from_record({"id": 7}, where="a:1")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: a:1: "text" is missing
    """
    if not isinstance(record, Mapping):
        raise InputError(f"{where}: the row is not a JSON object")
    text = _text(record, "text", where, clean)
    if text is None or not text.strip():
        raise InputError(f'{where}: "text" is {"missing" if text is None else "empty"}')
    return Document(
        id=_id(record, where),
        text=text,
        title=_text(record, "title", where, clean),
        source=_text(record, "source", where, clean),
        file_name=file_name,
        given_spans=_spans(record, len(text), where),
        date=day(record.get("date")),
    )


def _rows(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the rows that are not blank with their line numbers; of a longer row just over `MAX_BYTES` bytes."""
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        row = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        while len(line) > MAX_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES + 1)
        if row := row.rstrip():
            yield number, row


def _read_rows(source: Source, taken: set[str]) -> Iterator[Document | InputError]:
    cleaner, day_reader, is_empty = _Cleaner(), _DayReader(), True
    first_cleaned = first_without_day = 0
    try:
        with source.open() as stream:
            for number, row in _rows(stream):
                if number == 1:
                    refuse_other_formats(row, source.name)
                is_empty = False
                yield _read_row(row, f"{source.name}:{number}", source.file_name, taken, cleaner, day_reader)
                first_cleaned = first_cleaned or (number if cleaner.count else 0)
                first_without_day = first_without_day or (number if day_reader.count else 0)
    except InputError as error:
        yield error
    else:
        if is_empty:
            yield InputError(f"{source.name}: it is empty; give one record a line")
    for what, count, first in (
        (REPLACED, cleaner.count, first_cleaned),
        (NO_DAY, day_reader.count, first_without_day),
    ):
        if count:
            warnings.warn(f"{source.name}: {what} (count {count}, first in line {first})", TextWarning, stacklevel=2)


def _unless_all_unusable(name: str, rows: Iterator[Document | InputError]) -> Iterator[Document | InputError]:
    """Pass rows on, but one error instead of them when none of the first `MOST_UNUSABLE` is a record."""
    held: list[InputError] = []
    for row in rows:
        if isinstance(row, Document):
            yield from held
            yield row
            yield from rows
            return
        held.append(row)
        if len(held) == MOST_UNUSABLE:
            reason = str(held[0]).removeprefix(f"{name}:").partition(": ")[2]
            yield InputError(f"{name}: none of its first {len(held)} rows is a record ({reason}); give one a line")
            return
    yield from held


def _read_row(
    row: bytes, where: str, file_name: str | None, taken: set[str], cleaner: _Cleaner, day_reader: _DayReader
) -> Document | InputError:
    try:
        document = from_record(_parse(row, where), where=where, file_name=file_name, clean=cleaner, day=day_reader)
    except InputError as error:
        return error
    if document.id in taken:
        return InputError(f"{where}: the id {document.id!r:.80} was used before; give every record its own")
    taken.add(document.id)
    return document


def _parse(row: bytes, where: str) -> object:
    if len(row) > MAX_BYTES:
        raise InputError(f"{where}: the row is longer than {MAX_BYTES >> 20} MiB; give one article a row")
    try:
        return json.loads(row.decode("utf-8"), object_pairs_hook=_without_repetition)
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: the row is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{where}: the row is not JSON ({error.msg}, column {error.colno})") from error
    except RecursionError as error:
        raise InputError(f"{where}: the row is nested too deeply") from error
    except ValueError as error:  # a key twice, or an integer with more digits than Python converts (4,300)
        raise InputError(f"{where}: the row is not usable JSON ({str(error).partition(';')[0]})") from error


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key appears twice")
    return record


def _id(record: Mapping[str, object], where: str) -> str:
    value = record.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise InputError(f'{where}: "id" is {"missing" if value is None else "not a text or number"}')
    return mend_surrogates(str(value))


def _text(record: Mapping[str, object], key: str, where: str, clean: Callable[[str], str]) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        return clean(value)
    raise InputError(f'{where}: "{key}" is not a text')


def _spans(record: Mapping[str, object], length: int, where: str) -> tuple[tuple[int, int], ...] | None:
    toponyms = record.get("toponyms")
    if toponyms is None:
        return None
    if not isinstance(toponyms, list):
        raise InputError(f'{where}: "toponyms" is not a list')
    return tuple(sorted({_span(toponym, length, where) for toponym in toponyms}))


def _span(toponym: object, length: int, where: str) -> tuple[int, int]:
    match toponym:
        case {"start": int(start), "end": int(end)} if 0 <= start < end <= length:
            return int(start), int(end)
        case _:
            raise InputError(f"{where}: a toponym needs 0 <= start < end <= {length}, not {toponym!r:.80}")
