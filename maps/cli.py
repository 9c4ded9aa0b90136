"""The command ``placelines``. Its exit statuses are those of `geo.errors` and these.

====  =================================================================
0     done; also when no place was found, and when the reader has gone
6     done, but some articles or records could not be read
130   interrupted
143   terminated
====  =================================================================
"""

from __future__ import annotations

import signal
import socket
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from geo import articles
from geo.articles.source import STDIN
from geo.atlas import Atlas, merged
from geo.errors import InputError, OptionError, PlacelinesWarning
from geo.model import Document
from geo.version import __version__
from geo.writers import geojson, jsonl
from geo.writers.folder import check_writable, publish
from geo.writers.formats import folder_contents
from geo.writers.layers import Layers

from . import console
from .batch_command import batch_command
from .cache_commands import cache_commands
from .commands import PATH, SOME_FAILED, TERMINATED, Command, complain_of
from .convert_command import convert_command
from .evaluate_command import evaluate_command
from .explain_command import explain_command
from .format_option import chosen, with_formats
from .gazetteer_commands import gazetteer_commands
from .geocode_commands import geocode_command, reverse_command
from .input_options import with_input_options
from .notice import Notice
from .review.command import review_command
from .roads_commands import roads_commands
from .settings import Settings, cache_folder, make_geoparser, open_corrections, with_settings
from .train_command import train_command
from .watch_command import watch_command

if TYPE_CHECKING:
    from geo.adapters import Request
    from geo.web import Web

    from .tiles import Tiles

PAGE = "map.html"
"""The page that ``placelines map`` writes."""
_MOST_ROWS = 50


class Run:
    """One run over all articles, which goes on behind those that cannot be read.

    Parameters
    ----------
    files
        Paths, ``-`` for standard input.
    settings
        The options.
    tell
        Takes each request of online services, which is not sent then.
    """

    def __init__(
        self, files: Sequence[str], settings: Settings, *, tell: Callable[[Request], None] | None = None
    ) -> None:
        settings.check()
        if STDIN in files and sys.stdin is not None and sys.stdin.isatty():
            console.complain("reading the article from the terminal; end it with Ctrl-D")
        self.settings = settings
        self.failures = 0
        self.corrections = open_corrections(settings)
        documents = self._documents(files, settings.inputs.open_web(cache_folder(settings), online=settings.online))
        # Bad input is found before the model is loaded, which takes a second.
        first = next(documents, None)
        if first is None:
            raise click.exceptions.Exit(InputError.exit_code)
        self._notice = Notice(cache_folder(settings) if settings.online and not settings.no_cache else None)
        on_request = None if settings.quiet else self._notice
        self.geoparser = make_geoparser(settings, self.corrections, tell=tell, on_request=on_request)
        self._documents_ahead = chain([first], documents)

    def atlases(self, *, quiet: bool) -> Iterator[Atlas]:
        """Yield one atlas for each article that could be read; unless ``quiet``, show progress."""
        with console.working(quiet=quiet) as tell:
            self._notice.show = tell
            atlases = self.geoparser.parse_each(self._documents_ahead, mentions=self.settings.mentions)
            for number, atlas in enumerate(atlases, start=1):
                if number > 1:
                    tell(f"{number} articles read")
                yield atlas

    def atlas(self) -> Atlas:
        """Return one atlas of them all, showing progress."""
        return merged(self.atlases(quiet=self.settings.quiet))

    def finish(self) -> None:
        """End the command, with a status that tells whether something was left out."""
        if not self.settings.dry_run:
            self._report_corrections()
        if self.failures:
            console.complain(f"{self.failures} of the articles could not be read; the others are done")
            raise click.exceptions.Exit(SOME_FAILED)

    def _documents(self, files: Sequence[str], web: Web | None) -> Iterator[Document]:
        without_toponyms: dict[str, list[str]] = {}
        for document in articles.read(files, on_error=self._report, web=web, **self.settings.inputs.arguments):
            if self.settings.mentions == "given" and document.given_spans is None:
                without_toponyms.setdefault(document.file_name or "standard input", []).append(document.id)
            else:
                yield document if document.date else replace(document, date=self.settings.date)
        for name, ids in without_toponyms.items():
            what = f"article {ids[0]!r} has" if len(ids) == 1 else f"{len(ids)} articles, first {ids[0]!r}, have"
            message = f'{name}: {what} no "toponyms", which --mentions given needs'
            self._report(InputError(message), articles_lost=len(ids))

    def _report_corrections(self) -> None:
        if self.corrections is None:
            return
        report = self.corrections.report()
        for message in (*report.unused, *report.overruled):
            warnings.warn(message, PlacelinesWarning, stacklevel=2)
        if not self.settings.quiet:
            counts = f"{report.corrected} of the mentions corrected, {report.removed} left out as not a place"
            console.complain(f"{self.corrections.name}: {counts}")

    def _report(self, error: InputError, articles_lost: int = 1) -> None:
        self.failures += articles_lost
        complain_of(error, debug=self.settings.debug)


@click.group()
@click.version_option(__version__, prog_name="placelines", message="%(prog)s %(version)s")
def cli() -> None:
    """Turn news text into maps, offline.

    FILE is an article (text, HTML, PDF, DOCX, ODT, e-mail), a table or list of articles (JSON Lines, CSV, Parquet, a
    feed, a web archive), a folder or ZIP archive of such files, or with --online an address; - is standard input.
    Places are looked up in the gazetteer that comes along, and in those that you install; roads in what you import,
    else in a list of highways that comes along.
    """


@cli.command("map", cls=Command)
@with_settings
@with_input_options(is_online=True)
@click.option("-o", "--output", metavar="DIR", required=True, type=PATH, help="Folder to write to.")
@with_formats("geojson,gpkg,json")
@click.option(
    "--tiles",
    "asked_tiles",
    metavar="NAME|URL",
    help="Let readers of the page put an online map under it, by a button; a provider that xyzservices knows, or an "
    "address with {z}, {x} and {y}.",
)
@click.option("--tiles-attribution", metavar="TEXT", help="Whom the pictures of that address are credited to.")
def map_command(
    files: tuple[str, ...],
    output: Path,
    wanted: Sequence[str] | None,
    asked_tiles: str | None,
    tiles_attribution: str | None,
    **options: Any,  # noqa: ANN401 (click fills it)
) -> None:
    """Map articles: one HTML page and files for GIS tools in a folder.

    Writes map.html and the files of --formats, replacing those of an earlier run.
    """
    settings = Settings(**options)
    tiles = _tiles(asked_tiles, tiles_attribution)
    forms = chosen(wanted, quiet=settings.quiet)
    if settings.dry_run:
        _rehearse(files, settings)
        return
    check_writable(output, [PAGE, *(name for form in forms for name in form.names)])
    run = Run(files, settings)
    atlas = run.atlas()
    from .page import render

    gazetteer, min_confidence = run.geoparser.gazetteer, run.geoparser.min_confidence
    page = render(atlas, gazetteer=gazetteer, tool_version=__version__, min_confidence=min_confidence, tiles=tiles)
    contents = folder_contents(atlas, forms)
    with console.working(quiet=settings.quiet) as tell:
        publish(output, {PAGE: [page], **contents}, on_file=lambda name: tell(f"writing {name}"))
    if not settings.quiet:
        console.say(console.summary(atlas, limit=_MOST_ROWS, min_confidence=min_confidence))
        console.say("\n" + "".join(f"wrote {console.printable(str(output / name))}\n" for name in (PAGE, *contents)))
    run.finish()


def _rehearse(files: Sequence[str], settings: Settings) -> None:
    """Print the requests that articles lead to; see ``--dry-run``."""
    from .dry_run import DryRun

    dry_run = DryRun()
    run = Run(files, settings, tell=dry_run)
    for _ in run.atlases(quiet=True):
        pass
    dry_run.finish()
    run.finish()


def _tiles(asked: str | None, attribution: str | None) -> Tiles | None:
    from .tiles import find_tiles

    if asked is not None:
        return find_tiles(asked, attribution)
    if attribution is not None:
        raise OptionError("--tiles-attribution needs --tiles")
    return None


@cli.command("places", cls=Command)
@with_settings
@with_input_options(is_format_free=False, is_online=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "geojson"]),
    default="table",
    show_default=True,
    help="A table to read; one document a line; one collection of places, lines and areas.",
)
def places_command(files: tuple[str, ...], form: str, **options: Any) -> None:  # noqa: ANN401 (click fills it)
    """Print the places and roads of articles; write no files."""
    settings = Settings(**options)
    if settings.dry_run:
        _rehearse(files, settings)
        return
    run = Run(files, settings)
    if form == "jsonl":
        # On a terminal, the words of what is being done would stand among them.
        quiet = settings.quiet or sys.stdout.isatty()
        for atlas in run.atlases(quiet=quiet):
            console.emit(jsonl.documents(atlas))
    elif form == "geojson":
        console.emit(geojson.collection(Layers(run.atlas()).entries))
    else:
        console.say(console.summary(run.atlas(), min_confidence=run.geoparser.min_confidence))
    run.finish()


cli.add_command(batch_command)
cli.add_command(cache_commands)
cli.add_command(convert_command)
cli.add_command(evaluate_command)
cli.add_command(explain_command)
cli.add_command(gazetteer_commands)
cli.add_command(geocode_command)
cli.add_command(reverse_command)
cli.add_command(review_command)
cli.add_command(roads_commands)
cli.add_command(train_command)
cli.add_command(watch_command)


def main() -> None:
    """Run the command ``placelines``."""
    # folium and spaCy import urllib3, which binds a socket to find out about IPv6 (2.8, util/connection.py). Nothing of
    # this process asks anything with it.
    socket.has_ipv6 = False
    signal.signal(signal.SIGTERM, _terminate)
    sys.excepthook = _report_bug
    cli(prog_name="placelines")


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave in order, so that unfinished files are removed."""
    raise SystemExit(TERMINATED)


def _report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Replace `sys.excepthook`: a traceback helps only those who ask for it."""
    if "--debug" in sys.argv:
        sys.__excepthook__(kind, error, trace)
    else:
        console.complain(f"internal error, please report it with what --debug shows ({kind.__name__}: {error})")
