"""The bytes of a file that a user names: read whole, when it is a file and not too large."""

from __future__ import annotations

import stat
from pathlib import Path

from .errors import OptionError

MAX_BYTES = 16 * 2**20
"""Largest file unless told otherwise: some hundred thousand rows of corrections, or points of a course."""


def content_of(path: Path, told_as: str | None = None, *, most_bytes: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file.

    Parameters
    ----------
    path
        The file.
    told_as
        What messages call it; None for the path.
    most_bytes
        Size of the largest that is read, from 1 KiB.

    Raises
    ------
    OptionError
        If it cannot be read, is no file, or is larger. Its cause is the OSError, where there was one.
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
            data = stream.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, OptionError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise OptionError(f"{name}: it cannot be read ({reason})") from error
    if len(data) > most_bytes:
        size = f"{most_bytes >> 20} MiB" if most_bytes >> 20 else f"{most_bytes >> 10} KiB"
        raise OptionError(f"{name}: it is larger than {size}; leave out what is not needed")
    return data
