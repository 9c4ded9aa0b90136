"""Dask from end to end: on this machine, and with a scheduler and workers of somebody else's, some of which die."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.corpus_runs import results, rows, write_rows

pytestmark = pytest.mark.usefixtures("unpacked")

ARTICLES = 200
_ONE_AT_A_TIME = ("--nthreads", "1", "--memory-limit", "0", "--no-nanny", "--no-dashboard")
_LONGEST_S = 120.0


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("corpus") / "news.jsonl", rows(ARTICLES))


@pytest.fixture(scope="module")
def expected(root: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the engine serial makes of it."""
    output = tmp_path_factory.mktemp("serial") / "out"
    process = batch(root, corpus, output, "--engine", "serial", "--quiet")
    assert (*process.communicate(), process.returncode) == ("", "", 0)
    return results(output)


@pytest.fixture
def cluster(root: Path, tmp_path: Path) -> Iterator[Cluster]:
    running = Cluster(root, tmp_path)
    yield running
    running.close()


class Cluster:
    """A scheduler and two workers on this machine, as somebody else would start them, in a folder of their own."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self._folder = folder / "elsewhere"
        self._folder.mkdir()
        self._env = {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
        self.scheduler = self._start("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file))
        wait_until(lambda: self.file.exists() and self.file.stat().st_size)
        self.workers: list[subprocess.Popen[bytes]] = []

    def start_workers(self) -> None:
        self.workers = [self._start("worker", self.address, *_ONE_AT_A_TIME) for _ in range(2)]

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text(encoding="utf-8"))["address"])

    def close(self) -> None:
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *options, "--host", "127.0.0.1"]
        nothing = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=self._folder, env=self._env, stdout=nothing, stderr=nothing)


def batch(root: Path, corpus: Path, output: Path, *options: str, **variables: str) -> subprocess.Popen[str]:
    """Start the command, in a process group of its own."""
    command = [sys.executable, "-m", "maps", "batch", str(corpus), "-o", str(output), "--batch-size", "8", *options]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(root), **variables},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + _LONGEST_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_under_way(process: subprocess.Popen[str], output: Path) -> bool:
    """Return whether some articles are entered; the run must not have ended."""
    assert process.poll() is None, process.communicate()
    with suppress(sqlite3.OperationalError):  # there is none yet
        ledger = f"file:{output}/.placelines/ledger.sqlite?mode=ro"
        with closing(sqlite3.connect(ledger, uri=True)) as connection:
            return bool(connection.execute("SELECT count(*) > 2 FROM outcome").fetchone()[0])
    return False


def of_session(session: int) -> list[int]:
    """Return the processes of a session that are not gone."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, its_session, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(its_session) == session and state != "Z":
            found.append(int(folder.name))
    return found


def test_workers_of_this_machine_make_the_same_and_end_when_they_are_interrupted(
    root: Path, corpus: Path, expected: dict[str, str], tmp_path: Path
) -> None:
    output = tmp_path / "out"
    options = ("--engine", "dask", "--workers", "2")
    process = batch(root, corpus, output, *options)
    wait_until(lambda: is_under_way(process, output))
    os.killpg(process.pid, signal.SIGINT)
    said, told = process.communicate()
    assert (process.returncode, said) == (130, "")
    dashboard, *others = told.splitlines()
    assert dashboard.startswith("placelines: Dask's dashboard: http://127.0.0.1:")
    assert others == ["placelines: interrupted; go on with --resume"]
    wait_until(lambda: not of_session(process.pid))
    again = batch(root, corpus, output, *options, "--resume", "--quiet")
    assert (*again.communicate(), again.returncode) == ("", "", 0)
    assert results(output) == expected


@pytest.mark.kill
def test_a_worker_that_is_killed_changes_nothing_and_a_scheduler_ends_the_run(
    root: Path, corpus: Path, expected: dict[str, str], tmp_path: Path, cluster: Cluster
) -> None:
    first = batch(root, corpus, tmp_path / "first", "--engine", "dask", "--scheduler", str(cluster.file))
    assert first.stderr is not None
    assert first.stderr.readline().startswith("placelines: Dask's dashboard: ")
    waits = f"placelines: the Dask scheduler {cluster.address} has no workers: waiting for some\n"
    assert first.stderr.readline() == waits
    cluster.start_workers()
    wait_until(lambda: is_under_way(first, tmp_path / "first"))
    cluster.workers[0].kill()
    said, told = first.communicate()
    assert (told, first.returncode) == ("", 0)
    assert said.startswith(f"{ARTICLES} articles read")
    assert results(tmp_path / "first") == expected

    second = batch(root, corpus, tmp_path / "second", "--engine", "dask", "--scheduler", cluster.address, "--quiet")
    wait_until(lambda: is_under_way(second, tmp_path / "second"))
    cluster.scheduler.kill()
    gone = f"placelines: the Dask scheduler {cluster.address} is gone: start it again, then go on with --resume\n"
    assert (*second.communicate(), second.returncode) == ("", gone, 5)
    again = batch(root, corpus, tmp_path / "second", "--resume", "--workers", "2", "--quiet")
    assert (*again.communicate(), again.returncode) == ("", "", 0)
    assert results(tmp_path / "second") == expected


def test_workers_with_other_gazetteers_are_told_by_name(
    root: Path, corpus: Path, tmp_path: Path, cluster: Cluster
) -> None:
    cluster.start_workers()
    places = tmp_path / "places.csv"
    places.write_text("id,name,lon,lat\ncamp,Qwertabad,36.3,35.1\n", encoding="utf-8")
    mine = {"PLACELINES_DATA": str(tmp_path / "mine"), "PYTHONPATH": str(root)}
    add = [sys.executable, "-m", "maps", "gazetteer", "add", str(places), "--name", "own", "--quiet"]
    subprocess.run(add, env={**os.environ, **mine}, check=True)
    for options, difference in (
        ((), r"differs from here in gazetteers: GeoNames \S+, not own( \S+)?, GeoNames \S+"),
        (("--gazetteer", "own"), "lacks something: no gazetteer 'own' is installed; installed: none"),
    ):
        asked = ("--engine", "dask", "--scheduler", cluster.address, "--limit", "8", "--quiet", *options)
        process = batch(root, corpus, tmp_path / f"out{len(options)}", *asked, **mine)
        _, told = process.communicate()
        assert process.returncode == 5
        pattern = rf"placelines: the Dask worker tcp://127\.0\.0\.1:\d+ {difference}; install the same everywhere\n"
        assert re.fullmatch(pattern, told), told
