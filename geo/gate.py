"""The pace of requests: processes meet at a server's gate, pass it one by one, and learn there that it refuses."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

from .errors import GeocodingError

MAX_WAIT_S = 60.0
"""Longest wait before a request, whatever the clock or a server says."""

_LOCK_TIMEOUT_S = 600.0
_LONGEST_REASON = 300


class Refusal(NamedTuple):
    """A note that a server refuses to be asked."""

    noted_ns: int
    """When it was written, by the clock of the folder."""
    reason: str
    """What the server said."""


class Turn:
    """One process's turn at a server."""

    def __init__(self, gate: Gate, not_before: float) -> None:
        self.pause_s = gate.interval_s
        """Seconds after this turn in which nobody may ask; raise it when the server wants rest."""
        self.was_used = False
        """Whether a request was allowed; a turn without one costs the others no pause."""
        self._gate = gate
        self._not_before = not_before

    def wait(self) -> None:
        """Sleep until a request is allowed."""
        # The clock may have been set back since: never wait longer than anyone was told to.
        time.sleep(min(max(self._not_before - self._gate.clock(), 0.0), MAX_WAIT_S))
        self.was_used = True
        # Also now, because a process that is killed during its request cannot tell afterwards.
        self.note_pause()

    def note_pause(self) -> None:
        """Tell every process how long to wait, from now on."""
        self._gate.write(self._gate.clock() + self.pause_s)


class Gate:
    """Lets one process at a time ask a server, and each only a while after the one before.

    The pause counts from the end of a request, so that the server never sees two within it however long they travel.

    Parameters
    ----------
    folder
        Where the processes meet; without a usable folder each process is paced for itself.
    server
        Name of what is asked; servers have gates of their own.
    interval_s
        Seconds between the end of a request and the next.
    clock
        Gives seconds since 1970 UTC, the same in all processes.
    """

    def __init__(self, folder: Path, server: str, *, interval_s: float, clock: Callable[[], float] = time.time) -> None:
        digest = hashlib.sha256(server.encode()).hexdigest()[:16]
        self._stamp = folder / f"gate-{digest}.txt"
        self._lock = folder / f"gate-{digest}.lock"
        self._refused = folder / f"gate-{digest}.refused"
        self.interval_s = interval_s
        self.clock = clock
        self._not_before = 0.0

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Stand in line, and hold the gate until the request is over.

        Raises
        ------
        GeocodingError
            When other processes held the gate for ten minutes.
        """
        with self._held():
            turn = Turn(self, max(self._not_before, self._read()))
            try:
                yield turn
            finally:
                if turn.was_used:
                    turn.note_pause()

    def refuse(self, reason: str) -> None:
        """Leave a note for every process that the server refuses; to be called in a turn.

        Parameters
        ----------
        reason
            What it said, without secrets.
        """
        with suppress(OSError):
            self._refused.write_text(reason[:_LONGEST_REASON], encoding="utf-8")

    def refusal(self) -> Refusal | None:
        """Return the last note of `refuse`, by any process at any time; None without one."""
        # Not a time to compare with: the clock may be set back, but each note is another one than before. On a full
        # disk the note is empty, and still another one.
        try:
            return Refusal(self._refused.stat().st_mtime_ns, self._refused.read_text("utf-8", "replace"))
        except OSError:
            return None

    def _held(self) -> AbstractContextManager[object]:
        from filelock import FileLock, Timeout

        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            return FileLock(self._lock, timeout=_LOCK_TIMEOUT_S).acquire()
        except Timeout as error:
            raise GeocodingError("other processes kept the server busy for ten minutes; try again later") from error
        except (OSError, NotImplementedError):
            # The cache warned of this folder; what is left is the pace of this process.
            return nullcontext()

    def _read(self) -> float:
        try:
            not_before = float(self._stamp.read_text(encoding="ascii"))
        except (FileNotFoundError, NotADirectoryError):
            return 0.0
        except (OSError, ValueError):
            not_before = math.nan
        # Torn by a kill: somebody may have asked just now.
        return not_before if math.isfinite(not_before) else self.clock() + self.interval_s

    def write(self, not_before: float) -> None:
        """Let nobody ask before a time, in seconds since 1970 UTC; to be called in a turn."""
        self._not_before = not_before
        # On a full disk the file is left empty, which `_read` takes for "just now".
        with suppress(OSError):
            self._stamp.write_text(repr(not_before), encoding="ascii")
