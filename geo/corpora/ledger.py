"""The ledger of a run: what was read already, so that a run that was interrupted goes on where it stopped.

One SQLite file beside the parts. What comes of a batch enters it in one transaction, and leaves it when the part that
it belongs to is written: a process that is killed at any moment loses what it was at, and nothing else.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

from ..articles.inputs import Input
from ..corrections import Deeds
from ..errors import OutputError, ResourceError
from .batches import DIGEST_BYTES
from .schema import PART_SIZE
from .worker import Failure, Outcome

FILE_NAME = "ledger.sqlite"
"""Name of the file."""
SCHEMA_VERSION = 1
"""SQLite ``user_version`` of the file."""

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE input (
    number INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, bytes INTEGER, changed_ns INTEGER, sha256 TEXT
);
CREATE TABLE outcome (
    first INTEGER PRIMARY KEY, part INTEGER NOT NULL, digests BLOB NOT NULL, tables BLOB NOT NULL,
    documents INTEGER NOT NULL, mentions INTEGER NOT NULL, left_out INTEGER NOT NULL, deeds TEXT NOT NULL
);
CREATE INDEX outcome_of_part ON outcome (part, first);
CREATE TABLE part (
    number INTEGER PRIMARY KEY, items INTEGER NOT NULL, digest BLOB NOT NULL,
    documents INTEGER NOT NULL, mentions INTEGER NOT NULL, left_out INTEGER NOT NULL, deeds TEXT NOT NULL
);
CREATE TABLE failure (position INTEGER PRIMARY KEY, source BLOB, line INTEGER, document_id BLOB, reason BLOB NOT NULL);
CREATE TABLE seen (key BLOB PRIMARY KEY, position INTEGER NOT NULL, id BLOB) WITHOUT ROWID;
CREATE INDEX seen_id ON seen (id);
CREATE TABLE sitting (number INTEGER PRIMARY KEY, record TEXT NOT NULL);
"""
_TABLES = ("meta", "input", "outcome", "part", "failure", "seen", "sitting")
_LOCK_TIMEOUT_S = 30.0
_SURROUNDINGS = ("BUSY", "CANTOPEN", "FULL", "IOERR", "LOCKED", "PERM", "PROTOCOL", "READONLY")
"""Primary result codes (sqlite.org/rescode.html) that blame the disk or another program, not the file."""
_OF_DISK = ("SQLITE_FULL", "SQLITE_IOERR")
_TOTALS = "coalesce(sum(documents), 0), coalesce(sum(mentions), 0), coalesce(sum(left_out), 0)"


class Stretch(NamedTuple):
    """Consecutive positions that were read, and are in no part yet."""

    first: int
    """The first of them."""
    digests: bytes
    """What was found there, see `geo.corpora.batches.digest_of`; one behind the other."""


class Part(NamedTuple):
    """A part that was written."""

    items: int
    """Positions in it."""
    digest: bytes
    """Of all the digests of what was found there."""


class Totals(NamedTuple):
    """What was read so far."""

    documents: int
    """Articles that were read."""
    mentions: int
    """Toponyms with a referent in them."""
    left_out: int
    """Articles that were published too early."""
    failures: int
    """Articles that could not be read."""

    @property
    def items(self) -> int:
        """Positions that are done."""
        return self.documents + self.left_out + self.failures


class Ledger:
    """The open ledger.

    Parameters
    ----------
    folder
        Where it lies; the lock of the run is held.

    Raises
    ------
    ResourceError
        If it is damaged, or none.
    OutputError
        If the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        with self._told_apart():
            self._connection = sqlite3.connect(self.path, timeout=_LOCK_TIMEOUT_S, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def begin(self, identity: Mapping[str, Any], inputs: Iterable[Input]) -> None:
        """Enter what a new run is, and forget any other."""
        with self._transaction():
            for table in _TABLES:
                self._run(f"DELETE FROM {table}")
            self._run("INSERT INTO meta VALUES ('identity', ?)", (json.dumps(identity, sort_keys=True),))
            rows = ((_stored(each.name), each.bytes, each.changed_ns) for each in inputs)
            self._connection.executemany("INSERT OR IGNORE INTO input (name, bytes, changed_ns) VALUES (?, ?, ?)", rows)

    @property
    def identity(self) -> dict[str, Any] | None:
        """What the run is, as it was entered; None for a run that did not begin."""
        value = self._value("SELECT value FROM meta WHERE key = 'identity'")
        return None if value is None else json.loads(value)

    @property
    def published(self) -> int | None:
        """How many positions the results are of that were published last; None for none yet."""
        value = self._value("SELECT value FROM meta WHERE key = 'published'")
        return None if value is None else int(value)

    def note_published(self, items: int) -> None:
        """Enter of how many positions results were published."""
        self._run("INSERT OR REPLACE INTO meta VALUES ('published', ?)", (str(items),))

    def inputs(self) -> Iterator[Input]:
        """Yield the inputs, in their order."""
        for row in self._rows("SELECT name, bytes, changed_ns, sha256 FROM input ORDER BY number"):
            name, *others = row
            yield Input(_shown(name), *others)

    def note_input(self, found: Input) -> None:
        """Enter an input as it was begun."""
        with self._transaction():
            self._run(
                "INSERT INTO input (name, bytes, changed_ns, sha256) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
                "SET bytes = excluded.bytes, changed_ns = excluded.changed_ns, sha256 = excluded.sha256",
                (_stored(found.name), found.bytes, found.changed_ns, found.sha256),
            )

    def add(self, first: int, digests: bytes, outcome: Outcome) -> None:
        """Enter what came of a batch."""
        counts = (outcome.documents, outcome.mentions, outcome.left_out)
        with self._transaction():
            self._run(
                "INSERT INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (first, first // PART_SIZE, digests, outcome.tables, *counts, _deeds_text(outcome.deeds)),
            )
            rows = (tuple(_stored(value) for value in astuple(each)) for each in outcome.failures)
            self._connection.executemany("INSERT INTO failure VALUES (?, ?, ?, ?, ?)", rows)

    def stretches(self, part: int) -> list[Stretch]:
        """Return what was read of a part that is not written yet, in order."""
        rows = self._rows("SELECT first, digests FROM outcome WHERE part = ? ORDER BY first", (part,))
        return [Stretch(*row) for row in rows]

    def tables(self, part: int) -> Iterator[bytes]:
        """Yield what the documents of a part say, in order, as it was entered."""
        for (tables,) in self._rows("SELECT tables FROM outcome WHERE part = ? ORDER BY first", (part,)):
            yield tables

    def part(self, number: int) -> Part | None:
        """Return a part, None for one that is not written yet."""
        rows = list(self._rows("SELECT items, digest FROM part WHERE number = ?", (number,)))
        return Part(*rows[0]) if rows else None

    def close_part(self, number: int, part: Part) -> None:
        """Enter that a part is written; what was kept for it is forgotten."""
        deeds = self._deeds("SELECT deeds FROM outcome WHERE part = ?", (number,))
        with self._transaction():
            self._run(
                f"INSERT INTO part SELECT ?, ?, ?, {_TOTALS}, ? FROM outcome WHERE part = ?",
                (number, part.items, part.digest, _deeds_text(deeds), number),
            )
            self._run("DELETE FROM outcome WHERE part = ?", (number,))

    def totals(self) -> Totals:
        """Return what was read so far."""
        (parts,) = self._rows(f"SELECT {_TOTALS} FROM part")
        (outcomes,) = self._rows(f"SELECT {_TOTALS} FROM outcome")
        failures = self._value("SELECT count(*) FROM failure")
        documents, mentions, left_out = (a + b for a, b in zip(parts, outcomes, strict=True))
        return Totals(documents, mentions, left_out, failures)

    def failures(self, first: int = 0) -> Iterator[Failure]:
        """Yield what could not be read, by position, from one on."""
        for row in self._rows("SELECT * FROM failure WHERE position >= ? ORDER BY position", (first,)):
            yield Failure(*map(_shown, row))

    def rewind(self) -> int:
        """Forget what was read behind the first position that was not, and return that position."""
        stop = 0
        while (part := self.part(stop // PART_SIZE)) is not None:
            stop += part.items
        for first, digests in self.stretches(stop // PART_SIZE):
            if first != stop:
                break
            stop += count_of(digests)
        with self._transaction():
            self._run("DELETE FROM outcome WHERE first >= ?", (stop,))
            self._run("DELETE FROM part WHERE number * ? >= ?", (PART_SIZE, stop))
            self._run("DELETE FROM failure WHERE position >= ?", (stop,))
            self._run("DELETE FROM seen WHERE position >= ?", (stop,))
        return stop

    def has_seen(self, key: bytes) -> bool:
        """Return whether an article was found another day."""
        return bool(list(self._rows("SELECT 1 FROM seen WHERE key = ?", (key,))))

    def has_id(self, document_id: str) -> bool:
        """Return whether an article of this id was found."""
        return bool(list(self._rows("SELECT 1 FROM seen WHERE id = ? LIMIT 1", (_stored(document_id),))))

    def note_seen(self, key: bytes, position: int, document_id: str | None) -> None:
        """Enter what an article that is found day after day is known by."""
        self._run("INSERT INTO seen VALUES (?, ?, ?)", (key, position, _stored(document_id)))

    def deeds(self) -> Deeds:
        """Return what corrections did so far."""
        return self._deeds("SELECT deeds FROM part UNION ALL SELECT deeds FROM outcome")

    def add_sitting(self, record: Mapping[str, Any]) -> None:
        """Enter when and how a process worked on the run."""
        self._run("INSERT INTO sitting (record) VALUES (?)", (json.dumps(record, sort_keys=True),))

    def sittings(self) -> list[dict[str, Any]]:
        """Return when and how processes worked on the run, in order."""
        return [json.loads(record) for (record,) in self._rows("SELECT record FROM sitting ORDER BY number")]

    def _deeds(self, sql: str, arguments: tuple[object, ...] = ()) -> Deeds:
        deeds = Deeds()
        for (text,) in self._rows(sql, arguments):
            deeds.add(_deeds_from(text))
        return deeds

    def _prepare(self) -> None:
        # Somebody else may have made the file: sqlite.org/security.html section 1.2.
        self._run("PRAGMA trusted_schema = OFF")
        self._run("PRAGMA cell_size_check = ON")
        mode = self._value("PRAGMA journal_mode = WAL")
        if mode != "wal":
            message = f"{self.path}: the file system allows no write-ahead log; choose a folder of this machine"
            raise OutputError(message)
        self._run("PRAGMA synchronous = NORMAL")
        version = self._value("PRAGMA user_version")
        if version == 0 and self._value("SELECT count(*) FROM sqlite_master") == 0:
            self._connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT")
        elif version != SCHEMA_VERSION:
            raise ResourceError(f"{self.path}: another version of placelines made it; start anew with --overwrite")
        if (verdict := self._value("PRAGMA quick_check(1)")) != "ok":
            raise self._damaged(str(verdict))

    def _run(self, sql: str, arguments: tuple[object, ...] = ()) -> None:
        with self._told_apart():
            self._connection.execute(sql, arguments).close()

    def _rows(self, sql: str, arguments: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        with self._told_apart(), closing(self._connection.execute(sql, arguments)) as cursor:
            yield from cursor

    def _value(self, sql: str) -> Any:  # noqa: ANN401 (whatever the column holds)
        return next(iter(list(self._rows(sql))), (None,))[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._told_apart():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # On a full disk SQLite has rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        """Tell a damaged file from surroundings that will not let it be used."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except UnicodeDecodeError as error:
            raise self._damaged("its text is unreadable") from error
        except sqlite3.DatabaseError as error:
            name: str = getattr(error, "sqlite_errorname", "")
            if any(name.startswith(f"SQLITE_{code}") for code in _SURROUNDINGS):
                advice = "make room" if name.startswith(_OF_DISK) else "see that it can be written to"
                raise OutputError(f"{self.path}: {error}; {advice}, then go on with --resume") from error
            raise self._damaged(str(error)) from error

    def _damaged(self, why: str) -> ResourceError:
        return ResourceError(f"{self.path}: it is damaged ({why}); start anew with --overwrite")


def count_of(digests: bytes | bytearray) -> int:
    """Return how many positions digests are of."""
    return len(digests) // DIGEST_BYTES


def _stored(value: Any) -> Any:  # noqa: ANN401 (whatever a column holds)
    """Return a text as bytes, which hold a name of a file that is not UTF-8, too; anything else as it is."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def _shown(value: Any) -> Any:  # noqa: ANN401 (whatever a column holds)
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _deeds_text(deeds: Deeds) -> str:
    strange = sorted(deeds.only_strange.items(), key=repr)
    return json.dumps([deeds.corrected, deeds.removed, strange, sorted(deeds.overruled, key=repr)])


def _deeds_from(text: str) -> Deeds:
    corrected, removed, strange, overruled = json.loads(text)
    return Deeds(
        corrected,
        removed,
        {tuple(key): is_strange for key, is_strange in strange},
        {(tuple(row), tuple(winner)) for row, winner in overruled},
    )
