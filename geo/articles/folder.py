"""Folders: the files in them, and in their folders, in an order that depends on their names alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError
from .kinds import NO_ARTICLES
from .source import Source

_OURS = ".placelines"
"""The folder that ``placelines batch`` keeps its state in."""
_PAGE, _BESIDE_PAGE = "map.html", frozenset({"places.geojson", "atlas.gpkg", "atlas.json"})
_SPECIAL = {
    stat.S_IFSOCK: "a socket",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def files(folder: Path, name: str) -> Iterator[Source | InputError]:
    """Yield the files of a folder and of those in it, sorted by the bytes of their names.

    Hidden files, pictures and the like, and folders that ``placelines`` wrote are left out.

    Parameters
    ----------
    folder
        The folder.
    name
        What messages call it.

    Yields
    ------
    Source | InputError
        The error in place of what cannot be read: a folder without permission, one that links lead to a second time, a
        socket, pipe or device; and when there are no files at all.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [""]
    is_empty = True
    while waiting:
        inside = waiting.pop()
        path = folder / inside
        called = str(Path(name, inside)) if inside else name
        try:
            found = path.stat()
            if stat.S_ISREG(found.st_mode):
                if path.suffix.lower() not in NO_ARTICLES:
                    is_empty = False
                    yield Source(path, called, inside)
                continue
            names = _names(path, called, found, seen)
        except (InputError, OSError) as error:
            is_empty = False
            yield error if isinstance(error, InputError) else _unreadable(called, error)
        else:
            waiting += [str(Path(inside, one)) for one in sorted(names, key=os.fsencode, reverse=True)]
    if is_empty:
        yield InputError(f"{name}: there are no articles in this folder", source=name)


def _names(folder: Path, called: str, found: os.stat_result, seen: set[tuple[int, int]]) -> set[str]:
    """Return the names of what is read of a folder, which is remembered as seen."""
    if not stat.S_ISDIR(found.st_mode):
        what = _SPECIAL.get(stat.S_IFMT(found.st_mode), "no file")
        raise InputError(f"{called}: it is {what}, no article", source=called)
    if (found.st_dev, found.st_ino) in seen:
        raise InputError(f"{called}: links lead to this folder more than once", source=called)
    seen.add((found.st_dev, found.st_ino))
    names = {entry.name for entry in folder.iterdir()}
    return set() if _is_ours(names) else {name for name in names if not is_hidden(name)}


def _unreadable(called: str, error: OSError) -> InputError:
    return InputError(f"{called}: it cannot be read ({error.strerror or error})", source=called)


def is_hidden(name: str) -> bool:
    """Return whether a file or folder of this name is passed over.

    Examples
    --------
    >>> is_hidden(".git"), is_hidden("__MACOSX"), is_hidden("news")
    (True, True, False)
    """
    return (name.startswith(".") and name not in {".", ".."}) or name == "__MACOSX"


def _is_ours(names: set[str]) -> bool:
    return _OURS in names or (_PAGE in names and not _BESIDE_PAGE.isdisjoint(names))
