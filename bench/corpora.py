"""Measure corpora: articles a second beside spaCy's bare entity recogniser, on more workers, and as they grow.

``bench/run.py corpora`` runs it. Every number is of ``placelines batch`` in a process of its own, as users run it, from
``times.json`` of its output; ratios are of runs that take turns.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from speed import ONE_THREAD, ROOT

ARTICLES = 3_000
"""Articles of the runs on one core."""
MANY = 6_000
"""Articles of the comparisons of workers and of engines: what starts once no longer counts for much."""
GROWTH = (500, 5_000, 50_000)
_BARE = """
import json, sys, time
from geo.recognizers.model import ENGLISH_MODEL, NOT_NEEDED, open_model
texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")]
bare = open_model(ENGLISH_MODEL, exclude=NOT_NEEDED)
list(bare.pipe(texts[:64], batch_size=64))
start = time.perf_counter()
for _ in bare.pipe(texts, batch_size=64):
    pass
print(time.perf_counter() - start)
"""


def measure(corpora: Path, repeats: int) -> None:
    """Print the tables; needs LGL and GeoVirus."""
    with tempfile.TemporaryDirectory(prefix="placelines-bench-") as folder:
        scratch = Path(folder)
        on_one_core(corpora, scratch, repeats)
        on_two_workers(corpora, scratch, repeats)
        on_engines(corpora, scratch)
        grown(corpora, scratch)


def on_one_core(corpora: Path, scratch: Path, repeats: int) -> None:
    """Print articles a second of one core beside spaCy's ``ner`` alone, on the same texts."""
    path = corpus_of(corpora, ARTICLES, scratch / "one.jsonl")
    ways = {"placelines batch": (), "placelines batch, with en_core_web_sm": ("--model", "en_core_web_sm")}
    rates: dict[str, list[float]] = {"spaCy ner alone": [], **{way: [] for way in ways}}
    for _ in range(repeats):
        rates["spaCy ner alone"].append(ARTICLES / _bare_seconds(path))
        for way, options in ways.items():
            rates[way].append(_rate(run([path], scratch / "out", "--engine", "serial", *options, cores={0})))
    _print_ratios(f"{ARTICLES:,} articles of LGL on one core, {repeats} rounds that take turns", rates)


def on_two_workers(corpora: Path, scratch: Path, repeats: int) -> None:
    """Print articles a second of one and of two worker processes."""
    path = corpus_of(corpora, MANY, scratch / "two.jsonl")
    rates: dict[str, list[float]] = {"1 process": [], "2 processes": []}
    for _ in range(repeats):
        for number, way in enumerate(rates, start=1):
            rates[way].append(_rate(run([path], scratch / "out", "--workers", str(number))))
    _print_ratios(f"{MANY:,} articles of LGL", rates)


def on_engines(corpora: Path, scratch: Path, repeats: int = 3) -> None:
    """Print articles a second of two local workers of Dask beside two processes."""
    path = corpus_of(corpora, MANY, scratch / "many.jsonl")
    rates: dict[str, list[float]] = {"processes": [], "dask": []}
    for _ in range(repeats):
        for way in rates:
            rates[way].append(_rate(run([path], scratch / "out", "--engine", way, "--workers", "2")))
    _print_ratios(f"{MANY:,} articles of LGL, two workers", rates)


def grown(corpora: Path, scratch: Path) -> None:
    """Print time and memory of corpora each ten times as large as the last, and the exponent of the growth."""
    print(
        "\n| articles | reading s | articles/s | finishing s | worker MB at 10 % | worker MB at the end | driver MB |"
    )
    print("|---|---|---|---|---|---|---|")
    points: list[tuple[float, float]] = []
    for count in GROWTH:
        path = corpus_of(corpora, count, scratch / "growing.jsonl")
        with _Memory() as memory:
            times = run([path], scratch / "out", "--workers", "2", memory=memory)
        early, late, driver = memory.told()
        seconds = times["reading_s"]
        points.append((math.log(count), math.log(seconds)))
        finishing = times["finishing_s"]
        print(f"| {count:,} | {seconds:.1f} | {count / seconds:.0f} | {finishing:.1f} | {early} | {late} | {driver} |")
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        print(f"exponent from {math.exp(x):,.0f} to {math.exp(next_x):,.0f}: {(next_y - y) / (next_x - x):.3f}")


def corpus_of(corpora: Path, count: int, path: Path) -> Path:
    """Write a corpus of full articles: those of LGL again and again, each under an id of its own."""
    records = [json.loads(line) for line in (corpora / "lgl.jsonl").open(encoding="utf-8")]
    with path.open("w", encoding="utf-8") as stream:
        for number, record in zip(range(count), itertools.cycle(records), strict=False):
            told = {key: record.get(key) for key in ("title", "source", "date", "text")}
            stream.write(json.dumps({"id": f"{number:07}", **told}) + "\n")
    return path


def run(inputs: list[Path], output: Path, *options: str, cores: set[int] | None = None, memory: Any = None) -> Any:  # noqa: ANN401
    """Run ``placelines batch`` afresh and return its ``times.json``."""
    shutil.rmtree(output, ignore_errors=True)
    command = [sys.executable, "-m", "maps", "batch", *map(str, inputs), "-o", str(output), "--quiet", *options]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        preexec_fn=None if cores is None else lambda: os.sched_setaffinity(0, cores),
    )
    if memory is not None:
        memory.watch(process.pid)
    if process.wait() not in {0, 6}:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return json.loads((output / "times.json").read_text(encoding="utf-8"))


class _Memory:
    """Watches the resident memory of a process and of its workers, ten times a second."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._samples: list[tuple[int, int]] = []
        self._thread: threading.Thread | None = None

    def __enter__(self) -> _Memory:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def watch(self, pid: int) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._sample, args=(pid,))
        self._thread.start()

    def told(self) -> tuple[int, int, int]:
        """Return MB of the largest worker after a tenth of the time and at the end, and most of the driver."""
        workers = [worker for worker, _ in self._samples if worker] or [0]
        return workers[len(workers) // 10], workers[-1], max(driver for _, driver in self._samples)

    def _sample(self, pid: int) -> None:
        while not self._ended.wait(0.1):
            driver = _resident_mb(pid)
            if driver:
                self._samples.append((max(map(_resident_mb, _children(pid)), default=0), driver))


def _children(pid: int) -> Iterator[int]:
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            child, parent = status.parent.name, status.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(parent) == pid:
            yield int(child)
            yield from _children(int(child))


def _resident_mb(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _bare_seconds(path: Path) -> float:
    command = ["taskset", "-c", "0", sys.executable, "-c", _BARE, str(path)]
    surroundings = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, cwd=ROOT, env=surroundings, check=True, capture_output=True)
    return float(told.stdout)


def _rate(times: Any) -> float:  # noqa: ANN401
    return float(times["documents"] / times["reading_s"])


def _print_ratios(title: str, rates: dict[str, list[float]]) -> None:
    first, *_ = rates.values()
    print(f"\n{title}\n\n| | articles/s, median | ratio to the first row, median of pairs (least, most) |")
    print("|---|---|---|")
    for way, own in rates.items():
        ratios = [rate / reference for rate, reference in zip(own, first, strict=True)]
        middle = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}, {max(ratios):.2f})"
        print(f"| {way} | {statistics.median(own):.0f} | {middle} |")
