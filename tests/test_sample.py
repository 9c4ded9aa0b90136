"""The sample article from end to end: the real command, the files read by GDAL, the page opened in Chromium."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Reader


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sample: Path, root: Path) -> Path:
    """Map the sample article and return the folder with what was written."""
    folder = tmp_path_factory.mktemp("made")
    command = [sys.executable, "-m", "maps", "map", str(sample), "-o", str(folder), "--quiet"]
    subprocess.run(command, cwd=root, check=True)
    return folder


def features(path: Path) -> list[dict[str, Any]]:
    collection: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return collection["features"]


def test_the_page_of_the_article_shows_its_places_and_its_highway(made: Path, reader: Reader) -> None:
    page = reader.open((made / "map.html").read_text(encoding="utf-8"))
    markers = page.locator("path.pl-marker[tabindex='0']").evaluate_all("found => found.map(e => e.ariaLabel)")
    assert {label.split(",")[0] for label in markers} == {"Idlib", "Aleppo", "Latakia"}
    assert page.locator(".float.is-line.is-shown").all_text_contents() == ["M4"]
    assert page.locator("path.pl-line").is_visible()
    assert "Mediterranean Sea" in page.locator(".float.is-sea.is-shown").all_text_contents()
    excerpts = {f["properties"]["name"]: f["properties"]["excerpt"] for f in features(made / "places.geojson")}
    page.locator("#places button", has_text="Latakia").first.click()
    assert page.locator(".leaflet-popup blockquote").first.inner_text() == excerpts["Latakia"]


def test_the_page_is_small_enough_to_mail(made: Path) -> None:
    assert (made / "map.html").stat().st_size < 1_200_000


@pytest.mark.parametrize(("name", "count"), [("places", 10), ("lines", 2), ("mentions", 32)])
def test_gdal_reads_the_files_of_the_article(ogrinfo: str, made: Path, name: str, count: int) -> None:
    run = subprocess.run([ogrinfo, "-so", "-al", str(made / f"{name}.geojson")], capture_output=True, text=True)
    assert run.stderr == ""
    assert f"Feature Count: {count}" in run.stdout


def test_every_excerpt_is_a_slice_of_the_article_at_its_offsets(made: Path, sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    for feature in features(made / "mentions.geojson"):
        properties = feature["properties"]
        assert text[properties["start"] : properties["end"]] == properties["text"]
        assert text[properties["sentence_start"] : properties["sentence_end"]] == properties["excerpt"]
