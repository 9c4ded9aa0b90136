"""What a corpus says of places as files for GIS tools."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from geo.corpora.corpus import Corpus
from geo.corpora.layers import CORPUS_LAYERS, CorpusLayers, contents
from geo.model import Candidate, Vicinity, VicinitySort
from geo.writers.folder import publish
from tests.staged_world import ANKARA, HOMS, IDLIB, M4, SECTION, mention, stage, story

ABOUT = {"tool_version": "9", "attributions": ["GeoNames"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of a small corpus."""
    near = story("d", ("Homs", HOMS), text="north of Homs")
    area = Vicinity(VicinitySort.WITHIN, 0, 8, "north of", 9_000.0)
    document = near.documents[0]
    rivals = [Candidate(HOMS, 0.8), Candidate(ANKARA, 0.2)]
    there = mention(document, 9, 13, HOMS, vicinity=area, rivals=rivals)
    atlases = [
        story("a", ("Idlib", IDLIB), source="Post", day=3, title="First", url="https://a.test/", text="Idlib one."),
        story("b", ("Idlib", IDLIB), source="Times", day=1, confidence=0.4, is_asserted=False, text="Idlib two."),
        story("c", ("M4", SECTION)),
        type(near)([document], [there], units=near.units),
    ]
    where = tmp_path_factory.mktemp("corpus")
    with Corpus(stage(where, atlases)) as corpus:
        publish(where / "out", contents(CorpusLayers(corpus), ABOUT))
        publish(where / "again", contents(CorpusLayers(corpus), ABOUT))
    return where


def features(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "out" / f"{name}.geojson").read_text())["features"]
    return found


def test_a_place_tells_what_all_documents_say_of_it(folder: Path) -> None:
    idlib, homs = features(folder, "places")

    assert idlib["geometry"] == {"type": "Point", "coordinates": [36.6, 35.9]}
    assert idlib["properties"] == {
        "place_id": "t:idlib",
        "name": "Idlib",
        "kind": "settlement",
        "country_code": "SY",
        "country": "Syria",
        "admin1": "Idlib Governorate",
        "claimed_by": None,
        "geo_precision": 1,
        "gazetteer": "GeoNames",
        "gazetteer_id": "idlib",
        "name_as_written": "Idlib",
        "role": "literal",
        "mentions": 2,
        "documents": 2,
        "sources": 2,
        "first_date": "2024-01-01",
        "last_date": "2024-01-03",
        "asserted": True,
        "asserted_mentions": 1,
        "confidence": 0.9,
        "excerpt": "Idlib one.",
        "excerpts": "Idlib one. | Idlib two.",
        "rivals": None,
        "article_id": "a",
        "source": "Post",
        "source_title": "First",
        "source_date": "2024-01-03",
        "source_url": "https://a.test/",
    }
    assert homs["properties"]["rivals"] == "Ankara, TR (t:ankara) 0.2"


def test_a_section_lies_above_its_whole_line(folder: Path) -> None:
    whole, section = features(folder, "lines")

    assert (whole["id"], whole["properties"]["part"], whole["properties"]["mentions"]) == (M4.id, "whole", 1)
    assert (section["id"], section["properties"]["section_from"]) == (SECTION.id, "Idlib")
    assert section["geometry"]["type"] == "LineString"
    assert section["properties"]["approximate"] is False


def test_an_area_is_outlined(folder: Path) -> None:
    (area,) = features(folder, "areas")

    assert area["id"] == "t:homs/within-r9000m"
    assert area["properties"]["area_as_written"] == "north of Homs"
    assert area["geometry"]["type"] == "Polygon"
    assert area["properties"]["place_id"] == "t:homs"


def test_what_must_be_credited_is_told_with_what_courses_ask_for(folder: Path) -> None:
    told = json.loads((folder / "out" / "lines.geojson").read_text())["placelines"]

    assert told == {"tool_version": "9", "attributions": ["GeoNames", "© M4"]}


def test_the_same_corpus_gives_the_same_bytes(folder: Path) -> None:
    for path in sorted((folder / "out").iterdir()):
        assert path.read_bytes() == (folder / "again" / path.name).read_bytes()


def test_gdal_reads_the_geopackage_as_the_geojson(folder: Path) -> None:
    import pyogrio

    path = folder / "out" / "atlas.gpkg"
    named = {str(name) for name, sort in pyogrio.list_layers(path) if sort is not None}
    assert named == set(CORPUS_LAYERS)
    for name, groups in CORPUS_LAYERS.items():
        info = pyogrio.read_info(path, layer=name)
        assert list(info["fields"]) == [field.name for group in groups for field in group]
        assert info["features"] == len(features(folder, name))
        assert info["crs"] == "EPSG:4326"


def test_the_geopackage_brings_styles_and_credits_and_no_atlas(folder: Path) -> None:
    connection = sqlite3.connect(folder / "out" / "atlas.gpkg")
    styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    texts = [text for (text,) in connection.execute("SELECT metadata FROM gpkg_metadata ORDER BY id")]
    connection.close()

    assert set(styles) == set(CORPUS_LAYERS)
    assert "maximum(&quot;mentions&quot;" in styles["places"]
    assert 'field="documents"' in styles["places"]
    assert "placelines_atlas" not in tables
    assert texts[0] == "Made by placelines from news text.\nGeoNames\n© M4"
    assert json.loads(texts[1])["tool_version"] == "9"


def test_an_empty_corpus_has_empty_layers(tmp_path: Path) -> None:
    with Corpus(stage(tmp_path, [])) as corpus:
        publish(tmp_path / "out", contents(CorpusLayers(corpus)))

    assert [features(tmp_path, name) for name in CORPUS_LAYERS] == [[], [], []]
