"""The options of the commands that read articles, and the geoparser that they ask for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import click

from geo.dates import day_of
from geo.errors import OptionError

from .commands import (
    PATH,
    AnyPath,
    chosen_model,
    open_gazetteer,
    with_common_options,
    with_gazetteer_option,
    with_reading_options,
)

if TYPE_CHECKING:
    from geo.cache import ReplyCache
    from geo.corrections import Corrections
    from geo.gazetteers import Gazetteer
    from geo.geocoders import NominatimGeocoder
    from geo.pipeline import Geoparser
    from geo.roads import RoadSource


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of the commands that read articles."""

    model: str | None
    """spaCy model; None for that of the language."""
    mentions: Literal["found", "given"]
    """Where the toponyms come from."""
    online: bool
    """Whether Nominatim may be asked for names, and Overpass for roads, that are not known otherwise."""
    nominatim_url: str | None
    """Another Nominatim server."""
    cache: Path | None
    """Folder for their replies; None for the usual one."""
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
    corrections: Path | None = None
    """File of corrections; None for none."""

    def check(self) -> None:
        """Refuse what makes no sense together: OptionError."""
        for option, value in (("--nominatim-url", self.nominatim_url), ("--overpass-url", self.overpass_url)):
            if value and not self.online:
                raise OptionError(f"{option} needs --online")


def open_corrections(settings: Settings) -> Corrections | None:
    """Return the corrections that the options ask for, None without any; OptionError if something is wrong in them."""
    if settings.corrections is None:
        return None
    from geo.corrections.reading import read_corrections

    return read_corrections(settings.corrections, open_gazetteer(settings.gazetteers, quiet=settings.quiet))


def make_geoparser(settings: Settings, corrections: Corrections | None = None) -> Geoparser:
    """Return the geoparser that the options ask for, with corrections to put over what it works out."""
    from geo.pipeline import Geoparser

    gazetteer = open_gazetteer(settings.gazetteers, quiet=settings.quiet)
    cache = _open_cache(settings.cache) if settings.online else None
    return Geoparser(
        model=chosen_model(settings.model, settings.language),
        gazetteer=gazetteer,
        geocoder=None if cache is None else _make_geocoder(settings, cache),
        weights=settings.weights,
        min_confidence=settings.min_confidence,
        demonyms=settings.demonyms,
        roads=_road_sources(settings, gazetteer, cache),
        corrections=corrections,
    )


def _open_cache(folder: Path | None) -> ReplyCache:
    from geo.cache import ReplyCache
    from geo.geocoders import default_cache_folder

    return ReplyCache(folder or default_cache_folder())


def _make_geocoder(settings: Settings, cache: ReplyCache) -> NominatimGeocoder:
    from geo.geocoders import NominatimGeocoder

    url = settings.nominatim_url
    return NominatimGeocoder(cache) if url is None else NominatimGeocoder(cache, url=url)


def _road_sources(settings: Settings, gazetteer: Gazetteer, cache: ReplyCache | None) -> list[RoadSource]:
    """Return the sources of roads that the options ask for, and what was imported."""
    from geo.roads.at_hand import roads_at_hand
    from geo.roads.countries import CountryFinder

    country_of = CountryFinder(gazetteer)
    sources = roads_at_hand(settings.roads, country_of)
    if cache is not None:
        from geo.roads.overpass import PUBLIC_URL, OverpassRoads

        sources.append(OverpassRoads(cache, country_of=country_of, url=settings.overpass_url or PUBLIC_URL))
    return sources


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


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime.date | None:
    if value is None:
        return None
    day = day_of(value.strip())
    if day is None:
        raise click.BadParameter(f"{value!r} is no day: give year, month and day, as in 2020-03-05")
    return day


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
        callback=_day,
        help='Day on which articles were published that bring no "date" of their own.',
    ),
    click.option(
        "--corrections",
        metavar="FILE",
        type=PATH,
        help="CSV of what names mean, put over what is worked out; the page makes one.",
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
        help="Ask Nominatim for names that the gazetteer does not know, and Overpass for roads that are not at hand.",
    ),
    click.option("--nominatim-url", metavar="URL", callback=_http_url, help="Nominatim server to ask."),
    click.option("--overpass-url", metavar="URL", callback=_http_url, help="Overpass server to ask, as in .../api."),
    click.option(
        "--cache",
        metavar="DIR",
        type=PATH,
        envvar="PLACELINES_CACHE",
        show_envvar=True,
        help="Folder where their replies are kept.",
    ),
    with_gazetteer_option,
    with_common_options,
)
