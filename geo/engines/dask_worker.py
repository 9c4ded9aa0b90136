"""What runs in a Dask worker: imported only where Dask is installed."""

from __future__ import annotations

import pickle
import sys
import threading
from collections.abc import Mapping
from typing import cast

from distributed import Worker, WorkerPlugin, get_worker

from ..errors import PlacelinesError, ResourceError
from ..version import __version__
from . import Check, Work
from .worker import answer_of

_LONGEST_SHOWN = 200


class WorkPlugin(WorkerPlugin):
    """Holds the work on every worker, also on those that come later, so that no task carries it.

    Parameters
    ----------
    name
        What the scheduler calls it.
    work
        What is done to each task, pickled: it is loaded with the first of them.
    check
        What must be the same as where the plugin was made.
    """

    def __init__(self, name: str, work: bytes, check: Check | None) -> None:
        self.name = name
        self._packed = work
        self._check = check
        self._expected = self._found()

    def setup(self, worker: Worker) -> None:
        """Begin on a worker; nothing is loaded yet, so that its heart goes on beating."""
        self._address: str = worker.address
        self._work: Work | None = None
        self._one_at_a_time = threading.Lock()

    def do(self, task: bytes) -> object:
        """Return what the work makes of a task."""
        with self._one_at_a_time:
            if self._work is None:
                self._compare()
                self._work = pickle.loads(self._packed)
            return self._work(pickle.loads(task))

    def _found(self) -> Mapping[str, str]:
        versions = {"Python": "{}.{}".format(*sys.version_info), "placelines": __version__}
        return versions | dict(self._check() if self._check else {})

    def _compare(self) -> None:
        try:
            found = self._found()
        except PlacelinesError as error:
            message = f"the Dask worker {self._address} lacks something: {error}; install the same everywhere"
            raise ResourceError(message) from error
        for name, expected in self._expected.items():
            if (given := found.get(name, "none")) != expected:
                difference = f"differs from here in {name}: {_cut(given)}, not {_cut(expected)}"
                raise ResourceError(f"the Dask worker {self._address} {difference}; install the same everywhere")


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}..."


def do(name: str, task: bytes) -> bytes:
    """Do one task by the plugin of that name, and answer as `geo.engines.worker` does."""
    plugin = cast(WorkPlugin, get_worker().plugins[name])
    return answer_of(lambda: plugin.do(task))
