from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from geo import articles
from geo.errors import InputError
from geo.writers import geojson
from geo.writers.formats import USUAL, format_named, read_atlas
from tests.hostile.make_hostile import CASES, Case

MOST_SECONDS = 60
MOST_SECONDS_FOR_BIG = 180
MOST_BYTES = 1 << 30
OUTPUTS = {"map.html", *(name for form in USUAL for name in format_named(form).names)}


@pytest.mark.parametrize("case", [case for case in CASES if not case.is_big], ids=lambda case: case.file_name)
@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_reading_ends_in_documents_or_errors(case: Case, tmp_path: Path) -> None:
    errors: list[InputError] = []
    documents = list(articles.read([case.write(tmp_path)], on_error=errors.append))
    assert bool(documents) == (case.exit_code in {0, 6})
    assert bool(errors) == (case.exit_code in {3, 6})
    for document in documents:
        assert not any(ord(character) < 32 and character not in "\t\n\r" for character in document.text)
        assert document.text.encode()
        assert document.id.encode()


@pytest.mark.hostile
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file_name)
def test_the_command_ends_as_it_must(case: Case, tmp_path: Path, root: Path) -> None:
    (tmp_path / "in").mkdir()
    path, out = case.write(tmp_path / "in"), tmp_path / "out"
    run = subprocess.run(
        [sys.executable, "-m", "maps", "map", str(path), "-o", str(out)],
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS_FOR_BIG if case.is_big else MOST_SECONDS,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert run.returncode == case.exit_code, run.stderr
    assert case.says in run.stderr
    assert "Traceback" not in run.stderr
    assert "internal error" not in run.stderr
    assert not any(character in run.stdout + run.stderr for character in "\x1b\u202e\u2066\0")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == (["in", "out"] if case.exit_code in {0, 6} else ["in"])
    if out.exists():
        assert {entry.name for entry in out.iterdir()} == OUTPUTS
        assert read_atlas(out / "atlas.gpkg") == read_atlas(out / "atlas.json")
        for name in geojson.NAMES:
            assert json.loads((out / name).read_text(encoding="utf-8"))["type"] == "FeatureCollection"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST_BYTES


@pytest.mark.hostile
def test_a_batch_of_all_of_them_ends_in_articles_and_errors(tmp_path: Path, root: Path) -> None:
    (tmp_path / "in").mkdir()
    for case in CASES:
        case.write(tmp_path / "in")
    run = subprocess.run(
        [sys.executable, "-m", "maps", "batch", "in", "-o", "out", "--workers", "2"],
        capture_output=True,
        text=True,
        timeout=len(CASES) * MOST_SECONDS,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert run.returncode == 6, run.stderr
    assert "Traceback" not in run.stderr
    assert not any(character in run.stdout + run.stderr for character in "\x1b\u202e\u2066\0")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["in", "out"]
    errors = [json.loads(line) for line in (tmp_path / "out" / "errors.jsonl").read_text(encoding="utf-8").splitlines()]
    assert not any("internal error" in error["reason"] or "worker" in error["reason"] for error in errors)
    files = {Path(error["input"]).parts[1] for error in errors if error["input"]}
    assert {case.file_name for case in CASES if case.exit_code in {3, 6}} - files == set()
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["counts"]["failures"] == len(errors)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST_BYTES
