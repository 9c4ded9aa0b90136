"""Sittings: ``placelines`` begun again and again, to be killed, each in a fork of one process that has loaded it all.

Loading takes longer than what is to be interrupted. The program is `main`; `Nursery` is how tests speak with it.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

PART_SIZE = 128
"""Articles of a part in sittings: many parts of a small corpus."""
_LOADED = ("duckdb", "geo.corpora.run", "maps.corpus_page", "pyarrow.dataset", "pyarrow.parquet", "pyogrio")


class Nursery:
    """Begins sittings, one after the other."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sittings"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._status: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def begin(self, *arguments: object) -> int:
        """Begin a command in a process group of its own, and return its number, which is no other's until the next."""
        self._status = None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([str(argument) for argument in arguments]) + "\n")
        return self._answer()

    def status(self, timeout_s: float | None = None) -> int | None:
        """Return how the command ended, as `subprocess.Popen.returncode`; None when it goes on after so long."""
        assert self._process.stdout is not None
        if self._status is None and select.select([self._process.stdout], [], [], timeout_s)[0]:
            self._status = self._answer()
        return self._status

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def main() -> None:
    """Run each command that comes as a line: answer with its number, and when it is over with its status."""
    for name in _LOADED:
        importlib.import_module(name)
    for name in ("batches", "driver", "ledger", "run"):
        vars(importlib.import_module(f"geo.corpora.{name}"))["PART_SIZE"] = PART_SIZE
    line = sys.stdin.readline()
    while line:
        child = os.fork()
        if not child:
            _sit(json.loads(line))
        os.setpgid(child, child)
        print(child, flush=True)
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        print(ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status, flush=True)
        line = sys.stdin.readline()
        os.waitpid(child, 0)


def _sit(arguments: list[str]) -> None:
    from maps import cli

    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    status: object = 1
    try:
        cli.cli(arguments, prog_name="placelines")
    except SystemExit as ending:
        status = ending.code
    finally:
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    main()
