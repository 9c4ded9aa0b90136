"""Replies of Overpass about roads that nobody surveyed: an invented M4 and M5 in north-west Syria.

In the form of Overpass API 0.7.62 with ``out geom``. `GOOD_REPLIES` answer, `BAD_REPLIES` are no sound replies.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence

LonLat = tuple[float, float]

M4 = (
    ((35.7908826, 35.5312569), (35.9204411, 35.5960127), (36.1187702, 35.7345518), (36.3198301, 35.8141822)),
    ((36.3198301, 35.8141822), (36.4711904, 35.7962233), (36.6096407, 35.8137418)),
    ((36.6096407, 35.8137418), (36.7010033, 35.8469921), (36.8059112, 35.8644706)),
    ((36.8059112, 35.8644706), (36.9370561, 35.9902245), (37.1611735, 36.2012408)),
)
"""The invented M4, way by way as (longitude, latitude): Latakia, Jisr al-Shughur, Ariha, Saraqib, Aleppo."""

M5 = (
    ((37.1611735, 36.2012408), (36.9370561, 35.9902245), (36.8059112, 35.8644706)),
    ((36.8059112, 35.8644706), (36.7402217, 35.7633904), (36.6769321, 35.6483007), (36.6509544, 35.4420815)),
    ((36.6509544, 35.4420815), (36.7120538, 35.2810119), (36.7578310, 35.1317902)),
)
"""The invented M5: Aleppo, Saraqib, Maarat al-Numan, Khan Shaykhun, Hama."""


def way(number: int, lonlats: Sequence[LonLat], **tags: str) -> dict[str, object]:
    """Return a way with its course; ``name_en`` stands for the tag "name:en"."""
    lons, lats = zip(*lonlats, strict=True)
    return {
        "type": "way",
        "id": number,
        "bounds": {"minlat": min(lats), "minlon": min(lons), "maxlat": max(lats), "maxlon": max(lons)},
        "nodes": [1000 * number + place for place in range(len(lonlats))],
        "geometry": [{"lat": lat, "lon": lon} for lon, lat in lonlats],
        "tags": {"name:en" if key == "name_en" else key: value for key, value in tags.items()},
    }


def relation(number: int, ways: Sequence[int], **tags: str) -> dict[str, object]:
    """Return a road route with a node, a relation and ways as members."""
    members = [{"type": "way", "ref": each, "role": "forward"} for each in ways]
    others = [{"type": "node", "ref": 5, "role": "stop"}, {"type": "relation", "ref": 6, "role": ""}]
    return {
        "type": "relation",
        "id": number,
        "members": [*others, *members],
        "tags": {"type": "route", "route": "road", **tags},
    }


def reply(elements: object, **more: object) -> bytes:
    """Return a reply of these elements."""
    head = {
        "version": 0.6,
        "generator": "Overpass API 0.7.62.1 084b4234",
        "osm3s": {
            "timestamp_osm_base": "2024-07-09T15:28:30Z",
            "copyright": "The data included in this document is from www.openstreetmap.org. "
            "The data is made available under ODbL.",
        },
    }
    return json.dumps({**head, "elements": elements, **more}, ensure_ascii=False).encode()


ROADS = [
    way(101, M4[0], highway="motorway", ref="M4", name="طريق حلب - اللاذقية", name_en="Aleppo-Latakia Highway"),
    way(102, M4[1], highway="trunk", ref="M 4", surface="asphalt"),
    way(103, M4[2], highway="trunk", ref="M-4;M45"),
    way(104, M4[3], highway="motorway", ref="M5;M4", int_ref="E 60"),
    way(105, M5[0], highway="motorway", ref="M5"),
    way(106, M5[1], highway="motorway", ref="M5", name_en="Damascus–Aleppo Highway"),
    way(107, M5[2], highway="motorway", ref="M5"),
]
ROUTE = [
    way(111, M4[0], highway="trunk", name="طريق اللاذقية"),
    way(112, M4[1], highway="unclassified"),
    way(113, M4[2], highway="trunk", ref="M4"),
    relation(9, [111, 112, 999], ref="M 4", name="Aleppo–Latakia Motorway"),
    relation(10, [113], ref="M45"),
]
PIECES = [
    way(1000 + piece, [(35.8 + piece / 250, 35.6), (35.803 + piece / 250, 35.6005)], highway="trunk", ref="M4")
    for piece in range(300)
]

_BAD_POINTS: Mapping[str, object] = {
    "roadsrange": {"lat": 95.0, "lon": 36.3},
    "roadsnull": None,
    "roadstext": {"lat": "35.8", "lon": "36.3"},
}


def _with_point(point: object) -> list[object]:
    first = way(101, M4[0], highway="motorway", ref="M4")
    return [first | {"geometry": [*_points(first), point]}, *ROADS[1:]]


def _points(of_way: Mapping[str, object]) -> list[object]:
    points = of_way["geometry"]
    assert isinstance(points, list)
    return points


GOOD_REPLIES: Mapping[str, bytes] = {
    "roads": reply(ROADS),
    "roadsroute": reply(ROUTE),
    "roads300": reply(PIECES),
    "roadsnone": reply([]),
}
"""What modes of the fake server answer."""

PACKED = gzip.compress(GOOD_REPLIES["roads"])

BAD_REPLIES: Mapping[str, bytes] = {
    **{mode: reply(_with_point(point)) for mode, point in _BAD_POINTS.items()},
    "roadsnan": reply(_with_point({"lat": float("nan"), "lon": 36.3})),
    "roadsinf": reply(_with_point({"lat": 35.8, "lon": 36.3})).replace(b"36.3}", b"1e999}"),
    "roadsremark": reply(ROADS[:3], remark='runtime error: Query timed out in "query" at line 9 after 26 seconds.'),
    "roadsnogeom": reply([{key: value for key, value in ROADS[0].items() if key != "geometry"}, *ROADS[1:]]),
    "roadsshape": reply([*ROADS, ["way", 5]]),
    "roadsnode": reply([*ROADS, {"type": "node", "id": 1, "lat": 35.8, "lon": 36.3}]),
    "roadstags": reply([*ROADS, way(108, M5[2]) | {"tags": {"ref": 5}}]),
    "roadsid": reply([*ROADS, way(-108, M5[2], ref="M5")]),
    "roadsmember": reply([*ROUTE, relation(11, []) | {"members": [7]}]),
    "roadsobject": reply({"way": ROADS}),
    "roadscut": GOOD_REPLIES["roads"][:-40],
}
"""What modes of the fake server answer that look like roads at first."""
