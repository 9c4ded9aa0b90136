"""Reads lines out of any vector file that GDAL knows: the user's own roads, Natural Earth, exports of a GIS.

Coordinates are brought to WGS 84. What is broken is mended where that is safe and left out where it is not; notes say
how much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import OptionError, ResourceError
from .segments import Segment
from .vector_columns import Columns

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from shapely.geometry import LineString, MultiLineString

    Floats: TypeAlias = npt.NDArray[np.float64]

INSTALL = "python -m pip install 'placelines[roads]'"
"""What brings the libraries that read files of roads."""

_BATCH = 20_000
_WGS84 = "EPSG:4326"
_LINE = "LineString"

CountryOf: TypeAlias = Callable[[tuple[float, float]], str | None]
"""Tells the ISO 3166-1 alpha-2 code of the country around (longitude, latitude), or None."""


@dataclass(frozen=True, slots=True)
class _Layer:
    name: str
    count: int
    crs: str | None
    columns: Columns
    is_only: bool


class VectorFile:
    """A vector file with lines in it.

    Parameters
    ----------
    path
        The file: GeoPackage, GeoJSON, Shapefile (also zipped), KML, FlatGeobuf, ... whatever GDAL reads.
    country_of
        Tells in which country a line lies, by its middle.

    Raises
    ------
    OptionError
        If the libraries that read it are not installed, there is no such file, it has no lines, or its lines have
        neither numbers nor names.
    ResourceError
        If it cannot be read.
    """

    def __init__(self, path: Path, *, country_of: CountryOf) -> None:
        self.path = path
        self._country_of = country_of
        self._counts: Counter[str] = Counter()
        if not path.exists():
            raise OptionError(f"there is no file {path}")
        with _Reading(path) as pyogrio:
            self._layers = self._with_lines(pyogrio)

    @property
    def count(self) -> int:
        """How many features there are to read."""
        return sum(layer.count for layer in self._layers)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the features read so far, a line each."""
        return tuple(f"{count:,} {what}" for what, count in sorted(self._counts.items()))

    def segments(self, on_progress: Callable[[str, int, int | None], None] | None = None) -> Iterator[Segment]:
        """Yield the lines that have a number or a name, in order of the file; ResourceError if it turns out damaged."""
        done = 0
        for layer in self._layers:
            for start in range(0, max(layer.count, 1), _BATCH):
                with _Reading(self.path) as pyogrio:
                    meta, _, shapes, fields = pyogrio.raw.read(
                        self.path, layer=layer.name, skip_features=start, max_features=_BATCH, force_2d=True
                    )
                names = [str(name) for name in meta["fields"]]
                yield from self._of_batch(layer, names, shapes, fields)
                done += len(shapes)
                if on_progress is not None:
                    on_progress(self.path.name, done, self.count)

    def _with_lines(self, pyogrio: Any) -> list[_Layer]:  # noqa: ANN401  # a module
        listed = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(self.path)]
        # A layer of unknown or mixed geometries may hold lines.
        fitting = [
            name for name, kind in listed if _LINE in kind or kind in {"Unknown", "Geometry", "GeometryCollection"}
        ]
        if not fitting:
            kinds = ", ".join(sorted({kind for _, kind in listed})) or "no layer"
            raise OptionError(f"{self.path.name} has no lines, only {kinds}: give a file of roads as lines")
        layers = []
        for name in fitting:
            info = pyogrio.read_info(self.path, layer=name, force_feature_count=True)
            columns = Columns([str(each) for each in info["fields"]], f"{self.path.stem} {name}")
            layers.append(_Layer(name, int(info["features"]), info["crs"], columns, is_only=len(fitting) == 1))
        return layers

    def _of_batch(
        self, layer: _Layer, names: Sequence[str], shapes: npt.NDArray[Any], fields: Sequence[npt.NDArray[Any]]
    ) -> Iterator[Segment]:
        import shapely

        # Bytes that are no geometry at all become None.
        geometries = shapely.from_wkb(shapes, on_invalid="ignore")
        to_wgs84 = _projection(layer.crs, self.path)
        for number, geometry in enumerate(geometries):
            meaning = layer.columns.read({name: field[number] for name, field in zip(names, fields, strict=True)})
            if meaning.kind is None or not (meaning.refs or meaning.names):
                self._counts["features without a number or name were left out"] += 1
                continue
            line = self._line(geometry, to_wgs84)
            if line is None:
                continue
            country = self._country_of(_middle(line))
            yield Segment(meaning.kind, meaning.refs, meaning.names, country, line, meaning.road_class)

    def _line(self, geometry: Any, to_wgs84: Callable[[Floats], Floats] | None) -> LineString | MultiLineString | None:  # noqa: ANN401
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
        moved = points if to_wgs84 is None else [to_wgs84(xy) for xy in points]
        kept = [_sound(lonlats) for lonlats in moved]
        sound = [shapely.LineString(lonlats) for lonlats in kept if len(lonlats) > 1]
        if not sound:
            self._counts["lines with fewer than two points on the globe were left out"] += 1
            return None
        if lost := sum(map(len, moved)) - sum(map(len, kept)):
            self._counts["broken or repeated points were taken out of lines"] += lost
        return sound[0] if len(sound) == 1 else shapely.MultiLineString(sound)


class _Reading:
    """Turns what GDAL complains of into errors of ours; entered, it gives pyogrio."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Any:  # noqa: ANN401  # a module
        try:
            import pyogrio
            import pyogrio.raw
        except ImportError as error:
            raise OptionError(f"reading {self._path.name} needs pyogrio: {INSTALL}") from error
        return pyogrio

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        import pyogrio.errors as errors

        told = (
            errors.DataSourceError,
            errors.DataLayerError,
            errors.FeatureError,
            errors.GeometryError,
            errors.FieldError,
        )
        if isinstance(error, (*told, UnicodeDecodeError)):
            raise ResourceError(
                f"{self._path.name} cannot be read as a vector file ({str(error).splitlines()[0]:.160}): "
                "give GeoPackage, GeoJSON, Shapefile or another format of GDAL"
            ) from error


def _projection(crs: str | None, path: Path) -> Callable[[Floats], Floats] | None:
    """Return what turns coordinates into longitude and latitude; None when they are that already."""
    if crs is None or crs == _WGS84:
        return None
    try:
        import pyproj
    except ImportError as error:
        raise OptionError(f"{path.name} is in {crs:.60}; reading that needs pyproj: {INSTALL}") from error
    import numpy as np

    try:
        transformer = pyproj.Transformer.from_crs(crs, _WGS84, always_xy=True)
    except pyproj.exceptions.CRSError as error:
        raise ResourceError(f"{path.name} is in a coordinate system that is not known: save it in EPSG:4326") from error
    return lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _flat(geometry: Any) -> Iterator[Any]:  # noqa: ANN401  # any geometry of shapely
    for part in getattr(geometry, "geoms", (geometry,)):
        if part is geometry:
            yield part
        else:
            yield from _flat(part)


def _sound(lonlats: Floats) -> Floats:
    """Return the points that lie on the globe, without repetitions."""
    import numpy as np

    on_globe = np.isfinite(lonlats).all(axis=1) & (np.abs(lonlats) <= (180, 90)).all(axis=1)
    kept = lonlats[on_globe]
    return kept[np.concatenate([[True], (np.diff(kept, axis=0) != 0).any(axis=1)])] if len(kept) else kept


def _middle(line: LineString | MultiLineString) -> tuple[float, float]:
    parts = getattr(line, "geoms", (line,))
    longest = max(parts, key=lambda part: part.length)
    middle = longest.interpolate(0.5, normalized=True)
    return middle.x, middle.y
