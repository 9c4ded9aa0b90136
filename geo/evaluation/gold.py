"""Annotated texts: one record ``{"id", "text", "source", "toponyms": [{"start", "end", "lat", "lon"}]}`` a line.

A toponym may also have ``surface`` (checked against the text), ``id`` (of a gazetteer: ``geonames:169389``) or
``geonameid`` (its number alone), ``country``, and ``role`` (literal, metonym, demonym or embedded). ``lat`` and ``lon``
are null where nobody could tell the place: such a toponym counts in recognition only. Other keys are ignored.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from ..articles.rows import from_record
from ..articles.source import Source
from ..errors import InputError
from ..model import Document

ROLES = ("literal", "metonym", "demonym", "embedded")
"""Roles as they are annotated and found."""


@dataclass(frozen=True, slots=True)
class GoldToponym:
    """A place name that people marked in a text."""

    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    text: str
    """The name as written."""
    lonlat: tuple[float, float] | None = None
    """Where it is (longitude, latitude), degrees, WGS 84; None where nobody could tell."""
    id: str | None = None
    """Id in a gazetteer, ``source:key``."""
    country: str | None = None
    """Its country, as the annotators wrote it."""
    role: str | None = None
    """What it does in its sentence, one of `ROLES`; None where that was not annotated."""


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """An annotated text."""

    document: Document
    """The text; `Document.given_spans` are those of the toponyms."""
    toponyms: tuple[GoldToponym, ...]
    """Its place names, in the order of the record."""


def read_gold(
    path: str | os.PathLike[str], *, on_error: Callable[[InputError], None] | None = None
) -> Iterator[GoldDocument]:
    """Read the annotated texts of a file, one at a time.

    Parameters
    ----------
    path
        JSON Lines in UTF-8; ``-`` is standard input.
    on_error
        Called with the error of each line that cannot be used, and reading goes on behind it. Without it the first such
        error is raised.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, or a line is malformed; only without ``on_error``.
    """
    for document in _documents(Source.of(path)):
        if isinstance(document, GoldDocument):
            yield document
        elif on_error is None:
            raise document
        else:
            on_error(document)


def gold_from_record(record: object, *, where: str, file_name: str | None = None) -> GoldDocument:
    """Turn one parsed record into an annotated text.

    Parameters
    ----------
    record
        Anything that JSON can hold.
    where
        What messages call it: ``file:line``.
    file_name
        For `Document.file_name`.

    Raises
    ------
    InputError
        If something needed is missing, or of another type or range.

    Examples
    --------
    >>> record = {"id": 7, "text": "Rome fell.", "toponyms": [{"start": 0, "end": 4, "lat": 41.9, "lon": 12.5}]}
    >>> gold_from_record(record, where="a:1").toponyms[0].lonlat
    (12.5, 41.9)
    >>> gold_from_record({"id": 7, "text": "Rome fell."}, where="a:1")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: a:1: "toponyms" is missing; list the place names, [] for none
    """
    document = from_record(record, where=where, file_name=file_name)
    rows = record.get("toponyms") if isinstance(record, Mapping) else None
    if not isinstance(rows, list):
        raise InputError(f'{where}: "toponyms" is missing; list the place names, [] for none')
    toponyms = tuple(_toponym(row, document.text, f"{where}: toponym {number}") for number, row in enumerate(rows, 1))
    if len({(toponym.start, toponym.end) for toponym in toponyms}) < len(toponyms):
        raise InputError(f"{where}: a toponym is marked twice; keep one of them")
    return GoldDocument(document, toponyms)


def _documents(source: Source) -> Iterator[GoldDocument | InputError]:
    taken: set[str] = set()
    is_empty = True
    try:
        with source.open() as stream:
            for where, record in _records(stream, source.name):
                is_empty = False
                if isinstance(record, InputError):
                    yield record
                    continue
                yield _unless_taken(record, where, source.file_name, taken)
    except InputError as error:
        yield error
    else:
        if is_empty:
            yield InputError(f"{source.name}: it is empty; give one annotated text a line")


def _records(lines: Iterable[bytes], name: str) -> Iterator[tuple[str, object]]:
    """Yield what each line holds, or the error of a line that is no JSON, with file and line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            yield where, json.loads(line.rstrip())
        except json.JSONDecodeError as error:
            yield where, _not_json(where, f"{error.msg}, column {error.colno}")
        except RecursionError:
            yield where, _not_json(where, "nested too deeply")
        except ValueError as error:  # not UTF-8, or an integer with more digits than Python converts (4,300)
            yield where, _not_json(where, str(error).partition(";")[0])


def _not_json(where: str, reason: str) -> InputError:
    return InputError(f"{where}: the line is not JSON ({reason}); give one annotated text a line")


def _unless_taken(record: object, where: str, file_name: str | None, taken: set[str]) -> GoldDocument | InputError:
    try:
        gold = gold_from_record(record, where=where, file_name=file_name)
    except InputError as error:
        return error
    if gold.document.id in taken:
        return InputError(f"{where}: the id {gold.document.id!r:.80} was used before; give every text its own")
    taken.add(gold.document.id)
    return gold


def _toponym(row: Mapping[str, Any], text: str, where: str) -> GoldToponym:
    """Read one toponym, whose offsets `from_record` has checked."""
    start, end = row["start"], row["end"]
    surface = row.get("surface", text[start:end])
    if surface != text[start:end]:
        raise InputError(f"{where}: the text has {text[start:end]!r:.60} there, not {surface!r:.60}; count code points")
    role = row.get("role")
    if role is not None and role not in ROLES:
        raise InputError(f'{where}: "role" is {role!r:.60}; give one of {", ".join(ROLES)}, or null')
    return GoldToponym(
        start,
        end,
        text[start:end],
        _lonlat(row.get("lon"), row.get("lat"), where),
        _id(row, where),
        _optional_text(row, "country", where),
        role,
    )


def _lonlat(lon: object, lat: object, where: str) -> tuple[float, float] | None:
    if lat is None and lon is None:
        return None
    if _is_degrees(lon, 180) and _is_degrees(lat, 90):
        return float(lon), float(lat)
    raise InputError(f'{where}: "lat", "lon" are {lat!r:.40}, {lon!r:.40}; give degrees as numbers, or two nulls')


def _is_degrees(value: object, most: float) -> TypeGuard[float]:
    # Not a number lies outside of every range.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most


def _id(row: Mapping[str, object], where: str) -> str | None:
    number = row.get("geonameid")
    if row.get("id") is None and number is not None:
        if not str(number).isdecimal():
            raise InputError(f'{where}: "geonameid" is {number!r:.60}; give the number alone, or null')
        return f"geonames:{number}"
    return _optional_text(row, "id", where)


def _optional_text(row: Mapping[str, object], key: str, where: str) -> str | None:
    value = row.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise InputError(f'{where}: "{key}" is {value!r:.60}; give a text, or null')
