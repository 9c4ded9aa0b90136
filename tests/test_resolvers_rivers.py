"""Rivers as lines, where a source knows their courses."""

from __future__ import annotations

from collections.abc import Sequence

from shapely import LineString

from geo.extent import Extent
from geo.model import Candidate, Course, Kind, Line, Origin, Place, Resolution, Toponym
from geo.resolvers.rivers import RiverDrawer
from geo.roads import Road, Sought

from .road_world import ALEPPO, Roads

EUPHRATES = Place(
    "placelines:euphrates", "Euphrates", Kind.PHYSICAL, 47.43, 31.0, "STM", extent=Extent(37.8, 30.9, 47.5, 39.0)
)
UPPER, LOWER = LineString([(38.8, 39.0), (38.2, 36.8)]), LineString([(38.2, 36.8), (47.4, 31.0)])


def river(country_code: str, course: LineString) -> Road:
    return Road(
        f"river:{country_code}-euphrates",
        Kind.RIVER,
        None,
        "euphrates",
        country_code,
        course,
        Course.GENERALISED,
        Origin.NATURAL_EARTH,
        "Natural Earth",
    )


class Rivers(Roads):
    def named(self, sought: Sought) -> Sequence[Road]:
        self.asked.append(sought)
        return [one for one in self.roads if one.name in sought.keys]


def drawn(place: Place, *rivers: Road, origin: Origin = Origin.NATURAL_EARTH, written: str = "Euphrates") -> Resolution:
    toponym = Toponym(0, len(written), written)
    resolution = Resolution(toponym, place, 0.9, candidates=(Candidate(place, 0.8), Candidate(ALEPPO, 0.2)))
    (found,) = RiverDrawer([Rivers(rivers, origin=origin)]).draw([resolution])
    return found


def test_a_river_becomes_the_line_of_all_its_countries_and_keeps_its_id() -> None:
    found = drawn(EUPHRATES, river("IQ", LOWER), river("TR", UPPER))
    line = found.referent
    assert isinstance(line, Line)
    assert (line.id, line.name, line.kind, line.origin) == (
        EUPHRATES.id,
        "Euphrates",
        Kind.RIVER,
        Origin.NATURAL_EARTH,
    )
    assert sorted(line.geometry.coords) == [(38.2, 36.8), (38.8, 39.0), (47.4, 31.0)]
    assert found.confidence == 0.9
    assert [each.referent.id for each in found.candidates] == [EUPHRATES.id, ALEPPO.id]
    assert found.candidates[0].referent is line


def test_a_namesake_elsewhere_is_not_the_river() -> None:
    assert drawn(EUPHRATES, river("US", LineString([(-90, 40), (-91, 41)]))).referent is EUPHRATES


def test_a_river_of_unknown_extent_has_to_pass_near_its_point() -> None:
    bare = Place("geonames:1", "Euphrates", Kind.PHYSICAL, 47.43, 31.0, "STM")
    assert isinstance(drawn(bare, river("IQ", LOWER)).referent, Line)
    assert drawn(bare, river("TR", UPPER)).referent is bare


def test_a_river_whose_course_nobody_knows_and_a_place_that_is_no_river_stay_points() -> None:
    assert drawn(EUPHRATES).referent is EUPHRATES
    assert drawn(ALEPPO, river("IQ", LOWER), written="Aleppo").referent is ALEPPO


def test_no_service_is_asked_for_rivers() -> None:
    assert drawn(EUPHRATES, river("IQ", LOWER), origin=Origin.OVERPASS).referent is EUPHRATES
