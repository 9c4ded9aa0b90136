"""Worker processes that answer bytes with bytes, for work that one processor is too slow for.

A worker is the same Python running a module that calls `serve`. It reads its questions from standard input and ends
with it, so that none is left when the process that started it is killed. It inherits no open file, hence no lock, and
nothing is asked of the program that imports placelines, as `multiprocessing` would.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import cycle
from types import TracebackType
from typing import IO, TypeAlias

_Process: TypeAlias = "subprocess.Popen[bytes]"
_MOST = 4
_LENGTH_BYTES = 8


class Workers:
    """Some worker processes; a context manager.

    Parameters
    ----------
    module
        Module that they run.
    setup
        Told to each of them first.
    count
        How many; None for one a processor, but no more than four.
    """

    def __init__(self, module: str, setup: bytes, *, count: int | None = None) -> None:
        self._module = module
        self._setup = setup
        self._count = min(os.cpu_count() or 1, _MOST) if count is None else count
        self._processes: list[_Process] = []

    def __enter__(self) -> Workers:
        # Where no process may be started, every question comes back unanswered.
        with suppress(OSError):
            for _ in range(self._count):
                self._processes.append(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            # Also closes the pipes.
            process.communicate()

    def answers(self, questions: Iterable[bytes]) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield every question with its answer, in order; None for an answer that no worker could give."""
        if not self._processes:
            yield from ((question, None) for question in questions)
            return
        waiting: deque[tuple[_Process, bytes]] = deque()
        for process, question in zip(cycle(self._processes), questions, strict=False):
            answered = _receive(*waiting.popleft()) if len(waiting) == len(self._processes) else None
            _send(process, question)
            waiting.append((process, question))
            if answered is not None:
                yield answered
        while waiting:
            yield _receive(*waiting.popleft())

    def _start(self) -> _Process:
        process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            # Ctrl-C is for the process that asked.
            start_new_session=True,
        )
        _send(process, self._setup)
        return process


def serve(start: Callable[[bytes], Callable[[bytes], bytes]]) -> None:
    """Answer what comes on standard input, until it ends.

    Parameters
    ----------
    start
        Given the setup, returns what answers a question.
    """
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    setup = _read(questions)
    if setup is None:
        return
    answer = start(setup)
    while (question := _read(questions)) is not None:
        _write(answers, answer(question))


def _send(process: _Process, message: bytes) -> None:
    assert process.stdin is not None
    try:
        _write(process.stdin, message)
    except OSError:
        # It is gone; so its answer will not come, and `_receive` says so.
        process.kill()


def _receive(process: _Process, question: bytes) -> tuple[bytes, bytes | None]:
    assert process.stdout is not None
    return question, _read(process.stdout)


def _write(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(message)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes | None:
    """Return the next message, None when there is no whole one any more."""
    head = stream.read(_LENGTH_BYTES)
    length = int.from_bytes(head, "big")
    message = stream.read(length) if len(head) == _LENGTH_BYTES else b""
    return message if len(head) == _LENGTH_BYTES and len(message) == length else None
