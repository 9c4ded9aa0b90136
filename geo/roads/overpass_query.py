"""Questions to Overpass: keys of roads, as `geo.names` makes them, to Overpass QL.

Nothing of a key gets into a query but letters and digits; whatever else is in it becomes a character class. So no name
can end the text in which it stands.

References
----------
wiki.openstreetmap.org/wiki/Overpass_API/Overpass_QL. Values are matched with POSIX extended regular expressions in the
locale C.UTF-8 (Overpass API 0.7, ``regular_expression.h``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ..extent import Extent
from ..model import Kind
from ..names import name_key, road_key

REF_TAGS = ("ref", "nat_ref", "int_ref")
"""Tags that hold the numbers of a road, national ones first."""

NAME_TAGS = ("name:en", "int_name", "name", "alt_name")
"""Tags that hold its names, the one to show first."""

MAX_DEGREES = 12.0
"""Widest and highest box that is asked for: the roads of a large country's half."""

MAX_TAG_CHARS = 255
"""Longest value of a tag of OpenStreetMap (API 0.6)."""

TIMEOUT_S = 25
"""Seconds after which the server gives up."""

_MEMORY_BYTES = 256 << 20
"""Half of what a query is granted unasked: Overpass lets modest queries in first."""

_MAIN = "motorway|trunk|primary|secondary|tertiary"
"""Classes of highways that are asked for: smaller ones carry no signed numbers, and their names are those of streets,
of which a country has a hundred of the same name. Slip roads (``motorway_link``) are no part of the course."""

_WAYS = {
    Kind.ROAD: f'["highway"~"^({_MAIN})$"]',
    Kind.RAILWAY: '["railway"~"^(rail|narrow_gauge)$"]',
    Kind.RIVER: '["waterway"~"^(river|canal)$"]',
    Kind.PIPELINE: '["man_made"="pipeline"]',
}
"""What a way of each kind of line is tagged with."""

# A numbered route may lead through the smaller streets of a town.
_MEMBERS = _WAYS | {Kind.ROAD: f'["highway"~"^({_MAIN}|unclassified|residential)$"]'}
"""The same for a way that a relation says is part of the line."""

_RELATIONS = {
    Kind.ROAD: '["type"="route"]["route"="road"]',
    Kind.RAILWAY: '["type"="route"]["route"="railway"]',
    Kind.RIVER: '["type"="waterway"]',
    Kind.PIPELINE: '["type"="route"]["route"="pipeline"]',
}
"""What a relation of each kind of line is tagged with."""

KINDS = frozenset(_WAYS)
"""Kinds of lines that are asked for."""

_BESIDE = "[^[:alnum:];]*"
"""Whatever signs have beside letters and digits; several values of a tag stand between semicolons."""
_WITHIN = "[^[:alnum:]; ]*"
"""An apostrophe, a stop or a mark within a word: key "kings highway", tag "King's Highway"."""
_BETWEEN = "[^[:alnum:];]+"
_LATIN = (range(0xC0, 0x250), range(0x1E00, 0x1F00))
"""Where the letters with accents are that are plain ones in a key."""


def askable(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the keys that a tag may have."""
    return tuple(key for key in keys if len(key) <= MAX_TAG_CHARS and key.isprintable() and any(map(str.isalnum, key)))


def query(kind: Kind, keys: Sequence[str], area: Extent) -> str:
    """Return the query for everything filed under some keys in an area: ways with their course, and their relations.

    Parameters
    ----------
    kind
        One of `KINDS`.
    keys
        Keys of numbers and names, see `askable`.
    area
        The box to look in, see `box`.
    """
    filters = [
        f'["{tag}"~"{pattern}",i]'
        for tags, pattern in (
            (REF_TAGS, number_pattern(key for key in keys if _is_number(key))),
            (NAME_TAGS, name_pattern(key for key in keys if not _is_number(key))),
        )
        if pattern
        for tag in tags
    ]
    return "\n".join(
        [
            f"[out:json][timeout:{TIMEOUT_S}][maxsize:{_MEMORY_BYTES}]"
            f"[bbox:{area.south:.1f},{area.west:.1f},{area.north:.1f},{area.east:.1f}];",
            "(",
            *(f"relation{_RELATIONS[kind]}{each};" for each in filters),
            ")->.routes;",
            "(",
            *(f"way{_WAYS[kind]}{each};" for each in filters),
            f"way(r.routes){_MEMBERS[kind]};",
            ");",
            "out geom;",
            ".routes out body;",
        ]
    )


def box(area: Extent) -> Extent:
    """Return an area rounded outward to tenths of a degree, so that texts on one region ask the same question.

    One wider or higher than `MAX_DEGREES` is cut down around its centre.

    Examples
    --------
    >>> box(Extent(35.79, 35.53, 37.161, 36.2))
    Extent(west=35.7, south=35.5, east=37.2, north=36.2)
    >>> box(Extent(170, -40, -170, 60))
    Extent(west=174.0, south=4.0, east=-174.0, north=16.0)
    """
    west, east = _cut(area.west, area.width)
    south, north = _cut(area.south, area.height)
    return Extent(_wrapped(west), max(south, -90.0), _wrapped(east), min(north, 90.0))


def number_pattern(keys: Iterable[str]) -> str:
    """Return a regular expression for the values of `REF_TAGS` that have one of some keys; "" for no keys.

    Examples
    --------
    >>> number_pattern(["M4"]).replace(_BESIDE, "-")
    '(^|;)-(M-4)-(;|$)'
    """
    return _any_of(_number(key) for key in keys)


def name_pattern(keys: Iterable[str]) -> str:
    """Return a regular expression for the values of `NAME_TAGS` that have one of some keys; "" for no keys."""
    return _any_of(f"({_word('the')}{_BETWEEN})*{_BETWEEN.join(map(_word, key.split()))}" for key in keys)


def _is_number(key: str) -> bool:
    # In scripts without capitals, a word is its own key in both ways.
    return key == road_key(key) and (any(map(str.isdecimal, key)) or key != name_key(key))


def _any_of(patterns: Iterable[str]) -> str:
    joined = "|".join(patterns)
    return f"(^|;){_BESIDE}({joined}){_BESIDE}(;|$)" if joined else ""


def _number(key: str) -> str:
    """Return a regular expression for a number: anything may set letters apart, but nothing digits: "U.S. 101"."""
    parts: list[str] = []
    for before, character in zip(" " + key, key, strict=False):
        if parts and not (before.isdecimal() and character.isdecimal()):
            parts.append(_BESIDE)
        parts.append(character if character.isalnum() else _BESIDE)
    return "".join(parts)


def _word(word: str) -> str:
    """Return a regular expression for a word: of two letters that may be one ("ss"), the second need not be there."""
    return _WITHIN.join(
        _letter(word[place : place + 2]) + ("?" if word[place - 1 : place + 1] in _alike(_LATIN) else "")
        for place in range(len(word))
    )


def _letter(pair: str) -> str:
    """Return a regular expression for whatever is the first of two letters in a key, or both of them."""
    letter = pair[0]
    if not letter.isalnum():
        return _WITHIN
    page = ord(letter) & ~0xFF
    table = _alike(_LATIN if letter.isascii() else (range(page, page + 0x100),))
    alike = table.get(letter, "") + (table.get(pair, "") if len(pair) == 2 else "")
    # One by one, because the C library refuses ranges of letters other than ASCII in this locale.
    return f"[{letter}{alike}]" if alike else letter


@lru_cache(maxsize=64)
def _alike(blocks: tuple[range, ...]) -> Mapping[str, str]:
    """Return for letters of keys, or two of them, which others are filed as they; capitals only where case tells."""
    found: dict[str, str] = {}
    for character in (chr(number) for block in blocks for number in block):
        key = name_key(character)
        if character.isalnum() and character != key and not (character.isupper() and len(character.lower()) == 1):
            found[key] = found.get(key, "") + character
    return found


def _cut(start: float, size: float) -> tuple[float, float]:
    middle, half = start + size / 2, min(size, MAX_DEGREES) / 2
    # Rounded before, because 35.8 * 10 need not be 358.
    low, high = math.floor(round((middle - half) * 10, 6)), math.ceil(round((middle + half) * 10, 6))
    return low / 10, high / 10


def _wrapped(lon: float) -> float:
    """Bring a longitude that ran over 180 back to the globe."""
    return lon if -180 <= lon <= 180 else round((lon + 180) % 360 - 180, 1)
