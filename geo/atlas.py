"""The atlas: what a set of documents says about which places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Generic, TypeVar

from .model import LINE_KINDS, Candidate, Document, Kind, Line, Mention, Place, Referent, Resolution, Role, Vicinity

MAX_RIVALS = 5
"""Most other candidates that readers are told of."""

R = TypeVar("R", Place, Line)

_NEARNESS = {role: at for at, role in enumerate((Role.LITERAL, Role.EMBEDDED, Role.METONYM, Role.DEMONYM))}
"""How near what a name does is to naming the place itself, nearest first."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[R]):
    """One referent with everything that was said of it."""

    referent: R
    """The place or line."""
    mentions: tuple[Mention, ...]
    """Its mentions, in order of document and text; never empty."""

    @property
    def confidence(self) -> float:
        """Confidence of its surest mention, 0 to 1: the others have the same referent, and their doubt is no news."""
        return max(mention.resolution.confidence for mention in self.mentions)

    @property
    def is_asserted(self) -> bool:
        """Whether any mention is sure enough to tell of it as a fact."""
        return any(mention.resolution.is_asserted for mention in self.mentions)

    @property
    def role(self) -> Role:
        """Role of the entry: literal if any mention is, else the most frequent role, on a tie the nearest to that."""
        roles = Counter(mention.resolution.role for mention in self.mentions)
        return Role.LITERAL if Role.LITERAL in roles else min(roles, key=lambda role: (-roles[role], _NEARNESS[role]))

    @property
    def name_as_written(self) -> str:
        """The most frequent spelling among the mentions of the entry's role, the first of them on a tie."""
        role = self.role
        spellings = Counter(mention.toponym.text for mention in self.mentions if mention.resolution.role is role)
        return spellings.most_common(1)[0][0]

    @property
    def display_name(self) -> str:
        """The name for a reader: as the texts spell it.

        The gazetteer's for lines, for countries, for what people put on a list ("Mississippi" the river is the
        Mississippi River), and for names in capitals.
        """
        if _has_one_name(self.referent):
            return self.referent.name
        names = [m.toponym.text for m in self.mentions if m.resolution.role is not Role.DEMONYM]
        spellings = Counter(name for name in names if not name.isupper())
        return spellings.most_common(1)[0][0] if spellings else self.referent.name

    @property
    def best(self) -> Mention:
        """The mention that tells best why it is on the map.

        The one with the highest confidence, one that is asserted before others, then a literal one; the first on a tie.
        """
        return max(self.mentions, key=lambda mention: _telling(mention.resolution))


@dataclass(frozen=True, slots=True)
class Area:
    """One area near a place or line with every mention that tells of it."""

    entry: Entry[Place] | Entry[Line]
    """The place or line that it is told by, with only the mentions that tell of the area; never empty."""
    vicinity: Vicinity
    """How it lies to that, in the words of the first of them."""

    @property
    def id(self) -> str:
        """Stable id: the place's, with what sets the area apart: ``geonames:169389/offset-20000m-45deg-r12202m``."""
        told = self.vicinity
        distance = None if told.distance_m is None else f"{told.distance_m:.0f}m"
        bearing = None if told.bearing_deg is None else f"{told.bearing_deg:g}deg"
        parts = (told.sort, distance, bearing, f"r{told.radius_m:.0f}m", told.other.id if told.other else None)
        return f"{self.entry.referent.id}/{'-'.join(filter(None, parts))}"

    @property
    def words(self) -> str:
        """How the text says it, of the mention that tells best: "20 km (12 miles) north-east of Idlib"."""
        best = self.entry.best
        vicinity = best.vicinity or self.vicinity
        return vicinity.text if vicinity.other else f"{vicinity.text} {best.toponym.text}"


class Atlas:
    """Referents with their excerpts, over any number of documents.

    An atlas is a value: `merge` is associative and commutative, and everything it lists is sorted, so that any split of
    a corpus gives the same atlas.

    Parameters
    ----------
    documents, mentions
        In any order; kept sorted by document id and position.

    Raises
    ------
    ValueError
        If two different documents share an id, or a mention belongs to no document.
    """

    def __init__(self, documents: Iterable[Document] = (), mentions: Iterable[Mention] = ()) -> None:
        by_id: dict[str, Document] = {}
        for document in documents:
            if by_id.setdefault(document.id, document) != document:
                raise ValueError(f"two different documents are called {document.id!r}")
        self.documents: tuple[Document, ...] = tuple(by_id[key] for key in sorted(by_id))
        self.mentions: tuple[Mention, ...] = tuple(sorted(set(mentions), key=_reading_order))
        strangers = {mention.document_id for mention in self.mentions} - by_id.keys()
        if strangers:
            raise ValueError(f"mentions of unknown documents: {sorted(strangers)[:3]}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Atlas):
            return NotImplemented
        return self.documents == other.documents and self.mentions == other.mentions

    def __hash__(self) -> int:
        return hash((self.documents, self.mentions))

    def __repr__(self) -> str:
        counts = (len(self.documents), len(self.places), len(self.lines), len(self.unresolved))
        return "<Atlas: {} documents, {} places, {} lines, {} unresolved names>".format(*counts)

    @cached_property
    def places(self) -> tuple[Entry[Place], ...]:
        """Every place that was found, most mentioned first, then by id."""
        return _entries(_told_of(self.mentions, Place))

    @cached_property
    def lines(self) -> tuple[Entry[Line], ...]:
        """Every line that was found, most mentioned first, then by id."""
        return _entries(_told_of(self.mentions, Line))

    @cached_property
    def whole_lines(self) -> tuple[Entry[Line], ...]:
        """Every whole road or other line, with the mentions of it and of all its sections; in the order of `lines`.

        A section of which the whole is not known is in none of them.
        """
        return _entries(
            (whole, mention) for line, mention in _told_of(self.mentions, Line) if (whole := line.whole_line)
        )

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Every area near a place or line that was found, most mentioned first, then by id."""
        entries: list[Entry[Place] | Entry[Line]] = [*self.places, *self.lines]
        areas = (area for entry in entries for area in _areas(entry))
        return tuple(sorted(areas, key=lambda area: (-len(area.entry.mentions), area.id)))

    @cached_property
    def unresolved(self) -> tuple[Mention, ...]:
        """Toponyms without a referent, in order of document and text."""
        return tuple(mention for mention in self.mentions if mention.resolution.referent is None)

    @cached_property
    def unresolved_names(self) -> Mapping[str, str]:
        """Why each name has no referent, by the name: the reason at its first mention, "" where none was recorded.

        A line goes by what it was looked up as, since "highway", as the text calls it, says nothing to a reader.
        """
        names: dict[str, str] = {}
        for mention in self.unresolved:
            toponym = mention.toponym
            name = toponym.sought if toponym.kind in LINE_KINDS else toponym.text
            names.setdefault(name, mention.resolution.why)
        return names

    def document(self, document_id: str) -> Document:
        """Return one document; KeyError when there is none of that id."""
        for document in self.documents:
            if document.id == document_id:
                return document
        raise KeyError(document_id)

    def merge(self, other: Atlas) -> Atlas:
        """Return the atlas of both sets of documents."""
        return Atlas(self.documents + other.documents, self.mentions + other.mentions)


def rivals(resolution: Resolution) -> tuple[Candidate, ...]:
    """Return what else a toponym may mean, best first, the referent left out: at most `MAX_RIVALS` candidates."""
    chosen = resolution.referent
    others = (each for each in resolution.candidates if chosen is None or each.referent.id != chosen.id)
    return tuple(islice(others, MAX_RIVALS))


def _telling(resolution: Resolution) -> tuple[bool, bool, float]:
    return resolution.is_asserted, resolution.role is Role.LITERAL, resolution.confidence


def _has_one_name(referent: Referent) -> bool:
    """Whether readers know it by the gazetteer's name, however a text spells it."""
    if isinstance(referent, Line):
        return True
    return referent.is_hand_kept or referent.kind in {Kind.COUNTRY, Kind.CONTINENT}


def _reading_order(mention: Mention) -> tuple[str, int, int, str]:
    referent = mention.resolution.referent
    return mention.document_id, mention.toponym.start, mention.toponym.end, referent.id if referent else ""


def _told_of(mentions: Iterable[Mention], sort: type[R]) -> Iterator[tuple[R, Mention]]:
    """Yield the mentions of one sort of referent."""
    for mention in mentions:
        referent = mention.resolution.referent
        if isinstance(referent, sort):
            yield referent, mention


def _areas(entry: Entry[Place] | Entry[Line]) -> Iterator[Area]:
    """Yield the areas that are told of by a place or line, the same one in other words once."""
    groups: dict[tuple[object, ...], list[tuple[Vicinity, Mention]]] = {}
    for mention in entry.mentions:
        if mention.vicinity is not None:
            groups.setdefault(mention.vicinity.measure, []).append((mention.vicinity, mention))
    for group in groups.values():
        yield Area(replace(entry, mentions=tuple(mention for _, mention in group)), group[0][0])


def _entries(told: Iterable[tuple[R, Mention]]) -> tuple[Entry[R], ...]:
    """Group mentions by what they tell of; the first referent seen speaks for its id."""
    groups: dict[str, tuple[R, list[Mention]]] = {}
    for referent, mention in told:
        groups.setdefault(referent.id, (referent, []))[1].append(mention)
    entries = (Entry(referent, tuple(group)) for referent, group in groups.values())
    return tuple(sorted(entries, key=lambda entry: (-len(entry.mentions), entry.referent.id)))
