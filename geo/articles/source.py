"""Where bytes come from: a file or standard input, and the ways in which opening one can fail."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..errors import InputError

STDIN = "-"
"""The path that stands for standard input."""

MAX_BYTES = 16 * 2**20
"""Largest article, in bytes: three times the longest novel. What is larger is no article, and could fill the memory."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file or standard input, not opened yet."""

    path: Path | None
    """The file; None for standard input."""
    name: str
    """What messages call it: the path as given, or "standard input"."""

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Source:
        """Return the source that a path of the command line names."""
        given = os.fspath(path)
        return cls(None, "standard input") if given == STDIN else cls(Path(given), given)

    @property
    def file_name(self) -> str | None:
        """The file's name without folders, bytes that are not UTF-8 as U+FFFD; None for standard input."""
        return None if self.path is None else os.fsencode(self.path.name).decode("utf-8", "replace")

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open for reading bytes.

        Raises
        ------
        InputError
            If it cannot be opened or read, here or inside the ``with`` block, with the reason in words.
        """
        if self.path is None and sys.stdin is None:
            raise InputError(f"{self.name}: it is closed; give a file, or pipe the article in")
        try:
            if self.path is None:
                yield sys.stdin.buffer
            else:
                with self.path.open("rb") as stream:
                    yield stream
        except OSError as error:
            raise InputError(f"{self.name}: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case IsADirectoryError():
            return "it is a folder; give the files in it"
        case PermissionError():
            return "there is no permission to read it"
        case _:
            return f"it cannot be read ({error.strerror or error})"
