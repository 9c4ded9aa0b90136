"""What is said of an article beside its text: one way to tidy it, whatever format says it."""

from __future__ import annotations

from .text import clean

LONGEST = 500
"""Longest title, author or publisher, in code points: what is longer is no name."""


def phrase(value: object) -> str | None:
    r"""Return a title, author or publisher on one line; None where there is nothing.

    Examples
    --------
    >>> phrase(" Storm\n hits  coast"), phrase(" "), phrase(None)
    ('Storm hits coast', None, None)
    """
    text = " ".join(clean(value[: 4 * LONGEST]).split()) if isinstance(value, str) else ""
    return text[:LONGEST].rstrip() or None
