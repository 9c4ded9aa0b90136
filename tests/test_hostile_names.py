"""Hostile names and sizes, given to the whole pipeline: bounded work, and no place told as a fact that nobody named."""

from __future__ import annotations

import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from geo.atlas import Atlas
from geo.gazetteers import NamedPlace, NameKind
from geo.gazetteers.known import KnownNames
from geo.learned import load_learned
from geo.model import Document, Kind, Place, Resolution, Toponym
from geo.pipeline import Geoparser
from geo.recognizers.model import WITHOUT_MODEL
from geo.resolvers.context import ContextResolver
from tests.hostile.make_hostile import CASES, Case
from tests.timing import assert_linear, seconds
from tests.world import EmptyGazetteer

FEW = 600
MODELS = (WITHOUT_MODEL, "en_core_web_sm")
NAMES = [case for case in CASES if case.file_name.startswith("N")]


@pytest.fixture(scope="module", params=MODELS)
def geoparser(request: pytest.FixtureRequest, unpacked: None) -> Geoparser:
    geoparser = Geoparser(model=request.param)
    geoparser.parse([Document("warm", "He left Paris for Rome.")])
    return geoparser


@pytest.fixture(scope="module")
def fast_geoparser(unpacked: None) -> Geoparser:
    geoparser = Geoparser()
    geoparser.parse([Document("warm", "He left Paris for Rome.")])
    return geoparser


def read(geoparser: Geoparser, text: str) -> Atlas:
    atlas = geoparser.parse([Document("hostile", text)])
    for mention in atlas.mentions:
        toponym = mention.toponym
        assert text[toponym.start : toponym.end] == toponym.text
        assert 0.0 <= mention.resolution.confidence <= 1.0
        assert not mention.resolution.is_asserted or mention.resolution.referent is not None
    return atlas


def asserted(atlas: Atlas) -> list[tuple[str, str]]:
    return [
        (mention.toponym.text, mention.resolution.referent.name)
        for mention in atlas.mentions
        if mention.resolution.is_asserted and mention.resolution.referent is not None
    ]


# --- what must not be told as a fact


@pytest.mark.parametrize("case", NAMES, ids=lambda case: case.what)
def test_every_hostile_name_is_read_twice_alike(geoparser: Geoparser, case: Case) -> None:
    assert isinstance(case.content, bytes)
    text = case.content.decode()
    assert read(geoparser, text) == read(geoparser, text)


@pytest.mark.parametrize(
    "text",
    [
        "Stir the butter and sugar until smooth, then add two eggs.",
        "He said P\u0430ris was quiet on Monday and L\u03bfndon too.",  # Cyrillic and Greek letters
        "Paris Hilton met Jack London's fan Michael Jordan.",
        "The Washington Post hired Chelsea Clinton and Austin Powers.",
        "Sydney Sweeney, Florence Pugh and Brooklyn Beckham met Israel Adesanya.",
        "Shell and Phoenix Group rose after Ford and Lincoln reported; Virginia Woolf stayed.",
        "The towns of Xyzzyville and Qwrtpshire were evacuated.",
        "Near Taumatawhakatangihangakoauauotamateapokai and " + "Llan" * 75 + ".",
        "\U0001f1eb\U0001f1f7 and \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "He walked from Y to Å past 1770.",
        "Report from \u202esiraP\u202c on Monday.",
        "floods hit nice, reading and of course mobile on monday",
    ],
    ids=lambda text: text[:24],
)
def test_no_place_is_asserted_that_nobody_named(geoparser: Geoparser, text: str) -> None:
    assert asserted(read(geoparser, text)) == []


def test_letters_of_another_script_do_not_make_a_name_known(geoparser: Geoparser) -> None:
    atlas = read(
        geoparser, "Troops left P\u0430ris for L\u03bfndon, and then M\u03bfscow, officials in P\u0430ris said."
    )
    assert [mention.resolution.referent for mention in atlas.mentions] == [None] * len(atlas.mentions)


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad"])
def test_a_name_is_found_through_characters_that_nobody_sees(fast_geoparser: Geoparser, hidden: str) -> None:
    text = f"Fire broke out in Pa{hidden}ris and in Lon{hidden}don on Monday, police said."
    plain = read(fast_geoparser, text.replace(hidden, ""))
    found = read(fast_geoparser, text)
    assert [entry.referent.id for entry in found.places] == [entry.referent.id for entry in plain.places] != []
    assert {mention.toponym.text.replace(hidden, "") for mention in found.mentions} == {"Paris", "London"}


def test_decomposed_names_mean_what_composed_ones_do(fast_geoparser: Geoparser) -> None:
    text = "Floods hit São Paulo, Córdoba and Łódź on Monday, officials said."
    composed, decomposed = read(fast_geoparser, text), read(fast_geoparser, unicodedata.normalize("NFD", text))
    assert [entry.referent.id for entry in decomposed.places] == [entry.referent.id for entry in composed.places]
    assert len(decomposed.mentions) == len(composed.mentions) == 3


def test_a_name_may_begin_with_any_latin_capital(fast_geoparser: Geoparser) -> None:
    atlas = read(fast_geoparser, "Fighting went on in Ḩamāh and in Ţarţūs in Syria, officials said.")
    assert [mention.toponym.text for mention in atlas.mentions] == ["Ḩamāh", "Ţarţūs", "Syria"]


# --- work that grows with the text, and no faster


def _invented(count: int) -> Iterator[str]:
    return (f"{a}{b}{c}{d}ville" for a in "BCDFGHJKLM" for b in "aeiou" for c in "bdfgklmnpr" for d in "aeio"[:count])


@pytest.mark.parametrize(
    "make",
    [
        lambda count: "Paris. " * count,
        lambda count: "Paris, " * count,
        lambda count: "-".join(["Paris"] * count),
        lambda count: "They left Paris, Texas. They saw Paris, France. " * (count // 4),
        lambda count: "and the men of Paris went to Rome " * (count // 2),
        lambda count: "FLOODS HIT PARIS, LYON AND NEW YORK; " * (count // 3),
        lambda count: " ".join(f"He left {name}{number}." for number in range(count // FEW) for name in _invented(4)),
        lambda count: "\U0001f1eb\U0001f1f7 Paris \U0001f5fc " * count,
        lambda count: "Взрывы прогремели в Киеве, Москве и Харькове. " * (count // 3),
        lambda count: "北京上海广州深圳" * (count // 4),
        lambda count: "Trip to P" + "\u0301" * (20 * count) + "aris and Rome.",
        lambda count: "a." * (10 * count),
        lambda count: "aB1" * (50 * count),
        lambda count: "Llan" * 75 + " " + " ".join(["Near " + "Llan" * 75] * (count // 4)),
    ],
    ids=[
        "sentences",
        "list",
        "hyphens",
        "chains",
        "one sentence",
        "capitals",
        "invented",
        "flags",
        "Cyrillic",
        "Chinese",
        "marks",
        "stops",
        "one word",
        "long names",
    ],
)
def test_time_grows_no_faster_than_the_text(fast_geoparser: Geoparser, make: Callable[[int], str]) -> None:
    assert_linear(lambda size: read(fast_geoparser, make(size)), FEW)


class CrowdedGazetteer(EmptyGazetteer):
    """A gazetteer in which every name has many places, of all kinds and in many countries and units."""

    def __init__(self, places: int) -> None:
        super().__init__()
        kinds = (Kind.SETTLEMENT, Kind.ADMIN2, Kind.PHYSICAL, Kind.SETTLEMENT, Kind.ADMIN1)
        self._named = tuple(
            NamedPlace(
                Place(
                    f"geonames:{number}",
                    "Anywhere",
                    kinds[number % len(kinds)],
                    number * 37 % 358 - 179.0,
                    number * 17 % 130 - 60.0,
                    country_code="ABCDEFGHIJ"[number % 10] + "KLMNOPQRST"[number // 10 % 10],
                    admin1_code=f"{number % 20:02}",
                    population=(places - number) * 100,
                ),
                (NameKind.PRIMARY, NameKind.ALTERNATE)[number % 2],
            )
            for number in range(places)
        )

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        return self._named if key.endswith("ville") else ()


def _chain(count: int) -> tuple[Document, list[Toponym]]:
    """Return a text of names behind each other, of which each might lie in the next: "Babaville, Babeville, ..."."""
    names = list(_invented(4))[:count]
    toponyms, at = [], 0
    for name in names:
        toponyms.append(Toponym(at, at + len(name), name))
        at += len(name) + 2
    return Document("chain", ", ".join(names)), toponyms


def _seconds_to_resolve(names: int, places: int) -> float:
    reader = Geoparser(gazetteer=CrowdedGazetteer(places)).reader
    document, toponyms = _chain(names)
    resolutions: list[Resolution] = []
    taken = seconds(lambda: resolutions.extend(reader.resolve(document, toponyms)))
    assert [resolution.toponym for resolution in resolutions] == toponyms
    return taken


def test_a_thousand_names_of_five_hundred_places_are_resolved_in_seconds() -> None:
    assert _seconds_to_resolve(1000, 500) < 10  # 1.9 s where it was written


def test_candidates_are_not_compared_in_all_pairs() -> None:
    assert_linear(lambda places: _seconds_to_resolve(200, places), 125)


def _peak_bytes(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_is_bounded_for_more_names_than_candidates_fit() -> None:
    resolver = ContextResolver(KnownNames(CrowdedGazetteer(5)))
    names = [f"Qa{number:05}ville" for number in range(5000)]
    toponyms = [Toponym(at * 20, at * 20 + len(name), name) for at, name in enumerate(names)]
    document = Document("many", "".join(f"{name:20}" for name in names))
    assert _peak_bytes(lambda: resolver.rank(document, toponyms)) < 300 << 20


def test_trees_read_any_number_of_rows_in_little_memory() -> None:
    trees = load_learned().without_model.first
    rows = np.random.default_rng(7).normal(size=(20_000, len(trees.fields))).astype(np.float32)
    assert _peak_bytes(lambda: trees.scores(rows)) < 32 << 20
    assert (trees.scores(rows)[9_990:10_010] == trees.scores(rows[9_990:10_010])).all()
