"""Recognise and resolve together: what a name would mean tells whether it is one, and the other way round.

Three steps, each learned from annotated texts. A first score finds what may be a toponym. The candidates of all of
them are ranked side by side, and a judge scores each name again, with what it would mean and in what company. What it
rejects is dropped, the rest is ranked anew, and a last score tells how likely each place is right: the confidence.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..gazetteers.matching import Match
from ..learned import Reader
from ..model import Candidate, Document, Resolution, Toponym
from ..recognizers.proposals import LIST_JOINS
from ..recognizers.spans import touching
from ..recognizers.toponyms import Possible, ToponymRecognizer
from ..trees import log_odds, probability
from .attribution import Attribution
from .context import MAX_CANDIDATES_KEPT, ContextResolver, Given, Ranking
from .evidence import Evidence
from .features import BEST_FIELDS
from .roles import role_of

Floats: TypeAlias = NDArray[np.float64]

COMPANY_FIELDS = ("score", "times", "most_elsewhere", "mean_elsewhere", "left", "right", "mean_of_text")
"""What the scores of the other names add about one: its own, those of the same name elsewhere, its neighbours'."""
SECOND_FIELDS = (*COMPANY_FIELDS, *BEST_FIELDS)
"""What is known of a toponym beyond the features of its proposal once the candidates are ranked."""

_NO_NEIGHBOUR = -1.0


class JointReader:
    """Read documents: find their toponyms and say what they mean.

    Parameters
    ----------
    recognizer
        Finds what may be toponyms.
    resolver
        Ranks their candidates.
    """

    def __init__(self, recognizer: ToponymRecognizer, resolver: ContextResolver) -> None:
        self.recognizer = recognizer
        self.resolver = resolver

    @property
    def weights(self) -> Reader:
        """The weights in use."""
        return self.recognizer.weights

    def find(self, document: Document) -> list[Toponym]:
        """Return the toponyms of a document, in order of the text."""
        return self.find_among(document, self.recognizer.possible(document))

    def find_among(self, document: Document, possible: Possible, given: Given | None = None) -> list[Toponym]:
        """Return the toponyms of a document among those that are possible, in order of the text.

        Parameters
        ----------
        document
            The document.
        possible
            What may be its toponyms.
        given
            What is known of them beside the gazetteer; None for nothing.
        """
        accepted = self.accepted(document, possible, given)
        foreign = self.recognizer.in_other_scripts(document.text)
        return sorted([*(t for t in accepted if not touching(foreign, t.start, t.end)), *foreign])

    def accepted(self, document: Document, possible: Possible, given: Given | None = None) -> list[Toponym]:
        """Return those of the possible toponyms that the judge accepts, their certainty the judge's."""
        if not possible.toponyms:
            return []
        certainties = probability(self.weights.judge.scores(self.judged(document, possible, given)))
        return [
            replace(toponym, certainty=float(certainty))
            for toponym, certainty in zip(possible.toponyms, certainties, strict=True)
            if certainty >= self.weights.accept_at
        ]

    def judged(self, document: Document, possible: Possible, given: Given | None = None) -> NDArray[np.float32]:
        """Return what the judge is told of the possible toponyms, of which there are some."""
        ranking = self.resolver.rank(document, possible.toponyms, given)
        rows = second_rows(document.text, possible.toponyms, possible.scores, ranking)
        return np.column_stack((possible.rows, rows)).astype(np.float32)

    def resolve(self, document: Document, toponyms: Sequence[Toponym], given: Given | None = None) -> list[Resolution]:
        """Return what toponyms mean, one resolution each, in order; mentions of one sense share their referent.

        Parameters
        ----------
        document
            The document.
        toponyms
            Its toponyms, in order.
        given
            What is known of them beside the gazetteer; None for nothing.
        """
        if not toponyms:
            return []
        ranking = self.resolver.rank(document, toponyms, given)
        reasons = {} if given is None else given.reasons
        rows = second_rows(document.text, toponyms, scores_of(toponyms), ranking)
        confidences = self.weights.confidences(self.weights.assertion.scores(rows.astype(np.float32)))
        # A sense has a place when any of its mentions is sure enough: one name is not here and nowhere in one text.
        surest = np.zeros(len(ranking.groups))
        np.maximum.at(surest, ranking.of, confidences)
        placed = set(np.flatnonzero(surest >= self.weights.place_at).tolist())
        evidence = self.evidence(ranking, placed)
        why = [evidence.reasons(number) if number in placed else () for number in range(len(ranking.groups))]
        candidates = [_candidates(best) for best in ranking.ranked]
        return [
            _resolution(
                document.text, toponym, ranking.ranked[number][0][0], float(confidence), candidates[number], why[number]
            )
            if ranking.ranked[number]
            else _unknown(toponym, reasons)
            for toponym, number, confidence in zip(toponyms, ranking.of, confidences, strict=True)
        ]

    def evidence(self, ranking: Ranking, wanted: Container[int] | None = None) -> Evidence:
        """Return the evidence of the choices of a ranking, or of those for the wanted senses."""
        return Evidence(ranking, self._attribution, wanted=wanted)

    @cached_property
    def _attribution(self) -> Attribution | None:
        return None if self.resolver.ranker is None else Attribution(self.resolver.ranker)


def _candidates(ranked: Sequence[tuple[Match, float]]) -> tuple[Candidate, ...]:
    return tuple(Candidate(match.place, min(1.0, round(share, 4))) for match, share in ranked[:MAX_CANDIDATES_KEPT])


def _resolution(
    text: str,
    toponym: Toponym,
    best: Match,
    confidence: float,
    candidates: tuple[Candidate, ...],
    why: tuple[str, ...],
) -> Resolution:
    """Return a resolution to the best candidate; to none where nothing says why."""
    toponym = _rounded(toponym)
    if not why:
        return Resolution(toponym, None, 0.0, candidates=candidates, evidence=("no candidate is likely enough",))
    role = role_of(text, toponym, best.place, name_kind=best.name_kind)
    return Resolution(toponym, best.place, round(confidence, 3), role, candidates, why)


def _unknown(toponym: Toponym, reasons: Mapping[str, str]) -> Resolution:
    return Resolution(_rounded(toponym), None, 0.0, evidence=(reasons.get(toponym.sought, "not in the gazetteer"),))


def _rounded(toponym: Toponym) -> Toponym:
    return replace(toponym, certainty=round(toponym.certainty, 3))


def scores_of(toponyms: Sequence[Toponym]) -> Floats:
    """Return the log odds of the certainty of each toponym."""
    return log_odds(np.array([toponym.certainty for toponym in toponyms]))


def second_rows(text: str, toponyms: Sequence[Toponym], scores: Floats, ranking: Ranking) -> Floats:
    """Return what the company of each toponym says of it: an array of shape (toponyms, `SECOND_FIELDS`).

    Parameters
    ----------
    text
        The text.
    toponyms
        In order, without overlap.
    scores
        Log odds that each is a toponym.
    ranking
        Their candidates.
    """
    shares = probability(scores)
    rows = np.full((len(toponyms), len(COMPANY_FIELDS)), _NO_NEIGHBOUR)
    rows[:, 0] = scores
    rows[:, 1:4] = _elsewhere(toponyms, shares)
    mean = float(shares.mean())
    for index, toponym in enumerate(toponyms):
        if index and text[toponyms[index - 1].end : toponym.start] in LIST_JOINS:
            rows[index, 4] = shares[index - 1]
        if index + 1 < len(toponyms) and text[toponym.end : toponyms[index + 1].start] in LIST_JOINS:
            rows[index, 5] = shares[index + 1]
        rows[index, 6] = mean
    return np.column_stack((rows, ranking.best[np.asarray(ranking.of, dtype=np.int64)]))


def _elsewhere(toponyms: Sequence[Toponym], shares: Floats) -> Floats:
    """Return for each toponym how often its name stands elsewhere, and the largest and the mean share there."""
    same: dict[str, list[int]] = {}
    for index, toponym in enumerate(toponyms):
        same.setdefault(toponym.text.casefold(), []).append(index)
    rows = np.full((len(toponyms), 3), _NO_NEIGHBOUR)
    rows[:, 0] = 0.0
    # From the sums of each name: a list of the others for each mention would grow with the square of them.
    for indexes in same.values():
        if others := len(indexes) - 1:
            own = shares[indexes]
            second, largest = np.partition(own, others - 1)[-2:]
            rows[indexes, 0] = others
            rows[indexes, 1] = np.where(own == largest, second, largest)
            rows[indexes, 2] = (own.sum() - own) / others
    return rows
