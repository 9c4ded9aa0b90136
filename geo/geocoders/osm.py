"""Places of OpenStreetMap, as Nominatim writes them: read strictly, because anybody may answer at an address.

Fields after nominatim.org/release-docs/latest/api/Output.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from reprlib import repr as shortened

from ..model import Kind, Place

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
"""To be shown wherever a place of OpenStreetMap is (openstreetmap.org/copyright)."""

GAZETTEER = "OpenStreetMap (Nominatim)"
"""`Place.gazetteer` of these places."""

MAX_PLACES = 5
"""Places asked for and kept."""

_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?(?:e-[0-9]{1,2})?")
_MAX_NAME = 255
"""Longest value of an OpenStreetMap tag (API 0.6)."""

_KINDS = {
    Kind.CONTINENT: "continent",
    Kind.COUNTRY: "country",
    Kind.REGION: "region",
    Kind.ADMIN1: "state province",
    Kind.ADMIN2: "state_district county district",
    Kind.SETTLEMENT: "city town village hamlet municipality borough city_district suburb quarter neighbourhood "
    "isolated_dwelling locality farm allotments",
    Kind.PHYSICAL: "island islet archipelago peninsula sea ocean bay strait river stream lake water mountain_range "
    "mountain peak ridge valley desert",
}
_KIND_OF_SORT = {sort: kind for kind, sorts in _KINDS.items() for sort in sorts.split()}
_KIND_OF_CLASS = {"natural": Kind.PHYSICAL, "waterway": Kind.PHYSICAL, "water": Kind.PHYSICAL, "highway": Kind.ROAD}
_KIND_BELOW_RANK = ((4, Kind.CONTINENT), (5, Kind.COUNTRY), (10, Kind.ADMIN1), (13, Kind.ADMIN2), (31, Kind.SETTLEMENT))
"""Kinds of administrative boundaries by place rank (nominatim.org/release-docs/latest/customize/Ranking)."""


def parse_places(body: str) -> tuple[Place, ...]:
    """Read the JSON text of a search reply; ValueError when it is not sound (see `read_places`)."""
    return read_places(json.loads(body))


def read_places(reply: object) -> tuple[Place, ...]:
    """Read a search reply, best place first, at most `MAX_PLACES`.

    Parameters
    ----------
    reply
        The parsed JSON.

    Returns
    -------
    tuple
        Empty for ``[]`` and for ``{"error": "Unable to geocode"}`` alone: these say that there is no such place.

    Raises
    ------
    ValueError
        When it is anything else than a list of sound records, or one record of it is not sound.

    Examples
    --------
    >>> record = {"osm_type": "node", "osm_id": 26, "lat": "53.11", "lon": "-9.15", "class": "place", "type": "village",
    ...           "display_name": "Ballyvaughan, County Clare, Ireland", "address": {"country_code": "ie"}}
    >>> place, = read_places([record])
    >>> place.id, place.name, place.kind.value, place.country_code
    ('osm:node/26', 'Ballyvaughan', 'settlement', 'IE')
    >>> read_places([])
    ()
    >>> read_places({"foo": 1})
    Traceback (most recent call last):
    ...
    ValueError: the reply is no list of places: {'foo': 1}
    """
    if reply == {"error": "Unable to geocode"}:
        return ()
    if not isinstance(reply, list):
        raise ValueError(f"the reply is no list of places: {shortened(reply)}")  # noqa: TRY004  # data, not an argument
    return tuple(_place(record) for record in reply[:MAX_PLACES])


def _place(record: object) -> Place:
    if not isinstance(record, dict):
        raise ValueError(f"a place of the reply is no object: {shortened(record)}")  # noqa: TRY004  # data, not an argument
    _check_flat(record)
    return Place(
        id=_id(record),
        name=_name(record),
        kind=_kind(record),
        lon=_degrees(record, "lon"),
        lat=_degrees(record, "lat"),
        country_code=_country_code(record),
        gazetteer=GAZETTEER,
    )


def _check_flat(record: Mapping[str, object]) -> None:
    """Let through values, and lists and objects of values: nothing deeper, which could not be stored safely."""
    for value in record.values():
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
        for item in inner:
            if isinstance(item, (dict, list)) or (isinstance(item, float) and not math.isfinite(item)):
                raise ValueError(f"a place of the reply holds {shortened(item)}")


def _degrees(record: Mapping[str, object], axis: str) -> float:
    value = record.get(axis)
    if not isinstance(value, str) or not _DEGREES.fullmatch(value):
        raise ValueError(f"a place of the reply has {axis} {shortened(value)}")
    return float(value)


def _id(record: Mapping[str, object]) -> str:
    kind, number = record.get("osm_type"), record.get("osm_id")
    if isinstance(kind, str) and kind in {"node", "way", "relation"} and _is_number(number):
        return f"osm:{kind}/{number}"
    # Postcodes and interpolated addresses have no object of OpenStreetMap.
    number = record.get("place_id")
    if kind is None and _is_number(number):
        return f"nominatim:{number}"
    raise ValueError(f"a place of the reply has no id, but {shortened(kind)} {shortened(number)}")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _name(record: Mapping[str, object]) -> str:
    """Return the place's own name, else the first part of its address."""
    address = record.get("display_name")
    own = record.get("name") or (address.split(",")[0] if isinstance(address, str) else None)
    for text in (address, own):
        # Cc are control characters, Cs lone surrogates: neither is in OpenStreetMap.
        if not isinstance(text, str) or not text.strip() or {"Cc", "Cs"} & set(map(unicodedata.category, text)):
            raise ValueError(f"a place of the reply is called {shortened(text)}")
    name = str(own).strip()
    if len(name) > _MAX_NAME:
        raise ValueError(f"a place of the reply has a name of {len(name)} characters")
    return name


def _kind(record: Mapping[str, object]) -> Kind:
    tag, sort, rank = record.get("class"), record.get("type"), record.get("place_rank")
    for value in (record.get("addresstype"), sort):
        if isinstance(value, str) and value in _KIND_OF_SORT:
            return _KIND_OF_SORT[value]
    if tag == "boundary" and sort == "administrative":
        below = (kind for limit, kind in _KIND_BELOW_RANK if isinstance(rank, int) and rank < limit)
        return next(below, Kind.REGION)
    return _KIND_OF_CLASS.get(str(tag), Kind.FACILITY)


def _country_code(record: Mapping[str, object]) -> str | None:
    address = record.get("address")
    code = address.get("country_code") if isinstance(address, dict) else None
    return code.upper() if isinstance(code, str) and re.fullmatch("[A-Za-z]{2}", code) else None
