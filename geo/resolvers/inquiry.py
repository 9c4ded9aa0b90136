"""Ask an online geocoder for the names of a document that have no likely place, there where the document is."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import GeocodingError, NotAskedError, PlacelinesWarning
from ..extent import Extent, great_circle_km
from ..gazetteers import Gazetteer, NameKind
from ..gazetteers.matching import Match
from ..geocoders.hints import Answer, Hints
from ..model import Kind, Place, Resolution
from ..names import name_key
from .context import Given

if TYPE_CHECKING:
    from ..geocoders import OnlineGeocoder

MOST_ASKED = 50
"""Names of one document that are asked for: at one request a second, a minute."""
_SURE = 0.5
"""Confidence from which a place of the document tells where it is."""
_LEAST_SHARE = 0.25
"""Share of the document's places that lie in a country which it is about."""
_MARGIN_DEGREES = 1.0
"""Room around the places of a document, in which those that are asked for may lie."""
_SAME_PLACE_KM = 10.0
"""So near to each other, two places of one name and kind are one: an answer adds nothing to what was weighed."""
_POINTS = frozenset({Kind.SETTLEMENT, Kind.FACILITY, Kind.ADMIN2})
"""Kinds whose point tells where a document is; that of a country or sea may lie far from it."""


class Inquiry:
    """Asks a geocoder for names, each once in a document.

    Parameters
    ----------
    geocoder
        What is asked. Its `GeocodingError` leaves a name as it is, and the first one is given as a warning; of
        `NotAskedError` there is none.
    gazetteer
        Tells where countries lie.
    """

    def __init__(self, geocoder: OnlineGeocoder, gazetteer: Gazetteer) -> None:
        self._geocoder = geocoder
        self._gazetteer = gazetteer
        self._has_warned = False

    def about(self, resolutions: Sequence[Resolution]) -> Given:
        """Return what the geocoder says to the names of a document that have no likely place.

        Parameters
        ----------
        resolutions
            What was worked out of the document's names without asking.
        """
        unplaced = {one.toponym.sought: one for one in reversed(resolutions) if one.referent is None}
        names = [one for one in dict.fromkeys(each.toponym.sought for each in resolutions) if one in unplaced]
        hints = hints_of(resolutions, self._gazetteer) if names else Hints()
        answers: dict[str, tuple[Match, ...]] = {}
        reasons = dict.fromkeys(
            names[MOST_ASKED:], f"not in the gazetteer; not asked for, after {MOST_ASKED} other names of this text"
        )
        for name in names[:MOST_ASKED]:
            try:
                answer = self._geocoder.search(name, hints)
            except GeocodingError as error:
                reasons[name] = f"not in the gazetteer; {error}"
                self._warn_once(error)
                continue
            if not answer.places:
                reasons[name] = f"neither in the gazetteer nor known to {self._geocoder.described.name}"
            answers[name] = tuple(_matches(name, answer, unplaced[name]))
        return Given(answers, reasons)

    def _warn_once(self, error: GeocodingError) -> None:
        if not self._has_warned and not isinstance(error, NotAskedError):
            self._has_warned = True
            warnings.warn(f"{error}; such names stay unresolved", PlacelinesWarning, stacklevel=2)


def hints_of(resolutions: Iterable[Resolution], gazetteer: Gazetteer) -> Hints:
    """Return where the names of a document may lie: countries that it is about or names, and a box where it is about.

    Parameters
    ----------
    resolutions
        What is known of its names.
    gazetteer
        Tells where countries lie, for a document that names nothing smaller.
    """
    sure = {one.referent for one in resolutions if isinstance(one.referent, Place) and one.confidence >= _SURE}
    times = Counter(place.country_code for place in sure if place.country_code is not None)
    home = {code for code, count in times.items() if count >= _LEAST_SHARE * times.total()}
    # Services shut out what is in no country that they are told: "in Lebanon" stands in many a text about Syria.
    named = {place.country_code for place in sure if place.kind is Kind.COUNTRY and place.country_code is not None}
    inside = [place for place in sure if place.country_code in home]
    points = [place.lonlat for place in inside if place.kind in _POINTS]
    if not points:
        wholes = (gazetteer.unit(code) for code in sorted(home))
        points = [corner for whole in wholes if whole is not None and whole.extent for corner in whole.extent.corners]
    extent = Extent.around(points)
    box = None if extent is None else extent.grown(_MARGIN_DEGREES).on_whole_degrees
    return Hints(tuple(sorted(home | named)), box)


def _matches(name: str, answer: Answer, asked: Resolution) -> Iterable[Match]:
    """Yield what an answer adds to the candidates of a name."""
    key = name_key(name)
    weighed = [candidate.referent for candidate in asked.candidates if isinstance(candidate.referent, Place)]
    for place in answer.places:
        if any(
            place.kind is known.kind and great_circle_km(place.lonlat, known.lonlat) < _SAME_PLACE_KM
            for known in weighed
        ):
            continue
        kind = NameKind.PRIMARY if name_key(place.name) == key else NameKind.ALTERNATE
        form = f"answered by {place.gazetteer}" + (f" ({answer.note})" if answer.note else "")
        yield Match(place, kind, form)
