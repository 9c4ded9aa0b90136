"""Places that a sentence sets on a line: "near Saraqib on the M5", "the stretch through Ariha"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from ..model import Toponym
from .spans import touching

_REACH = 110
_PREPOSITION = (
    r"(?:near|at|outside|around|through|past|via|over|under|beneath|across|by\sway\sof|as\sfar\sas|"
    r"at\s(?:[Jj]unction|[Ee]xit|J)\s?\d+[A-Z]?,?(?:\s(?:at|for|near))?|(?<!ed\s)(?<!en\s)by|above|below|beside|"
    r"inside|beyond|"
    r"(?:just\s)?(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west)\sof|close\sto|"
    r"not\sfar\sfrom|across\sfrom)"
)
_JUNK = (
    r"(?:(?!(?:and|while|after|before|but|as|when|with|said|who|because|if|from|to|for|than|or|by|killing|"
    r"between)\s)[a-z][a-z-]*|to\s(?:a\s|one\s)?[a-z]+(?=\s(?:[a-z]+\s)?(?:near|at|outside)\s)|\d[\d,.]*),?\s"
)
_FILLER = (
    r"(?:the\s|a\s)?(?:(?:town|village|city|port|settlement|outskirts|edge|suburb|district|kibbutz|area)\s(?:of\s)?)?"
)
_BEHIND = re.compile(rf"\)?,?\s(?:{_JUNK}){{0,7}}{_PREPOSITION}\s{_FILLER}")
_IN = re.compile(rf"\)?\s(?:{_JUNK}){{0,2}}in\s{_FILLER}")
_NOT_IN = re.compile(r"\s(?:[a-z]+\s)?(?:province|region|state|county|district|governorate|department|prefecture)\b")
_SIDE = re.compile(r"\s(?:border|frontier|side|soil|territory|army|forces|troops|province|region|state)\b")
_STREET = re.compile(r"\b(?:Street|Avenue|Boulevard|Lane|St|Ave)\b")
_HEADED = re.compile(r"\b(?:head(?:ed|ing)|bound|leaving|left|travell?ing)\s(?:for|to|towards?)\s$")
_REACHED = re.compile(
    r"\s(?:[a-z]+\s){1,4}(?:reach(?:ed|able)|accessible|entered)\s(?:only\s)?(?:by|via|along|on|from)\s(?:the\s)?"
)
_OPENS = re.compile(r"(?:^|\s)(?:(?:[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est) of|Near|At|Outside)\s(?:the town of\s)?$")
_THEN_ON = re.compile(r",\s[^,.;:]{2,60}\s(?:along|on|down|up|across|over|off)\s(?:the\s)?")
_UNIT = re.compile(r"\b(?:State|Province|County|Region|Governorate|District|Oblast)$|^[A-Z]\.[A-Z]\.$|^[A-Z][a-z]+\.$")
_AND = re.compile(r"\sand\s(?:the\s)?")
_BEFORE = re.compile(
    r"(?:[’']s)?(?:\sin\s[\w’' -]{2,30}?)?(?:\s(?:junction|interchange|exit|crossroads|crossing|checkpoint|toll plaza|"
    r"flyover|viaduct|tunnel|pass|intersection|bridge|section|"
    r"stretch|sector|part|portion|segment|bypass))?(?:,?\s(?:(?:the|a)\s(?:town|village|city|place|point|"
    r"junction)\s)?where\s|,?\s(?:on|along|off|of)\s)(?:both\s)?(?:the\s)?(?:[a-z]+bound\s)?"
)


_PASS = re.compile(r"\b(?!The\s)[A-ZÀ-Ž][\w’']{2,30}\s(?:Pass|Ghat|Tunnel)\b")


def with_passes(text: str, places: Sequence[Toponym]) -> list[Toponym]:
    """Return the place names of a text with the passes and tunnels that no gazetteer knows, in order."""
    more = [
        Toponym(*match.span(), match.group(), certainty=0.0)
        for match in _PASS.finditer(text)
        if all(match.start() <= place.start and place.end < match.end() for place in touching(places, *match.span()))
    ]
    if not more:
        return list(places)
    starts = {place.start for one in more for place in touching(places, one.start, one.end)}
    return sorted([*(place for place in places if place.start not in starts), *more])


def vias_of(
    text: str,
    phrase: tuple[int, int],
    anchor: int,
    bounds: tuple[int, int],
    places: Sequence[Toponym],
    ends: tuple[Toponym, ...],
) -> tuple[Toponym, ...]:
    """Return the places that the sentence sets on a line, in order of the text, without its ends.

    Parameters
    ----------
    text
        The text.
    phrase
        Where the line is named, with the ends that stand before it, half-open.
    anchor
        Where that which may follow begins: behind the phrase, or behind the ends that follow it.
    bounds
        How far to look on either side, half-open.
    places
        Place names around the phrase, in order.
    ends
        Its ends, which are no places between them.
    """
    first, last = phrase
    before = [place for place in places if bounds[0] <= place.start and place.end <= first][-2:]
    found = [place for place in before if _stands_before(text, place, first)][:1]
    between = [place for place in places if ends and last <= place.start and place.end <= ends[0].start]
    behind = [place for place in places if anchor <= place.start and place.end <= min(bounds[1], anchor + _REACH)][:4]
    for start, group in ((last, between), (anchor, behind)):
        if group and _leads_to(text, start, group[0], is_phrase=start == last):
            found += _listed(text, group)
    told = {end.text for end in ends}
    return tuple(place for place in found if place.text not in told and _is_on_a_line(text, place))


def _is_on_a_line(text: str, place: Toponym) -> bool:
    """Return whether a place may be a settlement or a crossing, and is not the side of a border or a street."""
    if _UNIT.search(place.text) or _STREET.search(place.text):
        return False
    return _SIDE.match(text, place.end, place.end + 12) is None and not _STREET.match(
        text, place.end + 1, place.end + 12
    )


def _stands_before(text: str, place: Toponym, first: int) -> bool:
    if _BEFORE.fullmatch(text, place.end, first):
        return _HEADED.search(text, max(0, place.start - 24), place.start) is None
    if _REACHED.fullmatch(text, place.end, first):
        return True
    opens = _OPENS.search(text, max(0, place.start - 24), place.start)
    return opens is not None and _THEN_ON.fullmatch(text, place.end, first) is not None


def _leads_to(text: str, anchor: int, place: Toponym, *, is_phrase: bool) -> bool:
    if _BEHIND.fullmatch(text, anchor, place.start):
        return True
    return (
        is_phrase
        and _IN.fullmatch(text, anchor, place.start) is not None
        and not _NOT_IN.match(text, place.end, place.end + 30)
    )


def _listed(text: str, places: Sequence[Toponym]) -> list[Toponym]:
    """Return the first place, and those that "and" joins to it."""
    found = [places[0]]
    for left, right in itertools.pairwise(places):
        gap = text[left.end : right.start]
        if gap == ", ":
            found.append(right)
        elif _AND.fullmatch(gap):
            return [*found, right]
        else:
            break
    return found[:1]
