"""The benchmark of files, at small size: it stops where a file does not hold every mention."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = "mentions.geojson mentions.geojsons mentions.csv atlas.json mentions.parquet mentions.fgb atlas.gpkg atlas.kml"


def test_it_writes_and_counts_every_file() -> None:
    command = [sys.executable, str(ROOT / "bench" / "run.py"), "files", "--mentions", "200"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "200 mentions of " in run.stdout
    rows = [line.split(" | ") for line in run.stdout.splitlines() if line.startswith(("| mentions.", "| atlas."))]
    assert [row[0].removeprefix("| ") for row in rows] == FILES.split()
    assert all(len(row) == 6 for row in rows)
