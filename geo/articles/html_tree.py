"""The tree of a page, as browsers would build it, and how it is tidied so that an article can be told in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from .html_paragraphs import INLINE

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AROUND = ".//nav | .//menu | .//aside | .//dialog | .//template | .//footer[not(ancestor::article)]"
"""What is no article. trafilatura leaves it out, too, but where an article is short it reads the whole page."""
_LONGEST_CELL = 300
"""A cell of a table with more characters holds a part of the page, as before there were style sheets."""
_PARTS = frozenset({"tbody", "thead", "tfoot", "tr", "td", "th"})
_BLANK_LINES = re.compile(r"\n\s*\n")


def tree_of(page: str) -> tuple[HtmlElement | None, bool]:
    """Parse a page, and tell whether it is whole: below the 256th level libxml2 leaves everything out.

    Deeper trees are not asked for, since much of what reads them calls itself for each level. Entities and external
    references of XML mean nothing in HTML.

    Returns
    -------
    HtmlElement or None
        The page; None for an empty one.
    bool
        Whether it is whole.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # an empty page
        return None, True
    is_whole = not any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return tree, is_whole


def tidy(tree: HtmlElement) -> None:
    """Take menus and the like out of a page, make blocks of tables that lay it out, and paragraphs of what is none.

    It takes the square of the number of some elements: do it for pages that may be articles only.
    """
    for around in tree.xpath(_AROUND):
        around.drop_tree()
    _free_from_tables(tree)
    for block in {paragraph.getparent(): None for paragraph in tree.iter("p")}:
        _make_first_paragraph(block)
    for block in list(tree.iter("pre", "xmp", "listing")):
        _set_paragraphs(block)


def _free_from_tables(tree: HtmlElement) -> None:
    """Make blocks of the tables that lay out the page: those with tables in them, or a cell of more than some words."""
    from lxml.etree import iterwalk

    if next(tree.iter("table"), None) is None:
        return
    around: list[_Table] = []
    length = 0
    for event, element in iterwalk(tree, events=("start", "end")):
        is_start = event == "start"
        begun = length
        length += len(((element.text if is_start else element.tail) or "").strip())
        if element.tag == "table" and is_start:
            for outer in around[-1:]:
                outer.is_layout = True
            around.append(_Table([element]))
        elif element.tag == "table":
            around.pop().end()
        elif around and element.tag in _PARTS and is_start:
            around[-1].parts.append(element)
            around[-1].cell_from = begun
        elif around and element.tag in _PARTS:
            around[-1].is_layout |= begun - around[-1].cell_from > _LONGEST_CELL


@dataclass(slots=True)
class _Table:
    parts: list[HtmlElement]
    is_layout: bool = False
    cell_from: int = 0

    def end(self) -> None:
        for part in self.parts if self.is_layout else ():
            part.tag = "div"


def _make_first_paragraph(block: HtmlElement) -> None:
    """Make a paragraph of the text before the first one, often the dateline, which trafilatura 2.0 leaves out."""
    lead = list(takewhile(lambda child: child.tag in INLINE, block))
    after = next(islice(block, len(lead), None), None)
    if after is None or after.tag != "p":
        return
    first = block.makeelement("p")
    first.text, block.text = block.text, None
    first.extend(lead)
    if "".join(first.itertext()).strip():
        block.insert(0, first)


def _set_paragraphs(block: HtmlElement) -> None:
    """Make paragraphs of text in which an empty line stands between them."""
    text = "".join(block.itertext())
    tail = block.tail
    block.clear()
    block.tag, block.tail = "div", tail
    for paragraph in _BLANK_LINES.split(text):
        if words := " ".join(paragraph.split()):
            element = block.makeelement("p")
            element.text = words
            block.append(element)
