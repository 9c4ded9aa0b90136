"""What became of a file that somebody gave: how much of it was taken, and each row that could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ...errors import ResourceError

MOST_LISTED = 1000
"""Rows that cannot be read are all counted; so many are listed."""

OnProgress: TypeAlias = Callable[[str, int, int | None], None]
"""Told what is being done, how many bytes or rows of it are done, and how many there are if that is known."""


class UnreadableRowError(ValueError):
    """A row that cannot be read; says why."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read."""

    file: str
    """Name of the file, without folders."""
    row: int
    """Number of the row; the first line of the file is 1, and so is the first feature of a GeoJSON file."""
    reason: str
    """What is wrong with it."""

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was installed."""

    name: str
    """Names of the gazetteers made, separated by commas."""
    places: int
    """Places in them."""
    names: int
    """Names under which these are found."""
    rejected: tuple[Rejected, ...] = ()
    """Rows that could not be read, the first `MOST_LISTED`."""
    rejected_count: int = 0
    """How many there are in all."""
    notes: tuple[str, ...] = ()
    """What else the reader should know, a line each: what was left out on purpose, what was guessed."""


class Tally:
    """Counts the rows of one file, and refuses it when too few can be read.

    Parameters
    ----------
    file
        Name of the file.
    wanted
        What the file should be, in words: "GeoNames dump".
    """

    def __init__(self, file: str, wanted: str) -> None:
        self.file = file
        self.wanted = wanted
        self.taken = 0
        """Rows that were read, also those left out on purpose."""
        self.rejected: list[Rejected] = []
        self.rejected_count = 0

    def reject(self, row: int, reason: str) -> None:
        """Count a row that cannot be read."""
        self.rejected_count += 1
        if len(self.rejected) < MOST_LISTED:
            self.rejected.append(Rejected(self.file, row, reason))

    def check(self) -> None:
        """Refuse a file of which nothing, or less than half, could be read.

        Raises
        ------
        ResourceError
            Naming the first row that could not be read.
        """
        rows = self.taken + self.rejected_count
        if rows == 0:
            raise ResourceError(f"{self.file} is no {self.wanted}: there is no row in it")
        if self.taken < self.rejected_count:
            raise ResourceError(
                f"{self.rejected[0]}; {self.rejected_count} of {rows} rows cannot be read, "
                f"so this is no {self.wanted}, or a damaged one"
            )
