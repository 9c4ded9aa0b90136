"""The entries of an atlas in the order in which the page lists, draws and counts them."""

from __future__ import annotations

from typing import TypeAlias

from geo.atlas import Atlas, Entry
from geo.model import Line, Place, Role

StoryEntry: TypeAlias = Entry[Place] | Entry[Line]


def story_order(atlas: Atlas) -> list[StoryEntry]:
    """List places and lines together: most mentioned first, then by id; those known only by their people come last."""
    entries: list[StoryEntry] = [*atlas.places, *atlas.lines]
    return sorted(entries, key=lambda entry: (entry.role is Role.DEMONYM, -len(entry.mentions), entry.referent.id))
