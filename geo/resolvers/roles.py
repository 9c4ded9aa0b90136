"""What a resolved name does in its sentence: a place, or a capital that stands for its government."""

from __future__ import annotations

import re

from ..model import Place, Role, Toponym

_ACTS = frozenset(
    "said says told denied denies accused accuses insisted insists demanded demands warned warns urged urges called "
    "calls contacted locked maintains maintained argues argued claims claimed announced announces agreed agrees "
    "refused refuses rejected rejects condemned condemns supports supported backs backed wants wanted believes "
    "hopes vowed vows pledged responded responds replied reacted considers sees fears threatened threatens imposed "
    "lifted signed recognised recognized negotiated brokered summoned expelled blamed blames confirmed expressed "
    "proposed stated signalled signaled seeks sought hit must should would could will won may might did does didn "
    "has had".split()
)
_IN_TALKS = frozenset("is was are were".split())
_TALKS = re.compile(
    r"\s{1,3}(?:now |also |still |currently |again ){0,2}(?:in talks|ready|trying|seeking|willing|prepared)"
)
_TOWARD_POWER = frozenset(
    "contacted pressure pressured pressures pressuring urged urges urging told accused accuses accusing blamed "
    "warned with against by persuaded pushed asked".split()
)
_WORD_AFTER = re.compile(r"(?:['’]s)?\s{1,3}(\w{1,20})")
_WORD_BEFORE = re.compile(r"(\w{1,20})\s{1,3}$")
_PLACE_BEFORE = frozenset("in near at around outside inside from to of through between across into leaving".split())


def role_of(text: str, toponym: Toponym, place: Place) -> Role:
    """Return whether a toponym is used for its place or, as a capital, for a government.

    A capital is a metonym when it acts or is acted upon as only a government can ("Ankara denied", "they pressure
    Ankara"), and no preposition of place stands before it.
    """
    if not place.is_capital:
        return Role.LOCATION
    before = _WORD_BEFORE.search(text, max(0, toponym.start - 24), toponym.start)
    previous = before[1].lower() if before else ""
    if previous in _PLACE_BEFORE:
        return Role.LOCATION
    after = _WORD_AFTER.match(text, toponym.end)
    following = after[1].lower() if after else ""
    acts = following in _ACTS or (
        following in _IN_TALKS and after is not None and bool(_TALKS.match(text, after.end()))
    )
    return Role.METONYM if acts or previous in _TOWARD_POWER else Role.LOCATION
