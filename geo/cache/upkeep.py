"""Looking after the kept replies: what there is, in and out as text, out with the old, and whether all is sound.

Everything here that only looks makes nothing and changes nothing, and works beside processes that write.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import OutputError, PlacelinesWarning, ResourceError
from .file import (
    FILE_NAME,
    SCHEMA_VERSION,
    SELECT,
    DamagedError,
    ReplyFile,
    Row,
    UnusableError,
    opened_for_reading,
    opened_for_writing,
    set_aside,
)
from .questions import MISS_TTL_S, OK_TTL_S, normal
from .recording import lines_of

_MOST_FAULTS = 50
_LAST_SECOND = 253_402_300_799
"""End of the year 9999: a time behind it is damage."""


@dataclass(frozen=True, slots=True)
class Info:
    """What is kept."""

    path: Path
    """The file."""
    bytes: int
    """Size of the file and its log."""
    version: int
    """Version of its schema."""
    is_writable: bool
    """Whether this user may add replies."""
    counts: tuple[tuple[str, str, int], ...]
    """Provider, status and number of replies, sorted."""
    oldest: int | None
    """When the oldest reply came, seconds since 1970 UTC; None without any."""
    newest: int | None
    """When the newest reply came; None without any."""
    too_old: int
    """Number of replies that are no longer believed."""
    set_aside: tuple[Path, ...]
    """Damaged files and their logs, the oldest first."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the replies of a file."""

    added: int
    """Answers to questions that had none."""
    renewed: int
    """Replies that were older here, or damaged."""
    kept: int
    """Replies that are as new or newer here, and stay."""


def info(folder: Path, *, now: float) -> Info | None:
    """Return what a folder keeps, None when it keeps nothing.

    Parameters
    ----------
    folder
        The cache folder.
    now
        Seconds since 1970 UTC.

    Raises
    ------
    ResourceError
        If the file is damaged or cannot be read.
    """
    path = folder / FILE_NAME
    with _reading(folder) as file:
        if file is None:
            return None
        counts = file.rows("SELECT provider, status, count(*) FROM reply GROUP BY 1, 2 ORDER BY 1, 2")
        extent = "SELECT min(fetched_at), max(fetched_at) FROM reply WHERE fetched_at BETWEEN 0 AND ?"
        oldest, newest = file.execute(extent, (_LAST_SECOND,)) or (None, None)
        ages = "SELECT count(*) FROM reply WHERE fetched_at <= CASE status WHEN 'ok' THEN ? ELSE ? END"
        (too_old,) = file.execute(ages, (now - OK_TTL_S, now - MISS_TTL_S)) or (0,)
        files = (path, path.with_name(f"{FILE_NAME}-wal"))
        return Info(
            path=path,
            bytes=sum(one.stat().st_size for one in files if one.exists()),
            version=SCHEMA_VERSION,
            is_writable=os.access(folder, os.W_OK) and os.access(path, os.W_OK),
            counts=tuple((str(provider), str(status), _number(count)) for provider, status, count in counts),
            oldest=None if oldest is None else _number(oldest),
            newest=None if newest is None else _number(newest),
            too_old=_number(too_old),
            set_aside=tuple(set_aside(folder)),
        )


def entries(folder: Path, *, provider: str | None = None, query: str | None = None) -> Iterator[Row]:
    """Yield the sound replies, sorted by provider, query and parameters; a warning tells how many are not sound.

    Parameters
    ----------
    folder
        The cache folder.
    provider
        Only of providers with this in their name or address; small letters are as good as capitals.
    query
        Only answers to queries with this in them, however it is spelt.

    Raises
    ------
    ResourceError
        If the file is damaged or cannot be read.
    """
    chosen = "instr(lower(provider), lower(?)) > 0 AND instr(query, ?) > 0"
    words = (_searched(provider), normal(_searched(query)))
    with _reading(folder) as file:
        if file is None:
            return
        # Sorted with their bodies, the replies would take as much room again.
        keys = f"SELECT key FROM reply WHERE {chosen} ORDER BY provider, query, params"
        file.execute("BEGIN")
        damaged = 0
        for (key,) in list(file.rows(keys, words)):
            row = file.row(key) if isinstance(key, bytes) else None
            if row is None:
                damaged += 1
            else:
                yield row
    if damaged:
        warnings.warn(
            f"{folder / FILE_NAME}: damaged replies are left out: {damaged}; 'placelines cache verify' lists them",
            PlacelinesWarning,
            stacklevel=2,
        )


def exported(folder: Path, *, provider: str | None = None, query: str | None = None) -> Iterator[str]:
    """Yield the lines of a file with what `entries` gives: the same cache, the same lines."""
    return lines_of(entries(folder, provider=provider, query=query))


def import_replies(folder: Path, rows: Iterable[Row]) -> Imported:
    """Add replies, all or, where they end in an error, none; never an older one in place of a newer.

    Parameters
    ----------
    folder
        The cache folder. Others cannot write to it until the last reply has come.
    rows
        The replies, as `geo.cache.recording.rows_of` gives them.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    added = renewed = kept = 0
    with _writing(folder) as file:
        file.execute("BEGIN IMMEDIATE")
        for row in rows:
            here = file.row(row.key)
            if here is not None and here.fetched_at >= row.fetched_at:
                kept += 1
                continue
            file.write(row)
            added, renewed = (added + 1, renewed) if here is None else (added, renewed + 1)
        file.execute("COMMIT")
    return Imported(added, renewed, kept)


def prune(folder: Path, before: float) -> int:
    """Delete the replies that came before a time, in seconds since 1970 UTC, and return how many; raises as `clear`."""
    return _deleted(folder, "fetched_at < ?", (before,))


def clear(folder: Path) -> int:
    """Delete every reply, and the damaged files that were set aside, and return how many replies there were.

    Other processes may go on with the cache meanwhile. Nothing of what was deleted is left in the file.

    Raises
    ------
    OutputError
        If the file cannot be written, or another program keeps it busy.
    """
    count = _deleted(folder, "true")
    try:
        for path in set_aside(folder):
            path.unlink()
    except OSError as error:
        raise OutputError(f"{folder}: {error.filename} cannot be deleted ({error.strerror})") from error
    return count


def verify(folder: Path) -> list[str]:
    """Return what is wrong with the file and with every reply in it, nothing when all is sound; nothing is changed.

    Raises
    ------
    ResourceError
        If it cannot be read.
    """
    path = folder / FILE_NAME
    faults: list[str] = []
    try:
        with _reading(folder) as file:
            if file is not None:
                for fault in _faults(file):
                    faults.append(f"{path}: {fault}")
                    if len(faults) == _MOST_FAULTS:
                        return [*faults, f"{path}: there may be more"]
    except ResourceError as error:
        if not isinstance(error.__cause__, DamagedError):
            raise
        faults.append(str(error))
    return faults


def _faults(file: ReplyFile) -> Iterator[str]:
    yield from (str(verdict) for (verdict,) in file.rows("PRAGMA integrity_check") if verdict != "ok")
    for stored in file.rows(f"{SELECT} ORDER BY key"):
        row = Row.sound(stored)
        name = f"the reply of {stored[1]} to {stored[2]!r}"
        if row is None:
            yield f"{name} fails its checksum"
        elif not row.has_own_key:
            yield f"{name} is kept under another question"


def _deleted(folder: Path, condition: str, values: tuple[float, ...] = ()) -> int:
    if not (folder / FILE_NAME).exists():
        return 0
    with _writing(folder) as file:
        (count,) = file.execute(f"SELECT count(*) FROM reply WHERE {condition}", values) or (0,)
        file.execute(f"DELETE FROM reply WHERE {condition}", values)
        # Deleted rows stay legible in free pages and in the log until both are written anew.
        file.execute("VACUUM")
        if file.execute("PRAGMA wal_checkpoint(TRUNCATE)") != (0, 0, 0):
            raise UnusableError("other programs read them just now; try again later")
        return _number(count)


@contextmanager
def _reading(folder: Path) -> Iterator[ReplyFile | None]:
    """Open the file as it is, None when there is none; ResourceError if it cannot be read."""
    path = folder / FILE_NAME
    file = None
    try:
        file = opened_for_reading(path)
        yield file
    except DamagedError as damage:
        raise ResourceError(f"{path}: damaged ({damage}); the next run that keeps a reply sets it aside") from damage
    except UnusableError as problem:
        raise ResourceError(f"{path}: it cannot be read ({problem})") from problem
    finally:
        if file is not None:
            file.close()


@contextmanager
def _writing(folder: Path) -> Iterator[ReplyFile]:
    """Open the file for writing, made where it is missing; OutputError if it cannot be written."""
    file = None
    try:
        file = opened_for_writing(folder)
        yield file
    except UnusableError as problem:
        raise OutputError(f"{folder}: replies cannot be written here ({problem})") from problem
    finally:
        if file is not None:
            file.close()


def _searched(text: str | None) -> str:
    # An article's name may hold half a character, which SQLite refuses.
    return (text or "").encode("utf-8", "replace").decode()


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
