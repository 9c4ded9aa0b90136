"""What an input is made of: its files, their sizes and their digests."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from .folder import files
from .source import Source

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")  # two characters at least: C:\ is a drive


@dataclass(frozen=True, slots=True)
class Input:
    """A file that is read, as it can be recognised later."""

    name: str
    """What messages call it."""
    bytes: int | None
    """Its size; None for standard input and addresses not asked yet."""
    changed_ns: int | None
    """When it was changed, in nanoseconds since 1970; None as for the size."""
    sha256: str | None
    """Hex digest of its bytes; None where they were not read, or come through a pipe."""


def list_inputs(inputs: Sequence[str | os.PathLike[str]]) -> list[Input]:
    """Return the files that the inputs are made of, in the order of `find`, without reading them.

    Parameters
    ----------
    inputs
        As for `find`. What is not there, or cannot be read, is left out.

    Examples
    --------
    >>> list_inputs(["-", "nowhere.txt"])
    [Input(name='standard input', bytes=None, changed_ns=None, sha256=None)]
    """
    listed = []
    for given in inputs:
        for source in filter(_is_there, sources(given)):
            with suppress(InputError):  # it is gone since
                listed.append(input_of(source))
    return listed


def sources(given: str | os.PathLike[str]) -> Iterator[Source | InputError]:
    """Yield the files of an input: itself, or those in a folder, with the error in place of what cannot be read."""
    name = os.fspath(given)
    source = Source.of(name)
    if is_address(name) or source.path is None or not _is_folder(source.path):
        yield source
    else:
        yield from files(source.path, name)


def is_address(name: str) -> bool:
    r"""Return whether an input is an address and not a path.

    Examples
    --------
    >>> is_address("https://example.org/a"), is_address(r"C:\news"), is_address("news/a.txt")
    (True, False, False)
    """
    return _ADDRESS.match(name) is not None


def input_of(source: Source | InputError, *, with_digest: bool = False) -> Input:
    """Return what there is to know of a file.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    if isinstance(source, InputError):
        raise source
    if source.path is None or not source.is_regular:
        return Input(source.name, None, None, None)
    digest = None
    if with_digest:
        with source.open() as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # it has readinto
    try:
        found = source.path.stat()
    except OSError as error:  # it is gone since
        message = f"{source.name}: it cannot be read ({error.strerror or error})"
        raise InputError(message, source=source.name) from error
    return Input(source.name, found.st_size, found.st_mtime_ns, digest)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # one without permission, one that is too long, a NUL in it
        return False


def _is_there(source: Source | InputError) -> bool:
    return not isinstance(source, InputError) and (source.path is None or is_address(source.name) or source.is_regular)
