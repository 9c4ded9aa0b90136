"""From a name as written to the places that it may mean, through the forms that news gives a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Kind, Place
from ..names import name_key
from . import Gazetteer, NamedPlace, NameKind

_UNITS = frozenset({Kind.ADMIN1, Kind.ADMIN2, Kind.REGION})
UNIT_WORDS: dict[str, frozenset[Kind]] = {
    **dict.fromkeys("province governorate state oblast prefecture canton territory republic krai".split(), _UNITS),
    **dict.fromkeys("county parish district municipality region raion borough department".split(), _UNITS),
    **dict.fromkeys("provincial regional countryside".split(), _UNITS),
    **dict.fromkeys(
        "city town village township neighborhood neighbourhood suburb".split(), frozenset({Kind.SETTLEMENT})
    ),
}
"""Generic words beside a name and the kinds of place that they allow."""

_PARTS = frozenset(
    "north south east west northern southern eastern western northeast northwest southeast southwest northeastern "
    "northwestern southeastern southwestern central downtown greater upper lower inner outer rural metropolitan "
    "mainland metro suburban".split()
)
_SHORT = 3
_SHORT_FORMS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "pt": "point"}


@dataclass(frozen=True, slots=True)
class Match:
    """A place that a written name may mean, and how the name led to it."""

    place: Place
    """The place."""
    name_kind: NameKind
    """How the name belongs to it."""
    form: str | None = None
    """What had to be done to the name, in words; None when it was found as written."""


def matches(gazetteer: Gazetteer, written: str) -> tuple[Match, ...]:
    """Return every place that a name as written may mean.

    The first form that the gazetteer knows decides: as written, without a generic word ("Idlib Province"), with a short
    form written out ("St. Louis"), without the part it names ("northern Aleppo").

    Parameters
    ----------
    written
        The name as it stands in the text, e.g. "U.S.", "Idlib Governorate".

    Returns
    -------
    tuple
        In the gazetteer's order; empty when no form is known.
    """
    for key, kinds, form in _forms(written):
        found = tuple(
            Match(named.place, named.name_kind, form)
            for named in gazetteer.lookup(key)
            if _counts(named, written) and (kinds is None or named.place.kind in kinds)
        )
        if found:
            return found
    return ()


def holds(container: Match, content: Match) -> bool:
    """Whether one place is an administrative unit that the other lies in, by their codes."""
    outer, inner = container.place, content.place
    if outer.country_code != inner.country_code or outer.country_code is None or outer.id == inner.id:
        return False
    if outer.kind is Kind.COUNTRY:
        return inner.kind is not Kind.COUNTRY
    if outer.kind is Kind.ADMIN1:
        return inner.kind not in {Kind.COUNTRY, Kind.ADMIN1} and outer.admin1_code == inner.admin1_code
    if outer.kind is Kind.ADMIN2:
        return (
            inner.kind is Kind.SETTLEMENT
            and outer.admin1_code == inner.admin1_code
            and outer.admin2_code == inner.admin2_code
            and outer.admin2_code is not None
        )
    return False


def unit_code(match: Match) -> str | None:
    """Return the GeoNames code of the first-level unit that a place is or lies in ("SY.12"); None when unknown."""
    place = match.place
    return f"{place.country_code}.{place.admin1_code}" if place.admin1_code else None


def _counts(named: NamedPlace, written: str) -> bool:
    """Tell whether a name counts for what is written.

    An abbreviation does in capitals or with its stop ("US", "U.S.", "Calif."); a few capitals are nothing else.
    """
    letters = [c for c in written if c.isalpha()]
    in_capitals = all(c.isupper() for c in letters)
    if named.name_kind is not NameKind.ABBREVIATION:
        return not (in_capitals and len(letters) <= _SHORT)
    return in_capitals or (written.endswith(".") and written[:1].isupper())


def _forms(written: str) -> Iterator[tuple[str, frozenset[Kind] | None, str | None]]:
    """Yield (key, kinds allowed or None for all, form in words or None for as written)."""
    key = name_key(written)
    yield key, None, None
    words = key.split()
    if len(words) < 2:
        return
    if words[-1] in UNIT_WORDS:
        yield " ".join(words[:-1]), UNIT_WORDS[words[-1]], f"without '{words[-1]}'"
    if len(words) > 2 and words[1] == "of" and words[0] in UNIT_WORDS:
        yield " ".join(words[2:]), UNIT_WORDS[words[0]], f"without '{words[0]} of'"
    if words[0] in _SHORT_FORMS:
        yield " ".join([_SHORT_FORMS[words[0]], *words[1:]]), None, f"with '{_SHORT_FORMS[words[0]]}' written out"
    if words[0] in _PARTS:
        yield " ".join(words[1:]), None, f"{words[0]} part of it"
