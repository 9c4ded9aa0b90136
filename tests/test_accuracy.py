"""The floors below which recognition and resolution must not fall, on annotated news."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from geo.atlas import Atlas
from geo.extent import great_circle_km
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.matching import matches
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


@pytest.mark.parametrize(("corpus", "floor"), [("lgl", 0.755), ("geovirus", 0.74)])
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


@pytest.mark.parametrize(("corpus", "floor_161", "floor_20"), [("lgl", 0.955, 0.917), ("geovirus", 0.853, 0.475)])
def test_the_gazetteer_has_a_candidate_near_the_annotated_point(
    shared: Path, corpus: str, floor_161: float, floor_20: float
) -> None:
    gazetteer = open_embedded()
    with (shared / "corpora" / f"{corpus}.jsonl").open(encoding="utf-8") as lines:
        gold = [toponym for line in lines for toponym in json.loads(line)["toponyms"]]
    distances = []
    for toponym in gold:
        if toponym.get("lat") is not None and toponym.get("lon") is not None:
            there = (float(toponym["lon"]), float(toponym["lat"]))
            found = matches(gazetteer, toponym["surface"])
            distances.append(min((great_circle_km(match.place.lonlat, there) for match in found), default=math.inf))
    assert sum(km <= 161 for km in distances) / len(distances) >= floor_161
    assert sum(km <= 20 for km in distances) / len(distances) >= floor_20
