"""Replies of online services, kept on disk, so that no question goes out twice.

One SQLite file in one folder serves every process of the machine. It holds answers only: a reply with content (``ok``)
or a reply that there is no such thing (``miss``). A failure has no status, so it cannot be kept.

Whatever happens to the file, the run goes on. A damaged file is set aside and a new one started; a folder or disk that
will not take it leaves the replies in memory; either way with one `PlacelinesWarning`.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from ..errors import PlacelinesWarning
from .file import FILE_NAME, DamagedError, ReplyFile, Row, UnusableError, opened_for_reading, opened_for_writing
from .folder import default_cache_folder
from .mounts import network_file_system, private_folder
from .questions import MISS_TTL_S, OK_TTL_S, Question, Replies, Reply, is_too_old
from .recording import Recording, read_recording

__all__ = [
    "FILE_NAME",
    "MISS_TTL_S",
    "OK_TTL_S",
    "Question",
    "Recording",
    "Replies",
    "Reply",
    "ReplyCache",
    "default_cache_folder",
    "read_recording",
]

Use = Literal["keep", "refresh", "nothing"]
"""What a run does with kept replies."""


class ReplyCache:
    """Replies on disk, shared by all processes of the machine.

    Nothing is opened before the first `get` or `put`, and nothing is made before the first `put`; a copy in another
    process, by pickle or fork, opens it anew.

    Parameters
    ----------
    folder
        Folder of the file; made when it is missing.
    clock
        Gives seconds since 1970 UTC.
    use
        "keep" to use what is kept; "refresh" to take what was kept before this object was made for too old, so that it
        is asked for again; "nothing" to keep replies in memory only, and neither read nor write the file.
    """

    is_final = False
    """What it does not hold may be asked for."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time, use: Use = "keep") -> None:
        self._asked_folder = folder.absolute()
        self._folder: Path | None = None
        self._clock = clock
        self._use: Use = use
        self._began = clock()
        self._renewed: set[bytes] = set()
        self._lock = threading.Lock()
        self._file: ReplyFile | None = None
        self._inherited: list[ReplyFile] = []
        self._memory: dict[bytes, Row] = {}
        self._is_unreadable = self._is_unwritable = use == "nothing"
        self._has_warned = use == "nothing"

    def __reduce__(self) -> tuple[Callable[[], ReplyCache], tuple[()], dict[str, object]]:
        # A copy takes part in the same run: what that renewed is not asked for again.
        state = {"_began": self._began, "_renewed": set(self._renewed)}
        return partial(ReplyCache, self._asked_folder, clock=self._clock, use=self._use), (), state

    @property
    def folder(self) -> Path:
        """Folder of the file and of the pace; a private one on this machine where a network file system was given."""
        if self._folder is None:
            self._folder = self._local_folder()
        return self._folder

    def get(self, question: Question, *, stale: bool = False) -> Reply | None:
        """Return the kept reply, or None when there is none or it is too old.

        Parameters
        ----------
        question
            What is asked.
        stale
            Whether to return one that is too old as well, marked as such.
        """
        key = question.key
        with self._lock:
            row = self._memory.get(key) or self._stored(key)
        if row is None:
            return None
        is_stale = self._is_before_run(row) or is_too_old(row.status, row.fetched_at, self._clock())
        return Reply(row.body, row.fetched_at, is_stale) if stale or not is_stale else None

    def put(self, question: Question, body: str | None) -> None:
        """Keep a reply: its JSON text, or None for "no such thing". A failure is not a reply."""
        row = Row.answering(question, int(self._clock()), body)
        with self._lock:
            self._renewed.add(row.key)
            self._memory.pop(row.key, None)
            try:
                self._write(row)
            except UnusableError as problem:
                self._memory[row.key] = row
                self._warn_once(problem)

    def close(self) -> None:
        """Close the file; a later `get` or `put` opens it again."""
        with self._lock:
            self._let_go()

    def _is_before_run(self, row: Row) -> bool:
        # One of the future was kept before the clock was set back.
        has_come_since = self._began < row.fetched_at <= self._clock()
        return self._use == "refresh" and not has_come_since and row.key not in self._renewed

    def _stored(self, key: bytes) -> Row | None:
        try:
            file = self._opened_to_read()
            if file is None:
                return None
            try:
                return file.row(key)
            except DamagedError as damage:
                return self._opened_to_write(instead_of=file, why=damage).row(key)
        except UnusableError as problem:
            self._warn_once(problem)
            return None

    def _write(self, row: Row) -> None:
        """Store a row; when the file turns out to be damaged, in a new one."""
        file = self._file
        if self._is_unwritable:
            raise UnusableError("not tried again")
        if file is None or file.mode != "write" or not file.is_in_place():
            file = self._opened_to_write()
        try:
            file.write(row)
        except DamagedError as damage:
            self._opened_to_write(instead_of=file, why=damage).write(row)

    def _opened_to_read(self) -> ReplyFile | None:
        """Return the file as far as it can be read now, None when there is none."""
        if self._file is not None and self._file.is_in_place():
            return self._file
        self._let_go()
        path = self.folder / FILE_NAME
        if self._is_unreadable:
            return None
        try:
            self._file = opened_for_reading(path)
        except DamagedError as damage:
            return self._opened_to_write(why=damage)
        except UnusableError:
            self._is_unreadable = True
            raise
        return self._file

    def _opened_to_write(self, *, instead_of: ReplyFile | None = None, why: DamagedError | None = None) -> ReplyFile:
        self._let_go()
        folder = self.folder
        try:
            if self._is_unwritable:
                raise why or UnusableError("not tried again")
            self._file = opened_for_writing(folder, instead_of=instead_of, why=why)
        except UnusableError:
            self._is_unwritable = True
            # What is damaged and cannot be replaced is not tried again either.
            self._is_unreadable = self._is_unreadable or why is not None
            raise
        return self._file

    def _let_go(self) -> None:
        if self._file is not None and self._file.pid != os.getpid():
            # A connection must not be used after fork, not even to close it (sqlite.org/howtocorrupt.html section 2.6).
            self._inherited.append(self._file)
        elif self._file is not None:
            self._file.close()
        self._file = None

    def _local_folder(self) -> Path:
        system = network_file_system(self._asked_folder)
        if system is None or self._use == "nothing":
            return self._asked_folder
        why = f"{self._asked_folder}: it is on a network file system, {system}, where writers destroy each other's work"
        folder = private_folder()
        if folder is None:
            self._is_unreadable = self._is_unwritable = True
            self._warn_once_of(f"{why}; replies stay in memory for this run; choose a cache folder of this machine")
            return self._asked_folder
        self._warn_once_of(f"{why}; replies are kept in {folder} instead; choose a cache folder of this machine")
        return folder

    def _warn_once(self, problem: UnusableError) -> None:
        self._warn_once_of(
            f"{self.folder}: replies cannot be kept here ({problem}); they stay in memory for this run, and "
            f"requests are paced within this process only; {problem.advice}"
        )

    def _warn_once_of(self, message: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(message, PlacelinesWarning, stacklevel=2)
