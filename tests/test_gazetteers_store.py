from __future__ import annotations

import pickle
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geo.errors import ResourceError
from geo.extent import Extent
from geo.gazetteers import Gazetteer, NameKind
from geo.gazetteers.image import write_image
from geo.gazetteers.records import Record
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
RECORDS = (SYRIA, GOVERNORATE, IDLIB, SARMIN, DISTRICT, SUVA, APIA)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    GOVERNORATE.file_alternates("Idlib", "إدلب")
    IDLIB.file_alternates("إدلب", "Idleb")
    SYRIA.keys["syrian"] = NameKind.DEMONYM
    path = tmp_path_factory.mktemp("store") / "tiny.sqlite"
    write_image(path, RECORDS, name="GeoNames", version="2026-07+tiny")
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
    "place_id", ["", "geonames:", "geonames:1", "osm:169389", "geonames:٣", "geonames:" + "9" * 30]
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
    ],
)
def test_units_are_found_by_their_codes(tiny: StoredGazetteer, codes: tuple[str, ...], name: str | None) -> None:
    unit = tiny.unit(*codes)
    assert (unit.name if unit else None) == name


def test_the_largest_settlements_of_a_box_come_first_and_unknown_populations_last(tiny: StoredGazetteer) -> None:
    box = Extent(36, 35, 37, 36)
    assert [place.name for place in tiny.largest_in(box, 10)] == ["Idlib", "Sarmīn"]
    assert [place.name for place in tiny.largest_in(box, 1)] == ["Idlib"]


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
        ("PRAGMA user_version = 99", "schema of version 99, this placelines reads version 1"),
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
    write_image(again, reversed(RECORDS), name="GeoNames", version="2026-07+tiny")
    assert again.read_bytes() == path.read_bytes()
