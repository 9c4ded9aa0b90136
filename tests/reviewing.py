"""A small world to review articles in: its reader, its file of corrections, and a terminal that is only memory."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_letters

from rich.text import Text

from geo.gazetteers.embedded import open_embedded
from geo.model import Document
from geo.pipeline import Geoparser
from maps.review.dialogue import Dialogue
from maps.review.file import ReviewFile
from maps.review.session import Session
from maps.review.terminal import END

_NAMES = [*ascii_letters]
DAY = datetime.date(2026, 11, 23)
READING = "In Britain the M4 was shut near Reading, and the A1(M) in County Durham flooded."
"""Reading may be one of ten places, the A1(M) is known to nobody; as Reading in Ohio is, the M4 has no country."""
KINGSTON = "Rain fell in Kingston, Hamilton and Perth."
"""As Kingston is in Ontario, the others are there, too."""


class ScriptedTerminal:
    """Takes keys from a list and keeps the screens; at the end of the list it has gone.

    Parameters
    ----------
    keys
        What is typed.
    size
        Columns and rows.
    has_braille
        Whether it can show a map.
    """

    def __init__(
        self, keys: Sequence[str] = (), *, size: tuple[int, int] = (80, 24), has_braille: bool = False
    ) -> None:
        self._keys: Iterator[str] = iter(keys)
        self.size = size
        self.has_braille = has_braille
        self.screens: list[str] = []

    def show(self, lines: Sequence[Text]) -> None:
        self.screens.append("\n".join(line.plain.rstrip() for line in lines))

    def key(self, *, is_text: bool = False) -> str:
        return next(self._keys, END)


def session_of(path: Path, *texts: str, every: bool = False, author: str = "", title: str | None = None) -> Session:
    """Return a session over texts, called a, b, c, with the gazetteer that comes along."""
    gazetteer = open_embedded()
    documents = [Document(name, text, title) for name, text in zip(_NAMES, texts, strict=False)]
    file = ReviewFile(path, gazetteer)
    return Session(documents, Geoparser(gazetteer=gazetteer), file, every=every, author=author, today=DAY)


def reviewed(session: Session, keys: Sequence[str], **terminal: object) -> ScriptedTerminal:
    """Return the terminal after keys were typed in a session."""
    shown = ScriptedTerminal(keys, **terminal)  # type: ignore[arg-type]
    Dialogue(session, shown, open_embedded(), min_confidence=0.79).run()
    return shown
