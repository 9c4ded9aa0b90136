"""Measure the gazetteer: what it can find at best, and what a question costs; ``bench/run.py gazetteer`` runs it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import score

from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import DATA_FOLDER, open_embedded
from geo.gazetteers.matching import matches
from geo.gazetteers.store import StoredGazetteer
from geo.model import Kind

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 20
_NAMES = 20_000
_ROUNDS = 5


def measure(corpora: Path) -> None:
    """Print the ceilings of the corpora in a folder, then sizes and times."""
    gazetteer = open_embedded()
    measure_ceiling(gazetteer, sorted(corpora.glob("*.jsonl")))
    measure_lookups(gazetteer)
    measure_first_use()


def measure_ceiling(gazetteer: Gazetteer, paths: Sequence[Path]) -> None:
    """Print the share of annotated toponyms with any candidate of their name near the annotated point."""
    if not paths:
        print("ceiling: no corpora: give their folder with --corpora", file=sys.stderr)
        if os.environ.get("CI"):
            raise SystemExit(1)
        return
    print("\n| corpus | toponyms | within 161 km | within 20 km | any romanisation | or around it | no such name |")
    print("|---|---|---|---|---|---|---|")
    for path in paths:
        as_written, respelled, around = [], [], []
        for document in score.read_jsonl(path):
            gold = [toponym for toponym in document["toponyms"] if score.has_coord(toponym)]
            countries = _countries(gazetteer, [toponym["surface"] for toponym in document["toponyms"]])
            as_written += [_nearest_km(gazetteer, toponym, frozenset()) for toponym in gold]
            respelled += [_nearest_km(gazetteer, toponym, countries) for toponym in gold]
            around += [_is_near_or_around(gazetteer, toponym) for toponym in gold]
        missing = sum(km is None for km in as_written) / len(as_written)
        cells = [
            _share(as_written, 161),
            _share(as_written, 20),
            _share(respelled, 161),
            sum(around) / len(around),
            missing,
        ]
        print(f"| {path.stem} | {len(as_written)} | {' | '.join(f'{cell:.3f}' for cell in cells)} |")


def measure_lookups(gazetteer: StoredGazetteer) -> None:
    """Print times of single lookups beside those of a dictionary of the same keys."""
    rows = gazetteer._rows("SELECT key, places FROM names")
    step = len(rows) // _NAMES
    keys = [key for key, _ in rows[::step]]
    questions = [*keys, *(f"{key} x" for key in keys[:: len(keys) // 2000])]
    as_dict = dict(rows)
    connection = gazetteer._open()

    def ask_file(key: str) -> object:
        return connection.execute("SELECT places FROM names WHERE key = ?", (key,)).fetchall()

    times: dict[str, list[float]] = {"dict": [], "file": [], "first lookup": [], "lookup again": []}
    for _ in range(_ROUNDS):
        times["dict"].append(_each_us(as_dict.get, questions))
        times["file"].append(_each_us(ask_file, questions))
        fresh = StoredGazetteer(gazetteer.path)
        fresh.lookup("")
        times["first lookup"].append(_each_us(fresh.lookup, questions))
        times["lookup again"].append(_each_us(fresh.lookup, questions))
    base = statistics.median(times["dict"])
    print(f"\n{len(questions)} keys, {len(questions) - len(keys)} of them unknown; {_ROUNDS} rounds\n")
    print("| | µs a key, median | times a dict |")
    print("|---|---|---|")
    for what, taken in times.items():
        print(f"| {what} | {statistics.median(taken):.2f} | {statistics.median(taken) / base:.0f} |")


def measure_first_use() -> None:
    """Print the sizes of the data, the time of expanding and opening it, and what a process grows by."""
    data = {path.name: path.stat().st_size / 1e6 for path in sorted(DATA_FOLDER.glob("*.xz"))}
    print("\n" + ", ".join(f"{name} {megabytes:.1f} MB" for name, megabytes in data.items()))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        started = [_open_in_process(folder) for _ in range(PROCESSES)]
        failed = sum(process.wait() != 0 for process in started)
        print(f"{PROCESSES} processes at once on an empty cache: {time.perf_counter() - start:.1f} s, {failed} failed")
    with tempfile.TemporaryDirectory() as folder:
        first, _ = _seconds(folder)
        taken, grown = zip(*(_seconds(folder) for _ in range(_ROUNDS)), strict=True)
    print(f"first expansion {first:.2f} s; open {1000 * statistics.median(taken):.1f} ms")
    print(f"resident growth after opening and reading 5,000 places {statistics.median(grown):.1f} MB")


_PROGRAM = """
import pathlib, time
from geo.gazetteers.embedded import open_embedded
def resident_mb():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
before = resident_mb()
start = time.perf_counter()
gazetteer = open_embedded()
gazetteer.lookup("idlib")
taken = time.perf_counter() - start
for number in range(5000):
    gazetteer.get(f"geonames:{160000 + number}")
print(taken, resident_mb() - before)
"""


def _open_in_process(folder: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PLACELINES_CACHE": folder}
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def _seconds(folder: str) -> tuple[float, float]:
    output, _ = _open_in_process(folder).communicate()
    seconds, grown = map(float, output.split())
    return seconds, grown


def _each_us(ask: Callable[[str], object], questions: Sequence[str]) -> float:
    """Return the median time of one question in microseconds, over groups of a hundred."""
    taken = []
    for first in range(0, len(questions), 100):
        group = questions[first : first + 100]
        start = time.perf_counter()
        for question in group:
            ask(question)
        taken.append((time.perf_counter() - start) / len(group) * 1e6)
    return statistics.median(taken)


def _countries(gazetteer: Gazetteer, names: Sequence[str]) -> frozenset[str]:
    """Return the countries that names of a document name: where its other romanisations are looked for."""
    found = (match.place for name in names for match in matches(gazetteer, name))
    return frozenset(place.country_code for place in found if place.kind is Kind.COUNTRY and place.country_code)


def _nearest_km(gazetteer: Gazetteer, toponym: dict[str, object], countries: frozenset[str]) -> float | None:
    found = matches(gazetteer, str(toponym["surface"]), countries=countries)
    distances = [
        score.haversine_km(toponym["lat"], toponym["lon"], match.place.lat, match.place.lon) for match in found
    ]
    return min(distances, default=None)


def _is_near_or_around(gazetteer: Gazetteer, toponym: dict[str, object]) -> bool:
    """Whether a candidate lies within 161 km of the annotated point, or holds it: any point of Canada is in Canada."""
    lonlat = float(str(toponym["lon"])), float(str(toponym["lat"]))
    units = gazetteer.units_at(lonlat)
    for match in matches(gazetteer, str(toponym["surface"])):
        place = match.place
        unit = {Kind.COUNTRY: place.country_code, Kind.ADMIN1: f"{place.country_code}.{place.admin1_code}"}.get(
            place.kind
        )
        holds = unit in units or (unit is None and place.extent is not None and place.extent.contains(lonlat))
        if holds or score.haversine_km(lonlat[1], lonlat[0], place.lat, place.lon) <= 161:
            return True
    return False


def _share(distances: Sequence[float | None], km: float) -> float:
    return sum(distance is not None and distance <= km for distance in distances) / len(distances)
