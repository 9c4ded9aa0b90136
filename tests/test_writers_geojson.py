from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely import LineString
from shapely.geometry import shape

from geo.atlas import Atlas
from geo.model import Candidate, Correction, Course, Document, Kind, Line, Mention, Place, Referent
from geo.writers import Writer, geojson
from tests.lines import M4_ALL, M4_SECTION, MANBIJ, OSM, m5, told
from tests.world import ALEPPO, ARTICLE, IDLIB, IDLIB_PROVINCE, M4, SYRIA, SmallGazetteer, atlas_of, mention

BASE = (
    "place_id name name_as_written kind role country_code admin1 claimed_by mentions asserted confidence "
    "geo_precision method why rivals corrected_by correction_note gazetteer gazetteer_id excerpt excerpts first_char "
    "article_id source_title source_file source_date sha256 tool_version"
).split()
OF_LINES = (
    "part road_ref road_name country section_from section_to via length_km course approximate geometry_source osm_ids "
    "attribution"
).split()
OF_AREAS = "area area_as_written distance_m bearing_deg radius_m other_id other_name approximate".split()
OF_MENTIONS = "start end text sentence_start sentence_end".split()


def text_of(write: Writer, atlas: Atlas) -> str:
    return "".join(write(atlas, gazetteer=SmallGazetteer(), tool_version="0.1.0"))


def collection(write: Writer, atlas: Atlas) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(text_of(write, atlas))


@pytest.fixture
def atlas() -> Atlas:
    return atlas_of(ARTICLE)


def test_a_place_is_a_point_with_everything_known_about_it(atlas: Atlas) -> None:
    places = collection(geojson.places, atlas)
    idlib = places["features"][0]
    assert (places["type"], places["name"]) == ("FeatureCollection", "places")
    assert (idlib["type"], idlib["id"]) == ("Feature", "geonames:169389")
    assert idlib["geometry"] == {"type": "Point", "coordinates": [36.633931, 35.93062]}
    assert idlib["properties"] == {
        "place_id": "geonames:169389",
        "name": "Idlib",
        "name_as_written": "Idlib",
        "kind": "settlement",
        "role": "literal",
        "country_code": "SY",
        "admin1": "Idlib Governorate",
        "claimed_by": None,
        "mentions": 2,
        "asserted": True,
        "confidence": 0.9,
        "geo_precision": 1,
        "method": "context",
        "why": "exact name",
        "rivals": None,
        "corrected_by": None,
        "correction_note": None,
        "gazetteer": "GeoNames",
        "gazetteer_id": "169389",
        "excerpt": "Idlib was quiet.",
        "excerpts": "Idlib was quiet. | Nobody has left Idlib for Xyzzyville.",
        "first_char": 16,
        "article_id": "ceasefire",
        "source_title": "Ceasefire holds",
        "source_file": "ceasefire.txt",
        "source_date": None,
        "sha256": ARTICLE.sha256,
        "tool_version": "0.1.0",
    }
    assert ARTICLE.text[idlib["properties"]["first_char"] :].startswith("Idlib")


@pytest.mark.parametrize(
    ("write", "keys"),
    [
        (geojson.places, BASE),
        (geojson.lines, BASE + OF_LINES),
        (geojson.entries, BASE + OF_LINES),
        (geojson.mentions, BASE + OF_MENTIONS),
    ],
)
def test_every_feature_has_the_same_keys_in_the_same_order(write: Writer, keys: list[str], atlas: Atlas) -> None:
    features = collection(write, atlas)["features"]
    assert features
    assert {tuple(feature["properties"]) for feature in features} == {tuple(keys)}
    assert not any(isinstance(value, dict | list) for feature in features for value in feature["properties"].values())


def test_a_line_says_how_its_course_is_known(atlas: Atlas) -> None:
    (road,) = collection(geojson.lines, atlas)["features"]
    assert road["geometry"]["type"] == "LineString"
    assert road["geometry"]["coordinates"][0] == [37.16117, 36.20124]
    own = {key: road["properties"][key] for key in OF_LINES}
    assert own == {
        "part": "section",
        "road_ref": "M4",
        "road_name": None,
        "country": "Syria",
        "section_from": "Aleppo",
        "section_to": "Latakia",
        "via": None,
        "length_km": 151.2,
        "course": "schematic",
        "approximate": True,
        "geometry_source": "text",
        "osm_ids": None,
        "attribution": None,
    }
    assert (road["properties"]["kind"], road["properties"]["admin1"]) == ("road", None)


def test_a_road_is_a_feature_with_the_mentions_of_all_its_sections_and_each_section_is_one() -> None:
    other = replace(M4_SECTION, id="road:SY-M4/1-2", name="M4, Aleppo – Manbij", ends=(ALEPPO, MANBIJ), via=())
    atlas = told([M4_SECTION, other, M4_ALL])
    whole, *sections = collection(geojson.lines, atlas)["features"]
    assert (whole["id"], whole["properties"]["part"], whole["properties"]["mentions"]) == ("road:SY-M4", "whole", 3)
    assert whole["properties"]["excerpts"] == " | ".join(
        f"People spoke of {line.name} today." for line in (M4_SECTION, other, M4_ALL)
    )
    assert (whole["properties"]["section_from"], whole["properties"]["via"]) == (None, None)
    assert [feature["id"] for feature in sections] == ["road:SY-M4/1-2", "road:SY-M4/170063-173576"]
    own = sections[1]["properties"]
    assert (own["part"], own["mentions"], own["section_from"], own["section_to"]) == ("section", 1, "Aleppo", "Latakia")
    assert (own["via"], own["length_km"], own["geometry_source"]) == ("Arīḩā | Saraqib", 165.4, "highways")
    piped = collection(geojson.entries, atlas)["features"]
    assert [feature["id"] for feature in piped[-3:]] == [whole["id"], *(feature["id"] for feature in sections)]


def test_a_surveyed_road_keeps_both_carriageways_and_says_whose_data_it_is() -> None:
    whole, section = collection(geojson.lines, told([m5()]))["features"]
    assert whole["geometry"]["type"] == "MultiLineString"
    assert [len(part) for part in whole["geometry"]["coordinates"]] == [900, 900]
    for feature in (whole, section):
        own = feature["properties"]
        assert (own["course"], own["approximate"], own["geo_precision"]) == ("surveyed", False, 1)
        assert (own["osm_ids"], own["attribution"]) == ("way/1 way/2", OSM)
        assert own["geometry_source"] == "osm_extract"


def test_the_box_of_lines_holds_the_whole_road_of_a_section() -> None:
    _, _, east, _ = collection(geojson.lines, told([M4_SECTION]))["bbox"]
    assert east == round(MANBIJ.lon, 6)


def test_a_mention_is_a_point_of_its_own_with_its_sentence(atlas: Atlas) -> None:
    features = collection(geojson.mentions, atlas)["features"]
    assert len(features) == len({feature["id"] for feature in features}) == 6
    for feature in features:
        own = feature["properties"]
        assert ARTICLE.text[own["start"] : own["end"]] == own["text"] == own["name_as_written"]
        assert ARTICLE.text[own["sentence_start"] : own["sentence_end"]] == own["excerpt"] == own["excerpts"]
        assert (own["first_char"], own["mentions"]) == (own["start"], 1)
    second = next(feature["properties"] for feature in features if feature["id"] == "ceasefire#116-121")
    assert (second["place_id"], second["asserted"], second["confidence"]) == (IDLIB.id, False, 0.6)
    demonym = next(feature["properties"] for feature in features if feature["properties"]["text"] == "Syrian")
    assert (demonym["place_id"], demonym["role"], demonym["geo_precision"]) == (SYRIA.id, "demonym", 3)


def test_a_mention_of_a_line_stands_on_the_line(atlas: Atlas) -> None:
    features = collection(geojson.mentions, atlas)["features"]
    point = next(shape(f["geometry"]) for f in features if f["properties"]["place_id"] == M4.id)
    assert M4.geometry.distance(point) < 1e-5


def test_the_box_holds_every_position(atlas: Atlas) -> None:
    assert collection(geojson.places, atlas)["bbox"] == [35.79011, 35.0, 38.5, 36.20124]
    assert collection(geojson.lines, atlas)["bbox"] == [35.79011, 35.53149, 37.16117, 36.20124]


def test_a_line_over_the_antimeridian_is_cut_and_its_box_crosses_too() -> None:
    ferry = Line("test:ferry", "Ferry", Kind.ROAD, LineString([(179, -17), (-179, -16)]), Course.INFERRED)
    atlas = Atlas([ARTICLE], [mention(ARTICLE, "M4", ferry)])
    lines = collection(geojson.lines, atlas)
    assert lines["bbox"] == [179.0, -17.0, -179.0, -16.0]
    assert lines["features"][0]["geometry"] == {
        "type": "MultiLineString",
        "coordinates": [[[179.0, -17.0], [180.0, -16.5]], [[-180.0, -16.5], [-179.0, -16.0]]],
    }
    own = lines["features"][0]["properties"]
    assert {own[key] for key in ("road_ref", "length_km", "section_from", "country_code", "country")} == {None}
    assert own["part"] == "whole"


@pytest.mark.parametrize("write", [geojson.places, geojson.lines, geojson.entries, geojson.mentions])
def test_nothing_found_is_an_empty_collection(write: Writer) -> None:
    empty = collection(write, Atlas([ARTICLE], [mention(ARTICLE, "Xyzzyville", None)]))
    assert empty["features"] == []
    assert "bbox" not in empty


def test_positions_have_six_decimals_and_nothing_is_escaped(atlas: Atlas) -> None:
    far = Place("geonames:1", "إدلب", Kind.SETTLEMENT, 36.123456789, -0.00000001)
    text = text_of(geojson.places, Atlas([ARTICLE], [mention(ARTICLE, "Idlib", far)]))
    assert '"coordinates":[36.123457,0.0]' in text
    assert "إدلب" in text


@pytest.mark.parametrize("write", [geojson.places, geojson.lines, geojson.entries, geojson.mentions])
def test_one_feature_a_line_whatever_the_text_holds(write: Writer) -> None:
    split = "Aleppo"
    odd = Document("odd", f"On the\u2028 M4\u0085 near Idlib{chr(0x2029)} and {split}.")
    text = text_of(write, atlas_of(odd))
    lines = text.splitlines()
    assert len(lines) == 2 + len(json.loads(text)["features"])
    assert all(json.loads(line.removesuffix(",")) for line in lines[1:-1])


def test_the_same_atlas_gives_the_same_bytes_whatever_the_order(atlas: Atlas) -> None:
    shuffled = Atlas(atlas.documents, reversed(atlas.mentions))
    for write in (geojson.places, geojson.lines, geojson.mentions):
        assert text_of(write, atlas) == text_of(write, shuffled)


def test_at_most_five_different_sentences_are_joined() -> None:
    document = Document("long", " ".join(f"Idlib {number}." for number in range(9)) + " Idlib 0.")
    found = [mention(document, "Idlib", IDLIB, after=at.start()) for at in re.finditer("Idlib", document.text)]
    (place,) = collection(geojson.places, Atlas([document], found))["features"]
    assert place["properties"]["mentions"] == 10
    assert place["properties"]["excerpts"] == "Idlib 0. | Idlib 1. | Idlib 2. | Idlib 3. | Idlib 4."


@pytest.mark.parametrize(
    ("referent", "grade"),
    [
        (IDLIB, 1),
        (SYRIA, 3),
        (Place("x:1", "Donbas", Kind.REGION, 38, 48, country_code="UA"), 2),
        (Place("x:1", "Middle East", Kind.REGION, 38, 30), 3),
        (Place("x:1", "Europe", Kind.CONTINENT, 15, 50), 3),
        (M4, 2),
        *[(replace(M4, course=course), 1 if course is Course.SURVEYED else 2) for course in Course],
    ],
)
def test_precision_grades_how_narrow_a_place_is(referent: Place | Line, grade: int) -> None:
    assert geojson.precision(referent) == grade


def test_every_property_is_documented_and_nothing_else(root: Path) -> None:
    text = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    chapter = text.partition("## GeoJSON")[2].partition("## JSON Lines")[0]
    assert re.findall(r"^\| `(\w+)` \|", chapter, re.MULTILINE) == BASE + OF_LINES + OF_AREAS + OF_MENTIONS


def test_a_disputed_place_names_the_states_that_claim_it() -> None:
    crimea = Place("t:1", "Crimea", Kind.ADMIN1, 34.0, 45.3, "ADM1", "UA", claimed_by=("RU", "UA"))
    atlas = Atlas([ARTICLE], [mention(ARTICLE, "Idlib", crimea)])
    (feature,) = collection(geojson.places, atlas)["features"]
    assert feature["properties"]["claimed_by"] == "RU UA"


def test_a_place_below_the_threshold_says_that_it_is_not_asserted() -> None:
    document = Document("a", "Aleppo or Idlib.")
    said = [mention(document, "Aleppo", ALEPPO, confidence=0.749), mention(document, "Idlib", IDLIB, confidence=0.75)]
    features = collection(geojson.places, Atlas([document], said))["features"]
    asserted = {feature["properties"]["name"]: feature["properties"]["asserted"] for feature in features}
    assert asserted == {"Aleppo": False, "Idlib": True}


def test_rivals_are_told_with_unit_country_id_and_score_and_are_never_the_place_itself() -> None:
    elsewhere: list[Referent] = [Place(f"x:{n}", f"Idlib {n}", Kind.SETTLEMENT, n, n) for n in range(9)]
    rivals = [Candidate(each, 0.01) for each in (IDLIB_PROVINCE, SYRIA, M4, *elsewhere)]
    atlas = Atlas([ARTICLE], [mention(ARTICLE, "Idlib", IDLIB, rivals=[Candidate(IDLIB, 0.3), *rivals])])
    (feature,) = collection(geojson.places, atlas)["features"]
    assert feature["properties"]["rivals"].split(" | ") == [
        "Idlib Governorate, SY (geonames:169387) 0.01",
        "Syria, SY (geonames:163843) 0.01",
        "M4 Aleppo – Latakia, SY (highways:SY-M4) 0.01",
        "Idlib 0 (x:0) 0.01",
        "Idlib 1 (x:1) 0.01",
    ]


def test_a_rival_in_a_unit_names_it() -> None:
    atlas = Atlas([ARTICLE], [mention(ARTICLE, "Aleppo", ALEPPO, rivals=[Candidate(IDLIB, 0.126)])])
    (feature,) = collection(geojson.places, atlas)["features"]
    assert feature["properties"]["rivals"] == "Idlib, Idlib Governorate, SY (geonames:169389) 0.126"


def test_a_feature_has_the_day_of_the_article() -> None:
    dated = replace(ARTICLE, date=datetime.date(2020, 3, 5))
    features = collection(geojson.mentions, atlas_of(dated))["features"]
    assert {feature["properties"]["source_date"] for feature in features} == {"2020-03-05"}


def test_a_correction_is_told_of_the_mention_and_of_its_place() -> None:
    def told(said: Mention, correction: Correction) -> Mention:
        return replace(said, resolution=replace(said.resolution, correction=correction))

    first, second = (mention(ARTICLE, "Idlib", IDLIB, after=after, confidence=0.8) for after in (0, 21))
    one, other = told(first, Correction("the city", "N. N.")), told(second, Correction())
    keys = ("corrected_by", "correction_note", "method")

    def said_of(write: Writer, *said: Mention) -> list[tuple[str | None, ...]]:
        features = collection(write, Atlas([ARTICLE], said))["features"]
        return [tuple(feature["properties"][key] for key in keys) for feature in features]

    assert said_of(geojson.mentions, first, other) == [(None, None, "context"), ("unknown", None, "corrected")]
    assert said_of(geojson.places, first, other) == [("unknown", None, "context")]
    assert said_of(geojson.places, one, other) == [("N. N.", "the city", "corrected")]
    assert said_of(geojson.places, first, second) == [(None, None, "context")]
