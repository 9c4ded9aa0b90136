"""The whole atlas inside the metadata of a file of layers, packed, since readers of such files have little room there.

The metadata is `geo.writers.whole.provenance` as JSON; its member ``packed`` is the atlas.json of the same atlas as the
base64 of its gzip stream, so that ``base64 -d | gunzip`` gives it to whoever has no placelines.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final
from warnings import warn

from ..atlas import Atlas
from ..errors import InputError, PlacelinesWarning
from . import Content
from .json_text import dumps_ascii, loads
from .whole import atlas_from, parse, pieces, provenance

_PACKED: Final = "packed"
_MOST_CHARACTERS: Final = 8_000_000
"""Of the metadata. GDAL 3.12 opens no FlatGeobuf with a header above 10 MB, and readers of GeoParquet fetch all of it
before the first row."""
_MOST_BYTES: Final = 1 << 30
"""Of the unpacked JSON: a small file must not fill the memory of who reads it."""
_LEVEL: Final = 6
_GZIP: Final = 16 + zlib.MAX_WBITS


def about(atlas: Atlas) -> str:
    """Return the provenance as ASCII JSON; of very many texts without their list, as every row names its own."""
    return _fitting(provenance(atlas))


def whole_about(atlas: Atlas, name: str) -> tuple[str, dict[str, Content]]:
    """Return the provenance with the whole atlas packed in it, as ASCII JSON, and what must lie beside the file.

    Parameters
    ----------
    atlas
        What the file is of.
    name
        The name of the file.

    Returns
    -------
    tuple
        The JSON; and nothing, or for an atlas that finds no room in it a file that holds the atlas, by name.

    Warns
    -----
    PlacelinesWarning
        If it finds none.
    """
    record = provenance(atlas)
    packed = _packed(atlas)
    if packed is not None and len(text := dumps_ascii({**record, _PACKED: packed})) <= _MOST_CHARACTERS:
        return text, {}
    beside = f"{PurePath(name).stem}.json"
    message = f"{name}: it has no room for the whole atlas, which is in {beside} beside it; give that to convert"
    warn(message, PlacelinesWarning, stacklevel=2)
    return _fitting(record), {beside: pieces(atlas)}


def atlas_in(text: str | bytes | None, name: str) -> Atlas:
    """Return the atlas in a file's metadata.

    Parameters
    ----------
    text
        As `whole_about` makes it; None for a file that has none.
    name
        What messages call the file.

    Raises
    ------
    InputError
        If no whole atlas is in it, or it is of another version, or damaged.
    """
    try:
        record = loads(text or "null")
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: its metadata is no JSON ({error}); make it again") from error
    if isinstance(record, Mapping) and isinstance(packed := record.get(_PACKED), str):
        return parse(_unpacked(packed, name), name)
    return atlas_from(record, name)


def _fitting(record: Mapping[str, Any]) -> str:
    text = dumps_ascii(record)
    return text if len(text) <= _MOST_CHARACTERS else dumps_ascii({**record, "texts": []})


def _packed(atlas: Atlas) -> str | None:
    """Return the packed JSON; None as soon as it is known to be too long."""
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    deflated, length = bytearray(), 0
    for piece in pieces(atlas):
        deflated += deflater.compress(piece)
        length += len(piece)
        if len(deflated) > _MOST_CHARACTERS * 3 // 4 or length > _MOST_BYTES:
            return None
    return base64.b64encode(deflated + deflater.flush()).decode("ascii")


def _unpacked(packed: str, name: str) -> bytes:
    inflater = zlib.decompressobj(_GZIP)
    try:
        text = inflater.decompress(base64.b64decode(packed, validate=True), _MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise InputError(f"{name}: it is damaged ({error}); make it again") from error
    if not inflater.eof:
        raise InputError(f"{name}: it is damaged (the atlas in it is cut off); make it again")
    return text
