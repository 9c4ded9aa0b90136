"""``placelines review``: ask in the terminal what doubtful names mean, and keep the answers as corrections."""

from __future__ import annotations

import datetime
import shlex
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo import articles
from geo.articles.source import STDIN
from geo.entries import counted
from geo.errors import InputError, OptionError, OutputError
from geo.model import Document

from .. import console
from ..commands import (
    PATH,
    SOME_FAILED,
    AnyPath,
    Command,
    complain_of,
    open_gazetteer,
    with_common_options,
    with_gazetteer_option,
    with_reading_options,
)
from ..input_options import InputOptions, with_input_options
from ..settings import Settings, make_geoparser

if TYPE_CHECKING:
    from .dialogue import Dialogue
    from .session import Session
    from .terminal import RealTerminal

_CORRECTIONS = Path("corrections.csv")


@click.command("review", cls=Command)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=AnyPath(readable=False))
@click.option(
    "-c",
    "--corrections",
    "path",
    metavar="FILE",
    type=PATH,
    default=_CORRECTIONS,
    show_default=True,
    help="CSV that takes the decisions; what stands in it stays, and is not asked again.",
)
@click.option("--all", "every", is_flag=True, help="Ask every name, not only those unresolved or uncertain.")
@click.option(
    "--author",
    metavar="NAME",
    default="",
    envvar="PLACELINES_AUTHOR",
    show_envvar=True,
    help="Who decides, to stand in the file.",
)
@with_reading_options
@with_input_options()
@with_gazetteer_option
@with_common_options
def review_command(
    files: tuple[str, ...],
    path: Path,
    every: bool,
    author: str,
    gazetteers: tuple[str, ...],
    inputs: InputOptions,
    quiet: bool,
    debug: bool,
    **reading: Any,  # noqa: ANN401 (click fills it)
) -> None:
    """Decide in the terminal what doubtful names mean.

    Asks for each name that is not resolved or uncertain, by single keys, and writes every decision at once to a file
    that --corrections reads.
    """
    from .dialogue import Dialogue
    from .file import ReviewFile
    from .session import Session
    from .terminal import open_terminal

    terminal = open_terminal()
    if STDIN in files:
        raise OptionError("review reads keys from the terminal; give the article as a file, not as -")
    gazetteer = open_gazetteer(gazetteers, quiet=quiet)
    file = ReviewFile(path, gazetteer)
    documents, is_complete = _read(files, inputs, debug=debug)
    if not quiet:
        console.complain(f"{'going on with' if file.exists else 'decisions go to'} {path}")
    geoparser = make_geoparser(
        Settings(mentions="found", online=False, quiet=quiet, debug=debug, gazetteers=gazetteers, **reading)
    )
    with console.working(quiet=quiet) as tell:
        tell("reading")
        session = Session(documents, geoparser, file, every=every, author=author, today=datetime.date.today())
    if session.item is None:
        console.say("No names are left to decide.\n" if every else "Nothing is doubtful; --all asks every name.\n")
    else:
        try:
            _ask(Dialogue(session, terminal, gazetteer, min_confidence=geoparser.min_confidence), terminal)
        finally:
            console.say(_summary(session, files, path))
    if session.unsaved:
        raise OutputError(session.unsaved)
    if not is_complete:
        raise click.exceptions.Exit(SOME_FAILED)


def _read(files: tuple[str, ...], inputs: InputOptions, *, debug: bool) -> tuple[list[Document], bool]:
    """Return the articles that can be read, at least one, and whether these are all."""
    failures: list[InputError] = []

    def report(error: InputError) -> None:
        failures.append(error)
        complain_of(error, debug=debug)

    documents = list(articles.read(files, on_error=report, **inputs.arguments))
    if not documents:
        raise click.exceptions.Exit(InputError.exit_code)
    return documents, not failures


def _ask(dialogue: Dialogue, terminal: RealTerminal) -> None:
    # What there is to warn of was told when the files were read first; now it would stand across the screen.
    with terminal.opened(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dialogue.run()


def _summary(session: Session, files: tuple[str, ...], path: Path) -> str:
    number, of_article = session.progress
    left = 0 if session.item is None else of_article - number + 1
    more = len(session.documents) - session.article
    told = [f"{session.decided} decided", f"{session.skipped} skipped"]
    if left:
        told.append(f"{left} left" + (" in this article" if more else ""))
    if more:
        told.append(f"{counted(more, 'article')} not looked at")
    lines = [f"{', '.join(told)}."]
    if session.file.exists:
        lines.append(f"Decisions are in {console.printable(str(path))}. Next:")
        command = ["placelines", "map", *files, "--corrections", str(path), "-o", "out"]
        lines.append(f"  {console.printable(shlex.join(command))}")
    return "".join(f"{line}\n" for line in lines)
