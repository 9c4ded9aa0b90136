"""The spaCy component ``toponym_recognizer``: places in ``doc.spans["toponyms"]``, in any pipeline.

It reads a blank tokeniser's documents with the gazetteer alone, and beside the entities of a recogniser before it.
Importing this module, or naming the component in an installed spaCy, registers it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from spacy.language import Language
from spacy.tokens import Doc, Span

from .extent import Extent
from .gazetteers.installed.library import Library
from .model import Candidate, Document, Kind, Place, Resolution, Role, Toponym
from .pipeline import Geoparser
from .recognizers.model import WITHOUT_MODEL, spans_in

if TYPE_CHECKING:
    from .gazetteers import Gazetteer

NAME = "toponym_recognizer"
"""What pipelines call the component."""
UNRESOLVED = "unresolved"
"""Label of a toponym that no place fits; the others have their place's kind."""

_ENTITIES = "the entities of the pipeline"
_STORE = "placelines.resolutions"


class ToponymComponent:
    """Adds the toponyms of a document, with what they mean.

    It is made of plain values: it pickles, and its gazetteer and weights are opened where and when it is first used.

    Parameters
    ----------
    gazetteer
        Names of the installed gazetteers to ask; None for all, none for the one that comes along alone.
    weights
        Path of a file of weights; None for those that come along.
    min_confidence
        Confidence from which a place is asserted; None for what the weights were measured with.
    demonyms
        Whether words such as "Syrian" are kept or dropped.
    spans_key
        Key of ``doc.spans``.
    """

    def __init__(
        self,
        *,
        gazetteer: Sequence[str] | None,
        weights: str | None,
        min_confidence: float | None,
        demonyms: Literal["keep", "drop"],
        spans_key: str,
    ) -> None:
        self._wanted = None if gazetteer is None else tuple(gazetteer)
        self._reading: dict[str, Any] = {
            "weights": None if weights is None else Path(weights),
            "min_confidence": min_confidence,
            "demonyms": demonyms,
        }
        self._spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        """Fill ``doc.spans``; ResourceError when the gazetteer or the weights are missing or damaged."""
        document = Document("doc", doc.text)
        if doc.has_annotation("ENT_IOB"):
            found = self._beside_entities.resolutions(document, list(spans_in(doc)))
        else:
            found = self._alone.resolutions(document, ())
        spans: list[Span] = []
        stored: dict[str, str] = {}
        for resolution in found:
            place, toponym = resolution.referent, resolution.toponym
            if isinstance(place, Place) or (place is None and toponym.kind is None):
                label, kb_id = (UNRESOLVED, "") if place is None else (str(place.kind), place.id)
                span = doc.char_span(toponym.start, toponym.end, label, kb_id, alignment_mode="expand")
                assert span is not None  # the offsets are of this text
                spans.append(span)
                stored[_key(span)] = json.dumps(asdict(resolution))
        doc.spans[self._spans_key] = spans
        doc.user_data[_STORE] = {**doc.user_data.get(_STORE, {}), **stored}
        return doc

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in ("_wanted", "_reading", "_spans_key")}

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return Library().open(self._wanted)

    @cached_property
    def _alone(self) -> Geoparser:
        return Geoparser(model=WITHOUT_MODEL, gazetteer=self._gazetteer, **self._reading)

    @cached_property
    def _beside_entities(self) -> Geoparser:
        return Geoparser(model=_ENTITIES, gazetteer=self._gazetteer, **self._reading)


@Language.factory(
    NAME,
    assigns=["doc.spans", "span._.resolution"],
    default_config={
        "gazetteer": None,
        "weights": None,
        "min_confidence": None,
        "demonyms": "keep",
        "spans_key": "toponyms",
    },
)
def make_toponym_recognizer(
    nlp: Language,
    name: str,
    gazetteer: list[str] | None,
    weights: str | None,
    min_confidence: float | None,
    demonyms: Literal["keep", "drop"],
    spans_key: str,
) -> ToponymComponent:
    """Make the component for a pipeline, see `ToponymComponent`."""
    return ToponymComponent(
        gazetteer=gazetteer,
        weights=weights,
        min_confidence=min_confidence,
        demonyms=demonyms,
        spans_key=spans_key,
    )


def resolution_of(span: Span) -> Resolution | None:
    """Return what was decided about a span: ``span._.resolution``; None for one that is no toponym."""
    stored = span.doc.user_data.get(_STORE, {}).get(_key(span))
    return None if stored is None else _from_record(json.loads(stored))


# Kept as text in the document: spaCy sends documents between processes in a format that knows plain values only.
Span.set_extension("resolution", getter=resolution_of, force=True)


def _key(span: Span) -> str:
    return f"{span.start_char}:{span.end_char}"


def _from_record(record: Mapping[str, Any]) -> Resolution:
    referent = record["referent"]
    return Resolution(
        Toponym(**record["toponym"]),
        None if referent is None else _place(referent),
        record["confidence"],
        Role(record["role"]),
        tuple(Candidate(_place(one["referent"]), one["score"]) for one in record["candidates"]),
        tuple(record["evidence"]),
        record["is_asserted"],
    )


def _place(record: Mapping[str, Any]) -> Place:
    extent = record["extent"]
    return Place(
        **{
            **record,
            "kind": Kind(record["kind"]),
            "extent": None if extent is None else Extent(**extent),
            "claimed_by": tuple(record["claimed_by"]),
        }
    )
