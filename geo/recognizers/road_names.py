"""Proper names of roads, railways, pipelines and fronts: "Karakoram Highway", "Nord Stream", "Blue Line".

"Highway" in a name is enough. "Road" is not, for streets are called so: the text must speak of it as of a road of war
or disaster, or call it "the ... Road".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model import Kind, Toponym
from .road_foreign import foreign_names
from .road_points import happens_to
from .road_words import ADDRESS, BODY, HARD_EVENT, NO_PAIR, PLACE_PAIR, RAIL_TALK, Naming, kind_of, singular
from .spans import touching

_LONGEST_NAME = 60
_WORD = (
    r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'‘.]*(?:[-–‑](?:[A-ZÀ-ÖØ-Þ][\w’'‘]*|al|el|ad|ed|as|ar|an|at|to|e|"
    r"de)(?=[-–‑\s]))*(?:[-–‑][\w’'‘]+)*)"
)
_PARTICLED = rf"(?:(?:al|el|ad|as|ar|an|at|es|ul)[-–‑]{_WORD})"
_PARTICLED_AT = re.compile(_PARTICLED)
_PARTICLE = r"(?:al|el|ad|ed|bin|ibn|de|du|des|la|da|do|dos|del|di|von|van|of|the|e)"
_BEFORE = re.compile(
    rf"(?:{_WORD}|{_PARTICLED})(?:\s(?:{_WORD}|{_PARTICLED}|{_PARTICLE}))*\s(?P<sort>(?:(?:toll|ring|trunk|gas|oil|"
    rf"crude|main|desert|coast|coastal|high-speed|standard-gauge|narrow-gauge|freight)\s){{0,2}})$"
)
_CUT = re.compile(
    r".*(?:\b(?:of|on|for|to)\sthe|(?<!\b[Kk]ing)(?<!\b[Qq]ueen)(?<!\b[Dd]evil)[’']s?|"
    r"(?<!\bSt)(?<!\bMt)(?<!\bDr)(?<!\bGen)(?<!\bJr)(?<!\bCol)(?<!\b[A-Z])\.)\s",
    re.DOTALL,
)
_OPENING = frozenset(
    "the a an this that these those on in at to from near along of and but or for with by off as where when while "
    "after before police reopen reopened close closed avoid take its his her their our another each every two three "
    "both eastbound westbound northbound southbound then meanwhile".split()
)
_GENERIC = frozenset(
    "the national state federal county us usa u.s interstate provincial international main major trunk old new toll "
    "ring service access strategic dual district municipal public private local urban rural ministry supply railway "
    "rail railroad gas oil".split()
)
"""Words that alone before a noun make no name."""
_NO_ROADS = frozenset(
    "silk,belt and,abbey,rocky,tobacco,yellow brick,information,off,on the,high,rail,rocky mountain,digital,one,"
    "underground".split(",")
)
"""What is called a road and lies nowhere."""
_STRONG = frozenset(
    "highway motorway expressway freeway turnpike autobahn causeway interstate bypass beltway tollway "
    "superhighway".split()
)
_QUOTES = frozenset("\"'“”‘’«»")
_ROAD_ENOUGH = 2
_TELLING = frozenset(
    "old great grand ring trunk airport ocean coast coastal desert military circular bypass supply".split()
)
_WELL_KNOWN = frozenset(
    "semmering arlberg lötschberg loetschberg fréjus frejus bernina albula bolan turksib konkan chuya volga ural kama "
    "tavrida caspian benguela sena djurdjura atlas rhodope karst jura dovre bergen ofoten baikal-amur karakoram pamir "
    "kolyma khyber hejaz hijaz tazara druzhba yamal yamal-europe keystone burma stuart hume brenner "
    "gotthard tauern salang lena ussuri amur simplon".split()
)
"""Places after which a line is called that does not lead there."""
_PASS = re.compile(r"\b(?:Pass|Tunnel|Valley|Canyon|Gorge)\s$")
_JOIN = re.compile(r"[-–—‑]|\sto\s")
_HALF_PAIR = re.compile(rf"{NO_PAIR}[A-Z][\w’']+[-–‑][A-Z][\w’']+\s(?:\w+\s)?")
_ARABIC = re.compile(r"\b(?:al|el|ad|as|ibn|bin)\b|\b(?:Al|El|Ad)-")
_NATURE = re.compile(
    r"\b(?:land|mud|rock)(?:slides?|slips?|falls?)\b|\b(?:boulders|avalanches?|washouts?|lava|wildfire|typhoon|cyclone|"
    r"floodwaters)\b",
    re.IGNORECASE,
)
_WORK = re.compile(r"\b(?:film|movie|novel|song|album|book|play|series|band|show|magazine)\s$")
_COLOUR = re.compile(r"\b(?:Blue|Green|Red|Purple|Orange|Yellow|Gold|Silver|Pink|Brown)\s$")
"""Lines of the trains of a city."""
_GOES_ON = re.compile(
    r"\s(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|North|"
    r"South|"
    r"East|West|Near|At|In|On|After|Between|From|To|Before|Amid|As|And|Over|Is|Was|Are|Has|Re-?open|Closed|Shut|Cut|"
    r"Block|"
    r"Crash|Flood|Bridge|Tunnel|Toll|Kill|Traffic|Exit|Junction|Ramp|[A-Z]\w+ing\b)[A-Z][a-z]+"
)
"""What makes a name part of a longer one, that of a firm or a building."""
_IN_BRACKETS = re.compile(r",?\s\(?[A-Z]{1,3}-?\d{1,4}\b")
_NEAR_PLACE = re.compile(r"\s(?:near|outside|towards?|past|(?:north|south|east|west)(?:-?(?:east|west))?\sof)\s[A-Z]")
_BETWEEN = re.compile(
    r"(?![^.;,]{0,70}\b(?:Lane|Street|Drive|Avenue|Boulevard|St|Ave|Dr|Court|Road|(?i:avenues|streets|roads)|"
    r"\d+th)\b)[^.;,]{0,30}\s(?:between|from)\s(?:the\s)?[A-Z][\w’' -]{1,30}\s(?:and|to)\s(?:the\s)?[A-Z]"
)
_INSIDE = re.compile(r"\b(?:[Ii]n|[Aa]t|[Oo]utside)\s$")

_BARE = re.compile(
    r"\b(?=[A-Z])(?:(?P<pipeline>Nord Stream(?: [12]\b)?|Turk ?Stream|Balkan Stream|Blue Stream|South Stream|"
    r"Power of Siberia(?: 2\b)?|"
    r"Keystone XL|Baltic Pipe|Medgaz|Green ?[Ss]tream|Langeled|TANAP|Balticconnector|"
    r"(?<=[Tt]he )(?:SOTE|ESPO|TAPI)|(?<=[Tt]he )Druzhba(?! (?:[a-z]+ )?pipe)(?! [A-Z]))|"
    r"(?P<numbered>Line \d{1,2}(?= (?:oil )?pipeline))|(?P<front>Line of (?:Actual )?Control|Line of Contact|"
    r"Military Demarcation Line|Northern Limit Line|Armistice Demarcation Line)|(?P<border>Durand Line|McMahon Line|"
    r"Radcliffe Line|Oder[-–]Neisse [Ll]ine|Curzon Line)|(?P<coloured>(?:Alpha|Bravo) [Ll]ine|(?:Blue|Green|Purple|"
    r"Yellow|Attila) Line))\b(?P<noun>(?: gas)? pipelines?\b)?(?! (?:AG|station|trains?|trolleys?))"
)
_CEASEFIRE = re.compile(
    r"\b(?:UNIFIL|UNFICYP|UN|U\.N\.|United Nations|peacekeepers?|buffer zone|Lebanon|Lebanese|Israeli?|Cyprus|"
    r"Cypriots?|Nicosia|Hezbollah|Hizbullah|Golan|UNDOF|cease-?fire|armistice|demarcation|Gaza|withdraw\w*)\b"
)
_UNDERGROUND = re.compile(
    r"\b(?:tube|underground|metro|subway|trolleys?|trams?|MBTA|CTA|light rail|transit|TfL|Transport for London|MRT|"
    r"LRT)\b",
    re.IGNORECASE,
)
_CITY_RAIL = re.compile(
    r"\b(?:trolleys?|trains?|stations?|subway|metro|MBTA|CTA|commuters?|platform|transit|light rail|tram|passengers|"
    r"riders)\b",
    re.IGNORECASE,
)


def names(text: str, nouns: Sequence[re.Match[str]], places: Sequence[Toponym]) -> list[Naming]:
    """Return every line that a text calls by a proper name, in order, without overlaps.

    Parameters
    ----------
    text
        The text.
    nouns
        Its words for lines, as `geo.recognizers.road_words.nouns` gives them.
    places
        Its place names, in order: a place before a word in lower case tells where a road goes, not what it is called.

    Examples
    --------
    >>> from geo.recognizers.road_words import nouns
    >>> text = "On the Karakoram Highway, from Abbey Road to Nord Stream 2"
    >>> [found.name for found in names(text, nouns(text), [])]
    ['Karakoram Highway', 'Nord Stream 2']
    """
    found = [*_bare(text), *foreign_names(text), *_with_noun(text, nouns, places)]
    kept: list[Naming] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _bare(text: str) -> list[Naming]:
    """Return the lines whose name alone says what they are."""
    found = []
    for match in _BARE.finditer(text):
        start, end = match.span()
        around = text[max(0, start - 300) : end + 300]
        if match["coloured"]:
            if not _CEASEFIRE.search(around) or _CITY_RAIL.search(around):
                continue
            end = match.end("coloured")
        elif not (match["pipeline"] or match["numbered"]):
            end = match.start("noun") if match["noun"] else end
        kind = (
            Kind.PIPELINE if match["pipeline"] or match["numbered"] else Kind.BORDER if match["border"] else Kind.FRONT
        )
        noun = "pipeline" if kind is Kind.PIPELINE else "line"
        found.append(Naming(start, end, start, end, noun, kind, name=text[start:end]))
    return found


def _with_noun(text: str, nouns: Sequence[re.Match[str]], places: Sequence[Toponym]) -> list[Naming]:
    """Return the names that end in a word for a line."""
    found = []
    for noun in nouns:
        kind = kind_of(noun)
        if noun.group().lower() in ("line", "lines") and not _is_rail_line(text, noun):
            continue
        if kind not in (Kind.ROAD, Kind.RAILWAY, Kind.PIPELINE):
            continue
        start = _name_start(text, noun.start())
        if start is None:
            continue
        end = noun.end()
        words = text[start : noun.start()].split()
        if _is_name(text, (start, noun.start(), end), words, kind, places):
            found.append(Naming(start, end, start, end, singular(noun.group()).split()[-1], kind, name=text[start:end]))
    return found


def _is_rail_line(text: str, noun: re.Match[str]) -> bool:
    """Return whether a "Line" in capitals is a railway's: trains run on it, but not those of a city."""
    around = text[max(0, noun.start() - 120) : noun.end() + 80]
    return (
        _is_line_of_trains(text, noun.start())
        and RAIL_TALK.search(around) is not None
        and _UNDERGROUND.search(around) is None
        and _COLOUR.search(text, max(0, noun.start() - 8), noun.start()) is None
    )


def _is_line_of_trains(text: str, noun: int) -> bool:
    if text.startswith("Line", noun):
        return True
    word = text[max(0, noun - 24) : noun].split()[-1:]
    return bool(word) and word[0].lower() in _WELL_KNOWN


def _name_start(text: str, noun: int) -> int | None:
    """Return where the capitals before a noun begin, without the words that only open a sentence."""
    left = max(0, noun - _LONGEST_NAME)
    before = _BEFORE.search(text, left, noun)
    if before is None:
        return None
    start = before.start()
    cut = _CUT.match(text, start, noun)
    start = cut.end() if cut else start
    while start < noun:
        word, _, _ = text[start:noun].partition(" ")
        if word.lower().rstrip(".") not in _OPENING:
            break
        start += len(word) + 1
    return start if start < noun and (text[start].isupper() or _PARTICLED_AT.match(text, start)) else None


def _is_name(
    text: str, bounds: tuple[int, int, int], words: Sequence[str], kind: Kind, places: Sequence[Toponym]
) -> bool:
    start, noun_start, end = bounds
    plain = [word.lower().rstrip(".") for word in words]
    noun = text[noun_start:end]
    if singular(noun) == "route" and "supply" not in plain:
        return False
    if all(word in _GENERIC for word in plain) and not (
        noun[0].isupper() and len(plain) == 1 and plain[0] in _TELLING - {"old"}
    ):
        return False
    if _WORK.search(text, max(0, start - 16), start):
        return False
    if text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES:
        return False
    if (
        " ".join(plain) in _NO_ROADS
        or BODY.match(text, end, end + 24)
        or (noun[0].isupper() and _GOES_ON.match(text, end, end + 24))
        or ADDRESS.search(text, max(0, start - 24), start)
    ):
        return False
    if noun.endswith("s") and kind is not Kind.RAILWAY:
        return False
    is_own = "main" in noun.lower() or (kind is Kind.PIPELINE and noun[0].isupper()) or plain[0] in _WELL_KNOWN
    if not is_own and _is_pair(text, start, noun_start, places):
        return False
    is_capital = noun[0].isupper()
    if not is_capital and not _is_called(text, bounds, places):
        return False
    if kind is Kind.RAILWAY:
        return _follows_the(text, start) or not is_capital
    if kind is Kind.PIPELINE or singular(noun) in _STRONG or not is_capital or plain[-1] == "toll":
        return True
    return _road_points(text, start, end, plain) >= _ROAD_ENOUGH


def _is_called(text: str, bounds: tuple[int, int, int], places: Sequence[Toponym]) -> bool:
    """Return whether capitals before a noun in lower case are its name: "the Trans-Java toll road"."""
    start, noun_start, end = bounds
    within = touching(places, start, noun_start)
    covered = sum(min(place.end, noun_start) - max(place.start, start) for place in within)
    letters = noun_start - start - 1
    first = text[start : noun_start - 1].partition(" ")[0].lower()
    is_initials = text[start : noun_start - 1].isupper()
    is_covered = covered >= letters - 1 and not is_initials and not _PASS.search(text, start, noun_start)
    if PLACE_PAIR.fullmatch(text, start, end):
        return False
    if is_covered and first not in _WELL_KNOWN and text[noun_start:end].lower() != "railway":
        return False
    if singular(text[noun_start:end]) == "route":
        return False
    return _follows_the(text, start)


def _is_pair(text: str, start: int, end: int, places: Sequence[Toponym]) -> bool:
    """Return whether the capitals before a noun are two places and no name: "Addis Ababa-Djibouti Railway"."""
    within = touching(places, start, end)
    if len(within) == 1:
        return text[end].islower() and _HALF_PAIR.fullmatch(text, start, end) is not None
    return bool(within) and _JOIN.search(text, within[0].end, within[-1].start) is not None


def _follows_the(text: str, start: int) -> bool:
    return text[max(0, start - 4) : start].lower() == "the "


def _road_points(text: str, start: int, end: int, plain: Sequence[str]) -> int:
    """Return how much speaks for a road rather than a street."""
    left = max(0, start - 80)
    points = 2 if _follows_the(text, start) else 0
    points += 1 if text[max(0, start - 3) : start] in ("'s ", "’s ") else 0
    points += 1 if text[end - 7 : end].lower() == "parkway" else 0
    points += 1 if _ARABIC.search(text, start, end) else 0
    is_telling = bool(_TELLING.intersection((plain[0], plain[-1]))) and not {"inn", "hotel"}.intersection(plain)
    points += 1 if is_telling else 0
    points -= 2 if _INSIDE.search(text, left, start) else 0
    around = text[left:start] + text[end : end + 80]
    points += min(2, len({match.group() for match in HARD_EVENT.finditer(around)}))
    points += 1 if _NATURE.search(around) else 0
    points += _ROAD_ENOUGH + 1 if _IN_BRACKETS.match(text, end) else 0
    points += _ROAD_ENOUGH + 1 if _BETWEEN.match(text, end, end + 100) else 0
    points += 1 if _NEAR_PLACE.match(text, end) else 0
    points += 1 if happens_to(text, end) else 0
    return points if is_telling or HARD_EVENT.search(around) else points - 1
