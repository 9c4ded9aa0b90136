"""Any geocoder of geopy's, by name: its requests are sent and its replies believed with the same care as others'."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from reprlib import repr as shortened
from typing import Any, Unpack

from ..cache import Replies
from ..model import Kind, Place
from ..services import Manners
from . import geopy_classes
from .hints import Hints
from .keys import Key, placeholders_of
from .osm import kind_of
from .place_service import MAX_PLACES, Asked, PlaceService
from .sound import check_text, country_in, degrees_in, name_in, object_in

_PARTS = ("address", "components", "properties")
_COUNTRY = ("country_code", "countryCode", "countrycode")
_SORT = ("_type", "type", "types", "place_type", "addresstype", "entityType")
_MOST_SORTS = 20
_KINDS = {
    "administrative_area_level_1": Kind.ADMIN1,
    "administrative_area_level_2": Kind.ADMIN2,
    "natural_feature": Kind.PHYSICAL,
    "airport": Kind.FACILITY,
    "poi": Kind.FACILITY,
    "point_of_interest": Kind.FACILITY,
    "premise": Kind.FACILITY,
    "street_address": Kind.FACILITY,
    "road": Kind.ROAD,
    "route": Kind.ROAD,
}
"""Kinds by what Google, OpenCage and Mapbox call them where OpenStreetMap has other words."""


class AnyGeocoder(PlaceService):
    """Ask one of geopy's geocoders for names, through the reply cache.

    It is told nothing of where the names may lie: every service has words of its own for that.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too.
    service
        geopy's name of the geocoder, in any case: "opencage".
    url
        Address of the server; None for the geocoder's own.
    options
        More arguments of geopy's class; no secrets.
    keys
        Where its API keys are kept, by geopy's name of the argument.
    ask
        Arguments of its ``geocode``.
    attribution
        What the licence of its data asks to be shown with them.
    manners
        As for every service, see `geo.services.Manners`.

    Raises
    ------
    OptionError
        When geopy has no such geocoder, or an argument is not one of it, is missing or makes no sense.
    """

    def __init__(
        self,
        cache: Replies,
        service: str,
        *,
        url: str | None = None,
        options: Mapping[str, object] | None = None,
        keys: Mapping[str, Key] | None = None,
        ask: Mapping[str, object] | None = None,
        attribution: str | None = None,
        **manners: Unpack[Manners],
    ) -> None:
        self._service = service.casefold()
        self._options = {**(options or {}), **geopy_classes.address_options(service, url)}
        geopy = geopy_classes.geocoder_class(service)
        geopy_classes.check_arguments(service, geopy.__init__, (*self._options, *(keys or ())))
        geopy_classes.check_arguments(service, geopy.geocode, ask or {})
        limit = {"limit": MAX_PLACES} if geopy_classes.takes(geopy.geocode, "limit") else {}
        self._asked: Asked = {**limit, **(ask or {})}
        super().__init__(
            cache,
            software=geopy.__name__,
            url=geopy_classes.address_of(service, {**self._options, **placeholders_of(keys or ())}),
            attribution=attribution,
            keys=keys,
            **manners,
        )

    def _connected(self) -> Any:  # noqa: ANN401  # geopy has no type hints
        return _Client(lambda check: self._geopy(self._service, check, self._options))

    def _attempts(self, hints: Hints) -> Sequence[Asked]:
        return (self._asked,)

    def _settings(self) -> Asked:
        return self._options

    def _record(self, location: Any) -> object:  # noqa: ANN401  # geopy has no type hints
        told = _parts(location.raw)
        countries = [country_in(part.get(name)) for part in told for name in _COUNTRY]
        return {
            "address": location.address,
            "lon": location.longitude,
            "lat": location.latitude,
            "country_code": next(filter(None, countries), None),
            "sorts": [sort for part in told for name in _SORT for sort in _words(part.get(name))][:_MOST_SORTS],
        }

    def _places(self, records: object) -> tuple[Place, ...]:
        if not isinstance(records, list):
            raise ValueError(f"the reply is no list of places: {shortened(records)}")  # noqa: TRY004  # data
        return tuple(map(self._place, records))

    def _place(self, value: object) -> Place:
        record = object_in(value, "a place of the reply")
        lon, lat = degrees_in(record.get("lon"), "longitude"), degrees_in(record.get("lat"), "latitude")
        if (lon, lat) == (0, 0):
            # What geopy and some services make of a place without coordinates.
            raise ValueError("a place of the reply has no coordinates, but 0, 0")
        name = name_in(check_text(record.get("address")).split(",")[0])
        # Few services have ids, and geopy passes on none.
        digest = hashlib.sha256(f"{lat:.5f} {lon:.5f} {name}".encode()).hexdigest()[:16]
        return Place(
            id=f"geopy:{self._service}/{digest}",
            name=name,
            kind=_kind(record.get("sorts")),
            lon=lon,
            lat=lat,
            country_code=country_in(record.get("country_code")),
            gazetteer=self._software,
        )


class _Client:
    """A geopy geocoder that tells "no such place" from a reply which geopy makes nothing of."""

    def __init__(self, make: Callable[[Callable[[object], object]], Any]) -> None:
        self._reply: object = None
        self._geocoder = make(self._see)

    def geocode(self, query: str, **asked: object) -> list[Any]:
        """Return geopy's locations; GeocoderParseError where there are none and the reply does not say so."""
        from geopy.exc import GeocoderParseError

        with warnings.catch_warnings():
            # geopy 2.5.0 explains in a warning why it raises an error about a latitude.
            warnings.simplefilter("ignore", UserWarning)
            found = self._geocoder.geocode(query, **asked) or []
        if not found and not _says_nothing_found(self._reply):
            raise GeocoderParseError(f"the reply does not say that there is no such place: {shortened(self._reply)}")
        return found if isinstance(found, list) else [found]

    def _see(self, reply: object) -> None:
        if not isinstance(reply, (dict, list)):
            raise ValueError(f"the reply is no list of places: {shortened(reply)}")  # noqa: TRY004  # data
        self._reply = reply


def _says_nothing_found(reply: object) -> bool:
    """Whether a reply tells of no error and has an empty list in its first levels, as services say "no such place"."""
    if isinstance(reply, dict) and (reply.get("error") or reply.get("errors")):
        return False
    level = [reply]
    for _ in range(4):
        if [] in level:
            return True
        level = [inner for value in level for inner in _inner(value)]
    return False


def _inner(value: object) -> Sequence[object]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()


def _parts(raw: object) -> list[dict[str, object]]:
    """Return where services tell what sort of place it is, and in which country: the record and some of its parts."""
    if not isinstance(raw, dict):
        return []
    return [part for part in (raw, *map(raw.get, _PARTS)) if isinstance(part, dict)]


def _words(value: object) -> list[str]:
    words = value if isinstance(value, list) else [value]
    return [word.lower() for word in words if isinstance(word, str) and len(word) < 40]


def _kind(sorts: object) -> Kind:
    """Return the kind by the first sort that says it; a settlement, as most names in texts, where none does."""
    for sort in sorts if isinstance(sorts, list) else ():
        if isinstance(sort, str) and sort in _KINDS:
            return _KINDS[sort]
        kind = kind_of(None, sort)
        if kind is not Kind.FACILITY:
            return kind
    return Kind.SETTLEMENT
