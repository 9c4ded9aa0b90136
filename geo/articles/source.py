"""Where bytes come from: a file, standard input, a member of an archive, an address; and how opening one can fail."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from ..errors import InputError, PlacelinesError

if TYPE_CHECKING:
    from .packed import Budget

STDIN = "-"
"""The path that stands for standard input."""

MAX_BYTES = 16 * 2**20
"""Largest article, in bytes: three times the longest novel. What is larger is no article, and could fill the memory."""

PACKED_SUFFIXES = (".gz", ".bz2", ".xz")
"""Suffixes of packed files, behind that of what is in them."""

HEAD = 4096
"""Bytes that the format of a file is told from."""

Opener: TypeAlias = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens something for reading bytes."""


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to read, not opened yet."""

    path: Path | None
    """The file; None for what is none."""
    name: str
    """What messages call it: the path as given, "standard input", or with its archive as in ``news.zip/a.txt``."""
    inside: str | None = None
    """The path of a file in the folder, or of a member in the archive, that was given; its id follows from it."""
    opener: Opener | None = None
    """How to open what is neither a file nor standard input."""
    budget: Budget | None = None
    """What the packed file or archive that it lies in may still give; None where it lies in none."""

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Source:
        """Return the source that a path of the command line names."""
        given = os.fspath(path)
        return cls(None, "standard input") if given == STDIN else cls(Path(given), given)

    @classmethod
    def of_bytes(cls, data: bytes, name: str) -> Source:
        """Return bytes that are at hand already as a source; the path in their name tells their format."""
        return cls(None, name, name, lambda: nullcontext(io.BytesIO(data)))

    @property
    def is_stdin(self) -> bool:
        """Whether it is standard input."""
        return self.path is None and self.opener is None

    @property
    def is_regular(self) -> bool:
        """Whether it is a file that can be read again, and has a size."""
        try:
            return self.path is not None and stat.S_ISREG(self.path.stat().st_mode)
        except (OSError, ValueError):
            return False

    @property
    def file_name(self) -> str | None:
        """The file's name without folders, bytes that are not UTF-8 as U+FFFD; None for standard input."""
        named = self.inside or (None if self.path is None else self.path.name)
        return None if named is None else _shown(PurePosixPath(named).name or named)

    @property
    def stem(self) -> str:
        """What its articles are called: its path inside what was given, without suffix; "stdin" for standard input."""
        named = self.inside or (None if self.path is None else self.path.name)
        if named is None:
            return "stdin"
        path = PurePosixPath(named)
        if path.suffix.lower() in PACKED_SUFFIXES:
            path = path.with_suffix("")
        return _shown(str(path.with_suffix("")) if path.name else named)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open for reading bytes.

        Raises
        ------
        InputError
            If it cannot be opened or read, here or inside the ``with`` block, with the reason in words.
        """
        if self.is_stdin and sys.stdin is None:
            raise InputError(f"{self.name}: it is closed; give a file, or pipe the article in", source=self.name)
        try:
            if self.opener is not None:
                with self.opener() as stream:
                    yield stream
            elif self.path is None:
                yield sys.stdin.buffer
            else:
                with self.path.open("rb") as stream:
                    yield stream
        except PlacelinesError:
            raise
        except (OSError, ValueError) as error:
            raise InputError(f"{self.name}: {_reason(error)}", source=self.name) from error

    def article(self) -> bytes:
        """Return all of it, as one article; InputError as for `open`, or if it is larger than `MAX_BYTES`."""
        with self.open() as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise too_large(self.name)
        return data

    def looked_into(self) -> tuple[bytes, Source]:
        """Return its first bytes, and a source of all of them: a pipe can be read once only."""
        if self.is_regular or self.opener is not None:
            with self.open() as stream:
                return stream.read(HEAD), self
        opened = self.open()
        stream = opened.__enter__()
        try:
            head = stream.read(HEAD)
        except OSError as error:
            raise InputError(f"{self.name}: {_reason(error)}", source=self.name) from error

        @contextmanager
        def rest() -> Iterator[BinaryIO]:
            try:
                yield io.BufferedReader(_Rejoined(head, stream), 1 << 16)
            finally:
                opened.__exit__(None, None, None)

        return head, replace(self, opener=rest)


class _Rejoined(io.RawIOBase):
    """Reads what was looked at, then the rest of a stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any buffer
        # One piece a call, so that rows are read as they come through a pipe.
        read = getattr(self._stream, "read1", self._stream.read)
        data, self._head = (self._head[: len(buffer)], self._head[len(buffer) :]) if self._head else (b"", b"")
        data = data or read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _reason(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case IsADirectoryError():
            return "it is a folder; give the files in it"
        case PermissionError():
            return "there is no permission to read it"
        case OSError():
            return f"it cannot be read ({error.strerror or error})"
        case _:  # a NUL in a path
            return f"it cannot be read ({error})"


def too_large(name: str) -> InputError:
    """Return the error of an article of more than `MAX_BYTES`."""
    return InputError(f"{name}: it is larger than {MAX_BYTES >> 20} MiB; give one article a file", source=name)
