"""The text of an article in TEI: every character of it in order, with elements around the names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..model import LINE_KINDS, Line, Mention, Resolution
from .xml_text import Xml, closing, element, escaped, joined, opening

CERTAIN_FROM: Final = 0.9
"""Confidence from which an asserted name has ``cert="high"``."""

_BREAK: Final = re.compile(r"(\r?\n[ \t\r\n]*)")
"""What parts paragraphs: it stands between their elements, where white space means nothing to XML."""
_NOT_IN_ID: Final = re.compile(r"[^A-Za-z0-9-]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A mention as the text marks it."""

    mention: Mention
    """The mention."""
    id: str
    """The ``xml:id`` of its element, of the first of them where there are several."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """An element that begins or ends."""

    at: int
    """Where: a code point of the text."""
    opened: Marked | None
    """What begins; None where the innermost element ends."""
    part: int = 0
    """Of what begins, which part of it this is: 0 for the first."""


def marked(mentions: Sequence[Mention], article: int) -> list[Marked]:
    """Return the mentions of an article with ids for their elements.

    Parameters
    ----------
    mentions
        In the order of `Atlas.mentions`.
    article
        Number of the article in its file.
    """
    seen: Counter[str] = Counter()
    found = []
    for mention in mentions:
        place = f"name{article}.{mention.toponym.start}-{mention.toponym.end}"
        seen[place] += 1
        # Readings of one name that contradict each other are mentions of their own.
        found.append(Marked(mention, f"{place}-{seen[place]}" if seen[place] > 1 else place))
    return found


def as_id(layer: str, referent_id: str) -> str:
    """Return the ``xml:id`` of a place or line: an NCName (XML Namespaces section 3), another for every other id.

    Examples
    --------
    >>> as_id("places", "geonames:169389"), as_id("lines", "road:SY-M4/1")
    ('place.geonames.169389', 'line.road.SY-M4_2f_1')
    """
    return f"{layer.removesuffix('s')}.{_NOT_IN_ID.sub(_in_id, referent_id)}"


def body(text: str, names: Sequence[Marked]) -> Iterator[Xml]:
    """Yield the body of a text.

    What its elements hold, one after another, is the text, character by character, with U+FFFD for what XML forbids.

    Parameters
    ----------
    text
        Of the article.
    names
        What to mark in it. Of two that overlap without one lying in the other, the later one is marked in parts, which
        point to each other.
    """
    yield opening("body", {"xml:space": "preserve"})
    turns = _turns(names)
    parts = Counter(turn.opened.id for turn in turns if turn.opened)
    paragraph = _Paragraph()
    stack: list[Marked] = []
    at = 0
    for turn in turns:
        yield from paragraph.content(text[at : turn.at], is_free=not stack)
        at = turn.at
        if turn.opened is None:
            yield closing(_tag(stack.pop().mention))
        else:
            stack.append(turn.opened)
            yield from paragraph.begin()
            yield opening(_tag(turn.opened.mention), _attributes(turn.opened, turn.part, parts[turn.opened.id]))
    yield from paragraph.content(text[at:], is_free=True)
    yield from paragraph.finish()
    yield closing("body")


class _Paragraph:
    """Opens and closes the elements of paragraphs."""

    def __init__(self) -> None:
        self._is_open = False
        self._is_any = False

    def begin(self) -> Iterator[Xml]:
        """Make sure that a paragraph is open."""
        if not self._is_open:
            yield opening("p")
        self._is_open = self._is_any = True

    def content(self, text: str, *, is_free: bool) -> Iterator[Xml]:
        """Yield text, in paragraphs of its own where it is free of names around it."""
        for number, piece in enumerate(_BREAK.split(text) if is_free else [text]):
            if number % 2:
                yield from self._end()
                yield escaped(piece)
            elif piece:
                yield from self.begin()
                yield escaped(piece)

    def finish(self) -> Iterator[Xml]:
        """Close what is open. A body without any paragraph is not valid."""
        if not self._is_any:
            yield element("p")
        yield from self._end()

    def _end(self) -> Iterator[Xml]:
        if self._is_open:
            yield closing("p")
        self._is_open = False


def certainties(names: Sequence[Marked]) -> Xml:
    """Return how sure each name is, and why: of its referent, or where it has none, that it is a name at all."""
    return joined(map(_certainty, names))


def _certainty(name: Marked) -> Xml:
    resolution = name.mention.resolution
    told: dict[str, str | None] = {"target": f"#{name.id}", "locus": "value", "match": "@ref"}
    degree = resolution.confidence
    if resolution.referent is None:
        told, degree = {"target": f"#{name.id}", "locus": "name"}, resolution.toponym.certainty
    why = element("desc", escaped(resolution.why)) if resolution.why else escaped("")
    return Xml(element("certainty", why, attributes={**told, "degree": f"{degree:.3f}"}) + "\n")


def _turns(names: Sequence[Marked]) -> list[_Turn]:
    """Return where elements begin and end, so that each ends inside the one in which it began."""
    starting: dict[int, list[Marked]] = {}
    for name in names:
        starting.setdefault(name.mention.toponym.start, []).append(name)
    bounds = {bound for name in names for bound in (name.mention.toponym.start, name.mention.toponym.end)}
    turns: list[_Turn] = []
    stack: list[Marked] = []
    begun: Counter[str] = Counter()
    for at in sorted(bounds):
        first = next((depth for depth, name in enumerate(stack) if name.mention.toponym.end == at), len(stack))
        cut = [name for name in stack[first:] if name.mention.toponym.end > at]
        turns += [_Turn(at, None)] * (len(stack) - first)
        del stack[first:]
        # The one that reaches furthest is opened first, and lies around the others.
        for name in sorted([*cut, *starting.get(at, ())], key=lambda name: -name.mention.toponym.end):
            turns.append(_Turn(at, name, begun[name.id]))
            begun[name.id] += 1
            stack.append(name)
    return turns


def _tag(mention: Mention) -> str:
    """Return what marks a mention: places are placeName, roads and other lines name, what is not known by its words."""
    referent = mention.resolution.referent
    is_line = isinstance(referent, Line) if referent else mention.toponym.kind in LINE_KINDS
    return "name" if is_line else "placeName"


def _attributes(name: Marked, part: int, parts: int) -> Mapping[str, str | None]:
    resolution = name.mention.resolution
    referent = resolution.referent
    kind = referent.kind if referent else resolution.toponym.kind
    return {
        "xml:id": _part_id(name, part),
        "type": None if kind is None else str(kind),
        "ref": None
        if referent is None
        else f"#{as_id('lines' if isinstance(referent, Line) else 'places', referent.id)}",
        "key": None if referent is None else referent.id,
        "cert": _cert(resolution),
        "ana": f"#{resolution.role}",
        "resp": "#corrections" if resolution.correction else None,
        "prev": f"#{_part_id(name, part - 1)}" if part else None,
        "next": f"#{_part_id(name, part + 1)}" if part + 1 < parts else None,
    }


def _cert(resolution: Resolution) -> str:
    if resolution.referent is None or not resolution.is_asserted:
        return "low"
    return "high" if resolution.confidence >= CERTAIN_FROM else "medium"


def _part_id(name: Marked, part: int) -> str:
    return f"{name.id}.{part + 1}" if part else name.id


def _in_id(found: re.Match[str]) -> str:
    return "." if found[0] == ":" else f"_{ord(found[0]):x}_"
