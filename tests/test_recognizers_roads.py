"""Roads in sentences, and what only looks like one."""

from __future__ import annotations

import pytest

from geo.model import Toponym
from geo.recognizers.roads import RoadReference, recognize_roads


def roads(text: str, *names: str) -> list[RoadReference]:
    places = [Toponym(text.index(name), text.index(name) + len(name), name) for name in names]
    return recognize_roads(text, sorted(places))


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Fighting cut the M4 highway.", "M4"),
        ("Traffic on the M-4 motorway was slow.", "M-4"),
        ("They closed Highway 4 on Monday.", "Highway 4"),
        ("A crash on Route 60 near the mall.", "Route 60"),
        ("Snow closed Interstate 95.", "Interstate 95"),
        ("Snow closed I-95 overnight.", "I-95"),
        ("the A1(M) motorway", "A1(M)"),
        ("Convoys use the M5 international highway daily.", "M5"),
        ("the motorway M25 around the city", "M25"),
        ("the N1 main road", "N1"),
        ("A crash on US Highway 101 near the mall.", "US Highway 101"),
    ],
)
def test_a_reference_beside_a_word_for_a_road_is_one(text: str, ref: str) -> None:
    assert [road.ref for road in roads(text)] == [ref]


@pytest.mark.parametrize(
    "text",
    [
        "He carried an M4 carbine on the way.",
        "An M4 rifle was found by the road.",
        "Print it on A4 paper.",
        "The M23 rebels advanced.",
        "F-16 jets took off.",
        "A B2 bomber flew over.",
        "The road was 60 km long.",
        "The BRCA1 gene and the H5N1 virus.",
        "We travelled 5 miles along the road.",
    ],
)
def test_a_look_alike_is_no_road(text: str) -> None:
    assert roads(text) == []


def test_two_references_share_one_word_for_a_road() -> None:
    assert [road.ref for road in roads("Both the M4 and M5 highways are open.")] == ["M4", "M5"]


def test_a_bare_reference_counts_once_the_text_has_shown_it_to_be_a_road() -> None:
    found = roads("The M4 highway reopened. Later the M4 was shelled, and the M4 carbine jammed.")
    assert [road.toponym.start for road in found] == [4, 35]


@pytest.mark.parametrize(
    "text",
    [
        "the M4 highway, which links the cities of Aleppo and Latakia, was cut",
        "the M4 highway between Aleppo and Latakia",
        "the M4 highway from Aleppo to Latakia",
        "the M4 highway connecting Aleppo with Latakia",
        "the Aleppo-Latakia M4 highway",
        "the Aleppo–Latakia highway",
        "the road that runs from Aleppo to the port of Latakia",
        "the Aleppo to Latakia road",
    ],
)
def test_the_ends_of_a_road_are_read_from_its_sentence(text: str) -> None:
    (road,) = roads(text, "Aleppo", "Latakia")
    assert road.ends is not None
    assert [end.text for end in road.ends] == ["Aleppo", "Latakia"]


def test_places_of_another_sentence_are_not_the_ends() -> None:
    (road,) = roads("The M4 highway was cut. It links Aleppo and Latakia.", "Aleppo", "Latakia")
    assert road.ends is None


def test_a_road_without_reference_needs_both_ends() -> None:
    assert roads("The road to Aleppo was cut.", "Aleppo") == []


def test_many_lookalike_characters_take_linear_time() -> None:
    import time

    for bait in ("M4 " * 20_000, "A-" * 30_000, "road " * 12_000, "M4 and " * 9_000):
        start = time.process_time()
        recognize_roads(bait, [])
        assert time.process_time() - start < 2.0
