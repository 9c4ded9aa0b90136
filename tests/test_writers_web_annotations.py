from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from geo.atlas import Atlas
from geo.errors import OptionError
from geo.model import Candidate, Correction, Document, Excerpt, Mention, Place, Resolution, Role, Toponym
from geo.writers import web_annotations
from geo.writers.formats import format_of, read_atlas, write
from geo.writers.whole import provenance
from tests.several import several
from tests.story import story
from tests.strategies import HOSTILE, atlases
from tests.timing import assert_linear
from tests.world import ALEPPO, ARTICLE, IDLIB, atlas_of

W3C = "http://www.w3.org/ns/anno.jsonld"
MOTIVATIONS = {"identifying", "geotagging", "tagging", "commenting"}
IRI = re.compile(r"[a-z]+:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")


def annotations_of(atlas: Atlas) -> list[dict[str, Any]]:
    annotations = json.loads(b"".join(web_annotations.content(atlas)))
    assert isinstance(annotations, list)
    return annotations


def bodies(annotation: dict[str, Any], purpose: str) -> list[dict[str, Any]]:
    return [body for body in annotation["body"] if body["purpose"] == purpose]


def values(annotation: dict[str, Any], purpose: str) -> list[str]:
    return [body["value"] for body in bodies(annotation, purpose)]


def selectors(annotation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {selector["type"]: selector for selector in annotation["target"]["selector"]}


def named(document: Document, name: str, referent: Place | None) -> Mention:
    start = document.text.index(name)
    toponym = Toponym(start, start + len(name), name)
    excerpt = Excerpt(0, len(document.text), document.text)
    return Mention(document.id, Resolution(toponym, referent, 0.9 if referent else 0.0), excerpt)


def check_against_the_recommendation(annotation: dict[str, Any]) -> None:
    """Check what the Web Annotation Data Model says an annotation, its bodies and its target must have."""
    context = annotation["@context"]
    assert W3C in context, "3.1: one of the contexts"
    assert annotation["type"] == "Annotation", "3.1"
    assert IRI.fullmatch(annotation["id"]), "3.1: exactly one IRI"
    assert annotation["motivation"] in MOTIVATIONS, "3.3.5"
    for body in annotation["body"]:
        assert body["purpose"] in MOTIVATIONS, "3.3.5"
        if body["type"] == "TextualBody":
            assert isinstance(body["value"], str), "3.2.4: exactly one value, a text"
            assert re.fullmatch(r"[a-z]+/[a-z+]+", body["format"]), "3.2.4: a media type"
        else:
            assert body["type"] == "SpecificResource", "4"
            assert IRI.fullmatch(body["source"]), "4: exactly one source, an IRI"
    target = annotation["target"]
    assert IRI.fullmatch(target["source"]), "4: exactly one source, an IRI"
    quote, position = target["selector"]
    assert quote["type"] == "TextQuoteSelector", "4.2.4"
    assert all(isinstance(quote[key], str) for key in ("exact", "prefix", "suffix")), "4.2.4"
    assert position["type"] == "TextPositionSelector", "4.2.5"
    assert 0 <= position["start"] < position["end"], "4.2.5"
    agents = [annotation["generator"], *([annotation["creator"]] if "creator" in annotation else [])]
    for agent in agents:
        assert agent["type"] in {"Person", "Software"}, "3.3.2"
        assert isinstance(agent["name"], str), "3.3.2: exactly one name"
        assert IRI.fullmatch(agent.get("id", "urn:none")), "3.3.2: at most one IRI"


@pytest.mark.parametrize("atlas", [story(), several(5), atlas_of(ARTICLE)])
def test_every_mention_is_an_annotation_as_the_recommendation_wants_it(atlas: Atlas) -> None:
    annotations = annotations_of(atlas)
    assert len(annotations) == len(atlas.mentions)
    assert len({annotation["id"] for annotation in annotations}) == len(annotations)
    for annotation in annotations:
        check_against_the_recommendation(annotation)


@settings(max_examples=30)
@given(atlas=atlases())
def test_any_atlas_is_a_list_of_annotations(atlas: Atlas) -> None:
    annotations = annotations_of(atlas)
    assert len({annotation["id"] for annotation in annotations}) == len(atlas.mentions)
    for annotation, mention in zip(annotations, atlas.mentions, strict=True):
        check_against_the_recommendation(annotation)
        assert selectors(annotation)["TextQuoteSelector"]["exact"] == mention.toponym.text


def test_a_name_is_identified_and_located() -> None:
    idlib, *_ = annotations_of(atlas_of(ARTICLE))
    assert bodies(idlib, "identifying") == [
        {"type": "SpecificResource", "purpose": "identifying", "source": "https://sws.geonames.org/169389/"}
    ]
    (geotag,) = values(idlib, "geotagging")
    assert json.loads(geotag) == {
        "type": "Feature",
        "id": "https://sws.geonames.org/169389/",
        "geometry": {"type": "Point", "coordinates": [36.633931, 35.93062]},
        "properties": {"title": "Idlib", "description": "settlement, Syria", "place_id": "geonames:169389"},
    }
    assert values(idlib, "tagging") == ["literal"]
    assert values(idlib, "commenting") == [
        "Place: Idlib, settlement, Syria (geonames:169389)",
        "Confidence: 0.900",
        "Why: exact name",
    ]


def test_a_line_is_located_at_its_middle_and_has_an_iri_of_our_own() -> None:
    road = annotations_of(atlas_of(ARTICLE))[2]
    assert bodies(road, "identifying")[0]["source"] == "urn:placelines:referent:highways%3ASY-M4"
    (geotag,) = values(road, "geotagging")
    assert json.loads(geotag)["geometry"] == {"type": "Point", "coordinates": [36.488675, 35.846744]}


def test_a_name_nobody_knows_is_tagged_and_is_nowhere() -> None:
    *_, guess, unknown = annotations_of(atlas_of(ARTICLE))
    assert values(guess, "tagging") == ["literal", "uncertain"]
    assert values(unknown, "tagging") == ["literal", "unresolved"]
    assert not bodies(unknown, "identifying")
    assert not bodies(unknown, "geotagging")


def test_positions_count_code_points_and_the_quotation_says_what_stands_around() -> None:
    document = Document("faces", "\U0001f600\U0001f600 In Idlib it rained.")
    (annotation,) = annotations_of(Atlas([document], [named(document, "Idlib", IDLIB)]))
    assert selectors(annotation) == {
        "TextQuoteSelector": {
            "type": "TextQuoteSelector",
            "exact": "Idlib",
            "prefix": "\U0001f600\U0001f600 In ",
            "suffix": " it rained.",
        },
        # A browser, which counts UTF-16 code units, would say 8 and 13.
        "TextPositionSelector": {"type": "TextPositionSelector", "start": 6, "end": 11},
    }
    assert document.text[6:11] == "Idlib"


def test_a_quotation_has_little_around_it() -> None:
    document = Document("long", f"{'a' * 5_000}Idlib{'b' * 5_000}")
    (annotation,) = annotations_of(Atlas([document], [named(document, "Idlib", IDLIB)]))
    quote = selectors(annotation)["TextQuoteSelector"]
    assert (quote["prefix"], quote["suffix"]) == ("a" * 32, "b" * 32)


def test_role_correction_and_rivals_are_told() -> None:
    document = Document("told", "Idlib said no.")
    mention = named(document, "Idlib", IDLIB)
    resolution = replace(
        mention.resolution,
        role=Role.METONYM,
        candidates=(Candidate(IDLIB, 0.9), Candidate(ALEPPO, 0.1)),
        correction=Correction("see the map", "Rana", None),
    )
    (annotation,) = annotations_of(Atlas([document], [replace(mention, resolution=resolution)]))
    assert values(annotation, "tagging") == ["metonym", "corrected"]
    assert values(annotation, "commenting") == [
        "Place: Idlib, settlement, SY (geonames:169389)",
        "Confidence: 0.900",
        "Note: see the map",
        "Or: Aleppo (geonames:170063) 0.100",
    ]
    assert annotation["creator"] == {"type": "Person", "name": "Rana"}


def test_the_first_annotation_carries_the_provenance_of_all() -> None:
    atlas = atlas_of(ARTICLE)
    first, *others = annotations_of(atlas)
    assert first["placelines"] == json.loads(json.dumps(provenance(atlas)))
    assert not any("placelines" in other for other in others)
    assert {json.dumps(each["generator"]) for each in (first, *others)} == {
        '{"id": "urn:placelines:software:0.1.0", "type": "Software", "name": "placelines 0.1.0"}'
    }


def test_ids_stay_the_same_and_differ_where_readings_contradict_each_other() -> None:
    document = Document("two", "Idlib")
    alone = annotations_of(Atlas([document], [named(document, "Idlib", IDLIB)]))
    both = annotations_of(Atlas([document], [named(document, "Idlib", place) for place in (IDLIB, ALEPPO, None)]))
    assert len({annotation["id"] for annotation in both}) == 3
    assert alone[0]["id"] in {annotation["id"] for annotation in both}
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", alone[0]["id"])


def test_every_hostile_text_is_only_text() -> None:
    for hostile in HOSTILE:
        document = Document(f"x{hostile}", f"{hostile}Idlib{hostile}", hostile, hostile, hostile)
        start = len(hostile)
        toponym = Toponym(start, start + 5, "Idlib")
        place = replace(IDLIB, id=f"a:{hostile}", name=hostile)
        mention = Mention(document.id, Resolution(toponym, place, 0.9), Excerpt(0, 1, hostile))
        (annotation,) = annotations_of(Atlas([document], [mention]))
        check_against_the_recommendation(annotation)
        (geotag,) = values(annotation, "geotagging")
        assert json.loads(geotag)["properties"]["title"] == hostile
        assert selectors(annotation)["TextQuoteSelector"]["suffix"] == hostile[:32]


def test_without_names_the_list_is_empty(tmp_path: Path) -> None:
    for atlas in (Atlas(), Atlas([ARTICLE])):
        assert b"".join(web_annotations.content(atlas)) == b"[]\n"


def test_it_does_not_hold_the_whole_atlas_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "story.jsonld"
    write(story(), path)
    assert format_of(path) is web_annotations.FORMAT
    with pytest.raises(OptionError, match="does not hold the whole atlas"):
        read_atlas(path)
    assert tuple(web_annotations.FORMAT.folder(story())) == web_annotations.FORMAT.names


def test_many_names_take_time_in_proportion() -> None:
    def write_names(count: int) -> None:
        document = Document("long", "In Idlib it rained.\n" * count)
        mention = named(document, "Idlib", IDLIB)
        toponyms = (Toponym(at * 20 + 3, at * 20 + 8, "Idlib") for at in range(count))
        mentions = [replace(mention, resolution=replace(mention.resolution, toponym=toponym)) for toponym in toponyms]
        atlas = Atlas([document], mentions)
        assert sum(map(len, web_annotations.content(atlas))) > 100 * count

    assert_linear(write_names, 500)
