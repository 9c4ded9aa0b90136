"""Writers: an atlas becomes files that other tools read. One module a format.

A writer only makes text, piece by piece; `geo.writers.folder` is what touches the disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Protocol

from ..atlas import Atlas
from ..gazetteers import Gazetteer
from ..model import Correction

UNKNOWN_AUTHOR = "unknown"
"""Who corrected something, where the correction does not say."""

_LINE_ENDS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Writer(Protocol):
    """Turns an atlas into the text of one file."""

    def __call__(self, atlas: Atlas, *, gazetteer: Gazetteer, tool_version: str) -> Iterator[str]:
        """Yield the file's text in pieces; joined they are the same text for the same atlas, byte for byte."""


def one_line(value: object) -> str:
    r"""Return a value as JSON on one line, whatever splits the lines again.

    JSON allows U+0085, U+2028 and U+2029 inside strings as they are, but many readers of lines end one there
    (Unicode Standard section 5.8), so they are escaped.

    Raises
    ------
    ValueError
        If a number is not finite, which JSON cannot hold (RFC 8259 section 6).

    Examples
    --------
    >>> one_line({"name": "Idlib\u2028إدلب", "lat": None})
    '{"name":"Idlib\\u2028إدلب","lat":null}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for line_end, escaped in _LINE_ENDS.items():
        text = text.replace(line_end, escaped)
    return text


def correction_properties(correction: Correction | None) -> Mapping[str, str | None]:
    """Return who corrected something and why, flat; nulls for what nobody corrected.

    Examples
    --------
    >>> correction_properties(Correction("the village", "N. N.")), correction_properties(Correction())["corrected_by"]
    ({'corrected_by': 'N. N.', 'correction_note': 'the village'}, 'unknown')
    """
    return {
        "corrected_by": None if correction is None else correction.author or UNKNOWN_AUTHOR,
        "correction_note": None if correction is None else correction.note,
    }
