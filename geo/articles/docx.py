"""DOCX: documents of Word. What was deleted with changes tracked, notes, comments, headers and footers are not read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..model import Document
from .office import Lines, Office, read_office
from .raw import Raw

_NAMESPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED = frozenset({"del", "moveFrom"})
"""What was deleted, or moved elsewhere."""


def read_docx(raw: Raw) -> Document:
    """Read the text and the properties of a DOCX document; raises as `geo.articles.office.read_office`."""
    return read_office(raw, _DOCX)


class _Body(Lines):
    """Target for the text of a document."""

    def __init__(self) -> None:
        super().__init__()
        self._is_text = False

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Begin an element."""
        name = _local(tag)
        self.skipped += name in _SKIPPED
        self.rows += name == "tr"
        self._is_text = name == "t"
        if name in _SIGNS:
            self.add(_SIGNS[name])

    def end(self, tag: str) -> None:
        """End an element."""
        name = _local(tag)
        self.skipped -= name in _SKIPPED
        self.rows -= name == "tr"
        self._is_text = False
        if name in {"p", "tr"}:
            self.end_line()
        elif name == "tc":
            self.end_cell()

    def data(self, data: str) -> None:
        """Take text; what stands elsewhere is codes of fields and the like."""
        if self._is_text:
            self.add(data)


def _local(tag: str) -> str:
    """Return the name of an element of Word; "" for another vocabulary's, "del" for what repeats what came before."""
    if tag == _FALLBACK:
        return "del"
    namespace, brace, name = tag.rpartition("}")
    return name if namespace + brace in _NAMESPACES else ""


_DOCX = Office(
    kind="DOCX",
    main=re.compile(r"word/document\d*\.xml"),  # some of Microsoft's own programs number it
    body=_Body,
    properties="docProps/core.xml",
    author_keys=("creator",),
    date_key="created",
)
