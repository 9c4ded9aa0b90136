"""What is told of a name in a text: its meanings, what spoke for each, and where it was refused."""

from __future__ import annotations

import pytest

from geo import Document, Geoparser
from geo.explanation import Explanation, explain
from geo.resolvers.features import FIELDS

pytestmark = pytest.mark.usefixtures("unpacked")

TEXT = (
    "The mayor of Paris, Texas, flew to Paris, France, on Monday. Officials in Dallas said the trip was short. "
    "Actress Anne Hilton stayed away. No paris was harmed. The M4 highway from Aleppo to Latakia in Syria is closed. "
    "The Syrian army is in Idlib."
)


@pytest.fixture(scope="module")
def geoparser() -> Geoparser:
    return Geoparser()


def explained(geoparser: Geoparser, name: str, text: str = TEXT) -> Explanation:
    return explain(geoparser, Document("trip", text), name)


def test_each_meaning_has_its_mentions_candidates_and_arguments(geoparser: Geoparser) -> None:
    found = explained(geoparser, "paris")
    texas, france = found.meanings
    assert [told.mention.toponym.start for told in texas.told] == [TEXT.index("Paris, T")]
    assert [told.mention.toponym.start for told in france.told] == [TEXT.index("Paris, F")]
    assert texas.options[0].match.place.id == "geonames:4717560"
    assert france.options[0].match.place.id == "geonames:2988507"
    assert texas.rival is not None
    assert texas.options[texas.rival].match.place.country_code == "FR"
    assert texas.pros[0].words == "placed in 'Texas' by the text"
    assert texas.pros[0].odds > 10
    assert "population 2,138,551" in [argument.words for argument in texas.cons]
    assert [argument.odds for argument in texas.pros] == sorted((one.odds for one in texas.pros), reverse=True)


def test_options_come_with_what_the_ranker_was_told(geoparser: Geoparser) -> None:
    (meaning,) = explained(geoparser, "Dallas").meanings
    assert set(meaning.options[0].features) == set(FIELDS)
    assert meaning.options[0].features["country"] > 0
    assert [option.share for option in meaning.options] == sorted((o.share for o in meaning.options), reverse=True)
    assert sum(option.share for option in meaning.options) == pytest.approx(1.0)


def test_the_decision_is_that_of_the_geoparser(geoparser: Geoparser) -> None:
    mentions = {mention.toponym: mention for mention in geoparser.parse([Document("trip", TEXT)]).mentions}
    told = [one for name in ("Paris", "Idlib", "M4") for m in explained(geoparser, name).meanings for one in m.told]
    assert len(told) == 4
    assert all(mentions[one.mention.toponym] == one.mention for one in told)


def test_steps_tell_how_a_name_came_through(geoparser: Geoparser) -> None:
    (meaning,) = explained(geoparser, "Idlib").meanings
    steps = meaning.told[0].steps
    assert steps.first is not None
    assert steps.judge is not None
    assert steps.judge == pytest.approx(meaning.told[0].mention.toponym.certainty, abs=0.001)


def test_what_is_refused_is_told_with_its_reason(geoparser: Geoparser) -> None:
    refused = {one.start: one for one in explained(geoparser, "Paris").refused}
    assert refused[TEXT.index("paris")].reason == "it is written without capitals"
    assert refused[TEXT.index("paris")].steps.first is None
    (hilton,) = explained(geoparser, "Hilton").refused
    assert "it looks like a person's name" in hilton.reason
    assert hilton.excerpt.text == "Actress Anne Hilton stayed away."


def test_a_word_inside_a_longer_name_points_to_that(geoparser: Geoparser) -> None:
    text = "Floods hit New Mexico and Texas."
    (found,) = explained(geoparser, "new", text).refused
    assert (found.start, found.reason) == (11, "it is part of 'New Mexico'")


def test_roads_have_a_meaning_without_candidates(geoparser: Geoparser) -> None:
    (meaning,) = explained(geoparser, "M4").meanings
    assert (meaning.options, meaning.rival, meaning.pros) == ((), None, ())
    assert getattr(meaning.told[0].mention.resolution.referent, "ref", None) == "M4"


def test_demonyms_that_were_dropped_are_told_so() -> None:
    found = explained(Geoparser(demonyms="drop"), "Syrian")
    assert [one.reason for one in found.refused] == ["it is left out, as was asked"]
    assert found.meanings == ()


def test_a_name_that_is_not_there_has_no_explanation(geoparser: Geoparser) -> None:
    for name in ("Narnia", "Par", "", " "):
        found = explained(geoparser, name)
        assert (found.meanings, found.refused) == ((), ())
