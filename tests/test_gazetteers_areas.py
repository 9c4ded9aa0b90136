from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box, union_all

from geo.extent import Extent
from geo.gazetteers.areas import Area, AreaIndex, decode, encode

SHAPES = {
    "AA": box(0, 0, 4, 2) - box(1, 0.5, 1.2, 0.7),
    "AA.01": box(0, 0, 2, 2) - box(1, 0.5, 1.2, 0.7),
    "BB": box(1, 0.5, 1.2, 0.7),  # an enclave
    "CC": box(4.1, 0, 6, 2),
    "FJ": union_all([box(179, -18, 180, -17), box(-180, -18, -179.9, -17)]),
    "NO": box(10, 60, 12, 62),
}
EXTENTS = {code: Extent(*shape.bounds) for code, shape in SHAPES.items()} | {"FJ": Extent(179, -18, -179.9, -17)}


@pytest.fixture
def index() -> AreaIndex:
    rows = [Area(code, EXTENTS[code], encode(shape)).row for code, shape in SHAPES.items()]
    shapes = {code: shape for code, *_, shape in rows}
    return AreaIndex([(code, *bbox) for code, *bbox, _ in rows], shapes.__getitem__)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("lonlat", "codes"),
    [
        ((0.5, 1.0), ("AA", "AA.01")),
        ((3.0, 1.0), ("AA",)),
        ((1.1, 0.6), ("BB",)),
        ((2.0, 1.0), ("AA", "AA.01")),
        ((179.5, -17.5), ("FJ",)),
        ((-179.95, -17.5), ("FJ",)),
        ((180.0, -17.5), ("FJ",)),
        ((7.0, 1.0), ()),
    ],
)
def test_a_point_lies_in_a_country_and_its_unit(
    index: AreaIndex, lonlat: tuple[float, float], codes: tuple[str, ...]
) -> None:
    assert index.codes_at(*lonlat, reach=0) == codes


@pytest.mark.parametrize(
    ("lonlat", "codes"),
    [
        ((0.5, -0.08), ("AA", "AA.01")),
        ((3.5, -0.08), ("AA",)),
        ((0.5, -0.11), ()),
        ((4.04, 1.0), ("AA",)),
        ((4.06, 1.0), ("CC",)),
        ((-179.85, -17.5), ("FJ",)),
    ],
)
def test_a_point_off_the_coast_counts_with_the_nearest_land(
    index: AreaIndex, lonlat: tuple[float, float], codes: tuple[str, ...]
) -> None:
    assert index.codes_at(*lonlat, reach=0) == ()
    assert index.codes_at(*lonlat) == codes


def test_the_far_side_of_the_antimeridian_is_near() -> None:
    shape = encode(box(179.5, 0, 180, 1))
    index = AreaIndex([("FJ", 179_500, 0, 180_000, 1_000)], {"FJ": shape}.__getitem__)
    assert index.codes_at(-179.95, 0.5) == ("FJ",)
    assert index.codes_at(-179.85, 0.5) == ()


def test_distances_east_and_west_shrink_with_latitude(index: AreaIndex) -> None:
    assert index.codes_at(12.18, 61.0) == ("NO",)  # 0.18 * cos(61°) = 0.087
    assert index.codes_at(11.0, 62.18) == ()


def test_a_shape_is_read_once_and_only_for_points_in_its_box() -> None:
    asked: list[str] = []

    def read(code: str) -> bytes:
        asked.append(code)
        return encode(SHAPES[code])

    index = AreaIndex([("AA", 0, 0, 4_000, 2_000), ("CC", 4_100, 0, 6_000, 2_000)], read)
    assert [index.codes_at(lon, 1.0, reach=0) for lon in (1.5, 1.6, 9.0)] == [("AA",), ("AA",), ()]
    assert asked == ["AA"]


def test_an_area_may_touch_the_window_around_a_point_by_a_corner() -> None:
    batam = Polygon([(103.914, 1.1), (103.956, 1.01), (103.918, 1.051)])
    index = AreaIndex([("ID", 103_914, 1_010, 103_956, 1_100)], lambda _: encode(batam))
    assert (index.codes_at(104.0, 1.2), index.codes_at(103.95, 1.12)) == ((), ("ID",))


def test_the_box_of_an_area_may_cross_the_antimeridian(index: AreaIndex) -> None:
    assert index.extent("FJ") == Extent(179.0, -18.0, -179.9, -17.0)
    assert index.extent("ZZ") is None


def test_it_knows_the_shape_of_a_country_and_of_a_unit(index: AreaIndex) -> None:
    country, unit = index.shape("AA"), index.shape("AA.01")
    assert isinstance(country, MultiPolygon)
    assert unit is not None
    assert country.equals(SHAPES["AA"])
    assert unit.equals(SHAPES["AA.01"])
    assert index.shape("ZZ") is None


def test_a_shape_is_counts_and_signed_steps_of_seven_bits() -> None:
    # One polygon of one ring of three points: 0.001, 0 then 0.001, 0.1 on then -0.002, 0 on.
    triangle = Polygon([(0.001, 0), (0.002, 0.1), (0, 0.1)])
    assert list(encode(triangle)) == [1, 1, 3, 2, 0, 2, 0xC8, 0x01, 3, 0]


steps = st.integers(-180_000, 179_000)


@given(st.lists(st.tuples(steps, st.integers(-90_000, 89_000), st.integers(1, 900)), min_size=1, max_size=4))
def test_a_shape_comes_back_as_it_was(squares: list[tuple[int, int, int]]) -> None:
    parts = [
        Polygon(
            [(west, south), (west, south + 3 * side), (west + 3 * side, south + 3 * side)],
            [
                [
                    (west + side / 2, south + 2 * side),
                    (west + side, south + 2.5 * side),
                    (west + side / 2, south + 2.5 * side),
                ]
            ]
            if side % 2 == 0
            else [],
        )
        for west, south, side in squares
    ]
    shape = MultiPolygon([Polygon(*_scaled(part)) for part in parts])
    assert decode(encode(shape)).equals_exact(shape, 0)


def _scaled(part: Polygon) -> tuple[list[tuple[float, float]], list[list[tuple[float, float]]]]:
    outline, *holes = ([(x / 1000, y / 1000) for x, y in ring.coords] for ring in (part.exterior, *part.interiors))
    return outline, holes
