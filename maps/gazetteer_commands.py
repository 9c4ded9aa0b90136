"""``placelines gazetteer``: what the gazetteers hold, and which are installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo.errors import OptionError, ResourceError
from geo.gazetteers.installed.library import EMBEDDED, GEONAMES, Installed, InstalledGazetteer, Library
from geo.model import LINE_KINDS, Kind

from . import console, listing
from .commands import (
    LIMIT,
    PATH,
    SOME_FAILED,
    Command,
    LatLon,
    as_country_code,
    country_code,
    open_gazetteer,
    open_world,
    with_common_options,
    with_gazetteer_option,
)
from .console import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.gazetteers.installed.report import Report
    from geo.gazetteers.store import StoredGazetteer

_MOST_REJECTED = 10
_ALL_PLACES, _ALL_NAMES = "places", "names"
_PLACE_KINDS = [kind.value for kind in Kind if kind not in LINE_KINDS]
_INSTALLED_COLUMNS = (
    Column("Name", 12, is_folded=True),
    Column("Sort", 10),
    Column("Version", 10, is_folded=True, dispensable=2),
    Column("Places", 10, is_number=True),
    Column("Names", 10, is_number=True, dispensable=3),
    Column("MB", 6, is_number=True, dispensable=4),
    Column("Countries", 9, is_folded=True, dispensable=1),
)


def _country_codes(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    return () if value is None else tuple(as_country_code(code) for code in value.split(","))


def _columns(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for value in values:
        field, equals, column = value.partition("=")
        if not (field and equals and column):
            raise click.BadParameter(f"{value!r} is not FIELD=COLUMN")
        columns[field] = column
    return columns


@click.group("gazetteer")
def gazetteer_commands() -> None:
    """Search the gazetteers; install GeoNames or lists of places of your own.

    Installed gazetteers are asked in this order: your own lists, GeoNames, and last the one that comes along.
    """


@gazetteer_commands.command("search", cls=Command)
@click.argument("name")
@click.option("--country", metavar="CC", callback=country_code, help="Only places of this country (ISO 3166-1).")
@click.option("--kind", type=click.Choice(_PLACE_KINDS), help="Only places of this kind.")
@click.option("--near", metavar="LAT,LON", type=LatLon(), help="Put the nearest of equally good places first.")
@click.option("--limit", metavar="N", type=LIMIT, default=10, show_default=True, help="Most places.")
@click.option(
    "--fuzzy",
    metavar="N",
    type=click.IntRange(0, 2),
    default=0,
    show_default=True,
    help="Typing errors to forgive, 0 to 2; fewer in a short name.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of places, best first.")
@with_gazetteer_option
@with_common_options
def search_command(
    name: str,
    country: str | None,
    kind: str | None,
    near: tuple[float, float] | None,
    limit: int,
    fuzzy: int,
    as_json: bool,
    gazetteers: tuple[str, ...],
    quiet: bool,
    debug: bool,
) -> None:
    """List the places that a name may mean, best first."""
    from geo.gazetteers.search import search

    gazetteer = open_gazetteer(gazetteers, quiet=quiet)
    kinds = None if kind is None else {Kind(kind)}
    found = search(gazetteer, name, country=country, kinds=kinds, near=near, limit=limit, fuzzy=fuzzy)
    records = [listing.of_found(one, gazetteer) for one in found]
    if as_json:
        console.emit([listing.as_json(records)])
    else:
        console.say(listing.table(records) if records else listing.nothing_called(name, kind=kind, country=country))


@gazetteer_commands.command("info", cls=Command)
@click.option("--by-country", is_flag=True, help="Print how many places each has of each country.")
@with_common_options
def info_command(by_country: bool, quiet: bool, debug: bool) -> None:
    """Print what is in each gazetteer, in the order in which they are asked."""
    stored = {one.name: InstalledGazetteer(one.path) for one in Library().installed()}
    with_embedded = {**stored, EMBEDDED: open_world(quiet=quiet)}
    if by_country:
        console.say(_by_country(with_embedded))
        return
    counts = {name: _counts(gazetteer) for name, gazetteer in with_embedded.items()}
    columns = [Column("", 10), *(Column(name, 10, is_number=True) for name in counts)]
    rows = [
        (row, *(f"{of.get(row, 0):,}" for of in counts.values())) for row in (*_PLACE_KINDS, _ALL_PLACES, _ALL_NAMES)
    ]
    console.say(console.table(columns, rows) + "\n")
    for name, gazetteer in with_embedded.items():
        size_mb = gazetteer.path.stat().st_size / 1e6
        what = f"{name}: {gazetteer.name} {gazetteer.version}, {size_mb:.0f} MB in {gazetteer.path}"
        console.say(f"{console.printable(what)}\n")


def _by_country(gazetteers: Mapping[str, StoredGazetteer]) -> str:
    """Return a table of the countries with the number of their places in each gazetteer."""
    counts = {name: gazetteer.counts_by_country() for name, gazetteer in gazetteers.items()}
    world = gazetteers[EMBEDDED]
    named = {code: world.unit(code) for code in set().union(*counts.values()) if code is not None}
    shown = sorted((unit.name if unit else code, code) for code, unit in named.items())
    columns = [Column("Country", 10), Column("Code", 4), *(Column(name, 10, is_number=True) for name in counts)]
    rows = [(name, code, *(f"{of.get(code, 0):,}" for of in counts.values())) for name, code in shown]
    rows.append(("in no single country", "", *(f"{of.get(None, 0):,}" for of in counts.values())))
    return console.table(columns, rows)


@gazetteer_commands.command("list", cls=Command)
@with_common_options
def list_command(quiet: bool, debug: bool) -> None:
    """List the installed gazetteers, in the order in which they are asked."""
    installed = Library().installed()
    if installed:
        console.say(console.table(_INSTALLED_COLUMNS, map(_row, installed)))
    else:
        console.say("No gazetteer is installed; the one that comes along is asked.\n")


@gazetteer_commands.command("install", cls=Command)
@click.argument("source", metavar="geonames", type=click.Choice(["geonames"]))
@click.option("--countries", metavar="CC,CC,...", callback=_country_codes, help="Only these; all if not given.")
@click.option("--from", "folder", metavar="DIR", type=PATH, help="Folder of dumps that you have already.")
@click.option("--online", is_flag=True, help="Download the dumps.")
@with_common_options
def install_command(
    source: str, countries: tuple[str, ...], folder: Path | None, online: bool, quiet: bool, debug: bool
) -> None:
    """Install GeoNames, all of it or some countries, from its dumps.

    Downloaded dumps are kept in the cache folder, and a broken download goes on when it is asked for again.
    """
    if online == (folder is not None):
        raise OptionError(
            "install geonames: give either --online, to download the dumps of geonames.org, "
            "or --from DIR, a folder that has them"
        )
    from geo.gazetteers.installed import dumps, geonames

    with console.progress(quiet=quiet) as tell:
        if folder is None:
            folder = dumps.download(dumps.dumps_folder(), countries=countries, on_progress=tell)
        report = geonames.install(Library(), folder, countries=countries, on_progress=tell)
    _tell_of(report, quiet=quiet)


@gazetteer_commands.command("add", cls=Command)
@click.argument("file", type=PATH)
@click.option("--name", help="Name of the list: small letters, digits and hyphens.  [default: as the file]")
@click.option("--country", metavar="CC", callback=country_code, help="Country of the rows that name none.")
@click.option(
    "--column",
    "columns",
    metavar="FIELD=COLUMN",
    multiple=True,
    callback=_columns,
    help="The column that has a field: name, lat, lon, kind, aliases, country, id, population or admin1.",
)
@with_common_options
def add_command(
    file: Path, name: str | None, country: str | None, columns: dict[str, str], quiet: bool, debug: bool
) -> None:
    """Install a list of places of your own: CSV, GeoJSON or GeoPackage.

    Columns are found by their names where these are usual ones. A list of the same name is replaced.
    """
    from geo.gazetteers.installed import place_list

    with console.progress(quiet=quiet) as tell:
        report = place_list.add(Library(), file, name=name, country=country, columns=columns, on_progress=tell)
    _tell_of(report, quiet=quiet)


@gazetteer_commands.command("remove", cls=Command)
@click.argument("name")
@with_common_options
def remove_command(name: str, quiet: bool, debug: bool) -> None:
    """Remove an installed gazetteer."""
    Library().remove(name)
    if not quiet:
        console.say(f"removed {console.printable(name)}\n")


@gazetteer_commands.command("verify", cls=Command)
@click.argument("name", required=False)
@with_common_options
def verify_command(name: str | None, quiet: bool, debug: bool) -> None:
    """Read gazetteers through, all or one, and say what is wrong with them."""
    faults = Library().verify(name)
    for fault in faults:
        console.complain(fault)
    if faults:
        raise click.exceptions.Exit(ResourceError.exit_code)
    if not quiet:
        console.say(f"{console.printable(name) if name else 'every gazetteer'} is sound\n")


def _counts(gazetteer: StoredGazetteer) -> dict[str, int]:
    """Return the numbers of places by kind, of all places and of names."""
    by_kind = gazetteer.counts["places"]
    return {**by_kind, _ALL_PLACES: sum(by_kind.values()), _ALL_NAMES: gazetteer.counts["names"]}


def _row(one: Installed) -> tuple[str, ...]:
    countries = ", ".join(one.countries) or ("all" if one.sort == GEONAMES else "")
    return one.name, one.sort, one.version, f"{one.places:,}", f"{one.names:,}", f"{one.bytes / 1e6:.1f}", countries


def _tell_of(report: Report, *, quiet: bool) -> None:
    """Tell what was installed and what could not be read, which the exit status tells too."""
    if not quiet:
        console.say(f"installed {console.printable(report.name)}: {report.places:,} places, {report.names:,} names\n")
        console.say("".join(f"{console.printable(note)}\n" for note in report.notes))
    for rejected in report.rejected[:_MOST_REJECTED]:
        console.complain(str(rejected))
    if unshown := report.rejected_count - len(report.rejected[:_MOST_REJECTED]):
        console.complain(f"{unshown} more rows could not be read")
    if report.rejected_count:
        raise click.exceptions.Exit(SOME_FAILED)
