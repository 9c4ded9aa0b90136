"""What annotated texts become before anything is learned from them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geo.evaluation.gold import GoldDocument, GoldToponym, gold_from_record
from geo.evaluation.judging import Prediction
from geo.evaluation.meaning import meaning_by
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.known import KnownNames
from geo.learned import load_learned
from geo.model import Document, Kind, Place
from geo.recognizers.toponyms import ToponymRecognizer
from geo.resolvers.context import ContextResolver
from geo.training import context_words
from geo.training.examples import FOLDS, Text, candidates, in_folds, proposals, shortened
from geo.training.rising import rising
from geo.training.short_texts import short_texts
from geo.training.thresholds import least_asserted
from tests.world import IDLIB

LATAKIA_FAR = Place("t:far", "Idlib", Kind.SETTLEMENT, -80.0, 20.0)


def gold(
    text: str, *names: str, source: str | None = None, point: tuple[float, float] = (36.63, 35.93)
) -> GoldDocument:
    toponyms = tuple(
        GoldToponym(text.index(name), text.index(name) + len(name), name, point, None, None, None) for name in names
    )
    return GoldDocument(Document(text[:20], text, source=source), toponyms)


@pytest.fixture(scope="module")
def recognizer() -> ToponymRecognizer:
    return ToponymRecognizer(KnownNames(open_embedded()), load_learned())


def test_texts_of_one_source_are_in_one_fold() -> None:
    texts = in_folds([[gold(f"Rain in Idlib {n}", source=f"paper{n % 3}.com") for n in range(30)]])
    assert len({(text.gold.document.source, text.fold) for text in texts}) == 3
    assert {text.fold for text in in_folds([[gold(f"{n} Rain in Idlib") for n in range(60)]])} == set(range(FOLDS))


def test_a_proposal_is_a_toponym_where_it_is_marked_or_stands_for_one_that_nothing_proposes(
    recognizer: ToponymRecognizer,
) -> None:
    text = "Rebels hit Idlib and the Qwertz-Damascus area; Homs did well."
    examples = proposals(in_folds([[gold(text, "Idlib", "Qwertz-Damascus")]]), recognizer, lambda _: ())
    (reading,) = examples.readings
    names = [text[p.start : p.end] for p in reading.proposals]
    assert dict(zip(names, examples.labels.tolist(), strict=True)) == {
        "Idlib": True,
        "Damascus": True,
        "Homs": False,
    }


def test_unmarked_demonyms_teach_nothing_where_a_corpus_marks_none(recognizer: ToponymRecognizer) -> None:
    text = "The Syrian army shelled Idlib. Russian jets and Turkish guns."
    silent = [gold(text, "Idlib")]
    marking = [gold(text, "Idlib", "Syrian", "Russian")]
    examples = proposals(in_folds([silent, marking]), recognizer, lambda _: ())
    assert examples.without_demonyms == {0}
    names = [text[p.start : p.end] for p in examples.readings[0].proposals]
    weights = examples.weights[: len(names)]
    assert {name for name, weight in zip(names, weights, strict=True) if not weight} == {"Syrian", "Russian", "Turkish"}


def test_texts_without_places_keep_their_demonyms_and_teach_more(recognizer: ToponymRecognizer) -> None:
    examples = proposals(in_folds([[gold("Bake a Swiss roll, then Turkey.")]]), recognizer, lambda _: ())
    assert set(examples.weights.tolist()) == {3.0}


def test_the_annotated_place_is_the_right_candidate() -> None:
    known = KnownNames(open_embedded())
    text = "Rain in Idlib."
    examples = candidates(in_folds([[gold(text, "Idlib")]]), ContextResolver(known), meaning_by(known.gazetteer))
    assert examples.labels.sum() == 1
    assert examples.weights[examples.labels].min() > 0


def test_an_annotated_id_decides_between_a_town_and_its_province() -> None:
    known = KnownNames(open_embedded())
    for place_id, kind_rank in (("geonames:169389", 1), ("geonames:169387", 4)):
        record = {
            "id": "a",
            "text": "Rain in Idlib.",
            "toponyms": [{"start": 8, "end": 13, "lat": 35.93, "lon": 36.63, "id": place_id}],
        }
        marked = gold_from_record(record, where="a:1")
        examples = candidates(in_folds([[marked]]), ContextResolver(known), meaning_by(known.gazetteer))
        assert examples.rows[examples.labels][:, 0].tolist() == [kind_rank]


def test_words_say_what_they_were_seen_to_say() -> None:
    said = [((None, "in", None, None), True, 1.0)] * 30 + [((None, "mr", None, None), False, 1.0)] * 30
    says = context_words.count([*said, ((None, "rare", None, None), True, 1.0)])
    assert says["in"][1] > 1 > -1 > says["mr"][1]
    assert says["in"][0] == says["in"][2] == 0
    assert "rare" not in says


def test_what_teaches_nothing_says_nothing() -> None:
    assert context_words.count([((None, "in", None, None), True, 0.0)] * 30) == {}


def test_the_curve_of_confidence_never_falls_and_follows_the_shares() -> None:
    random = np.random.default_rng(3)
    scores = random.normal(size=6000) * 3
    right = random.random(6000) < 1 / (1 + np.exp(-scores))
    low, high = rising(scores, right)
    assert list(high) == sorted(high)
    for score in (-3.0, 0.0, 3.0):
        assert np.interp(score, low, high) == pytest.approx(1 / (1 + math.exp(-score)), abs=0.06)


def test_a_sentence_and_one_in_capitals_are_cut_from_a_text() -> None:
    text = "Nothing here. Rain hit Idlib. Snow fell on Homs. The end."
    sentence, capitals = short_texts(gold(text, "Idlib", "Homs"))
    assert sentence.document.text in {"Rain hit Idlib.", "Snow fell on Homs."}
    assert capitals.document.text in {"RAIN HIT IDLIB.", "SNOW FELL ON HOMS."}
    assert sentence.document.text.upper() != capitals.document.text
    for short in (sentence, capitals):
        assert [short.document.text[one.start : one.end] for one in short.toponyms] == [
            one.text for one in short.toponyms
        ]
        assert len(short.toponyms) == 1


def test_short_texts_are_taught_and_not_measured_and_stay_in_their_fold() -> None:
    whole = in_folds([[gold("Rain hit Idlib. Snow fell on Homs.", "Idlib", source="a.com")]])
    short = shortened(whole)
    assert {text.fold for text in short} == {whole[0].fold}
    assert [text.is_short for text in (*whole, *short)] == [False, True, True]


def test_asserted_is_what_is_right_often_enough_in_every_corpus_and_rare_in_texts_without_places() -> None:
    def predicted(text: Text, confidence: float, place: Place | None = IDLIB) -> list[Prediction]:
        start = text.gold.document.text.index("Idlib")
        return [Prediction(start, start + 5, "Idlib", place, confidence)]

    right = [gold(f"{n} Rain hit Idlib.", "Idlib") for n in range(20)]
    placeless = [gold(f"{n} The band Idlib played.") for n in range(20)]
    texts = in_folds([right, placeless])
    predictions = [predicted(text, 0.9 if text.gold.toponyms else 0.7) for text in texts]
    assert least_asserted(texts, lambda _: None, predictions) == 0.71
    assert least_asserted(texts[:20], lambda _: None, predictions[:20]) == 0.5
    wrong = [predicted(text, 0.6, LATAKIA_FAR) for text in texts[:20]]
    assert least_asserted(texts[:20], lambda _: None, wrong) == 0.61
