"""Draw an atlas as an ordinary folium map.

Only numbers and our own constants go into folium: its templates run twice, unsandboxed, and would execute a name or
sentence that looks like a template. Names, excerpts and the article join the drawing in `maps.page`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo.atlas import Atlas, Entry
from geo.extent import latlon
from geo.model import Line, Place

from . import style
from .story import story_order
from .theatre import Theatre, find_theatre, paths

if TYPE_CHECKING:
    from .figure import Drawing

_TILE = 256
_USUAL_SIZE = (700, 500)
"""Width and height in pixels of a map for which the first zoom is chosen; the page fits itself to its window."""


def draw(atlas: Atlas) -> Drawing:
    """Draw the places and lines of an atlas on a folium map without background.

    Parameters
    ----------
    atlas
        What was found. Without places the map shows the world.

    Returns
    -------
    folium.Map
        A ``folium.CircleMarker`` for each settlement and facility, a ``folium.PolyLine`` with a casing for each line,
        fitted to the theatre of the story. Add layers of your own before you save it or hand it to `maps.page.render`.

    Examples
    --------
    >>> draw(Atlas()).layers
    {}
    """
    from .figure import Drawing

    theatre = find_theatre(atlas)
    drawing = Drawing(latlon(theatre.centre), _zoom(theatre))
    entries = list(enumerate(story_order(atlas)))
    for index, entry in entries:
        if isinstance(entry.referent, Line):
            _draw_line(drawing, index, entry, theatre)
    for index, entry in entries:
        if isinstance(entry.referent, Place) and style.shape_of(entry) in (style.Shape.CIRCLE, style.Shape.SQUARE):
            _draw_place(drawing, index, entry, theatre)
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


def _draw_place(drawing: Drawing, index: int, entry: Entry[Place], theatre: Theatre) -> None:
    import folium

    location = latlon(theatre.beside(entry.referent.lonlat))
    # folium takes named arguments and Leaflet's options alike.
    look = style.marker_style(entry)
    drawing.draw(index, folium.CircleMarker(location, **look))  # type: ignore[arg-type]


def _draw_line(drawing: Drawing, index: int, entry: Entry[Line], theatre: Theatre) -> None:
    import folium

    locations = [[latlon(theatre.beside(point)) for point in path] for path in paths(entry.referent)]
    looks = style.line_styles(entry)
    drawing.draw(index, *(folium.PolyLine(locations, **look) for look in looks))  # type: ignore[no-untyped-call]
