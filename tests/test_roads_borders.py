"""Borders of two countries from their areas."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from shapely import LineString, MultiLineString, MultiPolygon, Polygon, box, multipolygons

from geo.gazetteers.embedded import open_embedded
from geo.lines import length_m
from geo.model import Course, Kind, Origin, Place
from geo.roads import RoadSource, Sought
from geo.roads.borders import BorderLines
from tests.world import EmptyGazetteer

LENGTHS_KM = {
    "SY-TR": 909,
    "CA-US": 8891,
    "MX-US": 3145,
    "RU-UA": 1975,
    "SD-TD": 1403,
    "SD-SS": 2000,
    "IN-PK": 3190,
    "BY-PL": 418,
    "AF-PK": 2640,
    "IQ-SY": 599,
    "IQ-TR": 367,
    "ES-FR": 646,
    "KZ-RU": 7644,
    "NO-SE": 1666,
    "JO-SY": 379,
    "KP-KR": 237,
    "ER-ET": 1033,
}
"""As published (CIA World Factbook, "Land boundaries"); generalised lines are shorter."""


def sought(*countries: str) -> Sought:
    return Sought(Kind.BORDER, ("border",), countries)


@dataclass
class Countries(EmptyGazetteer):
    """A gazetteer of three countries: AA and BB touch, all but a step of the grid, and CC is far away."""

    shapes: dict[str, MultiPolygon] = field(
        default_factory=lambda: {
            "AA": multipolygons([box(0, 0, 1, 2)]),
            "BB": multipolygons([Polygon([(1, 0), (1.001, 1), (1, 2), (2, 2), (2, 0)])]),
            "CC": multipolygons([box(3, 0, 4, 2)]),
        }
    )

    def shape(self, code: str) -> MultiPolygon | None:
        return self.shapes.get(code)

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        return Place("geonames:1", "Aland", Kind.COUNTRY, 0.5, 1) if country_code == "AA" else None


@pytest.fixture(scope="module")
def borders() -> BorderLines:
    return BorderLines(open_embedded())


def test_it_is_a_source_of_roads() -> None:
    source: RoadSource = BorderLines(Countries())
    assert source.origin is Origin.AREAS
    assert source.between(Kind.BORDER, (0, 0), (1, 1)) == ()


def test_the_edge_that_two_countries_share() -> None:
    (border,) = BorderLines(Countries()).named(sought("BB", "AA"))
    assert border.geometry == LineString([(1, 0), (1, 2)])
    assert (border.id, border.name) == ("border:AA-BB", "Aland – BB border")
    assert (border.kind, border.course, border.origin) == (Kind.BORDER, Course.GENERALISED, Origin.AREAS)
    assert (border.source, border.country_code, border.attribution) == ("GeoNames areas", None, None)


@pytest.mark.parametrize(
    "wanted",
    [
        sought("AA", "CC"),
        sought("AA", "ZZ"),
        sought("AA"),
        sought("AA", "AA"),
        sought("AA", "BB", "CC"),
        Sought(Kind.ROAD, ("A1",), ("AA", "BB")),
    ],
)
def test_what_has_no_border_has_none(wanted: Sought) -> None:
    assert BorderLines(Countries()).named(wanted) == ()


@pytest.mark.parametrize(("pair", "km"), LENGTHS_KM.items())
def test_borders_of_the_world_are_about_as_long_as_published(borders: BorderLines, pair: str, km: float) -> None:
    (border,) = borders.named(sought(*pair.split("-")))
    assert border.id == f"border:{pair}"
    assert 0.75 * km <= length_m(border.geometry) / 1000 <= 1.05 * km


def test_the_border_of_syria_and_turkey_runs_from_the_sea_to_the_tigris(borders: BorderLines) -> None:
    (border,) = borders.named(sought("TR", "SY"))
    assert border.name == "Syria – Turkey border"
    assert border.geometry.geom_type == "LineString"
    assert border.geometry.bounds == pytest.approx((35.9, 35.8, 42.4, 37.3), abs=0.1)
    assert border.source.endswith(" areas")


def test_both_borders_of_alaska_and_the_south_are_found(borders: BorderLines) -> None:
    (border,) = borders.named(sought("US", "CA"))
    assert isinstance(border.geometry, MultiLineString)
    assert border.geometry.bounds == pytest.approx((-141, 41.7, -66.9, 69.7), abs=0.3)


def test_countries_with_the_sea_between_them_have_no_border(borders: BorderLines) -> None:
    assert borders.named(sought("GB", "FR")) == ()
    assert borders.named(sought("EG", "SA")) == ()
