"""What a document tells a geocoder of where its names may lie, and what a geocoder says to a name."""

from __future__ import annotations

from dataclasses import dataclass

from ..extent import Extent
from ..model import Place


@dataclass(frozen=True, slots=True)
class Hints:
    """Where the names of a document may lie: a service is asked there first.

    Notes
    -----
    All that goes out beside a name: codes of countries and a box of whole degrees, never text.
    """

    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 codes of the countries that the document speaks of, sorted; empty when nothing is known."""
    extent: Extent | None = None
    """Box around the places of the document, on whole degrees; None when nothing is known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service says to a name."""

    places: tuple[Place, ...] = ()
    """The places of that name, best first; empty when the service knows none."""
    note: str | None = None
    """What speaks against believing it as it is, in words: "reply of 2025-03-01, too old"; None when nothing does."""
