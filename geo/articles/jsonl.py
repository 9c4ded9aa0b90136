"""JSON Lines: one record ``{"id", "title", "source", "date", "text", "toponyms": [{"start", "end"}]}`` a line.

``start`` and ``end`` count code points of the record's text exactly as given. Other keys are ignored. A file of JSON
may also hold its records in one list.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from typing import BinaryIO

from ..errors import InputError
from .encoding import opened_as_utf8
from .other_formats import refuse_other_formats
from .rows import Row, RowReader, too_long
from .source import MAX_BYTES, Source

MOST_JSON = 256 * 2**20
"""Largest list of records in one JSON text, in bytes: it has to be read whole."""


def line_rows(source: Source, _reader: RowReader, encoding: str | None) -> Iterator[Row]:
    """Yield the records of a file one at a time.

    Parameters
    ----------
    source
        The file.
    encoding
        Its encoding; None for UTF-8, or what a byte order mark says.

    Raises
    ------
    InputError
        If the file cannot be read.

    Warns
    -----
    TextWarning
        If bytes do not belong to another encoding than UTF-8.
    """
    with opened_as_utf8(source, encoding) as stream:
        yield from _rows(stream, source.name)


def json_rows(source: Source, _reader: RowReader, encoding: str | None) -> Iterator[Row]:
    """Yield the records of a file of JSON, one or those in a list, or do what `line_rows` does."""
    with opened_as_utf8(source, encoding) as stream:
        data = stream.read(MOST_JSON + 1)
        if len(data) > MOST_JSON:
            message = f"{source.name}: it is larger than {MOST_JSON >> 20} MiB; give one record a line, as .jsonl"
            raise InputError(message, source=source.name)
        refuse_other_formats(data[:MAX_BYTES].removeprefix(codecs.BOM_UTF8), source.name)
        try:
            whole = json.loads(data.removeprefix(codecs.BOM_UTF8), object_pairs_hook=_without_repetition)
        except (ValueError, RecursionError):  # told better below, line by line
            whole = None
        if isinstance(whole, list):
            yield from ((number, number, record) for number, record in enumerate(whole, start=1))
        elif isinstance(whole, dict):
            yield 1, 1, whole
        else:
            yield from _rows(io.BytesIO(data), source.name)


def _rows(stream: BinaryIO, name: str) -> Iterator[Row]:
    is_empty = True
    for number, line in _lines(stream):
        if is_empty:
            refuse_other_formats(line, name)
        is_empty = False
        try:
            record: object = _parse(line, f"{name}:{number}")
        except InputError as error:
            record = error
        yield number, number, record
    if is_empty:
        raise InputError(f"{name}: it is empty; give one record a line", source=name)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank with their numbers; of a longer line just over `MAX_BYTES` bytes."""
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        row = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        while len(line) > MAX_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES + 1)
        if row := row.rstrip():
            yield number, row


def _parse(row: bytes, where: str) -> object:
    if len(row) > MAX_BYTES:
        raise too_long(where)
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
