"""Stretches of text that might be toponyms: spans of the model, and runs of capitals that the gazetteer knows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..gazetteers import Gazetteer
from ..gazetteers.matching import Match, holds, matches, respelled
from ..gazetteers.naming import ROMANISED
from ..names import name_key
from .cues import NEVER, SMALL_WORDS
from .model import NamedSpan
from .spans import touching
from .words import Word, runs, words

PLACE_LABELS = frozenset({"GPE", "LOC"})
"""Labels by which the model says that a span is a place."""
_USABLE_LABELS = PLACE_LABELS | {"FAC", "NORP", "ORG", "PERSON"}

_DATELINE = re.compile(r"(?:, [A-Z][\w.]{1,20})?(?: \([A-Z][\w ]{1,20}\))?(?:\s?(?:—|–|--| -)|:(?=\s[A-Z“\"]))\s")
_COMPOUND = re.compile(r", |['’]s ")
_SENTENCE_OPENERS = " \"'“‘("


@dataclass(slots=True)
class Proposal:
    """A stretch of text that might be a toponym, with everything that speaks for or against it."""

    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    key: str
    """Name key."""
    found: tuple[Match, ...]
    """What the gazetteer knows under the name."""
    word_count: int
    """Length in words."""
    label: str | None = None
    """The model's label for exactly this span."""
    evidence: float = 0.0
    """Sum of what speaks for it."""
    is_chained: bool = False
    """Whether it is part of "X, Y" with X in Y."""
    is_supported: bool = False
    """Whether a neighbour in a list has spoken for it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words beside a proposal, in lower case and "" where there is none in the same line."""

    previous: str
    """The word before, over an article."""
    one_before: str
    """The word before that."""
    following: str
    """The word behind."""
    gap_before: str
    """What stands between `previous` and the proposal."""
    gap_after: str
    """What stands between the proposal and `following`."""
    is_inside_capitals: bool
    """Whether a capitalised word that belongs to no known name is joined to it by a space or hyphen."""
    is_before_capital: bool
    """Whether `following` is in capitals."""
    opens_sentence: bool
    """Whether a sentence starts with it, so that its capital means nothing."""
    is_dateline: bool
    """Whether it stands as the place of a dateline: "ALEPPO, Syria (AP) —"."""


class Reading:
    """A text with its words, the model's spans in it, and the proposals that these give.

    Parameters
    ----------
    text
        The text.
    spans
        The model's spans, in order, without overlaps.
    gazetteer
        Says which names are known.
    """

    def __init__(self, text: str, spans: Sequence[NamedSpan], gazetteer: Gazetteer) -> None:
        self.text = text
        self.spans = spans
        self.words = words(text)
        self._gazetteer = gazetteer
        self._known: dict[str, tuple[Match, ...]] = {}
        self._index_at = {word.start: index for index, word in enumerate(self.words)}

    def is_run_together(self, start: int, end: int) -> bool:
        """Whether a stretch is no known name but two names run together: "Bosnia, Srebrenica"."""
        return _COMPOUND.search(self.text, start, end) is not None and not self._look_up(start, end)

    @cached_property
    def proposals(self) -> list[Proposal]:
        """Every proposal, in order of the text."""
        found = self._from_capitals()
        for start, end, label in self.spans:
            key = name_key(self.text[start:end])
            if (start, end) not in found:
                is_name = key not in NEVER and key != "" and any(c.isupper() for c in self.text[start:end])
                if label not in _USABLE_LABELS or not is_name:
                    continue
                found[start, end] = Proposal(start, end, key, self._look_up(start, end), key.count(" ") + 1)
            found[start, end].label = label
        return [found[span] for span in sorted(found)]

    def propose_respelled(self, countries: Collection[str]) -> list[Proposal]:
        """Add proposals for names that are known in some countries under another romanisation, and return them."""
        if ROMANISED.isdisjoint(countries):
            return []
        known = {(proposal.start, proposal.end): proposal for proposal in self.proposals}
        changed = []
        for first, last in runs(self.text, self.words):
            start, end = self.words[first].start, self.words[last - 1].end
            proposal = known.get((start, end)) or Proposal(start, end, name_key(self.text[start:end]), (), last - first)
            if proposal.found or proposal.key in NEVER or self.words[first].text.lower() == "the":
                continue
            proposal.found = respelled(self._gazetteer, self.text[start:end], countries)
            if proposal.found:
                known[start, end] = proposal
                changed.append(proposal)
        self.proposals = [known[span] for span in sorted(known)]
        return changed

    def touching(self, proposal: Proposal) -> Sequence[NamedSpan]:
        """Return the model's spans that share characters with a proposal."""
        return touching(self.spans, proposal.start, proposal.end)

    def opens_sentence(self, proposal: Proposal) -> bool:
        """Whether a sentence starts with a proposal."""
        before = self.text[max(0, proposal.start - 8) : proposal.start].rstrip(_SENTENCE_OPENERS)
        return not before or before[-1] in ".!?\n:"

    def surroundings(self, proposal: Proposal) -> Surroundings:
        """Return the words beside a proposal."""
        first = self._index_at.get(proposal.start, bisect_left(self.words, proposal.start, key=lambda word: word.start))
        behind = bisect_left(self.words, proposal.end, lo=first, key=lambda word: word.start)
        before = [self.words[index] for index in range(max(0, first - 3), first)]
        after = self.words[behind] if behind < len(self.words) else None
        gap_before = self.text[before[-1].end : proposal.start] if before else "\n"
        gap_after = self.text[proposal.end : after.start] if after else "\n"
        is_inside = (gap_before in {" ", "-"} and self._is_stray(before[-1], proposal)) or (
            after is not None and gap_after in {" ", "-"} and self._is_stray(after, proposal)
        )
        if before and before[-1].text.lower() in {"the", "a", "an"}:
            before.pop()
        names = [word.text.lower() for word in before] if not gap_before.strip() and "\n" not in gap_before else []
        return Surroundings(
            previous=names[-1] if names else "",
            one_before=names[-2] if len(names) > 1 else "",
            following=after.text.lower() if after and "\n" not in gap_after else "",
            gap_before=gap_before,
            gap_after=gap_after,
            is_inside_capitals=is_inside,
            is_before_capital=after is not None and after.is_capitalised,
            opens_sentence=self.opens_sentence(proposal),
            is_dateline=self._is_dateline(proposal),
        )

    def _from_capitals(self) -> dict[tuple[int, int], Proposal]:
        """Propose every run of capitals that the gazetteer knows, by its span."""
        found = {}
        small = []
        for first, last in runs(self.text, self.words):
            start, end = self.words[first].start, self.words[last - 1].end
            key = name_key(self.text[start:end])
            if key in SMALL_WORDS and last - first == 1 and (known := self._look_up(start, end)):
                small.append(Proposal(start, end, key, known, 1))
            if self.words[first].text.lower() == "the" or key in NEVER:
                continue
            known = self._look_up(start, end)
            if last - first == 1 and self.text[end : end + 1] == "." and not known:
                # A short form is known with its stop only: "Ala.", "Calif.".
                end, known = end + 1, self._look_up(start, end + 1)
            if known:
                found[start, end] = Proposal(start, end, key, known, last - first)
        beside = {edge: proposal for proposal in found.values() for edge in (proposal.start, proposal.end)}
        found |= {(word.start, word.end): word for word in small if self._is_in_chain(word, beside)}
        return found

    def _is_in_chain(self, word: Proposal, beside: Mapping[int, Proposal]) -> bool:
        """Whether a small word stands as X or Y in "X, Y" with X in Y: "Gary, IN", "Of, Turkey"."""
        before, behind = beside.get(word.start - 2), beside.get(word.end + 2)
        if before and self.text[before.end : word.start] == ", ":
            is_in_capitals = self.text[before.start : before.end].isupper()
            return not is_in_capitals and any(holds(outer, inner) for outer in word.found for inner in before.found)
        if behind and self.text[word.end : behind.start] == ", ":
            return any(holds(outer, inner) for outer in behind.found for inner in word.found)
        return False

    def _look_up(self, start: int, end: int) -> tuple[Match, ...]:
        written = self.text[start:end]
        if written not in self._known:
            self._known[written] = matches(self._gazetteer, written)
        return self._known[written]

    def _is_stray(self, word: Word, proposal: Proposal) -> bool:
        """Whether a word beside a name is in capitals without being a word of sentence starts or a known name."""
        if not word.text[:1].isupper() or name_key(word.text) in NEVER:
            return False
        if word.text.isupper() and self.text[proposal.start : proposal.end].isupper():
            return False  # in a line of capitals a capital says nothing
        join = self.text[word.end] if word.start < proposal.start else self.text[word.start - 1]
        return join != "-" or not self._look_up(word.start, word.end)

    def _is_dateline(self, proposal: Proposal) -> bool:
        opens_line = self.text[max(0, proposal.start - 2) : proposal.start].strip(" ") in {"", "\n", "."}
        return opens_line and _DATELINE.match(self.text, proposal.end) is not None
