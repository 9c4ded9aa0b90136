"""Placemarks of KML: the rows of the layers, each with its name, balloon, days, style, fields and geometry."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ..atlas import Atlas
from ..entries import Entry
from ..model import Geometry, Line, Place, Role
from .kml_balloons import DOT, balloon, quote, quotes_of, summary
from .kml_styles import MENTION_STYLE, TEXT_STYLE, area_style, style_of
from .layers import Layer, Layers, Row
from .schema import Sort
from .xml_text import NOTHING, Xml, closing, element, joined, opening, text_element

_TYPES: Final[Mapping[Sort, str]] = {
    Sort.TEXT: "string",
    Sort.INTEGER: "int",
    Sort.NUMBER: "double",
    Sort.BOOLEAN: "bool",
    Sort.DATE: "string",
}
"""What KML calls sorts of values; it has none for days."""
RENAMED: Final[Mapping[str, str]] = {"name": "place_name", "start": "start_char", "end": "end_char"}
"""Fields under other keys: GDAL takes "name" for the label, and "end" for the end of a time span."""
_KINDS: Final[Mapping[str, str]] = {"admin1": "province", "admin2": "district"}
"""Kinds that readers know by another word."""

Values: TypeAlias = Mapping[str, object]
"""The values of a row by the names of its fields."""
Days: TypeAlias = Iterable[datetime.date | None]
"""When documents appeared; None for those that do not say."""


@dataclass(frozen=True, slots=True)
class Said:
    """What viewers show of one placemark."""

    name: str
    """Its label."""
    snippet: str
    """A line below its name in lists."""
    description: str
    """Its balloon, HTML."""
    style: str
    """The id of its style."""
    days: Days = ()
    """When it is told of."""
    is_visible: bool = True
    """Whether it is switched on."""


class Placemarks:
    """The placemarks of an atlas, layer by layer.

    Parameters
    ----------
    atlas
        What they show.
    are_typed
        Whether fields have the types of a `schema`; else all are text.
    """

    def __init__(self, atlas: Atlas, *, are_typed: bool) -> None:
        self._are_typed = are_typed
        self._documents = {document.id: document for document in atlas.documents}
        entries: Iterable[Entry[Place] | Entry[Line]] = (*atlas.places, *atlas.lines, *atlas.whole_lines)
        self._entries = {entry.referent.id: entry for entry in entries}
        self._areas = {area.id: area for area in atlas.areas}
        layers = Layers(atlas)
        self.layers: tuple[Layer, ...] = layers.all
        """The layers, in the order of `geo.writers.schema.LAYERS`."""
        self._said: Mapping[str, Callable[[Row, Values], Said]] = {
            "places": self._entry,
            "lines": self._entry,
            "areas": self._area,
            "mentions": self._mention,
            "unlocated": self._unlocated,
        }

    def of(self, layer: Layer) -> Iterator[Xml]:
        """Yield the placemarks of a layer."""
        ids: dict[str, int] = {}
        for row, values in layer.named_rows():
            said = self._said[layer.name](row, values)
            fields = _typed(layer, values) if self._are_typed else _untyped(layer, values)
            yield _placemark(_id(layer.name, row.id, ids), said, fields, _geometry(row.geometry))

    def _entry(self, row: Row, values: Values) -> Said:
        entry = self._entries[row.id]
        name = entry.display_name
        # Where a text speaks of the people of a place, it does not say that something happens there.
        is_place = entry.role is not Role.DEMONYM
        return self._told(name, _where(values, name), entry, style_of(entry), is_visible=is_place)

    def _area(self, row: Row, values: Values) -> Said:
        area = self._areas[row.id]
        where = DOT.join((str(values["name"]), _where(values, str(values["name"]))))
        return self._told(area.words, where, area.entry, area_style(area.entry))

    def _told(
        self, name: str, where: str, entry: Entry[Place] | Entry[Line], style: str, *, is_visible: bool = True
    ) -> Said:
        lines = (where, summary(entry))
        days = (self._documents[mention.document_id].date for mention in entry.mentions)
        description = balloon(name, lines, quotes_of(entry, self._documents))
        return Said(name, DOT.join(lines), description, style, days, is_visible)

    def _mention(self, row: Row, values: Values) -> Said:
        name = str(values["name"])
        return _single(name, _where(values, name), values, MENTION_STYLE, is_visible=False)

    def _unlocated(self, row: Row, values: Values) -> Said:
        return _single(str(values["text"]), str(values["why"] or "not located"), values, TEXT_STYLE)


def schema(layer: Layer) -> Xml:
    """Return what tells which fields a layer has, and what sorts of values they take."""
    fields = (
        element("SimpleField", attributes={"type": _TYPES[field.sort], "name": RENAMED.get(field.name, field.name)})
        for field in layer.fields
    )
    return element("Schema", *fields, attributes={"name": layer.name, "id": layer.name})


def _single(name: str, where: str, values: Values, style: str, *, is_visible: bool = True) -> Said:
    """Say what a single mention tells."""
    day, source = values["source_date"], values["source"]
    known = day if isinstance(day, datetime.date) else None
    title = str(values["source_title"] or values["article_id"])
    sentence = quote(str(values["excerpt"]), None if source is None else str(source), title, known)
    return Said(name, where, balloon(name, (where,), (sentence,)), style, (known,), is_visible)


def _where(values: Values, name: str) -> str:
    """Return the kind of a place and in what it lies: "settlement, Idlib Governorate, Syria"."""
    kind = str(values["kind"])
    units = (str(values[unit]) for unit in ("admin1", "country") if values[unit] not in (None, name))
    return ", ".join((_KINDS.get(kind, kind), *units))


def _id(layer: str, key: str, ids: dict[str, int]) -> str:
    """Return a name that XML takes for an id, another for each key, and for one that comes again another each time."""
    ids[key] = ids.get(key, 0) + 1
    spelled = re.sub("[^A-Za-z0-9.-]", lambda found: f"_{ord(found[0]):x}_", key)
    return f"{layer}-{spelled}" + (f"_{ids[key]}" if ids[key] > 1 else "")


def _placemark(key: str, said: Said, fields: Xml, geometry: Xml) -> Xml:
    content = (
        text_element("name", said.name),
        NOTHING if said.is_visible else text_element("visibility", "0"),
        text_element("Snippet", said.snippet, {"maxLines": "2"}),
        text_element("description", said.description),
        _time(said.days),
        text_element("styleUrl", f"#{said.style}"),
        fields,
        geometry,
    )
    return Xml(opening("Placemark", {"id": key}) + joined(content) + closing("Placemark") + "\n")


def _time(days: Days) -> Xml:
    known = sorted({day.isoformat() for day in days if day is not None})
    if not known:
        return NOTHING
    if len(known) == 1:
        return element("TimeStamp", text_element("when", known[0]))
    return element("TimeSpan", text_element("begin", known[0]), text_element("end", known[-1]))


def _typed(layer: Layer, values: Values) -> Xml:
    data = (text_element("SimpleData", text, {"name": name}) for name, text in _texts(layer, values))
    return element("ExtendedData", element("SchemaData", *data, attributes={"schemaUrl": f"#{layer.name}"}))


def _untyped(layer: Layer, values: Values) -> Xml:
    data = (element("Data", text_element("value", text), attributes={"name": n}) for n, text in _texts(layer, values))
    return element("ExtendedData", *data)


def _texts(layer: Layer, values: Values) -> Iterator[tuple[str, str]]:
    """Yield the name and text of every field that is not null."""
    for field in layer.fields:
        value = values[field.name]
        if value is not None:
            # "true" would be as right, but some versions of GDAL read a number.
            yield RENAMED.get(field.name, field.name), str(int(value)) if isinstance(value, bool) else str(value)


def _geometry(geometry: Geometry | None) -> Xml:
    if geometry is None:
        return NOTHING
    sort: str = geometry["type"]
    coordinates: Any = geometry["coordinates"]
    if sort.startswith("Multi"):
        return element("MultiGeometry", *(_shape(sort.removeprefix("Multi"), part) for part in coordinates))
    return _shape(sort, coordinates)


def _shape(sort: str, coordinates: Any) -> Xml:  # noqa: ANN401 (a point, its points, or its rings)
    if sort == "Point":
        return element("Point", _coordinates([coordinates]))
    # Without this what is long leaves the ground, or vanishes in it.
    on_the_ground = text_element("tessellate", "1")
    if sort == "LineString":
        return element("LineString", on_the_ground, _coordinates(coordinates))
    outer, *inner = (element("LinearRing", _coordinates(ring)) for ring in coordinates)
    holes = (element("innerBoundaryIs", ring) for ring in inner)
    return element("Polygon", on_the_ground, element("outerBoundaryIs", outer), *holes)


def _coordinates(lonlats: Sequence[tuple[float, float]]) -> Xml:
    return text_element("coordinates", " ".join(f"{_degrees(lon)},{_degrees(lat)}" for lon, lat in lonlats))


def _degrees(value: float) -> str:
    """Return degrees to six decimals, never as 1e-06."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
