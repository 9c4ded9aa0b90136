"""The options that say what articles are read from: format, encoding, columns, addresses."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from geo.articles import KINDS, Columns
from geo.articles.encoding import asked_encoding
from geo.errors import OptionError

if TYPE_CHECKING:
    from geo.web import Web

_COLUMNS = tuple(column.name for column in fields(Columns))


class Arguments(TypedDict):
    """What `geo.articles.find` and `geo.articles.read` are told."""

    form: str | None
    columns: Columns
    encoding: str | None


@dataclass(frozen=True, slots=True)
class InputOptions:
    """What articles are read from."""

    form: str | None = None
    """Format of the inputs; None to tell it from each."""
    encoding: str | None = None
    """Their encoding; None to find out."""
    columns: Columns = field(default_factory=Columns)
    """Which column of tables holds what."""
    allow_private: bool = False
    """Whether addresses in private networks may be read."""
    full_articles: bool = False
    """Whether the pages that feeds lead to are read."""

    @property
    def arguments(self) -> Arguments:
        """What `geo.articles.find` and `geo.articles.read` are told."""
        return {"form": self.form, "columns": self.columns, "encoding": self.encoding}

    def open_web(self, folder: Path, *, online: bool) -> Web | None:
        """Return what fetches addresses, None offline.

        Raises
        ------
        OptionError
            If an option needs to go online, and that is not allowed.
        """
        if not online:
            for option, is_given in (("--allow-private", self.allow_private), ("--full-articles", self.full_articles)):
                if is_given:
                    raise OptionError(f"{option} needs --online")
            return None
        from geo.web import Web

        return Web(folder, allow_private=self.allow_private, full_articles=self.full_articles)


def with_input_options(
    *, is_format_free: bool = True, is_online: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options, which give the command ``inputs``.

    Parameters
    ----------
    is_format_free
        Whether ``--format`` means that of the inputs; else only ``--input-format`` does.
    is_online
        Whether the command can go online.
    """
    names = ("--format", "--input-format") if is_format_free else ("--input-format",)
    options = [
        click.option(
            *names,
            "input_form",
            type=click.Choice(KINDS),
            metavar="NAME",
            help="Format of all inputs, and of the files in folders and archives; told from each when not given: "
            f"{', '.join(KINDS)}.",
        ),
        click.option(
            "--encoding", metavar="NAME", callback=_encoding, help="Encoding of all inputs, as in windows-1252."
        ),
        *(
            click.option(
                f"--{name}-column",
                metavar="NAME",
                default=name,
                show_default=True,
                help=f"Column, or key of records, with {_MEANINGS[name]}.",
            )
            for name in _COLUMNS
        ),
    ]
    if is_online:
        options += [
            click.option("--allow-private", is_flag=True, help="Read addresses in private networks, too."),
            click.option("--full-articles", is_flag=True, help="Read the pages that feeds lead to."),
        ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def told(*args: Any, **values: Any) -> None:  # noqa: ANN401 (click fills them)
            columns = Columns(**{name: values.pop(f"{name}_column") for name in _COLUMNS})
            inputs = InputOptions(
                form=values.pop("input_form"),
                encoding=values.pop("encoding"),
                columns=columns,
                allow_private=values.pop("allow_private", False),
                full_articles=values.pop("full_articles", False),
            )
            command(*args, inputs=inputs, **values)

        decorated: Callable[..., None] = told
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


_MEANINGS = {
    "text": "the text of articles",
    "title": "their headlines",
    "date": "the day they were published",
    "id": "their ids",
    "source": "their publishers",
    "author": "their authors",
    "url": "their addresses",
}


def _encoding(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        asked_encoding(value)
    except OptionError as error:
        raise click.BadParameter(str(error)) from error
    return value
