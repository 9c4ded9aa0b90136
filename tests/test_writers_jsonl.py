from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from pathlib import Path

from geo.atlas import Atlas
from geo.model import Candidate, Correction, Document, Excerpt, Kind, Mention, Place, Resolution, Toponym
from geo.writers import jsonl
from tests.world import ALEPPO, ARTICLE, IDLIB, M4, atlas_of, mention

KEYS = "start end text kind role referent_id name gazetteer lat lon country_code asserted".split()
KEYS += "confidence certainty corrected_by correction_note candidates".split()


def rows(atlas: Atlas) -> list[str]:
    return [line.decode() for line in jsonl.documents(atlas)]


def test_one_line_holds_a_document_and_its_toponyms_in_reading_order() -> None:
    (row,) = rows(atlas_of(ARTICLE))
    document = json.loads(row)
    assert row.endswith("}\n")
    assert list(document) == ["id", "date", "toponyms"]
    assert document["date"] is None
    assert all(list(toponym) == KEYS for toponym in document["toponyms"])
    found = [toponym["text"] for toponym in document["toponyms"]]
    assert found == ["Idlib", "Syrian", "M4", "Aleppo", "Latakia", "Idlib", "Xyzzyville"]
    assert document["toponyms"][0] == {
        "start": 16,
        "end": 21,
        "text": "Idlib",
        "kind": "settlement",
        "role": "literal",
        "referent_id": "geonames:169389",
        "name": "Idlib",
        "gazetteer": "GeoNames",
        "lat": 35.93062,
        "lon": 36.633931,
        "country_code": "SY",
        "asserted": True,
        "confidence": 0.9,
        "certainty": 1.0,
        "corrected_by": None,
        "correction_note": None,
        "candidates": [
            {"id": "geonames:169389", "name": "Idlib", "lat": 35.93062, "lon": 36.633931, "score": 0.9},
        ],
    }


def test_a_document_has_its_day_and_a_correction_says_who_made_it() -> None:
    dated = replace(ARTICLE, date=datetime.date(2020, 3, 5))
    said = mention(dated, "Idlib", IDLIB)
    told = replace(said, resolution=replace(said.resolution, correction=Correction("the city")))
    document = json.loads(rows(Atlas([dated], [told]))[0])
    (toponym,) = document["toponyms"]
    assert (document["date"], toponym["corrected_by"], toponym["correction_note"]) == (
        "2020-03-05",
        "unknown",
        "the city",
    )


def test_every_key_is_documented_and_nothing_else(root: Path) -> None:
    text = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    chapter = text.partition("## JSON Lines")[2].partition("## Exit statuses")[0]
    assert re.findall(r"^\| `(\w+)` \|", chapter, re.MULTILINE) == KEYS


def test_an_unresolved_name_keeps_its_place_with_nulls() -> None:
    toponym = json.loads(rows(atlas_of(ARTICLE))[0])["toponyms"][-1]
    nulls = ("kind", "referent_id", "name", "lat", "lon", "country_code")
    assert [toponym[key] for key in nulls] == [None] * len(nulls)
    assert (toponym["asserted"], toponym["confidence"], toponym["candidates"]) == (False, 0.0, [])


def test_an_unresolved_name_is_never_asserted_and_lists_five_candidates() -> None:
    toponym = Toponym(16, 21, "Idlib", certainty=0.81249)
    candidates = tuple(Candidate(Place(f"x:{n}", "Idlib", Kind.SETTLEMENT, n, n), 0.1) for n in range(7))
    # Of a caller who asserts whatever comes.
    unsure = Resolution(toponym, None, 0.0, candidates=candidates, is_asserted=True)
    said = Mention(ARTICLE.id, unsure, Excerpt(16, 21, "Idlib"))
    (told,) = json.loads(rows(Atlas([ARTICLE], [said]))[0])["toponyms"]
    assert (told["asserted"], told["certainty"]) == (False, 0.812)
    assert [candidate["id"] for candidate in told["candidates"]] == ["x:0", "x:1", "x:2", "x:3", "x:4"]


def test_what_is_below_the_threshold_is_not_asserted() -> None:
    toponyms = json.loads(rows(atlas_of(ARTICLE))[0])["toponyms"]
    assert [(t["confidence"], t["asserted"]) for t in toponyms if t["text"] == "Idlib"] == [(0.9, True), (0.6, False)]


def test_a_line_has_its_middle_as_its_point() -> None:
    toponym = json.loads(rows(atlas_of(ARTICLE))[0])["toponyms"][2]
    assert (toponym["referent_id"], toponym["kind"]) == (M4.id, "road")
    assert 35.79 < toponym["lon"] < 37.17
    assert toponym["candidates"][0]["lat"] == toponym["lat"]


def test_the_referent_and_five_rivals_are_listed_best_first() -> None:
    others = [Candidate(Place(f"x:{n}", f"Idlib {n}", Kind.SETTLEMENT, n, n), 0.01 * n) for n in range(9, 0, -1)]
    (row,) = rows(Atlas([ARTICLE], [mention(ARTICLE, "Idlib", IDLIB, rivals=others)]))
    candidates = json.loads(row)["toponyms"][0]["candidates"]
    assert [candidate["id"] for candidate in candidates] == [IDLIB.id, "x:9", "x:8", "x:7", "x:6", "x:5"]


def test_every_document_has_its_line_also_without_toponyms() -> None:
    quiet = Document("quiet\n\u2028", "Nothing here.")
    atlas = Atlas([quiet, ARTICLE], [mention(ARTICLE, "Aleppo", ALEPPO)])
    found = rows(atlas)
    assert [len(row.splitlines()) for row in found] == [1, 1]
    assert json.loads(found[1]) == {"id": "quiet\n\u2028", "date": None, "toponyms": []}
