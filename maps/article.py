"""An article as the page shows it: paragraphs in which every toponym is a piece of its own.

The text is cut here and not in the browser, because offsets count code points and JavaScript counts UTF-16 units.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from geo.model import Document

MAX_TITLE_CHARS = 120
"""A longer first line is no headline but text."""

_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BLANK_LINE = re.compile(r"(?:(?:\r\n|[\n\r\v\f\x85\u2028\u2029])[^\S\n\r]*){2,}")
_WRAPPED_COLUMNS = (50, 100)
"""Median and longest line, in code points, of a text that was broken into lines at a fixed width, as in e-mails."""

Piece: TypeAlias = str | tuple[str, int | None, bool]
"""Plain text, or a toponym with the number of its entry (None when it was not placed) and whether it is asserted."""
Paragraph: TypeAlias = list[Piece]


@dataclass(frozen=True, slots=True)
class Mark:
    """A toponym in a text."""

    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    entry: int | None
    """Number of the entry it belongs to; None when it was not placed."""
    is_asserted: bool = True
    """Whether it is sure that this mention names that entry."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document cut into pieces. Joined, those of heading and body are the text but for white space between."""

    heading: Paragraph
    """The document's title, else its first line, else the beginning of its text."""
    body: list[Paragraph]
    """The text, without the first line when that became the heading."""


def set_article(document: Document, marks: Sequence[Mark]) -> Article:
    r"""Cut a document into heading and paragraphs.

    Parameters
    ----------
    document
        The article.
    marks
        Its toponyms in any order; where two overlap, the one that starts first, then the longer one, is kept.

    Examples
    --------
    >>> set_article(Document("a", "Rain in Homs\n\nIt rained."), [Mark(8, 12, 0)])
    Article(heading=['Rain in ', ('Homs', 0, True)], body=[['It rained.']])
    """
    kept = _disjoint(marks)
    spans = _paragraphs(document.text, kept)
    body = [_pieces(document.text, start, end, kept) for start, end in spans]
    title = (document.title or "").strip()
    if not spans:
        return Article([title or "Empty article"], [])
    first = document.text[slice(*spans[0])]
    if title and " ".join(title.split()) != " ".join(first.split()):
        return Article([title], body)
    if len(first) <= MAX_TITLE_CHARS:
        return Article(body[0], body[1:])
    return Article([title or _beginning(first)], body)


def plain(pieces: Paragraph) -> str:
    """Return the text of a paragraph."""
    return "".join(piece if isinstance(piece, str) else piece[0] for piece in pieces)


def _disjoint(marks: Sequence[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _paragraphs(text: str, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """Return the spans between line breaks (blank lines in a hard-wrapped text), never breaking a toponym."""
    breaks = _BLANK_LINE if _is_hard_wrapped(text) else _BREAK
    uncut = [mark for mark in marks if _BREAK.search(text, mark.start, mark.end)]
    cuts = [match.span() for match in breaks.finditer(text)]
    cuts = [cut for cut in cuts if not any(mark.start < cut[1] and cut[0] < mark.end for mark in uncut)]
    edges = [(0, 0), *cuts, (len(text), len(text))]
    spans = ((end, start) for (_, end), (start, _) in pairwise(edges))
    return [span for span in (_stripped(text, *span) for span in spans) if span[0] < span[1]]


def _is_hard_wrapped(text: str) -> bool:
    lengths = [len(line) for line in text.splitlines() if line.strip()]
    return len(lengths) > 4 and median(lengths) >= _WRAPPED_COLUMNS[0] and max(lengths) <= _WRAPPED_COLUMNS[1]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, max(start, start + len(piece.strip()))


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Paragraph:
    pieces: Paragraph = []
    at = start
    for mark in marks[bisect_left(marks, start, key=lambda mark: mark.start) :]:
        if mark.end > end:
            break
        if at < mark.start:
            pieces.append(text[at : mark.start])
        pieces.append((text[mark.start : mark.end], mark.entry, mark.is_asserted))
        at = mark.end
    if at < end:
        pieces.append(text[at:end])
    return pieces


def _beginning(line: str) -> str:
    """Cut a long line to the length of a headline, at a space where there is one."""
    head = line[: MAX_TITLE_CHARS - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:-") + "…"
