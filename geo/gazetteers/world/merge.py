"""Joins the source tables into one record a place.

Points are GeoNames' own wherever a package has them. A unit without one is placed at Natural Earth's label, else at the
mean of its towns, weighted by the square root of their populations, else at the only town of its name around; a
territory without one at its main town.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...model import Kind
from .. import NameKind
from ..naming import bare_name, primary_key, shown_unit_name
from ..records import Record
from .readers import Country, Feature, Town, Unit

_WORLD_KINDS = {Kind.CONTINENT: "CONT", Kind.REGION: "RGN"}
_POLITICAL_ENTITY = "PCL"
_UNIT_KINDS = {1: (Kind.ADMIN1, "ADM1"), 2: (Kind.ADMIN2, "ADM2")}


@dataclass(frozen=True, slots=True)
class Tables:
    """What the packages hold, as their readers give it."""

    towns: Iterable[Town]
    """Populated places."""
    feature_codes: Mapping[int, str]
    """Feature codes of populated places; those not listed are PPL."""
    countries: Iterable[Country]
    """Countries and territories."""
    country_names: Mapping[int, tuple[str, ...]]
    """More names of countries, by GeoNames id."""
    units: Mapping[int, Unit]
    """First- and second-level units, by GeoNames id."""
    town_units: Mapping[int, str]
    """Code of the smallest unit of each town, by the town's GeoNames id."""
    features: Mapping[int, Feature]
    """Features with GeoNames' own points, by GeoNames id."""
    label_points: Mapping[int, tuple[float, float]]
    """``lonlat`` of the labels that Natural Earth gives units, by GeoNames id."""
    territory_points: Mapping[str, tuple[float, float]]
    """``lonlat`` of territories that have neither a point nor a main town in the other tables, by country code."""


def merge(tables: Tables) -> list[Record]:
    """Return one record for every place that has a point, each id once."""
    towns = [_town(town, tables) for town in tables.towns]
    records = {record.number: record for record in (*towns, *_world(tables), *_countries(tables, towns))}
    for unit in _units(tables, towns):
        records.setdefault(unit.number, unit)
    return list(records.values())


def _town(town: Town, tables: Tables) -> Record:
    country, _, unit = tables.town_units.get(town.geonameid, "").partition(".")
    admin1, _, admin2 = unit.partition(".") if country == town.country else (town.admin1, "", "")
    record = Record(
        number=town.geonameid,
        name=town.name,
        kind=Kind.SETTLEMENT,
        lon=town.lon,
        lat=town.lat,
        feature_code=tables.feature_codes.get(town.geonameid, "PPL"),
        country=town.country or None,
        admin1=admin1 or None,
        admin2=admin2 or None,
        population=town.population or None,
    )
    record.file_alternates(*town.alternates)
    return record


def _world(tables: Tables) -> Iterable[Record]:
    """Yield continents and regions."""
    for feature in tables.features.values():
        if feature.kind in _WORLD_KINDS:
            record = Record(
                number=feature.geonameid,
                name=feature.name,
                kind=feature.kind,
                lon=feature.lon,
                lat=feature.lat,
                feature_code=_WORLD_KINDS[feature.kind],
                country=feature.country or None,
                population=feature.population or None,
            )
            record.file_alternates(*feature.alternates)
            yield record


def _countries(tables: Tables, towns: Iterable[Record]) -> Iterable[Record]:
    """Yield every country and territory that has a point."""
    named = {
        (town.country, key): town
        for town in sorted(towns, key=lambda town: town.rank, reverse=True)
        for key in town.keys
    }
    for country in tables.countries:
        feature = tables.features.get(country.geonameid)
        placed = feature or named.get((country.code, primary_key(country.capital) or ""))
        lonlat = (placed.lon, placed.lat) if placed else tables.territory_points.get(country.code)
        if lonlat is None:
            continue
        record = Record(
            number=country.geonameid,
            name=country.name,
            kind=Kind.COUNTRY,
            lon=lonlat[0],
            lat=lonlat[1],
            feature_code=_POLITICAL_ENTITY,
            country=country.code,
            population=country.population or None,
            code=country.code,
        )
        record.file_alternates(*tables.country_names.get(country.geonameid, ()))
        if feature:
            record.file_alternates(feature.name, *feature.alternates)
        yield record


def _units(tables: Tables, towns: list[Record]) -> Iterable[Record]:
    """Yield every first- and second-level unit that has a point."""
    members = _members(towns)
    for unit in tables.units.values():
        feature = tables.features.get(unit.geonameid)
        point = (
            (feature.lon, feature.lat)
            if feature
            else tables.label_points.get(unit.geonameid)
            or _middle(members.get(unit.code, ()))
            or _namesake(unit, members)
        )
        if point:
            yield _unit(unit, feature, point)
    for feature in tables.features.values():
        if feature.kind in (Kind.ADMIN1, Kind.ADMIN2) and feature.geonameid not in tables.units:
            yield _former_unit(feature)


def _unit(unit: Unit, feature: Feature | None, lonlat: tuple[float, float]) -> Record:
    country, admin1, *admin2 = unit.code.split(".", 2)
    kind, feature_code = _UNIT_KINDS[2 if admin2 else 1]
    record = Record(
        number=unit.geonameid,
        # ISO's names are in the script of its own romanisation ("Ḩalab"); GeoNames shows what news writes ("Aleppo").
        name=shown_unit_name(feature.name if feature and unit.has_iso_name else unit.name),
        kind=kind,
        lon=lonlat[0],
        lat=lonlat[1],
        feature_code=feature_code,
        country=country,
        admin1=admin1,
        admin2=admin2[0] if admin2 else None,
        population=(feature.population or None) if feature else None,
        code=unit.code,
    )
    shown = [unit.name, feature.name] if feature else [unit.name]
    for name in shown:
        record.file_under(primary_key(name), NameKind.ALTERNATE)
    record.file_alternates(*unit.alternates, *(feature.alternates if feature else ()))
    if kind is Kind.ADMIN1:
        _file_bare_names(record, *shown, *unit.alternates)
    return record


def _former_unit(feature: Feature) -> Record:
    """Return a unit that GeoNames has since dissolved or renumbered: news of its time still names it."""
    record = Record(
        number=feature.geonameid,
        name=shown_unit_name(feature.name),
        kind=feature.kind,
        lon=feature.lon,
        lat=feature.lat,
        country=feature.country or None,
        population=feature.population or None,
    )
    record.file_alternates(feature.name, *feature.alternates)
    if feature.kind is Kind.ADMIN1:
        _file_bare_names(record, feature.name, *feature.alternates)
    return record


def _file_bare_names(record: Record, *names: str) -> None:
    for bare in filter(None, map(bare_name, names)):
        record.file_under(primary_key(bare), NameKind.ALTERNATE)


def _members(towns: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the towns of each unit, by unit code."""
    members: dict[str, list[Record]] = {}
    for town in towns:
        if town.country and town.admin1:
            members.setdefault(f"{town.country}.{town.admin1}", []).append(town)
            if town.admin2:
                members.setdefault(f"{town.country}.{town.admin1}.{town.admin2}", []).append(town)
    return members


def _middle(towns: Iterable[Record]) -> tuple[float, float] | None:
    """Return the mean (longitude, latitude) of towns, weighted by the square root of population; None for no towns.

    Longitudes are measured from one of the towns, so that a unit across the antimeridian stays in one piece. Sums and
    square roots are rounded alike on every machine, which sines are not.
    """
    towns = sorted(towns, key=lambda town: town.number)
    if not towns:
        return None
    origin = towns[0].lon
    weighted = [(math.sqrt((town.population or 0) + 1), _wrapped(town.lon - origin), town.lat) for town in towns]
    total = math.fsum(weight for weight, _, _ in weighted)
    lon = math.fsum(weight * lon for weight, lon, _ in weighted) / total
    lat = math.fsum(weight * lat for weight, _, lat in weighted) / total
    return _wrapped(origin + lon), lat


def _namesake(unit: Unit, members: Mapping[str, Sequence[Record]]) -> tuple[float, float] | None:
    """Return the (longitude, latitude) of the only town around that is called like a second-level unit, or None."""
    around = members.get(unit.code.rpartition(".")[0], ())
    keys = {primary_key(name) for name in (unit.name, bare_name(unit.name)) if name}
    towns = [town for town in around if primary_key(town.name) in keys]
    return (towns[0].lon, towns[0].lat) if len(towns) == 1 else None


def _wrapped(degrees: float) -> float:
    """Bring a longitude, or the difference of two, into -180 to 180."""
    return (degrees + 180) % 360 - 180
