from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from geo.articles.inputs import list_inputs
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
