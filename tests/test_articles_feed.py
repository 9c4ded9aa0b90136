from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.articles import document_of
from geo.articles.feed import SHORT, read_feed
from geo.articles.raw import Form, Raw
from geo.articles.source import Source
from geo.errors import InputError, TextWarning
from geo.exchange import Fetched
from geo.web import Web

WHOLE = "<p>Fighting near Idlib.</p> " * (SHORT // 20)
FIFTH_OF_MARCH = datetime.date(2020, 3, 5)


def rss(items: str, *, head: str = "", start: str = "") -> bytes:
    return f'{start}<rss version="2.0"><channel><title>News &amp; more</title>{head}{items}</channel></rss>'.encode()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def found(data: bytes, *, web: Web | None = None) -> list[Raw | str]:
    items = read_feed(Source.of_bytes(data, "https://example.org/feed.xml"), web=web)
    return [item if isinstance(item, Raw) else str(item) for item in items]


def only(data: bytes) -> Raw:
    (item,) = found(data)
    assert isinstance(item, Raw)
    return item


def page(text: str) -> bytes:
    return f"<!doctype html><html><body><article>{text}</article></body></html>".encode()


def test_an_entry_of_rss_is_an_article() -> None:
    item = (
        "<item><title>Truce &amp;amp; talks</title><link> /a </link><guid isPermaLink='false'>tag:1</guid>"
        "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>A. Writer</dc:creator>"
        f"<pubDate>Thu, 05 Mar 2020 23:30:00 -0500</pubDate><description>{escaped(WHOLE)}</description></item>"
    )
    assert only(rss(item, head="<link>https://example.org/</link>")) == Raw(
        id="tag:1",
        name="https://example.org/feed.xml:1",
        data=page(WHOLE.strip()),
        form=Form.HTML,
        file_name="feed.xml",
        charset="utf-8",
        title="Truce & talks",
        author="A. Writer",
        source="News & more",
        url="https://example.org/a",
        date=FIFTH_OF_MARCH,
    )


def test_the_text_of_an_entry_is_read_as_that_of_any_page() -> None:
    item = only(rss(f"<item><title>Truce</title><description>{escaped(WHOLE)}</description></item>"))
    document = document_of(item)
    assert document.text.count("Fighting near Idlib.") == SHORT // 20
    assert (document.title, document.source) == ("Truce", "News & more")


FEEDS = {
    "rdf": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>T</title></channel><item rdf:about='k'>"
    "<title>A</title><link>https://example.org/a</link><dc:date>2020-03-05T10:00:00Z</dc:date><dc:creator>W</dc:creator>"
    f"<description>{escaped(WHOLE)}</description></item></rdf:RDF>",
    "atom": "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><link href='https://example.org/'/><entry>"
    "<id>k</id><title type='html'>&lt;i&gt;A&lt;/i&gt;</title><link rel='self' href='/self'/><link href='a'/>"
    "<author><name>W</name></author><updated>2021-01-01T00:00:00Z</updated><published>2020-03-05T00:00:00Z</published>"
    f"<summary>Short.</summary><content type='html'>{escaped(WHOLE)}</content></entry></feed>",
    "rss 0.91": "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://127.0.0.1:1/rss.dtd'>"
    "<rss version='0.91'><channel><title>T</title><item><guid>k</guid><title>A</title>"
    "<link>https://example.org/a</link><author>W</author><pubDate>5 Mar 2020 10:00 GMT</pubDate>"
    f"<description><![CDATA[{WHOLE}]]></description></item></channel></rss>",
    "encoded": "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>T</title>"
    "<item><guid>k</guid><title>A</title><link>https://example.org/a</link><author>W</author><pubDate>2020-03-05"
    f"</pubDate><description>Short.</description><content:encoded>{escaped(WHOLE)}</content:encoded></item>"
    "</channel></rss>",
    "json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "T",
            "home_page_url": "https://example.org/",
            "authors": [{"name": "W"}],
            "items": [
                {"id": "k", "url": "/a", "title": "A", "content_html": WHOLE, "date_published": "2020-03-05T00:00:00Z"}
            ],
        }
    ),
}


@pytest.mark.parametrize("text", FEEDS.values(), ids=FEEDS)
def test_every_sort_of_feed_says_the_same(text: str) -> None:
    item = only(text.encode())
    assert (item.id, item.url, item.title, item.author, item.source) == ("k", "https://example.org/a", "A", "W", "T")
    assert item.date == FIFTH_OF_MARCH
    assert item.data.split() == page(WHOLE).replace(b"> <", b"><").split() or WHOLE.strip().encode() in item.data


@pytest.mark.parametrize(
    ("written", "data", "form"),
    [
        ("<content type='text'>1 &lt; 2 &amp;amp; so on</content>", b"1 < 2 &amp; so on", Form.TEXT),
        ("<content type='html'>AT&amp;amp;T</content>", page("AT&amp;T"), Form.HTML),
        ("<content>Plain &amp; simple</content>", b"Plain & simple", Form.TEXT),
    ],
)
def test_plain_text_is_not_taken_for_html(written: str, data: bytes, form: Form) -> None:
    item = only(f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{written}</entry></feed>".encode())
    assert (item.data, item.form) == (data, form)


def test_xhtml_is_kept_with_its_elements() -> None:
    content = "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Idlib<br/>today</p></div></content>"
    item = only(f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{content}</entry></feed>".encode())
    assert (item.form, b"Idlib<br>today" in item.data) == (Form.HTML, True)


def test_an_entry_without_id_goes_by_its_link_and_one_without_link_by_its_number() -> None:
    text = escaped(WHOLE)
    items = found(
        rss(
            f"<item><link>https://example.org/a</link><description>{text}</description></item>"
            f"<item><guid>https://example.org/b</guid><description>{text}</description></item>"
            f"<item><link>javascript:alert(1)</link><description>{text}</description></item>"
        )
    )
    named = [(item.id, item.url) for item in items if isinstance(item, Raw)]
    assert named[:2] == [("https://example.org/a",) * 2, ("https://example.org/b",) * 2]
    assert named[2][0].endswith("-3")
    assert named[2][1] is None


def test_summaries_are_read_and_told() -> None:
    with pytest.warns(TextWarning, match=r"only sum up an article \(count 2\); --full-articles fetches them"):
        items = found(rss("<item><description>Rome fell.</description></item><item><title>Nothing</title></item>"))
    assert isinstance(items[0], Raw)
    assert (items[0].data, items[0].form) == (b"Rome fell.", Form.TEXT)
    assert items[1] == (
        "https://example.org/feed.xml:2: the entry has no text; --full-articles fetches what it links to"
    )


class Pages(Web):
    """A web of a few pages."""

    def __init__(self, folder: Path, pages: Mapping[str, Fetched]) -> None:
        super().__init__(folder, full_articles=True)
        self.pages = pages

    def fetch(self, url: str) -> Fetched:
        if url not in self.pages:
            raise InputError(f"{url}: HTTP 404 (no page there)", source=url)
        return self.pages[url]


def test_with_full_articles_the_entries_links_are_read_instead(tmp_path: Path) -> None:
    moved = "https://example.org/moved"
    web = Pages(
        tmp_path,
        {
            "https://example.org/a": Fetched(moved, b"<p>Page</p>", "text/html", "latin-1"),
            "https://example.org/b": Fetched("https://example.org/b", b"GIF89a", "image/gif"),
            "https://example.org/c": Fetched("https://example.org/c", b"Text", "text/plain"),
        },
    )
    items = found(
        rss(
            "<item><link>/a</link><title>A</title><pubDate>2020-03-05</pubDate><description>Short</description></item>"
            "<item><link>/b</link></item><item><link>/c</link></item><item><link>/d</link></item><item/>"
        ),
        web=web,
    )
    first, third = items[0], items[2]
    assert isinstance(first, Raw)
    assert isinstance(third, Raw)
    assert (first.id, first.name, first.url, first.charset) == ("https://example.org/a", moved, moved, "latin-1")
    assert (first.data, first.title, first.date, first.source) == (b"<p>Page</p>", "A", FIFTH_OF_MARCH, "News & more")
    assert third.form is Form.TEXT
    assert [items[1], *items[3:]] == [
        "https://example.org/b: it is image/gif, no article",
        "https://example.org/d: HTTP 404 (no page there)",
        "https://example.org/feed.xml:5: the entry links to no article",
    ]


# --- Bad feeds --------------------------------------------------------------------------------------------------------

BOMB = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
@pytest.mark.parametrize(
    "entities",
    [
        f'<!ENTITY a "aaaaaaaaaa">{BOMB}',
        '<!ENTITY j SYSTEM "file:///etc/passwd">',
        '<!ENTITY j SYSTEM "http://127.0.0.1:1/">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;',
    ],
)
def test_entities_of_a_feeds_own_stand_for_nothing(entities: str) -> None:
    start = f"<?xml version='1.0'?><!DOCTYPE rss [{entities}]>"
    whole = f"<item><title>x&j;y</title><description>Rome &j; fell.{' ' + 'So it did.' * 100}</description></item>"
    for item in found(rss(whole, start=start)):
        assert "root:" not in str(item)
        assert not isinstance(item, Raw) or (len(item.data) < 2_000 and item.title in {"xy", None})


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_entries_in_the_text_of_an_entry_are_no_entries() -> None:
    def nested(depth: int) -> int:
        (item,) = found(rss("<item><content>Rome." * depth + "<b>x</b>" + "</content></item>" * depth))
        assert isinstance(item, Raw)
        return len(item.data)

    assert nested(60) < 3 * nested(30)


def test_an_entry_that_is_not_closed_keeps_none_from_being_read() -> None:
    entries = "".join(f"<item><guid>{key}</guid><description>{WHOLE}</description>" for key in "ab")
    with pytest.warns(TextWarning, match="the feed is damaged in line 1"):
        items = found(rss(f"{entries}</item><item><guid>c</guid><description>{WHOLE}</description></item>"))
    assert [item.id if isinstance(item, Raw) else item for item in items] == ["a", "b", "c"]


@pytest.mark.parametrize("start", ["", "<?xml version='1.0' encoding='utf-8'?>"])
def test_the_encoding_that_is_said_goes_before_that_of_the_feed(start: str) -> None:
    data = rss("<item><description>Бои под Киевом.</description></item>", start=start).decode().encode("cp1251")
    with pytest.warns(TextWarning, match="only sum up an article"):
        (item,) = read_feed(Source.of_bytes(data, "a.xml"), charset="windows-1251")
    assert isinstance(item, Raw)
    assert (item.data.decode(), item.charset) == ("Бои под Киевом.", "utf-8")


def test_entities_of_html_are_understood_although_xml_has_none() -> None:
    item = only(rss(f"<item><title>Caf&eacute;&nbsp;au lait</title><description>{escaped(WHOLE)}</description></item>"))
    assert item.title == "Café au lait"


def test_a_damaged_feed_gives_what_is_whole() -> None:
    data = rss(f"<item><guid>1</guid><description>{escaped(WHOLE)}</description></item><item><title>to")
    with pytest.warns(TextWarning) as told:
        items = found(data.partition(b"</channel>")[0])
    assert isinstance(items[0], Raw)
    assert items[0].id == "1"
    assert any("the feed is damaged in line 1" in str(one.message) for one in told)


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is no feed"),
        (b"http://127.0.0.1:1/feed", "it is no feed"),
        (b"<html><body>x</body></html>", "it is no feed; give RSS, Atom or JSON Feed"),
        (b'{"items": 3}', "it is no feed; give RSS, Atom or JSON Feed"),
        (b'{"items": [', "it is no JSON feed"),
        (b'{"items": ' + b"[" * 100_000, "it is no JSON feed"),
        (b"{\xff}", "it is no JSON feed"),
        (rss(""), "the feed has no entries"),
        (b'{"items": [1, null]}', "the feed has no entries"),
    ],
)
def test_what_is_no_feed_is_told(data: bytes, reason: str) -> None:
    (told,) = found(data)
    assert str(told).startswith(f"https://example.org/feed.xml: {reason}")


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
@given(st.integers(0, 900), st.binary(max_size=30), st.sampled_from(sorted(FEEDS)))
def test_whatever_a_feed_holds_is_an_article_or_an_error(at: int, noise: bytes, name: str) -> None:
    whole = FEEDS[name].encode()
    for item in read_feed(Source.of_bytes(whole[:at] + noise + whole[at:], "a")):
        assert isinstance(item, Raw | InputError)
