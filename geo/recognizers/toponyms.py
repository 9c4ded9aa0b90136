"""Find toponyms: spans of a statistical model and runs of capitals, judged together by weighed evidence.

Neither source is enough. The model may call a city a nationality and miss a name in a list; the gazetteer knows a
village for many an ordinary word. Every proposal therefore collects evidence: what the model says of this span and of
the same name elsewhere, what the gazetteer knows under it, and the words around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..gazetteers import Gazetteer, NameKind
from ..gazetteers.matching import Match, holds
from ..model import Document, Kind, Toponym
from ..names import name_key
from . import evidence
from .model import DEFAULT_MODEL, load_model, named_spans
from .proposals import Proposal, Reading

if TYPE_CHECKING:
    from spacy.language import Language

_JOINS = (", ", " and ", " or ", ", and ", "-", "–", " to ")
_LONGEST_SUPPORT = 4
"""How many names of a list one accepted name may support, step by step."""


class ToponymRecognizer:
    """Recognise toponyms with a spaCy model and a gazetteer.

    Parameters
    ----------
    gazetteer
        Decides which capitals may be names and what they may mean.
    model
        Name of an installed spaCy model with an entity recogniser; loaded at the first use.
    """

    def __init__(self, gazetteer: Gazetteer, *, model: str = DEFAULT_MODEL) -> None:
        self.gazetteer = gazetteer
        self.model = model
        self._nlp: Language | None = None

    def recognize(self, document: Document) -> list[Toponym]:
        """Return the toponyms of a document in order, without overlaps.

        Raises
        ------
        ResourceError
            If the model is missing or does not fit.
        """
        if self._nlp is None:
            self._nlp = load_model(self.model)
        reading = Reading(document.text, named_spans(self._nlp, document.text), self.gazetteer)
        _judge(reading)
        return _chosen(reading)


def _judge(reading: Reading) -> None:
    """Weigh each proposal by itself, then by its neighbours in chains and lists."""
    labels: dict[str, set[str]] = defaultdict(set)
    for proposal in reading.proposals:
        if proposal.label:
            labels[proposal.key].add(proposal.label)
    people = [reading.text[start:end].split() for start, end, label in reading.spans if label == "PERSON"]
    person_words = {name_key(word) for person in people if len(person) > 1 for word in person}

    def weigh(proposals: Iterable[Proposal]) -> None:
        for proposal in proposals:
            fame = evidence.of_gazetteer(proposal)
            proposal.evidence = (
                evidence.of_label(reading, proposal)
                + fame
                + evidence.of_context(reading.surroundings(proposal), proposal, fame)
                + evidence.of_document(proposal, labels, person_words)
            )

    weigh(reading.proposals)
    homes = evidence.homes_of([p for p in reading.proposals if p.found and p.evidence >= evidence.ACCEPT_AT])
    weigh(reading.propose_respelled(homes.countries))
    _favour_homes([proposal for proposal in reading.proposals if proposal.key not in person_words], homes, reading)
    neighbours = list(_neighbours(reading))
    _reward_chains(reading.proposals, neighbours)
    _support_along_lists(neighbours)


def _favour_homes(proposals: Sequence[Proposal], homes: evidence.Homes, reading: Reading) -> None:
    """Let where the document is set speak for the names in doubt."""
    for proposal in proposals:
        if proposal.evidence >= evidence.ACCEPT_AT:
            continue
        is_bare_capital = proposal.label is None and proposal.word_count == 1
        if not (is_bare_capital and reading.opens_sentence(proposal)):
            proposal.evidence += evidence.of_homes(proposal, homes)


def _neighbours(reading: Reading) -> Iterator[tuple[Proposal, Proposal, str]]:
    """Yield (left, right, join) of the proposals that stand side by side."""
    starting: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in reading.proposals:
        starting[proposal.start].append(proposal)
    for left in reading.proposals:
        for join in _JOINS:
            if reading.text.startswith(join, left.end):
                for right in starting.get(left.end + len(join), ()):
                    yield left, right, join


def _reward_chains(proposals: Sequence[Proposal], neighbours: Sequence[tuple[Proposal, Proposal, str]]) -> None:
    """Believe both names of "Paris, Texas" more, where a place of the first lies in a place of the second."""
    for left, right, join in neighbours:
        if join == ", " and any(_may_contain(y) and holds(y, x) for y in right.found for x in left.found):
            left.is_chained = right.is_chained = True
    for proposal in proposals:
        proposal.evidence += 2.5 if proposal.is_chained else 0.0


def _may_contain(match: Match) -> bool:
    """Whether a place is one that English puts behind another's name: a country, or a unit by a name of its own."""
    if match.name_kind is NameKind.DEMONYM:
        return False
    return match.place.kind is Kind.COUNTRY or match.name_kind is not NameKind.ALTERNATE


def _support_along_lists(neighbours: Sequence[tuple[Proposal, Proposal, str]]) -> None:
    """Let an accepted name speak for the next one in "Homs, Hama and Aleppo"."""
    pairs = [(a, b) for left, right, _ in neighbours for a, b in ((left, right), (right, left)) if b.found]
    for _ in range(_LONGEST_SUPPORT):
        weak = {id(b): b for a, b in pairs if a.evidence >= evidence.ACCEPT_AT > b.evidence and not b.is_supported}
        for proposal in weak.values():
            proposal.is_supported = True
            proposal.evidence += 2.0


def _chosen(reading: Reading) -> list[Toponym]:
    """Choose spans without overlap: more evidence first, longer names favoured, then the earlier one."""
    accepted = [proposal for proposal in reading.proposals if proposal.evidence >= evidence.ACCEPT_AT]
    accepted.sort(key=lambda p: (-p.evidence - 0.75 * p.word_count, p.start - p.end, p.start))
    covered = bytearray(len(reading.text))
    toponyms = []
    for proposal in accepted:
        start, end = proposal.start, proposal.end
        if not any(covered[start:end]):
            covered[start:end] = b"\1" * (end - start)
            certainty = evidence.certainty(proposal.evidence)
            toponyms.append(Toponym(start, end, reading.text[start:end], label=proposal.label, certainty=certainty))
    return sorted(toponyms, key=lambda toponym: toponym.start)
