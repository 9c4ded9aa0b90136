"""Replies as a text file, one a line, to share beside an article and to answer from instead of online services.

The first line names the format. Every other line is a JSON object whose last word is checked: its ``sha256`` is that of
the line without it. What was changed by hand or damaged on the way is refused.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as shortened
from typing import BinaryIO, NoReturn

from ..checked import Record, checked, parsed, text_of, text_or_none
from ..errors import OptionError
from ..faults import Faults
from .file import Row
from .questions import Params, Question, Reply

FORMAT = "placelines replies"
"""What the first line says of the file."""

VERSION = 1
"""Version of the format."""

MAX_LINE_BYTES = 128 << 20
"""Longest line that is read: the roads of a country take some megabytes."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class Recording:
    """Replies of a file, which no service is asked beside. They do not get old."""

    path: Path
    """The file."""
    rows: Mapping[bytes, Row]
    """The replies by the keys of their questions."""

    @property
    def providers(self) -> tuple[str, ...]:
        """The services, with their addresses, whose replies it has, sorted."""
        return tuple(sorted({row.provider for row in self.rows.values()}))

    @property
    def folder(self) -> Path:
        """Folder of the file; nothing is written there, as nobody is asked."""
        return self.path.parent

    @property
    def is_final(self) -> bool:
        """True: what it does not hold must not be asked for."""
        return True

    def get(self, question: Question, *, stale: bool = False) -> Reply | None:
        """Return the recorded reply, None when there is none."""
        row = self.rows.get(question.key)
        return None if row is None else Reply(row.body, row.fetched_at)

    def put(self, question: Question, body: str | None) -> NoReturn:
        """Refuse: TypeError."""
        raise TypeError(f"{self.path}: nothing is added to a recording, as {question.query!r} would be")

    def close(self) -> None:
        """Do nothing: nothing is open."""


def read_recording(path: Path) -> Recording:
    """Return the replies of a file that ``placelines cache export`` wrote.

    Raises
    ------
    OptionError
        If it cannot be read, or has lines that are wrong: their numbers and what is wrong with them.
    """
    return Recording(path.absolute(), {row.key: row for row in rows_of(path)})


def lines_of(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a file with replies, in the order in which they are given."""
    yield _line({"format": FORMAT, "version": VERSION})
    for row in rows:
        yield _line(_record(row))


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the replies of a file as `rows_in` does; OptionError, too, if it cannot be read."""
    try:
        with path.open("rb") as stream:
            yield from rows_in(stream, str(path))
    except OSError as error:
        raise OptionError(f"{path}: it cannot be read ({error.strerror or error})") from error


def rows_in(stream: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the replies of an open file, each checked; the error, where there is one, comes after the last sound one.

    Parameters
    ----------
    stream
        What the file holds.
    name
        What messages call it.

    Raises
    ------
    OptionError
        If it has lines that are wrong: the first, with the others as its notes.
    """
    faults = Faults()
    numbers: dict[bytes, int] = {}
    _check_header(stream.readline(MAX_LINE_BYTES), name)
    for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE_BYTES + 1), b""), 2):
        where = f"{name}: line {number}"
        if len(line) > MAX_LINE_BYTES:
            raise OptionError(f"{where} is longer than {MAX_LINE_BYTES:,} bytes")
        with faults.noted():
            row = _row(line, where)
            if (first := numbers.setdefault(row.key, number)) != number:
                raise OptionError(f"{where}: it answers the same question as line {first}; delete one of them")
            yield row
    faults.raise_any()


def stamp(fetched_at: int) -> str:
    """Return a time as ISO 8601, UTC; ValueError or OverflowError for one that no calendar has.

    Examples
    --------
    >>> stamp(1_700_000_000)
    '2023-11-14T22:13:20Z'
    """
    # Unlike `fromtimestamp` this knows times before 1970 on every system.
    moment = _EPOCH + datetime.timedelta(seconds=fetched_at)
    return f"{moment:{_TIME}}".rjust(20, "0")


def record(row: Row) -> dict[str, object]:
    """Return a reply as the members of a line, but for the digest."""
    return {
        "provider": row.provider,
        "query": row.query,
        "params": [list(pair) for pair in row.pairs],
        "status": row.status,
        "fetched_at": stamp(row.fetched_at),
        "body": row.body,
    }


def _record(row: Row) -> dict[str, object]:
    members = record(row)
    return {**members, _DIGEST: _digest(members)}


def _line(members: Record) -> str:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")) + "\n"


def _digest(members: Record) -> str:
    return hashlib.sha256(_line(members).rstrip("\n").encode()).hexdigest()


def _check_header(line: bytes, name: str) -> None:
    try:
        header = checked(parsed(line.decode()), dict)
    except (ValueError, TypeError, RecursionError):
        header = {}
    if header.get("format") != FORMAT or type(header.get("version")) is not int:
        raise OptionError(f"{name}: line 1: this is no file of replies: 'placelines cache export' writes one")
    if header["version"] != VERSION:
        raise OptionError(
            f"{name}: line 1: replies of version {header['version']}, and this placelines reads version {VERSION}: "
            "export them again, or update placelines"
        )


def _row(line: bytes, where: str) -> Row:
    try:
        return _exported(line)
    except (ValueError, TypeError, RecursionError) as error:
        raise OptionError(f"{where}: {_reason(error)}; export the replies again, or delete the line") from error


def _exported(line: bytes) -> Row:
    """Read a line; ValueError or TypeError when export would not have written it."""
    members: dict[str, object] = checked(parsed(line.decode()), dict)
    try:
        digest = text_of(members, _DIGEST)
        if _digest({name: value for name, value in members.items() if name != _DIGEST}) != digest:
            raise ValueError("its sha256 does not fit: it was changed or damaged")
        body = text_or_none(members, "body")
        row = Row.of(
            text_of(members, "provider"),
            text_of(members, "query"),
            _params(members["params"]),
            _seconds(text_of(members, "fetched_at")),
            body,
        )
    except KeyError as error:
        raise ValueError(f"it has no {error}") from error
    if body is not None:
        parsed(body)
    # What is left: other members, a status that contradicts the body, another order, a time written in another way.
    if _record(row) != members:
        raise ValueError("it is not as 'placelines cache export' writes it")
    return row


def _params(value: object) -> Params:
    return tuple(_pair(pair) for pair in checked(value, list))


def _pair(value: object) -> tuple[str, str]:
    match value:
        case [str(name), str(text)]:
            return name, text
    raise ValueError(f"{shortened(value)} is no pair of texts")


def _seconds(text: str) -> int:
    try:
        moment = datetime.datetime.strptime(text, _TIME).replace(tzinfo=datetime.UTC)
    except ValueError as error:
        raise ValueError(f"{shortened(text)} is no time") from error
    return int((moment - _EPOCH).total_seconds())


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, UnicodeEncodeError):
        return "it has half a character (a lone surrogate)"
    if isinstance(error, json.JSONDecodeError | RecursionError):
        return "it is not JSON"
    return str(error)
