"""Replies of geocoders, in the form of Nominatim 4, Photon 0.6, Pelias 1 and OpenCage 1.

`GOOD_REPLIES` answer, the ``...none`` say that there is no such place, `BAD_REPLIES` are no sound replies of the
service that they are named after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

Json = dict[str, object]

BALLYVAUGHAN: Json = {
    "place_id": 7,
    "osm_type": "node",
    "osm_id": 26,
    "lat": "53.1157",
    "lon": "-9.1483",
    "class": "place",
    "type": "village",
    "place_rank": 19,
    "importance": 0.4,
    "addresstype": "village",
    "name": "Ballyvaughan",
    "display_name": "Ballyvaughan, County Clare, Munster, Ireland",
    "address": {"village": "Ballyvaughan", "country": "Ireland", "country_code": "ie"},
    "boundingbox": ["53.09", "53.13", "-9.16", "-9.12"],
}
"""A record of Nominatim's."""

PHOTON: Json = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [-9.1483, 53.1157]},
    "properties": {
        "osm_type": "N",
        "osm_id": 26,
        "osm_key": "place",
        "osm_value": "village",
        "type": "district",
        "name": "Ballyvaughan",
        "county": "County Clare",
        "country": "Ireland",
        "countrycode": "IE",
        "extent": [-9.16, 53.13, -9.12, 53.09],
    },
}
"""A feature of Photon's."""

PELIAS: Json = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [-9.1483, 53.1157]},
    "properties": {
        "id": "101751737",
        "gid": "whosonfirst:locality:101751737",
        "layer": "locality",
        "source": "whosonfirst",
        "name": "Ballyvaughan",
        "label": "Ballyvaughan, CE, Ireland",
        "country": "Ireland",
        "country_a": "IRL",
        "country_code": "IE",
        "confidence": 1,
        "addendum": {"concordances": {"gn:id": 2966795}},
    },
    "bbox": [-9.16, 53.09, -9.12, 53.13],
}
"""A feature of Pelias's."""

OPENCAGE: Json = {
    "formatted": "Ballyvaughan, County Clare, Ireland",
    "geometry": {"lat": 53.1157, "lng": -9.1483},
    "components": {"_category": "place", "_type": "village", "country_code": "ie", "village": "Ballyvaughan"},
}
"""A result of OpenCage's."""


def collection(*features: object, **more: object) -> Json:
    """Return a GeoJSON collection."""
    return {"type": "FeatureCollection", "features": list(features), **more}


def opencage(*results: object, code: int = 200, message: str = "OK") -> Json:
    """Return a reply of OpenCage's."""
    return {"results": list(results), "status": {"code": code, "message": message}, "total_results": len(results)}


def with_properties(feature: Json, **changes: object) -> Json:
    """Return a feature with other properties; ``...`` leaves one out."""
    properties = feature["properties"]
    assert isinstance(properties, dict)
    return {**feature, "properties": {key: v for key, v in {**properties, **changes}.items() if v is not ...}}


GOOD_REPLIES: Mapping[str, object] = {
    "photon": collection(PHOTON),
    "photonnone": collection(),
    "pelias": collection(PELIAS, geocoding={"version": "0.2", "attribution": "http://localhost/attribution"}),
    "peliasnone": collection(geocoding={"version": "0.2", "warnings": ["performance optimization"]}),
    "opencage": opencage(OPENCAGE),
    "opencagenone": opencage(),
}

_NOWHERE = {"type": "Point", "coordinates": [999, 53]}
BAD_REPLIES: Mapping[str, object] = {
    "photontype": {"features": []},
    "photonfeature": collection(None),
    "photonid": collection(with_properties(PHOTON, osm_id=...)),
    "photonname": collection(with_properties(PHOTON, name="a\0b")),
    "photonpoint": collection({**PHOTON, "geometry": _NOWHERE}),
    "photonsecond": collection(PHOTON, {**PHOTON, "geometry": None}),
    "peliaserror": collection(geocoding={"errors": ["invalid param 'text'"]}),
    "peliasgid": collection(with_properties(PELIAS, gid="<script>")),
    "peliasname": collection(with_properties(PELIAS, name=...)),
    "peliaspoint": collection({**PELIAS, "geometry": _NOWHERE}),
    "opencagestatus": {"results": []},
    "opencageaddress": opencage({**OPENCAGE, "formatted": None}),
    "opencagepoint": opencage({**OPENCAGE, "geometry": {"lat": 0, "lng": 0}}),
    "opencagefar": opencage({**OPENCAGE, "geometry": {"lat": 999, "lng": 9}}),
    "opencagetext": opencage({**OPENCAGE, "geometry": {"lat": "x", "lng": "y"}}),
    "opencagekey": opencage(code=401, message="invalid API key"),
    "opencageforbidden": opencage(code=403, message="suspended"),
    "opencagequota": opencage(code=402, message="quota exceeded"),
    "opencagerate": opencage(code=429, message="too many requests"),
}

BODIES = {mode: json.dumps(reply).encode() for mode, reply in {**GOOD_REPLIES, **BAD_REPLIES}.items()}
"""What is sent, by mode of the server."""
