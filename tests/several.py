"""Thirty invented articles of four sources about real towns, over forty days, and the gazetteer that they need."""

from __future__ import annotations

import datetime
import re

from geo.atlas import Atlas
from geo.model import Document
from tests.story import ANKARA, ARIHA, settlement
from tests.story import StoryGazetteer as SeveralGazetteer
from tests.world import ALEPPO, IDLIB, LATAKIA, mention

__all__ = ["FIRST_DAY", "SOURCES", "SeveralGazetteer", "several"]

SOURCES = ("The Daily Post", "Coast Radio", "Northern Wire", "Orontes Weekly")
FIRST_DAY = datetime.date(2020, 3, 2)
UNDATED = (7, 16, 25)
"""Numbers of the articles without a date."""

_TOWNS = (
    IDLIB,
    ALEPPO,
    LATAKIA,
    ARIHA,
    ANKARA,
    settlement(1, "Antakya", 36.1572, 36.2067, "TR", 377_793),
    settlement(2, "Hama", 36.7578, 35.1318, "SY", 460_602),
    settlement(3, "Homs", 36.7234, 34.7308, "SY", 775_404),
    settlement(4, "Tartus", 35.8866, 34.889, "SY", 89_457),
    settlement(5, "Jableh", 35.9267, 35.3619, "SY", 80_000),
    settlement(6, "Afrin", 36.8686, 36.5119, "SY", 48_693),
    settlement(7, "Saraqib", 36.8058, 35.8644, "SY", 32_495),
    settlement(8, "Baniyas", 35.9485, 35.1818, "SY", 41_632),
    settlement(9, "Salamiyah", 37.0524, 35.0118, "SY", 94_887),
    settlement(10, "Tripoli", 35.8498, 34.4367, "LB", 229_398),
)
_NAMES = {"Ariha" if town is ARIHA else town.name: town for town in _TOWNS}
_HAPPENINGS = (
    "Trucks with flour reached {0} after a night on the road from {1}.",
    "The market in {0} opened again. Traders came from {1} and from {2}.",
    "Rain closed the road between {0} and {1}.",
    "A school in {0} took in families from {1}.",
    "Fishermen from {0} said that prices in {1} had doubled.",
)


def _article(number: int) -> Document:
    """Write an article; news thins out with time, and moves from the first towns to the last."""
    names = list(_NAMES)
    chosen = [names[(number // 3 + step * (number % 4 + 1)) % len(names)] for step in range(3)]
    text = _HAPPENINGS[number % len(_HAPPENINGS)].format(*chosen)
    day = FIRST_DAY + datetime.timedelta(days=round(39 * (number / 29) ** 1.7))
    source = SOURCES[(0, 1, 0, 2, 3, 0, 1)[number % 7]]
    return Document(
        f"article-{number:02d}",
        text,
        text.partition(".")[0],
        source,
        "articles.jsonl",
        date=None if number in UNDATED else day,
    )


def several(count: int = 30) -> Atlas:
    """Return the atlas of the first so many articles."""
    documents = [_article(number) for number in range(count)]
    pattern = "|".join(_NAMES)
    found = [
        mention(document, match.group(), _NAMES[match.group()], after=match.start())
        for document in documents
        for match in re.finditer(pattern, document.text)
    ]
    return Atlas(documents, found)
