"""What the page says of areas that a text tells of by a place."""

from __future__ import annotations

import json
from dataclasses import replace

from geo.atlas import Atlas
from geo.geodesy import distance_m
from geo.model import Document, Kind, Place, Vicinity, VicinitySort
from maps.story import story_order
from maps.theatre import find_theatre
from maps.vicinities import MAX_AREAS, tell
from tests.world import ALEPPO, IDLIB, mention

TEXT = "Shells fell 20 km north of Idlib, and south of Aleppo."
NEWS = Document("news", TEXT)
OFFSET = Vicinity(VicinitySort.OFFSET, 12, 26, "20 km north of", 10_700, 20_000.0, 0.0)
SECTOR = Vicinity(VicinitySort.SECTOR, 38, 46, "south of", 40_000, None, 180.0)


def rings(area: dict[str, object]) -> list[list[list[tuple[float, float]]]]:
    return json.loads(json.dumps(area["rings"]))  # type: ignore[no-any-return]


def told(atlas: Atlas) -> list[dict[str, object]]:
    numbers = {document.id: number for number, document in enumerate(atlas.documents)}
    return tell(atlas, story_order(atlas), find_theatre(atlas), numbers)


def test_areas_are_told_with_their_entry_words_and_sentence_largest_first() -> None:
    doubtful = mention(NEWS, "Aleppo", ALEPPO, confidence=0.2)
    atlas = Atlas(
        [NEWS],
        [replace(mention(NEWS, "Idlib", IDLIB), vicinity=OFFSET), replace(doubtful, vicinity=SECTOR)],
    )
    sector, offset = told(atlas)
    assert [(each["entry"], each["sort"], each["words"], each["sure"]) for each in (sector, offset)] == [
        (1, "sector", "south of Aleppo", False),
        (0, "offset", "20 km north of Idlib", True),
    ]
    assert (offset["excerpt"], offset["told"]) == (TEXT, [0])
    assert json.loads(json.dumps(told(atlas))) == told(atlas)


def test_outlines_are_short_and_in_the_copy_of_the_world_where_the_story_plays() -> None:
    samoa = Place("x:apia", "Apia", Kind.SETTLEMENT, -171.76, -13.83)
    tonga = Place("x:tonga", "Tonga", Kind.SETTLEMENT, -175.2, -21.1)
    fiji = Place("x:suva", "Suva", Kind.SETTLEMENT, 178.42, -18.14)
    document = Document("sea", "Suva Suva Suva Tonga within 90 km of Apia")
    words = Vicinity(VicinitySort.WITHIN, 17, 32, "within 90 km of", 90_000, 90_000.0)
    mentions = [mention(document, "Suva", fiji, after=at) for at in (0, 5, 10)]
    atlas = Atlas(
        [document],
        [*mentions, mention(document, "Tonga", tonga), replace(mention(document, "Apia", samoa), vicinity=words)],
    )
    theatre = find_theatre(atlas)
    (area,) = told(atlas)
    ring = rings(area)[0][0]
    assert theatre.beside(samoa.lonlat)[0] > 180
    assert all(180 < lon < 190 for _, lon in ring)
    assert 20 < len(ring) < 70
    assert all(abs(distance_m(samoa.lonlat, (lon - 360, lat)) - 90_000) < 500 for lat, lon in ring)


def test_of_very_many_areas_the_most_mentioned_are_told() -> None:
    document = Document("many", "Idlib " * (MAX_AREAS + 6))
    mentions = [
        replace(
            mention(document, "Idlib", IDLIB, after=6 * number),
            vicinity=replace(OFFSET, distance_m=1000.0 * (1 + number // 2 if number < 10 else number)),
        )
        for number in range(MAX_AREAS + 5)
    ]
    atlas = Atlas([document], mentions)
    assert len(atlas.areas) == MAX_AREAS
    more = Atlas([document], [*mentions, replace(mentions[-1], vicinity=replace(OFFSET, distance_m=9e5))])
    assert len(more.areas) == MAX_AREAS + 1
    assert len(told(more)) == MAX_AREAS


def test_an_atlas_without_areas_tells_none() -> None:
    assert told(Atlas([NEWS], [mention(NEWS, "Idlib", IDLIB)])) == []
