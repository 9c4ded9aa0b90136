"""Areas that a text tells of by a place: "20 km north-east of Idlib", "south of Aleppo", "between Kharkiv and Izium".

Only what stands directly before a name that means the place itself is read, and only where it can hardly be anything
but an area: the length of a road or a race, the north of a country and talks between capitals are none. "South of
Aleppo and Idlib" is taken for an area near either only where the sentence pauses behind both names. "Ofra, north of
Ramallah" tells of Ofra: where that is placed surely itself, the words give no area.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ..extent import great_circle_km
from ..model import Kind, Line, Place, Resolution, Role, Vicinity, VicinitySort
from ..vicinities import (
    LINE_BREADTH_M,
    corridor_breadth_m,
    offset_radius_m,
    radius_of,
    reach_of,
)
from .vicinity_words import DIRECTION, DISTANCE, LOOSELY, PAIR, UNIT, bearing_of, distance_of

MAX_DISTANCE_M = 500_000.0
"""Farther away, a distance tells how far a place is, and no longer where something happened."""
MAX_CORRIDOR_KM = 400.0

_LOOK_BACK = 160
_HEAD = (
    r"(?:city|town|township|village|hamlet|capital|port|suburb|settlement|hub|stronghold|resort|enclave|community|base|"
    r"airport|camp|island|crossing|centre|center|outskirts|edge)"
)
_WORD = r"(?!(?:and|or|to|from|but|where|when|near|between|into|in|on|at)\b)[\w’'-]+\s"
_FILLER = rf"(?:(?:the\s|a\s|an\s)?(?:{_WORD}){{0,4}}?{_HEAD}(?:\sof|,|\scity\sof)?\s|(?:central|downtown)\s)?"
_LINE_FILLER = r"(?:the\s|[A-Z][\w’'–-]+\s){0,4}"
_ASIDE = r"(?i:(?:just|immediately|directly|due|further|farther|far|well|slightly|to\sthe)\s)*"
_OFFSET = re.compile(
    rf"{LOOSELY}{DISTANCE}{PAIR}\s(?:away\s)?(?:to\sthe\s|towards?\sthe\s)?(?:due\s)?{DIRECTION}\s(?:of|from)\s{_FILLER}$"
)
_MOST = r"(?P<most>\b(?:[Ww]ithin|[Ll]ess\sthan|[Uu]p\sto|[Nn]ot?\smore\sthan)\s(?:a\s)?)?"
_ZONE = r"(?P<zone>[\s-](?:wide\s)?(?:[a-z-]+\s)?(?:radius|zone|perimeter|buffer|cordon))?"
_NEAR, _NEAR_LINE = (
    re.compile(
        rf"{_MOST}{LOOSELY}{DISTANCE}{PAIR}{_ZONE}\s(?P<link>(?:away\s)?from|outside(?:\sof)?|off|out\sof|of|around)\s{filler}$"
    )
    for filler in (_FILLER, _LINE_FILLER)
)
_DISTANCE, _DIRECTION = re.compile(DISTANCE), re.compile(rf"{DIRECTION}\sof\s")
"""Without these, which are rare, the patterns around them need not be tried, which takes ten times as long."""
_SECTOR = re.compile(rf"(?P<aside>{_ASIDE}){DIRECTION}\sof\s{_FILLER}$")
_ALONG = re.compile(rf"\b[Aa]long(?:side)?\s{_LINE_FILLER}$")
_BETWEEN = re.compile(
    r"\b(?:areas?|regions?|territory|territories|land|lands|countryside|strip|pocket|villages?|towns?|settlements?|fields?|"
    r"farmland|desert|steppe|forests?|front|front\s?lines?|frontlines?|positions?|trenches|somewhere|halfway|half-way|midway|"
    r"located|situated|lies|lie|lying|coast|coastline|waters|fighting|clashes|battles?|corridor|sector|stretch|plain|valley)"
    r"\s(?:in\s)?(?P<words>between\s(?:the\s(?:cities|towns|villages)\sof\s)?)$",
    re.IGNORECASE,
)
_AND = re.compile(r"\sand\s(?:the\s(?:city|town|village)\sof\s)?")
_LISTED = re.compile(r"\s(?:and|or)\s")
_PAUSE = re.compile(r"\s*(?:[.,;:!?)]|$)")

_MOVED = re.compile(
    r"\b(?:dr[oi]v(?:e|es|en|ing)|travel(?:s|led|ed|ling|ing)?|walk(?:s|ed|ing)?|march(?:es|ed|ing)?|run|ran|runs|running|"
    r"fl(?:y|ies|ew|own|ying)|cycl(?:e|es|ed|ing)|bik(?:e|ed|ing)|hik(?:e|es|ed|ing)|sw(?:im|am|um|imming)|"
    r"sail(?:s|ed|ing)?|r(?:ide|ides|ode|iding|idden)|trek(?:s|ked|king)?|journey(?:s|ed)?|commut(?:e|es|ed|ing)|trip|race|"
    r"marathon|tow(?:ed|ing)|bus(?:ed|sed|ing)|carr(?:y|ies|ied|ying)|truck(?:ed|ing)|ship(?:s|ped|ping)|haul(?:s|ed|ing)|"
    r"stretch(?:es|ed|ing)|extend(?:s|ed|ing)?|came|come|flows?|flowed|led|leads?|mov(?:e|es|ed|ing)|crawl(?:s|ed|ing)?|cre(?:ep|eps|pt|eping)|roll(?:s|ed|ing)?|fle(?:e|es|d|eing)|head(?:s|ed|ing)?)\b[^.;:]{0,30}$",
    re.IGNORECASE,
)
"""Before "20 km from" or "along": a way that somebody went, or the length of something."""
_DESCRIBES = re.compile(
    r"(?:,|\s\(|\s[-–—])?\s?(?:(?:which|that)\s)?(?:(?:is|was|are|lies|stands|sits)\s)?(?:(?:located|situated|only|just|lying)\s)*"
    r"(?:(?:an?|the)\s(?:[\w’'-]+\s){1,4}?)?"
)
"""Between a place and an area: the area only tells where that place is."""
_TO = re.compile(r"\s(?:to|into|through|towards?)\s")
_OPENS = frozenset({"", *'.!?:"“—–)'})
_PART_OF = re.compile(r"\b(?:the|[Ii]ts|deep|[Uu]p)\s(?:far\s|deep\s)?$")
"""Before "north of": the north of something is a part of it."""
_TWO_WAYS = re.compile(r"\b(?:north|south|east|west)\w*(?:,|\s(?:and|or|to|by|of)|-)\s?(?:the\s)?$", re.IGNORECASE)
_UNSURE_HOW = re.compile(r"\b(?:hours?|minutes?|days?|drive|walk|flight|ride|blocks?|streets?|degrees?)[’']?\s$")
_UNREAD = re.compile(rf"(?:{UNIT})\)?\s(?:away\s)?$")
"""Before a direction: a distance that could not be read, or that is too great."""
_LONGER_NAME = re.compile(
    r"[’']s?\s(?!(?:city\s|town\s)?(?:cent(?:re|er)|outskirts|edge|suburbs)\b)|[-–]|\s(?:province|region|governorate|district|"
    r"county|oblast|state|airport|airfield|highway|road|street|avenue|border|frontier|river|lake|railway|motorway|valley|"
    r"peninsula|mountains?|hills?|dam|bridge|station|university|hospital|line|front|side|coast|strip|fans|supporters|"
    r"government|officials)\b|\s(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:January|February|March|April|May|June|July|"
    r"August|September|October|November|December)\b|I\b)[A-Z]\w"
)
"""Behind a name: it is only the beginning of one, or of something else."""

_DISTANT = frozenset({Kind.SETTLEMENT, Kind.FACILITY, Kind.PHYSICAL, Kind.ADMIN2})
"""Kinds of places that distances are measured from; those with an outline have it known to no more than a box."""
_POINTED_FROM = frozenset({Kind.SETTLEMENT, Kind.FACILITY})
"""Kinds of places whose north is not told apart from what lies north of them by their outline."""
_EIGHTH_DEG = 45.0
_LEAST_AMOUNT_M = 50.0
"""Below this, "5m from" is rather five million of something."""


def find_vicinities(text: str, resolutions: Sequence[Resolution]) -> Mapping[tuple[int, int], Vicinity]:
    """Return the areas that a text tells of, by the offsets of the name that each is told by.

    Parameters
    ----------
    text
        The whole text.
    resolutions
        Its names with what they mean, asserted or not, in any order.

    Returns
    -------
    Mapping
        Of each name at most one area. Of a corridor the first of its two names.

    Examples
    --------
    >>> from geo.model import Toponym
    >>> text = "A village 20 km north-east of Idlib"
    >>> idlib = Place("x:1", "Idlib", Kind.SETTLEMENT, 36.63, 35.93)
    >>> found = find_vicinities(text, [Resolution(Toponym(30, 35, "Idlib"), idlib, 1.0)])
    >>> [(area.text, area.sort.value, area.distance_m, area.bearing_deg) for area in found.values()]
    [('20 km north-east of', 'offset', 20000.0, 45.0)]
    >>> find_vicinities("", [])
    {}
    """
    named = sorted(resolutions, key=lambda one: (one.toponym.start, one.toponym.end))
    found: dict[tuple[int, int], Vicinity] = {}
    previous: Resolution | None = None
    for one in named:
        if one.role is Role.LITERAL and not _LONGER_NAME.match(text, one.toponym.end):
            vicinity = _before(text, one)
            if vicinity is not None and not _describes(text, previous, vicinity):
                found[one.toponym.start, one.toponym.end] = vicinity
        previous = one
    roads = {_ends(one.referent.ends) for one in named if isinstance(one.referent, Line) and one.referent.ends}
    for one, next_one in pairwise([one for one in named if isinstance(one.referent, Place)]):
        span = one.toponym.start, one.toponym.end
        if span in found:
            shared = _shared(text, found[span], one, next_one)
            if shared is not None:
                found.setdefault((next_one.toponym.start, next_one.toponym.end), shared)
        else:
            between = _between(text, one, next_one)
            if between is not None and _ends((one.referent, between.other)) not in roads:
                found[span] = between
    return found


def _before(text: str, named: Resolution) -> Vicinity | None:
    """Return the area that the words before a name tell of."""
    referent, end = named.referent, named.toponym.start
    start = max(0, end - _LOOK_BACK, text.rfind("\n", 0, end) + 1)
    before = text[start:end]
    if isinstance(referent, Line):
        return _near_line(before, start, referent)
    if referent is None or referent.kind not in _DISTANT:
        return None
    return _measured(text, before, start, named.toponym.end, referent) or _pointed(before, start, referent)


def _describes(text: str, previous: Resolution | None, vicinity: Vicinity) -> bool:
    """Whether an area only tells where the place named before it is, which is known."""
    if previous is None or not isinstance(previous.referent, Place) or not previous.is_asserted:
        return False
    is_a_point = previous.role is Role.LITERAL and previous.referent.kind in _DISTANT
    return is_a_point and _DESCRIBES.fullmatch(text, previous.toponym.end, vicinity.start) is not None


def _measured(text: str, before: str, start: int, after: int, place: Place) -> Vicinity | None:
    """Return the area at a distance from a place."""
    found = (_OFFSET.search(before) or _NEAR.search(before)) if _DISTANCE.search(before) else None
    if found is None:
        return None
    distance, size, lead = distance_of(found), radius_of(place), before[: found.start()]
    is_amount = found["unit"] == "m" and distance.metres < _LEAST_AMOUNT_M
    if is_amount or not size / 2 <= distance.metres <= MAX_DISTANCE_M:
        return None
    if found.re is _OFFSET:
        bearing = bearing_of(found["direction"])
        if bearing is None or _TWO_WAYS.search(lead):
            return None
        angle = _EIGHTH_DEG / 2 if bearing % _EIGHTH_DEG == 0 else _EIGHTH_DEG / 4
        radius = offset_radius_m(distance.metres, distance.error_m + size, angle)
        return _vicinity(VicinitySort.OFFSET, start, before, found, radius, distance.metres, bearing)
    if found["most"] or found["zone"]:
        return _vicinity(VicinitySort.WITHIN, start, before, found, distance.metres + size, distance.metres)
    if found["link"] in {"of", "around"} or _MOVED.search(lead) or _TO.match(text, after):
        return None
    return _vicinity(VicinitySort.RING, start, before, found, distance.error_m + size, distance.metres)


def _pointed(before: str, start: int, place: Place) -> Vicinity | None:
    """Return the area in a direction from a place."""
    found = _SECTOR.search(before) if place.kind in _POINTED_FROM and _DIRECTION.search(before) else None
    if found is None:
        return None
    lead, bearing = before[: found.start()], bearing_of(found["direction"])
    is_name = found["direction"][0].isupper() and lead.rstrip()[-1:] not in {
        "",
        ".",
        "!",
        "?",
        ":",
        '"',
        "“",
        "—",
        "–",
        ")",
    }
    is_part = "to the" not in found["aside"] and _PART_OF.search(lead)
    if bearing is None or is_name or is_part or _TWO_WAYS.search(lead) or _UNSURE_HOW.search(lead):
        return None
    if _UNREAD.search(lead) or found["direction"].isupper():
        return None
    return _vicinity(VicinitySort.SECTOR, start, before, found, reach_of(place), None, bearing)


def _near_line(before: str, start: int, line: Line) -> Vicinity | None:
    """Return the band along a line."""
    found = _NEAR_LINE.search(before)
    if found is not None and (found["most"] or found["zone"]):
        distance = distance_of(found).metres
        is_near = distance <= MAX_DISTANCE_M
        return _vicinity(VicinitySort.WITHIN, start, before, found, distance, distance) if is_near else None
    along = _ALONG.search(before)
    if along is None or _MOVED.search(before[: along.start()]):
        return None
    return _vicinity(VicinitySort.CORRIDOR, start, before, along, LINE_BREADTH_M)


def _between(text: str, named: Resolution, other: Resolution) -> Vicinity | None:
    """Return the area between two settlements that are named one after the other."""
    place, other_place = named.referent, other.referent
    if not (isinstance(place, Place) and isinstance(other_place, Place)) or place.id == other_place.id:
        return None
    if not _AND.fullmatch(text, named.toponym.end, other.toponym.start) or _LONGER_NAME.match(text, other.toponym.end):
        return None
    if {named.role, other.role} != {Role.LITERAL} or {place.kind, other_place.kind} != {Kind.SETTLEMENT}:
        return None
    start = max(0, named.toponym.start - _LOOK_BACK)
    before = text[start : named.toponym.start]
    found = _BETWEEN.search(before)
    if found is None or great_circle_km(place.lonlat, other_place.lonlat) > MAX_CORRIDOR_KM:
        return None
    first, last = start + found.start("words"), other.toponym.end
    breadth = round(corridor_breadth_m(place, other_place))
    return Vicinity(VicinitySort.CORRIDOR, first, last, text[first:last], breadth, other=other_place)


def _shared(text: str, vicinity: Vicinity, named: Resolution, other: Resolution) -> Vicinity | None:
    """Return the same direction from the second name of a list behind which the sentence pauses."""
    place = other.referent
    if vicinity.sort is not VicinitySort.SECTOR or not isinstance(place, Place) or place.kind not in _POINTED_FROM:
        return None
    is_listed = _LISTED.fullmatch(text, named.toponym.end, other.toponym.start) is not None
    if not is_listed or not _PAUSE.match(text, other.toponym.end) or other.role is not Role.LITERAL:
        return None
    return replace(vicinity, radius_m=reach_of(place))


def _vicinity(
    sort: VicinitySort,
    start: int,
    before: str,
    found: re.Match[str],
    radius: float,
    distance: float | None = None,
    bearing: float | None = None,
) -> Vicinity:
    words = before[found.start() :].strip()
    first = start + before.index(words, found.start())
    return Vicinity(sort, first, first + len(words), words, round(radius), distance, bearing)


def _ends(ends: tuple[object, object]) -> frozenset[str]:
    return frozenset(end.id for end in ends if isinstance(end, Place))
