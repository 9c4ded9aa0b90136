"""FlatGeobuf as GDAL and GeoPandas read it, and back again."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from geo.atlas import Atlas
from geo.errors import InputError, PlacelinesWarning, ResourceError
from geo.writers import carried, flatgeobuf
from geo.writers.folder import publish
from geo.writers.formats import format_named, read_atlas, write
from geo.writers.json_text import loads
from tests.gis_story import everything, seen_by_gdal, seen_by_qgis
from tests.world import ARTICLE

GEOMETRIES = {"places": "Point", "lines": "Multi Line String", "areas": "Multi Polygon", "mentions": "Point"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fgb")
    publish(out, flatgeobuf.folder(everything()))
    write(everything(), out / "story.fgb")
    return out


def test_the_folder_holds_the_files_that_the_format_names(files: Path) -> None:
    assert {path.name for path in files.iterdir()} == {*flatgeobuf.NAMES, "story.fgb"}


@pytest.mark.parametrize(("name", "count"), [("places", 5), ("lines", 4), ("areas", 1), ("mentions", 14)])
def test_gdal_reads_each_layer(files: Path, ogrinfo: str, name: str, count: int) -> None:
    text = seen_by_gdal(ogrinfo, files / f"{name}.fgb")
    for line in (f"Layer name: {name}", f"Geometry: {GEOMETRIES[name]}", f"Feature Count: {count}", 'ID["EPSG",4326]'):
        assert line in text
    for field in ("place_id: String", "confidence: Real", "source_date: Date", "asserted: Integer(Boolean)"):
        assert field in text


def test_gdal_reads_the_one_layer_of_everything(files: Path, ogrinfo: str) -> None:
    text = seen_by_gdal(ogrinfo, files / "story.fgb")
    for line in ("Layer name: entries", "Geometry: Unknown (any)", "Feature Count: 10"):
        assert line in text


def test_qgis_opens_each_file(qgis: str, files: Path, tmp_path: Path) -> None:
    paths = [Path(shutil.copy(path, tmp_path)) for path in sorted(files.iterdir())]
    layers = seen_by_qgis(qgis, *paths)
    counts = {name: (layer["is_valid"], layer["count"], layer["crs"]) for name, layer in layers.items()}
    expected = {**dict(zip(GEOMETRIES, (5, 4, 1, 14), strict=True)), "entries": 10}
    assert counts == {name: (True, count, "EPSG:4326") for name, count in expected.items()}
    for name, geometry in GEOMETRIES.items():
        assert layers[name]["geometry"] == geometry.replace(" ", "")
    for layer in layers.values():
        assert {"place_id", "confidence", "source_date"} <= set(layer["fields"])


def test_geopandas_reads_values_and_geometries(files: Path) -> None:
    import geopandas

    lines = geopandas.read_file(files / "lines.fgb").set_index("place_id")
    assert lines.loc["x:ferry"].geometry.wkt == ("MULTILINESTRING ((179 -17, 180 -16.5), (-180 -16.5, -179 -16))")
    assert (lines.loc["x:ferry"]["source_date"].isoformat()[:10], lines.loc["x:ferry"]["asserted"]) == (
        "2020-03-05",
        True,
    )
    assert lines.crs.to_epsg() == 4326
    mentions = geopandas.read_file(files / "mentions.fgb", bbox=(178, -19, 179, -18))
    assert mentions["text"].tolist() == ["Suva"]


def test_what_no_text_of_gdal_can_hold_is_replaced(files: Path) -> None:
    import geopandas

    titles = set(geopandas.read_file(files / "mentions.fgb")["source_title"])
    assert any(title.startswith("nul \ufffd, half \ufffd, إدلب") and title.endswith("é" * 300) for title in titles)


def test_every_file_says_where_it_comes_from(files: Path) -> None:
    import pyogrio

    for name in flatgeobuf.NAMES:
        metadata = pyogrio.read_info(files / name)["layer_metadata"]
        told = loads(metadata["placelines"])
        assert isinstance(told, dict)
        assert told["attributions"][0] in metadata["DESCRIPTION"]
        assert {"generator", "schema_version", "runs", "texts"} <= told.keys()
        assert len(told["texts"]) == len(everything().documents)


@pytest.mark.parametrize("name", flatgeobuf.NAMES)
def test_nothing_found_is_an_empty_layer(name: str, ogrinfo: str, tmp_path: Path) -> None:
    publish(tmp_path, flatgeobuf.folder(Atlas([ARTICLE])))
    text = seen_by_gdal(ogrinfo, tmp_path / name)
    assert f"Layer name: {name.removesuffix('.fgb')}" in text
    assert "Feature Count: 0" in text


def test_an_atlas_too_large_for_the_header_lies_beside_the_file(tmp_path: Path) -> None:
    with (
        patch.object(carried, "_MOST_CHARACTERS", 2_000),
        pytest.warns(
            PlacelinesWarning, match=r"story\.fgb: it has no room for the whole atlas, which is in story\.json"
        ),
    ):
        written = write(everything(), tmp_path / "story.fgb")
    assert [path.name for path in written] == ["story.fgb", "story.json"]
    assert read_atlas(tmp_path / "story.json") == everything()
    with pytest.raises(InputError, match="holds one layer, not the whole atlas"):
        read_atlas(tmp_path / "story.fgb")


@pytest.mark.parametrize("start", [b"", b"fgb\x03fgb\x01"], ids=["plain", "begun as a FlatGeobuf"])
def test_a_file_that_says_where_to_read_is_not_followed(start: bytes, tmp_path: Path) -> None:
    write(everything(), tmp_path / "secret.fgb")
    source = f"<SrcDataSource>{tmp_path}/secret.fgb</SrcDataSource><SrcLayer>entries</SrcLayer>"
    lure = f'<OGRVRTDataSource><OGRVRTLayer name="x">{source}</OGRVRTLayer></OGRVRTDataSource>'
    (tmp_path / "story.fgb").write_bytes(start + lure.encode())
    with pytest.raises(InputError, match=r"story\.fgb: it is no FlatGeobuf, or damaged; give a file"):
        read_atlas(tmp_path / "story.fgb")


def test_gdal_is_given_no_path(tmp_path: Path) -> None:
    (path,) = write(everything(), tmp_path / "story.fgb")
    path = path.rename(tmp_path / "a!b;c\nd.fgb")
    assert read_atlas(path) == everything()


def test_a_header_too_large_for_the_list_of_texts_goes_without(tmp_path: Path) -> None:
    with patch.object(carried, "_MOST_CHARACTERS", 900):
        told = loads(carried.about(everything()))
    assert isinstance(told, dict)
    assert told["texts"] == []
    assert told["runs"]


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ("{", "its metadata is no JSON"),
        ("[1]", "it holds no atlas"),
        ('{"packed": "?"}', r"it is damaged \("),
        ('{"packed": "AAAA"}', r"it is damaged \("),
        ('{"packed": "H4sIAAAAAAAAAw=="}', r"it is damaged \(the atlas in it is cut off\)"),
        (None, "it holds no atlas"),
    ],
)
def test_damaged_metadata_is_told_in_one_line(metadata: str | None, message: str) -> None:
    with pytest.raises(InputError, match=f"^story.fgb: {message}"):
        carried.atlas_in(metadata, "story.fgb")


def test_an_atlas_that_would_fill_the_memory_is_not_unpacked() -> None:
    text, _ = carried.whole_about(everything(), "story.fgb")
    with patch.object(carried, "_MOST_BYTES", 1_000), pytest.raises(InputError, match="is cut off"):
        carried.atlas_in(text, "story.fgb")


@pytest.mark.parametrize("keep", [0, 5, 100, 3_000])
def test_a_damaged_file_is_told_in_one_line(keep: int, files: Path, tmp_path: Path) -> None:
    path = tmp_path / "story.fgb"
    path.write_bytes((files / "story.fgb").read_bytes()[:keep])
    with pytest.raises(InputError, match=r"^story\.fgb: it is no FlatGeobuf"):
        read_atlas(path)


def test_a_missing_library_is_told_with_the_command_that_installs_it(tmp_path: Path) -> None:
    assert format_named("fgb").modules == ("pyarrow", "pyogrio")
    with (
        patch("geo.writers.formats.find_spec", lambda name: None if name == "pyogrio" else object()),
        pytest.raises(ResourceError, match=r"FlatGeobuf needs more: run \"python -m pip install 'placelines\[gis\]'\""),
    ):
        write(Atlas(), tmp_path / "story.fgb")
    assert list(tmp_path.iterdir()) == []
