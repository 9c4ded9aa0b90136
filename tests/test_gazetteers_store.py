from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from shapely.geometry import Point, box

from geo.errors import ResourceError
from geo.extent import Extent
from geo.gazetteers import Gazetteer, NameKind
from geo.gazetteers.areas import encode
from geo.gazetteers.image import write_image
from geo.gazetteers.records import Record
from geo.gazetteers.schema import OWN_NUMBERS
from geo.gazetteers.store import StoredGazetteer
from geo.model import Kind, Place

SYRIA = Record(163843, "Syria", Kind.COUNTRY, 38.0, 35.0, country="SY", population=16_906_283, code="SY")
GOVERNORATE = Record(
    169387, "Idlib Governorate", Kind.ADMIN1, 36.66667, 35.76667, "ADM1", "SY", "12", population=1_501_000, code="SY.12"
)
IDLIB = Record(169389, "Idlib", Kind.SETTLEMENT, 36.63393, 35.93062, "PPLA", "SY", "12", population=128_840)
SARMIN = Record(164782, "Sarmīn", Kind.SETTLEMENT, 36.72501, 35.90403, "PPL", "SY", "12", "8537261")
DISTRICT = Record(
    8537261, "Ariha District", Kind.ADMIN2, 36.6, 35.8, "ADM2", "SY", "12", "8537261", code="SY.12.8537261"
)
SUVA = Record(2198148, "Suva", Kind.SETTLEMENT, 178.44149, -18.14161, "PPLC", "FJ", population=93_970)
APIA = Record(4035413, "Apia", Kind.SETTLEMENT, -171.76666, -13.83333, "PPLC", "WS", population=40_407)
RED_SEA = Record(
    OWN_NUMBERS,
    "Red Sea",
    Kind.PHYSICAL,
    38.3,
    20.6,
    "SEA",
    id="placelines:red-sea",
    extent=Extent(32.3, 12.6, 43.5, 29.9),
    claimed_by=("EG", "SD"),
)
RECORDS = (SYRIA, GOVERNORATE, IDLIB, SARMIN, DISTRICT, SUVA, APIA, RED_SEA)
AREAS = [("FJ", 175_000, -20_000, -178_000, -16_000, encode(box(177, -18.5, 179, -17)))]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    GOVERNORATE.file_alternates("Idlib", "إدلب")
    IDLIB.file_alternates("إدلب", "Idleb")
    SYRIA.keys["syrian"] = NameKind.DEMONYM
    path = tmp_path_factory.mktemp("store") / "tiny.sqlite"
    write_image(path, RECORDS, name="GeoNames", version="2026-07+tiny", areas=AREAS)
    return path


@pytest.fixture
def tiny(path: Path) -> StoredGazetteer:
    return StoredGazetteer(path)


def test_it_answers_as_the_protocol_says(tiny: StoredGazetteer) -> None:
    gazetteer: Gazetteer = tiny
    assert (gazetteer.name, gazetteer.version) == ("GeoNames", "2026-07+tiny")
    assert gazetteer.get("geonames:169389") == Place(
        id="geonames:169389",
        name="Idlib",
        kind=Kind.SETTLEMENT,
        lon=36.63393,
        lat=35.93062,
        feature_code="PPLA",
        country_code="SY",
        admin1_code="12",
        population=128_840,
    )


def test_a_town_and_the_unit_of_its_name_are_two_places_largest_first(tiny: StoredGazetteer) -> None:
    found = [(named.place.id, named.name_kind) for named in tiny.lookup("idlib")]
    assert found == [("geonames:169387", NameKind.ALTERNATE), ("geonames:169389", NameKind.PRIMARY)]


def test_equal_populations_are_ordered_by_id(tmp_path: Path) -> None:
    ids = (9, 10, 100)
    write_image(
        tmp_path / "x", (Record(n, "Springfield", Kind.SETTLEMENT, 0.0, 0.0) for n in ids), name="GeoNames", version="1"
    )
    found = [named.place.id for named in StoredGazetteer(tmp_path / "x").lookup("springfield")]
    assert found == ["geonames:10", "geonames:100", "geonames:9"]


def test_a_name_in_another_script_is_found(tiny: StoredGazetteer) -> None:
    assert [named.place.name for named in tiny.lookup("ادلب")] == ["Idlib Governorate", "Idlib"]


@pytest.mark.parametrize("key", ["", "atlantis", "Idlib", "'; DROP TABLE names; --", "\x00", "\ud800"])
def test_an_unknown_key_finds_nothing(tiny: StoredGazetteer, key: str) -> None:
    assert tuple(tiny.lookup(key)) == ()


def test_unknown_population_is_none(tiny: StoredGazetteer) -> None:
    sarmin = tiny.get("geonames:164782")
    assert sarmin is not None
    assert sarmin.population is None


@pytest.mark.parametrize(
    "place_id",
    [
        "",
        "geonames:",
        "geonames:1",
        "osm:169389",
        "geonames:٣",
        "geonames:" + "9" * 30,
        f"geonames:{OWN_NUMBERS}",
        "placelines:",
        "placelines:green-sea",
        "placelines:\ud800",
    ],
)
def test_an_unknown_id_is_none(tiny: StoredGazetteer, place_id: str) -> None:
    assert tiny.get(place_id) is None


@pytest.mark.parametrize(
    ("codes", "name"),
    [
        (("SY",), "Syria"),
        (("SY", "12"), "Idlib Governorate"),
        (("SY", "12", "8537261"), "Ariha District"),
        (("SY", "99"), None),
        (("XX",), None),
        (("\ud800",), None),
    ],
)
def test_units_are_found_by_their_codes(tiny: StoredGazetteer, codes: tuple[str, ...], name: str | None) -> None:
    unit = tiny.unit(*codes)
    assert (unit.name if unit else None) == name


def test_the_largest_settlements_of_a_box_come_first_and_unknown_populations_last(tiny: StoredGazetteer) -> None:
    around = Extent(36, 35, 37, 36)
    assert [place.name for place in tiny.largest_in(around, 10)] == ["Idlib", "Sarmīn"]
    assert [place.name for place in tiny.largest_in(around, 1)] == ["Idlib"]


def test_other_kinds_are_found_in_a_box_when_asked_for(tiny: StoredGazetteer) -> None:
    world = Extent(-180, -90, 180, 90)
    assert [place.name for place in tiny.largest_in(world, 9, kinds={Kind.PHYSICAL, Kind.ADMIN1})] == [
        "Idlib Governorate",
        "Red Sea",
    ]


def test_a_point_is_found_in_a_box_that_is_no_larger(tiny: StoredGazetteer) -> None:
    assert [place.name for place in tiny.largest_in(Extent(36.63393, 35.93062, 36.63393, 35.93062), 9)] == ["Idlib"]


@pytest.mark.parametrize("lonlat", [(180.0, 90.0), (-180.0, -90.0), (180.0, 0.0), (0.0, 90.0)])
def test_the_edges_of_the_map_hold_places_too(tmp_path: Path, lonlat: tuple[float, float]) -> None:
    write_image(tmp_path / "edge", [Record(1, "Edge", Kind.SETTLEMENT, *lonlat)], name="GeoNames", version="1")
    edge = StoredGazetteer(tmp_path / "edge")
    lon, lat = lonlat
    assert [place.name for place in edge.largest_in(Extent(lon, lat, lon, lat), 9)] == ["Edge"]
    assert [place.name for place in edge.largest_in(Extent(-180, -90, 180, 90), 9)] == ["Edge"]


def test_the_nearest_settlements_come_first_and_none_from_beyond_the_reach(tiny: StoredGazetteer) -> None:
    assert [place.name for place in tiny.nearest((36.72, 35.91), 9)] == ["Sarmīn", "Idlib"]
    assert [place.name for place in tiny.nearest((36.72, 35.91), 1)] == ["Sarmīn"]
    assert [place.name for place in tiny.nearest((36.72, 35.91), 9, within_km=5)] == ["Sarmīn"]
    assert [place.name for place in tiny.nearest((0, 0), 9)] == []


def test_the_nearest_place_may_lie_behind_the_antimeridian(tiny: StoredGazetteer) -> None:
    assert [place.name for place in tiny.nearest((-179.9, -18.1), 9)] == ["Suva"]
    assert [place.name for place in tiny.nearest((-179.9, -18.1), 9, within_km=2000)] == ["Suva", "Apia"]


def test_a_place_of_another_source_keeps_its_id_extent_and_claimants(tiny: StoredGazetteer) -> None:
    (named,) = tiny.lookup("red sea")
    assert named.place == tiny.get("placelines:red-sea")
    assert (named.place.id, named.place.gazetteer) == ("placelines:red-sea", "placelines")
    assert named.place.extent == Extent(32.3, 12.6, 43.5, 29.9)
    assert named.place.claimed_by == ("EG", "SD")


def test_another_romanisation_is_found_in_the_countries_asked_for(tiny: StoredGazetteer) -> None:
    assert [named.place.name for named in tiny.spelled_like("al sarmeen", {"SY", "LB"})] == ["Sarmīn"]
    assert tiny.spelled_like("al sarmeen", {"LB"}) == ()
    assert tiny.spelled_like("al sarmeen", ()) == ()
    assert tiny.spelled_like("suvah", {"FJ"}) == ()


def test_a_demonym_has_no_other_romanisation(tiny: StoredGazetteer) -> None:
    assert tiny.spelled_like("syreean", {"SY"}) == ()


def test_the_units_around_a_point_are_told(tiny: StoredGazetteer) -> None:
    assert tiny.units_at((178.44, -18.14)) == ("FJ",)
    assert tiny.units_at((0, 0)) == ()


def test_the_area_of_a_country_is_told(tiny: StoredGazetteer) -> None:
    area = tiny.shape("FJ")
    assert area is not None
    assert area.contains(Point(178.44, -18.14))
    assert tiny.shape("FJ' OR 1=1") is None


def test_it_tells_what_is_in_it(tiny: StoredGazetteer) -> None:
    assert tiny.counts == {
        "names": 13,
        "places": {"admin1": 1, "admin2": 1, "country": 1, "physical": 1, "settlement": 4},
    }


def test_a_box_across_the_antimeridian_holds_what_lies_on_both_sides(tiny: StoredGazetteer) -> None:
    assert [place.name for place in tiny.largest_in(Extent(175, -20, -170, -10), 10)] == ["Suva", "Apia"]
    assert [place.name for place in tiny.largest_in(Extent(-170, -20, 175, -10), 10)] == []


def test_it_pickles_as_its_path_also_when_open(tiny: StoredGazetteer) -> None:
    tiny.lookup("idlib")
    copy = pickle.loads(pickle.dumps(tiny))
    assert copy.path == tiny.path
    assert copy.lookup("idlib") == tiny.lookup("idlib")


def test_many_threads_may_ask_at_once(tiny: StoredGazetteer) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(lambda n: len(tiny.lookup("idlib" if n % 2 else f"nowhere {n}")), range(400)))
    assert answers == {0, 2}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ResourceError, match=r"nowhere\.sqlite cannot be read \(there is no such file\): build or copy it again"
    ):
        StoredGazetteer(tmp_path / "nowhere.sqlite").lookup("idlib")


@pytest.mark.parametrize("damage", ["text", "other database", "truncated", "zeros"])
def test_a_damaged_file_is_named_with_the_mend(path: Path, tmp_path: Path, damage: str) -> None:
    broken = tmp_path / "broken.sqlite"
    whole = path.read_bytes()
    if damage == "text":
        broken.write_text("not a database " * 1000, encoding="utf-8")
    elif damage == "other database":
        sqlite3.connect(broken).execute("CREATE TABLE cities (name)").connection.close()
    elif damage == "truncated":
        broken.write_bytes(whole[: len(whole) // 2])
    else:
        broken.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    with pytest.raises(ResourceError, match=r"broken\.sqlite cannot be read \(.+\): build or copy it again"):
        StoredGazetteer(broken).lookup("idlib")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("PRAGMA user_version = 99", "schema of version 99, this placelines reads version 2"),
        (
            "UPDATE meta SET value = '0' WHERE key = 'key_version'",
            "name keys of version 0, this placelines reads version",
        ),
    ],
)
def test_another_version_is_refused_with_both_versions_and_the_mend(
    path: Path, tmp_path: Path, sql: str, message: str
) -> None:
    other = tmp_path / "other.sqlite"
    other.write_bytes(path.read_bytes())
    connection = sqlite3.connect(other, isolation_level=None)
    connection.execute(sql)
    connection.close()
    with pytest.raises(ResourceError, match=f"{message}.*reinstall placelines, or run 'make data'"):
        StoredGazetteer(other).lookup("idlib")


def test_the_same_records_give_the_same_bytes_in_any_order(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.sqlite"
    write_image(again, reversed(RECORDS), name="GeoNames", version="2026-07+tiny", areas=AREAS)
    assert again.read_bytes() == path.read_bytes()


def test_a_number_that_comes_twice_is_refused_and_no_file_is_left(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        write_image(tmp_path / "twice", [IDLIB, IDLIB], name="GeoNames", version="1")
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_is_interrupted_leaves_no_file(tmp_path: Path) -> None:
    def until_interrupted() -> Iterator[Record]:
        yield IDLIB
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_image(tmp_path / "half", until_interrupted(), name="GeoNames", version="1")
    assert list(tmp_path.iterdir()) == []
