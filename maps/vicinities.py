"""What the page says of areas that a text tells of by a place: "20 km north-east of Idlib", as words and outlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from geo.atlas import Atlas
from geo.entries import Area
from geo.model import Line
from geo.vicinities import area_of, polygons

from .packing import Record
from .story import StoryEntry
from .theatre import Theatre

MAX_AREAS = 300
"""Areas that a page draws, most mentioned first: more would be a fog, and their outlines megabytes."""
_SMOOTHNESS = 0.003
"""Share of its radius by which an outline may differ from what is drawn: nobody sees it behind a soft edge."""
_DECIMALS = 4
_DEGREE_M = 111_000.0


def tell(atlas: Atlas, entries: Sequence[StoryEntry], theatre: Theatre, documents: Mapping[str, int]) -> list[Record]:
    """Return the areas of an atlas as the page draws them, largest first: smaller ones lie above.

    Parameters
    ----------
    atlas
        What was found.
    entries
        Its places and lines in the page's order, whose numbers the areas refer to.
    theatre
        Where the story plays: outlines are given in the copy of the world nearest to it.
    documents
        Number of each document on the page, by its id.

    Returns
    -------
    list
        Of each area the number of its entry, its sort, how the text says it, its polygons (each an outer ring and then
        its holes, of latitude and longitude), whether the place it is told by is sure, the sentence, and the numbers of
        the documents that tell of it.
    """
    numbers = {entry.referent.id: number for number, entry in enumerate(entries)}
    drawn = sorted(islice(atlas.areas, MAX_AREAS), key=lambda area: (-_reach(area), area.id))
    return [
        {
            "entry": numbers[area.entry.referent.id],
            **_tell(area, theatre),
            "told": sorted({documents[mention.document_id] for mention in area.entry.mentions}),
        }
        for area in drawn
    ]


def _tell(area: Area, theatre: Theatre) -> Record:
    return {
        "sort": area.vicinity.sort,
        "words": area.words,
        "rings": _outline(area, theatre),
        "sure": area.entry.is_asserted,
        "excerpt": area.entry.best.excerpt.text,
    }


def _outline(area: Area, theatre: Theatre) -> list[list[list[list[float]]]]:
    surface = area_of(area.entry.referent, area.vicinity)
    simple = surface.simplify(_SMOOTHNESS * area.vicinity.radius_m / _DEGREE_M)
    west, south, east, _ = surface.bounds
    middle = (west + east) / 2
    turn = theatre.beside((middle, south))[0] - middle
    return [
        [[[round(lat, _DECIMALS), round(lon + turn, _DECIMALS)] for lon, lat in ring] for ring in polygon]
        for polygon in polygons(simple)
    ]


def _reach(area: Area) -> float:
    """Return how far an area reaches from its place, in metres; one along a line farther than any other."""
    if isinstance(area.entry.referent, Line):
        return float("inf")
    return area.vicinity.radius_m + (area.vicinity.distance_m or 0.0)
