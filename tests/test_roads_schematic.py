"""The hand-kept highways as a source of roads."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from geo import seeds
from geo.errors import ResourceError
from geo.gazetteers.embedded import open_embedded
from geo.lines import length_m
from geo.model import Course, Kind, Origin, Place
from geo.names import name_key, road_keys
from geo.roads import Road, Sought
from geo.roads.schematic import SchematicRoads
from tests.world import EmptyGazetteer

WEST, MIDDLE, EAST, NORTH = (
    ("geonames:1", (0.0, 0.0)),
    ("geonames:2", (1.0, 0.0)),
    ("geonames:3", (2.0, 0.0)),
    (
        "placelines:camp",
        (1.0, 1.0),
    ),
)
TABLE = (
    "ref,name,aliases,country,towns,length_km,source\n"
    "2,,Highway 2|Old Road,SY,1 2 3,222,invented\n"
    "M4,Royal Road,Motorway 4,SY,2 placelines:camp,111,invented\n"
    ",Désert Highway,,EG,3 1,222,invented\n"
    "M4,,,GB,7 8,10,invented\n"
)


@dataclass
class Towns(EmptyGazetteer):
    """A gazetteer of four towns."""

    asked: list[str] = field(default_factory=list)

    def get(self, place_id: str) -> Place | None:
        self.asked.append(place_id)
        lonlat = dict((WEST, MIDDLE, EAST, NORTH)).get(place_id)
        return Place(place_id, "Town", Kind.SETTLEMENT, *lonlat) if lonlat else None


@pytest.fixture
def towns() -> Towns:
    return Towns()


@pytest.fixture
def roads(towns: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SchematicRoads:
    (tmp_path / "highways.csv").write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(seeds, "_FOLDERS", (tmp_path,))
    return SchematicRoads(towns)


def named(roads: SchematicRoads, *keys: str) -> list[str]:
    return [road.id for road in roads.named(Sought(Kind.ROAD, keys))]


def test_a_road_says_what_it_is_and_how_exact(roads: SchematicRoads) -> None:
    (road,) = roads.named(Sought(Kind.ROAD, ("royal road",)))
    assert list(road.geometry.coords) == [(1.0, 0.0), (1.0, 1.0)]
    assert road == Road(
        id="road:SY-M4",
        kind=Kind.ROAD,
        ref="M4",
        name="Royal Road",
        country_code="SY",
        geometry=road.geometry,
        course=Course.SCHEMATIC,
        origin=Origin.HIGHWAYS,
        source="placelines highways",
    )
    assert roads.origin is Origin.HIGHWAYS


def test_a_road_without_a_number_is_filed_under_its_name(roads: SchematicRoads) -> None:
    (road,) = roads.named(Sought(Kind.ROAD, (name_key("The Desert Highway"),)))
    assert (road.id, road.ref, road.name) == ("road:EG-desert highway", None, "Désert Highway")


@pytest.mark.parametrize("written", ["2", "Highway 2", "highway-2"])
def test_a_road_is_found_by_number_and_aliases(roads: SchematicRoads, written: str) -> None:
    assert named(roads, *road_keys(written)) == ["road:SY-2"]


def test_an_alias_may_be_a_name(roads: SchematicRoads) -> None:
    assert named(roads, name_key("Old Road")) == ["road:SY-2"]


def test_the_first_key_that_files_any_decides(roads: SchematicRoads) -> None:
    assert named(roads, "nowhere", "2", "MOTORWAY4") == ["road:SY-2"]


@pytest.mark.parametrize("keys", [(), ("",), ("M9", "m4")])
def test_an_unknown_road_is_no_road(roads: SchematicRoads, keys: tuple[str, ...]) -> None:
    assert named(roads, *keys) == []


def test_nothing_but_roads_is_listed(roads: SchematicRoads) -> None:
    assert roads.named(Sought(Kind.RAILWAY, ("2",))) == ()
    assert roads.between(Kind.PIPELINE, WEST[1], EAST[1]) == ()


def test_a_town_unknown_to_the_gazetteer_is_told_when_the_road_is_asked_for(roads: SchematicRoads) -> None:
    with pytest.raises(ResourceError, match=r"seeds/highways\.csv: GB M4 passes geonames:7, which is not in the gaz"):
        named(roads, "M4")


def test_only_the_road_asked_for_is_drawn(roads: SchematicRoads, towns: Towns) -> None:
    assert named(roads, "nowhere") == []
    assert towns.asked == []
    named(roads, "2")
    assert towns.asked == ["geonames:1", "geonames:2", "geonames:3"]


def between(roads: SchematicRoads, start: tuple[float, float], end: tuple[float, float]) -> list[str]:
    return [road.id for road in roads.between(Kind.ROAD, start, end)]


def test_roads_that_pass_both_points_come_nearest_first_then_by_id(roads: SchematicRoads) -> None:
    assert between(roads, WEST[1], EAST[1]) == ["road:EG-desert highway", "road:SY-2"]
    assert between(roads, (1.0, 0.1), (1.0, 0.9)) == ["road:SY-M4"]


def test_a_place_beside_the_road_is_on_it_and_one_farther_off_is_not(roads: SchematicRoads) -> None:
    assert len(between(roads, (0.5, 0.2), (1.9, 0.0))) == 2
    assert between(roads, (0.5, 0.3), (1.9, 0.0)) == []


def test_of_near_places_the_road_must_pass_nearer(roads: SchematicRoads) -> None:
    assert between(roads, (0.5, 0.2), (0.6, 0.2)) == []


def test_a_place_beyond_the_last_town_is_not_on_the_road(roads: SchematicRoads) -> None:
    assert len(between(roads, WEST[1], (2.05, 0.0))) == 2
    assert between(roads, WEST[1], (2.2, 0.0)) == []


def test_there_is_no_road_from_a_place_to_itself(roads: SchematicRoads) -> None:
    assert between(roads, MIDDLE[1], MIDDLE[1]) == []


def test_a_gazetteer_without_any_of_the_towns_has_no_roads(roads: SchematicRoads) -> None:
    unknowing = pickle.loads(pickle.dumps(SchematicRoads(EmptyGazetteer())))
    assert between(unknowing, WEST[1], EAST[1]) == []


def test_the_listed_m4_runs_from_latakia_to_aleppo_and_beyond() -> None:
    roads = SchematicRoads(open_embedded())
    (syrian,) = (road for road in roads.named(Sought(Kind.ROAD, ("M4",))) if road.country_code == "SY")
    assert syrian.id == "road:SY-M4"
    assert syrian.geometry.coords[0] == pytest.approx((35.790, 35.531), abs=0.01)
    assert 450_000 < length_m(syrian.geometry) < 650_000
    aleppo, latakia = (37.161, 36.201), (35.790, 35.531)
    assert [road.id for road in roads.between(Kind.ROAD, aleppo, latakia)] == ["road:SY-M4"]
