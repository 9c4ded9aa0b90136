"""Layers as Apache Arrow: columns of many rows at once, which GDAL and GeoParquet take without a look at single values.

Texts are as GDAL can hold them: U+FFFD stands for NUL and for lone surrogates, which the whole atlas has as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from struct import Struct
from typing import TYPE_CHECKING, Any, cast

from ..model import Geometry
from .layers import Layer
from .parts import Part
from .plain_text import clean
from .schema import Field, Sort

if TYPE_CHECKING:
    import pyarrow as pa

GEOMETRY = "geometry"
"""Name of the column of the geometry, as WKB (OGC 06-103r4), little-endian."""

_POINT = Struct("<BIdd")
_LITTLE_ENDIAN, _WKB_POINT = 1, 1
_ROWS = 16_384
"""Rows of one batch: enough that a call costs nothing, few enough for the processor's cache."""


def schema_of(fields: Iterable[Field], *, has_geometry: bool) -> pa.Schema:
    """Return the columns of some fields, the geometry last."""
    import pyarrow as pa

    types = {
        Sort.TEXT: pa.string(),
        Sort.INTEGER: pa.int32(),
        Sort.NUMBER: pa.float64(),
        Sort.BOOLEAN: pa.bool_(),
        Sort.DATE: pa.date32(),
    }
    columns = [pa.field(field.name, types[field.sort], nullable=field.null is not None) for field in fields]
    return pa.schema([*columns, pa.field(GEOMETRY, pa.binary())] if has_geometry else columns)


def batches(layer: Layer) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a layer, many at once; nothing for an empty one."""
    import pyarrow as pa

    schema = schema_of(layer.fields, has_geometry=layer.geometry is not None)
    wkb = _Wkb(is_multi=layer.geometry in {"LineString", "Polygon"})
    rows = layer.rows()
    while chunk := list(islice(rows, _ROWS)):
        _, geometries, parts = zip(*chunk, strict=True)
        types = iter(schema.types)
        arrays = [array for part in zip(*parts, strict=True) for array in _arrays(part, types)]
        if layer.geometry is not None:
            arrays.append(pa.array([wkb.of(geometry) for geometry in geometries], pa.binary()))
        yield pa.record_batch(arrays, schema=schema)


def reader(layer: Layer, ended_by: list[BaseException]) -> pa.RecordBatchReader:
    """Return a stream of the batches of a layer.

    Parameters
    ----------
    layer
        What to read.
    ended_by
        Takes what ends the stream before its end, such as Ctrl-C: libraries in C only learn that it broke off.
    """
    import pyarrow as pa

    def told() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches(layer)
        except GeneratorExit:
            raise
        except BaseException as error:
            ended_by.append(error)
            raise

    schema = schema_of(layer.fields, has_geometry=layer.geometry is not None)
    return pa.RecordBatchReader.from_batches(schema, told())


def _arrays(parts: Sequence[Part], types: Iterator[pa.DataType]) -> Iterator[pa.Array]:
    """Yield the columns of a group of fields, made of its parts; of those that rows share only once."""
    import pyarrow as pa

    each = {id(part): part for part in parts}
    columns = zip(*each.values(), strict=True)
    if len(each) == len(parts):
        yield from map(_array, columns, types)
        return
    numbers = {identity: number for number, identity in enumerate(each)}
    rows = pa.array([numbers[id(part)] for part in parts], pa.int32())
    for array in map(_array, columns, types):
        yield array.take(rows)


def _array(values: Sequence[Any], sort: pa.DataType) -> pa.Array:
    import pyarrow as pa

    try:
        array = pa.array(values, sort)
    except UnicodeEncodeError:
        array = None
    if array is None or (sort == pa.string() and _has_nul(array)):
        return pa.array([None if text is None else clean(text) for text in values], sort)
    return array


def _has_nul(texts: pa.StringArray) -> bool:
    *_, characters = texts.buffers()
    return characters is not None and b"\0" in characters.to_pybytes()


class _Wkb:
    """Makes WKB of geometries, of one that rows share once.

    Parameters
    ----------
    is_multi
        Whether every geometry becomes one of many parts, as a layer of one type needs where some have several.
    """

    def __init__(self, *, is_multi: bool) -> None:
        self._is_multi = is_multi
        self._last: tuple[Geometry, bytes] | None = None

    def of(self, geometry: Geometry | None) -> bytes | None:
        if geometry is None:
            return None
        if self._last is None or self._last[0] is not geometry:
            self._last = geometry, self._encoded(geometry)
        return self._last[1]

    def _encoded(self, geometry: Geometry) -> bytes:
        if geometry["type"] == "Point":
            return _POINT.pack(_LITTLE_ENDIAN, _WKB_POINT, *cast("tuple[float, float]", geometry["coordinates"]))
        import shapely
        from shapely.geometry import shape

        made = shape({**geometry})
        if self._is_multi and not made.geom_type.startswith("Multi"):
            made = getattr(shapely, f"Multi{made.geom_type}")([made])
        encoded: bytes = shapely.to_wkb(made, byte_order=1)
        return encoded
