"""The benchmark of the cache, at small size: it stops where a kept reply is not found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_it_measures_look_ups_and_openings(root: Path) -> None:
    command = [sys.executable, str(root / "bench" / "run.py"), "cache", "--replies", "30"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    rows = [line.split(" | ") for line in run.stdout.splitlines() if line.startswith("| ")]
    timed = {row[0].removeprefix("| "): row for row in rows}
    assert len(timed["`NominatimGeocoder.search`, five places"]) == 4
    assert [len(timed[size]) for size in ("no file yet", "10 replies", "30 replies")] == [3, 3, 3]
    assert "A hit takes" in run.stdout
