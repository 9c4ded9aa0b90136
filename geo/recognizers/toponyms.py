"""Find toponyms: every proposal of a text in numbers, a learned score for each, and a choice without overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..gazetteers.known import KnownNames
from ..learned import Learned, Reader
from ..model import Document, Toponym
from ..trees import probability
from .features import FIELDS, Describer
from .lexicon import load_lexicon
from .model import WITHOUT_MODEL, NamedSpan, load_model, named_spans
from .proposals import Reading
from .scripts import names_in_script
from .standing import Standings
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.language import Language

POSSIBLE_AT = 0.05
"""Least probability at which a proposal is looked at a second time."""


@dataclass(frozen=True, slots=True)
class Possible:
    """The proposals of a text that may well be toponyms, in order and without overlap."""

    toponyms: Sequence[Toponym]
    """The names, their certainty the first score's."""
    rows: NDArray[np.float32]
    """What speaks for and against each, see `geo.recognizers.features`; one row a toponym."""
    scores: NDArray[np.float64]
    """The first score of each: log odds that it is a toponym."""


class ToponymRecognizer:
    """Recognise toponyms with a gazetteer, and a spaCy model where one is asked for.

    Parameters
    ----------
    known
        Tells which names are known.
    learned
        The weights.
    model
        Name of an installed spaCy model with an entity recogniser, loaded at the first use; `WITHOUT_MODEL` for none.
    """

    def __init__(self, known: KnownNames, learned: Learned, *, model: str = WITHOUT_MODEL) -> None:
        self.known = known
        self.standings = Standings(known)
        self.model = model
        self.weights: Reader = learned.reader(has_model=model != WITHOUT_MODEL)
        self._describer = Describer(Vocabulary(load_lexicon(), learned.context))
        self._nlp: Language | None = None

    def possible(self, document: Document) -> Possible:
        """Return what may well be toponyms in a document.

        Raises
        ------
        ResourceError
            If the model is missing or does not fit.
        """
        return self.possible_in(document.text, self._spans(document.text))

    def possible_in(self, text: str, spans: Sequence[NamedSpan]) -> Possible:
        """Return what may well be toponyms in a text of which a model's spans are known already."""
        reading = Reading(text, spans, self.standings)
        rows = self.rows(reading)
        scores = self.weights.first.scores(rows)
        certainty = probability(scores)
        chosen = choose(reading, certainty, POSSIBLE_AT)
        return Possible(as_toponyms(reading, chosen, certainty), rows[chosen], scores[chosen])

    def read(self, text: str) -> Reading:
        """Return everything in a text that might be a toponym; ResourceError as for `possible`."""
        return Reading(text, self._spans(text), self.standings)

    def rows(self, reading: Reading) -> NDArray[np.float32]:
        """Return the proposals of a text in numbers, without those of a model that is not used."""
        rows = self._describer.describe(reading)
        return rows if self.model != WITHOUT_MODEL else rows[:, : len(FIELDS)]

    def in_other_scripts(self, text: str) -> list[Toponym]:
        """Return the well known places that a text names in another script than the Latin one."""
        found = names_in_script(text, self.known.gazetteer)
        return [
            Toponym(name.start, name.end, text[name.start : name.end], certainty=name.certainty, lemma=name.key)
            for name in found
        ]

    def _spans(self, text: str) -> Sequence[NamedSpan]:
        if self.model == WITHOUT_MODEL:
            return ()
        if self._nlp is None:
            self._nlp = load_model(self.model)
        return named_spans(self._nlp, text)


def as_toponyms(reading: Reading, chosen: Sequence[int], certainty: NDArray[np.float64]) -> list[Toponym]:
    """Return some proposals of a text as toponyms, by their indexes."""
    return [
        Toponym(p.start, p.end, reading.text[p.start : p.end], label=p.label, certainty=float(certainty[index]))
        for index, p in ((index, reading.proposals[index]) for index in chosen)
    ]


def choose(reading: Reading, probabilities: NDArray[np.float64], least: float) -> list[int]:
    """Return the indexes of the proposals that stand, in order: of two that overlap the likelier, then the longer."""
    proposals = reading.proposals
    worthy = np.flatnonzero(probabilities >= least).tolist()
    worthy.sort(key=lambda i: (-probabilities[i], proposals[i].start - proposals[i].end, proposals[i].start))
    taken = bytearray(len(reading.words))
    chosen = []
    for index in worthy:
        first, last = proposals[index].first, proposals[index].last
        if not any(taken[first:last]):
            taken[first:last] = b"\1" * (last - first)
            chosen.append(index)
    return sorted(chosen)
