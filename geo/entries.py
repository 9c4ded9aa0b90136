"""Entries: one place or line, or one area near it, with everything that was said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from .model import Candidate, Kind, Line, Mention, Place, Referent, Resolution, Role, Vicinity

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

    def __repr__(self) -> str:
        what = ", ".join(filter(None, (self.referent.kind, self.referent.country_code)))
        named = counted(len(self.mentions), "mention")
        doubt = "" if self.is_asserted else ", uncertain"
        return f"<Entry: {self.display_name} ({what}), {named}, confidence {self.confidence:.2f}{doubt}>"

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The place or line as a GeoJSON feature, with those of the fields of ``docs/formats.md`` that it knows."""
        return {
            "type": "Feature",
            "id": self.referent.id,
            "geometry": self.referent.__geo_interface__,
            "properties": {
                "place_id": self.referent.id,
                "name": self.referent.name,
                "kind": str(self.referent.kind),
                "country_code": self.referent.country_code,
                "name_as_written": self.name_as_written,
                "role": str(self.role),
                "mentions": len(self.mentions),
                "asserted": self.is_asserted,
                "confidence": round(self.confidence, 3),
            },
        }

    @property
    def count(self) -> int:
        """How often it is named."""
        return len(self.mentions)

    @property
    def weight(self) -> float:
        """Sum of the confidences of its mentions."""
        return sum(mention.resolution.confidence for mention in self.mentions)

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
        """The name for a reader, as `name_for_readers` chooses it."""
        names = Counter(m.toponym.text for m in self.mentions if m.resolution.role is not Role.DEMONYM)
        return name_for_readers(self.referent, [name for name, _ in names.most_common()])

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


def told_of(mentions: Iterable[Mention], sort: type[R]) -> Iterator[tuple[R, Mention]]:
    """Yield the mentions of one sort of referent."""
    for mention in mentions:
        referent = mention.resolution.referent
        if isinstance(referent, sort):
            yield referent, mention


def entries_of(told: Iterable[tuple[R, Mention]]) -> tuple[Entry[R], ...]:
    """Group mentions by what they tell of; the first referent seen speaks for its id."""
    groups: dict[str, tuple[R, list[Mention]]] = {}
    for referent, mention in told:
        groups.setdefault(referent.id, (referent, []))[1].append(mention)
    entries = (Entry(referent, tuple(group)) for referent, group in groups.values())
    return tuple(sorted(entries, key=lambda entry: (-len(entry.mentions), entry.referent.id)))


def areas_of(entry: Entry[Place] | Entry[Line]) -> Iterator[Area]:
    """Yield the areas that are told of by a place or line, the same one in other words once."""
    groups: dict[tuple[object, ...], list[tuple[Vicinity, Mention]]] = {}
    for mention in entry.mentions:
        if mention.vicinity is not None:
            groups.setdefault(mention.vicinity.measure, []).append((mention.vicinity, mention))
    for group in groups.values():
        yield Area(replace(entry, mentions=tuple(mention for _, mention in group)), group[0][0])


def name_for_readers(referent: Referent, spellings: Sequence[str]) -> str:
    """Return the name of a place or line for a reader: as the texts spell it.

    The gazetteer's for lines, for countries, for what people put on a list ("Mississippi" the river is the Mississippi
    River), and for names in capitals.

    Parameters
    ----------
    referent
        The place or line.
    spellings
        How the texts spell it where it is no demonym, most frequent first.
    """
    if _has_one_name(referent):
        return referent.name
    return next((name for name in spellings if not name.isupper()), referent.name)


def counted(count: int, noun: str) -> str:
    """Return a number and what it counts.

    Examples
    --------
    >>> counted(1, "mention"), counted(1_000, "mention")
    ('1 mention', '1,000 mentions')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def rivals(resolution: Resolution) -> tuple[Candidate, ...]:
    """Return what else a toponym may mean, best first, the referent left out: at most `MAX_RIVALS` candidates."""
    chosen = None if resolution.referent is None else resolution.referent.id
    return tuple([each for each in resolution.candidates if each.referent.id != chosen][:MAX_RIVALS])


def _telling(resolution: Resolution) -> tuple[bool, bool, float]:
    return resolution.is_asserted, resolution.role is Role.LITERAL, resolution.confidence


def _has_one_name(referent: Referent) -> bool:
    """Whether readers know it by the gazetteer's name, however a text spells it."""
    if isinstance(referent, Line):
        return True
    return referent.is_hand_kept or referent.kind in {Kind.COUNTRY, Kind.CONTINENT}
