"""Rows of layers as features of GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from .json_text import dumps
from .layers import Layer, Row

_ROWS = 128
"""Features of one piece: some 100 kB."""


def features(layer: Layer, *, before: bytes = b"", after: bytes = b"") -> Iterator[bytes]:
    """Yield the rows of a layer as features, many to a piece.

    Parameters
    ----------
    layer
        What to write.
    before, after
        What stands before and after each.
    """
    names = [field.name for field in layer.fields]
    # One object filled again for every row: a new one costs more than its JSON.
    properties: dict[str, object] = {}
    feature: dict[str, object] = {"type": "Feature", "id": None, "geometry": None, "properties": properties}

    def made(row: Row) -> bytes:
        feature["id"], feature["geometry"] = row.id, row.geometry
        properties.update(zip(names, row.values, strict=True))
        return before + dumps(feature) + after

    rows = layer.rows()
    while piece := b"".join(map(made, islice(rows, _ROWS))):
        yield piece
