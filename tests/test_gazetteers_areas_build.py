from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from shapely import Point, box, to_geojson, union_all
from shapely.geometry.base import BaseGeometry

from geo.extent import Extent
from geo.gazetteers.areas import Area, AreaIndex, decode
from geo.gazetteers.world.areas_build import Outline, make_areas, read_outlines
from geo.gazetteers.world.readers import Town, Unit

UNITS = {
    number: Unit(number, code, code, False, ())
    for number, code in enumerate(
        ["SY.12", "SY.09", "GB.ENG", "GB.ENG.Z9", "UA.11", "KE.05", "VN.37", "GF.GF"], start=1
    )
}


def town(country: str, admin1: str, lon: float, lat: float, population: int = 1000) -> Town:
    return Town(0, "", lon, lat, country, admin1, population, ())


def outline(country: str, unit: int, shape: BaseGeometry, name: str = "") -> Outline:
    return Outline(name, country, unit, shape)


def shapes(outlines: Sequence[Outline], towns: Sequence[Town] = ()) -> dict[str, BaseGeometry]:
    return {area.code: decode(area.shape) for area in make_areas(outlines, UNITS, towns)}


def test_a_country_is_the_union_of_its_units_and_of_what_is_in_none() -> None:
    found = shapes(
        [outline("SY", 1, box(0, 0, 1, 1)), outline("SY", 2, box(1, 0, 2, 1)), outline("SY", 0, box(2, 0, 3, 1))]
    )
    assert list(found) == ["SY", "SY.09", "SY.12"]
    assert found["SY"].equals(box(0, 0, 3, 1))
    assert found["SY.12"].bounds == (0, 0, 1, 1)


def test_second_level_units_make_up_the_first_level() -> None:
    found = shapes([outline("GB", 4, box(0, 0, 1, 1)), outline("GB", 3, box(1, 0, 2, 1))])
    assert list(found) == ["GB", "GB.ENG"]
    assert found["GB.ENG"].equals(box(0, 0, 2, 1))


def test_the_country_is_the_one_of_the_unit_not_the_one_of_the_source() -> None:
    assert list(shapes([outline("RU", 5, box(0, 0, 1, 1)), outline("FR", 8, box(5, 0, 6, 1))])) == [
        "GF",
        "GF.GF",
        "UA",
        "UA.11",
    ]


def test_places_name_the_unit_of_an_outline_that_has_none() -> None:
    towns = [town("VN", "37", x / 10, 0.5) for x in range(1, 5)]
    found = shapes([outline("VN", 0, box(0, 0, 1, 1)), outline("VN", 7, box(1, 0, 2, 1))], towns)
    assert found["VN.37"].equals(box(0, 0, 2, 1))


@pytest.mark.parametrize(
    ("codes", "filed"),
    [
        (["37", "37", "37", "37"], "SY.12"),  # another country's places say nothing
        ([], "SY.12"),
    ],
)
def test_an_outline_without_places_of_its_country_keeps_its_unit(codes: list[str], filed: str) -> None:
    towns = [town("VN", code, 0.1 + number / 10, 0.5) for number, code in enumerate(codes)]
    assert filed in shapes([outline("SY", 1, box(0, 0, 1, 1))], towns)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["12", "12", "09"], ["SY", "SY.12"]),
        (["09", "09"], ["SY", "SY.12"]),  # too few to overrule the source
        (["09", "09", "09"], ["SY", "SY.09"]),
        (["09", "09", "12", "01", "02"], ["SY"]),  # a unit that was split
    ],
)
def test_places_overrule_the_source_where_they_are_many_and_agree(codes: list[str], expected: list[str]) -> None:
    towns = [town("SY", code, 0.1 + number / 10, 0.5) for number, code in enumerate(codes)]
    assert list(shapes([outline("SY", 1, box(0, 0, 1, 1))], towns)) == expected


def test_a_city_counts_for_more_than_a_village() -> None:
    towns = [town("SY", "12", 0.5, 0.5, 1_000_000), *(town("SY", "09", x / 10, 0.2) for x in range(1, 6))]
    assert "SY.12" in shapes([outline("SY", 1, box(0, 0, 1, 1))], towns)


def test_territories_and_claims_are_told_apart() -> None:
    found = shapes(
        [
            outline("-1", 0, box(0, 0, 1, 1), "CYN+00?"),
            outline("-1", 0, box(2, 0, 3, 1), "SOL+00?"),
            outline("NO", 0, box(4, 0, 5, 1), "BVT+00?"),
            outline("CN", 0, box(6, 0, 7, 1), "PFA+00?"),
            outline("MA", 0, box(-12, 26, -11, 29)),
        ]
    )
    assert list(found) == ["BV", "CY", "EH", "MA", "SO"]
    assert found["EH"].bounds == (-12, 26, -11, 27.667)
    assert found["MA"].bounds == (-12, 27.667, -11, 29)


def test_places_tell_a_territory_from_its_sovereign() -> None:
    towns = [town("YT", "97601", x / 10, 0.5) for x in range(1, 5)]
    assert list(shapes([outline("FR", 0, box(0, 0, 1, 1))], towns)) == ["YT"]


@pytest.mark.parametrize(
    ("parts", "extent"),
    [
        ([box(178, 0, 180, 1), box(-180, 0, -179, 2)], Extent(178, 0, -179, 2)),
        ([box(-125, 25, -67, 49), box(-170, 51, -130, 71), box(172, 52, 180, 53)], Extent(172, 25, -67, 71)),
        ([box(-60, 0, -50, 1), box(0, 0, 10, 1)], Extent(-60, 0, 10, 1)),
        ([box(-180, -90, 180, -60)], Extent(-180, -90, 180, -60)),
    ],
)
def test_the_box_is_the_smallest_one_even_over_the_antimeridian(parts: list[BaseGeometry], extent: Extent) -> None:
    (area,) = make_areas([outline("FJ", 0, union_all(parts))], UNITS, [])
    assert area.extent == extent


def test_a_town_across_a_crooked_border_gets_back_into_its_country() -> None:
    towns = [
        town("SY", "09", 0.99, 0.5),
        town("TR", "63", 0.98, 0.5),
        town("TR", "63", 0.5, 0.5),
        town("SY", "09", 0.8, 0.8),
    ]
    index = _index(make_areas([outline("TR", 0, box(0, 0, 1, 1)), outline("SY", 2, box(1, 0, 2, 1))], UNITS, towns))
    assert index.codes_at(0.99, 0.5) == ("SY", "SY.09")
    assert index.codes_at(0.98, 0.5) == ("TR",)
    # Too deep in the other country: the place is wrong, not the border.
    assert index.codes_at(0.8, 0.8) == ("TR",)


def test_an_island_that_is_not_drawn_gets_land_unless_it_is_too_far_or_disputed() -> None:
    towns = [town("SY", "12", lon, 0.5) for lon in (0.5, 1.3, 4.5, 1.8)]
    disputed = outline("SY", 0, Point(1.8, 0.7).buffer(0.01), "PGA+00?")
    index = _index(make_areas([outline("SY", 1, box(0, 0, 1, 1)), disputed], UNITS, towns))
    assert [index.codes_at(lon, 0.5) for lon in (1.3, 4.5, 1.8)] == [("SY", "SY.12"), (), ()]


def test_the_order_of_the_sources_does_not_change_the_areas() -> None:
    outlines = [outline("SY", 1, box(0, 0, 1, 1)), outline("TR", 0, box(1, 0, 2, 1))]
    towns = [town("SY", "12", 1.01, 0.5), town("TR", "63", 0.99, 0.3), town("TR", "63", 1.5, 0.3)]
    assert make_areas(outlines, UNITS, towns) == make_areas(outlines[::-1], UNITS, towns[::-1])


def test_outlines_are_read_and_repaired(tmp_path: Path) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    features = [
        {"properties": {"adm1_code": "SYR-1", "iso_a2": "SY", "gn_id": 1}, "geometry": bow_tie},
        {
            "properties": {"adm1_code": "CYN+00?", "iso_a2": "-1", "gn_id": None},
            "geometry": json.loads(to_geojson(box(5, 0, 6, 1))),
        },
    ]
    content = json.dumps({"features": features}).encode()
    with tarfile.open(tmp_path / "source.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("package/data/build.json")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    first, second = read_outlines(tmp_path / "source.tgz")
    assert (first.id, first.country, first.geonameid) == ("SYR-1", "SY", 1)
    assert first.geometry.is_valid
    assert first.geometry.area == pytest.approx(2)
    assert second.geonameid == 0


def _index(areas: Sequence[Area]) -> AreaIndex:
    shapes = {area.code: area.shape for area in areas}
    return AreaIndex(
        [(code, west, south, east, north) for code, west, south, east, north, _ in (a.row for a in areas)],
        shapes.__getitem__,
    )
