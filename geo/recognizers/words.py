"""The words of a text and the runs of capitalised words among them, without any model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

MAX_RUN_WORDS = 5
"""Longest name proposed from capitals alone, in words."""

_HIDDEN = r"\u00ad\u200b-\u200d\u2060\ufeff"
_LETTERS = rf"[^\W_]+(?:(?:[\u0300-\u036f]+|[{_HIDDEN}]+(?=[^\W_]))[^\W_]*)*"
"""Letters and digits, the marks of decomposed letters, and inside them characters that nobody sees."""
_WORD = re.compile(rf"(?:[^\W\d_]\.){{2,6}}|[A-Z]\.[A-Z][a-z]\.|{_LETTERS}(?:['’ʻʿ]{_LETTERS}){{0,4}}")
_IS_HIDDEN = re.compile(f"[{_HIDDEN}]")
_JOINS = frozenset({" ", "-", "–", ". ", " - ", "'s ", "’s ", "' ", "’ "})
_INNER = frozenset(
    "of the al an ash as el ad ar az and de la del los las di da do dos du des le les en sur on under upon am van "
    "der au aux kwa".split()
)
_ELISIONS = ("d'", "d’", "l'", "l’")
_OTHER_LETTER = re.compile(r"[^\u0000-\u024f\u1e00-\u1eff]")
"""Not a Latin letter, "Ḩ" and "Ệ" included: `geo.recognizers.scripts` reads other scripts."""
_POSSESSIVES = ("'s", "’s", "'S", "’S")
_REMEMBERED = 1 << 16


class Word(NamedTuple):
    """A word as half-open code point offsets and its text, composed and without a possessive ending."""

    start: int
    end: int
    text: str
    is_capitalised: bool
    """Whether it starts with a Latin capital."""


def words(text: str) -> list[Word]:
    """Split a text into words: letters and digits with inner apostrophes, or initials with their stops.

    Examples
    --------
    >>> [word.text for word in words("Syria's U.S.-led war in Al-Bab")]
    ['Syria', 'U.S.', 'led', 'war', 'in', 'Al', 'Bab']
    """
    found = []
    make = tuple.__new__  # what Word() comes to, in a third of the time
    for match in _WORD.finditer(text):
        length, word, is_capitalised = _read(match[0])
        start = match.start()
        found.append(make(Word, (start, start + length, word, is_capitalised)))
    return found


@lru_cache(maxsize=_REMEMBERED)
def _read(written: str) -> tuple[int, str, bool]:
    """Return the length of a word without a possessive ending, its text composed, and whether it is capitalised."""
    length = len(written) - 2 if len(written) > 2 and written.endswith(_POSSESSIVES) else len(written)
    word = written[:length]
    if not word.isascii():
        word = unicodedata.normalize("NFC", _IS_HIDDEN.sub("", word))
    first = word[2:3] if word.startswith(_ELISIONS) else word[0]
    return length, word, first.isupper() and not _OTHER_LETTER.match(first)


def runs(text: str, sequence: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield every run of one to five words that might be a name, as half-open indexes into the words.

    A run starts and ends with a capitalised word; in between stand capitalised words and the small words of names
    ("Jisr al-Shughur", "Gulf of Aden"), joined by spaces, hyphens or the stop of a short form.
    """
    for first, word in enumerate(sequence):
        if not word.is_capitalised:
            continue
        yield first, first + 1
        for last in range(first + 1, min(first + MAX_RUN_WORDS, len(sequence))):
            if text[sequence[last - 1].end : sequence[last].start] not in _JOINS:
                break
            if sequence[last].is_capitalised:
                yield first, last + 1
            elif sequence[last].text not in _INNER:
                break
