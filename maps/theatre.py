"""The theatre: the part of the world that a story plays in, which is what its map shows first.

A story about Idlib that quotes Moscow and Washington is a map of northern Syria, not of half the globe. So the view is
fitted to the places where most mentions lie close together; everything else is shown at the edge of the map.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from geo.atlas import Atlas
from geo.entries import Area
from geo.extent import Extent, great_circle_km
from geo.model import Kind, Line, Place, Role
from geo.vicinities import area_of

from .story import StoryEntry

CORE_SHARE = 0.6
"""Share of the weight that the core of a theatre holds: a clear majority, so that one stray match cannot move it."""
REACH = 3.0
"""How many times the core's radius a local place may lie from its heart; farther ones are off the map."""
MIN_REACH_KM = 130.0
"""Reach of a core that is a single place: the towns of one province, an hour or two on the road."""
HELD_SHARE = 0.8
"""Share of the weight within reach that the box around a crowd holds: of thousands of places some lie anywhere."""
EVERY_SPOT = 300
"""Most spots of which each is tried as the heart of the story."""
_SAMPLED = 100
_PART_DEGREES = 15.0

_MARGIN_DEGREES: dict[Kind, float] = {
    Kind.SETTLEMENT: 0.45,
    Kind.FACILITY: 0.3,
    Kind.ROAD: 0.45,
    Kind.ADMIN2: 0.7,
    Kind.ADMIN1: 2.5,
    Kind.PHYSICAL: 2.0,
    Kind.COUNTRY: 5.0,
    Kind.REGION: 6.0,
    Kind.CONTINENT: 25.0,
}
"""Degrees to show around a place that stands alone, so that a reader recognises where it is."""
_LOCAL = frozenset({Kind.SETTLEMENT, Kind.FACILITY, Kind.ADMIN2})
_MERCATOR_LAT = 84.0
_WORLDWIDE_DEGREES = 300.0
"""Width from which a box is the whole world, which web maps stretch towards the poles: they are left out."""
_MOST_AREAS = 50
_WORLD = Extent(-170.0, -56.0, 180.0, 75.0)


@dataclass(frozen=True, slots=True)
class Theatre:
    """Where a story plays."""

    extent: Extent
    """The box that the map shows first."""
    main: Place | None
    """Its most mentioned place, from which distances are measured; None when there is no place at all."""

    @property
    def corners(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """South-western and north-eastern corner as (longitude, latitude); the eastern longitude may pass 180."""
        return (self.extent.west, self.extent.south), (self.extent.west + self.extent.width, self.extent.north)

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box as (longitude, latitude); the longitude may pass 180."""
        return self.extent.west + self.extent.width / 2, self.extent.south + self.extent.height / 2

    def beside(self, lonlat: tuple[float, float]) -> tuple[float, float]:
        """Return a point in the copy of the world nearest to the centre, where its longitude may lie beyond +/-180."""
        lon, lat = lonlat
        centre_lon = self.centre[0]
        return lon + 360 * round((centre_lon - lon) / 360), lat


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place with its weight in the story."""

    place: Place
    weight: float
    """Sum of the confidences of its mentions."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A spot, and how the story names it."""

    spot: _Spot
    role: Role


def find_theatre(atlas: Atlas) -> Theatre:
    """Find where the story of an atlas plays, as `theatre_of` does."""
    return theatre_of([*atlas.places, *atlas.lines], atlas.areas)


def theatre_of(entries: Iterable[StoryEntry], areas: Sequence[Area] = (), *, is_corpus: bool = False) -> Theatre:
    """Find where a story plays.

    Parameters
    ----------
    entries
        Its places and lines.
    areas
        Areas that are told of by those.
    is_corpus
        Whether it is no story but what many articles tell of: a crowd of places is then fitted without its outliers.

    Returns
    -------
    Theatre
        Around the local places (settlements, facilities, second-level units, and roads within reach) when there are
        any, with the areas that the text tells of by them; else around every place that is named; the whole world for
        a story without places.
    """
    places: list[_Told] = []
    lines: list[list[tuple[float, float]]] = []
    for entry in entries:
        if isinstance(entry.referent, Line):
            lines.extend(paths(entry.referent))
        else:
            places.append(_Told(_Spot(entry.referent, entry.weight or 0.01), entry.role))
    for spots in _from_local_to_any(places, has_lines=bool(lines)):
        if spots:
            members = _cluster(spots, HELD_SHARE if is_corpus and len(spots) > EVERY_SPOT else 1.0)
            return _around(members, lines, _area_corners(areas, members))
    points = [point for line in lines for point in line]
    extent = Extent.around(points)
    return Theatre(_on_mercator(extent.grown(0.1)) if extent else _WORLD, None)


def _from_local_to_any(places: Sequence[_Told], *, has_lines: bool) -> Iterable[list[_Spot]]:
    """Give ever wider notions of which places a story can play at."""
    located = [each.spot for each in places if each.role is Role.LITERAL]
    embedded = [each.spot for each in places if each.role is Role.EMBEDDED]
    yield [spot for spot in located if spot.place.kind in _LOCAL]
    yield [spot for spot in embedded if spot.place.kind in _LOCAL]
    if not has_lines:
        yield [spot for spot in located if spot.place.kind is Kind.ADMIN1]
        yield located
        yield [each.spot for each in places]


def _cluster(spots: Sequence[_Spot], share: float) -> list[_Spot]:
    """Return the spots around the heart of the story, heaviest first: the nearest that hold so much of the weight."""
    heart, radius_km = _core(spots)
    reach_km = max(MIN_REACH_KM, REACH * radius_km)
    away = [(great_circle_km(heart.place.lonlat, spot.place.lonlat), spot) for spot in spots]
    near = [spot for km, spot in sorted(away, key=lambda each: (each[0], each[1].place.id)) if km <= reach_km]
    held = list(accumulate(spot.weight for spot in near))
    near = near[: bisect_left(held, share * held[-1]) + 1]
    return sorted(near, key=lambda spot: (-spot.weight, spot.place.id))


def _core(spots: Sequence[_Spot]) -> tuple[_Spot, float]:
    """Return the spot nearest to most of the weight, and the radius around it within which that lies.

    Every spot is tried where there are few. Of a crowd, where that would take long, first a sample is: the heaviest
    spots, and the heaviest of each part of the world; then the neighbours of the best of them.
    """
    if len(spots) <= EVERY_SPOT:
        return _best_core(spots, spots)
    heaviest = sorted(spots, key=lambda spot: (-spot.weight, spot.place.id))
    parts = {(spot.place.lon // _PART_DEGREES, spot.place.lat // _PART_DEGREES): spot for spot in reversed(heaviest)}
    sample = {spot.place.id: spot for spot in (*heaviest[:_SAMPLED], *parts.values())}
    best, _ = _best_core(list(sample.values()), spots)
    nearest = sorted(spots, key=lambda spot: (great_circle_km(best.place.lonlat, spot.place.lonlat), spot.place.id))
    return _best_core(nearest[:_SAMPLED], spots)


def _best_core(hearts: Sequence[_Spot], spots: Sequence[_Spot]) -> tuple[_Spot, float]:
    """Return the heart around which most of the weight lies closest, and the radius of that."""
    import numpy as np

    points = np.array([_on_sphere(spot.place) for spot in spots])
    weights = np.array([spot.weight for spot in spots])
    enough = CORE_SHARE * math.fsum(weights)

    def rank(heart: _Spot) -> tuple[float, float, str]:
        closeness = points @ np.array(_on_sphere(heart.place))
        order = np.argsort(-closeness, kind="stable")
        held = np.cumsum(weights[order])
        edge = min(int(np.searchsorted(held, enough)), len(spots) - 1)
        return great_circle_km(heart.place.lonlat, spots[order[edge]].place.lonlat), -heart.weight, heart.place.id

    (radius_km, _, _), best = min(((rank(heart), heart) for heart in hearts), key=lambda ranked: ranked[0])
    return best, radius_km


def _on_sphere(place: Place) -> tuple[float, float, float]:
    """Return a point of the unit sphere: the larger the dot product of two of them, the nearer they lie."""
    lon, lat = math.radians(place.lon), math.radians(place.lat)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _area_corners(areas: Sequence[Area], members: Sequence[_Spot]) -> list[tuple[float, float]]:
    """Return the corners around every area that is told of by a member: what happened there is the story."""
    ids = {spot.place.id for spot in members}
    near = [area for area in areas if area.entry.referent.id in ids]
    boxes = (area_of(area.entry.referent, area.vicinity).bounds for area in near[:_MOST_AREAS])
    return [corner for west, south, east, north in boxes for corner in ((west, south), (east, north))]


def _around(
    members: Sequence[_Spot],
    lines: Sequence[Sequence[tuple[float, float]]],
    corners: Sequence[tuple[float, float]] = (),
) -> Theatre:
    """Fit the box around the members, the corners, and the lines that lie within reach."""
    main = members[0].place
    spread_km = max(great_circle_km(main.lonlat, spot.place.lonlat) for spot in members)
    reach_km = max(MIN_REACH_KM, REACH * spread_km)
    points = [spot.place.lonlat for spot in members]
    points.extend(((lon + 180) % 360 - 180, lat) for lon, lat in corners)
    for line in lines:
        if all(great_circle_km(main.lonlat, point) <= reach_km for point in line):
            points.extend(line)
    extent = Extent.around(points) or _WORLD
    if extent.width > _WORLDWIDE_DEGREES:
        return Theatre(_WORLD, main)
    room = max(_MARGIN_DEGREES[spot.place.kind] for spot in members)
    missing = max(0.0, room - max(extent.width, extent.height) / 2)
    return Theatre(_on_mercator(extent.grown(missing) if missing else extent), main)


def _on_mercator(extent: Extent) -> Extent:
    """Cut a box to what a web map can show: Web Mercator ends at latitude 85.05."""
    south, north = (max(-_MERCATOR_LAT, min(_MERCATOR_LAT, lat)) for lat in (extent.south, extent.north))
    return Extent(extent.west, south, extent.east, north)


def paths(line: Line) -> list[list[tuple[float, float]]]:
    """Return the parts of a line, each a list of (longitude, latitude)."""
    geometry = line.geometry
    parts = geometry.geoms if geometry.geom_type == "MultiLineString" else [geometry]
    return [[(float(point[0]), float(point[1])) for point in part.coords] for part in parts]
