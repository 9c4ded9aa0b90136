"""Online services, asked with good manners: every question once, one request at a time, never again after a refusal."""

from __future__ import annotations

import math
import os
import random
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypedDict, TypeVar
from urllib.parse import urlsplit

from .cache import Question, Replies
from .errors import GeocodingError, NotAskedError, OptionError, PlacelinesWarning
from .failures import Failure, failure_of
from .gate import Gate
from .masking import masked
from .standing import Standing
from .version import __version__

if TYPE_CHECKING:
    from geopy.adapters import AdapterHTTPError
    from geopy.exc import GeopyError

    from .adapters import CarefulAdapter, Request

INTERVAL_S = 1.1
"""Usual seconds between two requests: the policies allow one a second, and the network takes some of the gap away."""


class Manners(TypedDict, total=False):
    """How a service is asked; what is left out is as usual."""

    user_agent: str | None
    """How to introduce ourselves; None for ``placelines/VERSION``, with ``(+CONTACT)`` from PLACELINES_CONTACT."""
    interval_s: float
    """Seconds between two requests over all processes, at least 1 for a public server; `INTERVAL_S`."""
    timeout_s: float
    """Seconds for one request, from looking up the server to the last byte; 10."""
    retries: int
    """How often a request is repeated that timed out, met a fault of the server (5xx) or came too soon (429); 2."""
    tell: Callable[[Request], None] | None
    """Takes each request that would be sent; None to send them. Of each question it is told once."""
    on_request: Callable[[str, str], None] | None
    """Takes the server, as in ``host:port``, and the words asked for, before standing in line for each request."""


ClientT = TypeVar("ClientT")
AnswerT = TypeVar("AnswerT")


class OnlineService(ABC, Generic[ClientT]):
    """A server that other people run, asked through the reply cache.

    What it answers, "no such thing" included, is kept and shared by all processes; so is that it refuses, by all that
    have made their service by then. Nothing is opened before the first question; pickles, without ``on_request``.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too. A final one, a recording, is all
        that is asked.
    software
        What should run at the address, for messages: "Nominatim".
    url
        Address of the server, with port and path where it has them: ``http://127.0.0.1:8080/nominatim``.
    public_url
        Address of the server that is there for everybody, who may ask it once a second; None when there is none.
    max_rest_s
        A server that asks for a longer rest before the next request is not asked again in this run.
    secrets
        Keys and tokens, never to be shown.
    user_agent, interval_s, timeout_s, retries, tell, on_request
        See `Manners`.

    Raises
    ------
    OptionError
        When an argument makes no sense.
    """

    def __init__(
        self,
        cache: Replies,
        *,
        software: str,
        url: str,
        public_url: str | None = None,
        max_rest_s: float,
        secrets: Collection[str] = (),
        user_agent: str | None = None,
        interval_s: float = INTERVAL_S,
        timeout_s: float = 10.0,
        retries: int = 2,
        tell: Callable[[Request], None] | None = None,
        on_request: Callable[[str, str], None] | None = None,
    ) -> None:
        self.cache = cache
        self.url = url.rstrip("/")
        self.user_agent = own_user_agent() if user_agent is None else user_agent
        self.interval_s = interval_s
        self.timeout_s = timeout_s
        self.retries = retries
        self._software = software
        self._max_rest_s = max_rest_s
        self._tell = tell
        self._on_request = on_request
        self._secrets = secrets
        self._scheme, self.host, path = _parts(self.url)
        self._domain = self.host + path
        if not (self.user_agent.strip() and self.user_agent.isascii() and self.user_agent.isprintable()):
            raise OptionError(f"User-Agent {self.user_agent!r}: give printable ASCII text (see PLACELINES_CONTACT)")
        if not (0 < timeout_s < math.inf and 0 <= interval_s < math.inf and retries >= 0):
            raise OptionError(
                f"timeout {timeout_s} s, interval {interval_s} s, {retries} retries: give sensible numbers"
            )
        if public_url is not None and self.host == urlsplit(public_url).netloc and interval_s < 1:
            raise OptionError(f"interval of {interval_s:g} s: ask {public_url} once a second at most")
        self._gate = Gate(cache.folder, self.host, interval_s=interval_s)
        self._standing = Standing(None if cache.is_final else self._gate.refusal())
        self._has_warned = False
        self._told: set[bytes] = set()
        self._client: ClientT | None = None

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_client": None, "_on_request": None}

    @abstractmethod
    def _connected(self) -> ClientT:
        """Make what sends the requests, with `_adapter`, once in a process; nothing goes out yet."""

    def _adapter(self, **options: Any) -> Callable[..., CarefulAdapter]:  # noqa: ANN401  # they are the adapter's
        """Return what makes the adapter for requests, with options of `geo.adapters.CarefulAdapter`."""
        from .adapters import CarefulAdapter, TellingAdapter

        if self._tell is None:
            return partial(CarefulAdapter, secrets=self._secrets, **options)
        return partial(TellingAdapter, tell=self._tell, secrets=self._secrets, **options)

    def _answer(
        self,
        question: Question,
        *,
        read: Callable[[str | None], AnswerT],
        send: Callable[[ClientT], tuple[AnswerT, str | None]],
    ) -> tuple[AnswerT, str | None]:
        """Return what a kept reply says, else what the server says, else what a reply says that is too old.

        Parameters
        ----------
        question
            What is asked.
        read
            Reads the body of a kept reply; ValueError when a placelines with other rules kept it.
        send
            Sends one request with an adapter of `_adapter`, whose errors it lets through. It returns what the reply
            says and the JSON text to keep of it, None for "no such thing".

        Returns
        -------
        AnswerT
            The answer.
        str or None
            What speaks against it: that it is too old; None when nothing does.

        Raises
        ------
        GeocodingError
            When there is no sound answer, or the server is left alone by now. Never the same as "no such thing".
        NotAskedError
            When the request was told instead.
        """
        answer = self._kept(question, read)
        if answer is not None:
            return answer, None
        if self.cache.is_final:
            raise GeocodingError(f"{self._domain}: {question.query!r} is not in the recording")
        if self._tell is not None:
            self._tell_of(question, send)
        try:
            return self._ask(question, read, send), None
        except GeocodingError as error:
            return self._outdated(question, read, error)

    def _kept(self, question: Question, read: Callable[[str | None], AnswerT]) -> AnswerT | None:
        reply = self.cache.get(question)
        if reply is None:
            return None
        try:
            return read(reply.body)
        except ValueError:
            return None

    def _outdated(
        self, question: Question, read: Callable[[str | None], AnswerT], error: GeocodingError
    ) -> tuple[AnswerT, str]:
        reply = self.cache.get(question, stale=True)
        if reply is None:
            raise error
        try:
            answer = read(reply.body)
        except ValueError:
            raise error from None
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(f"{error}; replies kept earlier are used instead", PlacelinesWarning, stacklevel=4)
        day = datetime.fromtimestamp(reply.fetched_at, UTC).date()
        return answer, f"reply of {day}, too old"

    def _tell_of(self, question: Question, send: Callable[[ClientT], object]) -> NoReturn:
        from geopy.exc import GeopyError

        if question.key not in self._told:
            self._told.add(question.key)
            with suppress(GeopyError):  # geo.adapters.NotSentError, as the geocoder lets it out
                send(self._opened())
        raise NotAskedError(f"{self._domain} was not asked for {question.query!r}: requests are shown, not sent")

    def _ask(
        self,
        question: Question,
        read: Callable[[str | None], AnswerT],
        send: Callable[[ClientT], tuple[AnswerT, str | None]],
    ) -> AnswerT:
        from geopy.adapters import AdapterHTTPError
        from geopy.exc import GeopyError

        repeated = 0
        while True:
            self._refuse_if_ended(question)
            client = self._opened()
            if self._on_request is not None:
                self._on_request(self.host, question.query)
            with self._gate.turn() as turn:
                # While this one stood in line, another process may have asked the same, or have been refused.
                answer = self._kept(question, read)
                if answer is not None:
                    return answer
                self._standing.heed(self._gate.refusal())
                self._refuse_if_ended(question)
                turn.wait()
                try:
                    answer, body = send(client)
                except (GeopyError, AdapterHTTPError) as error:
                    failure = self._understood(error, repeated)
                    turn.pause_s = max(turn.pause_s, self._back_off_s(repeated, failure), failure.rest_s)
                    if failure.is_refusal:
                        self._gate.refuse(failure.reason)
                else:
                    self._standing.succeed()
                    self.cache.put(question, body)
                    return answer
            self._standing.fail(failure)
            if not failure.is_passing:
                raise GeocodingError(f"{self._domain} did not answer for {question.query!r}: {failure.reason}")
            repeated += 1

    def _back_off_s(self, repeated: int, failure: Failure) -> float:
        # The chance keeps runs on many machines from coming back all at once; it changes no answer.
        return self.interval_s * 2 ** (repeated + 1) * random.uniform(1, 1.5) if failure.is_passing else 0

    def _understood(self, error: GeopyError | AdapterHTTPError, repeated: int) -> Failure:
        failure = failure_of(
            error,
            software=self._software,
            repeats_left=self.retries - repeated,
            has_repeated=repeated > 0,
            max_rest_s=self._max_rest_s,
        )
        return replace(failure, reason=masked(failure.reason, self._secrets))

    def _refuse_if_ended(self, question: Question) -> None:
        if self._standing.ended is not None:
            raise GeocodingError(f"{self._domain} is not asked for {question.query!r}, after {self._standing.ended}")

    def _opened(self) -> ClientT:
        if self._client is None:
            self._client = self._connected()
        return self._client


def own_user_agent() -> str:
    """Return how we introduce ourselves unless told otherwise."""
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
