"""The GeoPackage as QGIS opens it: layers, default styles, labels, map tips."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from geo.atlas import Atlas
from geo.errors import PlacelinesWarning
from geo.model import Course, Document, Kind, Place
from geo.writers.folder import publish
from geo.writers.geopackage import FORMAT, read
from geo.writers.palette import COLOURS
from tests.gis_story import asked_of_qgis, seen_by_qgis
from tests.lines import EVERY_KIND, M4_ALL, M4_SECTION, line, told
from tests.story import story
from tests.world import mention

Seen: TypeAlias = dict[str, Any]

HOSTILE = '<img src=x onerror=alert(1)>&amp; "q" \'a\' [% 1 + 1 %] @row_number $id {x}\n"name"'


def written(atlas: Atlas, folder: Path) -> Path:
    publish(folder, FORMAT.folder(atlas))
    return folder / "atlas.gpkg"


def seen(python: str, atlas: Atlas, folder: Path) -> Seen:
    return asked_of_qgis(python, "look", written(atlas, folder), folder / "map.png")


@pytest.fixture(scope="module")
def of_story(qgis: str, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return seen(qgis, story(), tmp_path_factory.mktemp("story"))


def test_qgis_opens_every_layer(of_story: Seen) -> None:
    layers = of_story["layers"]
    shapes = {name: (layer["geometry"], layer["count"], layer["crs"]) for name, layer in layers.items()}
    assert shapes == {
        "places": ("Point", 11, "EPSG:4326"),
        "lines": ("MultiLineString", 1, "EPSG:4326"),
        "areas": ("MultiPolygon", 0, "EPSG:4326"),
        "mentions": ("Point", 20, "EPSG:4326"),
        "unlocated": ("NoGeometry", 1, ""),
    }
    assert all(layer["is_valid"] for layer in layers.values())
    assert layers["places"]["alias"] == "Name as written"


def test_the_styles_are_applied_and_every_expression_in_them_is_one(of_story: Seen) -> None:
    layers = {name: layer for name, layer in of_story["layers"].items() if name != "unlocated"}
    assert {layer["renderer"] for layer in layers.values()} == {"RuleRenderer"}
    assert [error for layer in layers.values() for error in layer["broken"]] == []
    assert layers["places"]["legend"][:2] == ["Place", "Place, uncertain"]
    for layer in layers.values():
        assert {len(sorts) for sorts in layer["drawn"]} <= {1}
    assert layers["lines"]["drawn"] == [["Road"]]


def test_the_map_has_the_colours_of_the_page(of_story: Seen) -> None:
    styled, plain = of_story["colours"], of_story["plain"]
    for name in ("place", "paper", "road", "sign-green", "uncertain"):
        assert styled.get(COLOURS[name], 0) > 3, name
    for name in ("place", "road", "sign-green", "uncertain"):
        assert plain.get(COLOURS[name], 0) == 0, name


def test_places_and_roads_are_named(of_story: Seen) -> None:
    names = [name for labels in of_story["layers"]["places"]["labels"] for name in labels]
    assert {"Idlib", "Aleppo", "Latakia", "SYRIA"} <= set(names)
    assert "TURKEY" not in names
    assert of_story["layers"]["lines"]["labels"] == [["M4"]]
    assert of_story["layers"]["mentions"]["labels"] == [[]] * 20


def test_a_map_tip_tells_the_sentence_and_how_sure_it_is(of_story: Seen) -> None:
    tips = " ".join(of_story["layers"]["places"]["tips"])
    assert "<b>Idlib</b><br>settlement" in tips
    assert "named 5 times; confidence 97 %" in tips
    assert "named once; uncertain, confidence 62 %" in tips
    assert "[%" not in tips


def test_what_texts_hold_is_neither_evaluated_nor_markup(qgis: str, tmp_path: Path) -> None:
    document = Document("x", f"They saw {HOSTILE} today.", HOSTILE, HOSTILE)
    place = Place("test:1", HOSTILE, Kind.SETTLEMENT, 10.0, 20.0, "PPL", "SY")
    atlas = Atlas([document], [mention(document, HOSTILE, place)])
    layer = seen_by_qgis(qgis, written(atlas, tmp_path))["places"]
    [[label]], [tip] = layer["labels"], layer["tips"]
    assert label == " ".join(HOSTILE.split())[:47] + "…"
    assert "<img" not in tip
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;amp; " in tip
    assert tip.count("[% 1 + 1 %]") == 4


def test_sections_are_strong_and_their_wholes_faint(qgis: str, tmp_path: Path) -> None:
    inferred = line(Kind.ROAD, "Straight Road", [(36.0, 35.0), (37.0, 35.0)], Course.INFERRED)
    atlas = told([*EVERY_KIND, M4_ALL, M4_SECTION, inferred])
    found = seen(qgis, atlas, tmp_path)
    layer = found["layers"]["lines"]
    rest = "The rest of a line of which a part is meant"
    sorts = ["Border", "Front", "Pipeline", "Railway", "River", "Road", "Road", "Road", rest]
    assert sorted(sort for sorts in layer["drawn"] for sort in sorts) == sorts
    assert sorted(labels[0] for labels in layer["labels"] if labels).count("M4") == 1
    assert layer["labels"].count([]) == 1
    assert layer["labels"][layer["drawn"].index([rest])] == []
    for name in ("road-edge", "road-bed", "rail", "pipeline", "river", "frontier", "front"):
        assert found["colours"].get(COLOURS[name], 0) > 3, name


def test_an_empty_atlas_opens(qgis: str, tmp_path: Path) -> None:
    layers = seen_by_qgis(qgis, written(Atlas(), tmp_path))
    assert {name: (layer["is_valid"], layer["count"]) for name, layer in layers.items()} == dict.fromkeys(
        ("places", "lines", "areas", "mentions", "unlocated"), (True, 0)
    )


def test_credits_are_in_the_properties_of_a_layer(qgis: str, tmp_path: Path) -> None:
    atlas = told(EVERY_KIND)
    layers = seen_by_qgis(qgis, written(atlas, tmp_path))
    assert atlas.attributions
    assert {tuple(layer["rights"]) for layer in layers.values()} == {atlas.attributions}


def test_a_look_in_qgis_changes_nothing_but_an_edit_is_told(qgis: str, tmp_path: Path) -> None:
    atlas = story()
    path = written(atlas, tmp_path)
    asked_of_qgis(qgis, "look", path, tmp_path / "map.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(path) == atlas
    assert asked_of_qgis(qgis, "edit", path) == {"is_saved": True}
    with pytest.warns(PlacelinesWarning, match=r"^atlas.gpkg: its layers were changed after placelines wrote them"):
        assert read(path) == atlas
