"""Draw an atlas as an ordinary folium map.

Only numbers and our own constants go into folium: its templates run twice, unsandboxed, and would execute a name or
sentence that looks like a template. Names, excerpts and the article join the drawing in `maps.page`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.atlas import Atlas
from geo.extent import latlon
from geo.model import Kind, Line, Place
from geo.writers.antimeridian import cut

from . import style
from .story import StoryEntry, story_order
from .strokes import looks_of, rest_style
from .theatre import Theatre, find_theatre

if TYPE_CHECKING:
    from geo.gazetteers import Gazetteer

    from .figure import Drawing

_TILE = 256
_DEGREE_DECIMALS = 5
"""Of the vertices of lines: a metre, where a pixel of the nearest zoom is ten."""
_FROM_THE_GROUND = (Kind.RIVER, Kind.BORDER, Kind.PIPELINE, Kind.RAILWAY, Kind.ROAD, Kind.FRONT)
"""Sorts of lines, in the order in which they are drawn above each other."""
MOST_MARKERS = 600
"""Places up to which each gets a marker of its own: more of them take seconds to make and are slow to zoom."""
_USUAL_SIZE = (700, 500)
"""Width and height in pixels of a map for which the first zoom is chosen; the page fits itself to its window."""


def draw(
    atlas: Atlas,
    *,
    gazetteer: Gazetteer | None = None,
    min_confidence: float | None = None,
    allow_cdn: bool = False,
) -> Drawing:
    """Draw the places and lines of an atlas on a folium map without background.

    Parameters
    ----------
    atlas
        What was found. Without places the map shows the world.
    gazetteer
        Names the countries and provinces of places, and the towns around them, when the page is made; None for the one
        that comes along.
    min_confidence
        Confidence from which places of the atlas are asserted, as `geo.Geoparser.min_confidence` has it; None to leave
        it out of the page.
    allow_cdn
        Whether the page may fetch, when it is opened, what a layer of yours needs and it does not carry. If not, such
        a layer is refused when the page is made.

    Returns
    -------
    folium.Map
        A ``folium.CircleMarker`` for each settlement and facility (of more than `MOST_MARKERS`, one layer of circles on
        a canvas), and a ``folium.PolyLine`` for each stroke of a line, above its whole road where only a section is
        highlighted; fitted to the theatre of the story. Add layers of your own; ``save()`` writes the whole page
        with them, as `maps.page.write` does, and a notebook shows it.

    Examples
    --------
    >>> draw(Atlas()).layers
    {}
    """
    from .figure import SelfContained

    drawing = draw_story(story_order(atlas), find_theatre(atlas))
    SelfContained(drawing, atlas, gazetteer=gazetteer, min_confidence=min_confidence, allow_cdn=allow_cdn)
    return drawing


def draw_story(entries: Sequence[StoryEntry], theatre: Theatre) -> Drawing:
    """Draw places and lines in the order of `maps.story.ranked`, in no figure yet."""
    from .figure import Drawing

    drawing = Drawing(latlon(theatre.centre), _zoom(theatre))
    _draw_lines(drawing, entries, theatre)
    _draw_places(drawing, entries, theatre)
    return drawing


def _zoom(theatre: Theatre) -> int:
    """Return the zoom at which the theatre fits a map of the usual size.

    Computed here, because folium's fit_bounds starts an animation that a page could not take back.
    """
    (west, south), (east, north) = theatre.corners
    sizes = (math.radians(east - west), _mercator(north) - _mercator(south))
    fits = [
        math.log2(pixels * 2 * math.pi / (_TILE * max(size, 1e-6)))
        for pixels, size in zip(_USUAL_SIZE, sizes, strict=True)
    ]
    return max(1, min(11, math.floor(min(fits))))


def _mercator(lat: float) -> float:
    return math.asinh(math.tan(math.radians(lat)))


def _draw_places(drawing: Drawing, entries: Sequence[StoryEntry], theatre: Theatre) -> None:
    """Draw every place that is a point: a marker each, or all in one layer where they are many."""
    import folium

    from .figure import Crowd

    places = {
        index: (latlon(theatre.beside(entry.referent.lonlat)), style.marker_style(entry))
        for index, entry in enumerate(entries)
        if isinstance(entry.referent, Place) and style.shape_of(entry) in (style.Shape.CIRCLE, style.Shape.SQUARE)
    }
    if len(places) > MOST_MARKERS:
        drawing.draw_crowd(Crowd(list(places.values())))
        return
    for index, (location, look) in places.items():
        # folium takes named arguments and Leaflet's options alike.
        drawing.draw(index, folium.CircleMarker(location, **look))  # type: ignore[arg-type]


def _draw_lines(drawing: Drawing, entries: Sequence[StoryEntry], theatre: Theatre) -> None:
    """Draw every whole road of which only a section is highlighted, then what is highlighted."""
    looks = looks_of(entries)
    for index, own in looks.items():
        if own.rest:
            _draw_line(drawing, index, own.rest, [rest_style(own.rest)], theatre)
    lines = [(index, entry.referent) for index, entry in enumerate(entries) if isinstance(entry.referent, Line)]
    for index, line in sorted(lines, key=lambda each: (each[1].is_section, _FROM_THE_GROUND.index(each[1].kind))):
        _draw_line(drawing, index, line, looks[index].styles, theatre)


def _draw_line(
    drawing: Drawing, index: int, line: Line, styles: Sequence[style.StyleOptions], theatre: Theatre
) -> None:
    import folium

    from .figure import Echo

    lowest, *above = styles
    ground = folium.PolyLine(_locations(line, theatre), **lowest)  # type: ignore[no-untyped-call]
    drawing.draw(index, ground, *(Echo(ground, **look) for look in above))


def _locations(line: Line, theatre: Theatre) -> list[list[tuple[float, float]]]:
    """Return the course of a line as far as the nearest zoom shows it, in the copy of the world nearest to the view."""
    from geo.lines import shown, simplified

    from .figure import MAX_ZOOM

    drawn = replace(line, geometry=simplified(shown(line.geometry, line.course), MAX_ZOOM))
    locations = []
    for part in cut(drawn):
        lons = [lon for lon, _ in part]
        middle = (min(lons) + max(lons)) / 2, 0.0
        aside = theatre.beside(middle)[0] - middle[0]
        locations.append([(round(lat, _DEGREE_DECIMALS), round(lon + aside, _DEGREE_DECIMALS)) for lon, lat in part])
    return locations
