"""What a row of corrections says that a name means: a place or line by id, a point or a course, or no place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..contents import content_of
from ..errors import OptionError
from ..gazetteers import Gazetteer
from ..model import LINE_KINDS, ONLINE_SOURCES, Course, Kind, Line, Origin, Place
from ..points import DECIMALS, lonlat_from
from ..provenance import Source
from . import Meaning, shown, spelling
from .courses import course_of
from .files import beside

if TYPE_CHECKING:
    from shapely.geometry import LineString, MultiLineString

NOT_A_PLACE = "not a place"
"""What the column ``place`` says of a name that means none."""

_GAZETTEER = "correction"
"""Where the places and lines come from that only corrections know."""
_ONLY_AMONG_CANDIDATES = (*(f"{kind}:" for kind in sorted(LINE_KINDS)), *ONLINE_SOURCES, f"{_GAZETTEER}:")
"""How the ids begin that no gazetteer is asked for."""
_GEONAMES = re.compile(
    r"(?:https?://(?:www\.|sws\.)?geonames\.org/|geonames\W*)?(\d{1,10})\b.*", re.ASCII | re.IGNORECASE
)
"""What people write for the id of a place of GeoNames: its number alone, the address of its page."""


class Meanings:
    """What the rows of one file say that names mean.

    Parameters
    ----------
    path
        The file, beside which those with courses lie.
    gazetteer
        Knows the places by id, and in which country a point lies.
    """

    def __init__(self, path: Path, gazetteer: Gazetteer) -> None:
        self._path = path
        self._gazetteer = gazetteer
        self._courses: dict[Path, tuple[LineString | MultiLineString, Source]] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files of courses that were read."""
        return tuple(source for _, source in self._courses.values())

    def of(self, cells: Mapping[str, str], where: str) -> Meaning:
        """Return what a row says.

        Parameters
        ----------
        cells
            Its cells, by column.
        where
            File and row, for messages.

        Raises
        ------
        OptionError
            If it says nothing, several things, or what cannot be.
        """
        place, lat, lon, geometry = (cells[column].strip() for column in ("place", "lat", "lon", "geometry"))
        said = [
            each for each, is_said in (("a place", place), ("a point", lat or lon), ("a geometry", geometry)) if is_said
        ]
        if len(said) != 1:
            found = f"{', '.join(said[:-1])} and {said[-1]}" if said else "no meaning"
            raise OptionError(f'{where}: there is {found}; give one: "place", "lat" and "lon", or "geometry"')
        if place:
            return self._known(place, where)
        name = cells["name"] if cells["name"].strip() else cells["text"]
        if geometry:
            return self._own_line(geometry, name, where)
        try:
            lonlat = lonlat_from(lat, lon)
        except ValueError as error:
            raise OptionError(f"{where}: {error}") from None
        return self._own_point(lonlat, name)

    def _known(self, place: str, where: str) -> Meaning:
        if spelling(place) == NOT_A_PLACE:
            return None
        if known := self._gazetteer.get(place):
            return known
        if place.startswith(_ONLY_AMONG_CANDIDATES):
            return place
        advice = f'give an id as in geonames:169389, "{NOT_A_PLACE}", or a point in "lat" and "lon"'
        if number := _GEONAMES.fullmatch(place):
            meant = self._gazetteer.get(f"geonames:{number[1]}")
            if meant is not None:
                advice = f"did you mean {meant.id}, {meant.name:.60}?"
            elif place.startswith("geonames:"):
                advice = 'install a gazetteer that has it, or give its point in "lat" and "lon"'
        raise OptionError(f"{where}: no gazetteer knows the place {shown(place)}; {advice}")

    def _own_point(self, lonlat: tuple[float, float], name: str) -> Place:
        """Return a place that no gazetteer has; its id follows from what it is."""
        lon, lat = lonlat
        country, *units = self._gazetteer.units_at(lonlat) or (None,)
        return Place(
            _own_id(f"{lat:.{DECIMALS}f} {lon:.{DECIMALS}f} {name}".encode()),
            name,
            Kind.SETTLEMENT,
            lon,
            lat,
            country_code=country,
            admin1_code=units[0].partition(".")[2] if units else None,
            gazetteer=_GAZETTEER,
        )

    def _own_line(self, geometry: str, name: str, where: str) -> Line:
        """Return a line that no source of roads has; its id follows from what it is."""
        from shapely import to_wkb

        from ..lines import length_m, midpoint

        path = beside(self._path, geometry, where)
        if path not in self._courses:
            data = content_of(path, f"{where}: {geometry:.80}")
            source = Source(geometry, hashlib.sha256(data).hexdigest())
            self._courses[path] = course_of(data, f"{where}: {geometry:.80}"), source
        course, source = self._courses[path]
        return Line(
            _own_id(to_wkb(course, byte_order=1) + name.encode()),
            name,
            Kind.ROAD,
            course,
            Course.SURVEYED,
            country_code=next(iter(self._gazetteer.units_at(midpoint(course))), None),
            length_m=length_m(course),
            gazetteer=_GAZETTEER,
            origin=Origin.USER_FILE,
        )


def _own_id(content: bytes) -> str:
    return f"{_GAZETTEER}:{hashlib.sha256(content).hexdigest()[:12]}"
