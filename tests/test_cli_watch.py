"""``placelines watch``: what is new is read, once, and what was read stays."""

from __future__ import annotations

import csv
import errno
import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo.corpora.ledger import Ledger
from geo.errors import OutputError
from maps import cli
from tests.corpus_runs import in_parts_of, results, rows, serially, write_rows
from tests.corpus_runs import job as job_of

OLD_S = 60.0


def write(folder: Path, name: str, text: str) -> None:
    """Write an article as if it had been there for a while."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    before = time.time() - OLD_S
    os.utime(path, (before, before))


def look(inputs: Path, output: Path, *options: str, status: int = 0) -> str:
    outcome = CliRunner().invoke(cli.cli, ["watch", str(inputs), "-o", str(output), "--once", *options])
    assert outcome.exit_code == status, outcome.output
    return outcome.stdout.partition(": ")[2]


def ids(output: Path) -> list[str]:
    import pyarrow.parquet as pq

    parts = sorted((output / "documents").iterdir())
    return [name for part in parts for name in pq.read_table(part).column("article_id").to_pylist()]


def table(output: Path, name: str) -> list[dict[str, str]]:
    with (output / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_what_is_new_is_read_once_and_what_was_read_stays(tmp_path: Path) -> None:
    news, output = tmp_path / "news", tmp_path / "out"
    write(news, "b.txt", "Floods hit Hama in Syria.")
    assert look(news, output) == "1 new article, 1 in all\n"
    assert look(news, output) == "nothing new\n"
    write(news, "a.txt", "Floods hit Homs in Syria.")
    (news / "b.txt").unlink()
    assert look(news, output) == "1 new article, 2 in all\nnew places: Homs\n"
    assert ids(output) == ["b", "a"]
    assert [row["place_id"] for row in table(output, "new_places")] == ["geonames:169577"]
    assert {row["name"]: row["mentions"] for row in table(output, "places")} == {
        "Syria": "2",
        "Ḩamāh": "1",
        "Homs": "1",
    }


def test_new_text_in_an_old_file_is_another_article(tmp_path: Path) -> None:
    news, output = tmp_path / "news", tmp_path / "out"
    write(news, "a.txt", "Floods hit Hama in Syria.")
    look(news, output)
    write(news, "a.txt", "Floods hit Homs in Syria.")
    assert look(news, output) == "1 new article, 2 in all\nnew places: Homs\n"
    assert ids(output) == ["a", "a-2"]


def test_what_could_not_be_read_is_told_once(tmp_path: Path) -> None:
    news, output = tmp_path / "news", tmp_path / "out"
    write(news, "a.txt", "Floods hit Hama in Syria.")
    write(news, "b.txt", "   ")
    assert look(news, output, status=6) == "2 new articles, 1 in all\n"
    assert look(news, output) == "nothing new\n"
    assert len((output / "errors.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_round_by_round_comes_to_the_same_as_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_parts_of(monkeypatch, 4)
    records = rows(10)
    source, output = tmp_path / "news.jsonl", tmp_path / "out"
    for count in (3, 9, 10):
        write(tmp_path, "news.jsonl", write_rows(source, records[:count]).read_text(encoding="utf-8"))
        look(source, output, "--no-near-duplicates")
    serially(job_of(tmp_path / "whole", source))
    watched, whole = results(output), results(tmp_path / "whole")
    for same in ("documents/part-00000.parquet", "mentions/part-00002.parquet", "places.geojson", "tables/focus.csv"):
        assert watched[same] == whole[same], same
    assert ids(output) == [str(record["id"]) for record in records]


def test_a_round_that_was_cut_off_is_done_again(tmp_path: Path) -> None:
    news, output = tmp_path / "news", tmp_path / "out"
    for name in "abcd":
        write(news, f"{name}.txt", f"Floods hit Hama in Syria, said {name}.")
    look(news, output, "--batch-size", "1")
    ledger = Ledger(output / ".placelines")
    with ledger._transaction():
        ledger._run("DELETE FROM outcome WHERE first = 1")
    ledger.close()
    write(news, "e.txt", "Floods hit Homs in Syria.")
    assert look(news, output, "--batch-size", "1") == "4 new articles, 5 in all\nnew places: Homs\n"
    assert ids(output) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("count", [3, 4, 6], ids=["an open part", "a full part", "a full part and an open one"])
def test_a_round_that_was_cut_off_before_its_part_was_written_is_published(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts_of(monkeypatch, 4)
    source, output = tmp_path / "news.jsonl", tmp_path / "out"
    records = rows(9)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def grown(size: int, status: int = 0) -> str:
        write(tmp_path, "news.jsonl", write_rows(source, records[:size]).read_text(encoding="utf-8"))
        return look(source, output, "--no-near-duplicates", status=status)

    with monkeypatch.context() as patch:
        patch.setattr("geo.corpora.driver.write_part", full)
        grown(count, OutputError.exit_code)
    grown(count)
    for size in (count, 8, 9):
        grown(size)
        assert ids(output) == [str(record["id"]) for record in records[:size]]
    assert grown(9) == "nothing new\n"


def test_only_new_failures_are_told_and_decide_the_status(tmp_path: Path) -> None:
    news, output = tmp_path / "news", tmp_path / "out"
    write(news, "a.txt", "   ")
    look(news, output, status=3)
    write(news, "b.txt", "Floods hit Hama in Syria.")
    look(news, output)
    write(news, "c.txt", "   ")
    outcome = CliRunner().invoke(cli.cli, ["watch", str(news), "-o", str(output), "--once"])
    assert outcome.exit_code == 6
    assert [line for line in outcome.stderr.splitlines() if ".txt" in line] == [
        f"placelines: {news / 'c.txt'}: it is empty; give an article as text"
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--every", "soon"], "'soon' is no time: give a number and s, m, h or d, as in 15m"),
        (["--every", "0m"], "'0m' is no time: give a number and s, m, h or d, as in 15m"),
    ],
)
def test_a_time_that_is_none_is_refused(options: list[str], told: str, tmp_path: Path) -> None:
    outcome = CliRunner().invoke(cli.cli, ["watch", str(tmp_path), "-o", str(tmp_path / "out"), *options])
    assert outcome.exit_code == 2
    assert told in outcome.output


def test_standard_input_cannot_be_watched(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(cli.cli, ["watch", "-", "-o", str(tmp_path / "out")])
    assert outcome.exit_code == 2
    assert "- can be read only once: give a folder, a file or, with --online, an address" in outcome.output


def test_results_of_a_batch_are_no_beginning(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "news.jsonl", rows(2))
    serially(job_of(tmp_path / "out", source))
    outcome = CliRunner().invoke(cli.cli, ["watch", str(source), "-o", str(tmp_path / "out"), "--once"])
    assert outcome.exit_code == 2
    assert "start anew with --overwrite" in outcome.output
