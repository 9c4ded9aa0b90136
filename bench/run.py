"""Measure accuracy and speed; print the tables that ``bench/README.md`` records.

    python bench/run.py [accuracy] [speed] [gazetteer] [--corpora DIR] [--repeats N]

Accuracy runs the installed command over annotated corpora (JSON Lines with "text" and "toponyms") and scores what it
prints with ``bench/score.py``. Speed times whole processes, interleaved in one run, beside ``import spacy``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import gazetteer
import score

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"
COMMAND = [sys.executable, "-m", "maps"]


def main() -> int:
    """Run the benchmarks named on the command line, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("which", nargs="*", help="accuracy, speed, gazetteer; all by default")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder with the annotated corpora")
    parser.add_argument("--repeats", type=int, default=7, help="timed runs of each command")
    arguments = parser.parse_args()
    chosen = arguments.which or ["accuracy", "speed", "gazetteer"]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, spaCy {version('spacy')}")
    if "accuracy" in chosen:
        measure_accuracy(arguments.corpora)
    if "speed" in chosen:
        measure_speed(arguments.repeats)
    if "gazetteer" in chosen:
        gazetteer.measure(arguments.corpora)
    return 0


def measure_accuracy(corpora: Path) -> None:
    """Print end-to-end and gold-mention scores and calibration for each corpus."""
    paths = sorted(corpora.glob("*.jsonl"))
    if not paths:
        print(f"accuracy: no corpora in {corpora}: give their folder with --corpora", file=sys.stderr)
        if os.environ.get("CI"):
            raise SystemExit(1)
        return
    print("\n| corpus | e2e F1@161 (P/R) | strict F1 | recognition F1 exact, overlap | Acc@161, @20 | gold mentions |")
    print("|---|---|---|---|---|---|")
    for path in paths:
        gold = score.read_jsonl(path)
        found = predictions(path, "found")
        result = score.evaluate(gold, found)
        given = score.evaluate(gold, predictions(path, "given"), gold_mentions=True)["gold_mentions"]
        e2e, strict = result["end_to_end"], result["end_to_end_strict"]
        exact, overlap = result["recognition_exact"], result["recognition_overlap"]
        resolved = result["resolution"]
        print(
            f"| {path.stem} | **{e2e['f1']:.3f}** ({e2e['p']:.3f}/{e2e['r']:.3f}) | {strict['f1']:.3f} "
            f"| {exact['f1']:.3f}, {overlap['f1']:.3f} | {resolved['acc161']:.3f}, {resolved['acc20']:.3f} "
            f"| {given['acc161']:.3f}, {given['acc20']:.3f} |"
        )
        print(f"  calibration of {path.stem}: {calibration(gold, found)}", file=sys.stderr)


def predictions(corpus: Path, mentions: str) -> list[dict[str, object]]:
    """Run the command over a corpus and return its output in the form that the scorer reads."""
    command = [*COMMAND, "places", str(corpus), "--format", "jsonl", "--mentions", mentions]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        subprocess.run(command, stdout=output, check=True, cwd=ROOT)
        output.seek(0)
        rows = [json.loads(line) for line in output]
    return [{"id": row["id"], "predictions": row["toponyms"]} for row in rows]


def calibration(gold: Sequence[dict[str, object]], found: Sequence[dict[str, object]]) -> str:
    """Return for each tenth of confidence the share of matched toponyms within 161 km, as "confidence:share(n)"."""
    predicted = {row["id"]: row["predictions"] for row in found}
    bins: dict[int, list[bool]] = {}
    for document in gold:
        spans = predicted.get(document["id"], [])
        for i, j in score.match_spans(document["toponyms"], spans, exact=False):
            here, there = document["toponyms"][i], spans[j]
            if score.has_coord(here) and score.has_coord(there):
                km = score.haversine_km(here["lat"], here["lon"], there["lat"], there["lon"])
                bins.setdefault(min(9, int(there["confidence"] * 10)), []).append(km <= 161)
    return " ".join(f"{b / 10:.1f}:{statistics.fmean(hits):.2f}({len(hits)})" for b, hits in sorted(bins.items()))


def measure_speed(repeats: int) -> None:
    """Print wall times of the first map beside ``import spacy``, as medians and as the median of paired ratios."""
    article = next(iter(sorted((ROOT / "seeds").glob("*.txt"))))
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "import spacy": [sys.executable, "-c", "import spacy"],
            "placelines map": [*COMMAND, "map", str(article), "-o", folder, "--quiet"],
            "placelines --help": [*COMMAND, "--help"],
        }
        subprocess.run(commands["placelines map"], check=True, cwd=ROOT)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(repeats):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
                times[name].append(time.perf_counter() - start)
        size = (Path(folder) / "map.html").stat().st_size
    print("\n| command | wall s, median (min) | ratio to import spacy, median of pairs |")
    print("|---|---|---|")
    for name, taken in times.items():
        ratio = statistics.median(t / base for t, base in zip(taken, times["import spacy"], strict=True))
        print(f"| {name} | {statistics.median(taken):.2f} ({min(taken):.2f}) | {ratio:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nmap.html {size / 1e6:.2f} MB; peak memory of any process of this run {peak:.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
