"""Grouping toponyms into senses."""

from __future__ import annotations

from geo.gazetteers import NameKind
from geo.gazetteers.matching import Match
from geo.model import Kind, Place, Toponym
from geo.resolvers.senses import Sense, senses


def place(key: str, kind: Kind, country: str, admin1: str | None = None, population: int = 1000) -> Match:
    return Match(Place(key, key, kind, 0.0, 0.0, None, country, admin1, None, population), NameKind.PRIMARY)


KNOWN = {
    "Paris": (place("paris-fr", Kind.SETTLEMENT, "FR", "11"), place("paris-tx", Kind.SETTLEMENT, "US", "TX")),
    "Texas": (place("texas", Kind.ADMIN1, "US", "TX"),),
    "France": (place("france", Kind.COUNTRY, "FR"),),
    "Mexico": (place("mexico", Kind.COUNTRY, "MX"), place("mexico-tx", Kind.SETTLEMENT, "US", "TX")),
    "California": (place("california", Kind.ADMIN1, "US", "CA"),),
    "Idlib": (place("idlib", Kind.SETTLEMENT, "SY", "12"), place("idlib-province", Kind.ADMIN1, "SY", "12")),
}


def grouped(text: str, *names: str) -> list[Sense]:
    toponyms, position = [], 0
    for name in names:
        start = text.index(name, position)
        position = start + len(name)
        toponyms.append(Toponym(start, position, name))
    return senses(text, toponyms, lambda written: KNOWN.get(written, ()))


def test_mentions_of_one_name_share_a_sense() -> None:
    (sense,) = grouped("Idlib fell. Idlib burned.", "Idlib", "Idlib")
    assert sense.members == [0, 1]


def test_a_name_and_its_container_are_kept_together() -> None:
    paris, texas = grouped("in Paris, Texas", "Paris", "Texas")
    assert paris.container_name == "Texas"
    assert texas.container_name is None


def test_one_name_in_two_containers_has_two_senses_and_bare_mentions_join_the_last() -> None:
    found = grouped("Paris, Texas and Paris, France. Paris won.", "Paris", "Texas", "Paris", "France", "Paris")
    assert {sense.container_name: sense.members for sense in found if sense.key == "paris"} == {
        "Texas": [0],
        "France": [2, 4],
    }


def test_a_list_of_peers_is_no_container() -> None:
    mexico, *_ = grouped("in Mexico, Texas and California", "Mexico", "Texas", "California")
    assert mexico.container_name is None


def test_a_generic_word_decides_only_when_every_mention_has_one() -> None:
    (alone,) = grouped("in Idlib province", "Idlib")
    assert alone.unit_kinds is not None
    assert Kind.ADMIN1 in alone.unit_kinds
    (mixed,) = grouped("in Idlib province, in Idlib", "Idlib", "Idlib")
    assert mixed.unit_kinds is None


def test_a_name_beside_river_means_the_river_and_not_the_state() -> None:
    state = place("mississippi", Kind.ADMIN1, "US", "MS")
    river = place("mississippi-river", Kind.PHYSICAL, "US")
    known = {"Mississippi": (state,), "Mississippi river": (river, state), "Mississippi state": (state,)}
    text = "The Mississippi river flooded towns in Mississippi."
    toponyms = [Toponym(at, at + 11, "Mississippi") for at in (4, 39)]
    by_the_river, the_state = senses(text, toponyms, lambda written: known.get(written, ()))
    assert (by_the_river.matches, by_the_river.members) == ((river,), [0])
    assert (the_state.matches, the_state.members) == ((state,), [1])


def test_a_name_beside_dam_or_air_base_means_the_one_called_so() -> None:
    town = place("kakhovka", Kind.SETTLEMENT, "UA")
    dam, base = place("kakhovka-dam", Kind.FACILITY, "UA"), place("kakhovka-air-base", Kind.FACILITY, "UA")
    known = {"Kakhovka": (town,), "Kakhovka dam": (dam,), "Kakhovka air base": (base, town)}
    text = "The Kakhovka dam broke. Kakhovka air base, Kakhovka bridge and Kakhovka were hit."
    starts = [4, 24, 43, 63]
    toponyms = [Toponym(at, at + 8, "Kakhovka") for at in starts]
    found = {sense.matches: sense.members for sense in senses(text, toponyms, lambda written: known.get(written, ()))}
    assert found == {(dam,): [0], (base,): [1], (town,): [2, 3]}
