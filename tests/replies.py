"""Kept replies to test with: questions, bodies, and files of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from geo.cache import FILE_NAME, Question, ReplyCache

NOW = 1_700_000_000
IDLIB = Question("nominatim https://example.org", "Idlib")


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def numbered(number: int) -> Question:
    return Question("nominatim https://example.org", f"place {number}")


def body(number: int) -> str:
    return f'[{{"n": {number}}}]' + " " * 200


def filled(folder: Path, count: int) -> Path:
    with closing(ReplyCache(folder)) as cache:
        for number in range(count):
            cache.put(numbered(number), body(number))
    return folder / FILE_NAME


def rows(path: Path, sql: str = "SELECT query, status, body FROM reply ORDER BY query") -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def asides(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{FILE_NAME}.corrupt-*"))
