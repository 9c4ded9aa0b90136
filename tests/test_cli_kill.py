"""SIGKILL in the middle of the command's work; ``make kill`` does it more often."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.kill

KILLS = max(1, int(os.environ.get("PLACELINES_KILLS", "1")) // 8)
"""How often each test kills; a run of the command takes seconds, so fewer than where files alone are written."""


def start(root: Path, arguments: Sequence[str], **environment: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": str(root), **environment}
    return subprocess.Popen(
        [sys.executable, "-m", "maps", *arguments], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def spread(first: float, last: float) -> list[float]:
    """Return moments between two, at equal distances."""
    return [first + (last - first) * (kill + 1) / (KILLS + 1) for kill in range(KILLS)]


def test_each_file_is_the_old_or_the_new_one(root: Path, tmp_path: Path) -> None:
    article, out, versions = tmp_path / "news.txt", tmp_path / "out", []
    for name in ("Paris", "Rome"):
        article.write_text(f"Rain fell on {name}.")
        assert start(root, ["map", str(article), "-o", str(out)]).wait(60) == 0
        versions.append({path.name: path.read_bytes() for path in out.iterdir()})
    article.write_text("Rain fell on Paris.")
    for seconds in spread(0.4, 2.5):
        kill_after(start(root, ["map", str(article), "-o", str(out)]), seconds)
        for path in out.iterdir():
            assert path.is_dir() or path.read_bytes() in [version[path.name] for version in versions]


def test_the_gazetteer_is_whole_however_often_its_unpacking_was_killed(root: Path, tmp_path: Path) -> None:
    for seconds in spread(0.3, 2.0):
        kill_after(start(root, ["places", str(root / "README.md")], PLACELINES_CACHE=str(tmp_path)), seconds)
    article = tmp_path / "news.txt"
    article.write_text("Rain fell on Paris.")
    out = tmp_path / "out"
    assert start(root, ["map", str(article), "-o", str(out)], PLACELINES_CACHE=str(tmp_path)).wait(60) == 0
    assert b"geonames:2988507" in (out / "places.geojson").read_bytes()
