"""Measure how fast texts are read beside spaCy's bare entity recogniser, and a text of very many names.

``bench/run.py speed`` runs it as a process of its own with one thread: ``python bench/speed.py ROUNDS CORPUS...``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice, product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""For numpy's and spaCy's matrix products, which otherwise keep other cores busy waiting."""
OWN = ROOT / "tests" / "gold" / "news" / "train.jsonl"
"""Our own texts, several times as dense in names as LGL: the more names, the more there is to resolve."""
TEXTS = 200
NAMES, PLACES = 1000, 500


def measure(corpora: Path, repeats: int) -> None:
    """Print the tables of a process that may use one thread; without LGL it reads our own texts alone."""
    texts = [path for path in (corpora / "lgl.jsonl", OWN) if path.exists()]
    command = [sys.executable, str(Path(__file__)), str(repeats), *map(str, texts)]
    sys.stdout.flush()
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT)})


def main() -> int:
    """Print words a second of each way of reading, then the time of the many names."""
    for corpus in sys.argv[2:]:
        measure_reading(Path(corpus), int(sys.argv[1]))
    print(f"\n{NAMES:,} names with {PLACES} candidates each: {seconds_of_many_names():.1f} s of CPU")
    return 0


def measure_reading(corpus: Path, rounds: int) -> None:
    """Print words a CPU second of spaCy's ``ner`` alone, and of the whole way from text to places, interleaved."""
    from geo.evaluation.gold import read_gold
    from geo.pipeline import Geoparser
    from geo.recognizers.model import ENGLISH_MODEL, NOT_NEEDED, open_model

    annotated = list(islice(read_gold(corpus), TEXTS))
    documents = [gold.document for gold in annotated]
    names = sum(len(gold.toponyms) for gold in annotated)
    words = sum(len(document.text.split()) for document in documents)
    bare, without, beside = open_model(ENGLISH_MODEL, exclude=NOT_NEEDED), Geoparser(), Geoparser(model=ENGLISH_MODEL)
    texts = [document.text for document in documents]
    ways: dict[str, Callable[[], object]] = {
        "spaCy ner alone": lambda: list(bare.pipe(texts, batch_size=64)),
        "placelines, without a model": lambda: list(without.parse_each(documents)),
        "placelines, with en_core_web_sm": lambda: list(beside.parse_each(documents)),
    }
    for work in ways.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            times[name].append(_cpu_seconds(work))
    base = times["spaCy ner alone"]
    print(f"\n{len(documents)} texts of {corpus.parent.name}/{corpus.stem}: {words:,} words, {names:,} names in them")
    print(f"One thread, {rounds} rounds, interleaved.\n")
    print("| | words a CPU second, median | times spaCy ner, median of pairs (least, most) |")
    print("|---|---|---|")
    for name, taken in times.items():
        ratios = [reference / seconds for reference, seconds in zip(base, taken, strict=True)]
        middle = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}, {max(ratios):.2f})"
        print(f"| {name} | {words / statistics.median(taken):,.0f} | {middle} |")


def seconds_of_many_names() -> float:
    """Return the CPU seconds in which a text of `NAMES` names is resolved, each of them the name of `PLACES` places."""
    from geo.model import Document, Toponym
    from geo.pipeline import Geoparser
    from tests.test_hostile_names import CrowdedGazetteer

    names = [
        "".join(letters) + "ville" for letters in islice(product("BCDFGHJKLM", "aeiou", "bdfgklmnpr", "aeio"), NAMES)
    ]
    starts = [sum(len(name) + 2 for name in names[:number]) for number in range(NAMES)]
    toponyms = [Toponym(start, start + len(name), name) for start, name in zip(starts, names, strict=True)]
    document = Document("many", ", ".join(names))
    reader = Geoparser(gazetteer=CrowdedGazetteer(PLACES)).reader
    return _cpu_seconds(lambda: reader.resolve(document, toponyms))


def _cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
