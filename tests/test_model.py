"""What the values of the model refuse and tell."""

from __future__ import annotations

import pickle

import pytest
from shapely import LineString

from geo.model import Candidate, Course, Document, Excerpt, Kind, Line, Mention, Place, Resolution, Toponym

HOMS = Place("geonames:169577", "Homs", Kind.SETTLEMENT, 36.72559, 34.72405, "PPLA", "SY")


def test_a_place_is_a_geojson_point_longitude_first() -> None:
    assert HOMS.__geo_interface__ == {"type": "Point", "coordinates": (36.72559, 34.72405)}
    assert HOMS.gazetteer_id == "169577"


def test_a_line_is_a_geojson_line_and_says_whether_it_is_approximate() -> None:
    line = Line("t:1", "M5", Kind.ROAD, LineString([(0, 1), (2, 3)]), Course.SCHEMATIC)
    assert line.__geo_interface__ == {"type": "LineString", "coordinates": ((0.0, 1.0), (2.0, 3.0))}
    assert line.is_approximate
    assert pickle.loads(pickle.dumps(line)) == line


@pytest.mark.parametrize(("lon", "lat"), [(181.0, 0.0), (0.0, 91.0), (float("nan"), 0.0), (0.0, float("inf"))])
def test_a_place_off_the_globe_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="not longitude, latitude on the globe"):
        Place("t:1", "x", Kind.SETTLEMENT, lon, lat)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (4, 4), (0, 9)])
def test_toponym_offsets_must_fit_the_text(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Toponym(start, end, "Homs")


def test_scores_lie_between_0_and_1() -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        Candidate(HOMS, 1.5)
    with pytest.raises(ValueError, match="confidence of 'Homs'"):
        Resolution(Toponym(0, 4, "Homs"), HOMS, -0.1)


def test_the_mark_points_into_the_excerpt() -> None:
    mention = Mention("d", Resolution(Toponym(14, 18, "Homs"), HOMS, 0.9), Excerpt(10, 25, "Off Homs it was"))
    start, end = mention.mark
    assert mention.excerpt.text[start:end] == "Homs"


def test_the_hash_of_a_document_is_that_of_its_text() -> None:
    assert Document("a", "x").sha256 == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert Document("a", "\ud800").sha256  # a lone surrogate has no UTF-8, and must not stop a run
