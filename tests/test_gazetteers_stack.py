from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from shapely import box

from geo.extent import Extent
from geo.gazetteers import Gazetteer, NameKind
from geo.gazetteers.areas import Area, encode
from geo.gazetteers.image import write_image
from geo.gazetteers.records import Record
from geo.gazetteers.schema import OWN_NUMBERS
from geo.gazetteers.stack import StackedGazetteer, unstacked
from geo.gazetteers.store import StoredGazetteer
from geo.model import Kind, Place

BOX = Extent(36, 35, 37, 36.5)
SHAPES = {"upper": box(36, 35, 37, 36), "lower": box(0, 0, 1, 1)}


def stored(path: Path, name: str, version: str, *records: Record) -> StoredGazetteer:
    write_image(path / f"{name}-{version}.sqlite", records, name=name, version=version)
    return StoredGazetteer(path / f"{name}-{version}.sqlite")


def own(number: int, name: str, lon: float, lat: float) -> Record:
    return Record(OWN_NUMBERS + number, name, Kind.SETTLEMENT, lon, lat, country="SY", id=f"mission:{number}")


@pytest.fixture
def stack(tmp_path: Path) -> StackedGazetteer:
    world_idlib = Record(169389, "Idleb", Kind.SETTLEMENT, 36.63, 35.93, "PPLA", "SY", "12", population=98_791)
    world_idlib.file_under("idlib", NameKind.CURATED)
    golan = Record(
        *(295, "Golan", Kind.REGION, 35.8, 33.0),
        country="SY",
        extent=Extent(35.6, 32.7, 36, 33.3),
        claimed_by=("IL", "SY"),
    )
    syria = Record(163843, "Syria", Kind.COUNTRY, 38.0, 35.0, country="SY", code="SY")
    syria.file_under("syrian", NameKind.DEMONYM)
    saraqib = Record(167611, "Sarāqib", Kind.SETTLEMENT, 36.8, 35.86, country="SY", population=32_495)
    world = stored(tmp_path, "GeoNames", "2026-07", world_idlib, golan, syria, saraqib)
    idlib = Record(169389, "Idlib", Kind.SETTLEMENT, 36.63393, 35.93062, "PPLA", "SY", "12", population=128_840)
    full = stored(
        tmp_path,
        "GeoNames",
        "2026-11 SY",
        idlib,
        Record(295, "Golan Heights", Kind.REGION, 35.75, 33.0, country="SY"),
        Record(163843, "Syria", Kind.COUNTRY, 38.0, 35.0, country="SY", code="SY"),
        Record(7, "An Nayrab", Kind.SETTLEMENT, 36.7, 35.9, country="SY"),
    )
    mission = stored(tmp_path, "mission", "1", own(0, "Idlib", 36.5, 35.5), own(1, "Nayrab", 36.71, 35.91))
    return StackedGazetteer([mission, full, world])


def test_it_is_a_gazetteer_that_names_its_sources(stack: StackedGazetteer) -> None:
    gazetteer: Gazetteer = stack
    assert gazetteer.name == "mission, GeoNames"
    assert gazetteer.version == "mission 1, GeoNames 2026-11 SY, GeoNames 2026-07"
    assert unstacked(stack) == stack.gazetteers
    assert unstacked(stack.gazetteers[0]) == (stack.gazetteers[0],)
    with pytest.raises(ValueError, match="a stack needs a gazetteer"):
        StackedGazetteer([])


def test_a_place_that_two_know_comes_once_as_the_upper_has_it_with_its_strongest_name_kind(
    stack: StackedGazetteer,
) -> None:
    found = [(n.place.id, n.place.name, n.place.population, n.name_kind) for n in stack.lookup("idlib")]
    assert found == [
        ("geonames:169389", "Idleb", 128_840, NameKind.PRIMARY),
        ("mission:0", "Idlib", None, NameKind.PRIMARY),
    ]
    assert [named.place.gazetteer for named in stack.lookup("idlib")] == ["GeoNames", "mission"]


def test_a_name_that_only_a_lower_one_knows_gives_the_place_of_the_upper(stack: StackedGazetteer) -> None:
    ((idlib, kind),) = [(named.place, named.name_kind) for named in stack.lookup("idleb")]
    assert (idlib.name, idlib.lonlat, kind) == ("Idleb", (36.63393, 35.93062), NameKind.PRIMARY)
    assert [(n.place.id, n.name_kind) for n in stack.lookup("syrian")] == [("geonames:163843", NameKind.DEMONYM)]


def test_what_only_a_lower_one_knows_of_a_place_is_added(stack: StackedGazetteer) -> None:
    golan = stack.get("geonames:295")
    assert golan is not None
    assert (golan.name, golan.lon) == ("Golan", 35.75)
    assert (golan.extent, golan.claimed_by) == (Extent(35.6, 32.7, 36, 33.3), ("IL", "SY"))


def test_ids_and_units_are_found_wherever_they_are(stack: StackedGazetteer) -> None:
    ids = ("mission:1", "geonames:7", "geonames:167611", "geonames:1", "mission:9")
    assert [place and place.name for place in map(stack.get, ids)] == ["Nayrab", "An Nayrab", "Sarāqib", None, None]
    syria = stack.unit("SY")
    assert syria is not None
    assert syria.id == "geonames:163843"
    assert stack.unit("LB") is None
    assert stack.units_at((36.6, 35.9)) == ()


def test_areas_come_from_the_first_gazetteer_that_has_them(tmp_path: Path) -> None:
    areas = {name: Area("SY", Extent(*shape.bounds), encode(shape)) for name, shape in SHAPES.items()}
    for name, area in areas.items():
        write_image(tmp_path / f"{name}.sqlite", [], name=name, version="1", areas=[area.row])
    upper, lower = (StoredGazetteer(tmp_path / f"{name}.sqlite") for name in SHAPES)
    without = stored(tmp_path, "mission", "1", own(0, "Idlib", 36.5, 35.5))
    shape = StackedGazetteer([without, upper, lower]).shape("SY")
    assert shape is not None
    assert shape.bounds == (36, 35, 37, 36)
    assert StackedGazetteer([without, upper]).shape("TR") is None


def test_other_spellings_are_found_in_all(stack: StackedGazetteer) -> None:
    assert {named.place.id for named in stack.spelled_like("nairab", {"SY"})} == {"mission:1", "geonames:7"}
    assert stack.spelled_like("nairab", {"LB"}) == ()
    assert stack.keys_like("nayrb", 1) == ((1, "nayrab"),)


def names(places: object) -> list[str]:
    assert isinstance(places, list | tuple)
    assert all(isinstance(place, Place) for place in places)
    return [place.name for place in places]


def test_the_largest_and_the_nearest_are_told_once_each(stack: StackedGazetteer) -> None:
    assert names(stack.largest_in(BOX, 10)) == ["Idleb", "Sarāqib", "Idlib", "Nayrab", "An Nayrab"]
    assert names(stack.largest_in(BOX, 2)) == ["Idleb", "Sarāqib"]
    assert names(stack.nearest((36.7, 35.9), 3)) == ["An Nayrab", "Nayrab", "Idleb"]
    assert names(stack.nearest((36.7, 35.9), 9, within_km=2)) == ["An Nayrab", "Nayrab"]
    assert names(stack.nearest((36.7, 35.9), 9, kinds={Kind.REGION})) == ["Golan"]


def test_it_pickles_with_what_it_stands_on(stack: StackedGazetteer) -> None:
    copy = pickle.loads(pickle.dumps(stack))
    assert copy.version == stack.version
    assert copy.lookup("idlib") == stack.lookup("idlib")
