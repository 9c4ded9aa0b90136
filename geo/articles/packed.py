"""Packed files: what comes out of them is read as a stream, and stopped when it is a bomb."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, BinaryIO

from ..errors import InputError
from .source import PACKED_SUFFIXES, Source

MOST_UNPACKED = 64 * 2**30
"""Bytes that may come out of one packed file or archive."""
MOST_RATIO = 250
"""How many times its own size may come out of a packed file that is no small one: prose shrinks to a third or fourth,
the rows of an export to a tenth or twentieth, zeros to a thousandth (of deflate, RFC 1951) and less."""
FREE = 256 * 2**20
"""Bytes that may come out of any packed file."""
MOST_SPOOLED = 8 * 2**30
"""Bytes of a pipe that are kept in a temporary file, for formats that cannot be read from start to end."""

_DAMAGED = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, ValueError)
_BUFFER = 1 << 16


def _gzip(stream: BinaryIO) -> io.BufferedIOBase:
    return gzip.GzipFile(fileobj=stream)


_OPENERS: tuple[tuple[bytes, Callable[[BinaryIO], io.BufferedIOBase]], ...] = (
    (b"\x1f\x8b\x08", _gzip),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
"""How packed files begin, and are opened."""


class Budget:
    """How much may still come out of a packed file or archive.

    Parameters
    ----------
    name
        What messages call it.
    packed
        Returns how many of its bytes were read, or there are.
    """

    def __init__(self, name: str, packed: Callable[[], int]) -> None:
        self._name, self._packed = name, packed
        self._spent = 0

    def spend(self, count: int) -> None:
        """Count bytes that came out; InputError when that is too much."""
        self._spent += count
        if self._spent <= FREE:
            return
        if self._spent > MOST_UNPACKED:
            why = f"more than {MOST_UNPACKED >> 30} GiB come out of it"
        elif self._spent > MOST_RATIO * self._packed():
            why = f"more than {MOST_RATIO} times its size, and {FREE >> 20} MiB, come out of it"
        else:
            return
        raise InputError(f"{self._name}: {why}; if that is meant, unpack it first", source=self._name)


def is_packed(name: str) -> bool:
    """Return whether the name of a file says that it is packed.

    Examples
    --------
    >>> is_packed("news.jsonl.GZ"), is_packed("news.zip")
    (True, False)
    """
    return name.lower().endswith(PACKED_SUFFIXES)


def unpacked(source: Source) -> Source:
    """Return the source of what is in a packed file, which is told by its first bytes."""

    @contextmanager
    def opener() -> Iterator[BinaryIO]:
        head, whole = source.looked_into()
        unpack = next((unpack for magic, unpack in _OPENERS if head.startswith(magic)), None)
        if unpack is None:
            wanted = ", ".join(PACKED_SUFFIXES)
            raise InputError(f"{source.name}: its name ends as one of {wanted}, but it is none", source=source.name)
        with whole.open() as stream:
            counted = _Counted(stream)
            budget = Budget(source.name, lambda: counted.count)
            yield guarded(unpack(io.BufferedReader(counted, _BUFFER)), source.name, budget)

    inside = source.inside or (None if source.path is None else source.path.name)
    return replace(source, inside=inside, opener=opener)


def shows_packed(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a packed one."""
    return any(head.startswith(magic) for magic, _ in _OPENERS)


def guarded(stream: IO[bytes] | io.BufferedIOBase, name: str, budget: Budget) -> BinaryIO:
    """Return a stream of what is unpacked, in which damage and bombs are told as InputError."""
    return io.BufferedReader(_Guarded(stream, name, budget), _BUFFER)


@contextmanager
def seekable(source: Source) -> Iterator[BinaryIO]:
    """Open for reading at any place; what cannot be read so is copied to a temporary file first.

    Raises
    ------
    InputError
        As for `Source.open`, or if more than `MOST_SPOOLED` bytes come.
    """
    with source.open() as stream:
        if stream.seekable():
            yield stream
            return
        with tempfile.TemporaryFile() as copy:
            while data := stream.read(1 << 20):
                copy.write(data)
                if copy.tell() > MOST_SPOOLED:
                    message = f"{source.name}: it is larger than {MOST_SPOOLED >> 30} GiB; save it to a file first"
                    raise InputError(message, source=source.name)
            copy.seek(0)
            yield copy


class _Counted(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any buffer
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


class _Guarded(io.RawIOBase):
    def __init__(self, stream: IO[bytes] | io.BufferedIOBase, name: str, budget: Budget) -> None:
        self._stream, self._name, self._budget = stream, name, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any buffer
        try:
            data = self._stream.read(len(buffer))
        except InputError:
            raise
        except _DAMAGED as error:
            reason = str(error).rstrip(".") or type(error).__name__
            raise InputError(f"{self._name}: it is damaged ({reason})", source=self._name) from error
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)
