"""GeoParquet 1.1 for data frames and data bases: one layer a file, the whole atlas in its metadata.

The geometry is WKB in a column beside its box, by which readers skip what lies elsewhere. No coordinate system is
named: the one that GeoParquet then means, OGC:CRS84, is WGS 84 with longitude first, which is what the layers are in.
Mentions that are nowhere are a plain table without a geometry.

References
----------
GeoParquet Specification 1.1.0, geoparquet.org/releases/v1.1.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..atlas import Atlas
from ..errors import InputError
from ..extent import Extent
from . import Content, Format
from .arrow import GEOMETRY, batches, schema_of
from .carried import about, atlas_in, whole_about
from .gdal import EXTRA
from .json_text import dumps_ascii
from .layers import Layer, Layers
from .schema import LAYERS
from .whole import MEMBER

if TYPE_CHECKING:
    import pyarrow as pa

NAMES: Final = tuple(f"{name}.parquet" for name in LAYERS)
"""The files of a folder, one a layer."""

_VERSION = "1.1.0"
_BOX = "bbox"
_SIDES = ("xmin", "ymin", "xmax", "ymax")
_COMPRESSION = "snappy"
"""The only one that every reader of Parquet has, those in browsers too, though zstd would save 40 % of mentions."""
_BATCHES = 4
"""Of `geo.writers.arrow.batches` in a row group: 65,536 rows, few enough to skip most of a large file."""


def folder(atlas: Atlas) -> dict[str, Content]:
    """Return the files of a folder: one a layer."""
    told = about(atlas)
    return {f"{layer.name}.parquet": partial(write_layer, layer, told) for layer in Layers(atlas).all}


def one_file(atlas: Atlas, name: str) -> dict[str, Content]:
    """Return one table of places, lines and areas, with the whole atlas in its metadata."""
    told, beside = whole_about(atlas, name)
    return {name: partial(write_layer, Layers(atlas).entries, told), **beside}


def read(path: Path) -> Atlas:
    """Return the atlas of one file; InputError if it carries none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # A name need not be Unicode, as Arrow would have it.
        with path.open("rb") as stream:
            metadata = pq.read_metadata(stream).metadata or {}
    # Arrow takes the names of columns for UTF-8, UnicodeDecodeError where one is damaged.
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        shown = " ".join(str(error).split())
        raise InputError(f"{path.name}: it is no Parquet ({shown}); make it again") from error
    return atlas_in(metadata.get(MEMBER.encode()), path.name)


def write_layer(layer: Layer, told: str, path: Path) -> None:
    """Write a layer to a file, and what is told of it, as JSON, to its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    has_geometry = layer.geometry is not None
    schema = _schema(layer)
    kinds: set[str] = set()
    with path.open("wb") as stream, pq.ParquetWriter(stream, schema, compression=_COMPRESSION) as writer:
        made = batches(layer)
        while group := list(islice(made, _BATCHES)):
            boxes = [_boxes(batch, kinds) for batch in group] if has_geometry else [[] for _ in group]
            columns = ([*batch.columns, *box] for batch, box in zip(group, boxes, strict=True))
            table = pa.Table.from_batches([pa.record_batch(each, schema=schema) for each in columns], schema)
            writer.write_table(table, row_group_size=table.num_rows)
        metadata = {MEMBER: told}
        if has_geometry:
            metadata["geo"] = dumps_ascii(_geo(kinds, layer.extent))
        writer.add_key_value_metadata(metadata)


def _schema(layer: Layer) -> pa.Schema:
    """Return the columns, all of which may be null, as other tools write them."""
    import pyarrow as pa

    has_geometry = layer.geometry is not None
    columns = [column.with_nullable(True) for column in schema_of(layer.fields, has_geometry=has_geometry)]
    if has_geometry:
        columns.append(_box_field())
    return pa.schema(columns)


def with_boxes(table: pa.Table) -> pa.Table:
    """Return a table of which the last column is a geometry as GeoParquet: with its boxes and the metadata."""
    import pyarrow as pa
    import shapely

    kinds: set[str] = set()
    filled = [batch for batch in table.to_batches() if batch.num_rows]
    boxes = [box for batch in filled for box in _boxes(batch, kinds)]
    shapes = shapely.from_wkb(table.column(GEOMETRY).to_numpy())
    extent = Extent.around((lon, lat) for lon, lat in shapely.get_coordinates(shapes).tolist())
    metadata = {"geo": dumps_ascii(_geo(kinds, extent))}
    field = _box_field()
    return table.append_column(field, pa.chunked_array(boxes, field.type)).replace_schema_metadata(metadata)


def _box_field() -> pa.Field:
    import pyarrow as pa

    # Float64 holds every coordinate as it is; float32 would have to be rounded outward.
    return pa.field(_BOX, pa.struct([pa.field(side, pa.float64()) for side in _SIDES]))


def _boxes(batch: pa.RecordBatch, kinds: set[str]) -> list[pa.Array]:
    """Return the boxes of the geometries of a batch as one column, and collect the types of these."""
    import numpy as np
    import pyarrow as pa
    import shapely

    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
    _, first_of_type = np.unique(shapely.get_type_id(shapes), return_index=True)
    kinds.update(shape.geom_type for shape in shapes[first_of_type])
    return [pa.StructArray.from_arrays([pa.array(side) for side in shapely.bounds(shapes).T.copy()], _SIDES)]


def _geo(kinds: Iterable[str], extent: Extent | None) -> dict[str, Any]:
    """Return the metadata that makes a Parquet file a GeoParquet."""
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(kinds),
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {"bbox": {side: [_BOX, side] for side in _SIDES}},
    }
    if extent is not None:
        column["bbox"] = extent.bbox
    return {"version": _VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


FORMAT = Format(
    name="parquet",
    title="GeoParquet",
    suffix=".parquet",
    one_file=one_file,
    folder=folder,
    names=NAMES,
    read=read,
    extra=EXTRA,
    modules=("pyarrow",),
)
