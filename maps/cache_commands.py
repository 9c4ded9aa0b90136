"""``placelines cache``: the replies of online services that are kept on this machine.

Exit statuses are those of `geo.errors`: 2 for an option or a file of replies that makes no sense, 4 when something
could not be written, 5 when the kept replies are damaged or cannot be read.
"""

from __future__ import annotations

import datetime
import io
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from geo.dates import day_of
from geo.errors import OptionError, ResourceError

from . import console, listing
from .commands import PATH, Command, with_cache_option, with_common_options
from .console import Column

if TYPE_CHECKING:
    from geo.cache.file import Row
    from geo.cache.upkeep import Info

STREAM = "-"
"""Standard input or output instead of a file."""
_MOST_ROWS = 1000
_LONGEST_PROVIDER = 80
_AGE = re.compile(r"(\d{1,5})([dh])", re.ASCII)
_HOURS = {"d": 24, "h": 1}
_STATUS = {"ok": "answered", "miss": "no such thing"}
_KEPT_COLUMNS = (
    Column("Query", 16, is_folded=True),
    Column("Reply", 13),
    Column("Came at", 20, dispensable=2),
    Column("Bytes", 7, is_number=True, dispensable=1),
    Column("Service", 20, is_folded=True, dispensable=3),
)
_COUNT_COLUMNS = (
    Column("Service", 20, is_folded=True),
    Column("Answered", 8, is_number=True),
    Column("No such thing", 13, is_number=True),
)
_Function = TypeVar("_Function", bound=Callable[..., object])


class Age(click.ParamType[float]):
    """An age or a day, given to the command as a time: seconds since 1970 UTC."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Read days, hours or a date."""
        text = str(value).strip()
        if (age := _AGE.fullmatch(text)) is not None:
            return now() - int(age[1]) * _HOURS[age[2]] * 3600
        day = day_of(text)
        if day is None:
            self.fail(f"{value!r} is no age: give days, hours or a date, as in 30d, 12h or 2026-01-31", param, ctx)
        return datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp()


def now() -> float:
    """Return the time, in seconds since 1970 UTC."""
    return time.time()


def with_filters(command: _Function) -> _Function:
    """Add the options that choose among the replies."""
    for option in (
        click.option("--query", metavar="TEXT", help="Only replies to questions with this in them, however spelt."),
        click.option("--provider", metavar="TEXT", help="Only replies of services with this in their name or address."),
    ):
        command = option(command)
    return command


@click.group("cache")
def cache_commands() -> None:
    """Look after the replies of online services, which are kept so that nothing is asked twice."""


@cache_commands.command("info", cls=Command)
@with_cache_option
@with_common_options
def info_command(cache: Path | None, quiet: bool, debug: bool) -> None:
    """Print what is kept, of which services, how old it is, and where."""
    from geo.cache import upkeep

    folder = _folder(cache)
    found = upkeep.info(folder, now=now())
    console.say(_nothing_in(folder) if found is None else _described(found))


@cache_commands.command("list", cls=Command)
@with_filters
@click.option("--json", "as_json", is_flag=True, help="Print a list of replies, with their bodies.")
@with_cache_option
@with_common_options
def list_command(
    provider: str | None, query: str | None, as_json: bool, cache: Path | None, quiet: bool, debug: bool
) -> None:
    """List the replies, sorted by service and question."""
    from geo.cache import upkeep
    from geo.cache.recording import record

    folder = _folder(cache)
    rows = upkeep.entries(folder, provider=provider, query=query)
    if as_json:
        console.emit([listing.as_json([record(row) for row in rows])])
        return
    cells: list[tuple[str, ...]] = []
    unshown = 0
    for row in rows:
        if len(cells) < _MOST_ROWS:
            cells.append(_cells(row))
        else:
            unshown += 1
    if cells:
        console.say(console.table(_KEPT_COLUMNS, cells))
    elif upkeep.info(folder, now=now()) is None:
        console.say(_nothing_in(folder))
    else:
        console.say("No such reply is kept.\n")
    if unshown:
        console.say(f"and {unshown:,} more: --query and --provider choose, --json prints all\n")


@cache_commands.command("export", cls=Command)
@click.argument("file", type=PATH)
@with_filters
@with_cache_option
@with_common_options
def export_command(
    file: Path, provider: str | None, query: str | None, cache: Path | None, quiet: bool, debug: bool
) -> None:
    """Write the replies to a text file, a line each; "-" for standard output.

    'placelines map --replay FILE' answers from it instead of asking, and 'placelines cache import FILE' adds it to
    another cache. The same replies make the same file.
    """
    from geo.cache import upkeep
    from geo.writers.folder import check_writable, publish

    folder = _folder(cache)
    if upkeep.info(folder, now=now()) is None:
        raise OptionError(f"{folder}: no replies are kept here; --cache DIR names another folder")
    counted = _Counted(upkeep.exported(folder, provider=provider, query=query))
    if str(file) == STREAM:
        console.emit(counted)
        return
    check_writable(file.parent, [file.name])
    with console.working(quiet=quiet) as tell:
        tell(f"writing {file}")
        publish(file.parent, {file.name: counted})
    if not quiet:
        # The first line is about the file.
        console.say(f"wrote {_replies(counted.lines - 1)} to {console.printable(str(file))}\n")


@cache_commands.command("import", cls=Command)
@click.argument("file", type=PATH)
@with_cache_option
@with_common_options
def import_command(file: Path, cache: Path | None, quiet: bool, debug: bool) -> None:
    """Add the replies of a file that 'placelines cache export' wrote; "-" for standard input.

    No reply is replaced by an older one. When a line of the file is wrong, nothing is added.
    """
    from geo.cache import upkeep

    with console.working(quiet=quiet) as tell:
        tell(f"reading {file}")
        done = upkeep.import_replies(_folder(cache), _recorded(file))
    if not quiet:
        console.say(f"{_replies(done.added)} added, {done.renewed:,} renewed, {done.kept:,} here already\n")


@cache_commands.command("prune", cls=Command)
@click.option(
    "--older-than",
    "before",
    metavar="AGE",
    type=Age(),
    required=True,
    help="Age in days or hours, or the day before which a reply came: 30d, 12h, 2026-01-31.",
)
@with_cache_option
@with_common_options
def prune_command(before: float, cache: Path | None, quiet: bool, debug: bool) -> None:
    """Delete the replies that came long ago."""
    from geo.cache import upkeep

    count = upkeep.prune(_folder(cache), before)
    if not quiet:
        console.say(f"{_replies(count)} deleted\n")


@cache_commands.command("clear", cls=Command)
@click.option("--yes", is_flag=True, help="Do not ask whether that is meant.")
@with_cache_option
@with_common_options
def clear_command(yes: bool, cache: Path | None, quiet: bool, debug: bool) -> None:
    """Delete every reply, and damaged files that were set aside."""
    from geo.cache import upkeep

    folder = _folder(cache)
    if not (yes or _agrees(folder)):
        return
    count = upkeep.clear(folder)
    if not quiet:
        console.say(f"{_replies(count)} deleted\n")


@cache_commands.command("verify", cls=Command)
@with_cache_option
@with_common_options
def verify_command(cache: Path | None, quiet: bool, debug: bool) -> None:
    """Read the file through and check every reply; say what is wrong, and change nothing."""
    from geo.cache import upkeep

    folder = _folder(cache)
    with console.working(quiet=quiet) as tell:
        tell("checking")
        faults = upkeep.verify(folder)
    for fault in faults:
        console.complain(fault)
    if faults:
        raise click.exceptions.Exit(ResourceError.exit_code)
    if not quiet:
        found = upkeep.info(folder, now=now())
        console.say(_nothing_in(folder) if found is None else f"{_replies(_total(found))}, all sound\n")


class _Counted:
    """Lines on their way, counted."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = 0
        self._iterator = lines

    def __iter__(self) -> Iterator[str]:
        for line in self._iterator:
            self.lines += 1
            yield line


def _recorded(file: Path) -> Iterator[Row]:
    """Return the replies of a file, or of standard input: all of that comes before the cache is locked for them."""
    from geo.cache.recording import rows_in, rows_of

    if str(file) != STREAM:
        return rows_of(file)
    if sys.stdin is None:
        raise OptionError("standard input: it is closed; give a file")
    try:
        return rows_in(io.BytesIO(sys.stdin.buffer.read()), "standard input")
    except OSError as error:
        raise OptionError(f"standard input: it cannot be read ({error.strerror or error})") from error


def _folder(cache: Path | None) -> Path:
    from geo.cache import ReplyCache, default_cache_folder

    folder = ReplyCache(cache or default_cache_folder()).folder
    if folder.is_file():
        raise OptionError(f"{folder}: it is a file; --cache takes a folder")
    return folder


def _agrees(folder: Path) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise OptionError("clear deletes every reply: say --yes when that is meant")
    return click.confirm(f"Delete every reply in {console.printable(str(folder))}?", err=True)


def _nothing_in(folder: Path) -> str:
    return f"No replies are kept in {console.printable(str(folder))}.\n"


def _described(found: Info) -> str:
    from geo.cache.recording import stamp

    services: dict[str, dict[str, int]] = {}
    for provider, status, count in found.counts:
        services.setdefault(provider, {})[status] = count
    rows = [(_service(name), *(f"{of.get(status, 0):,}" for status in _STATUS)) for name, of in services.items()]
    size = f"{found.bytes / 1e6:,.1f} MB" if found.bytes >= 1e6 else f"{found.bytes / 1e3:.0f} kB"
    lines = [f"{found.path}: {_replies(_total(found))}, {size}, schema {found.version}"]
    if found.oldest is not None and found.newest is not None:
        lines.append(f"the oldest of {stamp(found.oldest)}, the newest of {stamp(found.newest)}")
        lines.append(f"{_replies(found.too_old)} too old: asked for again when needed")
    if not found.is_writable:
        lines.append("it cannot be written: new replies are forgotten after each run")
    lines += [f"damaged and set aside: {path.name}" for path in found.set_aside]
    told = "".join(f"{console.printable(line)}\n" for line in lines)
    return (console.table(_COUNT_COLUMNS, rows) + "\n" if rows else "") + told


def _replies(count: int) -> str:
    return "1 reply" if count == 1 else f"{count:,} replies"


def _total(found: Info) -> int:
    return sum(count for _, _, count in found.counts)


def _cells(row: Row) -> tuple[str, ...]:
    from geo.cache.recording import stamp

    size = len((row.body or "").encode("utf-8", "surrogateescape"))
    query = console.printable(row.query, limit=console.LONGEST_NAME)
    return query, _STATUS[row.status], stamp(row.fetched_at), f"{size:,}" if size else "", _service(row.provider)


def _service(provider: str) -> str:
    return console.printable(provider, limit=_LONGEST_PROVIDER)
