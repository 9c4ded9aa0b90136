"""The words before and behind a name in its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .english import SKIPPED

_REACH = 80
"""Code points that are read before a name."""
TOKEN = re.compile(r"(?:[A-Z]\.){2,}|\w+(?:[’'.-]\w+)*|[^\w\s]")
"""A word, an abbreviation with its full stops, or a mark."""
_BREAK = re.compile(r"\n\s*\n|[.!?]['\"’”)]?\s+(?=[A-Z\"“‘'])")
_PHRASE = re.compile(r"(?:\s[\w’'-]{1,40}){1,3}")


def words_before(text: str, start: int) -> list[str]:
    """Return the words and marks before a name in its sentence, nearest first."""
    # One code point of the name lets a break right before it be seen.
    stretch = text[max(0, start - _REACH) : start + 1]
    begin = 0
    for found in _BREAK.finditer(stretch):
        begin = found.end()
    tokens = TOKEN.findall(stretch, begin, len(stretch) - 1)
    tokens.reverse()
    return tokens


def next_words(text: str, at: int) -> list[str]:
    """Return up to three words of the phrase that begins here, in lower case."""
    found = _PHRASE.match(text, at)
    return found[0].lower().split() if found is not None else []


def is_capitalised(word: str) -> bool:
    """Whether a word begins with a capital."""
    return word[0].isupper()


def governor(before: Sequence[str], at: int, *, in_list: bool) -> int:
    """Return where the word stands that governs a name: before its article, and before the others of its list.

    Parameters
    ----------
    before
        Words before the name, nearest first.
    at
        Where to begin.
    in_list
        Whether the name is followed by others of one list, so that a comma before it may be the list's.
    """
    while at < len(before):
        if before[at].lower() in SKIPPED:
            at += 1
            continue
        if before[at] not in ("and", "or", "nor", "&") and not (in_list and before[at] == ","):
            break
        begin = at + 2 if before[at + 1 : at + 2] == [","] else at + 1
        end = begin
        while end < len(before) and (is_capitalised(before[end]) or (end > begin and _joins(before, end))):
            end += 1
        if end == begin:
            break
        at, in_list = end, True
    return at


def _joins(before: Sequence[str], at: int) -> bool:
    """Whether an "of" stands inside a name: "Gulf of Aden"."""
    return before[at] == "of" and at + 1 < len(before) and is_capitalised(before[at + 1])
