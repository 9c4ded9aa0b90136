"""The formats of inputs, and how they are told: by what the user says, the suffix, the first bytes."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TypeAlias

from ..errors import OptionError
from .raw import Form
from .source import HEAD, PACKED_SUFFIXES


class Container(StrEnum):
    """The formats of files with any number of articles."""

    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    FEED = "feed"
    WARC = "warc"
    WACZ = "wacz"
    ZIP = "zip"


Kind: TypeAlias = Form | Container
"""The format of an input."""

KINDS: tuple[str, ...] = tuple(kind.value for kind in (*Form, *Container))
"""What all of them are called."""

ARCHIVES = frozenset({Container.ZIP, Container.WACZ})
"""Formats that hold files."""

SUFFIXES: dict[str, Kind] = {
    ".txt": Form.TEXT,
    ".text": Form.TEXT,
    ".md": Form.TEXT,
    ".markdown": Form.TEXT,
    ".html": Form.HTML,
    ".htm": Form.HTML,
    ".xhtml": Form.HTML,
    ".pdf": Form.PDF,
    ".docx": Form.DOCX,
    ".odt": Form.ODT,
    ".eml": Form.EMAIL,
    ".jsonl": Container.JSONL,
    ".ndjson": Container.JSONL,
    ".json": Container.JSON,
    ".csv": Container.CSV,
    ".tsv": Container.CSV,
    ".parquet": Container.PARQUET,
    ".rss": Container.FEED,
    ".atom": Container.FEED,
    ".warc": Container.WARC,
    ".wacz": Container.WACZ,
    ".zip": Container.ZIP,
}
"""Which format the suffix of a file stands for."""

NO_ARTICLES = frozenset(
    ".avi .bmp .css .eot .gif .ico .jpeg .jpg .js .map .mov .mp3 .mp4 .ogg .otf .png .svg .tif .tiff .ttf .wav .webm "
    ".webp .woff .woff2".split()
)
"""Suffixes of what lies beside articles in folders, as when pages are saved: passed over there."""

PAGE_FORMS = {
    "text/html": Form.HTML,
    "application/xhtml+xml": Form.HTML,
    "text/plain": Form.TEXT,
    "application/pdf": Form.PDF,
}
"""Content types of the articles that web archives hold and feeds lead to."""
WARC_SUFFIXES = (".warc", ".warc.gz")
"""Web archives are packed record by record, which their reader wants to see."""

_CONTENT_TYPES: dict[str, Kind] = {
    **PAGE_FORMS,
    "text/markdown": Form.TEXT,
    "application/rss+xml": Container.FEED,
    "application/atom+xml": Container.FEED,
    "application/feed+json": Container.FEED,
    "application/json": Container.JSON,
    "application/x-ndjson": Container.JSONL,
    "application/jsonl": Container.JSONL,
    "text/csv": Container.CSV,
    "application/zip": Container.ZIP,
    "application/warc": Container.WARC,
}
_START = rb"(?:\xef\xbb\xbf)?\s{0,80}(?:<\?xml[^>]{0,200}>\s{0,80})?(?:<!--(?>.{0,1000}?-->)\s{0,80})*+"
_MAGIC: tuple[tuple[re.Pattern[bytes], Kind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in (
        (rb"%PDF-", Form.PDF),
        (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text", Form.ODT),
        (rb"PK\x03\x04.{26,4000}word/", Form.DOCX),
        (rb"PK\x03\x04(?!.{26}mimetypeapplication/vnd\.oasis|.{26,4000}(?:xl|ppt)/)", Container.ZIP),
        (rb"PAR1", Container.PARQUET),
        (rb"WARC/1\.", Container.WARC),
        (_START + rb"<(?:rss|feed|rdf:RDF)\b", Container.FEED),
        (_START + rb"<(?:!doctype html|html|head|body)\b", Form.HTML),
        (rb'(?:\xef\xbb\xbf)?\s{0,80}\{\s{0,80}"version"\s{0,9}:\s{0,9}"https://jsonfeed', Container.FEED),
        (rb'(?:\xef\xbb\xbf)?\s{0,80}\{\s{0,80}"', Container.JSONL),
        (rb'(?:\xef\xbb\xbf)?\s{0,80}\[\s{0,80}\{\s{0,80}"', Container.JSON),
        (rb"(?:Return-Path|Received|Message-ID|MIME-Version|Delivered-To|DKIM-Signature):\s", Form.EMAIL),
    )
)

_UNMISTAKABLE = frozenset({Form.PDF, Form.DOCX, Form.ODT, Form.HTML})
"""Formats whose first bytes say more than a name does."""


def asked_kind(form: str | None) -> Kind | None:
    """Return the format that a user names; OptionError if there is none of that name."""
    if form is None:
        return None
    kinds: tuple[type[Form] | type[Container], ...] = (Form, Container)
    for names in kinds:
        if form in set(names):
            return names(form)
    raise OptionError(f"{form!r:.80} is no format of articles; give one of {', '.join(KINDS)}")


def kind_by_suffix(name: str) -> Kind | None:
    """Return the format that the suffix of a file says, before ``.gz`` and the like; None when it says nothing.

    Examples
    --------
    >>> kind_by_suffix("news/a.JSONL.gz").value, kind_by_suffix("README")
    ('jsonl', None)
    """
    path = PurePosixPath(name)
    if path.suffix.lower() in PACKED_SUFFIXES:
        path = path.with_suffix("")
    return SUFFIXES.get(path.suffix.lower())


def kind_by_content_type(content_type: str | None) -> Kind | None:
    """Return the format that a header Content-Type says; None when it says nothing.

    Examples
    --------
    >>> kind_by_content_type("text/html; charset=utf-8").value, kind_by_content_type("text/xml")
    ('html', None)
    """
    return _CONTENT_TYPES.get((content_type or "").partition(";")[0].strip().lower())


def form_by_magic(data: bytes, named: Form) -> Form:
    """Return the format of an article: the one that its name says, unless its first bytes show that it is another one.

    Examples
    --------
    >>> form_by_magic(b"%PDF-1.7", Form.TEXT).value, form_by_magic(b"Rome fell.", Form.HTML).value
    ('pdf', 'html')
    """
    shown = kind_by_magic(data[:HEAD])
    return shown if isinstance(shown, Form) and shown in _UNMISTAKABLE else named


def kind_by_magic(head: bytes) -> Kind | None:
    """Return the format that the first bytes of a file show; None for text, and what is not known.

    Examples
    --------
    >>> kind_by_magic(b'{"id": 1}').value, kind_by_magic(b"It rained in Rome.")
    ('jsonl', None)
    """
    return next((kind for pattern, kind in _MAGIC if pattern.match(head)), None)
