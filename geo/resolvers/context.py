"""Resolve all toponyms of a document together: what is believed in the end is the confidence."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ..errors import GeocodingError, PlacelinesWarning
from ..gazetteers import Gazetteer, NameKind
from ..gazetteers.matching import Match, holds, matches, respelled
from ..gazetteers.priors import prior
from ..model import Candidate, Document, Kind, Place, Resolution, Role, Toponym
from ..names import name_key
from .evidence import Leader, reasons
from .roles import role_of
from .senses import Sense, senses

if TYPE_CHECKING:
    from .belief import Floats, Weights

MAX_CANDIDATES_KEPT = 10
"""Candidates listed with a resolution."""

_RESPELLED = 0.8
"""Trust in a place that is only known under another romanisation of its name."""
_MIN_CONFIDENCE = 0.15
"""Below this belief a name stays unresolved: a wrong place on the map is worse than a name in the list."""


class ContextResolver:
    """Resolve toponyms with a gazetteer and the document's own context.

    Parameters
    ----------
    gazetteer
        Gives the candidates.
    weights
        How much each kind of evidence counts; None for the measured ones.
    ask
        Asked for places by name when the gazetteer knows none; its `GeocodingError` leaves the name unresolved, and
        the first one is given as a warning.
    """

    rounds = 4
    """Rounds of mutual support."""
    max_total_candidates = 5000
    """Candidates of a whole document that are weighed against each other."""
    max_anchors = 1500
    """Candidates that give support; the most mentioned names come first."""
    max_leaders = 200
    """Other names that the evidence of a name may speak of; the most mentioned come first."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        *,
        weights: Weights | None = None,
        ask: Callable[[str], Sequence[Place]] | None = None,
    ) -> None:
        self.gazetteer = gazetteer
        self.weights = weights
        self.ask = ask
        self._has_warned = False

    def resolve(self, document: Document, toponyms: Sequence[Toponym]) -> list[Resolution]:
        """Return one resolution for each toponym, in order; mentions of one sense share their referent."""
        from .belief import Weights, believe

        failures: dict[str, str] = {}
        known = {written: matches(self.gazetteer, written) for written in {toponym.text for toponym in toponyms}}
        countries = _countries_in_play(known)
        groups = senses(
            document.text,
            toponyms,
            cache(lambda written: known[written] or self._find_unknown(written, countries, failures)),
            # What stands before "valley" and its like is no name to ask a service for together with it.
            find_feature=lambda written: matches(self.gazetteer, written, countries=countries),
        )
        kept = [self._shortlist(group, len(groups)) for group in groups]
        beliefs = believe(groups, kept, self.weights or Weights(), rounds=self.rounds, max_anchors=self.max_anchors)
        ranked = [_best_first(shortlist, belief) for shortlist, belief in zip(kept, beliefs, strict=True)]
        leaders = [Leader(group, *best[0]) for group, best in zip(groups, ranked, strict=True) if best]
        leaders = sorted(leaders, key=lambda leader: -len(leader.sense.members))[: self.max_leaders]
        decided: dict[int, Resolution] = {}
        for group, best in zip(groups, ranked, strict=True):
            why = reasons(group, best, leaders) if best else ()
            for index in group.members:
                toponym = toponyms[index]
                reason = failures.get(toponym.text, "not in the gazetteer")
                decided[index] = (
                    _resolution(document.text, toponym, best, why) if best else _unresolved(toponym, reason)
                )
        return [decided[index] for index in range(len(toponyms))]

    def _find_unknown(self, written: str, countries: frozenset[str], failures: dict[str, str]) -> tuple[Match, ...]:
        """Return the candidates of a name in no form known; a service that failed is noted under the name."""
        found = respelled(self.gazetteer, written, countries)
        if found or self.ask is None:
            return found
        try:
            answers = self.ask(written)
        except GeocodingError as error:
            failures[written] = f"not in the gazetteer; {error}"
            if not self._has_warned:
                self._has_warned = True
                warnings.warn(f"{error}; such names stay unresolved", PlacelinesWarning, stacklevel=2)
            return ()
        key = name_key(written)
        return tuple(
            Match(
                place,
                NameKind.PRIMARY if name_key(place.name) == key else NameKind.ALTERNATE,
                f"answered by {place.gazetteer}",
            )
            for place in answers
        )

    def _shortlist(self, group: Sense, group_count: int) -> list[Match]:
        """Keep the candidates with the largest priors, and few of them in a document with many names."""
        limit = max(3, min(20, self.max_total_candidates // max(1, group_count)))
        by_prior = sorted(group.matches, key=lambda match: (-prior(match), match.place.id))
        held = [match for match in by_prior[limit:] if any(holds(holder, match) for holder in group.containers)]
        return by_prior[:limit] + held[:5]


def _countries_in_play(known: Mapping[str, Sequence[Match]]) -> frozenset[str]:
    """Return the countries that a document speaks of by name, or where two of its names are best known."""
    named: dict[str, set[str]] = defaultdict(set)
    spoken_of: set[str] = set()
    for written, found in known.items():
        best = max(found, key=lambda match: (prior(match), match.place.id), default=None)
        if best is not None and best.place.country_code is not None:
            named[best.place.country_code].add(name_key(written))
            if best.place.kind is Kind.COUNTRY:
                spoken_of.add(best.place.country_code)
    return frozenset(spoken_of | {country for country, names in named.items() if len(names) > 1})


def _best_first(shortlist: Sequence[Match], belief: Floats) -> list[tuple[Match, float]]:
    """Pair the candidates with the belief in them, best first; equal to nine digits, the id decides."""
    shared = [(match, float(share)) for match, share in zip(shortlist, belief, strict=True)]
    return sorted(shared, key=lambda pair: (-round(pair[1], 9), pair[0].place.id))


def _resolution(text: str, toponym: Toponym, best: Sequence[tuple[Match, float]], why: tuple[str, ...]) -> Resolution:
    candidates = tuple(Candidate(match.place, min(1.0, round(share, 4))) for match, share in best[:MAX_CANDIDATES_KEPT])
    winner, share = best[0]
    trust = _RESPELLED if winner.is_respelled else 1.0
    confidence = min(1.0, round(share * toponym.certainty * trust, 3))
    if confidence < _MIN_CONFIDENCE:
        return _unresolved(toponym, "no candidate is likely enough", candidates)
    role = Role.DEMONYM if winner.name_kind is NameKind.DEMONYM else role_of(text, toponym, winner.place)
    return Resolution(toponym, winner.place, confidence, role, candidates, why)


def _unresolved(toponym: Toponym, reason: str, candidates: tuple[Candidate, ...] = ()) -> Resolution:
    return Resolution(toponym, None, 0.0, candidates=candidates, evidence=(reason,))
