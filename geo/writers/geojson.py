"""GeoJSON (RFC 7946) for GIS tools: flat properties, the same keys in every feature, a feature a line.

``docs/formats.md`` says what every property means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ..atlas import Atlas
from ..extent import Extent
from . import Format
from .features import features
from .json_text import dumps
from .layers import Layer, Layers
from .schema import LOCATED
from .whole import MEMBER, atlas_from, content_of, pieces, provenance_pieces, value_of

NAMES: Final = tuple(f"{layer}.geojson" for layer in LOCATED)
"""The files of a folder, one a layer."""
BETWEEN: Final = b",\n"
"""What parts the features of a collection."""


def folder(atlas: Atlas) -> dict[str, Iterator[bytes]]:
    """Return the files of a folder: one a layer."""
    layers = Layers(atlas)
    return {f"{layer.name}.geojson": collection(layer, provenance_pieces(atlas)) for layer in layers.located}


def one_file(atlas: Atlas, name: str) -> dict[str, Iterator[bytes]]:
    """Return one collection of places, lines and areas, with the whole atlas in it."""
    return {name: collection(Layers(atlas).entries, pieces(atlas))}


def collection(layer: Layer, about: Iterable[bytes] = ()) -> Iterator[bytes]:
    """Yield a layer as a feature collection.

    Parameters
    ----------
    layer
        What to write.
    about
        What else is told of it, as JSON in pieces: a foreign member (RFC 7946 section 6.1). Empty for nothing.
    """
    return wrapped(features(layer, before=BETWEEN), name=layer.name, extent=layer.extent, about=about)


def wrapped(
    pieces_of_features: Iterable[bytes], *, name: str, extent: Extent | None, about: Iterable[bytes]
) -> Iterator[bytes]:
    """Yield a feature collection.

    Parameters
    ----------
    pieces_of_features
        Its features, `BETWEEN` before each.
    name
        What it is called.
    extent
        What all of it lies in; None when it is empty.
    about
        As `collection` takes it.
    """
    opening: dict[str, object] = {"type": "FeatureCollection", "name": name}
    if extent is not None:
        opening["bbox"] = extent.bbox
    yield dumps(opening).removesuffix(b"}")
    member = b',"%b":' % MEMBER.encode()
    for piece in about:
        yield member + piece
        member = b""
    yield b',"features":['
    comma = 1  # none before the first
    for piece in pieces_of_features:
        yield piece[comma:]
        comma = 0
    yield b"\n]}\n"


def read(path: Path) -> Atlas:
    """Return the atlas of one collection; InputError if it carries none."""
    content = value_of(content_of(path), path.name)
    return atlas_from(content.get(MEMBER) if isinstance(content, dict) else None, path.name)


FORMAT = Format(
    name="geojson",
    title="GeoJSON",
    suffix=".geojson",
    one_file=one_file,
    folder=folder,
    names=NAMES,
    read=read,
)
