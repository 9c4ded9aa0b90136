"""Sources asked one after the other."""

from __future__ import annotations

import warnings

import pytest
from shapely import LineString

from geo.errors import PlacelinesWarning
from geo.extent import Extent
from geo.model import Course, Kind, Origin
from geo.roads import Road, Sought
from geo.roads.chain import MAX_ASKED, MAX_WAYS, RoadChain

from .road_world import Broken, Roads, road

SYRIA = Extent(35.7, 32.3, 42.4, 37.3)
M4 = LineString([(35.8, 35.5), (37.2, 36.2), (41.0, 37.0)])
STUB = LineString([(40.8, 36.9), (41.0, 37.0)])


def sought(*keys: str, area: Extent | None = SYRIA) -> Sought:
    return Sought(Kind.ROAD, keys, ("SY",), area)


def found_in(chain: RoadChain, *, joins: bool = True) -> Road:
    reaches_west = (lambda one: one.geometry.bounds[0] < 36) if joins else None
    (one,) = chain.named(sought("M4"), lambda _: True, reaches_west).roads
    return one


def surveyed(geometry: LineString, origin: Origin) -> Roads:
    return Roads([road("SY", "M4", geometry, course=Course.SURVEYED, origin=origin)], origin=origin)


def test_the_first_source_speaks_for_a_road() -> None:
    chain = RoadChain([surveyed(M4, Origin.OSM_EXTRACT), Roads([road("SY", "M4", M4)])])
    assert found_in(chain).origin is Origin.OSM_EXTRACT


def test_a_scrap_that_does_not_join_the_ends_gives_way_to_a_road_that_does() -> None:
    for origin, expected in ((Origin.OSM_EXTRACT, Origin.HIGHWAYS), (Origin.USER_FILE, Origin.USER_FILE)):
        chain = RoadChain([surveyed(STUB, origin), Roads([road("SY", "M4", M4)])])
        assert found_in(chain).origin is expected
        assert found_in(chain, joins=False).origin is origin
    # Most of a road is no scrap, though its data ends short of the town.
    most = RoadChain([surveyed(LineString(M4.coords[1:]), Origin.OSM_EXTRACT), Roads([road("SY", "M4", M4)])])
    assert found_in(most).origin is Origin.OSM_EXTRACT


def test_a_service_is_asked_when_what_is_at_hand_is_a_scrap() -> None:
    service = surveyed(M4, Origin.OVERPASS)
    chain = RoadChain([surveyed(STUB, Origin.OSM_EXTRACT), service])
    assert found_in(chain, joins=False).origin is Origin.OSM_EXTRACT
    assert service.asked == []
    assert found_in(chain).origin is Origin.OVERPASS
    assert len(service.asked) == 1


def test_a_document_asks_a_service_for_so_many_roads_and_the_next_one_again() -> None:
    service = Roads([], origin=Origin.OVERPASS)
    chain = RoadChain([service, Roads([road("SY", "M500", M4)])])
    with pytest.warns(PlacelinesWarning, match="a text names more than 20 roads that are not at hand") as warned:
        answers = [chain.named(sought(f"M{number}"), lambda _: True) for number in range(1, 501)]
    assert (len(service.asked), len(warned)) == (MAX_ASKED, 1)
    assert [one.label for one in answers[-1].roads] == ["M500"]
    assert (answers[MAX_ASKED - 1].failures, len(answers[MAX_ASKED].failures)) == ((), 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chain.of_document().named(sought("M1"), lambda _: True)
    assert len(service.asked) == MAX_ASKED + 1


def test_roads_of_no_area_are_not_counted_for_nobody_is_asked() -> None:
    service = Roads([], origin=Origin.OVERPASS)
    chain = RoadChain([service])
    for number in range(2 * MAX_ASKED):
        assert chain.named(sought(f"M{number}", area=None), lambda _: True).failures == ()


def test_all_documents_share_one_warning_of_a_service_that_fails() -> None:
    chain = RoadChain([Broken([], origin=Origin.OVERPASS)])
    with pytest.warns(PlacelinesWarning, match="HTTP 504; roads come from what is at hand") as warned:
        answers = [chain.of_document().named(sought("M4"), lambda _: True) for _ in range(3)]
    assert len(warned) == 1
    assert answers[-1].failures == ("overpass.test did not answer: HTTP 504",)


class Ways(Roads):
    """A source that knows a way between any two points, and remembers for which it was asked."""

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> list[Road]:
        """Return a straight road."""
        self.asked_between.append((start_lonlat, end_lonlat))
        return [road("SY", "way", LineString([start_lonlat, end_lonlat]), origin=self.origin)]

    def __init__(self, origin: Origin) -> None:
        super().__init__([], origin=origin)
        self.asked_between: list[object] = []


def test_a_way_is_looked_for_once_and_in_data_for_so_many_pairs_of_places() -> None:
    data, listed = Ways(Origin.OSM_EXTRACT), Ways(Origin.HIGHWAYS)
    chain = RoadChain([data, listed])
    pairs = [((36.0, 35.0), (36.0 + number / 1000, 36.0)) for number in range(MAX_WAYS + 10)]
    with pytest.warns(PlacelinesWarning, match="more than 50 roads by their ends: no more of them are") as warned:
        origins = [chain.between(Kind.ROAD, *pair)[0].origin for pair in (*pairs, *pairs)]
    assert len(warned) == 1
    assert origins == 2 * [*(MAX_WAYS * [Origin.OSM_EXTRACT]), *(10 * [Origin.HIGHWAYS])]
    assert (data.asked_between, listed.asked_between) == (pairs[:MAX_WAYS], pairs[MAX_WAYS:])
    assert chain.of_document().between(Kind.ROAD, *pairs[-1])[0].origin is Origin.OSM_EXTRACT


def test_without_data_there_is_no_limit_to_tell_of() -> None:
    chain = RoadChain([Ways(Origin.HIGHWAYS)])
    for number in range(MAX_WAYS + 10):
        assert chain.between(Kind.ROAD, (36.0, 35.0), (36.0, 35.0 + number / 1000))
