"""A stored gazetteer of the places that these tests ask for."""

from __future__ import annotations

from pathlib import Path

from shapely import box

from geo.extent import Extent
from geo.gazetteers import NameKind
from geo.gazetteers.areas import Area, encode
from geo.gazetteers.image import write_image
from geo.gazetteers.records import Record
from geo.gazetteers.schema import OWN_NUMBERS
from geo.model import Kind


def _record(number: int, name: str, kind: Kind, lat: float, lon: float, *others: str, **more: object) -> Record:
    record = Record(number, name, kind, lon, lat, **more)  # type: ignore[arg-type]  # the fields of a record
    record.file_alternates(*others)
    return record


def records() -> list[Record]:
    """Return the places."""
    settlement, admin1 = Kind.SETTLEMENT, Kind.ADMIN1
    idlib = {"country": "SY", "admin1": "12"}
    found = [
        _record(163843, "Syria", Kind.COUNTRY, 35.0, 38.0, country="SY", population=16_906_283, code="SY"),
        _record(
            169387, "Idlib Governorate", admin1, 35.767, 36.667, "Idlib", population=1_501_000, code="SY.12", **idlib
        ),
        _record(169389, "Idlib", settlement, 35.93062, 36.63393, "Idleb", "إدلب", population=128_840, **idlib),
        _record(169023, "Jisr ash Shughūr", settlement, 35.81458, 36.32119, population=39_311, **idlib),
        _record(164782, "Sarmīn", settlement, 35.90403, 36.72501, **idlib),
        _record(170062, "Aleppo Governorate", admin1, 36.25, 37.617, "حلب", country="SY", admin1="09", code="SY.09"),
        _record(
            170063, "Aleppo", settlement, 36.20124, 37.16117, "حلب", country="SY", admin1="09", population=2_098_210
        ),
        _record(6252001, "United States", Kind.COUNTRY, 39.76, -98.5, country="US", population=327_167_434, code="US"),
        _record(
            4829764, "Alabama", admin1, 32.75, -86.75, country="US", admin1="AL", code="US.AL", population=4_530_315
        ),
        _record(4717560, "Paris", settlement, 33.66094, -95.55551, country="US", admin1="TX", population=24_782),
        _record(2988507, "Paris", settlement, 48.85341, 2.3488, "Παρίσι", country="FR", population=2_138_551),
        _record(2971316, "Us", settlement, 49.1, 1.97, country="FR", population=1_248),
        _record(3183374, "Ala", settlement, 45.756, 11.002, country="IT", population=5_331),
        _record(2425938, "Sahel", Kind.REGION, 15.0, 0.0),
        _record(6930713, "Sahel", admin1, 14.15, -0.5, country="BF", admin1="80", population=1_094_907, code="BF.80"),
        _record(
            OWN_NUMBERS,
            "Strait of Hormuz",
            Kind.PHYSICAL,
            26.57,
            56.25,
            id="placelines:strait-of-hormuz",
            extent=Extent(55.5, 25.5, 57.0, 27.2),
        ),
        _record(OWN_NUMBERS + 1, "[red]Evil[/red]\x1b[2J\u202e", settlement, 0.0, 0.0, "Evil Place"),
    ]
    by_name = {record.name: record for record in found}
    by_name["Jisr ash Shughūr"].file_under("jisr al shughur", NameKind.CURATED)
    by_name["Syria"].file_under("syrian", NameKind.DEMONYM)
    by_name["United States"].file_under("us", NameKind.ABBREVIATION)
    by_name["Alabama"].file_under("ala", NameKind.ABBREVIATION)
    return found


def write(path: Path) -> Path:
    """Write the gazetteer, with rough areas of Syria and the Idlib Governorate."""
    shapes = {"SY": Extent(35.7, 32.3, 42.4, 37.3), "SY.12": Extent(36.1, 35.4, 37.2, 36.3)}
    areas = [Area(code, extent, encode(box(*extent.bbox))).row for code, extent in shapes.items()]
    write_image(path, records(), name="GeoNames", version="small", areas=areas)
    return path
