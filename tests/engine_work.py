"""Work for engines, in a module that workers can import."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from geo.engines import Work, open_engine
from geo.errors import InputError


class LocalError(Exception):
    def __init__(self, message: str, *, also: str) -> None:
        super().__init__(f"{message}, {also}")


def double(task: int) -> int:
    return 2 * task


def length(task: bytes) -> bytes:
    return bytes(len(task))


def act(task: str) -> str:
    """Do what a task says."""
    if task == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif task == "leave":
        os._exit(3)
    elif task == "memory":
        raise MemoryError
    elif task == "input":
        raise InputError("row 3 has no text", source="news.csv", line=3)
    elif task == "local":
        raise LocalError("bad", also="worse")
    elif task == "print":
        print("from a worker", flush=True)
        print("from a worker", file=sys.stderr, flush=True)
        os.system("echo from a child")
        return sys.stdin.read()
    elif task == "threads":
        return os.environ["OMP_NUM_THREADS"]
    return task


def die_once(folder: Path, task: int) -> int:
    """Kill the process in a third of all tasks, when they come first."""
    mark = folder / str(task)
    if task % 3 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def sleep_told(folder: Path, task: int) -> int:
    """Tell who has begun what, and take long."""
    (folder / f"{task}.begun").write_text(str(os.getpid()), encoding="ascii")
    time.sleep(600)
    return task


def told(*, gazetteer: str) -> Mapping[str, str]:
    return {"gazetteer": gazetteer}


def by_process(here: int) -> Mapping[str, str]:
    return {"gazetteer": "driver's" if os.getpid() == here else "worker's"}


def everything(name: str, work: Work, tasks: list[int], *, workers: int | None = None) -> list[int]:
    """Return the results of all tasks in their order, doing again what was lost."""
    results: dict[int, int] = {}
    left = list(reversed(tasks))
    with open_engine(name, work, workers=workers) as engine:
        while left or engine.in_flight:
            while left and engine.has_room:
                task = left.pop()
                engine.submit(task, task)
            done = engine.wait()
            if done.loss is None:
                results[done.number] = done.result
            else:
                left.append(done.number)
    return [results[task] for task in tasks]
