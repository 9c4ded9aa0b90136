"""GeoJSON as a sequence of features, which can be read one by one: RFC 8142, and newline-delimited.

The first text carries the provenance, as a foreign member (RFC 7946 section 6.1) that readers pass over. GDAL takes a
text of its own for a feature without a geometry, and reads no lines of which the first is a collection.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..atlas import Atlas
from . import Format
from .features import features
from .geojson import wrapped
from .layers import Layer, Layers
from .schema import LOCATED
from .whole import MEMBER, provenance_pieces

_SEPARATOR = b"\x1e"
"""RS, which begins every text of RFC 8142."""


def sequence(layer: Layer, atlas: Atlas, *, before: bytes = b"") -> Iterator[bytes]:
    """Yield a layer as a feature a line; an empty one as an empty collection, since GDAL opens no empty file.

    Parameters
    ----------
    layer
        What to write.
    atlas
        What it is of, for the provenance.
    before
        What begins every line.
    """
    about = provenance_pieces(atlas)
    pieces = features(layer, before=before, after=b"\n")
    first = next(pieces, None)
    if first is None:
        collection = b"".join(wrapped((), name=layer.name, extent=None, about=about))
        yield before + collection.replace(b"\n", b"") + b"\n"
        return
    feature, _, rest = first.partition(b"}\n")
    yield feature + b',"%b":' % MEMBER.encode()
    for piece in about:
        yield piece.replace(b"\n", b"")
    yield b"}\n" + rest
    yield from pieces


def _format(name: str, title: str, before: bytes) -> Format:
    suffix = f".{name}"
    return Format(
        name=name,
        title=title,
        suffix=suffix,
        one_file=lambda atlas, file: {file: sequence(Layers(atlas).entries, atlas, before=before)},
        folder=lambda atlas: {
            f"{layer.name}{suffix}": sequence(layer, atlas, before=before) for layer in Layers(atlas).located
        },
        names=tuple(f"{layer}{suffix}" for layer in LOCATED),
    )


TEXT_SEQUENCE = _format("geojsons", "GeoJSON text sequence", _SEPARATOR)
NEWLINE_DELIMITED = _format("geojsonl", "newline-delimited GeoJSON", b"")
