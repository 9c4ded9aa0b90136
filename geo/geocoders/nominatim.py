"""Nominatim, asked with good manners: every name once, one request at a time, never again after a refusal.

Policy of the public server: operations.osmfoundation.org/policies/nominatim.
"""

from __future__ import annotations

import json
import unicodedata
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ..cache import Question, ReplyCache
from ..errors import GeocodingError, OptionError
from ..model import Place
from ..services import OnlineService
from .osm import MAX_PLACES, parse_places, read_places

PUBLIC_URL = "https://nominatim.openstreetmap.org"
"""The public server. It allows one request a second for all users of an application together."""

MAX_REST_S = 60
"""A server that asks for a longer rest before the next request is not asked again in this run."""

_PARAMS = (("accept-language", "en"), ("addressdetails", "1"), ("limit", str(MAX_PLACES)))
"""What goes out beside the name, so that a kept reply is not taken for the reply to something else."""


class NominatimGeocoder(OnlineService[Any]):  # geopy has no type hints
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
        super().__init__(
            cache,
            software="Nominatim",
            url=url,
            user_agent=user_agent,
            interval_s=interval_s,
            timeout_s=timeout_s,
            retries=retries,
            max_rest_s=MAX_REST_S,
        )
        if self._host == urlsplit(PUBLIC_URL).netloc and interval_s < 1:
            raise OptionError(f"interval of {interval_s:g} s: {PUBLIC_URL} allows one request a second")

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
        return self._answer(
            Question(f"nominatim {self.url}", query, _PARAMS),
            read=lambda body: parse_places(body or "[]"),
            send=lambda client: _geocoded(client, query),
        )

    def _connected(self) -> Any:  # noqa: ANN401  # geopy has no type hints
        from geopy.exc import ConfigurationError
        from geopy.geocoders import Nominatim

        from ..adapters import CarefulAdapter

        try:
            return Nominatim(
                scheme=self._scheme,
                domain=self._domain,
                user_agent=self.user_agent,
                timeout=self.timeout_s,
                adapter_factory=partial(CarefulAdapter, check=read_places),
            )
        except ConfigurationError as error:
            raise OptionError(str(error)) from error


def _geocoded(client: Any, query: str) -> tuple[tuple[Place, ...], str | None]:  # noqa: ANN401  # geopy has no type hints
    """Ask for a name once; return its places and what to keep of the reply."""
    found = client.geocode(query, exactly_one=False, limit=MAX_PLACES, language="en", addressdetails=True)
    records = [location.raw for location in found or ()]
    return read_places(records), json.dumps(records[:MAX_PLACES]) if records else None
