"""Nominatim, asked with good manners: every name once, one request at a time, never again after a refusal.

Policy of the public server: operations.osmfoundation.org/policies/nominatim.
"""

from __future__ import annotations

import json
import math
import os
import unicodedata
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..cache import Question, ReplyCache
from ..errors import GeocodingError, OptionError
from ..model import Place
from ..version import __version__
from .osm import MAX_PLACES, parse_places, read_places

if TYPE_CHECKING:
    from geopy.exc import GeopyError

    from ..adapters import Gate

PUBLIC_URL = "https://nominatim.openstreetmap.org"
"""The public server. It allows one request a second for all users of an application together."""

MAX_FAILURES = 5
"""After so many failed requests in a row the server is left alone for the rest of the run."""

MAX_REST_S = 60
"""A server that asks for a longer rest before the next request is not asked again in this run."""

_PARAMS = (("accept-language", "en"), ("addressdetails", "1"), ("limit", str(MAX_PLACES)))
"""What goes out beside the name, so that a kept reply is not taken for the reply to something else."""

_FINAL = {401: "access denied", 403: "access denied", 404: "no Nominatim there", 407: "the proxy wants a login"}
"""Statuses that every other name would meet too."""


class NominatimGeocoder:
    """Ask a Nominatim server for names, through the reply cache.

    A name goes out once, and nothing but the name: what the server answers, "no such place" included, is kept and
    shared by all processes. Nothing is opened before the first `search`; pickles.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too.
    url
        Address of the server, with port and path where it has them: ``http://127.0.0.1:8080/nominatim``.
    user_agent
        How to introduce ourselves; by default ``placelines/VERSION``, with ``(+CONTACT)`` from PLACELINES_CONTACT.
    interval_s
        Seconds between two requests over all processes, at least 1 for the public server.
    timeout_s
        Seconds for one request, from looking up the server to the last byte.
    retries
        How often a request is repeated that timed out, met a fault of the server (5xx) or came too soon (429).

    Raises
    ------
    OptionError
        When an argument makes no sense, or breaks the policy of the public server.
    """

    def __init__(
        self,
        cache: ReplyCache,
        *,
        url: str = PUBLIC_URL,
        user_agent: str | None = None,
        interval_s: float = 1.1,
        timeout_s: float = 10.0,
        retries: int = 2,
    ) -> None:
        self.cache = cache
        self.url = url.rstrip("/")
        self.user_agent = _own_user_agent() if user_agent is None else user_agent
        self.interval_s = interval_s
        self.timeout_s = timeout_s
        self.retries = retries
        self._scheme, self._host, path = _parts(self.url)
        self._domain = self._host + path
        if not (self.user_agent.strip() and self.user_agent.isascii() and self.user_agent.isprintable()):
            raise OptionError(f"User-Agent {self.user_agent!r}: give printable ASCII text (see PLACELINES_CONTACT)")
        if not (0 < timeout_s < math.inf and 0 <= interval_s < math.inf and retries >= 0):
            raise OptionError(
                f"timeout {timeout_s} s, interval {interval_s} s, {retries} retries: give sensible numbers"
            )
        if self._host == urlsplit(PUBLIC_URL).netloc and interval_s < 1:
            raise OptionError(f"interval of {interval_s:g} s: {PUBLIC_URL} allows one request a second")
        self._failures = 0
        self._stopped: str | None = None
        self._tools: tuple[Any, Gate] | None = None

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_tools": None}

    def search(self, name: str) -> tuple[Place, ...]:
        """Return the places of a name, best first, at most `MAX_PLACES`; none when OpenStreetMap knows no such place.

        Raises
        ------
        GeocodingError
            When there is no sound answer, or the server is left alone by now. Never the same as "no such place".
        """
        query = unicodedata.normalize("NFC", " ".join(name.split()))
        try:
            query.encode()
        except UnicodeEncodeError as error:
            raise GeocodingError(f"{query!r} was not asked of {self._domain}: it is not valid Unicode") from error
        if not query:
            return ()
        question = Question(f"nominatim {self.url}", query, _PARAMS)
        places = self._kept(question)
        return self._ask(question) if places is None else places

    def _kept(self, question: Question) -> tuple[Place, ...] | None:
        reply = self.cache.get(question)
        if reply is None:
            return None
        try:
            return parse_places(reply.body or "[]")
        except ValueError:
            # Kept by a placelines with other rules: ask again.
            return None

    def _ask(self, question: Question) -> tuple[Place, ...]:
        from geopy.exc import GeopyError

        tries_left = self.retries + 1
        while True:
            self._refuse_if_stopped(question)
            tries_left -= 1
            client, gate = self._opened()
            with gate.turn() as turn:
                # Another process may have asked the same while this one stood in line.
                places = self._kept(question)
                if places is not None:
                    return places
                turn.wait()
                try:
                    found = client.geocode(
                        question.query, exactly_one=False, limit=MAX_PLACES, language="en", addressdetails=True
                    )
                except GeopyError as error:
                    failure = _Failure.of(error, has_tries_left=tries_left > 0)
                    back_off_s = self.interval_s * 2 ** (self.retries + 1 - tries_left) if failure.is_passing else 0
                    turn.pause_s = max(turn.pause_s, back_off_s, failure.rest_s)
                else:
                    return self._keep(question, [location.raw for location in found or ()])
            self._count(failure)
            if not failure.is_passing:
                raise GeocodingError(f"{self._domain} did not answer for {question.query!r}: {failure.reason}")

    def _keep(self, question: Question, records: list[object]) -> tuple[Place, ...]:
        self._failures = 0
        self.cache.put(question, json.dumps(records[:MAX_PLACES]) if records else None)
        return read_places(records)

    def _count(self, failure: _Failure) -> None:
        self._failures += 1
        if failure.is_final:
            self._stopped = failure.reason
        elif self._failures >= MAX_FAILURES:
            self._stopped = f"{self._failures} failures in a row, the last: {failure.reason}"

    def _refuse_if_stopped(self, question: Question) -> None:
        if self._stopped is not None:
            raise GeocodingError(f"{self._domain} is not asked for {question.query!r}, after {self._stopped}")

    def _opened(self) -> tuple[Any, Gate]:
        """Make geopy's client and the gate, once in a process."""
        from geopy.exc import ConfigurationError
        from geopy.geocoders import Nominatim

        from ..adapters import CarefulAdapter, Gate

        if self._tools is None:
            try:
                client = Nominatim(
                    scheme=self._scheme,
                    domain=self._domain,
                    user_agent=self.user_agent,
                    timeout=self.timeout_s,
                    adapter_factory=partial(CarefulAdapter, check=read_places),
                )
            except ConfigurationError as error:
                raise OptionError(str(error)) from error
            self._tools = client, Gate(self.cache.folder, self._host, interval_s=self.interval_s)
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

    @classmethod
    def of(cls, error: GeopyError, *, has_tries_left: bool) -> _Failure:
        from geopy.exc import GeocoderTimedOut

        status: int = getattr(error.__cause__, "status_code", 0)
        headers: dict[str, str] = getattr(error.__cause__, "headers", {})
        asked_s = float(headers.get("retry-after", 0))
        is_patient = asked_s <= MAX_REST_S
        is_too_soon = status == 429
        is_passing = (
            has_tries_left
            and is_patient
            and (status >= 500 or isinstance(error, GeocoderTimedOut) or (is_too_soon and "retry-after" in headers))
        )
        is_final = status in _FINAL or (is_too_soon and not is_passing)
        meaning = _FINAL.get(status, "too many requests" if is_too_soon else "")
        reason = f"{error} ({meaning})" if meaning else str(error)
        return cls(reason, is_passing, is_final, asked_s if is_patient else 0)


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
