"""Geocoders: what answers a free query with places.

`GazetteerGeocoder` gives any gazetteer geopy's interface. `open_geocoder` gives an online service by name:
`NominatimGeocoder`, `PhotonGeocoder`, `PeliasGeocoder` or any of geopy's, asked through the reply cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .nominatim import NominatimGeocoder
from .opening import OnlineGeocoder, open_geocoder
from .osm import ATTRIBUTION
from .pelias import PeliasGeocoder
from .photon import PhotonGeocoder

if TYPE_CHECKING:
    from .gazetteer import GazetteerGeocoder
else:

    def __getattr__(name: str) -> object:
        # A subclass of a geopy class needs geopy, which takes 0.15 s to import; offline nothing uses it.
        if name == "GazetteerGeocoder":
            from .gazetteer import GazetteerGeocoder

            return GazetteerGeocoder
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "ATTRIBUTION",
    "GazetteerGeocoder",
    "NominatimGeocoder",
    "OnlineGeocoder",
    "PeliasGeocoder",
    "PhotonGeocoder",
    "open_geocoder",
]
