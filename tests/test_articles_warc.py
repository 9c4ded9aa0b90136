from __future__ import annotations

import base64
import gzip
import hashlib
import random
import tracemalloc
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.articles import packed
from geo.articles.raw import Form, Raw
from geo.articles.source import MAX_BYTES, Source
from geo.articles.warc import read_wacz, read_warc
from geo.errors import InputError
from tests import timing

PAGE = b"<html><body><p>Fighting near Idlib.</p></body></html>"


def capture(url: str, body: bytes = PAGE, *, status: str = "200 OK", sort: str = "response", **headers: str) -> bytes:
    """Return one packed record with digests, as crawlers write them; names of headers with ``_`` for ``-``."""
    fields = {"Content-Type": "text/html; charset=utf-8", **{key.replace("_", "-"): headers[key] for key in headers}}
    block, kind = body, fields["Content-Type"]
    if sort == "response":
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        block, kind = f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body, "application/http; msgtype=response"
    record = {
        "WARC-Type": sort,
        "WARC-Target-URI": url,
        "WARC-Date": "2020-03-05T10:00:00Z",
        "WARC-Payload-Digest": digest(body),
        "WARC-Block-Digest": digest(block),
        "Content-Type": kind,
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in record.items())
    return gzip.compress(f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n", mtime=0)


def digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def found(data: bytes) -> list[Raw | str]:
    items = read_warc(Source.of_bytes(data, "a.warc.gz"))
    return [item if isinstance(item, Raw) else str(item) for item in items]


def urls(items: Sequence[Raw | str]) -> list[str]:
    return [item.id if isinstance(item, Raw) else item for item in items]


A, B, C = (f"https://example.org/{name}" for name in "abc")


@pytest.mark.parametrize("is_packed", [True, False])
def test_pages_are_found_and_everything_else_is_passed_over(is_packed: bool) -> None:
    archive = b"".join(
        [
            capture(A, sort="request"),
            capture(A),
            capture(B, status="404 Not Found"),
            capture(B, b"\x89PNG", Content_Type="image/png"),
            capture("https://example.org/robots.txt", b"User-agent: *", Content_Type="text/plain"),
            capture("dns:example.org", b"1.2.3.4", sort="resource", Content_Type="text/dns"),
            capture(B, b"Plain Idlib.", Content_Type="Text/Plain"),
            capture(C, b"%PDF-1.7", Content_Type="application/pdf"),
            capture(C, b"Idlib as Common Crawl extracts it.", sort="conversion", Content_Type="text/plain"),
        ]
    )
    items = found(archive if is_packed else gzip.decompress(archive))
    assert items[0] == Raw(A, "a.warc.gz:2", PAGE, Form.HTML, charset="utf-8", url=A)
    forms = [(item.id, item.form, item.charset, item.date) for item in items if isinstance(item, Raw)]
    assert forms[1:] == [(B, Form.TEXT, None, None), (C, Form.PDF, None, None), (C, Form.TEXT, None, None)]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE, mtime=0), {"Content_Encoding": "gzip"}),
        (zlib.compress(PAGE), {"Content_Encoding": "deflate"}),
        (zlib.compress(PAGE, wbits=-15), {"Content_Encoding": "deflate"}),
        (PAGE, {"Content_Encoding": "gzip"}),
        (b"a;x=1\r\n" + PAGE[:10] + b"\r\n2B\r\n" + PAGE[10:] + b"\r\n0\r\n\r\n", {"Transfer_Encoding": "chunked"}),
        (PAGE, {"Transfer_Encoding": "chunked"}),
    ],
)
def test_what_was_packed_for_its_way_is_unpacked(body: bytes, headers: dict[str, str]) -> None:
    (item,) = found(capture(A, body, **headers))
    assert isinstance(item, Raw)
    assert item.data == PAGE


def test_the_same_page_captured_twice_is_found_twice() -> None:
    assert urls(found(capture(A) + capture(A))) == [A, A]


def test_a_damaged_record_is_told_and_reading_goes_on_behind_it() -> None:
    middle = bytearray(capture(B))
    middle[len(middle) // 2] ^= 0xFF
    items = urls(found(capture(A) + bytes(middle) + capture(C)))
    assert (items[0], items[-1], len(items)) == (A, C, 3)
    assert items[1].startswith("a.warc.gz:2: it")


@pytest.mark.parametrize(
    ("keep", "rest"),
    [(1, []), (30, ["a.warc.gz:2: it is cut short"]), (200, ["a.warc.gz:2: it is cut short"]), (-1, [B, "cut"])],
)
def test_a_file_that_is_cut_short_gives_what_is_whole(keep: int, rest: list[str]) -> None:
    items = urls(found(capture(A) + capture(B)[:keep]))
    assert items == [A, *(f"a.warc.gz:3: it is {one} short" if one == "cut" else one for one in rest)]


def test_a_record_that_was_cut_out_of_a_plain_file_is_told() -> None:
    plain = [gzip.decompress(capture(url)) for url in (A, B, C)]
    items = urls(found(plain[0] + plain[1][40:] + plain[2]))
    assert items == [A, "a.warc.gz:2: it does not begin as a record does", C]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"Content-Length: ", b"Content-Length: -", "it does not say how long it is"),
        (b"Content-Length: ", b"Content-Length: 9", "it is larger than 16 MiB|it is cut short"),
        (b"Content-Length: ", b"Content-Size: ", "it does not say how long it is"),
        (b"Idlib", b"Aleppo"[:5], "its content is not what its digest says"),
        (b"WARC-Date: ", b"X: y\r\n" * 300 + b"WARC-Date: ", "its head does not end"),
    ],
)
def test_a_record_with_a_wrong_head_or_content_is_told_with_its_number(old: bytes, new: bytes, message: str) -> None:
    damaged = gzip.decompress(capture(B)).replace(old, new, 1)
    items = list(read_warc(Source.of_bytes(gzip.decompress(capture(A)) + damaged, "a.warc")))
    assert isinstance(items[1], InputError)
    assert (items[1].source, items[1].line) == ("a.warc", 2)
    assert str(items[1]).removeprefix("a.warc:2: ") in message.split("|")


def test_a_page_that_unpacks_without_end_or_is_too_large_is_told() -> None:
    bomb = gzip.compress(bytes(200 << 20), 1)
    large = capture(B, b"<p>" + b"x" * (MAX_BYTES + 100_000))
    tracemalloc.start()
    try:
        items = urls(found(capture(A, bomb, Content_Encoding="gzip") + large + capture(C)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert items == ["a.warc.gz:1: it is larger than 16 MiB", "a.warc.gz:2: it is larger than 16 MiB", C]
    assert peak < 80 << 20


def test_a_file_that_is_nothing_but_a_bomb_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE", 8 << 20)
    bomb = gzip.compress(b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 999999999999\r\n\r\n" + bytes(12 << 20))
    (told,) = found(bomb)
    assert str(told).startswith("a.warc.gz: more than 250 times its size, and 8 MiB, come out of it")


def test_pages_that_were_packed_twice_are_no_way_around_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE", 2**20)
    monkeypatch.setattr(packed, "MOST_RATIO", 100)
    body = gzip.compress(b"<p>" + b"Rome fell. " * 2**20, mtime=0)
    *pages, last = found(capture(A, body, Content_Encoding="gzip") * 9)
    assert str(last).startswith("a.warc.gz: more than 100 times its size, and 1 MiB, come out of it")
    assert len(pages) < 8


@pytest.mark.parametrize("kind", ["text/html", "multipart/mixed"])
def test_parameters_in_the_head_of_a_reply_take_as_long_as_they_are(kind: str) -> None:
    def reading(size: int) -> object:
        return found(capture(A, Content_Type=f'{kind}; a="{";" * size}'))

    timing.assert_linear(reading, 12_000)


@pytest.mark.parametrize("said", ["charset*" + "1" * 5_000 + "=x", "charset*=a\0b''x"])
def test_an_encoding_that_nobody_can_read_is_none(said: str) -> None:
    (item,) = found(capture(A, Content_Type=f"text/html; {said}"))
    assert isinstance(item, Raw)
    assert (item.data, item.charset) == (PAGE, None)


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_a_page_that_is_packed_in_another_way_is_told(encoding: str) -> None:
    told = f"a.warc.gz:1: its page is packed by {encoding}, which is not read"
    assert found(capture(A, Content_Encoding=encoding)) == [told]


def test_a_file_without_pages_is_told() -> None:
    assert found(b"") == found(capture(A, sort="request")) == ["a.warc.gz: there are no pages in it"]


@given(st.integers(0, 2_000), st.binary(max_size=20))
def test_any_damage_is_told_and_nothing_is_made_up(at: int, noise: bytes) -> None:
    whole = capture(A) + capture(B)
    for item in read_warc(Source.of_bytes(whole[:at] + noise + whole[at + len(noise) :], "a")):
        assert isinstance(item, InputError) or (item.id, item.data) in {(A, PAGE), (B, PAGE)}


@given(st.binary(max_size=300), st.booleans())
def test_whatever_a_record_holds_is_an_article_or_an_error(block: bytes, is_chunked: bool) -> None:
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + "Transfer-Encoding: chunked\r\n" * is_chunked
    record = head.encode() + block
    fields = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {A}\r\nContent-Length: {len(record)}\r\n\r\n"
    for item in read_warc(Source.of_bytes(fields.encode() + record, "a")):
        assert isinstance(item, Raw | InputError)


def test_a_package_is_read_file_by_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/data.warc.gz", capture(A) + capture(B)[:100])
        package.writestr("pages/pages.jsonl", '{"id": 1}')
        package.writestr("datapackage.json", "{}")
        package.writestr("archive/more.warc", gzip.decompress(capture(C)))
    items = list(read_wacz(Source.of(path)))
    assert [item.id if isinstance(item, Raw) else str(item) for item in items] == [
        A,
        f"{path}/archive/data.warc.gz:2: it is cut short",
        C,
    ]


def test_a_package_and_its_files_share_one_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE", 2**16)
    monkeypatch.setattr(packed, "MOST_RATIO", 150)
    records = capture(A, random.Random(7).randbytes(60) + b"Rome fell. " * 3_000) * 300
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("archive/data.warc.gz", records)
    assert len(records) < 150 * path.stat().st_size
    assert len(list(read_warc(Source.of_bytes(records, "a.warc.gz")))) == 300
    *_, last = read_wacz(Source.of(path))
    assert str(last).startswith(f"{path}: more than 150 times its size, and 0 MiB, come out of it")


def test_a_package_without_archives_and_what_is_none_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("datapackage.json", "{}")
    assert [str(item) for item in read_wacz(Source.of(path))] == [f"{path}: there are no WARC files in it"]
    path.write_bytes(b"PK\x03\x04 torn")
    (told,) = read_wacz(Source.of(path))
    assert str(told).startswith(f"{path}: it is no ZIP archive, or damaged")
