"""Opens an online geocoder by name, as the file of geocoders says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..cache import Replies
from ..errors import OptionError
from ..provenance import Source
from .config import Settings, read_settings
from .hints import Answer, Hints
from .nominatim import NominatimGeocoder
from .pelias import PeliasGeocoder
from .photon import PhotonGeocoder

if TYPE_CHECKING:
    from ..adapters import Request
    from .place_service import PlaceService

GEOCODE_EARTH_URL = "https://api.geocode.earth"
"""A Pelias server that anybody may ask who pays for it."""

_WITHOUT_KEYS: Mapping[str, Callable[..., NominatimGeocoder | PhotonGeocoder]] = {
    "nominatim": NominatimGeocoder,
    "photon": PhotonGeocoder,
}


class OnlineGeocoder(Protocol):
    """What a `geo.Geoparser` asks for names that its gazetteer does not know."""

    @property
    def described(self) -> Source:
        """What it is called, and what its licence asks for."""

    def search(self, name: str, hints: Hints = ...) -> Answer:
        """Return what it says to a name, looked for first where the hints say; `GeocodingError` if it does not say."""


def open_geocoder(
    name: str,
    cache: Replies,
    *,
    url: str | None = None,
    config: Path | None = None,
    tell: Callable[[Request], None] | None = None,
    on_request: Callable[[str, str], None] | None = None,
) -> PlaceService:
    """Return an online geocoder; nothing is sent yet.

    Parameters
    ----------
    name
        A table of the file of geocoders, else ``nominatim``, ``photon``, ``pelias`` or geopy's name of any other.
    cache
        Where replies are kept.
    url
        Address of the server, put over that of the file.
    config
        The file of geocoders; None for the usual one (see `geo.geocoders.config.read_settings`).
    tell
        Takes the requests instead of the server; nothing is sent then.
    on_request
        Called with server and name before each request.

    Raises
    ------
    OptionError
        When there is no such geocoder, or the file or the address makes no sense.
    """
    settings = read_settings(name, config)
    common: dict[str, Any] = {**settings.numbers, "tell": tell, "on_request": on_request}
    if settings.attribution is not None:
        common["attribution"] = settings.attribution
    address = url or settings.url
    try:
        if settings.service in _WITHOUT_KEYS:
            _check_keys(settings, ())
            common |= {} if address is None else {"url": address}
            return _WITHOUT_KEYS[settings.service](cache, **common, **_language(settings))
        if settings.service in ("pelias", "geocodeearth"):
            return _pelias(settings, cache, address, common)
        from .any_geopy import AnyGeocoder

        return AnyGeocoder(
            cache,
            settings.service,
            url=address,
            options=settings.options,
            keys=settings.keys,
            ask=settings.ask,
            **common,
        )
    except OptionError as error:
        if settings.where == name:
            raise
        raise OptionError(f"{settings.where}: {error}") from error


def _pelias(settings: Settings, cache: Replies, address: str | None, common: Mapping[str, Any]) -> PeliasGeocoder:
    _check_keys(settings, ("api_key",))
    if address is None and settings.service == "geocodeearth":
        address = GEOCODE_EARTH_URL
    if address is None:
        raise OptionError("there is no Pelias server for everybody: give the address of one (--geocoder-url)")
    if settings.service == "geocodeearth" and not settings.keys:
        raise OptionError("geocodeearth needs 'api_key': say it in the file of geocoders (docs/geocoding.md)")
    return PeliasGeocoder(cache, url=address, key=settings.keys.get("api_key"), **common, **_language(settings))


def _check_keys(settings: Settings, keys: tuple[str, ...]) -> None:
    known = (*keys, "class", "url", "attribution", "interval_s", "timeout_s", "ask")
    for given in (*settings.options, *settings.keys):
        if given not in known:
            raise OptionError(f"{settings.service} takes no {given!r}, but {', '.join(known)}")


def _language(settings: Settings) -> dict[str, Any]:
    for key, value in settings.ask.items():
        if key != "language":
            raise OptionError(f"{settings.service} takes no 'ask.{key}', but 'ask.language'")
        if not isinstance(value, str) or not (value.isascii() and value.isprintable()):
            raise OptionError("'ask.language': give codes of languages in one text, as in en or uk,en")
    return {"language": str(settings.ask["language"])} if settings.ask else {}
