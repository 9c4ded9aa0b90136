"""The options of reading in runs over a corpus: workers do with them what the other commands do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import fsspec
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from maps import cli
from tests.corpus_runs import PLACES, results, rows, write_rows

pytestmark = pytest.mark.usefixtures("unpacked")

PARALLEL = ("--engine", "processes", "--workers", 2, "--batch-size", 2)
SERIAL = ("--engine", "serial")
CORRECTIONS = (
    "text,article,context,place,lat,lon,name\n"
    "Hama,,,not a place,,,\n"
    "Atlantis 3,,,,33.5,36.3,Atlantis Camp\n"
    "Homs,story-1,,not a place,,,\n"
    "Paris,,,not a place,,,\n"
    "Aleppo,story-99,,not a place,,,\n"
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "news.jsonl", rows(16))


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, ["batch", *map(str, arguments)])


def counted(output: Path, name: str) -> int:
    """Return how many mentions have a name as texts spell it."""
    parts = (pq.read_table(part, columns=["text"]) for part in (output / "mentions").iterdir())
    return sum(table.column("text").to_pylist().count(name) for table in parts)


def told_of_corrections(result: Result) -> list[str]:
    return [line for line in result.stdout.splitlines() if "corrected" in line]


def test_what_corrections_did_adds_up_over_workers_and_sittings(corpus: Path, tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text(CORRECTIONS, encoding="utf-8")
    serial = batch(corpus, "-o", tmp_path / "serial", "--corrections", path, *SERIAL)
    assert serial.exit_code == 0
    hama = sum("Hama" in str(row["text"]) for row in rows(16))
    (told,) = told_of_corrections(serial)
    match = re.fullmatch(r"(\d+) of the mentions corrected, (\d+) left out as not a place", told)
    assert match is not None
    assert int(match[2]) == hama + 1
    assert int(match[1]) >= 1
    assert counted(tmp_path / "serial", "Hama") == 0
    assert serial.stderr.splitlines() == [
        "placelines: warning: corrections.csv: row 5: 'Paris' was found in no article",
        "placelines: warning: corrections.csv: row 6: 'Aleppo' was not found in the article 'story-99'",
    ]

    parallel = batch(corpus, "-o", tmp_path / "parallel", "--corrections", path, *PARALLEL)
    again = batch(corpus, "-o", tmp_path / "parallel", "--corrections", path, *PARALLEL, "--resume")
    for result in (parallel, again):
        assert (told_of_corrections(result), result.stderr) == ([told], serial.stderr)
        assert results(tmp_path / "parallel") == results(tmp_path / "serial")


def test_given_mentions_are_taken_and_who_has_none_is_told(tmp_path: Path) -> None:
    text = "Hama and Homs are far from Idlib."
    given = {"id": "given", "text": text, "toponyms": [{"start": 9, "end": 13, "text": "Homs"}]}
    source = write_rows(tmp_path / "news.jsonl", [given, {"id": "none", "text": text}])
    result = batch(source, "-o", tmp_path / "out", "--mentions", "given", *PARALLEL)
    assert result.exit_code == 6
    assert "article 'none' has no \"toponyms\", which --mentions given needs\n" in result.stderr
    assert (counted(tmp_path / "out", "Homs"), counted(tmp_path / "out", "Hama")) == (1, 0)


def test_files_and_folders_that_are_named_from_here_hold_for_workers(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLACELINES_DATA", "data")
    place = {"id": "camp", "name": "Qwertabad", "lon": 36.3, "lat": 35.1, "kind": "settlement", "country": "SY"}
    road = {
        "type": "Feature",
        "properties": {"ref": "M77"},
        "geometry": {"type": "LineString", "coordinates": [[36.1, 35.1], [36.4, 35.2]]},
    }
    Path("roads.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [road]}), encoding="utf-8")
    Path("places.csv").write_text(",".join(place) + "\n" + ",".join(map(str, place.values())) + "\n", encoding="utf-8")
    added = CliRunner().invoke(cli.cli, ["gazetteer", "add", "places.csv", "--name", "own", "--quiet"])
    assert added.exit_code == 0, added.output
    texts = (f"The M77 highway from {PLACES[n % 8]} to Qwertabad in Syria was closed." for n in range(16))
    write_rows(corpus, [{**row, "text": text} for row, text in zip(rows(16), texts, strict=True)])
    for name, options in (("serial", SERIAL), ("parallel", PARALLEL)):
        result = batch(corpus, "-o", name, "--roads", "roads.geojson", "--gazetteer", "own", *options)
        assert (result.exit_code, result.stderr) == (0, "")
    assert counted(Path("parallel"), "Qwertabad") == 16
    assert counted(Path("parallel"), "M77") >= 1
    assert results(Path("parallel")) == results(Path("serial"))


def test_an_object_store_is_read_by_the_driver(tmp_path: Path, corpus: Path) -> None:
    files = fsspec.filesystem("memory")  # of this process alone: workers could not read it
    files.pipe_file("/batch/news.jsonl", corpus.read_bytes())
    try:
        result = batch("memory://batch/", "-o", tmp_path / "out", *PARALLEL)
    finally:
        files.rm("/batch", recursive=True)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("16 articles read\n")
