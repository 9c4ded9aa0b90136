"""Several sources of one sort asked as one: the extracts of neighbouring countries, the user's files of two provinces.

An extract has the ways that cross its border, too, so that each of two neighbours knows a little of the other's roads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from ..model import Kind, Origin
from ..provenance import Source
from . import Road, RoadSource, Sought

_CACHED = 64
"""Answers that stay in memory: joining the pieces of a long road takes a second."""


class Together:
    """Sources of one origin that know roads by number and name alone, asked as one; it pickles if they do.

    Parameters
    ----------
    sources
        At least one. Where they say different things of one road, that which has most ways of it is believed.
    """

    def __init__(self, sources: Sequence[RoadSource]) -> None:
        self.sources = tuple(sources)
        self._roads = lru_cache(maxsize=_CACHED)(self._of_all)

    def __reduce__(self) -> tuple[type[Together], tuple[tuple[RoadSource, ...]]]:
        return type(self), (self.sources,)

    @property
    def origin(self) -> Origin:
        """What sort of source they are; ResourceError as for `named`."""
        return self.sources[0].origin

    @property
    def described(self) -> tuple[Source, ...]:
        """What each of them is called; raises as they."""
        return tuple(described for source in self.sources for described in source.described)

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return every road filed under the first key that files any, with all that the sources have of it.

        In order of id; raises what the sources raise.
        """
        return next(filter(None, (self._roads(sought.kind, key) for key in sought.keys)), ())

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> Sequence[Road]:
        """Return what the first source that knows a way between two points knows of it, best first; raises as they."""
        answers = (source.between(kind, start_lonlat, end_lonlat) for source in self.sources)
        return next(filter(None, answers), ())

    def _of_all(self, kind: Kind, key: str) -> tuple[Road, ...]:
        by_id: dict[str, list[Road]] = {}
        for source in self.sources:
            for road in source.named(Sought(kind, (key,))):
                by_id.setdefault(road.id, []).append(road)
        return tuple(_joined(by_id[road_id]) for road_id in sorted(by_id))


def together(sources: Iterable[RoadSource]) -> list[RoadSource]:
    """Return sources with those of one origin as one, in the order of the first of each."""
    by_origin: dict[Origin, list[RoadSource]] = {}
    for source in sources:
        by_origin.setdefault(source.origin, []).append(source)
    return [of_one[0] if len(of_one) == 1 else Together(of_one) for of_one in by_origin.values()]


def _joined(same: Sequence[Road]) -> Road:
    """Make one road of what several sources have of it."""
    from ..lines import merged

    # The order in which files are given must not show.
    in_order = sorted(same, key=lambda road: (-len(road.osm_ids), road.source))
    kept = [road for number, road in enumerate(in_order) if not _is_in_any(road, in_order[:number])]
    if len(kept) == 1:
        return kept[0]
    return replace(
        kept[0],
        ref=next((road.ref for road in kept if road.ref), None),
        name=next((road.name for road in kept if road.name), None),
        geometry=merged([road.geometry for road in kept]),
        source=" + ".join(dict.fromkeys(road.source for road in kept)),
        attribution=next((road.attribution for road in kept if road.attribution), None),
        osm_ids=tuple(sorted({osm_id for road in kept for osm_id in road.osm_ids})),
    )


def _is_in_any(road: Road, others: Sequence[Road]) -> bool:
    """Whether a source has every way of a road."""
    ways = set(road.osm_ids)
    return bool(ways) and any(ways <= set(other.osm_ids) for other in others)
