"""Which column, or key, of the rows of a table holds what."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column, or key, of a row holds what."""

    text: str = "text"
    """The article: the one column that every row needs."""
    title: str = "title"
    """Its headline."""
    date: str = "date"
    """Day of publication in ISO 8601."""
    id: str = "id"
    """What the document is called; where it is missing, the name of the file and the number of the row."""
    source: str = "source"
    """Its publisher."""
    author: str = "author"
    """Who wrote it."""
    url: str = "url"
    """Where it can be read."""

    @property
    def given(self) -> frozenset[str]:
        """The columns that were named otherwise than they usually are."""
        return frozenset(getattr(self, field.name) for field in fields(self)) - {field.name for field in fields(self)}

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return frozenset(getattr(self, field.name) for field in fields(self))


USUAL = Columns()
"""The columns when nothing is said."""
