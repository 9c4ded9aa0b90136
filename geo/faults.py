"""What is wrong in files that users bring: told all together, so that it can be mended in one go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import OptionError

MOST_TOLD = 10
"""Most faults that are told one by one."""


class Faults:
    """What is wrong in files, noted row by row."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._untold = 0

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Go on after an error, which is told later."""
        try:
            yield
        except OptionError as error:
            if len(self._told) < MOST_TOLD:
                self._told.append(str(error))
            else:
                self._untold += 1

    def raise_any(self) -> None:
        """Tell all that was noted, if anything was.

        Raises
        ------
        OptionError
            The first fault, with the others as its notes (PEP 678).
        """
        if not self._told:
            return
        first, *others = self._told
        error = OptionError(first)
        for each in others:
            error.add_note(each)
        if self._untold:
            error.add_note(f"and {self._untold:,} more like these")
        raise error
