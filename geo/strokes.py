"""Strokes of a road: runs that go straight on at every junction, as a pen would draw them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import pi

import numpy as np
import numpy.typing as npt
from shapely import LineString

from .geodesy import Floats, Integers, legs_m, mercator_m, mercator_stretch, numbered, unrolled

_STRAIGHT_ON = pi / 3
"""By how much a stroke turns at most where it passes a junction."""
_BACK = 3 * pi / 4
"""From how much on a turn leads back: where both carriageways end in one point, and at a hairpin bend."""
_TURN_M = 50.0
"""How far from a point the directions are taken in which a line comes and goes there."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A run that goes straight on at every junction."""

    legs: Integers
    """Its legs, in order."""
    nodes: Integers
    """Its nodes, in order: one more."""


class Legs:
    """The legs of a road and its strokes, the longest first.

    Parameters
    ----------
    parts
        The points of each part, see `geo.geodesy.courses`; none has a leg twice.
    """

    def __init__(self, parts: Sequence[Floats]) -> None:
        self.lonlats: Floats = np.concatenate(parts)
        part = np.repeat(np.arange(len(parts)), [len(course) for course in parts])
        self.first: Integers = np.flatnonzero(part[:-1] == part[1:])
        """The point where each leg begins; it ends at the next one."""
        self.legs_m: Floats = np.concatenate([legs_m(course) for course in parts])
        flat = np.concatenate([mercator_m(unrolled(course)) for course in parts])
        self.starts, self.ends = flat[self.first], flat[self.first + 1]
        """Where each leg begins and ends in a plane with true angles."""
        self.stretch = mercator_stretch(self.lonlats[self.first, 1])
        """By how much each is too long there."""
        node = numbered(self.lonlats)
        self.tails, self.heads = node[self.first], node[self.first + 1]
        """The nodes of each leg: numbers of points, the same for those that are one."""
        self.is_junction = np.bincount(np.concatenate([self.tails, self.heads])) > 2
        """Which nodes are shared by more than two legs."""
        edges = [run for course in _courses_of(self.first) for run in self._between_junctions(course)]
        strokes = _strokes(self, edges)
        self.strokes = sorted(strokes, key=lambda stroke: (-float(self.legs_m[stroke.legs].sum()), stroke.legs[0]))

    def _between_junctions(self, legs: Integers) -> list[Integers]:
        """Cut the legs of a part where others join it, and where it turns back."""
        cuts = np.flatnonzero(self.is_junction[self.tails[legs[1:]]]) + 1
        return np.split(legs, np.union1d(cuts, self._turns_back(legs)).astype(np.int64))

    def _turns_back(self, legs: Integers) -> Integers:
        """Return which legs of a part begin where it turns back."""
        along = np.concatenate([[0.0], np.cumsum(self.legs_m[legs])])
        middle = along[1:-1]
        if not len(middle):
            return np.empty(0, np.int64)
        points = np.concatenate([self.starts[legs], self.ends[legs[-1:]]])

        def at(metres: Floats) -> Floats:
            return np.column_stack([np.interp(metres, along, points[:, axis]) for axis in (0, 1)])

        come, go = points[1:-1] - at(middle - _TURN_M), at(middle + _TURN_M) - points[1:-1]
        turns = np.abs(difference(heading(come), heading(go), 2 * pi))
        sharp = np.flatnonzero(turns > _BACK)
        bends = np.split(sharp, np.flatnonzero(np.diff(middle[sharp]) > _TURN_M) + 1)
        return np.array([int(bend[np.argmax(turns[bend])]) + 1 for bend in bends if len(bend)], np.int64)

    def runs(self, kept: npt.NDArray[np.bool_]) -> list[LineString]:
        """Return the lines that some legs make."""
        return [
            LineString(self.lonlats[self.first[run[0]] : self.first[run[-1]] + 2])
            for run in _courses_of(self.first, kept)
        ]


def _strokes(road: Legs, edges: Sequence[Integers]) -> Iterator[Stroke]:
    """Join edges to strokes: at each node the two that go on straightest, then the next two."""
    meeting: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for number, legs in enumerate(edges):
        meeting[int(road.tails[legs[0]])].append((number, False))
        meeting[int(road.heads[legs[-1]])].append((number, True))
    onward: dict[tuple[int, bool], tuple[int, bool]] = {}
    for _, tips in sorted(meeting.items()):
        headings = {tip: _heading_out(road, edges[tip[0]], at_end=tip[1]) for tip in tips}
        turns = [
            (abs(float(difference(headings[one] + pi, headings[two], 2 * pi))), one, two)
            for one, two in combinations(tips, 2)
        ]
        for turn, one, two in sorted(turns):
            if turn <= _STRAIGHT_ON and one not in onward and two not in onward:
                onward[one], onward[two] = two, one
    seen: set[int] = set()
    # From the ends of strokes first; what is left then are rings.
    all_tips = [(number, at_end) for number in range(len(edges)) for at_end in (False, True)]
    for tip in sorted(all_tips, key=lambda tip: (tip in onward, tip)):
        if tip[0] not in seen:
            yield _stroke(road, edges, tip, onward, seen)


def _stroke(
    road: Legs,
    edges: Sequence[Integers],
    tip: tuple[int, bool],
    onward: dict[tuple[int, bool], tuple[int, bool]],
    seen: set[int],
) -> Stroke:
    """Follow a stroke from one of its ends on."""
    legs: list[Integers] = []
    nodes: list[Integers] = []
    at = tip
    while True:
        number, from_end = at
        seen.add(number)
        run = edges[number][::-1] if from_end else edges[number]
        legs.append(run)
        nodes.append(road.heads[run] if from_end else road.tails[run])
        last = (road.tails if from_end else road.heads)[run[-1:]]
        if (number, not from_end) not in onward or onward[number, not from_end][0] in seen:
            return Stroke(np.concatenate(legs), np.concatenate([*nodes, last]))
        at = onward[number, not from_end]


def _heading_out(road: Legs, legs: Integers, *, at_end: bool) -> float:
    """Return the direction in which an edge leaves the node at one of its ends."""
    run = legs[::-1] if at_end else legs
    points = np.concatenate(
        [(road.ends if at_end else road.starts)[run], (road.starts if at_end else road.ends)[run[-1:]]]
    )
    along = np.concatenate([[0.0], np.cumsum(road.legs_m[run])])
    away = np.array([np.interp(_TURN_M, along, points[:, axis]) for axis in (0, 1)])
    return float(heading((away - points[0])[None])[0])


def _courses_of(first: Integers, kept: npt.NDArray[np.bool_] | None = None) -> list[Integers]:
    """Return the legs, or some, in runs of legs that follow each other."""
    legs = np.arange(len(first)) if kept is None else np.flatnonzero(kept)
    return np.split(legs, np.flatnonzero(np.diff(first[legs]) > 1) + 1)


def heading(steps: Floats) -> Floats:
    """Return the directions of steps, in radians from the first axis."""
    return np.asarray(np.arctan2(steps[:, 1], steps[:, 0]))


def difference(angle: Floats | float, other: Floats | float, period: float) -> Floats:
    """Return the difference of two angles, at most half a period either way."""
    return np.asarray((np.asarray(other) - angle + period / 2) % period - period / 2)
