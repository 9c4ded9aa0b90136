"""Stretches of text that might be toponyms: runs of capitals that the gazetteer knows, and spans of a model."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..gazetteers import NameKind
from ..gazetteers.known import likeliest_first
from ..gazetteers.matching import FEATURE_WORDS, Match, holds_any, respelled
from ..gazetteers.naming import ROMANISED
from ..names import name_key
from .cues import BEFORE_PLACE, NEVER, OF_PLACE, SMALL_WORDS, STREETS
from .model import NamedSpan
from .spans import touching
from .standing import Standing, Standings, standing
from .words import runs, words

PLACE_LABELS = frozenset({"GPE", "LOC"})
"""Labels by which a statistical model says that a span is a place."""
USABLE_LABELS = PLACE_LABELS | {"FAC", "NORP", "ORG", "PERSON"}
"""Labels of spans that may be toponyms, or hold one."""

_COMPOUND = re.compile(r", |['’]s ")
_SHORT_STREETS = frozenset({"st", "ave", "rd", "blvd", "dr", "ln", "hwy", "pkwy"})
_NAMED_BY_KIND = STREETS | FEATURE_WORDS | _SHORT_STREETS | {"creek", "park", "forest"}
_LONGEST_UNKNOWN = 4
_JOINING = frozenset({"and", "the", "on", "under", "upon", "am", "en", "as", "an"})
_HOME_NAMES = 2
LIST_JOINS = (", ", " and ", " or ", ", and ", "-", "–", " to ")
"""What stands between the names of a list or a pair."""


@dataclass(slots=True)
class Proposal:
    """A stretch of text that might be a toponym."""

    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    first: int
    """Index of its first word."""
    last: int
    """One past the index of its last word."""
    key: str
    """Name key."""
    standing: Standing
    """What the gazetteer says of the name."""
    label: str | None = None
    """The model's label for exactly this span."""

    @property
    def word_count(self) -> int:
        """Length in words."""
        return self.last - self.first

    @property
    def found(self) -> tuple[Match, ...]:
        """What the gazetteer knows under the name."""
        return self.standing.found


class Reading:
    """A text with its words, a model's spans in it, and the proposals that these give.

    Parameters
    ----------
    text
        The text.
    spans
        A model's spans, in order, without overlaps; empty without a model.
    standings
        Tells which names are known, and how well.
    """

    def __init__(self, text: str, spans: Sequence[NamedSpan], standings: Standings) -> None:
        self.text = text
        self.spans = spans
        self._standings = standings
        self.words = words(text)
        found: dict[tuple[int, int], Proposal] = {}
        self._propose_capitals(found)
        self._propose_spans(found)
        self._propose_respelled(found)
        self.proposals = [found[span] for span in sorted(found)]
        """Every proposal, in order of the text."""

    def is_run_together(self, start: int, end: int) -> bool:
        """Whether a stretch is no known name but two names run together: "Bosnia, Srebrenica"."""
        return _COMPOUND.search(self.text, start, end) is not None and not self._standings(self.text[start:end]).found

    def touching(self, proposal: Proposal) -> Sequence[NamedSpan]:
        """Return the model's spans that share characters with a proposal."""
        return touching(self.spans, proposal.start, proposal.end)

    def neighbours(self) -> Iterator[tuple[int, int, str]]:
        """Yield (left, right, join) of the proposals that stand side by side, as indexes."""
        starting: dict[int, list[int]] = defaultdict(list)
        for index, proposal in enumerate(self.proposals):
            starting[proposal.start].append(index)
        for index, left in enumerate(self.proposals):
            for join in LIST_JOINS:
                if self.text.startswith(join, left.end):
                    for right in starting.get(left.end + len(join), ()):
                        yield index, right, join

    def _propose_capitals(self, found: dict[tuple[int, int], Proposal]) -> None:
        """Propose every run of capitals that the gazetteer knows, or whose words say what it is."""
        small = []
        unknown: list[tuple[int, int]] = []
        for first, last in runs(self.text, self.words):
            start, end = self.words[first].start, self.words[last - 1].end
            written = self.text[start:end]
            key = name_key(written)
            if last - first == 1 and key in SMALL_WORDS:
                if (known := self._standings(written)).found:
                    small.append(Proposal(start, end, first, last, key, known))
                continue
            if key in NEVER or self.words[first].text.lower() == "the":
                continue
            if (known := self._standings(written)).found:
                found[start, end] = Proposal(start, end, first, last, key, known)
            else:
                unknown.append((first, last))
            if last - first == 1 and self.text[end : end + 1] == ".":
                self._propose_short_form(found, first)
        self._propose_unknown(found, unknown)
        beside = {edge: proposal for proposal in found.values() for edge in (proposal.start, proposal.end)}
        found |= {(word.start, word.end): word for word in small if self._is_in_chain(word, beside)}

    def _propose_short_form(self, found: dict[tuple[int, int], Proposal], index: int) -> None:
        """Propose a word with its stop: "Ala.", "Calif."; some are towns without it."""
        start, end = self.words[index].start, self.words[index].end + 1
        known = self._standings(self.text[start:end])
        if any(match.name_kind is NameKind.ABBREVIATION for match in known.found):
            found[start, end] = Proposal(start, end, index, index + 1, name_key(self.text[start:end]), known)

    def _propose_unknown(self, found: dict[tuple[int, int], Proposal], unknown: Sequence[tuple[int, int]]) -> None:
        """Propose names that no gazetteer has where the text says that they are places.

        They end in a generic word, stand behind a preposition of place or "the town of", or go on with a list.
        """
        known_ends = {proposal.end for proposal in found.values()}
        for first, last in unknown:
            if last - first > _LONGEST_UNKNOWN or self._goes_on(first, last):
                continue
            if not _JOINING.isdisjoint(word.text for word in self.words[first:last]):
                continue  # "Homs and the Qwertz" is one name only where the gazetteer says so
            named_by_kind = last - first > 1 and self.words[last - 1].text.lower() in _NAMED_BY_KIND
            start, end = self.words[first].start, self.words[last - 1].end
            goes_on_list = any(
                start - len(join) in known_ends and self.text.startswith(join, start - len(join)) for join in LIST_JOINS
            )
            if named_by_kind or goes_on_list or self._is_behind_preposition(first):
                end += self.text.startswith(".", end) and self.words[last - 1].text.lower() in _SHORT_STREETS
                found[start, end] = Proposal(start, end, first, last, name_key(self.text[start:end]), standing((), ""))

    def _is_behind_preposition(self, first: int) -> bool:
        """Whether a preposition of place stands before a word, or the like of "the town of"."""
        before = self.words[first - 1].text if first else ""
        if before == "of" and first > 1:
            return self.words[first - 2].text in OF_PLACE
        return before in BEFORE_PLACE

    def _goes_on(self, first: int, last: int) -> bool:
        """Whether a run of capitals is part of a longer one."""
        before = first > 0 and self.words[first - 1].is_capitalised
        after = last < len(self.words) and self.words[last].is_capitalised
        return (before and self.text[self.words[first].start - 1] == " ") or (
            after and self.text[self.words[last - 1].end : self.words[last].start] == " "
        )

    def _propose_spans(self, found: dict[tuple[int, int], Proposal]) -> None:
        """Propose what the model labels, and note its labels."""
        if not self.spans:
            return
        first_at = {word.start: index for index, word in enumerate(self.words)}
        last_at = {word.end: index + 1 for index, word in enumerate(self.words)}
        for start, end, label in self.spans:
            if (start, end) not in found:
                written = self.text[start:end]
                key = name_key(written)
                first, last = first_at.get(start), last_at.get(end)
                if last is None and written.endswith("."):
                    last = last_at.get(end - 1)
                is_name = key not in NEVER and key != "" and any(map(str.isupper, written))
                if first is None or last is None or label not in USABLE_LABELS or not is_name:
                    continue
                found[start, end] = Proposal(start, end, first, last, key, self._standings(written))
            found[start, end].label = label

    def _propose_respelled(self, found: dict[tuple[int, int], Proposal]) -> None:
        """Propose names that are known in the countries of the text under another romanisation."""
        countries = _countries_of(found.values())
        if ROMANISED.isdisjoint(countries):
            return
        for first, last in runs(self.text, self.words):
            start, end = self.words[first].start, self.words[last - 1].end
            proposal = found.get((start, end))
            written = self.text[start:end]
            key = name_key(written)
            if (proposal and proposal.found) or key in NEVER or self.words[first].text.lower() == "the":
                continue
            alike = respelled(self._standings.known.gazetteer, written, countries)
            if alike:
                label = proposal.label if proposal else None
                own = standing(likeliest_first(alike), key)
                found[start, end] = Proposal(start, end, first, last, key, own, label)

    def _is_in_chain(self, word: Proposal, beside: Mapping[int, Proposal]) -> bool:
        """Whether a small word stands as X or Y in "X, Y" with X in Y: "Gary, IN", "Of, Turkey"."""
        before, behind = beside.get(word.start - 2), beside.get(word.end + 2)
        if before and self.text[before.end : word.start] == ", ":
            is_in_capitals = self.text[before.start : before.end].isupper()
            return not is_in_capitals and holds_any(word.found, before.found)
        if behind and self.text[word.end : behind.start] == ", ":
            return holds_any(behind.found, word.found)
        return False


def _countries_of(proposals: Collection[Proposal]) -> frozenset[str]:
    """Return the countries that a text names, or where two of its well known names lie."""
    names: dict[str, set[str]] = defaultdict(set)
    named: set[str] = set()
    for proposal in proposals:
        for country in proposal.standing.famous_in:
            names[country].add(proposal.key)
        named |= proposal.standing.names_country
    return frozenset(named | {country for country, keys in names.items() if len(keys) >= _HOME_NAMES})
