"""The file of the replies: opened for reading or writing, checked, and replaced when it is damaged."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import warnings
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from ..errors import PlacelinesWarning
from .questions import Params, Question, key_of

FILE_NAME = "replies.sqlite"
"""Name of the file in the cache folder."""

SCHEMA_VERSION = 2
"""SQLite ``user_version`` of the file; one made by a newer placelines is left alone."""

SELECT = "SELECT key, provider, query, params, status, fetched_at, body, crc FROM reply"
"""What a `Row` is made of."""

REPLACE = "INSERT OR REPLACE INTO reply VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
"""Writes a `Row`, and its checksum behind it."""

_SCHEMA = """CREATE TABLE reply (
    key BLOB PRIMARY KEY,
    provider TEXT NOT NULL,
    query TEXT NOT NULL,
    params TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'miss')),
    fetched_at INTEGER NOT NULL,
    body TEXT,
    crc INTEGER NOT NULL
) WITHOUT ROWID"""

_LOCK_TIMEOUT_S = 30.0
_SURROUNDINGS = ("BUSY", "CANTOPEN", "FULL", "IOERR", "LOCKED", "PERM", "PROTOCOL", "READONLY")
"""Primary result codes (sqlite.org/rescode.html) that blame the disk or another program, not the file."""

Mode = Literal["write", "read", "still"]
"""Written and read; read while others write; read where nobody can write: without a log, and without locks."""
_ACCESS: dict[Mode, str] = {"write": "mode=rwc", "read": "mode=rw", "still": "mode=ro&immutable=1"}


class Row(NamedTuple):
    """A reply and its question, as they are stored."""

    key: bytes
    """SHA-256 of the question."""
    provider: str
    """Service and address."""
    query: str
    """The words asked for, normal."""
    params: str
    """JSON list of the other parameters, sorted, each as [name, value]."""
    status: str
    """``ok`` or ``miss``: there is no word for a failure."""
    fetched_at: int
    """Seconds since 1970 UTC."""
    body: str | None
    """JSON text; None for a miss."""

    @classmethod
    def of(cls, provider: str, normal_query: str, params: Params, fetched_at: int, body: str | None) -> Row:
        """Make the row of a reply; UnicodeEncodeError for a lone surrogate."""
        pairs = sorted(params)
        as_json = json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))
        key = key_of(provider, normal_query, pairs)
        return cls(key, provider, normal_query, as_json, "miss" if body is None else "ok", fetched_at, body)

    @classmethod
    def answering(cls, question: Question, fetched_at: int, body: str | None) -> Row:
        """Make the row of a reply to a question; UnicodeEncodeError for a lone surrogate."""
        return cls.of(question.provider, question.normal_query, question.params, fetched_at, body)

    @classmethod
    def sound(cls, stored: tuple[object, ...]) -> Row | None:
        """Return what was stored, with its checksum as the last value; None when that does not fit."""
        row = cls._make(stored[:-1])
        return row if row.crc == stored[-1] else None

    @property
    def crc(self) -> int:
        """CRC-32 of everything else: SQLite does not notice flipped bytes inside a value."""
        *head, body = self
        crc = zlib.crc32(ascii(head).encode())
        # As repr the megabytes of a map would take milliseconds.
        return zlib.crc32(body.encode("utf-8", "surrogateescape"), crc) if isinstance(body, str) else crc

    @property
    def pairs(self) -> Params:
        """The other parameters, sorted."""
        return tuple((name, value) for name, value in json.loads(self.params))

    @property
    def has_own_key(self) -> bool:
        """Whether it is kept under its own question."""
        try:
            return self.key == key_of(self.provider, self.query, self.pairs)
        except (ValueError, TypeError, RecursionError):  # not what `of` writes
            return False


class UnusableError(Exception):
    """The folder, the disk or another program keeps the file from being used."""

    advice = "make room or choose another cache folder"
    """What the user can do."""


class NewerError(UnusableError):
    """A newer placelines made the file."""

    advice = "update placelines or choose another cache folder"


class DamagedError(UnusableError):
    """The file is not, or no longer, a sound reply cache."""


class ReplyFile:
    """The open file, in the process that opened it.

    Parameters
    ----------
    path
        Where it is, absolute.
    mode
        What for. For writing, the start-up lock must be held (see `opened_for_writing`); the file is made, or checked
        from end to end. For reading it need not be checked: the checksum of each row tells what can be believed.
    """

    def __init__(self, path: Path, mode: Mode) -> None:
        self.path = path
        self.mode = mode
        self.pid = os.getpid()
        with ExitStack() as on_failure:
            with _problems_told_apart():
                self._connection = sqlite3.connect(
                    f"{path.as_uri()}?{_ACCESS[mode]}",
                    uri=True,
                    timeout=_LOCK_TIMEOUT_S,
                    isolation_level=None,
                    check_same_thread=False,
                )
            on_failure.callback(self._connection.close)
            self.is_empty = self._prepare()
            self._identity = self._found()
            on_failure.pop_all()

    def execute(self, sql: str, arguments: tuple[object, ...] = ()) -> tuple[object, ...] | None:
        """Run one statement and return its first row."""
        with _problems_told_apart(), closing(self._connection.execute(sql, arguments)) as cursor:
            row: tuple[object, ...] | None = cursor.fetchone()
            return row

    def rows(self, sql: str, arguments: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
        """Run one statement and yield its rows."""
        with _problems_told_apart(), closing(self._connection.execute(sql, arguments)) as cursor:
            yield from cursor

    def row(self, key: bytes) -> Row | None:
        """Return the sound row of a key."""
        stored = self.execute(f"{SELECT} WHERE key = ?", (key,))
        row = None if stored is None else Row.sound(stored)
        return row if row and row.key == key else None

    def write(self, row: Row) -> None:
        """Store a row in place of the one with its key."""
        self.execute(REPLACE, (*row, row.crc))

    def is_in_place(self) -> bool:
        """Whether this process opened it and its path still leads to it."""
        return self.pid == os.getpid() and self._found() == self._identity

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _found(self) -> tuple[int, ...] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        # SQLite does not look again at a file that was said to stand still.
        last_change = (found.st_size, found.st_mtime_ns) if self.mode == "still" else ()
        return (found.st_dev, found.st_ino, *last_change)

    def _prepare(self) -> bool:
        """Check the file, for writing make it where needed; return whether nobody has made it yet."""
        # Damaged text has to reach the checksum instead of ending the query.
        self._connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        # Somebody else may have made the file: sqlite.org/security.html section 1.2.
        self.execute("PRAGMA trusted_schema = OFF")
        self.execute("PRAGMA cell_size_check = ON")
        version = self._value("PRAGMA user_version")
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise NewerError(f"{FILE_NAME} was made by a newer placelines, version {version}")
        is_empty = version == 0 and self._value("SELECT count(*) FROM sqlite_master") == 0
        if self.mode == "write":
            self._make(is_empty=is_empty)
        elif is_empty:
            return True
        if self.execute("SELECT count(*), max(sql) FROM sqlite_master") != (1, _SCHEMA):
            raise DamagedError("it holds something else than replies")
        if self.mode == "write" and (verdict := self._value("PRAGMA integrity_check(1)")) != "ok":
            raise DamagedError(str(verdict))
        return False

    def _make(self, *, is_empty: bool) -> None:
        mode = self._value("PRAGMA journal_mode = WAL")
        if mode != "wal":
            # A network file system has no shared memory; there, two writers destroy the file.
            raise UnusableError(f"the file system allows no write-ahead log, only {mode!r}")
        self.execute("PRAGMA synchronous = NORMAL")
        if is_empty:
            self.execute("BEGIN IMMEDIATE")
            self.execute(_SCHEMA)
            self.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            self.execute("COMMIT")

    def _value(self, sql: str) -> object:
        row = self.execute(sql)
        return row[0] if row else None


def opened_for_reading(path: Path) -> ReplyFile | None:
    """Return the file as it is, None when there is none; nothing is made or changed.

    Raises
    ------
    DamagedError, UnusableError
        When it cannot be read.
    """
    if not _has_content(path):
        return None
    try:
        file = ReplyFile(path, "read")
    except DamagedError:
        raise
    except UnusableError as problem:
        name: str = getattr(problem.__cause__, "sqlite_errorname", "")
        # Where no log can be made, nobody has one. One that has content is needed, and cannot be read without SQLite's
        # shared memory beside it: without it, what it holds would be missing, or there by half.
        if not name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) or _has_content(_beside(path, "-wal")):
            raise
        file = ReplyFile(path, "still")
    if file.is_empty:
        file.close()
        return None
    return file


def opened_for_writing(
    folder: Path, *, instead_of: ReplyFile | None = None, why: DamagedError | None = None
) -> ReplyFile:
    """Return the file of a folder, made where it is missing; a damaged one is set aside and a new one started.

    Parameters
    ----------
    folder
        Where it is; made when it is missing.
    instead_of, why
        A file that turned out to be damaged.

    Raises
    ------
    UnusableError
        When nothing can be written there.
    """
    path = folder / FILE_NAME
    with _start_up_lock(folder):
        # When another process was quicker, a new file is in place of the damaged one already.
        if instead_of is not None and instead_of.is_in_place():
            _set_aside(path, why)
        try:
            return ReplyFile(path, "write")
        except DamagedError as damage:
            _set_aside(path, damage)
            return ReplyFile(path, "write")


def set_aside(folder: Path) -> list[Path]:
    """Return the damaged files that were set aside, with their logs, the oldest first."""
    return sorted(folder.glob(f"{FILE_NAME}.corrupt-*"))


@contextmanager
def _problems_told_apart() -> Iterator[None]:
    """Tell a damaged file from surroundings that will not let it be used."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except UnicodeDecodeError as error:
        # CPython 3.11: sqlite3 cannot decode its own message where that quotes a damaged schema.
        raise DamagedError("its schema is unreadable") from error
    except sqlite3.DatabaseError as error:
        # Errors of the sqlite3 module itself, such as undecodable text, carry no name.
        name: str = getattr(error, "sqlite_errorname", "")
        is_damage = not any(name.startswith(f"SQLITE_{code}") for code in _SURROUNDINGS)
        raise (DamagedError if is_damage else UnusableError)(str(error)) from error


@contextmanager
def _start_up_lock(folder: Path) -> Iterator[None]:
    """Let one process at a time open the file for writing, make or replace it."""
    from filelock import FileLock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "replies.lock", timeout=_LOCK_TIMEOUT_S).acquire()
    except (FileExistsError, NotADirectoryError) as error:
        raise UnusableError("a file is in the way of the folder") from error
    except (OSError, NotImplementedError) as error:  # filelock: NotImplementedError where the file system has no flock
        raise UnusableError(getattr(error, "strerror", None) or str(error)) from error
    with lock:
        yield


def _set_aside(path: Path, why: Exception | None) -> None:
    """Rename a damaged file; the start-up lock is held."""
    aside = f"{path.name}.corrupt-{time.time_ns()}-{os.getpid()}"
    try:
        # The log goes first: beside a new file it would be played into that.
        for suffix in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                _beside(path, suffix).rename(path.with_name(aside + suffix))
    except OSError as error:
        raise UnusableError(str(error)) from error
    warnings.warn(f"{path}: damaged ({why}); kept as {aside}, a new one is started", PlacelinesWarning, stacklevel=2)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise UnusableError(error.strerror) from error
