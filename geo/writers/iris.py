"""Addresses of things (IRIs), for formats that link data."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_OWN: Final = "urn:placelines"
_GEONAMES: Final = re.compile(r"geonames:([0-9]+)")
_OSM: Final = re.compile(r"osm:((?:node|way|relation)/[0-9]+)")


def referent_iri(referent_id: str) -> str:
    """Return the IRI under which the world knows a place, else one of our own.

    References
    ----------
    GeoNames Ontology, geonames.org/ontology: ``https://sws.geonames.org/<number>/`` is the place, not a page about it.

    Examples
    --------
    >>> referent_iri("geonames:169389"), referent_iri("road:SY-M4")
    ('https://sws.geonames.org/169389/', 'urn:placelines:referent:road%3ASY-M4')
    """
    if found := _GEONAMES.fullmatch(referent_id):
        return f"https://sws.geonames.org/{found[1]}/"
    if found := _OSM.fullmatch(referent_id):
        return f"https://www.openstreetmap.org/{found[1]}"
    return own_iri("referent", referent_id)


def own_iri(*parts: str) -> str:
    """Return an IRI that nobody else uses, of ASCII characters alone.

    Examples
    --------
    >>> own_iri("document", "a b/إدلب")
    'urn:placelines:document:a%20b%2F%D8%A5%D8%AF%D9%84%D8%A8'
    """
    return ":".join((_OWN, *(quote(part.encode("utf-8", "surrogatepass"), safe="") for part in parts)))
