"""PDF: the text of documents that have one, in the order in which it was set.

Words cut at the end of a line are joined, and so are the lines of a paragraph; heads and feet of pages are left out.
Scans are refused, and what is larger than any article.

Not pdfminer.six: it finds the columns of pages that are set line by line across them, which hardly any program does,
but unpacks whatever a stream holds, which may be a thousand times its size.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..errors import InputError, ResourceError
from ..model import Document
from .metadata import phrase
from .quiet import quiet
from .raw import Raw
from .text import clean, headline

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 500
"""Most pages of an article."""
MAX_CHARS = 4_000_000
"""Most characters of its text."""

_MOST_DECODED = 16 * 2**20
"""Bytes that a compressed stream may become; those of a page of text are some kilobytes."""
_LIMITS: dict[str, Any] = {
    "array_based_stream_maximum_output_length": _MOST_DECODED,
    "lzw_maximum_output_length": _MOST_DECODED,
    "run_length_maximum_output_length": _MOST_DECODED,
    "zlib_maximum_output_length": _MOST_DECODED,
    "stream_decoding_work_maximum_length": 4 * _MOST_DECODED,
    "stream_parsing_work_maximum_count": 500_000,  # a dense page has 50,000 operators and operands
    "xform_maximum_invocations_per_extraction": 500,
    "page_tree_maximum_entries": 10 * MAX_PAGES,
}
"""Work for which pypdf gives a file up."""
_ENCRYPTED = "it is encrypted; save it without a password"

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xa0": " ", "\xad": "-"}
)
_CUT = re.compile(r"[^\W\d_]{2}[-\u2010]$")
_SECOND_PART = re.compile(
    r"(?:aligned|allied|backed|based|born|bound|brokered|built|controlled|dominated|era|funded|held|led|linked|made|"
    r"majority|occupied|owned|ruled|run|speaking|style|trained|wide)\b"
)
"""What stands behind the hyphen of "Turkey-backed" and its like, which is no cut."""
_MARGIN = 3
"""Lines at the beginning and end of a page that may be its head and foot; programs often set both first."""
_NUMBER = re.compile(r"\d+")
_UNSAID = frozenset({"untitled", "anonymous", "unknown", "unspecified"})
_SHORT = 0.8
"""A line shorter than this share of the usual one ends its paragraph."""


def read_pdf(raw: Raw) -> Document:
    """Read the text of a PDF document.

    Raises
    ------
    InputError
        If it is damaged, encrypted, a scan, or larger than an article.
    ResourceError
        If pypdf is not installed.
    """
    try:
        from pypdf import PdfReader, apply_configuration
        from pypdf.errors import DependencyError
    except ImportError as error:
        message = "reading PDF needs more: run \"python -m pip install 'placelines[articles]'\""
        raise ResourceError(message) from error
    try:
        with quiet("pypdf"), apply_configuration(**_LIMITS):
            reader = PdfReader(BytesIO(raw.data))
            pages = _pages(reader, raw.name)
            told = reader.metadata
            title, author = (told.title, told.author) if told is not None else (None, None)
    except InputError:
        raise
    except DependencyError as error:
        raise _refusal(raw.name, _ENCRYPTED) from error
    # A library that reads what a damaged file points to, wherever that is, may raise anything.
    except Exception as error:
        reason = clean(" ".join(str(error).split()))[:80] or type(error).__name__
        raise _refusal(raw.name, f"it is a damaged PDF document ({reason})") from error
    # A paragraph goes on behind the end of a page, with what stands in its margins.
    text = paragraphs_of([line for page in without_margins(pages) for line in page])
    if not any(map(str.isalpha, text)):
        raise _refusal(raw.name, "it is a scan without text; run OCR first")
    return Document(id=raw.id, text=text, title=headline(text) or _said(title), author=_said(author))


def without_margins(pages: Sequence[str]) -> list[list[str]]:
    r"""Return the lines of pages without numbers of pages, and without heads and feet that most of the pages have.

    Examples
    --------
    >>> without_margins(["The Daily 1\nFloods in\n1", "The Daily 2\nZürich and Bern\n2"])
    [['Floods in'], ['Zürich and Bern']]
    """
    lines = [[line for line in page.strip().splitlines() if not line.strip().isdecimal()] for page in pages]
    margins = [{_shape(line) for line in (*page[:_MARGIN], *page[-_MARGIN:])} for page in lines]
    counts = Counter(shape for shapes in margins for shape in shapes)
    running = {shape for shape, count in counts.items() if count > 1 and 2 * count > len(pages)}
    return [
        [line for number, line in enumerate(page) if not (_is_at_edge(number, page) and _shape(line) in running)]
        for page in lines
    ]


def _is_at_edge(number: int, page: Sequence[str]) -> bool:
    return number < _MARGIN or number >= len(page) - _MARGIN


def _shape(line: str) -> str:
    """Return a line without what numbers of pages change."""
    return _NUMBER.sub("0", " ".join(line.split()))


def _said(value: object) -> str | None:
    """Return a property of the document, unless the program that wrote it only filled it in."""
    said = phrase(value)
    return None if said is None or said.strip("()").lower() in _UNSAID else said


def paragraphs_of(lines: Sequence[str]) -> str:
    r"""Join lines to paragraphs, with an empty line between them.

    Examples
    --------
    >>> paragraphs_of(["Troops near Alep-", "po moved to Deir ez-", "Zor at night.", "Then they left Idlib."])
    'Troops near Aleppo moved to Deir ez-Zor at night.\n\nThen they left Idlib.'
    >>> paragraphs_of([])
    ''
    """
    lines = [" ".join(line.translate(_LIGATURES).split()) for line in lines]
    lengths = sorted(len(line) for line in lines)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    parts: list[str] = []
    for number, line in enumerate(lines):
        if not line:
            parts[-1:] = [part.rstrip() + "\n\n" for part in parts[-1:]]
        elif number + 1 < len(lines) and _CUT.search(line) and lines[number + 1][:1].isalpha():
            is_cut = lines[number + 1][0].islower() and not _SECOND_PART.match(lines[number + 1])
            parts.append(line[:-1] if is_cut else line)
        else:
            parts.append(line + ("\n\n" if len(line) < _SHORT * usual else " "))
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()


def _pages(reader: PdfReader, name: str) -> list[str]:
    """Return the text of every page."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise _refusal(name, _ENCRYPTED)
    if len(reader.pages) > MAX_PAGES:
        raise _refusal(name, f"it has more than {MAX_PAGES} pages; give one article a file")
    texts: list[str] = []
    for page in reader.pages:
        texts.append(page.extract_text())
        if sum(map(len, texts)) > MAX_CHARS:
            raise _refusal(name, f"it has more than {MAX_CHARS:,} characters; give one article a file")
    return texts


def _refusal(name: str, reason: str) -> InputError:
    return InputError(f"{name}: {reason}", source=name)
