"""The shortest way along imported roads, for "the road from A to B" that has no number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...extent import Extent, great_circle_km
from ...model import Course, Kind
from ...names import road_key
from .. import AT_ROAD_KM, Road, road_id
from ..segments import Segment

if TYPE_CHECKING:
    from ...network import Route
    from .store import StoredRoads

_COSTS = {"motorway": 1.0, "trunk": 1.05, "primary": 1.15, "secondary": 1.4, "tertiary": 1.8}
"""What a kilometre costs: "the road" between two towns is the one that through traffic takes, though it be longer."""
_OTHER_COST = 2.2
_CLASSES_BEYOND_KM: tuple[tuple[float, tuple[int | None, int | None]], ...] = (
    (300.0, (2, 3)),
    (120.0, (3, 5)),
    (40.0, (4, None)),
    (0.0, (5, None)),
)
"""How many classes of roads, from the best, are tried between places farther apart than so much, and how many when
these do not join them; None for all. Small roads in a large box would take minutes, and are not what is meant."""
_FARTHEST_KM = 600.0
_MOST_DETOUR = 3.0
"""A way so many times as long as the distance of its ends is not what a text means."""
_MARGIN_SHARE = 0.3
_LEAST_MARGIN = 0.2
"""How far around the box of both ends the way may run: a share of the larger side of the box, and degrees at least."""
_WHOLE_SHARE = 0.8
"""Share of the way that must have one number for the way to be called by it."""


def shortest_way(
    store: StoredRoads, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]
) -> Road | None:
    """Return the shortest way between two points along the roads, or rails, of an import.

    Parameters
    ----------
    store
        The import.
    kind
        `Kind.ROAD` or `Kind.RAILWAY`.
    start_lonlat, end_lonlat
        The two points; the way begins and ends at most `AT_ROAD_KM` from them.

    Returns
    -------
    Road or None
        A road of `Course.ROUTED`, called by the number that most of its length has; None where the import joins the
        two points by no way, or by none that is less than `_MOST_DETOUR` times as long as their distance.

    Raises
    ------
    ResourceError
        As for `StoredRoads.named`.
    """
    straight_km = great_circle_km(start_lonlat, end_lonlat)
    around = Extent.around([start_lonlat, end_lonlat])
    if around is None or not 0 < straight_km <= _FARTHEST_KM:
        return None
    margin = max(_LEAST_MARGIN, _MARGIN_SHARE * max(around.width, around.height))
    tried = -1
    for classes in _classes_to_try(kind, straight_km):
        pieces = store.segments_in(around.grown(margin), kind, classes)
        if len(pieces) == tried:
            continue
        tried = len(pieces)
        route = _route(pieces, start_lonlat, end_lonlat, straight_km)
        if route is not None:
            on_way = [pieces[number] for number in dict.fromkeys(route.lines)]
            return _as_road(store, kind, route, on_way, (start_lonlat, end_lonlat))
    return None


def _classes_to_try(kind: Kind, straight_km: float) -> list[frozenset[str] | None]:
    """Return the sets of classes to look for a way in, one after the other; None for all."""
    if kind is not Kind.ROAD:
        return [None]
    counts = next(counts for km, counts in _CLASSES_BEYOND_KM if straight_km >= km)
    return [None if count is None else _with_links(list(_COSTS)[:count]) for count in counts]


def _with_links(classes: Sequence[str]) -> frozenset[str]:
    return frozenset([*classes, *(f"{road_class}_link" for road_class in classes)])


def _class(piece: Segment) -> str:
    return (piece.road_class or "").removesuffix("_link")


def _route(
    pieces: Sequence[Segment], start_lonlat: tuple[float, float], end_lonlat: tuple[float, float], straight_km: float
) -> Route | None:
    from ...lines import length_m
    from ...network import route

    if not pieces:
        return None
    costs = [_COSTS.get(_class(piece), _OTHER_COST) for piece in pieces]
    courses = [piece.geometry for piece in pieces]
    found = route(courses, costs, start_lonlat, end_lonlat, reach_m=AT_ROAD_KM * 1000)
    if found is None or length_m(found.geometry) > _MOST_DETOUR * straight_km * 1000:
        return None
    return found


def _as_road(
    store: StoredRoads,
    kind: Kind,
    route: Route,
    on_way: Sequence[Segment],
    ends: tuple[tuple[float, float], tuple[float, float]],
) -> Road:
    from_where = store.provenance
    countries = {piece.country_code for piece in on_way}
    country = countries.pop() if len(countries) == 1 else None
    key = " - ".join(f"{lon:.2f} {lat:.2f}" for lon, lat in ends)
    return Road(
        id=road_id(kind, country, key),
        kind=kind,
        ref=_number(on_way),
        name=None,
        country_code=country,
        geometry=route.geometry,
        course=Course.ROUTED,
        origin=from_where.origin,
        source=from_where.source,
        attribution=from_where.attribution,
        osm_ids=tuple(sorted({id_ for piece in on_way for id_ in piece.osm_ids if id_.startswith("way/")})),
    )


def _number(on_way: Sequence[Segment]) -> str | None:
    """Return the number that most of the way has, if it has it nearly everywhere."""
    from ...lines import length_m

    lengths = [length_m(piece.geometry) for piece in on_way]
    carried: defaultdict[str, float] = defaultdict(float)
    for piece, metres in zip(on_way, lengths, strict=True):
        for key in {road_key(ref) for ref in piece.refs}:
            carried[key] += metres
    most = min(carried, key=lambda key: (-carried[key], key), default=None)
    if most is None or carried[most] <= _WHOLE_SHARE * sum(lengths):
        return None
    return next(ref for piece in on_way for ref in piece.refs if road_key(ref) == most)
