"""What a gazetteer answers, and the gazetteers that come with placelines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..extent import Extent
from ..model import Place


class NameKind(StrEnum):
    """How a name belongs to its place."""

    PRIMARY = "primary"
    """The name that the gazetteer shows."""
    CURATED = "curated"
    """A name that news uses, kept by hand: "Britain", "Turkiye"."""
    ALTERNATE = "alternate"
    """Any other name in any language."""
    ABBREVIATION = "abbreviation"
    """A short form that counts only when written in capitals: "US", "U.K."."""
    DEMONYM = "demonym"
    """A word for the people or things of the place: "Syrian"."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place as the answer to one name."""

    place: Place
    """The place."""
    name_kind: NameKind
    """How the name that was asked for belongs to it."""


class Gazetteer(Protocol):
    """Names, positions and kinds of places.

    Implementations are safe to pickle: they keep a path and open it lazily, once a process.
    """

    @property
    def name(self) -> str:
        """Name to print as the source of a place."""

    @property
    def version(self) -> str:
        """Version of the data, to print with every output."""

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        """Return every place filed under a name key (`geo.names.name_key`), largest population first, then by id.

        A place appears once, with the strongest `NameKind` (in the order of that enumeration) that files it there.
        An unknown key gives an empty sequence.
        """

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id, or None."""

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        """Return the country, or the unit of it with these GeoNames codes, or None."""

    def largest_in(self, extent: Extent, limit: int) -> Sequence[Place]:
        """Return the most populous settlements in a box, largest first, at most ``limit``."""
