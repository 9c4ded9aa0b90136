"""Names of organisations that hold a place name: "University of Aleppo", "Rapides Parish Fire District"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ..model import Kind, Place, Toponym
from .english import PLACED, words
from .surroundings import governor, is_capitalised

_BODIES = words(
    "academy administration agency army assembly association authority bank board brigade broadcaster bureau caucus "
    "chamber church clinic club coalition college command commission committee confederation congress consortium "
    "constabulary corporation corps council court courts delegation department diocese archdiocese directorate "
    "embassy consulate faculty federation fund force forces foundation front guard gendarmerie guild hospital "
    "infirmary initiative inspectorate institute institution jail laboratory league legion legislature library "
    "ministry mission museum movement navy network observatory office orchestra organisation organization parliament "
    "party patrol police polytechnic registry republicans democrats school schools secretariat seminary senate "
    "service services society symphony syndicate taskforce theatre tribunal trust union university isd survey "
    "observer philharmonic conservatory regiment battalion militia ombudsman cathedral centre center prison "
    "cooperative exchange times post journal herald tribune gazette chronicle courier telegraph examiner bulletin "
    "sentinel inquirer customs archives baptist methodist presbyterian lutheran gardeners rotary"
)
"""Last words of the proper names of public bodies, schools, courts, hospitals and clubs."""
_SEATED = words(
    "hospital centre center university college institute infirmary clinic federal general national medical teaching "
    "royal government specialist central technical district state regional provincial agricultural military"
)
"""All that the name of a body holds which ends with its town behind a comma: "Federal Medical Centre, Lokoja"."""
_CLUBS = words(
    "united city town rovers wanderers athletic albion fc afc rfc cc sc rangers hotspur argyle orient harriers "
    "stanley thistle academical casuals corinthians celtic sharks lions tigers bears bulls bulldogs eagles falcons "
    "hawks wildcats cougars panthers jaguars rams colts broncos cowboys giants jets patriots saints vikings packers "
    "steelers ravens bengals browns texans titans chargers raiders chiefs seahawks cardinals buccaneers dolphins "
    "bills redskins commanders celtics nets knicks lakers clippers warriors suns kings mavericks spurs rockets "
    "grizzlies pelicans timberwolves nuggets blazers jazz thunder hornets heat magic wizards pistons cavaliers "
    "pacers bucks raptors yankees mets phillies braves marlins nationals cubs reds brewers pirates astros angels "
    "athletics mariners dodgers padres rockies diamondbacks royals twins orioles guardians bruins sabres canadiens "
    "senators leafs penguins capitals flyers islanders devils hurricanes predators avalanche stars blues blackhawks "
    "wolves canucks flames oilers ducks rhinos roosters eels storm crusaders highlanders brumbies waratahs sunrisers"
)
"""What follows a city's name in the name of a team."""
_CLUBS_BEFORE = words(
    "fc ac as rc cf cd sd ud rcd ssc sc sv vfb vfl tsv rb real atletico atlético sporting dynamo dinamo lokomotiv "
    "inter bayern borussia eintracht hertha olympique racing deportivo maccabi hapoel beitar partizan zenit spartak "
    "cska"
)
"""What stands before a city's name in the name of a team."""
_BODIES_OF_STATE = words(
    "army navy government parliament senate congress embassy cabinet state supreme military police"
)
"""What a state has one of: an adjective before it says whose it is, as in "Syrian army", in capitals too."""
_NO_BODY = words(
    "street road avenue lane square bridge airport station port province governor gov senator sen rep mayor "
    "president premier minister prime king queen prince secretary ambassador captain mp judge bishop"
)
"""What no body's name goes past: a site, a unit, or the title of a person."""
_FOR_PLACES = words("centre center council committee commission fund foundation ministry department agency institute")
"""Bodies that are for a place rather than of it."""
_OF_NATION = words("sport cricket athletics netball tourism historic radio visit")
"""What stands before a country's name in the name of its body for something: "Cricket Australia"."""

_RUN = re.compile(r"(?:[ \t\xa0](?:[^\W\d_a-zß-öø-ÿ][\w'’&-]{0,30}|and\b|of\b|for\b|&)){1,8}")
"""Capitalised words behind a name, on its line."""
_LOWER_WORD = re.compile(r"(?<!\w)[a-z]{4}")
_LINE = 200
"""Code points of a line that are read around a name."""
_TOWNS = frozenset({Kind.SETTLEMENT, Kind.ADMIN2})
_LINKS = frozenset({"of", "and", "for", "&", "the"})


def begins_a_body(text: str, toponym: Toponym, *, is_demonym: bool) -> bool:
    """Whether the capitalised words behind a name make it the name of an organisation.

    Parameters
    ----------
    text
        The whole document.
    toponym
        The name.
    is_demonym
        Whether it is an adjective, which belongs to "Transport Police" but not to "Army".
    """
    run = _RUN.match(text, toponym.end)
    if run is None:
        return False
    names = [re.split("['’]", name, maxsplit=1)[0].lower() for name in run[0].split()]
    if names[0] == "and" and not text.endswith(("the ", "The "), 0, toponym.start):
        return False
    if is_demonym and names[0] in _BODIES_OF_STATE:
        return False
    for number, name in enumerate(names):
        if name in _NO_BODY or name in ("of", "for"):
            return False
        if name in _BODIES or (name == "district" and number > 0):
            return number < 2 or not _is_headline(text, toponym)
        if name in _CLUBS and number == len(names) - 1:
            return number < 2 and not is_demonym
    return False


def _is_headline(text: str, toponym: Toponym) -> bool:
    """Whether every longer word of the line is capitalised, so that capitals tell nothing."""
    begin, end = max(0, toponym.start - _LINE), min(len(text), toponym.end + _LINE)
    start, stop = text.rfind("\n", begin, toponym.start), text.find("\n", toponym.end, end)
    return _LOWER_WORD.search(text, max(begin, start), stop if stop >= 0 else end) is None


def ends_a_body(before: Sequence[str], place: Place) -> bool:
    """Whether the capitalised words before a name make it the name of an organisation.

    Parameters
    ----------
    before
        Words before the name, nearest first.
    place
        What it means: only towns have clubs, only countries have a "Cricket Australia".
    """
    if not before:
        return False
    if before[0] == ",":
        name = [word.lower() for word in takewhile(is_capitalised, before[1:])]
        return place.kind in _TOWNS and len(name) > 1 and _SEATED.issuperset(name)
    if is_capitalised(before[0]):
        return _is_first_word(before[0].lower(), place) or (
            before[0].lower() in _BODIES and len(before) > 1 and is_capitalised(before[1])
        )
    at = 1 if before[0] == "the" and len(before) > 1 else 0
    return _belongs_to_a_body(before, at)


def _is_first_word(word: str, place: Place) -> bool:
    """Whether a capitalised word right before a place is the first of a name: "Real Madrid", "Cricket Australia"."""
    return (place.kind in _TOWNS and word in _CLUBS_BEFORE) or (place.kind is Kind.COUNTRY and word in _OF_NATION)


def _belongs_to_a_body(before: Sequence[str], at: int) -> bool:
    """Whether the preposition here joins the name to a body: "Bank of England", "University of Texas at Austin"."""
    joint, name = before[at].lower(), before[at + 1 :]
    if joint not in ("of", "for", "at") or not name or not is_capitalised(name[0]):
        return False
    held = {word.lower() for word in takewhile(lambda word: is_capitalised(word) or word in _LINKS, name)}
    if joint == "for":
        return name[0].lower() in _FOR_PLACES
    if joint == "at":
        return "of" in held and "university" in held
    if not held.isdisjoint(("city", "town", "borough")):
        outside = governor(before, at + 2, in_list=False)
        return outside >= len(before) or before[outside].lower() not in PLACED
    return not held.isdisjoint(_BODIES)
