"""Small extracts of OpenStreetMap with invented courses, as pyosmium writes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

LonLat: TypeAlias = tuple[float, float]

DATE = "2026-02-01T21:20:30Z"

LATAKIA, JISR, ARIHA, SARAQIB, ALEPPO = (35.79, 35.53), (36.32, 35.81), (36.61, 35.81), (36.8, 35.86), (37.16, 36.2)
MAARAT, HAMA, HOMS, DAMASCUS = (36.68, 35.64), (36.75, 35.13), (36.72, 34.73), (36.29, 33.51)


@dataclass(frozen=True, slots=True)
class Way:
    """A way, its nodes given by their places: ways meet where these are equal."""

    id: int
    lonlats: Sequence[LonLat]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of ways."""

    id: int
    ways: Sequence[int]
    tags: Mapping[str, str] = field(default_factory=dict)


M4_WEST = Way(101, [LATAKIA, (36.0123456, 35.6), JISR], {"highway": "trunk", "ref": "M4", "name:en": "Coast Road"})
M4_MIDDLE = Way(
    102, [JISR, (36.45, 35.8000001), ARIHA], {"highway": "trunk", "ref": "M-4; E 12", "name": "طريق الساحل"}
)
M4_EAST = Way(103, [ARIHA, (36.7, 35.83), SARAQIB], {"highway": "trunk"})
M5_NORTH = Way(104, [SARAQIB, (36.95, 36.02), ALEPPO], {"highway": "motorway", "ref": "M5", "int_ref": "E 45"})
M5_SOUTH = Way(
    105, [SARAQIB, MAARAT, HAMA, HOMS, DAMASCUS], {"highway": "motorway", "ref": "M5", "name:en": "Damascus Highway"}
)
BRITISH_M4 = Way(201, [(-0.5, 51.5), (-1.2, 51.45), (-2.6, 51.5)], {"highway": "motorway", "ref": "M4"})
RAMP = Way(301, [(36.81, 35.87), SARAQIB], {"highway": "trunk_link", "ref": "M4", "name": "Ramp"})
STREET = Way(302, [ARIHA, (36.612, 35.812)], {"highway": "residential", "name": "Elm Street"})
NUMBERED_STREET = Way(303, [ARIHA, (36.613, 35.813)], {"highway": "residential", "ref": "77"})
SHORT_CUT = Way(304, [JISR, (36.7, 36.1), ALEPPO], {"highway": "tertiary", "name": "Old Road"})
RAILWAY = Way(401, [ALEPPO, (36.9, 35.9), HAMA], {"railway": "rail", "name:en": "Northern Railway"})
MAIN_LINE = Way(402, [HAMA, HOMS], {"railway": "rail", "usage": "main"})
SIDING = Way(403, [HAMA, (36.751, 35.131)], {"railway": "rail", "service": "siding", "ref": "3", "name": "Track"})
RIVER = Way(501, [HOMS, HAMA, (36.4, 35.6)], {"waterway": "river", "name": "العاصي", "name:en": "Orontes"})
BROOK = Way(502, [HOMS, (36.73, 34.74)], {"waterway": "stream", "name": "Brook"})
PIPELINE = Way(601, [(38.0, 34.5), HOMS], {"man_made": "pipeline", "name": "Oil Line"})
NAMELESS_PIPELINE = Way(602, [(38.1, 34.5), HOMS], {"man_made": "pipeline"})
HOUSE = Way(701, [ARIHA, (36.6101, 35.81), (36.6101, 35.8101), ARIHA], {"building": "yes", "name": "M4"})

WAYS = (
    *(M4_WEST, M4_MIDDLE, M4_EAST, M5_NORTH, M5_SOUTH, BRITISH_M4, RAMP, STREET, NUMBERED_STREET, SHORT_CUT),
    *(RAILWAY, MAIN_LINE, SIDING, RIVER, BROOK, PIPELINE, NAMELESS_PIPELINE, HOUSE),
)
M4_ROUTE = Relation(
    9001, [101, 102, 103], {"type": "route", "route": "road", "ref": "M4", "name": "Latakia - Saraqib Highway"}
)
BUS = Relation(9002, [104], {"type": "route", "route": "bus", "ref": "99", "name": "Bus 99"})
RELATIONS = (M4_ROUTE, BUS)


def write(
    path: Path,
    ways: Sequence[Way] = WAYS,
    relations: Sequence[Relation] = RELATIONS,
    *,
    lacking: Collection[LonLat] = (),
    compression: str = "",
) -> Path:
    """Write an extract, in the format that the ending of its name says.

    Parameters
    ----------
    path
        The file; replaced when it exists.
    ways, relations
        What is in it.
    lacking
        Places whose nodes are left out, as at the edge of an extract.
    compression
        "none" for a file in which texts can be found and changed.
    """
    import osmium
    from osmium.osm import mutable

    numbers: dict[LonLat, int] = {}
    for way in ways:
        for lonlat in way.lonlats:
            numbers.setdefault(lonlat, len(numbers) + 1)
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", DATE)
    file = osmium.io.File(str(path), f"pbf,pbf_compression={compression}" if compression else "")
    with osmium.SimpleWriter(file, header=header, overwrite=True) as writer:
        for lonlat, number in numbers.items():
            if lonlat not in lacking:
                writer.add_node(mutable.Node(id=number, location=lonlat))
        for way in sorted(ways, key=lambda way: way.id):
            nodes = [numbers[lonlat] for lonlat in way.lonlats]
            writer.add_way(mutable.Way(id=way.id, nodes=nodes, tags=dict(way.tags)))
        for relation in relations:
            members = [("w", way, "") for way in relation.ways]
            writer.add_relation(mutable.Relation(id=relation.id, members=members, tags=dict(relation.tags)))
    return path
