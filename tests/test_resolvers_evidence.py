"""Evidence in words: what made a place be preferred to its best rival."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from geo import Document, Geoparser
from geo.gazetteers import NameKind
from geo.gazetteers.matching import Match
from geo.model import Kind, Place
from geo.resolvers import evidence
from geo.resolvers.context import Ranking
from geo.resolvers.evidence import Evidence
from geo.resolvers.features import FIELDS
from geo.resolvers.grounds import GROUND_OF, SAME_FOR_ALL, SUMMED_UP, Ground, rival_of
from geo.resolvers.senses import Sense
from tests.world import ALEPPO, IDLIB, IDLIB_PROVINCE, LATAKIA, SYRIA

ELSEWHERE = Place("x:1", "Idlib", Kind.SETTLEMENT, -90.0, 30.0, country_code="US", population=90)


def match(place: Place, name_kind: NameKind = NameKind.PRIMARY, form: str | None = None) -> Match:
    return Match(place, name_kind, form)


def evidence_of(*senses: tuple[Sense, list[Match]], weighed: Mapping[Ground, float] | None = None) -> Evidence:
    """Return the evidence of senses with their candidates, the first of them weighed so."""
    import numpy as np

    ranked = [[(one, 0.9 if number == 0 else 0.05) for number, one in enumerate(found)] for _, found in senses]
    order = [list(range(len(found))) for _, found in senses]
    empty = np.zeros((0, len(FIELDS)), np.float32)
    ranking = Ranking([sense for sense, _ in senses], [], ranked, empty, order, empty.astype(np.float64))
    found = Evidence(ranking, None)
    found.grounds[0] = weighed or {}
    return found


def sense(key: str, *containers: Place) -> Sense:
    return Sense(key, (), [0], tuple(map(match, containers)), container_name=containers[0].name if containers else None)


def test_every_feature_of_the_ranker_has_a_subject() -> None:
    assert set(GROUND_OF) | set(SUMMED_UP) | SAME_FOR_ALL == set(FIELDS)
    assert not set(GROUND_OF) & (set(SUMMED_UP) | SAME_FOR_ALL)


def test_the_strongest_ground_comes_first_and_silent_ones_are_left_out() -> None:
    weighed = {Ground.NEAR: 2.0, Ground.RANK: 0.5, Ground.SIZE: 0.05, Ground.NAME: -1.0}
    found = evidence_of(
        (sense("idlib"), [match(IDLIB), match(ELSEWHERE)]), (sense("aleppo"), [match(ALEPPO)]), weighed=weighed
    )
    assert found.reasons(0) == ("56 km from Aleppo", "seat of its province", "1 rival")


def test_without_anything_learned_all_that_is_true_is_said() -> None:
    found = evidence_of((sense("idlib"), [match(IDLIB)]), (sense("syria"), [match(SYRIA)]))
    assert found.reasons(0) == (
        "exact name",
        "settlement",
        "seat of its province",
        "population 128,840",
        "in Syria, which the text names",
        "no rival",
    )


def test_what_the_text_says_of_a_name_is_told_whatever_the_rival() -> None:
    found = evidence_of((sense("idlib", SYRIA), [match(IDLIB), match(ELSEWHERE)]), weighed={Ground.SIZE: 1.0})
    assert found.reasons(0) == ("placed in 'Syria' by the text", "population 128,840", "1 rival")


def test_another_form_of_the_name_is_always_told() -> None:
    respelled = match(IDLIB, NameKind.ALTERNATE, "another spelling")
    found = evidence_of((sense("edlib"), [respelled, match(ELSEWHERE)]), weighed={Ground.RANK: 1.0})
    assert found.reasons(0) == ("alternate name", "another spelling", "seat of its province", "1 rival")


def test_a_tie_is_told_by_the_name_alone() -> None:
    found = evidence_of((sense("idlib"), [match(IDLIB), match(ELSEWHERE)]), weighed={Ground.SIZE: 0.0})
    assert found.reasons(0) == ("exact name", "1 rival")


def test_the_unit_around_a_town_is_no_rival_beside_another() -> None:
    town, unit, other = match(IDLIB), match(IDLIB_PROVINCE), match(ELSEWHERE)
    assert rival_of([(town, 0.8), (unit, 0.15), (other, 0.05)]) == 2
    assert rival_of([(unit, 0.8), (town, 0.15), (other, 0.05)]) == 2
    assert rival_of([(town, 0.8), (unit, 0.2)]) == 1
    assert rival_of([(town, 1.0)]) == 0
    found = evidence_of((sense("idlib"), [town, unit, other]), weighed={Ground.SIZE: 1.0})
    assert found.reasons(0) == ("population 128,840", "the town, not the first-level unit around it", "2 rivals")


def test_places_of_one_country_or_province_speak_for_each_other() -> None:
    others = (sense("aleppo"), [match(ALEPPO)]), (sense("latakia"), [match(LATAKIA)])
    found = evidence_of((sense("idlib"), [match(IDLIB), match(ELSEWHERE)]), *others, weighed={Ground.COUNTRY: 1.0})
    assert found.reasons(0) == ("in one country with Aleppo and 1 more", "1 rival")
    found = evidence_of(
        (sense("idlib"), [match(IDLIB), match(ELSEWHERE)]),
        (sense("idlib province"), [match(IDLIB_PROVINCE)]),
        weighed={Ground.UNIT: 1.0},
    )
    assert found.reasons(0) == ("in Idlib Governorate, which the text names", "1 rival")


def test_a_name_without_candidates_has_no_reasons() -> None:
    assert evidence_of((sense("xyzzy"), [])).reasons(0) == ()


@pytest.mark.usefixtures("unpacked")
def test_the_words_follow_from_the_learned_ranker(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The mayor of Paris, Texas, flew to Paris, France, on Monday."
    mentions = Geoparser().parse([Document("paris", text)]).mentions
    said = {mention.toponym.start: mention.resolution.evidence for mention in mentions}
    assert said[text.index("Paris, T")][0] == "placed in 'Texas' by the text"
    assert said[text.index("Paris, F")][:2] == ("placed in 'France' by the text", "population 2,138,551")
    monkeypatch.setattr(evidence, "LEAST_SAID", 99.0)
    mentions = Geoparser().parse([Document("paris", text)]).mentions
    assert mentions[0].resolution.evidence == ("placed in 'Texas' by the text", said[text.index("Paris, T")][-1])


def test_what_nobody_asks_for_is_not_weighed_and_the_rest_is_the_same() -> None:
    reader = Geoparser().reader
    document = Document("news", "Shells hit Idlib, Aleppo and Tripoli in Lebanon.")
    ranking = reader.resolver.rank(document, reader.find(document))
    every = reader.evidence(ranking)
    assert sum(map(bool, every.grounds)) > 1
    for number, weighed in enumerate(every.grounds):
        alone = reader.evidence(ranking, {number})
        assert alone.grounds == [weighed if other == number else {} for other in range(len(every.grounds))]
        assert alone.reasons(number) == every.reasons(number)
