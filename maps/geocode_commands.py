"""``placelines geocode`` and ``placelines reverse``: from names to points and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from . import console, listing
from .commands import (
    LATITUDE,
    LIMIT,
    LONGITUDE,
    Command,
    LatLon,
    country_code,
    open_gazetteer,
    with_common_options,
    with_gazetteer_option,
)

if TYPE_CHECKING:
    from geopy.location import Location

    from geo.gazetteers import Gazetteer


@click.command("geocode", cls=Command)
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--country", metavar="CC", callback=country_code, help="Only places of this country (ISO 3166-1).")
@click.option("--near", metavar="LAT,LON", type=LatLon(), help="Put the nearest of equally good places first.")
@click.option("--limit", metavar="N", type=LIMIT, default=1, show_default=True, help="Most places for each name.")
@click.option("--json", "as_json", is_flag=True, help='Print a list of {"query", "places"}, best place first.')
@with_gazetteer_option
@with_common_options
def geocode_command(
    names: tuple[str, ...],
    country: str | None,
    near: tuple[float, float] | None,
    limit: int,
    as_json: bool,
    gazetteers: tuple[str, ...],
    quiet: bool,
    debug: bool,
) -> None:
    """Print where the places of these names are, offline.

    A name of several words is one argument: "Jisr al-Shughur".
    """
    from geo.extent import latlon
    from geo.geocoders import GazetteerGeocoder

    gazetteer = open_gazetteer(gazetteers, quiet=quiet)
    geocoder = GazetteerGeocoder(gazetteer)
    answers = []
    for name in names:
        point = None if near is None else latlon(near)
        located = geocoder.geocode(name, exactly_one=False, limit=limit, country_codes=country, near=point)
        answers.append((name, [_record(location, gazetteer) for location in located or ()]))
    if as_json:
        console.emit([listing.as_json([{"query": name, "places": places} for name, places in answers])])
        return
    records = [record for _, places in answers for record in places]
    if records:
        console.say(listing.table(records))
    console.say("".join(listing.nothing_called(name, country=country) for name, places in answers if not places))


class _ReverseCommand(Command):
    """A command whose arguments may be negative numbers, which click takes for options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give negative numbers the minus sign of typographers, which `Degrees` reads."""
        return super().parse_args(ctx, [re.sub(r"^-(?=\.?[0-9])", "\N{MINUS SIGN}", arg) for arg in args])


@click.command("reverse", cls=_ReverseCommand)
@click.argument("lat", metavar="LAT", type=LATITUDE)
@click.argument("lon", metavar="LON", type=LONGITUDE)
@click.option("--limit", metavar="N", type=LIMIT, default=5, show_default=True, help="Most places.")
@click.option("--json", "as_json", is_flag=True, help='Print {"lat", "lon", "country", "admin1", "places"}.')
@with_gazetteer_option
@with_common_options
def reverse_command(
    lat: float, lon: float, limit: int, as_json: bool, gazetteers: tuple[str, ...], quiet: bool, debug: bool
) -> None:
    """Print what lies at a point: its country, its province and the nearest settlements.

    LAT and LON are degrees, as in -33.9 18.4.
    """
    from geo.geocoders import GazetteerGeocoder

    gazetteer = open_gazetteer(gazetteers, quiet=quiet)
    located = GazetteerGeocoder(gazetteer).reverse((lat, lon), exactly_one=False, limit=limit)
    places = [
        {**_record(location, gazetteer), "distance_km": location.raw["distance_km"]} for location in located or ()
    ]
    codes = gazetteer.units_at((lon, lat))
    country, admin1 = (_unit(gazetteer, code) for code in (*codes, None, None)[:2])
    if as_json:
        found = {"lat": lat, "lon": lon, "country": country, "admin1": admin1, "places": places}
        console.emit([listing.as_json(found)])
        return
    names = [console.printable(str(unit["name"])) for unit in (admin1, country) if unit is not None]
    console.say(f"{lat:g}, {lon:g} lies in {', '.join(names) or 'no country that is known'}.\n\n")
    if not places:
        console.say("No settlement is known within 500 km.\n")
        return
    console.say(listing.table(places))


def _record(location: Location, gazetteer: Gazetteer) -> listing.Record:
    return {**listing.record(location.raw, gazetteer), "address": location.address}


def _unit(gazetteer: Gazetteer, code: str | None) -> listing.Record | None:
    """Return id, code and name of the country or unit with a GeoNames code, or None."""
    place = None if code is None else gazetteer.unit(*code.split("."))
    return None if place is None else {"id": place.id, "code": code, "name": place.name}
