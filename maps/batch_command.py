"""``placelines batch``: any number of articles, read on any engine, as often interrupted as it may be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.articles.source import STDIN
from geo.entries import counted
from geo.errors import OptionError

from . import console
from .commands import INTERRUPTED, PATH, Command
from .corpus_options import CorpusOptions, corpus_job, do, exit_if_failed, with_corpus_options
from .input_options import with_input_options
from .settings import Settings, with_settings

if TYPE_CHECKING:
    from geo.corpora.manner import Summary

_FAREWELL = "interrupted; go on with --resume"


@click.command("batch", cls=Command)
@with_settings
@with_input_options(is_online=True)
@with_corpus_options(engine="processes")
@click.option("--resume", is_flag=True, help="Go on with a run that was interrupted, with the same options and input.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Take the first N articles.")
@click.option(
    "--since-run", metavar="DIR", type=PATH, help="Results of an earlier run: tell which places are new since then."
)
def batch_command(
    files: tuple[str, ...],
    corpus: CorpusOptions,
    limit: int | None,
    since_run: Path | None,
    resume: bool,
    **options: Any,  # noqa: ANN401 (click fills it)
) -> None:
    """Map any number of articles together: tables, files for GIS tools and one page.

    FILE is a file, folder, archive or table of articles. A run that ends early goes on with --resume where it stopped.
    """
    if resume and corpus.overwrite:
        raise OptionError("--resume goes on with a run, --overwrite replaces it: leave out one of them")
    if resume and STDIN in files:
        raise OptionError("--resume reads the input from its beginning again, which - has not: save it to a file")
    settings = Settings(**options)
    job = corpus_job(files, settings, corpus, limit=limit, since_run=since_run)
    try:
        summary = do(job, corpus.manner(resume=resume), settings, farewell=_FAREWELL)
    except KeyboardInterrupt:
        console.complain(_FAREWELL)
        raise click.exceptions.Exit(INTERRUPTED) from None
    _finish(summary, corpus.output, quiet=settings.quiet)


def _finish(summary: Summary, output: Path, *, quiet: bool) -> None:
    """Tell what came of a run, and end with a status that says whether something was left out."""
    if not quiet:
        console.say("".join(f"{line}\n" for line in _told(summary)))
        wrote = (f"wrote {console.printable(str(output / name))}\n" for name in summary.files)
        console.say("\n" + "".join(wrote))
    exit_if_failed(summary, summary.totals.failures)


def _told(summary: Summary) -> Iterator[str]:
    """Yield the lines of a summary."""
    totals, counts = summary.totals, summary.counts
    yield f"{counted(totals.documents, 'article')} read" + _beside(
        (totals.failures, "could not be read"),
        (totals.left_out, "left out by --since"),
        (counts["duplicates"], "copies of others"),
    )
    yield (
        ", ".join(
            counted(counts[name], noun)
            for name, noun in (("mentions", "mention"), ("places", "place"), ("lines", "line"))
        )
        + f", {counted(counts['unlocated'], 'name')} without a place"
    )
    if summary.items and summary.seconds > 0:
        rate = summary.items / summary.seconds
        yield f"{rate:.1f} articles/s on {counted(summary.workers, 'worker')} ({summary.seconds:.0f} s)"
    if summary.corrections is not None:
        done = summary.corrections
        yield f"{done.corrected:,} of the mentions corrected, {done.removed:,} left out as not a place"


def _beside(*counts: tuple[int, str]) -> str:
    return "".join(f", {count:,} {what}" for count, what in counts if count)
