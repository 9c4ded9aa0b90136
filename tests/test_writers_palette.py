"""The colours that the page and files with styles share."""

from __future__ import annotations

from geo.model import LINE_KINDS
from geo.writers import palette


def test_every_kind_of_line_has_a_colour() -> None:
    assert set(palette.LINES) == set(palette.REST) == set(LINE_KINDS)
    assert set(palette.REST.values()) <= set(palette.COLOURS)
