"""GeoJSON text sequences, as readers of RFC 8142 and of lines, and GDAL, read them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from geo.atlas import Atlas
from geo.errors import OptionError
from geo.writers import Format, geojson
from geo.writers.formats import read_atlas, write
from geo.writers.geojson_sequence import NEWLINE_DELIMITED, TEXT_SEQUENCE
from geo.writers.layers import Layers
from geo.writers.whole import provenance
from tests.gis_story import seen_by_gdal
from tests.world import ARTICLE, atlas_of

BOTH = pytest.mark.parametrize("form", [TEXT_SEQUENCE, NEWLINE_DELIMITED], ids=["RFC 8142", "lines"])


def bytes_of(form: Format, name: str, atlas: Atlas) -> bytes:
    content = form.folder(atlas)[name]
    assert not callable(content)
    return b"".join(content)


def told_of(atlas: Atlas) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(json.dumps(provenance(atlas)))


def features_of(layer: str, atlas: Atlas) -> list[Any]:
    collection = geojson.collection(getattr(Layers(atlas), layer))
    features: list[Any] = json.loads(b"".join(collection))["features"]
    return features


def test_texts_begin_with_rs_and_end_with_a_line_feed() -> None:
    written = bytes_of(TEXT_SEQUENCE, "mentions.geojsons", atlas_of(ARTICLE))
    assert written.startswith(b"\x1e{")
    assert written.endswith(b"}\n")
    texts = written.split(b"\x1e")[1:]
    assert all(text.endswith(b"}\n") and text.count(b"\n") == 1 for text in texts)
    assert len(texts) == len(features_of("mentions", atlas_of(ARTICLE)))


@pytest.mark.parametrize("layer", ["places", "lines", "mentions"])
def test_features_are_those_of_the_collection_and_the_first_carries_the_provenance(layer: str) -> None:
    atlas = atlas_of(ARTICLE)
    written = bytes_of(NEWLINE_DELIMITED, f"{layer}.geojsonl", atlas)
    first, *others = map(json.loads, written.decode().splitlines())
    assert first.pop("placelines") == told_of(atlas)
    assert [first, *others] == features_of(layer, atlas)


@BOTH
def test_empty_layers_are_an_empty_collection_with_the_provenance(form: Format) -> None:
    name = f"areas{form.suffix}"
    written = bytes_of(form, name, atlas_of(ARTICLE))
    assert written.endswith(b"}\n")
    assert written.count(b"\n") == 1
    collection = json.loads(written.removeprefix(b"\x1e"))
    assert (collection["type"], collection["features"]) == ("FeatureCollection", [])
    assert collection["placelines"] == told_of(atlas_of(ARTICLE))


@BOTH
def test_gdal_reads_every_feature(form: Format, ogrinfo: str, tmp_path: Path) -> None:
    path = tmp_path / f"mentions{form.suffix}"
    path.write_bytes(bytes_of(form, path.name, atlas_of(ARTICLE)))
    told = seen_by_gdal(ogrinfo, path, ["-al"])
    for line in ("`GeoJSONSeq'", "Layer name: mentions", "Geometry: Point", "Feature Count: 6", "confidence: Real"):
        assert line in told
    assert "generator" not in told


@BOTH
def test_gdal_reads_an_empty_one(form: Format, ogrinfo: str, tmp_path: Path) -> None:
    path = tmp_path / f"areas{form.suffix}"
    path.write_bytes(bytes_of(form, path.name, Atlas()))
    run = subprocess.run([ogrinfo, "-ro", "-al", str(path)], capture_output=True, text=True, check=True)
    assert "ERROR" not in run.stderr
    assert "OGRFeature" not in run.stdout


@BOTH
def test_one_file_has_places_lines_and_areas_but_not_the_whole_atlas(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"story{form.suffix}"
    assert write(atlas_of(ARTICLE), path) == (path,)
    texts = [json.loads(text.removeprefix(b"\x1e")) for text in path.read_bytes().splitlines()]
    assert [text["properties"]["layer"] for text in texts] == ["places"] * 4 + ["lines"]
    with pytest.raises(OptionError, match="does not hold the whole atlas; files that do end in"):
        read_atlas(path)
