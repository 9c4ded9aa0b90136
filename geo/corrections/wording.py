"""Where words stand in a text as words of their own, in scripts with spaces between words and in those without."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

SAME_APOSTROPHE = str.maketrans(dict.fromkeys("‘’ʻʼ", "'"))
"""Makes one of the apostrophes that keyboards, newsrooms and transliterations have."""

_KATAKANA = "\u30a1-\u30faー"
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai and Lao, Burmese, Khmer
    f"々\u3041-\u309f{_KATAKANA}\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Japanese and Chinese
)
"""Letters of the scripts whose words follow each other without a space, as a class of a regular expression."""
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_IS_KATAKANA = re.compile(f"[{_KATAKANA}]")
_WORD = re.compile(rf"[^\W{_UNSPACED}]+")
_STEP = re.compile(rf"{_WORD.pattern}|[{_UNSPACED}]")
_JOINERS = "\u200c\u200d"
_BEFORE_ITS_LETTER = "เแโใไເແໂໃໄ\u1039\u17d2"
"""Vowels of Thai and Lao that are written before their consonant, and what puts the next letter below the last."""
_BEHIND_ITS_LETTER = "ะาำๅະາຳ"


def is_apart(text: str, start: int, end: int) -> bool:
    """Return whether no word goes on over the ends of ``text[start:end]``, which is not empty.

    Examples
    --------
    >>> is_apart("Homs, Homsi", 0, 4), is_apart("Homs, Homsi", 6, 10), is_apart("在黑水镇附近", 1, 4)
    (True, False, True)
    """
    begins = start == 0 or not _are_joined(text[start - 1], text[start])
    return begins and (end == len(text) or not _are_joined(text[end - 1], text[end]))


def has_words(text: str, words: str) -> bool:
    """Return whether words stand in a text side by side, as they are written.

    Examples
    --------
    >>> has_words("the rain fell", "rain fell"), has_words("a brainstorm", "rain"), has_words("", "rain")
    (True, False, False)
    """
    at = text.find(words)
    while at >= 0:
        if is_apart(text, at, at + len(words)):
            return True
        at = text.find(words, at + 1)
    return False


def steps(text: str) -> list[tuple[int, int]]:
    """Return where each word stands; in scripts without spaces, each letter.

    Examples
    --------
    >>> steps("in 黑水, so")
    [(0, 2), (3, 4), (4, 5), (7, 9)]
    """
    return [match.span() for match in _STEP.finditer(text)]


class Names(Generic[T]):
    r"""Names that are looked for in many texts: most of a long list are in no one text, and cost nothing there.

    Parameters
    ----------
    named
        Names, none of them blank, with anything.

    Examples
    --------
    >>> list(Names([("Tal Mardikh", 1), ("黑水镇", 2)]).found_in("到Tal\nMardikh去,黑水镇的"))
    [(1, 12, 1), (14, 17, 2)]
    """

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._named = list(named)
        self._by_word: dict[str, set[int]] = {}
        """By a word that a text must have: numbers of the names; by "" those of which none is known."""
        for number, (name, _) in enumerate(self._named):
            for form in _forms(name.translate(SAME_APOSTROPHE)):
                word = _WORD.search(form)
                self._by_word.setdefault(word[0] if word else "", set()).add(number)

    def found_in(self, text: str) -> Iterator[tuple[int, int, T]]:
        """Yield where each name stands, letter for letter and as words of its own; names in their order."""
        if not self._named:
            return
        text = text.translate(SAME_APOSTROPHE)
        possible = {number for word in {"", *_WORD.findall(text)} for number in self._by_word.get(word, ())}
        for number in sorted(possible):
            name, what = self._named[number]
            written = [form.split() for form in _forms(name.translate(SAME_APOSTROPHE))]
            if any(words[0] in text for words in written):
                pattern = re.compile("|".join(r"\s{1,8}".join(map(re.escape, words)) for words in written))
                spans = (match.span() for match in pattern.finditer(text))
                yield from ((*span, what) for span in spans if is_apart(text, *span))


def _forms(name: str) -> Iterable[str]:
    """Return a name with accents as they are, in letters with accents and apart from them: texts have either."""
    return dict.fromkeys((name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)))


def _are_joined(left: str, right: str) -> bool:
    """Return whether two characters that follow each other belong to one word."""
    if _is_mark(right) or right in _JOINERS + _BEHIND_ITS_LETTER or left in _JOINERS + _BEFORE_ITS_LETTER:
        return True
    if _IS_UNSPACED.match(left) or _IS_UNSPACED.match(right):
        return bool(_IS_KATAKANA.match(left) and _IS_KATAKANA.match(right))
    return _is_of_word(left) and _is_of_word(right)


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or _is_mark(sign)


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M")
