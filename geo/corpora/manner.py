"""How a run over a corpus is done, who is told of it, and what came of it: nothing of this changes a result."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..corrections import Report
    from ..reading import OnRequest
    from .driver import OnProgress
    from .ledger import Totals
    from .worker import Failure


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run is done: nothing of it changes a result."""

    engine: str = "processes"
    """Name of an engine."""
    workers: int | None = None
    """How many; None for as many as the machine has processors and memory for."""
    scheduler: str | None = None
    """Address of that of Dask."""
    batch_size: int | None = None
    """Most articles of a batch; None for as many as memory allows."""
    resume: bool = False
    """Whether an earlier sitting goes on."""
    overwrite: bool = False
    """Whether the results of another run may be replaced."""
    clock: Callable[[], float] = time.time
    """Gives seconds since 1970 UTC."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told how a run goes on."""

    on_progress: OnProgress = lambda _done, _total, _failed: None
    """Told of every batch."""
    warn: Callable[[str], None] = lambda _message: None
    """Told what there is to tell beside."""
    tell: Callable[[str], None] = lambda _what: None
    """Told in words what is being done."""
    announce: Callable[[str], None] = lambda _message: None
    """Told what a user wants to know of the engine, such as the address of its dashboard."""
    on_request: OnRequest | None = None
    """As for `geo.services.OnlineService`."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a run."""

    totals: Totals
    """What was read, in all sittings."""
    counts: Mapping[str, int]
    """How much there is of what, as in the manifest."""
    seconds: float
    """How long this sitting read."""
    items: int
    """How many articles it read, those included that could not be."""
    failures: int
    """How many of these could not be read."""
    workers: int
    """On how many workers."""
    files: tuple[str, ...]
    """The files and folders of results, by name."""
    first_failures: tuple[Failure, ...]
    """The first articles that could not be read."""
    corrections: Report | None
    """What corrections did; None without any."""
