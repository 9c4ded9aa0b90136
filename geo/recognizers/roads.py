"""Find roads and other lines in a text: by number, by name, or by the two places that they link.

`road_numbers` (weighed by `road_points`) and `road_names` find what is called something, `road_ends` and `road_vias`
read what the sentence says of it. A word for a line without number or name counts where the sentence tells both its
ends.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ..excerpts import sentences
from ..model import Kind, Toponym
from .road_ends import Ends, ends_of, with_unknown_ends
from .road_names import names
from .road_numbers import numbers
from .road_vias import vias_of, with_passes
from .road_words import HARD_EVENT, RAIL_TALK, ROAD_EVENT, Naming, kind_of, nouns, singular
from .spans import touching

_LONGEST_SENTENCE = 300
"""How far from its phrase a line's relations may stand, in code points."""

_POINTS = re.compile(
    r"(?:\s|-)(?:crossings?|guards?|posts?|police|towns?|villages?|cit(?:y|ies)|officials?|agents?|forces?|patrols?|"
    r"checkpoints?|areas?|stations?|workers?|staff|nurses?|trips?|maps?|rage|shows?|races?|deaths|safety|signs?|"
    r"networks?|travel)\b"
)
"""What makes a word for a line before it part of a word for something else: "border crossing"."""
_REST_OF_NAME = re.compile(r"(?:\s(?:al|el|es|ez|ed)[\s-]|\s(?:ad|ar|as|ash|an|at)-)[A-Z]\w+")
_NUMBER = re.compile(r"\s\d")
_ANY = re.compile(r"\b(?:[Bb]y|any|no|every|each|long|winding|rocky|bumpy)\s$")
_OTHER_ROUTE = re.compile(
    r"\b(?:ferr(?:y|ies)|flights?|Boeing|Airbus|planes?|aircraft|(?:bus|coach) (?:company|firm|operator|service)|trade|"
    r"its [\w-]+(?:-| to |–)[\w-]+ route|flying|airlines?|airports?|air|jets?|carriers?|fuel costs|migrants?|migration|"
    r"smuggl\w+|shipping|ships?|sea|sail\w*|(?:bus|train|tram|cycle|trekking|pilgrim\w*)\sroute)\b",
    re.IGNORECASE,
)
_OTHER_FRONT = re.compile(
    r"\b(?:[Cc]old|[Ww]arm|[Ww]eather|[Ss]torm|[Ff]ire|[Oo]ccluded|[Hh]ome|[Uu]nited|[Pp]opular|[Hh]otel)\s$"
)
_WEATHER = re.compile(r"\b(?:rain|hail|showers?|thunder\w*|temperatures|forecast\w*|drizzle)\b")
_NO_PIPE = re.compile(
    r"\b(?:talent|drugs?|products?|projects?|deals?|sales|recruitment|hiring|leadership|data|training|career|player|"
    r"coaching|vaccines?|IPO|orders?|content|development|innovation|school-to-prison|migrants?|immigration|trafficking|"
    r"investment|student|teacher|academy|software|acquisitions?|nurses?|research)\s$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\sand\s(?:the\s)?(?:[a-z]+\s)?")
_STREET = re.compile(r"[A-Z][\w’']*\s$")
_SAME = re.compile(
    r"\)?(?:/|\s?\(|,?\s(?:and|or|&|meets|joins|crosses)\s|,\s|,?\s(?:also|better|officially|locally|"
    r"formerly)?\s?(?:known\sas|called)\s)(?:the\s)?"
)
"""What stands between two lines of which the sentence says the same, or two names of one line."""
_APPOSED = re.compile(r"(?:,|\s[–—-]|\s\()\s?(?:the|a|an|which\sis\sthe)\s(?:(?!\bof\b)[\w’'-]+\s){0,4}")


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
    """The two places that the sentence says it links; of a border, the two countries."""
    kind: Kind = Kind.ROAD
    """Sort of line."""
    name: str | None = None
    """Its proper name as written, noun included ("Karakoram Highway"); None for one with a number or its ends only."""
    via: tuple[Toponym, ...] = ()
    """Other places that the sentence sets on it: "near Saraqib on the M5", "through Ariha"."""


def recognize_roads(text: str, places: Sequence[Toponym]) -> list[RoadReference]:
    """Find the roads and other lines of a text.

    Parameters
    ----------
    text
        The text that the offsets refer to.
    places
        The place names found in it, in order, without overlaps; they give the ends of roads.

    Returns
    -------
    list
        In order of the text. A place name that overlaps a road reference is the road's. What is known by its ends only
        has their names in its toponym's lemma, to list it by: "Damascus-Homs highway".

    Examples
    --------
    >>> roads = recognize_roads("The M-4 motorway is closed; the M4 carbine jams.", [])
    >>> [(road.toponym.text, road.noun) for road in roads]
    [('M-4', 'motorway')]
    """
    words = nouns(text)
    proper = _proper(text, words, places)
    beside = [place for place in places if not touching(proper, place.start, place.end)]
    groups = list(_groups(text, _with_bare_nouns(words, proper)))
    if not groups:
        return []
    beside = with_unknown_ends(text, [(group[0].first, group[-1].last) for group in groups], beside)
    beside = with_passes(text, [_in_full(text, place) for place in beside])
    spans = sentences(text)
    found: list[RoadReference] = []
    for index, group in enumerate(groups):
        sentence = _sentence(spans, group[0].start)[0], _sentence(spans, group[-1].last - 1)[1]
        start = max(sentence[0], group[0].first - _LONGEST_SENTENCE, groups[index - 1][-1].end if index else 0)
        stop = min(sentence[1], group[-1].last + _LONGEST_SENTENCE)
        if index + 1 < len(groups):
            stop = min(stop, max(groups[index + 1][0].first, group[-1].last))
        found += _read(text, group, (start, stop), _inside(beside, start, stop))
    return found


def _in_full(text: str, place: Toponym) -> Toponym:
    """Return a place name with the rest of it where only its first word is known: "Dar" of "Dar es Salaam"."""
    rest = _REST_OF_NAME.match(text, place.end, place.end + 40)
    if rest is None:
        return place
    return Toponym(place.start, rest.end(), text[place.start : rest.end()], certainty=0.0)


def _proper(text: str, words: Sequence[re.Match[str]], places: Sequence[Toponym]) -> list[Naming]:
    """Return what has a number or a name, in order; of two that overlap the number."""
    numbered = numbers(text)
    named = [one for one in names(text, words, places) if not touching(numbered, one.start, one.end)]
    phrases = [one for one in numbered if one.name]
    named = [one for one in named if not any(p.first <= one.start < p.last for p in _near(phrases, one.start))]
    return sorted([*numbered, *named], key=attrgetter("start"))


def _near(phrases: Sequence[Naming], position: int) -> Sequence[Naming]:
    index = bisect_right(phrases, position, key=attrgetter("first"))
    return phrases[max(0, index - 1) : index]


def _with_bare_nouns(words: Sequence[re.Match[str]], proper: Sequence[Naming]) -> list[Naming]:
    """Return all namings in order, with those words for a line that are part of none."""
    bare = []
    for match in words:
        start, end = match.span()
        before = proper[max(0, bisect_right(proper, start, key=attrgetter("first")) - 1) :][:2]
        if any(one.first < end and start < one.last for one in before):
            continue
        bare.append(Naming(start, end, start, end, singular(match.group()), kind_of(match)))
    return sorted([*proper, *bare], key=attrgetter("start"))


def _groups(text: str, namings: Sequence[Naming]) -> Iterator[list[Naming]]:
    """Yield namings together of which a sentence says the same: "M4 and M5 highways", "NH 44, the only road"."""
    group: list[Naming] = []
    for one in namings:
        if group and not _goes_with(text, group[-1], one):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _goes_with(text: str, left: Naming, right: Naming) -> bool:
    if right.first <= left.last:
        return True
    if right.first - left.last > 60:
        return False
    if left.kind is not right.kind:
        is_bare = not (left.is_proper or right.is_proper)
        return is_bare and _BOTH.fullmatch(text, left.last, right.first) is not None
    if right.is_proper:
        return _SAME.fullmatch(text, left.last, right.first) is not None
    return left.is_proper and _APPOSED.fullmatch(text, left.last, right.first) is not None


def _read(
    text: str, group: Sequence[Naming], bounds: tuple[int, int], places: Sequence[Toponym]
) -> Iterator[RoadReference]:
    """Yield the lines of a group with what the sentence says of them."""
    phrase = group[0].first, group[-1].last
    kind = group[0].kind
    proper = [one for one in group if one.is_proper]
    ends = ends_of(text, phrase, kind, bounds, places)
    bare = [_of_its_kind(text, one) for one in group] if ends and not proper else []
    told = proper or [one for one in bare if ends and _is_line(text, one, ends)]
    if not told:
        return
    if ends is not None and ends.first.start < phrase[0]:
        phrase = ends.first.start, phrase[1]
    anchor = max(phrase[1], ends.second.end) if ends else phrase[1]
    linked = (ends.first, ends.second) if ends else None
    via = vias_of(text, phrase, anchor, bounds, places, linked or ())
    if ends:
        via = (*ends.via, *via)
    for one in told:
        yield _reference(text, one, linked, via, ends)


def _reference(
    text: str, one: Naming, linked: tuple[Toponym, Toponym] | None, via: tuple[Toponym, ...], ends: Ends | None
) -> RoadReference:
    lemma = None
    if not one.is_proper and ends is not None:
        lemma = f"{ends.first.text}-{ends.second.text} {one.noun}"
    toponym = Toponym(one.start, one.end, text[one.start : one.end], one.kind, lemma=lemma)
    return RoadReference(toponym, one.ref, one.noun, linked, one.kind, one.name, via)


def _is_line(text: str, one: Naming, ends: Ends) -> bool:
    """Return whether a word for a line stands for one line, and not for part of something else."""
    after = ends.first.start > one.start
    is_many = text[one.end - 1] == "s" and one.kind is not Kind.FRONT and not one.noun.endswith("track")
    if is_many or _NUMBER.match(text, one.end, one.end + 4) or _POINTS.match(text, one.end, one.end + 24):
        return False
    if text[one.start].isupper() and _STREET.search(text, max(0, one.start - 24), one.start) and after:
        return False
    if one.noun == "line" and one.kind is Kind.RAILWAY and not _is_of_rails(text, one):
        return False
    if one.kind is Kind.PIPELINE and _NO_PIPE.search(text, max(0, one.start - 20), one.start):
        return False
    if _ANY.search(text, max(0, one.start - 8), one.start):
        return False
    if one.noun == "front" and (
        _OTHER_FRONT.search(text, max(0, one.start - 16), one.start) or _WEATHER.search(text, one.end, one.end + 80)
    ):
        return False
    if one.noun != "route":
        return True
    around = text[max(0, one.start - 60) : one.end + 60]
    return ROAD_EVENT.search(around.lower()) is not None and _OTHER_ROUTE.search(around) is None


def _of_its_kind(text: str, one: Naming) -> Naming:
    """Return a plain "line" as that of a front where the sentence tells of war and of no trains."""
    around = text[max(0, one.start - 80) : one.end + 80]
    is_open = text[one.start : one.end] == "line" and _STREET.search(text, max(0, one.start - 24), one.start)
    if is_open and not _is_of_rails(text, one) and HARD_EVENT.search(around):
        return one._replace(kind=Kind.FRONT)
    return one


def _is_of_rails(text: str, one: Naming) -> bool:
    return RAIL_TALK.search(text, max(0, one.start - 80), one.end + 80) is not None


def _inside(places: Sequence[Toponym], start: int, stop: int) -> Sequence[Toponym]:
    return places[
        bisect_left(places, start, key=attrgetter("start")) : bisect_right(places, stop, key=attrgetter("end"))
    ]


def _sentence(spans: Sequence[tuple[int, int]], position: int) -> tuple[int, int]:
    return spans[bisect_right(spans, position, key=lambda span: span[0]) - 1]
