"""Which sort of sign the number of a road stands on, by its form and the country of the road.

A hint at the sign is enough for a reader to know the class of the road; what a sign looks like is in ``page.css``.
"""

from __future__ import annotations

import re
from enum import StrEnum

from geo.model import Kind, Line
from geo.names import road_key


class Shield(StrEnum):
    """Sorts of signs, named as in the style sheet."""

    GENERIC = "generic"
    """White on green, as on motorways in much of the world."""
    EUROPE = "europe"
    """White on green with square corners: European roads (UNECE, European Agreement on Main International Traffic
    Arteries, annex III)."""
    INTERSTATE = "interstate"
    """The shield of the United States' Interstate highways: white on blue below a red band."""
    US_ROUTE = "us-route"
    """The shield of United States Numbered Highways: black on white."""
    ROUND = "round"
    """Black on a white oval: roads of the states of the United States."""
    BLUE = "blue"
    """White on blue: British and German motorways."""
    PRIMARY = "primary"
    """Yellow on green: British primary roads."""
    YELLOW = "yellow"
    """Black on yellow: German federal and French departmental roads."""
    RED = "red"
    """White on red: French motorways and national roads."""
    WHITE = "white"
    """Black on white: British B roads."""


_RULES: tuple[tuple[str | None, str, Shield], ...] = (
    ("US", r"I\d+[A-Z]*", Shield.INTERSTATE),
    ("US", r"US\d+[A-Z]*", Shield.US_ROUTE),
    ("US", r"[A-Z]{2}\d+[A-Z]*", Shield.ROUND),
    ("GB", r"M\d+|A\d+M", Shield.BLUE),
    ("GB", r"A\d+", Shield.PRIMARY),
    ("GB", r"B\d+", Shield.WHITE),
    ("DE", r"A\d+", Shield.BLUE),
    ("DE", r"B\d+[A-Z]?", Shield.YELLOW),
    ("FR", r"[AN]\d+[A-Z]*", Shield.RED),
    ("FR", r"D\d+[A-Z]*", Shield.YELLOW),
    (None, r"E\d{1,3}[A-Z]?", Shield.EUROPE),
)
"""Country of the road (None for any), form of its number as `road_key` has it, sign; the first that fits counts."""


def shield_of(line: Line) -> Shield | None:
    """Return the sign for a road's number; None for what is lettered with its name: no road, or without a number.

    Examples
    --------
    >>> from geo.model import Course
    >>> shield_of(Line("road:DE-A8", "A8", Kind.ROAD, None, Course.SURVEYED, ref="A 8", country_code="DE"))
    <Shield.BLUE: 'blue'>
    """
    if line.ref is None or line.kind is not Kind.ROAD:
        return None
    key = road_key(line.ref)
    fitting = (
        shield for country, form, shield in _RULES if country in (None, line.country_code) and re.fullmatch(form, key)
    )
    return next(fitting, Shield.GENERIC)
