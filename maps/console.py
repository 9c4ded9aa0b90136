"""The terminal: what the command prints, safe for any text and any encoding.

Nothing that came from an article, a gazetteer or a file name reaches the terminal raw: control characters, escape
sequences and marks that reorder text are shown as escapes, and rich never parses a name as markup.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Protocol

from geo.atlas import Atlas
from geo.entries import Entry
from geo.errors import OutputError
from geo.model import Line, Place
from geo.names import name_key
from geo.writers.folder import utf_8

from .words import percent

if TYPE_CHECKING:
    from rich.progress import ProgressColumn
    from rich.table import Table

LONGEST_NAME = 60
"""Longest name shown in full, in code points."""

MOST_UNRESOLVED = 20
"""Most names listed as not resolved."""

_JOINERS = "\u200c\u200d"  # invisible, but Persian names and emoji are spelt with them
_PIPE_WIDTH = 200
_GAP = 2
_LONGEST_REASON = 160
_NARROWEST_BAR, _WIDEST_BAR = 8, 40
_BESIDE_BAR = 70
"""Characters that stand beside the bar of `progress`."""


class Progressing(Protocol):
    """Is told how far a work is; see `progress`."""

    def __call__(self, what: str, done: int, total: int | None, beside: str = "", /) -> None:
        """Show it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    heading: str
    """What stands above it."""
    width: int
    """Characters that it needs at least."""
    is_number: bool = False
    """Whether its cells stand at the right."""
    is_folded: bool = False
    """Whether a long cell goes on in the next line."""
    dispensable: int | None = None
    """A narrow terminal goes without the columns of the lowest numbers first, never without those of None."""


_ENTRY_COLUMNS = (
    Column("Name", 16, is_folded=True),
    Column("Status", 9),
    Column("Kind", 10, dispensable=3),
    Column("Country", 7, dispensable=2),
    Column("Role", 8, dispensable=1),
    Column("Mentions", 8, is_number=True),
    Column("Confidence", 10, is_number=True, dispensable=5),
    Column("Gazetteer id", 16, is_folded=True, dispensable=4),
)


def printable(text: str, *, limit: int | None = None) -> str:
    r"""Return text that a terminal shows as it is: on one line, with nothing in it that the terminal obeys.

    Parameters
    ----------
    text
        Any text.
    limit
        Cut after so many code points.

    Examples
    --------
    >>> printable("Idlib\n\x1b[31m\u202edarb"), printable("")
    ('Idlib \\x1b[31m\\u202edarb', '')
    """
    line = " ".join(text.split())
    if limit is not None and len(line) > limit:
        line = line[: limit - 3] + "..."
    return "".join(c if c.isprintable() or c in _JOINERS else _escaped(c) for c in line)


def complain(message: str) -> None:
    """Write one line to standard error."""
    if sys.stderr is not None:
        print(f"placelines: {printable(message)}", file=sys.stderr, flush=True)


def say(text: str) -> None:
    """Write text to standard output, characters that its encoding lacks as escapes.

    Raises
    ------
    OutputError
        If it cannot be written.
    BrokenPipeError
        If the reader has gone.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    _write(text.encode(encoding, "backslashreplace"))


def emit(pieces: Iterable[str | bytes]) -> None:
    """Write data to standard output, each piece at once, text in UTF-8 whatever the terminal uses; raises as `say`."""
    for piece in pieces:
        _write(piece if isinstance(piece, bytes) else utf_8(piece))


def let_go_of_output() -> None:
    """Send what is left of the output nowhere, once its reader has gone, so that the last flush is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def summary(atlas: Atlas, *, limit: int | None = None, min_confidence: float | None = None) -> str:
    """Return a table of the places and lines of an atlas, and the names that were not resolved.

    Parameters
    ----------
    atlas
        What was found. What is not asserted comes last; where there is nothing of it, no column says so.
    limit
        Most rows to show; None for all.
    min_confidence
        Confidence from which places of the atlas are asserted, told below those that are not; None when not known.
    """
    entries: list[Entry[Place] | Entry[Line]] = [*atlas.places, *atlas.lines]
    entries.sort(key=lambda entry: not entry.is_asserted)
    doubted = sum(not entry.is_asserted for entry in entries)
    shown = entries[:limit]
    text = _entries(shown, with_status=doubted > 0) if shown else "No places found.\n"
    if len(shown) < len(entries):
        left_out = sum(not entry.is_asserted for entry in entries[len(shown) :])
        text += f"... and {len(entries) - len(shown)} more" + (f", {left_out} uncertain\n" if left_out else "\n")
    if doubted:
        text += "Uncertain: a best guess" + (f", confidence below {min_confidence:g}\n" if min_confidence else "\n")
    return text + _unresolved(atlas)


def _entries(entries: Iterable[Entry[Place] | Entry[Line]], *, with_status: bool) -> str:
    columns = [column for column in _ENTRY_COLUMNS if with_status or column.heading != "Status"]
    rows = map(_cells, entries)
    return table(columns, ([row[column.heading] for column in columns] for row in rows))


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as the terminal takes it: as wide as that is, its cells printable.

    Parameters
    ----------
    columns
        What stands above the cells, and how they stand.
    rows
        The cells, one for each column.
    """
    from rich.console import Console

    # Into memory, as standard output would take it: rich's own capture writes to that, which may be full or gone.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    memory = TextIOWrapper(BytesIO(), encoding, errors="backslashreplace", newline="\n")
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    console = Console(file=memory, force_terminal=is_terminal, highlight=False)
    if not is_terminal:
        console.width = _PIPE_WIDTH
    console.print(_table(columns, rows, console.width))
    memory.seek(0)
    return "".join(f"{line.rstrip()}\n" for line in memory.read().splitlines())


@contextmanager
def progress(*, quiet: bool = False, unit: str | None = None) -> Iterator[Progressing]:
    """Show how far a long work is, on the terminal when there is one.

    Parameters
    ----------
    quiet
        Whether to show nothing.
    unit
        What the steps are, "articles", to tell how many of them are done in a second, and how long the rest takes.

    Yields
    ------
    callable
        To be told what is being done, how many steps of it are done, how many there are (None when nobody knows), and
        what else there is to know of it, as in "3 failed".
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _what, _done, _total, _beside="": None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        Progress,
        TaskID,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    bar = BarColumn(bar_width=max(_NARROWEST_BAR, min(_WIDEST_BAR, console.width - _BESIDE_BAR)))
    columns: list[ProgressColumn] = [TextColumn("{task.description}"), bar, TaskProgressColumn()]
    if unit is not None:
        columns += [TextColumn("{task.completed:,} " + unit), _rate_column(), TimeRemainingColumn()]
    columns.append(TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int | None, beside: str = "") -> None:
            described = escape(printable(f"{what}, {beside}" if beside else what, limit=LONGEST_NAME))
            if what not in tasks:
                tasks[what] = bars.add_task(described, total=total)
            bars.update(tasks[what], description=described, completed=done, total=total)

        yield tell


def let_go_of_progress() -> None:
    """Show the cursor again, which `progress` hides, on the terminal when there is one."""
    if sys.stderr is not None and sys.stderr.isatty():
        from rich.console import Console

        Console(stderr=True).show_cursor()


def _rate_column() -> ProgressColumn:
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:.1f}/s")

    return RateColumn()


@contextmanager
def working(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Tell on the terminal, when there is one, what is being done: give it the words, "writing atlas.gpkg"."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda what: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status("") as status:
        yield lambda what: status.update(escape(printable(what)))


def _write(data: bytes) -> None:
    if sys.stdout is None:
        raise OutputError("standard output: it is closed")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output: writing failed ({error.strerror or error})") from error


def _cells(entry: Entry[Place] | Entry[Line]) -> dict[str, str]:
    referent = entry.referent
    return {
        "Name": _name(entry),
        "Status": "sure" if entry.is_asserted else "uncertain",
        "Kind": referent.kind,
        "Country": referent.country_code or "",
        "Role": entry.role,
        "Mentions": str(len(entry.mentions)),
        "Confidence": f"{percent(entry.confidence) / 100:.2f}",
        "Gazetteer id": referent.id,
    }


def _table(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = _within(columns, width)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column in shown:
        heading = Text(printable(column.heading))
        if column.is_folded:
            table.add_column(heading, overflow="fold", min_width=column.width)
        else:
            table.add_column(heading, no_wrap=True, justify="right" if column.is_number else "left")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for column, cell in zip(columns, row, strict=True) if column in shown))
    return table


def _within(columns: Sequence[Column], width: int) -> list[Column]:
    """Return the columns that a terminal has room for."""
    shown = list(columns)
    for column in sorted(columns, key=lambda column: column.dispensable or 0):
        if sum(kept.width + _GAP for kept in shown) - _GAP <= width:
            break
        if column.dispensable is not None:
            shown.remove(column)
    return shown


def _name(entry: Entry[Place] | Entry[Line]) -> str:
    """Return the gazetteer's name, with the text's beside it where that is not part of it."""
    name, written = entry.referent.name, entry.name_as_written
    shown = printable(name, limit=LONGEST_NAME)
    return shown if name_key(written) in name_key(name) else f"{shown} ({printable(written, limit=LONGEST_NAME)})"


def _unresolved(atlas: Atlas) -> str:
    """Return lines with the names that were not resolved, those with the same reason together."""
    reasons = atlas.unresolved_names
    names = sorted(reasons)
    together: dict[str, list[str]] = {}
    for name in names[:MOST_UNRESOLVED]:
        together.setdefault(reasons[name], []).append(printable(name, limit=LONGEST_NAME))
    lines = [
        f"Not resolved: {', '.join(group)}" + (f" ({printable(reason, limit=_LONGEST_REASON)})" if reason else "")
        for reason, group in together.items()
    ]
    if len(names) > MOST_UNRESOLVED:
        lines.append(f"Not resolved: {len(names) - MOST_UNRESOLVED} more names")
    return "".join(f"{line}\n" for line in lines)


def _escaped(character: str) -> str:
    # A byte of a file name that is not UTF-8 comes as a lone surrogate (PEP 383); a shell knows it as \xff.
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
