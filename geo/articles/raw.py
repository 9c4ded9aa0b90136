"""An article as it was found, and not read yet: what a folder, an archive, a feed or a web archive holds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from ..errors import InputError
from ..model import Document


class Form(StrEnum):
    """The formats of a single article."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    EMAIL = "eml"


@dataclass(frozen=True, slots=True)
class Raw:
    """One article in one of the formats of single articles, with what its container says of it."""

    id: str
    """Name of the document, unique within a run."""
    name: str
    """What messages call it: the path as given, of a member of an archive as in ``news.zip/2020/a.html``."""
    data: bytes
    """What is to be read."""
    form: Form
    """How."""
    file_name: str | None = None
    """For `Document.file_name`."""
    charset: str | None = None
    """Encoding that came with it, as in an HTTP header; None when none did."""
    title: str | None = None
    """Headline, where the container says it; it goes before what the article itself says, as do the others."""
    author: str | None = None
    """Who wrote it."""
    source: str | None = None
    """Publisher or feed."""
    url: str | None = None
    """Address where it can be read."""
    date: datetime.date | None = None
    """Day it was published."""
    link: str | None = None
    """Address by which a feed led to it; None for what was found itself."""


Found: TypeAlias = Raw | Document | InputError
"""What is found in an input: an article not read yet, one that is, or in its place why there is none."""
