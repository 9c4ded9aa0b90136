"""What people take for text and is none: refused by name."""

from __future__ import annotations

import re

from ..errors import InputError
from .kinds import Container, Kind, kind_by_magic
from .raw import Form
from .source import HEAD

_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r\f") + b"\x7f"
_MOST_CONTROLS = 0.3
"""A larger share of control bytes is no text, whatever else it holds."""

_UNPACK = "unpack it first"
_CONVERT = "save the article as plain text first"
NO_TEXT = "give an article as text"
"""What a message says to do about what is no text."""
_READ: dict[Kind, str] = {
    Form.PDF: "a PDF document",
    Form.DOCX: "a DOCX document",
    Form.ODT: "an ODT document",
    Form.HTML: "an HTML page",
    Container.ZIP: "a ZIP archive",
    Container.PARQUET: "a Parquet file",
}
"""What is read, but not as text."""
_OTHERS = tuple(
    (re.compile(magic, re.DOTALL), what, mend)
    for magic, what, mend in (
        (rb"\x89PNG\r\n\x1a\n", "a PNG image", NO_TEXT),
        (rb"\xff\xd8\xff", "a JPEG image", NO_TEXT),
        (rb"GIF8", "a GIF image", NO_TEXT),
        (rb"\{\\rtf", "a rich text document", _CONVERT),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", _CONVERT),
        (rb"PK\x03\x04.{26,4000}xl/", "a spreadsheet", "save it as CSV first"),
        (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.sp", "a spreadsheet", "save it as CSV first"),
        (rb"PK\x03\x04", "an Office document", _CONVERT),
        (rb"\x1f\x8b", "a gzip file", _UNPACK),
        (rb"BZh\d1AY", "a bzip2 file", _UNPACK),
        (rb"\xfd7zXZ\x00", "an xz file", _UNPACK),
        (rb"\x28\xb5\x2f\xfd", "a zstd file", _UNPACK),
        (rb"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
        (rb"Rar!\x1a\x07", "a RAR archive", _UNPACK),
        (rb".{257}ustar", "a tar archive", _UNPACK),
        (rb"(?:\xef\xbb\xbf)?\s{0,80}<\?xml\b", "an XML document", _CONVERT),
        (rb"SQLite format 3\x00", "an SQLite database", NO_TEXT),
        (rb"\x7fELF", "a program", NO_TEXT),
    )
)
"""What is not read."""


def refuse_other_formats(data: bytes, name: str) -> None:
    """Raise InputError, naming the kind of file, when bytes are no text.

    Notes
    -----
    The first bytes are compared with the signatures of the formats that people take for text, after the table of
    ``file(1)``; everything else is judged by its share of control bytes.
    """
    if (kind := kind_by_magic(data[:HEAD])) in _READ:
        raise InputError(f"{name}: it is {_READ[kind]}, not text; give --format {kind}", source=name)
    for magic, what, mend in _OTHERS:
        if magic.match(data):
            raise InputError(f"{name}: it is {what}, not text; {mend}", source=name)
    zeros = sorted((data[::2].count(0), data[1::2].count(0)))
    if zeros[1] > 0.2 * len(data) and zeros[0] < 0.1 * zeros[1]:
        raise InputError(f"{name}: it looks like UTF-16 without a byte order mark; save it as UTF-8", source=name)
    if control_share(data) > _MOST_CONTROLS:
        raise InputError(f"{name}: it is binary data, not text; {NO_TEXT}", source=name)


def control_share(data: bytes) -> float:
    """Return the share of control characters, other than white space, among bytes."""
    return 1 - len(data.translate(None, _CONTROLS)) / len(data) if data else 0.0
