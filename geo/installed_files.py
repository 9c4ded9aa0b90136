"""Data that a user installs: files in one folder, of which each appears whole or not at all.

What is installed has a name, and a file ``NAME.sqlite``, perhaps with others beside it. It is written as a part, under
another name, and takes its own when it is whole.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from .errors import OptionError, OutputError, PlacelinesError
from .names import name_key

DATA_VARIABLE = "PLACELINES_DATA"
"""Environment variable that names another folder of installed data."""
LONGEST_NAME = 40
"""Most characters of a name."""
LOCK_TIMEOUT_S = 5.0
"""How long to wait for another process that is installing."""

_PART = ".part"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Changes:
    """What one process changes in a folder of installed data; see `changing`.

    Parameters
    ----------
    folder
        Where the files lie.
    endings
        What the names of the files of one data set end in, the data first.
    """

    def __init__(self, folder: Path, endings: Sequence[str] = (".sqlite",)) -> None:
        self.folder = folder
        self._endings = tuple(endings)
        self._made: list[str] = []
        self._removed: list[str] = []

    def part(self, name: str, ending: str = ".sqlite") -> Path:
        """Return the path to write a file under until it is whole; whatever begins so goes in the end."""
        return self.folder / f"{name}{ending}{_PART}"

    def put(self, name: str) -> None:
        """Put the parts of this name in their place in the end."""
        for ending in self._endings:
            _sync(self.part(name, ending))
        self._made.append(name)

    def remove(self, name: str) -> None:
        """Remove the files of this name in the end."""
        self._removed.append(name)

    def commit(self) -> None:
        """Put everything in its place, a data set at a time."""
        for name in self._made:
            # In between, a killed process leaves whole data without what lies beside it, never with another's.
            for ending in self._endings[1:]:
                (self.folder / f"{name}{ending}").unlink(missing_ok=True)
            for ending in self._endings:
                self.part(name, ending).replace(self.folder / f"{name}{ending}")
        for name in self._removed:
            for ending in reversed(self._endings):
                (self.folder / f"{name}{ending}").unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what was not put in its place, by this process or by one before it that was killed."""
        for leftover in self.folder.glob(f"*{_PART}*"):
            leftover.unlink(missing_ok=True)


_Changes = TypeVar("_Changes", bound=Changes)


@contextmanager
def changing(changes: _Changes, what: str, *, lock_timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[_Changes]:
    """Let one process at a time change a folder; what it made appears at the end, or not at all.

    What a killed process left behind is cleared away first.

    Parameters
    ----------
    changes
        Takes the changes.
    what
        What the folder holds, in words: "gazetteers".
    lock_timeout_s
        How long to wait for another process.

    Raises
    ------
    OutputError
        If the folder cannot be written to, has no room, or another process is changing it.
    """
    from filelock import FileLock, Timeout

    folder = changes.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=lock_timeout_s):
            changes.clear()
            try:
                yield changes
                changes.commit()
            finally:
                changes.clear()
    except PlacelinesError:
        raise
    except Timeout as error:
        raise OutputError(
            f"another process is installing {what} in {folder}: try again when it has finished"
        ) from error
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(
            f"the folder of {what} {folder} cannot be written ({reason}); nothing in it was changed: "
            f"make room there, or set {DATA_VARIABLE} to another folder"
        ) from error


def data_folder() -> Path:
    """Return the folder of installed data: ``PLACELINES_DATA``, else one in the user's data folder."""
    if folder := os.environ.get(DATA_VARIABLE, "").strip():
        return Path(folder)
    import platformdirs

    return Path(platformdirs.user_data_dir("placelines")) / "gazetteers"


def checked_name(name: str, what: str) -> str:
    """Return a name that something installed can have, since it becomes the name of a file.

    Parameters
    ----------
    name
        The name.
    what
        What is to be called so, in words: "a list".

    Raises
    ------
    OptionError
        If it has more than `LONGEST_NAME` characters, or others than small letters, digits and hyphens.

    Examples
    --------
    >>> checked_name("syria-latest", "an import")
    'syria-latest'
    """
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise OptionError(
            f"{what} cannot be called {name!r:.60}: take up to {LONGEST_NAME} small letters, digits and hyphens"
        )
    return name


def name_from(stem: str, what: str) -> str:
    """Make a name of that of a file, without its ending; OptionError if nothing of it can be in a name.

    Examples
    --------
    >>> name_from("Syria_Latest (2)", "an import")
    'syria-latest-2'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name_key(stem)).strip("-")[:LONGEST_NAME].strip("-")
    if not slug:
        raise OptionError(f"{stem!r:.60} gives no name for {what}: give it one with --name")
    return slug


def _sync(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
