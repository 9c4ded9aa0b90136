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

_DAMAGED = (
    *(EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile),
    RuntimeError,  # of `zipfile`, for what it does not know
    OverflowError,  # of `zipfile`, where a member is said to begin behind the end of any file
)
_BUFFER = 1 << 16
_ENCRYPTED = 0x1
"""Bit of the flags of a member (APPNOTE.TXT of PKWARE, section 4.4.4)."""
_BOUNDED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How members may be packed: of what is packed by bzip2 or LZMA `zipfile` unpacks as much as comes, whatever it is
asked for (Python 3.11)."""


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
        How many bytes it has, as far as that is known.
    around
        The budget of the packed file or archive that it lies in, which pays, too; None where it lies in none.
    """

    def __init__(self, name: str, packed: int = 0, *, around: Budget | None = None) -> None:
        self.packed = packed
        """How many of its bytes were read, or there are."""
        self._name, self._around = name, around
        self._spent = 0

    def spend(self, count: int) -> None:
        """Count bytes that came out; InputError when that is too much."""
        if self._around is not None:
            self._around.spend(count)
        self._spent += count
        if self._spent <= FREE:
            return
        if self._spent > MOST_UNPACKED:
            why = f"more than {MOST_UNPACKED >> 30} GiB come out of it"
        elif self._spent > MOST_RATIO * self.packed:
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
    budget = Budget(source.name, around=source.budget)

    @contextmanager
    def opener() -> Iterator[BinaryIO]:
        head, whole = source.looked_into()
        unpack = next((unpack for magic, unpack in _OPENERS if head.startswith(magic)), None)
        if unpack is None:
            wanted = ", ".join(PACKED_SUFFIXES)
            raise InputError(f"{source.name}: its name ends as one of {wanted}, but it is none", source=source.name)
        with whole.open() as stream:
            yield _guarded(unpack(io.BufferedReader(_Counted(stream, budget), _BUFFER)), source.name, budget)

    inside = source.inside or (None if source.path is None else source.path.name)
    return replace(source, inside=inside, opener=opener, budget=budget)


def shows_packed(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a packed one."""
    return any(head.startswith(magic) for magic, _ in _OPENERS)


@contextmanager
def opened_zip(stream: BinaryIO, name: str, kind: str = "ZIP archive") -> Iterator[zipfile.ZipFile]:
    """Open a ZIP archive, or what is one inside.

    Parameters
    ----------
    stream
        Its bytes, to be read at any place.
    name, kind
        What messages call it.

    Raises
    ------
    InputError
        If it is none, or damaged.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except _DAMAGED as error:
        raise InputError(
            f"{name}: it is no {kind}, or damaged ({_reason(error)}); save it again", source=name
        ) from error
    with archive:
        yield archive


@contextmanager
def unzipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: Budget) -> Iterator[BinaryIO]:
    """Open a member of a ZIP archive for reading.

    Parameters
    ----------
    archive, member
        The archive, and which member of it.
    name
        What messages call the member.
    budget
        What the archive may still give.

    Raises
    ------
    InputError
        If the member is encrypted, damaged, or packed in a way that may take any amount of memory, here or when it is
        read, or when there is more in it than the budget allows.
    """
    if member.flag_bits & _ENCRYPTED:
        raise InputError(f"{name}: it is encrypted; unpack it first", source=name)
    if member.compress_type not in _BOUNDED:
        raise InputError(f"{name}: it is packed by something else than deflate; unpack it first", source=name)
    try:
        stream = archive.open(member)
    except _DAMAGED as error:
        raise InputError(f"{name}: it cannot be unpacked ({_reason(error)})", source=name) from error
    with stream:
        yield _guarded(stream, name, budget)


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


def _guarded(stream: IO[bytes] | io.BufferedIOBase, name: str, budget: Budget) -> BinaryIO:
    """Return a stream of what is unpacked, in which damage and bombs are told as InputError."""
    return io.BufferedReader(_Guarded(stream, name, budget), _BUFFER)


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


class _Counted(io.RawIOBase):
    """Reads a packed file, and tells its budget how much of it was read."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any buffer
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._budget.packed += len(data)
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
            raise InputError(f"{self._name}: it is damaged ({_reason(error)})", source=self._name) from error
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)
