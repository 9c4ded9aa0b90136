"""Reading texts of any length with the statistical model."""

from __future__ import annotations

import pytest
from spacy.language import Language

from geo.errors import ResourceError
from geo.recognizers.model import ENGLISH_MODEL, load_model, named_spans


@pytest.fixture(scope="module")
def model() -> Language:
    return load_model(ENGLISH_MODEL)


def test_only_the_entity_recogniser_is_loaded(model: Language) -> None:
    assert model.pipe_names == ["ner"]


def test_spans_are_slices_without_article_and_possessive(model: Language) -> None:
    text = "Troops left the United States for Syria's capital."
    found = [(text[span.start : span.end], span.label) for span in named_spans(model, text)]
    assert ("United States", "GPE") in found
    assert ("Syria", "GPE") in found


def test_offsets_hold_over_many_pieces(model: Language) -> None:
    filler = "Nothing happened here at all today.\n\n" * 1200
    text = filler + "They met in Damascus on Monday."
    assert len(text) > 40_000
    assert "Damascus" in {text[span.start : span.end] for span in named_spans(model, text)}


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "=" * 50_000, "a" * 50_000, "P" + "\u0301" * 5000])
def test_odd_texts_give_no_error(model: Language, text: str) -> None:
    assert all(0 <= span.start < span.end <= len(text) for span in named_spans(model, text))


def test_a_missing_default_model_names_its_package() -> None:
    with pytest.raises(ResourceError, match="run 'python -m spacy download de_core_news_sm'"):
        load_model("de_core_news_sm")


def test_the_english_model_is_found_under_the_name_that_spacy_gives_it() -> None:
    assert load_model("en_core_web_sm").meta["name"] == load_model(ENGLISH_MODEL).meta["name"]
