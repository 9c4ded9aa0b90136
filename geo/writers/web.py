"""GeoJSON for web maps such as GitHub and geojson.io, which draw it in the colours that it names.

Its keys are those of simplestyle-spec 1.1 (github.com/mapbox/simplestyle-spec) and a few for readers. Some maps that
draw such files take their texts for HTML, so that < and > become U+2039 and U+203A.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from ..atlas import Atlas
from ..entries import counted
from . import Format, palette
from .features import features
from .geojson import BETWEEN, wrapped
from .layers import Layer, Layers, Row, extent_of
from .schema import Field, Group, Sort
from .whole import provenance_pieces

NAME: Final = "atlas.web.geojson"
"""The file of a folder. GitHub draws none above 10 MB."""

Values: TypeAlias = Mapping[str, Any]
"""The values of a row by the names of its fields."""

_NO_MARKUP = str.maketrans("<>", "\u2039\u203a")
_TOLD: Final = ("name", "kind", "mentions", "confidence", "asserted", "excerpt", "why")
_MARKER: Final = ("marker-color", "marker-size", "marker-symbol")
_STROKE: Final = ("stroke", "stroke-width", "stroke-opacity")
_FILL: Final = ("fill", "fill-opacity")
_STYLES: Final[Mapping[str, tuple[str, ...]]] = {"areas": _STROKE + _FILL, "lines": _STROKE, "places": _MARKER}
_MEDIUM_FROM, _LARGE_FROM = 2, 5
"""From how many mentions a place gets a larger marker."""
_WIDTHS: Final[Mapping[str, int]] = {"road": 4}
_WIDTH = 3
_FAINT = 0.6
"""Opacity of strokes that lie only about there; simplestyle knows no dashes."""


def collection(atlas: Atlas) -> Iterator[bytes]:
    """Yield areas, lines and places as one collection, in the order in which they are drawn."""
    layers = Layers(atlas)
    drawn = (layers.areas, layers.lines, layers.places)
    pieces = (piece for layer in drawn for piece in features(_styled(layer), before=BETWEEN))
    return wrapped(pieces, name="atlas", extent=extent_of(drawn), about=provenance_pieces(atlas))


def _styled(layer: Layer) -> Layer:
    """Return a layer with the fields of this format."""
    styles = _STYLES[layer.name]
    group: Group = tuple(Field(key, Sort.TEXT, "", None) for key in (*styles, "title", "description", *_TOLD))

    def rows() -> Iterator[Row]:
        for row, told_of in layer.named_rows():
            values = {name: _without_markup(value) for name, value in told_of.items()}
            look = _LOOKS[layer.name](values)
            told = (values["name"], _description(values), *(values[name] for name in _TOLD))
            yield row._replace(parts=((*look, *told),))

    return replace(layer, groups=(group,), rows=rows)


def _marker(values: Values) -> tuple[object, ...]:
    count = values["mentions"]
    size = "large" if count >= _LARGE_FROM else "medium" if count >= _MEDIUM_FROM else "small"
    return (palette.PLACE, size, "circle") if values["asserted"] else (palette.UNCERTAIN, size, "circle-stroked")


def _stroke(values: Values) -> tuple[object, ...]:
    is_sure = values["asserted"]
    colour = palette.LINES[values["kind"]] if is_sure else palette.UNCERTAIN
    is_faint = values["approximate"] or not is_sure
    return colour, _WIDTHS.get(values["kind"], _WIDTH), _FAINT if is_faint else 1


def _surface(values: Values) -> tuple[object, ...]:
    if values["asserted"]:
        return palette.AREA, 1, _FAINT, palette.AREA, palette.AREA_OPACITY
    return palette.UNCERTAIN, 1, _FAINT, palette.UNCERTAIN, palette.UNCERTAIN_OPACITY


_LOOKS: Final[Mapping[str, Callable[[Values], tuple[object, ...]]]] = {
    "areas": _surface,
    "lines": _stroke,
    "places": _marker,
}
"""What gives the values of `_STYLES`."""


def _description(values: Values) -> str:
    named, doubt = counted(values["mentions"], "mention"), "" if values["asserted"] else ", uncertain"
    return f"{values['excerpt']} ({named}, confidence {values['confidence']:g}{doubt})"


def _without_markup(value: object) -> object:
    return value.translate(_NO_MARKUP) if isinstance(value, str) else value


FORMAT = Format(
    name="web",
    title="GeoJSON with colours, for GitHub and geojson.io",
    suffix=".web.geojson",
    one_file=lambda atlas, name: {name: collection(atlas)},
    folder=lambda atlas: {NAME: collection(atlas)},
    names=(NAME,),
)
