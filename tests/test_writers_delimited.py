"""CSV as Python, GDAL and spreadsheets read it, and the metadata beside it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import shapely

from geo.atlas import Atlas
from geo.errors import OptionError
from geo.writers import Format, delimited
from geo.writers.folder import publish
from geo.writers.formats import format_of, read_atlas, write
from geo.writers.layers import Layers
from tests.gis_story import FORMULA, HOSTILE, everything, seen_by_gdal, seen_by_qgis
from tests.world import ARTICLE

BOTH = (delimited.FORMAT, delimited.EXCEL)
LAYERS = ("places", "lines", "areas", "mentions", "unlocated")
GDAL = ("-oo", "GEOM_POSSIBLE_NAMES=wkt", "-oo", "KEEP_GEOM_COLUMNS=NO")


def named(form: Format) -> str:
    return form.name


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("csv")
    for form in BOTH:
        publish(out, form.folder(everything()))
        write(everything(), out / f"story{form.suffix}")
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


@pytest.mark.parametrize("form", BOTH, ids=named)
def test_the_folder_holds_the_files_that_the_format_names(form: Format, tmp_path: Path) -> None:
    publish(tmp_path, form.folder(everything()))
    assert {path.name for path in tmp_path.iterdir()} == set(form.names)


@pytest.mark.parametrize("form", BOTH, ids=named)
@pytest.mark.parametrize("name", [*LAYERS, "story"])
def test_values_come_back_as_they_are_in_the_layer(form: Format, name: str, files: Path) -> None:
    layer = getattr(Layers(everything()), "entries" if name == "story" else name)
    found = rows(files / f"{name}{form.suffix}")
    names = [field.name for field in layer.fields]
    assert list(found[0]) == names + (["lon", "lat", "wkt"] if layer.geometry else [])
    for own, row in zip(found, layer.rows(), strict=True):
        assert [own[name] for name in names] == [str(delimited.cell(value)) for value in row.values]
        if layer.geometry:
            assert shapely.equals(shapely.from_wkt(own["wkt"]), shapely.geometry.shape({**row.geometry}))


def test_sorts_of_values_are_written_as_the_metadata_says(files: Path) -> None:
    suva = next(row for row in rows(files / "places.csv") if row["name"] == "Suva")
    told = (suva["source_date"], suva["asserted"], suva["confidence"], suva["mentions"], suva["admin1"])
    assert told == ("2020-03-05", "true", "0.9", "1", "")
    assert (suva["lon"], suva["lat"], suva["wkt"]) == ("178.42", "-18.14", "POINT (178.42 -18.14)")


def test_lines_and_areas_have_a_point_on_or_in_them(files: Path) -> None:
    for name in ("lines", "areas"):
        for row in rows(files / f"{name}.csv"):
            point = shapely.Point(float(row["lon"]), float(row["lat"]))
            assert shapely.from_wkt(row["wkt"]).distance(point) < 1e-3


def test_what_is_nowhere_has_no_place(files: Path) -> None:
    found = rows(files / "unlocated.csv")
    assert [row["text"] for row in found] == ["Xyzzyville", "Xyzzyville"]
    assert {"lon", "lat", "wkt"}.isdisjoint(found[0])


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "\nx",
        " =1",
        "\u200b=1",
        "\ufeff=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20a",
        "\ufe661",
    ],
)
def test_what_a_spreadsheet_would_run_has_an_apostrophe_before_it(text: str) -> None:
    assert delimited.cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", [-1.5, 0, "Idlib", "1=1", "a+b", "169389", "0.1.0", "2020-03-05", "–", "", "'x", "إدلب"]
)
def test_nothing_else_has(value: object) -> None:
    assert delimited.cell(value) == value


def test_hostile_texts_stay_in_their_cells(files: Path) -> None:
    (ferry,) = (row for row in rows(files / "lines.csv") if row["place_id"] == "x:ferry")
    assert ferry["name"] == ferry["source_title"] == f"'{FORMULA}"
    assert ferry["source"] == HOSTILE.replace("\0", "\ufffd").replace("\ud800", "\ufffd")


def test_every_line_ends_as_the_rfc_says(files: Path) -> None:
    content = (files / "unlocated.csv").read_bytes()
    within_cells = sum(value.count("\r\n") for row in rows(files / "unlocated.csv") for value in row.values())
    assert content.count(b"\r\n") == 1 + 2 + within_cells
    assert within_cells > 0
    assert content.endswith(b"\r\n")


@pytest.mark.parametrize("form", BOTH, ids=named)
def test_the_format_is_told_by_the_name(form: Format) -> None:
    assert format_of(Path(f"Story{form.suffix.upper()}")) is form


@pytest.mark.parametrize("form", BOTH, ids=named)
@pytest.mark.parametrize(
    ("name", "geometry", "count"),
    [("places", "Point", 5), ("lines", "Line String", 4), ("areas", "Multi Polygon", 1), ("mentions", "Point", 14)],
)
def test_gdal_reads_each_layer(form: Format, name: str, geometry: str, count: int, files: Path, ogrinfo: str) -> None:
    text = seen_by_gdal(ogrinfo, files / f"{name}{form.suffix}", ("-so", "-al", *GDAL, "-oo", "AUTODETECT_TYPE=YES"))
    assert f"Feature Count: {count}" in text
    assert "confidence: Real" in text
    assert "wkt: " not in text
    extent = getattr(Layers(everything()), name).extent
    if name == "mentions":
        assert f"Extent: ({extent.west:.6f}, {extent.south:.6f})" in text


def test_qgis_finds_the_points(qgis: str, tmp_path: Path) -> None:
    publish(tmp_path, delimited.FORMAT.folder(everything()))
    layers = seen_by_qgis(qgis, *(tmp_path / f"{name}.csv" for name in ("places", "mentions")))
    assert {name: (layer["is_valid"], layer["count"], layer["geometry"]) for name, layer in layers.items()} == {
        "places": (True, 5, "Point"),
        "mentions": (True, 14, "Point"),
    }


@pytest.mark.parametrize("form", BOTH, ids=named)
@pytest.mark.parametrize("name", [*LAYERS, "story"])
def test_the_metadata_describes_every_column(form: Format, name: str, files: Path) -> None:
    path = files / f"{name}{form.suffix}"
    told = json.loads(path.with_name(f"{path.name}-metadata.json").read_bytes())
    assert told["@context"][0] == "http://www.w3.org/ns/csvw"
    assert told["url"] == path.name
    columns = told["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == list(rows(path)[0])
    assert {column["datatype"] for column in columns} <= {"string", "integer", "number", "boolean", "date"}
    assert all(column["dc:description"] and column["null"] == "" for column in columns)
    assert told["dc:creator"] == ["placelines 0.1.0"]
    assert told["dc:source"] == ["GeoNames 2026-01-02", f"highways of placelines {'7c' * 32}"]
    assert "Place data © GeoNames (geonames.org), CC BY 4.0" in told["dc:rights"]
    assert len(told["notes"][0]["texts"]) == len(everything().documents)


def test_the_name_of_the_file_is_a_url_in_its_metadata(tmp_path: Path) -> None:
    _, described = write(Atlas(), tmp_path / "إدلب #1.csv")
    assert described.name == "إدلب #1.csv-metadata.json"
    assert json.loads(described.read_bytes())["url"] == "%D8%A5%D8%AF%D9%84%D8%A8%20%231.csv"


@pytest.mark.parametrize("form", BOTH, ids=named)
def test_nothing_found_is_a_line_of_names(form: Format, tmp_path: Path) -> None:
    publish(tmp_path, form.folder(Atlas([ARTICLE])))
    for name in LAYERS:
        assert rows(tmp_path / f"{name}{form.suffix}") == []
        assert (tmp_path / f"{name}{form.suffix}").read_bytes().count(b"\r\n") == 1


def test_no_atlas_is_read_back(files: Path) -> None:
    with pytest.raises(OptionError, match=r"^story\.csv: CSV does not hold the whole atlas"):
        read_atlas(files / "story.csv")
