"""The English words of the page that depend on data: what to call a kind of place, and distances."""

from __future__ import annotations

import datetime
import math

from geo.model import Course, Kind, Line, Place, Role

_KINDS: dict[Kind, str] = {
    Kind.CONTINENT: "continent",
    Kind.COUNTRY: "country",
    Kind.REGION: "region",
    Kind.ADMIN1: "region",
    Kind.ADMIN2: "district",
    Kind.SETTLEMENT: "settlement",
    Kind.PHYSICAL: "natural feature",
    Kind.FACILITY: "site",
    Kind.ROAD: "road",
    Kind.RAILWAY: "railway",
    Kind.PIPELINE: "pipeline",
    Kind.RIVER: "river",
    Kind.BORDER: "border",
    Kind.FRONT: "front line",
}

_FEATURES: dict[str, str] = {
    "PPLC": "capital",
    "PPLX": "part of a city",
    "PPLQ": "abandoned place",
    "PPLH": "former settlement",
    "AIRP": "airport",
    "AIRB": "air base",
    "CMP": "camp",
    "CMPRF": "refugee camp",
    "HBR": "harbour",
    "PRT": "port",
    "DAM": "dam",
    "PSTB": "border crossing",
    "PRN": "prison",
    "PSN": "nuclear power plant",
    "SQR": "square",
    "STDM": "stadium",
    "MILB": "military base",
    "NVB": "naval base",
    "ANS": "ancient site",
    "HSP": "hospital",
    "TRMO": "oil terminal",
    "OILR": "oil refinery",
    "MSQE": "mosque",
    "CH": "church",
    "PAL": "palace",
    "ST": "street",
    "PRK": "park",
    "BDG": "bridge",
    "MT": "mountain",
    "MTS": "mountains",
    "PK": "peak",
    "HLL": "hill",
    "PASS": "pass",
    "VLC": "volcano",
    "DSRT": "desert",
    "PLN": "plain",
    "VAL": "valley",
    "PEN": "peninsula",
    "ISL": "island",
    "ISLS": "islands",
    "LK": "lake",
    "RSV": "reservoir",
    "STM": "river",
    "CNL": "canal",
    "CAPE": "cape",
    "PLAT": "plateau",
    "DLTA": "delta",
    "FRST": "forest",
    "GLCR": "glacier",
    "CST": "coast",
    "SD": "sound",
    "RF": "reef",
    "SHOL": "shoal",
    "FLLS": "waterfall",
    "CNYN": "canyon",
    "ISTH": "isthmus",
    "OAS": "oasis",
    "GULF": "gulf",
    "BAY": "bay",
    "STRT": "strait",
    "SEA": "sea",
    "OCN": "ocean",
}
"""GeoNames feature codes (geonames.org/export/codes.html) that readers know a word for."""

_MONTHS = ("January February March April May June July August September October November December").split()

CITY_POPULATION = 50_000
TOWN_POPULATION = 5_000
"""Inhabitants that make a settlement a city, a town (Degree of Urbanisation, Eurostat 2021, chapter 7)."""

_ROADS: dict[Course, str] = {
    Course.SURVEYED: "Road",
    Course.GENERALISED: "Road (course as on small maps)",
    Course.ROUTED: "Shortest way by main roads; the text gives no number",
    Course.SCHEMATIC: "Road (schematic course)",
    Course.INFERRED: "Straight line between the ends named",
}
_SHORT_COURSES: dict[Course, str] = {
    Course.GENERALISED: "course as on small maps",
    Course.ROUTED: "shortest way by main roads",
    Course.SCHEMATIC: "schematic course",
    Course.INFERRED: "straight line between its ends",
}
_LONG_COURSES: dict[Course, str] = {
    Course.SURVEYED: "Surveyed course",
    Course.GENERALISED: "Course as on small maps, off by a kilometre or more",
    Course.ROUTED: "Shortest way by main roads, perhaps not the road meant",
    Course.SCHEMATIC: "Schematic course, straight from town to town",
    Course.INFERRED: "Course not known: a straight line between the ends named",
}

ROLES: dict[Role, str] = {
    Role.DEMONYM: "as a word for its people or things",
    Role.METONYM: "as its government, team, market or people",
    Role.EMBEDDED: "in the name of an organisation",
}
"""How a place is named that is never named as the place itself."""


def kind_word(referent: Place | Line) -> str:
    """Return what to call a place or line in a sentence.

    Examples
    --------
    >>> kind_word(Place("geonames:524901", "Moscow", Kind.SETTLEMENT, 37.6, 55.8, "PPLC", population=10_381_222))
    'capital'
    >>> kind_word(Place("geonames:1", "Nowhere", Kind.SETTLEMENT, 0.0, 0.0))
    'settlement'
    """
    if isinstance(referent, Line):
        return _KINDS[referent.kind]
    word = _FEATURES.get(referent.feature_code or "")
    if word is None and referent.kind is Kind.SETTLEMENT:
        word = _size_word(referent)
    word = word or _KINDS[referent.kind]
    return f"{word}, disputed" if referent.claimed_by else word


def _size_word(place: Place) -> str | None:
    if place.feature_code == "PPLA" or (place.population or 0) >= CITY_POPULATION:
        return "city"
    if place.population is None:
        return None
    return "town" if place.population >= TOWN_POPULATION else "village"


def percent(share: float) -> int:
    """Return a share as a whole percentage, never more than it is: what falls short of a threshold reads so.

    Examples
    --------
    >>> percent(0.7499), percent(0.29), percent(1.0)
    (74, 29, 100)
    """
    return math.floor(round(100 * share, 6))


def distance(km: float) -> str:
    """Return a distance as people say it: to the kilometre below 100, to ten above.

    Examples
    --------
    >>> distance(58.7), distance(2213.0)
    ('59 km', '2,210 km')
    """
    return f"{round(km):d} km" if km < 100 else f"{round(km / 10) * 10:,d} km"


def legend_of(line: Line) -> str:
    """Return what the legend says of a line: what sort it is, and how its course is known.

    Examples
    --------
    >>> legend_of(Line("x:1", "Hejaz Railway", Kind.RAILWAY, None, Course.GENERALISED))
    'Railway (course as on small maps)'
    """
    if line.kind is Kind.ROAD:
        return _ROADS[line.course]
    word, course = _KINDS[line.kind].capitalize(), _SHORT_COURSES.get(line.course)
    return f"{word} ({course})" if course else word


def rest_of(line: Line) -> str:
    """Return what the legend says of the faint rest of a line of which a section is highlighted."""
    return f"Rest of the {kind_word(line)}"


def in_the_list(line: Line) -> str:
    """Return what the list of places says of a line: "road, 150 km, schematic course"."""
    unbroken = (length(line) or "").replace(" ", "\u00a0")
    return ", ".join(filter(None, (kind_word(line), unbroken, _SHORT_COURSES.get(line.course))))


def course_of(line: Line) -> str:
    """Return how the course of a line is known, where the text sets it, and what it is a section of."""
    told = [_LONG_COURSES[line.course]]
    if line.via:
        told.append(f"by way of {', '.join(place.name for place in line.via)}")
    if line.whole and (of_all := length(line.whole)):
        told.append(f"section of the {line.whole.name}, {of_all} in all")
    return "; ".join(told)


def length(line: Line) -> str | None:
    """Return the length of a line as people say it; None where it is not known."""
    return None if line.length_m is None else distance(line.length_m / 1000)


def days(first: datetime.date, last: datetime.date) -> str:
    r"""Return the days from one to another, both included.

    Examples
    --------
    >>> days(datetime.date(2020, 3, 2), datetime.date(2020, 3, 31))
    '2–31\xa0March 2020'
    >>> days(datetime.date(2019, 12, 30), datetime.date(2020, 1, 5))
    '30\xa0December 2019 – 5\xa0January 2020'
    """
    if first == last:
        return _day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last)}"
    return f"{_day(first, year=first.year != last.year)} – {_day(last)}"


def _day(day: datetime.date, *, year: bool = True) -> str:
    words = f"{day.day}\u00a0{_MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words
