"""Layers written by GDAL, whose drivers know the formats best: one way to it, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import OutputError
from .arrow import GEOMETRY, reader
from .layers import Layer
from .plain_text import clean

MODULES = ("pyarrow", "pyogrio")
"""What must be installed, by the names of imports."""
EXTRA = "gis"
"""The extra of placelines that brings it."""
CRS = "EPSG:4326"
"""WGS 84; files of GIS tools have longitude first whatever the register says of the axes."""

DAY = "2000-01-01T00:00:00.000Z"
"""When files are said to be written: a clock would make other bytes of the same atlas."""
_MISREAD = ";!\\\n\r\t"
"""What pyogrio 0.13 takes for a part of an address, or leaves out, and GDAL for a folder."""
# Files are flushed to the disk once, when they are whole; SQLite would do it after every layer, six times as slow.
_SETTINGS = {"OGR_CURRENT_DATE": DAY, "OGR_SQLITE_SYNCHRONOUS": "OFF"}


def write_layer(
    layer: Layer,
    path: Path,
    *,
    driver: str,
    append: bool = False,
    dataset_options: Mapping[str, str] | None = None,
    layer_options: Mapping[str, str] | None = None,
    layer_metadata: Mapping[str, str] | None = None,
) -> None:
    """Write one layer to a file.

    Parameters
    ----------
    layer
        What to write; lines and polygons are written as of many parts, so that the layer has one type.
    path
        The file.
    driver
        GDAL's name of the format, gdal.org/drivers/vector.
    append
        Whether to add the layer to a file that is there.
    dataset_options, layer_options
        What GDAL's page of the driver lists as creation options.
    layer_metadata
        Said of the layer where the format has room for it.

    Raises
    ------
    OutputError
        If GDAL cannot write it, as on a full disk, or cannot be told its name.
    """
    import pyogrio

    types = {"Point": "Point", "LineString": "MultiLineString", "Polygon": "MultiPolygon", "Geometry": "Unknown"}
    has_geometry = layer.geometry is not None
    ended_by: list[BaseException] = []
    try:
        with _settled(), _addressed(path) as address:
            pyogrio.write_arrow(
                reader(layer, ended_by),
                address,
                layer=layer.name,
                driver=driver,
                geometry_name=GEOMETRY if has_geometry else None,
                geometry_type=types[layer.geometry] if layer.geometry is not None else None,
                crs=CRS if has_geometry else None,
                append=append,
                dataset_options=dict(dataset_options or {}),
                layer_options=dict(layer_options or {}),
                layer_metadata=dict(layer_metadata or {}) or None,
            )
    # Of which are all errors of pyogrio.
    except RuntimeError as error:
        if ended_by:
            raise ended_by[0] from None
        raise OutputError(f"{path.name}: GDAL cannot write it ({error})") from error


@contextmanager
def _addressed(path: Path) -> Iterator[Path]:
    """Give a path from the root, which cannot look like an address, to the same file, and that GDAL takes."""
    whole = path.absolute()
    if _is_plain(whole.as_posix()):
        yield whole
        return
    if not _is_plain(path.name):
        message = "GDAL takes no name that has ';', '!', a backslash, a tab or a line break, or is no Unicode"
        raise OutputError(f"{path.name}: {message}; choose another name")
    with TemporaryDirectory(prefix="placelines-") as folder:
        link = Path(folder, "folder")
        link.symlink_to(whole.parent, target_is_directory=True)
        yield link / path.name


def _is_plain(name: str) -> bool:
    return name == clean(name) and not any(character in name for character in _MISREAD)


@contextmanager
def _settled() -> Iterator[None]:
    """Set how GDAL writes, and give back what was set before."""
    import pyogrio

    before = {name: pyogrio.get_gdal_config_option(name) for name in _SETTINGS}
    pyogrio.set_gdal_config_options(_SETTINGS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
