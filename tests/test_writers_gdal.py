"""The files as GDAL reads them: layers, geometry types, counts, fields, extent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from geo.atlas import Atlas
from geo.errors import OutputError
from geo.writers.folder import publish
from geo.writers.formats import folder_contents, format_named, read_atlas, write
from geo.writers.gdal import write_layer
from geo.writers.layers import Layers, Row
from tests.gis_story import seen_by_gdal
from tests.world import ARTICLE, atlas_of


def report(ogrinfo: str, atlas: Atlas, folder: Path, layer: str) -> str:
    publish(folder, folder_contents(atlas, [format_named("geojson")]))
    return seen_by_gdal(ogrinfo, folder / f"{layer}.geojson")


@pytest.mark.parametrize(
    ("layer", "geometry", "count", "own"),
    [
        ("places", "Point", 4, ("mentions: Integer", "first_char: Integer")),
        ("lines", "Line String", 1, ("mentions: Integer", "length_km: Real")),
        ("mentions", "Point", 6, ("start: Integer", "sentence_end: Integer")),
    ],
)
def test_gdal_reads_each_file_as_one_layer(
    ogrinfo: str, layer: str, geometry: str, count: int, own: tuple[str, ...], tmp_path: Path
) -> None:
    text = report(ogrinfo, atlas_of(ARTICLE), tmp_path, layer)
    for line in (f"Layer name: {layer}", f"Geometry: {geometry}", f"Feature Count: {count}", 'ID["EPSG",4326]'):
        assert line in text
    for field in ("place_id: String", "confidence: Real", "sha256: String", *own):
        assert field in text
    assert "JSON" not in text.replace("GeoJSON", "")


def test_gdal_reads_an_empty_collection(ogrinfo: str, tmp_path: Path) -> None:
    text = report(ogrinfo, Atlas([ARTICLE]), tmp_path, "places")
    assert "Layer name: places" in text
    assert "Feature Count: 0" in text


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".shp"])
@pytest.mark.parametrize("name", ["10;30", "Urgent!", "back\\slash", "two\nlines", "latin\udce9"])
@pytest.mark.filterwarnings("ignore:Shapefiles have names")
def test_a_name_that_would_be_misread_is_refused(name: str, suffix: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"GDAL takes no name that has .*; choose another name$"):
        write(atlas_of(ARTICLE), tmp_path / f"{name}{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".shp"])
@pytest.mark.parametrize("name", ["10;30", "Urgent!", "back\\slash", "two\nlines", "latin\udce9"])
@pytest.mark.filterwarnings("ignore:Shapefiles have names")
def test_a_folder_may_have_any_name(name: str, suffix: str, tmp_path: Path) -> None:
    written = write(atlas_of(ARTICLE), tmp_path / name / f"story{suffix}")
    plain = write(atlas_of(ARTICLE), tmp_path / f"story{suffix}")
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in plain]


def test_a_path_that_looks_like_an_address_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("http:/localhost/story.fgb", "zip:story.gpkg", "10:30 #1 100%.fgb"):
        (path,) = write(atlas_of(ARTICLE), name)
        assert path.is_file()
        assert read_atlas(name) == atlas_of(ARTICLE)


@pytest.mark.parametrize("ended_by", [KeyboardInterrupt, SystemExit, MemoryError])
def test_what_ends_the_rows_ends_the_writing(ended_by: type[BaseException], tmp_path: Path) -> None:
    def rows() -> Iterator[Row]:
        yield from places.rows()
        raise ended_by

    places = Layers(atlas_of(ARTICLE)).all[0]
    with pytest.raises(ended_by):
        write_layer(replace(places, rows=rows), tmp_path / "story.fgb", driver="FlatGeobuf")
