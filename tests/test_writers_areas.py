"""Areas near places as GeoJSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from shapely.geometry import Polygon, shape

from geo.atlas import Atlas
from geo.model import Document, Kind, Place, Vicinity, VicinitySort
from geo.writers import geojson
from geo.writers.layers import Layers
from tests.world import ALEPPO, ARTICLE, IDLIB, atlas_of, mention

NEWS = Document("news", "Shells fell 20 km north of Idlib. Later, 20 km to the north of Idlib, it was quiet.", "News")
OFFSET = Vicinity(VicinitySort.OFFSET, 12, 26, "20 km north of", 10_700, 20_000.0, 0.0)
SAID_AGAIN = replace(OFFSET, start=41, end=62, text="20 km to the north of")


def atlas() -> Atlas:
    first = replace(mention(NEWS, "Idlib", IDLIB), vicinity=OFFSET)
    second = replace(mention(NEWS, "Idlib", IDLIB, after=40), vicinity=SAID_AGAIN)
    return Atlas([NEWS], [first, second])


def written(atlas: Atlas) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(b"".join(geojson.collection(Layers(atlas).areas)))


def test_an_area_is_a_polygon_with_what_is_known_of_it_and_of_its_place() -> None:
    (area,) = written(atlas())["features"]
    assert area["id"] == "geonames:169389/offset-20000m-0deg-r10700m"
    own = {
        "area": "offset",
        "area_as_written": "20 km north of Idlib",
        "distance_m": 20_000,
        "bearing_deg": 0.0,
        "radius_m": 10_700,
        "other_id": None,
        "other_name": None,
        "approximate": True,
    }
    assert {key: area["properties"][key] for key in own} == own
    properties = area["properties"]
    assert (properties["name"], properties["mentions"], properties["asserted"]) == ("Idlib", 2, True)
    assert properties["excerpts"].split(" | ")[0] == "Shells fell 20 km north of Idlib."
    outline = shape(area["geometry"])
    assert isinstance(outline, Polygon)
    assert (outline.is_valid, outline.exterior.is_ccw) == (True, True)
    assert outline.centroid.y > IDLIB.lat


def test_a_corridor_tells_of_both_places() -> None:
    text = "Fields between Aleppo and Idlib burned."
    document = Document("c", text)
    words = Vicinity(VicinitySort.CORRIDOR, 7, 31, "between Aleppo and Idlib", 6_000, other=IDLIB)
    (area,) = written(Atlas([document], [replace(mention(document, "Aleppo", ALEPPO), vicinity=words)]))["features"]
    own = area["properties"]
    assert (own["area_as_written"], own["other_id"], own["other_name"]) == (
        "between Aleppo and Idlib",
        "geonames:169389",
        "Idlib",
    )
    assert (own["distance_m"], own["bearing_deg"]) == (None, None)


def test_an_area_over_longitude_180_is_cut_there_and_its_box_stays_narrow() -> None:
    suva = Place("x:suva", "Suva", Kind.SETTLEMENT, 178.42, -18.14)
    document = Document("s", "A boat sank 200 km from Suva.")
    words = Vicinity(VicinitySort.RING, 12, 23, "200 km from", 10_000, 200_000.0)
    collection = written(Atlas([document], [replace(mention(document, "Suva", suva), vicinity=words)]))
    (area,) = collection["features"]
    west, _, east, _ = collection["bbox"]
    assert area["geometry"]["type"] == "MultiPolygon"
    assert shape(area["geometry"]).is_valid
    assert 176 < west < 177
    assert -180 < east < -179


def test_an_atlas_without_areas_is_an_empty_collection() -> None:
    assert written(atlas_of(ARTICLE)) == {"type": "FeatureCollection", "name": "areas", "features": []}


def test_merging_atlases_merges_their_areas() -> None:
    other = replace(NEWS, id="other")
    more = Atlas([other], [replace(mention(other, "Idlib", IDLIB), vicinity=OFFSET)])
    (area,) = atlas().merge(more).areas
    assert [each.document_id for each in area.entry.mentions] == ["news", "news", "other"]
    assert atlas().merge(more).areas == more.merge(atlas()).areas
