"""Web Annotations (W3C) for Recogito and other tools that annotate texts: a JSON-LD array, an annotation a mention.

An array and not an ``AnnotationPage``, since Recogito's libraries load nothing else. Its first annotation carries the
provenance of all of them. A position counts Unicode code points of the article, as the recommendation demands. Browsers
count UTF-16 code units, and Recogito with them: behind characters beyond U+FFFF, such as emoji, they look for a name
too early, by one for each, and only the quotation is right.

References
----------
Web Annotation Data Model, W3C Recommendation 23 February 2017: sections 3.2.4 (textual bodies), 3.3.5 (motivation),
4.2.4 (quotations) and 4.2.5 (positions).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from ..atlas import Atlas
from ..entries import rivals
from ..model import Document, Line, Mention, Referent, Resolution
from . import UNKNOWN_AUTHOR, Format
from .antimeridian import middle
from .iris import own_iri, referent_iri
from .json_text import dumps
from .shapes import rounded
from .whole import MEMBER, provenance

NAME: Final = "atlas.annotations.jsonld"
"""The file of a folder."""
CONTEXT: Final = (
    "http://www.w3.org/ns/anno.jsonld",
    {"geotagging": own_iri("geotagging"), MEMBER: {"@id": own_iri("provenance"), "@type": "@json"}},
)
"""What the keys mean: those of the recommendation, and two of Recogito's and our own."""

_AROUND: Final = 32
"""Characters of the text on each side of a quotation."""
_IDS: Final = uuid.uuid5(uuid.NAMESPACE_URL, own_iri("annotation"))


def content(atlas: Atlas) -> Iterator[bytes]:
    """Yield an atlas as an array, in the order of `Atlas.mentions`."""
    documents = {document.id: document for document in atlas.documents}
    about = provenance(atlas)
    generator = {
        "id": own_iri("software", *about["tool_versions"]),
        "type": "Software",
        "name": f"placelines {' '.join(about['tool_versions'])}",
    }
    seen: Counter[str] = Counter()
    separator = b"[\n"
    for mention in atlas.mentions:
        about_all = {MEMBER: about} if separator == b"[\n" else {}
        annotation = _annotation(atlas, mention, documents[mention.document_id], _id(mention, seen))
        yield separator + dumps({**annotation, "generator": generator, **about_all})
        separator = b",\n"
    yield b"[]\n" if separator == b"[\n" else b"\n]\n"


def _id(mention: Mention, seen: Counter[str]) -> str:
    """Return an IRI that stays the same as long as the mention and what it means do."""
    referent, toponym = mention.resolution.referent, mention.toponym
    told = (mention.document_id, str(toponym.start), str(toponym.end), referent.id if referent else "")
    name = own_iri(*told)
    seen[name] += 1
    return uuid.uuid5(_IDS, f"{name}:{seen[name]}" if seen[name] > 1 else name).urn


def _annotation(atlas: Atlas, mention: Mention, document: Document, iri: str) -> dict[str, Any]:
    resolution = mention.resolution
    correction, referent = resolution.correction, resolution.referent
    places = () if referent is None else (_identifying(referent), _geotag(atlas, referent))
    person = {} if correction is None else {"creator": {"type": "Person", "name": correction.author or UNKNOWN_AUTHOR}}
    return {
        "@context": CONTEXT,
        "id": iri,
        "type": "Annotation",
        "motivation": "identifying",
        "body": [*places, *(_tag(tag) for tag in _tags(resolution)), *map(_comment, _comments(atlas, mention))],
        "target": _target(mention, document),
        **person,
    }


def _target(mention: Mention, document: Document) -> dict[str, Any]:
    toponym, text = mention.toponym, document.text
    return {
        "type": "SpecificResource",
        "source": own_iri("document", document.id),
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": toponym.text,
                "prefix": text[max(0, toponym.start - _AROUND) : toponym.start],
                "suffix": text[toponym.end : toponym.end + _AROUND],
            },
            {"type": "TextPositionSelector", "start": toponym.start, "end": toponym.end},
        ],
    }


def _identifying(referent: Referent) -> dict[str, Any]:
    return {"type": "SpecificResource", "purpose": "identifying", "source": referent_iri(referent.id)}


def _geotag(atlas: Atlas, referent: Referent) -> dict[str, Any]:
    """Return the point of a place, of a line its middle, in the body that Recogito's map shows: GeoJSON as text."""
    lonlat = middle(referent) if isinstance(referent, Line) else referent.lonlat
    feature = {
        "type": "Feature",
        "id": referent_iri(referent.id),
        "geometry": {"type": "Point", "coordinates": rounded(lonlat)},
        "properties": {"title": referent.name, "description": _description(atlas, referent), "place_id": referent.id},
    }
    return _textual("geotagging", dumps(feature).decode(), "application/geo+json")


def _description(atlas: Atlas, referent: Referent) -> str:
    country = atlas.unit_name(referent.country_code) or referent.country_code
    return f"{referent.kind}, {country}" if country else str(referent.kind)


def _tags(resolution: Resolution) -> Iterator[str]:
    yield str(resolution.role)
    if resolution.referent is None:
        yield "unresolved"
    elif not resolution.is_asserted:
        yield "uncertain"
    if resolution.correction is not None:
        yield "corrected"


def _comments(atlas: Atlas, mention: Mention) -> Iterator[str]:
    """Yield what a reader is told, a comment each."""
    resolution = mention.resolution
    referent = resolution.referent
    if referent is not None:
        yield f"Place: {referent.name}, {_description(atlas, referent)} ({referent.id})"
        yield f"Confidence: {resolution.confidence:.3f}"
    if resolution.why:
        yield f"Why: {resolution.why}"
    if resolution.correction is not None and resolution.correction.note:
        yield f"Note: {resolution.correction.note}"
    if mention.vicinity is not None:
        yield f"Area: {mention.vicinity.text} ({mention.vicinity.sort})"
    others = [f"{each.referent.name} ({each.referent.id}) {each.score:.3f}" for each in rivals(resolution)]
    if others:
        yield f"Or: {' | '.join(others)}"


def _tag(text: str) -> dict[str, Any]:
    return _textual("tagging", text, "text/plain")


def _comment(text: str) -> dict[str, Any]:
    return _textual("commenting", text, "text/plain")


def _textual(purpose: str, text: str, media_type: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": purpose, "format": media_type, "value": text}


FORMAT = Format(
    name="annotations",
    title="Web Annotations (JSON-LD)",
    suffix=".jsonld",
    one_file=lambda atlas, name: {name: content(atlas)},
    folder=lambda atlas: {NAME: content(atlas)},
    names=(NAME,),
)
