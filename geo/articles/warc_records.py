"""The records of WARC files (ISO 28500), packed or not, read one at a time.

Not warcio: version 1.8 takes damaged gzip for the end of a record, reads lines of any length, and complains on standard
error. Here what is damaged is told, and reading goes on at the next record that is whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from .packed import Budget
from .source import MAX_BYTES

MAX_BLOCK = MAX_BYTES + (1 << 16)
"""Longest block of a record that is kept: an article, and the head of the reply that it came with."""

_CHUNK = 1 << 16
_LONGEST_LINE = 1 << 16
_MOST_FIELDS = 200
_GZIP = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Record:
    """One record."""

    fields: Mapping[str, str]
    """Its own fields, names in small letters."""
    block: bytes
    """What it holds; empty in records of sorts that are passed over."""


class _DamageError(Exception):
    """The record cannot be read on; what comes next may be whole."""


def records(stream: BinaryIO, budget: Budget, wanted: frozenset[str]) -> Iterator[tuple[int, Record | str]]:
    """Yield the records of some sorts.

    Parameters
    ----------
    stream
        The file, packed by gzip or not.
    budget
        What may still come out of it.
    wanted
        Values of ``WARC-Type``; other records are passed over, but counted.

    Yields
    ------
    int
        Its number in the file, from 1.
    Record or str
        The record, or in its place why there is none.

    Raises
    ------
    InputError
        When the file is a bomb.
    """
    reader = _Reader(stream, budget)
    number, is_lost = 0, False
    while True:
        has_begun = False
        try:
            if not _begin(reader):
                return
            has_begun, is_lost = True, False
            number += 1
            record = _record(reader, wanted)
        except _DamageError as error:
            if not is_lost:
                number += not has_begun
                yield number, str(error)
            is_lost = True
        else:
            if record is not None:
                yield number, record


def inflated(data: bytes, *, is_raw: bool = False) -> bytes | None:
    """Unpack gzip or zlib data up to `MAX_BYTES` and a byte; None when it is neither."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS if is_raw else zlib.MAX_WBITS | 32)
    try:
        return inflater.decompress(data, MAX_BYTES + 1)
    except zlib.error:
        return None


def _begin(reader: _Reader) -> bool:
    """Read the first line of a record; whether there is one."""
    while line := reader.line():
        if line.startswith(b"WARC/"):
            return True
        if line.strip():
            raise _DamageError("it does not begin as a record does")
    return False


def _record(reader: _Reader, wanted: frozenset[str]) -> Record | None:
    fields: dict[str, str] = {}
    for _ in range(_MOST_FIELDS):
        line = reader.line()
        if not line.strip():
            break
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    else:
        raise _DamageError("its head does not end")
    digits = fields.get("content-length", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise _DamageError("it does not say how long it is")
    length = int(digits)
    if fields.get("warc-type") not in wanted:
        reader.skip(length)
        return None
    if length > MAX_BLOCK:
        reader.skip(length)
        raise _DamageError(f"it is larger than {MAX_BYTES >> 20} MiB")
    return Record(fields, reader.block(length))


class _Reader:
    """Reads lines and blocks of a file, unpacked."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._stream, self._budget = stream, budget
        self._packed = self._next()
        self._is_packed = self._packed.startswith(_GZIP[:2])
        self._inflater: zlib._Decompress | None = None
        self._buffer = b"" if self._is_packed else self._packed

    def line(self) -> bytes:
        """Return the next line with its end; of a longer one than any is a part; nothing at the end of the file."""
        while (end := self._buffer.find(b"\n", 0, _LONGEST_LINE)) < 0 and len(self._buffer) < _LONGEST_LINE:
            more = self._more()
            if not more:
                end = len(self._buffer) - 1
                break
            self._buffer += more
        return self._taken(end + 1 if end >= 0 else min(len(self._buffer), _LONGEST_LINE))

    def block(self, length: int) -> bytes:
        """Return so many bytes."""
        parts = [self._taken(length)]
        left = length - len(parts[0])
        while left:
            self._buffer = self._more()
            if not self._buffer:
                raise _DamageError("it is cut short")
            parts.append(self._taken(left))
            left -= len(parts[-1])
        return b"".join(parts)

    def skip(self, length: int) -> None:
        """Pass over so many bytes."""
        while length:
            length -= len(self.block(min(length, _CHUNK)))

    def _taken(self, length: int) -> bytes:
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken

    def _more(self) -> bytes:
        """Return the next bytes, none at the end."""
        if not self._is_packed:
            return self._next()
        while True:
            self._inflater = self._inflater or self._begun_member()
            if self._inflater is None:
                return b""
            if not self._packed:
                self._packed = self._next()
                if not self._packed:
                    self._inflater = None
                    raise self._damage("it is cut short")
            try:
                data = self._inflater.decompress(self._packed, _CHUNK)
            except zlib.error as error:
                self._inflater = None
                raise self._damage("its packing is damaged") from error
            is_over = self._inflater.eof
            self._packed = self._inflater.unused_data if is_over else self._inflater.unconsumed_tail
            self._inflater = None if is_over else self._inflater
            if data:
                self._budget.spend(len(data))
                return data

    def _next(self) -> bytes:
        data = self._stream.read(_CHUNK)
        self._budget.packed += len(data)
        return data

    def _begun_member(self) -> zlib._Decompress | None:
        """Go to where the next packed part begins, if there is one."""
        while (start := self._packed.find(_GZIP)) < 0:
            more = self._next()
            if not more:
                return None
            # The mark may be torn apart by the chunks.
            self._packed = self._packed[-2:] + more
        self._packed = self._packed[start:]
        return zlib.decompressobj(16 + zlib.MAX_WBITS)

    def _damage(self, reason: str) -> _DamageError:
        # What was unpacked before belongs to the damaged record, and the mark is not to be found again.
        self._buffer, self._packed = b"", self._packed[1:]
        return _DamageError(reason)
