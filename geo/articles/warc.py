"""Web archives: the pages in WARC files and WACZ packages.

The day of a capture is no day of publication: what a page says of itself is all that is known of its date.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ..errors import InputError
from ..headers import charset_of
from .archive import members
from .kinds import PAGE_FORMS, WARC_SUFFIXES
from .packed import Budget
from .raw import Raw
from .source import MAX_BYTES, Source
from .warc_records import Record, inflated, records

_WANTED = frozenset({"response", "resource", "conversion"})
_LONGEST_HEAD = 1 << 16
"""Bytes of the head of a reply: servers and browsers take no more than a quarter of it."""
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


def read_warc(source: Source) -> Iterator[Raw | InputError]:
    """Read the pages, texts and PDF documents of a web archive, one at a time.

    Parameters
    ----------
    source
        The file, packed by gzip or not.

    Yields
    ------
    Raw
        With its address as id. Replies other than 200, other formats and other records are passed over.
    InputError
        In the place of a record that is damaged or too large, with its number; reading goes on behind it.
    """
    is_empty = True
    budget = Budget(source.name, around=source.budget)
    try:
        with source.open() as stream:
            for number, record in records(stream, budget, _WANTED):
                is_empty = False
                name = f"{source.name}:{number}"
                try:
                    found = record if isinstance(record, str) else _article(record, name, budget)
                except InputError:
                    raise
                except ValueError as error:
                    found = str(error)
                if isinstance(found, str):
                    yield InputError(f"{name}: {found}", source=source.name, line=number)
                elif found is not None:
                    yield found
    except InputError as error:
        yield error
    else:
        if is_empty:
            yield InputError(f"{source.name}: there are no pages in it", source=source.name)


def read_wacz(source: Source) -> Iterator[Raw | InputError]:
    """Read the pages of a WACZ package, which is a ZIP archive with WARC files in its folder ``archive``.

    Yields
    ------
    Raw, InputError
        As `read_warc` does of each.
    """
    is_empty = True
    for member in members(source):
        if isinstance(member, InputError):
            is_empty = False
            yield member
        elif member.name.lower().endswith(WARC_SUFFIXES):
            is_empty = False
            yield from read_warc(member)
    if is_empty:
        yield InputError(f"{source.name}: there are no WARC files in it", source=source.name)


def _article(record: Record, name: str, budget: Budget) -> Raw | None:
    """Return the article that a record holds; None for another sort.

    Raises
    ------
    ValueError
        With what is wrong with it.
    InputError
        If it is one too many to be unpacked.
    """
    url = record.fields.get("warc-target-uri", "").strip("<>")
    head, body = Message(), record.block
    is_block_sound = _is_sound(record.fields.get("warc-block-digest"), record.block)
    if record.fields.get("warc-type") == "response":
        reply = _reply(record.block)
        if reply is None:
            return None
        head, body = reply
    elif content_type := record.fields.get("content-type"):
        head["Content-Type"] = content_type
    form = PAGE_FORMS.get(head.get_content_type()) if "Content-Type" in head else None
    if form is None or not url.startswith(("http://", "https://")) or _is_for_robots(url):
        return None
    data = _decoded(head, body)
    budget.spend(max(len(data) - len(body), 0))
    digest = record.fields.get("warc-payload-digest")
    if not is_block_sound or not (_is_sound(digest, body) or _is_sound(digest, data)):
        raise ValueError("its content is not what its digest says")
    return Raw(url, name, data, form, charset=charset_of(head), url=url)


def _reply(block: bytes) -> tuple[Message, bytes] | None:
    """Return head and body of a reply of HTTP, if it is a good one."""
    status = block[:_LONGEST_HEAD].partition(b"\n")[0].split(None, 2)
    if len(status) < 2 or not status[0].startswith(b"HTTP/") or status[1] != b"200":
        return None
    end = _END_OF_HEAD.search(block, 0, _LONGEST_HEAD)
    if end is None:
        raise ValueError("the head of its reply does not end")
    fields = block[: end.start()].partition(b"\n")[2].decode("latin-1")
    # Not `http.client`, which goes on to look for the parts of the message: see `has_few_parameters`.
    return HeaderParser().parsestr(fields), block[end.end() :]


def _decoded(head: Message, body: bytes) -> bytes:
    """Undo how a body was packed for its way, unless whoever kept it has done so."""
    if head.get("Transfer-Encoding", "").strip().lower() == "chunked":
        body = _unchunked(body)
    encoding = head.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"gzip", "x-gzip"} and body.startswith(b"\x1f\x8b"):
        body = inflated(body) or b""
    elif encoding == "deflate":
        body = inflated(body) or inflated(body, is_raw=True) or body
    elif encoding in {"br", "zstd"}:
        raise ValueError(f"its page is packed by {encoding}, which is not read")
    if len(body) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES >> 20} MiB")
    return body


def _unchunked(body: bytes) -> bytes:
    """Join chunks (RFC 9112 section 7.1); a body that is in none stays as it is."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 256)
        try:
            size = int(body[at:end].partition(b";")[0], 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0:
            return b"".join(parts) if parts else body
        if size == 0:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def _is_sound(digest: str | None, data: bytes) -> bool:
    """Whether data is what a digest says, as far as that can be told."""
    algorithm, _, value = (digest or "").partition(":")
    if algorithm.lower().replace("-", "") not in {"md5", "sha1", "sha256", "sha384", "sha512"}:
        return True
    found = hashlib.new(algorithm.lower().replace("-", ""), data, usedforsecurity=False).digest()
    written = {found.hex(), base64.b32encode(found).decode("ascii").rstrip("=").lower()}
    return value.strip().rstrip("=").lower() in written


def _is_for_robots(url: str) -> bool:
    try:
        return PurePosixPath(urlsplit(url).path).name == "robots.txt"
    except ValueError:
        return False
