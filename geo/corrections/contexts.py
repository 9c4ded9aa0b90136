"""The words of a sentence by which a row of corrections tells one mention of a name from the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

from ..excerpts import excerpt, sentences
from . import spelling
from .wording import has_words, is_apart, steps

Span: TypeAlias = tuple[int, int]

_HERE = "\ue000"
"""Stands for the name itself: a private character, which no word goes on over."""
_MOST_BESIDE = 8
"""Most words beside a name that are tried to tell it from others."""


class Contexts:
    """The sentences of a text, to compare the contexts of rows with.

    Parameters
    ----------
    text
        The text.

    Examples
    --------
    >>> contexts = Contexts("Rain in Paris, Texas. Rain in Paris.")
    >>> contexts.fits("paris, texas", (8, 13)), contexts.fits("rain", (30, 35)), contexts.fits("snow", (8, 13))
    (True, True, False)
    >>> contexts.telling((8, 13), [(30, 35)])
    'Paris, Texas'
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._spelt: dict[Span, str] = {}

    def fits(self, context: str, name: Span) -> bool:
        """Return whether words stand in the sentence of a name; where the name is among them, about it.

        Parameters
        ----------
        context
            The words, compared as `geo.corrections.spelling` does.
        name
            Where the name stands.
        """
        words, sentence = spelling(context), self._sentence(name)
        around = list(_around(words, spelling(self._text[slice(*name)])))
        if around:
            return any(has_words(sentence, each) for each in around)
        return has_words(sentence, words)

    def telling(self, name: Span, others: Iterable[Span]) -> str | None:
        """Return the fewest words, the name among them, that stand in its sentence and are about none of the others.

        None where there are none. Others in sentences of the same words are not told apart.

        Parameters
        ----------
        name
            Where the name stands.
        others
            Where it stands elsewhere.
        """
        own = self._sentence(name)
        by_sentence = {self._sentence(other): other for other in others}
        rest = [other for sentence, other in by_sentence.items() if sentence != own]
        for words in self._widening(name):
            if self.fits(words, name) and not any(self.fits(words, other) for other in rest):
                return words
        return None

    def _widening(self, name: Span) -> Iterator[str]:
        """Yield the name with more and more of its sentence around it, on one line."""
        sentence = excerpt(self._text, *name, within=self._sentences)
        start, end = name[0] - sentence.start, name[1] - sentence.start
        words = steps(sentence.text)
        before = [first for first, last in words if last <= start][::-1]
        after = [last for first, last in words if first >= end]
        for beside in range(1, _MOST_BESIDE + 1):
            for left in range(beside + 1):
                if left <= len(before) and beside - left <= len(after):
                    first = before[left - 1] if left else start
                    last = after[beside - left - 1] if beside > left else end
                    yield " ".join(sentence.text[first:last].split())

    def _sentence(self, name: Span) -> str:
        """Return the sentence as the map shows it, with a sign in the place of the name."""
        if name not in self._spelt:
            whole = excerpt(self._text, *name, within=self._sentences)
            before, after = self._text[whole.start : name[0]], self._text[name[1] : whole.end]
            self._spelt[name] = spelling(f"{before}{_HERE}{after}")
        return self._spelt[name]

    @cached_property
    def _sentences(self) -> Sequence[Span]:
        return sentences(self._text)


def _around(words: str, name: str) -> Iterator[str]:
    """Yield words with the sign in the place of the name, once for each time that it is among them."""
    at = words.find(name)
    while at >= 0:
        if is_apart(words, at, at + len(name)):
            yield f"{words[:at]}{_HERE}{words[at + len(name) :]}"
        at = words.find(name, at + 1)
