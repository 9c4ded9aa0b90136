"""``placelines explain``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from maps import cli

pytestmark = pytest.mark.usefixtures("unpacked")

TEXT = "The mayor of Paris, Texas, flew to Paris, France, on Monday. Actress Anne Hilton stayed away."


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "trip.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, ["explain", *map(str, arguments)])


def as_json(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_meaning_is_told_with_its_rivals(article: Path) -> None:
    result = run(article, "Paris")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert "Paris: Paris, Texas, United States (settlement, geonames:4717560)." in lines
    assert "Paris: Paris, Île-de-France, France (settlement, geonames:2988507)." in lines
    first = next(line for line in lines if line.startswith("Why: "))
    assert first.startswith("Why: placed in 'Texas' by the text; ")
    assert "For Paris, Texas, United States, against Paris, Île-de-France, France:" in lines
    assert any(line.endswith(" times  placed in 'France' by the text") for line in lines)
    row = next(line for line in lines if line.endswith("geonames:4717560"))
    assert row.split()[:5] == ["Paris", "Texas", "US", "settlement", "24,782"]
    heading = next(line for line in lines if line.startswith("Candidate"))
    assert {"Share", "Known", "Population", "Placed"} <= set(heading.split())
    assert "Kind word" not in heading  # nothing of the sort stands beside the name


def test_mentions_show_where_they_stand_and_how_sure_that_is(article: Path) -> None:
    row = next(line for line in run(article, "Paris").stdout.splitlines() if line.strip().startswith("13 "))
    assert "mayor of Paris, Texas, flew to Par" in row
    assert row.split()[-1] in {"asserted", "uncertain"}
    assert "literal" in row


def test_what_was_refused_is_told(article: Path) -> None:
    lines = run(article, "Hilton").stdout.splitlines()
    assert "Why it is not taken for a place name" in lines[0]
    assert "it looks like a person's name" in lines[2]


def test_json_holds_candidates_features_and_steps(article: Path) -> None:
    record = as_json(article, "Paris")
    assert record["name"] == "Paris"
    assert record["model"] == "none"
    (document,) = record["documents"]
    texas = document["meanings"][0]
    assert texas["candidates"][0]["id"] == "geonames:4717560"
    assert texas["candidates"][0]["admin1"] == "Texas"
    assert texas["candidates"][0]["features"]["in_container"] == 1.0
    assert texas["for"][0]["words"] == "placed in 'Texas' by the text"
    mention = texas["mentions"][0]
    assert (mention["start"], mention["end"], mention["place"]) == (13, 18, "geonames:4717560")
    assert set(mention["steps"]) == {"first", "judge"}
    assert mention["evidence"][0] == "placed in 'Texas' by the text"


def test_a_name_that_the_text_does_not_have_is_one_line(article: Path) -> None:
    result = run(article, "Narnia\x1b[2J")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "The text does not have 'Narnia\\x1b[2J'.\n"
    assert as_json(article, "Narnia")["documents"] == []


def test_of_several_articles_those_with_the_name_are_told(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    records = [{"id": "a", "text": "Stir the butter."}, {"id": "b", "text": "Floods hit Hama in Syria."}]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    assert run(path, "Hama").stdout.splitlines()[0] == "b"
    assert [document["id"] for document in as_json(path, "Hama")["documents"]] == ["b"]


def test_options_of_reading_are_obeyed(article: Path) -> None:
    mention = as_json(article, "Paris", "--min-confidence", "1")["documents"][0]["meanings"][0]["mentions"][0]
    assert mention["is_asserted"] is False
    assert "uncertain" in run(article, "Paris", "--min-confidence", "1").stdout


def test_an_article_that_is_missing_is_an_error(tmp_path: Path) -> None:
    result = run(tmp_path / "no.txt", "Paris")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"placelines: {tmp_path / 'no.txt'}: there is no such file\n"
