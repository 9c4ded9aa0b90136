"""How many workers a machine has processors and memory for, with the limits of containers and job systems."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import OptionError

WORKER_BYTES = 500_000_000
"""Memory of a worker without a statistical model."""
_MOST_WORKERS = 4096
_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")
_MEMORY = Path("/proc/meminfo")


def number_of_workers(wanted: int | None = None) -> int:
    """Return how many workers to start: as many as wanted, else one a processor as far as memory allows.

    Raises
    ------
    OptionError
        If no or too many workers are wanted.
    """
    if wanted is not None:
        if not 1 <= wanted <= _MOST_WORKERS:
            raise OptionError(f"there is no way to work with {wanted} workers: take 1 to {_MOST_WORKERS:,}")
        return wanted
    memory = available_bytes()
    fitting = _MOST_WORKERS if memory is None else memory // WORKER_BYTES
    return max(1, min(processors(), fitting, _MOST_WORKERS))


def processors() -> int:
    """Return how many processors this process may use, by its affinity and the quota of its control groups."""
    has_affinity = hasattr(os, "sched_getaffinity")  # not on macOS and Windows
    count = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    for folder in _groups():
        quota, _, period = _read(folder / "cpu.max").partition(" ")
        if quota.isdigit() and period.strip().isdigit():
            count = min(count, int(quota) // int(period))
    return max(1, count)


def available_bytes() -> int | None:
    """Return how much memory is free for this process; None where that cannot be told."""
    available = []
    for line in _read(_MEMORY).splitlines():
        if line.startswith("MemAvailable:"):
            available.append(int(line.split()[1]) * 1024)
    for folder in _groups():
        limit, used = _read(folder / "memory.max").strip(), _read(folder / "memory.current").strip()
        if limit.isdigit() and used.isdigit():
            available.append(max(0, int(limit) - int(used) + _droppable_bytes(folder)))
    return min(available, default=None)


def _droppable_bytes(group: Path) -> int:
    """Return how much of what a control group uses are copies of files, which the kernel drops when it needs room."""
    for line in _read(group / "memory.stat").splitlines():
        name, _, size = line.partition(" ")
        if name == "inactive_file" and size.isdigit():
            return int(size)
    return 0


def _groups() -> list[Path]:
    """Return the folders of the control group of this process and those around it: each of them has limits."""
    for line in _read(_OWN_CGROUP).splitlines():
        number, _, path = line.partition("::")
        if number == "0":
            own = _CGROUPS / path.strip("/")
            return [folder for folder in (own, *own.parents) if folder.is_relative_to(_CGROUPS)]
    return []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""
