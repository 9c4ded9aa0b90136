"""Areas that sentences tell of by a place, how large they are, and what only looks like one."""

from __future__ import annotations

import re

import pytest
from shapely import LineString

from geo.atlas import Atlas
from geo.extent import Extent
from geo.model import Course, Document, Kind, Line, Place, Referent, Resolution, Role, Toponym, Vicinity, VicinitySort
from geo.pipeline import Geoparser
from geo.recognizers.vicinities import find_vicinities
from tests.vicinity_sentences import AREAS, NO_AREAS


def town(name: str, lon: float, lat: float, population: int) -> Place:
    return Place(f"test:{name}", name, Kind.SETTLEMENT, lon, lat, "PPL", population=population)


KNOWN: dict[str, Referent] = {
    place.name: place
    for place in (
        town("Idlib", 36.63, 35.93, 128_840),
        town("Aleppo", 37.16, 36.20, 2_098_210),
        town("Latakia", 35.79, 35.53, 709_000),
        town("Saraqib", 36.81, 35.86, 10_000),
        town("Homs", 36.72, 34.73, 775_404),
        town("Hama", 36.76, 35.13, 460_602),
        town("Damascus", 36.29, 33.51, 1_569_394),
        town("Kharkiv", 36.25, 49.98, 1_421_125),
        town("Izium", 37.28, 49.21, 45_884),
        town("Sevastopol", 33.52, 44.61, 416_263),
        Place("test:SY", "Syria", Kind.COUNTRY, 38.5, 35.0, "PCLI", "SY", extent=Extent(35.7, 32.3, 42.4, 37.3)),
    )
}
KNOWN["M4"] = Line("road:SY-M4", "M4", Kind.ROAD, LineString([(37.16, 36.2), (35.79, 35.53)]), Course.SCHEMATIC, "M4")
KNOWN["border"] = Line(
    "border:SY-TR", "Syria - Turkey border", Kind.BORDER, LineString([(36.0, 35.9), (42.3, 37.1)]), Course.GENERALISED
)
NAMES = re.compile(rf"\b(?:{'|'.join(KNOWN)})\b")


def resolutions(text: str, **changes: Role) -> list[Resolution]:
    """Return what the names in a text mean; `changes` are the roles of those that are not literal."""
    return [
        Resolution(
            Toponym(*found.span(), found.group()), KNOWN[found.group()], 1.0, changes.get(found.group(), Role.LITERAL)
        )
        for found in NAMES.finditer(text)
    ]


def found_in(text: str, **changes: Role) -> dict[str, Vicinity]:
    areas = find_vicinities(text, resolutions(text, **changes))
    return {text[start:end]: area for (start, end), area in areas.items()}


def told(text: str) -> str:
    def number(value: float | None, unit: float = 1) -> str:
        return "-" if value is None else f"{round(value / unit, 1):g}"

    areas = find_vicinities(text, resolutions(text))
    names = {span: "Syrian-Turkish border" if text[slice(*span)] == "border" else text[slice(*span)] for span in areas}
    return "; ".join(
        f"{area.sort} {number(area.distance_m, 1000)} {number(area.bearing_deg)} {names[span]}"
        for span, area in sorted(areas.items())
    )


@pytest.mark.parametrize(("text", "areas"), AREAS)
def test_a_sentence_tells_of_an_area(text: str, areas: str) -> None:
    assert told(text) == areas


@pytest.mark.parametrize("text", NO_AREAS)
def test_what_only_looks_like_an_area_is_none(text: str) -> None:
    assert told(text) == ""


@pytest.mark.parametrize(
    ("text", "radius_m"),
    [
        ("20 km north of Saraqib", 10_710),  # the ten is the last digit: 5 km, and 0.9 km of town
        ("about 20 km north of Saraqib", 14_584),
        ("23 km north of Saraqib", 9_400),
        ("20 km north-northeast of Saraqib", 7_390),  # a finer direction, to an eighth of a right angle
        ("20 km from Saraqib", 5_892),
        ("about 20 km from Saraqib", 10_892),
        ("25 km from Saraqib", 3_392),
        ("20.5 km from Saraqib", 942),
        ("10-16 km from Saraqib", 3_892),
        ("within 20 km of Saraqib", 20_892),
        ("north of Saraqib", 12_892),
        ("north of Aleppo", 40_000),
    ],
)
def test_an_area_is_as_large_as_its_words_leave_open(text: str, radius_m: int) -> None:
    (area,) = found_in(f"A village {text}.").values()
    assert area.radius_m == pytest.approx(radius_m, rel=0.01)


def test_an_area_says_where_its_words_stand() -> None:
    text = "Troops hold the area between Kharkiv and Izium; shells fell some 20 km (12 miles) north of Idlib."
    areas = found_in(text)
    assert {name: area.text for name, area in areas.items()} == {
        "Kharkiv": "between Kharkiv and Izium",
        "Idlib": "some 20 km (12 miles) north of",
    }
    assert all(text[area.start : area.end] == area.text for area in areas.values())
    assert areas["Kharkiv"].other == KNOWN["Izium"]


@pytest.mark.parametrize("role", [Role.METONYM, Role.DEMONYM, Role.EMBEDDED])
def test_a_name_that_does_not_mean_the_place_has_no_area(role: Role) -> None:
    assert found_in("A village 20 km north of Idlib", Idlib=role) == {}
    assert found_in("fighting between Homs and Hama", Hama=role) == {}


def test_what_lies_between_the_ends_of_a_road_that_is_drawn_is_that_road() -> None:
    text = "fighting between Homs and Hama on the M4"
    homs, hama = KNOWN["Homs"], KNOWN["Hama"]
    assert isinstance(homs, Place)
    assert isinstance(hama, Place)
    course = LineString([homs.lonlat, hama.lonlat])
    road = Line("road:M", "M", Kind.ROAD, course, Course.ROUTED, ends=(homs, hama))
    named = [*resolutions(text)[:2], Resolution(Toponym(38, 40, "M4"), road, 1.0)]
    assert find_vicinities(text, named) == {}
    assert len(find_vicinities(text, named[:2])) == 1


def test_a_place_that_is_not_sure_does_not_stand_for_the_area_that_it_is_told_by() -> None:
    text = "In Saraqib, 15 km east of Idlib, shops were open."
    saraqib, idlib = resolutions(text)
    doubtful = Resolution(saraqib.toponym, saraqib.referent, 0.3, is_asserted=False)
    nothing = Resolution(saraqib.toponym, None, 0.0)
    assert find_vicinities(text, [saraqib, idlib]) == {}
    assert [area.sort for area in find_vicinities(text, [doubtful, idlib]).values()] == [VicinitySort.OFFSET]
    assert [area.sort for area in find_vicinities(text, [nothing, idlib]).values()] == [VicinitySort.OFFSET]


def test_words_on_the_line_before_are_not_read() -> None:
    assert found_in("Weather: 20 km north of\nIdlib was quiet.") == {}


def test_a_hostile_text_is_read_in_time() -> None:
    text = "a few hundred " * 2_000 + "20 km " * 5_000 + "north of the " * 500 + "sea. " + "north of Idlib. " * 300
    assert len(find_vicinities(text, resolutions(text))) == 300


def test_the_way_from_article_to_atlas_keeps_the_areas() -> None:
    text = "Shells fell 20 km north of Idlib. Later, more fell 20 kilometres to the north of Idlib."
    atlas = Geoparser().parse([Document("a", text)])
    (area,) = atlas.areas
    assert area.words == "20 km north of Idlib"
    assert len(area.entry.mentions) == 2
    assert area.id == f"geonames:169389/offset-20000m-0deg-r{area.vicinity.radius_m:.0f}m"
    assert Atlas(atlas.documents, reversed(atlas.mentions)).areas == atlas.areas
