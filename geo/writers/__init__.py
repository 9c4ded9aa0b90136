"""Writers: an atlas becomes files that other tools read. One module a format; `geo.writers.formats` lists them.

A format tells what its files hold; `geo.writers.folder` is what puts them on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..atlas import Atlas

UNKNOWN_AUTHOR = "unknown"
"""Who corrected something, where the correction does not say."""

Content: TypeAlias = Iterable[bytes] | Callable[[Path], None]
"""What a file holds: its bytes in pieces, or what writes it to a path where nothing is yet."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files. The same atlas gives the same bytes."""

    name: str
    """What ``--formats`` calls it."""
    title: str
    """What people call it."""
    suffix: str
    """How a file's name ends from which the format is told: ".gpkg"."""
    one_file: Callable[[Atlas, str], Mapping[str, Content]]
    """Make a file of the given name with all that the format can hold of an atlas, and those that belong beside it."""
    folder: Callable[[Atlas], Mapping[str, Content]]
    """Make what the format is in a folder, by names."""
    names: tuple[str, ...]
    """Those names."""
    read: Callable[[Path], Atlas] | None = None
    """Read the atlas of a file back, equal to the one that was written; None for a format that cannot hold all of it.

    Raises InputError for a file that holds none, or is damaged.
    """
    extra: str | None = None
    """The extra of placelines that it needs: "gis"; None for none."""
    modules: tuple[str, ...] = ()
    """What that extra must bring, by the names of imports."""

    @property
    def installation(self) -> str:
        """The command that installs its extra."""
        return f"python -m pip install 'placelines[{self.extra}]'"
