"""Reads lines out of any vector file that GDAL knows: the user's own roads, Natural Earth, exports of a GIS.

Coordinates are brought to WGS 84. What is broken is mended where that is safe and left out where it is not; notes say
how much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import OptionError, ResourceError
from .gdal import INSTALL, checked, reading
from .segments import Segment
from .vector_columns import Columns

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from shapely.geometry import LineString, MultiLineString

    Floats: TypeAlias = npt.NDArray[np.float64]
    Geometries: TypeAlias = npt.NDArray[np.object_]

_BATCH = 100_000
"""Features read at once, some 50 MB. Fewer would be slow: of some formats GDAL reads all that comes before, too."""
_WGS84 = "EPSG:4326"
_LINE = "LineString"
_MOST_TOLD = 3
"""Warnings of GDAL that are passed on."""


@dataclass(frozen=True, slots=True)
class _Layer:
    name: str
    count: int
    crs: str | None
    columns: Columns


class VectorFile:
    """A vector file with lines in it.

    Parameters
    ----------
    path
        The file: GeoPackage, GeoJSON, Shapefile (also zipped), KML, FlatGeobuf, ... whatever GDAL reads; or a folder,
        of formats that are one.

    Raises
    ------
    OptionError
        If there is no such file, it has no lines, or its lines have neither numbers nor names.
    ResourceError
        If it cannot be read, or the libraries that read it are not installed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._whole_path = checked(path)
        self._counts: Counter[str] = Counter()
        self._told: list[str] = []
        with reading(path, self._told) as pyogrio:
            self._layers = self._with_lines(pyogrio)

    @property
    def count(self) -> int:
        """How many features there are to read."""
        return sum(layer.count for layer in self._layers)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the features read so far, a line each, and what GDAL warned of."""
        counts = (f"{count:,} {what}" for what, count in sorted(self._counts.items()))
        return (*counts, *(f"GDAL says: {text}" for text in list(dict.fromkeys(self._told))[:_MOST_TOLD]))

    def segments(self, on_progress: Callable[[str, int, int | None], None] | None = None) -> Iterator[Segment]:
        """Yield the lines that have a number or a name, of no country, in order of the file.

        Raises
        ------
        ResourceError
            If it turns out damaged, or its coordinates need a library that is not installed.
        """
        done = 0
        for layer in self._layers:
            for start in range(0, max(layer.count, 1), _BATCH):
                with reading(self.path, self._told) as pyogrio:
                    meta, _, shapes, fields = pyogrio.raw.read(
                        self._whole_path,
                        layer=layer.name,
                        columns=layer.columns.sought,
                        skip_features=start,
                        max_features=_BATCH,
                        force_2d=True,
                    )
                cells = dict(zip(map(str, meta["fields"]), fields, strict=True))
                yield from self._of_batch(layer, cells, shapes)
                done += len(shapes)
                if on_progress is not None:
                    on_progress(self.path.name, done, self.count)

    def _with_lines(self, pyogrio: Any) -> list[_Layer]:  # noqa: ANN401  # a module
        listed = [(str(name), "tables" if kind is None else str(kind)) for name, kind in self._listed(pyogrio)]
        # A layer of unknown or mixed geometries may hold lines.
        fitting = [
            name for name, kind in listed if _LINE in kind or kind in {"Unknown", "Geometry", "GeometryCollection"}
        ]
        if not fitting:
            kinds = ", ".join(sorted({kind for _, kind in listed})) or "no layer"
            raise OptionError(f"{self.path.name} has no lines, only {kinds}: give a file of roads as lines")
        layers = []
        for name in fitting:
            info = pyogrio.read_info(self._whole_path, layer=name, force_feature_count=True)
            columns = Columns([str(each) for each in info["fields"]], f"{self.path.stem} {name}")
            layers.append(_Layer(name, int(info["features"]), info["crs"], columns))
        useful = [layer for layer in layers if layer.columns.tell_names]
        if not useful:
            raise OptionError(
                f"{self.path.name} has no column of road numbers or names: call one 'ref' or 'name'; "
                + "; ".join(f"layer {layer.name!r:.60} has {layer.columns.listed}" for layer in layers[:_MOST_TOLD])
            )
        if unread := len(layers) - len(useful):
            self._counts["layers without a column of numbers or names were left out"] += unread
        return useful

    def _listed(self, pyogrio: Any) -> Sequence[tuple[object, object]]:  # noqa: ANN401  # a module
        listed: Sequence[tuple[object, object]] = pyogrio.list_layers(self._whole_path)
        return listed

    def _of_batch(self, layer: _Layer, cells: Mapping[str, npt.NDArray[Any]], shapes: Geometries) -> Iterator[Segment]:
        import numpy as np
        import shapely

        to_wgs84 = _projection(layer.crs, self.path)
        with np.errstate(invalid="ignore"):
            # Bytes that are no geometry at all become None.
            geometries = shapely.from_wkb(shapes, on_invalid="ignore")
            moved = geometries if to_wgs84 is None else shapely.transform(geometries, to_wgs84)
            are_sound = _are_sound(moved)
        for number, (geometry, is_sound) in enumerate(zip(moved, are_sound, strict=True)):
            meaning = layer.columns.read({name: column[number] for name, column in cells.items()})
            if meaning.kind is None or not (meaning.refs or meaning.names):
                self._counts["features without a number or name were left out"] += 1
                continue
            line = geometry if is_sound else self._mended(geometry, has_crs=layer.crs is not None)
            if line is not None:
                yield Segment(meaning.kind, meaning.refs, meaning.names, None, line, meaning.road_class)

    def _mended(self, geometry: Any, *, has_crs: bool) -> LineString | MultiLineString | None:  # noqa: ANN401
        """Return the sound lines of a geometry, or None when there are none."""
        import shapely

        if geometry is None or geometry.is_empty:
            self._counts["features without a geometry were left out"] += 1
            return None
        parts = [part for part in _flat(geometry) if part.geom_type in (_LINE, "LinearRing")]
        if not parts:
            self._counts["features that are no lines were left out"] += 1
            return None
        points = [shapely.get_coordinates(part) for part in parts]
        kept = [run for lonlats in points for run in _runs(lonlats)]
        if not kept:
            reason = "" if has_crs else ": the file does not say its coordinate system, and they are no degrees"
            self._counts[f"lines with fewer than two points on the globe were left out{reason}"] += 1
            return None
        if lost := sum(map(len, points)) - sum(map(len, kept)):
            self._counts["points were taken out of lines: repeated, or not on the globe, where the line is cut"] += lost
        sound = [shapely.LineString(run) for run in kept]
        return sound[0] if len(sound) == 1 else shapely.MultiLineString(sound)


def _projection(crs: str | None, path: Path) -> Callable[[Floats], Floats] | None:
    """Return what turns coordinates into longitude and latitude; None when they are that already."""
    if crs is None or crs == _WGS84:
        return None
    try:
        import pyproj
    except ImportError as error:
        raise ResourceError(f"{path.name} is in {crs:.60}; reading that needs pyproj: {INSTALL}") from error
    import numpy as np

    try:
        transformer = pyproj.Transformer.from_crs(crs, _WGS84, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise ResourceError(
            f"{path.name} is in a coordinate system that does not say where on the globe it is: save it in {_WGS84}"
        ) from error
    return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _are_sound(geometries: Geometries) -> npt.NDArray[np.bool_]:
    """Return which geometries are lines of points on the globe, of which none repeats the one before."""
    import numpy as np
    import shapely

    are_sound = np.isin(shapely.get_type_id(geometries), (1, 5)) & ~shapely.is_empty(geometries)
    lonlats, numbers = shapely.get_coordinates(geometries, return_index=True)
    is_repeated = np.zeros(len(lonlats), bool)
    is_repeated[1:] = (lonlats[1:] == lonlats[:-1]).all(axis=1) & (numbers[1:] == numbers[:-1])
    are_sound[numbers[is_repeated | ~_on_globe(lonlats)]] = False
    return are_sound


def _on_globe(lonlats: Floats) -> npt.NDArray[np.bool_]:
    import numpy as np

    # What is not a number is not on the globe either.
    return np.asarray((np.abs(lonlats) <= (180, 90)).all(axis=1))


def _runs(lonlats: Floats) -> list[Floats]:
    """Return the points that lie on the globe, without repetitions, cut where others stood between them."""
    import numpy as np

    # Files of the Pacific count on across the antimeridian.
    turned = lonlats.copy()
    is_beyond = (np.abs(turned[:, 0]) > 180) & (np.abs(turned[:, 0]) <= 360)
    turned[is_beyond, 0] -= np.copysign(360, turned[is_beyond, 0])
    cuts = np.flatnonzero(~_on_globe(turned))
    runs = (run[_on_globe(run)] for run in np.split(turned, cuts))
    distinct = (run[np.append(True, (run[1:] != run[:-1]).any(axis=1))] for run in runs if len(run) > 1)
    return [run for run in distinct if len(run) > 1]


def _flat(geometry: Any) -> Iterator[Any]:  # noqa: ANN401  # any geometry of shapely
    for part in getattr(geometry, "geoms", (geometry,)):
        if part is geometry:
            yield part
        else:
            yield from _flat(part)
