"""Roads of one name that are not one road."""

from __future__ import annotations

from dataclasses import replace

from shapely import LineString, MultiLineString

from geo.model import Course
from geo.resolvers.namesakes import near

from .road_world import ALEPPO, HAMA, PARIS, road

IN_ALEPPO = [LineString([(37.1, 36.2), (37.15, 36.2)]), LineString([(37.17, 36.2), (37.2, 36.25)])]
IN_HAMA = LineString([(36.74, 35.1), (36.76, 35.14)])
FAR = LineString([(40.1, 35.3), (40.2, 35.3)])


def named(*parts: LineString, ref: str | None = None) -> list[LineString]:
    nile = road("SY", "", MultiLineString(parts), course=Course.SURVEYED)  # type: ignore[arg-type]  # of many parts
    found = near(replace(nile, ref=ref, name="Nile Street", osm_ids=("way/1",)), [ALEPPO, HAMA]).geometry
    return sorted(getattr(found, "geoms", [found]), key=lambda part: part.bounds)


def test_only_the_groups_near_the_places_of_the_text_are_kept() -> None:
    assert named(*IN_ALEPPO, FAR, IN_HAMA) == sorted([*IN_ALEPPO, IN_HAMA], key=lambda part: part.bounds)


def test_a_number_is_given_once_in_a_country() -> None:
    assert len(named(*IN_ALEPPO, FAR, ref="77")) == 3


def test_a_road_that_is_nowhere_near_stays_whole() -> None:
    assert len(named(FAR, LineString([(38, 33.2), (38.1, 33.2)]))) == 2


def test_without_places_nothing_is_left_out() -> None:
    nile = replace(road("SY", "", FAR), ref=None, geometry=MultiLineString([IN_HAMA, FAR]))
    assert near(nile, []) is nile
    assert near(nile, [PARIS]) is nile
