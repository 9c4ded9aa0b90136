"""Networks of lines, and the shortest way through them.

Lines join where they share an end or another vertex; lines that only cross, as at a bridge, do not.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from shapely import LineString

from .geodesy import (
    Floats,
    Integers,
    between,
    course_through,
    distances_m,
    feet,
    mercator_m,
    mercator_stretch,
    numbered,
    vertices,
    wrapped,
)

if TYPE_CHECKING:
    import networkx as nx
    from shapely.geometry import MultiLineString

REACH_M = 15_000.0
"""How far from a place the road to it may begin: by-passes of large cities keep as far from their middle."""
GAP_M = 300.0
"""Breaks in data up to this wide are bridged: a roundabout or a crossing that does not carry the road's number."""
ABREAST_M = 100.0
"""How far apart two carriageways of one road lie at most; it is left and joined on either."""

_BRIDGE_COST = 3.0
"""How much dearer a bridge is than a road of its length."""
_CHANGE_COST_M = 500.0
"""What it costs to begin on the other carriageway, so that hardly a bend is cut short that way."""


@dataclass(frozen=True, slots=True)
class Route:
    """The shortest way between two places."""

    geometry: LineString
    """Its course, from start to end."""
    lines: tuple[int, ...]
    """Which of the given lines it runs on, in order; one that it comes back to appears again."""


def route(
    lines: Sequence[LineString | MultiLineString],
    costs: Sequence[float],
    start_lonlat: tuple[float, float],
    end_lonlat: tuple[float, float],
    *,
    reach_m: float = REACH_M,
    slack_m: float = inf,
) -> Route | None:
    """Find the shortest way along lines between the points of them nearest to two places.

    Where the lines are in several pieces that do not join, it runs on the one that has both places nearest. Gaps up to
    `GAP_M` at the ends of lines are bridged, but only when no piece has both.

    Parameters
    ----------
    lines
        Longitude/latitude, WGS 84.
    costs
        What a metre of each line costs, above 0.
    start_lonlat, end_lonlat
        The two places.
    reach_m
        How far from a place the way may begin or end.
    slack_m
        How much farther from it than the nearest of all lines.

    Returns
    -------
    Route or None
        None when no lines within reach join the two, or both have the same nearest point.

    Examples
    --------
    >>> fork = [LineString([(0, 0), (1, 0)]), LineString([(1, 0), (2, 1)])]
    >>> way = route(fork, [1.0, 1.0], (0.5, 0.01), (2, 1))
    >>> list(way.geometry.coords), way.lines
    ([(0.5, 0.0), (1.0, 0.0), (2.0, 1.0)], (0, 1))
    >>> route(fork, [1.0, 1.0], (0.5, 0.01), (5, 5)) is None
    True
    """
    network = _Network(lines, costs)
    for _ in ("as it is", "with its gaps bridged"):
        near = [network.nearest(lonlat, reach_m, slack_m) for lonlat in (start_lonlat, end_lonlat)]
        common = near[0].keys() & near[1].keys()
        if common:
            piece = min(common, key=lambda piece: (near[0][piece][0] + near[1][piece][0], piece))
            return network.way(near[0][piece][1], near[1][piece][1])
        if not network.bridge():
            break
    return None


class _Spot(NamedTuple):
    """A point of the network: so far along the leg that begins at a vertex."""

    vertex: int
    share: float


class _Stretch(NamedTuple):
    """What an edge of the graph stands for: a piece of a line between two spots, beginning at a node."""

    tail: int
    start: _Spot
    end: _Spot


_START, _END = -1, -2


class _Network:
    """Lines as a graph, for one route: spots are added to it as nodes.

    A node is a vertex where a line ends or meets another vertex; an edge is what lies between two nodes of a line.
    """

    def __init__(self, lines: Sequence[LineString | MultiLineString], costs: Sequence[float]) -> None:
        self.lonlats, sizes, owners = vertices(lines)
        ends = np.cumsum(sizes)
        self.owners = np.repeat(owners, sizes)
        self.costs: Floats = np.asarray(costs, np.float64)[self.owners]
        is_last = np.zeros(len(self.lonlats), bool)
        is_last[ends - 1] = True
        self.legs: Integers = np.flatnonzero(~is_last)
        """The vertex where each leg begins."""
        self.leg_costs = np.zeros(len(self.lonlats))
        from_to = self.lonlats[self.legs], self.lonlats[self.legs + 1]
        self.leg_costs[self.legs] = distances_m(*from_to) * self.costs[self.legs]
        self.along: Floats = np.cumsum(self.leg_costs) - self.leg_costs
        self.nodes = numbered(self.lonlats)
        is_node = np.bincount(self.nodes, minlength=1)[self.nodes] > 1
        is_node[ends - 1] = is_node[ends - sizes] = True
        stops = np.flatnonzero(is_node)
        goes_on = ~is_last[stops]
        self.firsts: Integers = stops[goes_on]
        """The vertex where each edge begins."""
        self.lasts: Integers = stops[np.flatnonzero(goes_on) + 1]
        """The vertex where each edge ends."""
        self.graph = self._graph()
        self.spots: dict[int, list[tuple[_Spot, int]]] = {}
        """The nodes along an edge that has more than its two."""
        self.pieces = self._pieces()

    def nearest(self, lonlat: tuple[float, float], reach_m: float, slack_m: float) -> dict[int, tuple[float, _Spot]]:
        """Return how far the nearest spot of each piece is, and that spot, for the pieces that are near enough."""
        found: dict[int, tuple[float, _Spot]] = {}
        if not len(self.legs):
            return found
        shares, distances = self._feet(lonlat)
        close = np.flatnonzero(distances <= min(reach_m, float(distances.min()) + slack_m))
        for row in close[np.argsort(distances[close], kind="stable")].tolist():
            spot = self._spot(row, shares)
            found.setdefault(self._piece(spot), (float(distances[row]), spot))
        return found

    def way(self, start: _Spot, end: _Spot) -> Route | None:
        """Return the shortest way between two spots of one piece; None when they are one point."""
        import networkx as nx

        for terminal, spot in ((_START, start), (_END, end)):
            self.graph.add_edge(terminal, self._add(spot), weight=0.0, stretch=None)
            for metres, other in self._abreast(spot):
                cost = (_BRIDGE_COST * metres + _CHANGE_COST_M) * float(self.costs[spot.vertex])
                self.graph.add_edge(terminal, self._add(other), weight=cost, stretch=None)
        _, path = nx.bidirectional_dijkstra(self.graph, _START, _END)
        lonlats: list[tuple[float, float]] = []
        owners: list[int] = []
        for tail, head in pairwise(path[1:-1]):
            stretch: _Stretch | None = self.graph.edges[tail, head]["stretch"]
            if stretch is not None:
                points = self._points(stretch)
                lonlats += points if stretch.tail == tail else points[::-1]
                if len(set(points)) > 1:
                    owners.append(int(self.owners[stretch.start.vertex]))
        geometry = course_through(lonlats)
        if geometry is None:
            return None
        return Route(
            geometry,
            tuple(owner for owner, last in zip(owners, [-1, *owners], strict=False) if owner != last),
        )

    def bridge(self) -> bool:
        """Bridge the gaps between the ends of lines and other pieces; False when there is none so narrow."""
        bridges = sorted(self._bridges()) if len(self.legs) else []
        for metres, node, vertex, spot in bridges:
            cost = _BRIDGE_COST * metres * float(max(self.costs[vertex], self.costs[spot.vertex]))
            self.graph.add_edge(node, self._add(spot), weight=cost, stretch=None)
        self.pieces = self._pieces()
        return bool(bridges)

    def _graph(self) -> nx.Graph[int]:
        import networkx as nx

        graph: nx.Graph[int] = nx.Graph()
        costs = self.along[self.lasts] - self.along[self.firsts]
        tails, heads = self.nodes[self.firsts], self.nodes[self.lasts]
        # Of edges between the same two nodes the cheapest comes last, and stays.
        order = np.argsort(-costs, kind="stable")
        columns = (column[order].tolist() for column in (tails, heads, costs, self.firsts, self.lasts))
        for tail, head, cost, first, last in zip(*columns, strict=True):
            graph.add_edge(tail, head, weight=cost, stretch=_Stretch(tail, _Spot(first, 0.0), _Spot(last, 0.0)))
        return graph

    def _pieces(self) -> dict[int, int]:
        """Return the number of the piece that each node belongs to."""
        import networkx as nx

        groups = sorted(nx.connected_components(self.graph), key=min)
        return {node: number for number, group in enumerate(groups) for node in group}

    def _piece(self, spot: _Spot) -> int:
        return self.pieces[int(self.nodes[self.firsts[self._edge(spot)]])]

    def _edge(self, spot: _Spot) -> int:
        return int(np.searchsorted(self.firsts, spot.vertex, side="right")) - 1

    def _feet(self, lonlat: tuple[float, float]) -> tuple[Floats, Floats]:
        """Return where on each leg its nearest point to a point lies, as a share of it, and how far off, in metres."""
        return feet(self.lonlats[self.legs], self.lonlats[self.legs + 1], lonlat)

    def _spot(self, row: int, shares: Floats) -> _Spot:
        return _Spot(int(self.legs[row]), float(shares[row]))

    def _add(self, spot: _Spot) -> int:
        """Make a spot a node, joined to the nodes before and after it on its edge, and return that node."""
        edge = self._edge(spot)
        first, last = int(self.firsts[edge]), int(self.lasts[edge])
        ends = [(_Spot(first, 0.0), int(self.nodes[first])), (_Spot(last, 0.0), int(self.nodes[last]))]
        spots = self.spots.setdefault(edge, ends)
        node = len(self.lonlats) + sum(map(len, self.spots.values()))
        at = bisect(spots, (spot, -1), 1, len(spots) - 1)
        for before, after in ((spots[at - 1], (spot, node)), ((spot, node), spots[at])):
            cost = self._at(after[0]) - self._at(before[0])
            stretch = _Stretch(before[1], before[0], after[0])
            known = self.graph.get_edge_data(before[1], after[1])
            if known is None or cost < known["weight"]:
                self.graph.add_edge(before[1], after[1], weight=max(cost, 0.0), stretch=stretch)
        spots.insert(at, (spot, node))
        return node

    def _at(self, spot: _Spot) -> float:
        """Return what it costs to get to a spot from the first vertex of all."""
        return float(self.along[spot.vertex] + spot.share * self.leg_costs[spot.vertex])

    def _point(self, spot: _Spot) -> tuple[float, float]:
        start = self._vertex(spot.vertex)
        return between(start, self._vertex(spot.vertex + 1), spot.share) if spot.share else start

    def _vertex(self, vertex: int) -> tuple[float, float]:
        lon, lat = self.lonlats[vertex].tolist()
        return lon, lat

    def _points(self, stretch: _Stretch) -> list[tuple[float, float]]:
        inner = self.lonlats[stretch.start.vertex + 1 : stretch.end.vertex + 1].tolist()
        return [self._point(stretch.start), *((lon, lat) for lon, lat in inner), self._point(stretch.end)]

    def _abreast(self, spot: _Spot) -> Iterator[tuple[float, _Spot]]:
        """Yield the spots of other stretches that run close by, and how far off they are: of the other carriageway."""
        shares, distances = self._feet(self._point(spot))
        close = np.flatnonzero(distances <= ABREAST_M)
        for rows in np.split(close, np.flatnonzero(np.diff(self.legs[close]) > 1) + 1):
            if spot.vertex not in self.legs[rows]:
                row = int(rows[np.argmin(distances[rows])])
                yield float(distances[row]), self._spot(row, shares)

    def _bridges(self) -> Iterator[tuple[float, int, int, _Spot]]:
        """Yield gap, node and vertex of the ends of lines, and the spot of each other piece that lies nearest to it."""
        for vertex, legs in self._near_tips():
            node = int(self.nodes[vertex])
            shares, distances = feet(self.lonlats[legs], self.lonlats[legs + 1], self._vertex(vertex))
            nearest: dict[int, tuple[float, _Spot]] = {}
            for at in np.argsort(distances, kind="stable").tolist():
                spot = _Spot(int(legs[at]), float(shares[at]))
                nearest.setdefault(self._piece(spot), (float(distances[at]), spot))
            for piece, (metres, spot) in nearest.items():
                if piece != self.pieces[node] and metres <= GAP_M:
                    yield metres, node, vertex, spot

    def _near_tips(self) -> Iterator[tuple[int, Integers]]:
        """Yield the vertices where lines end in nothing, each with the legs around it."""
        ends = np.union1d(self.firsts, self.lasts)
        tips = np.array([end for end in ends.tolist() if self.graph.degree[int(self.nodes[end])] == 1], np.int64)
        flat = mercator_m(np.column_stack([wrapped(self.lonlats[:, 0] - self.lonlats[0, 0]), self.lonlats[:, 1]]))
        courses = shapely.linestrings(flat[np.column_stack([self.legs, self.legs + 1])])
        # A little more than the gap: the plane is not quite true.
        reach = 1.01 * GAP_M * mercator_stretch(self.lonlats[tips, 1])
        tree = shapely.STRtree(np.asarray(courses))
        at, near = tree.query(shapely.points(flat[tips]), predicate="dwithin", distance=reach)
        bounds = np.searchsorted(at, np.arange(len(tips) + 1))
        for number, vertex in enumerate(tips.tolist()):
            yield vertex, self.legs[np.sort(near[bounds[number] : bounds[number + 1]])]
