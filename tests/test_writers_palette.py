"""The colours of files with styles are those of the page."""

from __future__ import annotations

from geo.model import LINE_KINDS
from geo.writers import palette
from maps import style


def test_files_and_page_have_the_same_colours() -> None:
    page = {**style.LIGHT, **style.SIGNS}
    assert {name: page[name] for name in palette.COLOURS} == palette.COLOURS


def test_every_kind_of_line_has_a_colour() -> None:
    assert set(palette.LINES) == set(LINE_KINDS)
