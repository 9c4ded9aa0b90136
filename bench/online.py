"""Measure what online answers are worth: names are hidden from the gazetteer, and a service of this process knows them.

``bench/run.py online`` runs it; nothing is asked online. A quarter of the names, by a digest, is hidden, but for
countries, continents and first-level units. The service gives the places that the whole gazetteer has by a name, five
at most: in the countries hinted at, if there are any, those in the box first, then the most populous, without their
population. Near: within 161 km of the annotated point.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from geo.evaluation.gold import GoldDocument, read_gold
from geo.extent import great_circle_km
from geo.gazetteers import Gazetteer, NamedPlace
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.matching import matches
from geo.geocoders.hints import Answer, Hints
from geo.model import Kind, Mention, Place
from geo.names import name_key
from geo.pipeline import Geoparser
from geo.provenance import Source

GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold"
NEAR_KM = 161.0
MOST_PLACES = 5
MOST_COUNTRIES = 4
_HIDDEN_IN = 4
_KEPT = {Kind.COUNTRY, Kind.CONTINENT, Kind.ADMIN1}


def measure(corpora: Path) -> None:
    """Print how often hidden names are placed, and rightly."""
    path = corpora / "lgl.jsonl"
    if not path.exists():
        print(f"online: no lgl.jsonl in {corpora}: name its folder with --corpora", file=sys.stderr)
        if os.environ.get("CI"):
            raise SystemExit(1)
    print("\nA quarter of the names hidden from the gazetteer, known to a service\n")
    print("| | mentions hidden | placed all the same | asked | placed by an answer | near | asserted | near of these |")
    print("|---|---|---|---|---|---|---|---|")
    for gold in filter(Path.exists, (path, GOLD / "news" / "train.jsonl")):
        texts = list(read_gold(gold))
        for how in ("given", "found"):
            print(_row(f"{gold.parent.name}/{gold.stem}, names {how}", texts, are_given=how == "given"))


def is_hidden(key: str) -> bool:
    """Return whether a name is one of those that are hidden."""
    return hashlib.sha256(key.encode()).digest()[0] % _HIDDEN_IN == 0


class HidingGazetteer:
    """A gazetteer without some names."""

    def __init__(self, whole: Gazetteer) -> None:
        self._whole = whole

    def __getattr__(self, name: str) -> object:
        return getattr(self._whole, name)

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        """Return what has a name that is not hidden."""
        found = self._whole.lookup(key)
        return [] if is_hidden(key) and not any(one.place.kind in _KEPT for one in found) else found

    def spelled_like(self, key: str, countries: Collection[str]) -> Sequence[NamedPlace]:
        """Return what has a similar name, of one that is not hidden."""
        return [] if is_hidden(key) else self._whole.spelled_like(key, countries)


class KnowingService:
    """Knows every name, and counts what it is asked."""

    described = Source("a service that knows all")

    def __init__(self, whole: Gazetteer) -> None:
        self._whole = whole
        self.asked = 0

    def search(self, name: str, hints: Hints = Hints()) -> Answer:  # noqa: B008
        """Return the places of a name where it is looked for, else anywhere."""
        self.asked += 1
        found = [match.place for match in matches(self._whole, name)]
        countries = hints.countries if len(hints.countries) <= MOST_COUNTRIES else ()
        inside = [place for place in found if place.country_code in countries]
        box = hints.extent
        best = sorted(inside or found, key=lambda place: (box is None or not box.contains(place.lonlat), place.rank))[
            :MOST_PLACES
        ]
        return Answer(tuple(replace(place, id=f"osm:{place.id}", population=None, gazetteer="it") for place in best))


def _row(label: str, texts: Sequence[GoldDocument], *, are_given: bool) -> str:
    whole = open_embedded()
    service = KnowingService(whole)
    geoparser = Geoparser(gazetteer=HidingGazetteer(whole), geocoder=service)
    hidden = anyway = placed = near = asserted = asserted_near = 0
    for text in texts:
        points = {(one.start, one.end): one.lonlat for one in text.toponyms if one.lonlat is not None}
        document = replace(text.document, given_spans=tuple(points))
        atlas = geoparser.parse([document], mentions="given" if are_given else "found")
        spans = {span for span in points if is_hidden(name_key(document.text[slice(*span)]))}
        hidden += len(spans)
        answered = dict(_answered(atlas.mentions))
        anyway += sum(
            (mention.toponym.start, mention.toponym.end) in spans
            for mention in atlas.mentions
            if mention.resolution.referent is not None and mention not in answered
        )
        for mention, place in answered.items():
            lonlat = points.get((mention.toponym.start, mention.toponym.end))
            is_near = lonlat is not None and great_circle_km(place.lonlat, lonlat) <= NEAR_KM
            placed, near = placed + 1, near + is_near
            if mention.resolution.is_asserted:
                asserted, asserted_near = asserted + 1, asserted_near + is_near
    return f"| {label} | {hidden} | {anyway} | {service.asked} | {placed} | {near} | {asserted} | {asserted_near} |"


def _answered(mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Place]]:
    for mention in mentions:
        referent = mention.resolution.referent
        if isinstance(referent, Place) and referent.id.startswith("osm:"):
            yield mention, referent
