"""The entries of an atlas in the order in which the page lists, draws and counts them."""

from __future__ import annotations

from typing import TypeAlias

from geo.atlas import Atlas
from geo.entries import Entry
from geo.model import Line, Place, Role

StoryEntry: TypeAlias = Entry[Place] | Entry[Line]


def story_order(atlas: Atlas) -> list[StoryEntry]:
    """List places and lines together: most mentioned first, then by id.

    Those known only by their people come after the others, and those that are not asserted come last.
    """
    entries: list[StoryEntry] = [*atlas.places, *atlas.lines]
    return sorted(entries, key=_rank)


def _rank(entry: StoryEntry) -> tuple[bool, bool, int, str]:
    return not entry.is_asserted, entry.role is Role.DEMONYM, -len(entry.mentions), entry.referent.id
