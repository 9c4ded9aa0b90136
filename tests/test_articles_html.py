from __future__ import annotations

import datetime
import subprocess
import sys
from unittest.mock import patch

import pytest

from geo.articles.formats import document_of
from geo.articles.raw import Form, Raw
from geo.errors import InputError, ResourceError, TextWarning
from geo.model import Document
from tests import timing
from tests.every_format import page

STORY = [
    f"Fighting went on near Idlib and Aleppo on day {day}, officials in Ankara said, and the road stayed closed."
    for day in ("one", "two", "three")
]
HEAD = (
    "<title>War goes on - Coast Radio</title><meta property='og:title' content='War goes on'>"
    "<meta property='og:site_name' content='Coast Radio'><meta name=author content='Ann Lee'>"
    "<meta property='article:published_time' content='2020-03-05T23:30:00-05:00'>"
    "<link rel=canonical href='https://example.org/war'>"
)
EMPTY, LINKS = "page needs JavaScript?", "most of it is links"
WALL = "it is an error page, or asks for consent or a login"


def read(data: bytes | str, charset: str | None = None) -> Document:
    return document_of(Raw("a", "a.html", data.encode() if isinstance(data, str) else data, Form.HTML, charset=charset))


def test_the_article_of_a_page_is_read_and_nothing_around_it() -> None:
    before = (
        "<nav><a href=/t>Tokyo</a></nav><script>var place = 'Nairobi'</script><style>.Oslo{}</style><!-- Berlin -->"
    )
    after = "<div class=comments><p class=comment>I live in Lima and think so, too.</div><footer>Quito</footer>"
    assert read(page(STORY, head=HEAD, before=before, after=after)).text == "\n\n".join(STORY)


def test_what_the_page_says_of_itself_is_kept() -> None:
    document = read(page(STORY, head=HEAD))
    told = (document.title, document.author, document.source, document.date, document.url)
    day = datetime.date(2020, 3, 5)
    assert told == ("War goes on", "Ann Lee", "Coast Radio", day, "https://example.org/war")


def test_an_address_that_is_none_of_the_web_is_left_out() -> None:
    assert read(page(STORY, head="<link rel=canonical href='javascript:alert(1)'>")).url is None


def test_a_date_is_the_same_on_whatever_day_the_page_is_read() -> None:
    later = page(STORY, head="<meta property='article:published_time' content='2091-03-05'>")
    assert read(later).date == datetime.date(2091, 3, 5)
    for words in ("yesterday", "3 days ago", "Monday"):
        assert read(page(STORY, head=f"<meta property='article:published_time' content='{words}'>")).date is None


def test_a_page_is_read_the_same_whatever_was_read_before() -> None:
    first = read(page(STORY, head=HEAD))
    for _ in range(5):
        assert read(page(STORY, head=HEAD)) == first


@pytest.mark.parametrize("deep", ["<div>" * 20_000, "<table><tr><td>" * 300])
def test_a_page_too_deep_for_its_article_to_be_found_is_read_by_its_paragraphs(deep: str) -> None:
    with pytest.warns(TextWarning, match=r"^a\.html: no article was found in the page, so all of its paragraphs were"):
        document = read(
            f"<html><body><nav>Tokyo</nav>{deep}<p>Troops left <b>Idlib</b>.<p>Then Aleppo.<script>Oslo</script>"
        )
    assert document.text == "Troops left Idlib.\n\nThen Aleppo."


def test_damaged_markup_is_read_as_a_browser_would() -> None:
    assert (
        read("<p><b><i>Fighting near Idlib<p>went on in Aleppo</b>").text == "Fighting near Idlib\n\nwent on in Aleppo"
    )


@pytest.mark.parametrize("value", ['SYSTEM "file:///etc/passwd"', '"Rome Rome Rome"'])
def test_entities_are_neither_expanded_nor_fetched(value: str) -> None:
    text = read(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e {value}>]><html><body><p>News of &e; today.</p>').text
    assert "News of &e; today." in text
    assert "root:" not in text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", EMPTY),
        ("<html><frameset cols=1><frame src=a></frameset></html>", EMPTY),
        ("<html><body><div id=root></div><script>var a = 'Tokyo is a city'</script></body></html>", EMPTY),
        ("<html><body><ul>" + "".join(f"<li><a href=/{n}>City {n}</a></li>" for n in range(2_000)) + "</ul>", LINKS),
        ("<html><body><div>" + " | ".join(f"<a href=/{n}>City {n}</a>" for n in range(2_000)) + "</div>", LINKS),
        ("<html><body><p>We use cookies to improve your visit in Paris. Accept all?</p></body></html>", WALL),
        ("<html><body><h1>404</h1><p>Page not found. Try our pages on Rome.</p></body></html>", WALL),
        ("<p>We and our 842 partners store and access information on a device, such as cookies.</p>" * 9, WALL),
        ("<" * 10_000, EMPTY),
        ('<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "Paris"><!ENTITY b "&a;&a;">]><html>&b;', EMPTY),
    ],
    ids=["empty", "frames", "script", "menu", "line", "cookies", "missing", "consent", "marks", "entities"],
)
def test_a_page_without_an_article_is_refused(body: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        read(body)
    assert str(caught.value) == f"a.html: no article text found ({why})"
    assert (caught.value.source, caught.value.document_id) == ("a.html", "a")


def test_a_short_article_is_read_without_the_menus_around_it() -> None:
    body = (
        "<nav><ul><li><a href=/t>Tokyo</a><li><a href=/n>Nairobi</a></ul></nav><article><h1>Quake hits Lima</h1>"
        "<p>A quake shook Lima on Monday.</p></article><aside>More: floods in Jakarta</aside><footer>Oslo</footer>"
    )
    assert read(f"<html><body>{body}</body></html>").text == "Quake hits Lima\n\nA quake shook Lima on Monday."


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    menu = "".join(f"<a href=/{city}>{city}</a><br>" for city in ("Tokyo", "Nairobi", "Lima"))
    page_of_1998 = f"<table><tr><td>{menu}<td>{'<p>'.join(STORY)}<br><br>The end.</table>"
    assert read(f"<html><body>{page_of_1998}</body></html>").text == "\n\n".join([*STORY, "The end."])


@pytest.mark.parametrize("lead", ["{}", "<b>IDLIB</b> - {}", "<a href=/x>IDLIB</a>, {} <i>(AP)</i>"])
def test_text_before_the_first_paragraph_is_one(lead: str) -> None:
    text = read(f"<html><body><div>{lead.format(STORY[0])}<p>{STORY[1]}</p><p>{STORY[2]}</p></div></body></html>").text
    assert STORY[0] in text.split("\n\n")[0]
    assert text.split("\n\n")[1:] == STORY[1:]


def test_rows_of_a_table_are_lines_with_tabs() -> None:
    rows = "<table><tr><th>City<th>Cases<tr><td>Lahore<td>120<tr><td>Multan<td>12</table>"
    text = read(f"<html><body><article><p>{STORY[0]}</p>{rows}<p>{STORY[1]}</p></article></body></html>").text
    assert text.split("\n\n") == [STORY[0], "City\tCases", "Lahore\t120", "Multan\t12", STORY[1]]


def test_text_that_is_set_line_by_line_has_paragraphs() -> None:
    lines = "\n".join(f"   {story[:50]}\n{story[50:]}\n" for story in STORY)
    assert read(f"<html><body><pre>\n{lines}</pre></body></html>").text.split("\n\n") == [
        " ".join(f"{story[:50]}\n{story[50:]}".split()) for story in STORY
    ]


@pytest.mark.parametrize(
    ("language", "said", "day"),
    [
        ("en", "03/05/2020", None),
        ("fr", "03/05/2020", datetime.date(2020, 5, 3)),
        ("en", "25/03/2020", datetime.date(2020, 3, 25)),
    ],
)
def test_a_date_that_could_be_of_two_months_is_unknown(language: str, said: str, day: datetime.date | None) -> None:
    body = "".join(f"<p>{story}</p>" for story in STORY)
    made = f"<html lang={language}><body><article><span class=date>{said}</span>{body}</article></body></html>"
    assert read(made).date == day


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_the_encoding_is_taken_from_http_then_the_mark_then_the_page_then_the_bytes() -> None:
    def body(said: str) -> str:
        return (
            f"<html><head><meta charset={said}></head><body><p>Бои под Киевом и Харьковом продолжались весь день.</p>"
        )

    expected = "Бои под Киевом и Харьковом продолжались весь день."
    assert read(body("utf-8").encode("cp1251"), "windows-1251").text == expected
    assert read(body("latin-1").encode("utf-8-sig")).text == expected
    assert read(body("latin-1").encode("utf-16")).text == expected
    assert read(body("windows-1251").encode("cp1251")).text == expected
    assert read(body("utf-8").encode("cp1251")).text == expected
    assert read(body("utf-16").encode("utf-8")).text == expected
    assert read(body("no-such-thing").encode("utf-8")).text == expected


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
@pytest.mark.parametrize(
    "bait",
    [
        "<div>a<p>b</div>",
        "<table><tr><td>x</table>",
        "<b>x</b>",
        "<article><footer>x</footer>",
        "<a href=/x>y</a> leads there. ",
    ],
)
def test_pages_of_many_elements_take_as_long_as_they_are(bait: str) -> None:
    timing.assert_linear(lambda size: read("<p>Rome was quiet.</p>" + bait * size), 2_500)


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
@pytest.mark.parametrize("bait", ["<aside>x</aside>y", "<div><p>x</p></div>", "<div><p>x"])
def test_pages_of_too_many_elements_take_as_long_as_they_are(bait: str) -> None:
    timing.assert_linear(lambda size: read("<p>Rome was quiet.</p>" + bait * size), 25_000)


def test_what_a_page_of_too_many_elements_says_of_itself_is_kept() -> None:
    head = '<meta property="og:title" content="Rome"><meta property="og:site_name" content="Coast Radio">'
    with pytest.warns(TextWarning, match="all of its paragraphs were read"):
        document = read(page([f"Rome was quiet on day {day}." for day in range(20_001)], head=head).decode())
    assert (document.title, document.source) == ("Rome", "Coast Radio")
    assert document.text.endswith("\n\nRome was quiet on day 20000.")


@pytest.mark.parametrize("bait", ["<img src='data:{}'>", "<p>{}", "<!-- {}"], ids=["attribute", "text", "comment"])
def test_long_pages_take_as_long_as_they_are(bait: str) -> None:
    timing.assert_linear(lambda size: read("<p>Rome was quiet.</p>" + bait.format("<" * size)), 50_000)


def test_without_what_reads_html_the_command_is_told_that_installs_it() -> None:
    with patch.dict(sys.modules, {"trafilatura": None}), pytest.raises(ResourceError) as caught:
        read(page(STORY))
    assert str(caught.value) == "reading HTML needs more: run \"python -m pip install 'placelines[articles]'\""


def test_nothing_is_written_to_standard_error() -> None:
    code = (
        "from geo.articles.formats import document_of\nfrom geo.articles.raw import Form, Raw\n"
        "for form in (Form.HTML, Form.PDF):\n"
        "    for data in (b'', b'<html>', b'%PDF-1.4\\nxref'):\n"
        "        try: document_of(Raw('a', 'a', data, form))\n        except ValueError: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
