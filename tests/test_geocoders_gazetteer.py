"""A gazetteer as a geopy geocoder."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from geopy.exc import GeocoderQueryError, GeocoderUnavailable
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point

from geo.gazetteers.embedded import EmbeddedGazetteer
from geo.gazetteers.store import StoredGazetteer
from geo.geocoders import GazetteerGeocoder
from tests import small_world


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world.write(tmp_path_factory.mktemp("geocoder") / "small.sqlite")


@pytest.fixture
def geocoder(path: Path) -> GazetteerGeocoder:
    return GazetteerGeocoder(StoredGazetteer(path))


def one(answer: Location | list[Location] | None) -> Location:
    assert isinstance(answer, Location)
    return answer


def ids(answer: Location | list[Location] | None) -> list[str]:
    assert isinstance(answer, list)
    return [location.raw["id"].removeprefix("geonames:") for location in answer]


def test_a_gazetteer_answers_as_a_geopy_geocoder(geocoder: GazetteerGeocoder) -> None:
    location = one(geocoder.geocode("Idlib", timeout=3))
    assert isinstance(geocoder, Geocoder)
    assert location.address == "Idlib, Idlib Governorate, Syria"
    assert (location.latitude, location.longitude) == (35.93062, 36.63393)
    assert location.raw["id"] == "geonames:169389"
    assert (location.raw["population"], location.raw["match"]) == (128_840, "name")


def test_all_places_of_a_name_come_as_a_list(geocoder: GazetteerGeocoder) -> None:
    locations = geocoder.geocode("paris", exactly_one=False)
    assert ids(locations) == ["2988507", "4717560"]
    assert isinstance(locations, list)
    assert [location.address for location in locations] == ["Paris", "Paris, United States"]
    assert ids(geocoder.geocode("paris", exactly_one=False, limit=1)) == ["2988507"]


@pytest.mark.parametrize("exactly_one", [True, False])
@pytest.mark.parametrize("query", ["Xyzzyville", "", "Syrian", "\ud800", {"city": ""}, {}])
def test_a_name_of_no_place_is_none(
    geocoder: GazetteerGeocoder, query: str | dict[str, str], exactly_one: bool
) -> None:
    assert geocoder.geocode(query, exactly_one=exactly_one) is None


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("U.S.", "United States"),
        ("the Strait of Hormuz", "Strait of Hormuz"),
        ("Idlib province", "Idlib Governorate, Syria"),
        ("Jisr ash-Shughour", "Jisr ash Shughūr, Idlib Governorate, Syria"),
    ],
)
def test_other_forms_and_spellings_are_found(geocoder: GazetteerGeocoder, query: str, address: str) -> None:
    assert one(geocoder.geocode(query)).address == address


def test_weaker_matches_do_not_stand_beside_better_ones(geocoder: GazetteerGeocoder) -> None:
    assert ids(geocoder.geocode("us", exactly_one=False)) == ["2971316"]
    assert ids(geocoder.geocode("us", exactly_one=False, country_codes="US")) == ["6252001"]


def test_country_codes_leave_other_countries_out(geocoder: GazetteerGeocoder) -> None:
    assert ids(geocoder.geocode("Paris", exactly_one=False, country_codes="us")) == ["4717560"]
    assert ids(geocoder.geocode("Paris", exactly_one=False, country_codes=["US", "fr"])) == ["2988507", "4717560"]
    assert geocoder.geocode("Paris", country_codes=["SY"]) is None


def test_a_viewbox_comes_first_and_bounds_are_all_there_is(geocoder: GazetteerGeocoder) -> None:
    texas = [Point(36.5, -93.5), (25.8, -106.6)]
    assert ids(geocoder.geocode("Paris", exactly_one=False, viewbox=texas)) == ["4717560", "2988507"]
    assert ids(geocoder.geocode("Paris", exactly_one=False, viewbox=texas, bounded=True)) == ["4717560"]
    assert ids(geocoder.geocode("Paris", exactly_one=False, bounds=["25.8,-106.6", "36.5,-93.5"])) == ["4717560"]
    assert geocoder.geocode("Idlib", bounds=texas) is None
    with pytest.raises(GeocoderQueryError, match="a box has two corners, not 3"):
        geocoder.geocode("Paris", viewbox=[*texas, (0, 0)])


def test_near_puts_the_nearest_first(geocoder: GazetteerGeocoder) -> None:
    assert one(geocoder.geocode("Paris", near=Point(33, -97))).raw["country_code"] == "US"
    assert one(geocoder.geocode("Paris", near="48, 2")).raw["country_code"] == "FR"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"city": "Idlib", "country": "Syria"}, "169389"),
        ({"city": "Idlib", "state": "Idlib", "country": "Syria"}, "169389"),
        ({"state": "Idlib", "country": "Syria"}, "169387"),
        ({"country": "Syria"}, "163843"),
        ({"city": "Paris", "country": "US"}, "4717560"),
    ],
)
def test_a_structured_query_looks_inside_its_units(
    geocoder: GazetteerGeocoder, query: dict[str, str], expected: str
) -> None:
    assert one(geocoder.geocode(query)).raw["id"] == f"geonames:{expected}"


def test_a_structured_query_whose_units_do_not_hold_each_other_is_none(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.geocode({"city": "Idlib", "country": "US"}) is None
    assert geocoder.geocode({"city": "Idlib", "country": "Nowhere"}) is None


@pytest.mark.parametrize("query", [{"street": "Main St"}, {"city": "Paris", "postalcode": "75001"}, 7, None])
def test_other_queries_are_refused(geocoder: GazetteerGeocoder, query: object) -> None:
    with pytest.raises(GeocoderQueryError, match="a gazetteer answers names, or city, county, state, country"):
        geocoder.geocode(query)  # type: ignore[arg-type]


@pytest.mark.parametrize("query", [Point(35.9, 36.7), (35.9, 36.7), "35.9, 36.7"])
def test_a_point_gives_the_nearest_settlements(geocoder: GazetteerGeocoder, query: object) -> None:
    nearest = one(geocoder.reverse(query))
    assert nearest.address == "Sarmīn, Idlib Governorate, Syria"
    assert nearest.raw["distance_km"] == pytest.approx(2.3, abs=0.1)
    assert ids(geocoder.reverse(query, exactly_one=False, limit=2)) == ["164782", "169389"]
    assert ids(geocoder.reverse(query, exactly_one=False))[2:] == ["169023", "170063"]


def test_a_point_without_settlements_is_none_and_no_point_an_error(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.reverse((-60, 100)) is None
    with pytest.raises(ValueError, match="Failed to create Point"):
        geocoder.reverse("somewhere")


def test_it_works_behind_geopy_s_rate_limiter(geocoder: GazetteerGeocoder) -> None:
    ask = RateLimiter(geocoder.geocode, min_delay_seconds=0)
    assert [ask(name) and ask(name).raw["name"] for name in ("Idlib", "Nowhere")] == ["Idlib", None]


def test_it_pickles_and_has_no_network(geocoder: GazetteerGeocoder) -> None:
    copy = pickle.loads(pickle.dumps(geocoder))
    assert one(copy.geocode("Idlib")).raw == one(geocoder.geocode("Idlib")).raw
    with pytest.raises(GeocoderUnavailable, match="asks nothing online"):
        copy.adapter.get_text("http://127.0.0.1/", timeout=1, headers={})


def test_without_a_gazetteer_it_opens_the_world_when_first_asked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def open_embedded() -> EmbeddedGazetteer:
        opened.append(path)
        return EmbeddedGazetteer(path)

    monkeypatch.setattr("geo.gazetteers.embedded.open_embedded", open_embedded)
    geocoder = GazetteerGeocoder()
    assert opened == []
    assert one(geocoder.geocode("Idlib")).raw["id"] == "geonames:169389"
    assert one(geocoder.reverse((35.9, 36.7))).raw["name"] == "Sarmīn"
    assert opened == [path]
    copy = pickle.loads(pickle.dumps(geocoder))
    assert opened == [path]
    assert one(copy.geocode("Aleppo")).raw["name"] == "Aleppo"
    assert opened == [path, path]
