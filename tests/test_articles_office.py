from __future__ import annotations

import datetime
import io
import zipfile

import pytest

from geo.articles.formats import document_of
from geo.articles.raw import Form, Raw
from geo.errors import InputError
from geo.model import Document
from tests.every_format import archive, docx, docx_paragraphs, odt, odt_paragraphs

DAY = datetime.date(2020, 3, 5)


def read(data: bytes, form: Form = Form.DOCX) -> Document:
    return document_of(Raw("a", f"a.{form}", data, form))


def test_paragraphs_and_tables_of_docx_are_read() -> None:
    cells = "".join(f"<w:tc>{docx_paragraphs([place])}</w:tc>" for place in ("Idlib", "Aleppo"))
    body = (
        docx_paragraphs(["Talks end", "In Ankara & Moscow."])
        + f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
    )
    document = read(docx(body, "<dc:title>Talks</dc:title><dc:creator>Ann Lee</dc:creator>"))
    assert document.text.replace(" \t", "\t") == "Talks end\n\nIn Ankara & Moscow.\n\nIdlib\tAleppo\n\nIdlib\tAleppo"
    assert (document.title, document.author, document.date) == ("Talks", "Ann Lee", None)


def test_what_is_not_the_text_of_a_docx_is_not_read() -> None:
    body = (
        "<w:p><w:r><w:t>In Rome</w:t></w:r><w:del><w:r><w:delText>Oslo</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>Lima</w:t></w:r></w:moveFrom><w:ins><w:r><w:t> now</w:t></w:r></w:ins>"
        "<w:r><w:instrText>HYPERLINK paris</w:instrText></w:r><w:r><w:tab/><w:t>Deir ez</w:t><w:noBreakHyphen/>"
        "<w:t>Zor</w:t><w:br/><w:t>end</w:t></w:r></w:p>"
    )
    assert read(docx(body)).text == "In Rome now\tDeir ez-Zor\nend"


def test_paragraphs_and_tables_of_odt_are_read() -> None:
    cells = "".join(f"<table:table-cell>{odt_paragraphs([place])}</table:table-cell>" for place in ("Idlib", "Aleppo"))
    body = (
        "<text:h>Talks end</text:h>\n  <text:p>In <text:span>Ankara</text:span><text:s text:c='2'/>and<text:tab/>Bonn"
        "<text:line-break/>now</text:p>"
        f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
    )
    meta = "<dc:title>Talks</dc:title><meta:initial-creator>Ann Lee</meta:initial-creator>"
    document = read(
        odt(body, f"{meta}<meta:creation-date>2020-03-05T23:30:00.123456789</meta:creation-date>"), Form.ODT
    )
    assert document.text.replace(" \t", "\t") == "Talks end\n\nIn Ankara  and\tBonn\nnow\n\nIdlib\tAleppo"
    assert (document.title, document.author, document.date) == ("Talks", "Ann Lee", DAY)


def test_what_is_not_the_text_of_an_odt_is_not_read() -> None:
    body = (
        f"<text:tracked-changes>{odt_paragraphs(['Oslo'])}</text:tracked-changes>"
        f"<text:p>In Rome<text:note><text:note-body>{odt_paragraphs(['Lima'])}</text:note-body></text:note>"
        f"<office:annotation><dc:creator>Me</dc:creator>{odt_paragraphs(['Quito'])}</office:annotation> now</text:p>"
    )
    assert read(odt(body), Form.ODT).text == "In Rome now"


@pytest.mark.parametrize("form", [Form.DOCX, Form.ODT])
def test_entities_are_refused(form: Form) -> None:
    trap = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    with pytest.raises(InputError, match=r" in it is damaged \(it declares a document type\); save it again$"):
        read(archive({"word/document.xml": trap, "content.xml": trap}), form)


@pytest.mark.parametrize("form", [Form.DOCX, Form.ODT])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_archive_is_refused(form: Form, data: bytes) -> None:
    with pytest.raises(
        InputError, match=f"^a.{form}: it is no {form.upper()} document, or damaged \\(.*\\); save it again$"
    ):
        read(data, form)


@pytest.mark.parametrize("form", [Form.DOCX, Form.ODT])
def test_an_archive_of_something_else_has_no_text(form: Form) -> None:
    with pytest.raises(InputError, match=rf"^a\.{form}: there is no text in it$"):
        read(archive({"a.txt": "Idlib"}), form)


def test_what_unpacks_to_more_than_any_text_is_refused() -> None:
    with pytest.raises(InputError, match=r"document\.xml in it is more than 64 MiB; give one article a file$"):
        read(docx(" " * (65 * 2**20)))


def test_deep_nesting_is_read() -> None:
    deep = 50_000
    assert read(docx("<w:sdt>" * deep + docx_paragraphs(["Idlib"]) + "</w:sdt>" * deep)).text == "Idlib"


def test_a_damaged_member_is_refused() -> None:
    whole = bytearray(docx(docx_paragraphs(["In Idlib it rained for a week."] * 50)))
    whole[80:90] = b"0123456789"
    with pytest.raises(InputError, match=r"^a\.docx: "):
        read(bytes(whole))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("is_damaged", [True, False])
def test_members_packed_in_another_way_are_refused(method: int, is_damaged: bool) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as zipped:
        zipped.writestr("content.xml", "<x>Idlib</x>" * 50)
    data = bytearray(buffer.getvalue())
    data[45:65] = bytes(20) if is_damaged else data[45:65]
    with pytest.raises(InputError, match=r"^a\.odt: it is packed by something else than deflate; unpack it first$"):
        read(bytes(data), Form.ODT)


@pytest.mark.parametrize("encoding", ["x-klingon", "utf-7", "base64", "idna"])
def test_an_encoding_that_xml_is_not_read_in_is_told(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><x>Idlib</x>'
    with pytest.raises(InputError, match=r"^a\.docx: word/document\.xml in it is damaged \(.*\); save it again$"):
        read(archive({"word/document.xml": text}))
