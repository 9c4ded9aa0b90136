"""SQLite files that are made once, whole or not at all, and from then on only read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PAGE_SIZE = 4096


class SpooledDatabase:
    """A SQLite file in the making, with a spool beside it from which its tables are filled in order.

    Nothing of it is safe before it is whole: it is made under another name, and thrown away when that fails.

    Parameters
    ----------
    path
        File to write; replaced when it exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._spool = path.with_name(f"{path.name}.spool")

    def open(self, *, application_id: int, version: int, tables: str, memory_kib: int) -> sqlite3.Connection:
        """Make the file and its spool, the schema ``spool``, and begin a transaction.

        Parameters
        ----------
        application_id, version
            SQLite ``application_id`` and ``user_version`` of the file.
        tables
            SQL that makes the tables of both.
        memory_kib
            Pages of the file that stay in memory.
        """
        for file in (self.path, self._spool):
            file.unlink(missing_ok=True)
        self._connection = sqlite3.connect(self.path, isolation_level=None)
        self._connection.execute("ATTACH ? AS spool", (str(self._spool),))
        self._connection.executescript(
            f"PRAGMA main.page_size = {_PAGE_SIZE}; PRAGMA main.journal_mode = OFF; PRAGMA spool.journal_mode = OFF;"
            "PRAGMA main.synchronous = OFF; PRAGMA spool.synchronous = OFF;"
            f"PRAGMA main.cache_size = -{memory_kib};"
            f"PRAGMA main.application_id = {application_id}; PRAGMA main.user_version = {version};"
            f"{tables} BEGIN;"
        )
        return self._connection

    def close(self, *, is_whole: bool) -> None:
        """Remove the spool, and the file, too, unless it is whole."""
        self._connection.close()
        self._spool.unlink(missing_ok=True)
        if not is_whole:
            self.path.unlink(missing_ok=True)


class SealedDatabase:
    """A SQLite file that is only read, opened when first asked, once a process.

    Parameters
    ----------
    path
        The file.
    application_id
        SQLite ``application_id`` that it has to have.
    sort
        What it should be, for a message: "a placelines gazetteer".
    check
        Looks at it when it is opened, with its ``user_version``; raises when it cannot be used.
    """

    def __init__(
        self, path: Path, application_id: int, sort: str, check: Callable[[sqlite3.Connection, int], None]
    ) -> None:
        self._path = path
        self._application_id = application_id
        self._sort = sort
        self._check = check
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def rows(self, sql: str, values: tuple[str | float, ...]) -> list[Any]:
        """Return the rows that a question gives.

        Raises
        ------
        sqlite3.DatabaseError
            If the file is missing, of another sort, or damaged; it is to be closed then.
        """
        return self._open().execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the file; a later question opens it again."""
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
        self._connection = None

    def _open(self) -> sqlite3.Connection:
        # A connection must not cross a fork: https://www.sqlite.org/howtocorrupt.html, section 2.6
        if self._connection is None or self._process != os.getpid():
            self._connection = self._connect()
            self._process = os.getpid()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise sqlite3.OperationalError("there is no such file")
        uri = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
        # SQLite itself takes turns between threads (sqlite3.threadsafety is 3 in CPython's builds).
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != self._application_id:
            raise sqlite3.DatabaseError(f"not {self._sort}")
        self._check(connection, version)
        return connection
