"""A gazetteer with geopy's interface, for code that speaks geopy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError, GeocoderUnavailable
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from ..extent import Extent, great_circle_km, latlon
from ..gazetteers import Gazetteer, NameKind
from ..gazetteers.matching import Match, holds
from ..gazetteers.search import Found, search, strongest
from ..model import Kind, Place

_LEVELS = {"city": Kind.SETTLEMENT, "county": Kind.ADMIN2, "state": Kind.ADMIN1, "country": Kind.COUNTRY}
"""The parts of a structured query that a gazetteer knows, named as Nominatim's, innermost first."""
_MOST_NEAREST = 10


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no type hints
    """Answer geopy's ``geocode`` and ``reverse`` from a gazetteer on this machine; opens no socket.

    Every `Location` has in ``raw`` the fields of `geo.model.Place`, and ``match``, how the name led to it, or
    ``distance_km``. Pickles without what it has opened by itself.

    Parameters
    ----------
    gazetteer
        What is asked; None for the world that comes with placelines, opened at the first question.

    Examples
    --------
    >>> geocoder = GazetteerGeocoder()
    >>> geocoder.geocode("Idlib").raw["id"], geocoder.reverse((35.93, 36.63)).raw["name"]
    ('geonames:169389', 'Idlib')
    >>> geocoder.geocode("no such place") is None
    True
    """

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        super().__init__(adapter_factory=_NoNetwork)
        self._given = gazetteer
        self._opened: Gazetteer | None = None

    def __getstate__(self) -> dict[str, object]:
        # The world lies elsewhere on another machine.
        return {**self.__dict__, "_opened": None}

    @property
    def gazetteer(self) -> Gazetteer:
        """What is asked; ResourceError if the world is needed and damaged."""
        if self._given is not None:
            return self._given
        if self._opened is None:
            from ..gazetteers.embedded import open_embedded

            self._opened = open_embedded()
        return self._opened

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,
        limit: int | None = None,
        country_codes: str | Iterable[str] | None = None,
        viewbox: Sequence[object] | None = None,
        bounded: bool = False,
        bounds: Sequence[object] | None = None,
        near: object | None = None,
    ) -> Location | list[Location] | None:
        """Return the places of a name, what news most often means by it first.

        Parameters
        ----------
        query
            A name as written, e.g. "Idlib" or "the U.S."; or a structured query as Nominatim takes it, with some of
            ``city``, ``county``, ``state`` and ``country``: the first of these is looked for inside the others. Names
            of people ("Syrian") are no places here.
        exactly_one
            Whether to return the first place alone instead of a list.
        timeout
            There is nothing to wait for; geopy's geocoders all take it.
        limit
            Most places to return; None for all.
        country_codes
            ISO 3166-1 alpha-2 codes: only places there.
        viewbox
            Two opposite corners, each a `geopy.point.Point` or what makes one; places in the box come first.
        bounded
            Whether places outside of it are left out.
        bounds
            Short for a ``viewbox`` that is ``bounded``.
        near
            A point: the nearest of equally good places comes first.

        Returns
        -------
        Location, list or None
            None when the gazetteer knows no such name. Weaker matches (other forms and spellings) are given only when
            there are no better ones.

        Raises
        ------
        GeocoderQueryError
            When the query is neither text nor of parts that a gazetteer knows, or the box has not two corners.
        """
        codes = {country_codes} if isinstance(country_codes, str) else set(country_codes or ())
        codes = {code.upper() for code in codes}
        point = None if near is None else _lonlat(near)
        found = [f for f in self._found(query, point) if not codes or f.place.country_code in codes]
        found = strongest([f for f in found if f.name_kind is not NameKind.DEMONYM])
        if bounds is not None:
            viewbox, bounded = bounds, True
        if viewbox is not None:
            box = _box(viewbox)
            inside = [f for f in found if box.contains(f.place.lonlat)]
            found = inside if bounded else inside + [f for f in found if f not in inside]
        locations = [self._location(f.place, match=f.match) for f in found[: 1 if exactly_one else limit]]
        return (locations[0] if exactly_one else locations) if locations else None

    def reverse(
        self,
        query: object,
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Return the settlements nearest to a point, nearest first.

        Parameters
        ----------
        query
            A `geopy.point.Point`, (latitude, longitude), or text such as "35.93, 36.63".
        exactly_one
            Whether to return the first place alone instead of a list.
        timeout
            As for `geocode`.
        limit
            Most places to return, 10 if None.

        Returns
        -------
        Location, list or None
            None when there is none within 500 km.

        Raises
        ------
        ValueError
            When the query is no point; geopy says so.
        """
        lonlat = _lonlat(query)
        places = self.gazetteer.nearest(lonlat, 1 if exactly_one else _MOST_NEAREST if limit is None else limit)
        locations = [self._location(p, distance_km=round(great_circle_km(lonlat, p.lonlat), 3)) for p in places]
        return (locations[0] if exactly_one else locations) if locations else None

    def _found(self, query: object, near: tuple[float, float] | None) -> list[Found]:
        if isinstance(query, str):
            return search(self.gazetteer, query, near=near, limit=None)
        if not isinstance(query, Mapping) or not query.keys() <= _LEVELS.keys():
            raise GeocoderQueryError(f"a gazetteer answers names, or {', '.join(_LEVELS)} with names, not {query!r}")
        inner, *outer = [
            search(self.gazetteer, query[level], kinds={kind}, near=near, limit=None)
            for level, kind in _LEVELS.items()
            if query.get(level)
        ] or [[]]
        for holders in outer:
            inner = [found for found in inner if any(holds(_match(holder), _match(found)) for holder in holders)]
        return inner

    def _location(self, place: Place, **more: object) -> Location:
        return Location(", ".join(self._address(place)), latlon(place.lonlat), {**asdict(place), **more})

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


def _match(found: Found) -> Match:
    return Match(found.place, found.name_kind)


def _lonlat(point: object) -> tuple[float, float]:
    """Return (longitude, latitude) of whatever geopy takes for a point."""
    made = Point(point)
    return made.longitude, made.latitude


def _box(corners: Sequence[object]) -> Extent:
    """Return the box between two opposite corners, which never crosses the antimeridian: as geopy's geocoders do."""
    if len(corners) != 2:
        raise GeocoderQueryError(f"a box has two corners, not {len(corners)}")
    (lon, lat), (other_lon, other_lat) = map(_lonlat, corners)
    return Extent(min(lon, other_lon), min(lat, other_lat), max(lon, other_lon), max(lat, other_lat))
