"""Searching for a name that somebody asks about."""

from __future__ import annotations

import pytest

from geo.gazetteers import NameKind
from geo.gazetteers.search import Found, Tier, search, strongest
from geo.gazetteers.store import StoredGazetteer
from geo.model import Kind
from tests import small_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> StoredGazetteer:
    return StoredGazetteer(small_world.write(tmp_path_factory.mktemp("search") / "small.sqlite"))


def ids(found: list[Found]) -> list[str]:
    return [one.place.id.removeprefix("geonames:") for one in found]


@pytest.mark.parametrize(
    ("written", "best", "match"),
    [
        ("Jisr al-Shughur", "169023", "newsroom name"),
        ("jisr AL shughur", "169023", "newsroom name"),
        ("Jisr ash-Shughour", "169023", "other spelling"),
        ("إدلب", "169389", "other name"),
        ("حلب", "170063", "other name"),
        ("Idlib", "169389", "name"),
        ("Idlib province", "169387", "without 'province'"),
        ("Strait of Hormuz", "placelines:strait-of-hormuz", "name"),
        ("Sahel", "2425938", "name"),
        ("Ala.", "4829764", "abbreviation"),
        ("U.S.", "6252001", "abbreviation"),
        ("US", "6252001", "abbreviation"),
        ("Syrian", "163843", "demonym"),
        ("Paris", "2988507", "name"),
    ],
)
def test_the_place_that_news_means_comes_first(world: StoredGazetteer, written: str, best: str, match: str) -> None:
    found = search(world, written)[0]
    assert (found.place.id.removeprefix("geonames:"), found.match) == (best, match)


def test_each_place_comes_once_by_its_best_match(world: StoredGazetteer) -> None:
    found = search(world, "Idlib", fuzzy=2)
    assert ids(found) == ["169389", "169387"]
    assert [one.tier for one in found] == [Tier.NAME, Tier.NAME]
    assert [one.name_kind for one in found] == [NameKind.PRIMARY, NameKind.ALTERNATE]


def test_small_letters_find_an_abbreviation_behind_the_names(world: StoredGazetteer) -> None:
    found = search(world, "us")
    assert [(one.place.name, one.tier) for one in found] == [("Us", Tier.NAME), ("United States", Tier.CASE)]
    assert [one.place.name for one in search(world, "US")] == ["United States", "Us"]


def test_country_and_kinds_leave_others_out(world: StoredGazetteer) -> None:
    assert ids(search(world, "Paris", country="US")) == ["4717560"]
    assert ids(search(world, "Sahel", kinds={Kind.ADMIN1})) == ["6930713"]
    assert search(world, "Paris", country="DE") == []
    assert ids(search(world, "Jisr ash-Shughour", country="SY")) == ["169023"]
    assert search(world, "Jisr ash-Shughour", country="US") == []


def test_near_puts_the_nearest_first(world: StoredGazetteer) -> None:
    assert ids(search(world, "Paris", near=(-97.0, 33.0))) == ["4717560", "2988507"]
    assert ids(search(world, "Paris", near=(2.0, 48.0))) == ["2988507", "4717560"]


def test_the_limit_holds_and_none_is_all(world: StoredGazetteer) -> None:
    assert ids(search(world, "Paris", limit=1)) == ["2988507"]
    assert len(search(world, "Paris", limit=None)) == 2


def test_typing_errors_are_forgiven_on_request_only(world: StoredGazetteer) -> None:
    assert search(world, "Strait of Homruz") == []
    (found,) = search(world, "Strait of Homruz", fuzzy=1)
    assert (found.place.name, found.match, found.tier) == ("Strait of Hormuz", "1 letter off", Tier.ERRORS)
    assert search(world, "Strate of Hormus", fuzzy=1) == []
    assert [one.match for one in search(world, "Sttrait of Hormus", fuzzy=2)] == ["2 letters off"]


def test_short_names_forgive_less(world: StoredGazetteer) -> None:
    assert search(world, "ut", fuzzy=2) == []
    assert ids(search(world, "Pari", fuzzy=2)) == ["2988507", "4717560"]
    assert search(world, "Pare", fuzzy=2) == []


def test_the_strongest_are_those_found_like_the_first(world: StoredGazetteer) -> None:
    assert [one.place.name for one in strongest(search(world, "us"))] == ["Us"]
    assert strongest([]) == []


@pytest.mark.parametrize("written", ["", " ", "?!", "\ud800", "x" * 10_000, "a\0b", "%", "' OR 1=1 --", "[red]"])
def test_what_is_no_name_finds_nothing(world: StoredGazetteer, written: str) -> None:
    assert search(world, written, fuzzy=2) == []


def test_a_store_reads_all_its_keys_for_those_a_few_errors_away(world: StoredGazetteer) -> None:
    assert world.keys_like("idlip", 1) == ((1, "idlib"),)
    assert world.keys_like("idlib", 1) == ((1, "idleb"),)
    assert world.keys_like("ildeb", 2) == ((1, "idleb"), (2, "idlib"))
    assert world.keys_like("xyzzyville", 2) == ()
