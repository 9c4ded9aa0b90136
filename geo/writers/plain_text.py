"""Text as formats without escapes can hold it."""

from __future__ import annotations


def clean(text: str) -> str:
    r"""Return text that C strings and UTF-8 can hold: U+FFFD for NUL and for lone surrogates.

    Examples
    --------
    >>> clean("a\0b\ud800") == "a\ufffdb\ufffd"
    True
    """
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
