"""Geocoders: what answers a free query with places.

`GazetteerGeocoder` gives any gazetteer geopy's interface. `NominatimGeocoder` asks OpenStreetMap, through the reply
cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .folder import default_cache_folder
from .nominatim import NominatimGeocoder
from .osm import ATTRIBUTION

if TYPE_CHECKING:
    from .gazetteer import GazetteerGeocoder
else:

    def __getattr__(name: str) -> object:
        # A subclass of a geopy class needs geopy, which takes 0.15 s to import; offline nothing uses it.
        if name == "GazetteerGeocoder":
            from .gazetteer import GazetteerGeocoder

            return GazetteerGeocoder
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["ATTRIBUTION", "GazetteerGeocoder", "NominatimGeocoder", "default_cache_folder"]
