"""The figures of `geo.evaluation`, beside those of ``bench/score.py`` and those worked out by hand."""

from __future__ import annotations

import importlib.util
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.evaluation.bootstrap import intervals
from geo.evaluation.calibration import Claim, by_tenth, expected_error, together
from geo.evaluation.gold import GoldDocument, GoldToponym, read_gold
from geo.evaluation.judging import Prediction, predictions_of
from geo.evaluation.meaning import meaning_by
from geo.evaluation.metrics import Figures, Tally, figures, total
from geo.evaluation.report import Evaluation, as_record, evaluate
from geo.extent import Extent
from geo.gazetteers import NamedPlace, NameKind
from geo.gazetteers.embedded import open_embedded
from geo.model import Document, Kind, Place
from tests.timing import assert_linear
from tests.world import ALEPPO, ARTICLE, IDLIB, LATAKIA, SYRIA, EmptyGazetteer, SmallGazetteer, atlas_of

Mentions = Literal["found", "given"]
Span = tuple[int, int]
Point = tuple[int, int] | None
Marked = list[tuple[Span, Point]]
Seen = list[tuple[Span, Point, float]]
NOTHING_KNOWN = EmptyGazetteer()
LENGTH = 40


def scorer() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "bench" / "score.py"
    spec = importlib.util.spec_from_file_location("bench_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCORE = scorer()


def place(lat: float, lon: float, id_: str = "test:1", kind: Kind = Kind.SETTLEMENT, **more: object) -> Place:
    return Place(id_, "Somewhere", kind, lon, lat, **more)  # type: ignore[arg-type]  # the fields of a place


def document(id_: str, *toponyms: GoldToponym, text: str = "x" * LENGTH) -> GoldDocument:
    return GoldDocument(Document(id_, text), toponyms)


def toponym(start: int, end: int, lat: float | None = None, lon: float | None = None, **more: str) -> GoldToponym:
    lonlat = None if lat is None or lon is None else (lon, lat)
    return GoldToponym(start, end, more.pop("text", "x" * (end - start)), lonlat, **more)


def found(start: int, end: int, place: Place | None = None, confidence: float = 0.9, **more: str) -> Prediction:
    return Prediction(start, end, more.pop("text", "x" * (end - start)), place, confidence, **more)


spans = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 12)).map(lambda s: (s[0], min(LENGTH, s[0] + s[1])))
points = st.none() | st.tuples(st.integers(-89, 89), st.integers(-180, 180)) | st.sampled_from([(35, 36), (36, 36)])
marked = st.lists(st.tuples(spans, points), max_size=8, unique_by=lambda one: one[0])
seen = st.lists(st.tuples(spans, points, st.floats(0, 1)), max_size=8)
corpora = st.lists(st.tuples(marked, seen), min_size=1, max_size=5)


def row(span: Span, point: Point) -> dict[str, int | None]:
    lat, lon = point or (None, None)
    return {"start": span[0], "end": span[1], "lat": lat, "lon": lon}


@settings(max_examples=150)
@given(corpus=corpora, mentions=st.sampled_from(["found", "given"]))
def test_figures_are_those_of_the_scorer(corpus: Sequence[tuple[Marked, Seen]], mentions: Mentions) -> None:
    gold, predicted, golds, predictions = [], [], [], []
    for number, (of_gold, of_found) in enumerate(corpus):
        id_ = str(number)
        golds.append({"id": id_, "toponyms": [row(span, point) for span, point in of_gold]})
        predictions.append({"id": id_, "predictions": [row(span, point) for span, point, _ in of_found]})
        gold.append(document(id_, *(toponym(*span, *(point or (None, None))) for span, point in of_gold)))
        predicted.append([found(*span, place(*point) if point else None, sure) for span, point, sure in of_found])
    expected = SCORE.evaluate(golds, predictions, gold_mentions=mentions == "given", bootstrap=20)
    result = evaluate(gold, predicted, gazetteer=NOTHING_KNOWN, mentions=mentions, replicates=20)
    assert_equal(result, expected, mentions)


def assert_equal(result: Evaluation, expected: dict[str, Any], mentions: Mentions) -> None:
    group = "resolution" if mentions == "found" else "gold_mentions"
    resolved = expected[group]
    shares = {f"{group}.{key}": resolved[key] for key in ("acc161", "acc20")}
    if mentions == "found":
        for name in ("recognition_exact", "recognition_overlap", "end_to_end", "end_to_end_strict"):
            shares |= {f"{name}.{key}": expected[name][key[:1] if key != "f1" else key] for key in KEYS}
        assert list(result.intervals["end_to_end.f1"]) == expected["ci95"]
    for name, value in shares.items():
        assert as_number(result.figures[name]) == pytest.approx(value, nan_ok=True), name
    for name in ("mean_km", "median_km", "auc"):
        distance = as_number(getattr(result.distances, name))
        assert distance == pytest.approx(resolved[name], rel=1e-6, abs=1e-6, nan_ok=True), name


KEYS = ("precision", "recall", "f1")


def as_number(value: float | None) -> float:
    return math.nan if value is None else value


def test_asserted_places_score_as_if_the_others_had_not_been_found() -> None:
    gold = document("a", toponym(0, 5, 36, 36), toponym(10, 15, 36, 36))
    # The better fitting span is not sure enough; the other then stands for the first toponym.
    seen = [found(0, 5, place(0, 0), 0.3), found(3, 8, place(36, 36), 0.5), found(20, 25, place(0, 0), 0.9)]
    result = evaluate([gold], [seen], gazetteer=NOTHING_KNOWN, min_confidence=0.5)
    assert (result.figures["end_to_end.precision"], result.figures["end_to_end.recall"]) == (0, 0)
    assert (result.figures["asserted.precision"], result.figures["asserted.recall"]) == (0.5, 0.5)
    assert (result.false_places, result.false_asserted) == (2, 1)
    assert dict(result.thresholds)[0.9] == {"precision": 0, "recall": 0, "f1": 0}
    assert dict(result.thresholds)[0.5] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}


def test_a_text_without_toponyms_and_no_text_at_all_have_figures() -> None:
    false = evaluate([document("a")], [[found(0, 5, place(0, 0))]], gazetteer=NOTHING_KNOWN, replicates=3)
    assert (false.false_places, false.figures["end_to_end.f1"], false.figures["resolution.acc161"]) == (1, 0, None)
    assert false.intervals["end_to_end.f1"] == (0, 0)
    nothing = evaluate([], [], gazetteer=NOTHING_KNOWN, replicates=3)
    assert (nothing.counts, nothing.intervals, nothing.calibration_error) == (total([]), {}, None)
    assert json.loads(json.dumps(as_record(nothing), allow_nan=False))["distances"]["auc"] is None


def test_calibration_by_hand() -> None:
    claims = [Claim(0.85, True, True), Claim(0.85, False, True), Claim(0.35, False, False), Claim(0.9, True, True)]
    tenths = by_tenth(claims)
    assert [tenth.count for tenth in tenths] == [0, 0, 0, 1, 0, 0, 0, 0, 2, 1]
    assert (tenths[8].confidence, tenths[8].near, tenths[8].right) == (0.85, 0.5, 1)
    assert (tenths[0].confidence, tenths[0].near) == (None, None)
    assert expected_error(claims) == pytest.approx((2 * 0.35 + 0.35 + 0.1) / 4)
    assert expected_error(claims, of="right") == pytest.approx((2 * 0.15 + 0.35 + 0.1) / 4)
    assert (expected_error([]), together([]).count) == (None, 0)


def test_places_at_toponyms_without_a_point_are_neither_right_nor_wrong() -> None:
    gold = document("a", toponym(0, 5), toponym(10, 15, 36, 36))
    result = evaluate([gold], [[found(0, 5, place(0, 0)), found(10, 15, place(36, 36))]], gazetteer=NOTHING_KNOWN)
    assert (result.sure.count, result.sure.near) == (1, 1)
    assert (result.figures["end_to_end.precision"], result.figures["end_to_end_strict.precision"]) == (1, 0.5)


def _rows() -> list[list[Tally]]:
    return [[total([])._replace(toponyms=4, found=4, exact=n, overlapping=4)] for n in (0, 1, 2, 3, 4, 4)]


def _exact(counts: Tally) -> Figures:
    return {"exact": figures(counts)["recognition_exact.f1"], "never": None}


def test_intervals_are_the_same_for_the_same_seed() -> None:
    one, again = (intervals(_rows(), _exact, replicates=200, seed=7) for _ in range(2))
    other = intervals(_rows(), _exact, replicates=200, seed=8)
    assert one == again
    assert one != other
    assert one.keys() == {"exact"}
    low, high = one["exact"]
    assert 0 < low < 14 / 24 < high < 1


def test_intervals_of_one_text_have_no_width_and_without_draws_there_are_none() -> None:
    assert intervals(_rows()[1:2], _exact, replicates=5) == {"exact": (0.25, 0.25)}
    assert intervals(_rows(), _exact, replicates=0) == {}
    assert intervals([], _exact, replicates=5) == {}


CHINA = place(35, 105, "geonames:1814991", Kind.COUNTRY, country_code="CN")
STATE = place(43, -75.5, "geonames:5128638", Kind.ADMIN1, country_code="US", admin1_code="NY")
CITY = place(40.71, -74.0, "geonames:5128581", country_code="US", admin1_code="NY")
SEA = place(20, 38, "placelines:red-sea", Kind.PHYSICAL, extent=Extent(32.0, 12.0, 44.0, 30.0))
INDONESIA = place(-5, 120, "geonames:1643084", Kind.COUNTRY, country_code="ID", extent=Extent(95.0, -11.0, 141.0, 6.0))
SAHEL = place(15, 0, "placelines:sahel", Kind.REGION, extent=Extent(-17.0, 10.0, 38.0, 18.0))
OTHER_SAHEL = place(14, 0, "geonames:1", Kind.REGION, extent=Extent(-10.0, 10.0, 10.0, 20.0))


@dataclass
class Named(EmptyGazetteer):
    """A gazetteer of a few names, with rough areas of China and the state of New York."""

    names: dict[str, tuple[Place, ...]] = field(
        default_factory=lambda: {
            "china": (CHINA,),
            "new york": (CITY, STATE),
            "red sea": (SEA,),
            "indonesia": (INDONESIA,),
            "sahel": (SAHEL, OTHER_SAHEL),
        }
    )

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        return [NamedPlace(one, NameKind.PRIMARY) for one in self.names.get(key, ())]

    def get(self, place_id: str) -> Place | None:
        return next((one for places in self.names.values() for one in places if one.id == place_id), None)

    def units_at(self, lonlat: tuple[float, float]) -> tuple[str, ...]:
        lon, lat = lonlat
        if 74 < lon < 134 and 20 < lat < 53:
            return "CN", "CN.01"
        return ("US", "US.NY") if -80 < lon < -72 and 40.5 < lat < 45 else ()


@pytest.mark.parametrize(
    ("name", "lat", "lon", "place_id", "expected"),
    [
        ("China", 35, 103, None, CHINA),
        ("China", 45, 85, None, CHINA),
        ("China", 55, 103, None, None),
        ("northern China", 45, 85, None, None),
        ("New York", 40.71, -74.0, None, CITY),
        ("New York", 43, -75, None, STATE),
        ("New York", 44.9, -73.5, None, STATE),
        ("New York", 44.9, -73.5, CITY.id, CITY),
        ("New York", 44.9, -73.5, "geonames:999", None),
        ("New York", 44.9, -73.5, "wikidata:Q1384", STATE),
        ("Red Sea", 14, 42, None, SEA),
        ("Red Sea", 35, 25, None, None),
        ("Indonesia", -7, 110, None, INDONESIA),
        ("Sahel", 12, -9, None, None),
        ("Sahel", 12, 30, None, SAHEL),
        ("Atlantis", 35, 103, None, None),
    ],
)
def test_a_toponym_means_the_place_of_its_name_at_or_around_its_point(
    name: str, lat: float, lon: float, place_id: str | None, expected: Place | None
) -> None:
    assert meaning_by(Named())(GoldToponym(0, len(name), name, (lon, lat), place_id)) == expected


@pytest.mark.usefixtures("unpacked")
@pytest.mark.parametrize(
    ("name", "lat", "lon", "expected"),
    [
        ("China", 35, 103, "geonames:1814991"),
        ("Canadian", 60, -95, "geonames:6251999"),
        ("Australia", -27, 133, "geonames:2077456"),
        ("Alberta", 55, -115, "geonames:5883102"),
        ("New York", 40.71, -74.0, "geonames:5128581"),
        ("São Paulo", -23.55, -46.63, "geonames:3448439"),
    ],
)
def test_the_points_of_other_gazetteers_lead_to_the_place(name: str, lat: float, lon: float, expected: str) -> None:
    means = meaning_by(open_embedded())(GoldToponym(0, len(name), name, (lon, lat)))
    assert means is not None
    assert means.id == expected


def test_the_very_place_is_right_and_the_state_around_a_city_is_not() -> None:
    gold = document("a", toponym(0, 5, 45, 85, text="China"), toponym(10, 18, 40.71, -74.0, text="New York"))
    result = evaluate([gold], [[found(0, 5, CHINA), found(10, 18, STATE)]], gazetteer=Named())
    assert (result.figures["resolution.acc161"], result.figures["resolution.acc_right"]) == (0, 0.5)
    assert (result.figures["end_to_end.f1"], result.figures["end_to_end_right.f1"]) == (0, 0.5)
    assert (result.kinds["country"].near, result.kinds["country"].right) == (0, 1)
    assert (result.kinds["settlement"].found, result.kinds["settlement"].right) == (1, 0)
    assert [(one.text, one.place.id, round(one.km)) for one in result.misplaced] == [("New York", STATE.id, 283)]


def test_roles_are_counted_where_they_are_annotated() -> None:
    gold = document(
        "a",
        toponym(0, 5, 36, 36, role="literal"),
        toponym(6, 9, 36, 36, role="metonym"),
        toponym(10, 15, role="metonym"),
        toponym(20, 25, role="demonym"),
        toponym(30, 35, 36, 36),
    )
    seen = [
        found(0, 5, place(36, 36)),
        found(6, 9, place(36, 36)),
        found(10, 15, place(36, 36), role="metonym"),
        found(30, 35, place(36, 36), role="demonym"),
    ]
    result = evaluate([gold], [seen], gazetteer=NOTHING_KNOWN)
    assert {role: (part.toponyms, part.found, part.near) for role, part in result.roles.items()} == {
        "literal": (1, 1, 1),
        "metonym": (2, 2, 1),
        "demonym": (1, 0, 0),
    }
    assert result.role_agreement.row("metonym") == {"literal": 1, "metonym": 1}
    assert result.role_agreement.accuracy == pytest.approx(2 / 3)
    assert as_record(result)["roles_given"] == {
        "literal": {"literal": 1, "metonym": 0},
        "metonym": {"literal": 1, "metonym": 1},
        "demonym": {"literal": 0, "metonym": 0},
    }


def test_the_worst_errors_come_first_and_repeated_ones_together() -> None:
    near, far = place(30, 36, "test:near"), place(-30, -144, "test:far")
    golds = [
        document("a", *(toponym(n, n + 2, 36, 36, text="Ur") for n in (0, 4, 8, 12))),
        document("b", toponym(0, 2, text="UR"), toponym(4, 8, text="Kish")),
    ]
    seen = [
        [found(0, 2, near, 0.5), found(4, 6, far, 0.2), found(8, 10, near, 0.7), found(30, 33, near, 0.3, text="Mob")],
        [found(20, 23, near, 0.8, text="May"), found(30, 33, near, 0.6, text="May"), found(35, 36, None, text="I")],
    ]
    result = evaluate(golds, seen, gazetteer=NOTHING_KNOWN)
    assert [(one.place.id, one.confidence, one.count) for one in result.misplaced] == [
        ("test:far", 0.2, 1),
        ("test:near", 0.7, 2),
    ]
    assert [(one.document_id, one.text, one.confidence, one.count) for one in result.false] == [
        ("b", "May", 0.8, 2),
        ("a", "Mob", 0.3, 1),
    ]
    assert [(one.text, one.count, one.documents) for one in result.missed] == [("Ur", 2, 2), ("Kish", 1, 1)]
    assert len(evaluate(golds, seen, gazetteer=NOTHING_KNOWN, errors=1).misplaced) == 1
    given_names = evaluate(golds, [[], []], gazetteer=NOTHING_KNOWN, mentions="given")
    assert [(one.text, one.count) for one in given_names.missed] == [("Ur", 4)]


def test_roads_are_left_out() -> None:
    predictions = predictions_of(atlas_of(ARTICLE))
    assert [(one.text, one.place) for one in predictions] == [
        ("Idlib", IDLIB),
        ("Syrian", SYRIA),
        ("Aleppo", ALEPPO),
        ("Latakia", LATAKIA),
        ("Idlib", IDLIB),
        ("Xyzzyville", None),
    ]
    assert all(ARTICLE.text[one.start : one.end] == one.text for one in predictions)


def test_gold_is_read_with_everything_that_is_annotated(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    rows = [
        {"start": 0, "end": 4, "surface": "Homs", "lat": 34.7, "lon": 36, "id": "geonames:169577", "role": "literal"},
        {"start": 9, "end": 15, "lat": None, "lon": None, "geonameid": "163843", "country": "Syria", "page": "x"},
    ]
    path.write_text(json.dumps({"id": 7, "text": "Homs and Syrian", "source": "SANA", "toponyms": rows}) + "\n\n")
    (gold,) = read_gold(path)
    assert (gold.document.id, gold.document.source, gold.document.given_spans) == ("7", "SANA", ((0, 4), (9, 15)))
    assert gold.toponyms == (
        GoldToponym(0, 4, "Homs", (36.0, 34.7), "geonames:169577", None, "literal"),
        GoldToponym(9, 15, "Syrian", None, "geonames:163843", "Syria", None),
    )


GOOD = {"id": "good", "text": "Homs fell", "toponyms": []}
MARK = {"start": 0, "end": 4, "lat": 1, "lon": 2}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "{",
            "the line is not JSON (Expecting property name enclosed in double quotes, column 2); give",
        ),
        (b"\xff\xfe{", "the line is not JSON ("),
        ("[" * 100_000, "the line is not JSON ("),
        ("[]", "the row is not a JSON object"),
        ({"id": 1, "text": ""}, '"text" is empty'),
        ({"id": 1, "text": "Homs fell"}, '"toponyms" is missing; list the place names, [] for none'),
        (GOOD, "the id 'good' was used before; give every text its own"),
        ({**GOOD, "id": 1, "toponyms": [{"start": 0, "end": 99}]}, "a toponym needs 0 <= start < end <= 9, not {"),
        ({**GOOD, "id": 1, "toponyms": [MARK, MARK]}, "a toponym is marked twice; keep one of them"),
        (
            {**GOOD, "id": 1, "toponyms": [{**MARK, "surface": "Hama"}]},
            "toponym 1: the text has 'Homs' there, not 'Hama'; count code points",
        ),
        (
            {**GOOD, "id": 1, "toponyms": [{**MARK, "lat": 91}]},
            'toponym 1: "lat", "lon" are 91, 2; give degrees as numbers, or two nulls',
        ),
        ({**GOOD, "id": 1, "toponyms": [{**MARK, "lon": None}]}, 'toponym 1: "lat", "lon" are 1, None; give'),
        ({**GOOD, "id": 1, "toponyms": [{**MARK, "lon": "2"}]}, 'toponym 1: "lat", "lon" are 1, \'2\'; give'),
        ({**GOOD, "id": 1, "toponyms": [{**MARK, "lon": math.nan}]}, 'toponym 1: "lat", "lon" are 1, nan; give'),
        ({**GOOD, "id": 1, "toponyms": [{**MARK, "role": "x"}]}, "toponym 1: \"role\" is 'x'; give one of literal, "),
        ({**GOOD, "id": 1, "toponyms": [{**MARK, "role": []}]}, 'toponym 1: "role" is []; give one of literal, '),
        ({**GOOD, "id": 1, "toponyms": [{**MARK, "id": 7}]}, 'toponym 1: "id" is 7; give a text, or null'),
        (
            {**GOOD, "id": 1, "toponyms": [{**MARK, "geonameid": "Q7"}]},
            "toponym 1: \"geonameid\" is 'Q7'; give the number alone, or null",
        ),
    ],
)
def test_a_bad_line_is_told_with_file_and_line_and_the_others_are_read(
    line: str | bytes | dict[str, object], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "gold.jsonl"
    bad = line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
    path.write_bytes(b"\n".join([json.dumps(GOOD).encode(), bad, json.dumps({**GOOD, "id": "next"}).encode()]))
    errors: list[InputError] = []
    assert [gold.document.id for gold in read_gold(path, on_error=errors.append)] == ["good", "next"]
    (error,) = errors
    assert str(error).startswith(f"{path}:2: {message}")
    assert "\n" not in str(error)
    with pytest.raises(InputError, match=":2: "):
        list(read_gold(path))


def test_a_file_that_is_empty_or_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    for name, reason in (("empty", "it is empty; give one annotated text a line"), ("no", "there is no such file")):
        with pytest.raises(InputError, match=reason):
            list(read_gold(tmp_path / f"{name}.jsonl"))


def test_time_grows_no_faster_than_the_texts_to_score() -> None:
    golds = [document(str(n), *(toponym(i, i + 2, 36, 36, text="Ur") for i in range(0, 40, 4))) for n in range(1000)]
    seen = [[found(i, i + 2, IDLIB, i / 40) for i in range(0, 40, 4)] for _ in golds]

    def score(size: int) -> None:
        result = evaluate(golds[:size], seen[:size], gazetteer=SmallGazetteer(), replicates=1000)
        assert result.counts.near == 10 * size

    assert_linear(score, 250)
