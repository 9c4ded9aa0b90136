"""Find roads in a text: references on road signs, and roads named by the places that they link.

A reference alone proves nothing: "M4" is a carbine, "A4" a paper size. It counts where a word for a road stands beside
it, or where the same text has shown it to be a road.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ..excerpts import sentences
from ..model import Kind, Toponym
from ..names import road_key
from .spans import touching

_NOUN = (
    r"(?:highway|motorway|expressway|freeway|autobahn|autoroute|autopista|autostrada|turnpike|road|route|interstate|"
    r"corridor|bypass)s?"
)
_ADJECTIVE = (
    r"(?:international|strategic|main|key|vital|crucial|coastal|desert|national|federal|state|toll|old|new|trunk)"
)
_REF = r"[A-Z]{1,3}[-–‑ ]?\d{1,4}[A-Z]?(?:\(M\))?"

_REF_THEN_NOUN = re.compile(
    rf"\b(?P<ref>{_REF})(?:(?:,? and |/|, )(?P<second>{_REF}))?(?:\s{_ADJECTIVE}){{0,3}}\s(?P<noun>{_NOUN})\b"
)
_NOUN_THEN_REF = re.compile(
    rf"\b(?:[Hh]ighway|[Mm]otorway|[Ee]xpressway|[Ff]reeway|[Aa]utobahn|[Rr]oute|[Rr]oad|Interstate)s?"
    rf"\s(?:[Nn]o\.?\s|[Nn]umber\s)?(?:(?P<ref>{_REF})|(?P<number>\d{{1,4}}[A-Z]?))(?!\w)(?!\s?(?:km|miles|kilomet))"
)
_AMERICAN = re.compile(
    r"\b(?P<ref>I-\d{1,3}|(?:US|U\.S\.)[ -](?:Highway|Route)[ -]\d{1,3}|"
    r"(?:(?<=\b[Oo]n )|(?<=\balong )|(?<=\bvia )|(?<=\boff ))(?:US|U\.S\.)[ -]\d{1,3})\b"
)
_BARE_REF = re.compile(rf"(?:\b[Tt]he|\b[Oo]n|\b[Aa]long|\b[Vv]ia|\b[Oo]f)\s(?:the\s)?(?P<ref>{_REF})(?!\w)")
_TRAFFIC = re.compile(
    r"\b(?:traffic|carriageways?|motorists?|drivers?|tailbacks?|roadworks?|collision|lanes|junctions?|checkpoints?|"
    r"(?:north|south|east|west)bound)\b"
)
_ROAD_NOUN = re.compile(rf"\b(?P<noun>{_NOUN})\b")

_LINKS = re.compile(
    r"\b(?:link(?:s|ed|ing)?|connect(?:s|ed|ing)?|join(?:s|ed|ing)?|between|from|run(?:s|ning)?|lead(?:s|ing)?|"
    r"stretch(?:es|ing)?)\b"
)
_JOIN = re.compile(
    r"\s?[-–—]\s?|,?\s(?:and|to|with)\s(?:the\s)?(?:[a-z]{3,14}\s){0,3}(?:(?:city|town|village|port)\sof\s)?"
)
_HYPHEN = re.compile(r"\s?[-–—]\s?|-to-|\sto\s")
_BEFORE_NOUN = re.compile(rf"(?:\s{_ADJECTIVE}){{0,3}}\s(?:{_REF}\s)?")
_FROM_CUE_CHARS = 60
_SAME_ROAD_CHARS = 40
"""A word for a road this close to a reference speaks of that road."""


@dataclass(frozen=True, slots=True)
class RoadReference:
    """A road as the text names it."""

    toponym: Toponym
    """The reference ("M4"), or the word for the road where it has none ("highway")."""
    ref: str | None
    """The reference as written; None for a road known by its ends only."""
    noun: str
    """The word for the road, in the singular: "highway"."""
    ends: tuple[Toponym, Toponym] | None
    """The two places that the sentence says it links."""


def recognize_roads(text: str, places: Sequence[Toponym]) -> list[RoadReference]:
    """Find the roads of a text.

    Parameters
    ----------
    text
        The text that the offsets refer to.
    places
        The place names found in it, in order; they give the ends of roads.

    Returns
    -------
    list
        In order of the text. A place name that overlaps a road reference is the road's.

    Examples
    --------
    >>> roads = recognize_roads("The M-4 motorway is closed; the M4 carbine jams.", [])
    >>> [(road.toponym.text, road.noun) for road in roads]
    [('M-4', 'motorway')]
    """
    spans = sentences(text)
    references = _references(text, spans)
    ends_of = [place for place in places if not touching(references, place.start, place.end)]
    found = [
        RoadReference(
            Toponym(start, end, text[start:end], Kind.ROAD),
            ref=text[start:end],
            noun=noun,
            ends=_ends(text, (start, end), _sentence(spans, start), ends_of),
        )
        for start, end, noun in references
    ]
    for match in _ROAD_NOUN.finditer(text):
        start, end = match.span("noun")
        if touching(references, start - _SAME_ROAD_CHARS, end + _SAME_ROAD_CHARS):
            continue
        ends = _ends(text, (start, end), _sentence(spans, start), ends_of)
        if ends is not None:
            noun = _singular(match["noun"])
            found.append(RoadReference(Toponym(start, end, text[start:end], Kind.ROAD), None, noun, ends))
    return sorted(found, key=lambda road: road.toponym.start)


class _Reference(NamedTuple):
    """A reference as half-open code point offsets, with the word for the road."""

    start: int
    end: int
    noun: str


def _references(text: str, spans: Sequence[tuple[int, int]]) -> list[_Reference]:
    """Return every reference that the text shows to be a road, in order; of two that overlap, the earlier."""
    found: dict[tuple[int, int], str] = {}
    for match in _REF_THEN_NOUN.finditer(text):
        noun = _singular(match["noun"])
        for group in ("ref", "second"):
            if match[group]:
                found[match.span(group)] = noun
    for match in _NOUN_THEN_REF.finditer(text):
        # A bare number is no name: "Highway 1" is.
        span = match.span("ref") if match["ref"] else match.span()
        found.setdefault(span, _singular(match.group().split()[0]))
    for match in _AMERICAN.finditer(text):
        found.setdefault(match.span("ref"), "interstate" if match["ref"].startswith("I") else "highway")
    nouns = {road_key(text[start:end]): noun for (start, end), noun in found.items()}
    for match in _BARE_REF.finditer(text):
        noun_known = nouns.get(road_key(match["ref"]))
        if noun_known is None and _TRAFFIC.search(text, *_sentence(spans, match.start())):
            noun_known = "road"
        if noun_known and not _is_thing(text, match.end("ref")):
            found.setdefault(match.span("ref"), noun_known)
    references: list[_Reference] = []
    for (start, end), noun in sorted(found.items(), key=lambda item: (item[0][0], -item[0][1])):
        if not references or start >= references[-1].end:
            references.append(_Reference(start, end, noun))
    return references


_THING = re.compile(
    r"\s(?:carbine|rifle|gun|tank|machine|assault|pistol|paper|size|screw|bolt|battery|model|chip|virus)"
)


def _is_thing(text: str, end: int) -> bool:
    return _THING.match(text, end) is not None


def _singular(noun: str) -> str:
    return noun.lower().removesuffix("s")


def _sentence(spans: Sequence[tuple[int, int]], position: int) -> tuple[int, int]:
    return spans[bisect_right(spans, position, key=lambda span: span[0]) - 1]


def _ends(
    text: str, road: tuple[int, int], sentence: tuple[int, int], places: Sequence[Toponym]
) -> tuple[Toponym, Toponym] | None:
    """Return the two places that the sentence says the road links, or None."""
    first_inside = bisect_left(places, sentence[0], key=lambda place: place.start)
    last_inside = bisect_right(places, sentence[1], key=lambda place: place.end)
    inside = places[first_inside:last_inside]
    for first, second in pairwise(inside):
        gap = text[first.end : second.start]
        if second.end <= road[0]:
            if _HYPHEN.fullmatch(gap) and _BEFORE_NOUN.fullmatch(text[second.end : road[0]]):
                return first, second
        elif first.start >= road[1] and _JOIN.fullmatch(gap):
            between = text[road[1] : first.start]
            cues = list(_LINKS.finditer(between))
            if cues and len(between) - cues[-1].end() <= _FROM_CUE_CHARS:
                return first, second
    return None
