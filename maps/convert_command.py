"""The command ``placelines convert``: files that were written before, in another format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from geo.atlas import Atlas
from geo.errors import OptionError
from geo.writers.folder import check_writable, publish
from geo.writers.formats import check_installed, folder_contents, format_of, read_atlas, write

from . import console
from .commands import PATH, Command, open_gazetteer, with_common_options
from .format_option import chosen, with_formats

_PAGE = ".html"


@click.command("convert", cls=Command)
@click.argument("source", metavar="FILE|DIR", type=PATH)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    required=True,
    type=PATH,
    help="File to write, in the format that its name tells, .html for a page; with --formats a folder.",
)
@with_formats(None)
@click.option("--overwrite", is_flag=True, help="Replace files that are there already.")
@with_common_options
def convert_command(
    source: Path, output: Path, wanted: Sequence[str] | None, overwrite: bool, quiet: bool, debug: bool
) -> None:
    """Write an atlas that was written before in another format, without reading the articles again.

    FILE is one that 'placelines map' or this command wrote and that holds the whole atlas, as in atlas.json and
    atlas.gpkg; DIR a folder with such a file in it. What was changed in its layers since is not read.
    """
    with console.working(quiet=quiet) as tell:
        written = _convert(source, output, wanted, overwrite=overwrite, quiet=quiet, tell=tell)
    if not quiet:
        console.say("".join(f"wrote {console.printable(str(path))}\n" for path in written))


def _convert(
    source: Path,
    output: Path,
    wanted: Sequence[str] | None,
    *,
    overwrite: bool,
    quiet: bool,
    tell: Callable[[str], None],
) -> Sequence[Path]:
    """Write what is asked for, and return what was written."""

    def tell_of(name: str) -> None:
        tell(f"writing {name}")

    def read() -> Atlas:
        tell(f"reading {source.name}")
        return read_atlas(source)

    if wanted is not None:
        formats = chosen(wanted, quiet=quiet)
        names = [name for form in formats for name in form.names]
        check_writable(output, names, overwrite=overwrite)
        publish(output, folder_contents(read(), formats), on_file=tell_of)
        return [output / name for name in names]
    if output.is_dir():
        raise OptionError(f"{output}: it is a folder; name a file in it, or say which --formats to write into it")
    if output.suffix.lower() == _PAGE:
        check_writable(output.parent, [output.name], overwrite=overwrite)
        publish(output.parent, {output.name: [_page(read(), quiet=quiet)]}, on_file=tell_of)
        return [output]
    if not output.suffix:
        raise OptionError(f"{output}: its name tells no format; end it as in .kml or .html, or give --formats")
    check_installed(format_of(output))
    check_writable(output.parent, [output.name], overwrite=overwrite)
    atlas = read()
    tell_of(output.name)
    return write(atlas, output, overwrite=overwrite)


def _page(atlas: Atlas, *, quiet: bool) -> str:
    from .page import render

    return render(atlas, gazetteer=open_gazetteer(quiet=quiet), min_confidence=atlas.min_confidence)
