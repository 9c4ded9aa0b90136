"""A gazetteer with geopy's interface, for code that speaks geopy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError, GeocoderUnavailable
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from ..extent import latlon
from ..gazetteers import Gazetteer, NameKind
from ..gazetteers.matching import matches
from ..model import Place


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no type hints
    """Answer geopy's ``geocode`` from a gazetteer on this machine; opens no socket.

    Parameters
    ----------
    gazetteer
        What is asked; it decides the order of the places.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__(adapter_factory=_NoNetwork)
        self.gazetteer = gazetteer

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: object = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """Return the places of a name: geopy's address, point and ``raw`` (the fields of `geo.model.Place`).

        Parameters
        ----------
        query
            A name as written, e.g. "Idlib" or "the U.S.". Names of people ("Syrian") are no places here.
        exactly_one
            Whether to return the first place alone instead of a list.
        timeout
            There is nothing to wait for; geopy's geocoders all take it.

        Returns
        -------
        Location, list or None
            None when the gazetteer knows no such name.

        Raises
        ------
        GeocoderQueryError
            When the query is not text, such as geopy's structured queries.
        """
        if not isinstance(query, str):
            raise GeocoderQueryError(f"a gazetteer answers names, not {query!r}")
        found = matches(self.gazetteer, query)
        places = [match.place for match in found if match.name_kind is not NameKind.DEMONYM]
        if not places:
            return None
        return self._location(places[0]) if exactly_one else [self._location(place) for place in places]

    def _location(self, place: Place) -> Location:
        return Location(", ".join(self._address(place)), latlon(place.lonlat), asdict(place))

    def _address(self, place: Place) -> Sequence[str]:
        """Name the place and the units around it, innermost first, each name once."""
        names = [place.name]
        if place.country_code is not None:
            if place.admin1_code is not None:
                admin1 = self.gazetteer.unit(place.country_code, place.admin1_code)
                names += [admin1.name] if admin1 else []
            country = self.gazetteer.unit(place.country_code)
            names += [country.name] if country else []
        return list(dict.fromkeys(names))


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no type hints
    """The adapter that geopy asks for, of a geocoder that needs none."""

    def get_json(self, url: str, *, timeout: float | None, headers: object) -> NoReturn:
        raise GeocoderUnavailable(f"a gazetteer asks nothing online, so not {url} either")

    get_text = get_json
