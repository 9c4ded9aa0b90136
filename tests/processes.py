"""Processes, as tests look at them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def children(*, of: int | None = None) -> set[int]:
    """Return the processes that were started by this one, or another, and are not gone."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_text()
        except OSError:
            continue
        if parent == (of or os.getpid()) and "resource_tracker" not in command:
            found.add(int(folder.name))
    return found


def wait_until(is_so: Callable[[], object]) -> None:
    for _ in range(2400):  # a busy machine takes long to start Dask
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come so")


def heed_signals() -> None:
    """Let a child hear SIGINT and SIGHUP, which a shell has ignored in all that it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
