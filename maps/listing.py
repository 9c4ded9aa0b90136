"""Places as somebody who asks for one sees them: the rows of a table, and records of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TypeAlias

from geo.gazetteers import Gazetteer
from geo.gazetteers.search import Found

from . import console
from .console import Column

Record: TypeAlias = dict[str, object]

_COLUMNS = (
    Column("Name", 16, is_folded=True),
    Column("Km", 6, is_number=True),
    Column("Kind", 10, dispensable=5),
    Column("Unit", 14, is_folded=True, dispensable=3),
    Column("Country", 7, dispensable=6),
    Column("Lat", 8, is_number=True),
    Column("Lon", 9, is_number=True),
    Column("Population", 10, is_number=True, dispensable=1),
    Column("Match", 12, dispensable=2),
    Column("Gazetteer id", 15, is_folded=True, dispensable=4),
)


def of_found(found: Found, gazetteer: Gazetteer) -> Record:
    """Return the record of a place that a search found."""
    return record({**asdict(found.place), "match": found.match}, gazetteer)


def record(place: Mapping[str, object], gazetteer: Gazetteer) -> Record:
    """Return the record of a place.

    Parameters
    ----------
    place
        The fields of `geo.model.Place` by name, and ``match``: how a name led to it, None where no name was asked for.
    gazetteer
        Names its first-level unit.
    """
    country, admin1 = place["country_code"], place["admin1_code"]
    unit = gazetteer.unit(str(country), str(admin1)) if country is not None and admin1 is not None else None
    return {
        "id": place["id"],
        "name": place["name"],
        "kind": place["kind"],
        "lat": place["lat"],
        "lon": place["lon"],
        "country_code": country,
        "admin1": None if unit is None else unit.name,
        "population": place["population"],
        "match": place.get("match"),
        "source": place["gazetteer"],
    }


def table(records: Sequence[Record]) -> str:
    """Return places as a table, without the columns that have nothing in any cell."""
    rows = [_cells(record) for record in records]
    columns = [column for column in _COLUMNS if any(row[column.heading] for row in rows)]
    return console.table(columns, ([row[column.heading] for column in columns] for row in rows))


def as_json(value: object) -> str:
    """Return a value as JSON to read, in the letters of its names."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def nothing_called(name: str, *, kind: str | None = None, country: str | None = None) -> str:
    """Return the line that says so, of those that were asked for."""
    where = f" in {country}" if country else ""
    return f"No {kind or 'place'} is called '{_short(name)}'{where}.\n"


def _short(name: object) -> str:
    return console.printable(str(name), limit=console.LONGEST_NAME)


def _cells(record: Record) -> dict[str, str]:
    population, distance = record["population"], record.get("distance_km")
    return {
        "Name": _short(record["name"]),
        "Km": "" if distance is None else f"{distance:.1f}",
        "Kind": str(record["kind"]),
        "Unit": _short(record["admin1"] or ""),
        "Country": str(record["country_code"] or ""),
        "Lat": f"{record['lat']:.4f}",
        "Lon": f"{record['lon']:.4f}",
        "Population": "" if population is None else f"{population:,}",
        "Match": str(record["match"] or ""),
        "Gazetteer id": str(record["id"]),
    }
