"""Installs a list of places that somebody keeps: the villages of a mission, the camps of a region.

Columns are found by their names, see `FIELDS`. The ids of the places are the name of the list, a colon, and the list's
own id, or the number of the row where it has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ...errors import OptionError
from ...installed_files import checked_name, name_from
from ...model import Kind
from ...names import name_key
from ...packages import file_sha256
from .. import Gazetteer, NameKind
from ..embedded import open_embedded
from ..naming import primary_key
from ..records import Record
from ..schema import OWN_NUMBERS, SOURCES
from .library import EMBEDDED, GEONAMES, Library
from .place_list_files import ListFile, ListRow, open_list
from .report import OnProgress, Report, Tally, UnreadableRowError

FIELDS = {
    "name": ("name", "place", "placename", "village", "town", "locality", "settlement", "title", "label"),
    "lat": ("lat", "latitude", "y", "latdd", "ycoord"),
    "lon": ("lon", "lng", "long", "longitude", "x", "londd", "xcoord"),
    "kind": ("kind", "type", "placetype", "category", "featurecode", "fclass"),
    "aliases": ("aliases", "alias", "alternatenames", "altnames", "othernames", "alternatename", "altname"),
    "country": ("country", "countrycode", "iso2", "iso", "cc", "countryname"),
    "id": ("id", "pcode", "code", "placeid", "uid", "uuid"),
    "population": ("population", "pop", "inhabitants"),
    "admin1": ("admin1", "admin1code", "adm1"),
}
"""What a column may hold, and the names by which it is known, without regard to case, spaces, "_" and "-"."""

_KIND_WORDS = {
    Kind.SETTLEMENT: "capital city hamlet locality neighborhood neighbourhood quarter settlement suburb town village",
    Kind.FACILITY: "airbase airfield airport base bordercrossing bridge camp checkpoint church clinic crossing dam "
    "facility harbor harbour hospital idpcamp market militarybase mosque plant port refinery refugeecamp school site "
    "station",
    Kind.PHYSICAL: "cape desert forest hill island islands lake mountain mountains peak river sea spring stream "
    "valley wadi",
    Kind.REGION: "area region zone",
    Kind.ADMIN1: "admin1 governorate province state",
    Kind.ADMIN2: "admin2 admin3 county district municipality subdistrict",
    Kind.COUNTRY: "country territory",
    Kind.CONTINENT: "continent",
}
_KIND_OF_WORD = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}

_RESERVED = frozenset({GEONAMES, EMBEDDED, "placelines", "highways", "nominatim", "osm", *SOURCES})
_LONGEST_ID = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_COUNTRY_CODE = re.compile(r"[A-Za-z]{2}")
_POPULATED = re.compile(r"PPL[A-Z0-9]{0,3}|STLMT")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d*)?|\.\d+)", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[\s,.']\d{3})+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,3},\d+")
_ROWS_A_REPORT = 1000


def add(
    library: Library,
    file: Path,
    *,
    name: str | None = None,
    country: str | None = None,
    columns: Mapping[str, str] | None = None,
    world: Gazetteer | None = None,
    on_progress: OnProgress | None = None,
) -> Report:
    """Install a list of places; one of the same name is replaced, unless something goes wrong.

    Parameters
    ----------
    library
        Where to install.
    file
        CSV in UTF-8, GeoJSON, or a GeoPackage of one layer in WGS 84. Of a line or polygon a point inside is taken.
    name
        Name of the list: small letters, digits and hyphens; None to make one of the name of the file.
    country
        ISO 3166-1 alpha-2 code of every place whose row names no country; None to see which country its point is in.
    columns
        Names of columns that are not found by themselves, by their field in `FIELDS`: ``{"name": "Ortsname"}``.
    world
        Knows countries by name and by point; None for the embedded gazetteer.
    on_progress
        Told the name of the file and how many rows of it are done.

    Raises
    ------
    OptionError
        If there is no such file or column, no column of names or coordinates, or the list cannot be called so.
    ResourceError
        If the file is damaged, in another encoding or coordinate system, or less than half of its rows can be read.
    OutputError
        If the library cannot be written to.
    """
    if country is not None and not _COUNTRY_CODE.fullmatch(country):
        raise OptionError(f"{country!r:.40} is no country code: give two letters, as in SY")
    opened = open_list(file)
    list_name = _checked_name(name if name is not None else name_from(file.stem, "a list"))
    found = _columns(opened, columns or {}, file.name)
    world = open_embedded() if world is None else world
    if country is not None and world.unit(country.upper()) is None:
        raise OptionError(f"there is no country {country!r}")
    reader = _Reader(list_name, found, country.upper() if country else None, opened.has_decimal_commas, world)
    tally = Tally(file.name, "list of places")
    with library.changing() as changes:
        with changes.write(list_name) as writer:
            for row in opened.rows:
                try:
                    record = reader.read(row)
                except UnreadableRowError as error:
                    tally.reject(row.number, str(error))
                    continue
                tally.taken += 1
                writer.add(record)
                if on_progress is not None and tally.taken % _ROWS_A_REPORT == 0:
                    on_progress(file.name, tally.taken, None)
            tally.check()
            writer.finish(name=list_name, version=file_sha256(file)[:12])
        changes.keep(list_name, [file.name], [tally])
    notes = tuple(f"{note} ({count} row{'s' if count > 1 else ''})" for note, count in sorted(reader.notes.items()))
    return Report(list_name, writer.places, writer.names, tuple(tally.rejected), tally.rejected_count, notes)


class _Reader:
    """Makes records of rows."""

    def __init__(
        self, name: str, columns: Mapping[str, str], country: str | None, has_commas: bool, world: Gazetteer
    ) -> None:
        self.notes: Counter[str] = Counter()
        self._name = name
        self._columns = columns
        self._country = country
        self._has_commas = has_commas
        self._world = world
        self._ids: set[str] = set()
        self._country_named = lru_cache(maxsize=None)(self._find_country)

    def read(self, row: ListRow) -> Record:
        """Return the place of a row; UnreadableRowError if there is none."""
        if row.fault:
            raise UnreadableRowError(row.fault)
        cells = {field: row.cells[column] for field, column in self._columns.items()}
        if any(map(_SURROGATE.search, cells.values())):
            raise UnreadableRowError("there is something in it that is not Unicode")
        name = " ".join(cells["name"].split())
        if not name or primary_key(name) is None or _CONTROL.search(name):
            raise UnreadableRowError(f"{name!r:.40} is no name" if name else "there is no name")
        lon, lat = row.lonlat or (self._degrees(cells["lon"], "longitude"), self._degrees(cells["lat"], "latitude"))
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise UnreadableRowError(f"longitude {lon:g}, latitude {lat:g} is not on the globe")
        if lon == lat == 0:
            raise UnreadableRowError("longitude 0, latitude 0 stands for an unknown place")
        country, admin1 = self._where(cells, (lon, lat))
        feature_code, kind = self._kind(cells.get("kind", ""))
        id_ = self._id(cells.get("id", ""), row.number)
        record = Record(
            number=OWN_NUMBERS + len(self._ids),
            name=name,
            kind=kind,
            lon=lon,
            lat=lat,
            feature_code=feature_code,
            country=country,
            admin1=admin1,
            population=self._population(cells.get("population", "")),
            id=f"{self._name}:{id_}",
        )
        record.file_curated(*re.split(r"[|;]", cells.get("aliases", "")))
        return record

    def _where(self, cells: Mapping[str, str], lonlat: tuple[float, float]) -> tuple[str | None, str | None]:
        """Return the country, and the GeoNames code of the first-level unit in it."""
        told = cells.get("country", "")
        country = self._country_named(told) if told else self._country
        admin1 = cells.get("admin1", "")
        if country and admin1 and self._world.unit(country, admin1) is not None:
            return country, admin1
        around, *units = self._world.units_at(lonlat) or (None,)
        if country is None:
            country = around
        return country, units[0].partition(".")[2] if units and around == country else None

    def _find_country(self, told: str) -> str:
        if _COUNTRY_CODE.fullmatch(told) and self._world.unit(told.upper()) is not None:
            return told.upper()
        named = (named.place for named in self._world.lookup(name_key(told)) if named.name_kind is not NameKind.DEMONYM)
        code = next((place.country_code for place in named if place.kind is Kind.COUNTRY), None)
        if code is None:
            raise UnreadableRowError(f"there is no country {told!r:.40}: give its code of two letters")
        return code

    def _kind(self, told: str) -> tuple[str | None, Kind]:
        """Return the GeoNames feature code, if the list has such, and the kind."""
        word = _folded(told)
        if _POPULATED.fullmatch(told):
            return told, Kind.SETTLEMENT
        if word and word not in _KIND_OF_WORD:
            self.notes[f"kind {told!r:.40} is unknown, taken for a settlement"] += 1
        return None, _KIND_OF_WORD.get(word, Kind.SETTLEMENT)

    def _id(self, told: str, row: int) -> str:
        """Return an id that no row before had."""
        id_ = told or str(row)
        if len(id_) > _LONGEST_ID or _CONTROL.search(id_):
            raise UnreadableRowError(f"{id_!r:.40} is no id")
        if id_ in self._ids:
            raise UnreadableRowError(f"the id {id_!r:.40} came before")
        self._ids.add(id_)
        return id_

    def _degrees(self, told: str, axis: str) -> float:
        # A comma can only mean a decimal where it does not part the columns.
        written = told.replace(",", ".") if self._has_commas and _DECIMAL_COMMA.fullmatch(told) else told
        if not _NUMBER.fullmatch(written):
            raise UnreadableRowError(
                f"{axis} {told!r:.40} is not in decimal degrees" if told else f"there is no {axis}"
            )
        return float(written)

    def _population(self, told: str) -> int | None:
        digits = re.sub(r"[\s,.']", "", told) if _GROUPED.fullmatch(told) else told
        if digits.isascii() and digits.isdigit() and len(digits) < 12:
            return int(digits) or None
        if told:
            self.notes[f"population {told!r:.40} is not a number, taken for unknown"] += 1
        return None


def _columns(opened: ListFile, given: Mapping[str, str], file: str) -> dict[str, str]:
    """Return the column of each field that the list has."""
    there = ", ".join(opened.columns)
    for field, column in given.items():
        if field not in FIELDS:
            raise OptionError(f"a list has no field {field!r:.40}; it may have {', '.join(FIELDS)}")
        if _folded(column) not in map(_folded, opened.columns):
            raise OptionError(f"{file} has no column {column!r:.40}; it has {there}")
    found = {}
    for field, words in FIELDS.items():
        known = (_folded(given[field]),) if field in given else words
        matching = [column for word in known for column in opened.columns if _folded(column) == word]
        if matching:
            found[field] = matching[0]
            if opened.columns.count(matching[0]) > 1:
                raise OptionError(f"{file} has more than one column {matching[0]!r:.40}")
    needed = ("name",) if opened.has_geometries else ("name", "lat", "lon")
    missing = [field for field in needed if field not in found]
    if missing:
        raise OptionError(
            f"{file} has no column {' nor '.join(map(repr, missing))}: say with --column which it is; it has {there}"
        )
    return found


def _folded(word: str) -> str:
    return re.sub(r"[\W_]", "", word).casefold()


def _checked_name(name: str) -> str:
    """Return the name if a list can be called so: it becomes the name of a file, and the source of ids."""
    checked_name(name, "a list")
    if name in _RESERVED or name.startswith(f"{GEONAMES}-"):
        raise OptionError(f"a list cannot be called {name!r}, which means another gazetteer: give it another name")
    return name
