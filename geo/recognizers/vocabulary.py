"""Words in numbers: how each is written, how ordinary it is, whether people bear it, what it says of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..gazetteers.matching import FEATURE_WORDS, SITE_WORDS, UNIT_WORDS
from ..names import name_key
from .cues import (
    BEFORE_PLACE,
    GOVERNS,
    NEVER,
    OF_PLACE,
    OF_THING,
    PEOPLE_OF_PLACE,
    PUBLIC_BODIES,
    ROADS,
    SPEECH,
    STREETS,
    TITLES,
)

if TYPE_CHECKING:
    from .lexicon import Lexicon

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

POSITIONS = (-2, -1, 1, 2)
"""Where a neighbour stands: two before, one before, one behind, two behind."""

FIELDS = (
    "shape",
    "ordinary",
    "given",
    "surname",
    "lower",
    "letters",
    "says_at_-2",
    "says_at_-1",
    "says_at_1",
    "says_at_2",
    "is_unit_word",
    "is_feature_word",
    "is_street_word",
    "is_body_word",
    "is_people_word",
    "is_speech_word",
    "is_title",
    "is_before_place",
    "is_before_of",
    "is_never_name",
)
"""What is known of a word, in order."""
COLUMN = {field: number for number, field in enumerate(FIELDS)}

LOWER, CAPITALISED, UPPER, OTHER, INITIAL = 0.0, 1.0, 2.0, 3.0, 4.0
"""Values of "shape"."""

_MOST_WORDS = 200_000
_FEATURES = FEATURE_WORDS | SITE_WORDS
_STREETS = STREETS | ROADS
_SAYS = GOVERNS | SPEECH
_OF_RANK = {**dict.fromkeys(OF_PLACE, 1.0), **dict.fromkeys(OF_THING, -1.0)}
_NO_CONTEXT = (0.0, 0.0, 0.0, 0.0)
_NO_WORD = np.array([(-1.0, *(0.0,) * (len(FIELDS) - 1))], dtype=np.float32)


class Vocabulary:
    """The rows of the words seen so far.

    Parameters
    ----------
    lexicon
        Knows single words.
    context
        For words in lower case what each says of a name beside it, at each of `POSITIONS`: the logarithm of the odds
        that the name is a toponym, over those of any name.
    """

    def __init__(self, lexicon: Lexicon, context: Mapping[str, Sequence[float]]) -> None:
        self._lexicon = lexicon
        self._context = context
        self._numbers: dict[str, int] = {}
        self._table: Floats = _NO_WORD

    def indexes(self, words: Sequence[str]) -> Ints:
        """Return the row number of each word; 0 is the row of no word."""
        if len(self._numbers) > _MOST_WORDS:
            self._numbers, self._table = {}, _NO_WORD
        numbers = self._numbers
        if fresh := [word for word in dict.fromkeys(words) if word not in numbers]:
            first, last = len(numbers) + 1, len(numbers) + 1 + len(fresh)
            if last > len(self._table):
                # Twice as large each time: to copy it for every text would take longer than to read the text.
                self._table = np.concatenate((self._table, np.empty((last, len(FIELDS)), dtype=np.float32)))
            self._table[first:last] = [self._row(word) for word in fresh]
            numbers.update(zip(fresh, range(first, last), strict=True))
        return np.array([numbers[word] for word in words], dtype=np.int64)

    @property
    def rows(self) -> Floats:
        """The rows, an array of shape (at least words + 1, fields); it grows as words are asked for."""
        return self._table

    def _row(self, word: str) -> tuple[float, ...]:
        lower = word.lower()
        facts = self._lexicon.facts(word)
        return (
            shape(word),
            float(facts.ordinary),
            float(facts.given),
            float(facts.surname),
            float(facts.lower),
            float(len(word)),
            *self._context.get(lower, _NO_CONTEXT),
            float(lower in UNIT_WORDS),
            float(lower in _FEATURES),
            float(lower in _STREETS),
            float(lower in PUBLIC_BODIES),
            float(lower in PEOPLE_OF_PLACE),
            float(lower in _SAYS),
            float(lower in TITLES),
            float(lower in BEFORE_PLACE),
            _OF_RANK.get(lower, 0.0),
            float(name_key(word) in NEVER),
        )


def shape(word: str) -> float:
    """Return how a word is written.

    Examples
    --------
    >>> [shape(word) for word in ("city", "Idlib", "ALEPPO", "J", "9th")]
    [0.0, 1.0, 2.0, 4.0, 3.0]
    """
    if word.isupper():
        return UPPER if len(word) > 1 else INITIAL
    if word[0].isupper():
        return CAPITALISED
    return LOWER if word[0].islower() else OTHER
