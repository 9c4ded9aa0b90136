from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo import seeds
from geo.errors import ResourceError
from geo.gazetteers import NameKind
from geo.gazetteers.embedded import open_embedded
from geo.model import Place
from geo.names import name_key


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(seeds, "_FOLDERS", (tmp_path / "_seeds", tmp_path))
    return tmp_path


def test_a_table_is_read_row_by_row_with_stripped_cells(folder: Path) -> None:
    (folder / "rivers.csv").write_text('name,note\n Orontes ,"long, winding"\n', encoding="utf-8")
    assert seeds.read_table("rivers.csv") == [{"name": "Orontes", "note": "long, winding"}]


def test_the_copy_inside_the_package_is_read_before_the_one_of_the_checkout(folder: Path) -> None:
    (folder / "_seeds").mkdir()
    (folder / "_seeds" / "rivers.csv").write_text("name\nTigris\n", encoding="utf-8")
    (folder / "rivers.csv").write_text("name\nOrontes\n", encoding="utf-8")
    assert seeds.read_table("rivers.csv") == [{"name": "Tigris"}]


def test_a_missing_table_is_named_with_the_mend(folder: Path) -> None:
    with pytest.raises(ResourceError, match=r"'rivers\.csv' is missing: reinstall placelines"):
        seeds.read_table("rivers.csv")


@pytest.mark.parametrize("row", ["Orontes", "Orontes,long,winding"])
def test_a_row_of_another_width_is_refused_with_its_line(folder: Path, row: str) -> None:
    (folder / "rivers.csv").write_text(f"name,note\nTigris,\n{row}\n", encoding="utf-8")
    with pytest.raises(ResourceError, match=r"rivers\.csv, line 3: the row does not have 2 cells"):
        seeds.read_table("rivers.csv")


def _alias_id(place: Place) -> str:
    """Return what the table calls a place: its id, the number alone when it is GeoNames'."""
    return place.id.removeprefix("geonames:")


def test_every_alias_leads_to_its_place() -> None:
    gazetteer = open_embedded()
    wrong = []
    for row in seeds.read_table("aliases.csv"):
        if row["kind"] == "dropped":
            continue
        kinds = {_alias_id(named.place): named.name_kind for named in gazetteer.lookup(name_key(row["name"]))}
        if kinds.get(row["geonameid"]) not in {NameKind(row["kind"]), NameKind.PRIMARY}:
            wrong.append(row)
    assert wrong == []


def test_no_dropped_name_leads_to_its_place() -> None:
    gazetteer = open_embedded()
    rows = [row for row in seeds.read_table("aliases.csv") if row["kind"] == "dropped"]
    assert len(rows) > 10
    assert [
        row
        for row in rows
        if row["geonameid"] in {_alias_id(named.place) for named in gazetteer.lookup(name_key(row["name"]))}
    ] == []


def test_no_alias_is_listed_twice_for_a_place() -> None:
    rows = [
        (name_key(row["name"]), row["geonameid"]) for row in seeds.read_table("aliases.csv") if row["kind"] != "primary"
    ]
    assert sorted(rows) == sorted(set(rows))


def test_the_readme_tells_the_source_of_every_table(root: Path) -> None:
    readme = (root / "seeds" / "README.md").read_text(encoding="utf-8")
    tables = {path.name for path in (root / "seeds").glob("*.csv")}
    assert tables == set(re.findall(r"^\| `([^`]+\.csv)` \|", readme, flags=re.MULTILINE))
