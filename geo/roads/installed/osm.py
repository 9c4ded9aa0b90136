"""Streams the roads, railways, rivers and pipelines out of an extract of OpenStreetMap."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from ...errors import ResourceError
from ...model import Course, Origin
from .. import OSM_ATTRIBUTION
from ..gdal import INSTALL
from ..segments import Segment
from .osm_tags import KEYS, ROUTES, Route, Sort, may_be_kept, names_of, refs_of, route_of, sort_of
from .schema import Provenance

if TYPE_CHECKING:
    from shapely.geometry import LineString, MultiLineString

FORMATS = {".osm.pbf": "pbf", ".pbf": "pbf", ".osm.bz2": "osm.bz2", ".osm.gz": "osm.gz", ".osm": "osm"}
"""Formats, as osmium calls them, by the ending of the file's name."""
OnRead: TypeAlias = Callable[[int], None]
"""Told how many objects have been looked at."""

_BATCH = 1000
_OBJECTS_A_REPORT = 20_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=T|$)")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_Draft: TypeAlias = tuple[Sort, tuple[str, ...], tuple[str, ...], tuple[str, ...], str]
"""A segment without its geometry: sort, numbers, names, ids, and the WKB of its course in hexadecimal digits."""


def format_of(path: Path) -> str | None:
    """Return what osmium calls the format of an extract; None for a file of another sort."""
    name = path.name.lower()
    return next((form for ending, form in FORMATS.items() if name.endswith(ending)), None)


def stem_of(path: Path) -> str:
    """Return the name of an extract without its ending: "syria-latest"."""
    ending = next(ending for ending in FORMATS if path.name.lower().endswith(ending))
    return path.name[: -len(ending)]


class OsmReader:
    """The ways of an extract that are kept, as segments; each reading reads the file twice.

    Parameters
    ----------
    path
        The extract.
    locations
        File in which the positions of all nodes are kept meanwhile.
    on_read
        Told now and then how many objects were looked at.

    Raises
    ------
    ResourceError
        If the file is damaged, or not OpenStreetMap's, or osmium is not installed.
    """

    def __init__(self, path: Path, locations: Path, *, on_read: OnRead) -> None:
        self.path = path
        self._counts: Counter[str] = Counter()
        self._osmium = load_osmium()
        # With its folders, because osmium takes "http:x.osm" for an address and "-" for standard input.
        self._file = self._osmium.io.File(str(path.absolute()), format_of(path) or "")
        self._locations = locations
        self._on_read = on_read

    @property
    def provenance(self) -> Provenance:
        """Where the segments come from; raises as the class does."""
        with self._failures():
            header = self._osmium.FileProcessor(self._file).header
            told = header.get("osmosis_replication_timestamp") or header.get("timestamp")
        day = _DAY.match(told)
        source = f"OpenStreetMap, {stem_of(self.path)}".encode("utf-8", "replace").decode()
        return Provenance(source, Origin.OSM_EXTRACT, Course.SURVEYED, OSM_ATTRIBUTION, day[0] if day else None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out so far, a line each."""
        return tuple(f"{count:,} {what}" for what, count in sorted(self._counts.items()))

    def __iter__(self) -> Iterator[Segment]:
        import shapely

        with self._failures():
            drafts = self._drafts(self._routes())
            while batch := list(islice(drafts, _BATCH)):
                courses = shapely.from_wkb([draft[-1] for draft in batch])
                for (sort, refs, names, osm_ids, _), course in zip(batch, courses.tolist(), strict=True):
                    yield Segment(sort.kind, refs, names, None, course, sort.road_class, osm_ids)

    def _routes(self) -> dict[int, tuple[Route, ...]]:
        """Return the routes that each way is part of."""
        osmium = self._osmium
        by_way: dict[int, tuple[Route, ...]] = {}
        of_roads = osmium.filter.TagFilter(*(("route", value) for value in sorted(ROUTES)))
        for relation in osmium.FileProcessor(self._file, osmium.osm.RELATION).with_filter(of_roads):
            route = route_of(relation.id, self._tags(relation, is_sure=True))
            if route is not None:
                for way in dict.fromkeys(member.ref for member in relation.members if member.type == "w"):
                    by_way[way] = (*by_way.get(way, ()), route)
        return by_way

    def _drafts(self, routes: Mapping[int, tuple[Route, ...]]) -> Iterator[_Draft]:
        """Yield the ways that are kept."""
        create = self._osmium.geom.WKBFactory().create_linestring
        for way in self._ways():
            of_way = routes.get(way.id, ())
            tags = self._tags(way, is_sure=bool(of_way))
            sort = sort_of(tags, of_way)
            if sort is None:
                continue
            try:
                course = create(way)
            except (self._osmium.InvalidLocationError, RuntimeError):
                course = self._course_of_rest(way)
            if course is None:
                continue
            ids = (f"way/{way.id}", *(f"relation/{route.id}" for route in of_way))
            if sort.is_link:
                yield sort, (), (), ids, course
            else:
                yield sort, refs_of(tags, of_way), names_of(tags, of_way), ids, course

    def _ways(self) -> Iterator[Any]:
        """Yield the ways that may be kept, with the positions of their nodes.

        Positions go to a file. Only those that roads need would take less room, but osmium's sets of ids take 1.5 GB
        for any country, whose nodes are spread over all ids in use; all positions in memory take 16 bytes a node, 6 GB
        for Germany. The system keeps as much of the file in memory as there is room for: with 5 million nodes reading
        took 1.9 s this way, 2.0 s in memory and 2.5 s with a set of ids (pyosmium 4.3).
        """
        osmium = self._osmium
        # What is in the file already would be taken for positions, too.
        self._locations.unlink(missing_ok=True)
        # A comma ends the name of the file.
        storage = "sparse_mmap_array" if "," in str(self._locations) else f"sparse_file_array,{self._locations}"
        reading = osmium.FileProcessor(self._file, osmium.osm.NODE | osmium.osm.WAY).with_locations(storage)
        # Nodes with such a key, crossings and stations, let Ctrl-C and the progress through between the ways.
        for done, found in enumerate(reading.with_filter(osmium.filter.KeyFilter(*KEYS)), start=1):
            if done % _OBJECTS_A_REPORT == 0:
                self._on_read(done)
            if found.is_way():
                yield found

    def _tags(self, found: Any, *, is_sure: bool) -> dict[str, str]:  # noqa: ANN401  # osmium has no common type
        """Return the tags of a way or route; none for a way that is surely not kept, and for those not in UTF-8."""
        try:
            return dict(found.tags) if is_sure or may_be_kept(found.tags) else {}
        except UnicodeDecodeError:
            self._counts["ways or routes whose tags are not Unicode were left out"] += 1
            return {}

    def _course_of_rest(self, way: Any) -> str | None:  # noqa: ANN401
        """Return the course of a way without the nodes that are missing or off the globe; None for nothing left."""
        from shapely import LineString, MultiLineString

        runs: list[list[tuple[float, float]]] = [[]]
        for node in way.nodes:
            if not node.location.valid():
                self._counts["nodes that the file lacks, or that are not on the globe, were left out of ways"] += 1
                runs.append([])
            elif (lonlat := (node.lon, node.lat)) not in runs[-1][-1:]:
                runs[-1].append(lonlat)
        lines = [LineString(run) for run in runs if len(run) > 1]
        if not lines:
            self._counts["ways of which no two nodes are there were left out"] += 1
            return None
        course: LineString | MultiLineString = lines[0] if len(lines) == 1 else MultiLineString(lines)
        return course.wkb_hex

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Tell of a damaged file in one line, and of a full disk as such."""
        try:
            yield
        except (RuntimeError, ValueError, self._osmium.InvalidLocationError) as error:
            # osmium tells of a full disk as it tells of a damaged file.
            number = next((number for number in _NO_ROOM if os.strerror(number) in str(error)), None)
            if number is not None:
                raise OSError(number, os.strerror(number)) from error
            raise ResourceError(
                f"{self.path.name} cannot be read as an extract of OpenStreetMap ({error}): download or copy it again"
            ) from error


def load_osmium() -> ModuleType:
    """Return osmium, or raise ResourceError, which names the extra, where it is not installed."""
    try:
        import osmium
    except ImportError as error:
        raise ResourceError(f"reading OpenStreetMap extracts needs osmium: {INSTALL}") from error
    module: ModuleType = osmium
    return module
