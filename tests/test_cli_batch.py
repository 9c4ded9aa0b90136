from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maps import cli
from tests.corpus_runs import positions, results, rows, write_rows
from tests.processes import children, heed_signals, wait_until


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "news.jsonl", rows(12))


def batch(*arguments: object) -> Result:
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(cli.cli, ["batch", *words, "--engine", "serial"])


class TestResults:
    def test_it_says_what_came_of_the_articles_and_where_it_is(self, corpus: Path, tmp_path: Path) -> None:
        result = batch(corpus, "-o", tmp_path / "out")
        assert result.exit_code == 0, result.stderr
        first, second, third, *others = result.stdout.splitlines()
        assert first == "12 articles read"
        assert re.fullmatch(r"\d+ mentions, \d+ places, 0 lines, \d+ names? without a place", second)
        assert re.fullmatch(r"\d+\.\d articles/s on 1 worker \(\d+ s\)", third)
        written = [line.removeprefix("wrote ") for line in others if line]
        assert written == [str(path) for path in map(Path, written)]
        assert all(Path(path).exists() for path in written)
        assert (tmp_path / "out/map.html").read_text().startswith("<!DOCTYPE html>")

    def test_it_is_quiet_when_asked(self, corpus: Path, tmp_path: Path) -> None:
        result = batch(corpus, "-o", tmp_path / "out", "--quiet")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")

    def test_what_cannot_be_read_is_told_and_ends_in_6(self, tmp_path: Path) -> None:
        source = write_rows(tmp_path / "news.jsonl", [*rows(3), "{", {"id": "empty", "text": ""}])
        result = batch(source, "-o", tmp_path / "out")
        assert result.exit_code == 6
        assert result.stdout.startswith("3 articles read, 2 could not be read\n")
        assert result.stderr.splitlines()[-2:] == [
            f'placelines: {source}:5: "text" is empty',
            "placelines: 2 articles could not be read, see errors.jsonl; the others are done",
        ]

    def test_nothing_but_faults_ends_in_3(self, tmp_path: Path) -> None:
        result = batch(tmp_path / "nowhere.txt", "-o", tmp_path / "out")
        assert result.exit_code == 3
        assert result.stderr.splitlines() == [
            f"placelines: {tmp_path / 'nowhere.txt'}: there is no such file",
            "placelines: 1 article could not be read, see errors.jsonl",
        ]

    def test_a_mistyped_name_does_not_stand_in_the_way_of_the_right_one(self, corpus: Path, tmp_path: Path) -> None:
        assert batch(tmp_path / "nowhere.txt", "-o", tmp_path / "out").exit_code == 3
        assert batch(corpus, "-o", tmp_path / "out").exit_code == 0
        assert batch(corpus, "-o", tmp_path / "new").exit_code == 0
        assert results(tmp_path / "out") == results(tmp_path / "new")


class TestRefusals:
    def test_options_that_contradict_each_other(self, corpus: Path, tmp_path: Path) -> None:
        for options, message in (
            (
                ["--resume", "--overwrite"],
                "--resume goes on with a run, --overwrite replaces it: leave out one of them",
            ),
            (["--scheduler", "tcp://host:8786"], "a scheduler is for the engine dask, not for serial"),
            (["--workers", "2"], "the engine serial is one worker, not 2: take the engine processes"),
            (["--geocoder", "photon"], "--geocoder needs --online, --dry-run or --replay"),
        ):
            result = batch(corpus, "-o", tmp_path / "out", *options)
            assert (result.exit_code, result.stderr) == (2, f"placelines: {message}\n")

    def test_going_on_with_standard_input(self, tmp_path: Path) -> None:
        result = batch("-", "-o", tmp_path / "out", "--resume")
        assert result.exit_code == 2
        assert "save it to a file" in result.stderr

    def test_a_rehearsal(self, corpus: Path, tmp_path: Path) -> None:
        result = batch(corpus, "-o", tmp_path / "out", "--dry-run")
        assert result.exit_code == 2
        assert "a corpus has no --dry-run" in result.stderr

    def test_the_folder_of_another_run(self, corpus: Path, tmp_path: Path) -> None:
        assert batch(corpus, "-o", tmp_path / "out").exit_code == 0
        result = batch(corpus, "-o", tmp_path / "out")
        assert result.exit_code == 4
        assert result.stderr == (
            f"placelines: {tmp_path / 'out'}: it has the results of another run; --resume goes on with it, --overwrite "
            "replaces them\n"
        )
        assert batch(corpus, "-o", tmp_path / "out", "--overwrite", "--limit", 2).exit_code == 0
        assert positions(tmp_path / "out") == [0, 1]


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_interrupted_leaves_nobody_behind_and_goes_on(
    root: Path, tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    source, out = write_rows(tmp_path / "news.jsonl", rows(600)), tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "maps",
        "batch",
        str(source),
        "-o",
        str(out),
        "--workers",
        "2",
        "--batch-size",
        "8",
    ]
    env = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, preexec_fn=heed_signals, text=True)
    ledger = out / ".placelines/ledger.sqlite-wal"
    wait_until(lambda: ledger.exists() and ledger.stat().st_size > 60_000 and len(children(of=process.pid)) == 2)
    workers = children(of=process.pid)
    process.send_signal(sent)
    _, told = process.communicate()
    assert process.returncode == status
    wait_until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    if sent == signal.SIGINT:
        assert told == "placelines: interrupted; go on with --resume\n"
    assert not results(out)
    again = subprocess.run([*command, "--resume"], env=env, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert positions(out) == list(range(600))
