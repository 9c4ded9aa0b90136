"""The country in which a text was published, where its source says so: what a paper leaves unsaid is near home."""

from __future__ import annotations

import re

from ..gazetteers import NameKind
from ..gazetteers.known import KnownNames
from ..model import Document, Kind
from ..recognizers.words import runs, words

_DOMAIN = re.compile(r"(?:^|(?<=[\s/@(]))(?:[a-z0-9-]+\.)+(?P<top>[a-z]{2,12})(?=$|[\s/:?),])", re.IGNORECASE)
_BOUGHT = frozenset("ag ai am cc co fm gg im io is la ly me mu nu sc sh st tk to tv ws".split())
"""Top-level domains of countries that anybody buys."""
_OTHER_CODES = {"uk": "GB"}
_LONGEST = 200


def home_of(document: Document, known: KnownNames) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of the country where a document was published; None when nothing tells.

    The top-level domain of an address in `Document.source` tells, or a country named there ("Daily Nation, Kenya").

    References
    ----------
    IANA Root Zone Database: domains of two letters are ISO 3166-1 codes, but for "uk".
    """
    source = (document.source or "")[:_LONGEST]
    domain = _DOMAIN.search(source)
    if domain:
        top = domain["top"].lower()
        return None if len(top) > 2 or top in _BOUGHT else _OTHER_CODES.get(top, top.upper())
    sequence = words(source)
    for first, last in runs(source, sequence):
        for match in known(source[sequence[first].start : sequence[last - 1].end]):
            if match.place.kind is Kind.COUNTRY and match.name_kind is not NameKind.ALTERNATE:
                return match.place.country_code
    return None
