"""Balloons of KML: what a viewer shows of a place when it is clicked, as HTML in which all text is inert.

Viewers take a description for HTML, so a text is escaped as HTML here and once more as XML where it is written.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from ..entries import Entry, counted
from ..model import Document, Line, Place
from .parts import MAX_EXCERPTS
from .xml_text import Xml, element, escaped, joined, text_element

DOT: Final = " · "
"""Between two things that are said in one line."""


def balloon(heading: str, lines: Iterable[str], quotes: Iterable[Xml] = ()) -> str:
    r"""Return a description as HTML.

    Viewers find nothing to fill in there: "$[name]" in a description means the name to them (OGC 07-147r2, 6.5).

    Examples
    --------
    >>> balloon("<b>", ["$[name]"])
    '<h3>&lt;b&gt;</h3><p>&#36;[name]</p>'
    """
    said = (text_element("p", line) for line in lines)
    return joined((text_element("h3", heading), *said, *quotes)).replace("$", "&#36;")


def summary(entry: Entry[Place] | Entry[Line]) -> str:
    """Return how often something is named and how sure that is, for a reader."""
    doubt = "" if entry.is_asserted else ", a best guess"
    return f"{counted(len(entry.mentions), 'mention')}{DOT}confidence {entry.confidence:.2f}{doubt}"


def quotes_of(entry: Entry[Place] | Entry[Line], documents: Mapping[str, Document]) -> list[Xml]:
    """Return the first few different sentences that tell of something, the one that tells best first.

    Parameters
    ----------
    entry
        What they tell of.
    documents
        By id, those that they stand in.
    """
    by_sentence: dict[str, Document] = {}
    for mention in (entry.best, *entry.mentions):
        by_sentence.setdefault(mention.excerpt.text, documents[mention.document_id])
    few = islice(by_sentence.items(), MAX_EXCERPTS)
    return [quote(text, document.source, document.title or document.id, document.date) for text, document in few]


def quote(sentence: str, source: str | None, title: str, day: datetime.date | None) -> Xml:
    """Return a sentence and where it stands as HTML; each has its own direction of writing."""
    told_in = DOT.join(filter(None, (source, title, None if day is None else day.isoformat())))
    small = element("small", escaped(told_in), attributes={"dir": "auto"})
    return element("blockquote", element("p", escaped(sentence), attributes={"dir": "auto"}), small)
