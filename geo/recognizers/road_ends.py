"""The two places that a sentence says a line links."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from ..model import Kind, Toponym
from .road_words import ADJECTIVE, PLACE_PAIR
from .spans import touching

_REACH = 200
_MOST_PLACES = 6

_FILLER = (
    r"(?:the\s|a\s|an\s|its\s)?(?:(?!(?:from|to|between|into|and)\s)[a-z][a-z’'-]*,?\s){0,4}"
    r"(?:(?:al|el|ad|as|ash|at|an|ar|ed)-)?"
)
"""What stands between a word that tells ends and the name of one, an article in lower case included."""
_CUES = re.compile(
    r"(?:^|(?<=[\s(–—,-]))(?P<cue>between|from|of|into|out\sof|(?:link|connect|join|tie|tying|separat|divid)(?:s|es|ed|"
    r"d|ing)?|carr(?:y|ies|ying)|tak(?:es|ing)|pump(?:s|ing)|bring(?:s|ing)|to)\s" + _FILLER + "$",
    re.IGNORECASE,
)
_HYPHEN = re.compile(r"\s?[-–—‑↔→]\s?|-to-|\sto\s|/")
_JOINS = {
    "between": r"and",
    "from": r"(?:to|until|till|and\son\sto|through\sto|as\sfar\sas|towards?)",
    "link": r"(?:and|to|with)",
    "separat": r"(?:and|from)",
    "of": r"and",
    "to": r"from",
    "into": r"from",
    "out of": r"(?:to|towards?)",
}
_JOIN = {cue: re.compile(rf"(?:,?\s[a-z][a-z-]*){{0,5}}?,?\s{join}\s{_FILLER}") for cue, join in _JOINS.items()}
_JOIN["carr"] = re.compile(rf"[’']s?\s(?:[a-z-]+\s){{1,3}}(?:in)?to\s{_FILLER}")
_VIA = re.compile(rf",?\s(?:via|through|past|by\sway\sof|passing(?:\sthrough)?)\s{_FILLER}")
_LIST = re.compile(r",\s(?:and\s)?")
_ASIDE = re.compile(r",?\s(?:in|of|near|on)\s(?:the\s)?(?:[a-z-]+\s){0,3}|,\s")
_DIRECT = re.compile(r"(?:\s?\(|,\s|:\s|\s)")

_PARTIES = re.compile(
    r"\b(?:talks?|agreements?|deal|war|meetings?|negotiations|relations|tensions?|match|game|dispute|truce|conflict|"
    r"trade|differences?|peace|cooperation|clashes|fighting|battles?|ceasefire|flights?|crossings?|ties|exchanges?|"
    r"choice|contacts?)\s$",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"(?:^|[\s,(–—-])(?:link|route|section|stretch(?:es|ing)?|part|line|road|highway|way|leg|lanes?|runs?|running|"
    r"leads?|leading|goes|going|extends?|extending|driv\w+|drove|travel\w*|closed|cut|shut|blocked|open|opened|"
    r"reopened|passable|impassable|flooded|damaged|secured|all the way|\w+ly|goods|crude|oil|gas|(?:via|"
    r"through)\s[A-Z][\w’'-]+|takes\syou|snakes|stretched)[,\s]*$",
    re.IGNORECASE,
)
_NO_CLAUSE = re.compile(r";|[.!?]\s|\s(?:said|as|after|before|while|because|when|who|but|whose)\s")
_JOURNEY = re.compile(
    r"\b(?:(?:its|his|her|their|our|my|the) way|travell?ing|journey|trip|en route|bound|bus|flight)[\s,]*$"
)
"""What goes from one place to another on a line, and tells no ends of it."""
_TRAVELLERS = re.compile(
    r"\b(?:drivers|motorists|traffic|travel|vehicles|trucks|lorries|commuters|travell?ers|freight|buses|trains|"
    r"journeys?)\s$",
    re.IGNORECASE,
)
_TRAVEL_ON = re.compile(r"\s[^,.;:]{0,60}?\s?\b(?:on|along|via|over)\s(?:the\s)?")
_THEN_THE = re.compile(r",?\sthe\s(?:[a-z-]+\s){0,2}")
_LINKED_BY = re.compile(
    r"(?:\s(?:in|of|near)\s[\w’' -]{2,30}?)?(?:(?P<comma>,)|\s(?:is|are|was|were)\s(?:[a-z]+\s)?(?:linked|connected|"
    r"joined|separated)\sby|\s(?:on|along|via|of|over|by|down|up|using))\s(?:the\s|a\s|its\s)?(?:[a-z-]+\s){0,3}"
)
_BY = re.compile(r"(?:linked|connected|joined|separated)\sby\s")
_LINKED_TO = re.compile(rf"\s(?:is|are|was|were)\s(?:[a-z]+\s)?(?:linked|connected|joined)\s(?:to|with)\s{_FILLER}")
_OPENS = re.compile(r"(?P<cue>[Bb]etween|[Ff]rom)\s" + _FILLER + "$")
_NO_ADJECTIVE = (
    r"(?:the|a|an|by|on|of|in|and|or|is|was|are|with|via|to|for|at|from|as|train|trains|bus|flight|ferry|war|talks|"
    r"deal|conflict|match|game|ceasefire|cut|shut|hit|left|[a-z-]+(?:ed|ing))\b"
)
_ADJECTIVES = re.compile(
    rf"(?:[’']s)?(?:(?:\s(?i:{ADJECTIVE})){{0,3}}|(?:\s(?!{_NO_ADJECTIVE})[a-z-]+){{0,2}})\s(?:(?:{ADJECTIVE}|highway|"
    rf"road|motorway)\s(?:\(|known as the\s|the\s)?|(?:section|stretch|part|leg|segment|portion)\sof\s(?:the\s)?)?"
)
_OWNED = re.compile(r"(?:[’']s?)?\s(?:[a-z-]+\s){0,3}")
_ITS = re.compile(r"\b(?:its|their)\s(?:[a-z-]+\s){0,3}$")
_SHARED = re.compile(r"\b(?:their\s(?:[a-z]+\s){0,3}|(?:the|a)\s(?:shared|common|joint|mutual)\s)$")
_WITH = re.compile(r"\s(?:[a-z]+\s){0,1}with\s(?:neighbou?ring\s|the\s)?(?:[a-z]+\s){0,2}")


class Ends(NamedTuple):
    """The ends of a line and where its phrase stands with them."""

    first: Toponym
    second: Toponym
    via: tuple[Toponym, ...]
    """Places between them in the same breath: "the Baku-Tbilisi-Ceyhan pipeline"."""


def ends_of(
    text: str, phrase: tuple[int, int], kind: Kind, bounds: tuple[int, int], places: Sequence[Toponym]
) -> Ends | None:
    """Return the two places that the sentence says a line links, or None.

    Parameters
    ----------
    text
        The text.
    phrase
        Where the line is named, half-open.
    kind
        Sort of line.
    bounds
        How far to look on either side, half-open: the sentence, and no further than the next line it names.
    places
        Place names around the phrase, in order.
    """
    first, last = phrase
    before = [place for place in places if bounds[0] <= place.start and place.end <= first][-_MOST_PLACES:]
    behind = [place for place in places if last <= place.start and place.end <= min(bounds[1], last + _REACH)][
        :_MOST_PLACES
    ]
    within = [place for place in places if first <= place.start and place.end <= last]
    ends = _after(text, last, behind, is_section=True) or _compound(text, first, before)
    if ends is None and len(within) > 1:
        ends = _compound(text, text.rindex(" ", first, last) + 1, within)
    if ends is None and kind is Kind.BORDER:
        ends = _owned(text, phrase, bounds, before, behind)
    return ends or _after(text, last, behind, is_section=False) or _ahead(text, first, before)


def _compound(text: str, first: int, before: Sequence[Toponym]) -> Ends | None:
    """Return the ends of "the A-B highway"."""
    if len(before) < 2 or not _ADJECTIVES.fullmatch(text, before[-1].end, first):
        return None
    start = len(before) - 1
    while start > 0 and _HYPHEN.fullmatch(text, before[start - 1].end, before[start].start):
        start -= 1
    if start == len(before) - 1:
        return None
    return Ends(before[start], before[-1], tuple(before[start + 1 : -1]))


def _owned(
    text: str, phrase: tuple[int, int], bounds: tuple[int, int], before: Sequence[Toponym], behind: Sequence[Toponym]
) -> Ends | None:
    """Return the two sides of "A's border with B", "the border with B" where A has "its" border."""
    is_shared = len(before) > 1 and _SHARED.search(text, max(bounds[0], phrase[0] - 40), phrase[0])
    if is_shared and _JOIN["between"].fullmatch(text, before[-2].end, before[-1].start):
        return Ends(before[-2], before[-1], ())
    if not before or not behind or not _WITH.fullmatch(text, phrase[1], behind[0].start):
        return None
    if _OWNED.fullmatch(text, before[-1].end, phrase[0]):
        return Ends(before[-1], behind[0], ())
    if _ITS.search(text, max(bounds[0], phrase[0] - 40), phrase[0]):
        return Ends(before[0] if len(before) == 1 else before[-1], behind[0], ())
    return None


def _after(text: str, last: int, behind: Sequence[Toponym], *, is_section: bool) -> Ends | None:
    """Return the ends that follow: "the M4 from A to B", "the road that links A and B", "the M4 (A-B)".

    Of the section alone ("the A-B road between C and D") when asked for.
    """
    for index, place in enumerate(behind[:-1]):
        is_beside = not is_section and index == 0 and _DIRECT.fullmatch(text, last, place.start)
        if is_beside and _HYPHEN.fullmatch(text, place.end, behind[1].start):
            return Ends(place, behind[1], ())
        cue = _CUES.search(text, last, place.start)
        if cue is None or not _is_of_line(text, last, cue) or (is_section and not _is_direct(text, last, cue)):
            continue
        if ends := _pair(text, _cue_key(cue["cue"]), behind[index:]):
            return ends
    return None


def _is_of_line(text: str, last: int, cue: re.Match[str]) -> bool:
    """Return whether what a cue opens is said of the line that ends at `last`."""
    between = text[last : cue.start()]
    if _NO_CLAUSE.search(between) or _PARTIES.search(between):
        return False
    word, direct = cue["cue"].lower(), not between.strip(" )(–—-")
    if _JOURNEY.search(between):
        return False
    if word in ("of", "to", "into", "out of"):
        return direct
    if word == "from":
        return direct or between.strip() == "," or _GOES.search(between) is not None
    return True


def _is_direct(text: str, last: int, cue: re.Match[str]) -> bool:
    return cue.start() - last <= 1 and cue["cue"] in ("between", "from")


def _cue_key(word: str) -> str:
    lower = word.lower()
    if lower in _JOINS:
        return lower
    if lower.startswith(("separat", "divid")):
        return "separat"
    return "carr" if lower.startswith(("carr", "tak", "pump", "bring")) else "link"


def _pair(text: str, cue: str, places: Sequence[Toponym]) -> Ends | None:
    """Return the first place and the one that is joined to it, with those between them that the line passes."""
    via: list[Toponym] = []
    for left, right in itertools.pairwise(places):
        if _VIA.fullmatch(text, left.end, right.start):
            via.append(right)
        elif _JOIN[cue].fullmatch(text, left.end, right.start):
            return Ends(places[0], right, tuple(via))
        elif cue in ("link", "between") and _LIST.fullmatch(text, left.end, right.start):
            via.append(right)
        elif cue == "from" and _HYPHEN.fullmatch(text, left.end, right.start):
            return Ends(places[0], right, tuple(via))
        elif not _ASIDE.fullmatch(text, left.end, right.start):
            return None
    return None


def _ahead(text: str, first: int, before: Sequence[Toponym]) -> Ends | None:
    """Return the ends that come first: "between A and B on the M4", "From A to B, the road", "A is linked to B by"."""
    for index in range(len(before) - 2, max(-1, len(before) - 5), -1):
        left, right = before[index], before[index + 1]
        opening = _OPENS.search(text, max(0, left.start - 40), left.start)
        if opening is not None and _is_then(text, opening, right.end, first) and _is_joined(text, opening, left, right):
            return Ends(left, right, ())
        joined = _LINKED_BY.fullmatch(text, right.end, first)
        if joined is None:
            continue
        if opening is None:
            gap = text[left.end : right.start]
            is_by = _BY.search(joined.group()) is not None
            is_linked = " by " in joined.group() and _LINKED_TO.fullmatch(gap) is not None
            if is_linked or (is_by and _JOIN["between"].fullmatch(gap)):
                return Ends(left, right, ())
            continue
        if joined["comma"] and not opening["cue"][0].isupper():
            continue
        if _PARTIES.search(text, max(0, opening.start() - 20), opening.start()):
            continue
        if _is_joined(text, opening, left, right):
            return Ends(left, right, ())
    return None


def _is_then(text: str, opening: re.Match[str], end: int, first: int) -> bool:
    """Return whether a line follows its ends: "Between A and B the road", "drivers between A and B will pay on the"."""
    if opening["cue"][0].isupper() and _THEN_THE.fullmatch(text, end, first):
        return True
    travellers = _TRAVELLERS.search(text, max(0, opening.start() - 20), opening.start())
    return travellers is not None and _TRAVEL_ON.fullmatch(text, end, first) is not None


def _is_joined(text: str, opening: re.Match[str], left: Toponym, right: Toponym) -> bool:
    return _JOIN[opening["cue"].lower()].fullmatch(text, left.end, right.start) is not None


_CAPITALS = r"(?:[a-z]{2}-)?[A-ZÀ-ÖØ-Þ][\w’'-]*(?:\s(?:[a-z]{2}-)?[A-ZÀ-ÖØ-Þ][\w’']*)?"
_SHORT = r"[A-ZÀ-ÖØ-Þ][\w’']*(?:\s[A-ZÀ-ÖØ-Þ][\w’']*)?"
_UNKNOWN_BEFORE = re.compile(rf"(?P<first>(?!The\s){_SHORT})(?:[-–]|\sto\s)(?P<second>{_SHORT})(?:\s[a-z-]+){{0,2}}\s$")
_UNKNOWN_BEHIND = re.compile(
    rf"(?:\s(?:that|which))?(?:\s(?:runs|leads|goes))?\s(?:between|from|linking|links|connecting|connects|joining|"
    rf"joins)\s(?P<first>{_CAPITALS})\s(?:and|to|with)\s(?P<second>{_CAPITALS})"
)


def with_unknown_ends(text: str, phrases: Sequence[tuple[int, int]], places: Sequence[Toponym]) -> list[Toponym]:
    """Return the place names of a text with those ends of lines that no gazetteer knows.

    One of two where the other is known, or both where the words before a line show a pair: "the Mugling–Pokhara road".

    Parameters
    ----------
    text
        The text.
    phrases
        Where lines are named, or may be, half-open, in order.
    places
        Its place names, in order.
    """
    more: dict[int, Toponym] = {}
    split: set[int] = set()
    for first, last in phrases:
        for pair in (
            _UNKNOWN_BEFORE.search(text, max(0, first - 70), first),
            _UNKNOWN_BEHIND.match(text, last, last + 120),
        ):
            if pair is None:
                continue
            known = [touching(places, *pair.span(group)) for group in ("first", "second")]
            is_one = bool(known[0]) and known[0] == known[1]
            if bool(known[0]) == bool(known[1]) and (
                (known[0] and not is_one) or not PLACE_PAIR.fullmatch(text, pair.start(), last)
            ):
                continue
            if is_one:
                split.add(known[0][0].start)
            for group, some in zip(("first", "second"), known, strict=True):
                if not some or some[0].start in split:
                    start, end = pair.span(group)
                    more[start] = Toponym(start, end, pair[group], certainty=0.0)
    kept = [place for place in places if place.start not in split]
    return sorted([*kept, *more.values()]) if more else kept
