"""The floors below which recognition and resolution must not fall, on annotated news."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geo.atlas import Atlas
from geo.model import Document, Place
from geo.pipeline import Geoparser


@pytest.fixture(scope="module")
def geoparser() -> Geoparser:
    return Geoparser()


def predictions(atlas: Atlas) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for mention in atlas.mentions:
        place = mention.resolution.referent
        span: dict[str, object] = {"start": mention.toponym.start, "end": mention.toponym.end}
        found.append(span | ({"lat": place.lat, "lon": place.lon} if isinstance(place, Place) else {}))
    return found


@pytest.mark.parametrize(("corpus", "floor"), [("lgl", 0.75), ("geovirus", 0.735)])
def test_end_to_end_f1_within_161_km_holds_its_floor(
    shared: Path, root: Path, tmp_path: Path, geoparser: Geoparser, corpus: str, floor: float
) -> None:
    gold, predicted = shared / "corpora" / f"{corpus}.jsonl", tmp_path / "predicted.jsonl"
    with gold.open(encoding="utf-8") as lines, predicted.open("w", encoding="utf-8") as output:
        for row in map(json.loads, lines):
            atlas = geoparser.parse([Document(str(row["id"]), row["text"])])
            output.write(json.dumps({"id": row["id"], "predictions": predictions(atlas)}) + "\n")
    scorer = [sys.executable, str(root / "bench" / "score.py"), str(gold), str(predicted), "--json"]
    result = json.loads(subprocess.run(scorer, capture_output=True, check=True, text=True).stdout)
    assert result["end_to_end"]["f1"] >= floor, result["end_to_end"]
