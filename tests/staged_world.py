"""Small corpora as staged parts, for tests of what all documents together say."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path

from shapely import LineString

from geo.atlas import Atlas
from geo.corpora.duplicates import signature
from geo.corpora.parts import write_part
from geo.corpora.staging import staged, tables_of
from geo.model import (
    Candidate,
    Course,
    Document,
    Excerpt,
    Kind,
    Line,
    Mention,
    Place,
    Referent,
    Resolution,
    Role,
    Toponym,
    Vicinity,
)

SYRIA = Place("t:sy", "Syria", Kind.COUNTRY, 38.5, 35.0, country_code="SY")
IDLIB = Place("t:idlib", "Idlib", Kind.SETTLEMENT, 36.6, 35.9, country_code="SY", admin1_code="12")
HOMS = Place("t:homs", "Homs", Kind.SETTLEMENT, 36.7, 34.7, country_code="SY", admin1_code="11")
ANKARA = Place("t:ankara", "Ankara", Kind.SETTLEMENT, 32.9, 39.9, country_code="TR")
SEA = Place("t:sea", "Black Sea", Kind.PHYSICAL, 34.0, 43.0)
M4 = Line("road:M4", "M4", Kind.ROAD, LineString([(36.0, 35.5), (37.0, 36.0)]), Course.SURVEYED, attribution="© M4")
SECTION = Line(
    "road:M4/1-2",
    "M4 Idlib - Homs",
    Kind.ROAD,
    LineString([(36.6, 35.7), (36.8, 35.9)]),
    Course.SURVEYED,
    ends=(IDLIB, HOMS),
    whole=M4,
)
STRAIGHT = Line(
    "road:2", "Idlib - Homs", Kind.ROAD, LineString([(36.6, 35.9), (36.7, 34.7)]), Course.INFERRED, ends=(IDLIB, HOMS)
)
REFERENTS: Sequence[Referent] = (SYRIA, IDLIB, HOMS, ANKARA, SEA, M4, SECTION, STRAIGHT)
UNITS = {("SY", None): "Syria", ("SY", "12"): "Idlib Governorate"}


def mention(
    document: Document,
    start: int,
    end: int,
    referent: Referent | None,
    *,
    role: Role = Role.LITERAL,
    confidence: float = 0.9,
    is_asserted: bool = True,
    sentence: str | None = None,
    vicinity: Vicinity | None = None,
    rivals: Iterable[Candidate] = (),
) -> Mention:
    """Return a mention whose sentence is the whole text, unless it says another."""
    toponym = Toponym(start, end, document.text[start:end])
    sure = confidence if referent is not None else 0.0
    resolution = Resolution(toponym, referent, sure, role, tuple(rivals), is_asserted=is_asserted)
    text = document.text if sentence is None else sentence
    return Mention(document.id, resolution, Excerpt(0, len(text), text), vicinity)


def story(
    name: str,
    *named: tuple[str, Referent | None],
    source: str | None = None,
    day: int | None = None,
    title: str | None = None,
    url: str | None = None,
    text: str | None = None,
    **options: bool | float | Role,
) -> Atlas:
    """Return what a document says that is nothing but names, all of them in one sentence."""
    words = ", ".join(word for word, _ in named) if text is None else text
    date = None if day is None else datetime.date(2024, 1, day)
    document = Document(name, words, title, source, date=date, url=url)
    mentions, at = [], 0
    for word, referent in named:
        at = words.index(word, at)
        mentions.append(mention(document, at, at + len(word), referent, **options))  # type: ignore[arg-type]
        at += len(word)
    return Atlas([document], mentions, units=UNITS)


def stage(folder: Path, atlases: Sequence[Atlas | None], *, part: int = 2, with_signatures: bool = False) -> Path:
    """Write what documents say into a folder of parts of so many positions, where None could not be read."""
    parts = folder / "parts"
    for first in range(0, len(atlases), part):
        told = [
            staged(at, atlas, tuple(signature(atlas.documents[0].text).tolist()) if with_signatures else None)
            for at, atlas in enumerate(atlases[first : first + part], first)
            if atlas is not None
        ]
        write_part(parts, first // part, tables_of(told))
    parts.mkdir(parents=True, exist_ok=True)
    return parts
