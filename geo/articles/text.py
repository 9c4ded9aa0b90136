"""Plain text: the bytes of one article become a document."""

from __future__ import annotations

import re
import warnings

from ..errors import InputError, TextWarning
from ..model import Document
from .encoding import decode
from .raw import Raw

LONGEST_HEADLINE = 120
"""Longest first line, in code points, that is taken for a headline."""

REPLACED = "unprintable characters were replaced"
"""What a warning says when `clean` changed something."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def read_text(raw: Raw) -> Document:
    """Read one article of plain text.

    Raises
    ------
    InputError
        If it is empty or not text.

    Warns
    -----
    TextWarning
        If some of it had to be guessed or replaced.
    """
    decoded = decode(raw.data, raw.name, raw.charset)
    text = clean(decoded)
    if not text.strip():
        raise InputError(f"{raw.name}: it is empty; give an article as text", source=raw.name)
    if count := count_replaced(decoded, text):
        warnings.warn(f"{raw.name}: {REPLACED} (count {count})", TextWarning, stacklevel=2)
    return Document(raw.id, text)


def clean(text: str) -> str:
    r"""Replace what no output format can hold, character by character, so that offsets stay.

    Control characters other than tab and line ends, U+FFFE and U+FFFF become spaces; lone surrogates become U+FFFD.

    Examples
    --------
    >>> clean("one line\r\nand\ttwo"), clean("Par\0is")
    ('one line\r\nand\ttwo', 'Par is')
    """
    return _UNPRINTABLE.sub(" ", mend_surrogates(text))


def count_replaced(text: str, cleaned: str) -> int:
    r"""Count the characters that `clean` replaced.

    Examples
    --------
    >>> count_replaced("Par\0is", clean("Par\0is")), count_replaced("", "")
    (1, 0)
    """
    return 0 if text == cleaned else sum(before != after for before, after in zip(text, cleaned, strict=True))


def mend_surrogates(text: str) -> str:
    r"""Replace lone surrogates, which UTF-8 cannot hold, by U+FFFD.

    Examples
    --------
    >>> mend_surrogates("id \ud800")
    'id \ufffd'
    """
    return _LONE_SURROGATE.sub("\ufffd", text)


def headline(text: str) -> str | None:
    r"""Return the first line when it can only be a headline: short, no sentence, and followed by something else.

    Examples
    --------
    >>> headline("Storm hits coast\n\nIt came at night."), headline("It came at night.\nNobody slept.")
    ('Storm hits coast', None)
    >>> headline("") is None
    True
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or len(lines[0]) > LONGEST_HEADLINE or lines[0].endswith((".", ",", ";", ":", "-")):
        return None
    # A sentence that was broken by hand goes on in small letters.
    return None if lines[1][0].islower() else lines[0]
