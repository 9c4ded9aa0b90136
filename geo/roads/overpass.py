"""Overpass: the roads of OpenStreetMap, asked online, with the manners of every service.

Advice to users of the public server: dev.overpass-api.de/overpass-doc/en/preface/commons.html.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..cache import Question, Replies
from ..model import Course, Kind, Origin
from ..provenance import Source
from ..services import INTERVAL_S, OnlineService
from . import OSM_ATTRIBUTION, Road, Sought
from .osm_elements import Elements, LonLat, parse_elements, read_elements
from .overpass_query import KINDS, askable, box, query
from .segments import roads_of

if TYPE_CHECKING:
    from ..adapters import CarefulAdapter, Request

PUBLIC_URL = "https://overpass-api.de/api"
"""The public server. It grants two requests at a time to an address, and about 10,000 a day."""

SOURCE = "OpenStreetMap (Overpass)"
"""`Road.source` of these roads."""

MAX_BODY_BYTES = 32 << 20
"""Longest reply that is read: 20,000 km of road with a point every 50 m. Reading one takes 270 MB and 2.5 s."""

MAX_REST_S = 60
"""A server that asks for a longer rest before the next request is not asked again in this run."""


class OverpassRoads(OnlineService["CarefulAdapter"]):
    """Ask an Overpass server for roads, railways, rivers and pipelines, through the reply cache.

    A question goes out once, and nothing but keys and a box: what the server answers, "no such road" included, is kept
    and shared by all processes. Nothing is opened before the first question; pickles when ``country_of`` does.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too.
    country_of
        Gives the ISO 3166-1 alpha-2 code of the country around a point (longitude, latitude); None for none.
    url
        Address of the server, with port and path where it has them, without ``/interpreter``.
    user_agent
        How to introduce ourselves; by default ``placelines/VERSION``, with ``(+CONTACT)`` from PLACELINES_CONTACT.
    interval_s
        Seconds between two requests over all processes, at least 1 for the public server.
    timeout_s
        Seconds for one request, from looking up the server to the last byte. The server takes 25 at most, and lets wait
        for another 15 when it is busy.
    retries
        How often a request is repeated that timed out, met a fault of the server (5xx) or came too soon (429).
    tell, on_request
        As for `geo.services.OnlineService`.

    Raises
    ------
    OptionError
        When an argument makes no sense, or asks the public server too much.
    """

    origin = Origin.OVERPASS
    """What sort of source this is."""

    def __init__(
        self,
        cache: Replies,
        *,
        country_of: Callable[[LonLat], str | None],
        url: str = PUBLIC_URL,
        user_agent: str | None = None,
        interval_s: float = INTERVAL_S,
        timeout_s: float = 45.0,
        retries: int = 1,
        tell: Callable[[Request], None] | None = None,
        on_request: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__(
            cache,
            software="Overpass",
            url=url,
            public_url=PUBLIC_URL,
            user_agent=user_agent,
            interval_s=interval_s,
            timeout_s=timeout_s,
            retries=retries,
            max_rest_s=MAX_REST_S,
            tell=tell,
            on_request=on_request,
        )
        self._country_of = country_of

    @property
    def described(self) -> tuple[Source, ...]:
        """What it is called."""
        return (Source("OpenStreetMap, Overpass", attribution=OSM_ATTRIBUTION),)

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return every road filed under the first key that files any, in order of id.

        Of each road there is what lies in the area, with the ways that reach into it: not all of one that goes on.
        An area that is too large is cut down around its centre, see `geo.roads.overpass_query.box`. Empty where the
        area is not known, and for borders and front lines, which are not asked for.

        Raises
        ------
        GeocodingError
            When there is no sound answer, or the server is left alone by now. Never the same as "no such road".
        """
        keys = askable(sought.keys)
        if sought.kind not in KINDS or sought.area is None or not keys:
            return ()
        elements = self._elements(keys, query(sought.kind, keys, box(sought.area)))
        segments = elements.segments(sought.kind, self._country_of)
        for key in keys:
            filed = [segment for segment in segments if key in segment.keys]
            if filed:
                return roads_of(
                    filed,
                    key,
                    course=Course.SURVEYED,
                    origin=self.origin,
                    source=SOURCE,
                    attribution=OSM_ATTRIBUTION,
                )
        return ()

    def between(self, kind: Kind, start_lonlat: LonLat, end_lonlat: LonLat) -> Sequence[Road]:
        """Return nothing: finding a way would take all roads between the two points."""
        return ()

    def _elements(self, keys: Sequence[str], ql: str) -> Elements:
        # A course that is too old is as good as one in a file of roads: the warning says enough.
        elements, _ = self._answer(
            Question(f"overpass {self.url}", keys[0], (("data", ql),)),
            read=lambda body: parse_elements(body) if body else Elements(),
            send=lambda client: self._sent(client, ql, keys),
        )
        return elements

    def _sent(self, client: CarefulAdapter, ql: str, keys: Sequence[str]) -> tuple[Elements, str | None]:
        """Ask once; return what has one of the keys, and what to keep of the reply."""
        from geopy.exc import GeocoderParseError

        # Posted, because with accents and apostrophes allowed for, a name of 30 letters makes an address of over 8 kB.
        reply = client.post_json(
            f"{self.url}/interpreter",
            {"data": ql},
            timeout=self.timeout_s,
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip"},
        )
        try:
            found = read_elements(reply).filed_under(keys)
        except ValueError as error:
            raise GeocoderParseError(str(error)) from error
        return found, found.to_json() if found.ways else None

    def _connected(self) -> CarefulAdapter:
        return self._adapter(max_body_bytes=MAX_BODY_BYTES)(proxies=None)
