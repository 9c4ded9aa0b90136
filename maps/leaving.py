"""Leaving: a command that is told to end does so soon, also out of a long call of a library that hears no signals."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from . import console
from .commands import INTERRUPTED, TERMINATED

PATIENCE_S = 1.0
"""How long a command may take to leave in order."""
_STATUSES = {int(signal.SIGINT): INTERRUPTED, int(signal.SIGTERM): TERMINATED}


@contextmanager
def leaving_soon(farewell: str) -> Iterator[None]:
    """End this process hard where it does not leave soon after a signal.

    Only around what may be killed at any moment. Python acts upon a signal between two of its own steps, and DuckDB or
    GDAL may take minutes for one.

    Parameters
    ----------
    farewell
        What is told then.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the business of the main thread
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    heard: list[int] = []
    has_left = threading.Event()
    watch = threading.Thread(target=_watch, args=(reading, heard, has_left, farewell), daemon=True)
    watch.start()
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    failure: Exception | None = None
    try:
        yield
    except Exception as error:
        failure = error
    finally:
        signal.set_wakeup_fd(before)
        has_left.set()
        os.close(writing)
        watch.join()
        os.close(reading)
    if failure is not None:
        # duckdb 2.0 turns what the handler of a signal raised into "RuntimeError: Query interrupted".
        if heard:
            raise KeyboardInterrupt if heard[0] == signal.SIGINT else SystemExit(TERMINATED)
        raise failure


def _watch(reading: int, heard: list[int], has_left: threading.Event, farewell: str) -> None:
    while number := os.read(reading, 1):
        if number[0] not in _STATUSES:
            continue
        heard.append(number[0])
        if not has_left.wait(PATIENCE_S):
            console.let_go_of_progress()
            console.complain(farewell)
            os._exit(_STATUSES[number[0]])
