from __future__ import annotations

import io
import random
import re
import sys
from unittest.mock import patch

import pytest

from geo.articles.formats import document_of
from geo.articles.pdf import MAX_PAGES, paragraphs_of
from geo.articles.raw import Form, Raw
from geo.errors import InputError, ResourceError
from geo.model import Document
from tests import timing
from tests.every_format import pdf, wrapped

STORY = (
    "Troops moved from Idlib to the outskirts of Aleppo on Monday, while the road to Latakia stayed closed to lorries.",
    "In Ankara the minister said that talks with Moscow would go on for another week, whatever happened in the field.",
)


def read(data: bytes) -> Document:
    return document_of(Raw("a", "a.pdf", data, Form.PDF))


def test_lines_become_paragraphs_also_behind_the_end_of_a_page() -> None:
    lines = [line for line in wrapped(STORY, 50) if line]
    assert read(pdf([lines])).text == "\n\n".join(STORY)
    assert read(pdf([[*lines[:2], "1"], [*lines[2:], "2"]])).text == "\n\n".join(STORY)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("it went on near Alep-", "po at night", "it went on near Aleppo at night"),
        ("it went on near Deir ez-", "Zor at night", "it went on near Deir ez-Zor at night"),
        ("rebels said to be Turkey-", "backed left", "rebels said to be Turkey-backed left"),
        ("between 2011 -", "and now", "between 2011 - and now"),
        ("the ﬁrst ofﬁce", "in Aleppo", "the first office in Aleppo"),
    ],
)
def test_words_that_are_cut_are_joined(first: str, second: str, joined: str) -> None:
    assert paragraphs_of([first, second]) == joined


def test_lines_without_text_take_as_long_as_they_are() -> None:
    timing.assert_linear(lambda size: paragraphs_of(["It rained in Idlib.", ""] * size), 20_000)
    assert paragraphs_of(["", "Rome", " ", "", "Oslo"]) == "Rome\n\nOslo"


def test_the_properties_of_the_document_are_kept() -> None:
    document = read(pdf([["It was a quiet day in Aleppo, and nobody left.", "ok."]], "/Author(Ann Lee)/Title(Quiet)"))
    assert (document.title, document.author) == ("Quiet", "Ann Lee")
    filled = read(
        pdf([["It was a quiet day in Aleppo, and nobody left.", "ok."]], "/Author(\\(anonymous\\))/Title(untitled)")
    )
    assert (filled.title, filled.author) == (None, None)


def test_heads_and_feet_of_pages_are_left_out() -> None:
    halves = ["Talks on the north of Syria go on in Gene-", "va, and in Ankara, too, the minister said."]
    pages = [
        ["The Daily Coast", "Oslo, March 5", *(["Talks go on", ""] if number else []), half, f"Page {number} of 2"]
        for number, half in zip((1, 2), halves, strict=True)
    ]
    pages[1].remove("Talks go on")
    pages[1].remove("")
    assert (
        read(pdf(pages)).text
        == "Talks go on\n\nTalks on the north of Syria go on in Geneva, and in Ankara, too, the minister said."
    )


def test_a_scan_is_refused_with_what_to_do() -> None:
    scans: list[list[list[str]]] = [[[]], [["1"], ["2"]]]
    for pages in scans:
        with pytest.raises(InputError, match=r"^a\.pdf: it is a scan without text; run OCR first$"):
            read(pdf(pages))


def test_a_document_with_a_password_is_refused() -> None:
    from pypdf import PdfWriter

    writer, buffer = PdfWriter(clone_from=io.BytesIO(pdf([["Idlib"]]))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(buffer)
    with pytest.raises(InputError, match=r"^a\.pdf: it is encrypted; save it without a password$"):
        read(buffer.getvalue())


def test_a_book_is_refused() -> None:
    with pytest.raises(InputError, match=r"^a\.pdf: it has more than 500 pages; give one article a file$"):
        read(pdf([["Idlib"]] * (MAX_PAGES + 1)))


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_a_damaged_document_is_told_in_one_line_or_read() -> None:
    whole, chance = pdf([wrapped(STORY, 50)]), random.Random(7)
    outcomes = set()
    for _ in range(150):
        damaged = bytearray(whole[: chance.choice([len(whole), chance.randrange(len(whole))])])
        for _ in range(chance.choice([1, 5, 20])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        outcomes.add(_outcome(bytes(damaged)))
    assert outcomes == {"read", "refused"}


def test_deep_nesting_is_no_recursion_error() -> None:
    for bait in (b"[" * 100_000, b"<<" * 50_000, b"1 0 obj " * 20_000):
        with pytest.raises(InputError, match=r"^a\.pdf: it is a damaged PDF document \("):
            read(b"%PDF-1.4\n" + bait)


def test_without_what_reads_pdf_the_command_is_told_that_installs_it() -> None:
    with patch.dict(sys.modules, {"pypdf": None}), pytest.raises(ResourceError) as caught:
        read(pdf([["Idlib"]]))
    assert str(caught.value) == "reading PDF needs more: run \"python -m pip install 'placelines[articles]'\""


def _outcome(data: bytes) -> str:
    try:
        read(data)
    except InputError as error:
        return "refused" if re.fullmatch(r"a\.pdf: it is .{5,120}", str(error)) else f"refused with {error!r}"
    return "read"
