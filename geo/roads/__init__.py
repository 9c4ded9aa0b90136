"""Roads by reference, and where their courses come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..model import Course

if TYPE_CHECKING:
    from shapely.geometry import LineString


@dataclass(frozen=True, slots=True)
class Road:
    """A whole road of one country."""

    id: str
    """Stable id, ``source:key``."""
    ref: str
    """Number on its signs."""
    country_code: str
    """ISO 3166-1 alpha-2 code."""
    country_name: str
    """Name of the country, for evidence in words."""
    geometry: LineString
    """Course, longitude/latitude, WGS 84."""
    course: Course
    """How the course is known."""
    source: str
    """Where it comes from, to print beside the id."""


class RoadSource(Protocol):
    """Knows the courses of some roads."""

    def named(self, key: str) -> Sequence[Road]:
        """Return every road filed under a key (`geo.names.road_key`), in order of id; empty when none is known."""

    def of_country(self, country_code: str) -> Sequence[Road]:
        """Return every known road of a country, in order of id."""
