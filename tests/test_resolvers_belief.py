"""The mutual support of candidates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.gazetteers import NameKind
from geo.gazetteers.matching import Match
from geo.model import Kind, Place
from geo.resolvers.belief import Weights, believe
from geo.resolvers.crowd import Crowd
from geo.resolvers.senses import Sense


def town(key: str, lon: float, lat: float, country: str, population: int) -> Match:
    return Match(Place(key, key, Kind.SETTLEMENT, lon, lat, "PPL", country, None, None, population), NameKind.PRIMARY)


def beliefs(
    *names: tuple[Match, ...], trust: Sequence[float] | None = None, home: str | None = None
) -> list[list[float]]:
    groups = [Sense(str(i), found, members=[i]) for i, found in enumerate(names)]
    crowd = Crowd(groups, [list(found) for found in names], trust or [1.0] * len(names), home=home)
    belief, _ = believe(crowd, Weights(), rounds=4, max_anchors=1500)
    return [list(map(float, of_sense)) for of_sense in crowd.split(belief)]


HERE, THERE = town("homs-sy", 36.7, 34.7, "SY", 50_000), town("homs-ly", 14.3, 32.6, "LY", 60_000)


def test_alone_the_larger_place_is_believed_more() -> None:
    ((here, there),) = beliefs((HERE, THERE))
    assert there > here


def test_a_neighbour_turns_the_belief() -> None:
    (here, there), _ = beliefs((HERE, THERE), (town("hama", 36.8, 35.1, "SY", 300_000),))
    assert here > 0.8 > there


def test_a_neighbour_that_may_be_no_place_turns_it_less() -> None:
    hama = (town("hama", 36.8, 35.1, "SY", 300_000),)
    zlitan = (town("zlitan", 14.6, 32.5, "LY", 100_000),)
    (balanced, _), *_ = beliefs((HERE, THERE), hama, zlitan)
    (drowned, _), *_ = beliefs((HERE, THERE), hama, zlitan, trust=[1.0, 0.05, 1.0])
    assert balanced > drowned


def test_what_is_published_in_a_country_speaks_of_that_country() -> None:
    ((abroad, _),) = beliefs((HERE, THERE))
    ((at_home, _),) = beliefs((HERE, THERE), home="SY")
    assert at_home > 0.8 > abroad


def test_a_name_without_candidates_has_no_belief_and_does_no_harm() -> None:
    nothing, one = beliefs((), (HERE,))
    assert nothing == []
    assert one == [1.0]


matches_of_a_name = st.lists(
    st.builds(
        town,
        st.uuids().map(str),
        st.floats(-180, 180),
        st.floats(-90, 90),
        st.sampled_from(["SY", "US", "TR"]),
        st.integers(1, 10_000_000),
    ),
    max_size=5,
).map(tuple)


names_of_a_text = st.lists(matches_of_a_name, min_size=1, max_size=5).filter(any)


@given(names_of_a_text)
def test_the_beliefs_in_each_name_sum_to_one(names: list[tuple[Match, ...]]) -> None:
    for found, shares in zip(names, beliefs(*names), strict=True):
        assert sum(shares) == pytest.approx(1.0 if found else 0.0)
        assert all(np.isfinite(shares))


@given(names_of_a_text)
def test_the_order_of_the_names_does_not_matter(names: list[tuple[Match, ...]]) -> None:
    forwards, backwards = beliefs(*names), beliefs(*reversed(names))
    for one, other in zip(forwards, reversed(backwards), strict=True):
        assert one == pytest.approx(other, abs=1e-6)
