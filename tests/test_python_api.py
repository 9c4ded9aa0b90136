"""What `geo` offers to programs and notebooks: from text to an atlas, through it, and on to other libraries."""

from __future__ import annotations

import datetime
import doctest
import json
import pickle
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import folium
import geopandas
import pandas
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.atlas import Atlas, merged
from geo.errors import InputError, OptionError, OutputError, ResourceError, TextWarning
from geo.model import Document, Kind, Mention, Place, Role
from geo.pipeline import Geoparser
from geo.writers.notebook import MOST_ROWS
from geo.writers.schema import LAYERS
from tests.lines import M4_ALL, M4_SECTION
from tests.several import several
from tests.story import story
from tests.world import ALEPPO, ARTICLE, IDLIB, M4, SYRIA, atlas_of, mention

FLOODS = "Floods hit Hama. The Syrian army closed the road to Homs."
QUAKE = "An earthquake shook Antakya."
POOL = merged([atlas_of(ARTICLE), story(), several(12)])
"""Documents with and without dates and publishers, places, lines, and names that nobody could resolve."""


@st.composite
def atlases(draw: st.DrawFn) -> Atlas:
    """Draw a part of the pool."""
    documents = draw(st.sets(st.sampled_from(POOL.documents)))
    ids = {document.id for document in documents}
    told_of = [mention for mention in POOL.mentions if mention.document_id in ids]
    mentions = draw(st.sets(st.sampled_from(told_of))) if told_of else set()
    return Atlas(documents, mentions, units=POOL.units, runs=POOL.runs)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return atlas_of(ARTICLE)


@pytest.mark.usefixtures("unpacked")
class TestParse:
    def test_a_text_becomes_what_a_geoparser_makes_of_it(self) -> None:
        expected = Geoparser().parse([Document("news", FLOODS, source="The Daily", date=datetime.date(2020, 3, 5))])
        assert geo.parse(FLOODS, id="news", source="The Daily", date="2020-03-05") == expected
        assert [entry.referent.name for entry in expected.places] == ["Syria", "Homs", "Ḩamāh"]

    def test_the_same_article_is_the_same_document_in_every_atlas(self) -> None:
        one, other = geo.parse(FLOODS), geo.parse(QUAKE)
        assert geo.parse([FLOODS, QUAKE, FLOODS]) == one | other == other | one
        assert one.documents != geo.parse(FLOODS, source="The Daily").documents
        assert len((one | geo.parse(FLOODS, source="The Daily")).documents) == 2

    def test_texts_come_in_any_iterable_and_mixed_with_documents(self) -> None:
        document = Document("quake", QUAKE, date=datetime.date(2023, 2, 6))
        either: list[str | Document] = [FLOODS, document]
        mixed = geo.parse(iter(either), source="Wire", date=datetime.date(2020, 3, 5))
        assert {(each.source, str(each.date)) for each in mixed.documents} == {
            ("Wire", "2020-03-05"),
            ("Wire", "2023-02-06"),
        }
        assert mixed.document("quake").text == QUAKE
        assert geo.parse(document).documents == (document,)
        assert geo.parse(pandas.Series([FLOODS, QUAKE])) == geo.parse([FLOODS, QUAKE])
        assert geo.parse([]) == Atlas()

    def test_a_mapping_says_what_its_texts_are_called(self) -> None:
        texts = pandas.Series([FLOODS, QUAKE], index=[7, 9]).to_dict()
        assert [document.id for document in geo.parse(texts).documents] == ["7", "9"]

    def test_a_headline_is_told_from_the_text_as_in_files(self) -> None:
        assert geo.parse(f"Floods in Syria\n\n{FLOODS}").documents[0].title == "Floods in Syria"
        assert geo.parse(f"Floods in Syria\n\n{FLOODS}", title="Rain").documents[0].title == "Rain"

    def test_given_spans_are_taken_as_they_are(self) -> None:
        found = geo.parse(Document("a", FLOODS, given_spans=((11, 15),)), mentions="given")
        assert [each.toponym.text for each in found.mentions] == ["Hama"]

    def test_options_do_what_they_do_in_the_command(self) -> None:
        assert [str(entry.role) for entry in geo.parse(FLOODS, demonyms="drop")] == ["literal", "literal"]
        assert not any(entry.is_asserted for entry in geo.parse(FLOODS, min_confidence=1.0))
        assert geo.parse(FLOODS, gazetteer="embedded") == geo.parse(FLOODS)

    def test_a_file_of_corrections_that_has_changed_is_read_again(self, tmp_path: Path) -> None:
        corrections = tmp_path / "corrections.csv"
        corrections.write_text("text,place\nHama,not a place\n", encoding="utf-8")
        assert "geonames:170017" not in geo.parse(FLOODS, corrections=corrections)
        corrections.write_text("text,place,note\nHama,geonames:170063,a test\n", encoding="utf-8")
        assert "geonames:170063" in geo.parse(FLOODS, corrections=str(corrections))

    def test_a_geoparser_is_made_once_for_the_same_options(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[object] = []

        class Counted(Geoparser):
            def __init__(self, **options: object) -> None:
                made.append(options)
                super().__init__(min_confidence=0.123)

        monkeypatch.setattr("geo.pipeline.Geoparser", Counted)
        for _ in range(3):
            assert geo.parse(FLOODS, min_confidence=0.123).min_confidence == 0.123
        assert len(made) == 1

    def test_threads_may_share_it(self) -> None:
        texts = [f"{FLOODS} {QUAKE} Number {number}." for number in range(24)]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(geo.parse, texts))
        assert merged(found) == geo.parse(texts)

    def test_unprintable_characters_are_replaced_with_a_word(self) -> None:
        with pytest.warns(TextWarning, match=r"text 2: unprintable characters were replaced \(count 2\)"):
            found = geo.parse([QUAKE, "Rain in\0 Ham\ud800a."])
        assert "Rain in  Ham\ufffda." in {document.text for document in found.documents}

    @pytest.mark.parametrize(
        ("texts", "error", "message"),
        [
            ("", InputError, "the text: it is empty; give an article as text"),
            ([FLOODS, " \n"], InputError, "text 2: it is empty; give an article as text"),
            ({"a": ""}, InputError, "text 'a': it is empty; give an article as text"),
            (
                [Document("a", "Rome."), Document("a", "Paris.")],
                InputError,
                "two different documents are called 'a'; give every one its own id",
            ),
            (b"Rome.", TypeError, "the text is bytes; decode it first, as in .decode('utf-8')"),
            (
                [FLOODS, b"Rome."],
                TypeError,
                "text 2 is a bytes, neither a text nor a Document; decode it first",
            ),
            (
                pandas.Series([FLOODS, float("nan")], dtype=object),
                TypeError,
                "text 2 is a float, neither a text nor a Document; leave out what is missing",
            ),
            ({1: None}, TypeError, "text 1 is a NoneType, not a text"),
            (
                None,
                TypeError,
                "a NoneType is neither a text nor a Document, nor several; give one column of a table",
            ),
            (
                pandas.DataFrame({"text": [FLOODS]}),
                TypeError,
                "a DataFrame is neither a text nor a Document, nor several; give one column of a table",
            ),
        ],
    )
    def test_what_is_no_text_is_refused_in_one_line(self, texts: object, error: type[Exception], message: str) -> None:
        with pytest.raises(error) as raised:
            geo.parse(texts)  # type: ignore[arg-type]
        assert str(raised.value) == message

    def test_a_path_is_no_text(self, tmp_path: Path) -> None:
        with pytest.raises(
            TypeError, match=r"Path is no text; read the file first: geo\.parse\(geo\.read\(\[path\]\)\)"
        ):
            geo.parse(tmp_path)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"date": "last week"}, "date is 'last week': give year, month and day, as in 2020-03-05"),
            ({"min_confidence": 2}, "min_confidence is 2, not between 0 and 1"),
            ({"demonyms": "no"}, "demonyms is 'no'; give 'keep' or 'drop'"),
            ({"mentions": "all"}, "mentions is 'all'; give 'found' or 'given'"),
            ({"id": ""}, "the text: its id is empty; give it a name, or none"),
            ({"roads": "nowhere.gpkg"}, "nowhere.gpkg: it cannot be read (No such file or directory)"),
        ],
    )
    def test_an_option_without_sense_is_refused(self, options: dict[str, object], message: str) -> None:
        with pytest.raises(OptionError) as raised:
            geo.parse(FLOODS, **options)  # type: ignore[arg-type]
        assert str(raised.value) == message

    def test_the_id_of_several_texts_is_refused(self) -> None:
        with pytest.raises(OptionError, match="id and title are those of a single text"):
            geo.parse([FLOODS], id="a")

    def test_what_is_not_installed_is_named(self) -> None:
        with pytest.raises(ResourceError, match="spaCy model 'xx_nothing' is not installed"):
            geo.parse(FLOODS, model="xx_nothing")
        with pytest.raises(OptionError, match="nothing"):
            geo.parse(FLOODS, gazetteer="nothing")


def test_an_atlas_iterates_over_its_places_then_its_lines(atlas: Atlas) -> None:
    assert list(atlas) == [*atlas.places, *atlas.lines]
    assert len(atlas) == 5
    assert [entry.referent.id for entry in atlas][-1] == M4.id
    assert not Atlas()


def test_an_entry_is_found_by_the_id_of_its_place(atlas: Atlas) -> None:
    assert atlas[IDLIB.id] is atlas.places[0]
    assert IDLIB.id in atlas
    assert IDLIB in atlas
    assert atlas.places[0] in atlas
    assert replace(atlas.places[0], mentions=atlas.places[0].mentions[:1]) not in atlas
    assert "geonames:1" not in atlas
    assert None not in atlas
    with pytest.raises(KeyError, match="geonames:1"):
        atlas["geonames:1"]


def test_a_whole_road_is_found_though_only_its_section_is_told_of() -> None:
    document = Document("a", "The M4 between them.")
    found = Atlas([document], [mention(document, "M4", M4_SECTION)])
    assert [entry.referent for entry in found] == [M4_SECTION]
    assert found[M4_ALL.id].mentions == found[M4_SECTION.id].mentions


def test_how_an_atlas_and_its_entries_are_shown(atlas: Atlas) -> None:
    assert repr(atlas) == "<Atlas: 1 document, 4 places, 1 line, 1 unresolved name>"
    assert repr(Atlas()) == "<Atlas: 0 documents, 0 places, 0 lines, 0 unresolved names>"
    assert repr(atlas[IDLIB.id]) == "<Entry: Idlib (settlement, SY), 2 mentions, confidence 0.90>"
    unsure = Atlas([ARTICLE], [mention(ARTICLE, "Idlib", IDLIB, confidence=0.4)])
    assert repr(unsure[IDLIB.id]) == "<Entry: Idlib (settlement, SY), 1 mention, confidence 0.40, uncertain>"


def names(found: Atlas) -> list[str]:
    return [entry.referent.name for entry in found]


def test_filters_ask_for_what_was_mentioned(atlas: Atlas) -> None:
    assert names(atlas.filter(kind="country")) == names(atlas.filter(kind=Kind.COUNTRY)) == ["Syria"]
    assert names(atlas.filter(kind={"road", "country"})) == ["Syria", "M4 Aleppo – Latakia"]
    assert names(atlas.filter(country="tr")) == []
    assert len(atlas.filter(country=["sy", "TR"])) == 5
    assert names(atlas.filter(role=Role.DEMONYM)) == ["Syria"]
    assert len(atlas.filter(min_confidence=0.85)[IDLIB.id].mentions) == 1
    assert [each.toponym.text for each in atlas.filter(asserted=False).mentions] == ["Idlib", "Xyzzyville"]
    assert atlas.filter(country="TR").documents == atlas.documents


def test_a_road_that_nobody_could_resolve_is_a_road() -> None:
    document = Document("a", "The road was closed.")
    unknown = mention(document, "road", None)
    resolution = replace(unknown.resolution, toponym=replace(unknown.toponym, kind=Kind.ROAD))
    found = Atlas([document], [replace(unknown, resolution=resolution)])
    assert found.filter(kind="road") == found
    assert found.filter(kind="river").mentions == ()


def test_filters_ask_for_where_and_when_it_was_published() -> None:
    every = several()
    coast = every.filter(source="Coast Radio")
    assert {document.source for document in coast.documents} == {"Coast Radio"}
    assert coast.mentions == tuple(m for m in every.mentions if every.document(m.document_id).source == "Coast Radio")
    assert [d.id for d in every.filter(article=["article-03", "nothing"]).documents] == ["article-03"]
    first_week = every.filter(since="2020-03-02", until=datetime.datetime(2020, 3, 8, 12, tzinfo=datetime.UTC))
    days = [document.date for document in first_week.documents]
    assert days
    assert all(day and datetime.date(2020, 3, 2) <= day <= datetime.date(2020, 3, 8) for day in days)
    undated = {document.id for document in every.documents if document.date is None}
    assert {d.id for d in every.documents} - {d.id for d in every.filter(since="0001-01-01").documents} == undated


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"kind": "town"},
            "there is no kind 'town'; there are continent, country, region, admin1, admin2, settlement, physical, "
            "facility, road, railway, pipeline, river, border, front",
        ),
        ({"role": ["literal", "x"]}, "there is no role 'x'; there are literal, demonym, metonym, embedded"),
        ({"asserted": "yes"}, "asserted is 'yes'; give True or False"),
        ({"country": "Syria"}, "'Syria' is no code of a country: give two letters (ISO 3166-1), as in SY"),
        ({"kind": 3}, "kind is 3; give a text, or several in a list"),
        ({"source": [None]}, "source is None, not a text"),
        ({"min_confidence": 1.5}, "min_confidence is 1.5, not between 0 and 1"),
        ({"since": "March"}, "since is 'March': give year, month and day, as in 2020-03-05"),
        (
            {"since": "2020-03-05", "until": "2020-03-01"},
            "since 2020-03-05 comes after until 2020-03-01; give the earlier day as since",
        ),
    ],
)
def test_a_filter_without_sense_is_refused(atlas: Atlas, asked: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError) as raised:
        atlas.filter(**asked)  # type: ignore[arg-type]
    assert str(raised.value) == message


@given(atlases())
def test_a_filter_that_asks_for_nothing_changes_nothing(found: Atlas) -> None:
    assert found.filter() == found
    assert found.filter(min_confidence=0) == found


@given(atlases(), st.sets(st.sampled_from(Kind)), st.sets(st.sampled_from([d.id for d in POOL.documents])))
def test_a_filter_and_its_complement_are_the_whole(found: Atlas, kinds: set[Kind], articles: set[str]) -> None:
    others = {document.id for document in found.documents} - articles
    assert found.filter(article=articles) | found.filter(article=others) == found
    assert found.filter(asserted=True) | found.filter(asserted=False) == found
    located = found.filter(kind=list(Kind))
    assert found.filter(kind=kinds) | found.filter(kind=set(Kind) - kinds) == located
    assert found.filter(kind=kinds).filter(article=articles) == found.filter(kind=kinds, article=articles)


@given(atlases(), atlases(), atlases())
def test_merging_takes_any_order_and_grouping(a: Atlas, b: Atlas, c: Atlas) -> None:
    assert a | b == b | a
    assert (a | b) | c == a | (b | c) == a.merge(b, c) == a.merge(c, b)
    assert a | a == a == a.merge()
    assert hash(a | b) == hash(b | a)


def test_only_atlases_merge(atlas: Atlas) -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        atlas | {IDLIB}  # type: ignore[operator]


@given(atlases())
def test_an_atlas_pickles_whatever_was_asked_of_it(found: Atlas) -> None:
    assert len(found) == len(list(found))
    assert pickle.loads(pickle.dumps(found)) == found


def test_the_geo_interface_is_geojson_of_all_places_lines_and_areas(atlas: Atlas) -> None:
    dated = Atlas([replace(ARTICLE, date=datetime.date(2020, 3, 5))], atlas.mentions)
    collection = json.loads(json.dumps(dated.__geo_interface__, allow_nan=False))
    assert collection["bbox"] == [35.79011, 35.0, 38.5, 36.20124]
    assert [feature["properties"]["layer"] for feature in collection["features"]] == ["places"] * 4 + ["lines"]
    assert {feature["properties"]["source_date"] for feature in collection["features"]} == {"2020-03-05"}
    assert len({tuple(feature["properties"]) for feature in collection["features"]}) == 1
    assert Atlas().__geo_interface__ == {"type": "FeatureCollection", "features": []}


def test_an_entry_is_a_feature_and_its_place_a_geometry(atlas: Atlas) -> None:
    feature = json.loads(json.dumps(atlas[M4.id].__geo_interface__))
    assert (feature["id"], feature["geometry"]["type"]) == (M4.id, "LineString")
    assert feature["properties"] == {
        "place_id": M4.id,
        "name": M4.name,
        "kind": "road",
        "country_code": "SY",
        "name_as_written": "M4",
        "role": "literal",
        "mentions": 1,
        "asserted": True,
        "confidence": 0.9,
    }
    assert shapely.geometry.shape(ALEPPO) == shapely.Point(ALEPPO.lonlat)


def test_geopandas_folium_and_shapely_take_an_atlas(atlas: Atlas) -> None:
    frame = geopandas.GeoDataFrame.from_features(atlas, crs="EPSG:4326")
    assert list(frame.name) == names(atlas)
    assert len(folium.GeoJson(atlas).data["features"]) == 5
    assert len(geopandas.GeoDataFrame.from_features(list(atlas))) == 5


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("found", [POOL, Atlas()], ids=["full", "empty"])
def test_a_geodataframe_has_the_columns_and_types_of_the_schema(layer: str, found: Atlas) -> None:
    frame = found.to_geodataframe(layer)
    fields = [field for group in LAYERS[layer] for field in group]
    assert list(frame.columns) == [*(field.name for field in fields), "geometry"]
    types = {"text": "string", "integer": "Int64", "number": "float64", "boolean": "boolean", "date": "datetime64[s]"}
    assert [str(frame[field.name].dtype) for field in fields] == [types[field.sort] for field in fields]
    assert isinstance(frame, geopandas.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    for field in fields:
        assert field.null is not None or not frame[field.name].isna().any(), field.name


def test_a_geodataframe_holds_what_was_found(atlas: Atlas) -> None:
    places = atlas.to_geodataframe()
    assert list(places.place_id) == [entry.referent.id for entry in atlas.places]
    assert places.geometry[0] == shapely.Point(IDLIB.lonlat)
    assert places.mentions.sum() == 5
    assert list(places[places.kind == "country"].name) == ["Syria"]
    assert atlas.to_geodataframe("lines").geometry[0].geom_type == "LineString"
    lost = atlas.to_geodataframe("unlocated")
    assert (list(lost.text), list(lost.geometry)) == (["Xyzzyville"], [None])
    assert len(POOL.to_geodataframe("mentions")) == len(POOL.mentions) - len(POOL.unresolved)


def test_a_geodataframe_keeps_hostile_text_and_days_of_long_ago() -> None:
    name = 'a\0b\ud800 "quoted" [1,2] ${7*7}'
    document = Document("a", "Rain.", source=name, date=datetime.date(1066, 10, 14))
    frame = Atlas([document], [mention(document, "Rain", IDLIB)]).to_geodataframe()
    assert frame.source[0] == name
    assert frame.source_date[0].date() == document.date


def test_a_geodataframe_is_one_that_gdal_can_write(tmp_path: Path) -> None:
    for layer in ("places", "lines", "mentions"):
        POOL.to_geodataframe(layer).to_file(tmp_path / "all.gpkg", layer=layer)
        back = geopandas.read_file(tmp_path / "all.gpkg", layer=layer)
        assert list(back.name) == list(POOL.to_geodataframe(layer).name)


def test_an_unknown_layer_is_refused_with_those_that_there_are(atlas: Atlas) -> None:
    with pytest.raises(OptionError) as raised:
        atlas.to_geodataframe("towns")
    assert str(raised.value) == "there is no layer 'towns'; there are places, lines, areas, mentions, unlocated"


def test_who_has_no_geopandas_is_told_how_to_get_it(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "geopandas", None)
    with pytest.raises(ResourceError) as raised:
        atlas.to_geodataframe()
    assert str(raised.value) == ("a GeoDataFrame needs geopandas: run \"python -m pip install 'placelines[gis]'\"")


@pytest.mark.parametrize("name", ["story.geojson", "story.json"])
def test_an_atlas_is_read_back_from_its_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / name
    assert POOL.to_file(str(path)) == (path,)
    assert geo.read_atlas(str(path)) == Atlas.from_file(path) == POOL
    with pytest.raises(OutputError, match="it is there already"):
        POOL.to_file(path, overwrite=False)
    assert POOL.filter(kind="road").to_file(path) == (path,)
    assert geo.read_atlas(path) == POOL.filter(kind="road")


def test_a_file_of_no_known_format_is_refused(atlas: Atlas, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"story\.xyz: its format is not known by its name.*\.geojson"):
        atlas.to_file(tmp_path / "story.xyz")
    assert list(tmp_path.iterdir()) == []


class Table(HTMLParser):
    """Collects the elements with their attributes, and the text of the cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def html_of(found: Atlas) -> str:
    shown = found._repr_html_()
    shown.encode("utf-8")
    return shown


def test_a_notebook_shows_a_table_of_what_was_found(atlas: Atlas) -> None:
    cells = Table(html_of(atlas)).cells
    assert cells[:6] == ["Name", "Kind", "Country", "Mentions", "Confidence", "Excerpt"]
    assert cells[6:12] == ["Idlib", "settlement", "Syria", "2", "0.90", "Idlib was quiet."]
    unsure = Atlas([ARTICLE], [mention(ARTICLE, "Idlib", IDLIB, confidence=0.4)])
    assert Table(html_of(unsure)).cells[10] == "0.40 (uncertain)"
    assert "<table" not in html_of(Atlas())


def test_the_table_of_a_notebook_is_short() -> None:
    words = [f"Town{number}" for number in range(MOST_ROWS + 1234)]
    document = Document("a", " ".join(words) + " of towns.")
    places = [Place(f"x:{word}", word, Kind.SETTLEMENT, 1.0, 2.0) for word in words]
    start, found = 0, list[Mention]()
    for word, place in zip(words, places, strict=True):
        start = document.text.index(f"{word} ", start)
        found.append(
            replace(mention(document, word, place, after=start), excerpt=mention(ARTICLE, "Idlib", IDLIB).excerpt)
        )
    shown = html_of(Atlas([document], found))
    assert shown.count("<tr>") == MOST_ROWS + 1
    assert "and 1,234 more" in shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</td></table></div><style>*{display:none}</style>",
        "$\\href{javascript:alert(1)}{x}$",
        "&lt;b&gt;",
        "\u202egnp.exe",
        "nul\0 lone \ud800 end",
    ],
)
def test_nothing_that_an_article_says_is_markup_in_a_notebook(text: str) -> None:
    document = Document("a", f"{text} Idlib")
    place = Place("x:1", text, Kind.COUNTRY, 1.0, 2.0, country_code="SY")
    found = Atlas([document], [mention(document, text, place)], units={("SY", None): text})
    table = Table(html_of(found))
    assert table.elements <= {"div", "p", "table", "thead", "tbody", "tr", "th", "td", "small"}
    assert table.attributes <= {"class", "dir", "style"}
    shown = text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
    assert (table.cells[6], table.cells[8]) == (shown, shown)
    assert html_of(found).startswith('<div class="tex2jax_ignore mathjax_ignore">')


def test_a_country_without_a_name_is_told_by_its_code() -> None:
    document = Document("a", "Syria")
    assert Table(html_of(Atlas([document], [mention(document, "Syria", SYRIA)]))).cells[8] == "SY"


@pytest.mark.usefixtures("unpacked")
def test_the_guide_is_true(root: Path, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(sample, "article.txt")
    failures, tries = doctest.testfile(str(root / "docs" / "python.md"), module_relative=False)
    assert failures == 0
    assert tries > 35
    assert "Idlib" in Path("story.html").read_text(encoding="utf-8")
