"""What speaks for and against a proposal, in numbers."""

from __future__ import annotations

import pytest

from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.known import KnownNames
from geo.recognizers.features import FIELDS, MODEL_FIELDS, Describer, neighbour_words
from geo.recognizers.lexicon import load_lexicon
from geo.recognizers.model import NamedSpan
from geo.recognizers.proposals import Reading
from geo.recognizers.standing import Standings
from geo.recognizers.vocabulary import Vocabulary, shape

ALL = FIELDS + MODEL_FIELDS


@pytest.fixture(scope="module")
def standings() -> Standings:
    return Standings(KnownNames(open_embedded()))


@pytest.fixture(scope="module")
def describer() -> Describer:
    return Describer(Vocabulary(load_lexicon(), {"in": (0.0, 2.5, 0.0, 0.0)}))


def described(
    standings: Standings, describer: Describer, text: str, name: str, spans: tuple[NamedSpan, ...] = ()
) -> dict[str, float]:
    reading = Reading(text, spans, standings)
    rows = describer.describe(reading)
    assert rows.shape == (len(reading.proposals), len(ALL))
    (index,) = [i for i, p in enumerate(reading.proposals) if text[p.start : p.end] == name]
    return dict(zip(ALL, rows[index].tolist(), strict=True))


def test_a_text_without_names_has_no_rows(describer: Describer, standings: Standings) -> None:
    assert describer.describe(Reading("stir the butter", (), standings)).shape == (0, len(ALL))


def test_the_gazetteer_says_how_well_known_a_name_is(describer: Describer, standings: Standings) -> None:
    text = "They flew from Syria to Aleppo and on to Xyzzyville."
    syria, aleppo, nowhere = (described(standings, describer, text, name) for name in ("Syria", "Aleppo", "Xyzzyville"))
    assert syria["name:fame"] > aleppo["name:fame"] > nowhere["name:fame"]
    assert (syria["name:has_country"], aleppo["name:has_country"]) == (1, 0)
    assert aleppo["name:people"] == pytest.approx(6.3, abs=0.1)


def test_words_beside_a_name_are_told(describer: Describer, standings: Standings) -> None:
    row = described(standings, describer, "Rain fell in Idlib province on Monday.", "Idlib")
    assert row["before:is_before_place"] == 1
    assert row["before:says_at_-1"] == 2.5
    assert row["behind:is_unit_word"] == 1
    reading = Reading("in Idlib", (), standings)
    assert neighbour_words(reading, reading.proposals[0]) == (None, "in", None, None)


def test_people_are_known_by_given_names_titles_and_elsewhere(describer: Describer, standings: Standings) -> None:
    text = "Mr Jordan met James Houston. Jordan left with Houston. Rain fell in Dallas."
    reading = Reading(text, (), standings)
    rows = describer.describe(reading)
    elsewhere = {text[p.start : p.end]: rows[i][ALL.index("person_elsewhere")] for i, p in enumerate(reading.proposals)}
    assert elsewhere["Jordan"] > 0 < elsewhere["Houston"]
    assert elsewhere["Dallas"] == 0


def test_x_in_y_and_lists_are_told(describer: Describer, standings: Standings) -> None:
    text = "From Alexandria, Louisiana, to Homs and Hama."
    assert described(standings, describer, text, "Alexandria")["chain_inner"] == 1
    assert described(standings, describer, text, "Louisiana")["chain_outer"] == 1
    homs = described(standings, describer, text, "Homs")
    assert (homs["chain_inner"], homs["fame_right"] > -1) == (0, True)


def test_a_longer_name_around_a_shorter_one_is_told(describer: Describer, standings: Standings) -> None:
    york = described(standings, describer, "Back to New York today.", "York")
    assert york["inside_words"] == 2
    assert york["inside_fame"] >= york["name:fame"]


def test_where_a_text_is_set_is_told(describer: Describer, standings: Standings) -> None:
    text = "Damascus, Aleppo and Syria were calm. Hama too, but not Lyon."
    assert described(standings, describer, text, "Hama")["home_any"] > 0.5
    assert described(standings, describer, text, "Lyon")["home_any"] < 0.5


def test_datelines_capitals_and_sentence_starts_are_told(describer: Describer, standings: Standings) -> None:
    dateline = described(standings, describer, "ALEPPO, Syria (AP) - Rain fell.", "ALEPPO")
    assert (dateline["is_dateline"], dateline["opens_sentence"]) == (1, 1)
    inside = described(standings, describer, "Rain fell on Aleppo.", "Aleppo")
    assert (inside["is_dateline"], inside["opens_sentence"]) == (0, 0)
    shouted = described(standings, describer, "RAIN FALLS ON ALEPPO", "ALEPPO")
    assert shouted["capitals_around"] > inside["capitals_around"] == 0


def test_a_models_labels_are_told_here_around_and_elsewhere(describer: Describer, standings: Standings) -> None:
    text = "Aleppo fell. Aleppo University closed."
    spans = (NamedSpan(0, 6, "GPE"), NamedSpan(13, 30, "ORG"))
    reading = Reading(text, spans, standings)
    rows = describer.describe(reading)
    first, second = (rows[i] for i, p in enumerate(reading.proposals) if text[p.start : p.end] == "Aleppo")
    assert first[ALL.index("model:label")] > second[ALL.index("model:label")] == -1
    assert second[ALL.index("model:label_around")] > -1
    assert second[ALL.index("model:place_elsewhere")] > 0
    assert not any(described(standings, describer, "in Aleppo", "Aleppo")[field] > -1 for field in MODEL_FIELDS)


def test_words_are_told_by_their_shape() -> None:
    assert [shape(word) for word in ("b", "B", "Bc", "BC", "bC", "1b")] == [0, 4, 1, 2, 0, 3]


def test_rows_of_words_grow_and_stay(describer: Describer) -> None:
    vocabulary = Vocabulary(load_lexicon(), {})
    first = vocabulary.indexes(["march", "Paris"])
    rows = vocabulary.rows[first].copy()
    vocabulary.indexes([f"word{n}" for n in range(50)])
    assert (vocabulary.rows[vocabulary.indexes(["march", "Paris"])] == rows).all()
    assert vocabulary.rows[0][0] == -1
