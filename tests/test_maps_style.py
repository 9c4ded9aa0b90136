from __future__ import annotations

import re
from dataclasses import replace

import pytest

from geo.entries import Entry
from geo.model import Document, Kind, Place, Referent, Role
from maps import style
from tests.world import IDLIB, IDLIB_PROVINCE, SYRIA, mention

AIRPORT = Place("x:1", "Idlib", Kind.FACILITY, 36.6, 35.9, "AIRP")


def entry(referent: Place, role: Role = Role.LITERAL, confidence: float = 0.9) -> Entry[Place]:
    said: Referent = referent
    return Entry(referent, (mention(Document("a", "Idlib"), "Idlib", said, role=role, confidence=confidence),))


@pytest.mark.parametrize(
    ("referent", "role", "shape"),
    [
        (IDLIB, Role.LITERAL, style.Shape.CIRCLE),
        (AIRPORT, Role.LITERAL, style.Shape.CIRCLE),
        (IDLIB, Role.METONYM, style.Shape.SQUARE),
        (IDLIB, Role.EMBEDDED, style.Shape.CIRCLE),
        (SYRIA, Role.METONYM, style.Shape.LABEL),
        (SYRIA, Role.LITERAL, style.Shape.LABEL),
        (IDLIB_PROVINCE, Role.LITERAL, style.Shape.LABEL),
        (SYRIA, Role.EMBEDDED, style.Shape.LABEL),
        (SYRIA, Role.DEMONYM, style.Shape.NONE),
        (IDLIB, Role.DEMONYM, style.Shape.NONE),
    ],
)
def test_only_settlements_and_sites_get_a_symbol(referent: Place, role: Role, shape: style.Shape) -> None:
    assert style.shape_of(entry(referent, role)) is shape


def test_an_uncertain_place_differs_in_shape_and_colour() -> None:
    sure, unsure = style.marker_style(entry(IDLIB)), style.marker_style(entry(IDLIB, confidence=0.74))
    assert (sure["dash_array"], sure["fill_color"]) == (None, "#0072b2")
    assert unsure["dash_array"] == style.UNCERTAIN_DASH
    assert unsure["color"] == style.LIGHT["uncertain"]
    assert unsure["fill_color"] == style.LIGHT["paper"]
    assert (sure["fill_opacity"], unsure["fill_opacity"]) == (1.0, 0.4), "what lies below a guess shows"


def test_an_uncertain_capital_is_dashed_and_a_sure_one_is_not() -> None:
    sure, unsure = (style.marker_style(entry(IDLIB, Role.METONYM, confidence)) for confidence in (0.9, 0.5))
    assert (sure["dash_array"], sure["color"]) == (None, style.LIGHT["capital"])
    assert (unsure["dash_array"], unsure["color"]) == (style.UNCERTAIN_DASH, style.LIGHT["uncertain"])


def test_the_entry_alone_decides_what_is_certain() -> None:
    bold = entry(IDLIB, confidence=0.1)
    said = bold.mentions[0]
    bold = replace(bold, mentions=(replace(said, resolution=replace(said.resolution, is_asserted=True)),))
    assert style.marker_style(bold)["dash_array"] is None


def test_a_place_inside_a_name_is_drawn_like_one_that_is_meant() -> None:
    assert style.marker_style(entry(IDLIB, Role.EMBEDDED)) == style.marker_style(entry(IDLIB))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT_ON = [
    ("ink", "paper"),
    ("ink", "sunken"),
    ("ink", "mark"),
    ("ink", "mark-lit"),
    ("muted", "paper"),
    ("muted", "sunken"),
    ("area-label", "focus"),
    ("country-label", "land"),
    ("country-label", "focus"),
    ("sea-label", "sea"),
    ("town-label", "land"),
    ("town-label", "focus"),
]


@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("white", "green"),
        ("white", "blue"),
        ("white", "red"),
        ("yellow", "green"),
        ("black", "yellow"),
        ("black", "white"),
    ],
)
def test_the_number_of_a_road_can_be_read_on_its_sign(text: str, ground: str) -> None:
    assert contrast(style.SIGNS[f"sign-{text}"], style.SIGNS[f"sign-{ground}"]) >= 4.5


LINES_ON_LAND = ("road-edge", "road-rest", "rail", "pipeline-bead", "river", "frontier", "front")


@pytest.mark.parametrize("colour", LINES_ON_LAND)
def test_lines_stand_out_from_the_land(colour: str) -> None:
    assert contrast(style.LIGHT[colour], style.LIGHT["land"]) >= 3
    dark = "road" if colour == "road-edge" else colour
    assert contrast(style.DARK[dark], style.DARK["focus"]) >= 3


def test_both_themes_name_the_same_colours_and_the_page_gets_them_all() -> None:
    assert style.LIGHT.keys() == style.DARK.keys()
    css = style.css_variables()
    assert len(re.findall(r"--[\w-]+:", css)) == len(style.LIGHT) + len(style.SIGNS) + 2 * len(style.DARK)


DATA_COLOURS = [*(f"series-{number}" for number in range(1, 7)), "series-several", "series-other"]
RAMP = [f"ramp-{step}" for step in range(1, 6)]


@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", [*DATA_COLOURS, *RAMP])
def test_colours_of_sources_and_dates_stand_out_from_the_land(theme: dict[str, str], colour: str) -> None:
    assert min(contrast(theme[colour], theme[ground]) for ground in ("land", "focus", "paper")) >= 3


def test_later_is_always_further_from_the_land() -> None:
    for theme, is_dark in ((style.LIGHT, False), (style.DARK, True)):
        luminances = [luminance(theme[step]) for step in RAMP]
        assert luminances == sorted(luminances, reverse=not is_dark)
