from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import folium
import pytest
from shapely import LineString, Point, get_coordinates

from geo.atlas import Atlas
from geo.model import Course, Document, Kind, Line
from maps.draw import draw
from maps.figure import Echo, SelfContained
from maps.story import story_order
from maps.style import Shape, shape_of
from tests.lines import EVERY_KIND, M4_SECTION, m5, told
from tests.story import SENSES, story
from tests.test_maps_theatre import atlas, settlement
from tests.world import ALEPPO, LATAKIA, M4, SYRIA


def markers(drawing: folium.Map) -> list[tuple[float, float]]:
    """Return the (latitude, longitude) of every circle marker."""
    found = [child.location for child in drawing._children.values() if isinstance(child, folium.CircleMarker)]
    return [(location[0], location[1]) for location in found if location]


def lines(drawing: folium.Map) -> list[folium.PolyLine]:
    return [child for child in drawing._children.values() if isinstance(child, folium.PolyLine)]


def classes(found: list[folium.PolyLine]) -> list[str]:
    """Return what each line is, without the name of its colour."""
    return [str(line.options["className"]).split()[0] for line in found]


def test_each_settlement_is_an_ordinary_circle_marker_at_its_place() -> None:
    found = markers(draw(story()))
    assert len(found) == 8
    assert (ALEPPO.lat, ALEPPO.lon) in found
    assert (SYRIA.lat, SYRIA.lon) not in found, "a country has no pin"


def test_a_schematic_road_is_a_casing_a_bed_and_a_dashed_line() -> None:
    found = lines(draw(story()))
    assert classes(found) == ["pl-casing", "pl-bed", "pl-line"]
    assert [line.options["dashArray"] for line in found] == [None, None, "12 6"]
    path = [[[ALEPPO.lat, ALEPPO.lon], [35.8, 36.4], [LATAKIA.lat, LATAKIA.lon]]]
    assert [line.locations for line in found] == [path, path, path]
    assert [isinstance(line, Echo) for line in found] == [False, True, True], "the page holds the course once"


@pytest.mark.parametrize(
    ("course", "parts"), [(Course.SURVEYED, ["pl-casing", "pl-line"]), (Course.INFERRED, ["pl-line"])]
)
def test_other_courses_are_told_apart(course: Course, parts: list[str]) -> None:
    found = lines(draw(atlas(replace(M4, course=course))))
    assert classes(found) == parts
    assert (found[-1].options["dashArray"] is None) is (course is Course.SURVEYED)


def test_whole_roads_lie_below_every_section_and_rivers_below_roads() -> None:
    story_of_lines = told([M4_SECTION, EVERY_KIND[3], m5()])
    drawing = draw(story_of_lines)
    order = [line.get_name() for line in lines(drawing)]
    heights = {
        entry.referent.name: [order.index(layer.get_name()) for layer in drawing.layers[index]]
        for index, entry in enumerate(story_order(story_of_lines))
        if isinstance(entry.referent, Line)
    }
    assert heights == {M4_SECTION.name: [0, 4, 5, 6], "M5, Hama – Homs": [1, 7, 8], "Orontes": [2, 3]}


def test_of_two_carriageways_one_is_drawn_as_exactly_as_the_nearest_zoom_shows() -> None:
    section = m5(20_000)
    rest, *_ = lines(draw(told([section])))
    assert section.whole is not None
    assert len(rest.locations) == 1
    assert 100 < len(rest.locations[0]) < 6_000
    drawn = LineString([(lon, lat) for lat, lon in rest.locations[0]])  # type: ignore[misc]
    surveyed = get_coordinates(section.whole.geometry)
    assert all(drawn.distance(Point(lonlat)) < 5e-4 for lonlat in surveyed[::500])


def test_a_line_over_the_antimeridian_stays_in_one_piece_on_the_map() -> None:
    ferry = Line("x:f", "Ferry", Kind.ROAD, LineString([(178.0, -18.0), (-179.0, -17.0)]), Course.SURVEYED)
    suva = settlement("suva", 178.4, -18.1)
    top = lines(draw(atlas(suva, ferry)))[-1]
    assert top.locations == [[[-18.0, 178.0], [-17.33333, 180.0]], [[-17.33333, 180.0], [-17.0, 181.0]]]


def test_layers_belong_to_the_entries_of_the_story_in_its_order() -> None:
    entries = story_order(story())
    drawn = draw(story()).layers
    assert drawn.keys() == {
        index for index, entry in enumerate(entries) if shape_of(entry) not in (Shape.LABEL, Shape.NONE)
    }
    for index, parts in drawn.items():
        assert len(parts) == (3 if entries[index].referent == M4 else 1)


def test_nothing_that_was_read_is_in_the_folium_objects() -> None:
    figure = draw(story()).get_root()
    assert isinstance(figure, SelfContained)
    parts = figure.parts()
    for word in (*SENSES, "Shelling", "geonames", "highways"):
        assert word not in f"{parts.head}{parts.body}{parts.script}"


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
