"""The spaCy component ``placelines``: places and lines in ``doc.spans["toponyms"]``, in any pipeline.

It reads a blank tokeniser's documents with the gazetteer alone, and beside the entities of a recogniser before it.
Importing this module, or naming the component in an installed spaCy, registers it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from thinc.api import ConfigValidationError

from .articles.text import headline
from .atlas import Atlas
from .dates import day_of
from .errors import OptionError
from .gazetteers.installed.library import Library
from .model import Document, Mention, Referent, Resolution
from .parsing import named_by_content
from .pipeline import Geoparser
from .recognizers.model import WITHOUT_MODEL, open_model, spans_in
from .writers.whole import parse, pieces

if TYPE_CHECKING:
    from .gazetteers import Gazetteer

NAME = "placelines"
"""What pipelines call the component."""
UNRESOLVED = "unresolved"
"""Label of a toponym without a referent; the others have the kind of theirs."""

_STORE: Any = ("._.", "atlas", None, None)
"""Where the atlas lies in ``doc.user_data``: where spaCy looks for ``doc._.atlas``, so that it treats it as that."""
_CACHED = 8
"""Atlases that stay in memory: every look at a span asks for that of its document."""


class PlacelinesComponent:
    """Adds the toponyms of a document, with what they mean.

    It is made of plain values: it pickles, and its gazetteer and weights are opened where and when it is first used.

    Parameters
    ----------
    model
        What provenance calls the pipeline whose entities are read.
    gazetteer
        Names of the installed gazetteers to ask; None for all, none for the one that comes along alone.
    weights
        Path of a file of weights; None for those that come along.
    min_confidence
        Confidence from which a place is asserted, 0 to 1; None for what the weights were measured with.
    demonyms
        Whether words such as "Syrian" are kept or dropped.
    spans_key
        Key of ``doc.spans``.

    Raises
    ------
    OptionError
        If the confidence is out of range.
    """

    def __init__(
        self,
        *,
        model: str,
        gazetteer: Sequence[str] | None,
        weights: str | None,
        min_confidence: float | None,
        demonyms: Literal["keep", "drop"],
        spans_key: str,
    ) -> None:
        if min_confidence is not None and not 0 <= min_confidence <= 1:
            raise OptionError(f"min_confidence is {min_confidence!r}, not between 0 and 1")
        self._model = model
        self._wanted = None if gazetteer is None else tuple(gazetteer)
        self._reading: dict[str, Any] = {
            "weights": None if weights is None else Path(weights),
            "min_confidence": min_confidence,
            "demonyms": demonyms,
        }
        self._spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        """Fill ``doc.spans`` and ``doc._.atlas``.

        Raises
        ------
        OptionError
            If a gazetteer of that name is not installed.
        ResourceError
            If the gazetteer or the weights are missing or damaged.
        """
        if len(doc) and doc.has_annotation("ENT_IOB"):
            atlas = self._beside_entities.atlas_of(_document(doc), list(spans_in(doc)))
        else:
            atlas = self._alone.atlas_of(_document(doc), ())
        annotate(doc, atlas, spans_key=self._spans_key)
        return doc

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in ("_model", "_wanted", "_reading", "_spans_key")}

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return Library().open(self._wanted)

    @cached_property
    def _alone(self) -> Geoparser:
        return Geoparser(model=WITHOUT_MODEL, gazetteer=self._gazetteer, **self._reading)

    @cached_property
    def _beside_entities(self) -> Geoparser:
        return Geoparser(model=self._model, gazetteer=self._gazetteer, **self._reading)


@Language.factory(
    NAME,
    assigns=["doc.spans", "doc._.atlas", "span._.resolution", "span._.referent"],
    default_config={
        "gazetteer": None,
        "weights": None,
        "min_confidence": None,
        "demonyms": "keep",
        "spans_key": "toponyms",
    },
)
def make_placelines(
    nlp: Language,
    name: str,
    gazetteer: list[str] | None,
    weights: str | None,
    min_confidence: float | None,
    demonyms: Literal["keep", "drop"],
    spans_key: str,
) -> PlacelinesComponent:
    """Make the component for a pipeline, see `PlacelinesComponent`."""
    return PlacelinesComponent(
        model=f"{nlp.lang}_{nlp.meta['name']}",
        gazetteer=gazetteer,
        weights=weights,
        min_confidence=min_confidence,
        demonyms=demonyms,
        spans_key=spans_key,
    )


def load(nlp: Language | str | PathLike[str] | None = None, /, **config: object) -> Language:
    """Return a spaCy pipeline that finds places and lines, ready to read.

    Parameters
    ----------
    nlp
        A pipeline, to which the component is added as the last one; the name of an installed model or the folder of a
        pipeline, which is loaded first; None for a blank English one.
    config
        Settings of the component. One that is in the pipeline already stays as it is.

    Raises
    ------
    OptionError
        If a setting is unknown or of a wrong value, or the pipeline has the component with another.
    ResourceError
        If the model is not installed, or the gazetteer or the weights are missing or damaged.

    Examples
    --------
    >>> nlp = load(demonyms="drop")
    >>> doc = nlp("Syrian floods hit Hama.")
    >>> [(span.text, span.kb_id_) for span in doc.spans["toponyms"]]
    [('Hama', 'geonames:170017')]
    >>> load(nlp) is nlp
    True
    """
    pipeline = nlp if isinstance(nlp, Language) else _pipeline(nlp)
    if NAME in pipeline.component_names:
        present = pipeline.get_pipe_config(NAME)
        if others := sorted(name for name, value in config.items() if name not in present or present[name] != value):
            raise OptionError(f"the pipeline has {NAME!r} with another {others[0]!r}; give it to nlp.remove_pipe first")
    else:
        try:
            pipeline.add_pipe(NAME, config=config)
        except ConfigValidationError as error:
            reasons = ", ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors)
            raise OptionError(f"settings of {NAME!r} are wrong: {reasons}; docs/spacy.md lists them") from error
    # What is missing or damaged is told here, and not at the first article.
    pipeline.get_pipe(NAME)(pipeline.make_doc(""))
    return pipeline


def annotate(doc: Doc, atlas: Atlas, *, spans_key: str = "toponyms") -> None:
    """Put an atlas into a document, and its mentions into ``doc.spans``, each grown to whole tokens.

    Parameters
    ----------
    doc
        What is changed.
    atlas
        What was read in its text, of one document.
    spans_key
        Key of ``doc.spans``.
    """
    spans: list[Span] = []
    for mention in atlas.mentions:
        referent, toponym = mention.resolution.referent, mention.toponym
        label, kb_id = (UNRESOLVED, "") if referent is None else (str(referent.kind), referent.id)
        span = doc.char_span(
            toponym.start, toponym.end, label, kb_id, alignment_mode="expand", span_id=_offsets(mention)
        )
        assert span is not None  # the offsets are of this text
        spans.append(span)
    doc.spans[spans_key] = spans
    # As JSON: spaCy sends documents between processes in a format that knows plain values only.
    doc.user_data[_STORE] = b"".join(pieces(atlas))


def atlas_of(doc: Doc) -> Atlas | None:
    """Return what was read in a document: ``doc._.atlas``; None for one that was not read.

    Raises
    ------
    InputError
        If another version of placelines read it, or it is damaged.
    """
    stored = doc.user_data.get(_STORE)
    return None if stored is None else _parsed(stored)


def resolution_of(span: Span) -> Resolution | None:
    """Return what was decided about a span: ``span._.resolution``; None for one that is no toponym.

    Any span of the same tokens will do, such as an entity; raises as `atlas_of`.
    """
    atlas = atlas_of(span.doc)
    if atlas is None or not len(span):
        return None
    first, last = span[0], span[-1]
    mentions = atlas.mentions
    begin = bisect_left(mentions, first.idx, key=_start)
    end = bisect_left(mentions, first.idx + len(first), key=_start)
    same = [mention for mention in mentions[begin:end] if last.idx < mention.toponym.end <= last.idx + len(last)]
    # A token may hold several toponyms, as "Idlib-Aleppo" does where a tokeniser splits at white space alone.
    same.sort(key=lambda mention: _offsets(mention) != span.id_)
    return same[0].resolution if same else None


def referent_of(span: Span) -> Referent | None:
    """Return what a span means: ``span._.referent``; None for one that is no toponym, or has no referent."""
    resolution = resolution_of(span)
    return None if resolution is None else resolution.referent


def _pipeline(name: str | PathLike[str] | None) -> Language:
    if name is None:
        return spacy.blank("en")
    if not isinstance(name, str | PathLike):
        raise OptionError(f"{name!r:.80} is no pipeline; give a spaCy Language, the name of a model, or None")
    return open_model(fspath(name))


def _document(doc: Doc) -> Document:
    """Return a document with what ``doc.user_data`` says of it, under the names that records have."""
    said = {name: value for name in ("id", "title", "source") if isinstance(value := doc.user_data.get(name), str)}
    title = said.get("title", headline(doc.text))
    document = Document(said.get("id", ""), doc.text, title, said.get("source"), date=day_of(doc.user_data.get("date")))
    return document if document.id else named_by_content(document)


@lru_cache(maxsize=_CACHED)
def _parsed(stored: bytes) -> Atlas:
    return parse(stored, "doc._.atlas")


def _start(mention: Mention) -> int:
    return mention.toponym.start


def _offsets(mention: Mention) -> str:
    return f"{mention.toponym.start}:{mention.toponym.end}"


def _register(home: type[Doc] | type[Span], name: str, getter: Callable[[Any], object]) -> None:
    """Register an extension attribute, again where the module is loaded again; OptionError if it is somebody else's."""
    if home.has_extension(name) and getattr(home.get_extension(name)[2], "__module__", None) != __name__:
        it = f"{home.__name__}.{{}}_extension({name!r})"
        raise OptionError(f"another component has {it.format('set')}; call {it.format('remove')} to have placelines'")
    home.set_extension(name, getter=getter, force=True)


_register(Doc, "atlas", atlas_of)
_register(Span, "resolution", resolution_of)
_register(Span, "referent", referent_of)
