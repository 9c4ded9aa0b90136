from __future__ import annotations

import json
import lzma
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from geo.errors import PlacelinesWarning, ResourceError
from geo.extent import Extent
from geo.gazetteers import NameKind, embedded
from geo.gazetteers.embedded import EmbeddedGazetteer, is_ready, open_embedded
from geo.gazetteers.records import Record
from geo.gazetteers.world.build import write_data
from geo.model import Kind
from geo.names import name_key

RECORDS = (
    Record(169389, "Idlib", Kind.SETTLEMENT, 36.63393, 35.93062, "PPLA", "SY", "12", population=128_840),
    Record(163843, "Syria", Kind.COUNTRY, 38.0, 35.0, "PCL", "SY", population=16_906_283, code="SY"),
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder of a tiny gazetteer that is embedded for the length of a test."""
    folder = tmp_path / "data"
    write_data(folder, RECORDS, [], must_resolve=[])
    monkeypatch.setattr(embedded, "DATA_FOLDER", folder)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache folder of the test, which does not exist yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("PLACELINES_CACHE", str(folder))
    return folder


def knows_idlib(gazetteer: EmbeddedGazetteer) -> bool:
    return [named.place.id for named in gazetteer.lookup("idlib")] == ["geonames:169389"]


def files(folder: Path) -> set[str]:
    return {path.suffix for path in folder.iterdir()}


def test_the_first_use_expands_and_says_so_and_the_second_does_not(data: Path, cache: Path) -> None:
    told: list[str] = []
    assert not is_ready()
    assert knows_idlib(open_embedded(on_expand=lambda: told.append("first")))
    assert is_ready()
    assert knows_idlib(open_embedded(on_expand=lambda: told.append("second")))
    assert told == ["first"]


def test_the_file_carries_the_digest_of_its_content(data: Path, cache: Path) -> None:
    promised = json.loads((data / "manifest.json").read_text(encoding="utf-8"))["image"]
    assert open_embedded().path == cache / f"gazetteer-{promised['sha256'][:16]}.sqlite"
    assert open_embedded().path.stat().st_size == promised["bytes"]


@pytest.mark.parametrize("damage", ["truncated", "one byte changed", "empty", "other text"])
def test_a_damaged_copy_is_set_aside_and_expanded_again(data: Path, cache: Path, damage: str) -> None:
    path = open_embedded().path
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "truncated": whole[:middle],
            "one byte changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "empty": b"",
            "other text": b"not a database",
        }[damage]
    )
    assert not is_ready()
    assert knows_idlib(open_embedded())
    assert path.read_bytes() == whole
    assert path.with_suffix(".damaged").is_file()


def test_a_whole_copy_with_another_time_is_read_through_once(data: Path, cache: Path) -> None:
    path = open_embedded().path
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert is_ready()
    assert path.stat().st_mtime == open_embedded().path.stat().st_mtime == 1_000_000_000
    assert ".damaged" not in files(cache)


def test_damage_that_shows_in_use_is_mended_in_use(data: Path, cache: Path) -> None:
    gazetteer = open_embedded()
    whole = gazetteer.path.read_bytes()
    gazetteer.path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    os.utime(gazetteer.path, (1_000_000_000, 1_000_000_000))
    assert knows_idlib(gazetteer)
    assert gazetteer.path.read_bytes() == whole


def test_a_copy_that_vanishes_before_use_is_made_again(data: Path, cache: Path) -> None:
    gazetteer = open_embedded()
    gazetteer.path.unlink()
    assert knows_idlib(gazetteer)


def test_a_copy_that_is_damaged_twice_in_use_is_named_with_the_mend(data: Path, cache: Path) -> None:
    gazetteer = open_embedded()
    gazetteer.path.write_bytes(b"not a database")
    assert knows_idlib(gazetteer)
    gazetteer.close()
    gazetteer.path.write_bytes(b"not a database")
    with pytest.raises(ResourceError, match=r"is damaged again \(.+\): reinstall placelines"):
        gazetteer.lookup("syria")


def test_a_damaged_copy_that_cannot_be_made_again_is_named(data: Path, cache: Path) -> None:
    gazetteer = open_embedded()
    gazetteer.path.write_bytes(b"not a database")
    gazetteer.path.with_suffix(".lock").unlink()
    gazetteer.path.with_suffix(".lock").mkdir()
    with pytest.raises(ResourceError, match=r"is damaged \(.+\) and cannot be made again .*: set PLACELINES_CACHE"):
        gazetteer.lookup("idlib")


def test_a_copy_whose_gazetteer_was_replaced_since_is_named(data: Path, cache: Path) -> None:
    gazetteer = open_embedded()
    write_data(data, RECORDS[:1], [], must_resolve=[])
    gazetteer.path.write_bytes(b"not a database")
    with pytest.raises(ResourceError, match="cannot be read"):
        gazetteer.lookup("idlib")


def test_a_missing_gazetteer_is_named_with_the_mend(data: Path, cache: Path) -> None:
    (data / "gazetteer.sqlite.xz").unlink()
    with pytest.raises(
        ResourceError, match=r"gazetteer\.sqlite\.xz is missing: reinstall placelines, or run 'make data'"
    ):
        open_embedded()


@pytest.mark.parametrize("damage", ["truncated", "noise", "another gazetteer"])
def test_a_damaged_gazetteer_is_named_with_the_mend_and_leaves_nothing(data: Path, cache: Path, damage: str) -> None:
    shipped = data / "gazetteer.sqlite.xz"
    whole = shipped.read_bytes()
    contents = {
        "truncated": whole[: len(whole) // 2],
        "noise": b"\x00" * 1000,
        "another gazetteer": lzma.compress(b"something else"),
    }
    shipped.write_bytes(contents[damage])
    with pytest.raises(ResourceError, match=r"embedded gazetteer is damaged \(.+\): reinstall placelines, or run"):
        open_embedded()
    assert files(cache) == {".lock"}


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"image": {}}', '{"image": {"sha256": "x", "bytes": "many"}}'])
def test_a_missing_or_damaged_manifest_is_named_with_the_mend(data: Path, cache: Path, text: str | None) -> None:
    manifest = data / "manifest.json"
    manifest.unlink()
    if text is not None:
        manifest.write_text(text, encoding="utf-8")
    with pytest.raises(ResourceError, match=r"gazetteer's manifest\.json .*: reinstall placelines, or run 'make data'"):
        open_embedded()


def test_without_a_cache_folder_it_lives_in_a_temporary_one_and_warns_once(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("PLACELINES_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(PlacelinesWarning, match="set PLACELINES_CACHE to a folder that can be written to") as warned:
        gazetteer = open_embedded()
    assert len(warned) == 1
    assert knows_idlib(gazetteer)
    assert knows_idlib(pickle.loads(pickle.dumps(gazetteer)))
    folder = gazetteer.path.parent
    gazetteer.close()
    assert not folder.exists()


def test_without_any_folder_the_reason_is_given(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("PLACELINES_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file" / "tmp"))
    with (
        pytest.warns(PlacelinesWarning, match="cannot be used"),
        pytest.raises(ResourceError, match=r"no room for the gazetteer .*Not a directory.*set PLACELINES_CACHE"),
    ):
        open_embedded()


def test_eight_processes_that_start_at_once_share_one_expansion(cache: Path, root: Path) -> None:
    code = (
        "from geo.gazetteers.embedded import open_embedded; gazetteer = open_embedded();"
        "print(len(gazetteer.lookup('idlib')), gazetteer.path.stat().st_ino)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    answers = {(process.communicate(timeout=120), process.returncode) for process in running}
    assert len(answers) == 1, "one answer from one file, and nothing on standard error"
    ((out, err), status) = answers.pop()
    assert (out.split()[0], err, status) == ("2", "", 0)
    assert files(cache) == {".sqlite", ".lock"}


@pytest.fixture(scope="module")
def world() -> EmbeddedGazetteer:
    return open_embedded()


def ids(world: EmbeddedGazetteer, name: str) -> list[str]:
    return [named.place.gazetteer_id for named in world.lookup(name_key(name))]


@pytest.mark.parametrize(
    ("name", "geonameid"),
    [
        ("Aleppo", "170063"),
        ("حلب", "170063"),
        ("Latakia", "173576"),
        ("Damascus", "170654"),
        ("Ankara", "323786"),
        ("Москва", "524901"),
        ("Киев", "703448"),
        ("東京", "1850147"),
        ("Turkiye", "298795"),
        ("Middle East", "6269133"),
    ],
)
def test_the_world_is_found_in_every_script(world: EmbeddedGazetteer, name: str, geonameid: str) -> None:
    assert geonameid in ids(world, name)


def test_idlib_is_a_city_and_a_governorate(world: EmbeddedGazetteer) -> None:
    kinds = {named.place.gazetteer_id: (named.place.kind, named.name_kind) for named in world.lookup("idlib")}
    assert kinds["169389"] == (Kind.SETTLEMENT, NameKind.PRIMARY)
    assert kinds["169387"] == (Kind.ADMIN1, NameKind.ALTERNATE)


def test_the_largest_settlement_called_moscow_is_the_capital(world: EmbeddedGazetteer) -> None:
    settlements = [named.place for named in world.lookup("moscow") if named.place.kind is Kind.SETTLEMENT]
    assert settlements[0].id == "geonames:524901"
    assert settlements[0].is_capital


def test_georgia_is_a_country_and_a_state_and_paris_is_several_towns(world: EmbeddedGazetteer) -> None:
    assert {"614540", "4197000"} <= set(ids(world, "Georgia"))
    assert {"2988507", "4717560"} <= set(ids(world, "Paris"))


@pytest.mark.parametrize(
    ("name", "geonameid", "kind"),
    [
        ("U.S.", "6252001", NameKind.ABBREVIATION),
        ("US", "6252001", NameKind.ABBREVIATION),
        ("America", "6252001", NameKind.CURATED),
        ("Syria", "163843", NameKind.PRIMARY),
        ("Syrian", "163843", NameKind.DEMONYM),
        ("Syrians", "163843", NameKind.DEMONYM),
        ("Russians", "2017370", NameKind.DEMONYM),
        ("Calif.", "5332921", NameKind.ABBREVIATION),
    ],
)
def test_names_know_how_they_belong(world: EmbeddedGazetteer, name: str, geonameid: str, kind: NameKind) -> None:
    kinds = {named.place.gazetteer_id: named.name_kind for named in world.lookup(name_key(name))}
    assert kinds[geonameid] is kind


@pytest.mark.parametrize("junk", ["AS", "ABS", "SYR", "IDL", "DYA"])
def test_codes_do_not_lead_to_countries(world: EmbeddedGazetteer, junk: str) -> None:
    assert Kind.COUNTRY not in {named.place.kind for named in world.lookup(name_key(junk))}


@pytest.mark.parametrize(
    ("code", "lonlat"), [("US", (-98.5, 39.76)), ("SY", (38.0, 35.0)), ("RU", (100.0, 60.0)), ("TR", (35.0, 39.0))]
)
def test_countries_stand_where_geonames_puts_them(
    world: EmbeddedGazetteer, code: str, lonlat: tuple[float, float]
) -> None:
    country = world.unit(code)
    assert country is not None
    assert (country.kind, country.lonlat, country.country_code) == (Kind.COUNTRY, lonlat, code)


def test_every_country_in_use_is_there(world: EmbeddedGazetteer) -> None:
    small = "AI AQ AS AX BL BQ BV CC CK CX EH FK GS HM IO MS NF NR NU PM PN PW SH SJ TF TK TV UM VA VG WF XK PS"
    assert [code for code in small.split() if world.unit(code) is None] == []


def test_units_are_found_by_code(world: EmbeddedGazetteer) -> None:
    governorate, state, county = world.unit("SY", "12"), world.unit("US", "TX"), world.unit("US", "TX", "201")
    assert [unit.gazetteer_id if unit else None for unit in (governorate, state, county)] == [
        "169387",
        "4736286",
        "4696376",
    ]
    assert governorate is not None
    assert governorate.lonlat == (36.66667, 35.76667)


def test_the_largest_towns_of_a_theatre_come_first(world: EmbeddedGazetteer) -> None:
    names = [place.name for place in world.largest_in(Extent(35.5, 32.0, 42.5, 36.3), 4)]
    assert names == ["Aleppo", "Beirut", "Damascus", "Zarqa"]


def test_a_box_across_the_antimeridian_shows_fiji_and_samoa(world: EmbeddedGazetteer) -> None:
    countries = {place.country_code for place in world.largest_in(Extent(175, -20, -170, -10), 20)}
    assert countries == {"FJ", "WS", "AS"}


def test_no_key_is_empty_or_a_single_latin_letter(world: EmbeddedGazetteer) -> None:
    assert [letter for letter in ["", *"abcdefghijklmnopqrstuvwxyz"] if world.lookup(letter)] == []
