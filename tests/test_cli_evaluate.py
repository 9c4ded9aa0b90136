"""``placelines evaluate``, with a geoparser that knows only the names of `tests.world`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from geo import pipeline
from geo.atlas import Atlas
from geo.errors import ResourceError
from geo.model import Document
from geo.recognizers.model import WITHOUT_MODEL
from geo.version import __version__
from maps import cli, evaluate_command
from tests.world import ALEPPO, ARTICLE, IDLIB, LATAKIA, SYRIA, SmallGazetteer, atlas_of

SYRIAN = ARTICLE.text.index("Syrian")


class FakeGeoparser:
    """Finds the names of the small world; `asked` keeps how it was asked."""

    def __init__(self) -> None:
        self.gazetteer = SmallGazetteer()
        self.model = "none"
        self.min_confidence = 0.5
        self.asked: list[object] = []

    def parse_each(self, documents: Iterable[Document], *, mentions: str = "found") -> Iterator[Atlas]:
        self.asked.append(mentions)
        for document in documents:
            if "meteor" in document.text:
                raise ResourceError("the model is damaged: install it again")
            yield atlas_of(document)


@pytest.fixture(autouse=True)
def geoparser(monkeypatch: pytest.MonkeyPatch) -> FakeGeoparser:
    fake = FakeGeoparser()

    def make(**options: Any) -> FakeGeoparser:  # noqa: ANN401 (whatever the command gives)
        fake.asked.append(options)
        fake.min_confidence = options["min_confidence"] or fake.min_confidence
        return fake

    monkeypatch.setattr(pipeline, "Geoparser", make)
    monkeypatch.setattr(evaluate_command, "open_gazetteer", lambda names, *, quiet: (tuple(names), quiet))
    return fake


def toponym(name: str, lat: float | None, lon: float | None, **more: object) -> dict[str, object]:
    start = ARTICLE.text.index(name)
    return {"start": start, "end": start + len(name), "surface": name, "lat": lat, "lon": lon, **more}


def record(id_: str, *toponyms: dict[str, object], text: str = ARTICLE.text) -> dict[str, object]:
    return {"id": id_, "text": text, "toponyms": list(toponyms)}


ANNOTATED = record(
    "ceasefire",
    toponym("Idlib", IDLIB.lat, IDLIB.lon, id=IDLIB.id, role="literal"),
    toponym("Syrian", 45, 60, id=SYRIA.id, role="demonym"),
    toponym("Aleppo", -36.2, ALEPPO.lon, role="metonym"),
    toponym("Latakia", None, None),
    toponym("Nobody", 35, 38),
)
"""Idlib is near; Syria is the very place; Aleppo is annotated elsewhere; Latakia has no point; "Nobody" is missed."""


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write(tmp_path / "gold.jsonl", ANNOTATED)


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def run(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(cli.cli, ["evaluate", *map(str, arguments)], input=given)


def as_json(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_tables_tell_how_good_the_map_is(gold: Path) -> None:
    result = run(gold)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines[:2] == [str(gold), "1 texts, 5 place names, 4 of them with a point."]
    rows = {line[:26].rstrip(): line[26:].split() for line in lines}
    # Found are Idlib twice, Syrian, Aleppo, Latakia and Xyzzyville, the road left out; Latakia counts for nobody.
    assert rows["names found, exact span"] == "0.667 0.667-0.667 0.800 0.800-0.800 0.727 0.727-0.727".split()
    assert rows["found and near"] == "0.250 0.250-0.250 0.250 0.250-0.250 0.250 0.250-0.250".split()
    assert rows["found and near, strict"][0] == "0.200"
    assert rows["found and right"] == "0.500 0.500-0.500 0.500 0.500-0.500 0.500 0.500-0.500".split()
    assert "False places: 1 (1.00 a text); asserted: 1 (1.00 a text)." in lines
    assert "Asserted: with confidence 0.5 or more." in lines
    assert "Roles right: 0.667." in lines
    assert any(line.split() == ["country", "1", "1", "1.000", "1", "0", "1"] for line in lines)
    assert any(line.split() == ["demonym", "1", "1", "1.000", "1", "0", "1"] for line in lines)
    farthest = lines[lines.index("Farthest off") + 4]
    assert farthest.split() == ["Aleppo", "Aleppo", "(geonames:170063)", "0.90", "1", "8,051", "ceasefire"]
    assert lines[lines.index("False places, surest first") + 4].split()[:3] == ["Idlib", "Idlib", "(geonames:169389)"]
    assert lines[lines.index("Missed most often") + 4].split() == ["Nobody", "1", "1", "ceasefire"]


def test_json_holds_every_figure(gold: Path) -> None:
    printed = as_json(gold, "--min-confidence", "0.85", "--errors", "1")
    record = printed["files"][str(gold)]
    assert printed | {"files": None} == {
        "tool_version": __version__,
        "gazetteer": "test",
        "model": WITHOUT_MODEL,
        "demonyms": "keep",
        "files": None,
        "all": None,
    }
    assert record["figures"]["end_to_end"]["f1"] == {"value": 0.25, "ci95": [0.25, 0.25]}
    assert record["figures"]["resolution"]["acc_right"]["value"] == pytest.approx(2 / 3)
    # Of Idlib 0.9 and 0.6, Syrian 0.8, Aleppo 0.9 and Latakia, two at toponyms with a point are as sure as that.
    assert record["figures"]["asserted"]["precision"]["value"] == 0.5
    assert record["false_places"] == {"all": 1, "asserted": 0}
    assert record["calibration"]["sure"] == {"from": 0.9, "count": 2, "confidence": 0.9, "near": 0.5, "right": 0.5}
    assert record["roles_given"] == {
        "literal": {"demonym": 0, "literal": 1},
        "metonym": {"demonym": 0, "literal": 1},
        "demonym": {"demonym": 1, "literal": 0},
    }
    assert [(one["text"], one["place"]["id"], one["count"]) for one in record["misplaced"]] == [
        ("Aleppo", ALEPPO.id, 1)
    ]
    assert (len(record["false"]), len(record["missed"])) == (1, 1)


def test_given_names_are_only_resolved(gold: Path, geoparser: FakeGeoparser) -> None:
    record = as_json(gold, "--mentions", "given")["files"][str(gold)]
    assert geoparser.asked[-1] == "given"
    assert record["figures"].keys() == {"gold_mentions", "asserted", "asserted_right"}
    # Of four with a point one is near and one the very place; "Nobody" has no answer.
    assert record["figures"]["gold_mentions"]["acc161"]["value"] == 0.25
    assert record["figures"]["gold_mentions"]["acc_right"]["value"] == 0.5
    assert [one["text"] for one in record["missed"]] == ["Nobody"]
    shown = run(gold, "--mentions", "given").stdout
    assert "3 of them have an answer.\n" in shown
    assert "names found" not in shown
    assert "False places" not in shown


def test_several_files_have_a_block_each_and_a_line_for_all(gold: Path, tmp_path: Path) -> None:
    second = write(
        tmp_path / "b.jsonl",
        record("ceasefire", toponym("Latakia", LATAKIA.lat, LATAKIA.lon)),
        record("kitchen", text="Stir the butter."),
    )
    result = run(gold, second, "--bootstrap", "0")
    assert result.exit_code == 0
    blocks = [line for line in result.stdout.splitlines() if line in {str(gold), str(second)}]
    assert blocks == [str(gold), str(second)]
    assert result.stdout.splitlines()[-1].split()[:4] == ["all", "3", "0.286", "-"]
    printed = as_json(gold, second)
    assert printed["all"]["documents"] == 3
    assert printed["all"]["counts"]["located"] == sum(one["counts"]["located"] for one in printed["files"].values())
    assert printed["files"][str(second)]["kinds"]["unknown"]["found"] == 1


def test_texts_without_places_are_told_by_their_false_places(gold: Path, tmp_path: Path) -> None:
    kitchen = write(
        tmp_path / "kitchen.jsonl", record("a", text="Stir the Aleppo pepper in."), record("b", text="Salt.")
    )
    rows = [line.split() for line in run(gold, kitchen, "--bootstrap", "0").stdout.splitlines()[-3:]]
    assert rows[1][1:] == ["2", "-", "-", "-", "-", "0.50", "0.900"]
    assert rows[2][:2] + rows[2][-2:-1] == ["all", "3", "0.67"]


def test_bootstrap_none_gives_no_intervals(gold: Path) -> None:
    record = as_json(gold, "--bootstrap", "0")["files"][str(gold)]
    assert record["figures"]["end_to_end"]["f1"] == {"value": 0.25, "ci95": None}
    assert "0.250-0.250" not in run(gold, "--bootstrap", "0").stdout


def test_standard_input_is_gold_too() -> None:
    result = run("-", "--json", given=json.dumps(ANNOTATED))
    assert json.loads(result.stdout)["files"]["-"]["documents"] == 1


def test_a_bad_line_is_told_and_the_others_are_judged(tmp_path: Path) -> None:
    path = write(tmp_path / "gold.jsonl", {"id": 1, "text": "Idlib"}, ANNOTATED)
    result = run(path, "--json")
    assert result.exit_code == 6
    assert result.stderr.splitlines() == [
        f'placelines: {path}:1: "toponyms" is missing; list the place names, [] for none',
        "placelines: 1 of the annotated texts or files could not be used; the others are done",
    ]
    assert json.loads(result.stdout)["files"][str(path)]["documents"] == 1


def test_nothing_to_judge_is_an_error_before_a_model_is_loaded(tmp_path: Path, geoparser: FakeGeoparser) -> None:
    result = run(tmp_path / "no.jsonl")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"placelines: {tmp_path / 'no.jsonl'}: there is no such file\n"
    assert geoparser.asked == []


def test_a_damaged_model_ends_the_command_in_one_line(tmp_path: Path) -> None:
    result = run(write(tmp_path / "gold.jsonl", record("a", text="A meteor.")))
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr == "placelines: the model is damaged: install it again\n"


@pytest.mark.parametrize(
    "option", [("--min-confidence", "2"), ("--bootstrap", "-1"), ("--demonyms", "no"), ("--errors",)]
)
def test_options_that_make_no_sense_are_refused(gold: Path, option: Sequence[str]) -> None:
    assert run(gold, *option).exit_code == 2


def test_options_reach_the_geoparser(gold: Path, geoparser: FakeGeoparser) -> None:
    options = ("--model", "xx", "--gazetteer", "mission", "--quiet", "--demonyms", "drop", "--min-confidence", "0.6")
    assert run(gold, *options).exit_code == 0
    assert geoparser.asked == [
        {
            "model": "xx",
            "gazetteer": (("mission",), True),
            "weights": None,
            "min_confidence": 0.6,
            "demonyms": "drop",
        },
        "found",
    ]


def test_what_a_text_holds_reaches_the_terminal_harmless(tmp_path: Path) -> None:
    evil = "[red]\x1b[2J\u202e"
    mark = {"start": 0, "end": len(evil), "lat": 0, "lon": 0}
    result = run(write(tmp_path / "gold.jsonl", {"id": "a\x1b[2J", "text": evil, "toponyms": [mark]}))
    assert result.exit_code == 0
    assert "[red]" in result.stdout
    assert {"\x1b", "\u202e"} & set(result.stdout) == set()
