"""Measure accuracy and speed; print the tables that ``bench/README.md`` records.

    python bench/run.py [accuracy] [speed] [gazetteer] [roads] [online] [cache] [page] [files] [corpora]
                        [--corpora DIR] [--repeats N] [--mentions N] [--replies N]
    python bench/run.py baseline [--corpora DIR]

"baseline" writes ``bench/baseline.json`` anew, which the tests hold later changes against; it is only done when asked
for by name.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"
MEASURED = ("accuracy", "speed", "gazetteer", "roads", "online", "cache", "page", "files", "corpora")


def main() -> int:
    """Run the benchmarks named on the command line, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("which", nargs="*", help=f"{', '.join(MEASURED)}, all by default; or baseline")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder with lgl.jsonl and geovirus.jsonl")
    parser.add_argument("--repeats", type=int, default=7, help="timed runs of each command or way of reading")
    parser.add_argument("--mentions", type=int, default=1_000_000, help="mentions of the corpus that files are made of")
    parser.add_argument("--replies", type=int, default=100_000, help="replies in the largest cache")
    arguments = parser.parse_args()
    chosen = arguments.which or MEASURED
    if unknown := sorted(set(chosen) - {*MEASURED, "baseline"}):
        parser.error(f"no benchmark {', '.join(unknown)}: choose among {', '.join((*MEASURED, 'baseline'))}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, spaCy {version('spacy')}")
    for name in dict.fromkeys(chosen):
        run(name, arguments.corpora, arguments.repeats, arguments.mentions, arguments.replies)
    return 0


def run(name: str, corpora: Path, repeats: int, mentions: int, replies: int) -> None:
    """Run one benchmark."""
    if name == "accuracy":
        import accuracy

        accuracy.measure(corpora)
    elif name == "speed":
        import speed
        import startup

        startup.measure(repeats)
        speed.measure(corpora, repeats)
    elif name == "gazetteer":
        import gazetteer

        gazetteer.measure(corpora)
    elif name == "roads":
        import roads
        import roads_recognition

        roads_recognition.measure()
        roads.measure()
    elif name == "online":
        import online

        online.measure(corpora)
    elif name == "cache":
        import cache

        cache.measure(replies)
    elif name == "page":
        import page

        page.measure()
    elif name == "files":
        import files

        files.measure(mentions)
    elif name == "corpora":
        import corpora as many

        many.measure(corpora, min(repeats, 3))
    else:
        import baseline

        baseline.write(corpora)
        print(f"wrote {baseline.FILE}")


if __name__ == "__main__":
    sys.exit(main())
