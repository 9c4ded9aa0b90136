"""The nouns of the house as JSON values, and back, without loss.

A referent is written once and named by its number in a list, since a corpus speaks of the same places again and again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from types import NoneType
from typing import Any

from .checked import Record, checked, course_of, day_or_none, number_of, number_or_none, text_of, text_or_none, texts
from .extent import Extent
from .model import (
    Candidate,
    Correction,
    Course,
    Document,
    Excerpt,
    Kind,
    Line,
    Mention,
    Origin,
    Place,
    Referent,
    Resolution,
    Role,
    Toponym,
    Vicinity,
    VicinitySort,
)
from .provenance import Run, Source

_AS_THEY_ARE = ("id", "name", "ref", "country_code", "length_m", "gazetteer", "road_name", "attribution")
"""What a line's record has under the names and with the values of the line."""

_SINCE_1_1 = ("author", "url", "language")
"""What the record of a document has since version 1.1 of the schema."""


class ReferentList:
    """Numbers referents in the order in which they are met, those before that they are told by.

    Examples
    --------
    >>> seen = ReferentList()
    >>> somewhere = Place("a:1", "Somewhere", Kind.SETTLEMENT, 1.0, 2.0)
    >>> seen.number(somewhere), seen.number(somewhere), seen.number(None), len(seen.records)
    (0, 0, None, 1)
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        """One record a referent."""
        self._numbers: dict[Referent, int] = {}
        # Most mentions share the very objects: an identity is found faster than fourteen fields are compared.
        self._by_identity: dict[int, tuple[Referent, int]] = {}

    def number(self, referent: Referent | None) -> int | None:
        """Return the number of a referent, a new one for one not met before; None for none."""
        if referent is None:
            return None
        met = self._by_identity.get(id(referent))
        if met is not None:
            return met[1]
        if referent not in self._numbers:
            record = self._line(referent) if isinstance(referent, Line) else _place_record(referent)
            self._numbers[referent] = len(self.records)
            self.records.append(record)
        number = self._numbers[referent]
        self._by_identity[id(referent)] = referent, number
        return number

    def add(self, mention: Mention) -> None:
        """Give numbers to everything that a mention tells of."""
        resolution = mention.resolution
        for referent in (resolution.referent, *(each.referent for each in resolution.candidates)):
            self.number(referent)
        if mention.vicinity is not None:
            self.number(mention.vicinity.other)

    def _line(self, line: Line) -> Record:
        return {
            "type": "line",
            **{name: getattr(line, name) for name in _AS_THEY_ARE},
            "kind": line.kind,
            "course": line.course,
            "origin": line.origin,
            "osm_ids": list(line.osm_ids),
            "ends": None if line.ends is None else [self.number(end) for end in line.ends],
            "via": [self.number(place) for place in line.via],
            "whole": self.number(line.whole),
            "geometry": line.__geo_interface__,
        }


def referents_from(records: Iterable[Record]) -> list[Referent]:
    """Return the referents of a list in which each comes after those that it is told by.

    Raises
    ------
    KeyError, TypeError, ValueError, IndexError, OverflowError
        If a record is not as `ReferentList` makes it.
    """
    referents: list[Referent] = []
    for record in records:
        if record["type"] not in {"place", "line"}:
            raise ValueError(f"a referent is of type {record['type']!r}")
        referents.append(_place(record) if record["type"] == "place" else _line(record, referents))
    return referents


def document_record(document: Document) -> dict[str, Any]:
    """Return a document as JSON."""
    return {
        "id": document.id,
        "title": document.title,
        "author": document.author,
        "source": document.source,
        "url": document.url,
        "file_name": document.file_name,
        "date": _iso(document.date),
        "language": document.language,
        "sha256": document.sha256,
        "given_spans": None if document.given_spans is None else [list(span) for span in document.given_spans],
        "text": document.text,
    }


def document_from(record: Record) -> Document:
    """Return the document of a record; raises as `referents_from`, also where the text is not that of its digest."""
    spans = record["given_spans"]
    document = Document(
        text_of(record, "id"),
        text_of(record, "text"),
        text_or_none(record, "title"),
        text_or_none(record, "source"),
        text_or_none(record, "file_name"),
        None if spans is None else tuple((checked(start, int), checked(end, int)) for start, end in spans),
        day_or_none(record, "date"),
        *(text_or_none(record, name) if name in record else None for name in _SINCE_1_1),
    )
    if document.sha256 != record["sha256"]:
        raise ValueError(f"the text of article {document.id!r} is not the one that was read")
    return document


def mention_record(mention: Mention, document: Document, referents: ReferentList) -> dict[str, Any]:
    """Return a mention as JSON; the text of its sentence only where it is not that of the document.

    Parameters
    ----------
    mention
        What to write.
    document
        The document it is in.
    referents
        Numbers what it tells of.
    """
    toponym, resolution, sentence, vicinity = mention.toponym, mention.resolution, mention.excerpt, mention.vicinity
    is_cut_out = document.text[sentence.start : sentence.end] == sentence.text
    return {
        "start": toponym.start,
        "end": toponym.end,
        "text": toponym.text,
        "kind": toponym.kind,
        "label": toponym.label,
        "certainty": toponym.certainty,
        "lemma": toponym.lemma,
        "referent": referents.number(resolution.referent),
        "confidence": resolution.confidence,
        "asserted": resolution.is_asserted,
        "role": resolution.role,
        "candidates": [
            {"referent": referents.number(each.referent), "score": each.score} for each in resolution.candidates
        ],
        "evidence": list(resolution.evidence),
        "correction": None if resolution.correction is None else _correction_record(resolution.correction),
        "sentence": {"start": sentence.start, "end": sentence.end, "text": None if is_cut_out else sentence.text},
        "vicinity": None if vicinity is None else vicinity_record(vicinity, referents),
    }


def mention_from(record: Record, document: Document, referents: Sequence[Referent]) -> Mention:
    """Return the mention of a record; raises as `referents_from`."""
    toponym = Toponym(
        checked(record["start"], int),
        checked(record["end"], int),
        text_of(record, "text"),
        None if record["kind"] is None else Kind(record["kind"]),
        text_or_none(record, "label"),
        number_of(record, "certainty"),
        text_or_none(record, "lemma"),
    )
    resolution = Resolution(
        toponym,
        _at(record["referent"], referents),
        number_of(record, "confidence"),
        Role(record["role"]),
        tuple(_candidate(each, referents) for each in record["candidates"]),
        texts(record, "evidence"),
        checked(record["asserted"], bool),
        _correction(record["correction"]),
    )
    sentence = record["sentence"]
    start, end, text = checked(sentence["start"], int), checked(sentence["end"], int), text_or_none(sentence, "text")
    excerpt = Excerpt(start, end, document.text[start:end] if text is None else text)
    vicinity = record["vicinity"]
    return Mention(document.id, resolution, excerpt, None if vicinity is None else vicinity_from(vicinity, referents))


def vicinity_record(vicinity: Vicinity, referents: ReferentList) -> dict[str, Any]:
    """Return an area near a place as JSON."""
    names = ("sort", "start", "end", "text", "radius_m", "distance_m", "bearing_deg")
    return {**{name: getattr(vicinity, name) for name in names}, "other": referents.number(vicinity.other)}


def vicinity_from(record: Record, referents: Sequence[Referent]) -> Vicinity:
    """Return the area of a record; raises as `referents_from`."""
    return Vicinity(
        VicinitySort(record["sort"]),
        checked(record["start"], int),
        checked(record["end"], int),
        text_of(record, "text"),
        number_of(record, "radius_m"),
        number_or_none(record, "distance_m"),
        number_or_none(record, "bearing_deg"),
        None if record["other"] is None else _place_at(record["other"], referents),
    )


def run_record(run: Run) -> dict[str, Any]:
    """Return with what documents were read as JSON."""
    return asdict(run)


def run_from(record: Record) -> Run:
    """Return the run of a record; raises as `referents_from`."""
    return Run(
        tool_version=text_of(record, "tool_version"),
        model=text_of(record, "model"),
        weights=text_of(record, "weights"),
        min_confidence=number_of(record, "min_confidence"),
        gazetteers=_sources(record["gazetteers"]),
        roads=_sources(record["roads"]),
        services=_sources(record["services"]),
        corrections=_sources(record["corrections"]),
    )


def _place_record(place: Place) -> Record:
    return {
        "type": "place",
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "lon": place.lon,
        "lat": place.lat,
        "feature_code": place.feature_code,
        "country_code": place.country_code,
        "admin1_code": place.admin1_code,
        "admin2_code": place.admin2_code,
        "population": place.population,
        "gazetteer": place.gazetteer,
        "extent": None if place.extent is None else list(place.extent.bbox),
        "claimed_by": list(place.claimed_by),
    }


def _place(record: Record) -> Place:
    extent = record["extent"]
    return Place(
        text_of(record, "id"),
        text_of(record, "name"),
        Kind(record["kind"]),
        number_of(record, "lon"),
        number_of(record, "lat"),
        text_or_none(record, "feature_code"),
        text_or_none(record, "country_code"),
        text_or_none(record, "admin1_code"),
        text_or_none(record, "admin2_code"),
        checked(record["population"], int, NoneType),
        text_of(record, "gazetteer"),
        None if extent is None else Extent(*(checked(side, int, float) for side in extent)),
        texts(record, "claimed_by"),
    )


def _line(record: Record, referents: Sequence[Referent]) -> Line:
    ends = record["ends"]
    return Line(
        text_of(record, "id"),
        text_of(record, "name"),
        Kind(record["kind"]),
        course_of(record["geometry"]),
        Course(record["course"]),
        text_or_none(record, "ref"),
        text_or_none(record, "country_code"),
        None if ends is None else (_place_at(ends[0], referents), _place_at(ends[1], referents)),
        number_or_none(record, "length_m"),
        text_of(record, "gazetteer"),
        text_or_none(record, "road_name"),
        Origin(record["origin"]),
        text_or_none(record, "attribution"),
        texts(record, "osm_ids"),
        tuple(_place_at(number, referents) for number in record["via"]),
        _whole_at(record["whole"], referents),
    )


def _at(number: object, referents: Sequence[Referent]) -> Referent | None:
    """Return the referent of a number; None for None."""
    if number is None:
        return None
    at: int = checked(number, int)
    if at < 0:
        raise IndexError(f"there is no referent {at}")
    return referents[at]


def _place_at(number: object, referents: Sequence[Referent]) -> Place:
    referent = _at(number, referents)
    if not isinstance(referent, Place):
        raise TypeError(f"referent {number!r} is no place")
    return referent


def _whole_at(number: object, referents: Sequence[Referent]) -> Line | None:
    referent = _at(number, referents)
    if isinstance(referent, Place):
        raise TypeError(f"referent {number!r} is no line")
    return referent


def _candidate(record: Record, referents: Sequence[Referent]) -> Candidate:
    referent = _at(record["referent"], referents)
    if referent is None:
        raise TypeError("a candidate is nothing")
    return Candidate(referent, number_of(record, "score"))


def _sources(records: Iterable[Record]) -> tuple[Source, ...]:
    names = ("version", "attribution")
    return tuple(Source(text_of(each, "name"), *(text_or_none(each, name) for name in names)) for each in records)


def _correction_record(correction: Correction) -> Record:
    return {"note": correction.note, "author": correction.author, "date": _iso(correction.date)}


def _correction(record: Record | None) -> Correction | None:
    if record is None:
        return None
    return Correction(text_or_none(record, "note"), text_or_none(record, "author"), day_or_none(record, "date"))


def _iso(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()
