"""Runs over small corpora, shared by the tests of corpora: articles, jobs, and what came of them."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from geo import articles
from geo.articles import Found
from geo.articles.finding import IsKnown, OnInput
from geo.corpora.manner import Listener, Manner, Summary
from geo.corpora.run import Job, run
from geo.corpora.worker import Batch, Outcome, Plan, read_batch
from geo.reading import Reading

PLACES = ("Hama", "Homs", "Idlib", "Aleppo", "Latakia", "Damascus", "Raqqa", "Deir ez-Zor")
POISON = "poison"
"""What the title of an article has that `killing` dies of."""


def rows(count: int, *, first: int = 0) -> list[dict[str, object]]:
    """Return so many different articles."""
    return [
        {
            "id": f"story-{number}",
            "title": f"Story {number}",
            "source": f"Paper {number % 3}",
            "date": f"2020-03-{1 + number % 28:02d}",
            "text": f"Floods hit {PLACES[number % 8]} in Syria, {number} km south of {PLACES[(number + 3) % 8]}, and "
            f"Atlantis {number}.",
        }
        for number in range(first, first + count)
    ]


def write_rows(path: Path, records: Sequence[Mapping[str, object] | str]) -> Path:
    """Write records as JSON Lines; text as it is."""
    lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def job(output: Path, *inputs: Path, plan: Plan | None = None, limit: int | None = None) -> Job:
    """Return what a run over some inputs does."""
    names = tuple(map(str, inputs))
    return Job(names, output, plan or Plan(Reading()), partial(_find, names), {}, limit=limit)


def _find(names: Sequence[str], on_input: OnInput, is_known: IsKnown | None) -> Iterator[Found]:
    return articles.find(names, on_input=on_input, is_known=is_known)


def serially(
    task: Job, listener: Listener | None = None, *, batch_size: int | None = None, resume: bool = False
) -> Summary:
    """Do it in this process."""
    return run(task, Manner(engine="serial", batch_size=batch_size, resume=resume), listener or Listener())


def results(output: Path) -> dict[str, str]:
    """Return the digest of every result that is the same in every run, by its name."""
    return {
        str(path.relative_to(output)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.relative_to(output).parts[0] not in {".placelines", "times.json"}
    }


def positions(output: Path) -> list[int]:
    """Return the positions of the documents in the results, in order."""
    import pyarrow.parquet as pq

    parts = sorted((output / "documents").iterdir())
    return [position for part in parts for position in pq.read_table(part).column("position").to_pylist()]


def errors(output: Path) -> list[dict[str, object]]:
    """Return what could not be read."""
    return [json.loads(line) for line in (output / "errors.jsonl").read_text(encoding="utf-8").splitlines()]


def in_parts_of(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Make parts of so few articles."""
    for module in ("batches", "driver", "identity", "ledger", "resumption"):
        monkeypatch.setattr(f"geo.corpora.{module}.PART_SIZE", size)


def killing(plan: Plan, batch: Batch) -> Outcome:
    """Read a batch, but die of an article with poison in its title."""
    for _, found in batch:
        if not isinstance(found, Exception) and POISON in (found.title or ""):
            os.kill(os.getpid(), signal.SIGKILL)
    return read_batch(plan, batch)
