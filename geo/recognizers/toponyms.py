"""Find toponyms: spans of a statistical model and runs of capitals, judged together by weighed evidence.

Neither source is enough. The model may call a city a nationality and miss a name in a list; the gazetteer knows a
village for many an ordinary word. Every proposal therefore collects evidence: what the model says of this span and of
the same name elsewhere, what the gazetteer knows under it, and the words around it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..gazetteers import Gazetteer, NameKind
from ..gazetteers.matching import UNIT_WORDS, Match, holds, matches
from ..model import Document, Kind, Toponym
from ..names import name_key
from .model import DEFAULT_MODEL, NamedSpan, load_model, named_spans
from .words import Word, runs, words

if TYPE_CHECKING:
    from spacy.language import Language

_DATELINE = re.compile(r"(?:, [A-Z][\w.]{1,20})?(?: \([A-Z][\w ]{1,20}\))?\s?(?:—|–|--| -)\s")

_ACCEPT_AT = 2.0
"""Least evidence for a toponym; see `_Proposal.evidence`."""

_PLACE_LABELS = frozenset({"GPE", "LOC"})
_LABEL_EVIDENCE = {"GPE": 3.5, "LOC": 2.5, "FAC": 1.0, "NORP": 0.5, "ORG": -0.5, "PERSON": -1.5}
_OTHER_LABEL_EVIDENCE = -1.5
_INSIDE_EVIDENCE = {"GPE": -0.5, "LOC": -0.5, "FAC": -1.0, "NORP": -1.0, "ORG": -3.0, "PERSON": -5.0}

_BEFORE_PLACE = frozenset(
    "in to near at from around outside inside toward towards across between into throughout via reach reached leave "
    "left enter entered visit visited visiting hit struck seized captured shelled bombed retook recaptured besieged "
    "stormed".split()
)
_OF_PLACE = frozenset(
    "city cities town towns village villages province provinces governorate region district county state capital "
    "port outskirts north south east west northeast northwest southeast southwest part parts countryside suburb "
    "suburbs mayor governor people streets island islands republic kingdom rest much most residents".split()
)
_LONGEST_SUPPORT = 4
"""How many names of a list one accepted name may support, step by step."""
_JOINS = (", ", " and ", " or ", ", and ", "-", " to ")
_PEOPLE_OF_PLACE = frozenset(
    "man woman men women boy girl couple teen teenager resident residents native natives officials official police "
    "mayor authorities councillors lawmakers voters families family students schools parents firefighters "
    "area".split()
)
_PUBLIC_BODIES = frozenset(
    "police department departments county city council commission board court courthouse school schools college "
    "hospital fire sheriff clerk mayor airport district township library office officials chamber legislature "
    "senate house assembly parish attorney authority bureau center centre university museum park zoo stadium bridge "
    "station residents".split()
)
_TITLES = frozenset(
    "mr mrs ms miss dr prof gen general col colonel maj major capt captain lt sgt sir lord lady president minister "
    "senator sen rep gov king queen prince princess judge justice officer detective coach pastor rev father "
    "saint".split()
)
_SPEECH = frozenset("said says told added asked wrote explained recalled noted".split())
_NEVER = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday i he she we they it the a an and but or if in on at to for from with of by as "
    "is are was were be been this that these those there here when where while what who how why not no yes my our "
    "his her their its you your mr mrs ms dr god christmas easter ramadan internet english north south east west "
    "northern southern eastern western central northeast northwest southeast southwest gulf region midland atlantic "
    "pacific".split()
)


@dataclass(slots=True)
class _Proposal:
    """A stretch of text that might be a toponym, with everything that speaks for or against it."""

    start: int
    end: int
    key: str
    found: tuple[Match, ...]
    label: str | None = None
    evidence: float = 0.0
    word_count: int = 1
    is_chained: bool = False
    is_supported: bool = False


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

    def load(self) -> None:
        """Load the model now rather than at the first use; ResourceError as `load_model`."""
        if self._nlp is None:
            self._nlp = load_model(self.model)

    def recognize(self, document: Document) -> list[Toponym]:
        """Return the toponyms of a document in order, without overlaps."""
        self.load()
        assert self._nlp is not None
        text = document.text
        spans = named_spans(self._nlp, text)
        sequence = words(text)
        proposals = _propose(self.gazetteer, text, sequence, spans)
        _judge(text, sequence, spans, proposals)
        return _chosen(text, proposals)


def _propose(
    gazetteer: Gazetteer, text: str, sequence: Sequence[Word], spans: Sequence[NamedSpan]
) -> dict[tuple[int, int], _Proposal]:
    """Collect the model's spans and every run of capitals that the gazetteer knows."""
    known: dict[str, tuple[Match, ...]] = {}

    def look_up(start: int, end: int) -> tuple[Match, ...]:
        written = text[start:end]
        if written not in known:
            known[written] = matches(gazetteer, written)
        return known[written]

    proposals: dict[tuple[int, int], _Proposal] = {}
    for first, last in runs(text, sequence):
        if sequence[first].text.lower() == "the":
            continue
        start, end = sequence[first].start, sequence[last - 1].end
        key = name_key(text[start:end])
        if key in _NEVER:
            continue
        found = look_up(start, end)
        if last - first == 1 and text[end : end + 1] == "." and not found:
            # A short form is known with its stop only: "Ala.", "Calif.".
            end, found = end + 1, look_up(start, end + 1)
        if found:
            proposals[start, end] = _Proposal(start, end, key, found, word_count=last - first)
    for start, end, label in spans:
        proposal = proposals.get((start, end))
        if proposal is None and label in _LABEL_EVIDENCE:
            key = name_key(text[start:end])
            if not key or key in _NEVER or not any(c.isupper() for c in text[start:end]):
                continue
            proposal = _Proposal(start, end, key, look_up(start, end), word_count=key.count(" ") + 1)
            proposals[start, end] = proposal
        if proposal is not None:
            proposal.label = label
    return proposals


def _judge(
    text: str, sequence: Sequence[Word], spans: Sequence[NamedSpan], proposals: dict[tuple[int, int], _Proposal]
) -> None:
    """Weigh each proposal by itself, then by what is said of the same name and of its neighbours in a list."""
    index_at = {word.start: index for index, word in enumerate(sequence)}
    labels: dict[str, set[str]] = defaultdict(set)
    for proposal in proposals.values():
        if proposal.label:
            labels[proposal.key].add(proposal.label)
    people = [text[start:end].split() for start, end, label in spans if label == "PERSON"]
    person_words = {name_key(word) for person in people if len(person) > 1 for word in person}
    for proposal in proposals.values():
        proposal.evidence = (
            _label_evidence(text, proposal, spans)
            + _gazetteer_evidence(proposal)
            + _context_evidence(text, sequence, index_at, proposal)
            + _document_evidence(proposal, labels, person_words)
        )
    _share_along_lists(text, proposals)


def _label_evidence(text: str, proposal: _Proposal, spans: Sequence[NamedSpan]) -> float:
    if proposal.label is not None:
        if proposal.label == "NORP" and _has(proposal, NameKind.DEMONYM):
            return 3.0
        return _LABEL_EVIDENCE.get(proposal.label, _OTHER_LABEL_EVIDENCE)
    touching = _touching(spans, proposal)
    if not touching or _has(proposal, NameKind.DEMONYM):
        return 0.0
    if len(touching) > 1 or touching[0].start > proposal.start or touching[0].end < proposal.end:
        return -0.5
    rest = text[proposal.end : touching[0].end].lower().split()
    if proposal.start == touching[0].start and not _PUBLIC_BODIES.isdisjoint(rest):
        return 0.0
    return _INSIDE_EVIDENCE.get(touching[0].label, _OTHER_LABEL_EVIDENCE)


def _touching(spans: Sequence[NamedSpan], proposal: _Proposal) -> Sequence[NamedSpan]:
    """Return the model's spans, which are in order and do not overlap, that share characters with a proposal."""
    first = bisect_right(spans, proposal.start, key=lambda span: span.end)
    last = bisect_left(spans, proposal.end, key=lambda span: span.start)
    return spans[first:last]


def _has(proposal: _Proposal, name_kind: NameKind) -> bool:
    return any(match.name_kind is name_kind for match in proposal.found)


def _gazetteer_evidence(proposal: _Proposal) -> float:
    """How well known a place the name would be: 2.5 for a country, less for less, negative for an unknown name."""
    if not proposal.found:
        return -1.0 if proposal.label in _PLACE_LABELS else -10.0
    return max(_fame(match) for match in proposal.found)


def _fame(match: Match) -> float:
    place, population = match.place, match.place.population or 0
    if match.name_kind is NameKind.DEMONYM:
        return 2.5 if place.kind is not Kind.SETTLEMENT else 1.5
    if match.name_kind is NameKind.ABBREVIATION:
        return 2.5 if place.kind is Kind.COUNTRY else 0.0
    if match.name_kind is NameKind.ALTERNATE:
        return -0.5 if population < 1_000_000 else 0.5
    if place.kind in {Kind.COUNTRY, Kind.CONTINENT}:
        return 2.5
    if place.kind in {Kind.ADMIN1, Kind.REGION}:
        return 1.5
    return min(2.0, max(0.0, math.log10(population + 1) - 4.0))


def _context_evidence(text: str, sequence: Sequence[Word], index_at: dict[int, int], proposal: _Proposal) -> float:
    """Weigh the words around: prepositions and generic words for a place, titles and verbs of speech for a person."""
    first = index_at.get(proposal.start)
    if first is None:
        return 0.0
    last = first
    while last + 1 < len(sequence) and sequence[last + 1].end <= proposal.end:
        last += 1
    before = [word.text for word in sequence[max(0, first - 2) : first]]
    after = sequence[last + 1].text if last + 1 < len(sequence) else ""
    gap_before = text[sequence[first - 1].end : proposal.start] if first else "\n"
    gap_after = text[proposal.end : sequence[last + 1].start] if after else "\n"
    evidence = 0.0
    previous = before[-1].lower() if before and not gap_before.strip() and "\n" not in gap_before else ""
    if previous == "the" and len(before) == 2:
        previous = before[0].lower()
    if previous in _BEFORE_PLACE:
        evidence += 2.0
    elif previous == "of" and len(before) == 2 and before[0].lower() in _OF_PLACE:
        evidence += 2.5
    elif previous.rstrip(".") in _TITLES:
        evidence -= 4.0
    if gap_after.strip() in {"", "-", "'s", "’s"} and after.lower() in UNIT_WORDS:
        evidence += 1.5
    if gap_after == " " and after.lower() in _PEOPLE_OF_PLACE:
        evidence += 1.5
    if gap_after == " " and after.lower() in _SPEECH and _fame_is_low(proposal):
        evidence -= 1.5
    if _DATELINE.match(text, proposal.end) and text[max(0, proposal.start - 2) : proposal.start].strip(" ") in {
        "",
        "\n",
        ".",
    }:
        evidence += 2.5
    if proposal.word_count == 1 and proposal.label is None:
        # A run that stops short of its neighbours is a part of some longer name.
        if gap_after in {" ", "-"} and after[:1].isupper():
            evidence -= 1.5
        if gap_before in {" ", "-"} and before and before[-1][:1].isupper() and previous not in _BEFORE_PLACE:
            evidence -= 1.5
        if _starts_sentence(text, proposal.start):
            evidence -= 1.0
    return evidence


def _fame_is_low(proposal: _Proposal) -> bool:
    return all(_fame(match) < 2.0 for match in proposal.found)


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 8) : start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?\n:"


def _document_evidence(proposal: _Proposal, labels: dict[str, set[str]], person_words: set[str]) -> float:
    """Weigh what the model says of the same name elsewhere in the document."""
    evidence = 0.0
    elsewhere = labels[proposal.key] - {proposal.label}
    if elsewhere & _PLACE_LABELS:
        evidence += 2.0
    if proposal.label not in _PLACE_LABELS and proposal.key in person_words:
        evidence -= 2.0
    return evidence


def _share_along_lists(text: str, proposals: dict[tuple[int, int], _Proposal]) -> None:
    """Let neighbours speak for each other: both in "Paris, Texas", an accepted one in "Homs and Aleppo"."""
    starting: dict[int, list[_Proposal]] = defaultdict(list)
    for proposal in proposals.values():
        starting[proposal.start].append(proposal)
    pairs = [
        (left, right, join)
        for left in proposals.values()
        for join in _JOINS
        if text.startswith(join, left.end)
        for right in starting.get(left.end + len(join), ())
    ]
    for left, right, join in pairs:
        if join == ", " and any(_may_chain(y) and holds(y, x) for y in right.found for x in left.found):
            left.is_chained = right.is_chained = True
    for proposal in proposals.values():
        proposal.evidence += 2.5 if proposal.is_chained else 0.0
    neighbours = [(a, b) for left, right, _ in pairs for a, b in ((left, right), (right, left)) if b.found]
    for _ in range(_LONGEST_SUPPORT):
        weak = {id(b): b for a, b in neighbours if a.evidence >= _ACCEPT_AT > b.evidence and not b.is_supported}
        for proposal in weak.values():
            proposal.is_supported = True
            proposal.evidence += 2.0


def _may_chain(match: Match) -> bool:
    """Whether a place is one that English puts behind another's name: a country, or a unit by a name of its own."""
    if match.name_kind is NameKind.DEMONYM:
        return False
    return match.place.kind is Kind.COUNTRY or match.name_kind is not NameKind.ALTERNATE


def _chosen(text: str, proposals: dict[tuple[int, int], _Proposal]) -> list[Toponym]:
    """Choose spans without overlap: more evidence first, then the longer name, then the earlier one."""
    ranked = sorted(
        (proposal for proposal in proposals.values() if proposal.evidence >= _ACCEPT_AT),
        key=lambda proposal: (
            -proposal.evidence - 0.75 * proposal.word_count,
            proposal.start - proposal.end,
            proposal.start,
        ),
    )
    covered = bytearray(len(text))
    taken: list[_Proposal] = []
    for proposal in ranked:
        if not any(covered[proposal.start : proposal.end]):
            covered[proposal.start : proposal.end] = b"\1" * (proposal.end - proposal.start)
            taken.append(proposal)
    return sorted(
        Toponym(
            proposal.start,
            proposal.end,
            text[proposal.start : proposal.end],
            label=proposal.label,
            certainty=_certainty(proposal.evidence),
        )
        for proposal in taken
    )


def _certainty(evidence: float) -> float:
    """Turn evidence into a probability that this is a toponym: a logistic curve through .7 at the threshold."""
    return round(1.0 / (1.0 + math.exp(-(evidence - _ACCEPT_AT) * 0.8 - 0.85)), 3)
