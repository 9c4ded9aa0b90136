"""What speaks for a number being that of a road, and what against it, in points."""

from __future__ import annotations

import re

from ..names import road_key
from .road_words import ACTS, ADDRESS, ELSEWHERE, OWNER, ROAD_EVENT, THING

BELIEVED = 3
"""Points from which a number is a road."""
_DOUBTED = -3
"""Points of letters that something else has: only a word for a road beside them makes up for it."""
_EVENT_CHARS = 70
_UNDERGONE = 3
"""Points for what only a road undergoes: "was closed", "northbound"."""

_STRONG_LEAD = re.compile(
    r"\b(?:(?:along|via|off|onto)\s(?:the\s)?|(?:on|down|up|across|over)\sthe\s)(?:(?:[a-z]+bound|whole|entire)\s)?$",
    re.IGNORECASE,
)
ON = re.compile(
    r"\b(?:on|onto|of|for|in|into|beside|alongside|between|and|near|at|from|to|towards?|by|with|across|over|"
    r"down|up|under|underneath|beneath|below|above|behind|past|beyond|about|around|astride|hold|held|use|took|"
    r"take|left|leave|crossed|cut|both|Both|On|Along|Off|Via|Near|Over|Under|Beside|From|Between)\s(?P<the>the\s)?"
    r"(?:(?:[a-z]+bound|whole|entire)\s)?$"
)
THE = re.compile(r"\b[Tt]he\s(?:[a-z]+bound\s)?$")
LED_IN = re.compile(rf"{ON.pattern}|{THE.pattern}")
_PAIR_BEFORE = re.compile(r"[A-Z]\w+[-–][A-Z]\w+\s$")
_ROAD_ON = re.compile(
    r"\b(?:traffic|delays?|crash(?:es)?|accidents?|collisions?|queues?|driving|drivers|motorists|congestion|pile-?up|"
    r"checkpoints?|ambush(?:ed)?|tailbacks|roadworks|lanes|stretch|junction|cars?|lorr(?:y|ies)|bus(?:es)?|vehicles?|"
    r"convoys?|trucks?|overturned|crashed|travell?ing)\s(?:[a-z]+\s)?(?:on|along|of)\s(?:the\s)?(?:[a-z]+bound\s)?$",
    re.IGNORECASE,
)
_DEED = re.compile(
    r"\b(?:rerout\w*|fenc(?:e|ed|ing)|moderni[sz]\w*|leav(?:e|es|ing)|rejoin\w*|straddl\w+|bridges?|spann?(?:ing|ed|"
    r"s)?|bridge carrying|parallel to|lin(?:e|es|"
    r"ing)|swept across|spill\w* (?:across|onto)|lead\w* to|open(?:ed|ing|s)|obstruct\w*|bombed|bombing|cordon\w* off|"
    r"widening|dual\w*|pav(?:e|ed|ing)|tarring|upgrad\w+|rebuil\w+|restor\w+|salted|gritt\w+|flood(?:ed|ing)|swamp\w*|"
    r"engulf\w*|bisect\w*|skirt\w*|rejoining|reaching|occup(?:y|ied|ying)|hurtl\w+ (?:down|along)|"
    r"clos\w+|cut\w*|block\w*|reopen\w*|shell\w*|secur\w+|cross\w*|left|hold|held|shut|blockade of|stretch of|"
    r"section of|part of|lanes? of|side of|south of|north of|east of|west of|use|using|took|mined|verges of|towards|"
    r"reached?|meets|controls?|controlled|crack\w*|jump\w*|patrol\w*|lined|damaged|mining|buried|severed|submerged|"
    r"inundated|swamped|washed (?:out|away)|cleared|clearing|repair\w*|widen\w*|resurfac\w*|clogged|choked|disrupted|"
    r"snarled|barricad\w+|picketed|avoid|rejoined|use only|drive|drove|rode|walked|hitched|retook|seized|hit|struck|"
    r"reach(?:ed|able) (?:only )?by|accessible (?:only )?by|pounded|targeted|plough\w*|mire\w*|clear|guard\w*|watch\w*|"
    r"split\w*)\s(?:the\s)?$",
    re.IGNORECASE,
)
_BE = (
    r"(?:(?:(?:is|was|are|were|has|had|have|will|would|could|can|may|might|must|should)(?:\snot|n[’']t)?|(?:is|was|has|"
    r"had)\s(?:\w+\s)?(?:expected|due|likely|set|said|reported|believed|yet)\sto)(?:\s(?:be|been|being|become|"
    r"remain(?:ed)?|"
    r"stay(?:ed)?))?|remain(?:s|ed)?|stay(?:s|ed)?|lies|lay|stood|stands|became|becomes|got|gets|looked|"
    r"looks)\s(?:(?!the\s|"
    r"a\s)[a-z]+\s)?"
)
"""Any form of to be or to become, with an adverb."""
_STATES_OF_ROADS = (
    r"(?:cut|closed|blocked|re-?opened|shut|open(?:ed)?|flooded|water-?logged|passable|impassable|shelled|bombed|mined|"
    r"congested|gridlocked|jammed|dangerous|treacherous|slippery|foggy|snow-?bound|snowed|damaged|down to|reduced to|"
    r"at a "
    r"standstill|under (?:a|\d|water|mud|snow|repair|fire|construction)|icy|sealed|barred|barricaded|choked|clogged|"
    r"severed|"
    r"submerged|inundated|washed|swept|swamped|littered|strewn|lined with|lit by|buried|covered|blown up|cleared|"
    r"cratered|"
    r"cracked|widened|resurfaced|repaired|rebuilt|paved|tarred|gritted|ploughed|plowed|salted|upgraded|dualled|"
    r"restricted|"
    r"one-way|single-lane|undermined|eroded|backed up|full of|cordoned|out of use|usable|unusable|unsafe|off[- ]limits|"
    r"part-closed|obstructed|deserted|busiest|accessible|crossed|watched|patrolled|collapsed|subsided|buckled|frozen)"
)
_UNDERGOES = re.compile(
    r"(?:\s(?:to|in|at|near|from|outside|between|towards?|over|through|past|north of|south of|east of|west of)\s"
    rf"[A-Z][\w’' -]{{2,30}})?\s(?:{_BE}{_STATES_OF_ROADS}|links|connects|ties|joins|runs|leads|skirts|hugs|"
    r"crosses|winds|snakes|climbs|descends|bypasses|collapsed|crumbled|subsided|buckled|(?:will |would |can |could |"
    r"to )?"
    r"re-?open(?:s|ed)?|(?:closed|shut|blocked|flooded|CUT)(?!\s(?:its|his|their|the|a)\b)|gridlocked|slid|"
    r"claimed (?:\w+ ){1,4}lives|gave way|caved in|"
    r"sank|froze|iced over|came to a (?:halt|standstill)|ground to a halt|traffic|crash|pile-?up|accident|tailbacks?|"
    r"roadworks|"
    r"closures?|chaos|delays|queues|CLOSED|BLOCKED|REOPENS?|SHUT|(?:north|south|east|west)bound|(?:anti)?clockwise|"
    r"junctions?|"
    r"(?:at|between)\s(?:J\d|junctions?|kilomet(?:re|er)|milepost|mile|km|exits?))\b"
)
_BEHIND = re.compile(
    r"\s(?:linking|connecting|meets?|joins|through|over|under|northbound|southbound|eastbound|westbound|clockwise|"
    r"anticlockwise|junctions?|interchange|exit|toll|bridge|overpass|underpass|tunnel|intersection|turnoff|on-ramp|"
    r"off-ramp|corridor|between|near|at|from|outside|west|east|north|south|in|reopened|past|towards?)\b|,\s(?:the|"
    r"which)\b|[’']s\s(?:\w+\s)?(?:shoulder|carriageway|closure|reopening|lanes?|junctions?|surface|bridges?|"
    r"tunnels?)\b"
)
_LINKED_PAIR = re.compile(
    r"\sfrom\s[A-Z][\w’' -]{2,30}\sto\s[A-Z]|\s?\([A-Z][\w’' ]+[–-][A-Z]|\sbetween\s[A-Z][\w’' -]{2,30}\sand\s[A-Z]|"
    r",\s(?:which|that)\s(?:links|ties|connects|"
    r"joins)\b"
)
"""What tells the two ends, right behind a number."""
_AT_PLACE = re.compile(
    r"\s(?:near|outside|towards?|past|through|beyond|beside|(?:north|south|east|west)(?:-?(?:east|west))?\sof)\s[A-Z]"
)
_TRAINS_ON = re.compile(
    r"\b(?:[Tt]rains?|[Tt]rams?|[Mm]etro|[Ss]ubway|[Ss]ervices?|[Ss]tations?) (?:on|of|along) (?:the )?$"
)
_CALLED = re.compile(
    r"\s(?!(?:North|South|East|West|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)|[A-Z]\w+[-–])[A-Z][a-z]+s?(?=\s[a-z]|[.,;])"
)
"""What makes of a number the model of a thing: "V-22 Osprey"."""
_ONE_OF_MANY = re.compile(r"\b(?:an?|another|one|new|two|three|four|five|six|several|dozens of|some|many)\s$")
"""What stands before one of many things, which no road is."""
_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA ID IL IA KS KY LA MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OK OR PA RI SC SD TN "
    "TX UT VT VA WA WV WI WY".split()
)
_DISTINCT = frozenset("SR FM RM RN RNIE NH NR SH MEX PTH RR QL IH".split())
"""Letters that hardly anything but roads has."""
_USUAL = frozenset("US CR BR AH AP DN SS SP RD RP PR FR TH DK DW EN PE TF GC CV MG PY".split())
_OTHERS = frozenset(
    "J U V BMP BTR BRDM AK KA TU AN RPG ZSU BM KC MQ RQ UH CH AIM AGM GBU PAC KH SU SA MP TB GP".split()
)
"""Letters that junctions, weapons, vehicles and aircraft have."""
_LETTERED = frozenset("A AP B BR C D E G H I K L M N P Q R S T".split())
_NOTORIOUS = frozenset(
    "M23 M19 G4 G7 G8 G10 G20 G77 V4 E3 E7 E10 K2 N95 M16 U2 K9 A300 A310 A320 A321 A330 A340 A350 A380 A400 "
    "C17 C130 B29 B52 B61 F1 F14 F15 F16 F18 F22 F35 S200 S300 S400 S500 M31 M87 M777 M142 M270 M109 M113 M249 "
    "D3 D30 B12 SR71 AH64 SH60 NH90 IL76 T55 T62 T64 T72 T80 T90 T14 PC24 PL15 MS13 AR15 P51 Q1 Q2 Q3 Q4 "
    "CR7 BB8 CO2 PM10 M1A1 M1A2 HR1".split()
)
"""Keys of what news calls so far more often than a road of that number."""
_QUOTES = frozenset("\"'“”‘’«»")


def prior(letters: str, join: str | None, *, is_motorway: bool) -> int:
    """Return the points of the letters themselves: nothing but roads is called "I-95", hardly anything "NH 44"."""
    bare = letters.replace(".", "")
    if is_motorway or (bare == "I" and join and not join.isspace()):
        return BELIEVED
    if bare in _DISTINCT:
        return 2
    if bare in _USUAL:
        return 2 if bare == "US" and join and not join.isspace() else 1
    if bare in _OTHERS:
        return _DOUBTED
    if bare == "I" and not join:
        return 2
    if bare in _STATES or letters.endswith("."):
        return 1 if join else 0
    if bare in _LETTERED:
        return 0 if join is None or not join.isspace() else -1
    return 0 if len(bare) > 1 and not (join and join.isspace()) else -1


def happens_to(text: str, end: int) -> bool:
    """Return whether what ends there undergoes what only a road does: "was closed", "northbound"."""
    return _UNDERGOES.match(text, end, end + 90) is not None


def points_for(text: str, start: int, end: int) -> int:
    """Return the points for a road: how it is led in, what follows, and what happens around it."""
    left = max(0, start - 40)
    lead = 0
    if _ROAD_ON.search(text, left, start):
        lead = 4
    elif _STRONG_LEAD.search(text, left, start):
        lead = 3
    elif (on := ON.search(text, left, start)) is not None:
        lead = 2 if on["the"] and not on.group().startswith(("in ", "and ")) else 1
    elif THE.search(text, left, start):
        lead = 1
    elif _PAIR_BEFORE.search(text, left, start):
        lead = 2
    if _DEED.search(text, max(0, start - 26), start):
        lead += 2
    behind = _UNDERGONE if happens_to(text, end) else 1 if _BEHIND.match(text, end, end + 60) else 0
    if _LINKED_PAIR.match(text, end, end + 80) or (lead and _AT_PLACE.match(text, end, end + 40)):
        behind = max(behind, 2)
    if lead + behind == 0:
        return 0
    around = (text[max(0, start - _EVENT_CHARS) : start] + " " + text[end : end + _EVENT_CHARS]).lower()
    if behind < _UNDERGONE and ELSEWHERE.search(around):
        behind -= 2 if lead > 2 else 3
    if not lead:
        return behind
    happens = min(2, len(set(ROAD_EVENT.findall(around))))
    return lead + behind + happens


def points_against(text: str, start: int, end: int, *, is_beside: bool = False) -> int:
    """Return the points against a road, 0 or less; a word for a road beside the number speaks for itself."""
    points = 0
    if not is_beside and road_key(text[start:end]) in _NOTORIOUS:
        points -= 3
    if (not is_beside and THING.match(text, end, end + 40)) or (
        ACTS.match(text, end, end + 40) and not ON.search(text, max(0, start - 24), start)
    ):
        points -= 6
    if not is_beside and _ONE_OF_MANY.search(text, max(0, start - 12), start):
        points -= 6
    if not is_beside and _CALLED.match(text, end, end + 30):
        points -= 2
    if _TRAINS_ON.search(text, max(0, start - 24), start):
        points -= 6
    if OWNER.search(text, max(0, start - 30), start):
        points -= 6
    if ADDRESS.search(text, max(0, start - 24), start):
        points -= 6
    if text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES:
        points -= 6
    return points
