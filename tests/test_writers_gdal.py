"""The files as GDAL reads them: layers, geometry types, counts, fields, extent."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from geo.atlas import Atlas
from geo.writers import Writer, geojson
from tests.world import ARTICLE, SmallGazetteer, atlas_of


def report(ogrinfo: str, write: Writer, atlas: Atlas, path: Path) -> str:
    path.write_text("".join(write(atlas, gazetteer=SmallGazetteer(), tool_version="0.1.0")), encoding="utf-8")
    run = subprocess.run([ogrinfo, "-ro", "-al", str(path)], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    return run.stdout


@pytest.mark.parametrize(
    ("write", "name", "geometry", "count"),
    [
        (geojson.places, "places", "Point", 4),
        (geojson.lines, "lines", "Line String", 1),
        (geojson.mentions, "mentions", "Point", 6),
    ],
)
def test_gdal_reads_each_file_as_one_layer(
    ogrinfo: str, write: Writer, name: str, geometry: str, count: int, tmp_path: Path
) -> None:
    text = report(ogrinfo, write, atlas_of(ARTICLE), tmp_path / "any.geojson")
    for line in (f"Layer name: {name}", f"Geometry: {geometry}", f"Feature Count: {count}", 'ID["EPSG",4326]'):
        assert line in text
    for field in ("place_id: String", "mentions: Integer", "confidence: Real", "first_char: Integer", "sha256: String"):
        assert field in text
    assert "JSON" not in text.replace("GeoJSON", "")


def test_gdal_reads_an_empty_collection(ogrinfo: str, tmp_path: Path) -> None:
    text = report(ogrinfo, geojson.places, Atlas([ARTICLE]), tmp_path / "places.geojson")
    assert "Layer name: places" in text
    assert "Feature Count: 0" in text
