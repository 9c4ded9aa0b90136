"""A run over a corpus: from inputs to a folder of results, as often interrupted as it may be."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..articles.inputs import Input, list_inputs
from ..articles.raw import Found
from ..engines import open_engine
from ..engines.machine import available_bytes
from ..errors import InputError, OptionError, OutputError
from ..records import run_record
from .batches import size_from_memory
from .driver import Driver
from .expecting import expected
from .identity import data_of, identity_of, state_of
from .ledger import FILE_NAME, Ledger
from .manner import Listener, Manner, Summary
from .publication import NAMES, Results, publish_results
from .schema import PART_SIZE
from .watching import has_results, unseen
from .worker import BatchReader, Plan, read_batch, reader_of

if TYPE_CHECKING:
    from ..pipeline import Geoparser
    from ..reading import OnRequest
    from ..writers import Content
    from .corpus import Corpus

STATE = ".placelines"
"""Folder of a run's own files in the folder of its results."""
PARTS = "parts"
"""Folder of the parts in that."""
_MOST_NAMED = 10
_MOST_SHOWN = 5
_CHUNK = 1 << 20

Find: TypeAlias = Callable[[Callable[[Input], None]], Iterable[Found]]
"""Finds the articles, and tells of each input as it begins."""
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
    state = job.output / STATE
    with ExitStack() as stack:
        stack.enter_context(_own(job.output, manner))
        plan = replace(job.plan, reading=job.plan.reading.absolute(), identity=state_of(job.plan))
        reader = reader_of(plan)
        ledger = stack.enter_context(closing(Ledger(state)))
        identity = identity_of(job, reader.geoparser)
        _begin(ledger, job, identity, resume=manner.resume)
        first = _rewound(ledger, state / PARTS) if job.is_growing else 0
        before, began = ledger.totals().items, manner.clock()
        workers = _read(replace(job, plan=plan), manner, listener, ledger, first)
        ended, totals = manner.clock(), ledger.totals()
        sitting = _sitting(manner.engine, workers, began, ended, totals.items - before)
        if totals.items > before:
            ledger.add_sitting(sitting)
        listener.tell("counting places")
        results = Results(
            output=job.output,
            state=state,
            parts=state / PARTS,
            ledger=ledger,
            identity=identity,
            run=run_record(reader.geoparser.run),
            count_once=job.count_once,
            since_run=job.output if job.is_growing and has_results(job.output) else job.since_run,
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
            totals.items - before,
            workers,
            files,
            tuple(islice(ledger.failures(), _MOST_SHOWN)),
            corrections.report() if job.plan.reading.corrections else None,
        )


def _with(
    page: Further | None, geoparser: Geoparser
) -> Callable[[Corpus, Mapping[str, Content]], Mapping[str, Any]] | None:
    return None if page is None else lambda corpus, layers: page(corpus, geoparser, layers)


def _rewound(ledger: Ledger, parts: Path) -> int:
    """Forget what a round that was cut off left in disorder; return the position at which the next one begins."""
    first = ledger.rewind()
    for folder in parts.glob("*"):
        if folder.name.isdecimal() and int(folder.name) * PART_SIZE >= first:
            shutil.rmtree(folder)
    return first


def _read(job: Job, manner: Manner, listener: Listener, ledger: Ledger, first: int) -> int:
    """Read what was not read yet, from a position on; return on how many workers."""
    with open_engine(
        manner.engine,
        partial(read_batch, job.plan),
        workers=manner.workers,
        scheduler=manner.scheduler,
        tell=listener.announce,
        check=partial(data_of, job.plan),
    ) as engine:
        size = manner.batch_size or size_from_memory(available_bytes(), engine.workers)
        driver = Driver(
            engine,
            ledger,
            job.output / STATE / PARTS,
            ask=_Asking(job.plan, listener.on_request).read,
            batch_size=size,
            on_progress=listener.on_progress,
            warn=listener.warn,
            expected=_expected(job),
            is_growing=job.is_growing,
        )
        found = islice(job.find(ledger.note_input), job.limit)
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

    def read(self, batch: Any) -> Any:  # noqa: ANN401
        if self._reader is None:
            self._reader = BatchReader(self._plan, self._plan.reading.geoparser(on_request=self._on_request))
        return self._reader.read(batch)


@contextmanager
def _own(output: Path, manner: Manner) -> Iterator[None]:
    """Have the folder of the results for this run alone."""
    from filelock import FileLock, Timeout

    state = output / STATE
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
            _forget(state)
        yield


def _forget(state: Path) -> None:
    """Remove what earlier runs left to go on with; their results stay until there are new ones."""
    # The log before the ledger, lest it be taken for that of the next one, and that before the parts that it knows.
    for end in ("-wal", "-shm", ""):
        (state / f"{FILE_NAME}{end}").unlink(missing_ok=True)
    for folder in [path for path in state.iterdir() if path.is_dir()]:
        shutil.rmtree(folder)


def _begin(ledger: Ledger, job: Job, identity: Mapping[str, Any], *, resume: bool) -> None:
    """Enter what the run is, or find out whether the one that goes on is the same."""
    known = ledger.identity
    listed = list_inputs(job.inputs)
    if not resume and ledger.totals().documents:
        message = (
            f"{job.output}: it has the results of another run; --resume goes on with it, --overwrite replaces them"
        )
        raise OutputError(message)
    if known is None or not resume:
        # Of a run that found nothing to read, as by a mistyped name, nothing is worth keeping.
        ledger.begin(identity, listed)
        shutil.rmtree(job.output / STATE / PARTS, ignore_errors=True)
        return
    now = json.loads(json.dumps(identity))
    for name in sorted(known.keys() | now.keys()):
        if known.get(name) != now.get(name):
            was, given = (json.dumps(each.get(name), ensure_ascii=False) for each in (known, now))
            message = f"--resume goes on with a run of another {name}: {was:.200}, now {given:.200}"
            raise OptionError(f"{message}; give it as before, or start anew with --overwrite")
    if job.is_growing:
        return
    if changes := list(islice(_changes(ledger.inputs(), listed), _MOST_NAMED + 1)):
        more = " and more" if len(changes) > _MOST_NAMED else ""
        told = ", ".join(changes[:_MOST_NAMED]) + more
        raise InputError(f"the input is not that of the run to go on with: {told}; start anew with --overwrite")


def _changes(known: Iterable[Input], listed: Sequence[Input]) -> Iterator[str]:
    """Yield in words what happened to the inputs."""
    now = {each.name: each for each in listed}
    before = {each.name for each in known_list} if (known_list := list(known)) else set()
    for was in known_list:
        if (given := now.get(was.name)) is None:
            if was.bytes is not None or was.sha256 is not None:
                yield f"{was.name} was removed"
        elif given.bytes != was.bytes or (given.changed_ns != was.changed_ns and not _is_same(was)):
            yield f"{was.name} was changed"
    for each in listed:
        if each.name not in before:
            yield f"{each.name} was added"


def _is_same(was: Input) -> bool:
    """Return whether a file that was written anew holds what it held."""
    if was.sha256 is None:
        return False
    digest = hashlib.sha256()
    try:
        with Path(was.name).open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return False
    return digest.hexdigest() == was.sha256


def _sitting(engine: str, workers: int, began: float, ended: float, items: int) -> dict[str, Any]:
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
