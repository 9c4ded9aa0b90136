"""What the gazetteer says of a candidate by itself, in numbers: the same in every text, and so remembered."""

from __future__ import annotations

import math
from functools import lru_cache

from ..gazetteers.matching import Match
from ..gazetteers.priors import prior
from ..model import Kind, Place
from ..recognizers.standing import KIND_RANK, NAME_RANK

ALONE = ("kind", "name_kind", "form", "people", "is_capital", "seat", "is_hand_kept")
"""The facts that are features as they are, see `geo.resolvers.features`: the first of `facts`."""

_SEAT_RANK = {"PPLC": 3.0, "PPLA": 2.0, "PPLA2": 1.0, "PPLX": -1.0, "PPLH": -2.0, "PPLQ": -2.0}
_WIDE_DEGREES = 2.0
_REMEMBERED = 1 << 16


@lru_cache(maxsize=_REMEMBERED)
def facts(match: Match) -> tuple[float, ...]:
    """Return `ALONE`, then longitude, latitude, inhabitants, prior, whether it is a country and whether it is wide."""
    place = match.place
    return (
        KIND_RANK[place.kind],
        NAME_RANK[match.name_kind],
        2.0 if match.is_respelled else float(match.form is not None),
        math.log10(1 + (place.population or 0)),
        place.is_capital,
        _SEAT_RANK.get(place.feature_code or "", 0.0),
        place.is_hand_kept,
        place.lon,
        place.lat,
        place.population or 0,
        prior(match),
        place.kind is Kind.COUNTRY,
        is_wide(place),
    )


def is_wide(place: Place) -> bool:
    """Whether a place is so large that its label point says little about what is near it."""
    if place.extent is not None and place.kind is Kind.PHYSICAL:
        return max(place.extent.width, place.extent.height) > _WIDE_DEGREES
    return place.kind in {Kind.COUNTRY, Kind.CONTINENT, Kind.REGION}
