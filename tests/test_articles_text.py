from __future__ import annotations

import gzip
import io
import os
import random
import sys
import unicodedata
from pathlib import Path

import pytest

from geo import articles
from geo.articles.encoding import decode
from geo.articles.other_formats import refuse_other_formats
from geo.articles.source import MAX_BYTES
from geo.articles.text import clean, count_replaced, headline
from geo.errors import InputError, OptionError, TextWarning
from geo.model import Document

STORM = "The storm hit Paris on Monday before moving on to Lyon."


def read_one(path: Path) -> Document:
    return next(articles.read([path]))


def test_utf8_is_read_as_it_is() -> None:
    assert decode("Málaga, إدلب, 北京\r\n".encode(), "a") == "Málaga, إدلب, 北京\r\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_names_the_encoding_and_is_dropped(encoding: str) -> None:
    assert decode("São Paulo".encode(encoding), "a") == "São Paulo"


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\xff\xfe"])
def test_damaged_utf16_is_refused_with_its_offset(mark: bytes) -> None:
    with pytest.raises(InputError, match=r"a\.txt: it starts as UTF-16 text but is damaged at byte 2"):
        decode(mark + b"\xd8", "a.txt")


def test_windows_1252_is_read_with_a_warning_that_counts() -> None:
    data = "He flew from São Paulo to Zürich – “quietly”.".encode("cp1252")
    with pytest.warns(
        TextWarning, match=r"^a: bytes that are not UTF-8 were read as Windows-1252 \(count 5, first at 14\)$"
    ):
        assert decode(data, "a") == "He flew from São Paulo to Zürich – “quietly”."


def test_only_the_bytes_that_are_not_utf8_are_guessed() -> None:
    data = "From Zürich ".encode() + "to Málaga.".encode("latin-1")
    with pytest.warns(TextWarning, match="count 1, first at 17"):
        assert decode(data, "a") == "From Zürich to Málaga."


@pytest.mark.parametrize(
    ("text", "encoding", "called"),
    [
        ("北京和上海发生洪水。", "gb18030", "gb18030"),
        ("東京と大阪で洪水が発生し、多くの人が避難した。", "shift_jis", "cp932"),
        ("서울과 부산에서 홍수가 발생했다. 많은 사람들이 대피했다.", "euc_kr", "cp949"),
        ("Взрывы прогремели в Киеве, Москве и Харькове. По данным властей, погибли три человека.", "cp1251", "cp1251"),
        ("Взрывы прогремели в Киеве, Москве и Харькове. По данным властей, погибли три человека.", "koi8_r", "koi8_r"),
        ("اندلعت حرائق في القاهرة ودمشق وبغداد يوم الاثنين.", "cp1256", "cp1256"),
        (
            "W Łodzi doszło do wybuchu. Źródła podają, że zginęły trzy osoby, a kilkanaście jest rannych.",
            "cp1250",
            "cp1250",
        ),
        ("Überschwemmungen in Köln und München: Mehrere Straßen sind gesperrt.", "cp1252", "Windows-1252"),
    ],
)
def test_the_encoding_of_other_scripts_is_detected_and_told(text: str, encoding: str, called: str) -> None:
    with pytest.warns(TextWarning) as told:
        assert decode(b"\n" + text.encode(encoding), "a") == f"\n{text}"
    first = len(text.encode(encoding)) - len(text.encode(encoding).lstrip(bytes(range(128)))) + 1
    assert str(told[0].message).startswith(f"a: bytes that are not UTF-8 were read as {called} (count ")
    assert f"first at {first})" in str(told[0].message)


@pytest.mark.parametrize("is_short", [True, False])
def test_without_a_detector_what_is_not_western_is_refused(monkeypatch: pytest.MonkeyPatch, is_short: bool) -> None:
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    data = "Взрыв в Москве".encode("cp1251") * (1 if is_short else 500)
    with pytest.raises(
        InputError,
        match=r"its encoding cannot be told; say it .*, or run \"python -m pip install 'placelines\[articles\]'\"",
    ):
        decode(data, "a.txt")


def test_an_encoding_that_is_said_is_used_and_what_does_not_fit_is_counted() -> None:
    assert decode("Zürich".encode("utf-16-le"), "a", "UTF-16LE") == "Zürich"
    assert decode("“Zürich”".encode("cp1252"), "a", "ISO-8859-1") == "“Zürich”"
    assert decode(b"\xef\xbb\xbfOslo", "a", "utf-8") == "Oslo"
    with pytest.warns(TextWarning, match=r"^a: bytes that are not utf-8 were replaced \(count 1, first at 4\)$"):
        assert decode(b"Oslo\xfc", "a", "utf-8") == "Oslo\ufffd"


def test_an_encoding_that_nobody_knows_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="'klingon' is no encoding; give one as in utf-8, windows-1252 or gb18030"):
        articles.find([tmp_path], encoding="klingon")
    with pytest.raises(OptionError, match="'docs' is no format of articles; give one of text, html, pdf, docx, odt"):
        articles.find([tmp_path], form="docs")


def test_overlong_utf8_never_becomes_a_slash() -> None:
    with pytest.warns(TextWarning, match="bytes that are not UTF-8 were read as"):
        assert "/" not in decode(b"Trip to Rome \xc0\xaf..\xc0\xaf and on to Oslo and the far north", "a")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (STORM.encode("utf-16-be"), "it looks like UTF-16 without a byte order mark"),
        (STORM.encode("utf-16-le"), "it looks like UTF-16 without a byte order mark"),
        (random.Random(1).randbytes(4096), "it is binary data, not text"),
        (bytes(range(16)) * 8, "it is binary data, not text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "it is a PNG image, not text; give an article as text"),
        (b"%PDF-1.7\n1 0 obj", "it is a PDF document, not text; give --format pdf"),
        (gzip.compress(STORM.encode(), mtime=0), "it is a gzip file, not text; unpack it first"),
        (b"PK\x03\x04\x14\x00", "it is a ZIP archive, not text; give --format zip"),
        (
            b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(99) + b"xl/",
            "it is a spreadsheet, not text; save it as",
        ),
        (
            b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(99) + b"ppt/",
            "it is an Office document, not text",
        ),
        (b"a.txt" + bytes(252) + b"ustar\x0000", "it is a tar archive, not text; unpack it first"),
        (b"<?xml version='1.0'?><nitf>", "it is an XML document, not text"),
        (b"\n <!DOCTYPE html><html><p>Paris</p>", "it is an HTML page, not text"),
        (b"<?xml version='1.0'?><html><p>Paris</p>", "it is an HTML page, not text"),
    ],
)
def test_what_is_no_text_is_refused_by_name(data: bytes, what: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(data, "news.txt")
    assert str(caught.value).startswith(f"news.txt: {what}")


def test_text_that_talks_about_markup_is_text() -> None:
    refuse_other_formats(b"<script> stands in the first line, and <html> in the second.", "a")


def test_unprintable_characters_become_spaces_of_the_same_length() -> None:
    text = "Par\0is \x1b[31mand\ufffe Oslo\x7f\x85.\ud800\r\n\t"
    cleaned = clean(text)
    assert count_replaced(text, cleaned) == 6
    assert cleaned == "Par is  [31mand  Oslo  .\ufffd\r\n\t"
    assert len(cleaned) == len(text)


def test_an_article_tells_how_much_of_it_was_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"Par\0is and Ber\0lin.")
    with pytest.warns(TextWarning, match=r"a\.txt: unprintable characters were replaced \(count 2\)$"):
        (document,) = articles.read([path])
    assert document.text == "Par is and Ber lin."


def test_decomposed_accents_keep_their_offsets() -> None:
    text = unicodedata.normalize("NFD", "A mine near São Paulo collapsed.")
    assert clean(decode(text.encode(), "a")) == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Storm hits coast\n\nIt came at night.", "Storm hits coast"),
        ("\n  Storm hits coast  \r\nIt came at night.", "Storm hits coast"),
        ("Will it rain?\nNobody knows.", "Will it rain?"),
        ("It came at night.\nNobody slept.", None),
        ("The storm hit Paris on Monday before moving on\nto Lyon.", None),
        ("PARIS,\nMonday.", None),
        ("x" * 121 + "\nIt came at night.", None),
        ("Storm hits coast", None),
        (" \n ", None),
    ],
)
def test_headline_is_a_short_first_line_that_is_no_sentence(text: str, title: str | None) -> None:
    assert headline(text) == title


def test_a_text_file_becomes_a_document_with_its_text_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "idlib.news.txt"
    path.write_bytes(b"Ceasefire\n\nIdlib was quiet.\r\n")
    document = read_one(path)
    assert document == Document("idlib.news", "Ceasefire\n\nIdlib was quiet.\r\n", "Ceasefire", None, "idlib.news.txt")
    assert document.given_spans is None


def test_two_files_of_one_name_get_two_ids(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "news.txt" for folder in "abc"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(f"Paris {path.parent.name}.")
    assert [document.id for document in articles.read(paths)] == ["news", "news-2", "news-3"]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", " \t\u00a0\u2003\r\n".encode() * 50, b"\n" * 100_000])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.txt: it is empty; give an article as text$"):
        read_one(path)


def test_missing_and_unreadable_files_are_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"nope\.txt: there is no such file$"):
        read_one(tmp_path / "nope.txt")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"a\.txt: there is no permission to read it$"):
        read_one(tmp_path / "a.txt")


def test_an_endless_file_is_refused_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(size or 0)
            return b"a" * (size or 0)

        read1 = read

    monkeypatch.setattr(Path, "open", lambda *_: Endless())
    with pytest.raises(InputError, match="endless: it is larger than 16 MiB; give one article a file"):
        read_one(Path("endless"))
    assert MAX_BYTES < sum(asked) < MAX_BYTES + 2**18


def test_a_file_name_that_is_not_utf8_can_be_written_again(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 #1%.txt"))
    path.write_text(STORM)
    document = read_one(path)
    assert (document.id, document.file_name) == ("caf\ufffd #1%", "caf\ufffd #1%.txt")
    assert document.id.encode()


def test_bad_files_are_reported_and_the_others_read(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(STORM)
    (tmp_path / "empty.txt").touch()
    errors: list[InputError] = []
    paths = [tmp_path / name for name in ("nope.txt", "empty.txt", "good.txt")]
    assert [document.id for document in articles.read(paths, on_error=errors.append)] == ["good"]
    assert [str(error).partition(": ")[2][:11] for error in errors] == ["there is no", "it is empty"]


def test_standard_input_is_an_article(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + STORM.encode())))
    assert next(articles.read(["-"])) == Document("stdin", STORM)


def test_a_closed_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match=r"^standard input: it is closed; give a file, or pipe the article in$"):
        next(articles.read(["-"]))
