from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import fsspec
import pytest

from geo.articles import Form, Input, Raw, find
from geo.errors import InputError, OptionError
from geo.model import Document
from geo.web import Web
from tests import fakeserver
from tests.fakeserver import Canned, FakeServer

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PAGE = b"<html><body><p>Fighting near Idlib.</p></body></html>"
ROWS = b'{"id": 1, "text": "Rome fell."}\n{"id": 2}\n'
FEED = b"<rss><channel><item><link>/page</link><description>Short.</description></item></channel></rss>"
JSON_FEED = b'{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/page"}]}'


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return Web(tmp_path, allow_private=True, full_articles=True, interval_s=0)


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for mode, body, kind in (
        ("page", PAGE, "text/html; charset=utf-8"),
        ("text", b"Rome fell.", "text/plain"),
        ("paper", b"%PDF-1.7", "application/pdf"),
        ("rows.jsonl", ROWS, "text/plain"),
        ("rows.jsonl.gz", gzip.compress(ROWS, mtime=0), "application/gzip"),
        ("feed", FEED, "text/xml"),
        ("feed.json", JSON_FEED, "application/feed+json"),
        ("jsonfeed", JSON_FEED, ""),
    ):
        monkeypatch.setitem(fakeserver.CANNED, mode, Canned(body=body, content_type=kind))


@pytest.mark.parametrize(
    ("mode", "form", "charset"), [("page", Form.HTML, "utf-8"), ("text", Form.TEXT, None), ("paper", Form.PDF, None)]
)
def test_an_address_of_an_article_is_one(web: Web, server: FakeServer, mode: str, form: Form, charset: str) -> None:
    url = f"{server.url(mode)}?id=1"
    (item,) = find([url], web=web)
    assert isinstance(item, Raw)
    assert (item.id, item.name, item.url, item.form, item.charset) == (url, url, url, form, charset)


@pytest.mark.parametrize("mode", ["rows.jsonl", "rows.jsonl.gz"])
def test_an_address_of_rows_is_read_row_by_row(web: Web, server: FakeServer, mode: str) -> None:
    told: list[Input] = []
    first, second = find([server.url(mode)], web=web, on_input=told.append)
    assert isinstance(first, Document)
    assert (first.id, first.text) == ("1", "Rome fell.")
    assert isinstance(second, InputError)
    assert str(second) == f'{server.url(mode)}:2: "text" is missing'
    body = fakeserver.CANNED[mode].body
    assert told == [Input(server.url(mode), len(body), None, hashlib.sha256(body).hexdigest())]


@pytest.mark.parametrize("mode", ["feed", "feed.json", "jsonfeed"])
def test_an_address_of_a_feed_is_its_articles(web: Web, server: FakeServer, mode: str) -> None:
    (item,) = find([server.url(mode)], web=web)
    assert isinstance(item, Raw)
    assert (item.data, item.url) == (PAGE, server.url("page"))


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_the_encoding_of_a_feed_is_the_one_that_the_server_says(
    tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "<rss><channel><item><description>Бои под Киевом.</description></item></channel></rss>".encode("cp1251")
    monkeypatch.setitem(fakeserver.CANNED, "feed", Canned(body=body, content_type="text/xml; charset=windows-1251"))
    (item,) = find([server.url("feed")], web=Web(tmp_path, allow_private=True, interval_s=0))
    assert isinstance(item, Raw)
    assert item.data.decode() == "Бои под Киевом."


def test_an_address_that_fails_is_told_and_the_next_is_read(web: Web, server: FakeServer) -> None:
    first, second = find([server.url("r403"), server.url("text")], web=web)
    assert isinstance(first, InputError)
    assert str(first) == f"{server.url('r403')}: HTTP 403 (access denied)"
    assert isinstance(second, Raw)


def test_files_of_a_store_are_read_as_those_of_a_folder() -> None:
    files = fsspec.filesystem("memory")
    files.pipe_file("/online/a.jsonl", ROWS)
    files.pipe_file("/online/b.txt", b"Rome fell.")
    rows = [item for item in find(["memory://online/"]) if not isinstance(item, InputError)]
    files.rm("/online", recursive=True)
    assert [item.id for item in rows] == ["1", "b"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "give the path without file://"),
        ("gopher://example.org/", "addresses of this sort are not read, only .*http://, https://, s3://"),
        ("http://me:secret@example.org/", "leave out user and password"),
        ("https://exa mple.org/", "it is no address"),
    ],
)
def test_an_address_that_can_never_be_read_is_refused_at_once(web: Web, url: str, message: str) -> None:
    for online in (web, None):
        with pytest.raises(OptionError, match=message) as raised:
            find([url], web=online)
        assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["https://example.org/a", "s3://news/a.jsonl"])
def test_without_leave_nothing_is_asked(url: str) -> None:
    with pytest.raises(
        OptionError, match=f"^{url}: it is on the network, which map, places, batch and watch read with --online$"
    ):
        find([url])
