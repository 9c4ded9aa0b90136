"""The hand-kept tables as records."""

from __future__ import annotations

import pytest

from geo.errors import ResourceError
from geo.extent import Extent
from geo.gazetteers import NameKind
from geo.gazetteers.records import Record
from geo.gazetteers.schema import OWN_NUMBERS
from geo.gazetteers.world.hand_kept import TABLES, claim_names, hand_kept, mark_disputed
from geo.model import Kind

SEA = {
    "id": "red-sea",
    "name": "Red Sea",
    "aliases": "البحر الأحمر|Mer Rouge",
    "kind": "sea",
    "feature_code": "SEA",
    "country": "",
    "lon": "38.3",
    "lat": "20.6",
    "west": "32.3",
    "south": "12.6",
    "east": "43.5",
    "north": "29.9",
}
DAM = {"id": "gerd", "name": "Grand Ethiopian Renaissance Dam", "aliases": "GERD", "feature_code": "DAM"} | {
    "country": "ET",
    "lon": "35.093",
    "lat": "11.214",
}
ROWS = dict.fromkeys(TABLES, ()) | {"physical.csv": [SEA], "facilities.csv": [DAM]}


def test_a_row_becomes_a_record_of_the_kind_of_its_table() -> None:
    dam, sea = hand_kept(ROWS)
    assert (sea.place_id, sea.name, sea.kind, sea.feature_code) == (
        "placelines:red-sea",
        "Red Sea",
        Kind.PHYSICAL,
        "SEA",
    )
    assert (sea.lon, sea.lat, sea.country, sea.extent) == (38.3, 20.6, None, Extent(32.3, 12.6, 43.5, 29.9))
    assert (dam.kind, dam.country, dam.extent) == (Kind.FACILITY, "ET", None)
    assert [dam.number, sea.number] == [OWN_NUMBERS, OWN_NUMBERS + 1]


def test_aliases_are_names_that_news_uses_and_short_ones_in_capitals_abbreviations() -> None:
    dam, sea = hand_kept(ROWS)
    assert sea.keys["mer rouge"] is sea.keys["البحر الاحمر"] is NameKind.CURATED
    assert dam.keys["gerd"] is NameKind.ABBREVIATION


def test_disputed_places_are_marked_with_their_claimants_in_order() -> None:
    crimea = Record(703883, "Crimea", Kind.ADMIN1, 34.0, 45.3)
    rows = [
        {"id": "geonames:703883", "claimed_by": "UA RU"},
        {"id": "placelines:atlantis", "claimed_by": "GR"},
    ]
    assert mark_disputed([crimea], rows) == ["placelines:atlantis: there is no such place"]
    assert crimea.claimed_by == ("RU", "UA")


@pytest.mark.parametrize("lon", ["east", ""])
def test_a_point_that_is_none_is_refused(lon: str) -> None:
    with pytest.raises(ResourceError, match=r"^seeds/physical.csv: the row red-sea cannot be used: could not convert"):
        hand_kept(ROWS | {"physical.csv": [SEA | {"lon": lon}]})


def test_a_hand_kept_place_takes_its_names_from_those_that_only_have_them_as_alternates() -> None:
    state, town = Record(1, "Red Sea State", Kind.ADMIN1, 36.0, 20.0), Record(2, "Red Sea", Kind.SETTLEMENT, 0.0, 0.0)
    state.file_alternates("Red Sea", "Bahr al Ahmar")
    sea = hand_kept(ROWS)[1]
    claim_names([state, town, sea])
    assert "red sea" not in state.keys
    assert state.keys["bahr al ahmar"] is NameKind.ALTERNATE
    assert town.keys["red sea"] is sea.keys["red sea"] is NameKind.PRIMARY
