"""A run over a corpus: from inputs to a folder of results, as often interrupted as it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..articles.finding import IsKnown, OnInput
from ..articles.inputs import list_inputs
from ..articles.raw import Found
from ..engines import open_engine
from ..engines.machine import available_bytes
from ..errors import OptionError, OutputError
from ..records import run_record
from .batches import size_from_memory
from .driver import Driver
from .expecting import expected
from .identity import data_of, identity_of, state_of
from .ledger import Ledger
from .manner import Listener, Manner, Summary
from .publication import NAMES, Results, publish_results
from .resumption import begin, forget, rewound
from .watching import has_followed, has_results, unseen
from .worker import Batch, BatchReader, Outcome, Plan, read_batch, reader_of

if TYPE_CHECKING:
    from ..pipeline import Geoparser
    from ..reading import OnRequest
    from ..writers import Content
    from .corpus import Corpus

STATE = ".placelines"
"""Folder of a run's own files in the folder of its results."""
_MOST_SHOWN = 5

Find: TypeAlias = Callable[[OnInput, IsKnown | None], Iterable[Found]]
"""Finds the articles, telling of each input as it begins, and asking which links of feeds were followed another day."""
Further: TypeAlias = "Callable[[Corpus, Geoparser, Mapping[str, Content]], Mapping[str, Any]]"
"""Makes further files of the results, by name, such as a page to look at, of these and the files of the layers."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a run does, but for how it is done."""

    inputs: tuple[str, ...]
    """Where articles are looked for."""
    output: Path
    """Folder of the results."""
    plan: Plan
    """What is done to every article."""
    find: Find
    """Finds them."""
    found_by: Mapping[str, Any]
    """The options of that, as JSON."""
    limit: int | None = None
    """How many to take, the first ones; None for all."""
    count_once: bool = False
    """Whether copies of an article are counted once."""
    since_run: Path | None = None
    """Results of an earlier run, to tell which places are new; None for none."""
    page: Further | None = None
    """Makes further files."""
    is_growing: bool = False
    """Whether the inputs grow and are looked at again and again: only what is new is read, and new places are told."""

    @property
    def state(self) -> Path:
        """Folder of the run's own files."""
        return self.output / STATE

    @property
    def parts(self) -> Path:
        """Folder of the parts."""
        return self.state / "parts"

    def compared_with(self, manner: Manner) -> Path | None:
        """Return the results that new places are new to: as they were at the last look, where the inputs grow."""
        return self.output if self.is_growing and not manner.overwrite and has_results(self.output) else self.since_run


def run(job: Job, manner: Manner, listener: Listener) -> Summary:
    """Read a corpus and write what it says.

    Raises
    ------
    OptionError
        If an option makes no sense, or is another than in the sitting that goes on.
    InputError
        If the inputs are not those of that sitting any more.
    OutputError
        If the folder is another run's, or in use, or the disk refuses.
    ResourceError
        If something that is needed is missing or damaged, or workers die of nothing.
    """
    if any(Path(given).is_dir() and job.output.exists() and job.output.samefile(given) for given in job.inputs):
        raise OptionError(f"{job.output}: the articles are in it; give another folder to write into, or one inside it")
    with ExitStack() as stack:
        stack.enter_context(_own(job, manner))
        plan = replace(job.plan, reading=job.plan.reading.absolute(), identity=state_of(job.plan))
        reader = reader_of(plan)
        ledger = stack.enter_context(closing(Ledger(job.state)))
        identity = identity_of(job, reader.geoparser)
        begin(ledger, job, identity, resume=manner.resume)
        first = rewound(ledger, job.parts) if job.is_growing else 0
        before, began = ledger.totals(), manner.clock()
        workers = _read(replace(job, plan=plan), manner, listener, ledger, first)
        ended, totals = manner.clock(), ledger.totals()
        listener.tell("counting places")
        results = Results(
            output=job.output,
            state=job.state,
            parts=job.parts,
            ledger=ledger,
            identity=identity,
            run=run_record(reader.geoparser.run),
            count_once=job.count_once,
            since_run=job.compared_with(manner),
            seconds=lambda: manner.clock() - ended,
            further=_with(job.page, reader.geoparser),
        )
        is_idle = job.is_growing and ledger.published == totals.items and has_results(job.output)
        counts, files = ({}, ()) if is_idle else publish_results(results, listener.tell)
        ledger.note_published(totals.items)
        corrections = reader.geoparser.corrections
        corrections.deeds = ledger.deeds()
        return Summary(
            totals,
            counts,
            ended - began,
            totals.items - before.items,
            totals.failures - before.failures,
            workers,
            files,
            tuple(islice(ledger.failures(first), _MOST_SHOWN)),
            corrections.report() if job.plan.reading.corrections else None,
        )


def _with(
    page: Further | None, geoparser: Geoparser
) -> Callable[[Corpus, Mapping[str, Content]], Mapping[str, Any]] | None:
    return None if page is None else lambda corpus, layers: page(corpus, geoparser, layers)


def _read(job: Job, manner: Manner, listener: Listener, ledger: Ledger, first: int) -> int:
    """Read what was not read yet, from a position on; return on how many workers."""
    opened = open_engine(
        manner.engine,
        partial(read_batch, job.plan),
        workers=manner.workers,
        scheduler=manner.scheduler,
        tell=listener.announce,
        check=partial(data_of, job.plan),
    )
    began = manner.clock()
    with opened as engine, _sitting(ledger, manner, engine.workers, began):
        size = manner.batch_size or size_from_memory(available_bytes(), engine.workers)
        driver = Driver(
            engine,
            ledger,
            job.parts,
            ask=_Asking(job.plan, listener.on_request).read,
            batch_size=size,
            on_progress=listener.on_progress,
            warn=listener.warn,
            expected=_expected(job),
            is_growing=job.is_growing,
        )
        is_known = partial(has_followed, ledger) if job.is_growing else None
        found = islice(job.find(ledger.note_input, is_known), job.limit)
        driver.run(unseen(found, ledger, first) if job.is_growing else found, first=first)
        return engine.workers


def _expected(job: Job) -> int | None:
    """Return how many articles may come; None when nobody knows."""
    if job.is_growing:
        return None
    total = expected(list_inputs(job.inputs), job.found_by.get("form"))
    return total if total is None or job.limit is None else min(total, job.limit)


class _Asking:
    """Reads batches with the services that are asked, in the one process that may; made when it is needed."""

    def __init__(self, plan: Plan, on_request: OnRequest | None) -> None:
        self._plan = plan
        self._on_request = on_request
        self._reader: BatchReader | None = None

    def read(self, batch: Batch) -> Outcome:
        if self._reader is None:
            self._reader = BatchReader(self._plan, self._plan.reading.geoparser(on_request=self._on_request))
        return self._reader.read(batch)


@contextmanager
def _own(job: Job, manner: Manner) -> Iterator[None]:
    """Have the folder of the results for this run alone."""
    from filelock import FileLock, Timeout

    output, state = job.output, job.state
    is_ours = state.is_dir()
    taken = [name for name in NAMES if (output / name).exists()]
    if taken and not is_ours:
        raise OutputError(f"{output / taken[0]}: it is there already, and no run of this kind made it; move it away")
    try:
        state.mkdir(parents=True, exist_ok=True)
        held = FileLock(state / "lock", timeout=0).acquire()
    except Timeout as error:
        raise OutputError(f"{output}: another run is writing into it; wait for its end") from error
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError(f"{output}: a file is in the way; give a folder to write into") from error
    except OSError as error:
        raise OutputError(f"{output}: it cannot be written into ({error.strerror}); choose another folder") from error
    with held:
        if manner.overwrite and not manner.resume:
            forget(state)
        yield


@contextmanager
def _sitting(ledger: Ledger, manner: Manner, workers: int, began: float) -> Iterator[None]:
    """Enter when and how this process read, also when it is interrupted."""
    before = ledger.totals().items
    try:
        yield
    finally:
        ended, items = manner.clock(), ledger.totals().items - before
        if items:
            ledger.add_sitting(_record(manner.engine, workers, began, ended, items))


def _record(engine: str, workers: int, began: float, ended: float, items: int) -> dict[str, Any]:
    seconds = ended - began
    return {
        "began": _moment(began),
        "ended": _moment(ended),
        "reading_s": round(seconds, 1),
        "engine": engine,
        "workers": workers,
        "articles": items,
        "articles_per_second": round(items / seconds, 2) if seconds > 0 else None,
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
