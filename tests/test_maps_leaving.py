from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.timing import assert_within

DEAF = """
import hashlib, signal
from maps.cli import _terminate
from maps.leaving import leaving_soon
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, _terminate)
with leaving_soon("bye"):
    print("begun", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
"""
CONFUSED = """
import signal, time
from maps.cli import _terminate
from maps.leaving import leaving_soon
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, _terminate)
try:
    with leaving_soon("bye"):
        print("begun", flush=True)
        try:
            time.sleep(600)
        except BaseException:
            raise RuntimeError("Query interrupted") from None
except KeyboardInterrupt:
    raise SystemExit(130)
"""
HEARING = """
import signal, time
from maps.leaving import leaving_soon
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with leaving_soon("bye"):
        print("begun", flush=True)
        time.sleep(600)
except KeyboardInterrupt:
    print("left", flush=True)
    time.sleep(1.5)
"""


def sent(code: str, number: signal.Signals, root: Path) -> tuple[int, str, str]:
    """Run a program, send it a signal when it says that it has begun, and return how it ends, and what it says."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(1)  # until it is in its long call
    told: list[tuple[str, str]] = []

    def end() -> None:
        process.send_signal(number)
        told.append(process.communicate())

    assert_within(20, end)
    return process.returncode, *told[0]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_in_a_library_that_hears_no_signals_leaves_nevertheless(
    number: signal.Signals, status: int, root: Path
) -> None:
    assert sent(DEAF, number, root) == (status, "", "placelines: bye\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_library_that_takes_a_signal_for_an_error_changes_no_status(
    number: signal.Signals, status: int, root: Path
) -> None:
    assert sent(CONFUSED, number, root) == (status, "", "")


def test_a_command_that_leaves_by_itself_has_the_time_that_it_takes(root: Path) -> None:
    assert sent(HEARING, signal.SIGINT, root) == (0, "left\n", "")


def test_a_command_that_is_interrupted_while_it_loads_says_nothing(root: Path) -> None:
    code = (
        "import os, signal, sys, threading\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Interrupting:\n    def find_spec(self, name, path, target=None):\n"
        "        if name == 'maps.batch_command':\n            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\nfrom maps.__main__ import main\nmain()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")
