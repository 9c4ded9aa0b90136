"""Shapefile for programs that read nothing newer: a set of files a layer, with short names and short texts.

A table of dBASE has names of 10 characters and texts of 254 bytes, and knows no null: for a text it has an empty one,
for a number asterisks, for a day noughts, for true or false a question mark. A file beside the layers tells which field
became which and how many of its texts were cut. So no atlas is read back from it.

References
----------
ESRI Shapefile Technical Description, 1998. gdal.org/drivers/vector/shapefile.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import Final
from warnings import warn

from ..atlas import Atlas
from ..errors import PlacelinesWarning
from . import Content, Format
from .gdal import DAY, EXTRA, MODULES, write_layer
from .json_text import dumps
from .layers import Layer, Layers, Row
from .plain_text import clean
from .schema import Field, Group
from .whole import provenance

MOST_CHARACTERS: Final = 10
"""Of a field's name."""
MOST_BYTES: Final = 254
"""Of a text, in UTF-8."""
MAP: Final = "shapefile-fields.json"
"""The file that tells which field became which."""

_DRIVER = "ESRI Shapefile"
_OPTIONS = {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": DAY.partition("T")[0]}
_BESIDE = (".shx", ".dbf", ".prj", ".cpg")
_TABLE = (".dbf", ".cpg")
_SHORT = {
    "country_code": "cntry_code",
    "geo_precision": "geo_prec",
    "gazetteer_id": "gazett_id",
    "name_as_written": "as_written",
    "corrected_by": "correct_by",
    "correction_note": "correct_nt",
    "source_title": "src_title",
    "source_author": "src_author",
    "source_file": "src_file",
    "source_date": "src_date",
    "source_url": "src_url",
    "tool_version": "tool_vers",
    "section_from": "sect_from",
    "section_to": "sect_to",
    "geometry_source": "geom_src",
    "attribution": "attributed",
    "area_as_written": "area_text",
    "bearing_deg": "bearing",
    "approximate": "approx",
    "sentence_start": "sent_start",
    "sentence_end": "sent_end",
}
"""Names for fields whose own are too long, or long beside that of a neighbour."""


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Return names that a Shapefile can have, all different, by the names of the fields.

    Examples
    --------
    >>> short_names(["name", "geo_precision", "some_long_name", "some_long_names"])
    {'name': 'name', 'geo_precision': 'geo_prec', 'some_long_name': 'some_long_', 'some_long_names': 'some_lon_2'}
    """
    short: dict[str, str] = {}
    for name in names:
        wanted = _SHORT.get(name, name)[:MOST_CHARACTERS]
        taken, number = set(short.values()), 1
        while wanted in taken:
            number += 1
            wanted = f"{name[: MOST_CHARACTERS - 1 - len(str(number))]}_{number}"
        short[name] = wanted
    return short


def short_text(text: str) -> str:
    """Return the beginning of a text that fits into a field, cut between two characters.

    Examples
    --------
    >>> len(short_text("a" * 300)), len(short_text("ا" * 300)), short_text("Idlib")
    (254, 127, 'Idlib')
    """
    return clean(text).encode("utf-8")[:MOST_BYTES].decode("utf-8", "ignore")


def folder(atlas: Atlas) -> dict[str, Content]:
    """Return the files of a folder."""
    return _files(atlas, "", MAP)


def one_file(atlas: Atlas, name: str) -> dict[str, Content]:
    """Return a set of files a layer, as one holds one sort of geometry: story_places.shp and others for story.shp."""
    stem = PurePath(name).stem
    return _files(atlas, f"{stem}_", f"{stem}_{MAP}")


def _files(atlas: Atlas, prefix: str, fields_name: str) -> dict[str, Content]:
    layers = {f"{prefix}{layer.name}": layer for layer in Layers(atlas).all}
    contents: dict[str, Content] = {}
    for name, layer in layers.items():
        first, *others = _names(name, layer)
        contents[first] = partial(write_layer, _shortened(layer), driver=_DRIVER, layer_options=_OPTIONS)
        contents.update(dict.fromkeys(others, _written_with_the_first))
    contents[fields_name] = _fields(atlas, layers)
    message = f"Shapefiles have names of {MOST_CHARACTERS} characters and texts of {MOST_BYTES} bytes; "
    warn(f"{message}{fields_name} tells which were shortened", PlacelinesWarning, stacklevel=3)
    return contents


def _names(name: str, layer: Layer) -> tuple[str, ...]:
    suffixes = _TABLE if layer.geometry is None else (".shp", *_BESIDE)
    return tuple(f"{name}{suffix}" for suffix in suffixes)


def _written_with_the_first(_path: Path) -> None:
    """Write nothing: GDAL makes all files of a set at once."""


def _shortened(layer: Layer) -> Layer:
    """Return a layer as a Shapefile can hold it."""
    short = short_names(field.name for field in layer.fields)
    groups: tuple[Group, ...] = tuple(
        tuple(replace(field, name=short[field.name]) for field in group) for group in layer.groups
    )

    def rows() -> Iterator[Row]:
        for row in layer.rows():
            yield row._replace(parts=tuple(tuple(map(_short_value, part)) for part in row.parts))

    return replace(layer, groups=groups, rows=rows)


def _short_value(value: object) -> object:
    # No character takes more than four bytes, so that most texts need no look at theirs.
    is_long = isinstance(value, str) and len(value) > MOST_BYTES // 4
    return short_text(str(value)) if is_long else value


def _fields(atlas: Atlas, layers: dict[str, Layer]) -> Iterator[bytes]:
    """Yield which field became which as JSON."""
    told = [
        {"layer": layer.name, "file": _names(name, layer)[0], "fields": _fields_of(layer)}
        for name, layer in layers.items()
    ]
    yield dumps({**provenance(atlas), "layers": told}) + b"\n"


def _fields_of(layer: Layer) -> list[dict[str, object]]:
    short = short_names(field.name for field in layer.fields)
    cut = dict.fromkeys(short, 0)
    for row in layer.rows():
        for name, value in zip(short, row.values, strict=True):
            cut[name] += isinstance(value, str) and short_text(value) != clean(value)
    return [_field(field, short[field.name], cut[field.name]) for field in layer.fields]


def _field(field: Field, short: str, cut: int) -> dict[str, object]:
    return {
        "field": field.name,
        "shapefile_field": short,
        "meaning": field.meaning,
        "null": field.null,
        "texts_cut": cut,
    }


def _all_names() -> Iterator[str]:
    for layer in Layers(Atlas()).all:
        yield from _names(layer.name, layer)
    yield MAP


FORMAT = Format(
    name="shp",
    title="Shapefile",
    suffix=".shp",
    one_file=one_file,
    folder=folder,
    names=tuple(_all_names()),
    extra=EXTRA,
    modules=MODULES,
)
