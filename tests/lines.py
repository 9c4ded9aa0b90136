"""Hand-made lines of every sort and course for tests, and an atlas that tells of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from shapely import LineString, MultiLineString

from geo.atlas import Atlas
from geo.model import Candidate, Course, Document, Kind, Line, Mention, Origin, Place
from tests.story import ARIHA, DAMASCUS, settlement
from tests.world import ALEPPO, IDLIB, LATAKIA, RUN, UNITS, mention

OSM = "© OpenStreetMap contributors (ODbL)"

SARAQIB = settlement(167357, "Saraqib", 36.8058, 35.8644, "SY", 32_495)
HAMA = settlement(170017, "Hama", 36.7578, 35.1318, "SY", 460_602)
HOMS = settlement(169577, "Homs", 36.7234, 34.7308, "SY", 775_404)
MANBIJ = settlement(167466, "Manbij", 37.9549, 36.5281, "SY", 99_497)

M4_ALL = Line(
    "road:SY-M4",
    "M4",
    Kind.ROAD,
    LineString([LATAKIA.lonlat, (36.32, 35.81), ARIHA.lonlat, SARAQIB.lonlat, ALEPPO.lonlat, MANBIJ.lonlat]),
    Course.SCHEMATIC,
    ref="M4",
    country_code="SY",
    length_m=246_800.0,
    gazetteer="placelines highways",
    origin=Origin.HIGHWAYS,
)
M4_SECTION = Line(
    "road:SY-M4/170063-173576",
    "M4, Aleppo – Latakia",
    Kind.ROAD,
    LineString([ALEPPO.lonlat, SARAQIB.lonlat, ARIHA.lonlat, (36.32, 35.81), LATAKIA.lonlat]),
    Course.SCHEMATIC,
    ref="M4",
    country_code="SY",
    ends=(ALEPPO, LATAKIA),
    length_m=165_432.1,
    gazetteer="placelines highways",
    origin=Origin.HIGHWAYS,
    via=(ARIHA, SARAQIB),
    whole=M4_ALL,
)


def winding(towns: Sequence[Place], vertices: int, *, aside: float = 0.0) -> LineString:
    """Return a line with many vertices that winds from town to town, moved aside by some degrees of longitude."""
    legs = len(towns) - 1
    points = []
    for number in range(vertices):
        at = number / (vertices - 1) * legs
        leg = min(int(at), legs - 1)
        (west, south), (east, north) = towns[leg].lonlat, towns[leg + 1].lonlat
        share = at - leg
        bend = 0.015 * math.sin(9 * math.pi * share) + 0.0004 * math.sin(0.35 * number)
        points.append((west + (east - west) * share + bend + aside, south + (north - south) * share + bend / 3))
    return LineString(points)


_M5_TOWNS = (ALEPPO, SARAQIB, HAMA, HOMS, DAMASCUS)


def m5(vertices: int = 900) -> Line:
    """Return the M5 as surveyed data have it: two carriageways, of which the section from Hama to Homs is meant."""
    both = [winding(_M5_TOWNS, vertices), winding(_M5_TOWNS, vertices, aside=0.0002)]
    whole = Line(
        "road:SY-M5",
        "M5",
        Kind.ROAD,
        MultiLineString(both),
        Course.SURVEYED,
        ref="M5",
        country_code="SY",
        length_m=341_000.0,
        gazetteer="OpenStreetMap, syria-latest",
        origin=Origin.OSM_EXTRACT,
        attribution=OSM,
        osm_ids=("way/1", "way/2"),
    )
    return Line(
        "road:SY-M5/169577-170017",
        "M5, Hama – Homs",
        Kind.ROAD,
        winding((HAMA, HOMS), vertices // 4),
        Course.SURVEYED,
        ref="M5",
        country_code="SY",
        ends=(HAMA, HOMS),
        length_m=45_100.0,
        gazetteer="OpenStreetMap, syria-latest",
        origin=Origin.OSM_EXTRACT,
        attribution=OSM,
        osm_ids=("way/1", "way/2"),
        whole=whole,
    )


def line(
    kind: Kind, name: str, lonlats: Sequence[tuple[float, float]], course: Course = Course.SURVEYED, **more: object
) -> Line:
    """Return a line of some sort."""
    return Line(f"{kind}:{name}", name, kind, LineString(lonlats), course, length_m=100_000.0, **more)  # type: ignore[arg-type]


EVERY_KIND = (
    line(
        Kind.ROAD, "Coastal Road", [(35.8, 35.5), (36.0, 35.3), (35.95, 35.1), (35.9, 34.9)], road_name="Coastal Road"
    ),
    line(Kind.RAILWAY, "Hejaz Railway", [(36.0, 36.3), (36.5, 36.1), (37.2, 36.2)]),
    line(Kind.PIPELINE, "Kirkuk–Baniyas pipeline", [(37.6, 35.0), (36.7, 35.05), (35.95, 35.18)]),
    line(Kind.RIVER, "Orontes", [(36.7, 34.7), (36.75, 35.13), (36.38, 35.4), (36.35, 35.9), (36.16, 36.2)]),
    line(Kind.BORDER, "border of Syria and Turkey", [(35.92, 35.93), (36.2, 35.95), (36.4, 36.2), (36.7, 36.8)]),
    line(Kind.FRONT, "Idlib ceasefire line", [(36.4, 35.55), (36.7, 35.6), (37.0, 35.9), (37.0, 36.2)]),
)
"""A line of each kind around Idlib, all surveyed."""


def told(lines: Iterable[Line], *, towns: Sequence[Place] = (IDLIB, ALEPPO, LATAKIA), confidence: float = 0.9) -> Atlas:
    """Return the atlas of a text that names some towns, then some lines, each in a sentence of its own."""
    lines = list(lines)
    named: list[Place | Line] = [*towns, *lines]
    text = "A story of lines. " + " ".join(f"People spoke of {each.name} today." for each in named)
    document = Document("lines", text, "A story of lines")
    found: list[Mention] = []
    after = 0
    for each in named:
        rivals = [Candidate(M4_ALL, 0.05)] if isinstance(each, Line) and each.id != M4_ALL.id else []
        sure = confidence if isinstance(each, Line) else 0.95
        after = text.index(f"People spoke of {each.name} today.", after)
        found.append(mention(document, each.name, each, after=after, confidence=sure, rivals=rivals))
    return Atlas([document], found, units=UNITS, runs=[RUN])
