"""The options of the commands that read articles, and the geoparser that they ask for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import click

from geo.dates import day_of
from geo.errors import OptionError
from geo.reading import NOMINATIM, Reading, Services

from .commands import (
    PATH,
    AnyPath,
    chosen_model,
    open_gazetteer,
    wanted_gazetteers,
    with_cache_option,
    with_common_options,
    with_gazetteer_option,
    with_reading_options,
)
from .input_options import InputOptions

if TYPE_CHECKING:
    from geo.adapters import Request
    from geo.corrections import Corrections
    from geo.pipeline import Geoparser


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of the commands that read articles."""

    model: str | None
    """spaCy model; None for that of the language."""
    mentions: Literal["found", "given"]
    """Where the toponyms come from."""
    online: bool
    """Whether a geocoder may be asked for names, and Overpass for roads, that are not known otherwise."""
    quiet: bool
    """Print no table, warnings or progress."""
    debug: bool
    """Show where an error comes from."""
    language: str | None = None
    """Code of the language of the texts."""
    gazetteers: tuple[str, ...] = ()
    """Names of the installed gazetteers to ask; all when empty."""
    weights: Path | None = None
    """File of learned weights; None for those that come along."""
    min_confidence: float | None = None
    """Confidence from which a place is asserted; None for what the weights were measured with."""
    demonyms: Literal["keep", "drop"] = "keep"
    """Whether words for the people or things of a place are kept."""
    overpass_url: str | None = None
    """Another Overpass server."""
    roads: tuple[Path, ...] = ()
    """The user's own files of roads."""
    date: datetime.date | None = None
    """Day on which articles were published that do not say it; None when that is not known."""
    corrections: tuple[Path, ...] = ()
    """Files of corrections."""
    geocoder: str = NOMINATIM
    """Which geocoder is asked."""
    geocoder_url: str | None = None
    """Another server of it."""
    geocoders: Path | None = None
    """File with the options of geocoders."""
    cache: Path | None = None
    """Folder for the replies of services; None for the usual one."""
    no_cache: bool = False
    """Whether replies are neither read from there nor kept."""
    refresh: bool = False
    """Whether replies of earlier runs are replaced."""
    replay: Path | None = None
    """Recorded replies, instead of the services."""
    dry_run: bool = False
    """Whether requests are shown instead of sent."""
    inputs: InputOptions = field(default_factory=InputOptions)
    """What articles are read from."""

    @property
    def asks(self) -> bool:
        """Whether services have a say, in person or not."""
        return self.online or self.dry_run or self.replay is not None

    @property
    def reading(self) -> Reading:
        """With what articles are read."""
        return Reading(
            model=chosen_model(self.model, self.language),
            gazetteers=wanted_gazetteers(self.gazetteers),
            weights=self.weights,
            min_confidence=self.min_confidence,
            demonyms=self.demonyms,
            roads=self.roads,
            corrections=self.corrections,
            mentions=self.mentions,
            services=self._services if self.asks else None,
        )

    @property
    def _services(self) -> Services:
        return Services(
            geocoder=self.geocoder,
            geocoder_url=self.geocoder_url,
            geocoders=self.geocoders,
            overpass_url=self.overpass_url,
            cache=self.cache,
            use="nothing" if self.no_cache else "refresh" if self.refresh else "keep",
            replay=self.replay,
        )

    def check(self) -> None:
        """Refuse what makes no sense together: OptionError."""
        if self.replay is not None:
            for option, is_given in (("--online", self.online), ("--dry-run", self.dry_run)):
                if is_given:
                    raise OptionError(f"--replay answers from {self.replay} and asks nobody: leave out {option}")
        if self.no_cache and self.refresh:
            raise OptionError("--no-cache keeps nothing that --refresh could replace: leave out one of them")
        for option, value in (("--no-cache", self.no_cache), ("--refresh", self.refresh)):
            if value and not (self.online or self.dry_run):
                raise OptionError(f"{option} needs --online or --dry-run")
        named = None if self.geocoder == NOMINATIM else self.geocoder
        for option, given in (
            ("--geocoder", named),
            ("--geocoder-url", self.geocoder_url),
            ("--geocoders", self.geocoders),
            ("--overpass-url", self.overpass_url),
        ):
            if given is not None and not self.asks:
                raise OptionError(f"{option} needs --online, --dry-run or --replay")


def open_corrections(settings: Settings) -> Corrections | None:
    """Return the corrections that the options ask for, None without any; OptionError if something is wrong in them."""
    if not settings.corrections:
        return None
    from geo.corrections.reading import read_corrections

    return read_corrections(settings.corrections, open_gazetteer(settings.gazetteers, quiet=settings.quiet))


def cache_folder(settings: Settings) -> Path:
    """Return where replies are kept, and processes meet."""
    from geo.cache import default_cache_folder

    return settings.cache or default_cache_folder()


def make_geoparser(
    settings: Settings,
    corrections: Corrections | None = None,
    *,
    tell: Callable[[Request], None] | None = None,
    on_request: Callable[[str, str], None] | None = None,
) -> Geoparser:
    """Return the geoparser that the options ask for.

    Parameters
    ----------
    settings
        The options.
    corrections
        What is put over what it works out.
    tell, on_request
        As for `geo.services.OnlineService`.
    """
    gazetteer = open_gazetteer(settings.gazetteers, quiet=settings.quiet)
    return settings.reading.geoparser(gazetteer=gazetteer, corrections=corrections, tell=tell, on_request=on_request)


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Add the articles and the options of the commands that read them."""
    for parameter in reversed(_PARAMETERS):
        command = parameter(command)
    return command


def _http_url(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not an address: {error}") from error
    if not (parts.scheme in {"http", "https"} and parts.hostname):
        raise click.BadParameter(f"{value!r} is not an http or https address")
    return value


def day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime.date | None:
    """Read the value of an option that takes a day."""
    if value is None:
        return None
    found = day_of(value.strip())
    if found is None:
        raise click.BadParameter(f"{value!r} is no day: give year, month and day, as in 2020-03-05")
    return found


_PARAMETERS = (
    click.argument("files", metavar="FILE...", nargs=-1, required=True, type=AnyPath(readable=False)),
    with_reading_options,
    click.option(
        "--mentions",
        type=click.Choice(["found", "given"]),
        default="found",
        show_default=True,
        help='Find the toponyms, or take those that the records bring in "toponyms".',
    ),
    click.option(
        "--date",
        metavar="YYYY-MM-DD",
        callback=day,
        help='Day on which articles were published that bring no "date" of their own.',
    ),
    click.option(
        "--corrections",
        metavar="FILE",
        type=PATH,
        multiple=True,
        help="CSV of what names mean, put over what is worked out; 'review' and the page make one.",
    ),
    click.option(
        "--roads",
        metavar="FILE",
        type=PATH,
        multiple=True,
        help="Lines of roads with a column 'ref' or 'name', in any format that GDAL reads.",
    ),
    click.option(
        "--online",
        is_flag=True,
        help="Ask a geocoder for names that the gazetteer does not know, and Overpass for roads that are not at hand.",
    ),
    click.option(
        "--dry-run",
        is_flag=True,
        help="Print the requests that --online would send, send nothing and write nothing.",
    ),
    click.option(
        "--geocoder",
        metavar="NAME",
        default=NOMINATIM,
        show_default=True,
        help="Geocoder to ask: nominatim, photon, pelias, or one of geopy.",
    ),
    click.option("--geocoder-url", metavar="URL", callback=_http_url, help="Server of the geocoder to ask."),
    click.option("--geocoders", metavar="FILE", type=PATH, help="TOML with the options of geocoders."),
    click.option("--overpass-url", metavar="URL", callback=_http_url, help="Overpass server to ask, as in .../api."),
    with_cache_option,
    click.option("--no-cache", is_flag=True, help="Keep no replies, and use none that are kept."),
    click.option(
        "--refresh", is_flag=True, help="Ask again for what earlier runs asked for, and keep the new replies."
    ),
    click.option(
        "--replay",
        metavar="FILE",
        type=PATH,
        help="Replies that 'placelines cache export' wrote, instead of asking: the map of an online run, offline.",
    ),
    with_gazetteer_option,
    with_common_options,
)
