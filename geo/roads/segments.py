"""Pieces of roads as data sets have them, and whole roads made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Course, Kind, Origin
from ..names import name_key, road_key
from . import Road, road_id

if TYPE_CHECKING:
    from shapely.geometry import LineString, MultiLineString


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a road, railway, river or pipeline: a way of OpenStreetMap, a feature of a file."""

    kind: Kind
    """Sort of line."""
    refs: tuple[str, ...]
    """Its numbers as signs have them, national ones first: ("M4", "E 60")."""
    names: tuple[str, ...]
    """Its names in any language, the one to show first."""
    country_code: str | None
    """ISO 3166-1 alpha-2 code of where it lies; None where that is not known."""
    geometry: LineString | MultiLineString
    """Course, longitude/latitude, WGS 84."""
    road_class: str | None = None
    """Value of OpenStreetMap's ``highway``: "motorway", "trunk", ...; None where nothing says it."""
    osm_ids: tuple[str, ...] = ()
    """The way and the relations of OpenStreetMap it comes from: ``way/24981342``."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Everything it is filed under: keys of its numbers, then of its names."""
        keys = [*map(road_key, self.refs), *map(name_key, self.names)]
        return tuple(dict.fromkeys(filter(None, keys)))


def roads_of(
    segments: Iterable[Segment], key: str, *, course: Course, origin: Origin, source: str, attribution: str | None
) -> list[Road]:
    """Join the segments filed under a key to roads, one for each kind and country, in order of id.

    Parameters
    ----------
    segments
        Pieces that all have the key; their order does not matter.
    key
        What they were sought by.
    course, origin, source, attribution
        As for `geo.roads.Road`.
    """
    from ..lines import merged

    groups: dict[tuple[Kind, str | None], list[Segment]] = {}
    for segment in segments:
        groups.setdefault((segment.kind, segment.country_code), []).append(segment)
    roads = [
        Road(
            id=road_id(kind, country_code, key),
            kind=kind,
            ref=_shown(key, (segment.refs for segment in pieces)),
            name=_shown(key, (segment.names for segment in pieces)) or _commonest(segment.names for segment in pieces),
            country_code=country_code,
            geometry=merged([segment.geometry for segment in pieces]),
            course=course,
            origin=origin,
            source=source,
            attribution=attribution,
            osm_ids=tuple(sorted({osm_id for segment in pieces for osm_id in segment.osm_ids})),
        )
        for (kind, country_code), pieces in groups.items()
    ]
    return sorted(roads, key=lambda road: road.id)


def _shown(key: str, of_each: Iterable[tuple[str, ...]]) -> str | None:
    """Return the commonest way to write what has the key, the first in order on a tie; None when nothing has it."""
    written = (each for texts in of_each for each in texts if key in (road_key(each), name_key(each)))
    return _commonest([(each,) for each in written])


def _commonest(of_each: Iterable[tuple[str, ...]]) -> str | None:
    """Return the text that comes first most often, the first in order on a tie."""
    counts = Counter(texts[0] for texts in of_each if texts)
    return min(counts, key=lambda text: (-counts[text], text), default=None)
