"""HTML: the article of a page, without its menus, scripts, advertisements and comments.

The encoding is the one that came with the page (of HTTP, or ``--encoding``), else that of its byte order mark, else the
one that it says itself in its first 1,024 bytes and keeps to, else the one that is found. The article is found by
trafilatura; where that finds none, the page's paragraphs are taken as they come.
"""

from __future__ import annotations

import codecs
import datetime
import re
import warnings
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..addresses import web_address
from ..dates import day_of
from ..errors import InputError, ResourceError, TextWarning
from ..model import Document
from .encoding import decode_text, known_encoding, marked_encoding
from .html_paragraphs import INLINE, Paragraphs
from .html_tree import tidy, tree_of
from .metadata import phrase
from .quiet import quiet
from .raw import Raw

if TYPE_CHECKING:
    from lxml.html import HtmlElement

STRIPPED = "no article was found in the page, so all of its paragraphs were read"
"""What a warning says when trafilatura found nothing."""

_SAID_WITHIN = 1_024
_SAID = re.compile(rb"""<meta\b[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})""", re.IGNORECASE)
_DATES = {
    # Every day up to a fixed one, and no reading of words: otherwise htmldate 1.11 leaves out what lies behind the
    # day of the run, and reads the same page otherwise a year later.
    "original_date": True,
    "extensive_search": False,
    "max_date": "2100-12-31",
}
_MOST_LINKED = 0.5
"""A larger share of the text in links is a list of links, and no article."""
_MOST_COMPARED = 100_000
"""Characters of a text in which links are sought."""
_MOST_LINKS = 10_000
"""Links that are sought in it."""
_MOST_COMPARED_BLOCKS = 2_000
"""Most elements that are not within a line, of which an article has some hundred, with which trafilatura checks itself
by jusText 3.0: that takes the square of their number."""
_MOST_BLOCKS = 20_000
"""Most such elements in which it seeks an article at all: a millisecond each."""
_LONGEST_WALL = 300
"""Longest page, in characters, that may say nothing but that there is more to read elsewhere."""
_WALL = re.compile(
    r"\bcookies?\b|enable javascript|\bsubscri(?:be|bers|ption)\b|\b(?:log|sign) ?in\b|page (?:was )?not found|\b404\b",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\bwe and our (?:[\d,]{1,6} )?(?:[a-z]{1,20} )?partners\b|\bvalue your privacy\b|\byour? (?:permission|consent)\b",
    re.IGNORECASE,
)
"""What only stands in questions for consent, most of which keep to the words of one framework (TCF of IAB Europe)."""
_LANGUAGE = re.compile(r"<html\b[^>]{0,400}?\blang\s{0,9}=\s{0,9}[\"']?([a-zA-Z]{2,3})", re.IGNORECASE)
_MONTHS = 12
_SUBSET = re.compile(
    r"\s{0,99}(?:<\?xml[^>]{0,200}>\s{0,99})?<!doctype[^<>\[\]]{0,500}\[.{0,100000}?\]\s{0,9}>",
    re.IGNORECASE | re.DOTALL,
)
"""Declarations of XML, which are text to a parser of HTML."""
_ENTITY = re.compile(r"&\w{1,40};")
_LETTER = re.compile(r"[^\W\d_]")
_ROW = re.compile(r"\| (?P<cells>.*?) ?\| ?$")
_RULE = re.compile(r"\|[-|]+\|$")
"""What trafilatura makes of a row of a table, and writes below its head."""
_BARE = re.compile(r"\W+")


def read_html(raw: Raw) -> Document:
    """Read the article of a page.

    Raises
    ------
    InputError
        If there is none: the page is empty, a list of links, or makes its text by JavaScript.
    ResourceError
        If trafilatura is not installed.

    Warns
    -----
    TextWarning
        If the encoding was guessed, or no article found and all paragraphs read.
    """
    page = _decoded(raw)
    text, told = article_of(page, raw.name)
    return Document(
        id=raw.id,
        text=text,
        title=phrase(told.title),
        source=phrase(told.sitename),
        date=_day(told.date, page),
        author=phrase(told.author),
        url=web_address(told.url),
    )


def article_of(page: str, name: str) -> tuple[str, Any]:
    """Return the text of a page's article, with an empty line between paragraphs, and trafilatura's metadata.

    Raises
    ------
    InputError, ResourceError
        As `read_html`.

    Warns
    -----
    TextWarning
        If no article was found and all paragraphs read.
    """
    if declared := _SUBSET.match(page):
        page = page[declared.end() :]
    tree, is_whole = tree_of(page)
    if tree is None:
        raise _nothing(name)
    text, told = _extracted(tree, is_whole=is_whole)
    if not text.strip():
        text = _paragraphs(page)
        if text:
            warnings.warn(f"{name}: {STRIPPED}", TextWarning, stacklevel=2)
    if not _LETTER.search(_ENTITY.sub("", text)):
        raise _nothing(name)
    if _is_wall(text):
        raise _nothing(name, "it is an error page, or asks for consent or a login")
    if _is_list_of_links(text, tree):
        raise _nothing(name, "most of it is links")
    lines = (_RULE.sub("", _ROW.sub(_cells, line)).rstrip() for line in text.splitlines())
    return "\n\n".join(filter(None, lines)).strip(), told


def _extracted(tree: HtmlElement, *, is_whole: bool) -> tuple[str, Any]:
    """Return the text of the article that trafilatura finds in a page, "" for none, and what it finds of metadata."""
    try:
        from trafilatura import bare_extraction
        from trafilatura.metadata import extract_metadata
    except ImportError as error:
        message = "reading HTML needs more: run \"python -m pip install 'placelines[articles]'\""
        raise ResourceError(message) from error
    with quiet("trafilatura", "htmldate"):
        if _has_more_blocks(tree, _MOST_BLOCKS):
            return "", extract_metadata(_head_of(tree), date_config=_DATES)
        tidy(tree)
        told: Any = None
        if is_whole:
            # Its memory of paragraphs read before would make what is found depend on the order of articles.
            told = bare_extraction(
                tree,
                fast=_has_more_blocks(tree, _MOST_COMPARED_BLOCKS),
                deduplicate=False,
                include_comments=False,
                with_metadata=True,
                date_extraction_params=_DATES,
            )
        if told is None:
            return "", extract_metadata(tree, date_config=_DATES)
    return told.text or "", told


def _head_of(tree: HtmlElement) -> HtmlElement:
    """Return a page of nothing but the head of another one, which loses it."""
    page = tree.makeelement("html", tree.attrib)
    page.extend(tree.findall("head"))
    return page


def _day(found: str | None, page: str) -> datetime.date | None:
    """Return the day that was found; None where it stands in the page only in a way that names another one, too.

    htmldate takes 03/05/2020 for the third of May, which in the United States is the fifth of March.
    """
    day = day_of(found)
    if day is None or day.day > _MONTHS or day.day == day.month:
        return day
    said = _LANGUAGE.search(page[:_SAID_WITHIN])
    is_english = said is None or said[1].lower() == "en"
    if is_english and _stands(day, page, "{0:02}/{1:02}/{2}", "{0}/{1}/{2}"):
        return day if _stands(day, page, "{2}-{1:02}-{0:02}", "{2}/{1:02}/{0:02}", "{2}{1:02}{0:02}") else None
    return day


def _stands(day: datetime.date, page: str, *patterns: str) -> bool:
    return any(pattern.format(day.day, day.month, day.year) in page for pattern in patterns)


def _decoded(raw: Raw) -> str:
    """Return the page as text, in the encoding that the order at the top of this module gives."""
    charset = raw.charset
    is_marked = raw.data.startswith(codecs.BOM_UTF8) or marked_encoding(raw.data) is not None
    if (charset is None or known_encoding(charset) is None) and not is_marked:
        said = _SAID.search(raw.data[:_SAID_WITHIN])
        charset = None if said is None else known_encoding(said[1].decode("ascii"))
        # Whoever could read "<meta charset=utf-16>" as bytes of ASCII was not told the truth by it.
        if charset is not None and (charset.startswith(("utf-16", "utf_16", "utf-32")) or not _fits(raw.data, charset)):
            charset = None
    return decode_text(raw.data, raw.name, charset)


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _paragraphs(page: str) -> str:
    """Return all text of a page that a reader sees outside menus, one paragraph a line."""
    from lxml.etree import HTMLParser

    # Events and no tree: libxml2 cuts trees off below the 256th level, and Python's stack is not deep either.
    parser = HTMLParser(target=Paragraphs(), encoding="utf-8", no_network=True, huge_tree=True)
    parser.feed(page.encode("utf-8", "replace"))
    return str(parser.close())


def _cells(row: re.Match[str]) -> str:
    return "\t".join(cell.strip() for cell in row["cells"].split(" | "))


def _has_more_blocks(tree: HtmlElement, count: int) -> bool:
    """Whether there are more elements than so many that are not within a line."""
    blocks = (element for element in tree.iter() if element.tag not in INLINE)
    return next(islice(blocks, count, None), None) is not None


def _is_list_of_links(text: str, tree: HtmlElement) -> bool:
    """Whether most of a text stands in links, as in a menu."""
    words = _BARE.sub("", text)[:_MOST_COMPARED]
    links = Counter(_BARE.sub("", "".join(link.itertext())) for link in islice(tree.iter("a"), _MOST_LINKS))
    linked = sum(len(link) * min(count, words.count(link)) for link, count in links.items() if link)
    return linked > _MOST_LINKED * len(words)


def _is_wall(text: str) -> bool:
    """Whether a text only says why there is none."""
    if len(text) <= _LONGEST_WALL and _WALL.search(text):
        return True
    return 2 * sum(len(line) for line in text.splitlines() if _CONSENT.search(line)) > len(text)


def _nothing(name: str, why: str = "page needs JavaScript?") -> InputError:
    return InputError(f"{name}: no article text found ({why})", source=name)
