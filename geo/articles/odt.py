"""ODT: documents of LibreOffice and others. Tracked deletions, notes and comments are not read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..model import Document
from .office import Lines, Office, read_office
from .raw import Raw

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PARAGRAPHS = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
_SKIPPED = frozenset({f"{_TEXT}tracked-changes", f"{_TEXT}note", f"{_OFFICE}annotation"})
_MOST_SPACES = 100
_ROW = f"{_TABLE}table-row"


def read_odt(raw: Raw) -> Document:
    """Read the text and the properties of an ODT document; raises as `geo.articles.office.read_office`."""
    return read_office(raw, _ODT)


class _Body(Lines):
    """Target for the text of a document."""

    def __init__(self) -> None:
        super().__init__()
        self._paragraphs = 0

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Begin an element."""
        self.skipped += tag in _SKIPPED
        self.rows += tag == _ROW
        self._paragraphs += tag in _PARAGRAPHS
        if tag == f"{_TEXT}tab":
            self.add("\t")
        elif tag == f"{_TEXT}line-break":
            self.add("\n")
        elif tag == f"{_TEXT}s":
            count = attrs.get(f"{_TEXT}c", "1")
            self.add(" " * (min(int(count), _MOST_SPACES) if count.isdecimal() and len(count) < 9 else 1))

    def end(self, tag: str) -> None:
        """End an element."""
        self.skipped -= tag in _SKIPPED
        self.rows -= tag == _ROW
        self._paragraphs -= tag in _PARAGRAPHS
        if tag == _ROW or (tag in _PARAGRAPHS and not self.skipped):
            self.end_line()
        elif tag == f"{_TABLE}table-cell":
            self.end_cell()

    def data(self, data: str) -> None:
        """Take text; between paragraphs there is only what the file was laid out with."""
        if self._paragraphs:
            self.add(data.replace("\n", " "))


_ODT = Office(
    kind="ODT",
    main=re.compile(r"content\.xml"),
    body=_Body,
    properties="meta.xml",
    author_keys=("initial-creator", "creator"),
    date_key="creation-date",
)
