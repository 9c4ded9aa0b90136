"""GeoPackage (OGC 12-128r17) that QGIS opens as it should look: layers, their styles, what to credit, the whole atlas.

GDAL writes the layers; the rest are rows of tables that SQLite writes. The whole atlas lies in the table
``placelines_atlas``, one row a referent or document, which readers of layers do not show.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final
from warnings import warn

from ..atlas import Atlas
from ..errors import InputError, OutputError, PlacelinesWarning
from . import Format, qgis_styles
from .gdal import DAY, EXTRA, MODULES, write_layer
from .json_text import dumps, loads
from .layers import Layer, Layers
from .plain_text import clean
from .schema import LAYERS
from .whole import atlas_from, parts, provenance
from .xml_text import element, text_element

NAME: Final = "atlas.gpkg"
"""The file of a folder."""
TABLE: Final = "placelines_atlas"
"""The table of the whole atlas, `geo.writers.whole.parts` in their order."""

_DATASET: Final = {"VERSION": "1.3"}
"""The newest version that GDAL 3.6 of Debian 12 reads without a warning."""
_EDITED: Final = -1
"""Number of the row that says that somebody changed a layer."""
_GEOMETRY: Final = "geom"
"""What GDAL calls the column."""
_CREDIT: Final = "Made by placelines from news text."
_STANDARD: Final = "urn:placelines"
_QGIS: Final = "http://mrcc.com/qgis.dtd"
"""What texts of metadata follow."""
_VERSIONS: Final = {24: (1).to_bytes(4, "big"), 92: (1).to_bytes(4, "big") + (3_040_000).to_bytes(4, "big")}
"""Bytes of the header by their offset: how often the file was changed, for which of these changes SQLite's version is
told, and that version (sqlite.org/fileformat.html, section 1.3). All SQLite libraries together make them; readers
need nothing but the first two to be the same."""

_WHOLE: Final = f"CREATE TABLE {TABLE} (number INTEGER PRIMARY KEY NOT NULL, part TEXT NOT NULL, json TEXT NOT NULL);"
_TABLES: Final = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
CREATE TABLE IF NOT EXISTS gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""
"""The tables as QGIS 3.22 and the GeoPackage Metadata Extension make them."""
_EXTENSIONS: Final = (
    ("gpkg_metadata", "gpkg_metadata", "http://www.geopackage.org/spec130/#extension_metadata"),
    ("gpkg_metadata_reference", "gpkg_metadata", "http://www.geopackage.org/spec130/#extension_metadata"),
)
_WHOLE_EXTENSION: Final = (TABLE, TABLE, "docs/formats.md of placelines: the whole atlas as JSON")
_STYLES_LISTED: Final = ("layer_styles", "attributes", "layer_styles")
_WHOLE_LISTED: Final = (TABLE, TABLE, TABLE)
"""Tables, their sorts of data and titles. GDAL, through which QGIS looks for styles, finds only tables that are listed;
and QGIS shows all that are not, but none of a sort that it does not know."""
_NOWHERE: Final = "NULL, NULL, NULL, NULL, 0"


def write(atlas: Atlas, path: Path) -> None:
    """Write an atlas to a file that is not there yet.

    Raises
    ------
    OutputError
        If the disk is full or refuses.
    """
    # The texts that were read, which may be very many, are told in the atlas and in every row.
    about = {key: value for key, value in provenance(atlas).items() if key != "texts"}
    write_layers(Layers(atlas).all, path, about=about, attributions=atlas.attributions, whole=atlas)


def write_layers(
    layers: Sequence[Layer],
    path: Path,
    *,
    about: Mapping[str, Any],
    attributions: Iterable[str],
    whole: Atlas | None = None,
) -> None:
    """Write layers to a file that is not there yet.

    Parameters
    ----------
    layers
        What to write, named as those of an atlas, which tells their styles.
    path
        The file.
    about
        What else is told of them, as JSON.
    attributions
        What must be credited.
    whole
        The atlas to carry, so that it can be read back; None for none.

    Raises
    ------
    OutputError
        If the disk is full or refuses.
    """
    for number, layer in enumerate(layers):
        write_layer(layer, path, driver="GPKG", append=number > 0, dataset_options={} if number else _DATASET)
    listed = [_STYLES_LISTED] if whole is None else [_STYLES_LISTED, _WHOLE_LISTED]
    extensions = _EXTENSIONS if whole is None else [*_EXTENSIONS, _WHOLE_EXTENSION]
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            # Nobody else sees the file before it is whole, so there is nothing to return to.
            tables = _TABLES if whole is None else _WHOLE + _TABLES
            connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; {tables}")
            if whole is not None:
                _add_atlas(connection, whole)
            _add_styles(connection, layers)
            connection.executemany(f"INSERT INTO gpkg_contents VALUES (?, ?, ?, '', '{DAY}', {_NOWHERE})", listed)
            _add_metadata(connection, layers, about, tuple(attributions))
            insertion = "INSERT OR IGNORE INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')"
            connection.executemany(insertion, extensions)
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise OutputError(f"{path.name}: SQLite cannot write it ({error})") from error
    with path.open("r+b") as stream:
        for offset, content in _VERSIONS.items():
            stream.seek(offset)
            stream.write(content)


def read(path: Path) -> Atlas:
    """Return the atlas of a file, which is not touched.

    Raises
    ------
    InputError
        If it carries none, or is damaged.

    Warns
    -----
    PlacelinesWarning
        If somebody changed, added or deleted rows of its layers: the atlas is that of before.
    """
    with _reading(path) as connection:
        if not connection.execute(f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{TABLE}'").fetchone():
            raise InputError(f"{path.name}: it holds no atlas; give a file that 'placelines map' wrote")
        rows = connection.execute(f"SELECT part, json FROM {TABLE} WHERE number >= 0 ORDER BY number")
        record = _record(rows, path.name)
        is_edited = _is_edited(connection)
    atlas = atlas_from(record, path.name)
    if is_edited:
        message = f"{path.name}: its layers were changed after placelines wrote them; that is not read, only the atlas"
        warn(message, PlacelinesWarning, stacklevel=2)
    return atlas


def _add_atlas(connection: sqlite3.Connection, atlas: Atlas) -> None:
    told = ((number, part, dumps(value).decode()) for number, (part, value) in enumerate(parts(atlas)))
    connection.executemany(f"INSERT INTO {TABLE} VALUES (?, ?, ?)", told)
    for name, event in _triggers():
        connection.execute(
            f'CREATE TRIGGER "{name}" {event} WHEN NOT EXISTS (SELECT 1 FROM {TABLE} WHERE number = {_EDITED}) '
            f"BEGIN INSERT INTO {TABLE} VALUES ({_EDITED}, 'edited', 'true'); END"
        )


def _triggers() -> Iterator[tuple[str, str]]:
    """Yield what notes that a layer was changed: the names of triggers, and when they fire."""
    for layer in LAYERS:
        for event in ("INSERT", "UPDATE", "DELETE"):
            yield f"{TABLE}_{layer}_{event.lower()}", f'AFTER {event} ON "{layer}"'


def _add_styles(connection: sqlite3.Connection, layers: Iterable[Layer]) -> None:
    columns = "f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD"
    styled = [(layer.name, qgis_styles.qml(layer.name, layer.fields)) for layer in layers if layer.geometry is not None]
    told = (("", "", name, _GEOMETRY, "placelines", style, "") for name, style in styled)
    connection.executemany(
        f"INSERT INTO layer_styles ({columns}, useAsDefault, description, owner, ui, update_time) "
        f"VALUES (?, ?, ?, ?, ?, ?, ?, 1, 'As on the page of placelines', '', NULL, '{DAY}')",
        told,
    )


def _add_metadata(
    connection: sqlite3.Connection, layers: Iterable[Layer], about: Mapping[str, Any], attributions: Sequence[str]
) -> None:
    """Add what must be credited: for the file as text and with the rest of what is told, for a layer as QGIS has it."""
    credit = "\n".join((_CREDIT, *attributions))
    told = [
        (None, "text/plain", _STANDARD, clean(credit)),
        (None, "application/json", _STANDARD, dumps(about).decode()),
        *((layer.name, "text/xml", _QGIS, _qgis_metadata(layer, attributions)) for layer in layers),
    ]
    for number, (layer, mime_type, standard, text) in enumerate(told, start=1):
        connection.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, ?, ?)", (number, standard, mime_type, text)
        )
        scope = "table" if layer else "geopackage"
        reference = (scope, layer, DAY, number)
        connection.execute("INSERT INTO gpkg_metadata_reference VALUES (?, ?, NULL, NULL, ?, ?, NULL)", reference)


def _qgis_metadata(layer: Layer, attributions: Iterable[str]) -> str:
    """Return what QGIS shows of a layer under its properties."""
    return element(
        "qgis",
        text_element("identifier", layer.name),
        text_element("type", "dataset"),
        text_element("title", qgis_styles.TITLES[layer.name]),
        text_element("abstract", _CREDIT),
        *(text_element("rights", attribution) for attribution in attributions),
        attributes={"version": qgis_styles.VERSION},
    )


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file without touching it or its folder, also where nothing may be written."""
    # What QGIS has not yet moved from its log into the file is only seen by a reader that takes part in the locking.
    log = path.with_name(f"{path.name}-wal")
    has_log = log.is_file() and log.stat().st_size > 0
    address = f"{path.absolute().as_uri()}?mode=ro{'' if has_log else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            yield connection
    # Python's sqlite3 takes what SQLite complains of for UTF-8, though it quotes damaged texts.
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: it is damaged, or no GeoPackage ({error}); make it again") from error


def _record(rows: Iterable[tuple[str, str]], name: str) -> dict[str, Any]:
    """Return the whole atlas as one JSON object."""
    head: dict[str, Any] = {}
    lists: dict[str, list[object]] = {"referent": [], "document": []}
    for part, text in rows:
        try:
            value = loads(text)
        except (ValueError, TypeError, RecursionError) as error:
            raise InputError(f"{name}: it is damaged (a row of {TABLE} is no JSON); make it again") from error
        if part in lists:
            lists[part].append(value)
        elif isinstance(value, dict):
            head = value
    texts = head.get("texts")
    if isinstance(texts, list) and len(texts) != len(lists["document"]):
        raise InputError(f"{name}: it is damaged (documents are missing); make it again")
    return {**head, "referents": lists["referent"], "documents": lists["document"]}


def _is_edited(connection: sqlite3.Connection) -> bool:
    """Whether the rows of a layer were changed, or a whole layer was put in its place."""
    if connection.execute(f"SELECT 1 FROM {TABLE} WHERE number = {_EDITED}").fetchone():
        return True
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    return not there.issuperset(name for name, _ in _triggers())


FORMAT = Format(
    name="gpkg",
    title="GeoPackage",
    suffix=".gpkg",
    one_file=lambda atlas, name: {name: partial(write, atlas)},
    folder=lambda atlas: {NAME: partial(write, atlas)},
    names=(NAME,),
    read=read,
    extra=EXTRA,
    modules=MODULES,
)
