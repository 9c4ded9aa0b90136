from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from shapely.geometry import box

from geo import seeds
from geo.errors import ResourceError
from geo.extent import Extent
from geo.gazetteers.areas import Area, encode
from geo.gazetteers.embedded import DATA_FOLDER
from geo.gazetteers.records import Record
from geo.gazetteers.world import build, sources
from geo.model import Kind
from geo.packages import Package, file_sha256

IDLIB = Record(169389, "Idlib", Kind.SETTLEMENT, 36.63393, 35.93062, "PPLA", "SY", "12", population=128_840)
SYRIA = Record(163843, "Syria", Kind.COUNTRY, 38.0, 35.0, "PCL", "SY", population=16_906_283, code="SY")
FAKE = Package("PyPI", "fake", "1", "fake-1.whl", "ab" * 32, "MIT")
AREAS = [Area("SY", Extent(35.7, 32.3, 42.4, 37.3), encode(box(35.7, 32.3, 42.4, 37.3)))]
RESOLVES = ({"name": "Idlib", "geonameid": "169389"},)


def test_the_same_records_give_the_same_files(tmp_path: Path) -> None:
    build.write_data(tmp_path / "one", [IDLIB, SYRIA], AREAS, RESOLVES)
    build.write_data(tmp_path / "two", [SYRIA, IDLIB], AREAS, RESOLVES)
    for name in ("gazetteer.sqlite.xz", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_name_gives_another_version(tmp_path: Path) -> None:
    plain = build.write_data(tmp_path, [IDLIB], AREAS, RESOLVES)["version"]
    renamed = replace(IDLIB, keys=dict(IDLIB.keys))
    renamed.file_alternates("Idleb")
    assert build.write_data(tmp_path, [renamed], AREAS, RESOLVES)["version"] != plain


def test_another_area_gives_another_version(tmp_path: Path) -> None:
    plain = build.write_data(tmp_path, [IDLIB], AREAS, RESOLVES)["version"]
    assert build.write_data(tmp_path, [IDLIB], [], RESOLVES)["version"] != plain


def test_countries_and_units_take_the_boxes_of_their_areas() -> None:
    syria, idlib = replace(SYRIA), replace(IDLIB)
    build.frame([syria, idlib], AREAS)
    assert (syria.extent, idlib.extent) == (AREAS[0].extent, None)


def test_towns_and_facilities_without_a_unit_take_the_one_around_them() -> None:
    areas = [*AREAS, Area("SY.12", Extent(36, 35.4, 37.2, 36.3), encode(box(36, 35.4, 37.2, 36.3)))]
    crossing = Record(1, "Bab al-Hawa", Kind.FACILITY, 36.69, 36.239, country="SY")
    beyond = Record(2, "Cilvegozu", Kind.FACILITY, 36.69, 36.239, country="TR")
    away = Record(3, "Palmyra", Kind.SETTLEMENT, 38.28, 34.55, country="SY")
    known = Record(4, "Aleppo", Kind.SETTLEMENT, 37.16, 36.2, country="SY", admin1="09")
    build.locate([crossing, beyond, away, known], areas)
    assert [record.admin1 for record in (crossing, beyond, away, known)] == ["12", None, None, "09"]


def test_a_name_that_does_not_resolve_stops_the_build_and_leaves_what_was_there(tmp_path: Path) -> None:
    build.write_data(tmp_path, [IDLIB], AREAS, RESOLVES)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ResourceError, match=r"must resolve do not:\n  Idlib leads to \[\], not to 169389"):
        build.write_data(tmp_path, [SYRIA], AREAS, RESOLVES)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_shipped_manifest_tells_the_sources_and_fits_the_code() -> None:
    manifest = json.loads((DATA_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sources"] == [package.as_json() for package in sources.PACKAGES]
    compressed = DATA_FOLDER / "gazetteer.sqlite.xz"
    assert manifest["compressed"] == {"sha256": file_sha256(compressed), "bytes": compressed.stat().st_size}
    assert manifest["compressed"]["bytes"] <= 20_000_000
    assert sorted(manifest["places"]) == sorted(
        ["admin1", "admin2", "continent", "country", "facility", "physical", "region", "settlement"]
    )
    assert min(manifest["places"].values()) > 0
    assert manifest["areas"] > 3000


def test_the_shipped_gazetteer_was_built_from_the_tables_as_they_are() -> None:
    manifest = json.loads((DATA_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    stale = [name for name, digest in manifest["seeds"].items() if digest != file_sha256(seeds.seed_path(name))]
    assert stale == [], "run 'make data' and commit what it writes"


def test_a_failed_build_says_why_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sources, "PACKAGES", (FAKE,))
    (tmp_path / FAKE.file_name).write_bytes(b"something else")
    assert build.main(["--downloads", str(tmp_path)]) == 5
    assert capsys.readouterr().err.startswith("error: fake-1.whl is not the pinned fake 1: its sha256 is ")
