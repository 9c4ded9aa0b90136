"""Shapefiles as GDAL and GeoPandas read them, and what is told of what they cannot hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from geo.atlas import Atlas
from geo.errors import OptionError, PlacelinesWarning, ResourceError
from geo.writers import shapefile
from geo.writers.folder import publish
from geo.writers.formats import format_named, read_atlas, write
from geo.writers.layers import Layers
from geo.writers.shapefile import short_names, short_text
from tests.gis_story import everything, seen_by_gdal, seen_by_qgis
from tests.world import ARTICLE

SHORTENED = "ignore:Shapefiles have names of 10 characters:geo.errors.PlacelinesWarning"
pytestmark = pytest.mark.filterwarnings(SHORTENED)

LAYERS = Layers(Atlas()).all


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("shp")
    publish(out, shapefile.folder(everything()))
    return out


@pytest.fixture(scope="module")
def told(files: Path) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads((files / shapefile.MAP).read_bytes())


def test_the_folder_holds_the_files_that_the_format_names(files: Path) -> None:
    assert {path.name for path in files.iterdir()} == set(shapefile.FORMAT.names)
    assert {"places.shp", "places.shx", "places.dbf", "places.prj", "places.cpg", "unlocated.dbf"} <= set(
        shapefile.FORMAT.names
    )


@pytest.mark.parametrize(
    ("name", "geometry", "count"),
    [("places", "Point", 5), ("lines", "Line String", 4), ("areas", "Polygon", 1), ("mentions", "Point", 14)],
)
def test_gdal_reads_each_layer(name: str, geometry: str, count: int, files: Path, ogrinfo: str) -> None:
    text = seen_by_gdal(ogrinfo, files / f"{name}.shp")
    for line in (f"Layer name: {name}", f"Geometry: {geometry}", f"Feature Count: {count}", 'ID["EPSG",4326]'):
        assert line in text
    for field in (
        "place_id: String",
        "geo_prec: Integer",
        "confidence: Real",
        "src_date: Date",
        "DBF_DATE_LAST_UPDATE=2000-01-01",
    ):
        assert field in text


def test_gdal_reads_what_is_nowhere_as_a_table(files: Path, ogrinfo: str) -> None:
    text = seen_by_gdal(ogrinfo, files / "unlocated.dbf")
    for line in ("Layer name: unlocated", "Geometry: None", "Feature Count: 2", "sent_start: Integer"):
        assert line in text


def test_qgis_opens_each_layer(qgis: str, tmp_path: Path) -> None:
    publish(tmp_path, shapefile.folder(everything()))
    files = ("places.shp", "lines.shp", "areas.shp", "mentions.shp", "unlocated.dbf")
    layers = seen_by_qgis(qgis, *(tmp_path / file for file in files))
    assert {name: (layer["is_valid"], layer["count"], layer["geometry"]) for name, layer in layers.items()} == {
        "places": (True, 5, "Point"),
        "lines": (True, 4, "MultiLineString"),
        "areas": (True, 1, "MultiPolygon"),
        "mentions": (True, 14, "Point"),
        "unlocated": (True, 2, "NoGeometry"),
    }
    for layer in layers.values():
        assert {"sha256", "src_title", "tool_vers"} <= set(layer["fields"])


def test_texts_are_utf_8_and_cut_between_characters(files: Path) -> None:
    import geopandas

    assert (files / "mentions.cpg").read_text() == "UTF-8"
    sources = geopandas.read_file(files / "lines.shp").set_index("place_id")["source"]
    cut = sources["x:ferry"]
    assert cut.startswith("nul \ufffd, half \ufffd, إدلب")
    assert cut.endswith("éé")
    assert 253 <= len(cut.encode()) <= 254


def test_values_are_of_the_sort_of_their_field(files: Path) -> None:
    import geopandas

    places = geopandas.read_file(files / "places.shp").set_index("place_id")
    suva, idlib = places.loc["x:suva"], places.loc["geonames:169389"]
    assert (suva["src_date"].date().isoformat(), suva["asserted"], suva["mentions"]) == ("2020-03-05", True, 1)
    assert (suva["confidence"], suva["sha256"]) == (0.9, everything().document("afar").sha256)
    assert (suva.geometry.x, suva.geometry.y) == (178.42, -18.14)
    assert idlib[["claimed_by", "src_date"]].isna().all()


def test_a_line_and_an_area_over_longitude_180_are_of_two_parts(files: Path) -> None:
    import geopandas

    lines = geopandas.read_file(files / "lines.shp").set_index("place_id")
    assert lines.loc["x:ferry"].geometry.wkt == "MULTILINESTRING ((179 -17, 180 -16.5), (-180 -16.5, -179 -16))"
    (area,) = geopandas.read_file(files / "areas.shp").geometry
    assert (area.geom_type, len(area.geoms), area.is_valid) == ("MultiPolygon", 2, True)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_every_field_has_a_name_of_its_own_that_fits(layer: Any) -> None:  # noqa: ANN401 (a layer)
    short = short_names(field.name for field in layer.fields)
    assert len(set(short.values())) == len(layer.fields)
    assert all(len(name) <= 10 and name.isascii() for name in short.values())
    # By hand, so that a person can read them: none was merely cut or numbered.
    assert not [name for name in short.values() if name[-2:-1] == "_" and name[-1].isdigit()]


def test_names_that_would_be_the_same_are_numbered() -> None:
    names = [f"some_long_name_{number}" for number in range(12)]
    short = short_names(names)
    assert list(short.values())[:3] == ["some_long_", "some_lon_2", "some_lon_3"]
    assert short["some_long_name_11"] == "some_lo_12"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("a" * 255, "a" * 254),
        ("aé" * 100, "aé" * 84 + "a"),
        ("🗺" * 70, "🗺" * 63),
        ("\0" * 100, "\ufffd" * 84),
        ("", ""),
    ],
)
def test_a_text_is_cut_to_254_bytes(text: str, cut: str) -> None:
    assert short_text(text) == cut


def test_the_map_tells_which_field_became_which_and_what_was_cut(files: Path, told: Any) -> None:  # noqa: ANN401
    import pyogrio

    assert [layer["layer"] for layer in told["layers"]] == ["places", "lines", "areas", "mentions", "unlocated"]
    for layer in told["layers"]:
        own = [field["shapefile_field"] for field in layer["fields"]]
        assert own == pyogrio.read_info(files / layer["file"])["fields"].tolist()
    fields = {field["field"]: field for field in told["layers"][1]["fields"]}
    assert fields["geometry_source"]["shapefile_field"] == "geom_src"
    assert (fields["source"]["texts_cut"], fields["place_id"]["texts_cut"]) == (1, 0)
    assert fields["road_ref"]["null"] == "it has none"
    assert told["runs"]
    assert told["attributions"] == list(everything().attributions)


def test_nothing_found_is_empty_layers(ogrinfo: str, tmp_path: Path) -> None:
    publish(tmp_path, shapefile.folder(Atlas([ARTICLE])))
    assert {path.name for path in tmp_path.iterdir()} == set(shapefile.FORMAT.names)
    for name in ("places.shp", "lines.shp", "areas.shp", "mentions.shp", "unlocated.dbf"):
        assert "Feature Count: 0" in seen_by_gdal(ogrinfo, tmp_path / name)


def test_one_name_makes_a_set_of_files_a_layer(tmp_path: Path) -> None:
    written = write(everything(), tmp_path / "a story.shp")
    names = {f"a story_{name}" for name in shapefile.FORMAT.names}
    assert {path.name for path in written} == names == {path.name for path in tmp_path.iterdir()}
    told = json.loads((tmp_path / "a story_shapefile-fields.json").read_bytes())
    assert told["layers"][0]["file"] == "a story_places.shp"


@pytest.mark.filterwarnings("default")
def test_a_warning_tells_where_the_map_is(tmp_path: Path) -> None:
    message = "names of 10 characters and texts of 254 bytes; story_shapefile-fields.json tells which were shortened"
    with pytest.warns(PlacelinesWarning, match=message) as caught:
        write(everything(), tmp_path / "story.shp")
    assert len(caught) == 1


def test_no_atlas_is_read_back(files: Path) -> None:
    with pytest.raises(OptionError, match=r"^places\.shp: Shapefile does not hold the whole atlas"):
        read_atlas(files / "places.shp")


def test_a_missing_library_is_told_with_the_command_that_installs_it(tmp_path: Path) -> None:
    assert format_named("shp").modules == ("pyarrow", "pyogrio")
    with (
        patch("geo.writers.formats.find_spec", lambda name: None if name == "pyarrow" else object()),
        pytest.raises(ResourceError, match=r"Shapefile needs more: run \"python -m pip install 'placelines\[gis\]'\""),
    ):
        write(Atlas(), tmp_path / "story.shp")
    assert list(tmp_path.iterdir()) == []
