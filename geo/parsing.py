"""Text to atlas in one call, with the geoparsers of earlier calls kept for the next."""

from __future__ import annotations

import datetime
import hashlib
import os
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from .articles.text import REPLACED, clean, count_replaced, headline
from .atlas import Atlas
from .corrections.reading import read_corrections
from .dates import asked_day
from .errors import InputError, OptionError, TextWarning
from .gazetteers.installed.library import EMBEDDED
from .gazetteers.installed.library import Library as Gazetteers
from .model import Document
from .reading import Reading
from .recognizers.model import WITHOUT_MODEL
from .roads.installed.library import Library as Roads

Texts: TypeAlias = str | Document | Iterable[str | Document] | Mapping[str, str]
"""What can be parsed: one text or document, several, or texts by the ids that they shall have."""
AnyPath: TypeAlias = str | os.PathLike[str]

_KEPT = 4
"""Geoparsers that stay in memory. One is small, but may have a model of some 100 MB."""
_ID_CHARS = 16
"""Enough of a digest that no two of a million texts are likely to share it."""


def parse(
    texts: Texts,
    *,
    id: str | None = None,
    title: str | None = None,
    source: str | None = None,
    date: datetime.date | str | None = None,
    mentions: Literal["found", "given"] = "found",
    model: str = WITHOUT_MODEL,
    gazetteer: str | Sequence[str] | None = None,
    weights: AnyPath | None = None,
    min_confidence: float | None = None,
    demonyms: Literal["keep", "drop"] = "keep",
    roads: AnyPath | Sequence[AnyPath] = (),
    corrections: AnyPath | Sequence[AnyPath] = (),
) -> Atlas:
    """Find the places and roads of texts, offline, as ``placelines map`` with the same options does.

    Parameters
    ----------
    texts
        The text of an article, a `Document`, any number of both (a list, a column of pandas), or a mapping of ids to
        texts. Files are read by `geo.read`.
    id
        What to call the document of a single text; None for a name that follows from what the text, title, source and
        date are, so that the same article is the same document in every atlas.
    title
        Headline of a single text; None for its first line where that can only be one.
    source
        Publisher of the texts, and of the documents that name none.
    date
        Day of publication of the texts, and of the documents that have none, as a date or in ISO 8601.
    mentions
        "found": recognise the toponyms. "given": take each document's `Document.given_spans` and only resolve them.
    model
        Name of an installed spaCy model to ask beside the gazetteer; "none" to do without.
    gazetteer
        Names of the installed gazetteers to ask beside the one that comes along; None for all, "embedded" for none.
    weights
        File that ``placelines train`` wrote; None for those that come along.
    min_confidence
        Confidence from which a place is asserted, 0 to 1; None for what was measured.
    demonyms
        Whether words such as "Syrian" are kept, marked, or dropped.
    roads
        Files of roads, in any format that GDAL reads, to ask before what was imported.
    corrections
        File of what names mean, or several; see ``docs/corrections.md``.

    Returns
    -------
    Atlas
        Empty where no text was given.

    Raises
    ------
    InputError
        If a text is empty, or two different documents share an id.
    TypeError
        If something is neither a text nor a `Document`.
    OptionError
        If an option makes no sense, or something is wrong in a file that one names.
    ResourceError
        If the model is not installed, or data is missing or damaged.

    Warns
    -----
    TextWarning
        If characters of a text that no file can hold had to be replaced.

    Notes
    -----
    Geoparsers are kept, so that a later call with the same options is fast; a file that has changed is read again.
    Threads take turns. What has a gazetteer, corrections, sources of roads or a geocoder of its own is a `Geoparser`.

    Examples
    --------
    >>> atlas = parse("Floods hit Hama in Syria.")
    >>> [entry.referent.id for entry in atlas]
    ['geonames:163843', 'geonames:170017']
    >>> len(parse([])), len(parse("Stir the butter."))
    (0, 0)
    """
    _check(mentions=mentions, demonyms=demonyms, min_confidence=min_confidence)
    day = asked_day(date, "date")
    documents = _named_apart(_documents(texts, id=id, title=title, source=source, date=day))
    reading = Reading(
        model=model,
        gazetteers=_gazetteers(gazetteer),
        weights=None if weights is None else Path(weights),
        min_confidence=min_confidence,
        demonyms=demonyms,
        roads=tuple(map(Path, [roads] if isinstance(roads, str | os.PathLike) else roads)),
    )
    installed = (str(Gazetteers().folder), *Gazetteers().names(), *Roads().names())
    said = [corrections] if isinstance(corrections, str | os.PathLike) else corrections
    reader = _reader(reading, tuple(map(_File.at, reading.files)), installed)
    return reader.parse(documents, mentions=mentions, corrections=[Path(file) for file in said])


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is now; one that has changed is another."""

    path: Path
    changed_ns: int
    size: int

    @classmethod
    def at(cls, path: AnyPath) -> _File:
        file = Path(path)
        try:
            status = file.stat()
        except OSError as error:
            raise OptionError(f"{file}: it cannot be read ({error.strerror or error})") from error
        return cls(file, status.st_mtime_ns, status.st_size)


class _Reader:
    """A geoparser that threads use in turn: gazetteers and models keep what they know of names as they read."""

    def __init__(self, reading: Reading) -> None:
        self._geoparser = reading.geoparser()
        self._lock = threading.Lock()

    def parse(
        self, documents: Iterable[Document], *, mentions: Literal["found", "given"], corrections: Sequence[Path]
    ) -> Atlas:
        with self._lock:
            # Read anew each time: they may name files, and count what they do.
            self._geoparser.corrections = read_corrections(corrections, self._geoparser.gazetteer)
            return self._geoparser.parse(documents, mentions=mentions)


@lru_cache(maxsize=_KEPT)
def _reader(reading: Reading, _files: tuple[_File, ...], _installed: tuple[str, ...]) -> _Reader:
    """Return the geoparser of options, as long as the files and what is installed stay as they are."""
    return _Reader(reading)


def _documents(
    texts: Texts, *, id: str | None, title: str | None, source: str | None, date: datetime.date | None
) -> Iterator[Document]:
    """Yield the documents of anything that can be parsed."""
    if isinstance(texts, str):
        yield _document(texts, "the text", id=id, title=title, source=source, date=date)
        return
    if id is not None or title is not None:
        raise OptionError("id and title are those of a single text; give a Document for each, or a mapping of ids")
    if isinstance(texts, Document):
        yield _completed(texts, source, date)
    elif isinstance(texts, Mapping):
        for key, text in texts.items():
            if not isinstance(text, str):
                raise TypeError(f"text {key!r:.80} is a {type(text).__name__}, not a text")
            yield _document(text, f"text {key!r:.80}", id=str(key), title=None, source=source, date=date)
    else:
        for number, text in enumerate(_each(texts), start=1):
            if isinstance(text, Document):
                yield _completed(text, source, date)
            else:
                yield _document(text, f"text {number}", id=None, title=None, source=source, date=date)


def _each(texts: object) -> Iterator[str | Document]:
    """Yield texts and documents; TypeError for what is neither, and what only looks like several."""
    kind = type(texts).__name__
    if isinstance(texts, bytes | bytearray):
        raise TypeError(f"the text is {kind}; decode it first, as in .decode('utf-8')")
    if isinstance(texts, os.PathLike):
        raise TypeError(f"a {kind} is no text; read the file first: geo.parse(geo.read([path]))")
    if not isinstance(texts, Iterable) or getattr(texts, "ndim", 1) != 1:
        raise TypeError(f"a {kind} is neither a text nor a Document, nor several; give one column of a table")
    for number, text in enumerate(texts, start=1):
        if not isinstance(text, str | Document):
            mend = "; decode it first" if isinstance(text, bytes) else "; leave out what is missing"
            raise TypeError(f"text {number} is a {type(text).__name__}, neither a text nor a Document{mend}")
        yield text


def _document(
    text: str, where: str, *, id: str | None, title: str | None, source: str | None, date: datetime.date | None
) -> Document:
    cleaned = str(clean(text))
    if not cleaned.strip():
        raise InputError(f"{where}: it is empty; give an article as text")
    if id is not None and not id:
        raise OptionError(f"{where}: its id is empty; give it a name, or none")
    if count := count_replaced(text, cleaned):
        warnings.warn(f"{where}: {REPLACED} (count {count})", TextWarning, stacklevel=2)
    title = headline(cleaned) if title is None else title
    document = Document(id or "", cleaned, title, source, date=date)
    return document if id else named_by_content(document)


def named_by_content(document: Document) -> Document:
    """Return a document under a name that follows from its text, title, source and date."""
    day = document.date and document.date.isoformat()
    article = repr((document.text, document.title, document.source, day))
    return replace(document, id=hashlib.sha256(article.encode()).hexdigest()[:_ID_CHARS])


def _completed(document: Document, source: str | None, date: datetime.date | None) -> Document:
    """Return a document with the source and date that are said of all, where it says none itself."""
    return replace(document, source=document.source or source, date=document.date or date)


def _named_apart(documents: Iterable[Document]) -> list[Document]:
    """Return documents, each once; InputError if two different ones share an id."""
    by_id: dict[str, Document] = {}
    for document in documents:
        if by_id.setdefault(document.id, document) != document:
            raise InputError(f"two different documents are called {document.id!r:.80}; give every one its own id")
    return list(by_id.values())


def _gazetteers(names: str | Sequence[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    return tuple(name for name in dict.fromkeys([names] if isinstance(names, str) else names) if name != EMBEDDED)


def _check(*, mentions: str, demonyms: str, min_confidence: float | None) -> None:
    """Refuse what makes no sense: OptionError."""
    for name, value, choices in (("mentions", mentions, ("found", "given")), ("demonyms", demonyms, ("keep", "drop"))):
        if value not in choices:
            raise OptionError(f"{name} is {value!r:.80}; give {' or '.join(map(repr, choices))}")
    if min_confidence is not None and not 0 <= min_confidence <= 1:
        raise OptionError(f"min_confidence is {min_confidence!r}, not between 0 and 1")
