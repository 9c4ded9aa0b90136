from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from maps.cli import cli


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/a.csv").write_text('key;body\n7;"Fire in Rome, Italy."\n', encoding="utf-8")
    (tmp_path / "news/b.jsonl").write_text(json.dumps({"key": 8, "body": "Floods in Oslo."}), encoding="utf-8")
    return tmp_path


def test_columns_and_folders_are_read_by_name(folder: Path) -> None:
    command = ["places", str(folder / "news"), "--text-column", "body", "--id-column", "key", "--format", "jsonl"]
    run = CliRunner().invoke(cli, command)
    assert run.exit_code == 0, run.stderr
    records = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(record["id"], record["toponyms"][0]["name"]) for record in records] == [("7", "Rome"), ("8", "Oslo")]


def test_a_format_is_named_by_either_option_of_map(folder: Path) -> None:
    (folder / "x.dat").write_text("id,text\n1,Fire in Rome.\n", encoding="utf-8")
    for option in ("--format", "--input-format"):
        run = CliRunner().invoke(
            cli, ["map", str(folder / "x.dat"), option, "csv", "-o", str(folder / "out"), "--formats", "json"]
        )
        assert run.exit_code == 0, run.stderr
        assert json.loads((folder / "out/atlas.json").read_text())["documents"][0]["id"] == "1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--encoding", "klingon"], "'klingon' is no encoding; give one as in utf-8, windows-1252 or gb18030"),
        (["--input-format", "docs"], "'docs' is not one of 'text', 'html', 'pdf', 'docx', 'odt', 'eml', 'jsonl'"),
        (["--text-column", "content"], "a.csv: there is no column 'content', but 'key', 'body'"),
        (["--allow-private"], "--allow-private needs --online"),
        (["--full-articles"], "--full-articles needs --online"),
    ],
)
def test_what_makes_no_sense_is_refused(folder: Path, options: list[str], message: str) -> None:
    run = CliRunner().invoke(cli, ["places", str(folder / "news"), *options])
    assert (run.exit_code, run.stdout) == (2, "")
    assert message in run.stderr


def test_an_address_needs_leave_to_go_online() -> None:
    run = CliRunner().invoke(cli, ["places", "https://example.org/news"])
    assert run.exit_code == 2
    assert (
        "https://example.org/news: it is on the network, which map, places, batch and watch read with --online"
        in run.stderr
    )
