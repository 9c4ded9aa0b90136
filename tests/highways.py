"""What is wrong with the table of highways; ``python -m tests.highways [FILE]`` prints one line for every fault."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from geographiclib.geodesic import Geodesic

from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import open_embedded
from geo.model import Kind, Place
from geo.names import name_key, road_key
from geo.roads import road_id

HEADER = ("ref", "name", "aliases", "country", "towns", "length_km", "source")
"""The columns of the table, in order."""
LONGEST_LEG_KM = 150.0
"""Towns farther apart say too little of where the road runs."""
SHARPEST_TURN = 120.0
"""Change of bearing at a town, in degrees: more is a namesake, or a town out of order."""
LENGTH_SLACK = 0.25
"""How far the course through the towns may differ in length from the published one, as a share of that."""

_TABLE = Path(__file__).resolve().parents[1] / "seeds" / "highways.csv"
_LENGTH = re.compile(r"[1-9][0-9]*(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Leg:
    """The geodesic between two towns that follow each other."""

    length_km: float
    """Its length."""
    departure: float
    """Bearing at its first town, degrees."""
    arrival: float
    """Bearing at its last town, degrees."""


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table of highways.

    Raises
    ------
    ValueError
        If the header or the width of a row is not as it should be.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines, strict=True)
    if tuple(header) != HEADER:
        raise ValueError(f"{path}: the columns are {','.join(header)}, not {','.join(HEADER)}")
    for number, row in enumerate(rows, 2):
        if len(row) != len(HEADER):
            raise ValueError(f"{path}, row {number}: {len(row)} cells, not {len(HEADER)}: {row!r:.200}")
    return [dict(zip(HEADER, row, strict=True)) for row in rows]


def faults(rows: Sequence[dict[str, str]], gazetteer: Gazetteer) -> list[str]:
    """Return what is wrong with rows of the table, one line a fault; empty when all is well."""
    found = [f"{_label(row)}: {fault}" for row in rows for fault in _faults(row, gazetteer)]
    return [*found, *_clashes(rows)]


def places_of(row: dict[str, str], gazetteer: Gazetteer) -> list[Place | None]:
    """Return the towns of a row in order, None for each that the gazetteer does not know."""
    return [gazetteer.get(town if ":" in town else f"geonames:{town}") for town in row["towns"].split()]


def legs(places: Iterable[Place]) -> list[Leg]:
    """Return the geodesics from town to town."""
    mask = Geodesic.DISTANCE | Geodesic.AZIMUTH
    inverse = [Geodesic.WGS84.Inverse(a.lat, a.lon, b.lat, b.lon, mask) for a, b in pairwise(places)]
    return [Leg(each["s12"] / 1000, each["azi1"], each["azi2"]) for each in inverse]


def _label(row: dict[str, str]) -> str:
    return f"{row['country']} {row['ref'] or row['name']}"


def _faults(row: dict[str, str], gazetteer: Gazetteer) -> Iterator[str]:
    if not road_key(row["ref"]) and not name_key(row["name"]):
        yield "neither ref nor name"
    if not row["source"]:
        yield "no source"
    if any(cell != cell.strip() for cell in row.values()) or any(not each for each in row["aliases"].split("|")[1:]):
        yield "blanks around a cell, or an empty alias"
    if not _LENGTH.fullmatch(row["length_km"]):
        yield f"length_km is {row['length_km']!r}, not kilometres"
        return
    towns, places = row["towns"].split(), places_of(row, gazetteer)
    known = [place for place in places if place is not None]
    yield from (f"{town} is not in the gazetteer" for town, place in zip(towns, places, strict=True) if place is None)
    if len(towns) < 2 or len(known) < len(towns):
        yield from ("fewer than two towns",) if len(towns) < 2 else ()
        return
    yield from _faults_of_towns(row["country"], known)
    yield from _faults_of_course(known, float(row["length_km"]))


def _faults_of_towns(country_code: str, places: Sequence[Place]) -> Iterator[str]:
    for place in places:
        if place.country_code != country_code:
            yield f"{_named(place)} lies in {place.country_code}"
        if place.kind not in (Kind.SETTLEMENT, Kind.FACILITY):
            yield f"{_named(place)} is no town but {place.kind}"
    is_ring = places[0] == places[-1]
    once = places[1:] if is_ring else places
    yield from (f"{_named(place)} comes twice" for place in dict.fromkeys(once) if once.count(place) > 1)


def _faults_of_course(places: Sequence[Place], length_km: float) -> Iterator[str]:
    course = legs(places)
    for (start, end), leg in zip(pairwise(places), course, strict=True):
        if leg.length_km > LONGEST_LEG_KM:
            yield f"the leg {_named(start)} – {_named(end)} is {leg.length_km:.0f} km long"
    for place, (before, after) in zip(places[1:], pairwise(course), strict=False):
        turn = abs((after.departure - before.arrival + 180) % 360 - 180)
        if turn > SHARPEST_TURN:
            yield f"it turns by {turn:.0f}° at {_named(place)}"
    total_km = sum(leg.length_km for leg in course)
    if abs(total_km - length_km) > LENGTH_SLACK * length_km:
        yield f"{total_km:.0f} km through its towns, but length_km is {length_km:.0f}"


def _clashes(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    """Yield the names that mean two roads of one country."""
    owners: dict[str, str] = {}
    for row in rows:
        keys = {road_key(each) for each in (row["ref"], *row["aliases"].split("|"))}
        keys |= {name_key(each) for each in (row["name"], *row["aliases"].split("|"))}
        for key in sorted(filter(None, keys)):
            owner = owners.setdefault(road_id(Kind.ROAD, row["country"], key), _label(row))
            if owner != _label(row):
                yield f"{_label(row)}: {key!r} is {owner} already"
    labels = [_label(row) for row in rows]
    yield from (f"{label}: more than one row" for label in dict.fromkeys(labels) if labels.count(label) > 1)


def _named(place: Place) -> str:
    return f"{place.gazetteer_id} {place.name}"


def main(arguments: Sequence[str]) -> int:
    """Print the faults of a table and how many there are; return the exit status."""
    path = Path(arguments[0]) if arguments else _TABLE
    rows = read(path)
    found = faults(rows, open_embedded())
    for fault in found:
        print(fault)
    print(f"{path}: {len(rows)} rows, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
