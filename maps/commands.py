"""What the commands share: how they end, what every one of them understands, and which gazetteer they ask."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from geo.errors import OptionError, PlacelinesError, PlacelinesWarning
from geo.gazetteers.installed.library import EMBEDDED, Library
from geo.points import Axis, degrees_of, lonlat_of
from geo.recognizers.model import WITHOUT_MODEL

from . import console

if TYPE_CHECKING:
    from geo.gazetteers import Gazetteer
    from geo.gazetteers.embedded import EmbeddedGazetteer

SOME_FAILED = 6
"""Exit status when some records could not be read and the rest is done."""
INTERRUPTED = 130
"""Exit status after Ctrl-C."""
TERMINATED = 143
"""Exit status after SIGTERM."""

_MOST_WARNINGS = 20
_Function = TypeVar("_Function", bound=Callable[..., object])


class Command(click.Command):
    """A command that ends in one line and an exit status, whatever goes wrong."""

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; its parameters have ``quiet`` and ``debug``."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore" if ctx.params["quiet"] else "always", PlacelinesWarning)
            shown = _Warnings(most=sys.maxsize if ctx.params["debug"] else _MOST_WARNINGS)
            warnings.showwarning = shown.show
            try:
                super().invoke(ctx)
            except PlacelinesError as error:
                complain_of(error, debug=ctx.params["debug"])
                ctx.exit(error.exit_code)
            except BrokenPipeError:
                console.let_go_of_output()
            except KeyboardInterrupt:
                console.complain("interrupted")
                ctx.exit(INTERRUPTED)
            finally:
                shown.finish()


class _Warnings:
    """Prints warnings as single lines, without the place in the program, and of each sort only so many.

    Parameters
    ----------
    most
        How many of a sort are printed; the others are counted.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.counts: Counter[type[Warning]] = Counter()

    def show(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        """Take the place of `warnings.showwarning`."""
        self.counts[category] += 1
        if self.counts[category] <= self.most:
            console.complain(f"warning: {message}")

    def finish(self) -> None:
        """Tell how many were not printed."""
        if unshown := sum(max(0, count - self.most) for count in self.counts.values()):
            console.complain(f"warning: {unshown} more like these; --debug shows them")


class AnyPath(click.Path):
    """A path; whoever opens it tells better than click why that fails, and with which exit status."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """Refuse the empty word that an unset variable of a shell leaves: as a path it is the current folder."""
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


PATH = AnyPath(readable=False, path_type=Path)
"""A file or folder, given to the command as a `Path`."""


class Degrees(click.ParamType[float]):
    """A coordinate in degrees, given to the command as a number.

    Parameters
    ----------
    axis
        Which one.
    """

    name = "degrees"

    def __init__(self, axis: Axis) -> None:
        self.axis = axis

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it as `degrees_of` does."""
        try:
            return degrees_of(str(value), self.axis)
        except ValueError as error:
            self.fail(str(error), param, ctx)


LATITUDE, LONGITUDE = Degrees("latitude"), Degrees("longitude")


class LatLon(click.ParamType[tuple[float, float]]):
    """A point as in "LAT,LON", given to the command as (longitude, latitude)."""

    name = "point"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """Read it as `lonlat_of` does."""
        try:
            return lonlat_of(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def country_code(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Check the value of an option that takes the code of a country."""
    return None if value is None else as_country_code(value)


def as_country_code(value: str) -> str:
    """Return an ISO 3166-1 alpha-2 code in capitals, or refuse what cannot be one."""
    code = value.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise click.BadParameter(f"{value!r} is no code of a country: give two letters (ISO 3166-1), as in SY")
    return code


QUIET = click.option("--quiet", is_flag=True, help="Print errors only, and what was asked for.")
DEBUG = click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
LIMIT = click.IntRange(1, 1000)
"""How many places may be asked for."""


def with_common_options(command: _Function) -> _Function:
    """Add the options that every command has."""
    return QUIET(DEBUG(command))


def with_gazetteer_option(command: _Function) -> _Function:
    """Add the option that chooses among the installed gazetteers."""
    choose = click.option(
        "--gazetteer",
        "gazetteers",
        metavar="NAME",
        multiple=True,
        help=f"Installed gazetteer to ask beside the one that comes along; {EMBEDDED!r} for none.  [default: all]",
    )
    return choose(command)


def with_cache_option(command: _Function) -> _Function:
    """Add the option that says where the replies of services are kept."""
    choose = click.option(
        "--cache",
        metavar="DIR",
        type=PATH,
        # Not click's envvar: `default_cache_folder` reads it, and takes a blank one for none and ~ for the home.
        help="Folder where the replies are kept.  [env var: PLACELINES_CACHE; default: cache/ of a checkout, else the "
        "user's cache folder]",
    )
    return choose(command)


def with_reading_options(command: _Function) -> _Function:
    """Add the options that say how texts are read: model, weights, threshold and demonyms."""
    for option in reversed(_READING):
        command = option(command)
    return command


def chosen_model(model: str | None, language: str | None) -> str:
    """Return the name of the model to read with, `WITHOUT_MODEL` for none.

    Parameters
    ----------
    model
        The one asked for by name; None when none was.
    language
        Code of the language of the texts, for which an installed model is looked for; None for English.

    Raises
    ------
    OptionError
        If the language has no code that could be one.
    """
    if model is not None or language is None:
        return model or WITHOUT_MODEL
    from geo.recognizers.languages import candidate_models, model_for

    code = language.strip().lower()
    if not (code.isascii() and code.isalpha() and len(code) in {2, 3}):
        raise OptionError(f"{language!r} is no code of a language: give two letters (ISO 639-1), as in fr")
    if code == "en":
        return WITHOUT_MODEL
    found = model_for(code)
    if found is None:
        named = next(iter(candidate_models(code)), None)
        package = f": 'python -m pip install {named.replace('_', '-')}' finds more" if named else ""
        console.complain(f"no spaCy model of {code!r} is installed, so the gazetteer alone reads{package}")
    return found or WITHOUT_MODEL


_READING = (
    click.option(
        "--lang",
        "language",
        metavar="CODE",
        help="Language of the texts: an installed spaCy model of it is asked too, as in fr.",
    ),
    click.option(
        "--model",
        metavar="NAME",
        help="spaCy model to ask beside the gazetteer, as in en_core_web_sm; 'none' for none.  [default: none]",
    ),
    click.option(
        "--min-confidence",
        type=click.FloatRange(0, 1),
        metavar="SHARE",
        help="Confidence from which a place is asserted, 0 to 1.  [default: as measured]",
    ),
    click.option(
        "--demonyms",
        type=click.Choice(["keep", "drop"]),
        default="keep",
        show_default=True,
        help='Keep words such as "Syrian", marked as such, or drop them.',
    ),
    click.option(
        "--weights",
        metavar="FILE",
        type=PATH,
        help="Weights that 'placelines train' wrote.  [default: those that come along]",
    ),
)


def open_gazetteer(names: Sequence[str] = (), *, quiet: bool) -> Gazetteer:
    """Return the gazetteers to ask as one.

    Parameters
    ----------
    names
        Those of the installed ones that are wanted; none for all, `EMBEDDED` for none.
    quiet
        Whether to unpack the embedded one without a word.

    Raises
    ------
    OptionError
        If one is not installed.
    ResourceError
        If one is damaged.
    """
    return Library().open(wanted_gazetteers(names), on_expand=_on_expand(quiet=quiet))


def wanted_gazetteers(names: Sequence[str]) -> tuple[str, ...] | None:
    """Return the names of the installed gazetteers that an option asks for; None for all of them."""
    return tuple(name for name in dict.fromkeys(names) if name != EMBEDDED) if names else None


def open_world(*, quiet: bool) -> EmbeddedGazetteer:
    """Return the gazetteer that comes along, alone; ResourceError as for `open_gazetteer`."""
    from geo.gazetteers.embedded import open_embedded

    return open_embedded(_on_expand(quiet=quiet))


def _on_expand(*, quiet: bool) -> Callable[[], None] | None:
    return None if quiet else lambda: console.complain("unpacking the gazetteer, once")


def complain_of(error: PlacelinesError, *, debug: bool) -> None:
    """Write an error to standard error, as a line, and what it notes beside as one each."""
    if debug:
        traceback.print_exception(error)
    for line in (str(error), *getattr(error, "__notes__", ())):
        console.complain(line)
