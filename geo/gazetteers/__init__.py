"""What a gazetteer answers, and the gazetteers that come with placelines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from ..extent import Extent
from ..model import Kind, Place

if TYPE_CHECKING:
    from shapely import MultiPolygon


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

    def spelled_like(self, key: str, countries: Collection[str]) -> Sequence[NamedPlace]:
        """Return the places in some countries with a name that is another romanisation of a key, as `lookup` does.

        Two names count as one when they share their `geo.names.skeleton`: a weaker match than a shared key. Only places
        of the countries in `geo.gazetteers.naming.ROMANISED` are found.

        Parameters
        ----------
        key
            A name key.
        countries
            ISO 3166-1 alpha-2 codes.
        """

    def keys_like(self, key: str, distance: int) -> Sequence[tuple[int, str]]:
        """Return the name keys that a few typing errors make of a key, with their number, fewest first, then by key.

        It reads every key, which takes a second for a million of them: for a search that somebody asks for.

        Parameters
        ----------
        key
            A name key; it is not among the answers.
        distance
            Most letters left out, put in, taken for another or swapped with the next.
        """

    def keys_in_other_scripts(self, place_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the name keys of places that are not in Latin letters, sorted, by id; without those that have none.

        It reads every such key, which takes a third of a second, for one place as for many.
        """

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id, or None."""

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        """Return the country, or the unit of it with these GeoNames codes, or None."""

    def units_at(self, lonlat: tuple[float, float]) -> tuple[str, ...]:
        """Return the GeoNames codes of the country and of the first-level unit around a point: ("SY", "SY.12").

        One code where the unit is unknown, none on the open sea, and none where the gazetteer has no shapes.
        """

    def shape(self, code: str) -> MultiPolygon | None:
        """Return the area of a country or first-level unit by its GeoNames code ("SY", "SY.12"), or None.

        It is drawn for small maps, off by a kilometre or more, and cut at the antimeridian. Neighbours share their
        edges, vertex by vertex, but for a few that differ by a step of the grid (`geo.gazetteers.areas.SCALE`).
        """

    def largest_in(
        self, extent: Extent, limit: int, *, kinds: Collection[Kind] = frozenset({Kind.SETTLEMENT})
    ) -> Sequence[Place]:
        """Return the most populous places of some kinds in a box, largest first, at most ``limit``."""

    def nearest(
        self,
        lonlat: tuple[float, float],
        limit: int,
        *,
        kinds: Collection[Kind] = frozenset({Kind.SETTLEMENT}),
        within_km: float = 500.0,
    ) -> Sequence[Place]:
        """Return the places of some kinds nearest to a point, nearest first, at most ``limit``, none farther away."""
