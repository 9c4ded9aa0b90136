"""An invented corpus about an invented world of any size: the same numbers always give the same atlas.

Words follow the law of Zipf and Mandelbrot, so that texts pack about as well as news does (2.7 to 1); places lie in
clusters, as towns do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from geo.atlas import Atlas
from geo.extent import Extent
from geo.model import Candidate, Document, Excerpt, Kind, Mention, Place, Resolution, Role, Toponym
from tests.world import MIN_CONFIDENCE, EmptyGazetteer

SOURCES = tuple(
    f"The {word} {paper}" for word in ("Daily", "Evening", "Northern", "Free") for paper in ("Post", "Wire")
)
_SYLLABLES = "ba ce da el fo gu ha in jo ka lu me no or pi qua ra se ti um va wi xe yo zu ar en is ot un".split()
_VOCABULARY = 20_000
_WORDS_A_SENTENCE = (12, 34)
_SENTENCES_AN_ARTICLE = (10, 20)
_UNITS = 60
"""First-level units, each a cluster of places with a country of its own for every four."""
_EVIDENCE = ("exact name", "its unit is named too", "larger than its namesakes", "near the other places of the text")


@dataclass
class CrowdGazetteer(EmptyGazetteer):
    """Names the units of the invented world, and gives its towns."""

    places: Sequence[Place] = ()
    _by_size: list[Place] = field(init=False)

    def __post_init__(self) -> None:
        self._by_size = sorted(self.places, key=lambda place: -(place.population or 0))

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        if admin2_code:
            return None
        kind, name = (Kind.ADMIN1, f"Unit {admin1_code}") if admin1_code else (Kind.COUNTRY, f"Land {country_code}")
        return Place(f"x:{name}", name, kind, 0.0, 0.0, country_code=country_code, admin1_code=admin1_code)

    def largest_in(self, extent: Extent, limit: int, *, kinds: Collection[Kind] = ()) -> Sequence[Place]:
        inside = (place for place in self._by_size if extent.contains(place.lonlat))
        return [place for place, _ in zip(inside, range(limit), strict=False)]


def crowd(articles: int, mentions: int, places: int, *, seed: int = 1) -> tuple[Atlas, CrowdGazetteer]:
    """Return an atlas of so many articles, mentions and places, and the gazetteer it needs.

    Every place is mentioned; there must be at least as many mentions as places.
    """
    random = Random(seed)
    towns = [_town(random, number) for number in range(places)]
    shares = list(accumulate(1 / rank for rank in range(1, places + 1)))
    told = [*towns, *random.choices(towns, cum_weights=shares, k=mentions - places)]
    random.shuffle(told)
    writer = _Writer(random)
    documents: list[Document] = []
    found: list[Mention] = []
    for number in range(articles):
        document, own = writer.article(number, told[number::articles])
        documents.append(document)
        found += own
    return Atlas(documents, found), CrowdGazetteer(places=towns)


def _town(random: Random, number: int) -> Place:
    """Invent a place: four in five near the heart of a unit, the others anywhere between the polar circles."""
    unit = random.randrange(_UNITS)
    heart = Random(unit)
    lon, lat = heart.uniform(-120, 150), heart.uniform(-40, 60)
    if random.random() < 0.8:
        lon, lat = lon + random.gauss(0, 4), lat + random.gauss(0, 3)
    else:
        lon, lat = random.uniform(-180, 180), random.uniform(-55, 66)
    name = "".join(random.choices(_SYLLABLES, k=random.randint(2, 4))).capitalize()
    country = "".join(chr(ord("A") + digit) for digit in divmod(unit // 4, 26))
    population = int(10 ** random.uniform(2, 7))
    return Place(
        f"geonames:{100_000 + number}",
        name,
        Kind.SETTLEMENT,
        round(lon, 5),
        round(max(-85.0, min(85.0, lat)), 5),
        "PPL",
        country,
        f"{unit:02d}",
        population=population,
    )


class _Writer:
    """Writes articles."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.words = ["".join(random.choices(_SYLLABLES, k=1 + rank % 4)) for rank in range(_VOCABULARY)]
        self.shares = list(accumulate(1 / (rank + 6) for rank in range(_VOCABULARY)))

    def article(self, number: int, places: Sequence[Place]) -> tuple[Document, list[Mention]]:
        """Write an article in which each place stands in a sentence of its own."""
        count = max(len(places), self.random.randint(*_SENTENCES_AN_ARTICLE))
        chosen: list[Place | None] = [*places, *([None] * (count - len(places)))]
        self.random.shuffle(chosen)
        sentences = [self._sentence(place) for place in chosen]
        title = self._words(8)
        text = title + "\n"
        own: list[Mention] = []
        identity = f"article-{number:06d}"
        for at, (place, (sentence, offset)) in enumerate(zip(chosen, sentences, strict=True)):
            start = len(text)
            text += sentence + ("\n" if at % 3 == 2 else " ")
            if place:
                toponym = Toponym(start + offset, start + offset + len(place.name), place.name)
                own.append(Mention(identity, self._resolution(toponym, place), _excerpt(start, sentence)))
        source = self.random.choice(SOURCES)
        return Document(identity, text, title, source, f"{identity}.txt"), own

    def _sentence(self, place: Place | None) -> tuple[str, int]:
        """Write a sentence, with a place in it or not; the number is the offset of its name."""
        count = self.random.randint(*_WORDS_A_SENTENCE)
        earlier = self.random.randint(1, count - 1)
        before, after = self._words(earlier), self._words(count - earlier).lower()
        return f"{before} {place.name if place else 'and'} {after}.", len(before) + 1

    def _words(self, count: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.shares, k=count)).capitalize()

    def _resolution(self, toponym: Toponym, place: Place) -> Resolution:
        random = self.random
        confidence = round(random.uniform(0.8, 1.0) if random.random() < 0.85 else random.uniform(0.3, 0.74), 3)
        role = Role.METONYM if random.random() < 0.05 else Role.LITERAL
        rivals = tuple(_rivals(random, place, 1 - confidence))
        evidence = tuple(random.sample(_EVIDENCE, random.randint(1, 3)))
        candidates = (Candidate(place, confidence), *rivals)
        return Resolution(toponym, place, confidence, role, candidates, evidence, confidence >= MIN_CONFIDENCE)


def _rivals(random: Random, place: Place, left: float) -> Iterator[Candidate]:
    for number in range(random.randrange(4)):
        left /= 2
        lon, lat = round(random.uniform(-180, 180), 5), round(random.uniform(-55, 66), 5)
        key, country = f"geonames:{random.randrange(10**6, 10**7)}", f"A{chr(ord('A') + number)}"
        rival = Place(key, place.name, place.kind, lon, lat, "PPL", country, f"{random.randrange(_UNITS):02d}")
        yield Candidate(rival, left)


def _excerpt(start: int, sentence: str) -> Excerpt:
    return Excerpt(start, start + len(sentence), sentence)
