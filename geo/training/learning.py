"""From annotated texts to weights: every step is learned from what the steps before it say of texts they have not seen.

The texts are cut into folds by source. For each fold the weights of a step are learned from the other folds and applied
to it; these out-of-fold scores are what the next step learns from, what confidence is calibrated on, and what is
reported. The weights that are kept are learned from all texts. The fold models of a step are shared by the steps behind
it, as is usual in stacking (Wolpert 1992): the figures of a fold rest on scores whose models never saw its labels, but
the labels of a fold have had a say in the scores from which a later step's models learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..evaluation.gold import GoldDocument
from ..evaluation.judging import Meant, Prediction, judge
from ..evaluation.meaning import meaning_by
from ..gazetteers import NameKind
from ..gazetteers.known import KnownNames
from ..learned import Learned, Reader
from ..model import Document, Role, Toponym
from ..recognizers.features import FIELDS, MODEL_FIELDS
from ..recognizers.model import WITHOUT_MODEL
from ..recognizers.toponyms import POSSIBLE_AT, ToponymRecognizer, as_toponyms, choose
from ..resolvers.context import ContextResolver, Ranking
from ..resolvers.features import FIELDS as CANDIDATE_FIELDS
from ..resolvers.joint import SECOND_FIELDS, scores_of, second_rows
from ..trees import Trees, probability
from . import context_words
from .boosting import Growth, grow
from .examples import (
    FOLDS,
    Candidates,
    Proposals,
    SpansOf,
    Text,
    candidates,
    corpus_weights,
    in_folds,
    proposals,
    shortened,
)
from .rising import rising
from .thresholds import ACCEPT_GRID, PLACE_GRID, best, f1_of_places, f1_of_spans, least_asserted, lowest_good, placed

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.float32]
Tell: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how many steps of it are done, and how many there are."""

FIRST = Growth(trees=250, rate=0.06, leaves=24, depth=6, least=20, share=0.4)
RANKER = Growth(trees=200, rate=0.05, leaves=8, depth=4, least=30, share=0.5)
JUDGE = Growth(trees=200, rate=0.05, leaves=15, depth=5, least=20, share=0.4)
ASSERTION = Growth(trees=150, rate=0.04, leaves=8, depth=4, least=30, share=0.5)
"""Sizes chosen by a few trials on the out-of-fold figures, small trees first: they are read faster."""

_STEPS = 4
"""Steps of a lesson that somebody who waits is told of."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one way of reading has learned, and what it says of every text without having seen it."""

    reader: Reader
    """The weights."""
    predictions: Sequence[Sequence[Prediction]]
    """For each text what was found in it, out of fold."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """Learns weights.

    Parameters
    ----------
    known
        The gazetteer.
    corpora
        Annotated texts; each corpus counts alike where a threshold is chosen.
    tell
        Told how far the work is.
    """

    known: KnownNames
    corpora: Sequence[Sequence[GoldDocument]]
    tell: Tell = lambda what, done, of: None

    def learn(self, spans_of: SpansOf | None) -> tuple[Learned, dict[str, Lesson]]:
        """Return all weights, and the lessons "without_model" and, with spans, "with_model".

        Parameters
        ----------
        spans_of
            Gives the spans of a statistical model; None to learn reading without one alone.

        Raises
        ------
        ResourceError
            If LightGBM is not installed.
        """
        whole = in_folds(self.corpora)
        # Those that are measured come first: what follows counts on it.
        texts = [*whole, *shortened(whole)]
        self.tell("reading", 0, 1)
        meant = meaning_by(self.known.gazetteer)
        self.tell("reading", 1, 1)
        rankers = self._rankers(candidates(texts, ContextResolver(self.known), meant))
        without, says = self._lesson(texts, meant, rankers, lambda _: (), has_model=False)
        lessons = {"without_model": without}
        if spans_of is not None:
            lessons["with_model"], _ = self._lesson(texts, meant, rankers, spans_of, has_model=True)
        readers = {name: lesson.reader for name, lesson in lessons.items()}
        return Learned(says, rankers[FOLDS], without.reader, readers.get("with_model")), lessons

    def resolve_given(self) -> list[list[Prediction]]:
        """Return for each text what its annotated toponyms are taken for, by a ranker that has not seen its fold."""
        whole = in_folds(self.corpora)
        meant = meaning_by(self.known.gazetteer)
        rankers = self._rankers(candidates([*whole, *shortened(whole)], ContextResolver(self.known), meant))
        resolvers = [ContextResolver(self.known, ranker=ranker) for ranker in rankers]
        found = []
        for text in whole:
            marked = sorted(text.gold.toponyms, key=lambda one: (one.start, one.end))
            toponyms = [Toponym(one.start, one.end, one.text) for one in marked]
            found.append(_predictions(toponyms, resolvers[text.fold].rank(text.gold.document, toponyms)))
        return found

    def _rankers(self, examples: Candidates) -> list[Trees]:
        """Return the ranker of each fold, and last the one of all."""
        return [
            grow(examples.rows, examples.labels, examples.weights * (examples.fold != fold), CANDIDATE_FIELDS, RANKER)
            for fold in range(FOLDS + 1)
        ]

    def _lesson(
        self, texts: Sequence[Text], meant: Meant, rankers: Sequence[Trees], spans_of: SpansOf, *, has_model: bool
    ) -> tuple[Lesson, dict[str, tuple[float, ...]]]:
        what = "learning to read with a model" if has_model else "learning to read"
        whole = sum(not text.is_short for text in texts)
        recognizer = _untaught(self.known, has_model=has_model)
        self.tell(what, 0, _STEPS)
        examples = proposals(texts, recognizer, spans_of)
        self.tell(what, 1, _STEPS)
        fields = FIELDS + MODEL_FIELDS if has_model else FIELDS
        fold_of = np.array([text.fold for text in texts])
        first, scores, says = self._first(examples, fold_of[examples.text], fields)
        possible = [_possible(examples, number, scores) for number in range(len(texts))]
        self.tell(what, 2, _STEPS)

        resolvers = [ContextResolver(self.known, ranker=ranker) for ranker in rankers]
        seconds = [
            _second(text.gold.document, found, resolvers[text.fold])
            for text, found in zip(texts, possible, strict=True)
        ]
        judge_rows = np.concatenate(seconds)
        where = np.concatenate([found.where for found in possible])
        fold = fold_of[examples.text[where]]
        judge_trees, judged = self._out_of_fold(
            judge_rows, examples.labels[where], examples.weights[where], fold, (*fields, *SECOND_FIELDS), JUDGE
        )
        certainty = probability(judged)
        names = [found.toponyms for found in possible[:whole]]
        accept_at = best(ACCEPT_GRID, lambda least: f1_of_spans(texts[:whole], names, certainty, least))
        self.tell(what, 3, _STEPS)
        bounds = np.concatenate(([0], np.cumsum([len(found.toponyms) for found in possible])))
        accepted = [
            _accepted(found, certainty[low:high], accept_at)
            for found, low, high in zip(possible, bounds[:-1], bounds[1:], strict=True)
        ]
        assertion, knots, predictions = self._assertion(texts, meant, accepted, resolvers, examples.without_demonyms)
        self.tell(what, _STEPS, _STEPS)
        measured, predictions = texts[:whole], predictions[:whole]
        judgeable = [
            [one for one in found if text.corpus not in examples.without_demonyms or one.role != Role.DEMONYM]
            for text, found in zip(measured, predictions, strict=True)
        ]
        place_at = lowest_good(PLACE_GRID, lambda least: f1_of_places(measured, meant, judgeable, least))
        least = least_asserted(measured, meant, judgeable)
        reader = Reader(first, judge_trees, assertion, knots, accept_at, place_at, least)
        return Lesson(reader, [[placed(one, place_at) for one in found] for found in predictions]), says

    def _first(
        self, examples: Proposals, fold: NDArray[np.int64], fields: Sequence[str]
    ) -> tuple[Trees, Floats, dict[str, tuple[float, ...]]]:
        """Return the first score's trees, out-of-fold scores, and what the words beside a name say."""
        marked = list(zip(examples.neighbours, examples.labels.tolist(), examples.weights.tolist(), strict=True))

        def says_without(*folds: int) -> dict[str, tuple[float, ...]]:
            return context_words.count(marked[index] for index in np.flatnonzero(~np.isin(fold, folds)).tolist())

        scores = np.zeros(len(fold))
        rows = examples.rows.copy()
        for tested in range(FOLDS):
            for taught in range(FOLDS):
                context_words.fill(
                    rows, examples.neighbours, np.flatnonzero(fold == taught), says_without(tested, taught)
                )
            trees = grow(rows, examples.labels, examples.weights * (fold != tested), fields, FIRST)
            scores[fold == tested] = trees.scores(rows[fold == tested])
        for taught in range(FOLDS):
            context_words.fill(rows, examples.neighbours, np.flatnonzero(fold == taught), says_without(taught))
        examples.rows[:] = rows
        return grow(rows, examples.labels, examples.weights, fields, FIRST), scores, says_without()

    def _assertion(
        self,
        texts: Sequence[Text],
        meant: Meant,
        accepted: Sequence[Sequence[Toponym]],
        resolvers: Sequence[ContextResolver],
        without_demonyms: frozenset[int],
    ) -> tuple[Trees, tuple[tuple[float, ...], tuple[float, ...]], list[list[Prediction]]]:
        """Return the trees of confidence, its calibration, and what is found with it, out of fold."""
        rows, labels, weights, folds = [], [], [], []
        found: list[list[Prediction]] = []
        shares = corpus_weights(texts)
        for text, toponyms in zip(texts, accepted, strict=True):
            if not toponyms:
                found.append([])
                continue
            ranking = resolvers[text.fold].rank(text.gold.document, toponyms)
            rows.append(second_rows(text.gold.document.text, toponyms, scores_of(toponyms), ranking))
            predictions = _predictions(toponyms, ranking)
            right, teaching = _are_right(
                text.gold,
                predictions,
                meant,
                marks_demonyms=text.corpus not in without_demonyms,
                teaches=shares[text.corpus],
            )
            labels.append(right)
            weights.append(teaching)
            folds.append(np.full(len(toponyms), text.fold))
            found.append(predictions)
        label, weight, fold = np.concatenate(labels), np.concatenate(weights), np.concatenate(folds)
        trees, scores = self._out_of_fold(
            np.concatenate(rows).astype(np.float32), label, weight, fold, SECOND_FIELDS, ASSERTION
        )
        is_short = np.repeat([text.is_short for text in texts], [len(predictions) for predictions in found])
        counts = (weight > 0) & ~is_short
        knots = rising(scores[counts], label[counts])
        confidence = np.interp(scores, *knots)
        at = iter(confidence.tolist())
        with_confidence = [
            [replace(one, confidence=round(next(at), 3)) for one in predictions] for predictions in found
        ]
        return trees, knots, with_confidence

    def _out_of_fold(
        self,
        rows: Rows,
        labels: NDArray[np.bool_],
        weights: Floats,
        fold: NDArray[np.int64],
        fields: Sequence[str],
        growth: Growth,
    ) -> tuple[Trees, Floats]:
        """Return the trees of all examples, and for each example the score of trees that have not seen its fold."""
        scores = np.zeros(len(labels))
        for tested in range(FOLDS):
            trees = grow(rows, labels, weights * (fold != tested), fields, growth)
            scores[fold == tested] = trees.scores(rows[fold == tested])
        return grow(rows, labels, weights, fields, growth), scores


@dataclass(frozen=True, slots=True)
class _Found:
    """What may be toponyms in a text, and where their proposals stand among all."""

    toponyms: Sequence[Toponym]
    rows: Rows
    scores: Floats
    where: NDArray[np.int64]


def _untaught(known: KnownNames, *, has_model: bool) -> ToponymRecognizer:
    """Return a recogniser that only proposes."""
    empty = np.zeros((0, 0))
    nothing = Trees(
        (), empty.astype(np.int16), empty.astype(np.float32), np.zeros((0, 0, 2), np.int16), empty.astype(np.int32), 0
    )
    reader = Reader(nothing, nothing, nothing, ((0.0,), (0.0,)), 0.0, 0.0, 0.0)
    return ToponymRecognizer(known, Learned({}, nothing, reader, reader), model="" if has_model else WITHOUT_MODEL)


def _possible(examples: Proposals, number: int, scores: Floats) -> _Found:
    span = examples.of_text(number)
    reading, own = examples.readings[number], scores[span]
    certainty = probability(own)
    chosen = choose(reading, certainty, POSSIBLE_AT)
    where = np.array(chosen, dtype=np.int64) + span.start
    return _Found(as_toponyms(reading, chosen, certainty), examples.rows[where], scores[where], where)


def _second(document: Document, found: _Found, resolver: ContextResolver) -> Rows:
    """Return what the judge is told of the possible toponyms of a text."""
    if not found.toponyms:
        return np.zeros((0, found.rows.shape[1] + len(SECOND_FIELDS)), dtype=np.float32)
    ranking = resolver.rank(document, found.toponyms)
    second = second_rows(document.text, found.toponyms, found.scores, ranking)
    return np.column_stack((found.rows, second)).astype(np.float32)


def _accepted(found: _Found, certainty: Floats, least: float) -> list[Toponym]:
    return [
        replace(toponym, certainty=float(share))
        for toponym, share in zip(found.toponyms, certainty, strict=True)
        if share >= least
    ]


def _predictions(toponyms: Sequence[Toponym], ranking: Ranking) -> list[Prediction]:
    found = []
    for toponym, number in zip(toponyms, ranking.of, strict=True):
        match = ranking.ranked[number][0][0] if ranking.ranked[number] else None
        is_demonym = match is not None and match.name_kind is NameKind.DEMONYM
        role = Role.DEMONYM if is_demonym else Role.LITERAL
        place = None if match is None else match.place
        found.append(Prediction(toponym.start, toponym.end, toponym.text, place, 0.0, str(role)))
    return found


def _are_right(
    gold: GoldDocument,
    predictions: Sequence[Prediction],
    meant: Meant,
    *,
    marks_demonyms: bool,
    teaches: float,
) -> tuple[NDArray[np.bool_], Floats]:
    """Return whether each prediction is at a toponym and means its place, and 0 for those of which nobody can tell."""
    judged = judge(gold, predictions, meant)
    index = {(one.start, one.end): number for number, one in enumerate(predictions)}
    right = np.zeros(len(predictions), dtype=bool)
    weight = np.array([teaches * (one.place is not None) for one in predictions])
    for pair in judged.pairs:
        at = index[pair.prediction.start, pair.prediction.end]
        right[at] = pair.is_right
        weight[at] *= pair.gold.lonlat is not None
    for one in judged.false:
        if one.role == Role.DEMONYM and not marks_demonyms:
            weight[index[one.start, one.end]] = 0.0
    return right, weight
