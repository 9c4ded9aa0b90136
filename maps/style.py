"""How things look: colours of both themes, sizes, dash patterns, and which symbol a kind of place gets.

The one source of every colour of the page: folium layers take them from here, and CSS gets them as custom properties.
Those that files with styles have, too, are in `geo.writers.palette`.
Data colours are those of Okabe and Ito (2008, "Color Universal Design"), told apart also with a colour vision
deficiency; a symbol never differs from another by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from geo.model import Kind, Line, Role
from geo.writers.palette import COLOURS, radius_px

from .story import StoryEntry

LIGHT: Mapping[str, str] = {
    "sea": "#dce6ee",
    "land": "#f1eee6",
    "focus": "#fbf9f4",
    "coast": "#9db6c6",
    "border": "#b3a899",
    "disputed": "#8a7960",
    "province": "#ddd5c7",
    "stream": "#a9c6d8",
    **{name: colour for name, colour in COLOURS.items() if not name.startswith("sign-")},
    "sunken": "#f5f6f7",
    "rule": "#dde2e6",
    "line-lit": "#ffc94d",
    "sea-label": "#44688a",
    "town-label": "#62615c",
    "mark": "#fff1cc",
    "mark-lit": "#ffc94d",
    "inset-sea": "#e8eef3",
    "inset-land": "#b9c4cc",
    "series-1": "#0062a8",
    "series-2": "#d55e00",
    "series-3": "#00936a",
    "series-4": "#c2579b",
    "series-5": "#7a5600",
    "series-6": "#398fca",
    "series-several": "#2b3640",
    "series-other": "#858588",
    "ramp-1": "#95843b",
    "ramp-2": "#6f7a5c",
    "ramp-3": "#4f6a6e",
    "ramp-4": "#27517a",
    "ramp-5": "#00224e",
    "shadow": "#1b273333",
}
"""Colours of the light theme, and of print."""

DARK: Mapping[str, str] = {
    "sea": "#0e1821",
    "land": "#1d2731",
    "focus": "#26323d",
    "coast": "#3d5365",
    "border": "#59636d",
    "disputed": "#8f979e",
    "province": "#35414d",
    "stream": "#38546a",
    "paper": "#151d25",
    "sunken": "#1c2630",
    "ink": "#eef2f5",
    "muted": "#a3b0bb",
    "rule": "#2c3843",
    "halo": "#0b1117e6",
    "place": "#4aa8e0",
    "place-edge": "#0b1117",
    "uncertain": "#ff9a4d",
    "area": "#a85a8c",
    "capital": "#c3ced7",
    "road": "#f2b83a",
    "road-edge": "#0b1117",
    "road-bed": "#5a4a26",
    "road-rest": "#d1a452",
    "line-lit": "#fff1b8",
    "rail": "#c3ced7",
    "rail-tie": "#0b1117",
    "pipeline": "#2bbd92",
    "pipeline-bead": "#b5f2dd",
    "river": "#56b4e9",
    "river-bank": "#0b1117",
    "frontier": "#f3bfda",
    "frontier-band": "#cc79a7",
    "front": "#ff8a3d",
    "front-spine": "#eef2f5",
    "area-label": "#e6ebef",
    "country-label": "#a09f99",
    "sea-label": "#7fa3c2",
    "town-label": "#9fa8af",
    "mark": "#4a3c12",
    "mark-lit": "#8a6500",
    "inset-sea": "#101a23",
    "inset-land": "#46535f",
    "series-1": "#2f8fd6",
    "series-2": "#f0742a",
    "series-3": "#2bbd92",
    "series-4": "#d67fb5",
    "series-5": "#f2c53d",
    "series-6": "#a5dcf5",
    "series-several": "#ffffff",
    "series-other": "#7e8891",
    "ramp-1": "#5f7fae",
    "ramp-2": "#8490a6",
    "ramp-3": "#a6a48e",
    "ramp-4": "#cdbd68",
    "ramp-5": "#fde737",
    "shadow": "#00000080",
}
"""Colours of the dark theme; the same names."""

SIGNS: Mapping[str, str] = {
    "sign-green": COLOURS["sign-green"],
    "sign-blue": "#003f9e",
    "sign-red": "#b3121d",
    "sign-yellow": "#ffd100",
    "sign-white": COLOURS["sign-white"],
    "sign-black": "#14181c",
}
"""Paints of road signs, which are the same by day and night."""

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
    """A road, railway, pipeline, river, border or front."""
    NONE = "none"
    """Nothing but a row in the list: the text speaks of its people or things."""


_POINTS = frozenset({Kind.SETTLEMENT, Kind.FACILITY})


def shape_of(entry: StoryEntry) -> Shape:
    """Choose how a referent shows on the map."""
    referent = entry.referent
    if isinstance(referent, Line):
        return Shape.LINE
    if entry.role is Role.DEMONYM:
        return Shape.NONE
    if referent.kind not in _POINTS:
        return Shape.LABEL
    return Shape.SQUARE if entry.role is Role.METONYM else Shape.CIRCLE


def marker_style(entry: StoryEntry) -> StyleOptions:
    """Return the options of the folium.CircleMarker of a place."""
    sure, square = entry.is_asserted, shape_of(entry) is Shape.SQUARE
    hollow = square or not sure
    stroke = LIGHT["capital" if square else "place-edge"] if sure else LIGHT["uncertain"]
    return {
        "radius": CAPITAL_RADIUS if square else round(radius_px(entry.count), 1),
        "color": stroke,
        "weight": 2.0,
        "dash_array": None if sure else UNCERTAIN_DASH,
        "line_cap": "butt",
        "fill_color": LIGHT["paper" if hollow else "place"],
        "fill_opacity": 1.0 if sure else 0.4,
        "class_name": f"pl-marker pl-{'square' if square else 'circle'}{'' if sure else ' pl-unsure'}",
        "bubbling_mouse_events": False,
    }


def css_variables() -> str:
    """Return both themes as CSS: light by default, dark by the reader's preference or button, light on paper."""
    themes = ({**LIGHT, **SIGNS}, DARK)
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in theme.items()) for theme in themes)
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
    )
