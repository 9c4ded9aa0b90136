"""``placelines roads``: the courses of roads and other lines that were imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo.errors import OptionError
from geo.model import Kind
from geo.names import name_key, road_keys
from geo.roads.installed.library import Imported, Library

from . import console, listing
from .commands import PATH, Command, country_code, with_common_options
from .console import Column

if TYPE_CHECKING:
    from geo.roads import Road
    from geo.roads.installed.importing import Report
    from geo.roads.installed.store import StoredRoads

_KINDS = (Kind.ROAD, Kind.RAILWAY, Kind.RIVER, Kind.PIPELINE, Kind.BORDER, Kind.FRONT)
_PLURALS = {Kind.ROAD: "roads", Kind.RAILWAY: "railways", Kind.RIVER: "rivers", Kind.PIPELINE: "pipelines"}
_PLURALS |= {Kind.BORDER: "borders", Kind.FRONT: "fronts"}
_MOST_COUNTRIES = 12
_FOUND_COLUMNS = (
    Column("Number", 8),
    Column("Name", 16, is_folded=True),
    Column("Kind", 8, dispensable=2),
    Column("Country", 7, dispensable=4),
    Column("Km", 6, is_number=True),
    Column("Ways", 5, is_number=True, dispensable=1),
    Column("Source", 16, is_folded=True, dispensable=3),
)
_IMPORTED_COLUMNS = (
    Column("Name", 12, is_folded=True),
    Column("Source", 14, is_folded=True, dispensable=3),
    Column("Date", 10, dispensable=2),
    *(Column(_PLURALS[kind].capitalize(), 9, is_number=True) for kind in _KINDS),
    Column("MB", 6, is_number=True, dispensable=4),
    Column("Countries", 9, is_folded=True, dispensable=1),
)


@click.group("roads")
def roads_commands() -> None:
    """Import roads, railways, rivers and pipelines to draw them as they run; search what was imported."""


@roads_commands.command("import", cls=Command)
@click.argument("files", metavar="FILE...", type=PATH, nargs=-1, required=True)
@click.option("--name", help="What to call it: small letters, digits and hyphens.  [default: as the file]")
@with_common_options
def import_command(files: Sequence[Path], name: str | None, quiet: bool, debug: bool) -> None:
    """Import the roads and other lines of extracts of OpenStreetMap, or of files that GDAL reads.

    Extracts end in .osm.pbf, .pbf, .osm, .osm.bz2 or .osm.gz. An import of the same name is replaced.
    """
    from geo.roads.installed.importing import import_file, name_of

    if name is not None and len(files) > 1:
        raise OptionError("--name is for one file: import the others by themselves")
    names = [name_of(file) if name is None else name for file in files]
    if twice := next((one for one, count in Counter(names).items() if count > 1), None):
        raise OptionError(f"two of these files would be called {twice!r}: import one by itself, with --name")
    library = Library()
    for file, called in zip(files, names, strict=True):
        with console.progress(quiet=quiet) as tell:
            report = import_file(library, file, name=called, on_progress=tell)
        if not quiet:
            console.say(_told(report))


@roads_commands.command("search", cls=Command)
@click.argument("name", metavar="NUMBER|NAME")
@click.option("--country", metavar="CC", callback=country_code, help="Only in this country (ISO 3166-1).")
@click.option("--kind", type=click.Choice([kind.value for kind in _KINDS]), help="Only lines of this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of roads.")
@with_common_options
def search_command(name: str, country: str | None, kind: str | None, as_json: bool, quiet: bool, debug: bool) -> None:
    """List the imported roads and other lines that have a number or name."""
    kinds = _KINDS if kind is None else (Kind(kind),)
    sources = Library().open()
    records = [_record(road) for source in sources for road in _found(source, name, kinds, country)]
    if as_json:
        console.emit([listing.as_json(records)])
    elif records:
        console.say(console.table(_FOUND_COLUMNS, map(_cells, records)))
    elif sources:
        console.say(listing.nothing_called(name, kind=kind or "imported road", country=country))
    else:
        console.say("No roads are imported: 'placelines roads import FILE' does.\n")


@roads_commands.command("info", cls=Command)
@with_common_options
def info_command(quiet: bool, debug: bool) -> None:
    """List what was imported, with the numbers of pieces of roads and other lines."""
    imported = Library().imported()
    if not imported:
        console.say("No roads are imported.\n")
        return
    rows = [_row(one) for one in imported]
    columns = [column for column in _IMPORTED_COLUMNS if any(row[column.heading] for row in rows)]
    console.say(console.table(columns, ([row[column.heading] for column in columns] for row in rows)))
    attributions = dict.fromkeys(one.provenance.attribution for one in imported if one.provenance.attribution)
    console.say("".join(f"{console.printable(attribution)}\n" for attribution in attributions))


@roads_commands.command("remove", cls=Command)
@click.argument("name")
@with_common_options
def remove_command(name: str, quiet: bool, debug: bool) -> None:
    """Remove an import."""
    Library().remove(name)
    if not quiet:
        console.say(f"removed {console.printable(name)}\n")


def _found(source: StoredRoads, name: str, kinds: Sequence[Kind], country: str | None) -> list[Road]:
    """Return the roads of an import that have a number or name, for each kind those of the first key that has any."""
    keys = [*road_keys(name), name_key(name)]
    of_kinds = (next(filter(None, (source.roads(key, kind, country) for key in keys)), ()) for kind in kinds)
    return list(chain.from_iterable(of_kinds))


def _record(road: Road) -> dict[str, object]:
    from geo.lines import length_m, one_carriageway

    return {
        "id": road.id,
        "kind": road.kind,
        "ref": road.ref,
        "name": road.name,
        "country_code": road.country_code,
        "length_km": round(length_m(one_carriageway(road.geometry)) / 1000, 1),
        "course": road.course,
        "source": road.source,
        "attribution": road.attribution,
        "osm_ids": list(road.osm_ids),
    }


def _cells(record: dict[str, object]) -> tuple[str, ...]:
    ids = record["osm_ids"]
    ways = sum(str(id_).startswith("way/") for id_ in ids) if isinstance(ids, list) else 0
    texts = [console.printable(str(record[field] or ""), limit=console.LONGEST_NAME) for field in ("ref", "name")]
    return (
        *texts,
        str(record["kind"]),
        str(record["country_code"] or ""),
        f"{record['length_km']:,}",
        f"{ways:,}" if ways else "",
        str(record["source"]),
    )


def _row(one: Imported) -> dict[str, str]:
    unshown = len(one.countries) - _MOST_COUNTRIES
    countries = ", ".join(one.countries[:_MOST_COUNTRIES]) + (f" and {unshown} more" if unshown > 0 else "")
    counts = {_PLURALS[kind].capitalize(): f"{one.kinds[kind]:,}" if kind in one.kinds else "" for kind in _KINDS}
    return {
        "Name": one.name,
        "Source": one.provenance.source,
        "Date": one.provenance.date or "",
        **counts,
        "MB": f"{one.bytes / 1e6:.1f}",
        "Countries": countries,
    }


def _told(report: Report) -> str:
    """Return the lines that say what was imported."""
    counts = ", ".join(f"{report.kinds[kind]:,} of {_PLURALS[kind]}" for kind in _KINDS if kind in report.kinds)
    lines = [f"imported {report.name}: pieces of lines: {counts}", *report.notes]
    return "".join(f"{console.printable(line)}\n" for line in lines)
