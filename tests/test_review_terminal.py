"""``placelines review`` in a real terminal: keys, interruptions, and what is in the file behind them."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.corrections.reading import read_corrections
from geo.gazetteers.embedded import open_embedded
from tests.reviewing import KINGSTON, READING

pytestmark = pytest.mark.usefixtures("unpacked")

_COMMAND = ("-m", "maps", "review")
_PATIENCE_S = 60.0
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|.)")


def _at_the_terminal() -> None:
    """Let Ctrl-C and a hang-up reach the command, also where whoever runs the tests ignores them."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for each in (signal.SIGHUP, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)


class Reviewed:
    """The command in a terminal of its own.

    Parameters
    ----------
    folder
        Where it runs.
    arguments
        Of ``placelines review``.
    """

    def __init__(self, folder: Path, *arguments: str, term: str = "xterm-256color", **more: str) -> None:
        self._own, theirs = pty.openpty()
        self._theirs = theirs
        self.resize(24, 80)
        self.before = termios.tcgetattr(theirs)
        root = str(Path(__file__).resolve().parents[1])
        environment = {**os.environ, "PYTHONPATH": root, "TERM": term, "PYTHONUTF8": "1", **more}
        self.process = subprocess.Popen(
            [sys.executable, *_COMMAND, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=environment,
            start_new_session=True,
            preexec_fn=_at_the_terminal,
        )
        self._seen = ""
        self.raw = ""
        """All that was shown, with escape sequences."""

    def until(self, awaited: str) -> str:
        """Return what was shown since the last time, once a text is in it."""
        end = time.monotonic() + _PATIENCE_S
        while awaited not in _ESCAPES.sub("", self._seen):
            assert time.monotonic() < end, f"{awaited!r} is not in {self._seen!r}"
            if select.select([self._own], [], [], 1.0)[0]:
                more = os.read(self._own, 65536).decode()
                self._seen, self.raw = self._seen + more, self.raw + more
        # The keys are read when all of the screen is there.
        time.sleep(0.2)
        shown, self._seen = _ESCAPES.sub("", self._seen), ""
        return shown

    def press(self, keys: str) -> None:
        """Type keys, all at once."""
        os.write(self._own, keys.encode())

    def resize(self, rows: int, columns: int) -> None:
        """Give the window another size."""
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def end(self) -> int:
        """Return the exit status, when it has ended."""
        return self.process.wait(timeout=_PATIENCE_S)

    @property
    def is_as_before(self) -> bool:
        """Whether the terminal was given back as it was."""
        return termios.tcgetattr(self._theirs) == self.before

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._own)
        os.close(self._theirs)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reading.txt").write_text(READING, encoding="utf-8")
    (tmp_path / "kingston.txt").write_text(KINGSTON, encoding="utf-8")
    return tmp_path


@pytest.fixture
def opened(folder: Path) -> Iterator[list[Reviewed]]:
    running: list[Reviewed] = []
    yield running
    for each in running:
        each.close()


def decided(folder: Path) -> list[tuple[str, str]]:
    rows = read_corrections(folder / "corrections.csv", open_embedded()).rows
    return [(row.text, getattr(row.meaning, "id", "not a place")) for row in rows]


def test_names_are_decided_undone_and_mapped(folder: Path, opened: list[Reviewed]) -> None:
    review = Reviewed(folder, "kingston.txt", "--author", "N. N.")
    opened.append(review)
    assert "name 1 of 3" in review.until("q quit")
    review.press("1")
    assert "2 other names became sure: Hamilton, Perth." in review.until("Enter finish")
    assert decided(folder) == [("Kingston", "geonames:5992500")]
    review.press("u")
    assert "Decision undone: Kingston." in review.until("q quit")
    assert decided(folder) == []
    review.press("1")
    review.until("Enter finish")
    review.press("\r")
    told = review.until("-o out")
    assert "1 decided, 0 skipped." in told
    assert "placelines map kingston.txt --corrections corrections.csv -o out" in told
    assert review.end() == 0
    assert review.is_as_before
    command = [sys.executable, "-m", "maps", "places", "kingston.txt", "--corrections", "corrections.csv"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    mapped = subprocess.run(
        [*command, "--format", "jsonl"], cwd=folder, env=environment, capture_output=True, timeout=60
    )
    assert b'"corrected_by":"N. N."' in mapped.stdout
    assert b"1 of the mentions corrected" in mapped.stderr


@pytest.mark.parametrize("how", ["ctrl-c", "kill", "hang-up", "ctrl-d"])
def test_whatever_ends_it_what_was_decided_is_in_the_file(folder: Path, opened: list[Reviewed], how: str) -> None:
    review = Reviewed(folder, "reading.txt")
    opened.append(review)
    review.until("q quit")
    review.press("1")
    review.until("name 2 of 2")
    if how == "ctrl-c":
        review.press("\x03")
        assert "1 decided" in review.until("interrupted")
        assert (review.end(), review.is_as_before) == (130, True)
    elif how == "ctrl-d":
        review.press("\x04")
        assert "1 decided, 0 skipped, 1 left." in review.until("-o out")
        assert (review.end(), review.is_as_before) == (0, True)
    else:
        review.process.send_signal(signal.SIGKILL if how == "kill" else signal.SIGHUP)
        assert review.end() < 0
    assert decided(folder) == [("Reading", "geonames:2639577")]
    assert sorted(path.name for path in folder.iterdir()) == ["corrections.csv", "kingston.txt", "reading.txt"]
    again = Reviewed(folder, "reading.txt")
    opened.append(again)
    assert "A1(M)" in again.until("name 1 of 1")


def test_arrows_pastes_and_several_keys_decide_nothing(folder: Path, opened: list[Reviewed]) -> None:
    review = Reviewed(folder, "reading.txt")
    opened.append(review)
    review.until("q quit")
    for keys in ("\x1b[A", "\x1bOB", "\x1b[1;5C", "\x1b", "\x1b[200~n1\ny\x1b[201~", "nyn", "\x1b[<0;3;4M"):
        review.press(keys)
        assert "name 1 of 2" in review.until("q quit")
    review.press("q")
    assert "0 decided, 0 skipped, 2 left." in review.until("left.")
    assert not (folder / "corrections.csv").exists()


def test_a_window_of_another_size_is_drawn_anew(folder: Path, opened: list[Reviewed]) -> None:
    review = Reviewed(folder, "kingston.txt")
    opened.append(review)
    review.until("q quit")
    review.resize(40, 120)
    assert "name 1 of 3" in review.until("q quit")


def test_a_dumb_terminal_gets_lines(folder: Path, opened: list[Reviewed]) -> None:
    review = Reviewed(folder, "reading.txt", term="dumb")
    opened.append(review)
    review.until("q quit")
    review.press("n")
    review.until("name 2 of 2")
    assert "\x1b" not in review.raw
    assert decided(folder) == [("Reading", "not a place")]


def test_without_a_terminal_it_is_refused_in_one_line(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    command = [sys.executable, *_COMMAND, "reading.txt"]
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, timeout=60, stdin=subprocess.DEVNULL
    )
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr == (
        b"placelines: review needs a terminal to ask in and to read keys from; run it without a pipe\n"
    )


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"name,phone\nA,1\n", 2, 'corrections.csv: the column "text" is missing'),
        (b"", 2, "corrections.csv: it is empty"),
        (b"text,place\nReading,geonames:0\n", 2, "corrections.csv: row 2: "),
    ],
)
def test_a_file_that_is_none_of_corrections_is_never_touched(
    folder: Path, opened: list[Reviewed], content: bytes, status: int, message: str
) -> None:
    (folder / "corrections.csv").write_bytes(content)
    review = Reviewed(folder, "reading.txt")
    opened.append(review)
    review.until(message)
    assert review.end() == status
    assert (folder / "corrections.csv").read_bytes() == content


def test_nothing_doubtful_is_said(folder: Path, opened: list[Reviewed]) -> None:
    (folder / "paris.txt").write_text("Rain in Paris, France.")
    review = Reviewed(folder, "paris.txt")
    opened.append(review)
    review.until("Nothing is doubtful; --all asks every name.")
    assert review.end() == 0
    assert not (folder / "corrections.csv").exists()
