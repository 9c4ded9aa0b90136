"""What a resolved name does in its sentence: the place, its government or team, its people, or part of a body's name.

Read by rules from the English words around it. In other languages everything is the place itself or its people.
"""

from __future__ import annotations

from ..gazetteers import NameKind
from ..model import Place, Role, Toponym
from .bodies import begins_a_body, ends_a_body
from .metonyms import is_metonym
from .surroundings import words_before

_PREPOSITIONS = ("in", "near", "around", "outside", "inside", "through", "across", "into", "off")
_WHERE = tuple(f" {word} " for word in _PREPOSITIONS)
"""What tells a place at once; it stands before every third name."""
_JOINED = ("-", "‑", "–", "'", "’")
"""What may join another meaning to the name: "in US-led talks", "in Moscow's view"."""


def role_of(text: str, toponym: Toponym, place: Place, *, name_kind: NameKind) -> Role:
    """Return what a toponym does in its sentence.

    Parameters
    ----------
    text
        The whole document.
    toponym
        A name in it.
    place
        What the name means. Rivers and most sites have neither a government nor a team.
    name_kind
        How the name belongs to the place; only `NameKind.DEMONYM` matters.

    Examples
    --------
    >>> from geo.model import Kind
    >>> ankara = Place("geonames:323786", "Ankara", Kind.SETTLEMENT, 32.85, 39.92, "PPLC", "TR")
    >>> for text in ("Ankara denied it.", "He lives in Ankara.", "He left the University of Ankara."):
    ...     start = text.index("Ankara")
    ...     print(role_of(text, Toponym(start, start + 6, "Ankara"), ankara, name_kind=NameKind.PRIMARY))
    metonym
    literal
    embedded
    """
    is_demonym = name_kind is NameKind.DEMONYM
    if begins_a_body(text, toponym, is_demonym=is_demonym):
        return Role.EMBEDDED
    if is_demonym:
        return Role.DEMONYM
    if text.endswith(_WHERE, 0, toponym.start) and not text.startswith(_JOINED, toponym.end):
        return Role.LITERAL
    before = words_before(text, toponym.start)
    if ends_a_body(before, place):
        return Role.EMBEDDED
    return Role.METONYM if is_metonym(text, toponym, place, before) else Role.LITERAL
