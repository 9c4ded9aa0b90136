"""Plain text: bytes of unknown encoding become the text of one article.

Encodings are tried in this order: the byte order mark, UTF-8, and for the bytes that are not UTF-8 the Windows code
page 1252, in which most Western text that is not UTF-8 was written. What is no text is refused by name.
"""

from __future__ import annotations

import codecs
import re
import warnings
from pathlib import Path

from ..errors import InputError, TextWarning
from ..model import Document
from .source import MAX_BYTES, Source

LONGEST_HEADLINE = 120
"""Longest first line, in code points, that is taken for a headline."""

REPLACED = "unprintable characters were replaced"
"""What a warning says when `clean` changed something."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r\f") + b"\x7f"
_MOST_CONTROLS = 0.3
"""A larger share of control bytes is no text, whatever else it holds."""
_MOST_NOT_UTF8 = 0.3
"""A larger share of bytes that are not UTF-8 is not Western text: accented letters are under a tenth of it."""
_FEW_CONTROLS = 0.02
"""Text in an encoding that is not known has hardly any control bytes, compressed or random bytes have a tenth."""

# Python marks a byte that is not UTF-8 as a lone surrogate (PEP 383); code page 1252 leaves five of them undefined.
_FROM_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_UNPACK = "unpack it first"
_CONVERT = "save the article as plain text first"
_NO_TEXT = "give an article as text"
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image", _NO_TEXT),
    (b"\xff\xd8\xff", "a JPEG image", _NO_TEXT),
    (b"GIF8", "a GIF image", _NO_TEXT),
    (b"%PDF-", "a PDF document", _CONVERT),
    (b"{\\rtf", "a rich text document", _CONVERT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", _CONVERT),
    (b"PK\x03\x04", "a ZIP archive or an Office document", f"{_UNPACK}, or {_CONVERT}"),
    (b"\x1f\x8b", "a gzip file", _UNPACK),
    (b"BZh", "a bzip2 file", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz file", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"SQLite format 3\x00", "an SQLite database", _NO_TEXT),
    (b"PAR1", "a Parquet file", _NO_TEXT),
    (b"\x7fELF", "a program", _NO_TEXT),
)
_HTML = re.compile(rb"\s{0,80}(?:<\?xml[^>]{0,200}>\s{0,80})?<(?:!doctype|html|head|body)\b", re.IGNORECASE)


def read_article(source: Source) -> Document:
    """Read one article of plain text. Its id is the file's name without the suffix, "stdin" for standard input.

    Raises
    ------
    InputError
        If it cannot be read, is empty, larger than `MAX_BYTES` or not text.

    Warns
    -----
    TextWarning
        If some of it had to be guessed or replaced.
    """
    with source.open() as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{source.name}: it is larger than {MAX_BYTES >> 20} MiB; give one article a file")
    decoded = decode(data, source.name)
    text = clean(decoded)
    if not text.strip():
        raise InputError(f"{source.name}: it is empty; give an article as text")
    if count := count_replaced(decoded, text):
        warnings.warn(f"{source.name}: {REPLACED} (count {count})", TextWarning, stacklevel=2)
    file_name = source.file_name
    document_id = "stdin" if file_name is None else Path(file_name).stem
    return Document(id=document_id, text=text, title=headline(text), file_name=file_name)


def decode(data: bytes, name: str) -> str:
    r"""Turn bytes into text, dropping a byte order mark.

    Parameters
    ----------
    data
        The whole article.
    name
        What messages call it.

    Raises
    ------
    InputError
        If the bytes are another kind of file, or text in an encoding that cannot be told.

    Warns
    -----
    TextWarning
        If some bytes were not UTF-8 and were read as Windows-1252.

    Examples
    --------
    >>> decode("\ufeffZürich".encode(), "a.txt"), decode(b"", "a.txt")
    ('Zürich', '')
    >>> decode(b"%PDF-1.7", "a.txt")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: a.txt: it is a PDF document, not text; save the article as plain text first
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding, name)
    data = data.removeprefix(codecs.BOM_UTF8)
    refuse_other_formats(data, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_western(data, error.start, name)


def refuse_other_formats(data: bytes, name: str) -> None:
    """Raise InputError, naming the kind of file, when bytes are no text.

    Notes
    -----
    The first bytes are compared with the signatures of the formats that people take for text, after the table of
    ``file(1)``; everything else is judged by its share of control bytes.
    """
    for magic, kind, mend in _MAGIC:
        if data.startswith(magic):
            raise InputError(f"{name}: it is {kind}, not text; {mend}")
    if _HTML.match(data):
        raise InputError(f"{name}: it is an HTML page, not text; {_CONVERT}")
    zeros = sorted((data[::2].count(0), data[1::2].count(0)))
    if zeros[1] > 0.2 * len(data) and zeros[0] < 0.1 * zeros[1]:
        raise InputError(f"{name}: it looks like UTF-16 without a byte order mark; save it as UTF-8")
    if _control_share(data) > _MOST_CONTROLS:
        raise InputError(f"{name}: it is binary data, not text; {_NO_TEXT}")


def clean(text: str) -> str:
    r"""Replace what no output format can hold, character by character, so that offsets stay.

    Control characters other than tab and line ends, U+FFFE and U+FFFF become spaces; lone surrogates become U+FFFD.

    Examples
    --------
    >>> clean("one line\r\nand\ttwo"), clean("Par\0is")
    ('one line\r\nand\ttwo', 'Par is')
    """
    return _UNPRINTABLE.sub(" ", mend_surrogates(text))


def count_replaced(text: str, cleaned: str) -> int:
    r"""Count the characters that `clean` replaced.

    Examples
    --------
    >>> count_replaced("Par\0is", clean("Par\0is")), count_replaced("", "")
    (1, 0)
    """
    return 0 if text == cleaned else sum(before != after for before, after in zip(text, cleaned, strict=True))


def mend_surrogates(text: str) -> str:
    r"""Replace lone surrogates, which UTF-8 cannot hold, by U+FFFD.

    Examples
    --------
    >>> mend_surrogates("id \ud800")
    'id \ufffd'
    """
    return _LONE_SURROGATE.sub("\ufffd", text)


def headline(text: str) -> str | None:
    r"""Return the first line when it can only be a headline: short, no sentence, and followed by something else.

    Examples
    --------
    >>> headline("Storm hits coast\n\nIt came at night."), headline("It came at night.\nNobody slept.")
    ('Storm hits coast', None)
    >>> headline("") is None
    True
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or len(lines[0]) > LONGEST_HEADLINE or lines[0].endswith((".", ",", ";", ":", "-")):
        return None
    # A sentence that was broken by hand goes on in small letters.
    return None if lines[1][0].islower() else lines[0]


def _decode_marked(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = (
            f"{name}: it starts as {encoding[:6].upper()} text but is damaged at byte {error.start}; save it as UTF-8"
        )
        raise InputError(message) from error


def _decode_western(data: bytes, first: int, name: str) -> str:
    text = data.decode("utf-8", "surrogateescape")
    count = len(_NOT_UTF8.findall(text))
    if count > _MOST_NOT_UTF8 * len(data):
        if _control_share(data) > _FEW_CONTROLS:
            raise InputError(f"{name}: it is binary data, not text; {_NO_TEXT}")
        raise InputError(f"{name}: its encoding cannot be told; convert it to UTF-8 first (iconv -f ENCODING -t UTF-8)")
    message = f"{name}: bytes that are not UTF-8 were read as Windows-1252 (count {count}, first at {first})"
    warnings.warn(message, TextWarning, stacklevel=4)
    return text.translate(_FROM_CP1252)


def _control_share(data: bytes) -> float:
    return 1 - len(data.translate(None, _CONTROLS)) / len(data) if data else 0.0
