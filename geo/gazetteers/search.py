"""Searches a gazetteer for a name that somebody asks about: everything that it may mean, best first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain, groupby, takewhile
from operator import itemgetter

from ..extent import great_circle_km
from ..model import Kind, Place
from ..names import name_key
from . import Gazetteer, NamedPlace, NameKind
from .matching import Match, each_form
from .naming import ROMANISED
from .priors import prior, seats, shadowed

MAX_FUZZY = 2
"""Most typing errors that a search forgives."""

_HIDDEN = 0.2
"""What the prior of a place shrinks by that stands back behind another of its name, a unit behind its town: what the
evidence against it comes to in `geo.resolvers.belief` (exp(-2.5 / 1.5))."""
_WORDS = {
    NameKind.PRIMARY: "name",
    NameKind.CURATED: "newsroom name",
    NameKind.ALTERNATE: "other name",
    NameKind.ABBREVIATION: "abbreviation",
    NameKind.DEMONYM: "demonym",
}


class Tier(IntEnum):
    """How a place was found, best first."""

    NAME = 0
    """By the name as written."""
    FORM = 1
    """By a form of it: without "province", with "saint" for "St."."""
    CASE = 2
    """By the name in other letters: an abbreviation in small ones, "us", or a name in capitals that look like one."""
    SPELLING = 3
    """By another romanisation of it."""
    ERRORS = 4
    """By a name that typing errors make of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place that a search found, and how."""

    place: Place
    """The place."""
    name_kind: NameKind
    """How the name that led to it belongs to it."""
    tier: Tier
    """How good that is."""
    match: str
    """The same in words: "name", "newsroom name", "without 'province'", "other spelling", "1 letter off"."""


def search(
    gazetteer: Gazetteer,
    written: str,
    *,
    country: str | None = None,
    kinds: Collection[Kind] | None = None,
    near: tuple[float, float] | None = None,
    limit: int | None = 10,
    fuzzy: int = 0,
) -> list[Found]:
    """Return the places that a name may mean, each once, best first.

    The way in which a place was found comes first (see `Tier`), then what news means most often by such a name, or what
    is nearest.

    Parameters
    ----------
    gazetteer
        What is searched.
    written
        A name in any script: "Jisr al-Shughur", "U.S.", "حلب".
    country
        ISO 3166-1 alpha-2 code: only places there.
    kinds
        Only places of these kinds; None for all.
    near
        (longitude, latitude): the nearest of equally good matches comes first, by its label point.
    limit
        Most places to return; None for all.
    fuzzy
        Typing errors to forgive, 0 to `MAX_FUZZY`; fewer in a short name, where they would make it any other.

    Examples
    --------
    >>> from .embedded import open_embedded
    >>> found = search(open_embedded(), "Jisr al-Shughur")[0]
    >>> found.place.id, found.match
    ('geonames:169023', 'newsroom name')
    >>> search(open_embedded(), "no such place")
    []
    """
    countries = ROMANISED if country is None else frozenset({country})
    best: dict[str, Found] = {}
    for group in _groups(gazetteer, written, countries, fuzzy):
        there = [found for found in group if country in (None, found.place.country_code)]
        for found in _ranked([found for found in there if kinds is None or found.place.kind in kinds], near):
            best.setdefault(found.place.id, found)
        if limit is not None and len(best) >= limit:
            break
    return list(best.values())[:limit]


def strongest(found: Sequence[Found]) -> list[Found]:
    """Return those that were found in the same way as the first, which a geocoder means by the places of a name."""
    return list(takewhile(lambda other: other.tier is found[0].tier, found))


def _groups(gazetteer: Gazetteer, written: str, countries: Collection[str], fuzzy: int) -> Iterator[list[Found]]:
    """Yield what was found in one way after the other; a place may come again."""
    key = name_key(written)
    for matches in each_form(gazetteer, written):
        yield [
            Found(match.place, match.name_kind, Tier.FORM, match.form)
            if match.form
            else Found(match.place, match.name_kind, Tier.NAME, _WORDS[match.name_kind])
            for match in matches
        ]
    yield _labelled(gazetteer.lookup(key), Tier.CASE)
    yield _labelled(gazetteer.spelled_like(key, countries), Tier.SPELLING, "other spelling")
    errors_allowed = min(fuzzy, MAX_FUZZY, _most_errors(key))
    others = gazetteer.keys_like(key, errors_allowed) if errors_allowed > 0 else ()
    for errors, keys in groupby(others, itemgetter(0)):
        named = chain.from_iterable(gazetteer.lookup(other) for _, other in keys)
        yield _labelled(named, Tier.ERRORS, "1 letter off" if errors == 1 else f"{errors} letters off")


def _labelled(named: Iterable[NamedPlace], tier: Tier, match: str | None = None) -> list[Found]:
    return [Found(one.place, one.name_kind, tier, match or _WORDS[one.name_kind]) for one in named]


def _ranked(group: Sequence[Found], near: tuple[float, float] | None) -> list[Found]:
    if near is not None:
        return sorted(group, key=lambda found: (great_circle_km(near, found.place.lonlat), found.place.id))
    matches = [Match(found.place, found.name_kind) for found in group]
    hidden = seats(matches) | shadowed(matches)
    weights = [prior(match) * (_HIDDEN if match.place.id in hidden else 1.0) for match in matches]
    order = sorted(range(len(group)), key=lambda index: (-weights[index], group[index].place.id))
    return [group[index] for index in order]


def _most_errors(key: str) -> int:
    """Return how many errors a name can hold and still be told from others: Elasticsearch's fuzziness "AUTO"."""
    return 0 if len(key) < 3 else 1 if len(key) < 6 else 2
