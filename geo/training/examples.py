"""Annotated texts as examples to learn from: proposals that are toponyms or not, candidates that are right or not."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..evaluation.gold import GoldDocument, GoldToponym
from ..evaluation.judging import NEAR_KM, Meant
from ..extent import great_circle_km
from ..gazetteers import NameKind
from ..model import Toponym
from ..recognizers.features import neighbour_words
from ..recognizers.model import NamedSpan
from ..recognizers.proposals import Proposal, Reading
from ..recognizers.toponyms import ToponymRecognizer
from ..resolvers.context import ContextResolver
from .short_texts import short_texts

SpansOf = Callable[[str], Sequence[NamedSpan]]
"""Gives the spans of a statistical model in a text."""

FOLDS = 5
PLACELESS_WEIGHT = 3.0
"""How much a text without a place teaches: there are few, and a place drawn from one is the worst to draw."""
_MOST_WEIGHT, _EVENNESS = 3.0, 0.5
_LEAST_SHARED = 0.5
"""A proposal that shares so much with a toponym which nothing proposes as it is stands for it."""
_MARKS_DEMONYMS = 0.1
"""A corpus that marks fewer of its demonyms does not mark them: that it has none teaches nothing."""
_SAME_SPOT_KM = 15.0


@dataclass(frozen=True, slots=True)
class Text:
    """An annotated text and where it belongs."""

    gold: GoldDocument
    """The text."""
    corpus: int
    """Number of its corpus."""
    fold: int
    """Number of the fold in which it is measured."""
    is_short: bool = False
    """Whether it was cut from another: it teaches, and nothing is measured on it."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """The proposals of all texts in numbers."""

    readings: Sequence[Reading]
    """The texts as they were read."""
    rows: NDArray[np.float32]
    """One row a proposal."""
    labels: NDArray[np.bool_]
    """Whether it is a toponym."""
    weights: NDArray[np.float64]
    """How much it teaches."""
    neighbours: Sequence[tuple[str | None, ...]]
    """The words beside it."""
    text: NDArray[np.int64]
    """Number of its text."""
    without_demonyms: frozenset[int]
    """Numbers of the corpora that do not mark demonyms."""

    def of_text(self, number: int) -> slice:
        """Return where the proposals of a text stand."""
        start, end = np.searchsorted(self.text, [number, number + 1])
        return slice(int(start), int(end))


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of all annotated toponyms in numbers."""

    rows: NDArray[np.float32]
    """One row a candidate."""
    labels: NDArray[np.bool_]
    """Whether it is the right place."""
    weights: NDArray[np.float64]
    """How much it teaches: 0 where no candidate is right."""
    fold: NDArray[np.int64]
    """The fold of its text."""


def in_folds(corpora: Sequence[Sequence[GoldDocument]]) -> list[Text]:
    """Put annotated texts into folds: all of one source into the same, and a text without a source by itself."""
    return [
        Text(gold, number, zlib.crc32((gold.document.source or gold.document.id).encode()) % FOLDS)
        for number, corpus in enumerate(corpora)
        for gold in corpus
    ]


def shortened(texts: Sequence[Text]) -> list[Text]:
    """Return short texts cut from annotated ones, each in the corpus and fold of its whole; see `short_texts`."""
    return [replace(text, gold=short, is_short=True) for text in texts for short in short_texts(text.gold)]


def proposals(texts: Sequence[Text], recognizer: ToponymRecognizer, spans_of: SpansOf) -> Proposals:
    """Return what the recogniser proposes in texts, as examples."""
    readings = [Reading(t.gold.document.text, spans_of(t.gold.document.text), recognizer.standings) for t in texts]
    labels = [
        np.array(list(_are_toponyms(r.proposals, t.gold)), dtype=bool) for r, t in zip(readings, texts, strict=True)
    ]
    demonyms = [np.array([_is_demonym(p) for p in r.proposals], dtype=bool) for r in readings]
    ignoring = _corpora_without_demonyms(texts, labels, demonyms)
    shares = corpus_weights(texts)
    weights = [
        np.where(demonym & ~label & (text.corpus in ignoring), 0.0, shares[text.corpus])
        for text, label, demonym in zip(texts, labels, demonyms, strict=True)
    ]
    return Proposals(
        readings,
        np.concatenate([recognizer.rows(reading) for reading in readings]),
        np.concatenate(labels),
        np.concatenate(weights),
        [neighbour_words(reading, proposal) for reading in readings for proposal in reading.proposals],
        np.repeat(np.arange(len(texts)), [len(label) for label in labels]),
        ignoring,
    )


def candidates(texts: Sequence[Text], resolver: ContextResolver, meant: Meant) -> Candidates:
    """Return the candidates of the annotated toponyms of texts, as examples.

    A unit that is marked where a town of its name would speak for it teaches nothing: whether "New York" alone is the
    city or the state is a convention of the annotators.
    """
    rows, labels, weights, folds = [], [], [], []
    shares = corpus_weights(texts)
    for text in texts:
        toponyms, gold = _annotated(text.gold)
        crowd, numbers = resolver.rows(text.gold.document, toponyms)
        if crowd is None:
            continue
        right = np.zeros(len(crowd), dtype=bool)
        weight = np.zeros(len(crowd))
        for number, group in enumerate(crowd.groups):
            span = slice(int(crowd.bounds[number]), int(crowd.bounds[number + 1]))
            marked = [gold[index] for index in group.members if gold[index].lonlat is not None]
            if not marked:
                continue
            right[span] = [
                _is_right(match.place.id, match.place.lonlat, marked[0], meant) for match in crowd.flat[span]
            ]
            right[span] &= _nearest_of(crowd.flat[span], right[span], marked[0])
            is_convention = (right[span] & (crowd.is_seat[span] > 0)).any() and group.unit_kinds is None
            if right[span].any() and not (is_convention and not group.is_container):
                weight[span] = np.sqrt(len(marked)) * shares[text.corpus]
        rows.append(numbers)
        labels.append(right)
        weights.append(weight)
        folds.append(np.full(len(crowd), text.fold))
    return Candidates(*map(np.concatenate, (rows, labels, weights, folds)))


def corpus_weights(texts: Sequence[Text]) -> dict[int, float]:
    """Return how much an example of each corpus teaches.

    A corpus with fewer toponyms teaches more by each, up to three times as much as the mean, so that a large one of one
    sort of paper does not drown the others; one without any teaches `PLACELESS_WEIGHT`.
    """
    counts: dict[int, int] = {}
    for text in texts:
        if not text.is_short:
            counts[text.corpus] = counts.get(text.corpus, 0) + len(text.gold.toponyms)
    with_toponyms = [count for count in counts.values() if count]
    mean = sum(with_toponyms) / max(1, len(with_toponyms))
    return {
        corpus: min(_MOST_WEIGHT, (mean / count) ** _EVENNESS) if count else PLACELESS_WEIGHT
        for corpus, count in counts.items()
    }


def _annotated(gold: GoldDocument) -> tuple[list[Toponym], list[GoldToponym]]:
    """Return the annotated toponyms in order of the text, without those inside others, with their annotations."""
    toponyms: list[Toponym] = []
    kept: list[GoldToponym] = []
    for one in sorted(gold.toponyms, key=lambda one: (one.start, -one.end)):
        if not toponyms or one.start >= toponyms[-1].end:
            toponyms.append(Toponym(one.start, one.end, one.text))
            kept.append(one)
    return toponyms, kept


def _are_toponyms(proposed: Sequence[Proposal], gold: GoldDocument) -> Iterator[bool]:
    spans = {(toponym.start, toponym.end) for toponym in gold.toponyms}
    unproposed = spans - {(proposal.start, proposal.end) for proposal in proposed}
    for proposal in proposed:
        start, end = proposal.start, proposal.end
        yield (start, end) in spans or any(
            (min(end, high) - max(start, low)) / (max(end, high) - min(start, low)) >= _LEAST_SHARED
            for low, high in unproposed
        )


def _is_demonym(proposal: Proposal) -> bool:
    return any(match.name_kind is NameKind.DEMONYM for match in proposal.found)


def _corpora_without_demonyms(
    texts: Sequence[Text], labels: Sequence[NDArray[np.bool_]], demonyms: Sequence[NDArray[np.bool_]]
) -> frozenset[int]:
    """Return the numbers of the corpora that have toponyms but mark hardly any demonym."""
    counts: dict[int, list[int]] = {}
    for text, label, demonym in zip(texts, labels, demonyms, strict=True):
        counted = counts.setdefault(text.corpus, [0, 0, 0])
        counted[0] += int(label.sum())
        counted[1] += int(demonym.sum())
        counted[2] += int((demonym & label).sum())
    return frozenset(
        corpus for corpus, (toponyms, found, marked) in counts.items() if toponyms and marked < _MARKS_DEMONYMS * found
    )


def _is_right(place_id: str, lonlat: tuple[float, float], gold: GoldToponym, meant: Meant) -> bool:
    place = meant(gold)
    if place is not None and gold.id is not None and place.id == gold.id:
        return place_id == place.id
    assert gold.lonlat is not None
    return great_circle_km(lonlat, gold.lonlat) <= NEAR_KM


def _nearest_of(flat: Sequence[object], right: NDArray[np.bool_], gold: GoldToponym) -> NDArray[np.bool_]:
    """Tell which of the right candidates lie at the spot of the nearest."""
    assert gold.lonlat is not None
    km = np.array([great_circle_km(match.place.lonlat, gold.lonlat) for match in flat])  # type: ignore[attr-defined]
    near: NDArray[np.bool_] = km <= km[right].min(initial=np.inf) + _SAME_SPOT_KM
    return near
