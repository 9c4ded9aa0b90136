"""Layers as the values that Python's GIS libraries take: plain dictionaries, and tables of GeoPandas."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..atlas import Atlas
from ..errors import OptionError, ResourceError
from ..model import Geometry
from .gdal import CRS
from .layers import Layer, Layers
from .schema import Sort

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

TYPES: Final = {
    # Not as Arrow, which cannot hold a lone surrogate.
    Sort.TEXT: "string[python]",
    Sort.INTEGER: "Int64",
    Sort.NUMBER: "float64",
    Sort.BOOLEAN: "boolean",
    # Days of any year, unlike "datetime64[ns]", which begins in 1677.
    Sort.DATE: "datetime64[s]",
}
"""The types of pandas that can hold the values of each sort and say that one is missing."""


def feature_collection(atlas: Atlas) -> dict[str, Any]:
    """Return places, lines and areas as a GeoJSON feature collection of values that JSON has.

    Examples
    --------
    >>> feature_collection(Atlas())
    {'type': 'FeatureCollection', 'features': []}
    """
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    layer = Layers(atlas).entries
    if layer.extent is not None:
        collection["bbox"] = layer.extent.bbox
    return {**collection, "features": list(_features(layer))}


def geodataframe(atlas: Atlas, layer: str) -> GeoDataFrame:
    """Return a layer as a table, see `Atlas.to_geodataframe`."""
    layers = {each.name: each for each in Layers(atlas).all}
    if layer not in layers:
        raise OptionError(f"there is no layer {layer!r:.80}; there are {', '.join(layers)}")
    try:
        import geopandas
        import pandas
    except ModuleNotFoundError as error:
        message = f"a GeoDataFrame needs {error.name}: run \"python -m pip install 'placelines[gis]'\""
        raise ResourceError(message) from error

    chosen = layers[layer]
    rows = list(chosen.rows())
    values: Sequence[Sequence[object]] = list(zip(*(row.values for row in rows), strict=True))
    columns = {
        field.name: pandas.array(values[at] if rows else [], dtype=TYPES[field.sort])
        for at, field in enumerate(chosen.fields)
    }
    return geopandas.GeoDataFrame(columns, geometry=_shapes([row.geometry for row in rows]), crs=CRS)


def _features(layer: Layer) -> Iterator[dict[str, Any]]:
    for row, values in layer.named_rows():
        properties = {
            name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in values.items()
        }
        yield {"type": "Feature", "id": row.id, "geometry": row.geometry, "properties": properties}


def _shapes(geometries: Sequence[Geometry | None]) -> list[Any]:
    from shapely.geometry import shape

    # Rows of one place share its geometry.
    different = {id(geometry): geometry for geometry in geometries if geometry is not None}
    shapes = {key: shape({**geometry}) for key, geometry in different.items()}
    return [shapes.get(id(geometry)) for geometry in geometries]
