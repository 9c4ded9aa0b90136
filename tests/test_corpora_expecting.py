from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from geo.articles.inputs import list_inputs
from geo.corpora import expecting
from geo.corpora.expecting import expected
from tests.corpus_runs import rows, write_rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles, and five rows, the last without a line's end."""
    (tmp_path / "a.txt").write_text("Rain in Homs.")
    (tmp_path / "b.html").write_text("<p>Rain in Homs.")
    rows_of_it = write_rows(tmp_path / "c.jsonl", rows(5))
    rows_of_it.write_bytes(rows_of_it.read_bytes().rstrip())
    return tmp_path


def test_files_of_one_article_and_lines_are_counted(folder: Path) -> None:
    assert expected(list_inputs([folder])) == 7


def test_the_lines_of_a_large_file_are_reckoned_from_its_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = write_rows(folder / "large.jsonl", ["x" * 99] * 1000 + ["x" * 199] * 1000)
    assert expected(list_inputs([large])) == 2000
    monkeypatch.setattr(expecting, "_COUNTED", 100_000)
    monkeypatch.setattr(expecting, "_SAMPLE", 50_000)
    assert expected(list_inputs([large])) == 3000


def test_nobody_knows_what_is_in_a_table_or_a_packed_file(folder: Path) -> None:
    (folder / "d.csv").write_text("text\nRain in Homs.\n")
    assert expected(list_inputs([folder])) is None
    (folder / "d.csv").unlink()
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(b'{"text": "Rain in Homs."}\n'))
    assert expected(list_inputs([folder])) is None
    assert expected(list_inputs(["-"])) is None


def test_a_format_that_is_given_goes_before_the_names(folder: Path) -> None:
    assert expected(list_inputs([folder]), "text") == 3
    assert expected(list_inputs([folder / "c.jsonl"]), "jsonl") == 5
