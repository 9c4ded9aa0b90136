"""E-mail: the message itself, as plain text where it has that, else its HTML.

Attachments are not read, nor what the sender only quotes: lines marked by ``>``, signatures, the feet of mailing lists,
and behind a reply the message that it answers. What is forwarded is read.
"""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from email.utils import parseaddr, parsedate_to_datetime

from ..errors import InputError, TextWarning
from ..headers import charset_of, has_few_parameters
from ..model import Document
from .encoding import decode_text
from .html import read_html
from .metadata import phrase
from .raw import Form, Raw

MAX_NESTING = 200
"""Most parts with parts in them. Python's parser calls itself for each."""

_LONGEST_HEADER = 4_000
_NESTING = re.compile(rb"(?im)^content-type:\s{0,20}(?:multipart|message)/")
_ANSWER = re.compile(r"\s{0,9}(?:re|aw|sv|antw)\s{0,9}:", re.IGNORECASE)
_REPLY = re.compile(r"(?:\s{0,9}(?:re|fwd?|aw|antw|sv|wg|tr)\s{0,9}:\s{0,9}){1,20}", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_QUOTED = re.compile(r"(?m)(?:^(?!>)(?=.{0,200}[\d@]).{1,200}(?:\n.{1,100})?:[ \t]*\n(?:[ \t]*\n)?)?(?:^>.*(?:\n|\Z))+")
"""Lines that are quoted, and the one above them that says whose they are."""
_MARK = re.compile(r"(?m)^(?:> ?)+")
_FOOT = re.compile(r"(?m)^(?:-- |_{40,}[ \t]*)$")
"""What stands above a signature (RFC 3676 section 4.3), and above the foot of a mailing list."""
_ANSWERED = re.compile(
    r"(?m)^(?:-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine) ?-{2,}|_{20,39})[ \t]*$"
)
_SOFT_BREAK = re.compile(r"(?m)^(?!-- $)(.*) \n")
"""The end of a line that a program put into a paragraph (RFC 3676 section 4)."""


def read_mail(raw: Raw) -> Document:
    """Read an e-mail: its subject is the title, its sender the author.

    Raises
    ------
    InputError
        If there is no text in it, or it is nested more than `MAX_NESTING` times.
    ResourceError
        If it has HTML only, and what reads that is not installed.

    Warns
    -----
    TextWarning
        If attachments were left out, or an encoding had to be guessed.
    """
    message = _parsed(raw)
    texts, pages, unread = _parts(message)
    if unread:
        warnings.warn(f"{raw.name}: attachments were not read (count {unread})", TextWarning, stacklevel=2)
    subject = _header(message, "Subject")
    text = "\n\n".join(filter(None, (_plain(part, raw.name) for part in texts)))
    if text:
        own = _own(text, is_reply=_ANSWER.match(subject) is not None)
        if left_out := text.count("\n") - own.count("\n"):
            told = f"{raw.name}: lines that only quote, or sign, were not read (count {left_out})"
            warnings.warn(told, TextWarning, stacklevel=2)
        document = Document(raw.id, own)
    elif pages:
        charset = raw.charset or _charset(pages[0])
        document = read_html(replace(raw, data=_content(pages[0]), form=Form.HTML, charset=charset))
    else:
        raise InputError(f"{raw.name}: there is no text in the e-mail", source=raw.name)
    return replace(
        document,
        title=phrase(_REPLY.sub("", subject, count=1)) or document.title,
        author=_sender(_header(message, "From")),
        date=_day(_header(message, "Date")),
    )


def _parsed(raw: Raw) -> Message:
    if len(_NESTING.findall(raw.data)) > MAX_NESTING:
        raise InputError(
            f"{raw.name}: it has more than {MAX_NESTING} e-mails or parts in one; save its text", source=raw.name
        )
    try:
        # Not the newer policy: its parser of headers takes minutes for some, and fails on others in ways of all sorts.
        return BytesParser(policy=_Policy()).parsebytes(raw.data)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{raw.name}: it is a damaged e-mail; save its text", source=raw.name) from error


class _Policy(Compat32):
    """Reads headers as they come, and those that say what a part is without parameters that cannot be read."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return the name and the value of a header."""
        name, value = super().header_source_parse(sourcelines)
        if name.lower().startswith("content-") and not _has_sound_parameters(value):
            value = value.partition(";")[0]
        return name, value


def _has_sound_parameters(value: str) -> bool:
    if not has_few_parameters(value):
        return False
    head = Message()
    head["Content-Type"] = value
    try:
        head.get_params()
    except ValueError:  # for pieces with numbers of thousands of digits
        return False
    return True


def _parts(message: Message) -> tuple[list[Message], list[Message], int]:
    """Return the parts of plain text, those of HTML, and how many others there are."""
    texts: list[Message] = []
    pages: list[Message] = []
    unread = 0
    for part in _leaves(message):
        kind = part.get_content_type()
        if part.get_content_disposition() != "attachment" and kind in {"text/plain", "text/html"}:
            (texts if kind == "text/plain" else pages).append(part)
        else:
            unread += 1
    return texts, pages, unread


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that have no parts, in their order; an e-mail within is one, and an attachment."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop()
        is_of_parts = part.get_content_maintype() == "multipart" and part.is_multipart()
        inner = part.get_payload() if is_of_parts else None
        if isinstance(inner, list):
            waiting.extend(each for each in reversed(inner) if isinstance(each, Message))
        else:
            yield part


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str | None:
    """Return the encoding that a part says; ASCII says nothing, since programs write it where nobody chose one."""
    charset = charset_of(part)
    return None if charset in {"us-ascii", "ascii"} else charset


def _plain(part: Message, name: str) -> str:
    text = decode_text(_content(part), name, _charset(part)).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _SOFT_BREAK.sub(r"\1 ", text)
    return text.strip()


def _own(text: str, *, is_reply: bool) -> str:
    """Return what the sender wrote, or all of it where that is nothing."""
    own = _FOOT.split(text, maxsplit=1)[0]
    if is_reply:
        own = _ANSWERED.split(own, maxsplit=1)[0]
    own = _QUOTED.sub("\n", own).strip()
    return own if _LETTER.search(own) else _MARK.sub("", text)


def _header(message: Message, name: str) -> str:
    """Return a header without its encoded words (RFC 2047) where it is the subject; "" for none."""
    text = " ".join(str(message.get(name, ""))[:_LONGEST_HEADER].split())
    return _unescaped(text) if name == "Subject" else text


def _unescaped(text: str) -> str:
    """Return a text without encoded words; as it is where they are damaged."""
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, ValueError, LookupError):
        return text


def _sender(text: str) -> str | None:
    """Return the name of a sender, or else the address."""
    try:
        name, address = parseaddr(text)
    except RecursionError:  # thousands of brackets
        return None
    return phrase(_unescaped(name)) or phrase(address)


def _day(text: str) -> datetime.date | None:
    """Return the day that a date names, as it is written there."""
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
