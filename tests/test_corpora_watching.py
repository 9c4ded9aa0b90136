"""What an article is known by that is found day after day."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo import articles
from geo.articles import Found
from geo.articles.finding import IsKnown
from geo.corpora.ledger import Ledger
from geo.corpora.watching import has_followed, unseen
from geo.errors import InputError
from geo.web import Web
from maps import cli
from tests import fakeserver
from tests.fakeserver import Canned, FakeServer

FLOODS = "Floods hit Hama in Syria, and the river rose for a third day, the governor told reporters."


class Watcher:
    """Looks at inputs again and again."""

    def __init__(self, folder: Path, *inputs: str) -> None:
        self._ledger = Ledger(folder)
        self._web = Web(folder, allow_private=True, full_articles=True, interval_s=0)
        self._inputs = inputs
        self._first = 0

    def look(self) -> list[str]:
        """Return the ids of what is new, and the messages of what could not be read."""
        is_known = partial(has_followed, self._ledger)
        found = list(unseen(self._found(is_known), self._ledger, self._first))
        self._first += len(found)
        return [str(each) if isinstance(each, InputError) else each.id for each in found]

    def close(self) -> None:
        self._ledger.close()

    def _found(self, is_known: IsKnown) -> Iterator[Found]:
        return articles.find(self._inputs, web=self._web, is_known=is_known)


@pytest.fixture
def watchers(tmp_path: Path) -> Iterator[list[Watcher]]:
    """Keep watchers, which are closed in the end."""
    kept: list[Watcher] = []
    yield kept
    for each in kept:
        each.close()


def serve(monkeypatch: pytest.MonkeyPatch, mode: str, text: str, *, nonce: str = "", status: int = 200) -> None:
    page = f"<html><head><script>{nonce}</script></head><body><article><p>{text}</p></article></body></html>"
    monkeypatch.setitem(fakeserver.CANNED, mode, Canned(status, page.encode(), "text/html; charset=utf-8"))


def serve_feed(monkeypatch: pytest.MonkeyPatch, *links: str) -> None:
    items = "".join(f"<item><title>News</title><link>{link}</link></item>" for link in links)
    feed = f"<rss><channel>{items}</channel></rss>".encode()
    monkeypatch.setitem(fakeserver.CANNED, "feed", Canned(200, feed, "text/xml"))


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_page_that_a_feed_links_to_is_fetched_and_read_once(
    tmp_path: Path, server: FakeServer, watchers: list[Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    watchers.append(watcher := Watcher(tmp_path, server.url("feed")))
    serve_feed(monkeypatch, "/one")
    serve(monkeypatch, "one", FLOODS, nonce="1")
    assert watcher.look() == [server.url("one")]
    serve_feed(monkeypatch, "/two", "/one")
    serve(monkeypatch, "one", FLOODS, nonce="2")
    serve(monkeypatch, "two", FLOODS)
    assert watcher.look() == [server.url("two")]
    assert watcher.look() == []
    assert (server.count("one"), server.count("two")) == (1, 1)


@pytest.mark.usefixtures("unpacked")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_command_fetches_what_a_feed_links_to_once(
    tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.web.Web", partial(Web, interval_s=0))
    serve_feed(monkeypatch, "/one")
    serve(monkeypatch, "one", FLOODS)
    options = ["--online", "--full-articles", "--allow-private", "--geocoder-url", server.url("empty"), "--no-cache"]
    command = ["watch", server.url("feed"), "--once", "-o", str(tmp_path / "out"), *options]
    told = [CliRunner().invoke(cli.cli, command).stdout.partition(": ")[2] for _ in range(2)]
    assert told == ["1 new article, 1 in all\n", "nothing new\n"]
    assert (server.count("feed"), server.count("one")) == (2, 1)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_page_that_could_not_be_fetched_is_tried_again(
    tmp_path: Path, server: FakeServer, watchers: list[Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    watchers.append(watcher := Watcher(tmp_path, server.url("feed")))
    serve_feed(monkeypatch, "/one")
    serve(monkeypatch, "one", FLOODS, status=404)
    (told,) = watcher.look()
    assert "404" in told
    assert watcher.look() == []
    serve(monkeypatch, "one", FLOODS)
    assert watcher.look() == [server.url("one")]
    assert server.count("one") == 3


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_page_that_is_watched_itself_is_new_when_its_text_is(
    tmp_path: Path, server: FakeServer, watchers: list[Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    watchers.append(watcher := Watcher(tmp_path, server.url("one")))
    texts = (FLOODS, FLOODS, FLOODS.replace("Hama", "Homs"))
    looks = []
    for nonce, text in enumerate(texts):
        serve(monkeypatch, "one", text, nonce=str(nonce))
        looks.append(watcher.look())
    assert looks == [[server.url("one")], [], [f"{server.url('one')}-2"]]


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_page_without_an_article_is_told_once(
    tmp_path: Path, server: FakeServer, watchers: list[Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    watchers.append(watcher := Watcher(tmp_path, server.url("one")))
    serve(monkeypatch, "one", "", nonce="1")
    assert watcher.look() == [server.url("one")], "what is wrong with it is told by who reads it"
    serve(monkeypatch, "one", "", nonce="2")
    assert watcher.look() == []


def write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def test_rows_without_id_are_read_once_though_new_ones_stand_above_them(
    tmp_path: Path, watchers: list[Watcher]
) -> None:
    path = tmp_path / "news.csv"
    watchers.append(watcher := Watcher(tmp_path, str(path)))
    header, old, older = ("title", "text"), ("Rain", "Rain in Homs."), ("Rain", "Rain in Hama.")
    write(path, [header, old, older])
    assert watcher.look() == ["news-1", "news-2"]
    write(path, [header, ("Snow", "Rain in Homs."), old, older])
    assert watcher.look() == ["news-1-2"]
    assert watcher.look() == []


def test_rows_of_the_same_text_are_told_apart_by_the_ids_that_they_bring(
    tmp_path: Path, watchers: list[Watcher]
) -> None:
    path = tmp_path / "news.csv"
    watchers.append(watcher := Watcher(tmp_path, str(path)))
    header, text = ("id", "text"), "Nothing was reported."
    write(path, [header, ("news-1", text)])
    assert watcher.look() == ["news-1"]
    write(path, [header, ("news-2", text), ("news-1", text)])
    assert watcher.look() == ["news-2"]
