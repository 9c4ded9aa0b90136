"""Styles of KML: how places, lines and areas look in Google Earth, as near to the page as KML comes.

KML has neither dashes nor drawn symbols. A line of approximate course is see-through instead of dashed; a place gets
an icon, which is an image: KMZ carries those, while plain KML leaves the image to the viewer, which has one of its own
for that (in Google Earth a pushpin), since any other would have to come from the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..entries import Entry
from ..model import LINE_KINDS, Kind, Line, Place, Role
from . import palette
from .kml_icons import ICONS, Icon
from .xml_text import NOTHING, Xml, element, text_element

ICON_FOLDER: Final = "files"
"""Where KMZ has the icons; Google Earth calls the folder so too."""
TEXT_STYLE: Final = "text"
"""The style of what is not drawn: its balloon alone."""
MENTION_STYLE: Final = "mention"
"""The style of a single mention."""

_STEPS: Final = (1, 2, 4, 8, 12)
"""From how many mentions on a place is drawn larger."""
_SMALL: Final = 0.4
_SMALLEST: Final = 0.3
_ICON_PX: Final = 32
"""How wide Google Earth draws an icon at scale 1."""
_POINTS: Final = frozenset({Kind.SETTLEMENT, Kind.FACILITY})
_LINE_WIDTH_PX: Final = 4.0
_APPROXIMATE_OPACITY: Final = 0.6
_OUTLINE_WIDTH_PX: Final = 2.0


def styles(*, with_icons: bool) -> Iterator[Xml]:
    """Yield every style.

    Parameters
    ----------
    with_icons
        Whether icons lie in `ICON_FOLDER` beside the document; else the viewer's own is coloured.
    """
    for icon in ICONS:
        if icon.name.startswith("place"):
            for step in _STEPS:
                scale = 2 * palette.radius_px(step) / _ICON_PX
                yield _style(f"{icon.name}-{step}", _icon_style(icon, scale, with_icons))
        else:
            yield _style(icon.name, _icon_style(icon, _SMALL, with_icons))
    yield _style(MENTION_STYLE, _icon_style(ICONS[0], _SMALLEST, with_icons))
    for kind in sorted(LINE_KINDS):
        for is_asserted in (True, False):
            colour = palette.LINES[kind] if is_asserted else palette.UNCERTAIN
            for is_approximate in (False, True):
                opacity = _APPROXIMATE_OPACITY if is_approximate else 1.0
                name = _line_style(kind, is_approximate=is_approximate, is_asserted=is_asserted)
                yield _style(name, _stroke(colour, opacity, _LINE_WIDTH_PX))
    yield _style("area", _stroke(palette.AREA, 1.0, _OUTLINE_WIDTH_PX), _fill(palette.AREA, palette.AREA_OPACITY))
    unsure = _fill(palette.UNCERTAIN, palette.UNCERTAIN_OPACITY)
    yield _style("area-unsure", _stroke(palette.UNCERTAIN, 1.0, _OUTLINE_WIDTH_PX), unsure)
    yield _style(TEXT_STYLE)


def style_of(entry: Entry[Place] | Entry[Line]) -> str:
    """Return the style of a place or line."""
    referent, is_asserted = entry.referent, entry.is_asserted
    if isinstance(referent, Line):
        return _line_style(referent.kind, is_approximate=referent.is_approximate, is_asserted=is_asserted)
    unsure = "" if is_asserted else "-unsure"
    if referent.kind not in _POINTS:
        return f"region{unsure}"
    if entry.role is Role.METONYM:
        return f"seat{unsure}"
    return f"place{unsure}-{max(step for step in _STEPS if step <= len(entry.mentions))}"


def area_style(entry: Entry[Place] | Entry[Line]) -> str:
    """Return the style of an area near a place or line."""
    return "area" if entry.is_asserted else "area-unsure"


def colour(rgb: str, opacity: float = 1.0) -> str:
    """Return "#rrggbb" as KML has colours: opacity, blue, green, red.

    Examples
    --------
    >>> colour("#e69f00", 0.6)
    '99009fe6'
    """
    return f"{round(255 * opacity):02x}{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}"


def _line_style(kind: Kind, *, is_approximate: bool, is_asserted: bool) -> str:
    return f"{kind}{'-approximate' if is_approximate else ''}{'' if is_asserted else '-unsure'}"


def _style(name: str, *content: Xml) -> Xml:
    # Without a text of its own a balloon shows name and fields too, and is free to take what they hold for markup.
    balloon = element("BalloonStyle", text_element("text", "$[description]"))
    return Xml(element("Style", *content, balloon, attributes={"id": name}) + "\n")


def _icon_style(icon: Icon, scale: float, with_icons: bool) -> Xml:
    image = element("Icon", text_element("href", f"{ICON_FOLDER}/{icon.name}.png")) if with_icons else NOTHING
    # A colour is multiplied with the image, and ours have theirs.
    tint = NOTHING if with_icons else text_element("color", colour(_tint(icon)))
    label = element("LabelStyle", text_element("scale", "0.8"))
    return Xml(element("IconStyle", tint, text_element("scale", f"{scale:.2f}"), image) + label)


def _tint(icon: Icon) -> str:
    """Return the one colour that tells an icon from the others."""
    return icon.fill if icon.fill != palette.PAPER else icon.stroke


def _stroke(rgb: str, opacity: float, width_px: float) -> Xml:
    width = text_element("width", f"{width_px:g}")
    return element("LineStyle", text_element("color", colour(rgb, opacity)), width)


def _fill(rgb: str, opacity: float) -> Xml:
    return element("PolyStyle", text_element("color", colour(rgb, opacity)))
