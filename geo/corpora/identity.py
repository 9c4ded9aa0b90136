"""What a run is: by what it is known when it goes on, and what must be the same wherever it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..records import run_record
from ..version import __version__
from .schema import PART_SIZE
from .worker import Plan, reader_of

if TYPE_CHECKING:
    from ..pipeline import Geoparser
    from ..provenance import Source
    from .run import Job

_DECIDING = ("charset-normalizer", "datasketch", "htmldate", "lxml", "py3langid", "pypdf", "spacy", "trafilatura")
"""Packages of which another version may read an article otherwise."""
_WRITING = ("duckdb", "pyarrow", "pyogrio")
"""Packages of which another version may write other bytes."""


def identity_of(job: Job, geoparser: Geoparser) -> dict[str, Any]:
    """Return all that decides what the results are, as JSON, by what users call it."""
    plan, reading = job.plan, job.plan.reading
    services = reading.services
    return {
        "version of placelines": __version__,
        # What is watched goes on for months, over every upgrade of them.
        **({} if job.is_growing else {f"version of {name}": _version_of(name) for name in (*_DECIDING, *_WRITING)}),
        "part size": PART_SIZE,
        "input": list(job.inputs),
        "input options": dict(job.found_by),
        "reading": run_record(geoparser.run),
        "--mentions": reading.mentions,
        "--demonyms": reading.demonyms,
        "--date": plan.date and plan.date.isoformat(),
        "--since": plan.since and plan.since.isoformat(),
        "--limit": job.limit,
        "--near-duplicates": plan.near_duplicates,
        "--count-once": job.count_once,
        "watched": job.is_growing,
        "--since-run": None if job.since_run is None else str(job.since_run),
        "services": None if services is None else {key: _plain(value) for key, value in asdict(services).items()},
        "files": {str(file): _digest(file) for given in reading.files for file in _files_of(given)},
    }


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def _files_of(given: Path) -> Iterator[Path]:
    """Yield what a file given by the user is made of: what is in a folder, and what stands beside a shapefile."""
    if given.is_dir():
        yield from sorted(path for path in given.rglob("*") if path.is_file())
    elif given.suffix.lower() == ".shp":
        yield from sorted(path for path in given.parent.iterdir() if path.stem == given.stem and path.is_file())
    else:
        yield given


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def data_of(plan: Plan) -> dict[str, str]:
    """Return what must be the same wherever batches are read, by what it is called."""
    run = reader_of(plan).geoparser.run
    told = {"model": run.model, "weights": run.weights, "least confidence": str(run.min_confidence)}
    for name in ("gazetteers", "roads", "services", "corrections"):
        sources: tuple[Source, ...] = getattr(run, name)
        told[name] = ", ".join(f"{source.name} {source.version or ''}".rstrip() for source in sources) or "none"
    return told | {name: _version_of(name) for name in _DECIDING}


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def state_of(plan: Plan) -> str:
    """Return what tells the files behind a plan from others of the same names."""
    from ..gazetteers.installed.library import Library as Gazetteers
    from ..roads.installed.library import Library as Roads

    given = [file for path in plan.reading.files for file in _files_of(path)]
    files = [*given, *sorted(Gazetteers().folder.glob("*")), *sorted(Roads().folder.glob("*"))]
    told = [(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.exists()]
    return hashlib.sha256(repr(told).encode()).hexdigest()
