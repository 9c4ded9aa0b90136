"""One article in every format that is read, made by hand: small files of which every byte is known."""

from __future__ import annotations

import html
import io
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{}</cp:coreProperties>'
)
_META = (
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0">'
    "<office:meta>{}</office:meta></office:document-meta>"
)
_CONTENT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<office:body><office:text>{}</office:text></office:body></office:document-content>"
)


def page(paragraphs: Sequence[str], *, head: str = "", before: str = "", after: str = "") -> bytes:
    """Return an HTML page with an article."""
    body = "".join(f"<p>{html.escape(text)}</p>\n" for text in paragraphs)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">{head}</head>'
        f"<body>{before}<article>{body}</article>{after}</body></html>"
    ).encode()


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def docx(body: str, core: str = "") -> bytes:
    """Return a DOCX document of the given XML."""
    document = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return archive({"word/document.xml": document, "docProps/core.xml": _CORE.format(core)})


def docx_paragraphs(paragraphs: Sequence[str]) -> str:
    """Return paragraphs as DOCX has them."""
    return "".join(f"<w:p><w:r><w:t>{html.escape(text)}</w:t></w:r></w:p>" for text in paragraphs)


def odt(body: str, meta: str = "") -> bytes:
    """Return an ODT document of the given XML."""
    return archive({"content.xml": _CONTENT.format(body), "meta.xml": _META.format(meta)})


def odt_paragraphs(paragraphs: Sequence[str]) -> str:
    """Return paragraphs as ODT has them."""
    return "".join(f"<text:p>{html.escape(text)}</text:p>" for text in paragraphs)


def mail(paragraphs: Sequence[str], subject: str = "Nothing") -> bytes:
    """Return an e-mail."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Ann Lee <ann@example.org>"
    message["Date"] = "Thu, 05 Mar 2020 23:30:00 -0500"
    message.set_content("\n\n".join(paragraphs), cte="quoted-printable")
    return bytes(message)


def pdf(pages: Sequence[Sequence[str]], info: str = "", *, size: int = 10) -> bytes:
    """Return a PDF document with the given lines on each page, in Helvetica."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    kids = []
    for lines in pages:
        stream = b"BT /F1 %d Tf 14 TL 50 780 Td\n" % size
        stream += b"".join(b"(%s) Tj T*\n" % _literal(line) for line in lines) + b"ET"
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (len(objects) + 2)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    objects.append(f"<<{info}>>".encode())
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, len(objects), len(out))
    )


def wrapped(paragraphs: Sequence[str], width: int = 90) -> list[str]:
    """Break paragraphs to lines, with an empty one between them."""
    return [line for text in paragraphs for line in (*textwrap.wrap(text, width), "")]


def _literal(line: str) -> bytes:
    return line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
