"""Whether a server is still asked in this run, after what came of the requests so far."""

from __future__ import annotations

from .failures import Failure
from .gate import Refusal

MAX_FAILURES = 5
"""After so many failed requests in a row a server is left alone for the rest of the run."""

MAX_UNREACHABLE = 3
"""After so many in a row that did not even reach it, the same: there is no network, or no such server."""


class Standing:
    """How one service stands with its server.

    Parameters
    ----------
    known
        A refusal from before this run, which was met by another: what came of it is asked anew, once. None without one.
    """

    def __init__(self, known: Refusal | None) -> None:
        self.ended: str | None = None
        """Why the server is asked no more in this run, in words; None while it is asked."""
        self._known = known
        self._failures = 0
        self._unreachable = 0

    def succeed(self) -> None:
        """Note a sound answer."""
        self._failures = self._unreachable = 0

    def fail(self, failure: Failure) -> None:
        """Note a failed request."""
        self._failures += 1
        self._unreachable = self._unreachable + 1 if failure.is_unreachable else 0
        if failure.is_final:
            self.ended = failure.reason
        elif self._failures >= MAX_FAILURES:
            self.ended = f"{self._failures} failures in a row, the last: {failure.reason}"
        elif self._unreachable >= MAX_UNREACHABLE:
            self.ended = f"{self._unreachable} attempts in a row that did not reach it, the last: {failure.reason}"

    def heed(self, refusal: Refusal | None) -> None:
        """Note the refusal at the gate: one of this run was met by another service, or another process."""
        if refusal is not None and refusal != self._known:
            self.ended = f"{refusal.reason or 'a refusal'}, met elsewhere in this run"
