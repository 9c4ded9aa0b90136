"""Pelias, a geocoder over open data of many sources.

Its parameters and replies: github.com/pelias/documentation, search.md and response.md. No server is for everybody;
geocode.earth runs one for a fee.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from reprlib import repr as shortened
from typing import Any, Unpack

from ..cache import Replies
from ..model import Kind, Place
from ..services import Manners
from .hints import Hints
from .keys import Key
from .place_service import Asked, PlaceService, box_of, countries_of
from .sound import country_in, features_in, kept_feature, name_in, object_in, point_in

ATTRIBUTION = "© OpenStreetMap contributors (ODbL), Who's On First, GeoNames (CC BY 4.0), OpenAddresses"
"""What the usual sources of a Pelias server ask for (github.com/pelias/documentation, data-sources.md)."""

GAZETTEER = "Pelias"
"""`Place.gazetteer` of these places."""

_GID = re.compile(r"[A-Za-z0-9_.:/,@%#-]{3,200}")
_KINDS = {
    Kind.CONTINENT: "continent",
    Kind.COUNTRY: "country dependency",
    Kind.REGION: "empire macroregion macrocounty",
    Kind.ADMIN1: "region",
    Kind.ADMIN2: "county",
    Kind.SETTLEMENT: "locality localadmin borough macrohood neighbourhood",
    Kind.PHYSICAL: "ocean marinearea",
    Kind.ROAD: "street",
}
_KIND_OF_LAYER = {layer: kind for kind, layers in _KINDS.items() for layer in layers.split()}
_KEPT = ("gid", "name", "layer", "country_code")


class PeliasGeocoder(PlaceService):
    """Ask a Pelias server for names, through the reply cache.

    It is asked in the countries that are hinted at, where the document is about few, else in the box; when it knows no
    such place there, everywhere.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too.
    url
        Address of the server, with port and path where it has them: ``http://127.0.0.1:4000``.
    key
        Where its API key is kept; None for a server that wants none.
    language
        Language of the names that it answers with.
    attribution
        What the licences of its data ask to be shown with them.
    manners
        As for every service, see `geo.services.Manners`.

    Raises
    ------
    OptionError
        When an argument makes no sense, or the key is not there.
    """

    def __init__(
        self,
        cache: Replies,
        *,
        url: str,
        key: Key | None = None,
        language: str = "en",
        attribution: str | None = ATTRIBUTION,
        **manners: Unpack[Manners],
    ) -> None:
        super().__init__(
            cache,
            software="Pelias",
            url=url,
            attribution=attribution,
            keys={} if key is None else {"api_key": key},
            **manners,
        )
        self._language = language

    def _connected(self) -> Any:  # noqa: ANN401  # geopy has no type hints
        return self._geopy("pelias", read_places)

    def _attempts(self, hints: Hints) -> Sequence[Asked]:
        everywhere: Asked = {"language": self._language}
        countries, box = countries_of(hints), box_of(hints)
        if countries:
            return {**everywhere, "countries": countries}, everywhere
        return (everywhere,) if box is None else ({**everywhere, "boundary_rect": box}, everywhere)

    def _record(self, location: Any) -> object:  # noqa: ANN401  # geopy has no type hints
        return kept_feature(location.raw, _KEPT)

    def _places(self, records: object) -> tuple[Place, ...]:
        return read_places({"type": "FeatureCollection", "features": records})


def read_places(reply: object) -> tuple[Place, ...]:
    """Read a reply, best place first; ValueError when it is no GeoJSON collection of sound places, or tells of errors.

    Examples
    --------
    >>> read_places({"type": "FeatureCollection", "features": [{
    ...     "geometry": {"type": "Point", "coordinates": [11.407851, 47.272308]},
    ...     "properties": {"gid": "whosonfirst:locality:101748061", "name": "Innsbruck", "layer": "locality"}}]})[0].id
    'pelias:whosonfirst:locality:101748061'
    """
    features = features_in(reply)
    said = reply.get("geocoding") if isinstance(reply, dict) else None
    if isinstance(said, dict) and said.get("errors"):
        raise ValueError(f"the reply tells of errors: {shortened(said['errors'])}")
    return tuple(map(_place, features))


def _place(value: object) -> Place:
    feature = object_in(value, "a place of the reply")
    properties = object_in(feature.get("properties"), "what the reply says of a place")
    lon, lat = point_in(feature)
    gid = properties.get("gid")
    if not isinstance(gid, str) or not _GID.fullmatch(gid):
        raise ValueError(f"a place of the reply has no id, but {shortened(gid)}")
    return Place(
        id=f"pelias:{gid}",
        name=name_in(properties.get("name")),
        kind=_KIND_OF_LAYER.get(str(properties.get("layer")), Kind.FACILITY),
        lon=lon,
        lat=lat,
        # `country_a` has three letters, and some servers know only that.
        country_code=country_in(properties.get("country_code")),
        gazetteer=GAZETTEER,
    )
