"""Which road, which section, which line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from shapely import LineString, MultiLineString

from geo.errors import PlacelinesWarning
from geo.model import Course, Kind, Line, Origin, Resolution
from geo.roads import Road, Sought

from .road_world import ALEPPO, HAMA, LATAKIA, SARAQIB, SYRIAN_M4, Broken, Roads, resolved, road


def line_of(resolution: Resolution) -> Line:
    assert isinstance(resolution.referent, Line)
    return resolution.referent


def test_the_section_between_the_named_ends_is_drawn_and_knows_its_road() -> None:
    (found,) = resolved("the M4 highway, which links the cities of Aleppo and Latakia")
    line = line_of(found)
    assert line.geometry.coords[0] == pytest.approx(ALEPPO.lonlat)
    assert line.geometry.coords[-1] == pytest.approx(LATAKIA.lonlat)
    assert line.ends == (ALEPPO, LATAKIA)
    assert line.is_approximate
    assert 140_000 < (line.length_m or 0) < 230_000
    assert found.confidence > 0.9
    assert line.id == "road:SY-M4/170063-173576"
    assert line.name == "M4, Aleppo – Latakia"
    assert line.whole is not None
    assert (line.whole.id, line.whole.geometry) == ("road:SY-M4", SYRIAN_M4)


def test_the_country_of_the_text_picks_the_road() -> None:
    (syrian,) = resolved("In Hama the M4 highway is shut.")
    (british,) = resolved("In Reading the M4 motorway is shut.")
    assert line_of(syrian).country_code == "SY"
    assert line_of(british).country_code == "GB"


def test_a_road_of_a_country_that_the_text_does_not_name_is_not_drawn() -> None:
    (found,) = resolved("In Paris the M4 highway is shut.")
    assert found.referent is None
    assert found.why == "no road M4 is known that fits the places of the text"


def test_a_reference_of_many_countries_in_a_text_without_places_is_listed_as_ambiguous_and_not_drawn() -> None:
    codes = [f"X{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    source = Roads([road(code, "A1", LineString([(n, 0), (n + 1, 1)])) for n, code in enumerate(codes)])
    (found,) = resolved("The A1 motorway is shut.", source)
    assert found.referent is None
    assert found.confidence == 0
    assert found.why == ("A1 is a road of XA, XB, XC, XD, XE and 21 more: the text names no place that tells which")
    assert len(found.candidates) == 10


def test_two_countries_with_the_same_reference_make_it_doubtful() -> None:
    (found,) = resolved("From Hama and Reading: the M4 highway is shut.")
    assert found.confidence < 0.6
    assert len(found.candidates) == 2


def test_a_bare_mention_takes_the_section_that_the_text_names_elsewhere() -> None:
    first, second = resolved("Shells hit the M4 highway. The M4 highway links Aleppo and Latakia.")
    assert line_of(first) == line_of(second)


def test_an_unknown_road_with_named_ends_is_a_straight_inferred_line() -> None:
    (found,) = resolved("the road between Hama and Aleppo is shut")
    line = line_of(found)
    assert (line.course, line.origin) == (Course.INFERRED, Origin.TEXT)
    assert line.name == "Hama – Aleppo road"
    assert sorted(line.geometry.coords) == sorted([HAMA.lonlat, ALEPPO.lonlat])
    assert found.confidence == pytest.approx(0.765)


def test_a_road_is_no_surer_than_the_places_at_its_ends() -> None:
    (found,) = resolved("the road between Hama and Aleppo is shut", confidence=0.5)
    assert found.confidence < 0.5


def test_a_road_named_by_its_ends_only_is_the_known_road_that_passes_both_but_less_surely() -> None:
    source = Roads(between=[road("SY", "M4", SYRIAN_M4)])
    (found,) = resolved("the Aleppo-Latakia highway is shut", source)
    assert line_of(found).id == "road:SY-M4/170063-173576"
    assert found.confidence == pytest.approx(0.81)
    assert "the text gives no number, but M4 passes Aleppo and Latakia" in found.why


def test_a_road_named_by_its_ends_only_is_routed_where_a_source_can() -> None:
    way = road("SY", "M5", LineString([HAMA.lonlat, SARAQIB.lonlat, ALEPPO.lonlat]), course=Course.ROUTED)
    (found,) = resolved("the road between Hama and Aleppo is shut", Roads(between=[way], origin=Origin.OSM_EXTRACT))
    line = line_of(found)
    assert (line.course, line.ref, line.ends) == (Course.ROUTED, "M5", (HAMA, ALEPPO))
    assert list(line.geometry.coords) == list(way.geometry.coords)
    assert line.id == "road:170017-170063"
    assert "shortest way along main roads between Hama and Aleppo" in found.why


def test_a_number_that_no_source_knows_is_drawn_between_its_named_ends() -> None:
    (found,) = resolved("the M99 motorway from Hama to Aleppo")
    line = line_of(found)
    assert (line.course, line.ref, line.id) == (Course.INFERRED, "M99", "road:SY-M99/170017-170063")


def test_an_unknown_road_without_ends_stays_unresolved() -> None:
    (found,) = resolved("the M99 motorway near Hama")
    assert found.referent is None
    assert found.confidence == 0
    assert found.why == "its course is not known"


def test_a_country_is_no_end_of_a_road() -> None:
    (found,) = resolved("the M4 highway between Syria and Hama")
    assert line_of(found).ends is None


def test_ends_that_the_course_does_not_join_leave_the_whole_road_and_doubt() -> None:
    near, far = resolved("the M4 highway links Aleppo and Latakia"), resolved("the M4 highway links Aleppo and Hama")
    assert line_of(far[0]).whole is None
    assert far[0].confidence < 0.8 < near[0].confidence
    assert "Aleppo and Hama, which its course does not join" in far[0].why


def test_places_that_the_text_sets_on_a_road_are_kept() -> None:
    (found,) = resolved("Clashes near Saraqib on the M4 highway went on.")
    assert line_of(found).via == (SARAQIB,)
    assert "the text sets Saraqib on it" in found.why


def test_the_more_exact_source_speaks_for_a_road_and_rivals_stay_the_same() -> None:
    exact = LineString([(35.791, 35.531), (36.3, 35.8), (36.806, 35.864), (37.161, 36.201)])
    extract = Roads([road("SY", "M4", exact, course=Course.SURVEYED)], origin=Origin.OSM_EXTRACT)
    text = "the M4 highway between Aleppo and Latakia"
    (schematic,), (surveyed,) = resolved(text), resolved(text, extract, Roads())
    assert line_of(surveyed).geometry.coords[1:-1] == [*reversed(exact.coords)][1:-1]
    assert (line_of(surveyed).course, line_of(surveyed).is_approximate) == (Course.SURVEYED, False)
    assert line_of(surveyed).id == line_of(schematic).id
    assert surveyed.confidence == schematic.confidence
    assert [each.referent.id for each in surveyed.candidates] == [each.referent.id for each in schematic.candidates]


def test_a_service_is_asked_about_the_country_only_when_nothing_before_it_knows_the_road() -> None:
    service, extract = Roads(origin=Origin.OVERPASS), Roads(origin=Origin.OSM_EXTRACT)
    resolved("In Hama the M4 highway is shut.", extract, service)
    assert service.asked == []
    resolved("In Hama the M4 highway is shut. The M4 highway is long.", service, Roads())
    (sought,) = service.asked
    assert sought.keys == ("M4",)
    assert sought.countries == ("SY",)
    assert sought.area is not None
    assert sought.area.bbox == (35.7, 32.3, 42.4, 37.3)


def test_a_service_that_fails_leaves_the_road_to_the_next_source_with_one_warning() -> None:
    text = "In Hama the M4 highway is shut, and the M99 highway."
    with pytest.warns(PlacelinesWarning, match="did not answer: HTTP 504; roads come from what is at hand") as warned:
        known, unknown = resolved(text, Broken(origin=Origin.OVERPASS), Roads())
    assert len(warned) == 1
    assert line_of(known).course is Course.SCHEMATIC
    assert unknown.why == "its course is not known; overpass.test did not answer: HTTP 504"


def test_a_border_is_that_of_its_two_countries() -> None:
    border = road("", "SY-TR", LineString([(36, 36.8), (42, 37.1)]), kind=Kind.BORDER, course=Course.GENERALISED)

    class Borders(Roads):
        def named(self, sought: Sought) -> Sequence[Road]:
            super().named(sought)
            return [border]

    source = Borders(origin=Origin.AREAS)
    (found,) = resolved("Shots were heard on the Turkish-Syrian border.", source)
    assert line_of(found).kind is Kind.BORDER
    assert source.asked[0].countries == ("SY", "TR")
    assert found.why == "border of Turkey and Syria; course as on small maps"


def test_a_border_of_countries_that_do_not_touch_is_not_drawn() -> None:
    (found,) = resolved("Shots were heard on the Turkish-Syrian border.")
    assert found.referent is None
    assert found.why == "Turkey and Syria have no common border"


def test_a_front_named_by_its_ends_is_a_straight_line() -> None:
    (found,) = resolved("The front line between Hama and Aleppo did not move.")
    assert (line_of(found).kind, line_of(found).course) == (Kind.FRONT, Course.INFERRED)


def test_a_section_of_a_road_in_two_hundred_pieces_is_refused_and_the_whole_drawn() -> None:
    pieces = MultiLineString(
        [[(35.791 + n / 150, 35.531 + n / 300), (35.793 + n / 150, 35.532 + n / 300)] for n in range(200)]
    )
    source = Roads([road("SY", "M4", pieces, course=Course.SURVEYED)])  # type: ignore[arg-type]
    (found,) = resolved("the M4 highway between Aleppo and Latakia", source)
    assert line_of(found).whole is None
