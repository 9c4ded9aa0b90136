"""Proposals from capitals that a gazetteer knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from geo.gazetteers import NamedPlace, NameKind
from geo.model import Kind, Place
from geo.names import skeleton
from geo.recognizers.proposals import Reading
from tests.world import EmptyGazetteer

GARY = Place("t:1", "Gary", Kind.SETTLEMENT, -87.3, 41.6, "PPL", "US", "IN")
INDIANA = Place("t:2", "Indiana", Kind.ADMIN1, -86.3, 40.0, "ADM1", "US", "IN")
OF = Place("t:3", "Of", Kind.SETTLEMENT, 40.3, 40.9, "PPLA2", "TR", "61")
TURKEY = Place("t:4", "Turkey", Kind.COUNTRY, 34.9, 39.1, "PCLI", "TR")
NUMAN = Place("t:5", "Ma‘arrat an Nu‘mān", Kind.SETTLEMENT, 36.7, 35.6, "PPLA2", "SY", "12")


class Few(EmptyGazetteer):
    """A gazetteer of a few places."""

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        return {
            "gary": [NamedPlace(GARY, NameKind.PRIMARY)],
            "in": [NamedPlace(INDIANA, NameKind.ABBREVIATION)],
            "of": [NamedPlace(OF, NameKind.PRIMARY)],
            "turkey": [NamedPlace(TURKEY, NameKind.PRIMARY)],
        }.get(key, [])

    def spelled_like(self, key: str, countries: Collection[str]) -> Sequence[NamedPlace]:
        is_numan = skeleton(key) == skeleton("ma arrat an numan")
        return [NamedPlace(NUMAN, NameKind.PRIMARY)] if is_numan and "SY" in countries else []


def proposed(text: str) -> list[str]:
    return [text[proposal.start : proposal.end] for proposal in Reading(text, (), Few()).proposals]


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


def test_names_in_another_romanisation_are_proposed_in_the_countries_of_the_document() -> None:
    text = "They fled Maarat al-Numan for Gary."
    reading = Reading(text, (), Few())
    assert [proposal.key for proposal in reading.proposals] == ["gary"]
    assert reading.propose_respelled({"US"}) == []
    (respelled,) = reading.propose_respelled({"SY", "US"})
    assert text[respelled.start : respelled.end] == "Maarat al-Numan"
    assert [match.is_respelled for match in respelled.found] == [True]
    assert [proposal.key for proposal in reading.proposals] == ["maarat al numan", "gary"]


def test_an_article_is_no_part_of_a_name_in_another_romanisation() -> None:
    text = "The Maarat al-Numan council met."
    (respelled,) = Reading(text, (), Few()).propose_respelled({"SY"})
    assert text[respelled.start : respelled.end] == "Maarat al-Numan"
