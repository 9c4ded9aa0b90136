"""Which country and first-level unit a point lies in, from the areas of a stored gazetteer.

An area is a row of the table ``areas``: the GeoNames code of a country (``SY``) or first-level unit (``SY.12``), its
box and its shape. Coordinates are whole steps, `SCALE` of them in a degree. A box whose west is greater than its east
crosses the antimeridian; a shape never does, it is cut there.

A shape is a sequence of numbers in base 128, seven bits a byte, lowest first, the high bit set on all but the last byte
of a number (LEB128, DWARF 5 section 7.6):

1. how many polygons; for each, how many rings; for each ring of all, how many points, the closing one left out;
2. for each point of all rings, longitude and latitude less those of the point before (of 0, 0 for the first), with the
   sign in the lowest bit (0, -1, 1, -2 are 0, 1, 2, 3).

The first ring of a polygon is its outline, the others are holes in it. `geo.gazetteers.world.areas_build` makes the
areas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import cos, inf, radians
from typing import TYPE_CHECKING

from ..extent import Extent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from shapely import MultiPolygon, STRtree
    from shapely.geometry.base import BaseGeometry

SCALE = 1000
"""Steps in one degree: about 100 m."""
REACH = 0.1
"""How far from land a point may lie to be counted with it, in degrees of latitude: 11 km.

Coasts are drawn with an error of a kilometre or two, without small islands, piers and roadsteads; territorial waters
reach 22 km (UN Convention on the Law of the Sea, article 3)."""
_CACHED = 512
"""Shapes that stay in memory."""


@dataclass(frozen=True, slots=True)
class Area:
    """The area of a country or first-level unit."""

    code: str
    """GeoNames code: ``SY`` or ``SY.12``."""
    extent: Extent
    """Smallest box around it."""
    shape: bytes
    """What `encode` made of it."""

    @property
    def row(self) -> tuple[str, int, int, int, int, bytes]:
        """Code, west, south, east, north and shape, as the table has them."""
        west, south, east, north = (round(degrees * SCALE) for degrees in self.extent.bbox)
        return self.code, west, south, east, north, self.shape


class AreaIndex:
    """Answers which country and unit a point lies in.

    Parameters
    ----------
    boxes
        Code, west, south, east and north of every area.
    shape_of
        Reads the shape of an area by its code; asked only when a point lies in its box.

    Examples
    --------
    >>> from shapely import box
    >>> shapes = {"SY": box(35.7, 32.3, 42.4, 37.3), "SY.12": box(36.0, 35.4, 37.2, 36.3)}
    >>> index = AreaIndex([("SY", 35_700, 32_300, 42_400, 37_300), ("SY.12", 36_000, 35_400, 37_200, 36_300)],
    ...                   lambda code: encode(shapes[code]))
    >>> index.codes_at(36.63, 35.93), index.codes_at(40.1, 35.3), index.codes_at(35.65, 35.5), index.codes_at(30, 35)
    (('SY', 'SY.12'), ('SY',), ('SY',), ())
    """

    def __init__(self, boxes: Iterable[tuple[str, int, int, int, int]], shape_of: Callable[[str], bytes]) -> None:
        extents = ((code, Extent(*(steps / SCALE for steps in bbox))) for code, *bbox in boxes)
        # In the order in which they are preferred: units first, small ones first.
        self._extents = dict(sorted(extents, key=lambda item: ("." not in item[0], _size(item[1]), item[0])))
        self._codes = list(self._extents)
        self._shape = lru_cache(maxsize=_CACHED)(lambda code: _prepared(shape_of(code)))

    def extent(self, code: str) -> Extent | None:
        """Return the box around a country or unit, or None for one without an area."""
        return self._extents.get(code)

    def shape(self, code: str) -> MultiPolygon | None:
        """Return the shape of a country or unit, or None for one without an area."""
        return self._shape(code) if code in self._extents else None

    def codes_at(self, lon: float, lat: float, *, reach: float = REACH) -> tuple[str, ...]:
        """Return the codes of the country and the first-level unit that a point lies in, or lies nearest to.

        Parameters
        ----------
        lon, lat
            Degrees, -180 to 180 and -90 to 90.
        reach
            How far outside of all areas the point may lie, in degrees of latitude; 0 for not at all.

        Returns
        -------
        tuple
            Country and unit; the country alone where no unit is known; nothing on the open sea. The unit decides about
            the country. On an edge it is the unit with the smaller box, or the country.
        """
        from shapely import intersects_xy, points

        for code in self._around(points(lon, lat)):
            if intersects_xy(self._shape(code), lon, lat):
                return _with_country(code)
        return self._nearest(lon, lat, reach) if reach else ()

    def _nearest(self, lon: float, lat: float, reach: float) -> tuple[str, ...]:
        """Return the codes of the area whose edge is nearest; a unit goes before its country, which is as near."""
        from shapely import box

        shrink = max(cos(radians(lat)), 0.01)
        found: list[tuple[float, str]] = []
        # A point near the antimeridian is also asked for on its other side.
        for x in (lon, lon - 360, lon + 360):
            window = box(x - reach / shrink, lat - reach, x + reach / shrink, lat + reach)
            found += [(_distance(self._shape(code), x, lat, window, shrink), code) for code in self._around(window)]
        nearest = min((distance for distance, _ in found), default=reach + 1)
        if nearest > reach:
            return ()
        return _with_country(next(code for distance, code in found if distance <= nearest + 1 / SCALE**2))

    def _around(self, window: BaseGeometry) -> Iterator[str]:
        """Yield the codes whose box meets a window, in the order in which they are preferred."""
        numbers, tree = self._tree
        for number in sorted({numbers[hit] for hit in tree.query(window).tolist()}):
            yield self._codes[number]

    @cached_property
    def _tree(self) -> tuple[list[int], STRtree]:
        """Tree of all boxes, cut at the antimeridian, and the number of the code of each."""
        import shapely

        numbers: list[int] = []
        boxes: list[BaseGeometry] = []
        for number, (west, south, east, north) in enumerate(extent.bbox for extent in self._extents.values()):
            for start, end in [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]:
                numbers.append(number)
                boxes.append(shapely.box(start, south, end, north))
        return numbers, shapely.STRtree(boxes)


def encode(shape: BaseGeometry) -> bytes:
    """Write a polygon or multipolygon in degrees as the bytes of the table.

    Examples
    --------
    >>> from shapely import box
    >>> len(encode(box(35, 34, 36, 35))), decode(encode(box(35, 34, 36, 35))).bounds
    (18, (35.0, 34.0, 36.0, 35.0))
    """
    import numpy as np
    import shapely

    polygons = [(part.exterior, *part.interiors) for part in shapely.get_parts(shape)]
    rings = [np.rint(shapely.get_coordinates(ring)[:-1] * SCALE).astype(np.int64) for part in polygons for ring in part]
    steps = np.diff(np.concatenate([np.zeros((1, 2), np.int64), *rings]), axis=0).ravel()
    signed = steps << 1 ^ steps >> 63
    return _varints([len(polygons), *map(len, polygons), *map(len, rings), *signed.tolist()])


def decode(shape: bytes) -> MultiPolygon:
    """Read what `encode` wrote as a multipolygon in degrees."""
    import numpy as np
    import shapely

    numbers = _numbers(shape)
    polygons = int(numbers[0])
    rings = numbers[1 : 1 + polygons]
    points = numbers[1 + polygons : 1 + polygons + rings.sum()]
    signed = numbers[1 + polygons + len(points) :].reshape(-1, 2)
    coordinates = np.cumsum(signed >> 1 ^ -(signed & 1), axis=0) / SCALE
    lines = np.asarray(shapely.linearrings(coordinates, indices=np.repeat(np.arange(len(points)), points)))
    parts = np.asarray(shapely.polygons(lines, indices=np.repeat(np.arange(polygons), rings)))
    return shapely.MultiPolygon(parts.tolist())


def _varints(numbers: Iterable[int]) -> bytes:
    encoded = bytearray()
    for number in numbers:
        while number > 127:
            encoded.append(number & 127 | 128)
            number >>= 7
        encoded.append(number)
    return bytes(encoded)


def _numbers(encoded: bytes) -> npt.NDArray[np.int64]:
    """Read numbers in base 128, all at once."""
    import numpy as np

    values = np.frombuffer(encoded, np.uint8).astype(np.int64)
    starts = np.flatnonzero(np.concatenate([[True], values[:-1] < 128]))
    places = np.arange(len(values)) - np.repeat(starts, np.diff([*starts, len(values)]))
    return np.add.reduceat((values & 127) << 7 * places, starts)


def _prepared(shape: bytes) -> MultiPolygon:
    import shapely

    geometry = decode(shape)
    shapely.prepare(geometry)
    return geometry


def _distance(shape: BaseGeometry, lon: float, lat: float, window: BaseGeometry, shrink: float) -> float:
    """Measure how far a point lies from the part of a shape in a window, in degrees of latitude; infinite for none."""
    import shapely

    # shapely.clip_by_rect is quicker but fails on a shape that only touches the window by a corner (GEOS 3.14).
    part = shapely.intersection(shape, window)
    if part.is_empty:
        return inf
    return float(
        shapely.distance(
            shapely.transform(part, lambda lonlats: lonlats * (shrink, 1)), shapely.Point(lon * shrink, lat)
        )
    )


def _with_country(code: str) -> tuple[str, ...]:
    country = code.partition(".")[0]
    return (country,) if code == country else (country, code)


def _size(extent: Extent) -> float:
    return extent.width * extent.height
