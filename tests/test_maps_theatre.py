from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from shapely import LineString

import maps.theatre
from geo.atlas import Atlas
from geo.extent import Extent, great_circle_km
from geo.model import Course, Document, Kind, Line, Mention, Place, Referent, Role, Vicinity, VicinitySort
from maps.theatre import CORE_SHARE, MIN_REACH_KM, REACH, find_theatre
from tests.crowd_world import crowd
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


def region(random: Random, spots: int) -> Atlas:
    """Invent a story about the towns of one region, some of another and some far ones, each mentioned a few times."""
    hearts = [(random.uniform(-170, 170), random.uniform(-50, 60)) for _ in range(2)]
    said: list[tuple[Referent, int]] = []
    for number in range(spots):
        lon, lat = random.choices(hearts, (5, 1))[0]
        if random.random() < 0.85:
            lon, lat = lon + random.gauss(0, 1.5), lat + random.gauss(0, 1.5)
        else:
            lon, lat = random.uniform(-180, 180), random.uniform(-60, 70)
        said.append((settlement(str(number), lon, lat), random.choice((1, 1, 1, 2, 5))))
    return crowded(said)


def crowded(said: list[tuple[Referent, int]]) -> Atlas:
    document = Document("a", "X" * sum(count for _, count in said))
    mentioned = [referent for referent, count in said for _ in range(count)]
    return Atlas([document], [mention(document, "X", each, after=at) for at, each in enumerate(mentioned)])


def heart_by_the_book(story: Atlas) -> tuple[Place, float]:
    """Return the heart of a story and the radius of its core, from the distances of every pair of places."""
    weights = {entry.referent: 0.9 * len(entry.mentions) for entry in story.places}

    def radius(heart: Place) -> float:
        held = 0.0
        by_distance = sorted((great_circle_km(heart.lonlat, place.lonlat), weights[place]) for place in weights)
        for distance, weight in by_distance:
            held += weight
            if held >= CORE_SHARE * sum(weights.values()):
                return distance
        raise AssertionError("a core holds less than the story")

    best = min(weights, key=lambda place: (radius(place), -weights[place], place.id))
    return best, radius(best)


@pytest.mark.parametrize("seed", range(5))
def test_the_view_holds_the_places_around_the_heart_of_the_story(seed: int) -> None:
    told = region(Random(seed), 60)
    heart, radius_km = heart_by_the_book(told)
    reach_km = max(MIN_REACH_KM, REACH * radius_km)
    near = [e.referent for e in told.places if great_circle_km(heart.lonlat, e.referent.lonlat) <= reach_km]
    assert len(told.places) > len(near) > len(told.places) / 2
    assert find_theatre(told).extent == Extent.around(place.lonlat for place in near)


@pytest.mark.parametrize("seed", range(5))
def test_trying_a_sample_of_many_places_finds_what_trying_each_finds(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = region(Random(seed), maps.theatre.EVERY_SPOT + 200)
    sampled = find_theatre(told)
    monkeypatch.setattr(maps.theatre, "EVERY_SPOT", 10_000)
    assert find_theatre(told) == sampled


def test_a_corpus_about_the_world_shows_it_without_the_poles() -> None:
    world, _ = crowd(20, 900, 800)
    found = find_theatre(world)
    assert (found.extent.south, found.extent.north) == (-56.0, 75.0)
    assert found.main == world.places[0].referent


def test_an_area_that_the_story_tells_of_is_in_the_theatre() -> None:
    document = Document("a", "A boat sank 150 km east of Suva.")
    suva = Place("x:1", "Suva", Kind.SETTLEMENT, 178.44, -18.14, country_code="FJ")
    plain = mention(document, "Suva", suva)
    east = Vicinity(VicinitySort.OFFSET, 12, 27, "150 km east of", 30_000, distance_m=150_000, bearing_deg=90.0)
    for said, is_inside in ((plain, False), (replace(plain, vicinity=east), True)):
        theatre = find_theatre(Atlas([document], [said]))
        assert theatre.extent.contains((179.85, -18.14)) is is_inside
