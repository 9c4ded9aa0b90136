"""Nominatim, asked with good manners: every name once, one request at a time, never again after a refusal.

Policy of the public server: operations.osmfoundation.org/policies/nominatim.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from ..cache import Replies
from ..model import Place
from ..services import Manners
from .hints import Hints
from .osm import ATTRIBUTION, read_places
from .place_service import MAX_PLACES, Asked, PlaceService, box_of, countries_of

PUBLIC_URL = "https://nominatim.openstreetmap.org"
"""The public server. It allows one request a second for all users of an application together."""


class NominatimGeocoder(PlaceService):
    """Ask a Nominatim server for names, through the reply cache.

    What is hinted at is preferred: places in a box, and, where the document is about few countries, these first.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too.
    url
        Address of the server, with port and path where it has them: ``http://127.0.0.1:8080/nominatim``.
    language
        Language of the names that it answers with.
    attribution
        What the licence of its data asks to be shown with them.
    manners
        As for every service, see `geo.services.Manners`.

    Raises
    ------
    OptionError
        When an argument makes no sense, or breaks the policy of the public server.
    """

    def __init__(
        self,
        cache: Replies,
        *,
        url: str = PUBLIC_URL,
        language: str = "en",
        attribution: str | None = ATTRIBUTION,
        **manners: Unpack[Manners],
    ) -> None:
        super().__init__(
            cache,
            software="Nominatim",
            url=url,
            attribution=attribution,
            public_url=PUBLIC_URL,
            **manners,
        )
        self._language = language

    def _connected(self) -> Any:  # noqa: ANN401  # geopy has no type hints
        return self._geopy("nominatim", read_places)

    def _attempts(self, hints: Hints) -> Sequence[Asked]:
        everywhere: Asked = {"language": self._language, "limit": MAX_PLACES, "addressdetails": True}
        box = box_of(hints)
        if box is not None:
            everywhere = {**everywhere, "viewbox": box}
        countries = countries_of(hints)
        # Unlike the box, countries shut everything else out.
        return ({**everywhere, "country_codes": countries}, everywhere) if countries else (everywhere,)

    def _record(self, location: Any) -> object:  # noqa: ANN401  # geopy has no type hints
        return location.raw

    def _places(self, records: object) -> tuple[Place, ...]:
        return read_places(records)
