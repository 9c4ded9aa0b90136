"""Places, governments and teams, peoples, and places inside names of organisations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.gazetteers import NameKind
from geo.gazetteers.embedded import open_embedded
from geo.model import Kind, Place, Role, Toponym
from geo.names import name_key
from geo.resolvers.roles import role_of
from tests.timing import assert_linear

KEPT = Path(__file__).parent / "gold" / "news" / "kept.jsonl"


def settlement(name: str, code: str = "PPL") -> Place:
    return Place(f"x:{name}", name, Kind.SETTLEMENT, 0.0, 0.0, code)


def country(name: str) -> Place:
    return Place(f"x:{name}", name, Kind.COUNTRY, 0.0, 0.0, "PCLI")


PLACES = {
    place.name: place
    for place in (
        *(settlement(name, "PPLC") for name in ("Ankara", "Cairo", "London", "Doha")),
        *(settlement(name) for name in ("Leeds", "Izmir", "Burnley", "Paris", "Aleppo", "Lokoja", "Madrid", "Austin")),
        *(
            country(name)
            for name in ("Iran", "Chad", "Mali", "Niger", "Brazil", "Syria", "U.S.", "England", "Australia")
        ),
        Place("x:Texas", "Texas", Kind.ADMIN1, 0.0, 0.0, "ADM1"),
        Place("x:Homs", "Homs", Kind.SETTLEMENT, 0.0, 0.0, "PPLA"),
        Place("x:Euphrates", "Euphrates", Kind.PHYSICAL, 0.0, 0.0, "STM"),
        Place("x:Wall Street", "Wall Street", Kind.FACILITY, 0.0, 0.0, "ST"),
    )
}


def role(marked: str, *, name_kind: NameKind = NameKind.PRIMARY) -> Role:
    """Return the role of the name in brackets."""
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    name = text[start:end]
    return role_of(text, Toponym(start, end, name), PLACES.get(name, settlement(name)), name_kind=name_kind)


@pytest.mark.parametrize(
    "text",
    [
        "[Ankara] denied the claim.",
        "[Ankara] will never accept it.",
        "[Ankara] is now in talks with them.",
        "[Chad], for its part, has refused to sign.",
        "[Iran] is accused of it.",
        "Rebels say [Chad] is arming them.",
        "After years of war [Mali], Niger and Chad agreed to meet.",
        "After years of war Mali, [Niger] and Chad agreed to meet.",
        "In Geneva, [Iran] rejected it.",
        "On Friday, [Iran] rejected it.",
        "Will [Ankara] agree?",
        "What [Cairo] wants is water.",
        '"[Texas] must pay," he said.',
        "[Izmir] voted to ban cars.",
        "[Iran] to send troops",
    ],
)
def test_who_does_what_needs_a_will_is_a_metonym(text: str) -> None:
    assert role(text) is Role.METONYM


@pytest.mark.parametrize(
    "text",
    [
        "Moscow contacted [Ankara] through a hotline.",
        "The minister asked Cairo and [London] for help.",
        "After talks with [Ankara] they left.",
        "Sanctions on [Iran] were lifted.",
        "The resolution against [Iran] failed.",
        "A truce between [Iran] and Syria holds.",
        "Envoys from Doha, [Cairo] and London met.",
        "A road paid for by [Ankara] has opened.",
        "Rebels loyal to [Ankara] hold the town.",
        "For [Ankara], the news is bad.",
        "A [U.S.]-led coalition struck.",
    ],
)
def test_who_is_treated_as_a_government_is_a_metonym(text: str) -> None:
    assert role(text) is Role.METONYM


@pytest.mark.parametrize(
    "text",
    [
        "[Leeds] beat Burnley.",
        "[Brazil] lost the final.",
        "Leeds thrashed [Burnley] at home.",
        "They won 2-0 against [Leeds].",
        "A win over [Brazil] will do.",
        "Leeds v [Burnley]",
        "[Leeds] 2-1 Burnley",
        "[England] striker Tom Hill limped off.",
    ],
)
def test_teams_are_metonyms_whatever_their_town(text: str) -> None:
    assert role(text) is Role.METONYM


def test_what_a_capital_owns_tells_a_government_from_a_town() -> None:
    assert role("[Ankara]'s envoy left.") is Role.METONYM
    assert role("[Ankara]'s trams were late.") is Role.LITERAL
    assert role("[Izmir]'s envoy left.") is Role.LITERAL
    assert role("[Iran]'s refusal surprised them.") is Role.METONYM
    assert role("[Iran]'s second-largest lake is dry.") is Role.LITERAL


@pytest.mark.parametrize(
    "text",
    [
        "[Ankara] was hit by a storm.",
        "[Ankara] has five million people.",
        "[Ankara] is growing.",
        "Officials in central [Ankara] said so.",
        "A bus from [Ankara] said to be late",
        "Missiles were fired against [Iran] overnight.",
        "The border between [Iran] and Syria is shut.",
        "The border with [Iran] is shut.",
        "He lives in Izmir, [Iran], he said.",
        "A bakery in Austin, [Texas] said it would close.",
        "Towns such as [Doha] want rain.",
        "Thousands fled from [Syria] to Doha.",
        "[Homs] countryside was shelled.",
        "The [Euphrates] refused to fall.",
        "[Izmir] is a port.",
        "It happened [Aleppo]-side.",
        "The [Ankara]",
    ],
)
def test_where_things_are_and_happen_is_literal(text: str) -> None:
    assert role(text) is Role.LITERAL


@pytest.mark.parametrize(
    "text",
    [
        "They were met by [U.S.] troops.",
        "The firm competes with [U.S.] brands.",
        "The [Leeds]-based firm closed.",
        "Police accused an [Ankara] man.",
        "A deal with a [London] broker fell through.",
        "The [Texas] governor resigned.",
        "[Texas] Governor Ann Hill resigned.",
        "[Texas] plan talks",
    ],
)
def test_a_name_that_says_whose_the_next_word_is_stays_literal(text: str) -> None:
    assert role(text) is Role.LITERAL


@pytest.mark.parametrize(
    "text",
    [
        "He left the University of [Aleppo].",
        "The Bank of [England] held rates.",
        "The Reserve Bank of [Australia] held rates.",
        "She studied at the University of Texas at [Austin].",
        "He died at the Federal Medical Centre, [Lokoja].",
        "A vet at University College [London] advised patience.",
        "[Leeds] City Council met.",
        "The [U.S.] Army said so.",
        "The [U.S.] Department of State said so.",
        "The [Texas] and Oklahoma High Court refused bail.",
        "The [Paris] Fire District met.",
        "[Leeds] United won.",
        "Real [Madrid] won.",
        "Cricket [Australia] said so.",
        "The City of [Leeds] sued.",
    ],
)
def test_a_place_inside_the_name_of_an_organisation_is_embedded(text: str) -> None:
    assert role(text) is Role.EMBEDDED


@pytest.mark.parametrize(
    "text",
    [
        "The university of [Aleppo]",
        "[Leeds] city council workers",
        "[Leeds] Station was shut.",
        "[Paris] Road School Street was shut.",
        "He parked in the City of [Leeds].",
        "The police in [Leeds] said so.",
        "She left Oxford University for [Paris].",
        "[Leeds]\nCouncil tax is to rise.",
        "[Aleppo]'s University Hospital was hit.",
    ],
)
def test_a_place_beside_an_organisation_is_not_embedded(text: str) -> None:
    assert role(text) is not Role.EMBEDDED


def test_capitals_tell_nothing_in_a_headline() -> None:
    assert role("[Texas] Floods Close Every School\n\nRain fell.") is Role.LITERAL
    assert role("The [Texas] Flood Control School closed.") is Role.EMBEDDED


def test_a_word_for_people_is_a_demonym_unless_an_organisation_is_named_with_it() -> None:
    for text in (
        "The [Syrian] army fled.",
        "The [Syrian] Army fled.",
        "[Syrian] officials said so.",
        "The [Syrian] said no.",
    ):
        assert role(text, name_kind=NameKind.DEMONYM) is Role.DEMONYM
    for text in ("The [British] Transport Police came.", "The [Syrian] Democratic Forces came."):
        assert role(text, name_kind=NameKind.DEMONYM) is Role.EMBEDDED


def test_sites_that_stand_for_who_sits_in_them() -> None:
    assert role("[Wall Street] finished lower.") is Role.METONYM
    assert role("He walked along [Wall Street].") is Role.LITERAL


@pytest.mark.parametrize(
    "text", ["[Ankara] a refusé.", "Die Bank in [Ankara] schweigt.", "[Ankara] отказалась.", "[Ankara]"]
)
def test_other_languages_know_only_the_place(text: str) -> None:
    assert role(text) is Role.LITERAL


def test_one_endless_line_costs_no_more_than_a_short_one() -> None:
    def roles(size: int) -> None:
        text = "ANKARA AND PARIS, LEEDS " * size
        places = [Toponym(24 * at, 24 * at + 6, "ANKARA") for at in range(0, size, 20)]
        found = {role_of(text, toponym, PLACES["Ankara"], name_kind=NameKind.PRIMARY) for toponym in places}
        assert found == {Role.LITERAL}

    assert_linear(roles, 20_000)


def annotated() -> Iterator[tuple[str, Toponym, Place, NameKind, str]]:
    """Give every annotated toponym with its place, as the gazetteer has it or at the annotator's point."""
    gazetteer = open_embedded()
    for line in KEPT.read_text(encoding="utf-8").splitlines():
        piece = json.loads(line)
        for mark in piece["toponyms"]:
            toponym = Toponym(mark["start"], mark["end"], mark["surface"])
            found = [one for one in gazetteer.lookup(name_key(toponym.text)) if one.place.id == mark["id"]]
            place = Place(mark["id"] or "x:1", toponym.text, Kind.SETTLEMENT, mark["lon"], mark["lat"])
            named = (found[0].place, found[0].name_kind) if found else (place, NameKind.PRIMARY)
            yield piece["text"], toponym, *named, mark["role"]


def test_roles_agree_with_the_annotated_pieces() -> None:
    given = Counter(
        (said, str(role_of(text, toponym, place, name_kind=name_kind)))
        for text, toponym, place, name_kind, said in annotated()
    )
    assert given.total() >= 400
    right = sum(count for (said, told), count in given.items() if said == told)
    assert right / given.total() >= 0.90, sorted(given.items())
    # A metonym that is told as a place is drawn as one; the other way round a place would be hidden.
    told_metonym = sum(count for (_, told), count in given.items() if told == "metonym")
    assert given["metonym", "metonym"] / told_metonym >= 0.85, sorted(given.items())
