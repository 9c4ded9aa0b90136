"""Reads a file of corrections: CSV with one row for what one name means. Nothing is taken of a file with a fault in it.

``docs/corrections.md`` says what the columns mean.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path

from ..dates import day_of
from ..errors import OptionError
from ..gazetteers import Gazetteer
from ..model import LINE_KINDS, Correction, Kind, Place
from . import Corrections, Meaning, Row, shown, spelling

COLUMNS = ("text", "article", "place", "lat", "lon", "name", "note", "author", "date")
"""The columns of a file of corrections; others are ignored."""

NOT_A_PLACE = "not a place"
"""What the column ``place`` says of a name that means none."""

MAX_BYTES = 16 * 2**20
"""Largest file, in bytes: some hundred thousand rows."""

_ONLY_AMONG_CANDIDATES = (*(f"{kind}:" for kind in sorted(LINE_KINDS)), "osm:", "nominatim:")
"""How the ids begin that no gazetteer is asked for."""
_DELIMITERS = ",;\t"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DECIMALS = 6  # as in the files that are written


def read_corrections(path: Path, gazetteer: Gazetteer) -> Corrections:
    """Read a file of corrections.

    Parameters
    ----------
    path
        CSV in UTF-8, with or without a byte order mark, with `COLUMNS` in any order.
    gazetteer
        Knows the places by id, and in which country a point lies.

    Raises
    ------
    OptionError
        If the file cannot be read, is not in UTF-8, lacks a column, or any row of it is wrong or contradicts another:
        with file and row.
    """
    rows: dict[tuple[str | None, str], Row] = {}
    every: list[Row] = []
    data = _content(path)
    for number, cells in _rows(_text(data, path.name), path.name):
        row = _row(number, cells, gazetteer, f"{path.name}: row {number}")
        other = rows.setdefault(row.key, row)
        if other.meaning != row.meaning:
            raise OptionError(
                f"{path.name}: rows {other.number} and {number} say different things of {shown(row.text)}; keep one"
            )
        every.append(row)
    return Corrections(every, name=path.name, sha256=hashlib.sha256(data).hexdigest())


def _rows(text: str, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the number and the cells of each row that has any, as they are; of a column that is not there, ""."""
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        header, number = next(reader, []), 1
        columns = _columns(header, name)
        for number, cells in enumerate(reader, start=2):
            if not any(map(str.strip, cells)):
                continue
            if len(cells) != len(header):
                raise OptionError(
                    f"{name}: row {number}: {len(cells)} cells under {len(header)} columns; put what has a comma "
                    "in it between double quotes"
                )
            yield number, {column: cells[columns[column]] if column in columns else "" for column in COLUMNS}
    except csv.Error as error:
        raise OptionError(f"{name}: row {number + 1}: this is not CSV ({error})") from error


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise OptionError(f"{path}: the corrections cannot be read ({error.strerror or error})") from error
    if len(data) > MAX_BYTES:
        raise OptionError(f"{path.name}: it is larger than {MAX_BYTES >> 20} MiB; give the corrections of one work")
    return data


def _text(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{name}: it is not UTF-8 at byte {error.start}; save it as UTF-8 (in a spreadsheet: CSV UTF-8)"
        raise OptionError(message) from error
    return text.removeprefix("\ufeff")


def _columns(header: Sequence[str], name: str) -> dict[str, int]:
    """Return where each known column stands."""
    named = [cell.strip().casefold() for cell in header]
    known = [column for column in COLUMNS if column in named]
    if repeated := [column for column in known if named.count(column) > 1]:
        raise OptionError(f'{name}: the column "{repeated[0]}" is there twice; keep one')
    missing = "text" if "text" not in known else "place" if not {"place", "lat"} & {*known} else None
    if missing:
        raise OptionError(
            f'{name}: the column "{missing}" is missing; the first row names the columns: {", ".join(COLUMNS)}'
        )
    return {column: named.index(column) for column in known}


def _row(number: int, cells: Mapping[str, str], gazetteer: Gazetteer, where: str) -> Row:
    text = cells["text"]
    if not spelling(text):
        raise OptionError(f'{where}: "text" is empty; give the name as the article has it')
    day, written = day_of(cells["date"].strip()), cells["date"].strip()
    if written and day is None:
        raise OptionError(f'{where}: "date" {shown(written)} is no day; give it as in 2026-11-22')
    note, author = (cells[column] if cells[column].strip() else None for column in ("note", "author"))
    meaning = _meaning(cells, gazetteer, where)
    return Row(number, text, cells["article"] or None, meaning, Correction(note, author, day))


def _meaning(cells: Mapping[str, str], gazetteer: Gazetteer, where: str) -> Meaning:
    place, lat, lon = (cells[column].strip() for column in ("place", "lat", "lon"))
    if bool(place) == bool(lat or lon):
        found = "both a place and a point" if place else "neither a place nor a point"
        raise OptionError(f'{where}: there is {found}; give "place", or "lat" and "lon"')
    if not place:
        lonlat = _degrees(lon, "lon", 180, where), _degrees(lat, "lat", 90, where)
        return _own_point(lonlat, cells["name"] if cells["name"].strip() else cells["text"], gazetteer, where)
    if spelling(place) == NOT_A_PLACE:
        return None
    known = gazetteer.get(place)
    if known is None and not place.startswith(_ONLY_AMONG_CANDIDATES):
        raise OptionError(
            f'{where}: no gazetteer knows the place {shown(place)}; give an id as in geonames:169389, "{NOT_A_PLACE}", '
            'or a point in "lat" and "lon"'
        )
    return known or place


def _degrees(written: str, column: str, most: int, where: str) -> float:
    number = written.replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(number):
        found = shown(written) if written else "empty"
        raise OptionError(f'{where}: "{column}" is {found}; give degrees as a number, as in -33.9')
    degrees = float(number)
    if abs(degrees) > most:
        raise OptionError(
            f'{where}: "{column}" is {shown(number)}, not between {-most} and {most}; give degrees of WGS 84'
        )
    return round(degrees, _DECIMALS) + 0.0  # which makes 0.0 of -0.0


def _own_point(lonlat: tuple[float, float], name: str, gazetteer: Gazetteer, where: str) -> Place:
    """Return a place that no gazetteer has; its id follows from what it is."""
    lon, lat = lonlat
    if lon == lat == 0:
        raise OptionError(
            f'{where}: "lat" 0, "lon" 0 stands for an unknown place; give the point, or leave the row out'
        )
    country, *units = gazetteer.units_at(lonlat) or (None,)
    digest = hashlib.sha256(f"{lat:.{_DECIMALS}f} {lon:.{_DECIMALS}f} {name}".encode()).hexdigest()
    return Place(
        f"correction:{digest[:12]}",
        name,
        Kind.SETTLEMENT,
        lon,
        lat,
        country_code=country,
        admin1_code=units[0].partition(".")[2] if units else None,
        gazetteer="correction",
    )
