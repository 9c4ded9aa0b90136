from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest

from geo.atlas import Atlas
from geo.errors import OutputError
from geo.model import Document
from maps import console
from tests.world import ALEPPO, ARTICLE, IDLIB, LATAKIA, MIN_CONFIDENCE, atlas_of, mention


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jisr ash-Shughūr", "Jisr ash-Shughūr"),
        ("إدلب 北京", "إدلب 北京"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\n\t b\u2028c\u00a0d", "a b c d"),
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\u202esiraP\u202c \u2066x\u2069\u200f", "\\u202esiraP\\u202c \\u2066x\\u2069\\u200f"),
        ("\udcff\ud800\ufeff\U000e0001", "\\xff\\ud800\\ufeff\\U000e0001"),
        ("[bold]x[/bold] :smile:", "[bold]x[/bold] :smile:"),
    ],
)
def test_text_reaches_the_terminal_without_power_over_it(text: str, shown: str) -> None:
    assert console.printable(text) == shown


def test_long_text_is_cut() -> None:
    assert console.printable("Llan" * 75, limit=10) == "LlanLla..."


def test_names_are_not_parsed_as_markup_and_cannot_break_the_table() -> None:
    evil = replace(IDLIB, name="[red]Id[/red]\x1b[2J\u202e:bomb:\n(x)")
    text = console.summary(Atlas([ARTICLE], [mention(ARTICLE, "Idlib", evil)]))
    assert "[red]Id[/red]\\x1b[2J\\u202e:bomb: (x) (Idlib)" in text
    assert len(text.splitlines()) == 3


def test_long_tables_and_lists_say_how_much_is_left_out() -> None:
    text = console.summary(atlas_of(ARTICLE), limit=2)
    assert text.splitlines()[-2:] == ["... and 3 more", "Not resolved: Xyzzyville"]
    document = Document("many", " ".join(f"Xyz{number:02}." for number in range(23)))
    unresolved = [mention(document, f"Xyz{number:02}", None) for number in range(23)]
    *_, listed, rest = console.summary(Atlas([document], unresolved)).splitlines()
    assert listed.startswith("Not resolved: Xyz00, Xyz01,")
    assert listed.endswith(", Xyz19")
    assert rest == "Not resolved: 3 more names"


def test_what_is_uncertain_comes_last_and_says_so_in_words() -> None:
    document = Document("x", "Aleppo, Aleppo, Idlib and Latakia.")
    said = [mention(document, "Aleppo", ALEPPO, after=at, confidence=0.7499) for at in (0, 8)]
    said += [mention(document, "Idlib", IDLIB), mention(document, "Latakia", LATAKIA, confidence=0.4)]
    atlas = Atlas([document], said)
    head, _, *rows = console.summary(atlas, min_confidence=MIN_CONFIDENCE).splitlines()
    assert head.split()[:2] == ["Name", "Status"]
    assert [row.split()[:2] for row in rows[:3]] == [
        ["Idlib", "sure"],
        ["Aleppo", "uncertain"],
        ["Latakia", "uncertain"],
    ]
    assert rows[1].split()[-2] == "0.74", "cut, not rounded: 0.75 would be sure"
    assert rows[3:] == ["Uncertain: a best guess, confidence below 0.75"]
    *_, more, words = console.summary(atlas, limit=2).splitlines()
    assert (more, words) == ("... and 1 more, 1 uncertain", "Uncertain: a best guess")


def test_where_all_is_sure_nothing_speaks_of_it() -> None:
    text = console.summary(atlas_of(ARTICLE), min_confidence=MIN_CONFIDENCE)
    assert "Status" not in text
    assert "Uncertain" not in text


def test_names_that_are_not_resolved_stand_with_their_reason() -> None:
    document = Document("x", "Aville. Beville. Ceville. Aville.")
    reasons = {"Aville": "unknown", "Beville": "no answer\x07 from x", "Ceville": "unknown"}
    found = [
        replace(plain, resolution=replace(plain.resolution, evidence=(reason,)))
        for plain, reason in ((mention(document, name, None), reason) for name, reason in reasons.items())
    ]
    text = console.summary(Atlas([document], found))
    assert text == (
        "No places found.\nNot resolved: Aville, Ceville (unknown)\nNot resolved: Beville (no answer\\x07 from x)\n"
    )


def test_a_name_is_followed_by_its_spelling_in_the_text_where_that_differs() -> None:
    document = Document("x", "Halab.")
    assert "Aleppo (Halab)" in console.summary(Atlas([document], [mention(document, "Halab", ALEPPO)]))


class AsciiOutput:
    """A terminal that knows no letter beyond ASCII."""

    encoding = "ascii"

    def __init__(self) -> None:
        self.buffer = io.BytesIO()


def test_letters_that_the_terminal_lacks_are_escaped_but_data_is_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    output = AsciiOutput()
    monkeypatch.setattr("sys.stdout", output)
    console.say("Shughūr\n")
    console.emit(["Shughūr", "\ud800\n"])
    assert output.buffer.getvalue() == b"Shugh\\u016br\n" + "Shughūr".encode() + b"\\ud800\n"


def test_a_full_or_closed_output_is_an_output_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    output = AsciiOutput()
    output.buffer = Full()
    monkeypatch.setattr("sys.stdout", output)
    with pytest.raises(OutputError, match=r"^standard output: writing failed \(No space left on device\)$"):
        console.say("x")
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(OutputError, match=r"^standard output: it is closed$"):
        console.say("x")


@pytest.mark.parametrize(
    ("width", "headings"),
    [
        (90, "Name Kind Country Role Mentions Confidence Gazetteer id"),
        (80, "Name Kind Country Mentions Confidence Gazetteer id"),
        (40, "Name Mentions Confidence"),
    ],
)
def test_a_narrow_terminal_goes_without_columns_but_not_without_names(
    width: int, headings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    for name, value in {"COLUMNS": str(width), "LINES": "20", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    lines = console.summary(atlas_of(ARTICLE)).splitlines()
    assert lines[0].split() == headings.split()
    assert max(map(len, lines)) <= width
    assert [line.split()[0] for line in lines[2:5]] == ["Idlib", "Syria", "Aleppo"]


class Terminal(io.StringIO):
    """A terminal that takes any text."""

    def isatty(self) -> bool:
        return True


def test_a_table_shows_headings_and_cells_as_they_are() -> None:
    columns = (console.Column("[red]a\x1b", 3), console.Column("N", 3, is_number=True))
    assert console.table(columns, [("[b]x[/b]", "1"), ("\u202ey", "20")]).splitlines() == [
        "[red]a\\x1b   N",
        "───────────────",
        "[b]x[/b]     1",
        "\\u202ey     20",
    ]


def test_the_progress_of_work_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(*, quiet: bool, stream: io.StringIO) -> str:
        monkeypatch.setattr("sys.stderr", stream)
        with console.progress(quiet=quiet) as tell:
            tell("reading [b]dump[/b]\x1b", 1, 4)
            tell("reading [b]dump[/b]\x1b", 3, 4)
            tell("counting", 3, None)
        return stream.getvalue()

    monkeypatch.setenv("TERM", "xterm")
    assert shown(quiet=False, stream=io.StringIO()) == ""
    assert shown(quiet=True, stream=Terminal()) == ""
    text = shown(quiet=False, stream=Terminal())
    assert "reading [b]dump[/b]\\x1b" in text
    assert "75%" in text
    assert "counting" in text
