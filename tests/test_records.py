"""Values as JSON records and back: what is shared is written once, and what a damaged record holds goes no further."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from shapely import LineString, MultiLineString

from geo.checked import checked, course_of, day_or_none, texts
from geo.model import Candidate, Correction, Document, Excerpt, Mention, Place, Referent
from geo.records import (
    ReferentList,
    document_from,
    document_record,
    mention_from,
    mention_record,
    referents_from,
    run_from,
    run_record,
)
from tests.lines import M4_ALL, M4_SECTION
from tests.story import ARIHA
from tests.strategies import atlases
from tests.world import ALEPPO, ARTICLE, IDLIB, LATAKIA, RUN, mention


def parsed(record: Mapping[str, Any]) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(json.dumps(record, default=str))


def there_and_back(said: Mention, document: Document = ARTICLE) -> Mention:
    referents = ReferentList()
    referents.add(said)
    record = parsed(mention_record(said, document, referents))
    return mention_from(record, document, referents_from(parsed({"all": referents.records})["all"]))


def test_a_section_comes_after_its_ends_the_places_on_it_and_its_whole() -> None:
    referents = ReferentList()
    assert (referents.number(M4_SECTION), referents.number(IDLIB), referents.number(None)) == (5, 6, None)
    written = [record["id"] for record in referents.records]
    assert sorted(written[:4]) == sorted([ALEPPO.id, LATAKIA.id, ARIHA.id, "geonames:167357"])
    assert written[4:] == [M4_ALL.id, M4_SECTION.id, IDLIB.id]
    assert referents_from(parsed({"all": referents.records})["all"])[5] == M4_SECTION


def test_equal_referents_are_one_and_those_that_only_share_an_id_are_two() -> None:
    referents = ReferentList()
    renamed = replace(IDLIB, name="Idleb")
    assert [referents.number(each) for each in (IDLIB, replace(IDLIB), renamed, IDLIB)] == [0, 0, 1, 0]
    assert [record["name"] for record in referents.records] == ["Idlib", "Idleb"]


def test_a_sentence_is_written_only_where_it_is_no_part_of_the_text() -> None:
    said = mention(ARTICLE, "Idlib", IDLIB)
    other = replace(said, excerpt=Excerpt(16, 32, "Idlib was quiet?"))
    texts_of = [mention_record(each, ARTICLE, ReferentList())["sentence"]["text"] for each in (said, other)]
    assert texts_of == [None, "Idlib was quiet?"]
    assert [there_and_back(said), there_and_back(other)] == [said, other]


def test_a_correction_keeps_its_day_and_candidates_their_order() -> None:
    said = mention(ARTICLE, "Idlib", IDLIB, rivals=[Candidate(M4_SECTION, 0.02), Candidate(IDLIB, 0.01)])
    correction = Correction(None, "N. N.", datetime.date(2020, 3, 5))
    corrected = replace(said, resolution=replace(said.resolution, correction=correction))
    assert there_and_back(corrected) == corrected


@settings(max_examples=200)
@given(atlases())
def test_any_value_comes_back_as_it_was(atlas: Any) -> None:  # noqa: ANN401 (an atlas)
    by_id = {document.id: document for document in atlas.documents}
    assert [document_from(parsed(document_record(each))) for each in atlas.documents] == list(atlas.documents)
    assert [there_and_back(said, by_id[said.document_id]) for said in atlas.mentions] == list(atlas.mentions)
    assert [run_from(parsed(run_record(run))) for run in atlas.runs] == list(atlas.runs)


def test_a_text_that_was_changed_is_not_the_one_that_was_read() -> None:
    record = {**document_record(ARTICLE), "text": ARTICLE.text.replace("quiet", "loud")}
    with pytest.raises(ValueError, match="the text of article 'ceasefire' is not the one that was read"):
        document_from(record)


def _referents(*values: Referent) -> list[dict[str, Any]]:
    referents = ReferentList()
    for value in values:
        referents.number(value)
    found: list[dict[str, Any]] = parsed({"all": referents.records})["all"]
    return found


@pytest.mark.parametrize(
    "change",
    [
        {"ends": [-1, 0]},
        {"ends": [5, 0]},
        {"ends": [6, 0]},
        {"ends": [99, 0]},
        {"ends": [4, 0]},
        {"ends": [0]},
        {"ends": 3},
        {"via": [True]},
        {"via": [-2]},
        {"via": None},
        {"whole": 0},
        {"whole": 5},
        {"whole": -1},
        {"whole": "4"},
        {"osm_ids": "way/1"},
        {"osm_ids": [1]},
        {"kind": "lane"},
        {"course": None},
        {"origin": []},
        {"name": None},
        {"length_m": "1"},
        {"length_m": True},
        {"geometry": None},
        {"geometry": {"type": "Point", "coordinates": [1, 2]}},
        {"type": "place"},
        {"type": []},
    ],
    ids=str,
)
def test_a_line_that_is_told_by_itself_by_what_comes_later_or_by_nothing_is_refused(change: dict[str, Any]) -> None:
    records = _referents(M4_SECTION)
    assert referents_from(records)[-1] == M4_SECTION
    records[-1] |= change
    with pytest.raises((KeyError, TypeError, ValueError, IndexError)):
        referents_from(records)


@pytest.mark.parametrize(
    "change",
    [
        {"lon": 181},
        {"lat": "35"},
        {"lat": None},
        {"lon": True},
        {"lon": 10**400},
        {"extent": [1, 2, 3]},
        {"extent": [1, 5, 3, 4]},
        {"extent": "abcd"},
        {"population": 0.5},
        {"claimed_by": "RU"},
        {"name": 5},
        {"kind": {}},
    ],
    ids=lambda change: str(change)[:30],
)
def test_a_place_with_a_value_of_another_sort_is_refused(change: dict[str, Any]) -> None:
    (record,) = _referents(IDLIB)
    with pytest.raises((TypeError, ValueError, OverflowError)):
        referents_from([record | change])


def test_members_that_a_later_version_adds_are_left_out() -> None:
    (record,) = _referents(IDLIB)
    assert referents_from([record | {"timezone": "Asia/Damascus"}]) == [IDLIB]
    assert run_from({**run_record(RUN), "machine": "mine"}) == RUN


@pytest.mark.parametrize(
    "coordinates",
    [[], [[1, 2]], [[1, 2], [3]], [[1], [2]], [1, 2], [["1", "2"], ["3", "4"]], [[True, False], [True, True]],
     [[1, 2], [3, float("nan")]], [[1, 2], [3, float("inf")]], [[1, 2], [3, 10**400]], [[1, 2], None], None, "abc",
     [[[1, 2], [3, 4]]], [[1, 2, 3, 4], [1, 2, 3, 4]], [[1, 2], [3, 91]], [[1, 2], [361, 4]]],
    ids=lambda found: str(found)[:30],
)  # fmt: skip
def test_a_course_is_two_points_or_more(coordinates: object) -> None:
    for geometry in (
        {"type": "LineString", "coordinates": coordinates},
        {"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], coordinates]},
    ):
        with pytest.raises((TypeError, ValueError)):
            course_of(geometry)


def test_a_course_keeps_every_digit_and_its_heights() -> None:
    exact = [[36.123456789012345, -0.0], [5e-324, 35.930620000000005]]
    assert list(course_of({"type": "LineString", "coordinates": exact}).coords) == [tuple(point) for point in exact]
    high = LineString([(1, 2, 3), (4, 5, 6)])
    assert course_of({"type": "LineString", "coordinates": [[1, 2, 3], [4, 5, 6]]}) == high
    two = MultiLineString([[(0, 1), (2, 3)], [(4, 5), (6, 7)]])
    assert course_of(two.__geo_interface__) == two


def test_values_are_what_they_must_be() -> None:
    assert checked(0.5, int, float) == 0.5
    with pytest.raises(TypeError, match=r"^True is no int$"):
        checked(True, int)
    with pytest.raises(TypeError, match=r"^None is no str$"):
        texts({"evidence": ["a", None]}, "evidence")
    with pytest.raises(TypeError, match=r"^5 is no str or null$"):
        day_or_none({"date": 5}, "date")
    with pytest.raises(ValueError, match="Invalid isoformat"):
        day_or_none({"date": "yesterday"}, "date")


def test_a_place_is_never_taken_for_a_line() -> None:
    said = mention(ARTICLE, "Idlib", IDLIB)
    referents: list[Referent] = [IDLIB]
    record = mention_record(said, ARTICLE, ReferentList())
    for number in (-1, 1, 0.0, "0", [0], False):
        with pytest.raises((TypeError, IndexError)):
            mention_from({**record, "referent": number}, ARTICLE, referents)
    told = mention_from({**record, "referent": 0}, ARTICLE, referents).resolution.referent
    assert isinstance(told, Place)
