"""The names of the files that corrections come in."""

from __future__ import annotations

import os
from os.path import realpath
from pathlib import Path, PureWindowsPath

from ..errors import OptionError

_UNSAFE = frozenset(":\0")  # "C:", "http:", "file.csv:stream", and the end of a name in C


def name_of(path: Path) -> str:
    """Return the name of a file without folders, bytes that are not UTF-8 as U+FFFD."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def beside(path: Path, name: str, where: str) -> Path:
    """Return the file that a cell of another names, which lies in the same folder or below.

    Whoever sends a file of corrections must not make this machine read others.

    Parameters
    ----------
    path
        The file with the cell.
    name
        What the cell says: a path from the folder of that file, with slashes of either sort.
    where
        The cell, for messages.

    Raises
    ------
    OptionError
        If it leads, or may lead on some system, elsewhere.
    """
    told = PureWindowsPath(name)  # which knows all that separates parts anywhere
    if not told.anchor and ".." not in told.parts and _UNSAFE.isdisjoint(name):
        found = path.parent.joinpath(*told.parts)
        # Unlike `Path.resolve`, this takes links in a circle as they are, in every version of Python.
        if Path(realpath(found)).is_relative_to(realpath(path.parent)):
            return found
    raise OptionError(
        f"{where}: {name!r:.80} is not beside {name_of(path)}; put the file there and give its name, as in m4.geojson"
    )
