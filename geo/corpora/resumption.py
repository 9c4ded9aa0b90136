"""Resumption: whether a run may go on with what an earlier sitting left in the folder of its results, and where."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..articles.inputs import Input, list_inputs
from ..errors import InputError, OptionError, OutputError
from .ledger import FILE_NAME, Ledger
from .parts import part_folders
from .schema import PART_SIZE

if TYPE_CHECKING:
    from .run import Job

_MOST_NAMED = 10


def begin(ledger: Ledger, job: Job, identity: Mapping[str, Any], *, resume: bool) -> None:
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
        shutil.rmtree(job.parts, ignore_errors=True)
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
    before = set()
    for was in known:
        before.add(was.name)
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
    try:
        with Path(was.name).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == was.sha256
    except OSError:
        return False


def rewound(ledger: Ledger, parts: Path) -> int:
    """Forget what a round that was cut off left in disorder; return the position at which the next one begins."""
    first = ledger.rewind()
    for folder in part_folders(parts):
        if int(folder.name) * PART_SIZE >= first:
            shutil.rmtree(folder)
    return first


def forget(state: Path) -> None:
    """Remove what earlier runs left to go on with; their results stay until there are new ones."""
    # The log before the ledger, lest it be taken for that of the next one, and that before the parts that it knows.
    for end in ("-wal", "-shm", ""):
        (state / f"{FILE_NAME}{end}").unlink(missing_ok=True)
    for folder in [path for path in state.iterdir() if path.is_dir()]:
        shutil.rmtree(folder)
