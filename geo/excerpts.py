"""The sentence around a toponym, with offsets into the text that it was taken from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from .model import Excerpt

MAX_EXCERPT_CHARS = 400
"""Longest excerpt, in code points; a longer sentence is cut at word ends around the toponym."""

_STOP = re.compile(
    # One class in front is found five times as fast as three alternatives.
    r"[.!?…؟。！？\n](?:(?<=[.!?…؟])[.!?…؟]{0,7}[\"'”’»)\]]{0,4}(?=\s)|(?<=[。！？])[。！？]{0,7}[”’」』）]{0,4}|(?<=\n))"
)
_ABBREVIATIONS = frozenset(
    "adm ala ariz ark assn ave blvd brig bros calif capt cmdr co col colo conn corp cpl dept dist dr est etc feb fla "
    "ft ga gen gov hon ill inc ind jan jr kan ky la lt ltd maj md messrs mich minn miss mo mont mr mrs ms mt neb nev "
    "no nov oct okla op ore p pa pp prof pvt rep rev sen sept sgt sr st tenn tex u.n u.s univ va vol vs vt wash wis "
    "wyo".split()
)


@lru_cache(maxsize=1)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Split a text into sentences; whoever asks next for those of the same text gets them again.

    Returns
    -------
    tuple
        Half-open ``(start, end)`` code point offsets in order, without surrounding white space. Every character that is
        not white space lies in exactly one of them; an empty text gives none.

    Notes
    -----
    A full stop ends a sentence unless it follows an initial or a usual abbreviation of news English, or the next word
    starts in lower case. A line break always ends one: headlines and captions have no full stop. Chinese and Japanese
    have no space behind theirs.

    Examples
    --------
    >>> text = "Gen. Smith left St. Louis. He is in the U.S. now."
    >>> [text[start:end] for start, end in sentences(text)]
    ['Gen. Smith left St. Louis.', 'He is in the U.S. now.']
    >>> sentences("他说：“走！”大家走了。"), sentences("  ")
    (((0, 7), (7, 12)), ())
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for stop in _STOP.finditer(text):
        if stop.group() == "\n" or _ends_sentence(text, stop.start(), stop.end()):
            _append_stripped(spans, text, start, stop.end())
            start = stop.end()
    _append_stripped(spans, text, start, len(text))
    return tuple(spans)


def excerpt(text: str, start: int, end: int, *, within: Sequence[tuple[int, int]]) -> Excerpt:
    """Return the sentence around ``text[start:end]``.

    Parameters
    ----------
    text
        The whole text.
    start, end
        The toponym, half-open code point offsets.
    within
        The sentences of the text as `sentences` gives them.

    Examples
    --------
    >>> text = "Rain. Idlib was quiet. Snow."
    >>> excerpt(text, 6, 11, within=sentences(text)).text
    'Idlib was quiet.'
    """
    index = max(0, bisect_right(within, start, key=lambda sentence: sentence[0]) - 1)
    first, last = within[index] if within else (start, end)
    first, last = min(first, start), max(last, end)
    if last - first > MAX_EXCERPT_CHARS:
        first, last = _window(text, first, last, start, end)
    return Excerpt(first, last, text[first:last])


def _ends_sentence(text: str, stop: int, after: int) -> bool:
    if text[stop] != "." or after - stop > 1:
        return not _next_is_lower(text, after)
    word_start = stop
    while word_start > 0 and stop - word_start < 12 and not text[word_start - 1].isspace():
        word_start -= 1
    word = text[word_start:stop].strip("\"'“‘([").lower()
    is_initial = len(word) == 1 and word.isalpha()
    return not (is_initial or word in _ABBREVIATIONS or "." in word or _next_is_lower(text, after))


def _next_is_lower(text: str, position: int) -> bool:
    following = text[position : position + 40].lstrip()
    return following[:1].islower()


def _append_stripped(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + len(piece) - len(piece.lstrip())
        spans.append((first, first + len(stripped)))


def _window(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """Cut a long sentence down to a window around the toponym, at spaces where there are any."""
    room = max(0, MAX_EXCERPT_CHARS - (end - start))
    left = max(first, start - room // 2)
    right = min(last, left + MAX_EXCERPT_CHARS, max(end, left + MAX_EXCERPT_CHARS))
    right = max(right, end)
    if left > first:
        space = text.find(" ", left, start)
        left = space + 1 if space >= 0 else left
    if right < last:
        space = text.rfind(" ", end, right)
        right = space if space >= 0 else right
    return left, right
