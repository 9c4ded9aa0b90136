"""Measure the import of roads from an extract of OpenStreetMap, and what finding them costs.

    python bench/roads.py [--quick] [--keep FOLDER]

The extract is generated, the same on every run: 5 million nodes and 500,000 ways, 40,000 of them the pieces of 400
numbered roads that cross each other, the others houses, fields and streets as a country has them. ``--quick`` makes a
hundredth of that. The import runs in a process of its own, on one core where the system lets it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FULL, QUICK = 200, 20
"""Roads in either direction; the extract has 125 times the square of that in nodes."""
NODES_A_WAY = 10
WEST, SOUTH, DEGREES = 36.0, 32.5, 5.0
LOOKUPS = 200
ROUTES = 8
_OTHERS: tuple[Mapping[str, str], ...] = (
    *(2 * [{"building": "yes"}]),
    {"highway": "residential", "name": "Side Street"},
    {"landuse": "farmland"},
)
_CLASSES = ("motorway", "trunk", "primary", "secondary")


def main() -> int:
    """Generate, import and ask."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size")
    parser.add_argument("--keep", type=Path, help="folder to keep the extract in, and to take it from")
    parser.add_argument("--import", dest="extract", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.extract:
        return import_extract(arguments.extract)
    measure(QUICK if arguments.quick else FULL, keep=arguments.keep)
    return 0


def measure(lines: int = FULL, *, keep: Path | None = None) -> None:
    """Generate an extract with so many roads in either direction, or take a kept one, import it, and ask for roads."""
    print(f"{platform.machine()}, Python {platform.python_version()}, osmium {version('osmium')}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        extract = folder / f"generated-{lines}.osm.pbf"
        if not extract.exists():
            generate(extract, lines)
        measured = _in_process(extract, Path(scratch) / "data")
        nodes, seconds = 125 * lines**2, measured["seconds"]
        print(f"\n{extract.stat().st_size / 1e6:.1f} MB, {nodes:,} nodes, {nodes // 10:,} ways, {lines**2:,} of roads")
        print(f"import {seconds:.1f} s, of one core {measured['CPU seconds']:.1f} s: {nodes / seconds:,.0f} nodes/s")
        print(
            f"peak {measured['peak MB']:.0f} MB, index {measured['index MB']:.1f} MB of {measured['pieces']:,} pieces\n"
        )
        measure_lookups(Path(scratch) / "data" / "roads", lines)


def generate(path: Path, lines: int) -> None:
    """Write the extract: a grid of roads, each of ``lines / 2`` ways, and eleven other ways for each of these."""
    import osmium
    from osmium.osm.mutable import Node, Way

    rng = random.Random(1)
    steps = 5 * lines
    places: dict[int, tuple[float, float]] = {}
    ways: list[tuple[list[int], Mapping[str, str]]] = []
    for number in range(2 * lines):
        nodes = [_node(number, step, lines) for step in range(steps)]
        for step, node in enumerate(nodes):
            along, across = step / steps, (number % lines) / lines + rng.uniform(0, 1e-5)
            column, row = (along, across) if number < lines else (across, along)
            places[node] = WEST + DEGREES * column, SOUTH + DEGREES * row
        tags: dict[str, str] = {
            "highway": _CLASSES[number % 4],
            "ref": f"M{number + 1};E {number}",
            "name": f"طريق {number}",
        }
        tags |= {"name:en": f"Road {number + 1}", "lanes": "2", "surface": "asphalt"}
        ways += [(nodes[first : first + NODES_A_WAY + 1], tags) for first in range(0, steps, NODES_A_WAY)]
    road_ways = len(ways)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for node in sorted(places):
            writer.add_node(
                Node(id=3 * node, location=places[node], tags={"highway": "crossing"} if node % 50 == 0 else {})
            )
        first_free = max(places) + 1
        for node in range(first_free, first_free + 125 * lines**2 - len(places)):
            location = (WEST + rng.uniform(0, DEGREES), SOUTH + rng.uniform(0, DEGREES))
            writer.add_node(Node(id=3 * node, location=location))
        for number, (nodes, of_way) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=[3 * node for node in nodes], tags=of_way))
        for number in range(road_ways, 125 * lines**2 // 10):
            first = first_free + NODES_A_WAY * (number - road_ways)
            nodes = [3 * node for node in range(first, first + NODES_A_WAY)]
            writer.add_way(Way(id=number + 1, nodes=nodes, tags=_OTHERS[number % len(_OTHERS)]))


def _node(number: int, step: int, lines: int) -> int:
    """Return the number of a node of a road; where two roads cross they have the same."""
    steps = 5 * lines
    if number < lines:
        return number * steps + step + 1
    if step % 5 == 0:
        return step // 5 * steps + 5 * (number - lines) + 1
    return number * steps + step + 1


def import_extract(extract: Path) -> int:
    """Import an extract and print the measurements as JSON."""
    from geo.roads.installed.importing import import_file
    from geo.roads.installed.library import Library

    library = Library()
    before, cpu_before = time.perf_counter(), time.process_time()
    report = import_file(library, extract)
    seconds, cpu_seconds = time.perf_counter() - before, time.process_time() - cpu_before
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (imported,) = library.imported()
    pieces = sum(report.kinds.values())
    measured = {"seconds": seconds, "CPU seconds": cpu_seconds, "peak MB": peak_mb, "pieces": pieces}
    print(json.dumps({**measured, "index MB": imported.bytes / 1e6}))
    return 0


def measure_lookups(folder: Path, lines: int) -> None:
    """Print how long it takes to find the pieces of a road, to join them, and to find a way."""
    from geo.model import Kind
    from geo.roads.installed.library import Library
    from geo.roads.installed.store import StoredRoads

    (path,) = (store.path for store in Library(folder).open())
    keys = [f"M{number}" for number in random.Random(1).sample(range(1, 2 * lines + 1), min(LOOKUPS, 2 * lines))]
    warm = StoredRoads(path)

    def cold(key: str) -> object:
        _forget(path)
        return StoredRoads(path).segments(key, Kind.ROAD, "SY")

    def way(at: float, degrees: float) -> object:
        start, end = ((WEST + DEGREES * at + more, SOUTH + DEGREES * at + more) for more in (0.0, degrees))
        return warm.between(Kind.ROAD, start, end)

    timed: dict[str, list[Callable[[], object]]] = {
        "number and country, file not in memory": [partial(cold, key) for key in keys],
        "number and country": [partial(warm.segments, key, Kind.ROAD, "SY") for key in keys],
        "number that no road has": [partial(warm.segments, f"X{key}", Kind.ROAD, "SY") for key in keys],
        "whole roads of a number, joined": [partial(warm.roads, key, Kind.ROAD) for key in keys],
        "way between places 36 km apart": [partial(way, at / 10, 0.25) for at in range(1, ROUTES)],
        "way between places 145 km apart": [partial(way, at / 10, 1.0) for at in range(1, ROUTES)],
    }
    print("| | ms, median | most |\n|---|---|---|")
    for what, questions in timed.items():
        taken = [_ms(question) for question in questions]
        print(f"| {what} | {statistics.median(taken):.2f} | {max(taken):.2f} |")


def _in_process(extract: Path, data: Path) -> dict[str, float]:
    one_core = getattr(os, "sched_setaffinity", None)
    done = subprocess.run(
        [sys.executable, __file__, "--import", str(extract)],
        env={**os.environ, "PLACELINES_DATA": str(data)},
        preexec_fn=None if one_core is None else lambda: one_core(0, {min(os.sched_getaffinity(0))}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _forget(path: Path) -> None:
    """Let the system drop what it holds of a file in memory."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _ms(ask: Callable[[], object]) -> float:
    before = time.perf_counter()
    ask()
    return (time.perf_counter() - before) * 1000


if __name__ == "__main__":
    sys.exit(main())
