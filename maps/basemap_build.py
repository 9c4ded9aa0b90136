"""Build the embedded basemap: ``python -m maps.basemap_build``, part of ``make data``.

Reads the npm package world-atlas and hand-kept tables: ``seeds/basemap_units.csv`` (what each unit of the source is
called on the map; units with the same code and name are one country), the rows of ``seeds/physical.csv`` that have a
label rank, and ``seeds/basemap_waters.csv`` (boxes in which these are named); writes the archive and its manifest into
``maps/data/``. The same sources and libraries give the same bytes.
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
from typing import cast

from geo.errors import PlacelinesError, ResourceError
from geo.packages import Package, fetch

from .basemap import ARCHIVE, MANIFEST, PARTS, ROWS, SCALE, Labels, row_name
from .basemap_labels import country_labels, sea_labels
from .basemap_tiles import cut, delta_text, within_world
from .basemap_topology import Country, Topology, draw, outlines

WORLD_ATLAS = Package(
    registry="npm",
    name="world-atlas",
    version="2.0.2",
    file_name="world-atlas-2.0.2.tgz",
    sha256="032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
    licence="ISC (package), public domain (Natural Earth)",
)
"""Of the package file as ``npm pack`` gives it."""

TOLERANCES = {"10m": 0.0009, "50m": 0.015}
"""How far lines are simplified, in degrees of latitude: 100 m, less than a pixel up to zoom 10, and 1.7 km, less than a
pixel up to zoom 6."""
STEPS = {"10m": 1, "50m": 10}
"""What coordinates are rounded to, in thousandths of degrees."""
OVERLAPS = {"10m": 10, "50m": 20}
"""How far tiles reach over each other, in thousandths of degrees."""
INSET_TOLERANCE, INSET_STEP, INSET_LEAST_SIZE = 0.2, 50, 900
"""Of the inset: simplification in degrees, rounding and least width and height of an island in thousandths of degrees.
The inset shows about two degrees a pixel."""

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
    land = dict(sheets["50m"].land) | sheets["10m"].land  # the Vatican has no area left in the 10m file
    wanted = {countries[row["unit"]] for row in units if row["label"]} & land.keys()
    names: Labels = {"countries": country_labels(land, wanted), "seas": sea_labels(sources.places, sources.waters)}
    members = {"labels.json": _json(names), "inset.json": _inset(sources.topologies["50m"])}
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
        package = fetch([WORLD_ATLAS], options.downloads)[WORLD_ATLAS]
    except PlacelinesError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    archive = build(
        Sources(
            topologies={detail: _topology(package, detail) for detail in TOLERANCES},
            units=_table("basemap_units.csv"),
            places=_table("physical.csv"),
            waters=_table("basemap_waters.csv"),
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


def _inset(topology: Topology) -> str:
    """Return the block of the inset: all land as one shape, coarse, without small islands."""
    rings = []
    for ring in outlines(topology, "land", tolerance=INSET_TOLERANCE, step=INSET_STEP):
        for flat in within_world(ring):
            if min(max(axis) - min(axis) for axis in zip(*flat, strict=True)) >= INSET_LEAST_SIZE:
                rings.append(delta_text(flat))
    land = f'{{"c":"","n":"","r":[{",".join(rings)}]}}'
    return f'{{"v":1,"scale":{SCALE},"land":[{land}],"coast":[],"border":[],"disputed":[]}}'


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
