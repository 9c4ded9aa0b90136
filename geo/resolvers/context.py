"""Rank the candidates of all toponyms of a document together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ..gazetteers import NameKind
from ..gazetteers.known import KnownNames, likeliest_first
from ..gazetteers.matching import Match, holds, matches, respelled
from ..model import Document, Kind, Place, Toponym
from ..names import name_key
from ..trees import Trees, probability
from .home import home_of
from .senses import Sense, senses

if TYPE_CHECKING:
    from .belief import Weights
    from .crowd import Crowd, Floats
    from .features import Rows

MAX_CANDIDATES_KEPT = 10
"""Candidates listed with a resolution."""
_SETTLED = "as somebody said"
"""What `Match.form` says of what a name means for certain."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a document's names from elsewhere than the gazetteer."""

    answers: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)
    """What services answered to names, by the name as it was sought; candidates beside those of the gazetteer."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why no place is known for a name, by the name as it was sought."""
    settled: Mapping[tuple[int, int], Place] = field(default_factory=dict)
    """What names mean for certain, by where they stand."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of a document's toponyms, weighed against each other."""

    groups: Sequence[Sense]
    """The senses of the document."""
    of: Sequence[int]
    """For each toponym the number of its sense."""
    ranked: Sequence[Sequence[tuple[Match, float]]]
    """For each sense its candidates with their shares of the belief, best first; empty for a name that is not known."""
    rows: Rows
    """The numbers of all candidates, see `geo.resolvers.features.FIELDS`."""
    order: Sequence[Sequence[int]]
    """For each sense where its candidates stand in `rows`, in the order of `ranked`."""
    best: Floats
    """For each sense the numbers of its best candidate, see `BEST_FIELDS`; -1 throughout where it has none."""


class ContextResolver:
    """Resolve toponyms with a gazetteer and the document's own context.

    Parameters
    ----------
    known
        Gives the candidates.
    ranker
        Trees over `geo.resolvers.features.FIELDS`, which say how likely a candidate is the right one; None to believe
        what the surroundings say.
    weights
        How much each kind of evidence counts for the surroundings; None for the measured ones.
    """

    rounds = 4
    """Rounds of mutual support."""
    max_total_candidates = 5000
    """Candidates of a whole document that are weighed against each other."""
    max_anchors = 1500
    """Candidates that give support; the most mentioned names come first."""
    max_ties = max_total_candidates * max_anchors
    """Pairs of a candidate and an anchor: a text of many thousand names has more candidates, and gets fewer anchors."""

    def __init__(
        self,
        known: KnownNames,
        *,
        ranker: Trees | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.known = known
        self.ranker = ranker
        self.weights = weights

    def rank(self, document: Document, toponyms: Sequence[Toponym], given: Given | None = None) -> Ranking:
        """Weigh every candidate of every toponym of a document against the others.

        Parameters
        ----------
        document
            The document.
        toponyms
            Its toponyms, in order.
        given
            What is known of them beside the gazetteer; None for nothing.
        """
        import numpy as np

        from .features import BEST_FIELDS

        groups, kept = self._candidates(document, toponyms, given or Given())
        of = [0] * len(toponyms)
        for number, group in enumerate(groups):
            for index in group.members:
                of[index] = number
        best = np.full((len(groups), len(BEST_FIELDS)), -1.0)
        ranked: list[list[tuple[Match, float]]] = [[] for _ in groups]
        orders: list[list[int]] = [[] for _ in groups]
        crowd, rows, belief = self._weigh(document, toponyms, groups, kept)
        if crowd is not None:
            odds = belief if self.ranker is None else probability(self.ranker.scores(rows))
            shares: list[float] = (odds / crowd.sums(odds)).tolist()
            standing = [(-round(share, 9), match.place.id) for share, match in zip(shares, crowd.flat, strict=True)]
            for number, (start, end) in enumerate(pairwise(crowd.bounds.tolist())):
                order = orders[number] = sorted(range(start, end), key=standing.__getitem__)
                ranked[number] = [(crowd.flat[at], shares[at]) for at in order]
                if order:
                    second = odds[order[1]] if len(order) > 1 else 0.0
                    best[number, :-3], best[number, -3:] = rows[order[0]], (shares[order[0]], odds[order[0]], second)
        return Ranking(groups, of, ranked, rows, orders, best)

    def rows(self, document: Document, toponyms: Sequence[Toponym]) -> tuple[Crowd | None, Rows]:
        """Return the candidates of a document and their numbers, from which a ranker learns."""
        groups, kept = self._candidates(document, toponyms, Given())
        crowd, rows, _ = self._weigh(document, toponyms, groups, kept)
        return crowd, rows

    def _candidates(
        self, document: Document, toponyms: Sequence[Toponym], given: Given
    ) -> tuple[list[Sense], list[list[Match]]]:
        """Return the senses of a document, and the candidates of each."""
        found = {written: self.known(written) for written in {toponym.sought for toponym in toponyms}}
        countries = _countries_in_play(found)

        @cache
        def find(written: str) -> tuple[Match, ...]:
            known = found[written] or likeliest_first(respelled(self.known.gazetteer, written, countries))
            return *known, *given.answers.get(written, ())

        groups = senses(
            document.text,
            toponyms,
            find,
            find_feature=lambda written: likeliest_first(matches(self.known.gazetteer, written, countries=countries)),
            settled={span: Match(place, NameKind.PRIMARY, _SETTLED) for span, place in given.settled.items()},
        )
        return groups, [self._shortlist(group, len(groups)) for group in groups]

    def _weigh(
        self, document: Document, toponyms: Sequence[Toponym], groups: Sequence[Sense], kept: Sequence[list[Match]]
    ) -> tuple[Crowd | None, Rows, Floats]:
        """Return the candidates, their numbers, and what the surroundings make believe of each."""
        import numpy as np

        from .belief import Weights, believe
        from .crowd import Crowd
        from .features import FIELDS, features

        if not any(kept):
            return None, np.zeros((0, len(FIELDS)), dtype=np.float32), np.zeros(0)
        trust = [max(toponyms[index].certainty for index in group.members) for group in groups]
        crowd = Crowd(groups, kept, trust, home=home_of(document, self.known))
        max_anchors = max(1, min(self.max_anchors, self.max_ties // len(crowd)))
        belief, ties = believe(crowd, self.weights or Weights(), rounds=self.rounds, max_anchors=max_anchors)
        return crowd, features(crowd, ties, belief), belief

    def _shortlist(self, group: Sense, group_count: int) -> list[Match]:
        """Keep the candidates with the largest priors, and few of them in a document with many names."""
        limit = max(3, min(20, self.max_total_candidates // max(1, group_count)))
        tail = group.matches[limit:] if group.containers else ()
        held = [match for match in tail if any(holds(holder, match) for holder in group.containers)]
        return [*group.matches[:limit], *held[:5]]


def _countries_in_play(known: Mapping[str, Sequence[Match]]) -> frozenset[str]:
    """Return the countries that a document speaks of by name, or where two of its names are best known."""
    named: dict[str, set[str]] = defaultdict(set)
    spoken_of: set[str] = set()
    for written, found in known.items():
        best = found[0] if found else None
        if best is not None and best.place.country_code is not None:
            named[best.place.country_code].add(name_key(written))
            if best.place.kind is Kind.COUNTRY:
                spoken_of.add(best.place.country_code)
    return frozenset(spoken_of | {country for country, names in named.items() if len(names) > 1})
