"""Publication: what all parts say together, as the files of the results, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import OutputError, ResourceError
from ..version import __version__
from ..writers import Content
from ..writers.folder import flush_folder, publish
from ..writers.json_text import dumps
from .corpus import Corpus
from .ledger import Ledger
from .parts import part_folders
from .schema import MINHASH

TABLES: Final = "tables"
"""Folder of the tables that people ask for."""
_PARTED: Final = ("documents", "mentions", "unlocated")
"""The tables that are published part by part, as they were staged."""
NAMES: Final = (
    *(*_PARTED, TABLES, "places.geojson", "lines.geojson", "areas.geojson", "atlas.gpkg"),
    *("errors.jsonl", "times.json", "map.html", "run.json"),
)
"""The files and folders of results, in the order in which they come to their places: the manifest last."""
_MANIFEST = NAMES[-1]
_DUPLICATE_OF = "duplicate_of"
_NEW = "new"
_REPLACED = "replaced"
_ADVICE = "make room, then go on with --resume"
_DISK_LIMIT = "max_temp_directory_size"
"""What DuckDB 2.0 names when the disk has no room for what it puts aside, which it calls an error of memory as well."""


@dataclass(frozen=True, slots=True)
class Results:
    """What is published, and what of."""

    output: Path
    """Folder of the results."""
    state: Path
    """Folder of the run's own files, on the same disk."""
    parts: Path
    """Folder of the parts."""
    ledger: Ledger
    """What was read."""
    identity: Mapping[str, Any]
    """What the run is, as JSON."""
    run: Mapping[str, Any]
    """With what was read, as JSON."""
    count_once: bool
    """Whether copies of an article are counted once."""
    since_run: Path | None
    """Results of an earlier run."""
    seconds: Callable[[], float]
    """Gives how long ago all articles were read."""
    further: Callable[[Corpus, Mapping[str, Content]], Mapping[str, Any]] | None
    """Makes further files of what all parts say together, and of the files of its layers."""


def publish_results(results: Results, tell: Callable[[str], None]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Write all results, and put them in place of earlier ones; return what is in them, and their names.

    Everything is made beside first, and what was there before stays until then. A process that is killed while it puts
    them in place leaves some new and some old ones, without a manifest: the run, when it goes on, makes all of them
    again.

    Raises
    ------
    OutputError
        If the disk is full or refuses.
    ResourceError
        If a part is damaged or gone, or memory does not suffice.
    """
    new = results.state / _NEW
    shutil.rmtree(new, ignore_errors=True)
    try:
        with _faults_told(results):
            new.mkdir(parents=True)
            counts = _make(results, new, tell)
            names = _put_in_place(new, results.output)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return counts, names


def _make(results: Results, new: Path, tell: Callable[[str], None]) -> dict[str, int]:
    """Write all results into a folder, and return how much there is of what."""
    from . import layers, tables

    results.parts.mkdir(exist_ok=True)
    with Corpus(results.parts, count_once=results.count_once) as corpus:
        counts = _counts(results.ledger, corpus)
        tell("writing parts")
        _publish_parts(results.parts, new, corpus)
        publish(new / TABLES, tables.contents(corpus, since=results.since_run), on_file=_saying(tell))
        asked = (source["attribution"] for source in (*results.run["gazetteers"], *results.run["services"]))
        about = {"run": results.run, "attributions": list(dict.fromkeys(filter(None, asked)))}
        drawn = layers.CorpusLayers(corpus)
        further = {} if results.further is None else results.further(corpus, layers.contents(drawn, about))
        files = {
            **layers.contents(drawn, about),
            "errors.jsonl": _errors(results.ledger),
            _MANIFEST: _manifest(results, counts),
            **further,
            "times.json": _times(results),
        }
        publish(new, files, on_file=_saying(tell))
    return counts


def _put_in_place(new: Path, output: Path) -> tuple[str, ...]:
    """Move results to where earlier ones are, and return their names; the manifest goes first and comes last."""
    replaced = new / _REPLACED
    replaced.mkdir()
    (output / _MANIFEST).unlink(missing_ok=True)
    flush_folder(output)
    names = tuple(name for name in NAMES if (new / name).exists())
    for name in NAMES:
        if name == _MANIFEST:
            flush_folder(output)
        if (output / name).is_dir() or name not in names:
            with suppress(FileNotFoundError):
                (output / name).replace(replaced / name)
        if name in names:
            (new / name).replace(output / name)
    flush_folder(output)
    return names


@contextmanager
def _faults_told(results: Results) -> Iterator[None]:
    """Tell in words what a library says of disk and memory."""
    import duckdb
    import pyarrow as pa

    try:
        yield
    except OutputError as error:
        if str(error).endswith(_ADVICE):
            raise
        raise OutputError(f"{error}; {_ADVICE}") from error
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        why = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        if isinstance(error, duckdb.OutOfMemoryException) and _DISK_LIMIT not in str(error):
            told = f"{results.output}: memory does not suffice to count all articles together ({why})"
            raise ResourceError(f"{told}; end other programs, then go on with --resume") from error
        raise OutputError(f"{results.output}: writing failed ({why}); {_ADVICE}") from error
    except (duckdb.InvalidInputException, pa.ArrowInvalid) as error:
        why = str(error).partition("\n")[0]
        raise ResourceError(f"{results.parts}: a part is damaged ({why}); start anew with --overwrite") from error


def _publish_parts(parts: Path, new: Path, corpus: Corpus) -> None:
    """Publish the parts as they are; of documents, in place of what copies are known by, of which they are copies."""
    copies = {article.position: article.duplicate_of for article in corpus.articles() if article.duplicate_of}
    for name in _PARTED:
        (new / name).mkdir()
    for part in part_folders(parts):
        for name in _PARTED:
            source, target = part / f"{name}.parquet", new / name / f"part-{part.name}.parquet"
            if name == "documents":
                _write_documents(source, target, copies)
            else:
                _link(source, target)


def _write_documents(source: Path, target: Path, copies: Mapping[int, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(source).drop_columns([MINHASH])
    column = pa.array([copies.get(position) for position in table.column("position").to_pylist()], pa.string())
    with target.open("wb") as stream:
        pq.write_table(table.append_column(_DUPLICATE_OF, column), stream, compression="zstd")
        stream.flush()
        os.fsync(stream.fileno())


def _link(source: Path, target: Path) -> None:
    """Give a file a second name; a copy where the file system has no such thing."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _errors(ledger: Ledger) -> Iterator[bytes]:
    for failure in ledger.failures():
        record = {
            "input": failure.source,
            "line": failure.line,
            "id": failure.document_id,
            "position": failure.position,
            "reason": failure.reason,
        }
        yield dumps(record) + b"\n"


def _counts(ledger: Ledger, corpus: Corpus) -> dict[str, int]:
    """Return how much there is of what."""
    totals, counts = ledger.totals(), corpus.counts
    return {
        "articles": totals.items,
        "documents": totals.documents,
        "failures": totals.failures,
        "left_out": totals.left_out,
        "duplicates": counts.duplicates,
        "mentions": counts.mentions,
        "unlocated": counts.unlocated,
        "places": len(corpus.places),
        "lines": len(corpus.lines),
        "areas": len(corpus.areas),
    }


def _manifest(results: Results, counts: Mapping[str, int]) -> Iterator[bytes]:
    """Yield the manifest in pieces: a corpus may have a million files."""
    yield b'{"placelines":' + dumps(__version__) + b',\n"run":' + dumps(results.identity)
    yield b',\n"counts":' + dumps(counts) + b',\n"inputs":['
    for number, each in enumerate(results.ledger.inputs()):
        record = {"name": each.name, "bytes": each.bytes, "sha256": each.sha256}
        yield (b",\n" if number else b"\n") + dumps(record)
    yield b"\n]}\n"


def _times(results: Results) -> Iterator[bytes]:
    """Yield how long all took, as it is when nothing but that is left to write."""
    sittings = results.ledger.sittings()
    yield dumps(
        {
            "documents": results.ledger.totals().documents,
            "reading_s": round(sum(sitting["reading_s"] for sitting in sittings), 1),
            "finishing_s": round(results.seconds(), 1),
            "sittings": sittings,
        }
    )
    yield b"\n"


def _saying(tell: Callable[[str], None]) -> Callable[[str], None]:
    return lambda name: tell(f"writing {name}")
