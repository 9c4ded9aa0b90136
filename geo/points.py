"""Points as people write them: "35.9, 36.6", "-33.9 18.4", "35.9° N, 36.6° E"."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

Axis: TypeAlias = Literal["latitude", "longitude"]

DECIMALS = 6
"""To which points are read, of degrees: a decimetre, as in the files that are written."""

_MOST = {"latitude": 90, "longitude": 180}
_LETTERS = {"latitude": "NS", "longitude": "EW"}
_NEGATIVE = "SW"
_ADVICE = "give degrees of WGS 84"
_UNIT = "(?: ?[°º])?"  # the second is an ordinal indicator, which keyboards have


def _one(mark: str) -> str:
    """Return the pattern of a coordinate: what stands before decimals is a mark."""
    number = rf"(?:[0-9]+{mark}?[0-9]*|{mark}[0-9]+)(?:E[+-]?[0-9]+)?"
    return f"[NSEW] ?{number}{_UNIT}|{number}{_UNIT} ?[NSEW]|[+-]?{number}{_UNIT}"


_ONE = re.compile(_one("[.,]"))
# Where a comma stands before decimals, none can stand alone between numbers: "35,9" is 35 and 9.
_PAIRS = tuple(
    re.compile(f"({_one(mark)})(?:{between})({_one(mark)})")
    for mark, between in ((r"\.", " ?[,;] ?| "), (",", " ?; ?|,? "))
)


def lonlat_of(text: str) -> tuple[float, float]:
    """Return longitude and latitude of a point that is written as one text.

    Parameters
    ----------
    text
        Latitude and longitude in degrees, with a comma, a semicolon or white space between them; in any order where
        letters tell which is which.

    Raises
    ------
    ValueError
        If it is none, with the words to tell.

    Examples
    --------
    >>> lonlat_of("35.9, 36.6"), lonlat_of("36.6° E 35.9° N"), lonlat_of("−33,9; 18,4")
    ((36.6, 35.9), (36.6, 35.9), (18.4, -33.9))
    """
    written = _plain(text)
    pair = next(filter(None, (pattern.fullmatch(written) for pattern in _PAIRS)), None)
    first, second = pair.groups() if pair else ("", "")
    letters = _letter(first) + _letter(second)
    if pair is None or len(letters) == 1:
        raise ValueError(f"{text!r:.80} is no point: give LAT,LON in degrees, as in -33.9,18.4")
    return lonlat_from(second, first) if letters[:1] in ("E", "W") else lonlat_from(first, second)


def lonlat_from(lat: str, lon: str) -> tuple[float, float]:
    """Return longitude and latitude, to `DECIMALS`, of a point whose coordinates are written apart.

    Raises
    ------
    ValueError
        If they are none, or 0 and 0, with the words to tell.
    """
    lat_deg, lon_deg = _number(lat, "latitude"), _number(lon, "longitude")
    is_swapped = abs(lat_deg) <= _MOST["longitude"] and abs(lon_deg) <= _MOST["latitude"]
    advice = "latitude and longitude look swapped" if is_swapped else _ADVICE
    _check_range(lat_deg, "latitude", advice)
    _check_range(lon_deg, "longitude", advice)
    rounded = round(lon_deg, DECIMALS) + 0.0, round(lat_deg, DECIMALS) + 0.0  # the sum makes 0.0 of -0.0
    if rounded == (0.0, 0.0):
        raise ValueError("0, 0 stands for an unknown place; give the point")
    return rounded


def degrees_of(text: str, axis: Axis) -> float:
    """Return one coordinate.

    Raises
    ------
    ValueError
        If it is none, with the words to tell.

    Examples
    --------
    >>> degrees_of("33.9° S", "latitude"), degrees_of("−18,4", "longitude")
    (-33.9, -18.4)
    """
    degrees = _number(text, axis)
    _check_range(degrees, axis, _ADVICE)
    return degrees


def _number(text: str, axis: Axis) -> float:
    written = _plain(text)
    letter = _letter(written)
    if not _ONE.fullmatch(written) or letter not in _LETTERS[axis]:
        found = f"{text!r:.80} is no {axis}" if written else f"the {axis} is empty"
        raise ValueError(f"{found}: give degrees as a number, as in -33.9")
    degrees = float(written.strip("NSEW °º").replace(",", "."))
    return -degrees if letter and letter in _NEGATIVE else degrees


def _check_range(degrees: float, axis: Axis, advice: str) -> None:
    if abs(degrees) > _MOST[axis]:
        raise ValueError(f"{axis} {degrees:g} is not between {-_MOST[axis]} and {_MOST[axis]}; {advice}")


def _plain(text: str) -> str:
    """Return a text in capitals, with single spaces, and hyphens for minus signs."""
    return " ".join(text.replace("\N{MINUS SIGN}", "-").upper().split())


def _letter(written: str) -> str:
    """Return the letter that tells the axis and side of a coordinate; "" for none."""
    return next((each for each in (written[:1], written[-1:]) if each and each in "NSEW"), "")
