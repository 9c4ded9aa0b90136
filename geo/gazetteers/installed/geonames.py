"""Installs GeoNames from its own dumps: every place it knows, of the world or of some countries.

Of a folder with files of https://download.geonames.org/export/dump/ these are read, zipped or not:

- the dump of places, ``allCountries`` or ``CC`` for a country; roads and railways are left out (a point tells nothing
  of a line), and so are the few rows without a feature class;
- ``alternateNamesV2``, or ``alternatenames/CC``, if it is there: names that the dump itself has no room for;
- ``countryInfo``, ``admin1CodesASCII`` and ``admin2Codes``, if they are there: English names of countries and units.

The hierarchy is in the unit codes of each row, so ``hierarchy.zip`` is not needed. Each country becomes a gazetteer of
its own, ``geonames-CC``, and the world becomes ``geonames``: so that one can be renewed or removed without the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from ...errors import OptionError
from ..image import ImageWriter
from ..image_rows import COUNTRY, NUMBER
from ..naming import ROMANISED
from ..schema import OWN_NUMBERS
from .geonames_blocks import Rank, Reading, Taken, read_blocks
from .geonames_files import ADMIN1, ADMIN2, COUNTRIES, Dump, blocks, find, find_alternates, find_dumps, rows
from .geonames_rows import Context, read_alternate, read_country, read_unit
from .library import GEONAMES, Changes, Library
from .report import MOST_LISTED, OnProgress, Report, Tally, UnreadableRowError

NAME = "GeoNames dump"
"""Name of the data; its ids mean the same places as those of the gazetteer that comes along."""

_T = TypeVar("_T")
_WORTH_WORKERS_BYTES = 4 << 20
"""A smaller file is read before a worker process has started."""
_SORTING = "sorting names"


def install(
    library: Library, folder: Path, *, countries: Sequence[str] = (), on_progress: OnProgress | None = None
) -> Report:
    """Install GeoNames from dumps in a folder; what was installed before stays as it was unless all goes well.

    Parameters
    ----------
    library
        Where to install.
    folder
        Where the dumps lie.
    countries
        ISO 3166-1 alpha-2 codes, in any case; none for the world, which replaces what was installed of countries.
    on_progress
        Told now and then what is being done, how many bytes of it are done, and how many there are if that is known.

    Raises
    ------
    OptionError
        If there is no such folder, country or dump.
    ResourceError
        If a file is cut short, damaged, or none of GeoNames'; it names the file and the first row that is wrong.
    OutputError
        If the library cannot be written to.
    """
    if not folder.is_dir():
        raise OptionError(f"there is no folder {folder}")
    codes = country_codes(countries)
    dumps = find_dumps(folder, codes)
    tallies: list[Tally] = []
    context = _context(folder, tallies)
    unknown = sorted(set(codes).difference(context.countries.values()) if context.countries else ())
    if unknown:
        raise OptionError(f"GeoNames knows no country {', '.join(unknown)}")
    imports = [_Import(dump, context, on_progress) for dump in dumps]
    with library.changing() as changes:
        for one in imports:
            one.write(changes, find_alternates(folder, one.dump.country))
        if not codes:
            for name in library.names():
                if name.startswith(f"{GEONAMES}-"):
                    changes.remove(name)
    return _report(imports, tallies)


def country_codes(countries: Iterable[str]) -> list[str]:
    """Return country codes in capitals, sorted, each once; OptionError for what cannot be one."""
    codes = {country.strip().upper(): country for country in countries}
    for code, given in codes.items():
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise OptionError(f"{given!r:.40} is no country code: give two letters, as in SY,LB")
    return sorted(codes)


class _Import:
    """The making of one gazetteer from one dump."""

    def __init__(self, dump: Dump, context: Context, on_progress: OnProgress | None) -> None:
        self.dump = dump
        self.name = GEONAMES if dump.country is None else f"{GEONAMES}-{dump.country}"
        self.tallies: list[Tally] = []
        self.places = 0
        self.names = 0
        self.left_out = 0
        self._reading = Reading(context, dump.country, dump.holds_other_countries)
        self._on_progress = on_progress
        self._newest = ""
        self._known = _Numbers()
        self._romanised = _Numbers()
        self._units: dict[str, tuple[Rank, int]] = {}

    def write(self, changes: Changes, alternates: Path | None) -> None:
        """Write the gazetteer among the changes."""
        with changes.write(self.name) as writer:
            self._write_places(writer)
            if alternates is not None:
                self._write_alternates(writer, alternates)
            for code, (_, number) in self._units.items():
                writer.add_unit(code, number)
            if self._on_progress is not None:
                self._on_progress(_SORTING, 0, None)
            version = " ".join(filter(None, (self._newest or "undated", self.dump.country)))
            writer.finish(name=NAME, version=version)
        self.places, self.names = writer.places, writer.names
        sources = [path.name for path in (self.dump.path, alternates) if path is not None]
        changes.keep(self.name, sources, self.tallies)

    def _write_places(self, writer: ImageWriter) -> None:
        tally = Tally(self.dump.path.name, "GeoNames dump")
        self.tallies.append(tally)
        helped = self.dump.path.stat().st_size > _WORTH_WORKERS_BYTES
        there = blocks(self.dump.path, self._on_progress)
        for taken in read_blocks(there, self._reading, self._known, helped=helped):
            for row, reason in taken.rejected:
                tally.reject(row, reason)
            tally.taken += len(taken.rows.places) + taken.left_out
            self.left_out += taken.left_out
            self._newest = max(self._newest, taken.newest)
            self._note(taken)
            writer.add_rows(taken.rows)
        tally.check()

    def _note(self, taken: Taken) -> None:
        """Remember what the table of alternate names, and the units, need."""
        for row in taken.rows.places:
            self._known.add(row[NUMBER])
            if row[COUNTRY] in ROMANISED:
                self._romanised.add(row[NUMBER])
        for code, rank, number in taken.claims:
            self._units[code] = min((rank, number), self._units.get(code, (rank, number)))

    def _write_alternates(self, writer: ImageWriter, path: Path) -> None:
        tally = Tally(path.name, "table of alternate names")
        self.tallies.append(tally)
        for number, key in _read(rows(path, self._on_progress), read_alternate, tally):
            # The table tells of places that the dump has left out, and of other countries.
            if key is not None and number in self._known:
                writer.add_alternate(number, key, is_romanised=number in self._romanised)


class _Numbers:
    """A set of GeoNames ids, a bit each: 13 million of them as Python numbers would take a gigabyte."""

    def __init__(self) -> None:
        self._bits = bytearray(OWN_NUMBERS >> 3)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and bool(self._bits[number >> 3] >> (number & 7) & 1)

    def add(self, number: int) -> None:
        self._bits[number >> 3] |= 1 << (number & 7)


def _context(folder: Path, tallies: list[Tally]) -> Context:
    """Read the small tables of a folder; those that are not there stay empty."""
    shown: dict[int, str] = {}
    countries: dict[int, str] = {}
    for path in filter(None, (find(folder, ADMIN1), find(folder, ADMIN2))):
        tallies.append(Tally(path.name, "table of units"))
        shown.update(_read(rows(path), read_unit, tallies[-1]))
    table = find(folder, COUNTRIES)
    if table is not None:
        tallies.append(Tally(table.name, "table of countries"))
        uncommented = (numbered for numbered in rows(table) if not numbered[1].startswith(b"#"))
        for number, name, code in _read(uncommented, read_country, tallies[-1]):
            shown[number] = name
            countries[number] = code
    return Context(shown, countries)


def _read(numbered: Iterable[tuple[int, bytes]], read: Callable[[bytes], _T], tally: Tally) -> Iterator[_T]:
    """Yield what can be read of the rows of a file, and tally them; ResourceError if that is less than half."""
    for row, line in numbered:
        try:
            one = read(line)
        except UnreadableRowError as error:
            tally.reject(row, str(error))
        else:
            tally.taken += 1
            yield one
    tally.check()


def _report(imports: Sequence[_Import], tables: Sequence[Tally]) -> Report:
    tallies = [*tables, *(tally for one in imports for tally in one.tallies)]
    left_out = sum(one.left_out for one in imports)
    return Report(
        name=", ".join(one.name for one in imports),
        places=sum(one.places for one in imports),
        names=sum(one.names for one in imports),
        rejected=tuple(rejected for tally in tallies for rejected in tally.rejected)[:MOST_LISTED],
        rejected_count=sum(tally.rejected_count for tally in tallies),
        notes=(f"left out: {left_out:,} roads, railways and places of no feature class",) if left_out else (),
    )
