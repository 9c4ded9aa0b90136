"""Numbers of roads in the styles of the world, believed or not by what stands around them.

A number alone proves nothing: "M4" is a carbine, "A4" a paper size. Every cue adds points or takes some away, and a
number counts from `BELIEVED` on; where a text has shown one to be a road, its other mentions count as well, unless
something speaks against them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..model import Kind
from ..names import road_key
from .road_points import BELIEVED, LED_IN, ON, THE, points_against, points_for, prior
from .road_words import ADJECTIVE, NUMBERED_NOUNS, ROAD_NOUNS, Naming, singular

_CONTRADICTED = -2
"""Points at which a mention is something else, whatever the rest of the text says."""
_PROVEN = 4
"""Points that hold against a text in which the same letters mean something else: a word for a road beside them."""

_HYPHENS = r"[-‐‑–]"
_NOT_BEHIND = (
    rf"(?![\w%°])(?!{_HYPHENS}(?![A-Z]{{1,3}}-?\d|{ROAD_NOUNS}\b)\w)(?![.,:]\d)"
    r"(?!\s?(?:km|kms|miles?|kilomet\w+|per ?cent|percent|million|billion)\b)"
)
_SIGN = re.compile(
    rf"\b(?=[A-Z])(?<!\.)(?<![A-Za-z]-)"
    rf"(?P<letters>[A-Z]{{1,3}}|RNIE|[A-Z]\.[A-Z]\.|(?:Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|"
    rf"Ill|Ind|Kan|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|"
    rf"Wyo)\.)(?P<join>{_HYPHENS}|\s|\.)?\d{{1,4}}(?:(?<=\d\d){_HYPHENS}\d\d?)?[A-Za-rt-z]?(?:\(M\))?{_NOT_BEHIND}"
)
_STATE = re.compile(
    r"\b(?i:on|off|along|onto|closed?|blocked|shut|from|lanes of|miles of|north of|south of|east of|west of|and|of|to|"
    r"near|"
    r"at|take|cross(?:ed|ing))\s(?P<ref>(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|"
    r"Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|"
    r"Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|"
    r"York)|"
    r"North (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South (?:Carolina|Dakota)|Tennessee|"
    r"Texas|"
    r"Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)\s\d{1,3})$"
)
_STATE_NUMBER = re.compile(rf"\s(?<=[a-z]\s)\d{{1,3}}{_NOT_BEHIND}(?!\s[a-z]+s\b)")
"""The roads of the states, called by the full name of the state."""
_SPOKEN = re.compile(
    r"\b(?=[A-Z]|auto|carr|expr|free|high|inter|motor|ro|ru)(?<!-)"
    r"(?P<ref>(?:(?:State|Federal|National|Provincial|County|Regional|Main|Primary|Toll|Interstate|Trunk|"
    r"Ring|Asian|Trans-African|Farm[ -]to[ -]Market|Forest|Forest Service|Ranch|Township|Range|Rural|Departmental|"
    r"Arterial|Inter-?[Aa]merican|"
    r"N\.?H\.?|U\.?S\.?|District|European)\s)?(?P<noun>(?:Strada [Ss]tatale|"
    r"Estrada [Nn]acional|Nationalstra(?:ß|ss)e|Trunk Road|Ruta (?:[Nn]acional|[Pp]rovincial)|(?:Carretera|"
    r"Autopista) (?:[Ff]ederal|[Nn]acional)|Nationale|Route [Nn]ationale|[Hh]ighway|[Mm]otorway|[Ee]xpressway|"
    r"[Ff]reeway|[Aa]utobahn|[Aa]utoroute|[Aa]utopista|[Aa]utostrada|[Ii]nterstate|[Rr]oute|[Rr]oad|HIGHWAY|ROUTE|"
    r"INTERSTATE|MOTORWAY|[Rr]uta|[Cc]arretera|Bundesstra(?:ß|ss)e|[Rr]odovia|Troncal|Loop|Beltway|Hwy\.?|Rte\.?|"
    r"Rt\.?)s?)"
    rf"(?:\s|-)(?P<no>[Nn]o\.?\s|[Nn]umber\s|#|[Nn][°º]\s?)?(?P<number>\d{{1,4}}[A-Za-rt-z]?|One|Two|Three|Four|Five|"
    rf"Six|Seven|Eight|Nine){_NOT_BEHIND})"
)
_FREEWAY = re.compile(
    r"\b(?:(?:[Tt]he|[a-z]+bound|and) (?P<ref>\d{2,3} (?P<noun>[Ff]reeway|[Ee]xpressway|[Bb]eltway|Toll Road))\b|"
    r"(?P<toll>\d{3} ETR)\b|(?:[Tt]raffic|[Dd]elays|[Cc]rash|collision|pile-?up|lanes?|gridlock|congestion|stretch|"
    r"drivers?|motorists|drove|driving|chase|[a-z]+bound)\s(?:(?:on|along|of|down|"
    r"up)\s)?(?:the\s)?(?<=the\s)(?P<bare>\d{2,3})(?=[.,;]|\s(?:and|after|before|in|at|near|was|is|through|between|"
    r"north|south|east|west|from|toward|during)\b))"
)
_FREEWAY_NUMBER = re.compile(r"\d\d(?:(?<=the\s\d\d)|\d? (?:[FfEeBb]|Toll|ETR))")
"""In each match of `_FREEWAY`; few texts have one."""
_NEXT_NUMBER = re.compile(
    rf",?\s(?:and|&)\s(?P<ref>\d{{1,4}}[A-D]?){_NOT_BEHIND}(?!\s[a-z]+s\b)|,\s(?P<listed>\d{{1,4}})(?=,\s\d|"
    rf",?\sand\s\d){_NOT_BEHIND}"
)

_NAMED_NOUN = re.compile(
    rf"(?:,? (?:or|and) [A-Z]{{1,3}}{_HYPHENS}?\d{{1,4}})?[\s-](?:{ADJECTIVE}\s){{0,3}}(?P<name>(?:[A-ZÀ-Ž]\w+"
    rf"(?:[-–][A-ZÀ-Ž]\w+){{0,3}}\s){{0,2}}|[A-Z]\w+\sto\s[A-Z]\w+\s)(?:{ADJECTIVE}\s){{0,2}}(?P<noun>{ROAD_NOUNS}|"
    rf"Highway|Road|Motorway|"
    rf"Expressway)\b(?!\s(?:deaths|workers|safety|trip))"
)
_NOUN_BEFORE = re.compile(
    rf"\b(?P<noun>{ROAD_NOUNS})(?:,?\s(?:or|called|designated|numbered|(?:also\s|better\s|"
    rf"officially\s)?known\sas))?,?\s\(?(?:the\s)?$",
    re.IGNORECASE,
)
_NAMED_SERVICE = re.compile(
    r"\b(?:[Bb]us|[Tt]ram|[Tt]rain|[Ff]erry) Route|\d (?:bus|tram|ferry)\b|"
    r"\d (?:is|was|were|has been|will be)\s(?:\w+ly )?(?:diverted|re-?routed|curtailed|cancelled|extended|renumbered)\b"
)
_SERVICE = re.compile(
    r"\b(?:[Bb]us(?:es)?|[Tt]rams?|[Tt]rains?|[Ff]erry|[Cc]oach|[Ss]treetcar|[Tt]rolleybus|[Ss]huttle|[Mm]inibus|"
    r"[Mm]atatu|"
    r"[Mm]arshrutka|[Jj]eepney|[Dd]olmu[sş]|[Dd]ala-?dala|[Tt]ro-?tro|[Dd]anfo|[Mm]inivan|[Cc]olectivo|[Dd]rivers?)\b"
)
_ON_ROAD = re.compile(r"\b(?:[Oo]n|[Aa]long|[Oo]ff|[Nn]ear|[Aa]t|down|up)\s(?:the\s)?$")
_SONG = re.compile(r"\b(?:sings?|sang|singer|songs?|encore|album|lyrics|setlist|guitar\w*|novel|cover of)\b")
_LISTED = re.compile(r"(?:/|-|–|,\s|,?\s(?:and|or|&)\s|\s(?:meets|joins|crosses)\s)(?:the\s)?")

_NOUNS_IN_FULL = {"hwy": "highway", "rte": "route", "rt": "route", "route nationale": "route"}


class _Seen(NamedTuple):
    naming: Naming
    points: int


def numbers(text: str) -> list[Naming]:
    """Return every number of a road in a text, in order, without overlaps.

    Examples
    --------
    >>> [found.ref for found in numbers("The M4 highway and US 101 are shut; he fired his M4 near Route 60.")]
    ['M4', 'US 101', 'Route 60']
    >>> numbers("Print it on A4 paper.")
    []
    """
    seen = _without_overlaps([*_spoken(text), *_signs(text)])
    points = _with_lists(text, seen)
    shown = {_key(one) for one, value in zip(seen, points, strict=True) if value >= BELIEVED}
    doubted = {_key(one) for one, value in zip(seen, points, strict=True) if value <= _CONTRADICTED}
    nouns = {_key(one): one.naming.noun for one in reversed(seen) if one.naming.noun != "road"}
    found = []
    for one, value in zip(seen, points, strict=True):
        key = _key(one)
        least = _PROVEN if key in doubted else _CONTRADICTED + 1 if key in shown else BELIEVED
        if value >= least:
            found.append(one.naming._replace(noun=nouns.get(key, one.naming.noun)))
    return found


def _key(one: _Seen) -> str:
    return road_key(one.naming.ref or "")


def _without_overlaps(seen: Sequence[_Seen]) -> list[_Seen]:
    """Return what was seen in order; of two that overlap the one that starts first, then the longer."""
    kept: list[_Seen] = []
    for one in sorted(seen, key=lambda one: (one.naming.start, -one.naming.end)):
        if not kept or one.naming.start >= kept[-1].naming.end:
            kept.append(one)
    return kept


def _with_lists(text: str, seen: Sequence[_Seen]) -> list[int]:
    """Return the points of each number, where those of a list ("M4 and M5 highways", "M4/M5") share the best."""
    points = [one.points for one in seen]
    for order in (range(1, len(seen)), range(len(seen) - 2, -1, -1)):
        for index in order:
            other = index - 1 if order.step > 0 else index + 1
            left, right = seen[min(index, other)].naming, seen[max(index, other)].naming
            is_near = right.start - left.end < 12 and points[other] >= BELIEVED and points[index] > _CONTRADICTED
            if is_near and _LISTED.fullmatch(text, left.end, right.start):
                points[index] = max(points[index], BELIEVED)
            elif other > index and points[other] <= _CONTRADICTED and _LISTED.fullmatch(text, left.end, right.start):
                points[index] = min(points[index], _CONTRADICTED)
    return points


def _spoken(text: str) -> list[_Seen]:
    """Return what is written as a word and a number: "Highway 1", "the 405 Freeway", "Interstates 80 and 25"."""
    seen = []
    for match in _SPOKEN.finditer(text):
        start, end = match.span("ref")
        noun = singular(match["noun"])
        is_plain = match["noun"][0].islower()
        points = BELIEVED + points_against(text, start, end)
        if not _ON_ROAD.search(text, max(0, start - 12), start) and _SONG.search(text, max(0, start - 60), end + 60):
            points -= BELIEVED
        if noun == "route" and (_SERVICE if is_plain else _NAMED_SERVICE).search(text, max(0, start - 16), end + 30):
            points -= BELIEVED
        if (
            is_plain
            and not match["no"]
            and (
                (noun not in NUMBERED_NOUNS and noun != "route" and not ON.search(text, max(0, start - 24), start))
                or THE.search(text, max(0, start - 10), start)
            )
        ):
            points -= 3
        if is_plain and re.match(r"\s[a-z]+s\b", text[end : end + 20]):
            points -= 2
        noun = _NOUNS_IN_FULL.get(noun.rstrip("."), noun.split()[-1])
        seen.append(_Seen(_naming(text, start, end, noun, first=start, last=end), points))
        while match["noun"].endswith("s") and (more := _NEXT_NUMBER.match(text, end)):
            group = "ref" if more["ref"] else "listed"
            seen.append(_Seen(_naming(text, *more.span(group), noun, first=more.start(group), last=more.end()), points))
            end = more.end()
    for number in _STATE_NUMBER.finditer(text):
        if (state := _STATE.search(text, max(0, number.start() - 32), number.end())) is not None:
            start, end = state.span("ref")
            points = points_for(text, start, end) + points_against(text, start, end)
            seen.append(_Seen(_naming(text, start, end, "highway", first=start, last=end), points))
    for match in _FREEWAY.finditer(text) if _FREEWAY_NUMBER.search(text) else ():
        start, end = match.span("ref" if match["ref"] else "toll" if match["toll"] else "bare")
        noun = singular(match["noun"] or "freeway").split()[-1]
        seen.append(_Seen(_naming(text, start, end, noun, first=start, last=end), BELIEVED))
    return seen


def _signs(text: str) -> list[_Seen]:
    """Return what is written as on signs, letters and a number, with its points."""
    seen = []
    for match in _SIGN.finditer(text):
        start, end = match.span()
        if (
            match["letters"] in ("A", "I")
            and match["join"]
            and match["join"].isspace()
            and not LED_IN.search(text, max(0, start - 24), start)
        ):
            continue
        beside = _NAMED_NOUN.match(text, end, end + 80)
        before = _NOUN_BEFORE.search(text, max(0, start - 40), start)
        is_beside = beside is not None or before is not None
        points = prior(match["letters"], match["join"], is_motorway=text.endswith(")", start, end))
        points += points_for(text, start, end) + points_against(text, start, end, is_beside=is_beside)
        first, last, noun, name = start, end, "road", None
        if beside is not None:
            points, last, noun = points + 5, beside.end(), singular(beside["noun"])
            name = (
                text[beside.start("name") : beside.end()]
                if beside["name"] and not re.search("[-–]| to ", beside["name"])
                else None
            )
        elif before is not None:
            points, first, noun = points + 5, before.start(), singular(before["noun"])
        elif match["letters"] == "I":
            noun = "interstate"
        elif match["letters"] in ("US", "U.S."):
            noun = "highway"
        seen.append(_Seen(_naming(text, start, end, noun, first=first, last=last, name=name), points))
        if match["letters"] in ("I", "US", "U.S.") and (more := _NEXT_NUMBER.match(text, end)):
            group = "ref" if more["ref"] else "listed"
            seen.append(_Seen(_naming(text, *more.span(group), noun, first=more.start(group), last=more.end()), points))
    return seen


def _naming(text: str, start: int, end: int, noun: str, *, first: int, last: int, name: str | None = None) -> Naming:
    return Naming(start, end, first, last, noun, Kind.ROAD, ref=text[start:end], name=name)
