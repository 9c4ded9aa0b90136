"""Explain a reading: what was decided of a name in a text, on what grounds, and what was not taken for a toponym."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .excerpts import excerpt, sentences
from .gazetteers.matching import Match
from .model import Document, Excerpt, Mention
from .names import name_key
from .pipeline import Geoparser, apart
from .recognizers.refusal import refusals
from .recognizers.toponyms import POSSIBLE_AT
from .resolvers.context import Ranking
from .resolvers.evidence import LEAST_SAID, Evidence
from .resolvers.features import FIELDS
from .resolvers.grounds import rival_of
from .trees import probability


@dataclass(frozen=True, slots=True)
class Steps:
    """How likely each step held what stands somewhere for a toponym; None for a step that it never came to."""

    first: float | None
    """By the text and the gazetteer's names alone, 0 to 1."""
    judge: float | None
    """Knowing also what it would mean, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Told:
    """A toponym with what was decided."""

    mention: Mention
    """The decision and its sentence."""
    steps: Steps
    """How it came to that."""


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate of a sense."""

    match: Match
    """The place, and how the name led to it."""
    share: float
    """Share of the belief among the candidates, 0 to 1."""
    features: Mapping[str, float]
    """What the ranker was told of it, by name: see `geo.resolvers.features.FIELDS`."""


@dataclass(frozen=True, slots=True)
class Argument:
    """Something that spoke for a candidate."""

    words: str
    """What, in words."""
    odds: float
    """By how much it multiplied the odds that the candidate is the right one rather than the other; 1 or more."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sense of a name: the toponyms that have one meaning together, and what that may be."""

    told: tuple[Told, ...]
    """The toponyms, in order of the text."""
    options: tuple[Option, ...]
    """Everything that it may mean, best first; empty for a road or a name that the gazetteer does not know."""
    rival: int | None
    """Where in `options` the best rival stands; None without any."""
    pros: tuple[Argument, ...]
    """What spoke for the first option over the rival, the strongest first."""
    cons: tuple[Argument, ...]
    """What spoke for the rival, the strongest first."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something with the name's letters that was not taken for a toponym."""

    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    text: str
    """It as written."""
    excerpt: Excerpt
    """The sentence."""
    steps: Steps
    """How far it came."""
    reason: str
    """Why it was refused, in words."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a text says by a name."""

    document: Document
    """The text."""
    meanings: tuple[Meaning, ...]
    """What the name means in it, in order of the first mention."""
    refused: tuple[Refused, ...]
    """Where it was not taken for a toponym, in order of the text."""


def explain(geoparser: Geoparser, document: Document, name: str) -> Explanation:
    """Explain what a text says by a name.

    Parameters
    ----------
    geoparser
        Reads the text.
    document
        The text.
    name
        A name, in whatever capitals; empty explanations for one that the text does not have.

    Raises
    ------
    ResourceError
        If the model is missing or does not fit.

    Examples
    --------
    >>> found = explain(Geoparser(), Document("news", "The road from Paris, Texas, to Dallas is shut."), "Paris")
    >>> [(meaning.options[0].match.place.id, meaning.pros[0].words) for meaning in found.meanings]
    [('geonames:4717560', "placed in 'Texas' by the text")]
    >>> explain(Geoparser(), Document("recipe", "Stir the butter."), "Paris").meanings
    ()
    """
    return _Reading(geoparser, document).explained(name)


class _Reading:
    """A text with all that was thought about it on the way."""

    def __init__(self, geoparser: Geoparser, document: Document) -> None:
        self._document, self._reader = document, geoparser.reader
        self._within = sentences(document.text)
        recognizer = self._reader.recognizer
        self._proposals = recognizer.read(document.text)
        self._rows = recognizer.rows(self._proposals)
        self._first = probability(self._reader.weights.first.scores(self._rows))
        self._place_of = {(p.start, p.end): number for number, p in enumerate(self._proposals.proposals)}
        possible = recognizer.possible(document)
        judged = self._reader.judged(document, possible) if possible.toponyms else np.zeros((0, 0), np.float32)
        certainty = probability(self._reader.weights.judge.scores(judged))
        spans = [(toponym.start, toponym.end) for toponym in possible.toponyms]
        self._judged = dict(zip(spans, zip(judged, certainty.tolist(), strict=True), strict=True))
        _, self._names = apart(document, self._reader.find(document))
        self._mentions = geoparser.parse([document]).mentions

    def explained(self, name: str) -> Explanation:
        """Return what the text says by a name."""
        spans = list(_occurrences(self._document.text, name))
        key = name_key(name)
        wanted = [
            mention
            for mention in self._mentions
            if key
            and (name_key(mention.toponym.text) == key or (mention.toponym.start, mention.toponym.end) in set(spans))
        ]
        taken = {(mention.toponym.start, mention.toponym.end) for mention in wanted}
        refused = [self._refused(start, end) for start, end in spans if not _covers(taken, start, end)]
        return Explanation(self._document, tuple(self._meanings(wanted)), tuple(refused))

    def _meanings(self, wanted: Sequence[Mention]) -> list[Meaning]:
        ranking = self._reader.resolver.rank(self._document, self._names) if self._names else None
        evidence = None if ranking is None else self._reader.evidence(ranking)
        sense_of = (
            {}
            if ranking is None
            else {(toponym.start, toponym.end): number for toponym, number in zip(self._names, ranking.of, strict=True)}
        )
        together: dict[object, list[Mention]] = {}
        for mention in wanted:
            span = mention.toponym.start, mention.toponym.end
            together.setdefault(sense_of.get(span, mention.resolution.referent), []).append(mention)
        found = []
        for sense, mentions in together.items():
            told = tuple(Told(mention, self._steps(mention.toponym.start, mention.toponym.end)) for mention in mentions)
            if isinstance(sense, int) and ranking is not None and evidence is not None:
                found.append(_weighed(told, sense, ranking, evidence))
            else:
                found.append(Meaning(told, (), None, (), ()))
        return found

    def _steps(self, start: int, end: int) -> Steps:
        at = self._place_of.get((start, end))
        judged = self._judged.get((start, end))
        return Steps(None if at is None else float(self._first[at]), None if judged is None else judged[1])

    def _refused(self, start: int, end: int) -> Refused:
        text = self._document.text
        return Refused(
            start,
            end,
            text[start:end],
            excerpt(text, start, end, within=self._within),
            self._steps(start, end),
            self._reason(start, end),
        )

    def _reason(self, start: int, end: int) -> str:
        around = next((m.toponym for m in self._mentions if m.toponym.start <= start and end <= m.toponym.end), None)
        if around is not None:
            return f"it is part of '{around.text}'"
        at = self._place_of.get((start, end))
        if at is None:
            written = self._document.text[start:end]
            return (
                "it is written without capitals"
                if written.islower()
                else "nothing known is called so, and nothing beside it says that it is a place"
            )
        weights, judged = self._reader.weights, self._judged.get((start, end))
        if judged is not None and judged[1] >= weights.accept_at:
            return "it is left out, as was asked"
        if judged is None and self._first[at] >= POSSIBLE_AT:
            longer = self._longer(start, end)
            if longer is not None:
                return f"'{longer}' fits better there"
        why = refusals(weights.first, self._rows[at]) if judged is None else refusals(weights.judge, judged[0])
        return "; ".join(why) or "too little speaks for a place"

    def _longer(self, start: int, end: int) -> str | None:
        """Return the possible name that took the place of a proposal."""
        return next((self._document.text[s:e] for s, e in self._judged if s < end and start < e), None)


def _weighed(told: tuple[Told, ...], sense: int, ranking: Ranking, evidence: Evidence) -> Meaning:
    ranked = ranking.ranked[sense]
    options = tuple(
        Option(match, share, dict(zip(FIELDS, ranking.rows[at].tolist(), strict=True)))
        for (match, share), at in zip(ranked, ranking.order[sense], strict=True)
    )
    rival = rival_of(ranked) or None
    if rival is None:
        return Meaning(told, options, None, (), ())
    best, other = options[0].match, options[rival].match
    weighed = evidence.grounds[sense].items()
    pros = [(evidence.phrase(sense, ground, best, other), odds) for ground, odds in weighed if odds >= LEAST_SAID]
    cons = [(evidence.phrase(sense, ground, other, best), -odds) for ground, odds in weighed if -odds >= LEAST_SAID]
    return Meaning(told, options, rival, _arguments(pros), _arguments(reversed(cons)))


def _arguments(said: Iterable[tuple[str | None, float]]) -> tuple[Argument, ...]:
    """Join what has the same words: their log odds add up."""
    together: dict[str, float] = {}
    for words, log_odds in said:
        if words is not None:
            together[words] = together.get(words, 0.0) + log_odds
    ordered = sorted(together.items(), key=lambda item: -item[1])
    return tuple(Argument(words, float(np.exp(log_odds))) for words, log_odds in ordered)


def _occurrences(text: str, name: str) -> Iterable[tuple[int, int]]:
    """Yield where the words of a name stand, in whatever capitals and with whatever white space."""
    words = [re.escape(word) for word in name.split()]
    if words:
        pattern = re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)
        yield from (found.span() for found in pattern.finditer(text))


def _covers(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in spans)
