"""An invented corpus to write files of: the same numbers always give the same atlas.

Its objects are as many, and shared as much, as the reader's: places and their namesakes are a gazetteer's, and what was
decided about a mention is its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from random import Random

from geo.atlas import Atlas
from geo.model import Candidate, Document, Excerpt, Kind, Mention, Place, Resolution, Role, Toponym
from geo.provenance import Run, Source

A_TEXT = 10
"""Mentions of one article."""
_SENTENCES = 4_000
_WORDS_A_SENTENCE = (14, 30)
_SYLLABLES = "ba ce da el fo gu ha in jo ka lu me no or pi qua ra se ti um va wi xe yo zu ar en is ot un".split()
_UNITS = {(country, unit): f"Unit {unit}" for country in ("AA", "AB", "AC", "AD") for unit in ("01", "02", None)}
_EVIDENCE = (
    "exact name",
    "its first-level unit is named in the text",
    "far more people than its 3 namesakes",
    "near the other places of the text",
    "the text says that it is a town",
)
_RUN = Run("0.0", "none", "0" * 64, 0.79, (Source("GeoNames", "2020-03-05", "GeoNames, CC BY 4.0"),))


def corpus(mentions: int, places: int) -> Atlas:
    """Return an atlas of so many mentions, in texts of `A_TEXT` each, of at most so many places."""
    random = Random(1)
    namesakes = [_namesakes(random, number) for number in range(places)]
    words = ["".join(random.choices(_SYLLABLES, k=1 + rank % 4)) for rank in range(5_000)]
    sentences = [" ".join(random.choices(words, k=random.randint(*_WORDS_A_SENTENCE))) for _ in range(_SENTENCES)]
    documents: list[Document] = []
    found: list[Mention] = []
    for number in range(mentions // A_TEXT):
        document, own = _article(random, number, namesakes, sentences)
        documents.append(document)
        found += own
    return Atlas(documents, found, units=_UNITS, runs=[_RUN])


def _namesakes(random: Random, number: int) -> list[Place]:
    """Invent a place, first, and the others of its name: mostly none or one."""
    name = "".join(random.choices(_SYLLABLES, k=random.randint(2, 4))).capitalize()
    return [_place(random, 10 * number + other, name) for other in range(random.choice((1, 1, 2, 2, 3, 5)))]


def _place(random: Random, key: int, name: str) -> Place:
    lon, lat = round(random.uniform(-180, 180), 5), round(random.uniform(-55, 66), 5)
    country, unit = random.choice("ABCD"), random.choice(("01", "02"))
    return Place(f"geonames:{key}", name, Kind.SETTLEMENT, lon, lat, "PPL", f"A{country}", unit, population=1_000)


def _article(
    random: Random, number: int, places: Sequence[Sequence[Place]], sentences: Sequence[str]
) -> tuple[Document, list[Mention]]:
    """Write an article, every other sentence of which names a place."""
    identity, text = f"article-{number:06d}", f"{random.choice(sentences)[:60].capitalize()}\n"
    found: list[Mention] = []
    for _ in range(A_TEXT):
        # Most texts speak of few places, and all of them together of some places far more than of others.
        of_one_name = places[int(len(places) * random.random() ** 3)]
        name, before = of_one_name[0].name, random.choice(sentences)
        sentence = f"{before.capitalize()} near {name} {random.choice(sentences)}."
        start = len(text)
        at = start + len(before) + len(" near ")
        resolution = _resolution(random, Toponym(at, at + len(name), name), of_one_name)
        found.append(Mention(identity, resolution, Excerpt(start, start + len(sentence), sentence)))
        text += f"{sentence} {random.choice(sentences)}.\n"
    date = datetime.date(2020, 1, 1) + datetime.timedelta(number % 365)
    document = Document(identity, text, text.partition("\n")[0], "The Daily Wire", f"{identity}.txt", None, date)
    return document, found


def _resolution(random: Random, toponym: Toponym, of_one_name: Sequence[Place]) -> Resolution:
    confidence = random.uniform(0.3, 1)
    candidates = (Candidate(of_one_name[0], confidence), *_rivals(of_one_name, 1 - confidence))
    role = Role.METONYM if random.random() < 0.05 else Role.LITERAL
    evidence = tuple(random.sample(_EVIDENCE, random.randint(1, 3)))
    return Resolution(
        toponym, of_one_name[0], confidence, role, candidates, evidence, confidence >= _RUN.min_confidence
    )


def _rivals(of_one_name: Sequence[Place], left: float) -> Iterator[Candidate]:
    for rival in of_one_name[1:]:
        left /= 2
        yield Candidate(rival, left)
