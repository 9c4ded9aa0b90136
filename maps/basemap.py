"""The embedded vector basemap: land, coasts and borders of the world, small enough to travel inside a page.

The world is cut into tiles of `TILE_DEGREES` degrees at two details, "10m" for the theatre of a story and "50m" for the
rest (Natural Earth's scales of 1:10 and 1:50 million). A block is a set of tiles as gzipped JSON in base64::

    {"v":1, "scale":1000,
     "land":     [{"c":"SY", "n":"Syria", "r":[ring, ...]}, ...],
     "coast":    [line, ...],
     "border":   [line, ...],
     "disputed": [line, ...],
     "lake":     [ring, ...],
     "river":    [{"s":3, "l":[line, ...]}, ...],
     "province": [line, ...]}

- ``ring`` and ``line`` are lists of whole numbers, thousandths of degrees: the first longitude and latitude, then the
  step to each next point. A ring doesn't repeat its first point. Longitudes lie within +/-180, nothing runs over it.
- ``land`` has one object for each country *and tile*; its rings are one shape, to be filled by the even-odd rule (the
  non-zero rule gives the same). Tiles reach over each other by a hair: put two objects into one path only with the
  non-zero rule, and never stroke a ring, its edges along the tile are no coast.
- ``c`` is the ISO 3166-1 alpha-2 code, "XK" for Kosovo, "" for territories that have none.
- Lakes are filled above the land, with the non-zero rule: rings the other way round are islands. Their shores are among
  the coasts.
- ``s`` is the rank of rivers, 0 for the largest to 10. They run on through lakes: draw lakes above them.
- ``province`` are the borders of first-level units, in the detail only.
- Lines end at the edges of tiles, where the next tile's lines go on.

The tiles lie ready as text in one archive that `maps.basemap_build` makes: handing out a block means joining text.
Borders are drawn as they are held; `maps.basemap_topology` says where that is disputed.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from geo.errors import ResourceError
from geo.extent import Extent, great_circle_km

from .packing import pack

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SCALE = 1000
"""Whole numbers in a block are degrees times this."""
TILE_DEGREES = 5
"""Side of a tile."""
COLUMNS, ROWS = 360 // TILE_DEGREES, 180 // TILE_DEGREES
PARTS = ("land", "coast", "border", "disputed", "lake", "river", "province")
"""The lists of a block, in the order of a tile's fields in the archive."""
ARCHIVE, MANIFEST = "basemap.zip", "manifest.json"
"""Names of the built files in the package's data folder."""
Tile: TypeAlias = tuple[int, int]
"""(column, row), counted from longitude -180 and latitude -90."""

DATA: Traversable = files("maps") / "data"
"""The folder of the built files."""
_DETAIL_TEXT = 400_000
"""Most characters of detail. Over 120 random theatres that was at most 193 kB of base64, and both blocks 656 kB:
with it the page of an article stays below 1.2 MB."""
_LEAST_MARGIN, _MOST_MARGIN = 4.0, 10.0
"""How far the detail reaches beyond the theatre, in degrees: the theatre's own size, between these. The window is wider
than the theatre, and readers pan."""
_MEND = "install placelines again, or in a checkout run `make data`"


class CountryLabel(TypedDict):
    """Where to write a country's name."""

    n: str
    """Short English name."""
    c: str
    """ISO 3166-1 alpha-2 code, "" for none."""
    p: tuple[float, float]
    """Longitude and latitude: the middle of the widest part of its largest piece of land."""
    s: int
    """Rank by area, 1 (largest) to 6."""


class SeaLabel(TypedDict):
    """Where to write the name of a water."""

    n: str
    """English name."""
    p: tuple[float, float]
    """Longitude and latitude, in the water."""
    s: int
    """Rank, 1 (an ocean) to 6."""
    k: str
    """"ocean", "sea", "gulf", "strait" or "lake"."""
    b: tuple[float, float, float, float] | None
    """West, south, east, north of a box in which any water belongs to it, unless a smaller box holds it too; None for a
    water whose shape no box fits."""


class Labels(TypedDict):
    """Names to write on the basemap."""

    countries: list[CountryLabel]
    """By rank, then name."""
    seas: list[SeaLabel]
    """By rank, then name."""


def blocks(theatre: Extent, *, places: Iterable[tuple[float, float]] = ()) -> dict[str, str]:
    """Return the basemap of a page: fine around the theatre, plain elsewhere.

    Parameters
    ----------
    theatre
        What the map fits to.
    places
        (longitude, latitude) of the story's places. Where the theatre is too large to be fine all over, the tiles that
        hold them come first, then those nearest to the theatre's centre.

    Returns
    -------
    dict
        Two blocks (see the module) in base64, "detail" and "world", which cover the globe without gap or doubling.

    Raises
    ------
    ResourceError
        If the built data is missing or damaged.

    Examples
    --------
    >>> sorted(blocks(Extent(35.5, 34.5, 38.5, 37.0)))
    ['detail', 'world']
    """
    with open_archive() as archive:
        fine = _Sheet(archive, "10m")
        detail = _affordable(fine, _by_urgency(theatre, places))
        plain = _Sheet(archive, "50m")
        taken = set(detail)
        rest = [(column, row) for row in range(ROWS) for column in range(COLUMNS) if (column, row) not in taken]
        return {"detail": _block(fine, detail), "world": _block(plain, rest)}


def labels() -> Labels:
    """Return the names of countries and waters with their label points.

    Raises
    ------
    ResourceError
        If the built data is missing or damaged.

    Examples
    --------
    >>> [label["c"] for label in labels()["countries"] if label["n"] == "Bosnia and Herzegovina"]
    ['BA']
    """
    with open_archive() as archive:
        names: Labels = json.loads(archive.read("labels.json"))
    return names


def inset() -> str:
    """Return a block (see the module) of the world for a map the size of a stamp: land as a whole, large lakes.

    Raises
    ------
    ResourceError
        If the built data is missing or damaged.
    """
    with open_archive() as archive:
        return pack(archive.read("inset.json"))


class _Sheet:
    """The tiles of one detail; a row of the archive is read when it is first needed."""

    def __init__(self, archive: zipfile.ZipFile, detail: str) -> None:
        self._archive = archive
        self._detail = detail
        self._rows: dict[int, dict[int, tuple[str, ...]]] = {}

    def tile(self, tile: Tile) -> tuple[str, ...]:
        """Return the texts of a tile in the order of `PARTS`, empty ones for open sea."""
        column, row = tile
        if row not in self._rows:
            lines = self._archive.read(row_name(self._detail, row)).decode().splitlines()
            fields = (line.split("\t") for line in lines)
            self._rows[row] = {int(number): tuple(texts) for number, *texts in fields}
        return self._rows[row].get(column, ("",) * len(PARTS))


def row_name(detail: str, row: int) -> str:
    """Return the name in the archive of one row of tiles."""
    return f"{detail}/{row:02d}.tsv"


def detail_tiles(theatre: Extent, *, places: Iterable[tuple[float, float]] = ()) -> list[Tile]:
    """Return the tiles that `blocks` gives in the fine detail, sorted."""
    with open_archive() as archive:
        return _affordable(_Sheet(archive, "10m"), _by_urgency(theatre, places))


def _by_urgency(theatre: Extent, places: Iterable[tuple[float, float]]) -> list[Tile]:
    """List the tiles worth a fine detail: with places, in the theatre, in the margin around it; inner ones first."""
    margin = min(_MOST_MARGIN, max(_LEAST_MARGIN, theatre.width, theatre.height))
    near = set(_tiles(theatre.grown(margin)))
    inside = set(_tiles(theatre))
    told = {next(_tiles(Extent(lon, lat, lon, lat))) for lon, lat in places}
    centre = theatre.west + theatre.width / 2, (theatre.south + theatre.north) / 2

    def urgency(tile: Tile) -> tuple[bool, bool, float, Tile]:
        column, row = tile
        middle = (column + 0.5) * TILE_DEGREES - 180, (row + 0.5) * TILE_DEGREES - 90
        return tile not in told, tile not in inside, great_circle_km(centre, middle), tile

    return sorted(near | told, key=urgency)


def _tiles(extent: Extent) -> Iterator[Tile]:
    """Yield the tiles that a box touches."""
    west = (extent.west + 180) / TILE_DEGREES
    south, north = ((lat + 90) / TILE_DEGREES for lat in (extent.south, extent.north))
    columns = range(math.floor(west), math.floor(west + extent.width / TILE_DEGREES) + 1)
    last = ROWS - 1  # the pole itself lies on the edge of the last row
    for row in range(min(last, math.floor(south)), min(last, math.floor(north)) + 1):
        for column in columns[:COLUMNS]:
            yield column % COLUMNS, row


def _affordable(sheet: _Sheet, tiles: Iterable[Tile]) -> list[Tile]:
    """Take tiles in order for as long as the detail stays small enough; sorted."""
    taken: list[Tile] = []
    left = _DETAIL_TEXT
    for tile in tiles:
        left -= sum(map(len, sheet.tile(tile)))
        if left < 0:
            break
        taken.append(tile)
    return sorted(taken)


def _block(sheet: _Sheet, tiles: Collection[Tile]) -> str:
    """Join the texts of tiles into a block."""
    texts = zip(*map(sheet.tile, tiles), strict=True)
    return pack(
        block_text({part: ",".join(filter(None, text)) for part, text in zip(PARTS, texts, strict=True)}).encode()
    )


def block_text(lists: Mapping[str, str]) -> str:
    """Write a block from the items of its lists, as JSON text without brackets."""
    joined = ",".join(f'"{part}":[{items}]' for part, items in lists.items())
    return f'{{"v":1,"scale":{SCALE},{joined}}}'


def open_archive() -> zipfile.ZipFile:
    """Open the built archive after comparing it with its manifest."""
    try:
        content = (DATA / ARCHIVE).read_bytes()
        expected = json.loads((DATA / MANIFEST).read_bytes())["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResourceError(f"the embedded basemap is missing or damaged ({error}): {_MEND}") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise ResourceError(f"the embedded basemap {ARCHIVE} differs from its manifest: {_MEND}")
    return zipfile.ZipFile(io.BytesIO(content))
