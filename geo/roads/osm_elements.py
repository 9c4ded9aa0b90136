"""Ways and relations of OpenStreetMap, as Overpass writes them: read strictly, because anybody may answer there.

Fields after wiki.openstreetmap.org/wiki/Overpass_API/Overpass_QL, section "out", and Overpass API 0.7,
``output_json.cc``.
"""

from __future__ import annotations

import json
import reprlib
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from ..model import Kind
from ..names import name_key, road_key
from .overpass_query import MAX_TAG_CHARS, NAME_TAGS, REF_TAGS
from .segments import Segment

_TAGS = (*REF_TAGS, *NAME_TAGS, "highway")
"""Tags that are read and kept."""

_DECIMALS = 7
"""Of degrees, as OpenStreetMap has them: a centimetre."""

_BRIEF_CHARS = 60

LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Way:
    """A way of OpenStreetMap."""

    id: int
    """Its number."""
    tags: Mapping[str, str]
    """Those of its tags that are of use."""
    lonlats: tuple[LonLat, ...]
    """Its course as (longitude, latitude)."""


@dataclass(frozen=True, slots=True)
class Route:
    """A relation of OpenStreetMap whose members are a road, railway, river or pipeline."""

    id: int
    """Its number."""
    tags: Mapping[str, str]
    """Those of its tags that are of use."""
    ways: tuple[int, ...]
    """The numbers of its ways, in order."""


@dataclass(frozen=True, slots=True)
class Elements:
    """The ways and relations of a reply, in order of number."""

    ways: tuple[Way, ...] = ()
    """Every way."""
    routes: tuple[Route, ...] = ()
    """Every relation."""

    def filed_under(self, keys: Collection[str]) -> Elements:
        """Return what has one of some keys, by itself or as part of a relation that has."""
        routes = [route for route in self.routes if not _keys(route.tags).isdisjoint(keys)]
        members = {way for route in routes for way in route.ways}
        ways = [way for way in self.ways if way.id in members or not _keys(way.tags).isdisjoint(keys)]
        kept = {way.id for way in ways}
        return Elements(
            tuple(ways),
            tuple(Route(each.id, each.tags, tuple(filter(kept.__contains__, each.ways))) for each in routes),
        )

    def to_json(self) -> str:
        """Return the elements as a reply that `parse_elements` reads."""
        ways = [
            {
                "type": "way",
                "id": way.id,
                "geometry": [{"lat": lat, "lon": lon} for lon, lat in way.lonlats],
                "tags": way.tags,
            }
            for way in self.ways
        ]
        routes = [
            {
                "type": "relation",
                "id": route.id,
                "members": [{"type": "way", "ref": way} for way in route.ways],
                "tags": route.tags,
            }
            for route in self.routes
        ]
        return json.dumps({"elements": [*ways, *routes]}, ensure_ascii=False, separators=(",", ":"))

    def segments(self, kind: Kind, country_of: Callable[[LonLat], str | None]) -> list[Segment]:
        """Return the ways as pieces of lines, each with the numbers and names of its relations.

        Parameters
        ----------
        kind
            Sort of line.
        country_of
            Gives the ISO 3166-1 alpha-2 code of the country around a point, None for none.
        """
        from shapely import LineString

        from ..lines import midpoint

        routes: dict[int, list[Route]] = {}
        for route in self.routes:
            for number in route.ways:
                routes.setdefault(number, []).append(route)
        found = []
        for way in self.ways:
            if len(set(way.lonlats)) < 2:
                continue
            line = LineString(way.lonlats)
            of_way = routes.get(way.id, [])
            tags = [way.tags, *(route.tags for route in of_way)]
            found.append(
                Segment(
                    kind=kind,
                    refs=_values(tags, REF_TAGS),
                    names=_values(tags, NAME_TAGS),
                    country_code=country_of(midpoint(line)),
                    geometry=line,
                    road_class=way.tags.get("highway"),
                    osm_ids=(f"way/{way.id}", *(f"relation/{route.id}" for route in of_way)),
                )
            )
        return found


def parse_elements(body: str) -> Elements:
    """Read the JSON text of a reply; ValueError when it is not sound (see `read_elements`)."""
    return read_elements(json.loads(body))


def read_elements(reply: object) -> Elements:
    """Read a reply to ``out geom`` and ``out body``.

    Parameters
    ----------
    reply
        The parsed JSON.

    Returns
    -------
    Elements
        Empty for ``"elements": []``, which says that there is no such thing.

    Raises
    ------
    ValueError
        When the reply is anything else than a list of sound ways and relations, or carries a remark: the server gave
        up before the end, and says so with status 200.

    Examples
    --------
    >>> way = {"type": "way", "id": 26, "geometry": [{"lat": 35.8, "lon": 36.3}, {"lat": 35.9, "lon": 36.4}],
    ...        "tags": {"highway": "trunk", "ref": "M4", "surface": "asphalt"}}
    >>> read_elements({"elements": [way]}).ways
    (Way(id=26, tags={'ref': 'M4', 'highway': 'trunk'}, lonlats=((36.3, 35.8), (36.4, 35.9))),)
    >>> read_elements({"elements": []})
    Elements(ways=(), routes=())
    >>> read_elements({"elements": [way], "remark": "runtime error: out of memory"})
    Traceback (most recent call last):
    ...
    ValueError: the server gave up: 'runtime error: out of memory'
    """
    if not isinstance(reply, dict):
        raise ValueError(f"the reply holds no elements: {_brief(reply)}")  # noqa: TRY004  # data, not an argument
    if "remark" in reply:
        raise ValueError(f"the server gave up: {_brief(reply['remark'])}")
    elements = reply.get("elements")
    if not isinstance(elements, list):
        raise ValueError(f"the reply holds no elements: {_brief(reply)}")  # noqa: TRY004  # data, not an argument
    ways: dict[int, Way] = {}
    routes: dict[int, Route] = {}
    for element in elements:
        match element:
            case {"type": "way"}:
                way = _way(element)
                ways[way.id] = way
            case {"type": "relation"}:
                route = _route(element)
                routes[route.id] = route
            case _:
                raise ValueError(f"an element of the reply is no way or relation: {_brief(element)}")
    return Elements(tuple(ways[number] for number in sorted(ways)), tuple(routes[number] for number in sorted(routes)))


def _way(element: Mapping[str, object]) -> Way:
    number = _number(element.get("id"), "a way")
    points = element.get("geometry")
    if not isinstance(points, list) or not points:
        raise ValueError(f"way {number} has no course, but {_brief(points)}")
    return Way(number, _tags(element, f"way {number}"), tuple(_lonlat(point, number) for point in points))


def _lonlat(point: object, way: int) -> LonLat:
    if isinstance(point, dict):
        lon, lat = point.get("lon"), point.get("lat")
        if _is_within(lon, 180) and _is_within(lat, 90):
            return round(float(lon), _DECIMALS), round(float(lat), _DECIMALS)
    raise ValueError(f"way {way} passes {_brief(point)}, which is no point on the globe")


def _is_within(degrees: object, limit: int) -> TypeGuard[float]:
    # Comparing refuses NaN and infinity, too, and whole numbers that are too large for a float.
    return isinstance(degrees, (int, float)) and not isinstance(degrees, bool) and abs(degrees) <= limit


def _route(element: Mapping[str, object]) -> Route:
    number = _number(element.get("id"), "a relation")
    members = element.get("members", [])
    if not isinstance(members, list):
        raise ValueError(f"relation {number} has no members, but {_brief(members)}")  # noqa: TRY004  # data
    ways: list[int] = []
    for member in members:
        match member:
            case {"type": "way", "ref": ref}:
                ways.append(_number(ref, f"a member of relation {number}"))
            case {"type": "node" | "relation"}:
                continue
            case _:
                raise ValueError(f"relation {number} has a member {_brief(member)}")
    return Route(number, _tags(element, f"relation {number}"), tuple(dict.fromkeys(ways)))


def _number(value: object, what: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return value
    raise ValueError(f"{what} has no number, but {_brief(value)}")


def _tags(element: Mapping[str, object], what: str) -> dict[str, str]:
    tags = element.get("tags", {})
    if not isinstance(tags, dict) or not all(isinstance(tags.get(tag, ""), str) for tag in _TAGS):
        raise ValueError(f"{what} has tags {_brief(tags)}")
    return {tag: tags[tag] for tag in _TAGS if _is_fit(tags.get(tag, ""))}


def _is_fit(value: str) -> bool:
    """Whether it is a text to show: Cc are control characters, Cs lone surrogates."""
    return 0 < len(value.strip()) <= MAX_TAG_CHARS and not {"Cc", "Cs"} & set(map(unicodedata.category, value))


def _keys(tags: Mapping[str, str]) -> set[str]:
    return {*map(road_key, _values([tags], REF_TAGS)), *map(name_key, _values([tags], NAME_TAGS))}


def _values(of_each: Collection[Mapping[str, str]], tags: Collection[str]) -> tuple[str, ...]:
    """Return what some tags hold, each value once; those of one tag stand between semicolons."""
    values = (
        value.strip() for each in of_each for tag in tags for value in each.get(tag, "").split(";") if value.strip()
    )
    return tuple(dict.fromkeys(values))


def _brief(value: object) -> str:
    """Show what was read in a message; `reprlib` alone lets objects within objects fill a page."""
    return (ascii(value[:_BRIEF_CHARS]) if isinstance(value, str) else reprlib.repr(value))[: 2 * _BRIEF_CHARS]
