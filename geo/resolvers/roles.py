"""What a resolved name does in its sentence: a place, or a capital that stands for its government."""

from __future__ import annotations

import re

from ..model import Place, Role, Toponym

_ACTS = frozenset(
    "said says say told tell denied denies deny accused accuses accuse insisted insists insist demanded demands demand "
    "warned warns warn urged urges urge called calls contacted locked maintains maintained argues argued argue claims "
    "claimed claim announced announces announce agreed agrees agree refused refuses refuse rejected rejects reject "
    "condemned condemns condemn supports supported support backs backed back wants wanted want believes believe hopes "
    "hope vowed vows vow pledged pledges pledge promised promises promise responded responds respond replied reacted "
    "considers considered consider sees fears threatened threatens threaten imposed imposes impose lifted lifts lift "
    "signed signs sign recognised recognized recognise recognize negotiated negotiate brokered summoned summons summon "
    "expelled expels expel blamed blames blame confirmed confirms confirm expressed proposed proposes propose stated "
    "signalled signaled signals seeks sought seek accept accepts accepted approve approved asked asks ask declared "
    "declares declare decided decides decide offered offers offer sent sends send welcomed welcomes welcome".split()
)
"""Verbs of a government. A form of "will" or "have" says nothing until the verb behind it is one of them."""
_HELPERS = (
    r"(?:(?:has|have|had|will|would|may|might|must|should|could|can|did|does|do)(?:n['’]t)?|cannot|not|never|now|"
    r"also|still|again|then|\w{3,12}ly)"
)
_TALKS = re.compile(
    r"\s{1,3}(?:is|was|are|were)\s(?:now |also |still |currently |again ){0,2}"
    r"(?:in talks|ready|trying|seeking|willing|prepared)\b"
)
_TOWARD_POWER = frozenset(
    "contacted pressure pressured pressures pressuring urged urges urging told accused accuses accusing blamed "
    "warned persuaded pushed asked".split()
)
_DEALING = re.compile(
    r"\b(?:(?:talks|deals?|agreements?|accords?|treaty|relations|ties|alliance|negotiations|pact|negotiat\w+|agreed|"
    r"allied|sided)\swith|(?:sanctions|complaint|charges)\sagainst|"
    r"(?:backed|brokered|supported|imposed|condemned|rejected|accused|pressured|proposed|approved)\sby)\s{1,3}$",
    re.IGNORECASE,
)
_VERB_AFTER = re.compile(rf"(?:['’]s)?(?:\s{{1,3}}{_HELPERS}){{0,3}}\s{{1,3}}(\w{{1,20}})")
_WORD_BEFORE = re.compile(r"(\w{1,20})\s{1,3}$")
_PLACE_BEFORE = frozenset(
    "in near at around outside inside from to of through between across into leaving north south east west northern "
    "southern eastern western central downtown greater".split()
)


def role_of(text: str, toponym: Toponym, place: Place) -> Role:
    """Return whether a toponym is used for its place or, as a capital, for a government.

    A capital is a metonym when it acts or is acted upon as only a government can ("Ankara denied", "they pressure
    Ankara"), and no preposition or part of a place stands before it ("in Ankara", "central Ankara").
    """
    if not place.is_capital:
        return Role.LOCATION
    before = _WORD_BEFORE.search(text, max(0, toponym.start - 24), toponym.start)
    previous = before[1].lower() if before else ""
    if previous in _PLACE_BEFORE:
        return Role.LOCATION
    after = _VERB_AFTER.match(text, toponym.end)
    acts = after is not None and after[1].lower() in _ACTS
    is_dealt_with = previous in _TOWARD_POWER or _DEALING.search(text, max(0, toponym.start - 40), toponym.start)
    return Role.METONYM if acts or is_dealt_with or _TALKS.match(text, toponym.end) else Role.LOCATION
