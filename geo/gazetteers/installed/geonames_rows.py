"""The rows of GeoNames' dumps: what each column means, and which kind of place each feature code is.

The format is described at https://download.geonames.org/export/dump/readme.txt, the codes at
https://www.geonames.org/export/codes.html.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ...model import Kind
from .. import NameKind
from ..naming import alternate_key, bare_name, primary_key, shown_unit_name
from ..records import Record
from ..schema import OWN_NUMBERS
from .report import UnreadableRowError

LEFT_OUT = "R"
"""The class of roads and railways: lines, of which GeoNames has one point each."""

_COLUMNS = 19
_UNIT_COLUMNS = 4
_COUNTRY_COLUMNS = 19
_ALTERNATE_COLUMNS = 10
_OLD_ALTERNATE_COLUMNS = 8
"""The obsolete table of alternate names does not say from when to when a name was used."""

_KIND_OF_CLASS = {
    "A": Kind.ADMIN2,  # ADM2 and all below it: there is no kind for smaller units
    "H": Kind.PHYSICAL,
    "L": Kind.FACILITY,  # parks, bases, fields, localities: sites, not regions that news names
    "P": Kind.SETTLEMENT,
    "S": Kind.FACILITY,
    "T": Kind.PHYSICAL,
    "U": Kind.PHYSICAL,
    "V": Kind.PHYSICAL,
}
_CODES_OF_KIND = {
    Kind.CONTINENT: "CONT",
    Kind.COUNTRY: "PCL PCLD PCLF PCLI PCLIX PCLS",
    Kind.ADMIN1: "ADM1 ADM1H",
    Kind.REGION: "LTER PCLH RGN RGNE RGNH TERR ZN ZNB",
    Kind.PHYSICAL: "BSND CST LAND OAS RGNL SALT SNOW",
    Kind.FACILITY: "ADMS PRSH",
}
_KIND_OF_CODE = {code: kind for kind, codes in _CODES_OF_KIND.items() for code in codes.split()}
_COUNTRY_RANKS = {code: rank for rank, code in enumerate("PCLI PCLD PCLF PCLS PCL PCLIX".split())}

_NO_UNIT = ("", "00")
_COUNTRY_CODE = re.compile(r"[A-Z]{2}")
_DATE = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_NAMES = frozenset("faac iata icao link phon piny post tcid unlc wkdt".split())
"""Pseudo-languages of the table of alternate names: codes, links, and romanisations by rule."""


def kind_of(feature_class: str, feature_code: str) -> Kind:
    """Return the kind of place that a feature code stands for.

    Raises
    ------
    UnreadableRowError
        If there is no such class.

    Examples
    --------
    >>> [str(kind_of(*code.split("."))) for code in ("P.PPLX", "A.ADM1", "A.ADM4", "L.RGN", "L.PRK", "S.AIRP", "H.STM")]
    ['settlement', 'admin1', 'admin2', 'region', 'facility', 'facility', 'physical']
    """
    kind = _KIND_OF_CODE.get(feature_code) or _KIND_OF_CLASS.get(feature_class)
    if kind is None:
        raise UnreadableRowError(f"there is no feature class {feature_class!r}")
    return kind


@dataclass(frozen=True, slots=True)
class Context:
    """What the small tables beside a dump say of the places in it; all of it may be empty."""

    shown: Mapping[int, str] = field(default_factory=dict)
    """English names of countries and units, by GeoNames id."""
    countries: Mapping[int, str] = field(default_factory=dict)
    """Country codes by the GeoNames id of the country."""


def read_place(line: bytes, context: Context) -> tuple[Record | None, str]:
    """Read a row of a dump of places.

    Parameters
    ----------
    line
        The row without its end of line.
    context
        What other tables say.

    Returns
    -------
    record, date
        The place, None for one that is left out (class `LEFT_OUT`, or none); day of its last modification, "" if it
        says none.

    Raises
    ------
    UnreadableRowError
        If the row is none of a dump, or says what cannot be.
    """
    cells = _cells(line, _COLUMNS)
    feature_class, feature_code, country = cells[6:9]
    number = _number(cells[0])
    if not feature_class or feature_class == LEFT_OUT:
        return None, _date(cells[18])
    name = cells[1]
    if not name or name.isspace():
        raise UnreadableRowError("there is no name")
    if not name.isprintable() and _CONTROL.search(name):
        raise UnreadableRowError("there is a control character in the name")
    if country and not _COUNTRY_CODE.fullmatch(country):
        raise UnreadableRowError(f"{country!r:.20} is no country code")
    kind = Kind.COUNTRY if number in context.countries else kind_of(feature_class, feature_code)
    record = Record(
        number,
        context.shown.get(number) or name,
        kind,
        _degrees(cells[5], 180, "longitude"),
        _degrees(cells[4], 90, "latitude"),
        feature_code or None,
        country or None,
        cells[10] if cells[10] not in _NO_UNIT else None,
        cells[11] or None,
        _population(cells[14]),
    )
    alternates = {cells[2], *cells[3].split(",")} - {name, ""}
    if kind in _UNITS:
        _name_unit(record, name, alternates)
    # The keys of a place have no order that anyone sees, so those of a set are as good as those of a list.
    record.file_alternates(*alternates)
    return record, _date(cells[18])


_UNITS = frozenset({Kind.COUNTRY, Kind.ADMIN1, Kind.ADMIN2})


def _name_unit(record: Record, name: str, alternates: Collection[str]) -> None:
    """Show a unit as news names it; file it under its full names, and a first-level unit under its bare ones too."""
    shown = record.name
    if record.kind is not Kind.COUNTRY:
        record.rename(shown_unit_name(shown))
    for full in (shown, name):
        record.file_under(primary_key(full), NameKind.ALTERNATE)
    if record.kind is Kind.ADMIN1:
        for bare in filter(None, map(bare_name, (shown, name, *alternates))):
            record.file_under(primary_key(bare), NameKind.ALTERNATE)


def unit_of(record: Record, context: Context) -> tuple[str, tuple[int, int, int]] | None:
    """Return the code of the country or unit that a record is, and its rank among claimants of that code, best lowest.

    None for everything else, and for units that are no more.

    Parameters
    ----------
    record
        What `read_place` gave.
    context
        What other tables say.
    """
    if record.country is None:
        return None
    claim = -(record.population or 0), record.number
    if record.number in context.countries:
        return context.countries[record.number], (-1, *claim)
    if record.feature_code in _COUNTRY_RANKS:
        return record.country, (_COUNTRY_RANKS[record.feature_code], *claim)
    if record.feature_code == "ADM1" and record.admin1:
        return f"{record.country}.{record.admin1}", (0, *claim)
    if record.feature_code == "ADM2" and record.admin1 and record.admin2:
        return f"{record.country}.{record.admin1}.{record.admin2}", (0, *claim)
    return None


def read_alternate(line: bytes) -> tuple[int, str | None]:
    """Read a row of the table of alternate names.

    Names that are short, colloquial or historic are names like others: news of their time has them.

    Returns
    -------
    number, key
        GeoNames id of the place; key of the name, None when it is not one that an article could use.

    Raises
    ------
    UnreadableRowError
        If the row is none of that table.
    """
    cells = _cells(line, _ALTERNATE_COLUMNS, _OLD_ALTERNATE_COLUMNS)
    _number(cells[0])
    return _number(cells[1]), None if cells[2] in _NO_NAMES else alternate_key(cells[3])


def read_unit(line: bytes) -> tuple[int, str]:
    """Read a row of the tables of first- and second-level units: GeoNames id and English name.

    Raises
    ------
    UnreadableRowError
        If the row is none of those tables.
    """
    _, name, _, number = _cells(line, _UNIT_COLUMNS)
    return _number(number), name


def read_country(line: bytes) -> tuple[int, str, str]:
    """Read a row of the table of countries: GeoNames id, English name and ISO code.

    Raises
    ------
    UnreadableRowError
        If the row is none of that table.
    """
    cells = _cells(line, _COUNTRY_COLUMNS)
    if not _COUNTRY_CODE.fullmatch(cells[0]):
        raise UnreadableRowError(f"{cells[0]!r:.20} is no country code")
    return _number(cells[16]), cells[4], cells[0]


def country_of(line: bytes) -> bytes | None:
    """Return the country code of a row of a dump of places without reading the rest; None when it is no such row."""
    cells = line.split(b"\t", 9)
    return cells[8] if len(cells) > 9 else None


def _cells(line: bytes, columns: int, *or_columns: int) -> list[str]:
    try:
        cells = line.decode("utf-8").split("\t")
    except UnicodeDecodeError as error:
        raise UnreadableRowError(f"byte {error.start + 1} is not UTF-8") from error
    if len(cells) != columns and len(cells) not in or_columns:
        raise UnreadableRowError(f"{len(cells)} column{'s' if len(cells) > 1 else ''} instead of {columns}")
    return cells


def _number(cell: str) -> int:
    # No int() before the test: it takes "١٢", "1_2" and " 12 ".
    if cell.isascii() and cell.isdigit() and len(cell) < 10 and 0 < int(cell) < OWN_NUMBERS:
        return int(cell)
    raise UnreadableRowError(f"{cell!r:.20} is no GeoNames id")


def _date(cell: str) -> str:
    return cell if _DATE.fullmatch(cell) else ""


def _degrees(cell: str, most: int, axis: str) -> float:
    try:
        degrees = float(cell)
    except ValueError as error:
        raise UnreadableRowError(f"{axis} {cell!r:.20} is not a number") from error
    # Written so that NaN fails it too.
    if not -most <= degrees <= most:
        raise UnreadableRowError(f"{axis} {cell:.20} is not between -{most} and {most}")
    return degrees


def _population(cell: str) -> int | None:
    if cell and not (cell.isascii() and cell.isdigit() and len(cell) < 12):
        raise UnreadableRowError(f"population {cell!r:.20} is not a number")
    return int(cell or 0) or None
