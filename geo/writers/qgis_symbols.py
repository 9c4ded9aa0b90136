"""Symbols and labels as QGIS writes them in a layer style (QML), of QGIS 3.22 and later.

Sizes are given in pixels of the page, of which there are 96 an inch, and written in points, so that they are as large
on any screen and on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from .palette import COLOURS

_POINTS_A_PIXEL: Final = 0.75
_FONT: Final = "Open Sans"
"""Comes with QGIS."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A marker."""

    fill: str
    edge: str
    """Names of its colours."""
    diameter_px: float
    """Diameter, or length of a side; in the legend, where `diameter` says another for each feature."""
    diameter: str | None = None
    """An expression for the diameter in pixels."""
    opacity: float = 1.0
    """Of the fill, 0 to 1."""
    shape: str = "circle"
    """As QGIS calls it."""
    edge_px: float = 2.0
    """Width of the outline."""
    is_dashed: bool = False
    """Whether the outline is."""

    kind = "marker"

    def element(self) -> Element:
        """Return it as a layer of a symbol."""
        size = f"({self.diameter}) * {_POINTS_A_PIXEL}" if self.diameter else None
        return _symbol_layer(
            "SimpleMarker",
            {
                "name": self.shape,
                "color": rgba(self.fill, self.opacity),
                "outline_color": rgba(self.edge),
                "outline_style": "dash" if self.is_dashed else "solid",
                "outline_width": _points(self.edge_px),
                "outline_width_unit": "Point",
                "cap_style": "flat",
                "joinstyle": "miter",
                "size": _points(self.diameter_px),
                "size_unit": "Point",
            },
            {"size": size},
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """One of the strokes that a line is built of."""

    colour: str
    """Name of its colour."""
    width_px: float
    """How wide it is."""
    pattern: tuple[float, ...] = ()
    """Pixels on and off in turn; none for an unbroken stroke."""
    opacity: float = 1.0
    """0 to 1."""
    is_round: bool = False
    """Whether its dashes end round."""
    dashes: str | None = None
    """An expression for the pattern, as `dashes` writes one; where it is null, `pattern` stays."""
    ends: str | None = None
    """An expression for how its dashes end, as QGIS calls it; null for `is_round`."""
    colours: str | None = None
    """An expression for its colour, as `rgba` writes one."""
    only_if: str | None = None
    """An expression for whether it is drawn; None for always."""

    kind = "line"

    def element(self) -> Element:
        """Return it as a layer of a symbol."""
        cap = "round" if self.is_round or not (self.pattern or self.dashes) else "flat"
        return _symbol_layer(
            "SimpleLine",
            {
                "line_color": rgba(self.colour, self.opacity),
                "line_width": _points(self.width_px),
                "line_width_unit": "Point",
                "capstyle": cap,
                "joinstyle": "round",
                "use_custom_dash": "1" if self.pattern else "0",
                "customdash": dashes(self.pattern or (1, 1)),
                "customdash_unit": "Point",
            },
            {"customDash": self.dashes, "capStyle": self.ends, "outlineColor": self.colours, "enabled": self.only_if},
        )


@dataclass(frozen=True, slots=True)
class Surface:
    """The fill of an area."""

    fill: str
    edge: str
    """Names of its colours."""
    opacity: float
    """Of the fill, 0 to 1."""
    edge_px: float
    """Width of the outline, which is dashed."""

    kind = "fill"

    def element(self) -> Element:
        """Return it as a layer of a symbol."""
        return _symbol_layer(
            "SimpleFill",
            {
                "color": rgba(self.fill, self.opacity),
                "outline_color": rgba(self.edge, 0.8),
                "outline_style": "dash",
                "outline_width": _points(self.edge_px),
                "outline_width_unit": "Point",
                "joinstyle": "round",
            },
            {},
        )


Symbol = tuple[Dot | Stroke | Surface, ...]
"""What a feature is drawn with, the lowest first."""


@dataclass(frozen=True, slots=True)
class Label:
    """How some features of a layer are lettered. Labels never overlap: those of lower priority give way."""

    filter: str
    """An expression for which features."""
    text: str
    """An expression for the text."""
    priority: str
    """An expression for which labels come first, 0 to 10."""
    placement: Mapping[str, str]
    """Where it stands, as attributes of QML."""
    size_px: float = 14.0
    """Size of the font."""
    size: str | None = None
    """An expression for the size in pixels."""
    colour: str = "ink"
    """Name of its colour."""
    is_bold: bool = False
    """Whether it is set in bold."""
    is_italic: bool = False
    """Whether it is set in italics."""
    spacing_px: float = 0.0
    """What lies between its letters beyond the usual."""
    is_obstacle: bool = True
    """Whether labels of other features keep away from what it names."""
    sign: tuple[str, str] | None = None
    """Names of the colours of the sign that it stands on and of its edge; None for a halo instead."""

    def element(self) -> Element:
        """Return it as a rule."""
        rule = Element("rule", {"key": "{label}", "filter": self.filter})
        settings = SubElement(rule, "settings", {"calloutType": "simple"})
        settings.append(self._style())
        SubElement(settings, "text-format", {"autoWrapLength": "24", "multilineAlign": "3"})
        SubElement(settings, "placement", {"distUnits": "Point", **self.placement})
        SubElement(settings, "rendering", {"obstacle": str(int(self.is_obstacle)), "drawLabels": "1"})
        size = f"({self.size}) * {_POINTS_A_PIXEL}" if self.size else None
        settings.append(_collection("dd_properties", {"Priority": self.priority, "Size": size}))
        return rule

    def _style(self) -> Element:
        style = Element(
            "text-style",
            {
                "fieldName": self.text,
                "isExpression": "1",
                "allowHtml": "0",
                "fontFamily": _FONT,
                "fontSize": _points(self.size_px),
                "fontSizeUnit": "Point",
                "fontWeight": "75" if self.is_bold else "50",
                "fontItalic": str(int(self.is_italic)),
                "fontLetterSpacing": _points(self.spacing_px),
                "textColor": rgba(self.colour),
                "textOpacity": "1",
            },
        )
        halo = {"bufferDraw": "0"}
        if self.sign is None:
            halo = {
                "bufferDraw": "1",
                "bufferSize": _points(2),
                "bufferSizeUnits": "Point",
                "bufferColor": rgba("halo"),
                "bufferOpacity": "1",
                "bufferJoinStyle": "128",
            }
        SubElement(style, "text-buffer", halo)
        SubElement(style, "background", self._sign())
        return style

    def _sign(self) -> dict[str, str]:
        if self.sign is None:
            return {"shapeDraw": "0"}
        fill, edge = self.sign
        return {
            "shapeDraw": "1",
            "shapeType": "0",
            "shapeSizeType": "0",
            "shapeSizeX": _points(5),
            "shapeSizeY": _points(2),
            "shapeSizeUnit": "Point",
            "shapeRadiiX": _points(3),
            "shapeRadiiY": _points(3),
            "shapeRadiiUnit": "Point",
            "shapeFillColor": rgba(fill),
            "shapeBorderColor": rgba(edge),
            "shapeBorderWidth": _points(1.5),
            "shapeBorderWidthUnit": "Point",
            "shapeOpacity": "1",
        }


def renderer(rules: Iterable[tuple[str, str, Symbol]], *, order_by: str | None = None) -> Element:
    """Return what draws a layer: the title in the legend, the filter and the symbol of each sort of feature.

    Parameters
    ----------
    rules
        The first that fits a feature draws it, if filters exclude each other.
    order_by
        A field by which features are drawn, the largest value first; None for the order of the table.
    """
    made = Element("renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "forceraster": "0"})
    listed = SubElement(made, "rules", {"key": "{rules}"})
    symbols = SubElement(made, "symbols")
    for number, (title, condition, symbol) in enumerate(rules):
        key = f"{{rule-{number}}}"
        SubElement(listed, "rule", {"key": key, "label": title, "filter": condition, "symbol": str(number)})
        drawn = SubElement(symbols, "symbol", {"name": str(number), "type": symbol[0].kind, "alpha": "1"})
        drawn.extend(part.element() for part in symbol)
    made.set("enableorderby", str(int(order_by is not None)))
    if order_by is not None:
        clause = SubElement(SubElement(made, "orderby"), "orderByClause", {"asc": "0", "nullsFirst": "0"})
        clause.text = f'"{order_by}"'
    return made


def labeling(labels: Sequence[Label]) -> Element:
    """Return what letters a layer."""
    made = Element("labeling", {"type": "rule-based"})
    SubElement(made, "rules", {"key": "{labels}"}).extend(label.element() for label in labels)
    return made


def dashes(pattern: Iterable[float]) -> str:
    """Return a dash pattern, given in pixels, as QGIS writes it.

    Examples
    --------
    >>> dashes((12, 6))
    '9;4.5'
    """
    return ";".join(map(_points, pattern))


def rgba(colour: str, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it.

    Examples
    --------
    >>> rgba("place"), rgba("place", 0.4), rgba("halo")
    ('0,114,178,255', '0,114,178,102', '255,255,255,240')
    """
    red, green, blue, *alpha = bytes.fromhex(COLOURS[colour].removeprefix("#"))
    return f"{red},{green},{blue},{round(opacity * (alpha[0] if alpha else 255))}"


def _points(pixels: float) -> str:
    return f"{pixels * _POINTS_A_PIXEL:g}"


def _symbol_layer(name: str, values: Mapping[str, str], properties: Mapping[str, str | None]) -> Element:
    layer = Element("layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
    options = SubElement(layer, "Option", {"type": "Map"})
    for key, value in values.items():
        SubElement(options, "Option", {"type": "QString", "name": key, "value": value})
    layer.append(_collection("data_defined_properties", properties))
    return layer


def _collection(tag: str, properties: Mapping[str, str | None]) -> Element:
    """Return what expressions say of each feature, those left out that are None."""
    made = Element(tag)
    options = SubElement(made, "Option", {"type": "Map"})
    SubElement(options, "Option", {"type": "QString", "name": "name", "value": ""})
    listed = SubElement(options, "Option", {"type": "Map", "name": "properties"})
    for key, expression in properties.items():
        if expression is not None:
            one = SubElement(listed, "Option", {"type": "Map", "name": key})
            SubElement(one, "Option", {"type": "bool", "name": "active", "value": "true"})
            SubElement(one, "Option", {"type": "QString", "name": "expression", "value": expression})
            SubElement(one, "Option", {"type": "int", "name": "type", "value": "3"})
    SubElement(options, "Option", {"type": "QString", "name": "type", "value": "collection"})
    return made
