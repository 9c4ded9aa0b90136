"""Parquet: one article a row, read in batches."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from ..errors import InputError, ResourceError
from ..model import Document
from .packed import seekable
from .rows import Row, RowReader
from .source import MAX_BYTES, Source

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_BATCH = 256
"""Rows in memory at a time."""


def read_parquet(source: Source, reader: RowReader) -> Iterator[Document | InputError]:
    """Read the rows of a file a few at a time; what cannot be read is yielded as its error.

    Parameters
    ----------
    source
        The file.
    reader
        Makes documents of them.

    Raises
    ------
    OptionError
        If the user named a column that is not there.
    ResourceError
        If pyarrow is missing.
    """
    return reader.documents(source, _rows(source, reader))


def _rows(source: Source, reader: RowReader) -> Iterator[Row]:
    with seekable(source) as stream:
        table = _opened(stream, source.name)
        reader.check_header(source.name, table.schema_arrow.names)
        wanted = [name for name in table.schema_arrow.names if name in reader.columns.all]
        number = 0
        for columns in _batches(table, wanted, source.name):
            for values in zip(*columns, strict=True):
                number += 1
                yield number, number, _record(wanted, values, f"{source.name}:{number}")
        if not number:
            raise InputError(f"{source.name}: there are no rows in it", source=source.name)


def _opened(stream: BinaryIO, name: str) -> ParquetFile:
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        message = "reading Parquet needs pyarrow: run \"python -m pip install 'placelines[corpora]'\""
        raise ResourceError(message) from error
    try:
        return ParquetFile(stream)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{name}: it is no Parquet file, or damaged ({_first_line(error)})", source=name) from error


def _batches(table: ParquetFile, wanted: list[str], name: str) -> Iterator[list[list[Any]]]:
    """Yield the values of a few rows, column by column."""
    import pyarrow as pa

    batches = table.iter_batches(_BATCH, columns=wanted, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{name}: it is damaged ({_first_line(error)})", source=name) from error
        if batch is None:
            return
        yield [_values(column) for column in batch.columns]


def _values(column: Any) -> list[Any]:  # noqa: ANN401 (pyarrow has no types)
    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:  # nothing checks what is written as text
        return [
            None if value is None else value.decode("utf-8", "replace") for value in column.cast("binary").to_pylist()
        ]
    return values


def _record(names: list[str], values: tuple[object, ...], where: str) -> dict[str, object] | InputError:
    if any(isinstance(value, str) and len(value) > MAX_BYTES for value in values):
        return InputError(f"{where}: the row is longer than {MAX_BYTES >> 20} MiB; give one article a row")
    return {name: _plain(value) for name, value in zip(names, values, strict=True)}


def _plain(value: object) -> object:
    """Return a value as JSON would hold it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, datetime.date) else value


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
