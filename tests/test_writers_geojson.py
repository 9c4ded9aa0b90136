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
from geo.model import (
    Candidate,
    Correction,
    Course,
    Document,
    Kind,
    Line,
    Mention,
    Place,
    Referent,
    Vicinity,
    VicinitySort,
)
from geo.version import __version__
from geo.writers import geojson, schema
from geo.writers.layers import Layers
from geo.writers.parts import precision
from tests.lines import M4_ALL, M4_SECTION, MANBIJ, OSM, m5, told
from tests.world import ALEPPO, ARTICLE, IDLIB, IDLIB_PROVINCE, M4, RUN, SYRIA, UNITS, atlas_of, mention

REFERENT = "place_id name kind country_code country admin1 claimed_by geo_precision gazetteer gazetteer_id".split()
TOLD = (
    "name_as_written role mentions asserted confidence method why rivals corrected_by correction_note excerpt excerpts "
    "first_char"
).split()
SOURCE = (
    "article_id source source_title source_author source_file source_date source_url language sha256 tool_version"
).split()
LINE = (
    "part road_ref road_name section_from section_to via length_km course geometry_source osm_ids attribution"
).split()
AREA = "area area_as_written distance_m bearing_deg radius_m other_id other_name".split()
MENTION = (
    "start end text role asserted confidence method why rivals corrected_by correction_note excerpt sentence_start "
    "sentence_end"
).split()
UNLOCATED = (
    "start end text role kind certainty why rivals corrected_by correction_note excerpt sentence_start sentence_end"
).split()
KEYS = {
    "places": REFERENT + TOLD + SOURCE,
    "lines": [*REFERENT, *LINE, "approximate", *TOLD, *SOURCE],
    "areas": [*REFERENT, *AREA, "approximate", *TOLD, *SOURCE],
    "mentions": REFERENT + SOURCE + MENTION,
    "unlocated": SOURCE + UNLOCATED,
    "entries": ["layer", *REFERENT, *TOLD, *SOURCE, *LINE, *AREA, "approximate"],
}
"""The fields of each layer, in their order."""
WITH_GEOMETRY = ("places", "lines", "areas", "mentions", "entries")


def bytes_of(layer: str, atlas: Atlas) -> bytes:
    return b"".join(geojson.collection(getattr(Layers(atlas), layer)))


def collection(layer: str, atlas: Atlas) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(bytes_of(layer, atlas))


@pytest.fixture
def atlas() -> Atlas:
    return atlas_of(ARTICLE)


def with_area() -> Atlas:
    """Return the atlas of the article, as if it had told of an area near a town."""
    atlas = atlas_of(ARTICLE)
    first, *rest = atlas.mentions
    words = Vicinity(VicinitySort.RING, 0, 16, ARTICLE.text[:16], 5_000.0, 20_000.0)
    return Atlas(atlas.documents, [replace(first, vicinity=words), *rest], units=UNITS, runs=[RUN])


def test_a_place_is_a_point_with_everything_known_about_it(atlas: Atlas) -> None:
    places = collection("places", atlas)
    idlib = places["features"][0]
    assert (places["type"], places["name"]) == ("FeatureCollection", "places")
    assert (idlib["type"], idlib["id"]) == ("Feature", "geonames:169389")
    assert idlib["geometry"] == {"type": "Point", "coordinates": [36.633931, 35.93062]}
    assert idlib["properties"] == {
        "place_id": "geonames:169389",
        "name": "Idlib",
        "kind": "settlement",
        "country_code": "SY",
        "country": "Syria",
        "admin1": "Idlib Governorate",
        "claimed_by": None,
        "geo_precision": 1,
        "gazetteer": "GeoNames",
        "gazetteer_id": "169389",
        "name_as_written": "Idlib",
        "role": "literal",
        "mentions": 2,
        "asserted": True,
        "confidence": 0.9,
        "method": "context",
        "why": "exact name",
        "rivals": None,
        "corrected_by": None,
        "correction_note": None,
        "excerpt": "Idlib was quiet.",
        "excerpts": "Idlib was quiet. | Nobody has left Idlib for Xyzzyville.",
        "first_char": 16,
        "article_id": "ceasefire",
        "source": "The Daily",
        "source_title": "Ceasefire holds",
        "source_author": None,
        "source_file": "ceasefire.txt",
        "source_date": None,
        "source_url": None,
        "language": None,
        "sha256": ARTICLE.sha256,
        "tool_version": "0.1.0",
    }
    assert ARTICLE.text[idlib["properties"]["first_char"] :].startswith("Idlib")


@pytest.mark.parametrize("layer", WITH_GEOMETRY)
def test_every_feature_has_the_same_flat_keys_in_the_same_order(layer: str) -> None:
    features = collection(layer, with_area())["features"]
    assert features
    assert {tuple(feature["properties"]) for feature in features} == {tuple(KEYS[layer])}
    assert not any(isinstance(value, dict | list) for feature in features for value in feature["properties"].values())


def test_fields_have_one_meaning_in_every_layer_and_names_that_databases_take() -> None:
    assert {name: [field.name for group in groups for field in group] for name, groups in schema.LAYERS.items()} == {
        name: keys for name, keys in KEYS.items() if name != "entries"
    }
    assert [field.name for group in schema.ENTRIES for field in group] == KEYS["entries"]
    assert all(len(set(keys)) == len(keys) for keys in KEYS.values())
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,62}", key) for keys in KEYS.values() for key in keys)
    sorts: dict[str, set[str]] = {}
    for group in (group for groups in schema.LAYERS.values() for group in groups):
        for field in group:
            sorts.setdefault(field.name, set()).add(field.sort)
    assert {name for name, of_it in sorts.items() if len(of_it) > 1} == set()


def test_a_line_says_how_its_course_is_known(atlas: Atlas) -> None:
    (road,) = collection("lines", atlas)["features"]
    assert road["geometry"]["type"] == "LineString"
    assert road["geometry"]["coordinates"][0] == [37.16117, 36.20124]
    own = {key: road["properties"][key] for key in [*LINE, "approximate", "country"]}
    assert own == {
        "part": "section",
        "road_ref": "M4",
        "road_name": None,
        "section_from": "Aleppo",
        "section_to": "Latakia",
        "via": None,
        "length_km": 151.2,
        "course": "schematic",
        "geometry_source": "text",
        "osm_ids": None,
        "attribution": None,
        "approximate": True,
        "country": "Syria",
    }
    assert (road["properties"]["kind"], road["properties"]["admin1"]) == ("road", None)


def test_a_road_is_a_feature_with_the_mentions_of_all_its_sections_and_each_section_is_one() -> None:
    other = replace(M4_SECTION, id="road:SY-M4/1-2", name="M4, Aleppo – Manbij", ends=(ALEPPO, MANBIJ), via=())
    atlas = told([M4_SECTION, other, M4_ALL])
    whole, *sections = collection("lines", atlas)["features"]
    assert (whole["id"], whole["properties"]["part"], whole["properties"]["mentions"]) == ("road:SY-M4", "whole", 3)
    assert whole["properties"]["excerpts"] == " | ".join(
        f"People spoke of {line.name} today." for line in (M4_SECTION, other, M4_ALL)
    )
    assert (whole["properties"]["section_from"], whole["properties"]["via"]) == (None, None)
    assert [feature["id"] for feature in sections] == ["road:SY-M4/1-2", "road:SY-M4/170063-173576"]
    own = sections[1]["properties"]
    assert (own["part"], own["mentions"], own["section_from"], own["section_to"]) == ("section", 1, "Aleppo", "Latakia")
    assert (own["via"], own["length_km"], own["geometry_source"]) == ("Arīḩā | Saraqib", 165.4, "highways")
    piped = collection("entries", atlas)["features"]
    assert [feature["id"] for feature in piped[-3:]] == [whole["id"], *(feature["id"] for feature in sections)]


def test_a_surveyed_road_keeps_both_carriageways_and_says_whose_data_it_is() -> None:
    whole, section = collection("lines", told([m5()]))["features"]
    assert whole["geometry"]["type"] == "MultiLineString"
    assert [len(part) for part in whole["geometry"]["coordinates"]] == [900, 900]
    for feature in (whole, section):
        own = feature["properties"]
        assert (own["course"], own["approximate"], own["geo_precision"]) == ("surveyed", False, 1)
        assert (own["osm_ids"], own["attribution"]) == ("way/1 way/2", OSM)
        assert own["geometry_source"] == "osm_extract"


def test_the_box_of_lines_holds_the_whole_road_of_a_section() -> None:
    _, _, east, _ = collection("lines", told([M4_SECTION]))["bbox"]
    assert east == round(MANBIJ.lon, 6)


def test_a_mention_is_a_point_of_its_own_with_its_sentence(atlas: Atlas) -> None:
    features = collection("mentions", atlas)["features"]
    assert len(features) == len({feature["id"] for feature in features}) == 6
    for feature in features:
        own = feature["properties"]
        assert ARTICLE.text[own["start"] : own["end"]] == own["text"]
        assert ARTICLE.text[own["sentence_start"] : own["sentence_end"]] == own["excerpt"]
    second = next(feature["properties"] for feature in features if feature["id"] == "ceasefire#116-121")
    assert (second["place_id"], second["asserted"], second["confidence"]) == (IDLIB.id, False, 0.6)
    demonym = next(feature["properties"] for feature in features if feature["properties"]["text"] == "Syrian")
    assert (demonym["place_id"], demonym["role"], demonym["geo_precision"]) == (SYRIA.id, "demonym", 3)


def test_a_mention_of_a_line_stands_on_the_line(atlas: Atlas) -> None:
    features = collection("mentions", atlas)["features"]
    point = next(shape(f["geometry"]) for f in features if f["properties"]["place_id"] == M4.id)
    assert M4.geometry.distance(point) < 1e-5


def test_the_box_holds_every_position(atlas: Atlas) -> None:
    assert collection("places", atlas)["bbox"] == [35.79011, 35.0, 38.5, 36.20124]
    assert collection("lines", atlas)["bbox"] == [35.79011, 35.53149, 37.16117, 36.20124]


def test_a_line_over_the_antimeridian_is_cut_and_its_box_crosses_too() -> None:
    ferry = Line("test:ferry", "Ferry", Kind.ROAD, LineString([(179, -17), (-179, -16)]), Course.INFERRED)
    atlas = Atlas([ARTICLE], [mention(ARTICLE, "M4", ferry)])
    lines = collection("lines", atlas)
    assert lines["bbox"] == [179.0, -17.0, -179.0, -16.0]
    assert lines["features"][0]["geometry"] == {
        "type": "MultiLineString",
        "coordinates": [[[179.0, -17.0], [180.0, -16.5]], [[-180.0, -16.5], [-179.0, -16.0]]],
    }
    own = lines["features"][0]["properties"]
    assert {own[key] for key in ("road_ref", "length_km", "section_from", "country_code", "country")} == {None}
    assert own["part"] == "whole"


@pytest.mark.parametrize("layer", WITH_GEOMETRY)
def test_nothing_found_is_an_empty_collection(layer: str) -> None:
    empty = collection(layer, Atlas([ARTICLE], [mention(ARTICLE, "Xyzzyville", None)]))
    assert empty["features"] == []
    assert "bbox" not in empty


def test_positions_have_six_decimals_and_nothing_is_escaped(atlas: Atlas) -> None:
    far = Place("geonames:1", "إدلب", Kind.SETTLEMENT, 36.123456789, -0.00000001)
    text = bytes_of("places", Atlas([ARTICLE], [mention(ARTICLE, "Idlib", far)])).decode()
    assert '"coordinates":[36.123457,0.0]' in text
    assert "إدلب" in text


@pytest.mark.parametrize("layer", ["places", "lines", "entries", "mentions"])
def test_one_feature_a_line_whatever_the_text_holds(layer: str) -> None:
    split = "Aleppo"
    odd = Document("odd", f"On the\u2028 M4\u0085 near Idlib{chr(0x2029)} and {split}.")
    text = bytes_of(layer, atlas_of(odd)).decode()
    lines = text.splitlines()
    assert len(lines) == 2 + len(json.loads(text)["features"])
    assert all(json.loads(line.removesuffix(",")) for line in lines[1:-1])


def test_the_same_atlas_gives_the_same_bytes_whatever_the_order(atlas: Atlas) -> None:
    shuffled = Atlas(atlas.documents, reversed(atlas.mentions), units=dict(reversed(UNITS.items())), runs=[RUN, RUN])
    for layer in WITH_GEOMETRY:
        assert bytes_of(layer, atlas) == bytes_of(layer, shuffled)


def test_at_most_five_different_sentences_are_joined() -> None:
    document = Document("long", " ".join(f"Idlib {number}." for number in range(9)) + " Idlib 0.")
    found = [mention(document, "Idlib", IDLIB, after=at.start()) for at in re.finditer("Idlib", document.text)]
    (place,) = collection("places", Atlas([document], found))["features"]
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
    assert precision(referent) == grade


def test_every_field_is_documented_and_nothing_else(root: Path) -> None:
    text = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    documented = {
        name: re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
        for name, table in re.findall(r"<!-- fields: (\w+) -->\n(.*?)<!-- end -->", text, re.DOTALL)
    }
    assert documented == {
        "referent": REFERENT,
        "told": TOLD,
        "source": SOURCE,
        "line": LINE,
        "area": AREA,
        "approximate": ["approximate"],
        "mention": MENTION,
        "unlocated": UNLOCATED,
    }


def test_a_disputed_place_names_the_states_that_claim_it() -> None:
    crimea = Place("t:1", "Crimea", Kind.ADMIN1, 34.0, 45.3, "ADM1", "UA", claimed_by=("RU", "UA"))
    atlas = Atlas([ARTICLE], [mention(ARTICLE, "Idlib", crimea)])
    (feature,) = collection("places", atlas)["features"]
    assert feature["properties"]["claimed_by"] == "RU UA"


def test_a_place_below_the_threshold_says_that_it_is_not_asserted() -> None:
    document = Document("a", "Aleppo or Idlib.")
    said = [mention(document, "Aleppo", ALEPPO, confidence=0.749), mention(document, "Idlib", IDLIB, confidence=0.75)]
    features = collection("places", Atlas([document], said))["features"]
    asserted = {feature["properties"]["name"]: feature["properties"]["asserted"] for feature in features}
    assert asserted == {"Aleppo": False, "Idlib": True}


def test_rivals_are_told_with_unit_country_id_and_score_and_are_never_the_place_itself() -> None:
    elsewhere: list[Referent] = [Place(f"x:{n}", f"Idlib {n}", Kind.SETTLEMENT, n, n) for n in range(9)]
    rivals = [Candidate(each, 0.01) for each in (IDLIB_PROVINCE, SYRIA, M4, *elsewhere)]
    found = mention(ARTICLE, "Idlib", IDLIB, rivals=[Candidate(IDLIB, 0.3), *rivals])
    atlas = Atlas([ARTICLE], [found], units=UNITS)
    (feature,) = collection("places", atlas)["features"]
    assert feature["properties"]["rivals"].split(" | ") == [
        "Idlib Governorate, SY (geonames:169387) 0.01",
        "Syria, SY (geonames:163843) 0.01",
        "M4 Aleppo – Latakia, SY (highways:SY-M4) 0.01",
        "Idlib 0 (x:0) 0.01",
        "Idlib 1 (x:1) 0.01",
    ]


def test_a_rival_in_a_unit_names_it() -> None:
    found = mention(ARTICLE, "Aleppo", ALEPPO, rivals=[Candidate(IDLIB, 0.126)])
    atlas = Atlas([ARTICLE], [found], units=UNITS)
    (feature,) = collection("places", atlas)["features"]
    assert feature["properties"]["rivals"] == "Idlib, Idlib Governorate, SY (geonames:169389) 0.126"


def test_a_feature_has_the_day_of_the_article() -> None:
    dated = replace(ARTICLE, date=datetime.date(2020, 3, 5))
    features = collection("mentions", atlas_of(dated))["features"]
    assert {feature["properties"]["source_date"] for feature in features} == {"2020-03-05"}


def test_a_correction_is_told_of_the_mention_and_of_its_place() -> None:
    def told(said: Mention, correction: Correction) -> Mention:
        return replace(said, resolution=replace(said.resolution, correction=correction))

    first, second = (mention(ARTICLE, "Idlib", IDLIB, after=after, confidence=0.8) for after in (0, 21))
    one, other = told(first, Correction("the city", "N. N.")), told(second, Correction())
    keys = ("corrected_by", "correction_note", "method")

    def said_of(layer: str, *said: Mention) -> list[tuple[str | None, ...]]:
        features = collection(layer, Atlas([ARTICLE], said))["features"]
        return [tuple(feature["properties"][key] for key in keys) for feature in features]

    assert said_of("mentions", first, other) == [(None, None, "context"), ("unknown", None, "corrected")]
    assert said_of("places", first, other) == [("unknown", None, "context")]
    assert said_of("places", one, other) == [("N. N.", "the city", "corrected")]
    assert said_of("places", first, second) == [(None, None, "context")]


def test_unlocated_names_have_rows_without_a_geometry_and_stand_in_no_file_with_points(atlas: Atlas) -> None:
    layer = Layers(atlas).unlocated
    (row,) = layer.rows()
    own: dict[str, Any] = dict(zip(KEYS["unlocated"], row.values, strict=True))
    assert (layer.count, layer.geometry, layer.extent, row.geometry) == (1, None, None, None)
    assert row.id == f"ceasefire#{own['start']}-{own['end']}"
    assert ARTICLE.text[own["start"] : own["end"]] == own["text"] == "Xyzzyville"
    assert (own["kind"], own["certainty"], own["why"], own["rivals"]) == (None, 1.0, None, None)
    assert own["excerpt"] == "Nobody has left Idlib for Xyzzyville."
    assert b"Xyzzyville" not in bytes_of("mentions", atlas).replace(b"Nobody has left Idlib for Xyzzyville.", b"")


def test_entries_say_their_layer_and_what_only_others_have_is_null() -> None:
    features = collection("entries", with_area())["features"]
    assert [feature["properties"]["layer"] for feature in features] == ["places"] * 4 + ["lines", "areas"]
    place, line, area = (features[at]["properties"] for at in (0, 4, 5))
    assert {place[key] for key in [*LINE, *AREA, "approximate"]} == {None}
    assert (line["course"], line["approximate"], {line[key] for key in AREA}) == ("schematic", True, {None})
    assert (area["area"], area["approximate"], {area[key] for key in LINE}) == ("ring", True, {None})


def test_the_version_is_that_of_whoever_read_the_articles_else_ones_own(atlas: Atlas) -> None:
    later = Atlas(atlas.documents, atlas.mentions, runs=[RUN, replace(RUN, tool_version="0.0.9")])
    for known, version in ((atlas, "0.1.0"), (later, "0.0.9 0.1.0"), (Atlas([ARTICLE], atlas.mentions), __version__)):
        features = collection("places", known)["features"]
        assert {feature["properties"]["tool_version"] for feature in features} == {version}


def test_a_name_of_a_country_that_nobody_knows_is_null(atlas: Atlas) -> None:
    (place, *_) = collection("places", Atlas(atlas.documents, atlas.mentions))["features"]
    assert [place["properties"][key] for key in ("country_code", "country", "admin1")] == ["SY", None, None]


def test_files_of_a_folder_say_where_they_come_from_and_one_file_holds_the_whole_atlas(atlas: Atlas) -> None:
    for name, content in geojson.folder(atlas).items():
        about = json.loads(b"".join(content))["placelines"]
        assert (name in geojson.NAMES, "documents" in about) == (True, False)
        assert about["texts"] == [{"article_id": "ceasefire", "sha256": ARTICLE.sha256}]
        assert about["attributions"] == ["Place data © GeoNames (geonames.org), CC BY 4.0"]
    ((name, content),) = geojson.one_file(atlas, "any.geojson").items()
    (document,) = json.loads(b"".join(content))["placelines"]["documents"]
    assert (name, document["text"]) == ("any.geojson", ARTICLE.text)


def test_a_river_that_is_a_place_to_one_article_and_a_line_to_another_is_told_as_each() -> None:
    place = Place("placelines:orontes", "Orontes", Kind.PHYSICAL, 36.4, 35.6, "STM")
    course = LineString([(36.7, 34.7), (36.16, 36.2)])
    line = Line(place.id, "Orontes", Kind.RIVER, course, Course.SURVEYED, gazetteer="mine.gpkg")
    other = Document("other", ARTICLE.text)
    atlas = Atlas([ARTICLE, other], [mention(ARTICLE, "Idlib", place), mention(other, "Idlib", line)])
    point, drawn = (feature["properties"] for feature in collection("entries", atlas)["features"])
    assert (point["kind"], point["geo_precision"], point["gazetteer"]) == ("physical", 3, "GeoNames")
    assert (drawn["kind"], drawn["geo_precision"], drawn["gazetteer"]) == ("river", 1, "mine.gpkg")
    assert {feature["properties"]["kind"] for feature in collection("mentions", atlas)["features"]} == {
        "physical",
        "river",
    }
