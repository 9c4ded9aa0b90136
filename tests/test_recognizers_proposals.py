"""Proposals from capitals that a gazetteer knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from geo.gazetteers import NamedPlace, NameKind
from geo.gazetteers.known import KnownNames
from geo.model import Kind, Place
from geo.names import skeleton
from geo.recognizers.model import NamedSpan
from geo.recognizers.proposals import Reading
from geo.recognizers.standing import Standings
from tests.world import EmptyGazetteer

GARY = Place("t:1", "Gary", Kind.SETTLEMENT, -87.3, 41.6, "PPL", "US", "IN")
INDIANA = Place("t:2", "Indiana", Kind.ADMIN1, -86.3, 40.0, "ADM1", "US", "IN")
OF = Place("t:3", "Of", Kind.SETTLEMENT, 40.3, 40.9, "PPLA2", "TR", "61")
TURKEY = Place("t:4", "Turkey", Kind.COUNTRY, 34.9, 39.1, "PCLI", "TR")
SYRIA = Place("t:6", "Syria", Kind.COUNTRY, 38.5, 35.0, "PCLI", "SY")
NUMAN = Place("t:5", "Ma‘arrat an Nu‘mān", Kind.SETTLEMENT, 36.7, 35.6, "PPLA2", "SY", "12")


class Few(EmptyGazetteer):
    """A gazetteer of a few places."""

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        return {
            "gary": [NamedPlace(GARY, NameKind.PRIMARY)],
            "in": [NamedPlace(INDIANA, NameKind.ABBREVIATION)],
            "of": [NamedPlace(OF, NameKind.PRIMARY)],
            "turkey": [NamedPlace(TURKEY, NameKind.PRIMARY)],
            "indiana": [NamedPlace(INDIANA, NameKind.PRIMARY)],
            "syria": [NamedPlace(SYRIA, NameKind.PRIMARY)],
        }.get(key, [])

    def spelled_like(self, key: str, countries: Collection[str]) -> Sequence[NamedPlace]:
        is_numan = skeleton(key) == skeleton("ma arrat an numan")
        return [NamedPlace(NUMAN, NameKind.PRIMARY)] if is_numan and "SY" in countries else []


def read(text: str) -> Reading:
    return Reading(text, (), Standings(KnownNames(Few())))


def proposed(text: str, *, known: bool = True) -> list[str]:
    found = read(text).proposals
    return [text[proposal.start : proposal.end] for proposal in found if bool(proposal.found) == known]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The mayor of Gary, IN, spoke.", ["Gary", "IN"]),
        ("Mudslides hit Of, Turkey.", ["Of", "Turkey"]),
        ("IN THE END, Turkey won.", ["Turkey"]),
        ("GARY, IN TROUBLE, RESIGNS", ["GARY"]),
        ("The Bank Of Gary", ["Gary"]),
        ("In Turkey", ["Turkey"]),
        ("Gary, In the end", ["Gary"]),
    ],
)
def test_an_ordinary_word_is_a_name_only_beside_what_it_lies_in_or_holds(text: str, names: list[str]) -> None:
    assert proposed(text) == names


def test_names_in_another_romanisation_are_proposed_in_the_countries_of_the_text() -> None:
    assert proposed("They fled Maarat al-Numan for Gary.") == ["Gary"]
    text = "They fled Maarat al-Numan in Syria."
    respelled, syria = read(text).proposals
    assert text[respelled.start : respelled.end] == "Maarat al-Numan"
    assert [match.is_respelled for match in respelled.found] == [True]
    assert syria.key == "syria"


def test_an_article_is_no_part_of_a_name_in_another_romanisation() -> None:
    assert proposed("The Maarat al-Numan council met in Syria.") == ["Maarat al-Numan", "Syria"]


def test_names_that_nobody_knows_are_proposed_where_the_text_says_what_they_are() -> None:
    text = "They met in Xyzzyville on Quux Street. Foobar spoke of Zork Creek; he lives on Main St. today."
    assert proposed(text, known=False) == ["Xyzzyville", "Quux Street", "Zork Creek", "Main St."]


def test_a_model_gives_proposals_and_labels() -> None:
    text = "Foobar met Gary."
    spans = [NamedSpan(0, 6, "PERSON"), NamedSpan(11, 15, "GPE")]
    found = Reading(text, spans, Standings(KnownNames(Few()))).proposals
    assert [(text[p.start : p.end], p.label, bool(p.found)) for p in found] == [
        ("Foobar", "PERSON", False),
        ("Gary", "GPE", True),
    ]


def test_names_side_by_side_are_told_with_what_joins_them() -> None:
    reading = read("Gary, Indiana and Turkey")
    names = [reading.text[p.start : p.end] for p in reading.proposals]
    pairs = {(names[left], names[right], join) for left, right, join in reading.neighbours()}
    assert pairs == {("Gary", "Indiana", ", "), ("Indiana", "Turkey", " and ")}
