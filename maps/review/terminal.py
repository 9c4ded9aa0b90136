"""The terminal of a review: draws whole screens and reads single keys, and is left as it was."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Literal, Protocol

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from geo.errors import OptionError

ENTER, ESCAPE, BACKSPACE, CLEAR, END, RESIZED, OTHER = "enter", "escape", "backspace", "clear", "end", "resized", ""
"""Keys that are no characters; `END` is Ctrl-D, or that the terminal has gone."""
SEVERAL = "several:"
"""How what came at once begins, pasted or typed before the screen was there: the characters follow."""

_KEYS = {"\r": ENTER, "\n": ENTER, "\x7f": BACKSPACE, "\b": BACKSPACE, "\x15": CLEAR, "\x04": END, "\x1b": ESCAPE}
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|O.|[^\[O])")
_PASTE, _PASTE_END = "\x1b[200~", "\x1b[201~"
_ALONE_S = 0.05
"""How long to wait for what follows Escape in the sequence of a key."""
_LOOK_S = 0.25
"""How often to look whether the window has another size."""
_HELD_S = 0.08
"""Repeated faster, a key is held down."""
_ENTERED = "\x1b[?1049h\x1b[?2004h\x1b[?25l"  # other screen, pastes told apart, no cursor
_LEFT = "\x1b[?2004l\x1b[?25h\x1b[?1049l"
_SIMPLE = str.maketrans("‘’‚“”„–—−•·…→", '\'\'""""---*..>')


class Terminal(Protocol):
    """Where screens go and keys come from."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    @property
    def has_braille(self) -> bool:
        """Whether it shows Braille patterns."""

    def show(self, lines: Sequence[Text]) -> None:
        """Show a screen in the place of the one before."""

    def key(self, *, is_text: bool = False) -> str:
        """Return the next key: a character, one of the words of this module, or `SEVERAL` with what came at once.

        Parameters
        ----------
        is_text
            Whether a text is being typed: what was typed ahead counts, and a key that is held down.
        """


class RealTerminal:
    """The terminal of this process; see `opened`."""

    def __init__(self) -> None:
        probe = Console(file=sys.stdout)
        self._is_dumb = probe.is_dumb_terminal
        self._colors: Literal["standard"] | None = None if self._is_dumb else "standard"
        self._encoding = codecs.lookup(sys.stdout.encoding or "utf-8").name
        self._fd = sys.stdin.fileno()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._ahead = ""
        self._last = ("", 0.0)
        self._drawn_size = self.size

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        try:
            size = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            return 80, 24
        return max(20, size.columns or 80), max(6, size.lines or 24)

    @property
    def has_braille(self) -> bool:
        """Whether it shows Braille patterns."""
        return self._encoding.startswith("utf") and not self._is_dumb

    def show(self, lines: Sequence[Text]) -> None:
        """Show a screen in the place of the one before; on a terminal that cannot, below it."""
        self._drawn_size = self.size
        width = self._drawn_size[0]
        memory = StringIO()
        console = Console(file=memory, force_terminal=True, width=width, color_system=self._colors, highlight=False)
        drawn = []
        for line in lines:
            text = line.copy()
            text.plain = self._encodable(text.plain)
            console.print(text, end="", soft_wrap=True)
            drawn.append(memory.getvalue())
            memory.seek(0)
            memory.truncate()
        if self._is_dumb:
            self._write("\n".join([*(line for line in drawn if line.strip()), "-" * min(width, 40), ""]))
        else:
            full = (
                each + ("" if cell_len(line.plain) >= width else "\x1b[K")
                for each, line in zip(drawn, lines, strict=True)
            )
            self._write("\x1b[H" + "\r\n".join(full) + "\x1b[J")

    def key(self, *, is_text: bool = False) -> str:
        """Return the next key; what was typed before the screen was there decides nothing."""
        if not is_text:
            self._forget_typed_ahead()
        while True:
            key = self._next()
            last, self._last = self._last, (key, time.monotonic())
            is_held = key == last[0] and self._last[1] - last[1] < _HELD_S
            if is_text or not is_held or key == RESIZED:
                return key

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Take the terminal over, and give it back as it was."""
        import termios
        import tty

        before = termios.tcgetattr(self._fd)
        try:
            tty.setcbreak(self._fd)
            own = termios.tcgetattr(self._fd)
            # Stopped by Ctrl-Z the screen would stay as it is under the shell.
            own[6][termios.VSUSP] = b"\0"
            termios.tcsetattr(self._fd, termios.TCSADRAIN, own)
            if not self._is_dumb:
                self._write(_ENTERED)
            yield
        finally:
            if not self._is_dumb:
                self._write(_LEFT)
            termios.tcsetattr(self._fd, termios.TCSADRAIN, before)

    def _next(self) -> str:
        while True:
            if not self._ahead:
                if not select.select([self._fd], [], [], _LOOK_S)[0]:
                    if self.size != self._drawn_size:
                        return RESIZED
                    continue
                self._ahead = self._read()
                if not self._ahead:
                    return END
            if self._ahead.startswith("\x1b"):
                return self._escaped()
            several, self._ahead = self._ahead, ""
            if len(several) == 1:
                return _KEYS.get(several, several if several.isprintable() else OTHER)
            return SEVERAL + several

    def _escaped(self) -> str:
        """Return what Escape begins: the key alone, the sequence of another key, or what was pasted."""
        if self._ahead == "\x1b" and select.select([self._fd], [], [], _ALONE_S)[0]:
            self._ahead += self._read()
        if self._ahead.startswith(_PASTE):
            while _PASTE_END not in self._ahead and select.select([self._fd], [], [], 1.0)[0]:
                if not (more := self._read()):
                    break
                self._ahead += more
            pasted, _, self._ahead = self._ahead.removeprefix(_PASTE).partition(_PASTE_END)
            return SEVERAL + " ".join(pasted.split())
        sequence = _SEQUENCE.match(self._ahead)
        if sequence is None:
            is_alone, self._ahead = self._ahead == "\x1b", ""
            return ESCAPE if is_alone else OTHER
        self._ahead = self._ahead[sequence.end() :]
        return OTHER

    def _read(self) -> str:
        """Return what was typed; "" when the terminal has gone."""
        while True:
            try:
                data = os.read(self._fd, 4096)
            except OSError:  # EIO: the other side was closed
                return ""
            text = self._decoder.decode(data)
            if text or not data:
                return text

    def _forget_typed_ahead(self) -> None:
        import termios

        self._ahead = ""
        termios.tcflush(self._fd, termios.TCIFLUSH)

    def _write(self, text: str) -> None:
        try:
            sys.stdout.buffer.write(text.encode(self._encoding, "replace"))
            sys.stdout.buffer.flush()
        except OSError:  # the terminal has gone, which the next key tells
            return

    def _encodable(self, text: str) -> str:
        """Return text of the same length that the terminal's encoding has: without accents where it must be."""
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return "".join(self._simple(sign) for sign in text)
        return text

    def _simple(self, sign: str) -> str:
        for one in (sign, sign.translate(_SIMPLE), unicodedata.normalize("NFKD", sign)[:1]):
            try:
                one.encode(self._encoding)
            except UnicodeEncodeError:
                continue
            return one
        return "?"


def open_terminal() -> RealTerminal:
    """Return the terminal of this process; OptionError if there is none that keys can be read from."""
    streams = (sys.stdin, sys.stdout)
    if any(stream is None or not stream.isatty() for stream in streams):
        raise OptionError("review needs a terminal to ask in and to read keys from; run it without a pipe")
    try:
        import termios as termios
    except ImportError as error:
        raise OptionError("review needs a terminal of Linux or macOS; correct on the page of the map here") from error
    return RealTerminal()
