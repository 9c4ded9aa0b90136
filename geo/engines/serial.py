"""One task after the other, in this process: nothing to start, and everything can be looked at in a debugger."""

from __future__ import annotations

from collections import deque

from . import OUT_OF_MEMORY, Done, Work


class SerialEngine:
    """Does each task when it is waited for.

    Parameters
    ----------
    work
        What is done to each task.
    """

    workers = 1
    """This process."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._tasks: deque[tuple[int, object]] = deque()

    @property
    def has_room(self) -> bool:
        """Whether nothing waits to be done."""
        return not self._tasks

    @property
    def in_flight(self) -> int:
        """How many tasks wait to be done."""
        return len(self._tasks)

    def submit(self, number: int, task: object) -> None:
        """Keep a task until it is waited for."""
        self._tasks.append((number, task))

    def wait(self) -> Done:
        """Do the first task."""
        number, task = self._tasks.popleft()
        try:
            return Done(number, self._work(task))
        except MemoryError:
            return Done(number, loss=OUT_OF_MEMORY)

    def close(self) -> None:
        """Forget what was not done."""
        self._tasks.clear()
