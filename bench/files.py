"""Measure how fast an atlas becomes files, and in how much memory; ``bench/run.py files`` runs it.

Each file is written by a process of its own, a copy of the one that has the atlas, so that its memory is its own.
"""

from __future__ import annotations

import gc
import os
import re
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.writers import Content

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PLACES = 20_000
ROUNDS = 3
_FEATURE = re.compile(rb'\{"type":"Feature",')
_PLACEMARK = re.compile(rb"<Placemark\b")
_SENTENCE = re.compile(rb'"sentence":\{')
_LINE = re.compile(rb"\n")  # the invented sentences have none


@dataclass(frozen=True, slots=True)
class File:
    """A file to write, and how to count what is in it."""

    form: str
    """Name of its format."""
    name: str
    count: Callable[[Path], int]
    expected: Callable[[Atlas], int] = lambda atlas: len(atlas.mentions)
    """What that must find."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What it costs to write a file."""

    wall_s: float
    cpu_s: float
    megabytes: float
    """Size of the file."""
    memory_mb: float
    """By how much the memory of the process grew at most."""


def measure(mentions: int) -> None:
    """Print what files of an invented corpus cost, as medians; stop where one does not hold all that it should."""
    from files_corpus import A_TEXT, corpus

    from geo.writers.formats import format_named, is_installed

    libraries = ", ".join(f"{name} {version(name)}" for name in ("orjson", "pyarrow", "pyogrio"))
    atlas = corpus(mentions, PLACES)
    count, places = len(atlas.mentions), len(atlas.places)
    # Objects that the collector passes over are not copied for being looked at.
    gc.collect()
    gc.freeze()
    print(f"\n{libraries}; {count:,} mentions of {places:,} places in {count // A_TEXT:,} texts")
    print("\n| file | mentions/s | mentions/s of CPU | MB | MB/s | memory grew by MB |")
    print("|---|---|---|---|---|---|")
    for file in FILES:
        if is_installed(format_named(file.form)):
            costs = [_cost(file, atlas) for _ in range(ROUNDS)]
            wall, cpu, size, memory = (median(getattr(each, part) for each in costs) for part in Cost.__slots__)
            speeds = f"{count / wall:,.0f} | {count / cpu:,.0f}"
            print(f"| {file.name} | {speeds} | {size:.0f} | {size / wall:.0f} | {memory:.0f} |", flush=True)


def _cost(file: File, atlas: Atlas) -> Cost:
    """Write a file in a process of its own, and see that everything is in it."""
    with tempfile.TemporaryDirectory() as folder:
        path, told = Path(folder) / file.name, Path(folder) / "told"
        child = os.fork()
        if not child:
            told.write_text(_written(file, atlas, path))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status or file.count(path) != file.expected(atlas):
            raise SystemExit(f"{path.name} does not hold all that it should")
        wall, cpu, memory = map(float, told.read_text().split())
        return Cost(wall, cpu, path.stat().st_size / 1e6, memory)


def _written(file: File, atlas: Atlas, path: Path) -> str:
    """Write a file; return seconds, seconds of the processor and the megabytes that it took."""
    from geo.atlas import Atlas as Nothing
    from geo.writers.formats import format_named

    form = format_named(file.form)
    _write(form.folder(Nothing())[file.name], path)  # what is imported for it does not count
    path.unlink()
    before = _peak_mb()
    wall, cpu = time.perf_counter(), time.process_time()
    _write(form.folder(atlas)[file.name], path)
    return f"{time.perf_counter() - wall} {time.process_time() - cpu} {_peak_mb() - before}"


def _write(content: Content, path: Path) -> None:
    if callable(content):
        content(path)
        return
    with path.open("wb") as stream:
        stream.writelines(content)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _found(pattern: re.Pattern[bytes]) -> Callable[[Path], int]:
    """Return what counts how often something stands in the lines of a file."""

    def count(path: Path) -> int:
        with path.open("rb") as lines:
            return sum(len(pattern.findall(line)) for line in lines)

    return count


def _rows_of_geopackage(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM mentions").fetchone()
    return int(count)


def _rows_of_parquet(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _features_of_gdal(path: Path) -> int:
    import pyogrio

    return int(pyogrio.read_info(path, force_feature_count=True)["features"])


def _placemarks(atlas: Atlas) -> int:
    from geo.writers.kml import MAX_SINGLE

    return len(atlas.places) + (len(atlas.mentions) if len(atlas.mentions) <= MAX_SINGLE else 0)


FILES: tuple[File, ...] = (
    File("geojson", "mentions.geojson", _found(_FEATURE)),
    File("geojsons", "mentions.geojsons", _found(_FEATURE)),
    File("csv", "mentions.csv", _found(_LINE), lambda atlas: 1 + len(atlas.mentions)),
    File("json", "atlas.json", _found(_SENTENCE)),
    File("parquet", "mentions.parquet", _rows_of_parquet),
    File("fgb", "mentions.fgb", _features_of_gdal),
    File("gpkg", "atlas.gpkg", _rows_of_geopackage),
    File("kml", "atlas.kml", _found(_PLACEMARK), _placemarks),
)
