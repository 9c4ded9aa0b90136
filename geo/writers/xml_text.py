"""XML as text: written so that no string can become markup, and read so that no file can do harm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import IO, Final, NewType
from xml.parsers import expat

Xml = NewType("Xml", str)
"""Well-formed XML content: a text for which this is asked is not taken by mypy until it is `escaped`."""

DECLARATION: Final = Xml('<?xml version="1.0" encoding="UTF-8"?>\n')
"""How a file begins."""
NOTHING: Final = Xml("")
"""No content."""

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 file can hold, not even as a reference (section 2.2, Char)."""
_CHUNK: Final = 1 << 20


class XmlError(ValueError):
    """A file is no XML, or has what no file of ours has."""


def escaped(text: str) -> Xml:
    r"""Return text as the content of an element, character by character what a parser gives back.

    Characters that XML 1.0 forbids become U+FFFD. Quotes stay: `opening` is what writes attributes.

    Examples
    --------
    >>> escaped("<b> & \0 ]]>")
    '&lt;b&gt; &amp; \ufffd ]]&gt;'
    >>> escaped("one\r\ntwo")
    'one&#13;\ntwo'
    """
    text = _FORBIDDEN.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Parsers turn a plain carriage return into a line feed (section 2.11).
    return Xml(text.replace("\r", "&#13;"))


def escaped_json(json: bytes) -> Xml:
    r"""Return JSON, or a piece of it, as the content of an element, without loss.

    What XML forbids stands only inside strings there, where JSON has an escape for it.

    Examples
    --------
    >>> print(escaped_json('{"name":"<\uffff>"}'.encode()))
    {"name":"&lt;\uffff&gt;"}
    """
    return escaped(_FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.decode()))


def opening(name: str, attributes: Mapping[str, str | None] | None = None) -> Xml:
    r"""Return the tag that opens an element.

    Parameters
    ----------
    name
        Of the element, with its prefix; ours, never from a text.
    attributes
        By name; those that are None are left out.

    Examples
    --------
    >>> opening("placeName", {"ref": 'a"b\n', "cert": None})
    '<placeName ref="a&quot;b&#10;">'
    """
    return Xml(f"<{name}{_attributes(attributes)}>")


def closing(name: str) -> Xml:
    """Return the tag that closes an element."""
    return Xml(f"</{name}>")


def element(name: str, *content: Xml, attributes: Mapping[str, str | None] | None = None) -> Xml:
    """Return an element with its content.

    Examples
    --------
    >>> element("p", escaped("1 < 2"), element("br"))
    '<p>1 &lt; 2<br/></p>'
    """
    within = "".join(content)
    return Xml(f"<{name}{_attributes(attributes)}" + (f">{within}</{name}>" if within else "/>"))


def text_element(name: str, text: str | None, attributes: Mapping[str, str | None] | None = None) -> Xml:
    """Return an element of text; nothing at all for None.

    Examples
    --------
    >>> text_element("name", "AT&T"), text_element("name", None)
    ('<name>AT&amp;T</name>', '')
    """
    return NOTHING if text is None else element(name, escaped(text), attributes=attributes)


def joined(pieces: Iterable[Xml]) -> Xml:
    """Return pieces of content one after another."""
    return Xml("".join(pieces))


def text_within(stream: IO[bytes], name: str, attributes: Mapping[str, str]) -> str | None:
    """Return all text within the first element of a file that has some name and attributes.

    Nothing after that element is read. Declarations of types, with which entities come that grow without limit or
    read other files, are refused.

    Parameters
    ----------
    stream
        A file in UTF-8.
    name
        Namespace and name, with a space between them.
    attributes
        Those that it must have, others aside.

    Returns
    -------
    str or None
        None if there is no such element.

    Raises
    ------
    XmlError
        If what is read until then is not well-formed, or declares types.
    """
    search = _Search(name, attributes)
    try:
        while not search.is_over:
            chunk = stream.read(_CHUNK)
            search.parser.Parse(chunk, not chunk)
            if not chunk:
                break
    except expat.ExpatError as error:
        raise XmlError(str(error)) from error
    return "".join(search.texts) if search.is_over else None


class _Search:
    """Collects the text within one element."""

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.texts: list[str] = []
        self.is_over = False
        self._name = name
        self._attributes = attributes.items()
        self._depth = 0
        # The encoding is given here, or a file could choose any that Python knows.
        self.parser = expat.ParserCreate("UTF-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._opened
        self.parser.StartDoctypeDeclHandler = _refuse

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth:
            self._depth += 1
        elif not self.is_over and name == self._name and self._attributes <= attributes.items():
            self._depth = 1
            self.parser.EndElementHandler = self._closed
            self.parser.CharacterDataHandler = self.texts.append

    def _closed(self, _name: str) -> None:
        self._depth -= 1
        if not self._depth:
            self.is_over = True
            self.parser.EndElementHandler = None
            self.parser.CharacterDataHandler = None


def _refuse(*_declared: object) -> None:
    raise XmlError("it declares types of its own, which no such file needs")


def _attributes(attributes: Mapping[str, str | None] | None) -> str:
    given = ((name, value) for name, value in (attributes or {}).items() if value is not None)
    return "".join(f' {name}="{_quotable(value)}"' for name, value in given)


def _quotable(value: str) -> str:
    """Return a value as it stands between double quotes; plain line feeds and tabs become spaces there (3.3.3)."""
    return escaped(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
