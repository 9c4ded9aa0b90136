"""Feeds: RSS 0.9 to 2.0, RDF, Atom (RFC 4287) and JSON Feed 1; every entry is an article, or leads to one.

Feeds are read by lxml, which mends what people write by hand. Entities other than those of HTML are left out and
nothing is ever fetched to understand a feed, so none of it can grow, or name a file of the reader's.
"""

from __future__ import annotations

import datetime
import html
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ..addresses import web_address
from ..checked import parsed
from ..dates import day_of
from ..errors import InputError, ResourceError, TextWarning
from .encoding import decode_text, known_encoding
from .kinds import PAGE_FORMS
from .raw import Form, Raw
from .source import Source

if TYPE_CHECKING:
    from ..web import Web

SHORT = 600
"""An entry with less text than so many code points, and no content of its own, is the summary of an article."""

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,30});")
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ENTRIES = frozenset({"item", "entry"})
_DATES = ("pubdate", "published", "date", "issued", "created", "updated", "modified")
_CONTENTS = ("encoded", "content", "body", "div")
_SUMMARIES = ("description", "summary", "subtitle")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry, of whatever feed."""

    key: str | None
    link: str | None
    title: str | None
    author: str | None
    date: datetime.date | None
    text: str
    form: Form
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Feed:
    title: str | None
    link: str | None
    entries: Sequence[_Entry]


def read_feed(
    source: Source,
    *,
    web: Web | None = None,
    is_known: Callable[[str], bool] | None = None,
    charset: str | None = None,
) -> Iterator[Raw | InputError]:
    """Read the entries of a feed in their order.

    Parameters
    ----------
    source
        The feed.
    web
        Fetches the articles that the entries link to, where it is told to; otherwise an entry is what it says itself.
    is_known
        Tells of a link whether the article behind it was read before: it is neither fetched nor yielded then. None when
        nothing was.
    charset
        The encoding of the feed, where the user or the server says it; None for the one that it says itself.

    Yields
    ------
    Raw
        With the entry's own id, else its link, and with the title of the feed as source.
    InputError
        In the place of an entry without text, or whose article could not be fetched; alone, when it is no feed.

    Raises
    ------
    ResourceError
        When lxml is not installed.

    Warns
    -----
    TextWarning
        When the feed is damaged, some bytes do not belong to its encoding, or some entries only sum up what they link
        to.
    """
    try:
        feed = _feed(source.article(), source.name, None if charset is None else known_encoding(charset))
    except InputError as error:
        yield error
        return
    follows = web is not None and web.full_articles
    if not feed.entries:
        yield InputError(f"{source.name}: the feed has no entries", source=source.name)
    short = sum(not entry.is_whole for entry in feed.entries)
    if short and not follows:
        message = f"{source.name}: entries that only sum up an article (count {short}); --full-articles fetches them"
        warnings.warn(message, TextWarning, stacklevel=2)
    for number, entry in enumerate(feed.entries, 1):
        if follows and web is not None:
            if is_known is not None and entry.link is not None and is_known(entry.link):
                continue
            yield _followed(entry, feed, source, number, web)
        else:
            yield _as_it_is(entry, feed, source, number)


def _feed(data: bytes, name: str, encoding: str | None) -> _Feed:
    if encoding is not None:
        data = decode_text(data, name, encoding).encode("utf-8", "replace")
    if data.lstrip()[:1] == b"{":
        return _json_feed(data, name)
    return _xml_feed(data, name, None if encoding is None else "utf-8")


def _as_it_is(entry: _Entry, feed: _Feed, source: Source, number: int) -> Raw | InputError:
    if not entry.text.strip():
        message = f"{source.name}:{number}: the entry has no text; --full-articles fetches what it links to"
        return InputError(message, source=source.name, line=number)
    text = entry.text
    if entry.form is Form.HTML:
        text = f"<!doctype html><html><body><article>{text}</article></body></html>"
    data = text.encode("utf-8", "replace")
    return _raw(entry, feed, source, number, f"{source.name}:{number}", data, entry.form, "utf-8", entry.link)


def _followed(entry: _Entry, feed: _Feed, source: Source, number: int, web: Web) -> Raw | InputError:
    if entry.link is None:
        message = f"{source.name}:{number}: the entry links to no article"
        return InputError(message, source=source.name, line=number)
    try:
        page = web.fetch(entry.link)
    except InputError as error:
        return error
    form = PAGE_FORMS.get(page.content_type or "text/html")
    if form is None:
        return InputError(f"{page.url}: it is {page.content_type}, no article", source=page.url)
    found = _raw(entry, feed, source, number, page.url, page.data, form, page.charset, page.url)
    return replace(found, link=entry.link)


def _raw(
    entry: _Entry,
    feed: _Feed,
    source: Source,
    number: int,
    name: str,
    data: bytes,
    form: Form,
    charset: str | None,
    url: str | None,
) -> Raw:
    return Raw(
        id=entry.key or entry.link or f"{source.stem}-{number}",
        name=name,
        data=data,
        form=form,
        file_name=source.file_name,
        charset=charset,
        title=entry.title,
        author=entry.author,
        source=feed.title,
        url=url,
        date=entry.date,
    )


# --- XML --------------------------------------------------------------------------------------------------------------


def _xml_feed(data: bytes, name: str, encoding: str | None) -> _Feed:
    try:
        from lxml import etree
    except ImportError as error:
        raise ResourceError("feeds need lxml: run \"python -m pip install 'placelines[articles]'\"") from error
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"{name}: it is no feed ({error!s:.100})", source=name) from error
    if root is None or _local(root) not in _ROOTS:
        raise InputError(f"{name}: it is no feed; give RSS, Atom or JSON Feed", source=name)
    # Entities of HTML are not declared in feeds that have them, and understood.
    faults = [fault for fault in parser.error_log if fault.level_name == "FATAL" and "Entity" not in fault.message]
    if faults:
        message = f"{name}: the feed is damaged in line {faults[0].line}; what could be read of it was"
        warnings.warn(message, TextWarning, stacklevel=3)
    head = _children(next((node for node in root if _local(node) == "channel"), root))
    link = _link(head, name)
    return _Feed(_title(head.get("title")), link, [_xml_entry(node, link or name) for node in _xml_entries(root)])


def _xml_entries(root: Any) -> Iterator[Any]:  # noqa: ANN401  # lxml has no types
    """Yield the elements of entries, but not those in the text of another one, which would be read again and again.

    lxml takes what comes behind an entry that is not closed for parts of it: entries among them are yielded.
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        is_entry = _local(node) in _ENTRIES
        if is_entry:
            yield node
        waiting.extend(child for child in reversed(node) if not is_entry or _local(child) in _ENTRIES)


def _xml_entry(node: Any, base: str) -> _Entry:  # noqa: ANN401  # lxml has no types
    parts = _children(node)
    link = _link(parts, base)
    content, form = _written(parts, _CONTENTS)
    summary, summary_form = ("", form) if content else _written(parts, _SUMMARIES)
    about = next((value for key, value in node.attrib.items() if key.endswith("}about")), "")
    key = next((text for name in ("guid", "id") if (text := _text(parts.get(name)).strip())), about)
    author = parts.get("author")
    named = _children(author).get("name") if author is not None and len(author) else author
    creator = next((line for part in (named, parts.get("creator")) if (line := _line(_text(part)))), None)
    return _Entry(
        key=key or None,
        link=link,
        title=_title(parts.get("title")),
        author=creator,
        date=next((day for name in _DATES if (day := _day(_text(parts.get(name))))), None),
        text=content or summary,
        form=form if content else summary_form,
        is_whole=bool(content) or len(summary) >= SHORT,
    )


def _children(node: Any) -> dict[str, Any]:  # noqa: ANN401  # lxml has no types
    """Return the first child of each name; of links the one that leads to the article."""
    found: dict[str, Any] = {}
    for child in node:
        name = _local(child)
        if name == "link" and child.get("rel", "alternate") != "alternate":
            continue
        # Media RSS has titles and descriptions too: of pictures.
        if name and "search.yahoo.com/mrss" not in child.tag:
            found.setdefault(name, child)
    return found


def _local(node: Any) -> str:  # noqa: ANN401  # lxml has no types
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _text(node: Any) -> str:  # noqa: ANN401  # lxml has no types
    """Return the text in an element, entities of HTML as what they stand for and any other as nothing."""
    if node is None:
        return ""
    if not isinstance(node.tag, str):
        entity = node.text or ""
        known = html.unescape(entity) if entity.startswith("&") else entity
        return known if known != entity else ""
    return (node.text or "") + "".join(_text(child) + (child.tail or "") for child in node)


def _written(parts: dict[str, Any], names: Sequence[str]) -> tuple[str, Form]:
    """Return the first text of some elements, and what it is written in."""
    from lxml import etree

    for name in names:
        node = parts.get(name)
        if node is None:
            continue
        kind = node.get("type", "")
        if any(isinstance(child.tag, str) for child in node):
            for part in filter(_local, node.iter()):
                part.tag = _local(part)
            node.tag = "div"
            return etree.tostring(node, encoding="unicode", method="html", with_tail=False), Form.HTML
        if text := _text(node).strip():
            is_plain = kind in {"text", "text/plain"} or not _MARKUP.search(text)
            return text, Form.TEXT if is_plain else Form.HTML
    return "", Form.TEXT


def _title(node: Any) -> str | None:  # noqa: ANN401  # lxml has no types
    text = _text(node)
    if node is not None and node.get("type") != "text":
        text = html.unescape(_MARKUP.sub(lambda match: "" if match[0].startswith("<") else match[0], text))
    return _line(text)


def _link(parts: dict[str, Any], base: str) -> str | None:
    node = parts.get("link")
    guid = parts.get("guid")
    written = "" if node is None else node.get("href") or _text(node)
    if not written.strip() and guid is not None and guid.get("isPermaLink", "true").lower() == "true":
        written = _text(guid)
    return _url(written, base)


# --- JSON -------------------------------------------------------------------------------------------------------------


def _json_feed(data: bytes, name: str) -> _Feed:
    try:
        feed = parsed(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: it is no JSON feed ({error!s:.100})", source=name) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(feed, dict) or not isinstance(items, list):
        raise InputError(f"{name}: it is no feed; give RSS, Atom or JSON Feed", source=name)
    base = _url(_string(feed, "home_page_url"), name)
    whose = _json_author(feed)
    entries = [_json_entry(item, base or name, whose) for item in items if isinstance(item, dict)]
    return _Feed(_line(_string(feed, "title")), base, entries)


def _json_entry(item: dict[str, Any], base: str, whose: str | None) -> _Entry:
    written = _string(item, "content_html")
    plain = _string(item, "content_text")
    summary = _string(item, "summary")
    key = item.get("id")
    return _Entry(
        key=str(key) if isinstance(key, str | int) and key != "" else None,
        link=_url(_string(item, "url") or _string(item, "external_url"), base),
        title=_line(_string(item, "title")),
        author=_json_author(item) or whose,
        date=_day(_string(item, "date_published")),
        text=written or plain or summary,
        form=Form.HTML if written else Form.TEXT,
        is_whole=bool(written or plain) or len(summary) >= SHORT,
    )


def _json_author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors")
    listed = authors if isinstance(authors, list) else [item.get("author")]
    names = [_string(author, "name") for author in listed if isinstance(author, dict)]
    return _line(", ".join(filter(None, names)))


def _string(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


# --- Both -------------------------------------------------------------------------------------------------------------


def _line(text: str) -> str | None:
    return " ".join(text.split()) or None


def _url(written: str, base: str) -> str | None:
    try:
        return web_address(urljoin(base, written.strip())) if written.strip() else None
    except ValueError:
        return None


def _day(written: str) -> datetime.date | None:
    """Return the day of a date of RFC 822 or ISO 8601, as it is written there."""
    written = written.strip()
    if day := day_of(written):
        return day
    try:
        return parsedate_to_datetime(written).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
