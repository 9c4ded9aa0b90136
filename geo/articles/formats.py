"""The formats of single articles: bytes become a document, here and nowhere else."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from ..errors import InputError, TextWarning
from ..model import Document
from .docx import read_docx
from .html import read_html
from .mail import read_mail
from .markdown import read_markdown
from .odt import read_odt
from .pdf import read_pdf
from .raw import Form, Raw
from .source import MAX_BYTES, too_large
from .text import REPLACED, clean, count_replaced, headline, read_text

Reader = Callable[[Raw], Document]
"""Reads an article of one format: what it says itself, not what its container says of it."""

_READERS: dict[Form, Reader] = {
    Form.TEXT: read_text,
    Form.HTML: read_html,
    Form.PDF: read_pdf,
    Form.DOCX: read_docx,
    Form.ODT: read_odt,
    Form.EMAIL: read_mail,
}
_MARKDOWN = frozenset({".md", ".markdown"})


def document_of(raw: Raw) -> Document:
    """Read an article; what its container says of it goes before what it says itself.

    Raises
    ------
    InputError
        If there is no text in it, or it is damaged, encrypted or too large.
    ResourceError
        If what reads its format is not installed.

    Warns
    -----
    TextWarning
        If part of the text had to be guessed, replaced or left out.

    Examples
    --------
    >>> page = Raw("a", "a.txt", b"Fighting went on near the town of Idlib.", Form.TEXT, title="News")
    >>> document_of(page).title
    'News'
    >>> document_of(Raw("b", "b.txt", b"", Form.TEXT))
    Traceback (most recent call last):
        ...
    geo.errors.InputError: b.txt: it is empty; give an article as text
    """
    is_markdown = raw.form is Form.TEXT and PurePosixPath(raw.file_name or raw.name).suffix.lower() in _MARKDOWN
    try:
        if len(raw.data) > MAX_BYTES:
            raise too_large(raw.name)
        document = (read_markdown if is_markdown else _READERS[raw.form])(raw)
    except InputError as error:
        error.source, error.document_id = error.source or raw.name, raw.id
        raise
    text = clean(document.text)
    if count := count_replaced(document.text, text):
        warnings.warn(f"{raw.name}: {REPLACED} (count {count})", TextWarning, stacklevel=2)
    return replace(
        document,
        id=raw.id,
        text=text,
        title=raw.title or document.title or headline(text),
        source=raw.source or document.source,
        file_name=raw.file_name,
        date=raw.date or document.date,
        author=raw.author or document.author,
        url=raw.url or document.url,
    )
