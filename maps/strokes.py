"""How lines are drawn: what tells a road from a railway or a river, and how well its course is known.

Sorts of lines differ in build and not in colour alone: a road is cased, a railway tied, a pipeline beaded, a border
dash-dotted on a band, a front drawn in heavy dashes along a spine, a river plain. A line whose course is approximate is
broken, the more often the less is known of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.model import Course, Kind, Line
from geo.writers.palette import REST

from .story import StoryEntry
from .style import LIGHT, UNCERTAIN_DASH, StyleOptions

ROAD_WEIGHT = 4.5
CASING_WEIGHT = 7.0
"""Widths in pixels of a road and of the dark casing below it."""
REST_WEIGHT = 2.5
REST_OPACITY = 0.75
"""Width in pixels and opacity of the rest of a road of which a section is highlighted."""

_GAP = 9.0
_RUNS: Mapping[Course, int] = {Course.GENERALISED: 4, Course.ROUTED: 3, Course.SCHEMATIC: 2, Course.INFERRED: 1}
"""How often the pattern of a line is repeated between two gaps, by what is known of its course."""
_ROAD_DASHES: Mapping[Course, str] = {
    Course.GENERALISED: "26 5",
    Course.ROUTED: "0.1 8",
    Course.SCHEMATIC: "12 6",
    Course.INFERRED: "2 9",
}
"""SVG dash patterns of roads, over a pale bed that keeps them whole; none below a straight line."""
_REST_DASH = "7 5"
_ROUND = frozenset({"pipeline-bead"})


@dataclass(frozen=True, slots=True)
class _Stroke:
    """One of the strokes that a line is built of."""

    colour: str
    """Name of its colour in the theme, and of its class on the page."""
    weight: float
    """Width in pixels."""
    pattern: tuple[float, ...] = ()
    """Pixels on and off in turn; none for an unbroken stroke."""
    opacity: float = 1.0
    """0 to 1."""


_BUILDS: Mapping[Kind, tuple[float, tuple[_Stroke, ...]]] = {
    Kind.RAILWAY: (18.0, (_Stroke("rail", 5.5), _Stroke("rail-tie", 3.0, (9, 9)))),
    Kind.PIPELINE: (18.0, (_Stroke("pipeline", 3.0), _Stroke("pipeline-bead", 7.5, (0.1, 17.9)))),
    Kind.RIVER: (18.0, (_Stroke("river-bank", 7.0, opacity=0.7), _Stroke("river", 4.0))),
    Kind.BORDER: (24.0, (_Stroke("frontier-band", 10.0, opacity=0.4), _Stroke("frontier", 2.5, (12, 5, 2, 5)))),
    Kind.FRONT: (24.0, (_Stroke("front-spine", 2.0), _Stroke("front", 7.5, (15, 9)))),
}
"""The strokes of each sort of line, lowest first, and the length in pixels after which its pattern repeats."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How the line of one entry is drawn."""

    styles: tuple[StyleOptions, ...]
    """Of its own strokes, lowest first."""
    rest: Line | None
    """The whole line of which it is a section, to be drawn faintly beneath; None when nothing is or another does it."""
    is_rest: bool
    """Whether it is itself a whole line, drawn faintly because a section of it is highlighted."""


def looks_of(entries: Sequence[StoryEntry]) -> dict[int, Looks]:
    """Return how the lines among some entries are drawn, by number.

    The whole of a section is drawn once, faintly, also where the text names it beside the section.
    """
    lines = [(number, entry.referent, entry.is_asserted) for number, entry in enumerate(entries)]
    roads = [(number, line, is_sure) for number, line, is_sure in lines if isinstance(line, Line)]
    sections = {line.whole.id for _, line, is_sure in roads if is_sure and line.whole}
    drawn = {line.id for _, line, _ in roads}
    looks: dict[int, Looks] = {}
    for number, line, is_sure in roads:
        rest = line.whole if is_sure and line.whole and line.whole.id not in drawn else None
        drawn.update([rest.id] if rest else ())
        is_rest = line.id in sections
        own = [rest_style(line)] if is_rest else line_styles(line, is_asserted=is_sure)
        looks[number] = Looks(tuple(own), rest, is_rest)
    return looks


def line_styles(line: Line, *, is_asserted: bool = True) -> list[StyleOptions]:
    """Return the options of the folium.PolyLines that draw a line, lowest first.

    A road is a coloured line in a dark casing; unless its course is surveyed it is broken over a pale bed, and where
    only its ends are known it has no casing. A line that is not asserted is hollow: nothing but a dashed casing.
    """
    if not is_asserted:
        casing = _options("pl-casing pl-unsure", "uncertain", CASING_WEIGHT, dash=UNCERTAIN_DASH)
        return [casing, _options("pl-line pl-unsure", "paper", ROAD_WEIGHT)]
    if line.kind is Kind.ROAD:
        return _road_styles(line.course)
    period, strokes = _BUILDS[line.kind]
    return [
        _options(
            "pl-line" if stroke is strokes[-1] else "pl-casing",
            stroke.colour,
            stroke.weight,
            dash=_broken(stroke.pattern, period, line.course),
            cap="round" if stroke.colour in _ROUND else None,
            opacity=stroke.opacity,
        )
        for stroke in strokes
    ]


def rest_style(line: Line) -> StyleOptions:
    """Return the options of the folium.PolyLine that draws a whole line of which only a section is highlighted."""
    colour, dash = REST[line.kind], _REST_DASH if line.is_approximate else None
    return _options("pl-rest", colour, REST_WEIGHT, dash=dash, opacity=REST_OPACITY)


def _road_styles(course: Course) -> list[StyleOptions]:
    dash = _ROAD_DASHES.get(course)
    cap = "round" if course is Course.ROUTED else None
    core = _options("pl-line", "road", ROAD_WEIGHT, dash=dash, cap=cap)
    if course is Course.INFERRED:
        return [core]
    bed = [_options("pl-bed", "road-bed", ROAD_WEIGHT)] if dash else []
    return [_options("pl-casing", "road-edge", CASING_WEIGHT), *bed, core]


def _broken(pattern: tuple[float, ...], period: float, course: Course) -> str | None:
    """Return a dash pattern broken as often as the course asks for; None for an unbroken stroke."""
    runs = _RUNS.get(course)
    if runs is None:
        return _dash(pattern) if pattern else None
    *repeated, last = pattern * runs or (period * runs, 0.0)
    return _dash((*repeated, last + _GAP))


def _dash(lengths: tuple[float, ...]) -> str:
    return " ".join(f"{length:g}" for length in lengths)


def _options(
    part: str,
    colour: str,
    weight: float,
    *,
    dash: str | None = None,
    cap: str | None = None,
    opacity: float = 1.0,
) -> StyleOptions:
    return {
        "color": LIGHT[colour],
        "weight": weight,
        "opacity": opacity,
        "dash_array": dash,
        "line_cap": cap or ("butt" if dash else "round"),
        "class_name": f"{part} pl-{colour}",
        "bubbling_mouse_events": False,
    }
