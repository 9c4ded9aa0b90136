"""How well lines are found in the annotated sentences, without help in finding their places."""

from __future__ import annotations

import pytest

from bench.roads_recognition import Outcome, outcomes, scores
from geo.pipeline import Geoparser

LEAST_PRECISION = {"dev": 0.97, "kept": 0.95}
LEAST_RECALL = {"dev": 0.97, "kept": 0.88}
"""The kept half is read by nobody who writes rules."""
LEAST_ENDS = {"dev": 0.97, "kept": 0.93}
LEAST_VIAS = {"dev": 0.94, "kept": 0.86}


@pytest.fixture(scope="module", params=["dev", "kept"])
def half(request: pytest.FixtureRequest, unpacked: None) -> tuple[str, list[Outcome]]:
    name: str = request.param
    return name, list(outcomes(name, Geoparser().reader.find))


def shown(half: tuple[str, list[Outcome]]) -> str:
    """Return what failed: the lines of the half that rules are written with, of the other only which texts."""
    name, results = half
    failed = [result for result in results if result.missed or result.invented]
    return "; ".join(
        f"{result.id} missed {result.missed} invented {result.invented}" if name == "dev" else result.id
        for result in failed
    )


def test_hardly_anything_else_is_taken_for_a_line(half: tuple[str, list[Outcome]]) -> None:
    assert scores(half[1]).precision >= LEAST_PRECISION[half[0]], shown(half)


def test_the_lines_of_a_text_are_found(half: tuple[str, list[Outcome]]) -> None:
    assert scores(half[1]).recall >= LEAST_RECALL[half[0]], shown(half)


def test_their_ends_and_the_places_on_them_are_read(half: tuple[str, list[Outcome]]) -> None:
    figures = scores(half[1])
    assert figures.ends >= LEAST_ENDS[half[0]]
    assert figures.vias >= LEAST_VIAS[half[0]]
