from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings

from geo.atlas import Atlas
from geo.errors import InputError
from geo.model import Correction, Document, Excerpt, Mention, Place, Resolution, Toponym
from geo.writers import tei
from geo.writers.formats import format_of, read_atlas, write
from geo.writers.tei_text import as_id
from geo.writers.xml_text import escaped
from tests.several import several
from tests.story import story
from tests.strategies import HOSTILE, atlases
from tests.timing import assert_linear
from tests.world import ALEPPO, ARTICLE, IDLIB, M4, RUN, atlas_of

TEI = "{http://www.tei-c.org/ns/1.0}"
ID = "{http://www.w3.org/XML/1998/namespace}id"


def tree_of(atlas: Atlas) -> Tree.Element:
    return Tree.fromstring(b"".join(tei.content(atlas)))


def text_of(element: Tree.Element) -> str:
    return "".join(element.itertext())


def texts_of(root: Tree.Element) -> list[str]:
    return [text_of(body) for body in root.iter(f"{TEI}body")]


def as_xml_has_it(text: str) -> str:
    return Tree.fromstring(f"<a>{escaped(text)}</a>").text or ""


def names_of(root: Tree.Element) -> list[Tree.Element]:
    bodies = root.iter(f"{TEI}body")
    return [element for body in bodies for element in body.iter() if element.tag in {f"{TEI}placeName", f"{TEI}name"}]


def offsets(body: Tree.Element) -> dict[str, tuple[int, int]]:
    """Return where each element with an id begins and ends, counted in the characters of the body."""
    found: dict[str, tuple[int, int]] = {}

    def walk(element: Tree.Element, start: int) -> int:
        at = start + len(element.text or "")
        for child in element:
            at = walk(child, at) + len(child.tail or "")
        if ID in element.attrib:
            found[element.attrib[ID]] = (start, at)
        return at

    walk(body, 0)
    return found


def named(document: Document, start: int, end: int, referent: Place | None) -> Mention:
    toponym = Toponym(start, end, document.text[start:end])
    excerpt = Excerpt(0, len(document.text), document.text)
    return Mention(document.id, Resolution(toponym, referent, 0.9 if referent else 0.0), excerpt)


def overlapping(text: str, *spans: tuple[int, int]) -> Atlas:
    document = Document("overlaps", text)
    places = (replace(IDLIB, id=f"geonames:{number}") for number in itertools.count(1))
    return Atlas([document], [named(document, *span, place) for span, place in zip(spans, places, strict=False)])


@settings(max_examples=40)
@given(atlas=atlases())
def test_any_atlas_is_read_back_and_its_texts_are_whole(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("tei") / "any.xml"
    path.write_bytes(b"".join(tei.content(atlas)))
    assert tei.read(path) == atlas
    root = Tree.fromstring(path.read_bytes())
    assert texts_of(root) == [as_xml_has_it(document.text) for document in atlas.documents] or texts_of(root) == [""]
    ids = [element.attrib[ID] for element in root.iter() if ID in element.attrib]
    assert len(set(ids)) == len(ids)


def test_every_pointer_points_to_something() -> None:
    corrected = atlas_of(ARTICLE)
    first, *others = corrected.mentions
    by_hand = replace(first, resolution=replace(first.resolution, correction=Correction("seen", "Rana", None)))
    for atlas in (Atlas([ARTICLE], [by_hand, *others]), several(3)):
        root = tree_of(atlas)
        ids = {element.attrib.get(ID) for element in root.iter()}
        pointers = ("ref", "ana", "resp", "target", "decls", "prev", "next")
        pointed = {value for element in root.iter() for key, value in element.attrib.items() if key in pointers}
        assert pointed
        assert {pointer.removeprefix("#") for pointer in pointed} <= ids


def test_one_article_is_a_text_and_several_are_a_corpus() -> None:
    assert tree_of(atlas_of(ARTICLE)).tag == f"{TEI}TEI"
    corpus = tree_of(several(3))
    assert corpus.tag == f"{TEI}teiCorpus"
    assert [child.tag for child in corpus] == [f"{TEI}{name}" for name in ("teiHeader", "standOff", *["TEI"] * 3)]
    titles = [text_of(title) for title in corpus.iterfind(f"{TEI}TEI/{TEI}teiHeader//{TEI}titleStmt/{TEI}title")]
    assert titles == [document.title for document in several(3).documents]


def test_an_empty_atlas_is_a_text_without_words() -> None:
    root = tree_of(Atlas())
    assert [child.tag for child in root] == [f"{TEI}teiHeader", f"{TEI}text"]
    assert len(root.findall(f"{TEI}text/{TEI}body/{TEI}p")) == 1


def test_a_name_points_to_its_place_and_says_what_it_does_and_how_sure_that_is() -> None:
    root = tree_of(atlas_of(ARTICLE))
    idlib, syrian, road, *_, guess, unknown = names_of(root)
    assert (idlib.tag, idlib.text) == (f"{TEI}placeName", "Idlib")
    assert idlib.attrib == {
        ID: "name1.16-21",
        "type": "settlement",
        "ref": "#place.geonames.169389",
        "key": "geonames:169389",
        "cert": "high",
        "ana": "#literal",
    }
    assert (syrian.text, syrian.get("ana"), syrian.get("cert")) == ("Syrian", "#demonym", "medium")
    assert (road.tag, road.get("type"), road.get("ref")) == (f"{TEI}name", "road", "#line.highways.SY-M4")
    assert (guess.text, guess.get("cert")) == ("Idlib", "low")
    assert (unknown.text, unknown.get("ref"), unknown.get("key"), unknown.get("cert")) == (
        "Xyzzyville",
        None,
        None,
        "low",
    )


def test_a_certainty_tells_the_confidence_and_why() -> None:
    told = {each.get("target"): each for each in tree_of(atlas_of(ARTICLE)).iter(f"{TEI}certainty")}
    assert len(told) == 7
    guess = told["#name1.116-121"]
    assert (guess.get("degree"), guess.get("locus"), guess.get("match")) == ("0.600", "value", "@ref")
    assert text_of(guess) == "exact name"
    assert (told["#name1.126-136"].get("locus"), told["#name1.126-136"].get("degree")) == ("name", "1.000")


def test_a_place_has_its_point_as_latitude_and_longitude() -> None:
    place = next(iter(tree_of(atlas_of(ARTICLE)).iter(f"{TEI}place")))
    assert place.attrib == {ID: "place.geonames.169389", "type": "settlement"}
    assert place.findtext(f"{TEI}placeName") == "Idlib"
    geo = place.find(f"{TEI}location/{TEI}geo")
    assert geo is not None
    assert (geo.text, geo.get("decls")) == ("35.930620 36.633931", "#WGS84")
    assert place.findtext(f"{TEI}location/{TEI}country") == "Syria"
    assert [(idno.get("type"), idno.text) for idno in place.iter(f"{TEI}idno")] == [
        ("placelines", "geonames:169389"),
        ("URI", "https://sws.geonames.org/169389/"),
    ]


def test_a_line_has_its_course_point_after_point() -> None:
    line = list(tree_of(atlas_of(ARTICLE)).iter(f"{TEI}place"))[-1]
    assert [name.text for name in line.iter(f"{TEI}placeName")] == [M4.name, "M4"]
    location = line.find(f"{TEI}location")
    assert location is not None
    assert (location.get("type"), location.get("subtype")) == ("course", "schematic")
    courses = [(geo.get("decls"), geo.text) for geo in location.iter(f"{TEI}geo")]
    assert courses == [("#WGS84-course", "36.201240 37.161170 35.800000 36.400000 35.531490 35.790110")]
    measure = location.find(f"{TEI}measure")
    assert measure is not None
    assert (measure.get("quantity"), measure.get("unit")) == ("151.2", "km")


def test_the_header_tells_the_article_the_licences_and_how_names_were_found() -> None:
    run = replace(RUN, model="en_core_web_sm")
    document = replace(ARTICLE, title='A & B: "]]>"', author="Ann Lee", url="https://example.org/?a&b", language="en")
    root = tree_of(Atlas([document], atlas_of(document).mentions, runs=[run]))
    bibl = root.find(f".//{TEI}bibl")
    assert bibl is not None
    assert bibl.findtext(f"{TEI}title") == 'A & B: "]]>"'
    assert bibl.findtext(f"{TEI}author") == "Ann Lee"
    assert bibl.findtext(f"{TEI}publisher") == "The Daily"
    assert [language.get("mainLang") for language in bibl.iter(f"{TEI}textLang")] == ["en"]
    assert [(idno.get("type"), idno.text) for idno in bibl.iter(f"{TEI}idno")] == [
        ("article", "ceasefire"),
        ("file", "ceasefire.txt"),
        ("url", "https://example.org/?a&b"),
        ("sha256", document.sha256),
    ]
    assert [text_of(licence) for licence in root.iter(f"{TEI}licence")] == [
        source.attribution for source in run.gazetteers
    ]
    told = text_of(next(root.iter(f"{TEI}application")))
    for part in ("placelines 0.1.0", "en_core_web_sm", RUN.weights, "GeoNames (2026-01-02)"):
        assert part in told


def test_lines_of_the_text_are_paragraphs_and_offsets_count_in_the_text() -> None:
    text = "\n\n  One\r\n\r\n \tTwo Idlib.\rThree\n\u2028Four \U0001f600 Aleppo\n"
    document = Document("lines", text)
    idlib, aleppo = text.index("Idlib"), text.index("Aleppo")
    mentions = [named(document, idlib, idlib + 5, IDLIB), named(document, aleppo, aleppo + 6, ALEPPO)]
    root = tree_of(Atlas([document], mentions))
    assert texts_of(root) == [text]
    body = next(root.iter(f"{TEI}body"))
    assert [text_of(paragraph) for paragraph in body] == [
        "One",
        "Two Idlib.\rThree",
        "\u2028Four \U0001f600 Aleppo",
    ]
    assert offsets(body) == {
        f"name1.{idlib}-{idlib + 5}": (idlib, idlib + 5),
        f"name1.{aleppo}-{aleppo + 6}": (aleppo, aleppo + 6),
    }


def test_a_name_that_runs_over_a_line_end_keeps_its_paragraph_together() -> None:
    root = tree_of(overlapping("Go to New\nYork now.\nBye.", (6, 14)))
    assert texts_of(root) == ["Go to New\nYork now.\nBye."]
    assert [text_of(paragraph) for paragraph in next(root.iter(f"{TEI}body"))] == ["Go to New\nYork now.", "Bye."]
    assert [text_of(name) for name in names_of(root)] == ["New\nYork"]


def test_names_within_names_are_nested() -> None:
    outer, *inner = names_of(tree_of(overlapping("University of Aleppo", (0, 20), (14, 20), (0, 10))))
    assert text_of(outer) == "University of Aleppo"
    assert [text_of(name) for name in inner] == ["University", "Aleppo"]
    assert list(outer) == inner


def test_of_names_that_overlap_the_later_one_is_in_parts_that_point_to_each_other() -> None:
    root = tree_of(overlapping("North South Sudan", (0, 11), (6, 17)))
    assert texts_of(root) == ["North South Sudan"]
    whole, begun, ended = names_of(root)
    assert [text_of(name) for name in (whole, begun, ended)] == ["North South", "South", " Sudan"]
    assert (begun.get("next"), ended.get("prev")) == ("#name1.6-17.2", "#name1.6-17")
    assert (begun.get("ref"), ended.get("ref"), ended.get(ID)) == (
        "#place.geonames.2",
        "#place.geonames.2",
        "name1.6-17.2",
    )


def test_readings_that_contradict_each_other_are_both_marked() -> None:
    document = Document("two", "Tripoli")
    mentions = [named(document, 0, 7, place) for place in (IDLIB, ALEPPO)]
    root = tree_of(Atlas([document], mentions))
    assert texts_of(root) == ["Tripoli"]
    assert [name.attrib[ID] for name in names_of(root)] == ["name1.0-7", "name1.0-7-2"]
    assert {name.get("key") for name in names_of(root)} == {IDLIB.id, ALEPPO.id}


def test_ids_are_names_of_xml_and_never_alike() -> None:
    ids = [*HOSTILE, "a:b", "a.b", "a-b", "a_b", "a_3a_b", "169389", "geonames:169389"]
    made = [as_id("places", each) for each in ids]
    assert len(set(made)) == len(set(ids))
    for each in made:
        assert (
            each.removeprefix("place.").replace(".", "").replace("_", "").replace("-", "").isalnum() or each == "place."
        )
        assert each.isascii()


def test_every_hostile_text_is_only_text() -> None:
    for hostile in HOSTILE:
        document = Document(f"x{hostile}", f"{hostile}Idlib{hostile}", hostile, hostile, hostile)
        place = replace(IDLIB, id=f"a:{hostile}", name=hostile)
        root = tree_of(Atlas([document], [named(document, len(hostile), len(hostile) + 5, place)]))
        assert texts_of(root) == [as_xml_has_it(document.text)]
        (name,) = names_of(root)
        assert name.text == "Idlib"
        assert root.findtext(f".//{TEI}place/{TEI}placeName") == as_xml_has_it(hostile)


def test_who_corrected_a_place_is_named_in_the_header() -> None:
    atlas = atlas_of(ARTICLE)
    first, second, *others = atlas.mentions
    mentions = [
        replace(first, resolution=replace(first.resolution, correction=Correction("seen", "Rana", None))),
        replace(second, resolution=replace(second.resolution, correction=Correction())),
        *others,
    ]
    root = tree_of(Atlas([ARTICLE], mentions))
    statement = next(each for each in root.iter(f"{TEI}respStmt") if each.get(ID) == "corrections")
    assert [name.text for name in statement.iter(f"{TEI}name")] == ["Rana", "unknown"]
    assert [name.get("resp") for name in names_of(root)][:3] == ["#corrections", "#corrections", None]


def test_a_file_without_an_atlas_is_refused_in_one_line(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    contents = {
        "<TEI xmlns='http://www.tei-c.org/ns/1.0'/>": "its header holds no atlas",
        "no XML": "cannot be read as XML",
        "": "cannot be read as XML",
        bomb: "declares types of its own",
        b"".join(tei.content(story())).decode()[:9000]: "cannot be read as XML",
        b"".join(tei.content(story())).decode().replace('"generator":"placelines"', "["): "it is no JSON",
    }
    path = tmp_path / "other.xml"
    for content, message in contents.items():
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=message) as raised:
            tei.read(path)
        assert "\n" not in str(raised.value)
        assert str(raised.value).startswith("other.xml: ")
    with pytest.raises(InputError, match="cannot be read"):
        tei.read(tmp_path / "missing.xml")


def test_both_endings_are_of_this_format_and_a_folder_holds_it_all(tmp_path: Path) -> None:
    assert format_of(Path("story.tei.xml")) is format_of(Path("STORY.XML")) is tei.FORMAT
    (name, content), *_ = tei.FORMAT.folder(story()).items()
    assert (name,) == tei.FORMAT.names
    assert not callable(content)
    (tmp_path / name).write_bytes(b"".join(content))
    assert read_atlas(tmp_path) == story()


def test_data_too_long_for_one_text_node_is_in_several(tmp_path: Path) -> None:
    atlas = Atlas(Document(f"long-{number}", "few words <and> more " * 150_000) for number in range(4))
    path = tmp_path / "long.xml"
    write(atlas, path)
    longest = max(path.read_bytes().partition(b"</xenoData>")[0].split(b"<!---->"), key=len)
    assert 1_000_000 < len(longest) < 10_000_000
    assert read_atlas(path) == atlas
    data = Tree.parse(path).find(f".//{TEI}xenoData")
    assert data is not None
    assert len(json.loads(text_of(data))["documents"]) == 4


def test_many_names_take_time_in_proportion() -> None:
    def write_names(count: int) -> None:
        document = Document("long", "In Idlib it rained.\n" * count)
        atlas = Atlas([document], [named(document, at * 20 + 3, at * 20 + 8, IDLIB) for at in range(count)])
        assert sum(map(len, tei.content(atlas))) > 100 * count

    assert_linear(write_names, 500)
