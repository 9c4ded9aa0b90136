"""GeoJSON with colours: the keys of simplestyle-spec 1.1, and texts that no map takes for markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geo.atlas import Atlas
from geo.model import Mention, Resolution, Vicinity, VicinitySort
from geo.writers import palette, web
from geo.writers.whole import provenance
from tests.gis_story import seen_by_gdal
from tests.strategies import HOSTILE
from tests.world import ALEPPO, ARTICLE, IDLIB, M4, atlas_of, mention

POINT = {"marker-color", "marker-size", "marker-symbol"}
STROKE = {"stroke", "stroke-width", "stroke-opacity"}
FILL = {"fill", "fill-opacity"}
TOLD = {"title", "description", "name", "kind", "mentions", "confidence", "asserted", "excerpt", "why"}


def collection(atlas: Atlas) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(b"".join(web.collection(atlas)))


def told_of(atlas: Atlas) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(json.dumps(provenance(atlas)))


def properties(atlas: Atlas, name: str) -> Any:  # noqa: ANN401 (parsed JSON)
    features = collection(atlas)["features"]
    return next(each["properties"] for each in features if each["properties"]["name"] == name)


def with_area() -> Atlas:
    """Return the atlas of the article, as if it had told of an area near a town."""
    atlas = atlas_of(ARTICLE)
    first, *rest = atlas.mentions
    words = Vicinity(VicinitySort.RING, 0, 16, ARTICLE.text[:16], 5_000.0, 20_000.0)
    return Atlas([ARTICLE], [replace(first, vicinity=words), *rest])


def doubted(each: Mention) -> Mention:
    resolution: Resolution = replace(each.resolution, confidence=0.4, is_asserted=False)
    return replace(each, resolution=resolution)


def test_areas_come_before_lines_and_lines_before_places() -> None:
    kinds = [feature["geometry"]["type"] for feature in collection(with_area())["features"]]
    assert kinds == ["Polygon", "LineString", "Point", "Point", "Point", "Point"]


def test_features_have_the_keys_of_their_geometry_and_no_nulls_for_others() -> None:
    keys = {"Polygon": STROKE | FILL | TOLD, "LineString": STROKE | TOLD, "Point": POINT | TOLD}
    for feature in collection(with_area())["features"]:
        assert set(feature["properties"]) == keys[feature["geometry"]["type"]]
        assert None not in [feature["properties"][key] for key in POINT | STROKE | FILL if key in feature["properties"]]


def test_colours_and_numbers_are_as_simplestyle_wants_them() -> None:
    for feature in collection(with_area())["features"]:
        values = feature["properties"]
        colours = [values[key] for key in ("marker-color", "stroke", "fill") if key in values]
        assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)
        assert all(0 < values[key] <= 1 for key in ("stroke-opacity", "fill-opacity") if key in values)
        assert values.get("marker-size", "small") in {"small", "medium", "large"}


@pytest.mark.parametrize(("count", "size"), [(1, "small"), (2, "medium"), (4, "medium"), (5, "large"), (9, "large")])
def test_places_are_sized_by_their_mentions(count: int, size: str) -> None:
    article = replace(ARTICLE, text="Idlib. " * count)
    found = [mention(article, "Idlib", IDLIB, after=7 * number) for number in range(count)]
    assert properties(Atlas([article], found), "Idlib")["marker-size"] == size


def test_uncertain_ones_look_uncertain() -> None:
    sure = atlas_of(ARTICLE)
    unsure = Atlas([ARTICLE], map(doubted, sure.mentions))
    assert properties(sure, "Aleppo")["marker-color"] == palette.PLACE
    assert properties(unsure, "Aleppo")["marker-color"] == palette.UNCERTAIN
    assert properties(unsure, "Aleppo")["marker-symbol"] == "circle-stroked"
    assert properties(sure, M4.name)["stroke"] == palette.LINES["road"]
    assert properties(unsure, M4.name)["stroke"] == palette.UNCERTAIN


def test_descriptions_tell_the_sentence_and_how_sure_it_is() -> None:
    found = [doubted(mention(ARTICLE, "Aleppo", ALEPPO))]
    values = properties(Atlas([ARTICLE], found), "Aleppo")
    assert values["description"] == f"{found[0].excerpt.text} (1 mention, confidence 0.4, uncertain)"
    assert values["title"] == "Aleppo"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_holds_markup(text: str) -> None:
    place = replace(IDLIB, name=f"<img src=x onerror=alert(1)>{text}")
    article = replace(ARTICLE, text=f"Idlib <script>alert(1)</script> {text}")
    made = collection(Atlas([article], [mention(article, "Idlib", place)]))
    (feature,) = made["features"]
    values = feature["properties"]
    assert not any("<" in value or ">" in value for value in values.values() if isinstance(value, str))
    assert values["name"].startswith("\u2039img src=x onerror=alert(1)\u203a")


def test_the_collection_carries_its_extent_and_the_provenance() -> None:
    atlas = atlas_of(ARTICLE)
    made = collection(atlas)
    assert made["placelines"] == told_of(atlas)
    assert made["bbox"][0] <= M4.geometry.bounds[0]


def test_an_empty_atlas_gives_an_empty_collection() -> None:
    made = collection(Atlas())
    assert made["features"] == []
    assert "bbox" not in made


def test_gdal_reads_it(ogrinfo: str, tmp_path: Path) -> None:
    path = tmp_path / web.NAME
    path.write_bytes(b"".join(web.collection(atlas_of(ARTICLE))))
    told = seen_by_gdal(ogrinfo, path)
    assert "Feature Count: 5" in told
    assert "marker-color: String" in told
