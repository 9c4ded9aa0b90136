"""Places of OpenStreetMap, as Nominatim writes them: read strictly, because anybody may answer at an address.

Fields after nominatim.org/release-docs/latest/api/Output.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from reprlib import repr as shortened

from ..model import Kind, Place
from .sound import check_text, country_in, name_in, object_in

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
"""To be shown wherever a place of OpenStreetMap is (openstreetmap.org/copyright)."""

GAZETTEER = "OpenStreetMap (Nominatim)"
"""`Place.gazetteer` of these places."""

_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?(?:e-[0-9]{1,2})?")

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


def read_places(reply: object) -> tuple[Place, ...]:
    """Read a search reply, best place first.

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
    return tuple(map(_place, reply))


def kind_of(tag: object, *sorts: object) -> Kind:
    """Return the kind of what has a tag of a key, by the first of its sorts that says it.

    Examples
    --------
    >>> kind_of("place", None, "city").value, kind_of("natural", "cape").value, kind_of("shop", "bakery").value
    ('settlement', 'physical', 'facility')
    """
    for sort in sorts:
        if isinstance(sort, str) and sort in _KIND_OF_SORT:
            return _KIND_OF_SORT[sort]
    return _KIND_OF_CLASS.get(str(tag), Kind.FACILITY)


def _place(value: object) -> Place:
    record = object_in(value, "a place of the reply")
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
        if isinstance(value, str):
            continue
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
    if isinstance(kind, str) and kind in {"node", "way", "relation"} and is_number(number):
        return f"osm:{kind}/{number}"
    # Postcodes and interpolated addresses have no object of OpenStreetMap.
    number = record.get("place_id")
    if kind is None and is_number(number):
        return f"nominatim:{number}"
    raise ValueError(f"a place of the reply has no id, but {shortened(kind)} {shortened(number)}")


def is_number(value: object) -> bool:
    """Whether it is the number of an object of OpenStreetMap."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _name(record: Mapping[str, object]) -> str:
    """Return the place's own name, else the first part of its address."""
    address = check_text(record.get("display_name"))
    return name_in(record.get("name") or address.split(",")[0])


def _kind(record: Mapping[str, object]) -> Kind:
    tag, sort, addresstype = record.get("class"), record.get("type"), record.get("addresstype")
    kind = kind_of(tag, addresstype, sort)
    if kind is Kind.FACILITY and tag == "boundary" and sort == "administrative":
        rank = record.get("place_rank")
        below = (kind for limit, kind in _KIND_BELOW_RANK if isinstance(rank, int) and rank < limit)
        return next(below, Kind.REGION)
    return kind


def _country_code(record: Mapping[str, object]) -> str | None:
    address = record.get("address")
    return country_in(address.get("country_code")) if isinstance(address, dict) else None
