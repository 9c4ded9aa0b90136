"""Readers of the files that people keep lists of places in: CSV, GeoJSON and GeoPackage, as rows of named cells."""

from __future__ import annotations

import csv
import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ...checked import parsed
from ...errors import OptionError, ResourceError

MAX_GEOJSON_BYTES = 256 << 20
"""GeoJSON is read whole, at some ten times its size."""

_DELIMITERS = ",;\t"
_GEOPACKAGE_IDS = {0x47504B47, 0x47503130, 0x47503131}  # GPKG, GP10, GP11
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_WGS84_IN_GEOJSON = frozenset({"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"})


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list."""

    number: int
    """Line of a CSV file at which the row ends, number of the feature in GeoJSON, id of the feature in a GeoPackage."""
    cells: Mapping[str, str]
    """What it says, by column; no column is missing, unknown is ""."""
    lonlat: tuple[float, float] | None = None
    """The point that its geometry stands for; None in a file without geometries."""
    fault: str = ""
    """Why it cannot be read; "" when it can."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """An opened list."""

    columns: tuple[str, ...]
    """Names of the columns."""
    has_geometries: bool
    """Whether rows come with points."""
    rows: Iterator[ListRow]
    """The rows. ResourceError while they are read if the file is damaged."""
    has_decimal_commas: bool = False
    """Whether numbers may be written as "36,63"."""


def open_list(path: Path) -> ListFile:
    """Open a list by the ending of its name.

    Raises
    ------
    OptionError
        If there is no such file, or its ending is none of these.
    ResourceError
        If it cannot be read.
    """
    if not path.is_file():
        raise OptionError(f"there is no file {path}")
    opened = _OPENED_BY.get(path.suffix.lower())
    if opened is None:
        raise OptionError(
            f"{path.name} is neither CSV (.csv, .tsv, .txt), GeoJSON (.geojson, .json) nor GeoPackage (.gpkg)"
        )
    try:
        return opened(path)
    except OSError as error:
        raise ResourceError(f"{path.name} cannot be read ({error.strerror or error})") from error


def _open_csv(path: Path) -> ListFile:
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        raise ResourceError(f"{path.name} is not in UTF-8: save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
    rows = _csv_rows(path)
    first = next(rows, None)
    if first is None or not any(first[1]):
        raise ResourceError(f"{path.name} is empty: its first line should have the names of the columns")
    delimiter, columns = first[2], tuple(cell.strip() for cell in first[1])
    return ListFile(columns, False, _named(columns, rows), has_decimal_commas=delimiter != ",")


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str], str]]:
    """Yield the line number and the cells of each row that has any, and the delimiter, guessed from the first line."""
    # Bytes that are not UTF-8 become lone surrogates, so that their row can be named.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        header = stream.readline(1 << 16)
        delimiter = max(_DELIMITERS, key=header.count)
        stream.seek(0)
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if any("\udc80" <= c <= "\udcff" for cell in cells if not cell.isascii() for c in cell):
                    raise ResourceError(
                        f"{path.name}, row {reader.line_num}: this is not in UTF-8: save the file as UTF-8 "
                        "(in a spreadsheet: CSV UTF-8)"
                    )
                if any(map(str.strip, cells)):
                    yield reader.line_num, cells, delimiter
        except csv.Error as error:
            raise ResourceError(f"{path.name}, row {reader.line_num}: {error}") from error


def _named(columns: tuple[str, ...], rows: Iterator[tuple[int, list[str], str]]) -> Iterator[ListRow]:
    for number, cells, _ in rows:
        if len(cells) == len(columns):
            yield ListRow(number, dict(zip(columns, map(str.strip, cells), strict=True)))
        else:
            yield ListRow(number, {}, fault=f"{len(cells)} cells under {len(columns)} columns")


def _open_geojson(path: Path) -> ListFile:
    if path.stat().st_size > MAX_GEOJSON_BYTES:
        raise ResourceError(f"{path.name} is larger than {MAX_GEOJSON_BYTES >> 20} MB: save it as CSV or GeoPackage")
    try:
        collection = parsed(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ResourceError(f"{path.name} is not in UTF-8: save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ResourceError(f"{path.name} is not JSON, or cut short ({error})") from error
    if not isinstance(collection, dict) or not isinstance(features := collection.get("features"), list):
        raise ResourceError(f"{path.name} is no GeoJSON: there is no list of features in it")
    crs = collection.get("crs")
    if crs is not None and _crs_name(crs) not in _WGS84_IN_GEOJSON:
        raise ResourceError(
            f"{path.name} is in {_crs_name(crs):.60}: save it in WGS 84 (EPSG:4326), as GeoJSON is to be"
        )
    if not features:
        raise ResourceError(f"{path.name} is empty: there is no feature in it")
    columns = {"id": None} | {str(key): None for feature in features for key in _properties(feature)}
    return ListFile(tuple(columns), True, _features(features, tuple(columns)))


def _crs_name(crs: object) -> str:
    """Return what a file of before RFC 7946 calls its coordinate system."""
    return str(_properties(crs).get("name", "an unnamed coordinate system"))


def _features(features: list[object], columns: tuple[str, ...]) -> Iterator[ListRow]:
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    for number, feature in enumerate(features, 1):
        properties = _properties(feature)
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        id_ = feature.get("id", "") if isinstance(feature, dict) else ""
        cells = {column: _text(properties.get(column, id_ if column == "id" else None)) for column in columns}
        try:
            lonlat = _point(shape(geometry)) if geometry is not None else None
        except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            # What shapely raises for what is no geometry, version by version.
            lonlat = None
        yield ListRow(number, cells, lonlat, "" if lonlat else "there is no readable geometry")


def _properties(feature: object) -> Mapping[str, object]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _open_geopackage(path: Path) -> ListFile:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            ((application,),) = connection.execute("PRAGMA application_id").fetchall()
            if application not in _GEOPACKAGE_IDS:
                raise ResourceError(f"{path.name} is no GeoPackage")
            table, column = _layer(connection, path)
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(table)})")]
    except sqlite3.Error as error:
        raise ResourceError(f"{path.name} is no GeoPackage, or a damaged one ({error})") from error
    columns = tuple(name for name in names if name != column)
    return ListFile(columns, True, _geopackage_rows(path, uri, table, (column, *columns)))


def _layer(connection: sqlite3.Connection, path: Path) -> tuple[str, str]:
    """Return the table and the geometry column of the one layer of a GeoPackage."""
    layers = connection.execute(
        "SELECT table_name, column_name, organization, organization_coordsys_id FROM gpkg_contents "
        "JOIN gpkg_geometry_columns USING (table_name) "
        "JOIN gpkg_spatial_ref_sys ON gpkg_spatial_ref_sys.srs_id = gpkg_geometry_columns.srs_id "
        "WHERE data_type = 'features' ORDER BY table_name"
    ).fetchall()
    if len(layers) != 1:
        found = ", ".join(str(layer[0]) for layer in layers) or "none"
        raise ResourceError(f"{path.name} should have one layer of features, it has {found}: save one by itself")
    table, column, organization, code = layers[0]
    if (str(organization).upper(), code) != ("EPSG", 4326):
        raise ResourceError(f"{path.name} is in {organization}:{code}: save it in WGS 84 (EPSG:4326)")
    return table, column


def _geopackage_rows(path: Path, uri: str, table: str, columns: tuple[str, ...]) -> Iterator[ListRow]:
    chosen = ", ".join(map(_quoted, columns))
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            # Bytes that are not UTF-8 become lone surrogates, so that their row can be named.
            connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
            for number, (blob, *values) in enumerate(connection.execute(f"SELECT {chosen} FROM {_quoted(table)}"), 1):
                lonlat = _geopackage_point(blob)
                cells = dict(zip(columns[1:], map(_text, values), strict=True))
                yield ListRow(number, cells, lonlat, "" if lonlat else "there is no readable geometry")
    except sqlite3.Error as error:
        raise ResourceError(f"{path.name} is damaged ({error})") from error


def _geopackage_point(blob: object) -> tuple[float, float] | None:
    """Read a geometry as GeoPackages store it: OGC 12-128r18, section 2.1.3."""
    from shapely import GEOSException, wkb

    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return None
    envelope = _ENVELOPE_BYTES.get(blob[3] >> 1 & 7)
    if envelope is None:
        return None
    try:
        return _point(wkb.loads(blob[8 + envelope :]))
    except (GEOSException, struct.error, ValueError):
        return None


def _point(geometry: object) -> tuple[float, float] | None:
    """Return the point, or a point inside of any other geometry; None for an empty one."""
    from shapely.geometry.base import BaseGeometry

    if not isinstance(geometry, BaseGeometry) or geometry.is_empty:
        return None
    point = geometry.representative_point()
    return point.x, point.y


def _text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, a list joined by bars, nothing for what has no text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "|".join(map(_text, value))
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _quoted(identifier: str) -> str:
    """Quote a name for SQL, https://www.sqlite.org/lang_keywords.html; values cannot stand for names."""
    return '"' + identifier.replace('"', '""') + '"'


_OPENED_BY: dict[str, Callable[[Path], ListFile]] = {
    ".csv": _open_csv,
    ".tsv": _open_csv,
    ".txt": _open_csv,
    ".geojson": _open_geojson,
    ".json": _open_geojson,
    ".gpkg": _open_geopackage,
}
