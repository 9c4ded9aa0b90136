"""Worker processes on this machine: a small pool that knows which task every worker has.

The pools of the standard library do not: a worker that dies takes all tasks of a `ProcessPoolExecutor` with it, and
`multiprocessing.Pool` waits for its result for ever.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections import deque
from contextlib import suppress
from typing import IO, cast

from ..errors import ResourceError
from . import Done, Work
from .worker import done_of, receive, send

ONE_THREAD = dict.fromkeys(
    "OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS BLIS_NUM_THREADS VECLIB_MAXIMUM_THREADS "
    "NUMEXPR_NUM_THREADS".split(),
    "1",
)
"""Environment in which libraries of linear algebra leave the other processors to the other workers."""

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from geo.engines.worker import main; main()"
_HELD = 2
"""Tasks that a worker has at a time: the one it does and the next, so that it need not wait for the caller."""
_MOST_FAILED_STARTS = 20
"""Workers that may die as they start while no other one answers: so many more than a few that are killed at random."""
_END_S = 5.0
_LAST_BYTES = 2_000


class ProcessEngine:
    """Does tasks in processes of its own, started as they are needed and replaced when they die.

    Parameters
    ----------
    work
        What is done to each task.
    workers
        Most processes at the same time.
    """

    def __init__(self, work: Work, *, workers: int) -> None:
        self.workers = workers
        self._work = pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)
        self._pool: list[_Worker] = []
        self._failed_starts = 0
        self._messages: queue.SimpleQueue[tuple[_Worker, bytes | None]] = queue.SimpleQueue()

    @property
    def has_room(self) -> bool:
        """Whether a worker could have its next task."""
        return self.in_flight < _HELD * self.workers

    @property
    def in_flight(self) -> int:
        """How many tasks the workers have."""
        return sum(len(worker.tasks) for worker in self._pool)

    def submit(self, number: int, task: object) -> None:
        """Give a task to the worker that has least to do, starting one where none is idle."""
        self._hand_over(number, pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL))

    def wait(self) -> Done:
        """Return the next task that is done, or lost."""
        while self.in_flight:
            worker, message = self._messages.get()
            if worker in self._pool and (done := self._heard(worker, message)) is not None:
                return done
        raise IndexError("no task is in flight")

    def close(self) -> None:
        """Kill all processes."""
        pool, self._pool = self._pool, []
        for worker in pool:
            worker.kill()
        for worker in pool:
            worker.end()

    def _hand_over(self, number: int, task: bytes) -> None:
        idle = [worker for worker in self._pool if not worker.tasks]
        if not idle and len(self._pool) < self.workers:
            self._pool.append(_Worker(self._work, self._messages))
            idle = self._pool[-1:]
        worker = min(idle or self._pool, key=lambda worker: len(worker.tasks))
        worker.tasks.append((number, task))
        worker.send(task)

    def _heard(self, worker: _Worker, message: bytes | None) -> Done | None:
        """Return the task that came back with a message, if any did."""
        if message is None:
            return self._lost(worker)
        self._failed_starts = 0
        if worker.is_ready:
            return done_of(worker.tasks.popleft()[0], message)
        try:
            done_of(0, message)
        except Exception as error:
            raise ResourceError(f"a worker process cannot load its work: {error}") from error
        worker.is_ready = True
        return None

    def _lost(self, worker: _Worker) -> Done | None:
        """Take a dead worker out, and give all but the task that it was at to others."""
        self._pool.remove(worker)
        how = worker.end()
        lost = worker.tasks.popleft()[0] if worker.is_ready and worker.tasks else None
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts == _MOST_FAILED_STARTS:
                raise ResourceError(f"worker processes cannot start: {self._failed_starts} in a row: {how}")
        for each in worker.tasks:
            self._hand_over(*each)
        return None if lost is None else Done(lost, loss=how)


class _Worker:
    """One process, with the tasks it has in the order in which it does them.

    What it complains of while it starts, as a library that is missing, is told when it ends.
    """

    def __init__(self, work: bytes, messages: queue.SimpleQueue[tuple[_Worker, bytes | None]]) -> None:
        self.tasks: deque[tuple[int, bytes]] = deque()
        self.is_ready = False
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the process)
        command = [sys.executable, "-c", _PROGRAM, *sys.path]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env={**os.environ, **ONE_THREAD},
            )
            self._tasks_out = cast(IO[bytes], self._process.stdin)
            self._listener = threading.Thread(target=self._listen, args=(messages,), daemon=True)
            self._listener.start()
        except (OSError, RuntimeError) as error:
            raise ResourceError(f"no further worker process can be started: {error}; ask for fewer workers") from error
        self.send(work)

    def send(self, message: bytes) -> None:
        """Hand something over. A worker that is gone says so to the listener."""
        with suppress(OSError):
            send(self._tasks_out, message)

    def kill(self) -> None:
        """Stop the process at once, without waiting for its end."""
        self._process.kill()

    def end(self) -> str:
        """Wait for the end of a process that died or was killed, and return how it ended."""
        with suppress(OSError):
            self._tasks_out.close()
        try:
            status = self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._listener.join(_END_S)
        with self._complaints as complaints:
            complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - _LAST_BYTES))
            last_line = complaints.read().decode("utf-8", "replace").rstrip().rpartition("\n")[2]
        if status >= 0:
            return f"ended with status {status}" + (f" ({last_line:.300})" if last_line else "")
        return f"killed by signal {-status}" + (" (out of memory?)" if status == -9 else "")

    def _listen(self, messages: queue.SimpleQueue[tuple[_Worker, bytes | None]]) -> None:
        """Take what comes at once, whatever the caller is at, so that a worker never waits for it."""
        try:
            with cast(IO[bytes], self._process.stdout) as incoming:
                while (message := receive(incoming)) is not None:
                    messages.put((self, message))
        finally:
            messages.put((self, None))
