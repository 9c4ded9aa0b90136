"""Roads with two carriageways, each a line of its own: which of the two to draw and measure.

The road is taken apart into strokes, runs that go straight on at every junction. The longest stays; of each other one
goes what runs beside a stroke that stays, where the road holds together without it. That tells a second carriageway
from the other arm of a hairpin bend, without which the road would end at the bend.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import pi
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, MultiLineString

from .geodesy import Floats, Integers, courses
from .joining import merged
from .strokes import Legs, Stroke, difference, heading

if TYPE_CHECKING:
    import networkx as nx

ASIDE_M = 80.0
"""How far apart two carriageways of one road run."""

_SAMPLE_M = 50.0
"""A leg is looked at every so far."""
_MOST_SAMPLES = 1000
"""Of one leg: one longer than 50 km is no surveyed road."""
_CHUNK = 1000
"""Samples looked at together."""
_MOST_PAIRS = 3_000_000
"""Of samples and legs near them; a tangle that has more is no road with two carriageways."""
_PARALLEL = pi / 6
"""By how much the directions of two carriageways differ at most, in radians."""
_SHORTEST_M = 500.0
"""Less than this beside another is no carriageway: the arms of a fork lie as near to each other."""
_WIDEST_M = 5000.0
"""Between two stretches side by side carriageways part for as long as this: around a hill or a town."""
_DETOUR = 1.5
"""By how much the way round by the other carriageway is longer at most."""
_DETOUR_M = 1000.0
"""And by how much more in metres."""
_TAIL = 0.1
"""How much of its length may hang on the end of what goes: where the data of that carriageway break off."""
_STUB_M = 150.0
"""What is left dangling of links between the two, at most."""
_CACHED = 64
"""Answers that stay in memory: a long road takes seconds, it is measured, cut and drawn, and many articles name it."""


@lru_cache(maxsize=_CACHED)
def one_carriageway(geometry: LineString | MultiLineString) -> LineString | MultiLineString:
    """Return a road with one of its two carriageways where it has two, for display and to measure it.

    A road without a second carriageway comes back as it is. Which of the two stays is not told by the direction of
    traffic: the one that goes on straighter and longer. Where the line changes from one to the other there may be a gap
    as wide as the road, which `geo.lines.section` bridges.

    Examples
    --------
    >>> road = MultiLineString([[(0, 0), (0, 0.1)], [(0.0003, 0.1), (0.0003, 0)]])
    >>> one_carriageway(road).wkt
    'LINESTRING (0 0, 0 0.1)'
    """
    road = Legs(courses(merged([geometry])))
    gone = _second_carriageway(road)
    return merged(road.runs(~gone)) if gone.any() else geometry


def _second_carriageway(road: Legs) -> npt.NDArray[np.bool_]:
    """Tell for each leg whether it may go."""
    beside = _Beside(road)
    frame = _Frame(road)
    gone = np.zeros(len(road.first), bool)
    stays = np.zeros(len(road.first), bool)
    if not beside.is_any:
        return gone
    # What had to stay for the sake of the road may have a dead end beside it: that one is seen the second time.
    for stay_all in (False, True):
        for number, stroke in enumerate(road.strokes):
            near = beside.share(number, ~gone if stay_all else stays) >= 0.5
            for start, stop in _runs_beside(near, road.legs_m[stroke.legs]):
                start, stop = _to_junctions(road, stroke, start, stop)
                legs = stroke.legs[start:stop]
                if not beside.needed[legs].any() and frame.holds_without(legs, stroke.nodes[[start, stop]]):
                    gone[legs] = True
                    beside.need(number, legs, ~gone)
            stays[stroke.legs] = ~gone[stroke.legs]
    return frame.without_stubs(gone)


class _Beside:
    """Which legs run side by side with legs of other strokes."""

    def __init__(self, road: Legs) -> None:
        counts = np.clip(np.ceil(road.legs_m / _SAMPLE_M), 1, _MOST_SAMPLES).astype(np.int64)
        # The leg of each sample, and how far along it that lies.
        legs = np.repeat(np.arange(len(counts)), counts)
        shares = (np.arange(len(legs)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / counts[legs]
        stroke = np.zeros(len(counts), np.int64)
        for number, each in enumerate(road.strokes):
            stroke[each.legs] = number
        samples = road.starts[legs] + shares[:, None] * (road.ends[legs] - road.starts[legs])
        pairs = _pairs(road, samples, legs, stroke)
        self._sample, self._other = pairs[:, np.argsort(stroke[legs[pairs[0]]], kind="stable")]
        self._leg = legs[self._sample]
        self._bounds = np.searchsorted(stroke[self._leg], np.arange(len(road.strokes) + 1))
        self._counts = counts
        self._strokes = road.strokes
        self.needed = np.zeros(len(counts), bool)
        """Legs that must stay, because one beside them went."""

    @property
    def is_any(self) -> bool:
        """Whether any legs do."""
        return len(self._leg) > 0

    def share(self, stroke: int, by: npt.NDArray[np.bool_]) -> Floats:
        """Return how much of each leg of a stroke lies beside some legs, 0 to 1."""
        pairs = slice(self._bounds[stroke], self._bounds[stroke + 1])
        found = by[self._other[pairs]]
        at = np.unique(self._sample[pairs][found], return_index=True)[1]
        hits = np.bincount(self._leg[pairs][found][at], minlength=len(self._counts))
        legs = self._strokes[stroke].legs
        return np.asarray(hits[legs] / self._counts[legs])

    def need(self, stroke: int, legs: Integers, staying: npt.NDArray[np.bool_]) -> None:
        """Note that what stays beside some legs of a stroke must stay from now on."""
        pairs = slice(self._bounds[stroke], self._bounds[stroke + 1])
        others = self._other[pairs][np.isin(self._leg[pairs], legs)]
        self.needed[others[staying[others]]] = True


def _pairs(road: Legs, samples: Floats, legs: Integers, stroke: Integers) -> Integers:
    """Find which legs lie beside points of others: their numbers below those of the points; none for a tangle.

    Parameters
    ----------
    road
        All legs.
    samples, legs
        Points, and the leg that each lies on.
    stroke
        The stroke of each leg; no leg is beside another of its own.
    """
    tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([road.starts, road.ends], axis=1))))
    headings = heading(road.ends - road.starts)
    found = [np.empty((2, 0), np.int64)]
    looked_at = 0
    for chunk in np.split(np.arange(len(legs)), np.arange(_CHUNK, len(legs), _CHUNK)):
        reach = ASIDE_M * road.stretch[legs[chunk]]
        hits, other = tree.query(shapely.points(samples[chunk]), predicate="dwithin", distance=reach)
        looked_at += len(hits)
        if looked_at > _MOST_PAIRS:
            return found[0]
        leg = legs[chunk[hits]]
        wanted = (stroke[leg] != stroke[other]) & (np.abs(difference(headings[leg], headings[other], pi)) < _PARALLEL)
        sample, other = chunk[hits][wanted], other[wanted]
        ahead, aside = _offsets(samples[sample], road.starts[other], road.ends[other], headings[legs[sample]])
        # What a leg has ahead of it is not beside it.
        found.append(np.stack([sample, other])[:, ahead <= aside + 1])
    return np.concatenate(found, axis=1)


class _Frame:
    """What holds the road together."""

    def __init__(self, road: Legs) -> None:
        import networkx as nx

        self._road = road
        self._graph: nx.Graph[int] = nx.Graph()
        self._add(np.arange(len(road.first)))

    def _add(self, legs: Integers) -> None:
        columns = (column[legs].tolist() for column in (self._road.tails, self._road.heads, self._road.legs_m))
        self._graph.add_weighted_edges_from(zip(*columns, strict=True))

    def holds_without(self, legs: Integers, ends: Integers) -> bool:
        """Take out a run of legs unless that would break the road apart or lead it round; tell whether they are out."""
        import networkx as nx

        start, end = ends.tolist()
        length_m = float(self._road.legs_m[legs].sum())
        self._graph.remove_edges_from(
            zip(self._road.tails[legs].tolist(), self._road.heads[legs].tolist(), strict=True)
        )
        if self._leads_nowhere(start, _TAIL * length_m) or self._leads_nowhere(end, _TAIL * length_m):
            return True
        longest = _DETOUR * length_m + _DETOUR_M
        try:
            nx.single_source_dijkstra(self._graph, start, end, cutoff=longest)
        except nx.NetworkXNoPath:
            self._add(legs)
            return False
        return True

    def _leads_nowhere(self, node: int, metres: float) -> bool:
        """Whether less than so much of the road hangs on a node."""
        import networkx as nx

        hanging = 0.0
        for tail, head in nx.edge_bfs(self._graph, node):
            hanging += self._graph.edges[tail, head]["weight"]
            if hanging > metres:
                return False
        return True

    def without_stubs(self, gone: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Add to the legs that go what is left dangling of the links between them and those that stay."""
        road = self._road
        loose = np.intersect1d(
            np.concatenate([road.tails[gone], road.heads[gone]]), np.concatenate([road.tails[~gone], road.heads[~gone]])
        )
        stubs: set[frozenset[int]] = set()
        for node in loose.tolist():
            stubs.update(self._stub(node))
        pairs = zip(road.tails.tolist(), road.heads.tolist(), strict=True)
        gone |= np.fromiter((frozenset(pair) in stubs for pair in pairs), bool, len(gone))
        return gone

    def _stub(self, node: int) -> list[frozenset[int]]:
        """Return the legs from a node to the next junction if it dangles and that is near."""
        legs: list[frozenset[int]] = []
        metres, last = 0.0, None
        while len(onward := [other for other in self._graph[node] if other != last]) == 1:
            metres += self._graph.edges[node, onward[0]]["weight"]
            legs.append(frozenset((node, onward[0])))
            if metres > _STUB_M:
                return []
            last, node = node, onward[0]
        return legs


def _to_junctions(road: Legs, stroke: Stroke, start: int, stop: int) -> tuple[int, int]:
    """Shorten a run of a stroke's legs to where others join it, near its ends: the rest is their road, too."""
    along = np.concatenate([[0.0], np.cumsum(road.legs_m[stroke.legs[start:stop]])])
    joins = np.flatnonzero(road.is_junction[stroke.nodes[start : stop + 1]])
    first, last = joins[along[joins] <= ASIDE_M], joins[along[-1] - along[joins] <= ASIDE_M]
    # A run shorter than that has both ends at one junction.
    if len(first) and len(last) and first[0] >= last[-1]:
        return start, stop
    return start + int(first[0] if len(first) else 0), start + int(last[-1] if len(last) else stop - start)


def _runs_beside(near: npt.NDArray[np.bool_], lengths_m: Floats) -> Iterator[tuple[int, int]]:
    """Yield where runs of legs beside others start and stop, with the stretches between them where these part."""
    bounds = [0, *(np.flatnonzero(np.diff(near)) + 1).tolist(), len(near)]
    stretches = [(start, stop, float(lengths_m[start:stop].sum())) for start, stop in pairwise(bounds)]
    if not near[0]:
        stretches = stretches[1:]
    runs: list[tuple[int, int, float]] = []
    apart_m = 0.0
    for number, (start, stop, metres) in enumerate(stretches):
        if number % 2:
            apart_m = metres
        elif runs and apart_m <= min(_WIDEST_M, runs[-1][2] + metres):
            runs[-1] = (runs[-1][0], stop, runs[-1][2] + metres)
        else:
            runs.append((start, stop, metres))
    yield from ((start, stop) for start, stop, metres in runs if metres >= _SHORTEST_M)


def _offsets(points: Floats, starts: Floats, ends: Floats, headings: Floats) -> tuple[Floats, Floats]:
    """Return how far ahead or behind, and how far to a side, the nearest points of legs lie, seen in some headings."""
    steps, back = ends - starts, points - starts
    shares = np.clip((back * steps).sum(axis=1) / (steps**2).sum(axis=1), 0, 1)
    to = shares[:, None] * steps - back
    along, across = np.cos(headings), np.sin(headings)
    return np.abs(to[:, 0] * along + to[:, 1] * across), np.abs(to[:, 1] * along - to[:, 0] * across)
