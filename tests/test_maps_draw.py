from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import folium
import pytest

from geo.atlas import Atlas
from geo.model import Course, Document
from maps.draw import draw
from maps.story import story_order
from maps.style import Shape, shape_of
from tests.story import SENSES, story
from tests.test_maps_theatre import atlas, settlement
from tests.world import ALEPPO, LATAKIA, M4, SYRIA


def markers(drawing: folium.Map) -> list[tuple[float, float]]:
    """Return the (latitude, longitude) of every circle marker."""
    found = [child.location for child in drawing._children.values() if isinstance(child, folium.CircleMarker)]
    return [(location[0], location[1]) for location in found if location]


def lines(drawing: folium.Map) -> list[folium.PolyLine]:
    return [child for child in drawing._children.values() if isinstance(child, folium.PolyLine)]


def test_each_settlement_is_an_ordinary_circle_marker_at_its_place() -> None:
    found = markers(draw(story()))
    assert len(found) == 8
    assert (ALEPPO.lat, ALEPPO.lon) in found
    assert (SYRIA.lat, SYRIA.lon) not in found, "a country has no pin"


def test_a_schematic_road_is_a_casing_a_bed_and_a_dashed_line() -> None:
    found = lines(draw(story()))
    assert [line.options["className"] for line in found] == ["pl-casing", "pl-bed", "pl-line"]
    assert [line.options["dashArray"] for line in found] == [None, None, "12 6"]
    path = [[[ALEPPO.lat, ALEPPO.lon], [35.8, 36.4], [LATAKIA.lat, LATAKIA.lon]]]
    assert [line.locations for line in found] == [path, path, path]


@pytest.mark.parametrize(
    ("course", "classes"), [(Course.SURVEYED, ["pl-casing", "pl-line"]), (Course.INFERRED, ["pl-line"])]
)
def test_other_courses_are_told_apart(course: Course, classes: list[str]) -> None:
    found = lines(draw(atlas(replace(M4, course=course))))
    assert [line.options["className"] for line in found] == classes
    assert (found[-1].options["dashArray"] is None) is (course is Course.SURVEYED)


def test_layers_belong_to_the_entries_of_the_story_in_its_order() -> None:
    entries = story_order(story())
    drawn = draw(story()).layers
    assert drawn.keys() == {
        index for index, entry in enumerate(entries) if shape_of(entry) not in (Shape.LABEL, Shape.NONE)
    }
    for index, parts in drawn.items():
        assert len(parts) == (3 if entries[index].referent == M4 else 1)


def test_nothing_that_was_read_is_in_the_folium_objects(tmp_path: Path) -> None:
    drawing = draw(story())
    drawing.save(str(tmp_path / "drawing.html"))
    html = (tmp_path / "drawing.html").read_text(encoding="utf-8")
    for word in (*SENSES, "Shelling", "geonames", "highways"):
        assert word not in html


def test_places_across_the_antimeridian_are_drawn_side_by_side() -> None:
    drawing = draw(atlas(settlement("suva", 178.4, -18.1), settlement("apia", -171.8, -13.8)))
    assert sorted(lon for _, lon in markers(drawing)) == pytest.approx([178.4, 188.2])


def test_a_plain_drawing_shows_the_theatre() -> None:
    drawing = draw(story())
    assert drawing.location == pytest.approx([35.866, 36.476], abs=0.01)
    assert drawing.options["zoom"] == 9


def test_an_atlas_without_places_is_a_map_without_layers() -> None:
    drawing = draw(Atlas([Document("a", "Bake.")]))
    assert drawing.layers == {}
    assert drawing.options["zoom"] == 1


def test_importing_the_page_loads_nothing_heavy(root: Path) -> None:
    heavy = ["branca", "folium", "numpy", "shapely", "spacy"]
    code = f"import sys, maps.page, maps.draw; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
