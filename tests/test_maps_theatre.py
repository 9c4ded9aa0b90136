from __future__ import annotations

import pytest
from shapely import LineString

from geo.atlas import Atlas
from geo.extent import great_circle_km
from geo.model import Course, Document, Kind, Line, Mention, Place, Referent, Role
from maps.theatre import find_theatre
from tests.story import ANKARA, MOSCOW, WASHINGTON, story
from tests.world import ALEPPO, IDLIB, LATAKIA, M4, SYRIA, mention

DAMASCUS = Place("geonames:170654", "Damascus", Kind.SETTLEMENT, 36.29128, 33.5102, "PPLC", "SY")


def atlas(*said: Referent | tuple[Referent, Role] | tuple[Referent, int]) -> Atlas:
    """Make an atlas in which referents are mentioned once, or so many times, or in a role."""
    mentions: list[Mention] = []
    text = "X" * 99
    document = Document("a", text)
    for item in said:
        referent, extra = item if isinstance(item, tuple) else (item, 1)
        role = extra if isinstance(extra, Role) else Role.LITERAL
        for _ in range(extra if isinstance(extra, int) else 1):
            mentions.append(mention(document, "X", referent, after=len(mentions), role=role))
    return Atlas([document], mentions)


def settlement(name: str, lon: float, lat: float) -> Place:
    return Place(f"x:{name}", name, Kind.SETTLEMENT, lon, lat)


def test_a_story_is_shown_where_most_of_it_plays() -> None:
    theatre = find_theatre(story())
    assert theatre.main == IDLIB
    for place in (IDLIB, ALEPPO, LATAKIA):
        assert theatre.extent.contains(place.lonlat)
    for place in (DAMASCUS, ANKARA, MOSCOW, WASHINGTON):
        assert not theatre.extent.contains(place.lonlat)


def test_a_far_capital_does_not_widen_the_view_even_when_it_is_a_location() -> None:
    theatre = find_theatre(atlas((IDLIB, 6), ALEPPO, LATAKIA, MOSCOW))
    assert theatre.extent.width < 2


def test_a_capital_is_the_theatre_when_the_story_plays_there() -> None:
    theatre = find_theatre(atlas((MOSCOW, 5), IDLIB))
    assert theatre.main == MOSCOW
    assert not theatre.extent.contains(IDLIB.lonlat)


def test_a_road_within_reach_is_shown_whole() -> None:
    theatre = find_theatre(atlas((IDLIB, 3), M4))
    assert theatre.extent.contains(ALEPPO.lonlat)
    assert theatre.extent.contains(LATAKIA.lonlat)


def test_a_road_across_the_continent_does_not_widen_the_view() -> None:
    road = Line("x:r", "E80", Kind.ROAD, LineString([(-9.1, 38.7), (29.0, 41.0), (44.0, 39.6)]), Course.SURVEYED)
    assert find_theatre(atlas((IDLIB, 3), road)).extent.width < 2


def test_roads_alone_are_a_theatre_without_a_main_place() -> None:
    theatre = find_theatre(atlas(M4, (SYRIA, Role.LITERAL)))
    assert theatre.main is None
    assert theatre.extent.contains(ALEPPO.lonlat)


def test_a_single_town_is_shown_with_the_country_around_it() -> None:
    theatre = find_theatre(atlas(IDLIB))
    assert theatre.extent.width == pytest.approx(0.9)
    assert theatre.centre == pytest.approx(IDLIB.lonlat)


def test_a_story_about_the_whole_world_shows_all_of_it() -> None:
    cities = [settlement("a", 2.3, 48.9), settlement("b", 139.7, 35.7), settlement("c", -74.0, 40.7)]
    theatre = find_theatre(atlas(*cities))
    assert all(theatre.extent.contains(city.lonlat) for city in cities)


def test_a_story_that_names_only_a_country_shows_the_country() -> None:
    theatre = find_theatre(atlas(SYRIA))
    assert theatre.main == SYRIA
    assert 8 <= theatre.extent.width <= 12


def test_metonyms_are_the_theatre_only_when_there_is_nothing_else() -> None:
    only = find_theatre(atlas((MOSCOW, Role.METONYM)))
    assert only.main == MOSCOW
    assert find_theatre(atlas((MOSCOW, Role.METONYM), IDLIB)).main == IDLIB


def test_an_atlas_without_places_shows_the_world() -> None:
    theatre = find_theatre(Atlas())
    assert theatre.main is None
    assert theatre.extent.width > 300


def test_neighbours_across_the_antimeridian_make_a_narrow_view() -> None:
    suva, apia = settlement("suva", 178.4, -18.1), settlement("apia", -171.8, -13.8)
    theatre = find_theatre(atlas(suva, apia))
    (west, _), (east, _) = theatre.corners
    assert (west, east) == pytest.approx((178.4, 188.2))
    assert theatre.beside(apia.lonlat) == pytest.approx((188.2, -13.8))
    assert theatre.beside(suva.lonlat) == pytest.approx((178.4, -18.1))


def test_places_at_the_poles_stay_on_a_web_map() -> None:
    extent = find_theatre(atlas(settlement("pole", 0.0, 90.0))).extent
    assert 80 < extent.south <= extent.north < 85.05


def test_the_order_of_the_mentions_does_not_matter() -> None:
    places = [IDLIB, ALEPPO, LATAKIA, MOSCOW]
    assert find_theatre(atlas(*places)) == find_theatre(atlas(*reversed(places)))


def test_the_main_place_is_the_most_mentioned_one_of_the_view() -> None:
    theatre = find_theatre(atlas((ALEPPO, 3), (IDLIB, 2), (WASHINGTON, 2)))
    assert theatre.main == ALEPPO
    assert great_circle_km(ALEPPO.lonlat, IDLIB.lonlat) < 100


def test_a_place_inside_a_name_counts_only_where_no_local_place_is_meant() -> None:
    embedded = (LATAKIA, Role.EMBEDDED)
    assert find_theatre(atlas(embedded, SYRIA)).main == LATAKIA
    assert find_theatre(atlas(embedded, IDLIB)).main == IDLIB
