"""How surely a bare name in another script than Latin means its place, by what the gazetteer knows of that place.

No learned model reads these scripts, so a plain rule of fame decides. The gazetteer's alternate names hold words of
every language ("кофе" for Kofu, "المدينة" for Medina): what is short, small or far from where the script is at home
needs more people to count, and words known to mean something else are listed by hand in `geo.recognizers.doubtful`.
"""

from __future__ import annotations

from collections.abc import Collection

from ..gazetteers import Gazetteer, NameKind
from ..gazetteers.matching import Match
from ..gazetteers.priors import prior
from ..model import Kind, Place

_COUNTRY, _CURATED, _CAPITAL, _UNIT, _TOWN, _LISTED = 0.95, 0.93, 0.93, 0.88, 0.85, 0.75
"""Certainties by sort of place. Of the names found in the annotated pieces in these scripts 99 % are names of places,
whatever the sort; they are set lower because news that nobody wrote for a test has more words to fall for."""

_SMALL_CAPITAL = 100_000
_HOME_UNIT, _FOREIGN_UNIT = 300_000, 2_000_000
_HOME_TOWN, _FOREIGN_TOWN, _METROPOLIS = 100_000, 500_000, 3_000_000
_SEATS = frozenset({"PPLA", "PPLC"})
_SAFE_TO_CHANGE, _LEAST_CHANGED = 6, 200_000
_LONG_HOME_TOWN = 20_000
"""Fewest inhabitants of a place at home whose name has two words, or seven letters where capitals mark names."""


def certainty(
    gazetteer: Gazetteer,
    key: str,
    homes: Collection[str],
    *,
    letters: int,
    is_cased: bool = False,
    is_changed: bool = False,
) -> float:
    """Return how surely a name means a place, 0 for a name that is not known or not famous enough.

    Parameters
    ----------
    gazetteer
        Says what is filed under the name.
    key
        Name key of the name.
    homes
        ISO codes of the countries where news is written in the script.
    letters
        Length of the name in letters, each counted as much as it tells: a Korean syllable is two.
    is_cased
        Whether a capital has marked it as a name.
    is_changed
        Whether the text has the name in another form, so that a short one is more likely another word.
    """
    named = [one for one in gazetteer.lookup(key) if one.name_kind is not NameKind.DEMONYM]
    if not named:
        return 0.0
    best = max(named, key=lambda one: (prior(Match(one.place, one.name_kind)), one.place.id))
    if best.name_kind in {NameKind.CURATED, NameKind.ABBREVIATION}:
        return _CURATED
    if best.place.is_listed_by_user:
        return _LISTED if letters > 2 else 0.0
    is_long = " " in key or (is_cased and letters > 6)
    is_short = letters < _SAFE_TO_CHANGE - is_cased and " " not in key
    if is_changed and is_short and (best.place.population or 0) < _LEAST_CHANGED:
        return 0.0
    return _of_place(best.place, is_home=best.place.country_code in homes, letters=letters, is_long=is_long)


def _of_place(place: Place, *, is_home: bool, letters: int, is_long: bool) -> float:
    people = place.population or 0
    match place.kind:
        case Kind.COUNTRY | Kind.CONTINENT:
            return _COUNTRY if letters > 2 else 0.0
        case Kind.ADMIN1:
            enough = people >= _HOME_UNIT if is_home else people >= _FOREIGN_UNIT and letters > 4
            return _UNIT if enough and letters > 2 else 0.0
        case Kind.SETTLEMENT:
            return _of_town(place, people, is_home=is_home, letters=letters, is_long=is_long)
        case Kind.ADMIN2:
            return _LISTED if is_home and letters > 4 and people >= _FOREIGN_TOWN else 0.0
        case _:
            return _LISTED if letters > 3 and place.is_hand_kept else 0.0


def _of_town(place: Place, people: int, *, is_home: bool, letters: int, is_long: bool) -> float:
    if place.is_capital and (is_home or people >= _SMALL_CAPITAL) and letters > 2:
        return _CAPITAL
    if is_home:
        least = _LONG_HOME_TOWN if is_long else _HOME_TOWN if letters > 3 else _FOREIGN_TOWN
    elif letters > 4:
        least = _HOME_TOWN if place.feature_code in _SEATS else _FOREIGN_TOWN
    else:
        least = _METROPOLIS
    return _TOWN if people >= least and letters > 2 else 0.0
