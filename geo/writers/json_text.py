"""JSON as bytes: on one line, whatever splits the lines again, and whatever a text holds."""

from __future__ import annotations

import datetime
import json
import math

import orjson

_LINE_ENDS = ((b"\xc2\x85", b"\\u0085"), (b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))
"""U+0085, U+2028 and U+2029 in UTF-8, and their escapes."""


def dumps(value: object) -> bytes:
    r"""Return a value as JSON in UTF-8.

    JSON allows U+0085, U+2028 and U+2029 inside strings as they are, but many readers of lines end one there
    (Unicode Standard section 5.8), so they are escaped; so are lone surrogates, which UTF-8 cannot hold. Days become
    ISO 8601 text.

    Examples
    --------
    >>> print(dumps({"name": "Idlib\u2028إدلب", "lat": None}).decode())
    {"name":"Idlib\u2028إدلب","lat":null}
    >>> dumps("\ud800")
    b'"\\ud800"'
    """
    try:
        text = orjson.dumps(value)
    except TypeError:
        text = _with_surrogates(value)
    return one_line(text)


def one_line(text: bytes) -> bytes:
    """Return JSON in UTF-8 with the escapes of U+0085, U+2028 and U+2029 instead of themselves."""
    if not text.isascii():
        for line_end, escaped in _LINE_ENDS:
            text = text.replace(line_end, escaped)
    return text


def dumps_ascii(value: object) -> str:
    r"""Return a value as JSON of ASCII characters from space to tilde alone, for formats that forbid others.

    Examples
    --------
    >>> print(dumps_ascii({"name": "Idlib\0"}))
    {"name":"Idlib\u0000"}
    """
    return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_day).replace("\x7f", "\\u007f")


def loads(text: str | bytes) -> object:
    """Return the value of a JSON text, lone surrogates included; ValueError where it is none, as with NaN or 1e999."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number[:40]} is no number in JSON")
    return value


def _day(value: object) -> str:
    """Return a day as text; TypeError for anything else that JSON does not know, as orjson has it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")


def _with_surrogates(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_day)
    # A lone surrogate becomes \udXXX: the escape that JSON has for it too.
    return text.encode("utf-8", "backslashreplace")
