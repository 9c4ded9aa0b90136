"""Dask workers: on this machine, or wherever a scheduler has some."""

from __future__ import annotations

import logging
import os
import pickle
import queue
import signal
import time
import uuid
import warnings
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OptionError, ResourceError
from . import Check, Done, Work
from .machine import number_of_workers
from .worker import done_of

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

    from .dask_worker import WorkPlugin

_HELD = 3
"""Tasks a worker that are with the scheduler at a time: one in work, one at hand, one for who asks meanwhile."""
_ANSWER_S = 10.0
"""How long a scheduler may take to answer at first."""
_END_S = 2.0
"""How long it may take to forget us."""
_COUNT_S = 5.0
"""How long a number of workers is believed."""
_SILENT = logging.CRITICAL + 1
_SETTINGS: dict[str, object] = {
    "distributed.admin.large-graph-warning-threshold": "1TB",  # a long article is no graph
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.scheduler.allowed-failures": 0,  # the caller decides what is done again
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.worker-saturation": 1.0,  # the scheduler keeps what waits: a dead worker takes one task
    "distributed.worker.profile.enabled": False,  # it stops the worker a hundred times a second
}


class DaskEngine:
    """Does tasks on Dask workers.

    Parameters
    ----------
    work
        What is done to each task.
    workers
        How many to start on this machine; None for as many as fit. A scheduler has workers of its own.
    scheduler
        Address of a scheduler, or path of its file; None to start workers on this machine.
    tell
        Told the address of the dashboard.
    check
        What must be the same on every worker.
    """

    def __init__(
        self,
        work: Work,
        *,
        workers: int | None,
        scheduler: str | None,
        tell: Callable[[str], None] | None,
        check: Check | None,
    ) -> None:
        try:
            from distributed.utils import silence_logging_cmgr

            from .dask_worker import WorkPlugin, do
        except ImportError as error:
            raise ResourceError('the engine dask needs more: run "python -m pip install placelines[dask]"') from error
        import dask

        self._do = do
        self._name = f"placelines-{uuid.uuid4().hex}"
        self._submitted = 0
        self._tasks: dict[Future[bytes], int] = {}
        self._settled: queue.SimpleQueue[Future[bytes]] = queue.SimpleQueue()
        self._counted: tuple[float, int] | None = None
        self._tell = tell
        self._open = ExitStack()
        plugin = WorkPlugin(self._name, pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL), check)
        try:
            self._open.enter_context(silence_logging_cmgr(_SILENT))
            self._open.enter_context(dask.config.set(_SETTINGS))
            self._client: Client = self._connected(scheduler, workers)
            if scheduler is not None:
                self._open.callback(self._client.close)
            self._address = self._client.scheduler_info(n_workers=0)["address"]
            self._registered(plugin)
            self._open.callback(self._unregister)
            # A scheduler keeps back what waits only of a group larger than its workers: else what is next to a task
            # that kills its worker would be lost with it.
            few = range(2 * self.workers + 1)
            self._group = [self._client.submit(int, key=(self._name, -number), pure=False) for number in few]
        except BaseException:
            self.close()
            raise
        if tell is not None:
            tell(f"Dask's dashboard: {self._client.dashboard_link}")

    @property
    def workers(self) -> int:
        """How many workers the scheduler has at the moment: more may come."""
        now = time.monotonic()
        if self._counted is None or now - self._counted[0] > _COUNT_S:
            if self._client.status != "running":
                raise self._gone()
            try:
                self._counted = now, len(self._client.nthreads())
            except Exception as error:  # of several libraries, by how the connection broke
                raise self._gone() from error
        return self._counted[1]

    @property
    def has_room(self) -> bool:
        """Whether the scheduler could have another task."""
        return self.in_flight < _HELD * max(1, self.workers)

    @property
    def in_flight(self) -> int:
        """How many tasks the scheduler has."""
        return len(self._tasks)

    def submit(self, number: int, task: object) -> None:
        """Give a task to the scheduler."""
        packed = pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL)
        self._submitted += 1
        future = self._client.submit(self._do, self._name, packed, key=(self._name, self._submitted), pure=False)
        self._tasks[future] = number
        future.add_done_callback(self._settled.put)

    def wait(self) -> Done:
        """Return the next task that is done, or lost."""
        from distributed import KilledWorker

        if not self._tasks:
            raise IndexError("no task is in flight")
        future = self._next()
        number = self._tasks.pop(future)
        try:
            answer = future.result()
        except KilledWorker:
            return Done(number, loss="its Dask worker was killed (out of memory?)")
        except Exception as error:
            raise self._gone() from error
        return done_of(number, answer)

    def close(self) -> None:
        """Take back all tasks, and end the workers that were started."""
        with suppress(Exception):
            self._client.cancel(list(self._tasks), force=True)
        self._tasks.clear()
        with suppress(Exception):
            self._open.close()

    def _next(self) -> Future[bytes]:
        is_deserted = False
        while True:
            if self._client.status != "running":
                raise self._gone()
            with suppress(queue.Empty):
                return self._settled.get(timeout=1)
            was_deserted, is_deserted = is_deserted, not self.workers
            if is_deserted and not was_deserted and self._tell is not None:
                self._tell(f"the Dask scheduler {self._address} has no workers: waiting for some")

    def _gone(self) -> ResourceError:
        return ResourceError(f"the Dask scheduler {self._address} is gone: start it again, then go on with --resume")

    def _connected(self, scheduler: str | None, workers: int | None) -> Client:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions that differ: those that matter are compared by the plugin
            return _joined(scheduler) if scheduler is not None else self._started(number_of_workers(workers))

    def _started(self, workers: int) -> Client:
        from distributed import Client, LocalCluster

        try:
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                memory_limit=0,
                silence_logs=_SILENT,
            )
        except (OSError, RuntimeError) as error:
            raise ResourceError(
                f"Dask's workers cannot start: {error}; in a script, what opens the engine must stand below "
                'if __name__ == "__main__"'
            ) from error
        self._open.callback(cluster.close)
        client = Client(cluster)
        self._open.callback(client.close)
        self._open.callback(_kill, cluster)
        return client

    def _unregister(self) -> None:
        """Let a scheduler that goes on forget the work."""
        with suppress(Exception):
            if (scheduler := self._client.scheduler) is not None:
                self._client.sync(scheduler.unregister_worker_plugin, name=self._name, callback_timeout=_END_S)

    def _registered(self, plugin: WorkPlugin) -> None:
        try:
            self._client.register_plugin(plugin)
        except Exception as error:
            raise ResourceError(
                f"the Dask workers of {self._address} cannot load placelines: {error}; install the same version there"
            ) from error


def _joined(scheduler: str) -> Client:
    from distributed import Client

    if "://" not in scheduler and not Path(scheduler).is_file():
        raise OptionError(f"there is no file {scheduler!r}; an address of a Dask scheduler is like tcp://host:8786")
    where = {"address": scheduler} if "://" in scheduler else {"scheduler_file": scheduler}
    try:
        return Client(**where, timeout=_ANSWER_S)
    except (OSError, ValueError) as error:
        raise ResourceError(f"no Dask scheduler answers at {scheduler}: {error}") from error


def _kill(cluster: LocalCluster) -> None:
    """End workers without waiting for what they are at."""
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        with suppress(OSError):
            os.kill(nanny.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
