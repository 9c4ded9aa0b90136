"""The option ``--formats``: in which formats files are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from geo.errors import OptionError
from geo.writers import Format
from geo.writers.formats import FORMATS, USUAL, check_installed, format_named, is_installed

from . import console

_Function = TypeVar("_Function", bound=Callable[..., object])
_ALL = "all"


def chosen(names: Sequence[str] | None, *, quiet: bool) -> list[Format]:
    """Return the formats that were asked for, each once; the usual ones, as far as they are installed, for None.

    Raises
    ------
    OptionError
        If one is not known.
    ResourceError
        If one needs what is not installed.
    """
    if names is None:
        usual = [format_named(name) for name in USUAL]
        for form in usual:
            if not is_installed(form) and not quiet:
                console.complain(f"{', '.join(form.names)} is left out: {form.title} needs {form.installation}")
        return [form for form in usual if is_installed(form)]
    wanted = list(FORMATS) if _ALL in names else [format_named(name) for name in dict.fromkeys(names)]
    for form in wanted:
        check_installed(form)
    return wanted


def with_formats(default: str | None) -> Callable[[_Function], _Function]:
    """Add ``--formats``, which gives the command ``wanted``: names, or None where none were given.

    Parameters
    ----------
    default
        What the help says that is done then; None to say nothing.
    """
    names = ", ".join(form.name for form in FORMATS)
    usual = f"  [default: {default}]" if default else ""
    return click.option(
        "--formats",
        "wanted",
        metavar="NAME,...",
        callback=_names,
        help=f"Formats of the files, with commas between them: {names}; or {_ALL}.{usual}",
    )


def _names(_context: click.Context, _parameter: click.Parameter, value: str | None) -> list[str] | None:
    if value is None:
        return None
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    if not names:
        raise click.BadParameter("it names no format")
    for name in names:
        if name != _ALL:
            try:
                format_named(name)
            except OptionError as error:
                raise click.BadParameter(str(error)) from error
    return names
