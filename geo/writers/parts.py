"""The values of rows, in parts: what is told of a place, a document and a mention, under the fields of the schema."""

from __future__ import annotations

from typing import TypeAlias

from ..atlas import Atlas
from ..entries import Entry, rivals
from ..model import Correction, Kind, Line, Mention, Place, Referent, Resolution, Vicinity
from ..version import __version__
from . import UNKNOWN_AUTHOR

MAX_EXCERPTS = 5
"""Most sentences in ``excerpts``."""

Part: TypeAlias = tuple[object, ...]
"""The values of the fields of one group, in their order: text, int, float, bool, date or None."""

_PRECISION = {
    Kind.SETTLEMENT: 1,
    Kind.FACILITY: 1,
    Kind.ADMIN1: 2,
    Kind.ADMIN2: 2,
    Kind.COUNTRY: 3,
    Kind.CONTINENT: 3,
}
_plain = str.__str__
"""The text of an enumeration's member; ``str`` would ask the enumeration, which takes five times as long."""


class Parts:
    """Makes the parts of an atlas's rows; of a place, and of a document, once.

    Parameters
    ----------
    atlas
        What was found.
    """

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._documents = {document.id: document for document in atlas.documents}
        self._versions = " ".join(sorted({run.tool_version for run in atlas.runs})) or __version__
        self._sources: dict[str, Part] = {}
        # A river may be a place to one article and, drawn by the same id, a line to another.
        self._referents: dict[tuple[type, str], Part] = {}
        self._called: dict[str, str] = {}

    def referent(self, referent: Referent) -> Part:
        """Return what is told of a place or line, as `geo.writers.schema.REFERENT`."""
        key = type(referent), referent.id
        part = self._referents.get(key)
        if part is None:
            part = self._referents[key] = (
                referent.id,
                referent.name,
                _plain(referent.kind),
                referent.country_code,
                self._atlas.unit_name(referent.country_code),
                self._admin1(referent),
                (" ".join(referent.claimed_by) or None) if isinstance(referent, Place) else None,
                precision(referent),
                referent.gazetteer,
                referent.gazetteer_id,
            )
        return part

    def source(self, document_id: str) -> Part:
        """Return what is told of a document, as `geo.writers.schema.SOURCE`."""
        part = self._sources.get(document_id)
        if part is None:
            document = self._documents[document_id]
            part = self._sources[document_id] = (
                document_id,
                document.source,
                document.title,
                document.author,
                document.file_name,
                document.date,
                document.url,
                document.language,
                document.sha256,
                self._versions,
            )
        return part

    def told(self, entry: Entry[Place] | Entry[Line]) -> Part:
        """Return what all mentions of an entry tell of it, as `geo.writers.schema.TOLD`."""
        best = entry.best
        sentences = dict.fromkeys(mention.excerpt.text for mention in entry.mentions)
        return (
            entry.name_as_written,
            _plain(entry.role),
            len(entry.mentions),
            entry.is_asserted,
            round(entry.confidence, 3),
            _method(best.resolution),
            best.resolution.why or None,
            self._rivals(best.resolution),
            *correction_part(_correction(entry)),
            best.excerpt.text,
            " | ".join(list(sentences)[:MAX_EXCERPTS]),
            best.toponym.start,
        )

    def mention(self, mention: Mention) -> Part:
        """Return what a mention tells that means something, as `geo.writers.schema.MENTION`."""
        # A corpus has millions of these, and each property or call costs as much as two of the values.
        resolution, sentence = mention.resolution, mention.excerpt
        toponym = resolution.toponym
        return (
            toponym.start,
            toponym.end,
            toponym.text,
            _plain(resolution.role),
            resolution.is_asserted,
            round(resolution.confidence, 3),
            _method(resolution),
            "; ".join(resolution.evidence) or None,
            self._rivals(resolution) if len(resolution.candidates) > 1 else None,
            *correction_part(resolution.correction),
            sentence.text,
            sentence.start,
            sentence.end,
        )

    def unlocated(self, mention: Mention) -> Part:
        """Return what a mention tells of which nobody knows where it is, as `geo.writers.schema.UNLOCATED`."""
        toponym, resolution, sentence = mention.toponym, mention.resolution, mention.excerpt
        return (
            toponym.start,
            toponym.end,
            toponym.text,
            _plain(resolution.role),
            None if toponym.kind is None else _plain(toponym.kind),
            round(toponym.certainty, 3),
            resolution.why or None,
            self._rivals(resolution),
            *correction_part(resolution.correction),
            sentence.text,
            sentence.start,
            sentence.end,
        )

    def _rivals(self, resolution: Resolution) -> str | None:
        """Return what else a name may mean, each as "Paris, Texas, US (geonames:4717560) 0.12"."""
        called = self._called
        return (
            " | ".join(
                [
                    f"{called.get(each.referent.id) or self._call(each.referent)} {round(each.score, 3):g}"
                    for each in rivals(resolution)
                ]
            )
            or None
        )

    def _call(self, referent: Referent) -> str:
        where = dict.fromkeys((referent.name, self._admin1(referent), referent.country_code))
        called = self._called[referent.id] = f"{', '.join(filter(None, where))} ({referent.id})"
        return called

    def _admin1(self, referent: Referent) -> str | None:
        """Return the name of the first-level unit in which a place lies, or which it is."""
        if isinstance(referent, Line) or referent.admin1_code is None:
            return None
        return self._atlas.unit_name(referent.country_code, referent.admin1_code)


def line_part(line: Line) -> Part:
    """Return what is told only of a line, as `geo.writers.schema.LINE`."""
    start, end = line.ends or (None, None)
    return (
        "section" if line.is_section else "whole",
        line.ref,
        line.road_name,
        start.name if start else None,
        end.name if end else None,
        " | ".join(place.name for place in line.via) or None,
        None if line.length_m is None else round(line.length_m / 1000, 1),
        str(line.course),
        str(line.origin),
        " ".join(line.osm_ids) or None,
        line.attribution,
    )


def area_part(vicinity: Vicinity, words: str) -> Part:
    """Return what is told only of an area, with the words of a text for it, as `geo.writers.schema.AREA`."""
    return (
        str(vicinity.sort),
        words,
        None if vicinity.distance_m is None else round(vicinity.distance_m),
        vicinity.bearing_deg,
        round(vicinity.radius_m),
        vicinity.other.id if vicinity.other else None,
        vicinity.other.name if vicinity.other else None,
    )


def precision(referent: Place | Line) -> int:
    """Grade how narrowly a point places what is told of it, after ACLED's ``geo_precision``.

    Returns
    -------
    int
        1: a settlement, a facility or a surveyed line. 2: somewhere in an administrative unit, or in a region or
        natural feature inside one country, or along a line of approximate course. 3: somewhere in a country, a
        continent, or a region or natural feature that no single country holds.

    References
    ----------
    ACLED Codebook, geo-precision codes: 1 a particular town, 2 a part of a region, 3 a larger region.
    """
    if isinstance(referent, Line):
        return 2 if referent.is_approximate else 1
    return _PRECISION.get(referent.kind) or (2 if referent.country_code else 3)


def correction_part(correction: Correction | None) -> tuple[str | None, str | None]:
    """Return who corrected something and why; nulls for what nobody corrected."""
    return (None, None) if correction is None else (correction.author or UNKNOWN_AUTHOR, correction.note)


def _correction(entry: Entry[Place] | Entry[Line]) -> Correction | None:
    """Return the correction of the mention that tells best, else the first."""
    corrections = (mention.resolution.correction for mention in (entry.best, *entry.mentions))
    return next((correction for correction in corrections if correction is not None), None)


def _method(resolution: Resolution) -> str:
    if resolution.correction is not None:
        return "corrected"
    return "context" if resolution.candidates else "given"
