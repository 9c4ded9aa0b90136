"""Joining pieces of lines to the fewest lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from .geodesy import Floats, Integers, vertices

SNAP_DEGREES = 1e-7
"""Ends of pieces this close are one point: a centimetre, the resolution of OpenStreetMap."""


def merged(geometries: Sequence[BaseGeometry]) -> LineString | MultiLineString:
    """Join pieces of lines to the fewest lines, the same ones whatever the order and direction of the pieces.

    What is drawn twice, in either direction, is kept once. A line begins at the end that is farther west; lines are
    in the order of their points.

    Raises
    ------
    ValueError
        If no piece has two different points.

    Examples
    --------
    >>> pieces = [LineString([(2, 0), (1, 0)]), LineString([(0, 0), (1, 0)]), LineString([(1, 0), (2, 0)])]
    >>> merged(pieces).wkt
    'LINESTRING (0 0, 1 0, 2 0)'
    """
    lonlats, sizes, _ = vertices(geometries)
    if not len(sizes):
        raise ValueError("a line needs two different points")
    directed = map(_directed, np.split(lonlats, np.cumsum(sizes)[:-1]))
    parts = _snapped(sorted(directed, key=lambda course: (-len(course), course.tolist())))
    pieces = shapely.multilinestrings([LineString(course) for course in _drawn_once(parts)])
    joined = shapely.get_parts(shapely.line_merge(pieces))
    lines = sorted(_directed(shapely.get_coordinates(line)).tolist() for line in joined)
    return LineString(lines[0]) if len(lines) == 1 else MultiLineString(lines)


def _directed(course: Floats) -> Floats:
    """Return a course in the direction in which it begins at the lesser point, by longitude, then by latitude."""
    backward = course[::-1]
    return course if course.tolist() <= backward.tolist() else backward


def _snapped(parts: list[Floats]) -> list[Floats]:
    """Move ends that are one point but for rounding onto the least of them."""
    if not parts:
        return parts
    ends = np.unique(np.concatenate([course[[0, -1]] for course in parts]), axis=0)
    points = np.asarray(shapely.points(ends))
    pairs = shapely.STRtree(points).query(points, predicate="dwithin", distance=SNAP_DEGREES)
    least = np.arange(len(ends))
    # In order of point, so that a chain of near points ends up on its first.
    for high, low in sorted(zip(*pairs.tolist(), strict=True)):
        if low < high:
            least[high] = min(least[high], least[low])
    target = {tuple(end): tuple(ends[to]) for end, to in zip(ends.tolist(), least.tolist(), strict=True)}
    snapped = []
    for course in parts:
        moved = course.copy()
        moved[0], moved[-1] = target[tuple(course[0].tolist())], target[tuple(course[-1].tolist())]
        if len(moved) > 2 or (moved[0] != moved[-1]).any():
            snapped.append(moved)
    return snapped


def _drawn_once(parts: list[Floats]) -> list[Floats]:
    """Cut out of each course the legs that one before it has, in either direction."""
    if not parts:
        return []
    lonlats = np.concatenate(parts)
    numbers = np.unique(lonlats, axis=0, return_inverse=True)[1].reshape(-1)
    is_leg = np.ones(len(lonlats), bool)
    is_leg[np.cumsum([len(course) for course in parts]) - 1] = False
    legs: Integers = np.flatnonzero(is_leg)
    ends = np.sort(np.column_stack([numbers[legs], numbers[legs + 1]]), axis=1)
    _, seen_first = np.unique(ends, axis=0, return_index=True)
    kept = np.zeros(len(lonlats), bool)
    kept[legs[seen_first[ends[seen_first, 0] != ends[seen_first, 1]]]] = True
    starts = np.flatnonzero(kept & ~np.concatenate([[False], kept[:-1]]))
    stops = np.flatnonzero(kept & ~np.concatenate([kept[1:], [False]])) + 1
    return [lonlats[start : stop + 1] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
