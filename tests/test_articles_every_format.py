"""One article in every format gives the same places as its plain text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import geo
from geo import articles
from geo.articles.language import with_language
from geo.model import Document
from tests.every_format import archive, docx, docx_paragraphs, mail, odt, odt_paragraphs, page, pdf, wrapped

FEED = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    "<title>Feed</title><item><title>Story</title><guid>1</guid><content:encoded><![CDATA[{}]]></content:encoded>"
    "</item></channel></rss>"
)
SUFFIXES = "txt md html pdf docx odt eml jsonl csv parquet zip rss warc".split()


@pytest.fixture(scope="module")
def story(root: Path) -> list[str]:
    (sample,) = (root / "seeds").glob("*.txt")
    return [line.strip() for line in sample.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def folder(story: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("every")
    text = "\n\n".join(story)
    contents = {
        "txt": text.encode(),
        "md": f"---\ntitle: Story\n---\n{text}\n".encode(),
        "html": page(story),
        "pdf": pdf([wrapped(story)]),
        "docx": docx(docx_paragraphs(story)),
        "odt": odt(odt_paragraphs(story)),
        "eml": mail(story),
        "jsonl": json.dumps({"id": "row", "text": text}).encode(),
        "csv": _csv(text),
        "parquet": _parquet(text),
        "zip": archive({"inner/story.html": page(story)}),
        "rss": FEED.format("".join(f"<p>{each}</p>" for each in story)).encode(),
        "warc": _warc(page(story)),
    }
    for suffix in SUFFIXES:
        (made / f"{suffix}.{suffix}").write_bytes(contents[suffix])
    return made


def _csv(text: str) -> bytes:
    import csv

    buffer = io.StringIO()
    csv.writer(buffer).writerows([("id", "text"), ("csv", text)])
    return buffer.getvalue().encode()


def _parquet(text: str) -> bytes:
    import pyarrow
    from pyarrow import parquet

    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table({"id": ["parquet"], "text": [text]}), buffer)
    return buffer.getvalue()


def _warc(body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/story\r\n"
        b"WARC-Date: 2020-03-05T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
        % len(http)
        + http
        + b"\r\n\r\n"
    )


def places(document: Document) -> Iterator[tuple[str, str]]:
    atlas = geo.parse(document)
    for mention in atlas.mentions:
        referent = mention.resolution.referent
        if referent is not None:
            yield mention.toponym.text, referent.id


def test_every_format_gives_the_places_of_the_plain_text(folder: Path) -> None:
    documents = [(suffix, with_language(next(articles.read([folder / f"{suffix}.{suffix}"])))) for suffix in SUFFIXES]
    expected = list(places(documents[0][1]))
    assert len(expected) > 10
    for suffix, document in documents:
        assert (suffix, document.language, list(places(document))) == (suffix, "en", expected)


def test_the_folder_is_read_as_a_whole(folder: Path) -> None:
    documents = list(articles.read([folder]))
    assert len(documents) == len({document.id for document in documents}) == len(SUFFIXES)
