from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import random
import socket
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from geo import articles
from geo.articles import Form, Input, Raw, list_inputs, packed
from geo.articles.archive import members
from geo.articles.inputs import input_of
from geo.articles.kinds import kind_by_magic
from geo.articles.source import Source
from geo.errors import InputError, OptionError
from geo.model import Document
from tests import timing

RECORD = '{"id": "r", "text": "Rome."}\n'


def found_in(*inputs: str | Path, form: str | None = None) -> list[str]:
    """Return the ids of what is found, or the messages without the folder of the first input."""
    folder = f"{Path(inputs[0]).parent}/"
    return [
        str(found).replace(folder, "") if isinstance(found, InputError) else found.id
        for found in articles.find(inputs, form=form)
    ]


def zipped(path: Path, members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return path


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    for name in ("b.txt", "a.html", "2020/a.txt", "2020/B.txt", "2020/rows.jsonl", ".git/x.txt", "a_files/x.css"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(RECORD if name.endswith("jsonl") else "Rome.")
    return folder


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.TXT", b"Rome.", Form.TEXT),
        ("a.md", b"# Rome", Form.TEXT),
        ("a.htm", b"Rome.", Form.HTML),
        ("a.pdf", b"", Form.PDF),
        ("a.docx", b"", Form.DOCX),
        ("a.odt", b"", Form.ODT),
        ("a.eml", b"", Form.EMAIL),
        ("a.news", b"Rome.", Form.TEXT),
        ("a", b"\n<!DOCTYPE html><p>", Form.HTML),
        ("a", b"%PDF-1.7", Form.PDF),
        ("a", b"Received: from x\r\n", Form.EMAIL),
        ("a", b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", Form.ODT),
        ("a", b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(99) + b"word/document.xml", Form.DOCX),
    ],
)
def test_an_article_is_told_by_suffix_then_by_its_first_bytes(
    tmp_path: Path, name: str, content: bytes, form: Form
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert list(articles.find([path])) == [Raw("a", str(path), content, form, name)]
    (asked,) = articles.find([path], form="eml")
    assert isinstance(asked, Raw)
    assert asked.form is Form.EMAIL


@pytest.mark.parametrize("content", [RECORD, f"[{RECORD}]", '\ufeff[\n{"id": "r", "text": "Rome."}]'])
def test_rows_are_told_by_their_first_bytes(tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text(content)
    assert found_in(tmp_path / "a") == ["r"]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    assert found_in("-") == ["r"]


def test_a_folder_gives_its_files_in_the_order_of_their_names(news: Path) -> None:
    assert found_in(news) == ["2020/B", "2020/a", "r", "a", "b"]
    first = next(articles.find([news]))
    assert first == Raw("2020/B", str(news / "2020/B.txt"), b"Rome.", Form.TEXT, "B.txt")


def test_what_placelines_wrote_is_passed_over(news: Path) -> None:
    for name in ("out/map.html", "out/places.geojson", "run/.placelines/ledger.sqlite", "run/errors.jsonl"):
        (news / name).parent.mkdir(parents=True, exist_ok=True)
        (news / name).write_text("<html>")
    assert found_in(news) == ["2020/B", "2020/a", "r", "a", "b"]
    assert found_in(news / "out") == ["out: there are no articles in this folder"]


def test_loops_and_special_files_are_told_and_never_waited_for(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (news / "2020/up").symlink_to(news)
    (news / "2020/self").symlink_to("self")
    (news / "gone").symlink_to("nowhere")
    os.mkfifo(news / "pipe")
    (news / "null").symlink_to("/dev/null")
    monkeypatch.chdir(news)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        found = found_in(news)
    assert found == [
        "2020/B",
        "2020/a",
        "r",
        "news/2020/self: it cannot be read (Too many levels of symbolic links)",
        "news/2020/up: links lead to this folder more than once",
        "a",
        "b",
        "news/gone: it cannot be read (No such file or directory)",
        "news/null: it is a device, no article",
        "news/pipe: it is a pipe, no article",
        "news/socket: it is a socket, no article",
    ]


def test_a_pipe_that_is_named_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, RECORD.encode())
    os.close(writing)
    try:
        assert found_in(f"/dev/fd/{reading}") == ["r"]
    finally:
        os.close(reading)


def test_an_archive_gives_its_members_like_a_folder(tmp_path: Path) -> None:
    members = {
        "2020/": "",
        "2020/b.txt": "Rome.",
        "2020/rows.jsonl": RECORD,
        "a.html": "<p>",
        ".x/a.txt": "",
        "a.jpg": "",
    }
    path = zipped(tmp_path / "news.zip", members)
    assert found_in(path) == ["2020/b", "r", "a"]
    assert next(articles.find([path])) == Raw("2020/b", f"{path}/2020/b.txt", b"Rome.", Form.TEXT, "b.txt")
    assert found_in(path, form="html") == ["2020/b", "2020/rows", "a"]


def test_the_names_of_members_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["../../x.txt", "/etc/cron.d/x.txt", "C:\\x.txt", "a\x1b[31m.txt", "NUL", "x" * 300]
    path = zipped(tmp_path / "news.zip", dict.fromkeys(names, "Rome."))
    assert found_in(path) == ["../../x", "/etc/cron.d/x", "C:\\x", "a\x1b[31m", "NUL", "x" * 300]
    assert [entry.name for entry in tmp_path.iterdir()] == ["news.zip"]


def test_members_that_cannot_be_read_cost_themselves_only(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.txt": "Rome."}).read_bytes()
    members: dict[str, str | bytes] = {
        "a.txt": "Oslo.",
        "b.zip": inner,
        "c": inner,
        "big.txt": bytes(17 << 20),
        "z.txt": "Rome.",
    }
    path = zipped(tmp_path / "news.zip", members)
    data = path.read_bytes()
    directory = data.index(b"PK\x01\x02")
    path.write_bytes(data[: directory + 8] + b"\x01" + data[directory + 9 :])  # a.txt says that it is encrypted
    nested = "it is an archive in an archive, which is not opened; unpack it first"
    assert found_in(path) == [
        "news.zip/a.txt: it is encrypted; unpack it first",
        f"news.zip/b.zip: {nested}",
        f"news.zip/c: {nested}",
        "news.zip/big.txt: it is larger than 16 MiB; give one article a file",
        "z",
    ]


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "news.zip", {"a.txt": "Rome burns."}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"burns", b"glows"))
    assert found_in(path) == ["news.zip/a.txt: it is damaged (Bad CRC-32 for file 'a.txt')"]
    path.write_bytes(path.read_bytes()[:40])
    assert found_in(path) == ["news.zip: it is no ZIP archive, or damaged (File is not a zip file); save it again"]
    assert found_in(zipped(tmp_path / "empty.zip", {})) == ["empty.zip: there are no articles in it"]


def test_the_size_that_a_member_declares_is_not_believed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "news.zip", {"a.txt": "Rome burns."}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02") + 24
    path.write_bytes(data[:at] + struct.pack("<I", 2**31) + data[at + 4 :])
    assert len(found_in(path)) == 1


def test_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE", 2**20)
    end = "more than 250 times its size, and 1 MiB, come out of it; if that is meant, unpack it first"
    bomb = zipped(tmp_path / "news.zip", {"a.txt": "Rome.", "b.txt": "Rome. " * 2**20, "c.txt": "Oslo."})
    assert found_in(bomb)[:2] == ["a", f"news.zip: {end}"]
    for suffix, pack in PACKERS.items():
        path = tmp_path / f"a.jsonl{suffix}"
        path.write_bytes(pack((RECORD + " " * 2**24 + "\n").encode()))
        assert found_in(path) == ["r", f"a.jsonl{suffix}: {end}"]


def test_a_total_is_a_bomb_at_any_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE", 2**10)
    monkeypatch.setattr(packed, "MOST_UNPACKED", 2**30)
    budget = packed.Budget("a.gz", 2**40)
    budget.spend(2**30)
    with pytest.raises(InputError, match=r"^a\.gz: more than 1 GiB come out of it; if that is meant, unpack it first$"):
        budget.spend(1)


def test_layers_of_packing_share_one_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE", 2**20)
    monkeypatch.setattr(packed, "MOST_RATIO", 200)
    row = f'{{"text": "{random.Random(7).randbytes(50).hex()}{" Rome" * 900}"}}\n'.encode()
    inner = gzip.compress(row, mtime=0) * 500
    outer = gzip.compress(inner, mtime=0)
    assert max(500 * len(row) / len(inner), len(inner) / len(outer)) < 200 < 500 * len(row) / len(outer)
    (tmp_path / "news.gz").write_bytes(outer)
    zipped(tmp_path / "news.zip", {"a.jsonl.gz": inner})
    (tmp_path / "news.jsonl.gz").write_bytes(inner)
    for name in ("news.gz", "news.zip"):
        *rows, last = found_in(tmp_path / name)
        assert 0 < len(rows) < 500
        assert last.startswith(f"{name}: more than 200 times its size, and 1 MiB, come out of it")
    assert len(found_in(tmp_path / "news.jsonl.gz")) == 500


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_that_could_be_unpacked_in_one_piece_only_are_refused(tmp_path: Path, method: int) -> None:
    zipped(tmp_path / "news.zip", {"a.txt": "Rome."}, method)
    told = "it is packed by something else than deflate; unpack it first"
    assert found_in(tmp_path / "news.zip") == [f"news.zip/a.txt: {told}"]


def test_a_member_that_begins_behind_the_end_of_any_file_is_told(tmp_path: Path) -> None:
    data = zipped(tmp_path / "news.zip", {"a.txt": "Rome."}).read_bytes()
    directory, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    # The fields of ZIP64 (APPNOTE.TXT of PKWARE, section 4.5.3), of which the only one is where the member begins.
    entry = bytearray(data[directory:end] + struct.pack("<HHQ", 1, 8, 2**64 - 2**20))
    entry[30:32], entry[42:46] = struct.pack("<H", 12), b"\xff" * 4
    tail = bytearray(data[end:])
    tail[12:16] = struct.pack("<I", len(entry))
    (member,) = members(Source.of_bytes(data[:directory] + entry + tail, "news.zip"))
    assert isinstance(member, Source)
    with pytest.raises(InputError, match=r"^news\.zip/a\.txt: it cannot be unpacked \("), member.open():
        pytest.fail("it was opened")


@pytest.mark.parametrize("start", ["", "<?xml version='1.0'?>"])
def test_comments_before_the_first_element_take_as_long_as_they_are(start: str) -> None:
    def told(count: int) -> object:
        return kind_by_magic((start + "<!---->" * count + "<p>").encode())

    timing.assert_linear(told, 6)
    assert kind_by_magic((start + "<!-- a --> \n" * 40 + "<html>").encode()) is Form.HTML


PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("suffix", PACKERS)
def test_packed_files_are_read_as_what_is_in_them(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = PACKERS[suffix]
    for name, content in (("a.txt", "Rome."), ("b.csv", "id,text\nx,Rome."), ("c.jsonl", RECORD), ("d", RECORD)):
        (tmp_path / (name + suffix)).write_bytes(pack(content.encode()))
    assert found_in(*(tmp_path / (name + suffix) for name in ("a.txt", "b.csv", "c.jsonl"))) == ["a", "x", "r"]
    assert found_in(tmp_path / f"d{suffix}") == ["r"]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pack(RECORD.encode()))))
    assert found_in("-") == ["r"]
    whole = pack((RECORD + "".join(f'{{"text": "Rome {number}."}}\n' for number in range(20_000))).encode())
    (tmp_path / f"c.jsonl{suffix}").write_bytes(whole[: len(whole) // 2])
    *_, last = found_in(tmp_path / f"c.jsonl{suffix}")
    assert last.startswith(f"c.jsonl{suffix}: it is damaged (")
    (tmp_path / f"e.txt{suffix}").write_text("Rome.")
    message = f"e.txt{suffix}: its name ends as one of .gz, .bz2, .xz, but it is none"
    assert found_in(tmp_path / f"e.txt{suffix}") == [message]


def test_an_encoding_that_is_said_is_that_of_a_feed_and_not_of_its_entries_once_more(tmp_path: Path) -> None:
    feed = "<rss><channel><item><description>{}</description></item></channel></rss>".format("Бои под Киевом. " * 50)
    (tmp_path / "a.rss").write_bytes(feed.encode("cp1251"))
    (found,) = articles.find([tmp_path / "a.rss"], encoding="windows-1251")
    assert isinstance(found, Raw)
    assert articles.document_of(found).text == ("Бои под Киевом. " * 50).strip()


def test_ids_follow_from_where_files_lie(news: Path) -> None:
    again = news.parent / "a.txt"
    again.write_text("Rome.")
    assert found_in(news, again, news / "2020/a.txt") == ["2020/B", "2020/a", "r", "a", "b", "a-2", "a-3"]


@pytest.mark.parametrize(
    ("name", "others", "ids"),
    [
        ("news-1.txt", "Rome.", ["news-1", "news-1-2", "news-2"]),
        ("news-1.csv", "text\nRome.\n", ["news-1-1", "news-1-2", "news-2"]),
    ],
)
def test_a_row_without_id_is_numbered_where_a_file_is_called_like_it(
    tmp_path: Path, name: str, others: str, ids: list[str]
) -> None:
    (tmp_path / name).write_text(others)
    (tmp_path / "news.csv").write_text("text\nOslo.\nLima.\n")
    assert found_in(tmp_path) == ids


def test_every_file_is_told_when_it_is_begun(news: Path) -> None:
    told: list[Input] = []
    found = articles.find([news], on_input=told.append)
    next(found)
    assert [one.name for one in told] == [str(news / "2020/B.txt")]
    list(found)
    assert [one.sha256 for one in told][:1] == [hashlib.sha256(b"Rome.").hexdigest()]
    listed = list_inputs([news, "nowhere", "-", "https://example.org/a"])
    assert [(one.name, one.bytes, one.changed_ns) for one in listed[:-2]] == [
        (one.name, one.bytes, one.changed_ns) for one in told
    ]
    assert [one.name for one in listed[-2:]] == ["standard input", "https://example.org/a"]
    assert {one.sha256 for one in listed} == {None}


def test_a_file_that_goes_while_files_are_listed_is_passed_over(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Source, "is_regular", property(lambda source: source.path is not None))
    gone = news / "gone.txt"
    assert [one.name for one in list_inputs([gone, news / "b.txt"])] == [str(news / "b.txt")]
    with pytest.raises(InputError, match=r"gone\.txt: it cannot be read \(No such file or directory\)$"):
        input_of(Source.of(gone))


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    name = "x" * 300
    assert found_in(tmp_path / name) == [f"{name}: it cannot be read (File name too long)"]


def test_an_address_needs_leave_to_go_online() -> None:
    with pytest.raises(
        OptionError,
        match=r"^https://example\.org/a: it is on the network, which map, places, batch and watch read with --online$",
    ):
        articles.find(["https://example.org/a"])


def test_a_folder_without_articles_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert found_in(tmp_path / "empty") == ["empty: there are no articles in this folder"]


def test_read_gives_documents_and_reports_the_rest(news: Path) -> None:
    (news / "a.html").unlink()
    (news / "c.txt").touch()
    errors: list[InputError] = []
    documents = list(articles.read([news], on_error=errors.append))
    assert all(isinstance(document, Document) for document in documents)
    assert [document.id for document in documents] == ["2020/B", "2020/a", "r", "b"]
    assert [(error.source, str(error)) for error in errors] == [
        (str(news / "c.txt"), f"{news / 'c.txt'}: it is empty; give an article as text")
    ]


def test_many_members_are_all_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "news.zip", {f"{number}.txt": "Rome." for number in range(5000)}, zipfile.ZIP_STORED)
    assert len(set(found_in(path))) == 5000


def test_a_member_of_an_archive_in_a_folder_is_called_after_both(news: Path) -> None:
    zipped(news / "2020" / "in.zip", {"a.txt": "Rome.", "c.txt": "Oslo."})
    assert [one for one in found_in(news) if "in/" in one] == ["2020/in/a", "2020/in/c"]
    assert found_in(news / "2020" / "in.zip") == ["a", "c"]


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.txt", b"%PDF-1.7", Form.PDF),
        ("a.html", b"%PDF-1.7", Form.PDF),
        ("a.pdf", b"<!doctype html><p>Sign in", Form.HTML),
        ("a.txt", b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(99) + b"word/document.xml", Form.DOCX),
        ("a.txt", b'{"id": 1}', Form.TEXT),
        ("a.txt", b"Received: from x\r\n", Form.TEXT),
    ],
)
def test_first_bytes_that_cannot_be_mistaken_go_before_the_suffix(
    tmp_path: Path, name: str, content: bytes, form: Form
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert [one.form for one in articles.find([path]) if isinstance(one, Raw)] == [form]
    assert [one.form for one in articles.find([path], form="odt") if isinstance(one, Raw)] == [Form.ODT]
