"""Sentences and the excerpts cut from them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.excerpts import MAX_EXCERPT_CHARS, excerpt, sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rain fell. Snow came.", ["Rain fell.", "Snow came."]),
        ("Mr. Assad met Gen. Lee in the U.S. on Monday.", ["Mr. Assad met Gen. Lee in the U.S. on Monday."]),
        ('"We left," he said. "They stayed."', ['"We left," he said.', '"They stayed."']),
        ("A headline\nThe first line.", ["A headline", "The first line."]),
        ("It cost 3.5 million. J. Smith paid.", ["It cost 3.5 million.", "J. Smith paid."]),
        ("Why? No! Yes...", ["Why?", "No!", "Yes..."]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(st.text(max_size=300))
def test_every_visible_character_lies_in_exactly_one_sentence(text: str) -> None:
    spans = sentences(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(i in covered for i, c in enumerate(text) if not c.isspace())


@given(st.text(min_size=1, max_size=2000), st.data())
def test_an_excerpt_is_a_slice_of_the_text_that_holds_the_toponym(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 60)))
    cut = excerpt(text, start, end, within=sentences(text))
    assert cut.text == text[cut.start : cut.end]
    assert cut.start <= start < end <= cut.end


def test_a_long_sentence_is_cut_at_word_ends_around_the_toponym() -> None:
    text = "word " * 300 + "Hama " + "tail " * 300
    start = text.index("Hama")
    cut = excerpt(text, start, start + 4, within=sentences(text))
    assert len(cut.text) <= MAX_EXCERPT_CHARS
    assert "Hama" in cut.text
    assert set(cut.text.split()) == {"word", "Hama", "tail"}
