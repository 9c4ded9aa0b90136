from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from geo.errors import OptionError, ResourceError
from geo.gazetteers import NameKind
from geo.gazetteers.installed.geonames import install
from geo.gazetteers.installed.library import InstalledGazetteer, Library
from geo.gazetteers.installed.report import MOST_LISTED
from geo.model import Kind
from tests.geonames_dump import alternate_row, place_row, write_rows

IDLIB = place_row(169389, "Idlib", alternates="إدلب,Idleb,IDL,https://en.wikipedia.org/wiki/Idlib", feature="P.PPLA")
GOVERNORATE = place_row(
    169387, "Muḩāfaz̧at Idlib", alternates="Idlib Governorate", feature="A.ADM1", population=1_501_000
)
SYRIA = place_row(163843, "Syrian Arab Republic", feature="A.PCLI", admin1="00", population=16_906_283)
BEIRUT = place_row(
    276781, "Beirut", country="LB", admin1="04", feature="P.PPLC", population=1_916_100, date="2025-01-02"
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    folder = tmp_path / "dumps"
    write_rows(folder / "SY.zip", [IDLIB, GOVERNORATE, SYRIA])
    write_rows(folder / "LB.txt", [BEIRUT])
    return folder


def installed(library: Library, name: str) -> InstalledGazetteer:
    return InstalledGazetteer(library.folder / f"{name}.sqlite")


def test_a_hamlet_that_the_world_lacks_is_found_after_the_real_dump_was_installed(
    shared: Path, library: Library
) -> None:
    report = install(library, shared / "data" / "geonames_samples", countries=["nl"])
    assert (report.name, report.places, report.rejected_count) == ("geonames-NL", 22579, 0)
    assert report.notes == ("left out: 273 roads, railways and places of no feature class",)
    gazetteer = installed(library, "geonames-NL")
    (oord,) = [named.place for named in gazetteer.lookup("den oord") if named.place.id == "geonames:2743463"]
    assert (oord.kind, oord.lat, oord.lon, oord.admin1_code, oord.admin2_code) == (
        Kind.SETTLEMENT,
        51.97083,
        5.27083,
        "09",
        "0352",
    )
    assert (gazetteer.name, gazetteer.version) == ("GeoNames dump", "2025-09-05 NL")
    country, province = gazetteer.unit("NL"), gazetteer.unit("NL", "09")
    assert country is not None
    assert province is not None
    assert (country.id, country.name, province.name) == ("geonames:2750405", "The Netherlands", "Utrecht")
    assert gazetteer.faults() == []


def test_every_row_of_a_real_dump_is_counted(shared: Path, library: Library) -> None:
    report = install(library, shared / "data" / "geonames_samples", countries=["AD"])
    with (shared / "data" / "geonames_samples" / "AD.txt").open(encoding="utf-8") as stream:
        rows = sum(1 for _ in stream)
    assert report.rejected == ()
    assert report.places + 121 == rows
    assert report.notes == ("left out: 121 roads, railways and places of no feature class",)


def test_countries_add_up_and_each_can_be_renewed_alone(library: Library, dumps: Path) -> None:
    install(library, dumps, countries=["SY"])
    install(library, dumps, countries=["LB", "SY"])
    assert [(one.name, one.countries, one.version, one.places) for one in library.installed()] == [
        ("geonames-LB", ("LB",), "2025-01-02 LB", 1),
        ("geonames-SY", ("SY",), "2024-05-06 SY", 3),
    ]


def test_the_world_takes_the_place_of_its_countries(library: Library, dumps: Path) -> None:
    install(library, dumps, countries=["LB"])
    write_rows(dumps / "allCountries.zip", [IDLIB, BEIRUT])
    assert install(library, dumps).name == "geonames"
    assert [(one.name, one.countries, one.version) for one in library.installed()] == [("geonames", (), "2025-01-02")]


def test_a_country_is_picked_out_of_the_dump_of_the_world(library: Library, tmp_path: Path) -> None:
    ocean = place_row(1, "Some Ocean", country="", feature="H.OCN")
    write_rows(tmp_path / "allCountries.txt", [IDLIB, BEIRUT, "torn\trow", ocean])
    report = install(library, tmp_path, countries=["LB"])
    assert report.places == 1
    assert [str(rejected) for rejected in report.rejected] == ["allCountries.txt, row 3: 2 columns instead of 19"]


def test_names_are_filed_as_the_embedded_gazetteer_files_them(library: Library, dumps: Path) -> None:
    install(library, dumps, countries=["SY"])
    gazetteer = installed(library, "geonames-SY")
    found = {key: [(n.place.id, n.name_kind) for n in gazetteer.lookup(key)] for key in ("idlib", "ادلب", "idl")}
    assert found["idlib"] == [("geonames:169387", NameKind.ALTERNATE), ("geonames:169389", NameKind.PRIMARY)]
    assert found["ادلب"] == [("geonames:169389", NameKind.ALTERNATE)]
    assert found["idl"] == []
    assert [n.place.id for n in gazetteer.spelled_like("eedlib", {"SY"})] == ["geonames:169387", "geonames:169389"]
    assert gazetteer.lookup("https en wikipedia org wiki idlib") == ()


def test_tables_of_units_and_countries_give_english_names(library: Library, dumps: Path) -> None:
    write_rows(dumps / "admin1CodesASCII.txt", ["SY.12\tIdlib Governorate\tIdlib Governorate\t169387"])
    syria = "SY\tSYR\t760\tSY\tSyria\tDamascus\t185180\t16906283\tAS\t.sy\tSYP\tPound\t963\t\t\tar-SY\t163843\tIQ\t"
    write_rows(dumps / "countryInfo.txt", ["#ISO\tISO3", syria])
    install(library, dumps, countries=["SY"])
    gazetteer = installed(library, "geonames-SY")
    country, unit = gazetteer.unit("SY"), gazetteer.unit("SY", "12")
    assert country is not None
    assert unit is not None
    assert (country.name, unit.name) == ("Syria", "Idlib Governorate")
    assert [n.place.id for n in gazetteer.lookup("syrian arab republic")] == ["geonames:163843"]
    with pytest.raises(OptionError, match="GeoNames knows no country LB"):
        install(library, dumps, countries=["LB"])


def test_of_two_units_with_one_code_the_larger_holds_it(library: Library, tmp_path: Path) -> None:
    units = [
        place_row(n, f"Unit {n}", feature="A.ADM2", admin2="7", population=p) for n, p in ((1, 5), (2, 90), (3, 5))
    ]
    former = place_row(4, "Unit 4", feature="A.ADM2H", admin2="7", population=900)
    write_rows(tmp_path / "SY.txt", [*units, former])
    install(library, tmp_path, countries=["SY"])
    unit = installed(library, "geonames-SY").unit("SY", "12", "7")
    assert unit is not None
    assert (unit.id, unit.kind) == ("geonames:2", Kind.ADMIN2)


@pytest.mark.parametrize("file", ["alternateNamesV2.zip", "alternatenames/SY.zip"])
def test_alternate_names_are_added_but_codes_and_links_are_not(library: Library, dumps: Path, file: str) -> None:
    kept = [("Edlib Shehri", "tr", "\t\t\t"), ("Idlibopolis", "", "\t\t\t1"), ("Idleb", "fr", "1\t\t\t")]
    dropped = [("OSID", "icao"), ("https://example.org/Idlib", "link"), ("Q192205", "wkdt"), ("Edoolib", "phon")]
    rows = [alternate_row(169389, name, language, flags) for name, language, flags in kept]
    rows += [alternate_row(169389, name, language) for name, language in dropped]
    write_rows(dumps / file, [*rows, alternate_row(99, "Elsewhere")])
    install(library, dumps, countries=["SY"])
    gazetteer = installed(library, "geonames-SY")
    keys = ("edlib shehri", "idlibopolis", "idleb", "osid", "q192205", "edoolib", "elsewhere")
    assert [len(gazetteer.lookup(key)) for key in keys] == [1, 1, 1, 0, 0, 0, 0]
    assert [n.name_kind for n in gazetteer.lookup("idlib")][-1] is NameKind.PRIMARY


BAD_ROWS = [
    (place_row(1, "A").rpartition("\t")[0], "18 columns instead of 19"),
    (place_row(1, "A") + "\tmore", "20 columns instead of 19"),
    (place_row("x1", "A"), "'x1' is no GeoNames id"),
    (place_row("١٢", "A"), "'١٢' is no GeoNames id"),
    (place_row(-5, "A"), "'-5' is no GeoNames id"),
    (place_row(999_999_999, "A"), "'999999999' is no GeoNames id"),
    (place_row(169389, "Again"), "the id 169389 came before"),
    (place_row(1, " "), "there is no name"),
    (place_row(1, "A\x00B"), "there is a control character in the name"),
    (place_row(1, "A", lat="95.1"), "latitude 95.1 is not between -90 and 90"),
    (place_row(1, "A", lon="-180.5"), "longitude -180.5 is not between -180 and 180"),
    (place_row(1, "A", lat="nan"), "latitude nan is not between -90 and 90"),
    (place_row(1, "A", lon="36,6"), "longitude '36,6' is not a number"),
    (place_row(1, "A", population="many"), "population 'many' is not a number"),
    (place_row(1, "A", country="SYR"), "'SYR' is no country code"),
    (place_row(1, "A", country="LB"), "country 'LB' in the dump of SY"),
    (place_row(1, "A", feature="Q.X"), "there is no feature class 'Q'"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS, ids=[reason for _, reason in BAD_ROWS])
def test_a_row_that_cannot_be_read_is_named_and_the_others_are_taken(
    library: Library, tmp_path: Path, row: str, reason: str
) -> None:
    write_rows(tmp_path / "SY.txt", [IDLIB, row, GOVERNORATE])
    report = install(library, tmp_path, countries=["SY"])
    assert [str(rejected) for rejected in report.rejected] == [f"SY.txt, row 2: {reason}"]
    assert (report.places, report.rejected_count) == (2, 1)


def test_rows_in_another_encoding_are_named(library: Library, tmp_path: Path) -> None:
    rows = [IDLIB.encode(), place_row(1, "Mønsted").encode("latin-1"), GOVERNORATE.encode(), b""]
    (tmp_path / "SY.txt").write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(rows))
    report = install(library, tmp_path, countries=["SY"])
    assert [str(rejected) for rejected in report.rejected] == ["SY.txt, row 2: byte 4 is not UTF-8"]
    assert report.places == 2


def test_a_row_without_end_is_cut_and_named(library: Library, tmp_path: Path) -> None:
    endless = b"x" * 3_000_000
    (tmp_path / "SY.txt").write_bytes(
        b"\n".join([IDLIB.encode(), endless, GOVERNORATE.encode(), b"torn", SYRIA.encode(), b""])
    )
    report = install(library, tmp_path, countries=["SY"])
    assert [str(rejected) for rejected in report.rejected] == [
        "SY.txt, row 2: 1 column instead of 19",
        "SY.txt, row 4: 1 column instead of 19",
    ]
    assert report.places == 3


def test_all_bad_rows_are_counted_and_the_first_thousand_listed(library: Library, tmp_path: Path) -> None:
    rows = [place_row(number, "A") for number in range(1, 1501)]
    write_rows(tmp_path / "SY.txt", [*rows, *["torn"] * 1200])
    report = install(library, tmp_path, countries=["SY"])
    assert (report.places, report.rejected_count, len(report.rejected)) == (1500, 1200, MOST_LISTED)


FOREIGN = {
    "empty": (b"", r"SY\.txt is no GeoNames dump: there is no row in it"),
    "blank": (b"\n\r\n\n", r"SY\.txt is no GeoNames dump: there is no row in it"),
    "csv": (
        b"name,lat\nIdlib,35.9\n",
        r"SY\.txt, row 1: 1 column instead of 19; 2 of 2 rows cannot be read, so this is no",
    ),
    "utf-16": (IDLIB.encode("utf-16") + b"\n", r"SY\.txt, row 1: byte 1 is not UTF-8; "),
    "cut": (
        f"{IDLIB}\n{IDLIB[:-3]}".encode(),
        r"SY\.txt is cut short or damaged \(row 2 has no end of line\): download",
    ),
    "half": (f"{IDLIB}\ntorn\nworn\n".encode(), r"SY\.txt, row 2: 1 column instead of 19; 2 of 3 rows cannot be read"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_foreign_file_is_refused_with_its_first_bad_row_and_changes_nothing(
    library: Library, dumps: Path, case: str
) -> None:
    install(library, dumps, countries=["SY"])
    before = sorted((path.name, path.read_bytes()) for path in library.folder.iterdir())
    body, message = FOREIGN[case]
    (dumps / "SY.zip").unlink()
    (dumps / "SY.txt").write_bytes(body)
    with pytest.raises(ResourceError, match=message):
        install(library, dumps, countries=["SY"])
    assert sorted((path.name, path.read_bytes()) for path in library.folder.iterdir()) == before


def test_a_damaged_archive_is_refused_and_changes_nothing(library: Library, dumps: Path) -> None:
    install(library, dumps, countries=["SY"])
    rows = [place_row(n, f"Village {n}", alternates=f"Dorf {n * 7919}") for n in range(1, 4000)]
    whole = write_rows(dumps / "SY.zip", rows).read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    for damaged in (whole[: len(whole) // 2], bytes(flipped), b"PK\x03\x04 nothing", b"<html>"):
        (dumps / "SY.zip").write_bytes(damaged)
        with pytest.raises(ResourceError, match=r"SY\.zip is cut short or damaged \(.+\): download it again"):
            install(library, dumps, countries=["SY"])
    assert [one.places for one in library.installed()] == [3]
    assert sorted(path.name for path in library.folder.glob("*.part*")) == []


def test_a_zip_of_something_else_and_a_torn_gz_are_refused(library: Library, dumps: Path, shared: Path) -> None:
    with zipfile.ZipFile(dumps / "SY.zip", "w") as archive:
        archive.writestr("holiday.txt", "sun")
    with pytest.raises(ResourceError, match=r"SY\.zip is not GeoNames': there is no SY\.txt in it"):
        install(library, dumps, countries=["SY"])
    packed = (shared / "data" / "geonames_samples" / "NL.txt.gz").read_bytes()
    (dumps / "NL.txt.gz").write_bytes(packed[:-100_000])
    with pytest.raises(ResourceError, match=r"NL\.txt\.gz is cut short or damaged"):
        install(library, dumps, countries=["NL"])


@pytest.mark.parametrize(
    ("countries", "message"),
    [
        (["SYR"], "'SYR' is no country code: give two letters, as in SY,LB"),
        (["../"], "is no country code"),
        (["FR"], r"has neither FR\.zip, FR\.txt nor allCountries\.zip"),
        ([], r"has no allCountries\.zip: it has those of LB, SY: name the countries"),
    ],
)
def test_a_dump_that_is_not_there_is_named(library: Library, dumps: Path, countries: list[str], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        install(library, dumps, countries=countries)
    with pytest.raises(OptionError, match="there is no folder"):
        install(library, dumps / "nowhere")


def test_progress_tells_the_bytes_of_each_file(library: Library, dumps: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    install(library, dumps, countries=["LB"], on_progress=lambda *what: told.append(what))
    size = (dumps / "LB.txt").stat().st_size
    assert told == [("LB.txt", size, size), ("sorting names", 0, None)]


def test_worker_processes_give_the_same_bytes_also_where_an_id_comes_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [place_row(n, f"Qaryat {n}", alternates=f"قرية {n},Village {n}", admin2=n % 50) for n in range(1, 12_000)]
    rows += [place_row(77, "Again"), "torn", place_row(12_000, "The Last", feature="A.ADM1", date="2025-11-11")]
    write_rows(tmp_path / "SY.txt", rows)
    alone = install(library, tmp_path, countries=["SY"])
    before = (library.folder / "geonames-SY.sqlite").read_bytes()
    monkeypatch.setattr("geo.gazetteers.installed.geonames._WORTH_WORKERS_BYTES", 0)
    assert install(library, tmp_path, countries=["SY"]) == alone
    assert (library.folder / "geonames-SY.sqlite").read_bytes() == before
    assert [rejected.row for rejected in alone.rejected] == [12_000, 12_001]
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert install(library, tmp_path, countries=["SY"]) == alone
    assert (library.folder / "geonames-SY.sqlite").read_bytes() == before


@pytest.mark.parametrize("signal_sent", [signal.SIGINT, signal.SIGKILL])
def test_a_broken_off_import_leaves_the_old_gazetteer_and_the_next_one_clears_up(
    library: Library, dumps: Path, root: Path, signal_sent: signal.Signals
) -> None:
    install(library, dumps, countries=["SY"])
    before = (library.folder / "geonames-SY.sqlite").read_bytes()
    write_rows(dumps / "SY.zip", (place_row(n, f"Village {n}") for n in range(1, 200_000)))
    code = (
        # A shell starts its background jobs with this signal ignored.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from pathlib import Path; from geo.gazetteers.installed import geonames, library; geonames.install("
        f"library.Library(Path({str(library.folder)!r})), Path({str(dumps)!r}), countries=['SY'])"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=root, stderr=subprocess.DEVNULL)
    part = library.folder / "geonames-SY.sqlite.part.spool"
    deadline = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 100_000):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(process.pid, signal_sent)
    assert process.wait(30) != 0
    assert (library.folder / "geonames-SY.sqlite").read_bytes() == before
    assert [one.places for one in library.installed()] == [3]
    assert library.verify("geonames-SY") == []
    install(library, dumps, countries=["LB"])
    assert sorted(path.name for path in library.folder.glob("*.part*")) == []
