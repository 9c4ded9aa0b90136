"""Points as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.points import degrees_of, lonlat_from, lonlat_of


@pytest.mark.parametrize(
    "written",
    [
        *("35.9, 36.6", "35.9,36.6", "35.9 36.6", "35.9;36.6", " 35.9\n\t36.6 ", "+35.90 , +3.66e1"),
        *("35,9 36,6", "35,9; 36,6", "35,9, 36,6"),
        *("35.9° N, 36.6° E", "35.9°N 36.6°E", "35.9n,36.6e", "N 35.9 E 36.6", "N35.9°, E36.6°", "35.9º 36.6º"),
        *("36.6E 35.9N", "E36.6, N35.9", "36,6° E; 35,9° N"),
    ],
)
def test_a_point_is_read_however_it_is_written(written: str) -> None:
    assert lonlat_of(written) == (36.6, 35.9)


@pytest.mark.parametrize("written", ["-33.9,-18.4", "−33.9 −18.4", "33.9 S 18.4 W", "W18.4 S33.9", "-33,9; -18,4"])
def test_south_and_west_are_negative(written: str) -> None:
    assert lonlat_of(written) == (-18.4, -33.9)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        *((text, "no point: give LAT,LON") for text in ("", "here", "35.9", "1,2,3", "35,9,36,6", "35,9,36", "1;2;3")),
        *((text, "no point: give LAT,LON") for text in ("nan,nan", "٣٥,٣٦", "1_0,2", "-33.9 S, 18.4 E", "36.6 E 35.9")),
        *((text, "no point: give LAT,LON") for text in ("35.9 N36.6 E W", "N 35.9 N, 36.6", "0x1,2", "35°54'N 36°E")),
        ("35.9 N, 36.6 N", "'36.6 N' is no longitude: give degrees as a number, as in -33.9"),
        ("118.2, 34", "latitude 118.2 is not between -90 and 90; latitude and longitude look swapped"),
        ("90.1,120", "latitude 90.1 is not between -90 and 90; give degrees of WGS 84"),
        ("512345, 3975000", "latitude 512345 is not between -90 and 90; give degrees of WGS 84"),
        ("1e999, 1", "latitude inf is not between"),
        ("9,180.5", "longitude 180.5 is not between -180 and 180; give degrees of WGS 84"),
        ("0, -0.0000001", "0, 0 stands for an unknown place; give the point"),
    ],
)
def test_what_is_no_point_is_told(written: str, told: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (any words)
        lonlat_of(written)
    assert told in str(caught.value)


def test_coordinates_that_are_written_apart_are_read_alike() -> None:
    assert lonlat_from("35,9", "36.6° E") == lonlat_from(" 35.9 ", "36,6") == (36.6, 35.9)
    assert str(lonlat_from("1", "-0.0")[0]) == "0.0"
    assert lonlat_from("35.12345678", "36") == (36.0, 35.123457)
    assert degrees_of("0", "latitude") == 0
    for lat, lon, told in (
        ("", "1", "the latitude is empty: give degrees as a number, as in -33.9"),
        ("1", "north", "'north' is no longitude"),
        ("36.6 E", "1", "'36.6 E' is no latitude"),
        ("1.035,9", "1", "'1.035,9' is no latitude"),
    ):
        with pytest.raises(ValueError, match=told):
            lonlat_from(lat, lon)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_numbers_are_read_as_they_are(lat: float, lon: float) -> None:
    rounded = (round(lon, 6), round(lat, 6))
    if rounded != (0, 0):
        assert lonlat_of(f"{lat!r}, {lon!r}") == lonlat_of(f"{lat!r} {lon!r}") == rounded


@given(st.text("0123456789.,;-+NSEWne° x", max_size=30))
def test_nothing_that_is_read_lies_off_the_globe(text: str) -> None:
    try:
        lon, lat = lonlat_of(text)
    except ValueError:
        pass
    else:
        assert abs(lon) <= 180
        assert abs(lat) <= 90
