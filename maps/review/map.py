"""A map in characters: outlines in Braille dots, the choices as their numbers, sure places as dots.

They are those of countries; where none of them shows, of first-level units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from geo.extent import Extent
from geo.gazetteers import Gazetteer

from ..basemap import labels

if TYPE_CHECKING:
    from geo.geodesy import Floats, Integers

    Ground: TypeAlias = npt.NDArray[np.bool_]

MIN_WIDTH, MIN_HEIGHT = 24, 6
"""Fewest columns and rows that tell anything."""

_BRAILLE = 0x2800
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])  # Unicode standard, block U+2800
_MARGIN = 0.12
"""Share of the window that stays free around the points."""
_LEAST_DEGREES = 1.5
"""Height of the smallest window: outlines are drawn for small maps."""
_MOST_TOWNS = 400
_WIDE_DEGREES = 15.0
"""Height from which all countries are drawn: to look for the towns of half a continent takes longer."""
_SPECK_DOTS = 4
"""Islands smaller than that are left out: those of the Arctic would be a black field."""
_DOT = "•"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to draw at a point."""

    lonlat: tuple[float, float]
    """Longitude and latitude, degrees, WGS 84."""
    sign: str
    """One character; more of them are cut off at the edge."""
    name: str = ""
    """What to write beside it where there is room."""
    is_choice: bool = False
    """Whether it is one of the choices, and drawn before all others."""
    is_far: bool = False
    """Whether the map need not reach so far as to show it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A character of the map."""

    sign: str
    """The character."""
    sort: str = ""
    """What it is of: "choice", "place", "name" or "" for the ground."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a map shows: equirectangular, true in the middle."""

    west: float
    """Longitude of the left edge, which may be less than -180."""
    north: float
    """Latitude of the upper edge."""
    lon_step: float
    """Degrees of longitude a dot."""
    lat_step: float
    """Degrees of latitude a dot."""
    width: int
    """Dots from left to right."""
    height: int
    """Dots from top to bottom."""

    @property
    def extents(self) -> list[Extent]:
        """The boxes that it shows: two where it crosses the antimeridian."""
        south, north = max(-90.0, self.north - self.lat_step * self.height), min(90.0, self.north)
        east = self.west + self.lon_step * self.width
        if east - self.west >= 360:
            return [Extent(-180, south, 180, north)]
        first, last = ((lon + 180) % 360 - 180 for lon in (self.west, east))
        halves = [(first, last)] if first <= last else [(first, 180.0), (-180.0, last)]
        return [Extent(west, south, east, north) for west, east in halves]

    @property
    def turns(self) -> list[float]:
        """What to add to longitudes, so that all are in the window that lie in it: turns of the globe."""
        east = self.west + self.lon_step * self.width
        return [turn for turn in (-360.0, 0.0, 360.0) if turn - 180 < east and turn + 180 > self.west]

    def dots(self, lonlats: Floats) -> Floats:
        """Return where points lie, in dots from the upper left, in the turn of the globe that the window shows."""
        x = (lonlats[:, 0] - self.west) / self.lon_step
        return np.column_stack([x, (self.north - lonlats[:, 1]) / self.lat_step])


def window_around(lonlats: Sequence[tuple[float, float]], width: int, height: int) -> Window:
    """Return a window of so many characters around points, at least one; across the antimeridian where that is smaller.

    Examples
    --------
    >>> window = window_around([(178.0, -18.0), (-172.0, -14.0)], 40, 10)
    >>> 100 < window.west < 178, [extent.west > 0 for extent in window.extents]
    (True, [True, False])
    """
    lons = sorted(lon for lon, _ in lonlats)
    gaps = [(after - before, after) for before, after in zip(lons, [*lons[1:], lons[0] + 360], strict=True)]
    gap, west = max(gaps)
    span, west = 360 - gap, (west + 180) % 360 - 180
    south, north = min(lat for _, lat in lonlats), max(lat for _, lat in lonlats)
    middle_lat = (south + north) / 2
    shrink = max(0.2, math.cos(math.radians(middle_lat)))
    columns, rows = 2 * width, 4 * height
    free = 1 - 2 * _MARGIN
    step = max(_LEAST_DEGREES / rows, (north - south) / (rows * free), span * shrink / (columns * free))
    lon_step = min(step / shrink, 360 / columns)
    left = west + span / 2 - lon_step * columns / 2
    top = middle_lat + step * rows / 2
    if step * rows <= 180:
        top = min(90.0, max(top, -90 + step * rows))
    return Window(left, top, lon_step, step, columns, rows)


def draw(marks: Sequence[Mark], gazetteer: Gazetteer, width: int, height: int) -> list[list[Cell]]:
    """Return a map as rows of characters; nothing without marks.

    Parameters
    ----------
    marks
        What to draw, the more important first.
    gazetteer
        Has the areas of countries and units.
    width, height
        Characters.
    """
    if not marks:
        return []
    shown = [mark.lonlat for mark in marks if not mark.is_far]
    window = window_around(shown or [mark.lonlat for mark in marks], width, height)
    countries, units = _codes(window, gazetteer)
    ground = _outlines(countries, gazetteer, window)
    if not ground.any():
        ground = _outlines(units, gazetteer, window)
    blocks = ground.reshape(height, 4, width, 2).transpose(0, 2, 1, 3)
    signs = (blocks * _DOTS).sum(axis=(2, 3)) + _BRAILLE
    cells = [[Cell(" " if sign == _BRAILLE else chr(sign)) for sign in row] for row in signs.tolist()]
    _place(marks, window, cells)
    return cells


def _codes(window: Window, gazetteer: Gazetteer) -> tuple[list[str], list[str]]:
    """Return the codes of the countries and units that may show: of a wide window all large countries and no units."""
    if window.lat_step * window.height > _WIDE_DEGREES or window.lon_step * window.width > 2 * _WIDE_DEGREES:
        return [label["c"] for label in labels()["countries"]], []
    towns = [town for extent in window.extents for town in gazetteer.largest_in(extent, _MOST_TOWNS)]
    units = {f"{town.country_code}.{town.admin1_code}" for town in towns}
    return sorted({town.country_code for town in towns if town.country_code}), sorted(units)


def _outlines(codes: Sequence[str], gazetteer: Gazetteer, window: Window) -> Ground:
    """Return the dots of the edges of countries or units, true where there is one."""
    import shapely

    shapes = [shape for code in codes if (shape := gazetteer.shape(code)) is not None]
    ground = np.zeros((window.height, window.width), bool)
    rings = shapely.get_rings(shapely.get_parts(np.asarray(shapes, object)))
    lonlats, ring = shapely.get_coordinates(rings, return_index=True)
    size = (window.width, window.height)
    is_cut = np.abs(lonlats[:, 0]) >= 180  # an edge along the antimeridian, where areas go on
    is_edge = np.equal(ring[:-1], ring[1:]) & ~(is_cut[:-1] & is_cut[1:])
    for turn in window.turns:
        dots = window.dots(np.add(lonlats, (turn, 0.0)))
        starts, ends = dots[:-1], dots[1:]
        may_show = (np.maximum(starts, ends) >= 0) & (np.minimum(starts, ends) < size)
        seen = is_edge & may_show.all(axis=1) & ~_is_speck(dots, ring)[1:]
        _draw_legs(starts[seen], ends[seen], ground)
    return ground


def _is_speck(dots: Floats, ring: Integers) -> npt.NDArray[np.bool_]:
    """Return for each point whether its ring is too small to tell from others."""
    if not len(ring):
        return np.zeros(0, bool)
    firsts = np.flatnonzero(np.diff(ring, prepend=-1))
    size = np.maximum.reduceat(dots, firsts) - np.minimum.reduceat(dots, firsts)
    return np.repeat(np.hypot(size[:, 0], size[:, 1]) < _SPECK_DOTS, np.diff(firsts, append=len(ring)))


def _draw_legs(starts: Floats, ends: Floats, ground: Ground) -> None:
    steps = np.ceil(np.abs(ends - starts).max(axis=1, initial=0.0)).astype(int).clip(1)
    leg = np.repeat(np.arange(len(starts)), steps)
    share = (np.arange(len(leg)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[leg]
    x, y = np.floor(starts[leg] + (ends - starts)[leg] * share[:, None]).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < ground.shape[1]) & (y < ground.shape[0])
    ground[y[inside], x[inside]] = True


def _place(marks: Sequence[Mark], window: Window, cells: list[list[Cell]]) -> None:
    """Write the marks over the ground, then what names have room."""
    placed: list[tuple[int, int, Mark]] = []
    for mark in sorted(marks, key=lambda mark: not mark.is_choice):
        dots = window.dots(np.array([mark.lonlat]) + [(turn, 0.0) for turn in window.turns]).tolist()
        inside = [(x, y) for x, y in dots if 0 <= x < window.width and 0 <= y <= window.height]
        if not inside:
            continue
        column, row = int(inside[0][0] // 2), min(int(inside[0][1] // 4), len(cells) - 1)
        free = next((at for at in (column, column + 1, column - 1) if _is_free(cells, row, at)), None)
        if free is not None and (mark.is_choice or free == column):
            cells[row][free] = Cell(mark.sign, "choice" if mark.is_choice else "place")
            placed.append((row, free, mark))
    for row, column, mark in placed:
        _name(cells[row], column, mark.name)


def _is_free(cells: list[list[Cell]], row: int, column: int) -> bool:
    return 0 <= row < len(cells) and 0 <= column < len(cells[row]) and not cells[row][column].sort


def _name(row: list[Cell], column: int, name: str) -> None:
    """Write a name behind its sign, or before it, where no other sign is in the way."""
    if not name:
        return
    for first in (column + 2, column - 1 - len(name)):
        room = range(first - 1, first + len(name) + 1)
        if first >= 0 and first + len(name) <= len(row):
            taken = any(row[at].sort for at in room if 0 <= at < len(row) and at != column)
            if not taken:
                row[first : first + len(name)] = [Cell(sign, "name") for sign in name]
                return


def sure(lonlat: tuple[float, float], name: str) -> Mark:
    """Return the mark of a place that is sure."""
    return Mark(lonlat, _DOT, name)
