"""``placelines watch``: a folder or feed that grows, looked at again and again, and its results kept current."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.articles.source import STDIN
from geo.entries import counted
from geo.errors import OptionError

from . import console
from .commands import INTERRUPTED, Command
from .corpus_options import CorpusOptions, corpus_job, do, exit_if_failed, with_corpus_options
from .input_options import with_input_options
from .settings import Settings, with_settings

if TYPE_CHECKING:
    from geo.corpora.manner import Summary

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_INTERVAL = re.compile(r"(\d{1,6})\s?([smhd])")
_MOST_NAMED = 8
_FAREWELL = "ended; run it again to go on"


def _interval(_context: click.Context, _parameter: click.Parameter, value: str) -> float:
    match = _INTERVAL.fullmatch(value.strip())
    if match is None or not int(match[1]):
        raise click.BadParameter(f"{value!r} is no time: give a number and s, m, h or d, as in 15m")
    return int(match[1]) * _SECONDS[match[2]]


@click.command("watch", cls=Command)
@with_settings
@with_input_options(is_online=True)
@with_corpus_options(engine="serial")
@click.option(
    "--every",
    "every_s",
    metavar="TIME",
    default="15m",
    show_default=True,
    callback=_interval,
    help="How long to wait between two looks, as in 30s, 15m or 2h.",
)
@click.option("--once", is_flag=True, help="Look once and end, as a scheduler such as cron wants it.")
def watch_command(
    files: tuple[str, ...],
    corpus: CorpusOptions,
    every_s: float,
    once: bool,
    **options: Any,  # noqa: ANN401 (click fills it)
) -> None:
    """Keep the map of a folder or feed current: look again and again, and read what is new.

    Writes what batch writes, and tells which places are new. What was read stays, also when its file or entry is gone.
    Run it again to go on.
    """
    from geo.corpora.watching import settle

    if STDIN in files:
        raise OptionError("- can be read only once: give a folder, a file or, with --online, an address")
    settings = Settings(**options)
    job = corpus_job(files, settings, corpus, is_growing=True)
    manner = corpus.manner(resume=not corpus.overwrite)
    try:
        while True:
            settle(files, wait=time.sleep)
            summary = do(job, manner, settings, farewell=_FAREWELL)
            if not settings.quiet:
                console.say("".join(f"{line}\n" for line in _told(summary, corpus.output)))
            if once:
                exit_if_failed(summary, summary.failures)
                return
            manner = replace(manner, resume=True, overwrite=False)
            with console.working(quiet=settings.quiet) as tell:
                tell("waiting; Ctrl-C ends it")
                time.sleep(every_s)
    except KeyboardInterrupt:
        console.complain(_FAREWELL)
        raise click.exceptions.Exit(INTERRUPTED) from None


def _told(summary: Summary, output: Path) -> Sequence[str]:
    """Return the lines that tell of one look."""
    moment = time.strftime("%Y-%m-%d %H:%M")
    if not summary.files:
        return [f"{moment}: nothing new"]
    line = f"{moment}: {counted(summary.items, 'new article')}, {summary.totals.documents:,} in all"
    names = [console.printable(name, limit=console.LONGEST_NAME) for name in _new_places(output)]
    if not names:
        return [line]
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return [line, f"new places: {', '.join(names[:_MOST_NAMED])}{more}"]


def _new_places(output: Path) -> list[str]:
    table = output / "tables" / "new_places.csv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as stream:
        return [row["name"] for row in csv.DictReader(stream)]
