"""Which road, which section, which line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from shapely import LineString

from geo.model import Course, Kind, Line, Place, Resolution, Toponym
from geo.recognizers.roads import recognize_roads
from geo.resolvers.roads import RoadResolver
from geo.roads import Road

ALEPPO = Place("geonames:170063", "Aleppo", Kind.SETTLEMENT, 37.161, 36.201, "PPLA", "SY")
LATAKIA = Place("geonames:173576", "Latakia", Kind.SETTLEMENT, 35.791, 35.531, "PPLA", "SY")
HAMA = Place("geonames:170017", "Hama", Kind.SETTLEMENT, 36.758, 35.132, "PPLA", "SY")
READING = Place("geonames:2639577", "Reading", Kind.SETTLEMENT, -0.971, 51.456, "PPLA2", "GB")
SYRIA = Place("geonames:163843", "Syria", Kind.COUNTRY, 38.0, 35.0, "PCLI", "SY")

SYRIAN_M4 = LineString([(35.791, 35.531), (36.806, 35.864), (37.161, 36.201), (41.231, 37.052)])
BRITISH_M4 = LineString([(-0.126, 51.509), (-0.971, 51.456), (-3.943, 51.621)])


ROADS = (
    Road("test:GB-M4", "M4", "GB", "United Kingdom", BRITISH_M4, Course.SCHEMATIC, "test"),
    Road("test:SY-M4", "M4", "SY", "Syria", SYRIAN_M4, Course.SCHEMATIC, "test"),
)


class Roads:
    """Two roads called M4."""

    def named(self, key: str) -> Sequence[Road]:
        return [road for road in ROADS if road.ref == key]

    def of_country(self, country_code: str) -> Sequence[Road]:
        return [road for road in ROADS if road.country_code == country_code]


def resolved(text: str, **places: Place) -> list[Resolution]:
    toponyms = sorted(Toponym(text.index(name), text.index(name) + len(name), name) for name in places)
    known = [Resolution(toponym, places[toponym.text], 0.9) for toponym in toponyms]
    return RoadResolver([Roads()]).resolve(recognize_roads(text, toponyms), known)


def line_of(resolution: Resolution) -> Line:
    assert isinstance(resolution.referent, Line)
    return resolution.referent


def test_the_section_between_the_named_ends_is_drawn() -> None:
    (found,) = resolved("the M4 highway, which links the cities of Aleppo and Latakia", Aleppo=ALEPPO, Latakia=LATAKIA)
    line = line_of(found)
    assert line.geometry.coords[0] == pytest.approx(ALEPPO.lonlat)
    assert line.geometry.coords[-1] == pytest.approx(LATAKIA.lonlat)
    assert line.ends == (ALEPPO, LATAKIA)
    assert line.is_approximate
    assert 140_000 < (line.length_m or 0) < 230_000
    assert found.confidence > 0.9


def test_the_country_of_the_text_picks_the_road() -> None:
    (syrian,) = resolved("In Hama the M4 highway is shut.", Hama=HAMA)
    (british,) = resolved("In Reading the M4 motorway is shut.", Reading=READING)
    assert line_of(syrian).country_code == "SY"
    assert line_of(british).country_code == "GB"


def test_a_road_of_a_country_that_the_text_does_not_name_is_not_drawn() -> None:
    paris = Place("geonames:2988507", "Paris", Kind.SETTLEMENT, 2.35, 48.85, "PPLC", "FR")
    (found,) = resolved("In Paris the M4 highway is shut.", Paris=paris)
    assert found.referent is None
    assert found.why == "no road M4 is known that fits the places of the text"


def test_a_bare_mention_takes_the_section_that_the_text_names_elsewhere() -> None:
    first, second = resolved(
        "Shells hit the M4 highway. The M4 highway links Aleppo and Latakia.", Aleppo=ALEPPO, Latakia=LATAKIA
    )
    assert line_of(first) == line_of(second)


def test_an_unknown_road_with_named_ends_is_a_straight_inferred_line() -> None:
    (found,) = resolved("the road between Hama and Aleppo is shut", Hama=HAMA, Aleppo=ALEPPO)
    line = line_of(found)
    assert line.course is Course.INFERRED
    assert line.name == "Hama – Aleppo road"
    assert sorted(line.geometry.coords) == sorted([HAMA.lonlat, ALEPPO.lonlat])
    assert found.confidence <= 0.5


def test_a_road_named_by_its_ends_only_is_the_known_road_that_passes_both_but_less_surely() -> None:
    (found,) = resolved("the Aleppo-Latakia highway is shut", Aleppo=ALEPPO, Latakia=LATAKIA)
    assert line_of(found).ref == "M4"
    assert found.confidence <= 0.75
    assert "the text gives no number, but this road passes both places" in found.why


def test_an_unknown_road_without_ends_stays_unresolved() -> None:
    (found,) = resolved("the M99 motorway near Hama", Hama=HAMA)
    assert found.referent is None
    assert found.confidence == 0


def test_a_country_is_no_end_of_a_road() -> None:
    (found,) = resolved("the M4 highway between Syria and Hama", Syria=SYRIA, Hama=HAMA)
    assert line_of(found).ends is None
