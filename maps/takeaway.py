"""The files for GIS tools that a page is written beside, and that it carries for its readers to save."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from geo.atlas import Atlas
from geo.gazetteers import Gazetteer
from geo.writers import geojson

from .packing import pack

COLLECTIONS: Mapping[str, Callable[..., Iterator[str]]] = {
    "places.geojson": geojson.places,
    "lines.geojson": geojson.lines,
    "areas.geojson": geojson.areas,
    "mentions.geojson": geojson.mentions,
}
"""Their writers, by name."""

MOST_MENTIONS = 5_000
"""Of an atlas with more, the page carries no files: they would weigh more than the map."""
ROOM_OF_ONE, ROOM_OF_MANY = 200_000, 2_000_000
"""Characters that the packed files of one article may take, and those of several."""


def carried(atlas: Atlas, *, gazetteer: Gazetteer, tool_version: str) -> dict[str, str | None]:
    """Return the files packed (see `maps.packing`) by name, each the very bytes that the command writes.

    Parameters
    ----------
    atlas
        What was found.
    gazetteer
        Names the units of places.
    tool_version
        Told in every feature.

    Returns
    -------
    dict
        All names; None for a file that would make the page too large.
    """
    files: dict[str, str | None] = dict.fromkeys(COLLECTIONS)
    if len(atlas.mentions) > MOST_MENTIONS:
        return files
    room = ROOM_OF_ONE if len(atlas.documents) == 1 else ROOM_OF_MANY
    for name, write in COLLECTIONS.items():
        text = "".join(write(atlas, gazetteer=gazetteer, tool_version=tool_version))
        packed = pack(text.encode("utf-8", "backslashreplace"))
        if len(packed) <= room:
            files[name] = packed
            room -= len(packed)
    return files
