from __future__ import annotations

import pytest

from geo.gazetteers import NameKind
from geo.gazetteers.records import Record
from geo.gazetteers.world.aliases import apply_aliases
from geo.model import Kind


@pytest.fixture
def syria() -> Record:
    record = Record(163843, "Syria", Kind.COUNTRY, 38.0, 35.0)
    record.file_alternates("Syrie", "Syrian")
    return record


def test_a_hand_kept_kind_outweighs_the_source(syria: Record) -> None:
    rows = [{"name": "Syrian", "kind": "demonym", "geonameid": "163843"}]
    assert apply_aliases([syria], rows) == []
    assert syria.keys == {
        "syria": NameKind.PRIMARY,
        "syrie": NameKind.ALTERNATE,
        "syrian": NameKind.DEMONYM,
        "syrians": NameKind.DEMONYM,
    }


def test_the_shown_name_stays_primary_whatever_else_it_is_listed_as(syria: Record) -> None:
    assert apply_aliases([syria], [{"name": "SYRIA", "kind": "abbreviation", "geonameid": "163843"}]) == []
    assert syria.keys["syria"] is NameKind.PRIMARY


def test_a_primary_row_replaces_the_shown_name(syria: Record) -> None:
    assert apply_aliases([syria], [{"name": "Syrian Arab Republic", "kind": "primary", "geonameid": "163843"}]) == []
    assert syria.name == "Syrian Arab Republic"
    assert syria.keys["syrian arab republic"] is NameKind.PRIMARY
    assert syria.keys["syria"] is NameKind.ALTERNATE


def test_a_dropped_row_takes_a_name_away(syria: Record) -> None:
    assert apply_aliases([syria], [{"name": "Syrie", "kind": "dropped", "geonameid": "163843"}]) == []
    assert "syrie" not in syria.keys


def test_rows_that_cannot_be_applied_are_named(syria: Record) -> None:
    rows = [
        {"name": "Ruritanian", "kind": "demonym", "geonameid": "1"},
        {"name": "...", "kind": "curated", "geonameid": "163843"},
        {"name": "Sham", "kind": "nickname", "geonameid": "163843"},
        {"name": "Sham", "kind": "dropped", "geonameid": "163843"},
    ]
    assert apply_aliases([syria], rows) == [
        "Ruritanian: no place has the id 1",
        "...: nothing can be filed under this name",
        "Sham: 'nickname' is not one of abbreviation, curated, demonym, dropped, primary",
        "Sham: Syria has no such name to drop",
    ]


def test_the_strongest_kind_of_a_name_wins_in_any_order() -> None:
    record = Record(1, "Paris", Kind.SETTLEMENT, 0.0, 0.0)
    record.file_under("paris", NameKind.ALTERNATE)
    record.file_under("lutetia", NameKind.DEMONYM)
    record.file_under("lutetia", NameKind.CURATED)
    record.file_under(None, NameKind.PRIMARY)
    assert record.keys == {"paris": NameKind.PRIMARY, "lutetia": NameKind.CURATED}
