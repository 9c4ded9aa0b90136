"""What speaks for and against each proposal, in numbers for a classifier."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..gazetteers import NameKind
from ..gazetteers.matching import Match, holds_any, unit_code
from ..model import Kind
from . import standing
from .model import NamedSpan
from .proposals import PLACE_LABELS, Proposal, Reading
from .vocabulary import CAPITALISED, COLUMN, INITIAL, POSITIONS, UPPER, Vocabulary

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_WORD = ("shape", "ordinary", "given", "surname", "lower", "letters")
_BEFORE = (
    "shape",
    "ordinary",
    "given",
    "surname",
    "lower",
    "says_at_-1",
    "is_title",
    "is_before_place",
    "is_never_name",
)
_BEFORE_THAT = ("shape", "given", "says_at_-2", "is_before_of", "is_title")
_BEHIND = (
    "shape",
    "ordinary",
    "surname",
    "lower",
    "says_at_1",
    "is_unit_word",
    "is_feature_word",
    "is_street_word",
    "is_body_word",
    "is_people_word",
    "is_speech_word",
)
_BEHIND_THAT = ("shape", "surname", "says_at_2", "is_body_word")
_NEIGHBOURS = {
    "first": _WORD,
    "last": _WORD,
    "before": _BEFORE,
    "before_that": _BEFORE_THAT,
    "behind": _BEHIND,
    "behind_that": _BEHIND_THAT,
}
_OF_NEIGHBOURS = [
    number * len(COLUMN) + COLUMN[field] for number, fields in enumerate(_NEIGHBOURS.values()) for field in fields
]
"""What is told of the words of `_NEIGHBOURS`, of all that is known of these one after another."""

_OWN = (
    "words",
    "characters",
    "has_stop",
    "most_ordinary",
    "least_ordinary",
    "gap_before",
    "gap_behind",
    "opens_sentence",
    "is_dateline",
    "has_article",
    "capitals_around",
    "titles_around",
    "run_before",
    "run_behind",
    "inside_fame",
    "inside_words",
    "part_fame",
    "place_in_text",
    "text_words",
    "times",
    "times_inside_sentence",
    "lower_elsewhere",
    "person_elsewhere",
    "person_here",
    "chain_inner",
    "chain_outer",
    "fame_left",
    "fame_right",
    "home_country",
    "home_any",
    "home_unit",
)
_MODEL = (
    "label",
    "label_around",
    "label_across",
    "place_elsewhere",
    "person_label_elsewhere",
    "organisation_elsewhere",
    "nationality_elsewhere",
    "person_word",
    "is_run_together",
)
FIELDS = (
    *(f"{where}:{field}" for where, fields in _NEIGHBOURS.items() for field in fields),
    *(f"name:{field}" for field in standing.FIELDS),
    *_OWN,
)
"""What `features` gives without a statistical model, in order."""
MODEL_FIELDS = tuple(f"model:{field}" for field in _MODEL)
"""What a statistical model adds."""

_GAPS = {
    " ": 0,
    "": 0,
    ", ": 1,
    "-": 2,
    "–": 2,
    "/": 2,
    ". ": 3,
    "\n": 4,
    "\n\n": 4,
    " (": 5,
    ") ": 6,
    "'s ": 7,
    "’s ": 7,
}
_OTHER_GAP, _EDGE, _QUOTE = 8, 4, 9
_LABELS = {"GPE": 6, "LOC": 5, "NORP": 4, "FAC": 3, "ORG": 2, "PERSON": 1}
_NO_LABEL = -1.0
_AROUND = 8
"""Words on each side that tell whether a stretch of text is written in capitals or in titles."""
_GIVEN = 40
"""From this frequency in the lexicon on a word before another in capitals is taken for a given name."""
_MOST_COUNTRIES = 12
_DATELINE = re.compile(r"(?:, [A-Z][\w.]{1,20})?(?: \([A-Z][\w ]{1,20}\))?(?:\s?(?:—|–|--| -)|:(?=\s[A-Z“\"]))\s")
_SENTENCE_OPENERS = " \"'“‘("
_ARTICLES = frozenset({"the", "a", "an"})


class Describer:
    """Turns readings into rows of numbers.

    Parameters
    ----------
    vocabulary
        Knows single words.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def describe(self, reading: Reading) -> Floats:
        """Return an array of shape (proposals, fields): `FIELDS`, then `MODEL_FIELDS`."""
        if not reading.proposals:
            return np.zeros((0, len(FIELDS) + len(MODEL_FIELDS)), dtype=np.float32)
        proposals = reading.proposals
        ids = np.concatenate(([0, 0], self._vocabulary.indexes([word.text for word in reading.words]), [0, 0]))
        words = self._vocabulary.rows[ids]
        first = np.array([proposal.first for proposal in proposals]) + 2
        last = np.array([proposal.last for proposal in proposals]) + 2
        # In the order of `_NEIGHBOURS`.
        around = words[np.column_stack((first, last - 1, first - 1, first - 2, last, last + 1))]
        neighbours = around.reshape(len(proposals), -1)[:, _OF_NEIGHBOURS]
        standings = np.array([proposal.standing.numbers for proposal in proposals], dtype=np.float32)
        return np.concatenate((neighbours, standings, _own(reading, words), _by_model(reading)), axis=1)


def neighbour_words(reading: Reading, proposal: Proposal) -> tuple[str | None, ...]:
    """Return the words in lower case at `POSITIONS` around a proposal, None beyond the text's ends."""
    found = []
    for position in POSITIONS:
        index = proposal.first + position if position < 0 else proposal.last + position - 1
        found.append(reading.words[index].text.lower() if 0 <= index < len(reading.words) else None)
    return tuple(found)


def _own(reading: Reading, words: Floats) -> Floats:
    """Return the columns that speak of the proposal, its line, its text: shape (proposals, `_OWN`)."""
    rows = []
    fame = [proposal.standing.fame for proposal in reading.proposals]
    shapes = words[:, COLUMN["shape"]]
    ordinary = words[:, COLUMN["ordinary"]].tolist()
    capitals, titles = _around(shapes == UPPER), _around((shapes == CAPITALISED) | (shapes == UPPER))
    run_start, run_end = _runs_of_capitals(reading, shapes)
    persons, person_at = _persons(reading, words)
    written = Counter([word.text for word in reading.words])
    times = Counter(proposal.key for proposal in reading.proposals)
    opens = [_opens_sentence(reading.text, proposal.start) for proposal in reading.proposals]
    times_inside = Counter(p.key for p, at_start in zip(reading.proposals, opens, strict=True) if not at_start)
    inside, part = _nested(reading.proposals, fame)
    inner, outer, left, right = _beside(reading, fame)
    homes = _Homes(reading.proposals, fame)
    text, sequence, total = reading.text, reading.words, max(1, len(reading.text))
    for row, proposal in enumerate(reading.proposals):
        first, last = proposal.first, proposal.last
        worth = ordinary[first + 2 : last + 2]
        before = text[sequence[first - 1].end : proposal.start] if first else "\n"
        behind = text[proposal.end : sequence[last].start] if last < len(sequence) else "\n"
        is_single = last - first == 1
        word = sequence[first].text
        has_article = first > 0 and sequence[first - 1].text.lower() in _ARTICLES
        in_lower = word.lower()
        own = (
            last - first,
            proposal.end - proposal.start,
            text[proposal.end - 1] == ".",
            max(worth),
            min(worth),
            _gap(before),
            _gap(behind),
            opens[row],
            _is_dateline(text, proposal),
            has_article,
            capitals[first + 2],
            titles[first + 2],
            first - run_start[first],
            run_end[last - 1] - last,
            *inside[row],
            part[row],
            proposal.start / total,
            math.log1p(len(sequence)),
            math.log1p(times[proposal.key]),
            math.log1p(times_inside[proposal.key]),
            math.log1p(written[in_lower] if in_lower.islower() else 0) if is_single else -1.0,
            math.log1p(persons[word]) if is_single else -1.0,
            person_at[first] if is_single else -1.0,
            inner[row],
            outer[row],
            left[row],
            right[row],
            *homes.of(proposal),
        )
        rows.append(own)
    return np.array(rows, dtype=np.float32)


def _around(flags: NDArray[np.bool_]) -> list[float]:
    """Return for each word the share of flagged words among those around it."""
    sums = np.concatenate(([0], np.cumsum(flags)))
    index = np.arange(len(flags))
    low, high = np.maximum(0, index - _AROUND), np.minimum(len(flags), index + _AROUND + 1)
    shares: list[float] = ((sums[high] - sums[low]) / (high - low)).tolist()
    return shares


def _runs_of_capitals(reading: Reading, shapes: Floats) -> tuple[list[int], list[int]]:
    """Return for each word where the run of capitals around it starts, and one past where it ends."""
    is_capital = ((shapes == CAPITALISED) | (shapes == UPPER) | (shapes == INITIAL))[2:-2].tolist()
    start, end = list(range(len(is_capital))), list(range(1, len(is_capital) + 1))
    both = [index for index, pair in enumerate(pairwise(is_capital), start=1) if all(pair)]
    joined = [
        index for index in both if reading.text[reading.words[index - 1].end : reading.words[index].start] in _JOINED
    ]
    for index in joined:
        start[index] = start[index - 1]
    for index in reversed(joined):
        end[index - 1] = end[index]
    return start, end


_JOINED = frozenset({" ", "-", ". "})
_CAPITALS = (CAPITALISED, UPPER)


def _persons(reading: Reading, words: Floats) -> tuple[Counter[str], list[float]]:
    """Return how often each word stands as a person's last name, and which words stand behind a given name or title."""
    given = words[2:-2, COLUMN["given"]].tolist()
    title = words[2:-2, COLUMN["is_title"]].tolist()
    shapes = words[2:-2, COLUMN["shape"]].tolist()
    sequence, text = reading.words, reading.text
    counts: Counter[str] = Counter()
    at = [0.0] * len(sequence)
    for index, shape in enumerate(shapes):
        if shape not in _CAPITALS or not index:
            continue
        gap = text[sequence[index - 1].end : sequence[index].start]
        if gap not in _JOINED:
            continue
        before = index - 1
        if shapes[before] == INITIAL and before and text[sequence[before - 1].end : sequence[before].start] == " ":
            before -= 1  # "John F. Kennedy"
        is_person = shapes[before] in _CAPITALS and (given[before] >= _GIVEN or title[before])
        if is_person or shapes[index - 1] == INITIAL:
            counts[sequence[index].text] += 1
            at[index] = 1.0
    return counts, at


def _nested(proposals: Sequence[Proposal], fame: Sequence[float]) -> tuple[list[tuple[float, float]], list[float]]:
    """Return for each proposal the fame and words of the best longer one around it, and the best fame inside it."""
    index_of = {(proposal.first, proposal.last): row for row, proposal in enumerate(proposals)}
    inside = [(-4.0, 0.0)] * len(proposals)
    part = [-4.0] * len(proposals)
    for row, proposal in enumerate(proposals):
        first, last = proposal.first, proposal.last
        if last - first == 1:
            continue
        for start in range(first, last):
            for end in range(start + 1, last + 1):
                other = index_of.get((start, end))
                if other is None or other == row:
                    continue
                inside[other] = max(inside[other], (fame[row], float(last - first)))
                part[row] = max(part[row], fame[other])
    return inside, part


def _beside(reading: Reading, fame: Sequence[float]) -> tuple[list[float], list[float], list[float], list[float]]:
    """Return whether each proposal is X or Y of "X, Y" with X in Y, and the fame of its neighbours in a list."""
    count = len(fame)
    inner, outer, left, right = [0.0] * count, [0.0] * count, [-4.0] * count, [-4.0] * count
    for before, behind, join in reading.neighbours():
        right[before] = max(right[before], fame[behind])
        left[behind] = max(left[behind], fame[before])
        if join == ", " and not inner[before]:
            x, y = reading.proposals[before], reading.proposals[behind]
            if holds_any([match for match in y.found if _may_contain(match)], x.found):
                inner[before] = outer[behind] = 1.0
    return inner, outer, left, right


def _may_contain(match: Match) -> bool:
    """Whether a place is one that English puts behind another's name: a country, or a unit by a name of its own."""
    if match.name_kind is NameKind.DEMONYM:
        return False
    return match.place.kind is Kind.COUNTRY or match.name_kind is not NameKind.ALTERNATE


class _Homes:
    """Where a text is set: the shares of its well known names that lie in each country and first-level unit."""

    def __init__(self, proposals: Sequence[Proposal], fame: Sequence[float]) -> None:
        countries: dict[str, set[str]] = defaultdict(set)
        units: dict[str, set[str]] = defaultdict(set)
        for proposal, worth in zip(proposals, fame, strict=True):
            if worth < _KNOWN_WELL:
                continue
            if country := proposal.standing.country:
                countries[country].add(proposal.key)
            if unit := proposal.standing.unit:
                units[unit].add(proposal.key)
        self._countries, self._units = countries, units
        self._keys = set().union(*countries.values())
        self._shares: dict[str, tuple[float, float, float]] = {}

    def of(self, proposal: Proposal) -> tuple[float, float, float]:
        """Return the shares of the other names in its likeliest place's country, in any of its countries and units."""
        known = self._shares.get(proposal.key)
        if known is None:
            known = self._shares[proposal.key] = self._share(proposal)
        return known

    def _share(self, proposal: Proposal) -> tuple[float, float, float]:
        if not proposal.found or not self._keys:
            return -1.0, -1.0, -1.0
        others = max(1, len(self._keys) - (proposal.key in self._keys))

        def share(of: dict[str, set[str]], code: str | None) -> float:
            keys = of.get(code or "")
            return 0.0 if keys is None else (len(keys) - (proposal.key in keys)) / others

        found = proposal.found[:_MOST_COUNTRIES]
        return (
            share(self._countries, found[0].place.country_code),
            max(share(self._countries, code) for code in {match.place.country_code for match in found}),
            max(share(self._units, code) for code in {unit_code(match) for match in found}),
        )


_KNOWN_WELL = 1.0
"""Fame from which on a name says where a text is set, before anything is decided."""


def _by_model(reading: Reading) -> Floats:
    """Return the columns of what the statistical model says: shape (proposals, `_MODEL`)."""
    rows = np.full((len(reading.proposals), len(_MODEL)), _NO_LABEL, dtype=np.float32)
    if not reading.spans:
        return rows
    elsewhere: dict[str, Counter[str]] = defaultdict(Counter)
    for proposal in reading.proposals:
        if proposal.label:
            elsewhere[proposal.key][proposal.label] += 1
    people = [reading.text[start:end].split() for start, end, label in reading.spans if label == "PERSON"]
    person_words = Counter(word for person in people if len(person) > 1 for word in person)
    for row, proposal in enumerate(reading.proposals):
        around, across = _touching(proposal, reading.touching(proposal))
        labels = Counter(elsewhere[proposal.key])
        if proposal.label:
            labels[proposal.label] -= 1
        rows[row] = (
            _NO_LABEL if proposal.label is None else _LABELS.get(proposal.label, 0),
            around,
            across,
            math.log1p(sum(labels[label] for label in PLACE_LABELS)),
            math.log1p(labels["PERSON"]),
            math.log1p(labels["ORG"]),
            math.log1p(labels["NORP"]),
            math.log1p(person_words[reading.text[proposal.start : proposal.end]]),
            proposal.label is not None and reading.is_run_together(proposal.start, proposal.end),
        )
    return rows


def _touching(proposal: Proposal, spans: Sequence[NamedSpan]) -> tuple[float, float]:
    """Return the label of a longer span around a proposal, and that of one that shares a part with it."""
    around = across = _NO_LABEL
    for start, end, label in spans:
        if (start, end) == (proposal.start, proposal.end):
            continue
        if start <= proposal.start and end >= proposal.end:
            around = max(around, float(_LABELS.get(label, 0)))
        else:
            across = max(across, float(_LABELS.get(label, 0)))
    return around, across


def _gap(between: str) -> int:
    """Return a number for what stands between two words."""
    known = _GAPS.get(between)
    if known is not None:
        return known
    if "\n" in between:
        return _EDGE
    return _QUOTE if any(mark in between for mark in '"“”‘') else _OTHER_GAP


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 8) : start].rstrip(_SENTENCE_OPENERS)
    return not before or before[-1] in ".!?\n:"


def _is_dateline(text: str, proposal: Proposal) -> bool:
    opens_line = text[max(0, proposal.start - 2) : proposal.start].strip(" ") in {"", "\n", "."}
    return opens_line and _DATELINE.match(text, proposal.end) is not None
