"""From a name as written to the places that it may mean, through the forms that news gives a name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..model import Kind, Place
from ..names import name_key
from . import Gazetteer, NameKind
from .naming import ROMANISED

_UNITS = frozenset({Kind.ADMIN1, Kind.ADMIN2, Kind.REGION})
UNIT_WORDS: dict[str, frozenset[Kind]] = {
    **dict.fromkeys("province governorate state oblast prefecture canton territory republic krai".split(), _UNITS),
    **dict.fromkeys("county parish district municipality region raion borough department".split(), _UNITS),
    **dict.fromkeys("provincial regional countryside".split(), _UNITS),
    **dict.fromkeys(
        "city town village township twp neighborhood neighbourhood suburb".split(), frozenset({Kind.SETTLEMENT})
    ),
}
"""Generic words beside a name and the kinds of place that they allow."""

FEATURE_WORDS = frozenset(
    "river rivers lake lakes sea gulf bay strait straits canal channel reservoir mountain mountains mount range "
    "volcano desert peninsula island islands islet archipelago cape valley plateau basin delta glacier".split()
)
"""Generic words beside the name of a physical feature: "the Euphrates river", "Lake Assad"."""
SITE_WORDS = frozenset(
    "crossing dam camp airport airbase base port terminal prison hospital bridge palace square plant reactor".split()
)
"""Generic words behind the name of a facility: "the Rafah crossing", "Kakhovka dam"."""
_FEATURES = frozenset({Kind.PHYSICAL})
_DEPTH = {Kind.COUNTRY: 1, Kind.ADMIN1: 2, Kind.ADMIN2: 3}
"""How many codes tell a country or unit from others: its country's, its first-level unit's, its own."""
_ARTICLES = frozenset("al el ar as ash at an ad adh az".split())
_WITHOUT_ARTICLE = "without its article"
RESPELLED = "another spelling"
"""What `Match.form` says of a name that shares only its skeleton with the gazetteer's."""

_PARTS = frozenset(
    "north south east west northern southern eastern western northeast northwest southeast southwest northeastern "
    "northwestern southeastern southwestern central downtown greater upper lower inner outer rural metropolitan "
    "mainland metro suburban".split()
)
_SHORT = 3
_LONG_FORMS = {
    **{"st": ("saint",), "ste": ("sainte",), "mt": ("mount",), "ft": ("fort",), "pt": ("point", "port")},
    **{"n": ("north",), "s": ("south",), "e": ("east",), "w": ("west",)},
}
"""What short forms before a name stand for. There is a "Mt. Pleasant" and a "Mount Pleasant": such names are looked up
both ways at once."""
_Form: TypeAlias = tuple[str, "frozenset[Kind] | None", str | None]
"""Key, kinds of place allowed or None for all, and the form in words or None for as written."""


@dataclass(frozen=True, slots=True)
class Match:
    """A place that a written name may mean, and how the name led to it."""

    place: Place
    """The place."""
    name_kind: NameKind
    """How the name belongs to it."""
    form: str | None = None
    """What had to be done to the name, in words; None when it was found as written."""

    def __hash__(self) -> int:
        # What is worked out of matches is remembered by them; all fields of a place take ten times as long.
        return hash((self.place.id, self.name_kind, self.form))

    @property
    def is_respelled(self) -> bool:
        """Whether only another romanisation of the name was found: a weaker match than any other."""
        return self.form == RESPELLED


def matches(gazetteer: Gazetteer, written: str, *, countries: Collection[str] = ()) -> tuple[Match, ...]:
    """Return every place that a name as written may mean.

    The first form that the gazetteer knows decides: as written and with a short form written out ("St. Louis"), without
    a generic word ("Idlib Province"), without the part it names ("northern Aleppo"), without an article ("al-Raqqa"),
    and last, in countries known from elsewhere, in another romanisation ("Maarat al-Numan").

    Parameters
    ----------
    written
        The name as it stands in the text, e.g. "U.S.", "Idlib Governorate".
    countries
        ISO codes of the countries in play, where another romanisation is looked for.

    Returns
    -------
    tuple
        In the gazetteer's order; empty when no form is known.
    """
    return next(each_form(gazetteer, written), ()) or respelled(gazetteer, written, countries)


def respelled(gazetteer: Gazetteer, written: str, countries: Collection[str]) -> tuple[Match, ...]:
    """Return the places in some countries that a name means in another romanisation: weaker than any form of it."""
    # A short form has no second spelling.
    if not countries or written.isupper():
        return ()
    alike = gazetteer.spelled_like(name_key(written), countries)
    return tuple(Match(named.place, NameKind.ALTERNATE, RESPELLED) for named in alike)


def each_form(gazetteer: Gazetteer, written: str) -> Iterator[tuple[Match, ...]]:
    """Yield what each form of a name may mean, nearest to the name first; only forms that the gazetteer knows.

    An abbreviation counts in capitals or with its stop ("US", "U.S.", "Calif."); a few capitals are nothing else.
    """
    letters = [c for c in written if c.isalpha()]
    in_capitals = all(c.isupper() for c in letters)
    is_short = in_capitals and len(letters) <= _SHORT
    is_short_form = in_capitals or (written.endswith(".") and written[:1].isupper())
    for forms in _forms(written):
        found: dict[str, Match] = {}
        for key, kinds, form in forms:
            for named in gazetteer.lookup(key):
                counts = is_short_form if named.name_kind is NameKind.ABBREVIATION else not is_short
                if form == _WITHOUT_ARTICLE and named.place.country_code not in ROMANISED:
                    continue  # An article goes only where names have one.
                if counts and (kinds is None or named.place.kind in kinds):
                    found.setdefault(named.place.id, Match(named.place, named.name_kind, form))
        if found:
            in_order = found.values() if len(forms) == 1 else sorted(found.values(), key=lambda match: match.place.rank)
            yield tuple(in_order)


def holds(container: Match, content: Match) -> bool:
    """Whether one place is an administrative unit that the other lies in, by their codes."""
    outer, inner = container.place, content.place
    if outer.country_code != inner.country_code or outer.country_code is None or outer.id == inner.id:
        return False
    if outer.kind is Kind.COUNTRY:
        return inner.kind is not Kind.COUNTRY
    if outer.kind is Kind.ADMIN1:
        # Former units have no code, nor have some places: neither lies in the other for that.
        return (
            inner.kind is not Kind.COUNTRY
            and inner.kind is not Kind.ADMIN1
            and outer.admin1_code == inner.admin1_code
            and outer.admin1_code is not None
        )
    if outer.kind is Kind.ADMIN2:
        return (
            inner.kind is Kind.SETTLEMENT
            and outer.admin1_code == inner.admin1_code
            and outer.admin2_code == inner.admin2_code
            and outer.admin2_code is not None
        )
    return False


def holds_any(containers: Sequence[Match], contents: Sequence[Match]) -> bool:
    """Whether any of some places holds any of others, as `holds` says of two: in time linear in their number."""
    units: dict[Kind, set[tuple[str | None, ...]]] = {kind: set() for kind in _DEPTH}
    for match in containers:
        place = match.place
        codes = (place.country_code, place.admin1_code, place.admin2_code)[: _DEPTH.get(place.kind, 0)]
        if codes and codes[0] is not None and codes[-1] is not None:
            units[place.kind].add(codes)
    countries, firsts, seconds = units.values()
    if not (countries or firsts or seconds):
        return False
    for match in contents:
        place = match.place
        kind, country = place.kind, place.country_code
        if kind is Kind.COUNTRY:
            continue
        if (country,) in countries or (kind is not Kind.ADMIN1 and (country, place.admin1_code) in firsts):
            return True
        if kind is Kind.SETTLEMENT and (country, place.admin1_code, place.admin2_code) in seconds:
            return True
    return False


def unit_code(match: Match) -> str | None:
    """Return the GeoNames code of the first-level unit that a place is or lies in ("SY.12"); None when unknown."""
    place = match.place
    return f"{place.country_code}.{place.admin1_code}" if place.admin1_code else None


def _forms(written: str) -> Iterator[list[_Form]]:
    """Yield the forms of a name, those of one step together."""
    key = name_key(written)
    words = key.split()
    if len(words) < 2:
        yield [(key, None, None)]
        return
    first, last = words[0], words[-1]
    long = [(" ".join([full, *words[1:]]), None, f"with '{full}' written out") for full in _LONG_FORMS.get(first, ())]
    yield [(key, None, None), *long]
    if last in UNIT_WORDS:
        yield [(" ".join(words[:-1]), UNIT_WORDS[last], f"without '{last}'")]
    if len(words) > 2 and words[1] == "of" and first in UNIT_WORDS:
        yield [(" ".join(words[2:]), UNIT_WORDS[first], f"without '{first} of'")]
    if last in FEATURE_WORDS:
        yield [(" ".join(words[:-1]), _FEATURES, f"without '{last}'")]
    if first in FEATURE_WORDS:
        yield [(" ".join(words[2:] if words[1] == "of" else words[1:]), _FEATURES, f"without '{first}'")]
    if first in _PARTS:
        yield [(" ".join(words[1:]), None, f"{first} part of it")]
    if first in _ARTICLES:
        yield [(" ".join(words[1:]), None, _WITHOUT_ARTICLE)]
