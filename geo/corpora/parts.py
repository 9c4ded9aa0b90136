"""Parts: the staged tables of so many documents each, as files of a folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ResourceError
from ..model import Document
from ..writers.folder import flush_folder
from ..writers.geoparquet import with_boxes
from .schema import PART_SIZE, TABLES
from .staging import Staged, Tables, staged, tables_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ..pipeline import Geoparser

_COMPRESSION = "zstd"


def part_folder(parts: Path, number: int) -> Path:
    """Return the folder of a part."""
    return parts / f"{number:05d}"


def part_folders(parts: Path) -> list[Path]:
    """Return the folders of the parts that are there, in order."""
    found = (path for path in parts.glob("*") if path.name.isdecimal())
    return sorted(found, key=lambda path: int(path.name))


def table_files(parts: Path, table: str) -> list[Path]:
    """Return the files of a table, one a part, in order.

    Raises
    ------
    ResourceError
        If that of a part is gone.
    """
    files = [folder / f"{table}.parquet" for folder in part_folders(parts)]
    for path in files:
        if not path.exists():
            raise ResourceError(f"{path}: it is gone; start anew with --overwrite")
    return files


def write_part(parts: Path, number: int, tables: Tables) -> None:
    """Write the tables of a part, all of them or none, in place of what is there.

    Raises
    ------
    OSError
        If the disk is full or refuses.
    """
    folder = part_folder(parts, number)
    staging = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for name in TABLES:
        _write(staging / f"{name}.parquet", with_boxes(tables[name]) if name == "mentions" else tables[name])
    flush_folder(staging)
    shutil.rmtree(folder, ignore_errors=True)
    staging.rename(folder)
    flush_folder(parts)


def _write(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    with path.open("wb") as stream:
        pq.write_table(table, stream, compression=_COMPRESSION)
        stream.flush()
        os.fsync(stream.fileno())


def stage(documents: Iterable[Document], parts: Path, geoparser: Geoparser) -> None:
    """Read documents one by one, and write what they say into a folder of parts."""
    pending: list[Staged] = []
    for position, atlas in enumerate(geoparser.parse_each(documents)):
        pending.append(staged(position, atlas))
        if len(pending) == PART_SIZE:
            write_part(parts, position // PART_SIZE, tables_of(pending))
            pending = []
    if pending:
        write_part(parts, pending[0].position // PART_SIZE, tables_of(pending))
