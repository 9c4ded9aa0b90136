"""Engines: where the batches of a corpus are read. One module an engine, all with the same outcome.

An engine takes tasks one at a time and gives back each with its result, in whatever order they are done. It holds
only as many as keep its workers busy, so that a corpus of any length passes through in little memory. A worker that
dies takes one task with it, which comes back as lost; what becomes of that is for the caller to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, get_args

from ..errors import OptionError

Work: TypeAlias = Callable[[Any], Any]
"""What is done to each task: a function of an importable module, or a `functools.partial` of one, which pickles."""
Check: TypeAlias = Callable[[], Mapping[str, str]]
"""What must be the same wherever tasks are done, by its name: ``{"gazetteer": "6f0c…"}``. It pickles, too."""
Name: TypeAlias = Literal["serial", "processes", "dask"]
"""The engines."""

OUT_OF_MEMORY = "out of memory"
"""The loss of a task that asked for more memory than there is."""


@dataclass(frozen=True, slots=True)
class Done:
    """A task that came back."""

    number: int
    """The number it was submitted under."""
    result: Any = None
    """What the work returned."""
    loss: str | None = None
    """Why there is no result: "killed by signal 9 (out of memory?)". None when there is one."""


class Engine(Protocol):
    """Does tasks on any number of workers."""

    @property
    def workers(self) -> int:
        """How many tasks are done at the same time."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether another task would keep a worker busy that will be idle soon."""
        ...

    @property
    def in_flight(self) -> int:
        """How many tasks were submitted and have not come back."""
        ...

    def submit(self, number: int, task: object) -> None:
        """Hand over a task, which pickles.

        Raises
        ------
        ResourceError
            If there is no worker that could do it.
        """
        ...

    def wait(self) -> Done:
        """Return a task that is done, waiting for it; only while any is in flight.

        Raises
        ------
        Exception
            What the work raised, as it is; its traceback there is the cause. The task has come back by that.
        ResourceError
            If no worker can do anything: it cannot start, or its scheduler is gone.
        """
        ...

    def close(self) -> None:
        """Stop all work at once and leave no process behind; never fails, and may be called twice."""
        ...


@contextmanager
def open_engine(
    name: str,
    work: Work,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    tell: Callable[[str], None] | None = None,
    check: Check | None = None,
) -> Iterator[Engine]:
    """Open an engine for as long as the context lasts.

    Parameters
    ----------
    name
        "serial": in this process. "processes": in processes of their own, on this machine. "dask": by Dask, on this
        machine or on the workers of a scheduler.
    work
        What is done to each task.
    workers
        How many tasks are done at the same time; None for as many as the machine has processors and memory for.
    scheduler
        Address of a Dask scheduler, ``tcp://host:8786``, or path of its file; None for workers on this machine.
    tell
        Told in words what a user wants to know, such as the address of Dask's dashboard; None to tell nobody.
    check
        Asked here and by every worker of a scheduler before its first task: the answers must be the same.

    Raises
    ------
    OptionError
        If there is no such engine, or an option that it has no use for.
    ResourceError
        If what the engine needs is not installed, or its scheduler does not answer.

    Examples
    --------
    >>> with open_engine("serial", len) as engine:
    ...     engine.submit(0, "Floods hit Hama in Syria.")
    ...     engine.wait().result
    25
    """
    _check_options(name, workers, scheduler)
    engine: Engine
    if name == "serial":
        from .serial import SerialEngine

        engine = SerialEngine(work)
    elif name == "processes":
        from .machine import number_of_workers
        from .processes import ProcessEngine

        engine = ProcessEngine(work, workers=number_of_workers(workers))
    else:
        from .dask import DaskEngine

        engine = DaskEngine(work, workers=workers, scheduler=scheduler, tell=tell, check=check)
    try:
        yield engine
    finally:
        engine.close()


def _check_options(name: str, workers: int | None, scheduler: str | None) -> None:
    """Refuse an engine that is none, or an option that it has no use for: OptionError."""
    if name not in get_args(Name):
        raise OptionError(f"there is no engine {name!r}: take one of {', '.join(get_args(Name))}")
    if scheduler is not None and name != "dask":
        raise OptionError(f"a scheduler is for the engine dask, not for {name}")
    if scheduler is not None and workers is not None:
        raise OptionError(f"a scheduler has workers of its own: leave out the number of workers, {workers}")
    if name == "serial" and workers not in (None, 1):
        raise OptionError(f"the engine serial is one worker, not {workers}: take the engine processes")
