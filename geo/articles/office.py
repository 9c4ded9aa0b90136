"""Office documents: what DOCX and ODT have in common, an archive with XML in it.

The XML is read as it comes, without keeping a tree of it, so that neither depth nor size matters.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeVar
from xml.etree.ElementTree import ParseError, XMLParser

from ..dates import day_of
from ..errors import InputError
from ..model import Document
from .metadata import phrase
from .packed import Budget, opened_zip, unzipped
from .raw import Raw

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


class TextTarget(Target, Protocol):
    """A target that makes the text of a document."""

    @property
    def text(self) -> str:
        """What was made."""


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


@dataclass(frozen=True, slots=True)
class Office:
    """Where a format of office documents keeps what is read of them."""

    kind: str
    """What messages call it."""
    main: re.Pattern[str]
    """The name of the member with the text."""
    body: Callable[[], TextTarget]
    """Makes the target for it."""
    properties: str
    """The member with the properties."""
    author_keys: Sequence[str]
    """The elements there that name the author, the best one first."""
    date_key: str
    """The element with the day."""


def read_office(raw: Raw, office: Office) -> Document:
    """Read the text and the properties of an office document.

    Raises
    ------
    InputError
        If it is damaged, encrypted, or has no text.
    """
    budget = Budget(raw.name, len(raw.data))
    with opened_zip(io.BytesIO(raw.data), raw.name, f"{office.kind} document") as archive:
        main = next(filter(office.main.fullmatch, sorted(archive.namelist())), "")
        body = _parsed(archive, main, office.body(), raw.name, budget)
        told = _parsed(archive, office.properties, Properties(), raw.name, budget).texts
    if not body.text:
        raise InputError(f"{raw.name}: there is no text in it", source=raw.name)
    return Document(
        id=raw.id,
        text=body.text,
        title=phrase(told.get("title")),
        author=phrase(next(filter(None, map(told.get, office.author_keys)), None)),
        date=day_of(told.get(office.date_key)),
    )


def _parsed(archive: zipfile.ZipFile, member: str, target: T, name: str, budget: Budget) -> T:
    """Return a target that has read a member of an archive, or nothing where it has none of that name.

    Raises
    ------
    InputError
        If it is no XML, or more than `MAX_XML` bytes.
    """
    if member not in archive.namelist():
        return target
    parser = XMLParser(target=target)
    try:
        with unzipped(archive, archive.getinfo(member), name, budget) as stream:
            for chunk in _chunks(stream, member, name):
                parser.feed(chunk)
        parser.close()
    except InputError:
        raise
    # The last two for encodings that it claims, and nobody knows.
    except (ParseError, LookupError, ValueError) as error:
        reason = str(error)[:80]
        raise InputError(f"{name}: {member} in it is damaged ({reason}); save it again", source=name) from error
    return target


def _chunks(stream: BinaryIO, member: str, name: str) -> Iterator[bytes]:
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MAX_XML:
            message = f"{name}: {member} in it is more than {MAX_XML >> 20} MiB; give one article a file"
            raise InputError(message, source=name)
        yield chunk
