"""Values of JSON records that a file brings, each of the sort that it must be: a file may be damaged, or a trap.

Those of a record raise KeyError where it has no such member, and TypeError or ValueError where it is of another sort.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

if TYPE_CHECKING:
    from shapely.geometry import LineString, MultiLineString

Record: TypeAlias = Mapping[str, Any]
"""A JSON object."""


def parsed(text: str) -> object:
    """Return the value of a JSON text; ValueError where it is none, as with NaN, RecursionError where it is too deep.

    Examples
    --------
    >>> parsed('{"lat": 53.1}')
    {'lat': 53.1}
    >>> parsed('{"lat": NaN}')
    Traceback (most recent call last):
    ValueError: NaN is not JSON
    """
    return json.loads(text, parse_constant=_refuse_constant)


def checked(value: object, *sorts: type) -> Any:  # noqa: ANN401 (a value of one of the sorts)
    """Return a value; TypeError if it is of no such sort.

    Examples
    --------
    >>> checked(1, int, float)
    1
    >>> checked(True, int)
    Traceback (most recent call last):
    TypeError: True is no int
    """
    if type(value) not in sorts:
        shown = " or ".join("null" if sort is NoneType else sort.__name__ for sort in sorts)
        raise TypeError(f"{repr(value)[:40]} is no {shown}")
    return value


def text_of(record: Record, name: str) -> str:
    """Return a text."""
    return cast(str, checked(record[name], str))


def text_or_none(record: Record, name: str) -> str | None:
    """Return a text, or None."""
    return cast("str | None", checked(record[name], str, NoneType))


def texts(record: Record, name: str) -> tuple[str, ...]:
    """Return a list of texts."""
    return tuple(checked(text, str) for text in checked(record[name], list))


def number_of(record: Record, name: str) -> float:
    """Return a number."""
    return cast(float, checked(record[name], int, float))


def number_or_none(record: Record, name: str) -> float | None:
    """Return a number, or None."""
    return cast("float | None", checked(record[name], int, float, NoneType))


def day_or_none(record: Record, name: str) -> datetime.date | None:
    """Return an ISO 8601 day, or None."""
    text = text_or_none(record, name)
    return None if text is None else datetime.date.fromisoformat(text)


def course_of(geometry: Record) -> LineString | MultiLineString:
    """Return the course that a GeoJSON geometry draws.

    Examples
    --------
    >>> course_of({"type": "LineString", "coordinates": [[0, 1], [2.5, 3]]}).wkt
    'LINESTRING (0 1, 2.5 3)'
    """
    from shapely.geometry import LineString, MultiLineString

    drawn, coordinates = geometry["type"], geometry["coordinates"]
    if drawn == "LineString":
        return LineString(_points(coordinates))
    if drawn == "MultiLineString":
        return MultiLineString([_points(part) for part in checked(coordinates, list, tuple)])
    raise ValueError(f"a line is drawn as a {drawn!r}")


def _points(coordinates: object) -> Any:  # noqa: ANN401 (an array of points, with or without heights)
    import numpy as np

    points = np.array(coordinates)
    is_course = points.ndim == 2 and len(points) > 1 and points.shape[1] in {2, 3} and points.dtype.kind in "if"
    # Some files count longitudes from 0 to 360.
    if not is_course or not np.isfinite(points).all() or (np.abs(points[:, :2]) > (360, 90)).any():
        raise ValueError("a line is drawn through what are no points on the globe")
    return points.astype(np.float64)


def _refuse_constant(name: str) -> NoReturn:
    # RFC 8259 section 6: NaN and Infinity are not JSON, although Python reads them.
    raise ValueError(f"{name} is not JSON")
