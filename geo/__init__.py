"""Turn news text into an atlas of places and lines.

What is listed in ``__all__`` is the public surface; it is loaded when it is first used, so that ``import geo`` costs
nothing. Everything else may change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .articles import read
    from .atlas import Atlas
    from .cache import ReplyCache
    from .component import load
    from .corrections import Corrections
    from .corrections.reading import read_corrections
    from .entries import Area, Entry
    from .errors import (
        GeocodingError,
        InputError,
        OptionError,
        OutputError,
        PlacelinesError,
        PlacelinesWarning,
        ResourceError,
        TextWarning,
    )
    from .geocoders import GazetteerGeocoder, NominatimGeocoder, PeliasGeocoder, PhotonGeocoder, open_geocoder
    from .geocoders.hints import Answer, Hints
    from .model import (
        Candidate,
        Correction,
        Course,
        Document,
        Excerpt,
        Kind,
        Line,
        Mention,
        Place,
        Resolution,
        Role,
        Toponym,
        Vicinity,
        VicinitySort,
    )
    from .parsing import parse
    from .pipeline import Geoparser
    from .provenance import Run, Source
    from .writers.formats import read_atlas
else:

    def __getattr__(name: str) -> object:
        """Load a public name (PEP 562)."""
        from importlib import import_module

        for module, names in _HOMES.items():
            if name in names.split():
                return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_HOMES = {
    "articles": "read",
    "atlas": "Atlas",
    "cache": "ReplyCache",
    "component": "load",
    "corrections": "Corrections",
    "corrections.reading": "read_corrections",
    "entries": "Area Entry",
    "errors": "GeocodingError InputError OptionError OutputError PlacelinesError PlacelinesWarning ResourceError "
    "TextWarning",
    "geocoders": "GazetteerGeocoder NominatimGeocoder PeliasGeocoder PhotonGeocoder open_geocoder",
    "geocoders.hints": "Answer Hints",
    "model": "Candidate Correction Course Document Excerpt Kind Line Mention Place Resolution Role Toponym "
    "Vicinity VicinitySort",
    "parsing": "parse",
    "pipeline": "Geoparser",
    "provenance": "Run Source",
    "writers.formats": "read_atlas",
}
"""Which module each public name comes from."""

__all__ = [
    "Answer",
    "Area",
    "Atlas",
    "Candidate",
    "Correction",
    "Corrections",
    "Course",
    "Document",
    "Entry",
    "Excerpt",
    "GazetteerGeocoder",
    "GeocodingError",
    "Geoparser",
    "Hints",
    "InputError",
    "Kind",
    "Line",
    "Mention",
    "NominatimGeocoder",
    "OptionError",
    "OutputError",
    "PeliasGeocoder",
    "PhotonGeocoder",
    "Place",
    "PlacelinesError",
    "PlacelinesWarning",
    "ReplyCache",
    "Resolution",
    "ResourceError",
    "Role",
    "Run",
    "Source",
    "TextWarning",
    "Toponym",
    "Vicinity",
    "VicinitySort",
    "load",
    "open_geocoder",
    "parse",
    "read",
    "read_atlas",
    "read_corrections",
]


def __dir__() -> list[str]:
    """List the public names too, though they are not loaded yet."""
    return sorted({*globals(), *__all__})
