"""The annotated roads and other lines hold what their guideline says; nothing here recognises anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from geo.model import LINE_KINDS, Kind

ROADS = Path(__file__).parent / "gold" / "roads"
HALVES = ("dev", "kept")
KINDS = {Kind.ROAD, Kind.RAILWAY, Kind.PIPELINE, Kind.BORDER, Kind.FRONT}
FEWEST = 80
half = pytest.mark.parametrize("half", HALVES)


def records(half: str) -> list[dict[str, Any]]:
    return [json.loads(row) for row in (ROADS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def lines(half: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    return ((record, line) for record in records(half) for line in record["lines"])


@half
def test_each_half_has_enough_texts_with_and_without_lines(half: str) -> None:
    with_lines = sum(bool(record["lines"]) for record in records(half))
    assert with_lines >= FEWEST
    assert len(records(half)) - with_lines >= FEWEST


@half
def test_every_record_has_the_same_fields(half: str) -> None:
    assert {tuple(record) for record in records(half)} == {("id", "text", "lines", "note")}
    assert {tuple(line) for _, line in lines(half)} == {("start", "end", "text", "kind", "ref", "name", "ends", "via")}
    assert [record["id"] for record in records(half) if not (record["text"].strip() and record["note"].strip())] == []


def test_no_text_and_no_id_stands_twice() -> None:
    both = [record for half in HALVES for record in records(half)]
    assert len({record["id"] for record in both}) == len(both)
    assert len({record["text"] for record in both}) == len(both)


def test_no_named_or_numbered_line_of_one_half_is_in_the_other() -> None:
    dev, kept = ({line["ref"] or line["name"] for _, line in lines(half)} - {None} for half in HALVES)
    assert dev & kept == set()


@half
def test_offsets_slice_to_the_text(half: str) -> None:
    wrong = [r["id"] for r, line in lines(half) if r["text"][line["start"] : line["end"]] != line["text"]]
    assert wrong == []


@half
def test_lines_stand_in_order_and_do_not_overlap(half: str) -> None:
    wrong = [r["id"] for r in records(half) if any(a["end"] > b["start"] for a, b in pairwise(r["lines"]))]
    assert wrong == []


@half
def test_kinds_are_lines_other_than_rivers(half: str) -> None:
    found = {Kind(line["kind"]) for _, line in lines(half)}
    assert found == KINDS <= LINE_KINDS


@half
def test_ends_are_two_different_places_of_the_text_and_vias_others(half: str) -> None:
    for record, line in lines(half):
        ends, via = line["ends"] or [], line["via"]
        assert len(ends) in {0, 2}, record["id"]
        assert len({*ends, *via}) == len(ends) + len(via), record["id"]
        assert [place for place in (*ends, *via) if place not in record["text"]] == [], record["id"]


@half
def test_a_line_has_a_number_a_name_or_two_ends(half: str) -> None:
    for record, line in lines(half):
        assert line["ref"] or line["name"] or line["ends"], record["id"]
        assert line["ref"] in {None, line["text"]}, record["id"]
        assert line["name"] is None or line["name"] in record["text"], record["id"]
        assert line["ref"] or line["name"] in {None, line["text"]}, record["id"]
