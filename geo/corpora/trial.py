"""The trial of an article that lost its worker twice, with others: whether it is to blame."""

from __future__ import annotations

from collections.abc import Iterator

from ..engines import Engine
from ..errors import InputError, ResourceError
from .batches import Task
from .staging import packed, tables_of
from .worker import Batch, Outcome, failure_of

MOST_LOSSES = 3
"""So often an article loses its worker, alone and while others live, before it is given up."""
_MOST_CONTROLS = 50
"""Workers that die in a row without any article: then no article is to blame."""


class Trial:
    """Reads single articles while nothing else runs.

    A worker may die of an article, or because somebody ends it, even again and again. So only that counts against an
    article what happens to it right after a worker lived through an empty batch.

    Parameters
    ----------
    engine
        Does `geo.corpora.worker.read_batch`; nothing is in flight there.
    numbers
        Yields numbers that no task has yet.
    """

    def __init__(self, engine: Engine, numbers: Iterator[int]) -> None:
        self._engine = engine
        self._numbers = numbers

    def outcome_of(self, task: Task) -> Outcome:
        """Read a single article until a worker lives through it; a failure when none does."""
        loss: str | None = None
        for _ in range(MOST_LOSSES):
            self._see_one_live()
            outcome, loss = self._alone(task.batch)
            if outcome is not None:
                return outcome
        ((position, found),) = task.batch
        failure = failure_of(position, found, InputError(f"its worker died of it: {loss}"))
        return Outcome(packed(tables_of([])), failures=(failure,))

    def _see_one_live(self) -> None:
        loss: str | None = None
        for _ in range(_MOST_CONTROLS):
            outcome, loss = self._alone(())
            if outcome is not None:
                return
        raise ResourceError(f"workers die before they read anything: {loss}; go on with --resume when that is mended")

    def _alone(self, batch: Batch) -> tuple[Outcome | None, str | None]:
        """Read a batch while nothing else is; return what came of it, or how it was lost."""
        self._engine.submit(next(self._numbers), batch)
        done = self._engine.wait()
        return (None, done.loss) if done.loss is not None else (done.result, None)
