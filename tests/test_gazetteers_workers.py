from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.gazetteers.installed.workers import Workers

ECHO = """\
from geo.gazetteers.installed.workers import serve
import os, sys

def start(setup):
    def answer(question):
        if question == b"die":
            os._exit(1)
        return setup + question.upper() + str(os.getpid()).encode()
    return answer

if __name__ == "__main__":
    serve(start)
"""


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "echo_worker.py").write_text(ECHO, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "echo_worker"


def test_answers_come_in_the_order_of_the_questions_from_all_workers(echo: str) -> None:
    questions = [f"q{number};".encode() * 50_000 for number in range(7)]
    with Workers(echo, b"setup ", count=3) as workers:
        answered = list(workers.answers(questions))
    assert [question for question, _ in answered] == questions
    processes = [(answer or b"").rpartition(b";")[2] for _, answer in answered]
    assert all((answer or b"").startswith(b"setup " + question.upper()) for question, answer in answered)
    assert processes == [processes[index % 3] for index in range(7)]
    assert len(set(processes)) == 3


def test_what_a_dead_worker_was_asked_comes_back_unanswered(echo: str) -> None:
    with Workers(echo, b"", count=2) as workers:
        answered = [
            (question, answer is not None) for question, answer in workers.answers([b"a", b"die", b"b", b"c", b"d"])
        ]
    assert answered == [(b"a", True), (b"die", False), (b"b", True), (b"c", False), (b"d", True)]


def test_where_none_can_be_started_nothing_is_answered(echo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Workers(echo, b"") as workers:
        assert list(workers.answers([b"a", b"b"])) == [(b"a", None), (b"b", None)]
    monkeypatch.undo()
    with Workers("no.such.module", b"x" * 1_000_000, count=1) as workers:
        assert list(workers.answers([b"a"])) == [(b"a", None)]


def test_workers_end_with_the_process_that_started_them_even_if_it_is_killed(
    echo: str, root: Path, tmp_path: Path
) -> None:
    code = (
        f"import sys, time; sys.path[:0] = [{str(tmp_path)!r}]; from geo.gazetteers.installed.workers import Workers\n"
        f"with Workers({echo!r}, b'', count=1) as workers:\n"
        "    print(list(workers.answers([b'']))[0][1].decode(), flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout:
        worker = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and "Z" not in Path(f"/proc/{worker}/stat").read_text(encoding="utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
