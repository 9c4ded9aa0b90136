"""The visible text of any HTML, however deep or damaged, from a parser's events."""

from __future__ import annotations

from collections.abc import Mapping

_UNREAD = frozenset(
    "aside audio button canvas datalist dialog embed footer frameset head iframe math menu nav noframes noscript "
    "object option script select style svg template textarea title video".split()
)
"""What is no text of an article."""
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike strong sub "
    "sup tt u var wbr".split()
)
"""What stands within a line."""


class Paragraphs:
    r"""Target of an lxml parser: makes a text of one paragraph a line.

    Examples
    --------
    >>> from lxml.etree import HTMLParser
    >>> parser = HTMLParser(target=Paragraphs())
    >>> parser.feed("<nav>Tokyo</nav><div><p>In <b>Rome</b>,<p>and Oslo<script>Paris</script>")
    >>> parser.close()
    'In Rome,\nand Oslo'
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._words: list[str] = []
        self._unread: list[str] = []

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:
        """Begin an element."""
        if tag in _UNREAD:
            self._unread.append(tag)
        elif tag not in INLINE:
            self._break()

    def end(self, tag: str) -> None:
        """End an element."""
        if self._unread and self._unread[-1] == tag:
            self._unread.pop()
        elif tag not in INLINE:
            self._break()

    def data(self, data: str) -> None:
        """Take text."""
        if not self._unread:
            self._words.append(data)

    def close(self) -> str:
        """Return the text."""
        self._break()
        return "\n".join(self._lines)

    def _break(self) -> None:
        line = " ".join("".join(self._words).split())
        if line:
            self._lines.append(line)
        self._words.clear()
