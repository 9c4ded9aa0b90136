"""What speaks for a proposal and what against it, in points; two points make a toponym.

The points are hand-set from reading errors on annotated news; ``bench/README.md`` has what they give.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from ..gazetteers import NameKind
from ..gazetteers.matching import UNIT_WORDS, Match, unit_code
from ..gazetteers.naming import bare_name
from ..model import Kind
from ..names import name_key
from .cues import (
    BEFORE_PLACE,
    GOVERNS,
    OF_PLACE,
    OF_THING,
    PEOPLE_OF_PLACE,
    PUBLIC_BODIES,
    ROADS,
    SPEECH,
    STREETS,
    TITLES,
)
from .proposals import PLACE_LABELS, Proposal, Reading, Surroundings

ACCEPT_AT = 2.0
"""Least evidence for a toponym."""

_LABEL = {"GPE": 3.5, "LOC": 2.5, "FAC": 1.0, "NORP": 0.5, "ORG": -0.5, "PERSON": -1.5}
_INSIDE = {"GPE": -0.5, "LOC": -0.5, "FAC": -1.0, "NORP": -1.0, "ORG": -3.0, "PERSON": -5.0}
_OTHER_LABEL = -1.5
_HOME_SHARE = 0.3
"""A document is set in a country when at least this share of its accepted names is best known there."""
_HOME_NAMES = 2
"""And at least so many different names."""
_MOST_BEARERS = 20
"""A name that more places bear is as often a surname or a word."""
_RUN_TOGETHER = -10.0
_FAMOUS = 2.0
_LISTED_TOWN = 0.5
"""A town on a list may share its name with people: "Rabia", "Nasir"."""
_OBSCURE = -2.0
"""Of all villages, brooks and farms many are called as ordinary words are: "Republican", "District"."""
_LOCAL = frozenset({Kind.SETTLEMENT, Kind.PHYSICAL, Kind.FACILITY})
_SEATS = ("PPLA", "PPLC")


class Homes(NamedTuple):
    """Where a document is set."""

    countries: frozenset[str]
    units: frozenset[str]


def of_label(reading: Reading, proposal: Proposal) -> float:
    """Weigh the model's label for the span, or for the longer span around it."""
    if proposal.label is not None:
        if reading.is_run_together(proposal.start, proposal.end):
            return _RUN_TOGETHER
        if proposal.label == "NORP" and _is_demonym(proposal):
            return 3.0
        return _LABEL.get(proposal.label, _OTHER_LABEL)
    touching = reading.touching(proposal)
    if not touching or _is_demonym(proposal):
        return 0.0
    if len(touching) > 1 or touching[0].start > proposal.start or touching[0].end < proposal.end:
        return 1.0 if all(span.label in PLACE_LABELS for span in touching) else -0.5
    start, end, label = touching[0]
    if label in PLACE_LABELS and reading.is_run_together(start, end):
        return 1.0
    before = reading.text[start : proposal.start].lower().split()
    behind = reading.text[proposal.end : end].lower().split()
    names_its_place = before[-1:] == ["of"] if before else not PUBLIC_BODIES.isdisjoint(behind)
    return 0.0 if label == "ORG" and names_its_place else _INSIDE.get(label, _OTHER_LABEL)


def of_gazetteer(proposal: Proposal) -> float:
    """Weigh how well known a place the name would be: 2.5 for a country, less for a town, -10 for no name at all."""
    if not proposal.found:
        return -1.0 if proposal.label in PLACE_LABELS else -10.0
    return max(_fame(match, proposal.key) for match in proposal.found)


def of_context(beside: Surroundings, proposal: Proposal, fame: float) -> float:
    """Weigh the words around: for a place its prepositions and generic words, against it titles and verbs of speech.

    Parameters
    ----------
    beside
        The words around.
    proposal
        The proposal.
    fame
        What `of_gazetteer` says of it: a famous name is a place whatever follows.
    """
    evidence = 0.0
    if beside.previous in BEFORE_PLACE:
        evidence += 2.0
    elif beside.previous == "of" and beside.one_before in OF_PLACE:
        evidence += 2.5
    elif beside.previous == "of" and beside.one_before in OF_THING:
        evidence -= 5.0
    elif beside.previous in TITLES:
        evidence -= 4.0
    if beside.gap_after.strip() in {"", "-", "'s", "’s"} and beside.following in UNIT_WORDS:
        evidence += 1.5
    if beside.gap_after == " ":
        evidence += 1.5 if beside.following in PEOPLE_OF_PLACE else 0.0
        evidence += 2.0 if beside.following in ROADS and beside.gap_before in {"-", "–"} else 0.0
        evidence += 1.5 if beside.following in GOVERNS and _may_be_capital(proposal) else 0.0
        evidence -= 2.0 if _is_eponym(beside, proposal) else 0.0
        evidence -= 1.5 if beside.following in SPEECH and fame < _FAMOUS else 0.0
    if beside.is_dateline:
        evidence += 2.5
    if proposal.word_count == 1 and proposal.label is None:
        evidence -= 1.5 if beside.is_inside_capitals else 0.0
        evidence -= 1.0 if beside.opens_sentence and fame < _FAMOUS else 0.0
    return evidence


def of_document(proposal: Proposal, labels: Mapping[str, Collection[str]], person_words: Collection[str]) -> float:
    """Weigh what the model says of the same name elsewhere in the document.

    Parameters
    ----------
    proposal
        The proposal.
    labels
        The labels that each name key has anywhere.
    person_words
        Keys of the words that people's names of several words are made of.
    """
    evidence = 0.0
    if any(label in PLACE_LABELS for label in labels.get(proposal.key, ()) if label != proposal.label):
        evidence += 2.0
    if proposal.label not in PLACE_LABELS and proposal.key in person_words:
        evidence -= 2.0
    return evidence


def of_homes(proposal: Proposal, homes: Homes) -> float:
    """Weigh whether the name is one of the countries and units that the accepted names say the document is about."""
    if len(proposal.found) > _MOST_BEARERS:
        return 0.0
    found = [match for match in proposal.found if match.name_kind is not NameKind.DEMONYM]
    if not any(match.place.country_code in homes.countries for match in found):
        return 0.0
    return 2.0 if any(unit_code(match) in homes.units for match in found) else 1.5


def homes_of(accepted: Collection[Proposal]) -> Homes:
    """Return where a document is set: the countries of enough accepted names, and the units that it names."""
    names: dict[str, set[str]] = defaultdict(set)
    units: set[str] = set()
    for proposal in accepted:
        country = max(proposal.found, key=lambda match: _fame(match, proposal.key)).place.country_code
        if country:
            names[country].add(proposal.key)
        own_units = (m for m in proposal.found if m.place.kind is Kind.ADMIN1 and m.name_kind is not NameKind.ALTERNATE)
        units.update(filter(None, map(unit_code, own_units)))
    least = max(_HOME_NAMES, _HOME_SHARE * len(set().union(*names.values())))
    return Homes(frozenset(c for c, keys in names.items() if len(keys) >= least), frozenset(units))


def certainty(evidence: float) -> float:
    """Turn evidence into a probability that this is a toponym: a logistic curve through .7 at the threshold."""
    return round(1.0 / (1.0 + math.exp(-(evidence - ACCEPT_AT) * 0.8 - 0.85)), 3)


def _may_be_capital(proposal: Proposal) -> bool:
    return any(m.place.is_capital and m.name_kind is not NameKind.ALTERNATE for m in proposal.found)


def _is_eponym(beside: Surroundings, proposal: Proposal) -> bool:
    return beside.is_before_capital and beside.following in STREETS and proposal.label not in PLACE_LABELS


def _is_demonym(proposal: Proposal) -> bool:
    return any(match.name_kind is NameKind.DEMONYM for match in proposal.found)


def _is_own_name(match: Match, key: str) -> bool:
    """Whether a key is a unit's name without the word for its sort: "Anbar" of "Anbar Governorate"."""
    if match.place.kind is not Kind.ADMIN1:
        return False
    bare = bare_name(match.place.name)
    return bare is not None and name_key(bare) == key


def _fame(match: Match, key: str) -> float:
    place, population = match.place, match.place.population or 0
    if match.name_kind is NameKind.DEMONYM:
        return 2.5 if place.kind is not Kind.SETTLEMENT else 1.5
    if match.name_kind is NameKind.ABBREVIATION:
        return 2.5 if place.kind is Kind.COUNTRY else 0.0
    if match.name_kind is NameKind.ALTERNATE and _is_own_name(match, key):
        return 1.5
    if match.name_kind is NameKind.ALTERNATE:
        return -0.5 if population < 1_000_000 else 0.5
    if place.kind in {Kind.COUNTRY, Kind.CONTINENT}:
        return 2.5
    if place.is_hand_kept and " " in key:
        return _FAMOUS
    if place.is_hand_kept and place.kind is Kind.SETTLEMENT and not place.is_listed_by_user:
        return _LISTED_TOWN
    if place.kind in {Kind.ADMIN1, Kind.REGION} or place.is_hand_kept:
        return 1.5
    if place.is_capital:
        return 2.5
    if place.kind in _LOCAL and not population and not (place.feature_code or "").startswith(_SEATS):
        return _OBSCURE
    return min(2.0, max(0.0, math.log10(population + 1) - 4.0))
