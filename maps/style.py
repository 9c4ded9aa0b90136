"""How things look: colours of both themes, sizes, dash patterns, and which symbol a kind of place gets.

The one source of every colour: folium layers take them from here, and the page gets them as CSS custom properties.
Data colours are those of Okabe and Ito (2008, "Color Universal Design"), told apart also with a colour vision
deficiency; a symbol never differs from another by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from geo.atlas import Entry
from geo.model import Course, Kind, Line, Place, Role

LIGHT: Mapping[str, str] = {
    "sea": "#dce6ee",
    "land": "#f1eee6",
    "focus": "#fbf9f4",
    "coast": "#9db6c6",
    "border": "#b3a899",
    "disputed": "#b3a899",
    "paper": "#ffffff",
    "sunken": "#f5f6f7",
    "ink": "#1b2733",
    "muted": "#566370",
    "rule": "#dde2e6",
    "halo": "#fffffff0",
    "place": "#0072b2",
    "place-edge": "#ffffff",
    "uncertain": "#c24e00",
    "capital": "#46535f",
    "road": "#e69f00",
    "road-edge": "#7a5600",
    "road-bed": "#fff3d6",
    "shield": "#00693e",
    "area-label": "#24313d",
    "country-label": "#68665f",
    "sea-label": "#44688a",
    "town-label": "#62615c",
    "mark": "#fff1cc",
    "mark-lit": "#ffc94d",
    "inset-sea": "#e8eef3",
    "inset-land": "#b9c4cc",
    "shadow": "#1b273333",
}
"""Colours of the light theme, and of print."""

DARK: Mapping[str, str] = {
    "sea": "#0e1821",
    "land": "#1d2731",
    "focus": "#26323d",
    "coast": "#3d5365",
    "border": "#59636d",
    "disputed": "#59636d",
    "paper": "#151d25",
    "sunken": "#1c2630",
    "ink": "#eef2f5",
    "muted": "#a3b0bb",
    "rule": "#2c3843",
    "halo": "#0b1117e6",
    "place": "#4aa8e0",
    "place-edge": "#0b1117",
    "uncertain": "#ff9a4d",
    "capital": "#c3ced7",
    "road": "#f2b83a",
    "road-edge": "#0b1117",
    "road-bed": "#5a4a26",
    "shield": "#00693e",
    "area-label": "#e6ebef",
    "country-label": "#a09f99",
    "sea-label": "#7fa3c2",
    "town-label": "#9fa8af",
    "mark": "#4a3c12",
    "mark-lit": "#8a6500",
    "inset-sea": "#101a23",
    "inset-land": "#46535f",
    "shadow": "#00000080",
}
"""Colours of the dark theme; the same names."""

ROAD_WEIGHT = 4.5
CASING_WEIGHT = 7.0
"""Widths in pixels of a road and of the dark casing below it."""
DASHES: Mapping[Course, str | None] = {Course.SURVEYED: None, Course.SCHEMATIC: "12 6", Course.INFERRED: "2 9"}
"""SVG dash patterns of lines by what is known of their course."""
UNCERTAIN_DASH = "3 3"
"""SVG dash pattern of the outline of an uncertain place."""
CAPITAL_RADIUS = 5.0
"""Half the side, in pixels, of the square of a town that stands for its government or team."""

StyleOptions: TypeAlias = dict[str, str | float | bool | None]
"""Options of a Leaflet path, spelled as folium takes them."""


class Shape(StrEnum):
    """How a referent shows on the map."""

    CIRCLE = "circle"
    """A point symbol sized by mentions, also of a town that only the name of an organisation holds."""
    SQUARE = "square"
    """A small hollow square: a town that stands for its government or team."""
    LABEL = "label"
    """Only its name, letter-spaced: countries and regions have an extent, not a point."""
    LINE = "line"
    """A road."""
    NONE = "none"
    """Nothing but a row in the list: the text speaks of its people or things."""


_POINTS = frozenset({Kind.SETTLEMENT, Kind.FACILITY})


def shape_of(entry: Entry[Place] | Entry[Line]) -> Shape:
    """Choose how a referent shows on the map."""
    referent = entry.referent
    if isinstance(referent, Line):
        return Shape.LINE
    if entry.role is Role.DEMONYM:
        return Shape.NONE
    if referent.kind not in _POINTS:
        return Shape.LABEL
    return Shape.SQUARE if entry.role is Role.METONYM else Shape.CIRCLE


def radius(mentions: int) -> float:
    """Return the radius in pixels of a place with so many mentions: 3.5 + 4 sqrt(n), at most 17.

    Examples
    --------
    >>> radius(1), radius(4), radius(10_000)
    (7.5, 11.5, 17.0)
    """
    return min(17.0, 3.5 + 4 * math.sqrt(mentions))


def marker_style(entry: Entry[Place]) -> StyleOptions:
    """Return the options of the folium.CircleMarker of a place."""
    sure, square = entry.is_asserted, shape_of(entry) is Shape.SQUARE
    hollow = square or not sure
    stroke = LIGHT["capital" if square else "place-edge"] if sure else LIGHT["uncertain"]
    return {
        "radius": CAPITAL_RADIUS if square else round(radius(len(entry.mentions)), 1),
        "color": stroke,
        "weight": 2.0,
        "dash_array": None if sure else UNCERTAIN_DASH,
        "line_cap": "butt",
        "fill_color": LIGHT["paper" if hollow else "place"],
        "fill_opacity": 1.0 if sure else 0.4,
        "class_name": f"pl-marker pl-{'square' if square else 'circle'}{'' if sure else ' pl-unsure'}",
        "bubbling_mouse_events": False,
    }


def line_styles(entry: Entry[Line]) -> list[StyleOptions]:
    """Return the options of the folium.PolyLines that draw a line, lowest first.

    A road is a coloured line in a dark casing; where only the order of its towns is known it is dashed over a pale bed,
    and where only its ends are, it has no casing. One that is not asserted is hollow: nothing but a dashed casing.
    """
    course = entry.referent.course
    core = _stroke("pl-line", "road", ROAD_WEIGHT, dash=DASHES[course])
    if not entry.is_asserted:
        hollow = _stroke("pl-line pl-unsure", "paper", ROAD_WEIGHT)
        return [_stroke("pl-casing pl-unsure", "uncertain", CASING_WEIGHT, dash=UNCERTAIN_DASH), hollow]
    if course is Course.INFERRED:
        return [core]
    bed = [_stroke("pl-bed", "road-bed", ROAD_WEIGHT)] if course is Course.SCHEMATIC else []
    return [_stroke("pl-casing", "road-edge", CASING_WEIGHT), *bed, core]


def _stroke(class_name: str, colour: str, weight: float, *, dash: str | None = None) -> StyleOptions:
    return {
        "color": LIGHT[colour],
        "weight": weight,
        "opacity": 1.0,
        "dash_array": dash,
        "line_cap": "butt" if dash else "round",
        "class_name": class_name,
        "bubbling_mouse_events": False,
    }


def css_variables() -> str:
    """Return both themes as CSS: light by default, dark by the reader's preference or button, light on paper."""
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in theme.items()) for theme in (LIGHT, DARK))
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
    )
