"""Stretches of a text that share characters."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Stretch(Protocol):
    """Anything with half-open code point offsets."""

    @property
    def start(self) -> int:
        """First code point."""

    @property
    def end(self) -> int:
        """One past the last code point."""


S = TypeVar("S", bound=Stretch)


def touching(stretches: Sequence[S], start: int, end: int) -> Sequence[S]:
    """Return those stretches that share characters with ``[start, end)``.

    Parameters
    ----------
    stretches
        In order of the text, without overlaps.
    """
    first = bisect_right(stretches, start, key=lambda stretch: stretch.end)
    last = bisect_left(stretches, end, key=lambda stretch: stretch.start)
    return stretches[first:last]
