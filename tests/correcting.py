"""Small files of corrections, and what they are put over."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from geo.corrections import Corrections
from geo.corrections.reading import COLUMNS, read_corrections
from geo.model import Candidate, Place, Resolution, Toponym
from tests.world import IDLIB, SmallGazetteer


class Surveyed(SmallGazetteer):
    """The small gazetteer, which has Syria around every point."""

    def units_at(self, lonlat: tuple[float, float]) -> tuple[str, ...]:
        return ("SY", "SY.12")


def written(**cells: str) -> str:
    """Return a file with one row, as the page writes it."""
    stream = io.StringIO()
    rows = csv.DictWriter(stream, COLUMNS, lineterminator="\r\n")
    rows.writeheader()
    rows.writerow(cells)
    return stream.getvalue()


def read(folder: Path, content: str | bytes) -> Corrections:
    path = folder / "corrections.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_corrections(path, Surveyed())


def named(text: str, referent: Place | None = IDLIB, *candidates: Candidate) -> Resolution:
    confidence = 0.6 if referent else 0.0
    toponym = Toponym(0, len(text), text, certainty=0.7)
    return Resolution(toponym, referent, confidence, candidates=candidates, evidence=("exact name",), is_asserted=False)
