"""Photon, a geocoder over OpenStreetMap that forgives misspellings.

Its parameters and replies: github.com/komoot/photon, docs/api-v1.md. The public server asks for fairness and promises
nothing: photon.komoot.io.
"""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as shortened
from typing import Any, Unpack

from ..cache import Replies
from ..model import Kind, Place
from ..services import Manners
from .hints import Hints
from .osm import ATTRIBUTION, is_number, kind_of
from .place_service import MAX_PLACES, Asked, PlaceService, box_of
from .sound import Record, country_in, features_in, kept_feature, name_in, object_in, point_in

PUBLIC_URL = "https://photon.komoot.io"
"""The public server. It slows down or shuts out who asks too much."""

GAZETTEER = "OpenStreetMap (Photon)"
"""`Place.gazetteer` of these places."""

_OSM_TYPES = {"N": "node", "W": "way", "R": "relation"}
_NAMES = ("name", "street", "locality", "district", "postcode", "city", "county", "state", "country")
"""What a place may be called by, the nearest first: houses and postcodes have no name."""
_KEPT = (*_NAMES, "countrycode", "osm_type", "osm_id", "osm_key", "osm_value", "type")


class PhotonGeocoder(PlaceService):
    """Ask a Photon server for names, through the reply cache.

    Places near the middle of the box that is hinted at are preferred. The box itself would shut out all others, and
    countries cannot be named.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too.
    url
        Address of the server, with port and path where it has them: ``http://127.0.0.1:2322``.
    language
        Language of the names that it answers with; the server has to know it.
    attribution
        What the licence of its data asks to be shown with them.
    manners
        As for every service, see `geo.services.Manners`.

    Raises
    ------
    OptionError
        When an argument makes no sense, or asks the public server too much.
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
            software="Photon",
            url=url,
            attribution=attribution,
            public_url=PUBLIC_URL,
            **manners,
        )
        self._language = language

    def _connected(self) -> Any:  # noqa: ANN401  # geopy has no type hints
        return self._geopy("photon", read_places)

    def _attempts(self, hints: Hints) -> Sequence[Asked]:
        asked: Asked = {"language": self._language, "limit": MAX_PLACES}
        box = box_of(hints)
        if box is None:
            return (asked,)
        (south, west), (north, east) = box
        return ({**asked, "location_bias": ((south + north) / 2, (west + east) / 2)},)

    def _record(self, location: Any) -> object:  # noqa: ANN401  # geopy has no type hints
        return kept_feature(location.raw, _KEPT)

    def _places(self, records: object) -> tuple[Place, ...]:
        return read_places({"type": "FeatureCollection", "features": records})


def read_places(reply: object) -> tuple[Place, ...]:
    """Read a reply, best place first; ValueError when it is no GeoJSON collection of sound places.

    Examples
    --------
    >>> read_places({"type": "FeatureCollection", "features": [{
    ...     "geometry": {"type": "Point", "coordinates": [13.3888599, 52.5170365]},
    ...     "properties": {"name": "Berlin", "countrycode": "DE", "osm_key": "place", "osm_value": "city",
    ...                    "osm_type": "N", "osm_id": 240109189}}]})[0].id
    'osm:node/240109189'
    """
    return tuple(map(_place, features_in(reply)))


def _place(value: object) -> Place:
    feature = object_in(value, "a place of the reply")
    properties = object_in(feature.get("properties"), "what the reply says of a place")
    lon, lat = point_in(feature)
    return Place(
        id=_id(properties),
        name=name_in(next((properties[name] for name in _NAMES if properties.get(name)), None)),
        kind=_kind(properties),
        lon=lon,
        lat=lat,
        country_code=country_in(properties.get("countrycode")),
        gazetteer=GAZETTEER,
    )


def _id(properties: Record) -> str:
    letter, number = properties.get("osm_type"), properties.get("osm_id")
    if not (isinstance(letter, str) and letter in _OSM_TYPES and is_number(number)):
        raise ValueError(f"a place of the reply has no id, but {shortened(letter)} {shortened(number)}")
    return f"osm:{_OSM_TYPES[letter]}/{number}"


def _kind(properties: Record) -> Kind:
    tag, sort = properties.get("osm_key"), properties.get("osm_value")
    if tag not in ("place", "boundary"):
        # What an address layer says of anything else is where it stands.
        return kind_of(tag, sort)
    kind = kind_of(tag, sort, properties.get("type"))
    return Kind.REGION if kind is Kind.FACILITY else kind
