"""Words and runs of capitals."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from geo.names import name_key
from geo.recognizers.words import runs, words


def proposed(text: str) -> set[str]:
    sequence = words(text)
    return {text[sequence[first].start : sequence[last - 1].end] for first, last in runs(text, sequence)}


def test_a_run_spans_the_small_words_inside_a_name() -> None:
    assert "Jisr al-Shughur" in proposed("near Jisr al-Shughur today")
    assert "Gulf of Aden" in proposed("in the Gulf of Aden")
    assert "St. Louis" in proposed("to St. Louis")


def test_a_run_stops_at_commas_and_lower_case_words() -> None:
    assert proposed("Homs, then Hama") == {"Homs", "Hama"}


def test_a_possessive_ending_is_not_part_of_a_word() -> None:
    assert [word.text for word in words("Turkey’s and Syria's U.S.-made")] == ["Turkey", "and", "Syria", "U.S.", "made"]


def test_words_of_other_scripts_start_no_name_here() -> None:
    assert proposed("معارك حلب, бои в Идлибе") == set()


def test_elided_articles_and_possessives_stand_inside_names() -> None:
    assert "Côte d'Ivoire" in proposed("in Côte d'Ivoire")
    assert "Queen Anne's County" in proposed("in Queen Anne's County")


def test_a_short_form_of_several_words_is_one_word() -> None:
    assert [word.text for word in words("Beckley, W.Va. (AP)")] == ["Beckley", "W.Va.", "AP"]


@given(st.text(max_size=200))
def test_every_word_stands_in_the_text_as_it_is_told(text: str) -> None:
    for word in words(text):
        assert name_key(text[word.start : word.end]) == name_key(word.text)
