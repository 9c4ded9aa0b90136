"""What the shipped weights score, for later changes of the code to be held against.

``bench/run.py baseline`` writes ``baseline.json`` anew and ``tests/test_accuracy.py`` reads it. On LGL and GeoVirus the
figures are in sample, because the weights were learned from these texts: they say nothing about quality, but a change
that reads the same weights worse lowers them. The kept halves were not learned from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from geo.evaluation.gold import GoldDocument, read_gold
from geo.evaluation.judging import Prediction, judge, predictions_of
from geo.evaluation.metrics import figures, tally, total
from geo.pipeline import Geoparser

FILE = Path(__file__).with_name("baseline.json")
GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold"
CORPORA: dict[str, Literal["keep", "drop"]] = {"lgl": "keep", "geovirus": "drop"}
"""Corpora that are learned from, and what becomes of demonyms: GeoVirus marks none."""
KEPT = ("news", "noplace")
"""Sets of which a half is kept."""
FIGURES = ("end_to_end.f1", "recognition_exact.f1")

_ABOUT = (
    "What the shipped weights score without a model; 'python bench/run.py baseline' writes this file. F1 of "
    "'learned_from' is in sample: it guards the code against regressions and says nothing of quality. 'kept' was not "
    "learned from. bench/README.md has the figures of quality."
)


def write(corpora: Path) -> None:
    """Measure everything and write it to `FILE`."""
    of_corpora = {name: scores(read_corpus(corpora, name), demonyms=demonyms) for name, demonyms in CORPORA.items()}
    of_kept = {name: scores(read_kept(name)) for name in KEPT}
    content = {"about": _ABOUT, "learned_from": of_corpora, "kept": of_kept}
    FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_corpus(corpora: Path, name: str) -> list[GoldDocument]:
    """Return the texts of a corpus."""
    return list(read_gold(corpora / f"{name}.jsonl"))


def read_kept(name: str) -> list[GoldDocument]:
    """Return the kept half of a set."""
    return list(read_gold(GOLD / name / "kept.jsonl"))


def scores(documents: Sequence[GoldDocument], *, demonyms: Literal["keep", "drop"] = "keep") -> dict[str, float]:
    """Return `FIGURES`, or of texts without a place how many are asserted in one on average."""
    geoparser = Geoparser(demonyms=demonyms)
    found = [predictions_of(atlas) for atlas in geoparser.parse_each(gold.document for gold in documents)]
    # By distance alone: nobody is asked which place is meant.
    counts = total(tally(judge(gold, some, lambda _: None)) for gold, some in zip(documents, found, strict=True))
    if not counts.toponyms:
        asserted = sum(_is_asserted(one, geoparser.min_confidence) for some in found for one in some)
        return {"asserted_a_text": round(asserted / len(documents), 4)}
    measured = figures(counts)
    return {name: round(measured[name] or 0.0, 4) for name in FIGURES}


def _is_asserted(prediction: Prediction, least: float) -> bool:
    return prediction.place is not None and prediction.confidence >= least
