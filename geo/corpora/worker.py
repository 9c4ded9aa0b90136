"""The work on a batch of articles, as an engine does it in any process: read, find, stage.

What comes of an article depends on that article alone, whatever else is in its batch and whoever reads it.
"""

from __future__ import annotations

import datetime
import errno
import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from ..articles import document_of
from ..articles.language import with_language
from ..articles.raw import Found, Raw
from ..cache import Question, Replies, Reply
from ..corrections import Deeds
from ..errors import InputError, OutputError, PlacelinesError, PlacelinesWarning, ResourceError
from ..model import Document
from ..pipeline import Geoparser
from ..reading import Reading
from .staging import Staged, packed, staged, tables_of

Item: TypeAlias = tuple[int, Found]
"""What was found, and its position in the corpus."""
Batch: TypeAlias = tuple[Item, ...]
"""Consecutive items of one part."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to every article of a run."""

    reading: Reading
    """With what they are read."""
    identity: str = ""
    """Tells this plan from one with the same options but other data behind them."""
    date: datetime.date | None = None
    """Day on which articles were published that do not say it; None when that is not known."""
    since: datetime.date | None = None
    """First day of publication; articles of days before, and without one, are left out. None for all."""
    near_duplicates: bool = False
    """Whether what near duplicates are known by is worked out."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be read."""

    position: int
    """Its position in the corpus."""
    source: str | None
    """The file, member of an archive, or address."""
    line: int | None
    """The line or row in that, counted from 1."""
    document_id: str | None
    """Id of the article, where that is known."""
    reason: str
    """What is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a batch."""

    tables: bytes
    """What its documents say; see `geo.corpora.staging.packed`."""
    documents: int = 0
    """How many were read."""
    mentions: int = 0
    """How many of their toponyms have a referent."""
    left_out: int = 0
    """How many were published too early."""
    failures: tuple[Failure, ...] = ()
    """Those that could not be read, in their order."""
    warnings: tuple[str, ...] = ()
    """What has to be told beside."""
    deeds: Deeds = field(default_factory=Deeds)
    """What corrections did."""
    is_open: bool = False
    """Whether a service would have had to be asked, so that it does not count yet."""


def read_batch(plan: Plan, batch: Batch) -> Outcome:
    """Read a batch, without asking anybody; the geoparser is kept for the next one."""
    return reader_of(plan).read(batch)


@lru_cache(maxsize=1)
def reader_of(plan: Plan) -> BatchReader:
    """Return the reader of this process.

    Raises
    ------
    OptionError, ResourceError
        As `Reading.geoparser`.
    """
    services = plan.reading.services
    if services is None or services.replay is not None:
        return BatchReader(plan, plan.reading.geoparser())
    kept = _KeptReplies(services.replies())
    return BatchReader(plan, plan.reading.geoparser(replies=kept), was_missed=kept.was_missed)


class BatchReader:
    """Reads batches.

    Parameters
    ----------
    plan
        What is done.
    geoparser
        What finds the places.
    was_missed
        Tells whether the reply of a service was missed since it was asked last.
    """

    def __init__(self, plan: Plan, geoparser: Geoparser, *, was_missed: Callable[[], bool] = lambda: False) -> None:
        self.geoparser = geoparser
        self._plan = plan
        self._was_missed = was_missed

    def read(self, batch: Batch) -> Outcome:
        """Return what came of a batch. A document with which anything goes wrong is a failure, and no more.

        Raises
        ------
        PlacelinesError
            If something is wrong that has to do with no single document.
        MemoryError
            When there is not enough of it here and now.
        """
        self.geoparser.corrections.deeds = Deeds()
        read: list[Staged] = []
        failures: list[Failure] = []
        with warnings.catch_warnings(record=True) as caught, _without_collections():
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", PlacelinesWarning)
            for position, found in batch:
                if isinstance(found, InputError):
                    failures.append(failure_of(position, found, found))
                    continue
                try:
                    document = self._staged(position, found)
                except InputError as error:
                    failures.append(failure_of(position, found, error))
                except (PlacelinesError, MemoryError):
                    raise
                except Exception as error:
                    _raise_if_of_surroundings(error)
                    failures.append(failure_of(position, found, _internal(error)))
                else:
                    read += [] if document is None else [document]
        return Outcome(
            packed(tables_of(read)),
            documents=len(read),
            mentions=sum(name == "mentions" for document in read for name, _ in document.rows),
            left_out=len(batch) - len(read) - len(failures),
            failures=tuple(failures),
            warnings=tuple(str(warning.message) for warning in caught),
            deeds=self.geoparser.corrections.deeds,
            is_open=self._was_missed(),
        )

    def _staged(self, position: int, found: Raw | Document) -> Staged | None:
        """Return what an article says; None for one that was published too early."""
        document = document_of(found) if isinstance(found, Raw) else found
        document = replace(with_language(document), date=document.date or self._plan.date)
        since, mentions = self._plan.since, self._plan.reading.mentions
        if since is not None and (document.date is None or document.date < since):
            return None
        if mentions == "given" and document.given_spans is None:
            raise InputError(f'article {document.id!r} has no "toponyms", which --mentions given needs')
        (atlas,) = self.geoparser.parse_each([document], mentions=mentions)
        return staged(position, atlas, self._signature(document))

    def _signature(self, document: Document) -> tuple[int, ...] | None:
        if not self._plan.near_duplicates:
            return None
        from .duplicates import signature

        return tuple(signature(document.text).tolist())


@contextmanager
def _without_collections() -> Iterator[None]:
    """Let Python look for garbage behind a batch only: it goes through all that is remembered of the gazetteer then."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _KeptReplies:
    """Replies of services that were kept; what is not among them is not asked for, but noted.

    Parameters
    ----------
    replies
        What was kept.
    """

    is_final = True
    """Nobody is asked."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._has_missed = False

    @property
    def folder(self) -> Path:
        return self._replies.folder

    def get(self, question: Question, *, stale: bool = False) -> Reply | None:
        reply = self._replies.get(question, stale=stale)
        self._has_missed |= reply is None
        return reply

    def put(self, question: Question, body: str | None) -> None:
        """Keep nothing: there is nothing to keep."""

    def close(self) -> None:
        self._replies.close()

    def was_missed(self) -> bool:
        """Return whether a reply was missed, and begin anew."""
        missed, self._has_missed = self._has_missed, False
        return missed


def failure_of(position: int, found: Found, error: InputError) -> Failure:
    """Return why an article could not be read, without the place in the message, which stands beside it."""
    source, line, document_id = error.source, error.line, error.document_id
    if isinstance(found, Raw):
        source, document_id = source or found.name, document_id or found.id
    elif isinstance(found, Document):
        source, document_id = source or found.file_name, document_id or found.id
    reason = str(error)
    for place in (f"{source}:{line}: ", f"{source}: "):
        reason = reason.removeprefix(place)
    return Failure(position, source, line, document_id, reason)


def _raise_if_of_surroundings(error: Exception) -> None:
    """Raise what no article is to blame for: py3langid unpacks its model into a temporary file, which may not fit."""
    if not isinstance(error, OSError):
        return
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}:
        message = f"no temporary file can be written ({error.strerror}); make room, then go on with --resume"
        raise OutputError(message) from error
    if error.errno in {errno.EMFILE, errno.ENFILE, errno.ENOMEM}:
        message = f"a worker lacks something ({error.strerror}); ask for fewer workers, and go on with --resume"
        raise ResourceError(message) from error


def _internal(error: Exception) -> InputError:
    return InputError(f"internal error, please report it with the article ({type(error).__name__}: {error!s:.200})")
