"""The table of highways, and the script that checks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import open_embedded
from geo.names import name_key, road_key
from tests import highways

ALEPPO, SARAQIB, HOMS, LATAKIA, DEIR_EZ_ZOR = "170063", "164816", "169577", "173576", "170794"
SYRIA, BEIRUT = "163843", "276781"
GOOD = {
    "ref": "M5",
    "name": "Way",
    "aliases": "Highway 5|Old Way",
    "country": "SY",
    "towns": f"{ALEPPO} {SARAQIB} {HOMS}",
    "length_km": "190",
    "source": "somebody",
}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return open_embedded()


@pytest.fixture(scope="module")
def rows(root: Path) -> list[dict[str, str]]:
    return highways.read(root / "seeds" / "highways.csv")


def test_nothing_is_wrong_with_the_table(rows: list[dict[str, str]], gazetteer: Gazetteer) -> None:
    assert highways.faults(rows, gazetteer) == []


def test_the_table_is_large_enough_and_in_order(rows: list[dict[str, str]]) -> None:
    assert len(rows) >= 60
    order = [(row["country"], row["ref"], row["name"]) for row in rows]
    assert order == sorted(order)


def test_a_bare_number_is_also_found_as_people_say_it(rows: list[dict[str, str]]) -> None:
    bare = [row for row in rows if row["ref"].isdigit()]
    assert bare
    unsaid = [
        row["country"] + row["ref"]
        for row in bare
        if not {f"HIGHWAY{row['ref']}", f"ROUTE{row['ref']}", f"FREEWAY{row['ref']}"}
        & set(map(road_key, row["aliases"].split("|")))
    ]
    assert unsaid == []


def test_a_name_is_no_bare_word_for_a_road(rows: list[dict[str, str]]) -> None:
    words = {"highway", "road", "motorway", "freeway", "street", "ring road", "international highway"}
    named = [name for row in rows for name in (row["name"], *row["aliases"].split("|"))]
    assert [name for name in named if name_key(name) in words] == []


def test_a_good_row_has_no_fault(gazetteer: Gazetteer) -> None:
    assert highways.faults([GOOD], gazetteer) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"ref": "", "name": ""}, "neither ref nor name"),
        ({"source": ""}, "no source"),
        ({"aliases": "Highway 5|"}, "empty alias"),
        ({"name": " Way"}, "blanks around a cell"),
        ({"length_km": ""}, "length_km is '', not kilometres"),
        ({"length_km": "-190"}, "length_km is '-190', not kilometres"),
        ({"towns": ""}, "fewer than two towns"),
        ({"towns": ALEPPO}, "fewer than two towns"),
        ({"towns": f"{ALEPPO} 1 {HOMS}"}, "1 is not in the gazetteer"),
        ({"towns": f"{ALEPPO} placelines:nowhere {HOMS}"}, "placelines:nowhere is not in the gazetteer"),
        ({"towns": f"{ALEPPO} {SARAQIB} {HOMS} {BEIRUT}"}, "276781 Beirut lies in LB"),
        ({"towns": f"{ALEPPO} {SYRIA} {HOMS}"}, "163843 Syria is no town but country"),
        ({"towns": f"{ALEPPO} {SARAQIB} {ALEPPO} {HOMS}"}, "170063 Aleppo comes twice"),
        ({"towns": f"{ALEPPO} {DEIR_EZ_ZOR}"}, "Aleppo – 170794 Deir ez-Zor is 286 km long"),
        ({"towns": f"{ALEPPO} {HOMS} {SARAQIB}"}, "it turns by 170° at 169577 Homs"),
        ({"length_km": "140"}, "176 km through its towns, but length_km is 140"),
        ({"length_km": "240"}, "176 km through its towns, but length_km is 240"),
    ],
)
def test_a_bad_row_is_caught(changed: dict[str, str], fault: str, gazetteer: Gazetteer) -> None:
    found = highways.faults([GOOD | changed], gazetteer)
    assert any(fault in each for each in found), found


def test_a_ring_may_end_where_it_began(gazetteer: Gazetteer) -> None:
    ring = GOOD | {"towns": f"{ALEPPO} {HOMS} {LATAKIA} {ALEPPO}", "length_km": "440"}
    assert [fault for fault in highways.faults([ring], gazetteer) if "twice" in fault] == []


def test_two_roads_of_a_country_share_neither_number_nor_name(gazetteer: Gazetteer) -> None:
    twice = highways.faults([GOOD, GOOD], gazetteer)
    assert twice == ["SY M5: more than one row"]
    other = GOOD | {"ref": "M6", "name": "Other", "aliases": "old way"}
    assert highways.faults([GOOD, other], gazetteer) == [
        "SY M6: 'OLDWAY' is SY M5 already",
        "SY M6: 'old way' is SY M5 already",
    ]


def test_the_table_must_have_its_columns(tmp_path: Path) -> None:
    table = tmp_path / "roads.csv"
    table.write_text("ref,country\nM5,SY\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"the columns are ref,country, not ref,name,aliases,country,towns"):
        highways.read(table)
    table.write_text(",".join(highways.HEADER) + "\nM5,SY\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"row 2: 2 cells, not 7: \['M5', 'SY'\]"):
        highways.read(table)


def test_the_script_prints_every_fault_and_a_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "roads.csv"
    bad = GOOD | {"length_km": "1000", "source": ""}
    table.write_text(f"{','.join(highways.HEADER)}\n{','.join(bad.values())}\n", encoding="utf-8")
    assert highways.main([str(table)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "SY M5: no source",
        "SY M5: 176 km through its towns, but length_km is 1000",
        f"{table}: 1 rows, 2 faults",
    ]
    assert highways.main([]) == 0
    assert capsys.readouterr().out.endswith("rows, 0 faults\n")
