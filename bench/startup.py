"""Measure how long whole processes take; ``bench/run.py speed`` runs it."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "maps"]


def measure(repeats: int) -> None:
    """Print wall times of the first map beside ``import spacy``, as medians and as the median of paired ratios."""
    article = next(iter(sorted((ROOT / "seeds").glob("*.txt"))))
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "import spacy": [sys.executable, "-c", "import spacy"],
            "placelines map": [*COMMAND, "map", str(article), "-o", folder, "--quiet"],
            "placelines --help": [*COMMAND, "--help"],
        }
        subprocess.run(commands["placelines map"], check=True, cwd=ROOT)
        times = _wall_times(commands, repeats)
        size = (Path(folder) / "map.html").stat().st_size
    print("\n| command | wall s, median (min) | ratio to import spacy, median of pairs |")
    print("|---|---|---|")
    for name, taken in times.items():
        ratio = statistics.median(t / base for t, base in zip(taken, times["import spacy"], strict=True))
        print(f"| {name} | {statistics.median(taken):.2f} ({min(taken):.2f}) | {ratio:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nmap.html {size / 1e6:.2f} MB; peak memory of any process of this run {peak:.0f} MB")


def _wall_times(commands: Mapping[str, Sequence[str]], repeats: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
    return times
