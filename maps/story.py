"""The entries of a story in the order in which the page lists, draws and counts them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from geo.atlas import Atlas
from geo.entries import Entry
from geo.model import Line, Place, Role


class StoryEntry(Protocol):
    """One place or line as the page shows it, with what all articles together say of it."""

    @property
    def referent(self) -> Place | Line:
        """The place or line."""

    @property
    def display_name(self) -> str:
        """Its name for a reader."""

    @property
    def name_as_written(self) -> str:
        """The most frequent spelling."""

    @property
    def role(self) -> Role:
        """What its names do in the sentences."""

    @property
    def is_asserted(self) -> bool:
        """Whether any mention is sure enough to tell of it as a fact."""

    @property
    def confidence(self) -> float:
        """That of its surest mention, 0 to 1."""

    @property
    def count(self) -> int:
        """How often it is named."""

    @property
    def weight(self) -> float:
        """Sum of the confidences of its mentions."""


AnyEntry = TypeVar("AnyEntry", bound=StoryEntry)


def story_order(atlas: Atlas) -> list[Entry[Place] | Entry[Line]]:
    """List places and lines of an atlas together, as `ranked` does."""
    entries: list[Entry[Place] | Entry[Line]] = [*atlas.places, *atlas.lines]
    return ranked(entries)


def ranked(entries: Iterable[AnyEntry]) -> list[AnyEntry]:
    """Sort entries: most mentioned first, then by id.

    Those known only by their people come after the others, and those that are not asserted come last.
    """
    return sorted(entries, key=_rank)


def _rank(entry: StoryEntry) -> tuple[bool, bool, int, str]:
    return not entry.is_asserted, entry.role is Role.DEMONYM, -entry.count, entry.referent.id
