"""Any atlas, for property tests: hostile texts of every kind, every field of every value, referents that share ids.

Much is drawn from lists made beforehand: a draw costs hypothesis more than writing the value costs the program.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from geo.atlas import Atlas
from geo.extent import Extent
from geo.model import (
    LINE_KINDS,
    Candidate,
    Correction,
    Course,
    Document,
    Excerpt,
    Kind,
    Line,
    Mention,
    Origin,
    Place,
    Referent,
    Resolution,
    Role,
    Toponym,
    Vicinity,
    VicinitySort,
)
from geo.provenance import Run, Source

HOSTILE = (
    "",
    " ",
    "\0",
    "a\0b",
    "null",
    "NaN",
    "-0",
    "1e999",
    '"',
    "'",
    "\\",
    '\\" onload="x',
    "a\nb\r\nc\rd\te",
    "\x01\x08\x0b\x1b[31m\x7f\x80\x9f",
    "\u0085\u2028\u2029",
    "\ufeffا\u0644عربية إدلب",
    "\u202eevil\u202c\u2066x\u2069\u200f",
    "e\u0301 \u1100\u1161 ﬁ",
    "👩‍👩‍👧🇸🇾 𝕏",
    "\ud800",
    "a\udfffb",
    "\uffff\ufffe\U0010ffff",
    "[1,2]",
    '{"a":1}',
    '{"type":"Point","coordinates":[0,0]}',
    "=1+1",
    "@SUM(A1)",
    "-1+1",
    "a,b;c\td|e | f; g",
    "]]>",
    "<![CDATA[x]]>",
    "<!-- --><?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
    "</script><script>alert(1)</script>",
    "&amp;&lt;&#0;",
    "${7*7}{{ 7*7 }}{% x %}%s %(a)s",
    "'; DROP TABLE places; --",
    "../../etc/passwd",
    "C:\\con\\nul",
    "2020-03-05",
    "x" * 10_000,
    "إ\ud800\0" * 3_333,
)
"""Texts that some format, or some reader of it, takes for something else."""

_PAIR = re.compile("[\ud800-\udbff](?=[\udc00-\udfff])")

LONS = (
    0.0,
    -0.0,
    180.0,
    -180.0,
    179.9999999999,
    -179.999999,
    36.633931,
    1e-300,
    5e-324,
    -122.41941550000001,
    0.1 + 0.2,
)
LATS = (0.0, -0.0, 90.0, -90.0, 89.9999999999, -89.999, 35.93062, -1e-300, 35.930620000000005, 1 / 3)
_SHARES = (0.0, -0.0, 1.0, 0.5, 0.7499999999999999, 0.1 + 0.2, 5e-324, 1 - 2**-53, 1 / 3)
_METRES = (0.5, 1.0, 5_000.0, 10_700.25, 1e5, 500_000.0, 12_345.678901234567)
_DAYS = (datetime.date.min, datetime.date(2020, 3, 5), datetime.date(2024, 2, 29), datetime.date.max)
_CODES: tuple[tuple[str | None, ...], ...] = (
    (None, None, None, None),
    ("PPLA", "SY", "12", None),
    ("PCLI", "SY", None, None),
    ("ADM2", "US", "TX", "277"),
    ("PPL", "XX", "", '"'),
    ("=1", "\0", "\ud800", "12"),
)
"""Feature code, and codes of country, first and second unit."""
_EXTENTS = (
    None,
    Extent(36.0, 35.0, 37.0, 36.5),
    Extent(178.4, -18.1, -171.8, -13.8),
    Extent(-180.0, -90.0, 180.0, 90.0),
)
_CLAIMED: tuple[tuple[str, ...], ...] = ((), ("RU", "UA"), ("a b", "\0"))
_SHAPES = (
    LineString([(36.0, 35.5), (36.5, 35.9)]),
    LineString([(36.123, 35.5), (36.5123456789012345, 35.930620000000005), (37.0, 36.0)]),
    LineString([(179.0, -17.0), (-179.0, -16.0)]),
    LineString([(179.999, 10.0), (-179.9999999999, 10.5), (179.5, 11.0)]),
    LineString([(-0.0, 0.0), (0.0, -0.0), (5e-324, 1e-300)]),
    LineString([(1.0, 1.0), (1.0, 1.0)]),
    LineString([(-180.0, -90.0), (180.0, 90.0)]),
    MultiLineString([[(36.0, 35.5), (36.5, 35.9)], [(36.6, 36.0), (36.7, 36.1), (36.7, 36.1)]]),
    MultiLineString([[(178.0, 0.0), (-178.0, 1.0)], [(-178.0, 1.0), (178.0, 2.0)]]),
)
_IDS = (
    "geonames:1",
    "geonames:2",
    "road:SY-M4",
    "road:SY-M4/1-2",
    "osm:way/1",
    "",
    ":",
    "no-colon",
    '"<\0\ud800',
    "=1+1",
)
_LINE_REST: tuple[dict[str, Any], ...] = (
    {},
    {"ref": "M4", "country_code": "SY", "length_m": 151234.5, "origin": Origin.HIGHWAYS},
    {
        "gazetteer": "OpenStreetMap, x",
        "attribution": "© OpenStreetMap contributors (ODbL)",
        "osm_ids": ("way/1", "way/2"),
    },
    {"road_name": "\u202eroad\0", "ref": "", "country_code": "US", "length_m": 0.1 + 0.2, "origin": Origin.USER_FILE},
    {"attribution": "<b>me</b>\ud800", "osm_ids": ("", '"'), "length_m": 0},
)


def text(*, min_size: int = 0) -> st.SearchStrategy[str]:
    """Return any text, lone surrogates included, but none in a pair: every encoding makes one character of such."""
    drawn = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=20)).map(_unpaired)
    return drawn.map(lambda found: found or "x") if min_size else drawn


def _unpaired(drawn: str) -> str:
    return _PAIR.sub("", drawn)


_text, _word, _maybe = text(), text(min_size=1), st.none() | text()
_share = st.sampled_from(_SHARES) | st.floats(0, 1)
_lon = st.sampled_from(LONS) | st.floats(-180, 180)
_lat = st.sampled_from(LATS) | st.floats(-90, 90)
_day = st.none() | st.sampled_from(_DAYS)
_place_kind = st.sampled_from(sorted(Kind))
_line_kind = st.sampled_from(sorted(LINE_KINDS))
_id = st.sampled_from(_IDS)
_corrections = st.none() | st.builds(Correction, _maybe, _maybe, _day)
_sources = st.lists(st.builds(Source, _text, _maybe, _maybe), max_size=2).map(tuple)


def _places() -> st.SearchStrategy[Place]:
    return st.builds(
        lambda key, name, kind, lon, lat, codes, rest: Place(key, name, kind, lon, lat, *codes, **rest),
        _id,
        _text,
        _place_kind,
        _lon,
        _lat,
        st.sampled_from(_CODES),
        st.fixed_dictionaries(
            {
                "population": st.sampled_from((None, 0, 128_840, 2**53 - 1)),
                "gazetteer": st.sampled_from(("GeoNames", "", "my list\0")),
                "extent": st.sampled_from(_EXTENTS),
                "claimed_by": st.sampled_from(_CLAIMED),
            }
        ),
    )


@st.composite
def _lines(draw: Callable[..., Any], places: Sequence[Place]) -> Line:
    line = Line(
        draw(_id),
        draw(_text),
        draw(_line_kind),
        draw(st.sampled_from(_SHAPES)),
        draw(st.sampled_from(Course)),
        **draw(st.sampled_from(_LINE_REST)),
    )
    if not places or draw(st.booleans()):
        return line
    ends = draw(st.none() | st.tuples(st.sampled_from(places), st.sampled_from(places)))
    via = tuple(draw(st.lists(st.sampled_from(places), max_size=2)))
    whole = line if draw(st.booleans()) else None
    return replace(line, id=draw(_id), geometry=draw(st.sampled_from(_SHAPES)), ends=ends, via=via, whole=whole)


@st.composite
def documents(draw: Callable[..., Any], number: int) -> Document:
    """Return any document, with an id of its own."""
    content = draw(_text)
    spans = st.tuples(st.integers(0, 9), st.integers(10, 99))
    return Document(
        f"{draw(st.sampled_from(_IDS))}{number}",
        content,
        draw(_maybe),
        draw(_maybe),
        draw(_maybe),
        draw(st.none() | st.lists(spans, max_size=2).map(tuple)),
        draw(_day),
        draw(_maybe),
        draw(_maybe),
        draw(_maybe),
    )


@st.composite
def _vicinities(draw: Callable[..., Any], referent: Referent, places: Sequence[Place]) -> Vicinity:
    """Return an area of a sort that the referent can have."""
    sorts = [VicinitySort.WITHIN, VicinitySort.CORRIDOR] if isinstance(referent, Line) else list(VicinitySort)
    sort = draw(st.sampled_from(sorts))
    is_between = sort is VicinitySort.CORRIDOR and isinstance(referent, Place)
    start, words = draw(st.integers(0, 50)), draw(_text)
    return Vicinity(
        sort,
        start,
        start + len(words),
        words,
        draw(st.sampled_from(_METRES)),
        draw(st.none() | st.sampled_from(_METRES)),
        draw(st.none() | st.sampled_from((0.0, -0.0, 22.5, 359.9999, 360.0))),
        draw(st.sampled_from(places)) if is_between else None,
    )


@st.composite
def _mentions(
    draw: Callable[..., Any], document: Document, places: Sequence[Place], referents: Sequence[Referent]
) -> Mention:
    size = max(1, len(document.text))
    start = draw(st.integers(0, size - 1))
    end = draw(st.integers(start + 1, min(size, start + 9)))
    name = document.text[start:end] if document.text and draw(st.booleans()) else "\u202e" * (end - start)
    kind = draw(st.sampled_from([None, *sorted(LINE_KINDS)]))
    toponym = Toponym(start, end, name, kind, draw(_maybe), draw(_share), draw(_maybe))
    referent = draw(st.sampled_from([None, *referents, *referents]))
    rivals = (
        st.lists(st.builds(Candidate, st.sampled_from(referents), _share), max_size=3) if referents else st.just([])
    )
    resolution = Resolution(
        toponym,
        referent,
        draw(_share),
        draw(st.sampled_from(Role)),
        tuple(draw(rivals)),
        tuple(draw(st.lists(_text, max_size=2))),
        draw(st.booleans()),
        draw(_corrections),
    )
    sentence = document.text if draw(st.booleans()) else draw(_text)
    excerpt = Excerpt(0, len(document.text), sentence)
    # Few areas are enough: most formats draw each, which takes milliseconds.
    has_area = referent is not None and bool(places) and draw(st.integers(0, 3)) == 0
    return Mention(document.id, resolution, excerpt, draw(_vicinities(referent, places)) if has_area else None)


_runs = st.builds(
    Run,
    tool_version=st.sampled_from(("0.1.0", "0.0.9+<&\0>")),
    model=_text,
    weights=st.sampled_from(("5e" * 32, "")),
    min_confidence=_share,
    gazetteers=_sources,
    roads=_sources,
    services=_sources,
    corrections=_sources,
)


@st.composite
def atlases(draw: Callable[..., Any]) -> Atlas:
    """Return any atlas: up to three documents, six mentions, four places and three lines, which often share ids."""
    articles = [draw(documents(number)) for number in range(draw(st.integers(0, 3)))]
    if not articles:
        return Atlas(units=draw(_units), runs=draw(st.lists(_runs, max_size=1)))
    places = draw(st.lists(_places(), max_size=4))
    referents: list[Referent] = [*places, *draw(st.lists(_lines(places), max_size=3))]
    mentions = st.sampled_from(articles).flatmap(lambda article: _mentions(article, places, referents))
    return Atlas(
        articles,
        draw(st.lists(mentions, max_size=6)),
        units=draw(_units),
        runs=draw(st.lists(_runs, max_size=2)),
    )


_units: st.SearchStrategy[dict[tuple[str, str | None], str]] = st.dictionaries(
    st.sampled_from((("SY", None), ("SY", "12"), ("US", "TX"), ("\0", "\ud800"), ("XX", ""))), _text, max_size=3
)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
"""Any JSON value, and some that are none, such as not-a-number."""
