"""Layers: an atlas as tables, which every format for GIS tools writes in its own way.

What belongs to a place, or to a document, is made once and shared by all rows that tell of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from ..atlas import Atlas
from ..entries import Area, Entry
from ..extent import Extent
from ..model import Geometry, Line, Mention, Place
from .antimeridian import cut
from .parts import Part, Parts, area_part, line_part
from .schema import AREA, ENTRIES, LAYERS, LINE, Field, Group
from .shapes import Polygons, course, outline, point, point_of, rounded, surface


class Row(NamedTuple):
    """One row of a layer."""

    id: str
    """Stable id, unique in its layer but for readings of one name that contradict each other."""
    geometry: Geometry | None
    """Where it is, six decimals, cut at longitude 180; None in `Layers.unlocated`. Rows of one place share it."""
    parts: tuple[Part, ...]
    """The values, one part a group of the layer's fields. Rows of one place, or document, share its part."""

    @property
    def values(self) -> Iterator[object]:
        """The values in the order of `Layer.fields`."""
        return chain.from_iterable(self.parts)


@dataclass(frozen=True, slots=True)
class Layer:
    """One table of an atlas."""

    name: str
    """A key of `geo.writers.schema.LAYERS`, or "entries"."""
    groups: tuple[Group, ...]
    """Its fields, in groups."""
    geometry: str | None
    """"Point", "LineString" or "Polygon", the last two perhaps of many parts; "Geometry" for any of these, None for a
    table without any."""
    count: int
    """How many rows it has."""
    extent: Extent | None
    """What all of it lies in; None when it is empty or has no geometry."""
    rows: Callable[[], Iterator[Row]]
    """Make the rows, one by one."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields."""
        return tuple(chain.from_iterable(self.groups))

    def named_rows(self) -> Iterator[tuple[Row, dict[str, Any]]]:
        """Yield each row with its values by the names of the fields."""
        names = [field.name for field in self.fields]
        for row in self.rows():
            yield row, dict(zip(names, row.values, strict=True))


class Layers:
    """The layers of an atlas, with what is made once for all of them.

    Parameters
    ----------
    atlas
        What was found.

    Examples
    --------
    >>> [(layer.name, layer.count) for layer in Layers(Atlas()).all]
    [('places', 0), ('lines', 0), ('areas', 0), ('mentions', 0), ('unlocated', 0)]
    """

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        """What was found."""
        self._parts = Parts(atlas)

    @property
    def all(self) -> tuple[Layer, ...]:
        """Every layer, in the order of `geo.writers.schema.LAYERS`."""
        return self.places, self.lines, self.areas, self.mentions, self.unlocated

    @property
    def located(self) -> tuple[Layer, ...]:
        """Every layer that has a geometry."""
        return self.places, self.lines, self.areas, self.mentions

    @property
    def places(self) -> Layer:
        """A point for every place, most mentioned first."""
        entries = self.atlas.places
        lonlats = (entry.referent.lonlat for entry in entries)
        return _layer("places", "Point", len(entries), extent_of_points(lonlats), lambda: map(self._place, entries))

    @property
    def lines(self) -> Layer:
        """Every whole line, then every section: later ones are drawn above."""
        sections = (entry for entry in self.atlas.lines if entry.referent.is_section)
        entries = [*self.atlas.whole_lines, *sections]
        extent = extent_along(entry.referent for entry in entries)
        return _layer("lines", "LineString", len(entries), extent, lambda: map(self._line, entries))

    @property
    def areas(self) -> Layer:
        """The outline of every area that the text tells of by a place or line near it."""
        areas = self.atlas.areas
        shapes = [outline(area.entry.referent, area.vicinity) for area in areas]
        return _layer("areas", "Polygon", len(areas), extent_around(shapes), lambda: map(self._area, areas, shapes))

    @property
    def mentions(self) -> Layer:
        """A point for every mention that has a referent, of a line at its middle."""
        entries: list[Entry[Place] | Entry[Line]] = [*self.atlas.places, *self.atlas.lines]
        lonlats = [point_of(entry.referent) for entry in entries]
        count = sum(len(entry.mentions) for entry in entries)

        def rows() -> Iterator[Row]:
            for entry, lonlat in zip(entries, lonlats, strict=True):
                yield from self._mentions(entry, lonlat)

        return _layer("mentions", "Point", count, extent_of_points(lonlats), rows)

    @property
    def unlocated(self) -> Layer:
        """Every mention of which nobody knows where it is, without a geometry: never at 0, 0."""
        mentions = self.atlas.unresolved
        return _layer("unlocated", None, len(mentions), None, lambda: map(self._unlocated, mentions))

    @property
    def entries(self) -> Layer:
        """Places, lines and areas in one table."""
        shown = (self.places, self.lines, self.areas)
        count = sum(layer.count for layer in shown)
        return Layer("entries", ENTRIES, "Geometry", count, extent_of(shown), lambda: _entries(shown))

    def _place(self, entry: Entry[Place]) -> Row:
        place, parts = entry.referent, self._parts
        return Row(
            place.id,
            point(place.lonlat),
            (parts.referent(place), parts.told(entry), parts.source(entry.best.document_id)),
        )

    def _line(self, entry: Entry[Line]) -> Row:
        line, parts = entry.referent, self._parts
        about = (line_part(line), (line.is_approximate,), parts.told(entry), parts.source(entry.best.document_id))
        return Row(line.id, course(line), (parts.referent(line), *about))

    def _area(self, area: Area, outline: Polygons) -> Row:
        entry, parts = area.entry, self._parts
        about = (area_part(area.vicinity, area.words), (True,), parts.told(entry), parts.source(entry.best.document_id))
        return Row(area.id, surface(outline), (parts.referent(entry.referent), *about))

    def _mentions(self, entry: Entry[Place] | Entry[Line], lonlat: tuple[float, float]) -> Iterator[Row]:
        parts = self._parts
        geometry, referent = point(lonlat), parts.referent(entry.referent)
        for mention in entry.mentions:
            about = (referent, parts.source(mention.document_id), parts.mention(mention))
            yield Row(_mention_id(mention), geometry, about)

    def _unlocated(self, mention: Mention) -> Row:
        return Row(
            _mention_id(mention), None, (self._parts.source(mention.document_id), self._parts.unlocated(mention))
        )


def extent_of(layers: Iterable[Layer]) -> Extent | None:
    """Return the box around some layers; None when all of them are empty."""
    return Extent.around(corner for layer in layers if layer.extent for corner in layer.extent.corners)


def _layer(
    name: str, geometry: str | None, count: int, extent: Extent | None, rows: Callable[[], Iterator[Row]]
) -> Layer:
    return Layer(name, LAYERS[name], geometry, count, extent, rows)


def _entries(shown: Iterable[Layer]) -> Iterator[Row]:
    """Yield the rows of places, lines and areas with the parts of `geo.writers.schema.ENTRIES`."""
    no_line, no_area = (None,) * len(LINE), (None,) * len(AREA)
    for layer in shown:
        for row in layer.rows():
            referent, *own, told, source = row.parts
            line: Part = no_line
            area: Part = no_area
            approximate: Part = (None,)
            if layer.name == "lines":
                line, approximate = own
            elif layer.name == "areas":
                area, approximate = own
            yield Row(row.id, row.geometry, ((layer.name,), referent, told, source, line, area, approximate))


def _mention_id(mention: Mention) -> str:
    toponym = mention.resolution.toponym
    return f"{mention.document_id}#{toponym.start}-{toponym.end}"


def extent_of_points(lonlats: Iterable[tuple[float, float]]) -> Extent | None:
    """Return the box around points as rows have them; None for none."""
    return Extent.around(map(rounded, lonlats))


def extent_along(lines: Iterable[Line]) -> Extent | None:
    """Return the box around lines as rows have them; None for none."""
    return extent_of_points(lonlat for line in lines for part in cut(line) for lonlat in part)


def extent_around(outlines: Iterable[Polygons]) -> Extent | None:
    """Return the box around areas as rows have them; None for none."""
    return extent_of_points(lonlat for shape in outlines for polygon in shape for ring in polygon for lonlat in ring)
