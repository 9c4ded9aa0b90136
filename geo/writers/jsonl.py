"""JSON Lines: one document a line with every toponym that was found in it, for programs and for scoring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..atlas import Atlas
from ..entries import rivals
from ..model import Candidate, Line, Mention, Referent, Resolution
from .antimeridian import middle
from .json_text import dumps
from .parts import correction_part


def documents(atlas: Atlas) -> Iterator[bytes]:
    """Yield one line for every document, in the order of the atlas; one without toponyms has an empty list."""
    by_document: dict[str, list[Mention]] = defaultdict(list)
    for mention in atlas.mentions:
        by_document[mention.document_id].append(mention)
    for document in atlas.documents:
        toponyms = [_toponym(mention) for mention in by_document[document.id]]
        date = document.date.isoformat() if document.date else None
        yield dumps({"id": document.id, "date": date, "toponyms": toponyms}) + b"\n"


def _toponym(mention: Mention) -> dict[str, object]:
    toponym, resolution = mention.toponym, mention.resolution
    referent = resolution.referent
    lon, lat = _lonlat(referent)
    corrected_by, note = correction_part(resolution.correction)
    return {
        "start": toponym.start,
        "end": toponym.end,
        "text": toponym.text,
        "kind": referent.kind if referent else toponym.kind,
        "role": resolution.role,
        "referent_id": referent.id if referent else None,
        "name": referent.name if referent else None,
        "gazetteer": referent.gazetteer if referent else None,
        "lat": lat,
        "lon": lon,
        "country_code": referent.country_code if referent else None,
        "asserted": referent is not None and resolution.is_asserted,
        "confidence": round(resolution.confidence, 3),
        "certainty": round(toponym.certainty, 3),
        "corrected_by": corrected_by,
        "correction_note": note,
        "candidates": [_candidate(candidate) for candidate in _candidates(resolution)],
    }


def _candidates(resolution: Resolution) -> list[Candidate]:
    """Return the referent and its rivals, best first."""
    others = rivals(resolution)
    return [each for each in resolution.candidates if each.referent == resolution.referent or each in others]


def _candidate(candidate: Candidate) -> dict[str, object]:
    lon, lat = _lonlat(candidate.referent)
    return {
        "id": candidate.referent.id,
        "name": candidate.referent.name,
        "lat": lat,
        "lon": lon,
        "score": round(candidate.score, 3),
    }


def _lonlat(referent: Referent | None) -> tuple[float, float] | tuple[None, None]:
    """Return a place's point, a line's middle, or two nulls."""
    if referent is None:
        return None, None
    lon, lat = middle(referent) if isinstance(referent, Line) else referent.lonlat
    return round(lon, 6), round(lat, 6)
