"""Markdown: plain text with marks, of which only those are taken out that could be read as names.

Front matter goes (its title, author, date, url and source are kept), and so do comments, fenced code, images, the
addresses of links and HTML tags. A heading keeps its words, and emphasis loses its marks. Everything else, lists and
tables too, stays as it is written: offsets refer to the text that is left.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..addresses import web_address
from ..dates import day_of
from ..errors import InputError
from ..model import Document
from .metadata import phrase
from .raw import Raw
from .text import read_text

_FRONT = re.compile(r"\s{0,9}---[ \t]{0,9}\r?\n((?:(?!---)[^\r\n]{0,2000}+\r?\n){0,200}+)---[ \t]{0,9}(?:\r?\n|$)")
_ENTRY = re.compile(r"(?m)^([A-Za-z_]{1,40})[ \t]{0,9}:[ \t]{0,9}(.{1,1000})$")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"(?m)^[ ]{0,3}(#{1,6})[ \t]{1,9}(.{1,500}?)[ \t#]{0,20}$")
_MARKS = tuple(
    (re.compile(pattern), kept)
    for pattern, kept in (
        (r"<!--[^<>]{0,2000}-->", ""),
        (r"!\[[^\[\]\n]{0,500}\](?:\([^()\s]{0,2000}(?:[ \t]\"[^\"\n]{0,200}\")?\)|\[[^\[\]\n]{0,200}\])", ""),
        (r"\[([^\[\]\n]{1,500})\](?:\([^()\s]{0,2000}(?:[ \t]\"[^\"\n]{0,200}\")?\)|\[[^\[\]\n]{0,200}\])", r"\1"),
        (r"(?m)^[ ]{0,3}\[[^\[\]\n]{1,200}\]:[ \t]{0,9}\S{1,2000}.{0,300}$", ""),
        (r"<https?://[^<>\s]{1,2000}>", ""),
        (r"</?[A-Za-z][A-Za-z0-9-]{0,40}(?:\s[^<>\n]{0,1000})?/?>", ""),
        (r"\*\*\*?([^*\n]{1,2000})\*\*\*?", r"\1"),
        (r"(?<!\*)\*([^*\s][^*\n]{0,2000})\*", r"\1"),
        (r"(?<![\w_])__?([^_\s][^_\n]{0,2000})__?(?!\w)", r"\1"),
        (r"`([^`\n]{1,500})`", r"\1"),
    )
)


def read_markdown(raw: Raw) -> Document:
    """Read an article in Markdown.

    Raises
    ------
    InputError
        As `geo.articles.text.read_text`.

    Warns
    -----
    TextWarning
        As that.
    """
    document = read_text(raw)
    front = _FRONT.match(document.text)
    told = _told(front[1] if front else "")
    written = document.text[front.end() :] if front else document.text
    heading = _HEADING.search(written)
    text = without_marks(written)
    if not text.strip():
        raise InputError(f"{raw.name}: it is empty; give an article as text", source=raw.name)
    first = without_marks(heading[2]) if heading and len(heading[1]) == 1 else None
    return replace(
        document,
        text=text,
        title=raw.title or phrase(told.get("title")) or phrase(first),
        author=phrase(told.get("author")),
        source=phrase(told.get("source") or told.get("publisher")),
        url=web_address(told.get("url") or told.get("canonical_url")),
        date=day_of(told.get("date")),
    )


def without_marks(text: str) -> str:
    r"""Take out of Markdown what could be read as names.

    Examples
    --------
    >>> without_marks("## In **Rome**\n\nSee [the port](https://example.org/paris) ![Oslo](a.png) of `Ostia`.\n")
    'In Rome\n\nSee the port  of Ostia.\n'
    """
    lines, fence = [], ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        else:
            lines.append(line)
    text = _HEADING.sub(r"\2", "".join(lines))
    for mark_of, kept in _MARKS:
        text = mark_of.sub(kept, text)
    return text


def _told(front: str) -> dict[str, str]:
    """Return the entries of front matter that are on one line, without quotation marks."""
    return {key.lower(): value.strip().strip("\"'") for key, value in _ENTRY.findall(front.replace("\r", ""))}
