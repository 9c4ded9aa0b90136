"""What the online geocoders share: a name goes out once, with no more than codes of countries and a box beside it."""

from __future__ import annotations

import json
import unicodedata
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Unpack

from ..cache import Question, Replies
from ..cache.questions import Params
from ..errors import GeocodingError
from ..model import Place
from ..provenance import Source
from ..services import Manners, OnlineService
from . import geopy_classes
from .hints import Answer, Hints
from .keys import Key, Keys

MAX_PLACES = 5
"""Places asked for and kept."""

MAX_REST_S = 60
"""A server that asks for a longer rest before the next request is not asked again in this run."""

MAX_COUNTRIES = 4
"""A document that speaks of more countries than these is not about any of them."""

LatLon = tuple[float, float]
Asked = Mapping[str, object]
"""What goes out beside a name, as arguments of geopy's ``geocode``."""

_STRANGE = (TypeError, AttributeError, LookupError, ValueError, ArithmeticError, RecursionError)
"""What geopy's parsers raise on replies that they do not expect."""


class PlaceService(OnlineService[Any]):  # geopy has no type hints
    """An online service that finds places by name, asked with one of geopy's geocoders through the reply cache.

    What the service answers, "no such place" included, is kept and shared by all processes. Nothing is opened before
    the first `search`; pickles.

    Parameters
    ----------
    cache
        Where replies are kept. Processes that share its folder share the pace, too.
    software
        What runs at the address: "Nominatim".
    url
        Address of the server, with port and path where it has them.
    attribution
        What the licence of its data asks to be shown with them; None when it asks for nothing.
    public_url
        Address of the server that is there for everybody, who may ask it once a second; None when there is none.
    keys
        Where its API keys are kept, by geopy's name of the argument.
    manners
        As for every service, see `geo.services.Manners`.

    Raises
    ------
    OptionError
        When an argument makes no sense, or breaks the rules of the public server.
    """

    def __init__(
        self,
        cache: Replies,
        *,
        software: str,
        url: str,
        attribution: str | None,
        public_url: str | None = None,
        keys: Mapping[str, Key] | None = None,
        **manners: Unpack[Manners],
    ) -> None:
        self._keys = Keys(keys or {}, are_needed=not cache.is_final)
        super().__init__(
            cache,
            software=software,
            url=url,
            public_url=public_url,
            max_rest_s=MAX_REST_S,
            secrets=self._keys,
            **manners,
        )
        self.described = Source(f"{software} ({self._domain})", attribution=attribution)
        """What it is called, where it is, and what its licence asks for."""
        self._provider = f"{software.lower()} {self.url}"
        self._last_attempts: tuple[Hints, Sequence[tuple[Asked, Params]]] | None = None

    def search(self, name: str, hints: Hints = Hints()) -> Answer:  # noqa: B008  # immutable
        """Return what the service says to a name: at most `MAX_PLACES` places, best first, or none.

        Parameters
        ----------
        name
            The name. Form and spacing are made uniform before it goes out.
        hints
            Where it may lie: asked there first. Places elsewhere are answers as well.

        Raises
        ------
        GeocodingError
            When there is no sound answer, or the server is left alone by now. Never the same as "no such place".
        """
        query = unicodedata.normalize("NFC", " ".join(name.split()))
        try:
            query.encode()
        except UnicodeEncodeError as error:
            raise GeocodingError(
                f"{query!r} was not asked of {self.described.name}: it is not valid Unicode"
            ) from error
        answer = Answer()
        for asked, params in self._attempts_of(hints) if query else ():
            places, note = self._answer(
                Question(self._provider, query, params),
                read=self._kept_places,
                send=partial(self._sent, query=query, asked=asked),
            )
            answer = Answer(places, note or answer.note)
            if places:
                break
        return answer

    def _attempts_of(self, hints: Hints) -> Sequence[tuple[Asked, Params]]:
        """Return the attempts with what their replies are told by: the same for every name of a document."""
        if self._last_attempts is None or self._last_attempts[0] != hints:
            attempts = [(asked, _params({**self._settings(), **asked})) for asked in self._attempts(hints)]
            self._last_attempts = hints, attempts
        return self._last_attempts[1]

    def _settings(self) -> Asked:
        """Return what its replies depend on beside what is asked; no secrets."""
        return {}

    @abstractmethod
    def _attempts(self, hints: Hints) -> Sequence[Asked]:
        """Return what to ask with a name, one after the other until there is a place."""

    @abstractmethod
    def _record(self, location: Any) -> object:  # noqa: ANN401  # geopy has no type hints
        """Return what to keep of a geopy location, as JSON."""

    @abstractmethod
    def _places(self, records: object) -> tuple[Place, ...]:
        """Read what was kept; ValueError when it is no list of sound records."""

    def _kept_places(self, body: str | None) -> tuple[Place, ...]:
        try:
            return self._places(json.loads(body)) if body else ()
        except RecursionError as error:
            raise ValueError("the reply is nested too deeply") from error

    def _sent(self, client: Any, *, query: str, asked: Asked) -> tuple[tuple[Place, ...], str | None]:  # noqa: ANN401  # geopy has no type hints
        """Ask for a name once; return its places and what to keep of the reply."""
        from geopy.exc import GeocoderParseError, GeopyError

        try:
            found = client.geocode(query, exactly_one=False, **asked) or ()
            records = [self._record(location) for location in found[:MAX_PLACES]]
        except GeopyError:
            raise
        except _STRANGE as error:
            raise GeocoderParseError(f"the reply is not as {self._software} sends it") from error
        try:
            places = self._places(records)
        except ValueError as error:
            raise GeocoderParseError(str(error)[:200]) from error
        return places, json.dumps(records) if records else None

    def _geopy(
        self, service: str, check: Callable[[object], object], options: Mapping[str, object] | None = None
    ) -> Any:  # noqa: ANN401  # geopy has no type hints
        """Make a geocoder of geopy's, which sends with our adapter and gets placeholders for keys.

        Parameters
        ----------
        service
            geopy's name of it.
        check
            Sees every reply before geopy does, see `geo.adapters.CarefulAdapter`.
        options
            What it is made with; None for the address of the server.
        """
        if options is None:
            options = {"scheme": self._scheme, "domain": self._domain}
        return geopy_classes.make(
            service,
            {**options, **self._keys.placeholders},
            user_agent=self.user_agent,
            timeout=self.timeout_s,
            adapter_factory=self._adapter(check=check, address=self._keys.put_into),
        )


def box_of(hints: Hints) -> tuple[LatLon, LatLon] | None:
    """Return the south-western and north-eastern corner of where to look, on whole degrees, as (latitude, longitude).

    None where nothing is known, for a box over the antimeridian, which geopy cannot write, for a point and for half of
    the world.

    Examples
    --------
    >>> from geo.extent import Extent
    >>> box_of(Hints(extent=Extent(35.7, 34.2, 42.0, 37.5)))
    ((34, 35), (38, 42))
    >>> box_of(Hints(extent=Extent(170.0, -20.0, -170.0, -10.0))) is None
    True
    """
    extent = hints.extent
    if extent is None or extent.crosses_antimeridian or extent.width > 180:
        return None
    west, south, east, north = map(int, extent.on_whole_degrees.bbox)
    # Nominatim refuses a box without an area.
    return ((south, west), (north, east)) if south < north and west < east else None


def countries_of(hints: Hints) -> list[str]:
    """Return the countries to look in; none where there are too many for a hint."""
    return list(hints.countries) if len(hints.countries) <= MAX_COUNTRIES else []


def _params(asked: Asked) -> Params:
    """Return what a kept reply is told by, so that it is not taken for the reply to something else."""
    return tuple((name, value if isinstance(value, str) else json.dumps(value)) for name, value in asked.items())
