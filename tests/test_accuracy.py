"""The figures below which recognition and resolution must not fall, on annotated news.

``bench/baseline.json`` has the committed figures; ``python bench/run.py baseline`` writes them anew.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from bench import baseline
from geo.extent import great_circle_km
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.matching import matches

MOST_LOST = 0.01
MOST_ASSERTED = 0.1
"""Places asserted in a text that names none, on average."""


@pytest.fixture(scope="module")
def committed() -> dict[str, dict[str, dict[str, float]]]:
    content: dict[str, dict[str, dict[str, float]]] = json.loads(baseline.FILE.read_text(encoding="utf-8"))
    return content


def lost(before: dict[str, float], now: dict[str, float]) -> dict[str, str]:
    """Return the figures that fell by more than may be, as "before -> now"."""
    assert set(before) == set(now)
    return {name: f"{before[name]} -> {now[name]}" for name in before if now[name] < before[name] - MOST_LOST}


@pytest.mark.parametrize("corpus", baseline.CORPORA)
def test_the_texts_that_were_learned_from_are_read_as_well_as_they_were(
    shared: Path, unpacked: None, committed: dict[str, dict[str, dict[str, float]]], corpus: str
) -> None:
    documents = baseline.read_corpus(shared / "corpora", corpus)
    now = baseline.scores(documents, demonyms=baseline.CORPORA[corpus])
    assert lost(committed["learned_from"][corpus], now) == {}


def test_the_kept_news_is_read_as_well_as_it_was(
    unpacked: None, committed: dict[str, dict[str, dict[str, float]]]
) -> None:
    assert lost(committed["kept"]["news"], baseline.scores(baseline.read_kept("news"))) == {}


def test_hardly_a_place_is_asserted_in_texts_without_one(unpacked: None) -> None:
    assert baseline.scores(baseline.read_kept("noplace"))["asserted_a_text"] <= MOST_ASSERTED


def test_a_figure_may_fall_by_a_hundredth_and_no_more() -> None:
    before = {"end_to_end.f1": 0.9, "recognition_exact.f1": 0.8}
    assert lost(before, {"end_to_end.f1": 0.8901, "recognition_exact.f1": 0.95}) == {}
    assert lost(before, {"end_to_end.f1": 0.8899, "recognition_exact.f1": 0.8}) == {"end_to_end.f1": "0.9 -> 0.8899"}


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
