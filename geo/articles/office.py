"""Office documents: what DOCX and ODT have in common, an archive with XML in it.

The XML is read as it comes, without keeping a tree of it, so that neither depth nor size matters.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TypeVar
from xml.etree.ElementTree import ParseError, XMLParser

from ..errors import InputError

MAX_XML = 64 * 2**20
"""Most bytes of one member when unpacked, whatever the archive says: ten times the largest text."""
_CHUNK = 1 << 16

T = TypeVar("T", bound="Target")


class Target(Protocol):
    """What takes the events of an XML document: see `xml.etree.ElementTree.XMLParser`."""

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Begin an element, ``{namespace}name``."""

    def end(self, tag: str) -> None:
        """End an element."""

    def data(self, data: str) -> None:
        """Take text."""

    def close(self) -> object:
        """End the document."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Take the declaration that entities would follow."""


class Refusing:
    """Base of targets that refuse a document type: office documents have none, and entities could only be traps."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse it."""
        raise ParseError("it declares a document type")


class Properties(Refusing):
    """Target that keeps the texts of an XML document by the names of their elements, without namespaces."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        """The first text of each name."""
        self._parts: list[str] = []

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Begin an element."""
        self._parts.clear()

    def end(self, tag: str) -> None:
        """End an element."""
        text = "".join(self._parts).strip()
        if text:
            self.texts.setdefault(tag.rpartition("}")[2], text)
        self._parts.clear()

    def data(self, data: str) -> None:
        """Take text."""
        self._parts.append(data)

    def close(self) -> object:
        """End the document."""
        return self.texts


class Lines(Refusing):
    """Base of targets that make paragraphs, with an empty line between them; rows of tables become lines of their own.

    `skipped` counts the elements around that are not read.
    """

    def __init__(self) -> None:
        self.skipped = 0
        self.rows = 0
        self._done: list[str] = []
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Add to the line."""
        if not self.skipped:
            self._parts.append(text)

    def end_line(self) -> None:
        """End the paragraph; in a table, where the row goes on, put a space."""
        if self.rows:
            self._parts.append(" ")
            return
        line = "".join(self._parts).strip()
        if line:
            self._done.append(line)
        self._parts.clear()

    def end_cell(self) -> None:
        """End the cell of a table."""
        self._parts.append("\t")

    def close(self) -> object:
        """End the document."""
        self.rows = 0
        self.end_line()
        return self.text

    @property
    def text(self) -> str:
        """What was made."""
        return "\n\n".join(self._done)


@contextmanager
def opened(data: bytes, name: str, kind: str) -> Iterator[zipfile.ZipFile]:
    """Open an archive.

    Raises
    ------
    InputError
        If it is damaged or encrypted, here or inside the ``with`` block.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    # The last of them for what is encrypted, or packed in a way that Python does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, ValueError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        reason = "it is encrypted" if "encrypted" in str(error) else f"it is a damaged {kind} document"
        raise InputError(f"{name}: {reason}; save it again, or as plain text", source=name) from error


def parse(archive: zipfile.ZipFile, member: str, make: Callable[[], T], name: str) -> T | None:
    """Read a member of an archive; None where it has none of that name.

    Raises
    ------
    InputError
        If it is no XML, or more than `MAX_XML` bytes.
    """
    if member not in archive.namelist():
        return None
    target = make()
    parser = XMLParser(target=target)
    size = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MAX_XML:
                    message = f"{name}: {member} in it is more than {MAX_XML >> 20} MiB; give one article a file"
                    raise InputError(message, source=name)
                parser.feed(chunk)
        parser.close()
    except ParseError as error:
        reason = str(error)[:80]
        raise InputError(f"{name}: {member} in it is damaged ({reason}); save it again", source=name) from error
    return target
