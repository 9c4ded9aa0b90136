"""What ``placelines batch`` and ``placelines watch`` share: options, the job that they ask for, and who is told."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import partial, wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.corpora.manner import Listener, Manner, Summary
from geo.entries import counted
from geo.errors import InputError, OptionError, PlacelinesWarning, ResourceError

from . import console
from .commands import PATH, SOME_FAILED
from .leaving import leaving_soon
from .notice import Notice
from .settings import Settings, cache_folder, day

if TYPE_CHECKING:
    from geo.articles import Found
    from geo.articles.finding import IsKnown, OnInput
    from geo.corpora.corpus import Corpus
    from geo.corpora.run import Job
    from geo.pipeline import Geoparser
    from geo.writers import Content

_PAGE = "map.html"
_NEEDED = ("datasketch", "duckdb", "pyarrow", "pyogrio")


@dataclass(frozen=True, slots=True)
class CorpusOptions:
    """How a corpus is read, and where to."""

    output: Path
    """Folder of the results."""
    engine: str
    """Name of an engine."""
    scheduler: str | None
    """Address of that of Dask."""
    workers: int | None
    """How many; None for as many as the machine has processors and memory for."""
    batch_size: int | None
    """Most articles of a batch; None for as many as memory allows."""
    overwrite: bool
    """Whether the results of another run may be replaced."""
    since: datetime.date | None
    """Day before which articles are left out; None for none."""
    near_duplicates: bool
    """Whether near duplicates are marked, beside exact ones."""
    count_once: bool
    """Whether copies of an article are counted once."""

    def manner(self, *, resume: bool) -> Manner:
        """Return how the run is done, going on with an earlier sitting or not."""
        return Manner(
            self.engine, self.workers, self.scheduler, self.batch_size, resume=resume, overwrite=self.overwrite
        )


def with_corpus_options(*, engine: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options, which give the command ``corpus``; ``engine`` is the usual one."""
    options = (
        click.option("-o", "--output", metavar="DIR", required=True, type=PATH, help="Folder to write to."),
        click.option(
            "--engine",
            type=click.Choice(["serial", "processes", "dask"]),
            default=engine,
            show_default=True,
            help="Where articles are read: in this process, in several of this machine, or by Dask.",
        ),
        click.option(
            "--scheduler", metavar="ADDRESS", help="Dask scheduler to use, as in tcp://host:8786, or its file."
        ),
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            metavar="N",
            help="How many articles are read at a time.  [default: as many as processors, as far as memory allows]",
        ),
        click.option(
            "--batch-size",
            type=click.IntRange(min=1, max=2048),
            metavar="N",
            help="How many articles a worker gets at a time.  [default: 8 to 64, by memory]",
        ),
        click.option("--overwrite", is_flag=True, help="Replace the results of another run."),
        click.option(
            "--since",
            metavar="YYYY-MM-DD",
            callback=day,
            help="Leave out articles that were published before that day, or of which no day is known.",
        ),
        click.option(
            "--near-duplicates/--no-near-duplicates",
            default=True,
            show_default=True,
            help="Mark articles that are almost copies of others, beside exact ones.",
        ),
        click.option("--count-once", is_flag=True, help="Count the copies of an article once."),
    )

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def told(*args: Any, **values: Any) -> None:  # noqa: ANN401 (click fills them)
            corpus = CorpusOptions(**{field.name: values.pop(field.name) for field in fields(CorpusOptions)})
            command(*args, corpus=corpus, **values)

        decorated: Callable[..., None] = told
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def corpus_job(
    files: tuple[str, ...],
    settings: Settings,
    corpus: CorpusOptions,
    **others: Any,  # noqa: ANN401 (fields of the job)
) -> Job:
    """Return the job that options ask for.

    Raises
    ------
    OptionError
        If they make no sense together.
    ResourceError
        If something that is needed is not installed.
    """
    settings.check()
    if settings.dry_run:
        raise OptionError("a corpus has no --dry-run: try it with 'placelines places' on some of the files")
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        command = "python -m pip install 'placelines[corpora]'"
        raise ResourceError(f"a corpus needs {', '.join(missing)}: run {command}")
    from geo.corpora.run import Job
    from geo.corpora.worker import Plan

    return Job(
        inputs=files,
        output=corpus.output,
        plan=Plan(settings.reading, date=settings.date, since=corpus.since, near_duplicates=corpus.near_duplicates),
        find=partial(_find, files, settings),
        found_by=asdict(settings.inputs),
        count_once=corpus.count_once,
        page=_page,
        **others,
    )


def do(job: Job, manner: Manner, settings: Settings, *, farewell: str) -> Summary:
    """Do a job, showing how far it is; raises as `geo.corpora.run.run`.

    Parameters
    ----------
    job, manner, settings
        What is done, and how.
    farewell
        What is told when it is interrupted where Python cannot tell it.
    """
    from geo.corpora.run import run

    with leaving_soon(farewell), _listening(settings) as listener:
        summary = run(job, manner, listener)
    if summary.corrections is not None:
        for message in (*summary.corrections.unused, *summary.corrections.overruled):
            _warn(message)
    for failure in summary.first_failures:
        place = ":".join(str(part) for part in (failure.source, failure.line) if part is not None)
        console.complain(f"{place}: {failure.reason}" if place else failure.reason)
    return summary


def exit_if_failed(summary: Summary, failures: int) -> None:
    """Tell how many articles could not be read, and end with the status that says so; return when there are none."""
    if failures:
        others = "; the others are done" if summary.totals.documents else ""
        console.complain(f"{counted(failures, 'article')} could not be read, see errors.jsonl{others}")
        raise click.exceptions.Exit(SOME_FAILED if summary.totals.documents else InputError.exit_code)


@contextmanager
def _listening(settings: Settings) -> Iterator[Listener]:
    """Show on the terminal how a run goes on."""
    notice = Notice(cache_folder(settings) if settings.online and not settings.no_cache else None)
    with console.progress(quiet=settings.quiet, unit="articles") as show:
        yield Listener(
            on_progress=lambda done, total, failed: show(
                "reading", done, total, f"{failed:,} failed" if failed else ""
            ),
            warn=_warn,
            tell=lambda what: show(what, 0, None),
            announce=(lambda _message: None) if settings.quiet else console.complain,
            on_request=None if settings.quiet else notice,
        )


def _find(files: tuple[str, ...], settings: Settings, on_input: OnInput, is_known: IsKnown | None) -> Iterator[Found]:
    from geo import articles

    web = settings.inputs.open_web(cache_folder(settings), online=settings.online)
    return articles.find(files, **settings.inputs.arguments, web=web, on_input=on_input, is_known=is_known)


def _page(corpus: Corpus, geoparser: Geoparser, files: Mapping[str, Content]) -> dict[str, list[str]]:
    from .corpus_page import render

    carried = {name: file for name, file in files.items() if name.endswith(".geojson") and not callable(file)}
    page = render(corpus, gazetteer=geoparser.gazetteer, min_confidence=geoparser.min_confidence, files=carried)
    return {_PAGE: [page]}


def _warn(message: str) -> None:
    warnings.warn(message, PlacelinesWarning, stacklevel=2)
