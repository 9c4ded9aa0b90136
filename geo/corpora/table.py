"""A table that a corpus is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from ..writers.schema import Group


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it tells, and how it is asked for."""

    meaning: str
    """What a row is, and in which order they come."""
    fields: Group
    """Its columns."""
    query: str
    """What they are asked of `geo.corpora.corpus.Corpus`; it says the order in full."""
