"""What runs in a worker process: work done to one task after the other, as they come through a pipe.

It is a program of its own and not a fork: no thread, lock or connection of the caller is carried over, and the
caller's ``__main__`` is not run again, which a script without an ``if __name__ == "__main__"`` would not survive.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import threading
import traceback
from collections.abc import Callable
from typing import IO

from . import OUT_OF_MEMORY, Done, Work

_LENGTH = 8


class WorkerTraceback(Exception):  # noqa: N818 - it is no error, it tells where one came from
    """Where in a worker an error was raised, as Python tells it."""


def answer_of(act: Callable[[], object]) -> bytes:
    """Do something and return how it went, for `done_of`; no error passes."""
    try:
        return _packed(act(), None, None, None)
    except MemoryError:
        return _packed(None, OUT_OF_MEMORY, None, None)
    except Exception as error:
        return _packed(None, None, _portable(error), "".join(traceback.format_exception(error)))


def done_of(number: int, answer: bytes) -> Done:
    """Return a task that came back with an answer, or raise the error that it tells of."""
    result, loss, error, where = pickle.loads(answer)
    if error is not None:
        raise error from WorkerTraceback(where)
    return Done(number, result, loss)


def send(stream: IO[bytes], content: bytes) -> None:
    """Write bytes in such a way that `receive` knows where they end."""
    stream.write(len(content).to_bytes(_LENGTH, "big"))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Return what was sent; None when the other side is gone."""
    header = stream.read(_LENGTH)
    length = int.from_bytes(header, "big")
    content = stream.read(length)
    return content if len(header) == _LENGTH and len(content) == length else None


def main() -> None:
    """Do work until the caller is gone: the first message is the work, every other one a task; each is answered."""
    for name in ("SIGINT", "SIGHUP", "SIGTERM"):
        if hasattr(signal, name):  # a terminal or a job system sends them to the whole group: the caller decides
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    tasks, answers = _private(0, os.O_RDONLY), _private(1, os.O_WRONLY)
    with os.fdopen(tasks, "rb") as incoming, os.fdopen(answers, "wb") as outgoing:
        messages: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(incoming, messages), daemon=True).start()
        loaded: list[Work] = []
        send(outgoing, answer_of(lambda: loaded.append(pickle.loads(messages.get()))))
        _silence(2)
        while True:
            send(outgoing, answer_of(lambda: loaded[0](pickle.loads(messages.get()))))


def _private(descriptor: int, mode: int) -> int:
    """Return a duplicate for ourselves, so that a library that prints or reads meets nothing."""
    own = os.dup(descriptor)
    _silence(descriptor, mode)
    return own


def _silence(descriptor: int, mode: int = os.O_WRONLY) -> None:
    """Let nothing come from a descriptor, and nothing of what is written to it arrive."""
    nothing = os.open(os.devnull, mode)
    os.dup2(nothing, descriptor)
    os.close(nothing)


def _listen(incoming: IO[bytes], messages: queue.SimpleQueue[bytes]) -> None:
    """Read ahead, so that the next task is here when the last is done, and end at once when the caller is gone."""
    try:
        while (message := receive(incoming)) is not None:
            messages.put(message)
    finally:
        os._exit(1)


def _packed(*parts: object) -> bytes:
    return pickle.dumps(parts, protocol=pickle.HIGHEST_PROTOCOL)


def _portable(error: Exception) -> Exception:
    """Return the error, or one that tells the same when it does not survive pickling."""
    try:
        is_same = isinstance(pickle.loads(pickle.dumps(error)), type(error))
    except Exception:  # whatever a class of somebody else does
        is_same = False
    return error if is_same else RuntimeError(f"{type(error).__name__}: {error}")
