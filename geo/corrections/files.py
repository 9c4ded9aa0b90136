"""The bytes of the files that corrections come in."""

from __future__ import annotations

import os
import stat
from os.path import realpath
from pathlib import Path, PureWindowsPath

from ..errors import OptionError

MAX_BYTES = 16 * 2**20
"""Largest file, in bytes: some hundred thousand rows, or points of a course."""

_UNSAFE = frozenset(":\0")  # "C:", "http:", "file.csv:stream", and the end of a name in C


def content_of(path: Path, told_as: str | None = None) -> bytes:
    """Return the bytes of a file.

    Parameters
    ----------
    path
        The file.
    told_as
        What messages call it; None for the path.

    Raises
    ------
    OptionError
        If it cannot be read, is no file, or is larger than `MAX_BYTES`.
    """
    name = str(path) if told_as is None else told_as
    try:
        # Not opened before that is known: a pipe that nobody writes to would never open.
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise OptionError(f"{name}: it is a folder; give the file")
        if not stat.S_ISREG(mode):
            raise OptionError(f"{name}: it is no file but a pipe or device; save what comes from it, and give that")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, OptionError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise OptionError(f"{name}: it cannot be read ({reason})") from error
    if len(data) > MAX_BYTES:
        raise OptionError(f"{name}: it is larger than {MAX_BYTES >> 20} MiB; leave out what is not needed")
    return data


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
