"""What a resolver does, and the resolver that comes with placelines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..model import Document, Resolution, Toponym


class Resolver(Protocol):
    """Decides what the toponyms of a document mean."""

    def resolve(self, document: Document, toponyms: Sequence[Toponym]) -> list[Resolution]:
        """Return one resolution for each toponym, in order."""
