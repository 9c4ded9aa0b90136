"""The screens of a review, as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.text import Text

from geo.errors import OutputError
from maps.review.lines import wrapped
from maps.review.terminal import ENTER, ESCAPE, OTHER, RESIZED, SEVERAL
from tests.reviewing import KINGSTON, READING, reviewed, session_of

pytestmark = pytest.mark.usefixtures("unpacked")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corrections.csv"


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (200, 60), (20, 6)])
def test_a_screen_is_never_larger_than_the_terminal_and_has_what_counts(path: Path, size: tuple[int, int]) -> None:
    shown = reviewed(session_of(path, READING), ["o", "/", *"Nord", ENTER, "?"], size=size, has_braille=True)
    for screen in shown.screens:
        lines = screen.split("\n")
        assert len(lines) <= size[1]
        assert max(map(len, lines)) <= size[0]
    first = shown.screens[0]
    assert "Reading" in first
    assert "\n1 Rea" in first
    if size != (20, 6):
        assert all(word in first for word in ("name 1 of 2", "uncertain: 66 %", "[Reading]", "u undo", "q quit"))


def test_a_map_is_shown_where_there_is_room_and_braille(path: Path) -> None:
    def has_map(size: tuple[int, int], *, has_braille: bool) -> bool:
        shown = reviewed(session_of(path, KINGSTON), [], size=size, has_braille=has_braille)
        return any("\u2800" < sign < "\u2900" for sign in shown.screens[0])

    assert has_map((120, 40), has_braille=True)
    assert has_map((80, 40), has_braille=True)
    assert not has_map((120, 40), has_braille=False)
    assert not has_map((40, 12), has_braille=True)


def test_keys_decide_skip_undo_and_end(path: Path) -> None:
    session = session_of(path, READING)
    shown = reviewed(session, ["2", "u", ENTER, "s", "u", "n", ENTER])
    assert "Reading: Reading, Pennsylvania, United States." in shown.screens[1]
    assert "Decision undone: Reading." in shown.screens[2]
    assert "Reading: Reading, England, United Kingdom." in shown.screens[3]
    assert "All names are done: 1 decided, 1 skipped." in shown.screens[4]
    assert "All names are done: 2 decided, 0 skipped." in shown.screens[6]
    texts = [row.text for row in session.file.corrections.rows]
    assert texts == ["Reading", "A1(M)"]


def test_keys_that_are_no_commands_decide_nothing(path: Path) -> None:
    session = session_of(path, READING)
    shown = reviewed(session, [SEVERAL + "nnn", OTHER, "0", "x", RESIZED, ESCAPE, "\x00", "١"])
    assert session.decided == 0
    assert "Several keys came at once, and none of them counted." in shown.screens[1]


def test_what_is_not_on_the_screen_cannot_be_chosen(path: Path) -> None:
    session = session_of(path, READING)
    shown = reviewed(session, ["m", "9", ENTER], size=(80, 24))
    assert session.decided == 0
    assert "There is no choice 9 here." in shown.screens[2]
    assert "Choose by number; Escape goes back to the guess." in shown.screens[3]


def test_a_search_shows_other_places_and_escape_goes_back(path: Path) -> None:
    session = session_of(path, READING)
    shown = reviewed(session, ["/", *"Swindon", ENTER, ENTER, ESCAPE, "/", ENTER, "/", SEVERAL + "Swindon\r", "1"])
    assert "Search the gazetteer for: Swindon_" in shown.screens[8]
    assert "1 Swindon, England" in shown.screens[9]
    assert "Choose by number" in shown.screens[10]
    assert "1 Reading, England" in shown.screens[11]
    assert session.file.corrections.rows[0].text == "Reading"
    assert "Reading: Swindon, England, United Kingdom." in shown.screens[-1]
    assert "no 'Xqzzy'" in reviewed(session, ["/", *"Xqzzy", ENTER]).screens[-1]


def test_a_point_is_shown_before_it_is_taken(path: Path) -> None:
    session = session_of(path, READING)
    keys = ["p", *"51.4, -0.9", ENTER, *"Camp", ENTER, "1"]
    shown = reviewed(session, keys)
    assert "1 Camp, England, United Kingdom" in shown.screens[-2]
    assert "Reading: Camp, England, United Kingdom." in shown.screens[-1]
    for typed, told in (
        ("91, 120", "latitude 91 is not between -90 and 90; give degrees of WGS 84."),
        ("here", "'here' is no point: give LAT,LON"),
        ("0,0", "0, 0 stands for an unknown place"),
    ):
        assert told in reviewed(session, ["p", *typed, ENTER]).screens[-1]


def test_note_and_scope_go_with_the_decision_and_are_forgotten_behind_it(path: Path) -> None:
    session = session_of(path, READING)
    shown = reviewed(session, ["c", *"by the M4", ENTER, "a", "n"])
    assert "A decision holds in this article only; note: by the M4" in shown.screens[-2]
    assert "A decision holds in every article\n" in shown.screens[-1]
    (row,) = session.file.corrections.rows
    assert (row.article, row.correction.note) == ("a", "by the M4")


def test_what_could_not_be_saved_cannot_be_overlooked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OutputError("there: writing failed (No space left on device)")

    monkeypatch.setattr("maps.review.file.publish", full)
    shown = reviewed(session_of(path, READING), ["n", "c"])
    assert all("NOT SAVED: there: writing failed (No space left on device)" in each for each in shown.screens[1:])


def test_hostile_text_is_shown_as_escapes(path: Path) -> None:
    text = "The [red]M4[/red]\x1b[2J near Read\u202eing and Kirotshe\x1b]0;x\x07 was shut near Kirotshe."
    keys = ["o", "p", *"1,2", ENTER, *"\x1b[2J", ENTER, ESCAPE, "/", SEVERAL + "\x1b[2J\u202e\r", *["s"] * 9]
    for screen in reviewed(session_of(path, text, every=True), keys).screens:
        assert "\x1b" not in screen
        assert "\u202e" not in screen


def test_articles_without_doubt_are_passed_over_and_counted(path: Path) -> None:
    session = session_of(path, READING, *["Rain in Paris, France."] * 40, KINGSTON)
    shown = reviewed(session, ["s", "s"])
    assert shown.screens[2:4] == ["Reading article 20 of 42", "Reading article 40 of 42"]
    assert "article 42 of 42, name 1 of 3" in shown.screens[4]


def test_one_sentence_after_the_other_is_asked_on_demand(path: Path) -> None:
    text = "The mayor of Paris, Texas, left. In Paris the Seine rose."
    session = session_of(path, text, every=True)
    shown = reviewed(session, ["t", "t", "t", "t", "2", "t", "s", "t"])
    assert "Paris  sure, 2 times in the text" in shown.screens[0]
    assert "Paris  sure, this one only" in shown.screens[1]
    assert "A decision holds for 'Paris, Texas' in this article only" in shown.screens[1]
    assert "the Seine" not in shown.screens[1]
    assert "A decision holds for 'Paris the' in this article only" in shown.screens[2]
    assert "A decision holds in every article" in shown.screens[3]
    assert "In [Paris] the Seine" in shown.screens[5]
    assert "It is there once." in shown.screens[6]
    assert [(row.article, row.context) for row in session.file.corrections.rows] == [("a", "Paris, Texas")]


@pytest.mark.parametrize("width", [20, 40, 80])
def test_what_is_typed_is_on_the_screen_however_narrow_it_is(path: Path, width: int) -> None:
    shown = reviewed(session_of(path, READING), ["p", *"35.9"], size=(width, 12))
    assert any("35.9_" in screen for screen in shown.screens)
    assert max(len(line) for screen in shown.screens for line in screen.split("\n")) <= width


def test_a_long_article_is_said_to_be_read_again(path: Path) -> None:
    shown = reviewed(session_of(path, READING, "x " * 30_000 + READING), ["s", "s", "n", "u"])
    told = ["Reading the article again ..." in screen for screen in shown.screens]
    assert told == [False, False, False, True, False, True, False]


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("the town, not the unit around it", 16, ["the town, not ", "the unit ..."]),
        ("the town, not the unit around it", 40, ["the town, not the unit around it"]),
        ("天津市" * 9, 16, ["天津市天津市天津", "市天津市天津 ..."]),
    ],
)
def test_what_is_cut_ends_between_words_where_there_are_any(text: str, width: int, shown: list[str]) -> None:
    assert [line.plain for line in wrapped(Text(text), width, 2)] == shown


def test_a_higher_screen_has_more_of_the_reasons(path: Path) -> None:
    session = session_of(path, READING)
    low, high = (reviewed(session, [], size=(60, height)).screens[0] for height in (24, 50))
    assert "..." in low.partition("because:")[2].partition("[Reading]")[0]
    assert "..." not in high.partition("because:")[2].partition("[Reading]")[0]
