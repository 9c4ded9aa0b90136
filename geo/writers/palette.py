"""Colours and sizes of what is drawn, on the page in its light theme and by files with styles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from ..model import Kind

COLOURS: Final[Mapping[str, str]] = {
    "paper": "#ffffff",
    "ink": "#1b2733",
    "muted": "#566370",
    "halo": "#fffffff0",
    "place": "#0072b2",
    "place-edge": "#ffffff",
    "uncertain": "#c24e00",
    "area": "#cc79a7",
    "capital": "#46535f",
    "road": "#e69f00",
    "road-edge": "#7a5600",
    "road-bed": "#fff3d6",
    "road-rest": "#7a5600",
    "rail": "#333f4a",
    "rail-tie": "#ffffff",
    "pipeline": "#009e73",
    "pipeline-bead": "#00573f",
    "river": "#0072b2",
    "river-bank": "#ffffff",
    "frontier": "#7d2f5b",
    "frontier-band": "#cc79a7",
    "front": "#d55e00",
    "front-spine": "#1b2733",
    "area-label": "#24313d",
    "country-label": "#68665f",
    "sign-green": "#00693e",
    "sign-white": "#ffffff",
}
"""Colours by name."""
PLACE: Final = COLOURS["place"]
"""Fill of a place."""
PLACE_EDGE: Final = COLOURS["place-edge"]
"""Outline of a place."""
SEAT: Final = COLOURS["capital"]
"""Outline of a town that stands for its government or team."""
PAPER: Final = COLOURS["paper"]
"""Fill of what is hollow: a place of which nobody is sure."""
UNCERTAIN: Final = COLOURS["uncertain"]
"""Outline of what nobody is sure of."""
AREA: Final = COLOURS["area"]
"""Fill of an area near a place."""
INK: Final = COLOURS["ink"]
"""Names."""
LINES: Final[Mapping[str, str]] = {
    "road": COLOURS["road"],
    "railway": COLOURS["rail"],
    "pipeline": COLOURS["pipeline"],
    "river": COLOURS["river"],
    "border": COLOURS["frontier"],
    "front": COLOURS["front"],
}
"""Colours of lines, by ``kind``."""
REST: Final[Mapping[Kind, str]] = {
    Kind.ROAD: "road-rest",
    Kind.RAILWAY: "rail",
    Kind.PIPELINE: "pipeline",
    Kind.RIVER: "river",
    Kind.BORDER: "frontier",
    Kind.FRONT: "front",
}
"""Names of the colours of a whole line, of which only a section is told."""
AREA_OPACITY: Final = 0.32
"""How much of an area's fill covers what lies below, 0 to 1."""
UNCERTAIN_OPACITY: Final = 0.12
"""The same of an area of which nobody is sure, which has `UNCERTAIN` as its fill."""


def radius_px(mentions: int) -> float:
    """Return the radius in pixels of a place with so many mentions: 3.5 + 4 sqrt(n), at most 17.

    Examples
    --------
    >>> radius_px(1), radius_px(4), radius_px(10_000)
    (7.5, 11.5, 17.0)
    """
    return min(17.0, 3.5 + 4 * math.sqrt(mentions))
