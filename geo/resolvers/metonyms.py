"""Names that stand for a government, a team, a market or a people: "Moscow said", "France beat Brazil".

A name is one if it does what only somebody with a will does, or if somebody is treated so by the words that govern it.
`geo.resolvers.english` has the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ..model import Kind, Place, Toponym
from . import english
from .surroundings import TOKEN, governor, is_capitalised, next_words

_POSSESSIVE = re.compile(r"['’]s\b|['’](?=\s)")
_HYPHENATED = re.compile(r"[-‑–](\w{1,20})")
_RESULT = re.compile(r"\s(?:\d{1,3}\s?[-–]\s?\d{1,3}\s+(?=[A-Z])|\d\s(?=[A-Z]\w{1,30}(?:\s[A-Z]\w{1,30})?\s\d\b))")
"""The score behind a team: "Leeds 2-1 Burnley", "Leeds 2 Burnley 1"."""
_NAME = r"(?:the\s)?[A-Z][\w.’'-]{0,30}(?:\s(?:of\s)?[A-Z][\w.’'-]{0,30}){0,3}"
_LIST = re.compile(rf"(?:,\s{_NAME}){{0,8}},?\s(?:and|or|nor|&)\s{_NAME}")
"""The others of a list that a name begins or continues: ", Niger and Burkina Faso"."""
_ASIDE = re.compile(r",\s[a-z(][^,.;:!?\n]{2,90},(?=\s)")
"""What stands between commas behind a name: ", for its part,"."""
_PREDICATE = 80
"""Code points in which the verb that counts is looked for."""
_STATES = frozenset({Kind.COUNTRY, Kind.CONTINENT, Kind.ADMIN1})
_TOWNS = frozenset({Kind.SETTLEMENT, Kind.ADMIN2, Kind.REGION})
_SEAT_CODES = frozenset({"PPLC", "PPLA", "PPLG"})
_VERBS_OF_STATES = english.ACTS | english.PLAYS
_VERBS_OF_TOWNS = english.DECIDES | english.PLAYS_ANYWHERE
_CLOSING = english.CLOSING | (english.ACTS - english.BASES)
_BE = english.words("is are was were be been being")
_ASKING = english.words("will would can could should must did does")
_MODALS = english.words("must should")
_QUOTES = frozenset("\"“'‘")


def is_metonym(text: str, toponym: Toponym, place: Place, before: Sequence[str]) -> bool:
    """Whether a name stands for somebody.

    Parameters
    ----------
    text
        The whole document.
    toponym
        The name.
    place
        What it means. Countries, first-level units and seats of government act more readily than other towns; the rest
        of the Earth does not.
    before
        Words before the name, nearest first.
    """
    is_seat = toponym.text.casefold() in english.SEATS
    is_state = is_seat or place.kind in _STATES or place.feature_code in _SEAT_CODES
    if (hyphenated := _HYPHENATED.match(text, toponym.end)) is not None:
        return hyphenated[1] in english.DONE_BY_STATES
    if text.endswith("-", 0, toponym.start) or not (is_state or place.kind in _TOWNS):
        return False
    if (possessive := _POSSESSIVE.match(text, toponym.end)) is not None:
        owned = english.OF_GOVERNMENT if place.is_capital or is_seat else english.OF_ACTOR
        return not owned.isdisjoint(next_words(text, possessive.end()))
    listed = _LIST.match(text, toponym.end) is not None
    if _goes_with_the_name_before(before, is_listed=listed):
        return False
    at = governor(before, 0, in_list=listed)
    governing = [word.lower() for word in before[at : at + 6]]
    following = next_words(text, toponym.end)[:1]
    if _RESULT.match(text, toponym.end) or not english.OF_TEAM.isdisjoint(following):
        return True
    if governing and (listed or _stands_alone(following)):
        if _meets_a_team(governing) or (is_state and _is_addressed(governing)):
            return True
        if is_state and governing == ["for"] and text.startswith(",", toponym.end):
            return True  # A sentence begins with whom it is about: "For Georgia, the news is mixed".
    if governing and is_state and _is_asked(governing[0], following):
        return True
    if governing and (governing[0] in english.PLACED or governing[:2] == ["as", "such"]):
        return False
    return is_seat or _acts(text, toponym.end, is_state=is_state, is_listed=listed or at > 0)


def _goes_with_the_name_before(before: Sequence[str], *, is_listed: bool) -> bool:
    """Whether a name says where another is, or is the last word of one: "Oxnard, California", "Radio Free Asia"."""
    if before[:1] != [","]:
        run = [word.lower() for word in takewhile(is_capitalised, before)]
        return len(run) > 1 and english.DATES.isdisjoint(run[:2])
    run = [word.lower() for word in takewhile(is_capitalised, before[1:])]
    # "In Geneva, Iran agreed": the first place is where, the second who.
    return bool(run) and not is_listed and run[0] not in english.DATES and english.PLACED.isdisjoint(run[1:])


def _stands_alone(following: Sequence[str]) -> bool:
    """Whether a phrase ends with the name, so that it does not only say whose the next word is: "US officials"."""
    return all(word in _CLOSING or word.endswith("ed") or word[0].isdigit() for word in following)


def _meets_a_team(governing: Sequence[str]) -> bool:
    """Whether the word that governs a name, with those before it, treats it as a team."""
    word, further = governing[0], governing[1:4]
    if word in ("v", "vs", "versus") or word in english.DEFEATED:
        return True
    if word == "to":
        return not english.LOSES.isdisjoint(further[:1]) and "been" not in further
    return word in ("over", "for", "with", "against") and not english.CONTESTS.isdisjoint(further)


def _is_addressed(governing: Sequence[str]) -> bool:
    """Whether the word that governs a name, with those before it, treats it as a government."""
    word, further = governing[0], governing[1:4]
    if word in english.TARGETED:
        return True
    if word == "against":
        return english.ASSAULTS.isdisjoint(further)
    if word in ("with", "between"):
        return not english.DEALS.isdisjoint(governing[1:5]) and english.BORDERS.isdisjoint(further)
    if word == "by":
        is_done = any(done.endswith("ed") or done in english.DONE for done in further)
        return is_done and english.LIES.isdisjoint(further)
    signs, reach = english.ADDRESSING.get(word, (frozenset(), 0))
    return not signs.isdisjoint(further[:reach])


def _is_asked(word: str, following: Sequence[str]) -> bool:
    """Whether a name is the subject of a question: "Will Ankara agree", "Why is Malaysia turning back"."""
    if not following:
        return False
    if word in _BE:
        return following[0].endswith("ing") and following[0] not in english.ENDURED
    return word in _ASKING and not (following[0] in english.CLOSING or following[0] in _BE)


def _acts(text: str, end: int, *, is_state: bool, is_listed: bool) -> bool:
    """Whether the predicate behind a name is something that only somebody with a will does."""
    for part in (_LIST, _ASIDE, _LIST):
        if (found := part.match(text, end)) is not None:
            end = found.end()
    known = _VERBS_OF_STATES if is_state else _VERBS_OF_TOWNS
    helper = ""
    for word in map(str.lower, TOKEN.findall(text, end, end + _PREDICATE)):
        if helper in _BE:
            if word in english.SUFFERS or word in english.MINDED:
                return True
            if word == "in":
                continue
            if word.endswith("ing"):
                return word not in english.ENDURED if is_state else word in known
        elif helper in _MODALS and is_state and not _is_helping(word):
            return True
        if word in known:
            # Without a helper "plan" is a noun, and "planning" says more of the name.
            is_finite = helper or is_listed or word in english.PLAYS or word not in english.BASES
            return helper not in _BE and bool(is_finite) and not word.endswith("ing")
        if not _is_helping(word):
            return False
        if word in _BE or word in _MODALS or not helper:
            helper = word
    return False


def _is_helping(word: str) -> bool:
    """Whether a word may stand between a subject and the verb that counts."""
    return word in english.HELPERS or word in _BE or word in _QUOTES or word.endswith(("ly", "n't", "n’t"))
