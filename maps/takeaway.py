"""The files for GIS tools that a page is written beside, and that it carries for its readers to save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geo.atlas import Atlas
from geo.writers import geojson

from .packing import pack

MOST_MENTIONS = 5_000
"""Of an atlas with more, the page carries no files: they would weigh more than the map."""
ROOM_OF_ONE, ROOM_OF_MANY = 200_000, 2_000_000
"""Characters that the packed files of one article may take, and those of several."""
_LEAST_PACKED = 30
"""No GeoJSON is packed to less than such a part of it: what is larger than the room by this is not even tried."""


def carried(atlas: Atlas) -> dict[str, str | None]:
    """Return the files packed (see `maps.packing`) by name, each the very bytes that the command writes.

    Parameters
    ----------
    atlas
        What was found.

    Returns
    -------
    dict
        All names; None for a file that would make the page too large.
    """
    files: dict[str, str | None] = dict.fromkeys(geojson.NAMES)
    if len(atlas.mentions) > MOST_MENTIONS:
        return files
    room = ROOM_OF_ONE if len(atlas.documents) == 1 else ROOM_OF_MANY
    return packed(geojson.folder(atlas), room)


def packed(files: Mapping[str, Iterable[bytes]], room: int = ROOM_OF_MANY) -> dict[str, str | None]:
    """Return files packed, by name: None for one that does not fit into what the ones before have left of the room."""
    carried: dict[str, str | None] = dict.fromkeys(files)
    for name, pieces in files.items():
        text = _if_short(pieces, _LEAST_PACKED * room)
        file = None if text is None else pack(text)
        if file is not None and len(file) <= room:
            carried[name] = file
            room -= len(file)
    return carried


def _if_short(pieces: Iterable[bytes], most: int) -> bytes | None:
    """Return the pieces joined; None once they are longer than so many bytes."""
    joined = bytearray()
    for piece in pieces:
        joined += piece
        if len(joined) > most:
            return None
    return bytes(joined)
