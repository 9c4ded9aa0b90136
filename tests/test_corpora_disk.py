"""A disk that is full at any moment of a run: it stops cleanly, and goes on when there is room."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from geo.errors import OutputError
from tests.corpus_runs import results, rows, write_rows

ROOT = Path(__file__).parents[1]


def batch(corpus: Path, output: Path, *options: str, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command where no file may be larger than so many bytes: for whoever writes that is a full disk."""

    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [sys.executable, "-m", "maps", "batch", str(corpus), "-o", str(output), "--engine", "serial", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=limit)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("corpus") / "news.jsonl", rows(60))


@pytest.fixture(scope="module")
def undisturbed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("undisturbed") / "out"
    batch(corpus, output)
    return output


@pytest.mark.parametrize(
    "too_large", [".placelines/ledger.sqlite", ".placelines/parts/00000/mentions.parquet", "atlas.gpkg", "map.html"]
)
def test_a_full_disk_stops_a_run_that_goes_on_later(
    too_large: str, corpus: Path, undisturbed: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    full = batch(corpus, output, most_bytes=(undisturbed / too_large).stat().st_size - 1)
    assert full.returncode == OutputError.exit_code
    assert "Traceback" not in full.stderr
    assert full.stderr.splitlines()[-1].endswith("make room, then go on with --resume")
    assert not (output / "run.json").exists()
    assert batch(corpus, output, "--resume").returncode == 0
    assert results(output) == results(undisturbed)
