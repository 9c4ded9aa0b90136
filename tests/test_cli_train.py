"""``placelines train``, on a slice of the annotated news."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.learned import load_learned
from maps import cli

pytestmark = pytest.mark.usefixtures("unpacked")

TEXTS = 18


@pytest.fixture(scope="module")
def gold(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the first annotated texts."""
    lines = (root / "tests" / "gold" / "news" / "train.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("".join(lines[:TEXTS]), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, ["train", *map(str, arguments)])


@pytest.fixture(scope="module")
def first(gold: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """Return the outcome of a first training and its weights."""
    path = tmp_path_factory.mktemp("weights") / "first.npz"
    return run(gold, "-o", path), path


def test_training_tells_figures_out_of_fold(first: tuple[Result, Path], gold: Path) -> None:
    result, path = first
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "Without a model, out of fold by source"
    row = next(line for line in result.stdout.splitlines() if f"  {TEXTS}  " in line)
    f1 = float(row.split(f"  {TEXTS}  ")[1].split()[0])
    assert 0.4 < f1 < 1
    assert lines[-1] == f"wrote {path}"


def test_training_twice_gives_the_same_bytes(first: tuple[Result, Path], gold: Path, tmp_path: Path) -> None:
    result = run(gold, "-o", tmp_path / "second.npz", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (tmp_path / "second.npz").read_bytes() == first[1].read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["second.npz"]


def test_the_weights_can_be_read_with(first: tuple[Result, Path], sample: Path) -> None:
    assert load_learned(first[1]).with_model is None
    result = CliRunner().invoke(cli.cli, ["places", str(sample), "--weights", str(first[1])])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "geonames:163843" in result.stdout


def test_weights_learned_without_a_model_refuse_one(first: tuple[Result, Path], sample: Path) -> None:
    weights, model = str(first[1]), "en_core_web_sm"
    result = CliRunner().invoke(cli.cli, ["places", str(sample), "--weights", weights, "--model", model])
    assert result.exit_code == 5
    assert "give --model to 'placelines train'" in result.stderr


def test_too_little_is_refused_in_one_line(gold: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(gold.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    result = run(few, "-o", tmp_path / "weights.npz")
    assert (result.exit_code, result.stdout) == (3, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("placelines: too little to learn from: ")
    assert line.endswith("from 3 sources; give 200 or more, from 5 sources or more")
    assert not (tmp_path / "weights.npz").exists()


def test_without_lightgbm_the_extra_is_named(gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    result = run(gold, "-o", tmp_path / "weights.npz")
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr == "placelines: training needs LightGBM: run 'python -m pip install placelines[train]'\n"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_found_out_before_any_work(gold: Path, tmp_path: Path) -> None:
    result = run(gold, "-o", tmp_path)
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith(f"placelines: {tmp_path}: it is a folder")
