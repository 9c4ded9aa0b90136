from __future__ import annotations

from dataclasses import replace

import pytest

from geo.gazetteers import NameKind
from geo.gazetteers.records import Record
from geo.gazetteers.world.merge import Tables, merge
from geo.gazetteers.world.readers import Country, Feature, Town, Unit
from geo.model import Kind

IDLIB = Town(169389, "Idlib", 36.63393, 35.93062, "SY", "12", 128_840, ("Idleb", "IDL"))
ARIHA = Town(172994, "Arīḩā", 36.60914, 35.81411, "SY", "12", 0, ())
TABLES = Tables(
    towns=(IDLIB, ARIHA),
    feature_codes={169389: "PPLA"},
    countries=(
        Country(163843, "SY", "Syria", "Damascus", 16_906_283),
        Country(3573511, "AI", "Anguilla", "Idlib", 13_254),
        Country(6697173, "AQ", "Antarctica", "", 0),
        Country(8505033, "CS", "Serbia and Montenegro", "Belgrade", 10_829_175),
    ),
    country_names={163843: ("Syrian Arab Republic", "SYR")},
    units={
        169387: Unit(169387, "SY.12", "Idlib", has_iso_name=True, alternates=("Idlib Governorate",)),
        8537261: Unit(8537261, "SY.12.8537261", "Ariha District", has_iso_name=False, alternates=()),
        888: Unit(888, "SY.78", "Labelled", has_iso_name=False, alternates=()),
        777: Unit(777, "SY.12.777", "Arīḩā Municipality", has_iso_name=False, alternates=()),
        999: Unit(999, "SY.77", "Nowhere", has_iso_name=False, alternates=()),
    },
    town_units={172994: "SY.12.8537261", 169389: "SY.12"},
    features={
        163843: Feature(163843, Kind.COUNTRY, "Syrian Arab Republic", 38.0, 35.0, "SY", 16_906_283, ("Syrie",)),
        169387: Feature(169387, Kind.ADMIN1, "Idlib Governorate", 36.66667, 35.76667, "SY", 1_501_000, ("Idleb",)),
        182763: Feature(182763, Kind.ADMIN1, "Nyanza Province", 34.5, -0.5, "KE", 4_392_196, ()),
        6269133: Feature(6269133, Kind.REGION, "Middle East", 35.85869, 33.13906, "", 371_400_000, ()),
    },
    label_points={169387: (1.0, 1.0), 888: (36.5, 35.7)},
    territory_points={"AQ": (0.0, -80.0)},
)


@pytest.fixture(scope="module")
def merged() -> dict[int, Record]:
    return {record.number: record for record in merge(TABLES)}


def test_a_unit_stands_at_the_point_that_geonames_gives_it(merged: dict[int, Record]) -> None:
    governorate = merged[169387]
    assert (governorate.lon, governorate.lat) == (36.66667, 35.76667)
    assert (governorate.name, governorate.code, governorate.feature_code) == ("Idlib Governorate", "SY.12", "ADM1")
    assert governorate.keys == {
        "idlib governorate": NameKind.PRIMARY,
        "idlib": NameKind.ALTERNATE,
        "idleb": NameKind.ALTERNATE,
    }


def test_a_unit_without_one_stands_amid_its_towns_and_one_without_towns_is_left_out(merged: dict[int, Record]) -> None:
    district = merged[8537261]
    assert (district.lon, district.lat) == pytest.approx((ARIHA.lon, ARIHA.lat))
    assert (district.admin1, district.admin2, district.population) == ("12", "8537261", None)
    assert 999 not in merged


def test_towns_weigh_by_the_square_root_of_population_across_the_antimeridian() -> None:
    west = Town(1, "Levuka", 179.0, -10.0, "FJ", "01", 99, ())
    east = Town(2, "Naselesele", -179.0, -14.0, "FJ", "01", 0, ())
    unit = Unit(3, "FJ.01", "Lau", has_iso_name=False, alternates=())
    tables = replace(TABLES, towns=(west, east), units={3: unit}, town_units={}, features={}, countries=())
    (lau,) = (record for record in merge(tables) if record.kind is Kind.ADMIN1)
    # Weights 10 and 1: an eleventh of the way from 179 to 181.
    assert (lau.lon, lau.lat) == pytest.approx((179 + 2 / 11, -10 - 4 / 11))


def test_a_town_belongs_to_the_unit_that_is_linked_to_it(merged: dict[int, Record]) -> None:
    ariha = merged[172994]
    assert (ariha.country, ariha.admin1, ariha.admin2, ariha.population) == ("SY", "12", "8537261", None)
    assert ariha.feature_code == "PPL"


def test_a_link_into_another_country_is_not_followed() -> None:
    tables = replace(TABLES, town_units={169389: "TR.63.1"})
    (idlib,) = (record for record in merge(tables) if record.number == 169389)
    assert (idlib.country, idlib.admin1, idlib.admin2) == ("SY", "12", None)


def test_codes_among_the_alternate_names_are_dropped(merged: dict[int, Record]) -> None:
    assert merged[169389].keys == {"idlib": NameKind.PRIMARY, "idleb": NameKind.ALTERNATE}


def test_a_country_has_its_short_name_and_is_found_by_the_others(merged: dict[int, Record]) -> None:
    syria = merged[163843]
    assert (syria.name, syria.lon, syria.lat, syria.code) == ("Syria", 38.0, 35.0, "SY")
    assert syria.keys == {
        "syria": NameKind.PRIMARY,
        "syrian arab republic": NameKind.ALTERNATE,
        "syrie": NameKind.ALTERNATE,
    }


def test_a_territory_without_a_point_stands_in_its_table_or_is_left_out(merged: dict[int, Record]) -> None:
    assert (merged[6697173].lon, merged[6697173].lat) == (0.0, -80.0)
    assert 8505033 not in merged


def test_a_main_town_of_the_same_name_in_another_country_does_not_place_a_territory(merged: dict[int, Record]) -> None:
    assert 3573511 not in merged


def test_a_territory_without_a_point_stands_at_its_main_town() -> None:
    valley = Town(3573374, "The Valley", -63.05783, 18.21704, "AI", "", 2_035, ())
    anguilla = Country(3573511, "AI", "Anguilla", "The Valley", 13_254)
    tables = replace(TABLES, towns=(valley,), countries=(anguilla,))
    (record,) = (record for record in merge(tables) if record.number == 3573511)
    assert (record.lon, record.lat) == (-63.05783, 18.21704)


def test_a_dissolved_unit_keeps_its_names_without_a_code(merged: dict[int, Record]) -> None:
    nyanza = merged[182763]
    assert (nyanza.kind, nyanza.country, nyanza.code, nyanza.feature_code) == (Kind.ADMIN1, "KE", None, None)
    assert nyanza.keys == {"nyanza province": NameKind.PRIMARY, "nyanza": NameKind.ALTERNATE}


def test_a_region_may_span_countries(merged: dict[int, Record]) -> None:
    assert (merged[6269133].kind, merged[6269133].country) == (Kind.REGION, None)


def test_a_unit_without_a_point_of_geonames_stands_at_its_label(merged: dict[int, Record]) -> None:
    assert (merged[888].lon, merged[888].lat) == (36.5, 35.7)
    assert (merged[169387].lon, merged[169387].lat) == (36.66667, 35.76667)


def test_a_unit_without_towns_stands_at_the_only_town_of_its_name_around(merged: dict[int, Record]) -> None:
    assert (merged[777].lon, merged[777].lat) == (36.60914, 35.81411)
    namesake = replace(TABLES, towns=(*TABLES.towns, replace(ARIHA, geonameid=1)), town_units={})
    assert 777 not in {record.number for record in merge(namesake)}
