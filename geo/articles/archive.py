"""ZIP archives: their members are read one at a time, without writing any of them to disk.

Names of members are data: a path in one leads nowhere. What an archive says of the size of its members is not believed.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO

from ..errors import InputError
from .folder import is_hidden
from .kinds import NO_ARTICLES
from .packed import Budget, guarded, seekable
from .source import Source

_ENCRYPTED = 0x1
"""Bit of the flags of a member (APPNOTE.TXT of PKWARE, section 4.4.4)."""
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError)


def members(archive: Source) -> Iterator[Source | InputError]:
    """Yield the members of a ZIP archive in its order, each to be read before the next; hidden ones are left out.

    Yields
    ------
    Source | InputError
        The error in place of a member that is encrypted, and as the last one if the archive is damaged or empty.
    """
    try:
        with seekable(archive) as stream, _opened(stream, archive.name) as opened:
            size = stream.seek(0, 2)
            budget = Budget(archive.name, lambda: size)
            entries = [entry for entry in opened.infolist() if not entry.is_dir() and _is_article(entry.filename)]
            if not entries:
                yield InputError(f"{archive.name}: there are no articles in it", source=archive.name)
            for entry in entries:
                name = f"{archive.name}/{entry.filename}"
                if entry.flag_bits & _ENCRYPTED:
                    yield InputError(f"{name}: it is encrypted; unpack it first", source=name)
                else:
                    # Of archives in a folder each may have a member of this name.
                    inside = entry.filename if archive.inside is None else f"{archive.stem}/{entry.filename}"
                    yield Source(None, name, inside, _Member(opened, entry, name, budget).open)
    except InputError as error:
        yield error


class _Member:
    """One member, to be opened any number of times."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: Budget) -> None:
        self._archive, self._entry, self._name, self._budget = archive, entry, name, budget

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        try:
            stream = self._archive.open(self._entry)
        except _UNREADABLE as error:
            raise InputError(f"{self._name}: it cannot be unpacked ({error})", source=self._name) from error
        with stream:
            yield guarded(stream, self._name, self._budget)


@contextmanager
def _opened(stream: BinaryIO, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(stream)
    except _UNREADABLE as error:
        raise InputError(f"{name}: it is no ZIP archive, or damaged ({error})", source=name) from error
    with archive:
        yield archive


def _is_article(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() not in NO_ARTICLES and not any(map(is_hidden, path.parts))
