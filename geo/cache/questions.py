"""What is asked of online services, what they reply, and what a service needs of whoever keeps the replies."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

OK_TTL_S = 180 * 86_400
"""Seconds for which a reply with content is believed: places seldom move."""

MISS_TTL_S = 7 * 86_400
"""Seconds for which "no such thing" is believed: a name in the news is mapped within days."""

Params = tuple[tuple[str, str], ...]
"""Whatever else a reply depends on, as (name, value)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a reply answers.

    Examples
    --------
    >>> Question("nominatim", " São  PAULO ").key == Question("nominatim", "são paulo").key
    True
    >>> Question("nominatim", "São Paulo", (("limit", "5"),)).key == Question("nominatim", "São Paulo").key
    False
    """

    provider: str
    """Service and address. Never an API key: this is stored."""
    query: str
    """The words asked for; case, spacing and Unicode form do not matter."""
    params: Params = ()
    """Whatever else the reply depends on, as (name, value); the order does not matter. Never an API key."""

    @property
    def normal_query(self) -> str:
        """The query in NFC, case-folded, with single spaces (Unicode Standard Annex 15 and section 3.13)."""
        return normal(self.query)

    @property
    def key(self) -> bytes:
        """SHA-256 of the question; UnicodeEncodeError when it holds a lone surrogate."""
        return key_of(self.provider, self.normal_query, sorted(self.params))


@dataclass(frozen=True, slots=True)
class Reply:
    """A kept reply."""

    body: str | None
    """JSON text; None when the service knows no such thing."""
    fetched_at: int
    """When it came, seconds since 1970 UTC."""
    is_stale: bool = False
    """Whether it is too old, or older than the run that wants new ones."""


class Replies(Protocol):
    """Keeps replies, as a service needs it."""

    @property
    def folder(self) -> Path:
        """Where processes meet to keep the pace."""

    @property
    def is_final(self) -> bool:
        """Whether this is a recording: what it does not hold must not be asked for."""

    def get(self, question: Question, *, stale: bool = False) -> Reply | None:
        """Return the kept reply, None when there is none; a too old one only where ``stale`` says so."""

    def put(self, question: Question, body: str | None) -> None:
        """Keep a reply: its JSON text, or None for "no such thing"."""

    def close(self) -> None:
        """Let go of what is open."""


def normal(query: str) -> str:
    """Return a query as it is stored and compared."""
    folded = unicodedata.normalize("NFC", query).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def key_of(provider: str, normal_query: str, sorted_params: Iterable[tuple[str, str]]) -> bytes:
    """Return what a reply is found by."""
    parts = (provider, normal_query, *(part for pair in sorted_params for part in pair))
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).digest()


def is_too_old(status: str, fetched_at: int, now: float) -> bool:
    """Return whether a reply is no longer believed; a clock that was set back makes none too old."""
    return now - fetched_at >= (OK_TTL_S if status == "ok" else MISS_TTL_S)
