"""FlatGeobuf for GIS tools and web maps: one layer a file, with a spatial index, the whole atlas in its header.

Mentions that are nowhere are in no file: FlatGeobuf would hold them without a geometry, but no map shows such features.
atlas.json beside the folder's files has them, and so has the header of the one file.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from ..atlas import Atlas
from ..errors import InputError
from . import Content, Format
from .carried import about, atlas_in, whole_about
from .gdal import EXTRA, MODULES, write_layer
from .layers import Layer, Layers
from .plain_text import clean
from .schema import LOCATED
from .whole import MEMBER, opened

NAMES: Final = tuple(f"{layer}.fgb" for layer in LOCATED)
"""The files of a folder, one a layer."""

_DRIVER = "FlatGeobuf"
_MOST_SHOWN = 10_000
"""Characters of the description; `MEMBER` has the rest."""
_MAGIC = b"fgb\x03fgb"
_BEFORE_HEADER = 12
_LENGTH = slice(8, _BEFORE_HEADER)
_LONGEST_HEADER = 10 << 20
"""GDAL 3.12 opens no file with a longer one."""


def folder(atlas: Atlas) -> dict[str, Content]:
    """Return the files of a folder: one a layer."""
    told = about(atlas)
    return {f"{layer.name}.fgb": _content(layer, atlas, told) for layer in Layers(atlas).located}


def one_file(atlas: Atlas, name: str) -> dict[str, Content]:
    """Return one layer of places, lines and areas, with the whole atlas in its header."""
    told, beside = whole_about(atlas, name)
    return {name: _content(Layers(atlas).entries, atlas, told), **beside}


def read(path: Path) -> Atlas:
    """Return the atlas of one file; InputError if it carries none."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        metadata = pyogrio.read_info(_header(path))["layer_metadata"] or {}
    # pyogrio 0.13 looks for the first layer without a check: IndexError where GDAL opened a damaged file without any.
    # It takes every text for UTF-8: UnicodeDecodeError where one is damaged.
    except (DataLayerError, DataSourceError, IndexError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: it is no FlatGeobuf that GDAL can read ({error}); make it again") from error
    return atlas_in(metadata.get(MEMBER), path.name)


def _header(path: Path) -> bytes:
    """Return the bytes of a file that come before its features; InputError if it does not begin as a FlatGeobuf.

    GDAL is given nothing but these. Of a path pyogrio makes an address where it looks like one, and GDAL opens what is
    in a file of whatever name: there are formats that only say where to read, on the network too. Their words cannot
    stand here, as the length of a header that GDAL takes ends in a NUL.
    """
    with opened(path) as stream:
        start = stream.read(_BEFORE_HEADER)
        length = int.from_bytes(start[_LENGTH], "little")
        if not start.startswith(_MAGIC) or length > _LONGEST_HEADER:
            raise InputError(f"{path.name}: it is no FlatGeobuf, or damaged; give a file that placelines wrote")
        return start + stream.read(length)


def _content(layer: Layer, atlas: Atlas, told: str) -> Content:
    shown = {"TITLE": layer.name, "DESCRIPTION": clean("; ".join(atlas.attributions))[:_MOST_SHOWN]}
    options = {option: text for option, text in shown.items() if text}
    return partial(write_layer, layer, driver=_DRIVER, layer_options=options, layer_metadata={MEMBER: told})


FORMAT = Format(
    name="fgb",
    title=_DRIVER,
    suffix=".fgb",
    one_file=one_file,
    folder=folder,
    names=NAMES,
    read=read,
    extra=EXTRA,
    modules=MODULES,
)
