"""Online services, asked with good manners: every question once, one request at a time, never again after a refusal."""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from .cache import Question, ReplyCache
from .errors import GeocodingError, OptionError
from .version import __version__

if TYPE_CHECKING:
    from geopy.adapters import AdapterHTTPError
    from geopy.exc import GeopyError

    from .adapters import Gate

MAX_FAILURES = 5
"""After so many failed requests in a row a server is left alone for the rest of the run."""

_REFUSALS = {401: "access denied", 403: "access denied", 404: "no {} there", 407: "the proxy wants a login"}
"""Statuses that every other question would meet too."""

ClientT = TypeVar("ClientT")
AnswerT = TypeVar("AnswerT")


class OnlineService(ABC, Generic[ClientT]):
    """A server that other people run, asked through the reply cache.

    What it answers, "no such thing" included, is kept and shared by all processes. Nothing is opened before the first
    question; pickles.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too.
    software
        What should run at the address, for messages: "Nominatim".
    url
        Address of the server, with port and path where it has them: ``http://127.0.0.1:8080/nominatim``.
    user_agent
        How to introduce ourselves; None for ``placelines/VERSION``, with ``(+CONTACT)`` from PLACELINES_CONTACT.
    interval_s
        Seconds between two requests over all processes.
    timeout_s
        Seconds for one request, from looking up the server to the last byte.
    retries
        How often a request is repeated that timed out, met a fault of the server (5xx) or came too soon (429).
    max_rest_s
        A server that asks for a longer rest before the next request is not asked again in this run.

    Raises
    ------
    OptionError
        When an argument makes no sense.
    """

    def __init__(
        self,
        cache: ReplyCache,
        *,
        software: str,
        url: str,
        user_agent: str | None,
        interval_s: float,
        timeout_s: float,
        retries: int,
        max_rest_s: float,
    ) -> None:
        self.cache = cache
        self.url = url.rstrip("/")
        self.user_agent = _own_user_agent() if user_agent is None else user_agent
        self.interval_s = interval_s
        self.timeout_s = timeout_s
        self.retries = retries
        self._software = software
        self._max_rest_s = max_rest_s
        self._scheme, self._host, path = _parts(self.url)
        self._domain = self._host + path
        if not (self.user_agent.strip() and self.user_agent.isascii() and self.user_agent.isprintable()):
            raise OptionError(f"User-Agent {self.user_agent!r}: give printable ASCII text (see PLACELINES_CONTACT)")
        if not (0 < timeout_s < math.inf and 0 <= interval_s < math.inf and retries >= 0):
            raise OptionError(
                f"timeout {timeout_s} s, interval {interval_s} s, {retries} retries: give sensible numbers"
            )
        self._failures = 0
        self._stopped: str | None = None
        self._tools: tuple[ClientT, Gate] | None = None

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_tools": None}

    @abstractmethod
    def _connected(self) -> ClientT:
        """Make what sends the requests, once in a process; nothing goes out yet."""

    def _answer(
        self,
        question: Question,
        *,
        read: Callable[[str | None], AnswerT],
        send: Callable[[ClientT], tuple[AnswerT, str | None]],
    ) -> AnswerT:
        """Return what a kept reply says, else what the server says.

        Parameters
        ----------
        question
            What is asked.
        read
            Reads the body of a kept reply; ValueError when a placelines with other rules kept it.
        send
            Sends one request with an adapter of `geo.adapters`, whose errors it lets through. It returns what the reply
            says and the JSON text to keep of it, None for "no such thing".

        Raises
        ------
        GeocodingError
            When there is no sound answer, or the server is left alone by now. Never the same as "no such thing".
        """
        answer = self._kept(question, read)
        return self._ask(question, read, send) if answer is None else answer

    def _kept(self, question: Question, read: Callable[[str | None], AnswerT]) -> AnswerT | None:
        reply = self.cache.get(question)
        if reply is None:
            return None
        try:
            return read(reply.body)
        except ValueError:
            return None

    def _ask(
        self,
        question: Question,
        read: Callable[[str | None], AnswerT],
        send: Callable[[ClientT], tuple[AnswerT, str | None]],
    ) -> AnswerT:
        from geopy.adapters import AdapterHTTPError
        from geopy.exc import GeopyError

        tries_left = self.retries + 1
        while True:
            self._refuse_if_stopped(question)
            tries_left -= 1
            client, gate = self._opened()
            with gate.turn() as turn:
                # Another process may have asked the same while this one stood in line.
                answer = self._kept(question, read)
                if answer is not None:
                    return answer
                turn.wait()
                try:
                    answer, body = send(client)
                except (GeopyError, AdapterHTTPError) as error:
                    failure = self._failure(error, has_tries_left=tries_left > 0)
                    back_off_s = self.interval_s * 2 ** (self.retries + 1 - tries_left) if failure.is_passing else 0
                    turn.pause_s = max(turn.pause_s, back_off_s, failure.rest_s)
                else:
                    self._failures = 0
                    self.cache.put(question, body)
                    return answer
            self._count(failure)
            if not failure.is_passing:
                raise GeocodingError(f"{self._domain} did not answer for {question.query!r}: {failure.reason}")

    def _failure(self, error: GeopyError | AdapterHTTPError, *, has_tries_left: bool) -> _Failure:
        from geopy.adapters import AdapterHTTPError
        from geopy.exc import GeocoderTimedOut

        # geopy's geocoders put an error of their own in front of the adapter's.
        refusal = error if isinstance(error, AdapterHTTPError) else error.__cause__
        status: int = getattr(refusal, "status_code", 0)
        headers: dict[str, str] = getattr(refusal, "headers", {})
        asked_s = float(headers.get("retry-after", 0))
        is_patient = asked_s <= self._max_rest_s
        is_too_soon = status == 429
        is_passing = (
            has_tries_left
            and is_patient
            and (status >= 500 or isinstance(error, GeocoderTimedOut) or (is_too_soon and "retry-after" in headers))
        )
        meaning = "too many requests" if is_too_soon else _REFUSALS.get(status, "").format(self._software)
        return _Failure(
            reason=f"{error} ({meaning})" if meaning else str(error),
            is_passing=is_passing,
            is_final=status in _REFUSALS or (is_too_soon and not is_passing),
            rest_s=asked_s if is_patient else 0,
        )

    def _count(self, failure: _Failure) -> None:
        self._failures += 1
        if failure.is_final:
            self._stopped = failure.reason
        elif self._failures >= MAX_FAILURES:
            self._stopped = f"{self._failures} failures in a row, the last: {failure.reason}"

    def _refuse_if_stopped(self, question: Question) -> None:
        if self._stopped is not None:
            raise GeocodingError(f"{self._domain} is not asked for {question.query!r}, after {self._stopped}")

    def _opened(self) -> tuple[ClientT, Gate]:
        from .adapters import Gate

        if self._tools is None:
            self._tools = self._connected(), Gate(self.cache.folder, self._host, interval_s=self.interval_s)
        return self._tools


@dataclass(frozen=True, slots=True)
class _Failure:
    """What a failed request means for the next one."""

    reason: str
    is_passing: bool
    """The same request may be answered a little later, and may still be repeated."""
    is_final: bool
    """Any other request would fail too, or is not wanted."""
    rest_s: float
    """Rest that the server asked for; 0 when it asked for none."""


def _own_user_agent() -> str:
    contact = os.environ.get("PLACELINES_CONTACT", "").strip()
    return f"placelines/{__version__}" + (f" (+{contact})" if contact else "")


def _parts(url: str) -> tuple[str, str, str]:
    """Split an address into scheme, host with port, and path."""
    try:
        parts = urlsplit(url)
        is_sound = bool(parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0))
    except ValueError as error:
        raise OptionError(f"address {url!r}: {error}") from error
    if not (is_sound and url.isascii() and url.isprintable() and " " not in url):
        raise OptionError(f"address {url!r}: give http:// or https:// and a host, with port and path where needed")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise OptionError(f"address {parts.hostname!r}: leave out user, password, '?' and '#'")
    return parts.scheme, parts.netloc.lower(), parts.path
