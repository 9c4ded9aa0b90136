"""Build the embedded basemap: ``python -m maps.basemap_build``, part of ``make data``.

Reads the npm package world-atlas and the packages of `maps.basemap_layers`; the areas of the embedded gazetteer; and
hand-kept tables: ``seeds/basemap_units.csv`` (what each unit of the source is called on the map; units with the same
code and name are one country), the rows of ``seeds/physical.csv`` that have a label rank, and
``seeds/basemap_waters.csv`` (boxes in which these are named). Writes the archive and its manifest into ``maps/data/``.
The same sources and libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from geo.errors import PlacelinesError, ResourceError
from geo.extent import Extent
from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import IMAGE_NAME, open_embedded
from geo.model import Kind
from geo.packages import Package, fetch

from .basemap import ARCHIVE, MANIFEST, PARTS, ROWS, SCALE, Labels, block_text, row_name
from .basemap_labels import country_labels, sea_labels
from .basemap_layers import LAKES, LINES, Layers, lay, read_layers
from .basemap_tiles import cut, delta_text, within_world
from .basemap_topology import Country, Topology, draw, outlines, simplify
from .basemap_topology import Path as Points

if TYPE_CHECKING:
    from shapely import MultiPolygon

WORLD_ATLAS = Package(
    registry="npm",
    name="world-atlas",
    version="2.0.2",
    file_name="world-atlas-2.0.2.tgz",
    sha256="032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
    licence="ISC (package), public domain (Natural Earth)",
)
"""Of the package file as ``npm pack`` gives it."""
PACKAGES = (WORLD_ATLAS, LAKES, LINES)
"""Everything that is downloaded."""

TOLERANCES = {"10m": 0.0009, "50m": 0.015}
"""How far lines are simplified, in degrees of latitude: 100 m, less than a pixel up to zoom 10, and 1.7 km, less than a
pixel up to zoom 6."""
STEPS = {"10m": 1, "50m": 10}
"""What coordinates are rounded to, in thousandths of degrees."""
OVERLAPS = {"10m": 10, "50m": 20}
"""How far tiles reach over each other, in thousandths of degrees."""
INSET_TOLERANCE, INSET_STEP, INSET_LEAST_SIZE = 0.2, 50, 900
"""Of the inset: simplification in degrees, rounding and least width and height of an island or lake in thousandths of
degrees. The inset shows about two degrees a pixel."""

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything the basemap is made from."""

    topologies: Mapping[str, Topology]
    """The files of world-atlas by detail, "10m" and "50m"."""
    units: Iterable[Mapping[str, str]]
    """Rows of ``basemap_units.csv``."""
    places: Iterable[Mapping[str, str]]
    """Rows of ``physical.csv``."""
    waters: Iterable[Mapping[str, str]]
    """Rows of ``basemap_waters.csv``."""
    layers: Layers
    """Lakes, rivers and borders of first-level units."""


def build(sources: Sources) -> bytes:
    """Make the archive of the basemap.

    Raises
    ------
    KeyError
        If the atlas has a unit that the table of units lacks.
    ValueError
        If a row of the tables of waters makes no sense.
    """
    units = list(sources.units)
    countries = {row["unit"]: Country(row["code"], row["name"]) for row in units}
    sheets = {
        detail: draw(sources.topologies[detail], countries, tolerance=tolerance, step=STEPS[detail])
        for detail, tolerance in TOLERANCES.items()
    }
    for detail, sheet in sheets.items():
        lay(sheet, sources.layers, detail, tolerance=TOLERANCES[detail], step=STEPS[detail])
    land = dict(sheets["50m"].land) | sheets["10m"].land  # the Vatican has no area left in the 10m file
    wanted = {countries[row["unit"]] for row in units if row["label"]} & land.keys()
    names: Labels = {
        "countries": country_labels(land, wanted, sheets["50m"].lake),
        "seas": sea_labels(sources.places, sources.waters),
    }
    members = {"labels.json": _json(names), "inset.json": _inset(sources.topologies["50m"], sheets["50m"].lake)}
    for detail, sheet in sheets.items():
        rows: dict[str, list[str]] = {row_name(detail, row): [] for row in range(ROWS)}
        for (column, row), texts in cut(sheet, overlap=OVERLAPS[detail]).items():
            fields = [str(column), *(texts[part] for part in PARTS)]
            rows[row_name(detail, row)].append("\t".join(fields))
        members |= {name: "\n".join(lines) for name, lines in rows.items()}
    return _zipped(members)


def manifest(archive: bytes) -> str:
    """Return the manifest of an archive: its checksum, and the sources with versions and licences."""
    record = {
        "file": ARCHIVE,
        "sha256": hashlib.sha256(archive).hexdigest(),
        "sources": [
            WORLD_ATLAS.as_json()
            | {
                "content": "Natural Earth 4.1, countries-10m.json and countries-50m.json",
                "attribution": "Made with Natural Earth.",
            },
            LAKES.as_json() | {"content": "Natural Earth, lakes 1:10m and 1:50m"},
            LINES.as_json()
            | {"content": "Natural Earth, rivers 1:10m and 1:50m (3.0.0), borders of provinces 1:10m (4.1.0)"},
            {"name": f"geo/data/{IMAGE_NAME}", "licence": "CC BY 4.0", "content": "which borders of units are drawn"},
            {"name": "seeds/basemap_units.csv", "licence": "MIT"},
            {"name": "seeds/basemap_waters.csv", "licence": "MIT"},
            {"name": "seeds/physical.csv", "licence": "MIT"},
        ],
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build ``maps/data`` and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m maps.basemap_build", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--downloads", type=Path, metavar="DIR", help="where the package is, or is downloaded to")
    options = parser.parse_args(arguments)
    try:
        files = fetch(PACKAGES, options.downloads)
        units = first_level_units(open_embedded())
    except PlacelinesError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    archive = build(
        Sources(
            topologies={detail: _topology(files[WORLD_ATLAS], detail) for detail in TOLERANCES},
            units=_table("basemap_units.csv"),
            places=_table("physical.csv"),
            waters=_table("basemap_waters.csv"),
            layers=read_layers(files, units),
        )
    )
    folder = _ROOT / "maps" / "data"
    folder.mkdir(exist_ok=True)
    for name, content in ((ARCHIVE, archive), (MANIFEST, manifest(archive).encode())):
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)
    return 0


def _topology(package: Path, detail: str) -> Topology:
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/countries-{detail}.json")
        if member is None:
            raise ResourceError(f"{package.name} holds no countries-{detail}.json")
        return cast("Topology", json.load(member))


def _table(name: str) -> list[dict[str, str]]:
    with (_ROOT / "seeds" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_level_units(gazetteer: Gazetteer) -> dict[str, MultiPolygon]:
    """Return the areas of a gazetteer's first-level units by code; ResourceError as for `Gazetteer.lookup`."""
    places = gazetteer.largest_in(Extent(-180.0, -90.0, 180.0, 90.0), sys.maxsize, kinds=frozenset({Kind.ADMIN1}))
    codes = {f"{place.country_code}.{place.admin1_code}" for place in places}
    areas = {code: gazetteer.shape(code) for code in sorted(codes)}
    return {code: area for code, area in areas.items() if area is not None}


def _inset(topology: Topology, lakes: Iterable[Points]) -> str:
    """Return the block of the inset: all land as one shape and the largest lakes, coarse, without small islands."""
    land = _coarse(outlines(topology, "land", tolerance=INSET_TOLERANCE, step=INSET_STEP))
    shores = ([(lon / SCALE, lat / SCALE) for lon, lat in [*lake, lake[0]]] for lake in lakes)
    water = _coarse(simplify(shore, INSET_TOLERANCE, INSET_STEP)[:-1] for shore in shores)
    lists = dict.fromkeys(PARTS, "") | {"land": f'{{"c":"","n":"","r":[{land}]}}', "lake": water}
    return block_text(lists)


def _coarse(rings: Iterable[Points]) -> str:
    """Write the rings that are large enough to be seen on the inset."""
    flat = (part for ring in rings for part in within_world(ring))
    large = (
        ring
        for ring in flat
        if ring and min(max(axis) - min(axis) for axis in zip(*ring, strict=True)) >= INSET_LEAST_SIZE
    )
    return ",".join(map(delta_text, large))


def _json(record: object) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _zipped(members: Mapping[str, str]) -> bytes:
    """Pack texts into an archive without a clock or a machine in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name)
            info.create_system = 3  # "Unix", whatever this machine is
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, members[name], compresslevel=9)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
