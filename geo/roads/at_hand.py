"""The roads at hand, for which nobody has to be asked: the user's own files, and what was imported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from . import RoadSource
from .countries import CountryOf
from .installed.library import Library
from .together import together


def roads_at_hand(files: Iterable[Path], country_of: CountryOf) -> list[RoadSource]:
    """Return the user's files as sources of roads, then what was imported.

    Parameters
    ----------
    files
        In any format that GDAL reads; one that comes again counts once.
    country_of
        Tells in which country a line lies.

    Raises
    ------
    OptionError, ResourceError
        As for `geo.roads.user_file.UserFileRoads`, and if the imports cannot be listed.
    """
    sources: list[RoadSource] = []
    if own := tuple(dict.fromkeys(files)):
        from .user_file import UserFileRoads

        sources += together(UserFileRoads(path, country_of=country_of) for path in own)
    # After what is given for this run: a vector file that was imported is the user's own, too.
    return [*sources, *together(Library().open())]
