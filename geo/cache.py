"""Replies of online services, kept on disk, so that no question goes out twice.

One SQLite file in one folder serves every process of the machine. It holds answers only: a reply with content (``ok``)
or a reply that there is no such thing (``miss``). A failure has no status, so it cannot be kept.

Whatever happens to the file, the run goes on. A damaged file is set aside and a new one started; a folder or disk that
will not take it leaves the replies in memory; either way with one `PlacelinesWarning`.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
import unicodedata
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from .errors import PlacelinesWarning

FILE_NAME = "replies.sqlite"
"""Name of the file in the cache folder."""

SCHEMA_VERSION = 1
"""SQLite ``user_version`` of the file; one made by a newer placelines is left alone."""

OK_TTL_S = 180 * 86_400
"""Seconds for which a reply with content is believed: places seldom move."""

MISS_TTL_S = 7 * 86_400
"""Seconds for which "no such thing" is believed: a name in the news is mapped within days."""

_SCHEMA = """CREATE TABLE reply (
    key BLOB PRIMARY KEY,
    provider TEXT NOT NULL,
    query TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'miss')),
    fetched_at INTEGER NOT NULL,
    body TEXT,
    crc INTEGER NOT NULL
) WITHOUT ROWID"""
_SELECT = "SELECT key, provider, query, status, fetched_at, body, crc FROM reply WHERE key = ?"
_REPLACE = "INSERT OR REPLACE INTO reply VALUES (?, ?, ?, ?, ?, ?, ?)"

_LOCK_TIMEOUT_S = 30.0
_SURROUNDINGS = {"BUSY", "CANTOPEN", "FULL", "IOERR", "LOCKED", "PERM", "PROTOCOL", "READONLY"}
"""Primary result codes (sqlite.org/rescode.html) that blame the disk or another program, not the file."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a reply answers.

    Examples
    --------
    >>> Question("nominatim", " São  PAULO ").key == Question("nominatim", "são paulo").key
    True
    >>> Question("nominatim", "São Paulo", (("limit", "5"),)).key == Question("nominatim", "São Paulo").key
    False
    """

    provider: str
    """Service and address. Never an API key: this is stored."""
    query: str
    """The words asked for; case, spacing and Unicode form do not matter."""
    params: tuple[tuple[str, str], ...] = ()
    """Whatever else the reply depends on, as (name, value); the order does not matter."""

    @property
    def normal_query(self) -> str:
        """The query in NFC, case-folded, with single spaces (Unicode Standard Annex 15 and section 3.13)."""
        folded = unicodedata.normalize("NFC", self.query).casefold()
        return " ".join(unicodedata.normalize("NFC", folded).split())

    @property
    def key(self) -> bytes:
        """SHA-256 of the question; UnicodeEncodeError when it holds a lone surrogate."""
        parts = (self.provider, self.normal_query, *(part for pair in sorted(self.params) for part in pair))
        return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class Reply:
    """A kept reply."""

    body: str | None
    """JSON text; None when the service knows no such thing."""
    fetched_at: int
    """When it came, seconds since 1970 UTC."""


class _Row(NamedTuple):
    key: bytes
    provider: str
    query: str
    status: str
    fetched_at: int
    body: str | None

    @property
    def crc(self) -> int:
        # SQLite does not notice flipped bytes inside a value.
        return zlib.crc32(ascii(tuple(self)).encode())


class ReplyCache:
    """Replies on disk, shared by all processes of the machine.

    Nothing is opened before the first `get` or `put`; a copy in another process, by pickle or fork, opens it anew.

    Parameters
    ----------
    folder
        Folder of the file; made when it is missing.
    clock
        Gives seconds since 1970 UTC.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder.absolute()
        self._clock = clock
        self._lock = threading.Lock()
        self._file: _ReplyFile | None = None
        self._inherited: list[_ReplyFile] = []
        self._memory: dict[bytes, _Row] = {}
        self._is_memory_only = False
        self._has_warned = False

    def __reduce__(self) -> tuple[Callable[[], ReplyCache], tuple[()]]:
        return partial(ReplyCache, self.folder, clock=self._clock), ()

    def get(self, question: Question) -> Reply | None:
        """Return the kept reply, or None when there is none or it is too old.

        A clock that was set back makes no reply too old.
        """
        with self._lock:
            row = self._memory.get(question.key) or self._stored(question.key)
        if row is None:
            return None
        ttl_s = OK_TTL_S if row.status == "ok" else MISS_TTL_S
        return Reply(row.body, row.fetched_at) if self._clock() - row.fetched_at < ttl_s else None

    def put(self, question: Question, body: str | None) -> None:
        """Keep a reply: its JSON text, or None for "no such thing". A failure is not a reply."""
        status = "miss" if body is None else "ok"
        row = _Row(question.key, question.provider, question.normal_query, status, int(self._clock()), body)
        with self._lock:
            self._memory.pop(row.key, None)
            try:
                self._execute(_REPLACE, (*row, row.crc))
            except _UnusableError as problem:
                self._memory[row.key] = row
                self._warn_once(problem)

    def close(self) -> None:
        """Close the file; a later `get` or `put` opens it again."""
        with self._lock:
            self._let_go()

    def _stored(self, key: bytes) -> _Row | None:
        try:
            found = self._execute(_SELECT, (key,))
        except _UnusableError as problem:
            self._warn_once(problem)
            return None
        if found is None:
            return None
        row = _Row._make(found[:-1])
        return row if row.key == key and row.crc == found[-1] else None

    def _execute(self, sql: str, arguments: tuple[object, ...]) -> tuple[object, ...] | None:
        """Run one statement; when the file turns out to be damaged, run it again on a new file."""
        if self._file is None or not self._file.is_in_place():
            self._let_go()
            self._file = self._opened()
        try:
            return self._file.execute(sql, arguments)
        except _DamagedError as damage:
            self._file = self._opened(instead_of=self._file, why=damage)
            return self._file.execute(sql, arguments)

    def _opened(self, *, instead_of: _ReplyFile | None = None, why: Exception | None = None) -> _ReplyFile:
        if self._is_memory_only:
            raise _UnusableError("not tried again")
        self._let_go()
        path = self.folder / FILE_NAME
        try:
            with _start_up_lock(self.folder):
                # When another process was quicker, a new file is in place of the damaged one already.
                if instead_of is not None and instead_of.is_in_place():
                    _set_aside(path, why)
                try:
                    return _ReplyFile(path)
                except _DamagedError as damage:
                    _set_aside(path, damage)
                    return _ReplyFile(path)
        except _UnusableError:
            self._is_memory_only = True
            raise

    def _let_go(self) -> None:
        if self._file is not None and self._file.pid != os.getpid():
            # A connection must not be used after fork, not even to close it (sqlite.org/howtocorrupt.html section 2.6).
            self._inherited.append(self._file)
        elif self._file is not None:
            self._file.close()
        self._file = None

    def _warn_once(self, problem: Exception) -> None:
        if not self._has_warned:
            self._has_warned = True
            message = (
                f"{self.folder}: replies cannot be kept here ({problem}); they stay in memory for this run, and "
                "requests are paced within this process only; make room or choose another cache folder"
            )
            warnings.warn(message, PlacelinesWarning, stacklevel=2)


class _UnusableError(Exception):
    """The folder, the disk or another program keeps the file from being used."""


class _DamagedError(_UnusableError):
    """The file is not, or no longer, a sound reply cache."""


class _ReplyFile:
    """The open file, in the process that opened it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pid = os.getpid()
        with ExitStack() as on_failure:
            with _problems_told_apart():
                self._connection = sqlite3.connect(
                    path, timeout=_LOCK_TIMEOUT_S, isolation_level=None, check_same_thread=False
                )
            on_failure.callback(self._connection.close)
            self._prepare()
            self._identity = _identity(path)
            on_failure.pop_all()

    def execute(self, sql: str, arguments: tuple[object, ...] = ()) -> tuple[object, ...] | None:
        """Run one statement and return its first row."""
        with _problems_told_apart(), closing(self._connection.execute(sql, arguments)) as cursor:
            row: tuple[object, ...] | None = cursor.fetchone()
            return row

    def is_in_place(self) -> bool:
        """Whether this process opened it and its path still leads to it."""
        return self.pid == os.getpid() and _identity(self.path) == self._identity

    def close(self) -> None:
        self._connection.close()

    def _prepare(self) -> None:
        # Damaged text has to reach the checksum instead of ending the query.
        self._connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        # Somebody else may have made the file: sqlite.org/security.html section 1.2.
        self.execute("PRAGMA trusted_schema = OFF")
        self.execute("PRAGMA cell_size_check = ON")
        version = self._value("PRAGMA user_version")
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise _UnusableError(f"{FILE_NAME} was made by a newer placelines, version {version}")
        mode = self._value("PRAGMA journal_mode = WAL")
        if mode != "wal":
            # A network file system has no shared memory; there, two writers destroy the file.
            raise _UnusableError(f"the file system allows no write-ahead log, only {mode!r}")
        self.execute("PRAGMA synchronous = NORMAL")
        if version == 0 and self._value("SELECT count(*) FROM sqlite_master") == 0:
            self.execute("BEGIN IMMEDIATE")
            self.execute(_SCHEMA)
            self.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            self.execute("COMMIT")
        if self.execute("SELECT count(*), max(sql) FROM sqlite_master") != (1, _SCHEMA):
            raise _DamagedError("it holds something else than replies")
        verdict = self._value("PRAGMA quick_check(1)")  # 0.1 s for 100,000 replies
        if verdict != "ok":
            raise _DamagedError(str(verdict))

    def _value(self, sql: str) -> object:
        row = self.execute(sql)
        return row[0] if row else None


@contextmanager
def _problems_told_apart() -> Iterator[None]:
    """Tell a damaged file from surroundings that will not let it be used."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except UnicodeDecodeError as error:
        # CPython 3.11: sqlite3 cannot decode its own message where that quotes a damaged schema.
        raise _DamagedError("its schema is unreadable") from error
    except sqlite3.DatabaseError as error:
        # Errors of the sqlite3 module itself, such as undecodable text, carry no name.
        name: str = getattr(error, "sqlite_errorname", "")
        is_damage = not any(name.startswith(f"SQLITE_{code}") for code in _SURROUNDINGS)
        raise (_DamagedError if is_damage else _UnusableError)(str(error)) from error


@contextmanager
def _start_up_lock(folder: Path) -> Iterator[None]:
    """Let one process at a time open, make or replace the file."""
    from filelock import FileLock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "replies.lock", timeout=_LOCK_TIMEOUT_S).acquire()
    except (OSError, NotImplementedError) as error:  # filelock: NotImplementedError where the file system has no flock
        raise _UnusableError(str(error)) from error
    with lock:
        yield


def _set_aside(path: Path, why: Exception | None) -> None:
    """Rename a damaged file; the start-up lock is held."""
    aside = f"{path.name}.corrupt-{time.time_ns()}-{os.getpid()}"
    try:
        # The log goes first: beside a new file it would be played into that.
        for suffix in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(path.with_name(aside + suffix))
    except OSError as error:
        raise _UnusableError(str(error)) from error
    warnings.warn(f"{path}: damaged ({why}); kept as {aside}, a new one is started", PlacelinesWarning, stacklevel=2)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
