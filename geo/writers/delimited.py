"""CSV for spreadsheets and statistics: one layer a file, and beside each what its columns mean, as CSV on the Web.

Made to be read: null and the empty text are the same empty cell, and a text that a spreadsheet would take for a formula
has an apostrophe before it. So no atlas is read back from it.

References
----------
RFC 4180. Metadata Vocabulary for Tabular Data, W3C Recommendation, 17 December 2015.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

from ..atlas import Atlas
from ..model import Geometry
from . import Format
from .json_text import dumps
from .layers import Layer, Layers
from .plain_text import clean
from .schema import LAYERS, Field, Sort
from .shapes import rounded
from .whole import provenance

SUFFIX: Final = ".csv"
EXCEL_SUFFIX: Final = ".excel.csv"
"""Of files that begin with a byte order mark, without which Excel reads UTF-8 as the letters of the user's country."""

PLACE: Final = (
    Field("lon", Sort.NUMBER, "longitude in WGS 84, of a line half-way along it, of an area inside it", None),
    Field("lat", Sort.NUMBER, "latitude", None),
    Field("wkt", Sort.TEXT, "the geometry as Well-Known Text, longitude first, cut at longitude 180", None),
)
"""The columns of the geometry, last."""

_BOM = b"\xef\xbb\xbf"
_ROWS = 1_000
_DATATYPES = {
    Sort.TEXT: "string",
    Sort.INTEGER: "integer",
    Sort.NUMBER: "number",
    Sort.BOOLEAN: "boolean",
    Sort.DATE: "date",
}
_FORMULA = re.compile(r"[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]")
"""How a text begins that a spreadsheet may run: OWASP, CSV Injection; also wide forms, which Excel folds."""


def cell(value: object) -> object:
    """Return a value as a cell holds it.

    Examples
    --------
    >>> [cell(value) for value in (None, True, -1.5, "Idlib", "=1+1")]
    ['', 'true', -1.5, 'Idlib', "'=1+1"]
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = clean(value)
        return f"'{text}" if _FORMULA.match(text) else text
    return value


def table(layer: Layer) -> Iterator[bytes]:
    """Yield a layer as CSV in UTF-8, many rows at once."""
    has_geometry = layer.geometry is not None
    yield _lines([[field.name for field in _columns(layer)]])
    where = _Where()
    rows = layer.rows()
    while chunk := list(islice(rows, _ROWS)):
        yield _lines([*map(cell, row.values), *(where.of(row.geometry) if has_geometry else ())] for row in chunk)


def description(layer: Layer, name: str, told: Mapping[str, Any]) -> bytes:
    """Return what a file's columns mean, and where it comes from.

    Parameters
    ----------
    layer
        What is in the file.
    name
        The name of the file.
    told
        Its `geo.writers.whole.provenance`.
    """
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": quote(name.encode("utf-8", "replace")),
        "dc:title": layer.name,
        "dc:description": "A text that a spreadsheet would take for a formula has an apostrophe before it.",
        "dc:creator": [f"placelines {version}" for version in told["tool_versions"]],
        "dc:source": list(dict.fromkeys(_sources(told))),
        "dc:rights": told["attributions"],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "quoteChar": '"', "doubleQuote": True},
        "tableSchema": {"columns": [_column(field) for field in _columns(layer)]},
        "notes": [told],
    }
    return dumps(metadata) + b"\n"


def _folder(atlas: Atlas, suffix: str) -> dict[str, Iterable[bytes]]:
    told = provenance(atlas)
    layers = Layers(atlas).all
    return {name: content for layer in layers for name, content in _files(layer, f"{layer.name}{suffix}", told)}


def _one_file(atlas: Atlas, name: str) -> dict[str, Iterable[bytes]]:
    return dict(_files(Layers(atlas).entries, name, provenance(atlas)))


def _files(layer: Layer, name: str, told: Mapping[str, Any]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield a file and that which describes it, by name."""
    yield name, _marked(table(layer)) if name.lower().endswith(EXCEL_SUFFIX) else table(layer)
    yield _beside(name), [description(layer, name, told)]


def _beside(name: str) -> str:
    """Return where those who find a CSV look for its metadata: section 5.3 of the Model for Tabular Data."""
    return f"{name}-metadata.json"


def _marked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield _BOM
    yield from pieces


def _columns(layer: Layer) -> tuple[Field, ...]:
    return (*layer.fields, *PLACE) if layer.geometry is not None else layer.fields


def _column(field: Field) -> dict[str, object]:
    meaning = field.meaning if field.null is None else f"{field.meaning}. Empty: {field.null}"
    return {
        "name": field.name,
        "titles": field.name,
        "datatype": _DATATYPES[field.sort],
        "null": "",
        "dc:description": meaning,
    }


def _sources(told: Mapping[str, Any]) -> Iterator[str]:
    for run in told["runs"]:
        for source in (*run["gazetteers"], *run["roads"], *run["services"], *run["corrections"]):
            yield " ".join(filter(None, (source["name"], source["version"])))


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8")


class _Where:
    """Tells where geometries are, of one that rows share once."""

    def __init__(self) -> None:
        self._last: tuple[Geometry | None, tuple[object, ...]] = (None, ("", "", ""))

    def of(self, geometry: Geometry | None) -> tuple[object, ...]:
        """Return the cells of `PLACE`."""
        if self._last[0] is not geometry:
            self._last = geometry, self._cells(geometry)
        return self._last[1]

    def _cells(self, geometry: Geometry | None) -> tuple[object, ...]:
        import shapely
        from shapely.geometry import LineString, MultiLineString, shape

        from ..lines import midpoint

        if geometry is None:
            return "", "", ""
        made = shape({**geometry})
        if isinstance(made, LineString | MultiLineString):
            lon, lat = midpoint(made)
        else:
            lon, lat = made.representative_point().coords[0]
        return *rounded((lon, lat)), shapely.to_wkt(made, rounding_precision=6)


def _format(name: str, title: str, suffix: str) -> Format:
    files = [f"{layer}{suffix}" for layer in LAYERS]
    return Format(
        name=name,
        title=title,
        suffix=suffix,
        one_file=_one_file,
        folder=lambda atlas: _folder(atlas, suffix),
        names=tuple(each for file in files for each in (file, _beside(file))),
    )


FORMAT: Final = _format("csv", "CSV", SUFFIX)
EXCEL: Final = _format("csv-excel", "CSV for Excel", EXCEL_SUFFIX)
