from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model import Document
from maps.article import MAX_TITLE_CHARS, Mark, plain, set_article


def article_of(text: str, *marks: Mark, title: str | None = None) -> tuple[str, list[str]]:
    article = set_article(Document("a", text, title), marks)
    return plain(article.heading), [plain(paragraph) for paragraph in article.body]


def test_the_first_line_is_the_heading_and_keeps_its_toponyms() -> None:
    article = set_article(Document("a", "Rain in Homs\nIt rained in Homs."), [Mark(8, 12, 0), Mark(26, 30, 0)])
    assert article.heading == ["Rain in ", ("Homs", 0, True)]
    assert article.body == [["It rained in ", ("Homs", 0, True), "."]]


def test_a_title_that_repeats_the_first_line_is_not_said_twice() -> None:
    assert article_of("Rain in  Homs\nIt rained.", title="Rain in Homs") == ("Rain in  Homs", ["It rained."])


def test_another_title_leaves_the_text_whole() -> None:
    assert article_of("It rained.\nIn Homs.", title="Weather") == ("Weather", ["It rained.", "In Homs."])


def test_a_long_first_line_stays_text_and_lends_its_beginning_to_the_heading() -> None:
    line = "It rained and " * 30
    heading, body = article_of(line)
    assert body == [line.strip()]
    assert len(heading) <= MAX_TITLE_CHARS
    assert heading.endswith("It rained and It…")


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\n\n \n"])
def test_every_kind_of_line_break_ends_a_paragraph(line_break: str) -> None:
    assert article_of(f"A{line_break}B{line_break}C")[1] == ["B", "C"]


def test_lines_of_a_hard_wrapped_text_are_joined_to_paragraphs() -> None:
    line = "This line of an e-mail is broken at about seventy columns by\n"
    heading, body = article_of("Title\n\n" + line * 3 + "\n" + line * 3)
    assert heading == "Title"
    assert [paragraph.count("\n") for paragraph in body] == [2, 2]


def test_a_toponym_is_never_broken_by_a_paragraph() -> None:
    text = "Title\nFrom New\nYork to Homs"
    article = set_article(Document("a", text), [Mark(11, 19, 0)])
    assert article.body == [["From ", ("New\nYork", 0, True), " to Homs"]]


def test_of_overlapping_toponyms_the_longer_one_that_starts_first_is_kept() -> None:
    text = "x\nIdlib Governorate"
    marks = [Mark(2, 7, 0), Mark(2, 19, 1), Mark(8, 19, 2)]
    assert set_article(Document("a", text), marks).body == [[("Idlib Governorate", 1, True)]]


def test_offsets_count_code_points() -> None:
    article = set_article(Document("a", "x\n🌧🌧 in Homs"), [Mark(8, 12, None, is_asserted=False)])
    assert article.body == [["🌧🌧 in ", ("Homs", None, False)]]


def test_an_empty_text_has_a_heading_all_the_same() -> None:
    assert article_of(" \n ") == ("Empty article", [])


@given(st.text(alphabet="ab \n\r\u2028", max_size=80), st.lists(st.tuples(st.integers(0, 79), st.integers(1, 9))))
def test_no_character_of_a_text_is_lost(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [Mark(start, start + length, 0) for start, length in spans if start + length <= len(text)]
    article = set_article(Document("a", text), marks)
    if text.split():
        told = "".join(plain(paragraph) for paragraph in chain([article.heading], article.body))
        assert "".join(told.split()) == "".join(text.split())
