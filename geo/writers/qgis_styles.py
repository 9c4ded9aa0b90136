"""How QGIS draws the layers where nobody says otherwise: the symbols, labels and map tips of the page, as QML.

Texts of articles reach a style only as values of fields, which QGIS does not evaluate again; labels take no HTML, and
map tips get it escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from ..model import Course, Kind
from . import palette
from .qgis_symbols import Dot, Label, Stroke, Surface, Symbol, dashes, labeling, renderer, rgba
from .schema import Field

TITLES: Final[Mapping[str, str]] = {
    "places": "Places, larger the more often they are named",
    "lines": "Roads and other lines",
    "areas": "Areas near a place, as far as the text tells",
    "mentions": "Every mention of a place or line",
    "unlocated": "Names of which nobody knows where they are",
}
"""What each layer is called in words."""

_POINT: Final = "\"kind\" IN ('settlement', 'facility')"
_DEMONYM: Final = "\"role\" = 'demonym'"
_TOWN: Final = f"{_POINT} AND \"role\" NOT IN ('demonym', 'metonym')"
_SEAT: Final = f"{_POINT} AND \"role\" = 'metonym'"
_WIDE: Final = f"NOT {_POINT} AND NOT {_DEMONYM}"
_DIAMETER: Final = 'min(17, 3.5 + 4 * sqrt("mentions")) * 2'
_SHARE: Final = f'(3.5 + 13.5 * sqrt(min(1, "mentions" / maximum("mentions", filter:={_POINT})))) * 2'
"""Diameters in pixels: of an article by the number of mentions, of a corpus, which has too many, by their share."""

PLACES: Final[tuple[tuple[str, str, Symbol], ...]] = (
    ("Place", f'"asserted" AND {_TOWN}', (Dot("place", "place-edge", 15, _DIAMETER),)),
    (
        "Place, uncertain",
        f'NOT "asserted" AND {_TOWN}',
        (Dot("paper", "uncertain", 15, _DIAMETER, opacity=0.4, is_dashed=True),),
    ),
    ("Town that stands for its government", f'"asserted" AND {_SEAT}', (Dot("paper", "capital", 10, shape="square"),)),
    (
        "Town that stands for its government, uncertain",
        f'NOT "asserted" AND {_SEAT}',
        (Dot("paper", "uncertain", 10, opacity=0.4, shape="square", is_dashed=True),),
    ),
    (
        "Country, region or other wide place",
        f'"asserted" AND {_WIDE}',
        (Dot("paper", "country-label", 10, opacity=0.4, edge_px=1.5, is_dashed=True),),
    ),
    (
        "Country, region or other wide place, uncertain",
        f'NOT "asserted" AND {_WIDE}',
        (Dot("paper", "uncertain", 10, opacity=0.4, edge_px=1.5, is_dashed=True),),
    ),
    (
        "Place of which only people or things are named",
        _DEMONYM,
        (Dot("country-label", "paper", 5, opacity=0.4, edge_px=0.5),),
    ),
)
"""What the legend calls each sort of place, which those are, and their symbol."""

ROAD_DASHES: Final[Mapping[Course, tuple[float, ...]]] = {
    Course.GENERALISED: (26, 5),
    Course.ROUTED: (0.1, 8),
    Course.SCHEMATIC: (12, 6),
    Course.INFERRED: (2, 9),
}
"""Pixels on and off of a road whose course is approximate, over a pale bed; without it where only the ends are
known."""
_RUNS: Final[Mapping[Course, int]] = {
    Course.GENERALISED: 4,
    Course.ROUTED: 3,
    Course.SCHEMATIC: 2,
    Course.INFERRED: 1,
}
"""How often the pattern of another line is repeated between two gaps."""
_GAP: Final = 9.0
BUILDS: Final[Mapping[Kind, tuple[str, float, tuple[Stroke, ...]]]] = {
    Kind.RAILWAY: ("Railway", 18, (Stroke("rail", 5.5), Stroke("rail-tie", 3, (9, 9)))),
    Kind.PIPELINE: ("Pipeline", 18, (Stroke("pipeline", 3), Stroke("pipeline-bead", 7.5, (0.1, 17.9), is_round=True))),
    Kind.RIVER: ("River", 18, (Stroke("river-bank", 7, opacity=0.7), Stroke("river", 4))),
    Kind.BORDER: ("Border", 24, (Stroke("frontier-band", 10, opacity=0.4), Stroke("frontier", 2.5, (12, 5, 2, 5)))),
    Kind.FRONT: ("Front", 24, (Stroke("front-spine", 2), Stroke("front", 7.5, (15, 9)))),
}
"""What the legend calls each other sort of line, the length in pixels after which its pattern repeats, and its strokes,
the lowest first."""

REST: Final = (
    "\"part\" = 'whole' AND array_contains(array_agg(regexp_replace(\"place_id\", '/[^/]*$', ''), "
    'filter:="part" = \'section\' AND "asserted"), "place_id")'
)
"""Whole lines of which a section is asserted: the id of a section is that of the whole, a slash and its ends."""


def patterns(kind: Kind, stroke: Stroke, period_px: float) -> dict[Course, tuple[float, ...]]:
    """Return the dash patterns of a stroke whose course is approximate: broken the more often, the less is known."""
    if kind is Kind.ROAD:
        return dict(ROAD_DASHES)
    broken: dict[Course, tuple[float, ...]] = {}
    for course, runs in _RUNS.items():
        *repeated, last = stroke.pattern * runs or (period_px * runs, 0.0)
        broken[course] = (*repeated, last + _GAP)
    return broken


def lines() -> list[tuple[str, str, Symbol]]:
    """Return what the legend calls each sort of line, which those are, and their strokes, the lowest first."""
    sure = f'"asserted" AND NOT ({REST})'
    rest_colour = _case("kind", {kind: rgba(colour, 0.75) for kind, colour in palette.REST.items()})
    rest_dashes = 'CASE WHEN "approximate" THEN \'' + dashes((7, 5)) + "' END"
    rest = Stroke("road-rest", 2.5, opacity=0.75, dashes=rest_dashes, colours=rest_colour)
    unsure = (Stroke("uncertain", 7, (3, 3)), Stroke("paper", 4.5))
    return [
        ("Road", f"\"kind\" = 'road' AND {sure}", _road()),
        *(
            (title, f"\"kind\" = '{kind}' AND {sure}", tuple(_broken(kind, stroke, period) for stroke in strokes))
            for kind, (title, period, strokes) in BUILDS.items()
        ),
        ("Line, uncertain", f'NOT "asserted" AND NOT ({REST})', unsure),
        ("The rest of a line of which a part is meant", REST, (rest,)),
    ]


def _road() -> Symbol:
    is_known, is_approximate = "\"course\" <> 'inferred'", "\"course\" NOT IN ('surveyed', 'inferred')"
    core = _broken(Kind.ROAD, Stroke("road", 4.5, ends="CASE WHEN \"course\" = 'routed' THEN 'round' END"), 0.0)
    return Stroke("road-edge", 7, only_if=is_known), Stroke("road-bed", 4.5, only_if=is_approximate), core


def _broken(kind: Kind, stroke: Stroke, period_px: float) -> Stroke:
    by_course = {course: dashes(pattern) for course, pattern in patterns(kind, stroke, period_px).items()}
    return replace(stroke, dashes=_case("course", by_course))


def _case(field: str, values: Mapping[Kind, str] | Mapping[Course, str]) -> str:
    """Return the expression that takes the value of a field for another."""
    cases = (f"WHEN \"{field}\" = '{key}' THEN '{value}'" for key, value in values.items())
    return f"CASE {' '.join(cases)} END"


AREAS: Final[tuple[tuple[str, str, Symbol], ...]] = (
    ("Area near a place", '"asserted"', (Surface("area", "area", palette.AREA_OPACITY, 1.5),)),
    (
        "Area near a place, uncertain",
        'NOT "asserted"',
        (Surface("uncertain", "uncertain", palette.UNCERTAIN_OPACITY, 1.5),),
    ),
)
MENTIONS: Final[tuple[tuple[str, str, Symbol], ...]] = (
    ("Mention", "TRUE", (Dot("muted", "paper", 3, opacity=0.5, edge_px=0),)),
)
"""Only a speck, since it lies where its place does."""

_AROUND: Final = {
    "placement": "6",
    "predefinedPositionOrder": "R,L,TSR,BSR,TR,TL,BR,BL",
    "offsetType": "1",
    "dist": "3",
}
"""Beside a point, and clear of its symbol."""
_ALONG: Final = {"placement": "3", "placementFlags": "10", "maxCurvedCharAngleIn": "20", "maxCurvedCharAngleOut": "-20"}
"""Above a line, bent as it is."""
_LEVEL: Final = {"placement": "4"}
"""On a line or in an area, level."""

_LONG: Final = frozenset({"excerpt", "excerpts", "why", "rivals", "correction_note"})
VERSION: Final = "3.22.0"
"""Of QGIS, as styles say it: that of Debian 12, and with what later ones read too."""
_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_NAMED: Final = 'min(10, 5 + 2 * ln("mentions"))'
"""A priority: the more often it is named, the more its label matters."""


def _shortened(field: str, most: int) -> str:
    """Return the expression for a text on one line, shortened."""
    text = f"trim(regexp_replace(\"{field}\", '\\\\s+', ' '))"
    return f"CASE WHEN length({text}) > {most} THEN left({text}, {most - 1}) || '…' ELSE {text} END"


_NAME: Final = _shortened("name", 48)
_SIGN: Final = _shortened("road_ref", 16)

LABELS: Final[Mapping[str, tuple[Label, ...]]] = {
    "places": (
        Label(
            _POINT + f" AND NOT {_DEMONYM}",
            _NAME,
            _NAMED,
            _AROUND,
            14,
            '13 + min(4, ln("mentions") * 1.5)',
            is_bold=True,
        ),
        Label(_WIDE, f"upper({_NAME})", "2", _AROUND, 11.5, colour="country-label", spacing_px=1.2),
    ),
    "lines": (
        Label(
            f"\"kind\" = 'road' AND \"road_ref\" <> '' AND NOT ({REST})",
            _SIGN,
            "9",
            _LEVEL,
            12,
            colour="sign-white",
            is_bold=True,
            sign=("sign-green", "sign-white"),
        ),
        Label(f'("kind" <> \'road\' OR "road_ref" IS NULL) AND NOT ({REST})', _NAME, "3", _ALONG, 12, is_italic=True),
    ),
    "areas": (
        Label(
            "TRUE",
            _shortened("area_as_written", 48),
            "1",
            _LEVEL,
            11.5,
            colour="area-label",
            is_italic=True,
            is_obstacle=False,
        ),
    ),
    "mentions": (),
}


@cache
def qml(layer: str, fields: tuple[Field, ...]) -> str:
    """Return the default style of a layer, as a file of QGIS has it.

    Parameters
    ----------
    layer
        Its name.
    fields
        Its fields. Where they count documents, it is of a corpus, and markers are sized beside the largest of them.
    """
    is_corpus = any(field.name == "documents" for field in fields)
    symbols: Mapping[str, Element] = {
        "places": renderer(_sized(PLACES, _SHARE) if is_corpus else PLACES, order_by="mentions"),
        "lines": renderer(lines()),
        "areas": renderer(AREAS),
        "mentions": renderer(MENTIONS),
    }
    labels = LABELS[layer]
    root = Element("qgis", {"version": VERSION, "styleCategories": "AllStyleCategories"})
    root.set("labelsEnabled", str(int(bool(labels))))
    root.append(symbols[layer])
    if labels:
        root.append(labeling(labels))
    root.extend(_form(fields))
    SubElement(root, "previewExpression").text = '"name"'
    SubElement(root, "mapTip").text = _map_tip(layer)
    return _DOCTYPE + tostring(root, encoding="unicode")


def _sized(rules: Iterable[tuple[str, str, Symbol]], diameter: str) -> tuple[tuple[str, str, Symbol], ...]:
    """Return rules of which the markers that say how often a place is named say it by another diameter."""
    return tuple(
        (
            title,
            only,
            tuple(
                replace(each, diameter=diameter) if isinstance(each, Dot) and each.diameter else each for each in symbol
            ),
        )
        for title, only, symbol in rules
    )


def _form(fields: Iterable[Field]) -> tuple[Element, Element]:
    """Return how fields are shown and called: long texts on many lines, names in words."""
    widgets, aliases = Element("fieldConfiguration"), Element("aliases")
    for number, field in enumerate(fields, start=1):
        title = field.name.replace("_", " ").capitalize()
        SubElement(aliases, "alias", {"index": str(number), "field": field.name, "name": title})
        if field.name in _LONG:
            widget = SubElement(SubElement(widgets, "field", {"name": field.name}), "editWidget", {"type": "TextEdit"})
            options = SubElement(SubElement(widget, "config"), "Option", {"type": "Map"})
            for key, value in (("IsMultiline", "true"), ("UseHtml", "false")):
                SubElement(options, "Option", {"type": "bool", "name": key, "value": value})
    return widgets, aliases


def _map_tip(layer: str) -> str:
    """Return the HTML that shows where the mouse rests: what it is, the sentence, how sure, and where it says so."""
    title = '"area_as_written"' if layer == "areas" else '"name"'
    where = _listed('"kind"', 'if("admin1" <> "name", "admin1", NULL)', '"country"')
    times = "if(\"mentions\" = 1, 'named once', 'named ' || \"mentions\" || ' times')"
    sure = "if(\"asserted\", '', 'uncertain, ') || 'confidence ' || round(\"confidence\" * 100) || ' %'"
    source = _listed('"source_title"', '"source"', 'to_string("source_date")')
    told = [sure] if layer == "mentions" else [times, sure]
    return (
        '<div dir="auto" style="max-width: 24em">'
        f"<b>[% {_escaped(title)} %]</b><br>[% {_escaped(where)} %]"
        f"<p>[% {_escaped(_shortened('excerpt', 400))} %]</p>"
        f"<small>{'; '.join(f'[% {each} %]' for each in told)}<br>[% {_escaped(source)} %]</small></div>"
    )


def _listed(*expressions: str) -> str:
    """Return the expression for some texts with commas between them, those left out that are null."""
    return f"array_to_string(array_filter(array({', '.join(expressions)}), @element <> ''), ', ')"


def _escaped(expression: str) -> str:
    """Return the expression for a text that HTML shows as it is."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        expression = f"replace({expression}, '{character}', '{entity}')"
    return f"coalesce({expression}, '')"
