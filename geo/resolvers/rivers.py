"""Draw rivers as lines where a source has their courses: gazetteers know a river by one point, near its mouth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..model import Candidate, Kind, Line, Origin, Place, Resolution
from ..names import name_key
from ..roads import Road, RoadSource, Sought

RIVERS = frozenset({"STM", "STMI", "STMX", "STMM", "CNL", "WAD", "DSTY"})
"""GeoNames feature codes (geonames.org/export/codes.html) of rivers, canals, wadis and their arms."""

_NEAR_KM = 100.0
"""A river of the right name this close to the gazetteer's point is the one meant, where its extent is not known."""
_MARGIN_DEGREES = 0.5


class RiverDrawer:
    """Gives resolved rivers their courses.

    Parameters
    ----------
    sources
        The more exact first. Services are not asked: a river is long, and its point says where it is.
    """

    def __init__(self, sources: Sequence[RoadSource]) -> None:
        self.sources = tuple(source for source in sources if source.origin is not Origin.OVERPASS)

    def draw(self, resolutions: Sequence[Resolution]) -> list[Resolution]:
        """Return the resolutions, with a line for each river whose course is known; the others as they are."""
        lines: dict[str, Line | None] = {}
        drawn: list[Resolution] = []
        for resolution in resolutions:
            place = resolution.referent
            if isinstance(place, Place) and place.feature_code in RIVERS:
                if place.id not in lines:
                    lines[place.id] = self._line(place, resolution.toponym.sought)
                line = lines[place.id]
                if line is not None:
                    drawn.append(_with_line(resolution, line))
                    continue
            drawn.append(resolution)
        return drawn

    def _line(self, place: Place, written: str) -> Line | None:
        keys = dict.fromkeys((name_key(place.name), name_key(written)))
        sought = Sought(Kind.RIVER, tuple(filter(None, keys)), (place.country_code,) if place.country_code else ())
        for source in self.sources:
            courses = [road for road in source.named(sought) if road.kind is Kind.RIVER and _is_it(road, place)]
            if courses:
                return _joined(place, courses)
        return None


def _is_it(road: Road, place: Place) -> bool:
    from shapely import box

    from ..lines import distance_m

    extent = place.extent.grown(_MARGIN_DEGREES) if place.extent else None
    if extent is not None and not extent.crosses_antimeridian:
        return bool(box(*extent.bbox).intersects(road.geometry))
    return distance_m(road.geometry, place.lonlat) <= 1000 * _NEAR_KM


def _joined(place: Place, courses: Sequence[Road]) -> Line:
    """Join the courses of a river in several countries; it keeps the id of its place."""
    from ..lines import length_m, merged

    first = courses[0]
    geometry = merged([road.geometry for road in courses]) if len(courses) > 1 else first.geometry
    return Line(
        id=place.id,
        name=place.name,
        kind=Kind.RIVER,
        geometry=geometry,
        course=first.course,
        country_code=place.country_code,
        length_m=round(length_m(geometry), 0),
        gazetteer=first.source,
        road_name=place.name,
        origin=first.origin,
        attribution=first.attribution,
        osm_ids=tuple(sorted({osm_id for road in courses for osm_id in road.osm_ids})),
    )


def _with_line(resolution: Resolution, line: Line) -> Resolution:
    candidates = tuple(
        Candidate(line, each.score) if each.referent.id == line.id else each for each in resolution.candidates
    )
    return replace(resolution, referent=line, candidates=candidates)
