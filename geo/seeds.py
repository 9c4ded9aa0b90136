"""The hand-kept tables that the builds read: text under review, one row a fact.

In a checkout they lie in ``seeds/``; a wheel carries them inside the package, as ``geo/_seeds/``.
"""

from __future__ import annotations

import csv
from pathlib import Path

from .errors import ResourceError

_FOLDERS = (Path(__file__).parent / "_seeds", Path(__file__).parent.parent / "seeds")


def seed_path(name: str) -> Path:
    """Return the path of a seed file.

    Parameters
    ----------
    name
        Name of a file of ``seeds/``, without folders.

    Raises
    ------
    ResourceError
        If this installation has no such file.
    """
    for folder in _FOLDERS:
        path = folder / name
        if path.is_file():
            return path
    raise ResourceError(
        f"the seed table {name!r} is missing: reinstall placelines, or restore seeds/{name} in a checkout"
    )


def read_table(name: str) -> list[dict[str, str]]:
    """Read a seed table as one dictionary a row, cells stripped.

    Parameters
    ----------
    name
        Name of a CSV file of ``seeds/``: UTF-8, a header row, no comments.

    Raises
    ------
    ResourceError
        If the table is missing, or a row has more or fewer cells than the header.
    """
    path = seed_path(name)
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        rows = []
        for row in reader:
            # The csv module files surplus cells under None, and fills missing ones with None.
            if None in row or None in row.values():
                cells = len(reader.fieldnames or ())
                raise ResourceError(
                    f"{name}, line {reader.line_num}: the row does not have {cells} cells: {row!r:.200}"
                )
            rows.append({column: cell.strip() for column, cell in row.items()})
    return rows
