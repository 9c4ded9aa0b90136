"""Measure the import of a dump of GeoNames' shape, and lookups in what it made.

    python bench/gazetteer_dump.py [--rows 2000000] [--seed 1] [--folder DIR]

The dump is invented, the same for the same seed: names of realistic lengths in Latin letters, up to three alternates
each, some of them in Arabic, Cyrillic or Chinese, sorted by country. The import runs in a process of its own; its peak
memory is printed with that of its workers. Lookups go through a thousand names of the dump and a thousand of the
embedded gazetteer, none of them cached.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

COUNTRIES = (
    "AF BD BR CA CN CO DE EG ES ET FI FR GB ID IN IQ IR IT KE MA ML MX NG NL NO PE PH PK RU SA SD SE SY TR UA US YE"
)
"""A third of them has names that are romanised, as a third of GeoNames' places has."""
FEATURES = "P.PPL P.PPL P.PPL P.PPL P.PPLX P.PPLA3 H.STM H.LK T.MT T.HLL S.SCH S.FRM S.HTL L.LCTY A.ADM4 V.FRST R.RD"
SYLLABLES = (
    "a al an ar ba be bel ca chi da del der do el en er ga gor ham hi in ja ka kal ko la lan li lo ma mar mi mon na ne "
    "ni no os pa per po qu ra ri ro sa san se shi so ta ten ti to tu ul va ver vi wa xi ya yo za zhou é ül ān ī ó ña şe"
)
SCRIPTS = ("ابتجحدرسشعفقكلمنهوي", "абвгдезиклмнопрстухч", "上山大海江河安北南东西平城州县镇村湖林龙")
LOOKUPS = 1000
ROUNDS = 7


def main() -> int:
    """Write the dump, import it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000, help="rows of the dump")
    parser.add_argument("--seed", type=int, default=1, help="what the names are drawn from")
    parser.add_argument("--folder", type=Path, help="where the dump and the gazetteer are kept; removed when not given")
    parser.add_argument("--import-only", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.import_only:
        return import_dump(arguments.folder)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="placelines-bench-") as scratch:
        folder = arguments.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        dump = folder / "allCountries.txt"
        if not dump.exists():
            with dump.open("w", encoding="utf-8") as stream:
                stream.writelines(rows(arguments.rows, arguments.seed))
        command = [sys.executable, __file__, "--import-only", "--folder", str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        measured = json.loads(done.stdout)
        print("\n| rows | places | names | seconds | rows/s | peak MB | file MB |\n|---|---|---|---|---|---|---|")
        print("| " + " | ".join(f"{value:,.0f}" for value in measured.values()) + " |")
        measure_lookups(folder / "library")
    return 0


def rows(count: int, seed: int) -> Iterator[str]:
    """Yield the rows of an invented dump, sorted by country."""
    rng = random.Random(seed)
    syllables = SYLLABLES.split()
    features = [code.split(".") for code in FEATURES.split()]
    countries = COUNTRIES.split()
    for number in range(count):
        country = countries[number * len(countries) // count]
        name = _name(rng, syllables)
        alternates = [
            _name(rng, syllables) if rng.random() < 0.6 else _word(rng, rng.choice(SCRIPTS))
            for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3)))
        ]
        feature_class, feature_code = rng.choice(features)
        population = rng.choice((0, 0, 0, rng.randrange(100_000)))
        cells = (
            *(
                number + 1,
                name,
                name,
                ",".join(alternates),
                f"{rng.uniform(-60, 75):.5f}",
                f"{rng.uniform(-180, 180):.5f}",
            ),
            *(
                feature_class,
                feature_code,
                country,
                "",
                f"{rng.randrange(30):02}",
                rng.randrange(500),
                "",
                "",
                population,
            ),
            *("", rng.randrange(3000), "Europe/Berlin", f"20{rng.randrange(10, 26)}-{rng.randrange(1, 13):02}-11"),
        )
        yield "\t".join(map(str, cells)) + "\n"


def import_dump(folder: Path) -> int:
    """Import a dump and print the measurements as JSON."""
    from geo.gazetteers.installed.geonames import install
    from geo.gazetteers.installed.library import Library

    library = Library(folder / "library")
    before = time.perf_counter()
    report = install(library, folder)
    seconds = time.perf_counter() - before
    with (folder / "allCountries.txt").open("rb") as stream:
        count = sum(1 for _ in stream)
    # Of its workers only the largest is known.
    own, worker = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak_mb = (own + worker * (os.cpu_count() or 1)) / 1024
    (installed,) = library.installed()
    measured = {
        "rows": count,
        "places": report.places,
        "names": report.names,
        "seconds": seconds,
        "rows/s": count / seconds,
        "peak MB": peak_mb,
        "file MB": installed.bytes / 1e6,
    }
    print(json.dumps(measured))
    return 0


def measure_lookups(folder: Path) -> None:
    """Print how long a lookup takes in the imported and in the embedded gazetteer, in turns."""
    from geo.gazetteers.embedded import open_embedded
    from geo.gazetteers.installed.library import GEONAMES
    from geo.gazetteers.store import StoredGazetteer

    paths = {"imported": folder / f"{GEONAMES}.sqlite", "embedded": open_embedded().path}
    keys = {which: _some_keys(path) for which, path in paths.items()}
    micros: dict[str, list[float]] = {which: [] for which in paths}
    for _ in range(ROUNDS):
        for which, path in paths.items():
            with closing(StoredGazetteer(path)) as gazetteer:
                gazetteer.lookup("")
                before = time.perf_counter()
                for key in keys[which]:
                    gazetteer.lookup(key)
                micros[which].append((time.perf_counter() - before) / len(keys[which]) * 1e6)
    medians = {which: statistics.median(times) for which, times in micros.items()}
    print("\n| lookup | µs, median of rounds |\n|---|---|")
    for which, median in medians.items():
        print(f"| {which} | {median:.1f} |")
    print(f"\nratio {medians['imported'] / medians['embedded']:.2f}")


def _some_keys(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        keys = [key for (key,) in connection.execute("SELECT key FROM names ORDER BY key")]
    return random.Random(1).sample(keys, LOOKUPS)


def _name(rng: random.Random, syllables: list[str]) -> str:
    return " ".join(
        "".join(rng.choices(syllables, k=rng.randint(2, 4))).capitalize() for _ in range(rng.choice((1, 1, 2, 3)))
    )


def _word(rng: random.Random, letters: str) -> str:
    return "".join(rng.choices(letters, k=rng.randint(2, 8)))


if __name__ == "__main__":
    sys.exit(main())
