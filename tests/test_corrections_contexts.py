"""Which mentions the context of a row is about, and how one is told from the others."""

from __future__ import annotations

import pytest

from geo.corrections.contexts import Contexts


def spans(text: str, name: str) -> list[tuple[int, int]]:
    starts = [at for at in range(len(text)) if text.startswith(name, at)]
    return [(start, start + len(name)) for start in starts]


@pytest.mark.parametrize(
    ("context", "fitting"),
    [
        ("Paris, Texas", [True, False, False]),
        ("TEXAS", [True, True, False]),
        ("Texas, saw Paris", [False, True, False]),
        ("Paris", [True, True, True]),
        ("it rained. Paris", [False, False, False]),
        ("Parisian", [False, False, False]),
        ("rain", [False, False, False]),
    ],
)
def test_a_context_with_the_name_in_it_is_about_the_name_there(context: str, fitting: list[bool]) -> None:
    text = "Paris,\u00a0Texas, saw Paris as it rained.\nParis slept."
    assert [Contexts(text).fits(context, span) for span in spans(text, "Paris")] == fitting


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("Paris, Texas, and Paris, France.", "Paris", ["Paris, Texas", "Paris, France"]),
        ("Rain in Paris. Rain in Paris. Snow in Paris.", "Paris", ["Rain in Paris", "Rain in Paris", "Snow in Paris"]),
        ("Paris. Paris.", "Paris", [None, None]),
        ("在巴黎下雨。\n在巴黎下雪。", "巴黎", ["巴黎下雨", "巴黎下雪"]),
        (f"Snow {'rain ' * 9}Idlib. Rain {'rain ' * 8}Idlib.", "Idlib", [None, None]),
    ],
)
def test_the_fewest_words_tell_a_mention_from_the_others(text: str, name: str, told: list[str | None]) -> None:
    contexts, where = Contexts(text), spans(text, name)
    found = [contexts.telling(span, [other for other in where if other != span]) for span in where]
    assert found == told
    for span, words in zip(where, found, strict=True):
        assert words is None or contexts.fits(words, span)
