"""The files for GIS tools that a page is written beside, and that it carries for its readers to save."""

from __future__ import annotations

from geo.atlas import Atlas
from geo.writers import geojson

from .packing import pack

MOST_MENTIONS = 5_000
"""Of an atlas with more, the page carries no files: they would weigh more than the map."""
ROOM_OF_ONE, ROOM_OF_MANY = 200_000, 2_000_000
"""Characters that the packed files of one article may take, and those of several."""


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
    for name, collection in geojson.folder(atlas).items():
        packed = pack(b"".join(collection))
        if len(packed) <= room:
            files[name] = packed
            room -= len(packed)
    return files
