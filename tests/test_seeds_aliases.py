from __future__ import annotations

import re
from collections import Counter
from itertools import product
from string import ascii_uppercase

import pytest

from geo import seeds
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.naming import plural
from geo.names import name_key

_KINDS = ("primary", "curated", "abbreviation", "demonym", "dropped")
_WITHOUT_DEMONYM = {"BV", "GS", "HM", "TF", "UM", "VA"}
"""Nobody comes from there, or, as in the Vatican, the name serves for its people too."""
_NOT_A_MAN = ("Alabaman", "German", "Oklahoman")
_AP_STYLE = {
    **{"AL": "Ala.", "AZ": "Ariz.", "AR": "Ark.", "CA": "Calif.", "CO": "Colo.", "CT": "Conn.", "DE": "Del."},
    **{"FL": "Fla.", "GA": "Ga.", "IL": "Ill.", "IN": "Ind.", "KS": "Kan.", "KY": "Ky.", "LA": "La.", "MD": "Md."},
    **{"MA": "Mass.", "MI": "Mich.", "MN": "Minn.", "MS": "Miss.", "MO": "Mo.", "MT": "Mont.", "NE": "Neb."},
    **{"NV": "Nev.", "NH": "N.H.", "NJ": "N.J.", "NM": "N.M.", "NY": "N.Y.", "NC": "N.C.", "ND": "N.D."},
    **{"OK": "Okla.", "OR": "Ore.", "PA": "Pa.", "RI": "R.I.", "SC": "S.C.", "SD": "S.D.", "TN": "Tenn."},
    **{"TX": "Tex.", "VT": "Vt.", "VA": "Va.", "WA": "Wash.", "WV": "W.Va.", "WI": "Wis.", "WY": "Wyo."},
}
_NOT_SHORTENED = {"AK", "HI", "ID", "IA", "ME", "OH", "UT"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return seeds.read_table("aliases.csv")


@pytest.fixture(scope="module")
def filed(rows: list[dict[str, str]]) -> set[tuple[str, str, str]]:
    return {(name_key(row["name"]), row["kind"], row["geonameid"]) for row in rows}


def test_rows_are_grouped_by_known_kinds(rows: list[dict[str, str]]) -> None:
    assert list(dict.fromkeys(row["kind"] for row in rows)) == list(_KINDS)
    numbers = [_KINDS.index(row["kind"]) for row in rows]
    assert numbers == sorted(numbers)


def test_every_row_names_a_place_by_id_and_for_the_reader(rows: list[dict[str, str]]) -> None:
    shape = re.compile(r"[1-9][0-9]{2,8}|placelines:[a-z0-9]+(?:-[a-z0-9]+)*")
    assert [row for row in rows if not shape.fullmatch(row["geonameid"]) or not row["note"]] == []


def test_a_name_belongs_to_a_place_in_one_way_only(rows: list[dict[str, str]]) -> None:
    times = Counter((name_key(row["name"]), row["geonameid"]) for row in rows)
    assert [pair for pair, count in times.items() if count > 1] == []


def test_a_place_is_renamed_once(rows: list[dict[str, str]]) -> None:
    times = Counter(row["geonameid"] for row in rows if row["kind"] == "primary")
    assert [place for place, count in times.items() if count > 1] == []


def test_names_have_letters_and_no_leading_article(rows: list[dict[str, str]]) -> None:
    assert [row for row in rows if len(name_key(row["name"])) < 2 or row["name"].lower().startswith("the ")] == []


def test_abbreviations_are_written_so_that_they_count(rows: list[dict[str, str]]) -> None:
    names = [row["name"] for row in rows if row["kind"] == "abbreviation"]
    assert [name for name in names if not name.endswith(".") and not name.isupper()] == []


def test_men_and_women_have_their_plurals(filed: set[tuple[str, str, str]], rows: list[dict[str, str]]) -> None:
    missing = []
    for row in rows:
        name = row["name"]
        if row["kind"] != "demonym" or not name.endswith("man") or name.endswith(_NOT_A_MAN):
            continue
        plurals = f"{name[:-2]}en"
        if plural(name) != plurals and (name_key(plurals), "demonym", row["geonameid"]) not in filed:
            missing.append(name)
    assert missing == []


def test_every_country_has_a_word_for_its_people(rows: list[dict[str, str]]) -> None:
    gazetteer = open_embedded()
    with_demonym = {row["geonameid"] for row in rows if row["kind"] == "demonym"}
    countries = {code: gazetteer.unit(code) for code in map("".join, product(ascii_uppercase, repeat=2))}
    known = {code: country.gazetteer_id for code, country in countries.items() if country is not None}
    assert len(known) >= 249
    assert {code for code, place in known.items() if place not in with_demonym} == _WITHOUT_DEMONYM


def test_every_us_state_has_a_word_for_its_people_and_its_newsroom_abbreviation(
    filed: set[tuple[str, str, str]],
) -> None:
    gazetteer = open_embedded()
    assert len(_AP_STYLE.keys() | _NOT_SHORTENED) == 50
    demonyms = {place for _, kind, place in filed if kind == "demonym"}
    abbreviations = {(key, place) for key, kind, place in filed if kind == "abbreviation"}
    missing = []
    for code in (*_AP_STYLE, *_NOT_SHORTENED):
        state = gazetteer.unit("US", code)
        assert state is not None, code
        wanted = {(name_key(short), state.gazetteer_id) for short in (code, _AP_STYLE.get(code, code))}
        if state.gazetteer_id not in demonyms or not wanted <= abbreviations:
            missing.append(code)
    assert missing == []


@pytest.mark.parametrize(
    ("name", "kind", "place"),
    [
        ("UK", "abbreviation", "2635167"),
        ("U.S.", "abbreviation", "6252001"),
        ("DPRK", "abbreviation", "1873107"),
        ("BiH", "curated", "3277605"),
        ("Burma", "curated", "1327865"),
        ("Turkiye", "curated", "298795"),
        ("Republic of Ireland", "curated", "2963597"),
        ("Congo", "curated", "203312"),
        ("Congo", "curated", "2260494"),
        ("Congolese", "demonym", "203312"),
        ("Congolese", "demonym", "2260494"),
        ("Dominican", "demonym", "3575830"),
        ("Dominican", "demonym", "3508796"),
        ("Nigerien", "demonym", "2440476"),
        ("Nigerian", "demonym", "2328926"),
        ("Spaniard", "demonym", "2510769"),
        ("Bosnian Serb", "demonym", "3277605"),
        ("Crimean Tatar", "demonym", "703883"),
        ("Inner Mongolian", "demonym", "2035607"),
        ("Balkan", "demonym", "12216908"),
        ("Muscovite", "demonym", "524901"),
        ("NRW", "abbreviation", "2861876"),
        ("Sloviansk", "curated", "693468"),
        ("Mecca", "curated", "104515"),
        ("Hasakeh", "curated", "173811"),
        ("Sweida", "curated", "172408"),
        ("Hawija", "curated", "390188"),
        ("Mai Kadra", "curated", "12640446"),
        ("Okinawa City", "primary", "1894616"),
        ("Kharkiv Oblast", "primary", "706482"),
        ("Iraq", "dropped", "143127"),
        ("Sloviansk", "dropped", "700051"),
        ("Brasilia", "dropped", "3469034"),
        ("Will", "dropped", "4916565"),
        ("Northern", "dropped", "378389"),
    ],
)
def test_a_name_of_the_news_is_there(filed: set[tuple[str, str, str]], name: str, kind: str, place: str) -> None:
    assert (name_key(name), kind, place) in filed


@pytest.mark.parametrize("name", ["Baghdadi", "Papua", "Tatar", "Victorian", "Roman", "Hamburger", "Tehrani"])
def test_a_name_that_is_mostly_something_else_is_not_given_to_a_place(rows: list[dict[str, str]], name: str) -> None:
    assert [row for row in rows if row["name"] == name and row["kind"] in ("curated", "demonym")] == []
