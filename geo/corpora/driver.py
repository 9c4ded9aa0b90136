"""The driver: hands out what is found, takes down what comes of it, and writes the parts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from ..articles.raw import Found
from ..engines import Engine
from ..errors import InputError, OutputError, ResourceError
from .batches import LARGEST, Task, digest_of, tasks_of
from .ledger import Ledger, Part, count_of
from .parts import part_folder, write_part
from .schema import PART_SIZE
from .staging import joined, unpacked
from .trial import Trial
from .worker import Batch, Item, Outcome

OnProgress = Callable[[int, int | None, int], None]
"""Told how many articles are done, of how many (None while nobody knows), and how many of them could not be read."""


@dataclass(slots=True)
class _OpenPart:
    """A part that is not written yet."""

    digests: bytearray = field(default_factory=bytearray)
    """What was found in it so far is known by."""
    done: int = 0
    """How much of that came back."""
    is_all: bool = False
    """Whether everything in it was found."""


class Driver:
    """Reads a corpus on an engine, into a ledger and a folder of parts.

    Parameters
    ----------
    engine
        Does `geo.corpora.worker.read_batch`.
    ledger
        Takes down what was read; what it has already is not read again.
    parts
        The folder.
    ask
        Reads a batch with the services that are asked, in this process.
    batch_size
        Most articles of a batch.
    on_progress
        Told of every batch.
    warn
        Told what there is to tell beside.
    expected
        How many articles there may be; None when nobody knows.
    is_growing
        Whether more may be found another day: then the last part stays open in the ledger until it is full.
    """

    def __init__(
        self,
        engine: Engine,
        ledger: Ledger,
        parts: Path,
        *,
        ask: Callable[[Batch], Outcome],
        batch_size: int,
        on_progress: OnProgress,
        warn: Callable[[str], None],
        expected: int | None = None,
        is_growing: bool = False,
    ) -> None:
        self._engine = engine
        self._ledger = ledger
        self._folder = parts
        self._ask = ask
        self._batch_size = batch_size
        self._on_progress = on_progress
        self._warn = warn
        self._is_growing = is_growing
        self._numbers = count()
        self._trial = Trial(engine, self._numbers)
        self._in_flight: dict[int, tuple[Task, bool]] = {}
        self._suspects: list[Task] = []
        self._parts: dict[int, _OpenPart] = {}
        self._total: int | None = None
        self._expected = expected
        totals = ledger.totals()
        self._done, self._failed = totals.items, totals.failures

    def run(self, found: Iterable[Found], *, first: int = 0) -> None:
        """Read everything that is found, until every part is written.

        Parameters
        ----------
        found
            The articles.
        first
            Position of the first of them; all before it are in the ledger.

        Raises
        ------
        InputError
            If what is found is not what the ledger knows of an earlier sitting.
        OutputError
            If the disk is full or refuses.
        ResourceError
            If the workers cannot work.
        """
        self._show_progress()
        if self._ledger.published != first:
            self._finish_part_before(first)
        for task in tasks_of(self._unread(found, first), size=self._batch_size, workers=self._engine.workers):
            while not self._engine.has_room:
                self._take()
            self._submit(task)
            if len(self._suspects) >= LARGEST:
                self._try_suspects()
        self._try_suspects()
        if self._done != self._total:
            raise _other_input(self._total or 0, self._done)
        self._show_progress()

    def _finish_part_before(self, first: int) -> None:
        """Write the part before a position, of which a round that was cut off had read all, but not written it."""
        number = (first - 1) // PART_SIZE
        if first and self._ledger.part(number) is None:
            self._begin_part(number, first)
            self._end_part(number)

    def _unread(self, found: Iterable[Found], first: int) -> Iterator[tuple[Item, bytes]]:
        """Yield what is to be read, with its digests; what was read is compared with what the ledger knows."""
        position = first - 1
        known: dict[int, bytes] | None = {}
        for position, each in enumerate(found, start=first):
            number = position // PART_SIZE
            if position in {first, number * PART_SIZE}:
                self._end_part(number - 1)
                known = self._begin_part(number, position)
            digest = digest_of(each)
            self._parts[number].digests += digest
            if known is None:
                continue
            if position not in known:
                yield (position, each), digest
            elif known[position] != digest:
                raise _other_input(position, position + 1)
        self._total = position + 1
        self._end_part(position // PART_SIZE)

    def _begin_part(self, number: int, position: int) -> dict[int, bytes] | None:
        """Return the digests of what was read of a part, by position; None for one that is written.

        Parameters
        ----------
        number
            Which part.
        position
            The first position that is found in it: what lies before was read another day.
        """
        part = self._parts[number] = _OpenPart()
        if self._ledger.part(number) is not None:
            if not part_folder(self._folder, number).is_dir():
                raise ResourceError(f"{part_folder(self._folder, number)}: it is gone; start anew with --overwrite")
            return None
        known: dict[int, bytes] = {}
        for first, digests in self._ledger.stretches(number):
            part.done += count_of(digests)
            size = len(digests) // count_of(digests)
            known.update((first + at, digests[at * size : (at + 1) * size]) for at in range(count_of(digests)))
        part.digests += b"".join(known[before] for before in range(number * PART_SIZE, position))
        return known

    def _end_part(self, number: int) -> None:
        """Note that everything in a part was found."""
        if number not in self._parts:
            return
        part, written = self._parts[number], self._ledger.part(number)
        part.is_all = True
        begin = number * PART_SIZE
        if written is None:
            if part.done > (found := count_of(part.digests)):
                raise _other_input(begin + found, begin + part.done)
            self._write_if_done(number)
        elif written == _written(part):
            del self._parts[number]
        else:
            raise _other_input(begin, begin + written.items)

    def _submit(self, task: Task, *, is_repeated: bool = False) -> None:
        number = next(self._numbers)
        self._in_flight[number] = task, is_repeated
        self._engine.submit(number, task.batch)

    def _take(self) -> None:
        """Wait for a batch. One that was lost with its worker is read again, and then its articles one by one."""
        done = self._engine.wait()
        task, is_repeated = self._in_flight.pop(done.number)
        if done.loss is None:
            self._enter(task, done.result)
        elif is_repeated:
            self._suspects += task.single()
        else:
            self._submit(task, is_repeated=True)

    def _try_suspects(self) -> None:
        """Wait for everything, and read the articles of batches that were lost twice, each alone."""
        while self._engine.in_flight:
            self._take()
        suspects, self._suspects = self._suspects, []
        for task in suspects:
            self._enter(task, self._trial.outcome_of(task))

    def _enter(self, task: Task, outcome: Outcome) -> None:
        if outcome.is_open:
            outcome = self._ask(task.batch)
        self._ledger.add(task.first, task.digests, outcome)
        for message in outcome.warnings:
            self._warn(message)
        self._done += len(task.batch)
        self._failed += len(outcome.failures)
        number = task.first // PART_SIZE
        self._parts[number].done += len(task.batch)
        self._write_if_done(number)
        self._show_progress()

    def _show_progress(self) -> None:
        total = self._expected if self._total is None else self._total
        self._on_progress(self._done, None if total is None else max(total, self._done), self._failed)

    def _write_if_done(self, number: int) -> None:
        part = self._parts[number]
        if not part.is_all or part.done < count_of(part.digests):
            return
        try:
            write_part(self._folder, number, joined(map(unpacked, self._ledger.tables(number))))
        except OSError as error:
            why = error.strerror or error
            message = f"{self._folder}: writing failed ({why}); make room, then go on with --resume"
            raise OutputError(message) from error
        if count_of(part.digests) == PART_SIZE or not self._is_growing:
            self._ledger.close_part(number, _written(part))
        del self._parts[number]


def _written(part: _OpenPart) -> Part:
    return Part(count_of(part.digests), hashlib.sha256(part.digests).digest())


def _other_input(first: int, stop: int) -> InputError:
    which = f"article {stop:,}" if stop == first + 1 else f"articles {first + 1:,} to {stop:,}"
    return InputError(f"the input has changed since it was read: {which}; start anew with --overwrite")
