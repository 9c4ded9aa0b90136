"""The terminal: what the command prints, safe for any text and any encoding.

Nothing that came from an article, a gazetteer or a file name reaches the terminal raw: control characters, escape
sequences and marks that reorder text are shown as escapes, and rich never parses a name as markup.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

from geo.atlas import Atlas, Entry
from geo.errors import OutputError
from geo.model import Line, Place
from geo.names import name_key

if TYPE_CHECKING:
    from rich.table import Table

LONGEST_NAME = 60
"""Longest name shown in full, in code points."""

MOST_UNRESOLVED = 20
"""Most names listed as not resolved."""

_JOINERS = "\u200c\u200d"  # invisible, but Persian names and emoji are spelt with them
_PIPE_WIDTH = 200
_WIDTHS = {"Name": 16, "Kind": 10, "Country": 7, "Role": 8, "Mentions": 8, "Confidence": 10, "Gazetteer id": 16}
"""The columns of the table, with the room that each needs at least."""
_FOLDED = {"Name", "Gazetteer id"}
_NUMBERS = {"Mentions", "Confidence"}
_DISPENSABLE = ("Role", "Country", "Kind", "Gazetteer id", "Confidence")
"""What a narrow terminal goes without, in this order."""
_GAP = 2
_LONGEST_REASON = 160


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


def emit(pieces: Iterable[str]) -> None:
    """Write data to standard output, each piece at once, in UTF-8 whatever the terminal uses; raises as `say`."""
    for piece in pieces:
        _write(piece.encode("utf-8", "backslashreplace"))


def let_go_of_output() -> None:
    """Send what is left of the output nowhere, once its reader has gone, so that the last flush is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def summary(atlas: Atlas, *, limit: int | None = None) -> str:
    """Return a table of the places and lines of an atlas, and the names that were not resolved.

    Parameters
    ----------
    atlas
        What was found.
    limit
        Most rows to show; None for all.
    """
    entries: list[Entry[Place] | Entry[Line]] = [*atlas.places, *atlas.lines]
    shown = entries[:limit]
    text = _rendered(shown) if shown else "No places found.\n"
    if len(shown) < len(entries):
        text += f"... and {len(entries) - len(shown)} more\n"
    return text + _unresolved(atlas)


def counted(atlases: Iterable[Atlas]) -> Iterator[Atlas]:
    """Pass atlases on, counting them on the terminal when there is one and they are several."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from atlases
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} articles read"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None, visible=False)
        for number, atlas in enumerate(atlases, start=1):
            progress.update(task, completed=number, visible=number > 1)
            yield atlas


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


def _table(entries: Iterable[Entry[Place] | Entry[Line]], width: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    headings = _headings_within(width)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for heading in headings:
        if heading in _FOLDED:
            table.add_column(heading, overflow="fold", min_width=_WIDTHS[heading])
        else:
            table.add_column(heading, no_wrap=True, justify="right" if heading in _NUMBERS else "left")
    for entry in entries:
        referent = entry.referent
        cells = {
            "Name": _name(entry),
            "Kind": referent.kind,
            "Country": referent.country_code or "",
            "Role": entry.role,
            "Mentions": str(len(entry.mentions)),
            "Confidence": f"{entry.confidence:.2f}",
            "Gazetteer id": printable(referent.id),
        }
        table.add_row(*(Text(cells[heading]) for heading in headings))
    return table


def _headings_within(width: int) -> list[str]:
    """Return the columns that a terminal has room for."""
    headings = list(_WIDTHS)
    for heading in _DISPENSABLE:
        if sum(_WIDTHS[kept] + _GAP for kept in headings) - _GAP <= width:
            break
        headings.remove(heading)
    return headings


def _name(entry: Entry[Place] | Entry[Line]) -> str:
    """Return the gazetteer's name, with the text's beside it where that is not part of it."""
    name, written = entry.referent.name, entry.name_as_written
    shown = printable(name, limit=LONGEST_NAME)
    return shown if name_key(written) in name_key(name) else f"{shown} ({printable(written, limit=LONGEST_NAME)})"


def _unresolved(atlas: Atlas) -> str:
    """Return lines with the names that were not resolved, those with the same reason together."""
    reasons = {mention.toponym.text: mention.resolution.why for mention in reversed(atlas.unresolved)}
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


def _rendered(entries: Iterable[Entry[Place] | Entry[Line]]) -> str:
    from rich.console import Console

    # Into memory, as standard output would take it: rich's own capture writes to that, which may be full or gone.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    memory = TextIOWrapper(BytesIO(), encoding, errors="backslashreplace", newline="\n")
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    console = Console(file=memory, force_terminal=is_terminal, highlight=False)
    if not is_terminal:
        console.width = _PIPE_WIDTH
    console.print(_table(entries, console.width))
    memory.seek(0)
    return "".join(f"{line.rstrip()}\n" for line in memory.read().splitlines())


def _escaped(character: str) -> str:
    # A byte of a file name that is not UTF-8 comes as a lone surrogate (PEP 383); a shell knows it as \xff.
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
