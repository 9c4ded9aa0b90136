"""Icons of places for KMZ: small PNG images, drawn here so that no map asks the network for them."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from . import palette

_SIZE: Final = 48
"""Width and height in pixels. Google Earth draws any icon 32 pixels wide at scale 1; the rest is for dense screens."""
_RADIUS: Final = 22.5
_DASHES: Final = (math.tan(math.radians(13)), math.tan(math.radians(32)))
"""A dash lies within 13 degrees of each axis and diagonal, as slopes."""

_Colour: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Icon:
    """One image: a circle or square with an outline."""

    name: str
    """Name of the file, without its suffix, and of the styles that have it."""
    is_round: bool
    """Whether a circle, else a square."""
    fill: str
    """Colour inside."""
    opacity: float
    """How much of what lies below that covers, 0 to 1."""
    stroke: str
    """Colour of the outline."""
    width_px: float
    """Width of the outline, of 48 pixels in all."""
    is_dashed: bool
    """Whether the outline has gaps."""


ICONS: Final = (
    Icon("place", True, palette.PLACE, 1.0, palette.PLACE_EDGE, 4.5, False),
    Icon("place-unsure", True, palette.PAPER, 0.7, palette.UNCERTAIN, 5.5, True),
    Icon("seat", False, palette.PAPER, 1.0, palette.SEAT, 6.0, False),
    Icon("seat-unsure", False, palette.PAPER, 0.7, palette.UNCERTAIN, 6.0, True),
    Icon("region", True, palette.PAPER, 0.5, palette.INK, 5.0, False),
    Icon("region-unsure", True, palette.PAPER, 0.3, palette.UNCERTAIN, 5.0, True),
)
"""Every icon."""


@cache
def png(icon: Icon) -> bytes:
    """Return an icon as PNG (W3C PNG specification, second edition).

    The pixels are stored, not compressed: each build of zlib compresses to other bytes.
    """
    rows = b"".join(b"\0" + bytes(_row(icon, y)) for y in range(_SIZE))
    header = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", _stored(rows)) + _chunk(b"IEND", b"")


def rgb(colour: str) -> _Colour:
    """Return "#rrggbb" as red, green and blue, 0 to 255."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _row(icon: Icon, y: int) -> Iterator[int]:
    """Yield red, green, blue and alpha of every pixel of a row."""
    fill, stroke = rgb(icon.fill), rgb(icon.stroke)
    middle = (_SIZE - 1) / 2
    for x in range(_SIZE):
        of_fill, of_stroke = _cover(icon, abs(x - middle), abs(y - middle))
        alpha = of_fill + of_stroke
        for inner, outer in zip(fill, stroke, strict=True):
            yield round((inner * of_fill + outer * of_stroke) / alpha) if alpha else 0
        yield round(255 * alpha)


def _cover(icon: Icon, dx: float, dy: float) -> tuple[float, float]:
    """Return how much of a pixel the fill and the outline cover, each 0 to 1."""
    away = math.sqrt(dx * dx + dy * dy) if icon.is_round else max(dx, dy)
    whole, inside = (min(1.0, max(0.0, radius - away + 0.5)) for radius in (_RADIUS, _RADIUS - icon.width_px))
    near_axis, near_diagonal = _DASHES
    # Slopes, not angles: the last digit of an arc tangent differs from machine to machine.
    is_gap = icon.is_dashed and near_axis < min(dx, dy) / max(dx, dy) < near_diagonal
    return inside * icon.opacity, 0.0 if is_gap else whole - inside


def _stored(data: bytes) -> bytes:
    """Return a zlib stream (RFC 1950) of one block that is not compressed (RFC 1951 section 3.2.4)."""
    return (
        b"\x78\x01\x01"
        + struct.pack("<HH", len(data), len(data) ^ 0xFFFF)
        + data
        + struct.pack(">I", zlib.adler32(data))
    )


def _chunk(sort: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + sort + data + struct.pack(">I", zlib.crc32(sort + data))
