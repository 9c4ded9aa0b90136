from __future__ import annotations

from pathlib import Path

import pytest

from geo.gazetteers import NameKind
from geo.gazetteers.installed.geonames_rows import (
    LEFT_OUT,
    Context,
    country_of,
    kind_of,
    read_alternate,
    read_country,
    read_place,
    read_unit,
    unit_of,
)
from geo.gazetteers.installed.report import UnreadableRowError
from geo.model import Kind
from tests.geonames_dump import alternate_row, place_row


def test_every_feature_code_of_geonames_has_a_kind_but_roads(shared: Path) -> None:
    table = shared / "data" / "geonames_samples" / "featureCodes_en.txt"
    codes = [line.split("\t")[0].split(".") for line in table.read_text(encoding="utf-8").splitlines()]
    kinds: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for feature_class, *code in codes:
        if feature_class not in (LEFT_OUT, "null"):
            kinds[kind_of(feature_class, code[0])].add(code[0])
    assert kinds[Kind.ROAD] == set()
    assert kinds[Kind.COUNTRY] == {"PCL", "PCLD", "PCLF", "PCLI", "PCLIX", "PCLS"}
    assert kinds[Kind.REGION] == {"LTER", "PCLH", "RGN", "RGNE", "RGNH", "TERR", "ZN", "ZNB"}
    assert kinds[Kind.ADMIN1] == {"ADM1", "ADM1H"}
    assert kinds[Kind.CONTINENT] == {"CONT"}
    assert {"ADM2", "ADM2H", "ADM3", "ADM4", "ADM5", "ADMD"} <= kinds[Kind.ADMIN2]
    assert {"AIRP", "DAM", "MILB", "PRK", "PRSH", "LCTY"} <= kinds[Kind.FACILITY]
    assert all(code.startswith(("PPL", "STLMT")) for code in kinds[Kind.SETTLEMENT])
    assert {"STM", "MT", "FRST", "SMU", "CST", "OAS"} <= kinds[Kind.PHYSICAL]
    with pytest.raises(UnreadableRowError, match="there is no feature class 'X'"):
        kind_of("X", "Y")


def read(row: str, context: Context | None = None) -> tuple[object, str]:
    return read_place(row.encode(), context or Context())


@pytest.mark.parametrize("feature", ["R.RD", "R.RR", "."])
def test_roads_and_places_without_class_are_left_out(feature: str) -> None:
    assert read(place_row(1, "M4", feature=feature)) == (None, "2024-05-06")


def test_unknown_is_none() -> None:
    record, date = read_place(place_row(1, "Somewhere", admin1="00", country="", date="soon").encode(), Context())
    assert record is not None
    assert (record.admin1, record.admin2, record.population, record.country, date) == (None, None, None, None, "")


def test_a_unit_is_shown_and_filed_as_news_names_it() -> None:
    row = place_row(
        1, "Estado de México", alternates="State of Mexico,Edomex", feature="A.ADM1", country="MX", admin1="15"
    )
    record, _ = read_place(row.encode(), Context(shown={1: "México State"}))
    assert record is not None
    assert record.name == "México State"
    assert record.keys == {
        "mexico state": NameKind.PRIMARY,
        "estado de mexico": NameKind.ALTERNATE,
        "state of mexico": NameKind.ALTERNATE,
        "edomex": NameKind.ALTERNATE,
        "mexico": NameKind.ALTERNATE,
    }


def test_what_the_table_of_countries_lists_is_a_country_whatever_its_code() -> None:
    context = Context(shown={2461445: "Western Sahara"}, countries={2461445: "EH"})
    record, _ = read_place(place_row(2461445, "Sahara Occidental", feature="A.TERR", country="EH").encode(), context)
    assert record is not None
    assert (record.kind, record.name) == (Kind.COUNTRY, "Western Sahara")
    assert unit_of(record, context) == ("EH", (-1, 0, 2461445))
    assert unit_of(record, Context()) is None


def test_codes_belong_to_countries_and_units_of_today() -> None:
    rows = {
        "A.PCLI": "SY",
        "A.PCLS": "SY",
        "A.ADM1": "SY.12",
        "A.ADM2": "SY.12.7",
        "A.ADM1H": None,
        "A.ADM3": None,
        "A.PCLH": None,
        "P.PPL": None,
    }
    for feature, code in rows.items():
        record, _ = read_place(place_row(1, "Somewhere", feature=feature, admin2="7").encode(), Context())
        assert record is not None
        claim = unit_of(record, Context())
        assert (claim and claim[0]) == code, feature


def test_alternate_names_are_read_with_and_without_their_dates() -> None:
    row = alternate_row(169389, "Idleb", "fr", "1\t\t\t")
    assert read_alternate(row.encode()) == (169389, "idleb")
    assert read_alternate(row.rpartition("\t")[0].rpartition("\t")[0].encode()) == (169389, "idleb")
    assert read_alternate(alternate_row(169389, "OSAP", "iata").encode()) == (169389, None)
    with pytest.raises(UnreadableRowError, match="9 columns instead of 10"):
        read_alternate(row.rpartition("\t")[0].encode())
    with pytest.raises(UnreadableRowError, match="'x' is no GeoNames id"):
        read_alternate(row.replace("\t169389\t", "\tx\t").encode())


def test_the_small_tables_are_read() -> None:
    assert read_unit(b"SY.12\tIdlib Governorate\tIdlib Governorate\t169387") == (169387, "Idlib Governorate")
    cells = ["SY", "SYR", "760", "SY", "Syria", *[""] * 11, "163843", "", ""]
    assert read_country("\t".join(cells).encode()) == (163843, "Syria", "SY")
    with pytest.raises(UnreadableRowError, match="'Syria' is no country code"):
        read_country("\t".join(["Syria", *cells[1:]]).encode())


def test_the_country_of_a_row_is_told_without_reading_it() -> None:
    assert country_of(place_row(1, "Somewhere", country="SY").encode()) == b"SY"
    assert country_of(place_row(1, "Ocean", country="").encode()) == b""
    assert country_of(b"torn\trow") is None
