"""Roads and other lines, and where their courses come from.

A source knows roads, railways, rivers, pipelines or borders by number and name. The sources are asked in the order of
`geo.model.Origin`, and every answer says which one it is from and how exact it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..extent import Extent
from ..model import Course, Kind, Origin
from ..provenance import Source

if TYPE_CHECKING:
    from shapely.geometry import LineString, MultiLineString

AT_ROAD_KM = 10.0
"""A place this close to a surveyed course lies on the road: ring roads pass the middle of a large city at as much."""

AT_SKETCH_KM = 30.0
"""The same for a course that is not surveyed: it cuts the bends."""

OSM_ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
"""To be shown wherever data of OpenStreetMap is (openstreetmap.org/copyright)."""


@dataclass(frozen=True, slots=True)
class Road:
    """A whole road, or another line, of one country."""

    id: str
    """Stable id, the same in every source: see `road_id`."""
    kind: Kind
    """One of `geo.model.LINE_KINDS`."""
    ref: str | None
    """Number on its signs; None for one without."""
    name: str | None
    """Its name; None for one that has a number only."""
    country_code: str | None
    """ISO 3166-1 alpha-2 code; None where that is not known, and for a border."""
    geometry: LineString | MultiLineString
    """Course, longitude/latitude, WGS 84, both carriageways where the source has both."""
    course: Course
    """How the course is known."""
    origin: Origin
    """What sort of source it comes from."""
    source: str
    """That source, to print: "OpenStreetMap, syria-latest"."""
    attribution: str | None = None
    """What its licence asks to be shown; None when it asks for nothing."""
    osm_ids: tuple[str, ...] = ()
    """The ways and relations of OpenStreetMap it is made of, sorted: ``way/24981342``."""

    @property
    def reach_km(self) -> float:
        """How far from its course a place may lie that is on the road."""
        return AT_ROAD_KM if self.course in (Course.SURVEYED, Course.ROUTED) else AT_SKETCH_KM

    @property
    def label(self) -> str:
        """What to call it: its number, else its name; a bare number with the word for its kind, as in "Road 60"."""
        if self.ref is not None and self.ref.isdecimal():
            return f"{self.kind.capitalize()} {self.ref}"
        return self.ref or self.name or str(self.kind)


@dataclass(frozen=True, slots=True)
class Sought:
    """A road that a text names, and what is known of where it is."""

    kind: Kind
    """One of `geo.model.LINE_KINDS`."""
    keys: tuple[str, ...]
    """Keys of its number (`geo.names.road_keys`) or of its name (`geo.names.name_key`), the likeliest first."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 codes of the countries that the text speaks of, most first; for a border, its two."""
    area: Extent | None = None
    """The part of the world that the text speaks of; None when that is not known."""


class RoadSource(Protocol):
    """Knows the courses of some roads or other lines."""

    @property
    def origin(self) -> Origin:
        """What sort of source this is."""

    @property
    def described(self) -> tuple[Source, ...]:
        """What to print as the source of its courses; ResourceError if its data is damaged."""

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return every road filed under the first key that files any, of any country, in order of id.

        A source that knows no such road, or none of that kind, gives an empty sequence. One that would have to ask a
        service gives an empty sequence, too, where the area is not known.

        Raises
        ------
        ResourceError
            If its data is damaged.
        GeocodingError
            If a service gave no sound answer: never the same as "no such road".
        """

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> Sequence[Road]:
        """Return the roads that may be "the road from A to B", which has no number: best first, empty for none.

        Either known roads that pass both points, or the shortest way along main roads (`Course.ROUTED`).

        Raises
        ------
        ResourceError
            If its data is damaged.
        """


def road_id(kind: Kind, country_code: str | None, key: str) -> str:
    """Return the id of a road: ``road:SY-M4``, ``railway:SY-hejaz railway``, ``road:M4`` where no country is known.

    Parameters
    ----------
    kind
        Sort of line.
    country_code
        ISO 3166-1 alpha-2 code, if known.
    key
        The key of its number, else of its name.
    """
    return f"{kind}:{country_code}-{key}" if country_code else f"{kind}:{key}"
