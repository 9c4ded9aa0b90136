"""What the tags of OpenStreetMap say: which ways are kept, and their numbers and names.

Tags after wiki.openstreetmap.org/wiki/Key:highway, Key:ref and Key:name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from ...model import Kind

KEYS = ("highway", "railway", "waterway", "man_made")
"""A way without any of these is none of ours."""
ROUTES = frozenset({"road", "railway"})
"""Values of ``route`` of relations whose numbers and names are those of their ways, too; "train" is a service."""

_MAIN = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
_LINKS = frozenset({"motorway_link", "trunk_link", "primary_link"})
_MINOR = frozenset({"unclassified", "residential", "service"})
_RAILWAYS = frozenset({"rail", "light_rail", "narrow_gauge"})
_WATERWAYS = frozenset({"river", "canal"})
# Not old_ref: roads take over the numbers of others.
_REF_KEYS = ("ref", "nat_ref")
_NAME_KEYS = ("name:en", "name", "int_name", "official_name", "alt_name", "loc_name")
# Others are no languages: "name:left", "name:etymology", "name:prefix".
_IN_LANGUAGE = re.compile(r"(?:official_|alt_)?name:[a-z]{2,3}(?:-[A-Za-z]{2,8})*")
_AMERICAN_NETWORK = re.compile(r"US:(I|US|[A-Z]{2})")


class Route(NamedTuple):
    """What a relation hands to its ways."""

    id: int
    """Its id."""
    refs: tuple[str, ...]
    """Its numbers."""
    int_refs: tuple[str, ...]
    """Its international numbers."""
    names: tuple[str, ...]
    """Its names, the one to show first."""


class Sort(NamedTuple):
    """What sort of line a way is."""

    kind: Kind
    """Sort of line."""
    road_class: str | None = None
    """Value of ``highway``."""

    @property
    def is_link(self) -> bool:
        """Whether it only joins roads: routes run on it, and no road's course."""
        return self.road_class in _LINKS


class Tags(Protocol):
    """Tags as osmium has them, each of which is decoded when it is asked for."""

    def get(self, key: str) -> str | None:
        """Return the value of a key, or None."""

    def __contains__(self, key: str, /) -> bool: ...


def may_be_kept(tags: Tags) -> bool:
    """Whether a way that is part of no route may be kept: a glance that spares decoding all tags of most ways."""
    road_class = tags.get("highway")
    is_main = road_class is None or road_class in _MAIN or road_class in _LINKS
    return is_main or (road_class in _MINOR and "ref" in tags)


def sort_of(tags: Mapping[str, str], routes: Sequence[Route] = ()) -> Sort | None:
    """Return what sort of line a way is; None for one that is not kept.

    Parameters
    ----------
    tags
        Its tags.
    routes
        The routes that it is part of.

    Examples
    --------
    >>> sort_of({"highway": "trunk"})
    Sort(kind=<Kind.ROAD: 'road'>, road_class='trunk')
    >>> sort_of({"highway": "residential", "name": "Elm Street"}) is None
    True
    """
    if "area" in tags and tags["area"] != "no":
        return None
    has_ref = "ref" in tags or any(route.refs for route in routes)
    has_name = any(route.names for route in routes) or any(map(tags.__contains__, _NAME_KEYS))
    if (road_class := tags.get("highway")) is not None:
        is_kept = road_class in _MAIN or road_class in _LINKS or (road_class in _MINOR and has_ref)
        return Sort(Kind.ROAD, road_class) if is_kept else None
    if tags.get("railway") in _RAILWAYS:
        # Sidings have the numbers of tracks.
        is_line = "service" not in tags and (has_ref or has_name or tags.get("usage") == "main")
        return Sort(Kind.RAILWAY) if is_line else None
    if tags.get("waterway") in _WATERWAYS:
        return Sort(Kind.RIVER) if has_name else None
    if tags.get("man_made") == "pipeline":
        return Sort(Kind.PIPELINE) if has_ref or has_name else None
    return None


def refs_of(tags: Mapping[str, str], routes: Sequence[Route] = ()) -> tuple[str, ...]:
    """Return the numbers of a way, national ones first.

    Examples
    --------
    >>> refs_of({"int_ref": "E 60", "ref": "M4; 7"})
    ('M4', '7', 'E 60')
    """
    national = [*_listed(tags, _REF_KEYS), *(ref for route in routes for ref in route.refs)]
    international = [*_listed(tags, ("int_ref",)), *(ref for route in routes for ref in route.int_refs)]
    return tuple(dict.fromkeys([*national, *international]))


def names_of(tags: Mapping[str, str], routes: Sequence[Route] = ()) -> tuple[str, ...]:
    """Return the names of a way, the English one first.

    Examples
    --------
    >>> names_of({"name": "طريق دمشق", "name:en": "Damascus Road", "name:left": "x", "alt_name": "A; B"})
    ('Damascus Road', 'طريق دمشق', 'A', 'B')
    """
    in_languages = sorted(key for key in tags if ":" in key and _IN_LANGUAGE.fullmatch(key))
    of_routes = (name for route in routes for name in route.names)
    return tuple(dict.fromkeys([*_listed(tags, (*_NAME_KEYS, *in_languages)), *of_routes]))


def route_of(id_: int, tags: Mapping[str, str]) -> Route | None:
    """Return what a relation hands to its ways; None for one that is no route of roads or rails.

    Examples
    --------
    >>> route_of(1, {"type": "route", "route": "road", "network": "US:I", "ref": "95"}).refs
    ('I 95',)
    """
    if tags.get("type") != "route" or tags.get("route") not in ROUTES:
        return None
    refs = tuple(_listed(tags, _REF_KEYS))
    # In the United States the number alone stands for several roads: that of the network tells them apart.
    if american := _AMERICAN_NETWORK.match(tags.get("network", "")):
        refs = tuple(f"{american[1]} {ref}" if ref.isdigit() else ref for ref in refs)
    route = Route(id_, refs, tuple(_listed(tags, ("int_ref",))), names_of(tags))
    return route if route.refs or route.int_refs or route.names else None


def _listed(tags: Mapping[str, str], keys: Iterable[str]) -> Iterator[str]:
    """Yield the values of some tags, each of a list by itself."""
    for key in keys:
        yield from filter(None, (value.strip() for value in tags.get(key, "").split(";")))
