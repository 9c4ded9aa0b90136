"""Parquet: one article a row, read in batches."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from ..errors import InputError, ResourceError
from .packed import seekable
from .rows import Row, RowReader
from .source import MAX_BYTES, Source

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Scalar
    from pyarrow.parquet import FileMetaData, ParquetFile

_MOST_ROWS = 16
"""Rows in memory at a time, so that they take 256 MiB if each is as long as a row may be; more are no faster."""
_BUFFER = 1 << 20
"""Bytes of a column that are read at a time."""


def parquet_rows(source: Source, reader: RowReader, _encoding: str | None) -> Iterator[Row]:
    """Yield the rows of a file, of which a few are read at a time.

    Parameters
    ----------
    source
        The file.
    reader
        Knows which columns there have to be.

    Raises
    ------
    InputError
        If the file cannot be read, or not to its end.
    OptionError
        If the user named a column that is not there.
    ResourceError
        If pyarrow is missing.
    """
    with seekable(source) as stream:
        table = _opened(stream, source.name)
        reader.check_header(source.name, table.schema_arrow.names)
        wanted = [name for name in table.schema_arrow.names if name in reader.columns.all]
        number = 0
        for batch in _batches(table, wanted, source.name):
            for row in range(batch.num_rows):
                number += 1
                yield number, number, _record(batch, row, f"{source.name}:{number}")
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
        return ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFER)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{name}: it is no Parquet file, or damaged ({_first_line(error)})", source=name) from error


def _batches(table: ParquetFile, wanted: list[str], name: str) -> Iterator[RecordBatch]:
    """Yield a few rows at a time."""
    import pyarrow as pa

    batches = table.iter_batches(_rows_at_a_time(table.metadata), columns=wanted, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{name}: it is damaged ({_first_line(error)})", source=name) from error
        if batch is None:
            return
        yield batch


def _rows_at_a_time(metadata: FileMetaData) -> int:
    """Return how many rows fit into memory if each holds all that is in its group, as a value in a dictionary may."""
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    largest = max((group.total_byte_size for group in groups), default=0)
    return max(1, min(_MOST_ROWS, _MOST_ROWS * MAX_BYTES // max(1, largest)))


def _record(batch: RecordBatch, row: int, where: str) -> dict[str, object] | InputError:
    import pyarrow as pa

    try:
        return {name: _plain(column[row]) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
    except (pa.ArrowException, ValueError, OverflowError) as error:  # a day in the year 30000, say
        return InputError(f"{where}: the row cannot be read ({_first_line(error)})")


def _plain(scalar: Scalar) -> object:
    """Return a value as JSON would hold it."""
    try:
        value = scalar.as_py()
    except UnicodeDecodeError:  # nothing checks what is written as text
        value = scalar.cast("binary").as_py()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, datetime.date) else value


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
