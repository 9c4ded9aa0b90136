from __future__ import annotations

import pytest

from geo.gazetteers.naming import alternate_key, bare_name, plural, primary_key, repaired, shown_unit_name


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "X",
        "ALP",
        "KJFK",
        "USNYC",
        "A.B.S",
        "12345",
        "Rue",
        "Li",
        "yi de li bo",
        "mhafzt adlb",
        "https://example.org/Idlib",
        "wikipedia",
        "—",
        "Northern",
        "Capital Region",
        "Long " * 30,
    ],
)
def test_what_is_no_name_has_no_alternate_key(junk: str) -> None:
    assert alternate_key(junk) is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Idleb", "idleb"),
        ("Al-Bab", "al bab"),
        ("حلب", "حلب"),
        ("Киев", "киев"),
        ("東京", "東京"),
        ("津", "津"),
        ("São", None),
    ],
)
def test_names_in_every_script_have_one(name: str, key: str | None) -> None:
    assert alternate_key(name) == key


def test_short_names_count_when_the_source_shows_them() -> None:
    assert [primary_key(name) for name in ("Ur", "Bo", "Å", "Y", "...")] == ["ur", "bo", None, None, None]


def test_halves_of_a_surrogate_pair_are_joined_and_lone_ones_dropped() -> None:
    assert repaired("\ud83c\uddf8\ud83c\uddfe") == "\U0001f1f8\U0001f1fe"
    assert repaired("Al\ud800eppo  City ") == "Aleppo City"


@pytest.mark.parametrize(
    ("unit", "bare"),
    [
        ("Idlib Governorate", "Idlib"),
        ("Moscow Oblast", "Moscow"),
        ("Guangxi Autonomous Region", "Guangxi"),
        ("State of Texas", "Texas"),
        ("Republic of the Congo", "Congo"),
        ("Province", None),
        ("Eastern Province", None),
        ("North West Region", None),
        ("Lower Shabelle Region", "Lower Shabelle"),
        ("Damascus Countryside", None),
        ("Stateline", None),
    ],
)
def test_the_word_for_the_sort_of_unit_comes_off(unit: str, bare: str | None) -> None:
    assert bare_name(unit) == bare


def test_only_words_that_news_leaves_out_come_off_the_shown_name() -> None:
    shown = [shown_unit_name(name) for name in ("Estado de Chiapas", "State of Kerala", "Hunan Sheng", "Kyiv Oblast")]
    assert shown == ["Chiapas", "Kerala", "Hunan", "Kyiv Oblast"]


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("Syrian", "Syrians"),
        ("Iraqi", "Iraqis"),
        ("German", "Germans"),
        ("Roman", "Romans"),
        ("Scotsman", "Scotsmen"),
        ("Frenchman", "Frenchmen"),
        ("Japanese", "Japanese"),
        ("Polish", "Polish"),
        ("Dutch", "Dutch"),
        ("Swiss", "Swiss"),
    ],
)
def test_demonyms_have_a_plural(one: str, many: str) -> None:
    assert plural(one) == many
